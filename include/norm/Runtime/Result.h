//===- Result.h - a value or a reason ---------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_RUNTIME_RESULT_H
#define NORM_RUNTIME_RESULT_H

#include <string>
#include <utility>
#include <variant>

namespace normrt {

/// Why something failed, in words.
struct Error {
  std::string message;
};

/// A value, or why there is none:
///
///   Result<Bundle> bundle = Bundle::open(path);
///   if (!bundle)
///     return bundle.error();
template <typename T> class Result {
public:
  Result(T value) : content(std::move(value)) {}
  Result(Error error) : content(std::move(error)) {}

  explicit operator bool() const { return std::holds_alternative<T>(content); }
  T &operator*() { return std::get<T>(content); }
  const T &operator*() const { return std::get<T>(content); }
  T *operator->() { return &**this; }
  const T *operator->() const { return &**this; }
  const Error &error() const { return std::get<Error>(content); }

private:
  std::variant<T, Error> content;
};

/// Success is a value without content.
struct Done {};
using Status = Result<Done>;

} // namespace normrt

#endif // NORM_RUNTIME_RESULT_H
