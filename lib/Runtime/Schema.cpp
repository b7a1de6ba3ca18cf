//===- Schema.cpp - JSON whose types and ranges are checked ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schema.h"

#include <algorithm>

using namespace normrt;
using nlohmann::json;

/// Brackets in brackets. What norm-compile writes has some 20.
static constexpr unsigned kMaxNesting = 100;
/// Characters of a value that an error quotes.
static constexpr std::size_t kMaxQuoted = 80;

void normrt::checkNesting(const std::string &text) {
  unsigned depth = 0;
  bool isString = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (isString) {
      i += c == '\\';
      isString = c != '"';
    } else if (c == '"') {
      isString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxNesting)
        throw Malformed("expected brackets nested at most " +
                        std::to_string(kMaxNesting) + " deep");
    } else if (c == ']' || c == '}') {
      depth -= depth > 0;
    }
  }
}

json normrt::parseJson(const std::string &text) {
  checkNesting(text);
  try {
    return json::parse(text);
  } catch (const json::parse_error &error) {
    std::size_t end = std::min(error.byte, text.size());
    auto line =
        1 + std::count(text.begin(),
                       text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    throw Malformed("parse error in line " + std::to_string(line) +
                    ": it is no JSON");
  } catch (const json::exception &) {
    throw Malformed("parse error: a number is out of range");
  }
}

void Field::fail(const std::string &problem) const {
  throw Malformed(problem + (path.empty() ? "" : " in " + path));
}

void Field::expected(const std::string &what) const {
  std::string found = value->dump(-1, ' ', /*ensure_ascii=*/true,
                                  json::error_handler_t::replace);
  if (found.size() > kMaxQuoted)
    found = found.substr(0, kMaxQuoted) + "...";
  fail("expected " + what + ", got " + found);
}

std::optional<Field> Field::find(const std::string &key) const {
  if (!value->is_object())
    expected("an object");
  auto it = value->find(key);
  if (it == value->end())
    return std::nullopt;
  return Field(*it, path.empty() ? key : path + "." + key);
}

Field Field::at(const std::string &key) const {
  if (std::optional<Field> field = find(key))
    return *field;
  fail("expected '" + key + "'");
}

std::vector<Field> Field::elements() const {
  if (!value->is_array())
    expected("a list");
  std::vector<Field> fields;
  for (const json &element : *value)
    fields.emplace_back(element,
                        path + "[" + std::to_string(fields.size()) + "]");
  return fields;
}

std::string Field::text() const {
  if (!value->is_string() || value->get_ref<const std::string &>().empty())
    expected("a text");
  return value->get<std::string>();
}

std::string Field::word(const std::vector<std::string> &words) const {
  std::string list;
  for (const std::string &known : words)
    list += (list.empty() ? "" : ", ") + known;
  if (!value->is_string() ||
      std::find(words.begin(), words.end(), value->get<std::string>()) ==
          words.end())
    expected("one of " + list);
  return value->get<std::string>();
}

std::int64_t Field::integer(std::int64_t least, std::int64_t most) const {
  bool fits = value->is_number_integer() &&
              (!value->is_number_unsigned() ||
               value->get<std::uint64_t>() <= std::uint64_t(INT64_MAX));
  std::int64_t number = fits ? value->get<std::int64_t>() : 0;
  if (!fits || number < least || number > most)
    expected("a whole number from " + std::to_string(least) + " to " +
             std::to_string(most));
  return number;
}

bool Field::flag() const {
  if (!value->is_boolean())
    expected("true or false");
  return value->get<bool>();
}
