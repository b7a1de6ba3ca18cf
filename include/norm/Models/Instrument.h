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

/// Results that tell of the rows of a function.
struct Instrumentation {
  /// Whose norms have no rows yet.
  Profile profile;
  /// The first result that was added. Each norm has, one value per row,
  /// layernorm mean and variance, the others mean, mean square and mean square
  /// of the first k elements.
  unsigned firstResult;
};

/// How many results norms of `kind` have.
inline unsigned getSampleCount(NormKind kind) {
  return kind == NormKind::layernorm ? 2 : 3;
}

/// Adds results to `entry`. With k = 0 an rmsnorm is compared with one over the
/// first 6.25 % of its elements, rounded up; a prmsnorm has its own k. An error
/// if the function is called, or k is larger than a row.
llvm::Expected<Instrumentation> instrumentNorms(func::FuncOp entry, int64_t k);

} // namespace mlir::norm

#endif // NORM_MODELS_INSTRUMENT_H
