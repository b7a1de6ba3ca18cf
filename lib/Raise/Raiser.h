//===- Raiser.h - finding and raising the norms of a module -----*- C++
//-*-===////
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_RAISER_H
#define NORM_LIB_RAISE_RAISER_H

#include "SecondOpinion.h"

#include "norm/Raise/Passes.h"

namespace mlir::norm::raise {

/// A point and what it was solved for.
struct MatchedPoint {
  Point point;
  NormMatch match;
};

/// A candidate that is no norm. Of those of one root the one is reported that
/// got furthest.
struct NearMiss {
  Location loc;
  std::string reason;
  unsigned stage;
  ExprRef base;
};

/// Finds and raises the norms of one module.
class Raiser {
public:
  Raiser(ModuleOp module, RaisePrecision precision, llvm::raw_ostream *explain)
      : module(module), precision(precision), explain(explain),
        context(module.getContext()), builder(context),
        rewriter(context, builder), secondOpinion(builder.getExtentClasses()) {}

  unsigned run(SmallVectorImpl<RaiseMiss> *wantedMisses);

private:
  /// What became of a point: raised, not expressed by an op, refused whatever
  /// point of the norm is raised, or in want of an operand where it is needed.
  enum class Outcome { Raised, NoPlan, Refused, Unavailable };

  std::optional<SmallVector<ExprRef>> getExtents(Operation *owner);
  std::optional<MatchedPoint> matchPoint(Value value, Operation *owner,
                                         ArrayRef<ExprRef> extents,
                                         bool isFirst);
  std::vector<MatchedPoint> grow(MatchedPoint start);
  Value getNextPoint(Value value);
  std::optional<NormPlan> plan(ArrayRef<MatchedPoint> path, std::string &reason,
                               SmallVectorImpl<Operation *> &made,
                               bool preferGiven);
  Outcome tryRaise(ArrayRef<MatchedPoint> path, bool preferGiven,
                   std::string &reason);
  bool raise(const MatchedPoint &start);
  void process(Operation *op);
  SmallVector<RaiseMiss> takeMisses();
  void emitRemarks();

  ModuleOp module;
  RaisePrecision precision;
  llvm::raw_ostream *explain;
  ExprContext context;
  RowExprBuilder builder;
  Rewriter rewriter;
  SecondOpinion secondOpinion;
  SmallVector<NearMiss> misses;
  llvm::DenseSet<ExprRef> raisedBases;
  llvm::DenseSet<ExprRef> refusedBases;
  SmallVector<Operation *> raised;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_RAISER_H
