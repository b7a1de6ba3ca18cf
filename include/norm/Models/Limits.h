//===- Limits.h - what the rows of a call may be ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A deployment watches its norms by limits, such as "change=0.01,nan_rows=0".
// Each is for every norm and every call.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_LIMITS_H
#define NORM_MODELS_LIMITS_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace mlir::norm {

enum class LimitKind {
  /// How many rows of a call are so.
  nanRows,
  infiniteRows,
  overflowingRows,
  undefinedRows,
  /// The largest of a row of a call, without sign.
  rowMean,
  rms,
  ratio,
  change,
  /// How far the mean of the means of rows, and of their RMS, is from that of
  /// the first call, in RMS of the first call.
  meanDrift,
  rmsDrift
};

struct Limit {
  LimitKind kind;
  double atMost;
};

/// A limit that a call exceeded.
struct Excess {
  Limit limit;
  /// What the first such call had, and its number, from 1.
  double value;
  int64_t call;
  /// How many calls exceeded it.
  int64_t callCount;
};

/// As in files and options: "nan_rows".
StringRef stringifyLimitKind(LimitKind kind);

/// Whether calls are compared with the first.
inline bool isDrift(LimitKind kind) {
  return kind == LimitKind::meanDrift || kind == LimitKind::rmsDrift;
}

/// Reads "NAME=NUMBER,NAME=NUMBER"; no text are no limits.
llvm::Expected<SmallVector<Limit>> parseLimits(StringRef text);

} // namespace mlir::norm

#endif // NORM_MODELS_LIMITS_H
