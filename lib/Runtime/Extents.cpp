//===- Extents.cpp - what arguments tell of extents -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Extents.h"

#include <cstring>

using namespace normrt;

static std::string getShapeText(const std::vector<std::int64_t> &shape) {
  std::string text;
  for (std::int64_t extent : shape)
    text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "[" + text + "]";
}

/// Adds the strides of `argument` to `extents`, where the entry asks for them;
/// an error says what is expected. That of an extent of at most 1 does not
/// matter.
static Status readStrides(const ArgumentInfo &info, const Argument &argument,
                          std::vector<std::int64_t> &extents) {
  if (info.strides.empty())
    return Done();
  if (argument.strides.size() != info.strides.size())
    return Error{std::to_string(info.strides.size()) + " strides, got " +
                 getShapeText(argument.strides)};
  for (std::size_t dim = 0; dim < info.strides.size(); ++dim) {
    std::int64_t found = argument.strides[dim];
    const Expr &declared = info.strides[dim];
    if (found < 0)
      return Error{"strides that are not negative, got " +
                   getShapeText(argument.strides)};
    if (declared.kind == Expr::Kind::extent)
      extents[static_cast<std::size_t>(declared.value)] = found;
    else if (declared.value != found && argument.shape[dim] > 1)
      return Error{"stride " + std::to_string(declared.value) +
                   " in dimension " + std::to_string(dim) + ", got " +
                   getShapeText(argument.strides)};
  }
  return Done();
}

Result<std::vector<std::int64_t>>
normrt::getKnownExtents(const EntryInfo &entry,
                        const std::vector<Argument> &arguments) {
  if (arguments.size() > entry.arguments.size())
    return Error{"expected at most " + std::to_string(entry.arguments.size()) +
                 " arguments, got " + std::to_string(arguments.size())};
  std::vector<std::int64_t> extents(entry.extents.size(), -1);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const ArgumentInfo &info = entry.arguments[i];
    const Argument &argument = arguments[i];
    auto fail = [&](const std::string &what) {
      return Error{"argument " + std::to_string(i) + " (" + info.name +
                   "): expected " + what};
    };
    if (!argument.type.empty() && argument.type != info.type)
      return fail("type " + info.type + ", got " + argument.type);
    if (argument.shape.size() != info.shape.size())
      return fail(std::to_string(info.shape.size()) + " dimensions, got " +
                  getShapeText(argument.shape));
    for (std::size_t dim = 0; dim < info.shape.size(); ++dim) {
      std::int64_t found = argument.shape[dim];
      const Expr &declared = info.shape[dim];
      bool isNew = declared.kind == Expr::Kind::extent &&
                   extents[static_cast<std::size_t>(declared.value)] < 0;
      if (found < 0)
        return fail("extents that are not negative, got " +
                    getShapeText(argument.shape));
      if (isNew)
        extents[static_cast<std::size_t>(declared.value)] = found;
      Result<std::int64_t> expected = declared.evaluate(extents);
      if (!expected)
        return expected.error();
      if (*expected != found)
        return fail("extent " + std::to_string(*expected) + " in dimension " +
                    std::to_string(dim) + ", got " +
                    getShapeText(argument.shape));
    }
    if (Status strides = readStrides(info, argument, extents); !strides)
      return fail(strides.error().message);
    if (Result<std::int64_t> bytes =
            countBytes(argument.shape, info.elementBytes);
        !bytes)
      return fail(bytes.error().message.substr(std::strlen("expected ")));
    bool isEmpty = false;
    for (std::int64_t extent : argument.shape)
      isEmpty |= extent == 0;
    if (info.isScalar || isEmpty)
      continue;
    if (argument.pointerOrBits == 0)
      return fail("memory of the device, got a null pointer");
    if (argument.pointerOrBits % info.alignment != 0)
      return fail("an address that is a multiple of " +
                  std::to_string(info.alignment) + ", got " +
                  std::to_string(argument.pointerOrBits));
  }
  return extents;
}

Result<std::vector<std::int64_t>>
normrt::getExtents(const EntryInfo &entry,
                   const std::vector<Argument> &arguments) {
  if (arguments.size() != entry.arguments.size())
    return Error{"expected " + std::to_string(entry.arguments.size()) +
                 " arguments, got " + std::to_string(arguments.size())};
  return getKnownExtents(entry, arguments);
}
