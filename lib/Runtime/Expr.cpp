//===- Expr.cpp - numbers that are known when a kernel is launched --------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Runtime/Manifest.h"

#include <algorithm>
#include <limits>

using namespace normrt;

const char *normrt::getOperatorName(Expr::Kind kind) {
  switch (kind) {
  case Expr::Kind::add:
    return "add";
  case Expr::Kind::sub:
    return "sub";
  case Expr::Kind::mul:
    return "mul";
  case Expr::Kind::div:
    return "div";
  case Expr::Kind::ceildiv:
    return "ceildiv";
  case Expr::Kind::rem:
    return "rem";
  case Expr::Kind::min:
    return "min";
  case Expr::Kind::max:
    return "max";
  default:
    return "";
  }
}

/// a op b, or nothing where 64 bits do not hold it.
static std::optional<std::int64_t> apply(Expr::Kind kind, std::int64_t a,
                                         std::int64_t b) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t result = 0;
  bool divides = kind == Expr::Kind::div || kind == Expr::Kind::ceildiv ||
                 kind == Expr::Kind::rem;
  // Blocks that share no rows: nothing is launched.
  if (divides && b == 0)
    return 0;
  if (divides && a == least && b == -1)
    return std::nullopt;
  switch (kind) {
  case Expr::Kind::add:
    return __builtin_add_overflow(a, b, &result) ? std::nullopt
                                                 : std::optional(result);
  case Expr::Kind::sub:
    return __builtin_sub_overflow(a, b, &result) ? std::nullopt
                                                 : std::optional(result);
  case Expr::Kind::mul:
    return __builtin_mul_overflow(a, b, &result) ? std::nullopt
                                                 : std::optional(result);
  case Expr::Kind::div:
    return a / b;
  case Expr::Kind::ceildiv:
    return a / b + (a % b != 0 && (a < 0) == (b < 0));
  case Expr::Kind::rem:
    return a % b;
  case Expr::Kind::min:
    return std::min(a, b);
  default:
    return std::max(a, b);
  }
}

Result<std::int64_t>
Expr::evaluate(const std::vector<std::int64_t> &extents) const {
  if (kind == Kind::constant)
    return value;
  if (kind == Kind::extent)
    return extents[static_cast<std::size_t>(value)];
  Result<std::int64_t> a = operands[0].evaluate(extents),
                       b = operands[1].evaluate(extents);
  if (!a || !b)
    return a ? b : a;
  if (std::optional<std::int64_t> result = apply(kind, *a, *b))
    return *result;
  return Error{std::string("the manifest has ") + getOperatorName(kind) +
               " of " + std::to_string(*a) + " and " + std::to_string(*b) +
               ", which is no number of 64 bits"};
}

Result<std::int64_t> normrt::countBytes(const std::vector<std::int64_t> &shape,
                                        unsigned elementBytes) {
  std::int64_t bytes = elementBytes;
  std::string text;
  bool overflows = false;
  for (std::int64_t extent : shape) {
    text += (text.empty() ? "" : ", ") + std::to_string(extent);
    if (extent < 0)
      return Error{"expected extents that are not negative, got " +
                   std::to_string(extent)};
    // An array without elements takes no bytes, whatever its other extents.
    overflows |= __builtin_mul_overflow(bytes, extent, &bytes);
    if (extent == 0)
      return 0;
  }
  if (overflows)
    return Error{"expected an array that memory can hold, got extents [" +
                 text + "]"};
  return bytes;
}
