//===- Remarks.h - what a raise tells its user ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_REMARKS_H
#define NORM_LIB_RAISE_REMARKS_H

#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// A candidate that is no norm. Of those of one root the one is reported that
/// got furthest.
struct NearMiss {
  Location loc;
  std::string reason;
  unsigned stage;
  ExprRef base;
  size_t raisedBefore; ///< number of norms that were raised before it
};

/// A norm that was put in place, and where its root was.
struct RaisedNorm {
  Operation *op;
  Location loc;
  std::string otherDivisor;       ///< see NormMatch
  bool readsMaskAsSlice;          ///< see ExprReader
  SmallVector<std::string> notes; ///< of the second opinion
  double range;       ///< how far squares leave the range earlier; 1 for none
  unsigned roundings; ///< that the raise drops, on the longest path to a leaf
  NormPlan plan;
};

/// A backward op that was put in place, and where its root was.
struct RaisedBackward {
  Operation *op;
  Location loc;
};

/// Emits one passed remark for each raised norm, at its root, and one missed
/// remark for each of `misses`, in program order.
void emitRemarks(ArrayRef<RaisedNorm> raised, ArrayRef<NearMiss> misses);
/// The same for gradients.
void emitRemarks(ArrayRef<RaisedBackward> raised, ArrayRef<NearMiss> misses);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_REMARKS_H
