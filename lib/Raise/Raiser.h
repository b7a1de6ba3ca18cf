//===- Raiser.h - finding and raising the norms of a module -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_RAISER_H
#define NORM_LIB_RAISE_RAISER_H

#include "Check/SecondOpinion.h"
#include "Rewrite/Rewriter.h"

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
  size_t raisedBefore; ///< number of norms that were raised before it
};

/// A norm that was put in place, and where its root was.
struct RaisedNorm {
  Operation *op;
  Location loc;
  std::string otherDivisor; ///< see NormMatch
};

/// Finds and raises the norms of one module.
class Raiser {
public:
  /// Makes the builder of row expressions.
  using MakeBuilder =
      llvm::function_ref<std::unique_ptr<ExprReader>(ExprContext &)>;

  Raiser(
      ModuleOp module, RaisePrecision precision, llvm::raw_ostream *explain,
      MakeBuilder makeBuilder =
          [](ExprContext &context) {
            return std::make_unique<ExprReader>(context);
          })
      : module(module), precision(precision), explain(explain),
        context(module.getContext()), ownBuilder(makeBuilder(context)),
        builder(*ownBuilder), rewriter(context, builder),
        secondOpinion(builder.getExtentClasses()) {
    if (precision == RaisePrecision::Strict)
      builder.readExact();
  }

  unsigned run(SmallVectorImpl<RaiseMiss> *wantedMisses);

private:
  /// What became of a point: raised, not expressed by an op, refused whatever
  /// point of the norm is raised, or in want of an operand where it is needed.
  enum class Outcome { Raised, NoPlan, Refused, Unavailable };

  std::optional<SmallVector<ExprRef>> getExtents(Operation *owner);
  std::optional<MatchedPoint> matchPoint(Value value, Operation *owner,
                                         ArrayRef<ExprRef> extents,
                                         bool isFirst, bool withGate = false);
  std::vector<MatchedPoint> grow(MatchedPoint start);
  Value getNextPoint(Value value);
  std::optional<NormPlan> plan(ArrayRef<MatchedPoint> path, std::string &reason,
                               SmallVectorImpl<Operation *> &made,
                               bool preferGiven);
  std::optional<NormPlan> planFor(ArrayRef<MatchedPoint> path,
                                  const NormMatch &match, std::string &reason,
                                  SmallVectorImpl<Operation *> &made,
                                  bool preferGiven,
                                  std::optional<Coefficient> *multiple);
  Outcome tryRaise(ArrayRef<MatchedPoint> path, bool preferGiven,
                   std::string &reason);
  bool raise(const MatchedPoint &start);
  bool raiseGated(const MatchedPoint &start);
  void process(Operation *op);
  SmallVector<NearMiss> takeMisses();
  void emitRemarks();

  ModuleOp module;
  RaisePrecision precision;
  llvm::raw_ostream *explain;
  ExprContext context;
  std::unique_ptr<ExprReader> ownBuilder;
  ExprReader &builder;
  Rewriter rewriter;
  SecondOpinion secondOpinion;
  SmallVector<NearMiss> misses;
  llvm::DenseSet<ExprRef> raisedBases;
  llvm::DenseSet<ExprRef> refusedBases;
  SmallVector<RaisedNorm> raised;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_RAISER_H
