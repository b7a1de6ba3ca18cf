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
  /// Of a gradient: the op that it was in, of which a later raise may have left
  /// nothing.
  Operation *owner = nullptr;
};

/// Of the misses of norms, one for each root under which none was raised, in
/// program order.
SmallVector<NearMiss> chooseMisses(SmallVector<NearMiss> misses,
                                   const llvm::DenseSet<ExprRef> &raisedBases);

/// A norm that was put in place, and where its root was.
struct RaisedNorm {
  Operation *op;
  StringRef name; ///< of the op, which a later round may replace
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
  StringRef name;
  Location loc;
  SmallVector<std::string> notes;
  double range;
  unsigned roundings;
};

/// What a raise did, in one round or in several, and what it left alone.
struct RaiseReport {
  std::vector<RaisedBackward> backwards;
  std::vector<RaisedNorm> norms;
  SmallVector<NearMiss> backwardMisses, misses;

  /// Emits one passed remark for each norm and each gradient, at its root, and
  /// one missed remark for each near miss, in program order.
  void emitRemarks() const;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_REMARKS_H
