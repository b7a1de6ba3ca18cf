//===- Instrument.h - norms that are watched --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_INSTRUMENT_H
#define NORM_MODELS_INSTRUMENT_H

#include "norm/Models/Profile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::norm {

/// The norms of `function` that can be watched: those outside of its loops, of
/// rows of known length, in program order.
SmallVector<NormOpInterface> getWatchedNorms(func::FuncOp function);

/// How the values of rows leave a function.
enum class Delivery {
  /// As further results.
  results,
  /// By a call, before the function returns, of
  ///
  ///   @norm_watch_f32(i64, memref<?xf32>, memref<?xf32>, memref<?xf32>)
  ///
  /// or @norm_watch_f64 for each norm, with its number and its values; the
  /// function keeps its type.
  calls
};

/// What tells of the rows of a function.
struct Instrumentation {
  /// Whose norms have no rows yet.
  Profile profile;
  /// The number of each norm of the profile among all of the function.
  SmallVector<unsigned> numbers;
  /// How many norms the function has.
  unsigned normCount = 0;
};

/// How many values norms of `kind` have for each row: a layernorm mean and
/// variance, the others mean, mean square and mean square of the first k
/// elements.
inline unsigned getSampleCount(NormKind kind) {
  return kind == NormKind::layernorm ? 2 : 3;
}

/// Has `entry` tell of the rows of its norms. With k = 0 an rmsnorm is compared
/// with one over the first 6.25 % of its elements, rounded up; a prmsnorm has
/// its own k. An error if k is larger than a row, or if results are added to a
/// function that is called.
llvm::Expected<Instrumentation> instrumentNorms(func::FuncOp entry, int64_t k,
                                                Delivery delivery);

} // namespace mlir::norm

#endif // NORM_MODELS_INSTRUMENT_H
