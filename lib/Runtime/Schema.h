//===- Schema.h - JSON whose types and ranges are checked -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RUNTIME_SCHEMA_H
#define NORM_LIB_RUNTIME_SCHEMA_H

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace normrt {

/// What is wrong with a manifest. Leaves Manifest::parse as an Error.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws unless brackets of the JSON `text` are nested at most 100 deep: what
/// reads it may then call itself.
void checkNesting(const std::string &text);

/// The JSON value that `text` is.
nlohmann::json parseJson(const std::string &text);

/// A value of a manifest and the path to it, such as entries[0].arguments[1].
/// Whatever is not as expected is thrown as a Malformed that names the path.
class Field {
public:
  Field(const nlohmann::json &value, std::string path)
      : value(&value), path(std::move(path)) {}

  /// The member `key` of an object, which has to be there.
  Field at(const std::string &key) const;
  /// The same where it may be missing.
  std::optional<Field> find(const std::string &key) const;
  /// The elements of an array.
  std::vector<Field> elements() const;
  /// A string that is not empty.
  std::string text() const;
  /// One of `words`.
  std::string word(const std::vector<std::string> &words) const;
  /// A whole number from `least` to `most`.
  std::int64_t integer(std::int64_t least, std::int64_t most) const;
  bool flag() const;

  const nlohmann::json &get() const { return *value; }
  [[noreturn]] void fail(const std::string &problem) const;
  /// fail("expected EXPECTED, got the value").
  [[noreturn]] void expected(const std::string &what) const;

private:
  const nlohmann::json *value;
  std::string path;
};

} // namespace normrt

#endif // NORM_LIB_RUNTIME_SCHEMA_H
