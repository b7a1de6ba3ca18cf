//===- Limits.cpp - what the rows of a call may be ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Limits.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// By their numbers.
static constexpr StringLiteral kNames[] = {
    "nan_rows",       "infinite_rows", "overflowing_rows",
    "undefined_rows", "row_mean",      "rms",
    "ratio",          "change",        "mean_drift",
    "rms_drift"};

StringRef norm::stringifyLimitKind(LimitKind kind) {
  return kNames[static_cast<unsigned>(kind)];
}

static llvm::Expected<Limit> parseLimit(StringRef text) {
  auto [name, number] = text.split('=');
  const auto *found = llvm::find(kNames, name);
  if (found == std::end(kNames))
    return llvm::createStringError(
        "expected a limit of " +
        llvm::join(ArrayRef<StringLiteral>(kNames), ", ") + ", got '" + name +
        "'");
  double atMost;
  // A comparison with NaN is false.
  if (number.getAsDouble(atMost) || !(atMost >= 0.0))
    return llvm::createStringError("expected " + name +
                                   "=NUMBER of at least 0, got '" + text + "'");
  return Limit{static_cast<LimitKind>(found - std::begin(kNames)), atMost};
}

llvm::Expected<SmallVector<Limit>> norm::parseLimits(StringRef text) {
  SmallVector<Limit> limits;
  if (text.empty())
    return limits;
  for (StringRef part : llvm::split(text, ',')) {
    auto limit = parseLimit(part);
    if (!limit)
      return limit.takeError();
    if (llvm::any_of(limits, [&](const Limit &other) {
          return other.kind == limit->kind;
        }))
      return llvm::createStringError("expected one limit of " +
                                     stringifyLimitKind(limit->kind) +
                                     ", got two");
    limits.push_back(*limit);
  }
  return limits;
}
