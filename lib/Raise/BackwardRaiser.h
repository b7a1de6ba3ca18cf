//===- BackwardRaiser.h - finding and raising gradients ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_BACKWARDRAISER_H
#define NORM_LIB_RAISE_BACKWARDRAISER_H

#include "Check/Certificate.h"
#include "Check/SecondOpinion.h"
#include "GradientMisses.h"
#include "Match/ScaleGradient.h"
#include "Plan/BackwardPlan.h"
#include "Remarks.h"
#include "Rewrite/Rewriter.h"

#include <map>

namespace mlir::norm::raise {

/// Finds and raises the gradients of norms. It runs before norms are looked
/// for: what a backward op reads of a forward norm, rstd and the mean, is then
/// a use of a statistic like any other. It has a reader of its own, which is
/// not made for programs without gradients. Each raise adds to `certificates`,
/// unless that is null.
class BackwardRaiser {
public:
  BackwardRaiser(const SecondOpinionOptions &options, ExprReader &reader,
                 DeadOps &dead, llvm::raw_ostream *explain,
                 SmallVectorImpl<RaiseCertificate> *certificates)
      : options(options), context(reader.getContext()), reader(reader),
        dead(dead), rewriter(dead), explain(explain),
        certificates(certificates), misses(context, dead) {
    reader.readGradients();
  }

  /// Raises the gradients in `ops`, a program in order. Unless `isAgain`, a
  /// dscale waits for a dx of the same rstd that was not found, and may be once
  /// the norms are raised; whether one does.
  bool run(ArrayRef<Operation *> ops, bool isAgain);

  /// Adds what was raised to `report`. What was not takes the place of what the
  /// round before left: if nothing was raised since, that knows more.
  void reportTo(RaiseReport &report);

private:
  struct SolvedPoint {
    Point point;
    BackwardMatch match;
  };
  std::optional<SolvedPoint> solve(Value value, Operation *owner);
  std::vector<SolvedPoint> grow(SolvedPoint start);
  bool raise(SolvedPoint start);
  std::optional<std::string> tryRaise(const SolvedPoint &solved);
  bool raiseOne(Operation *op);
  void raiseGradients(ArrayRef<Operation *> ops);
  bool raiseScaleGradients(ArrayRef<Operation *> ops, bool mayWait);
  bool raiseScaleGradient(linalg::LinalgOp op, bool mayWait);
  std::optional<std::string> tryRaise(const Point &point, uint32_t rowMask,
                                      const ScaleGradient &gradient,
                                      bool asWritten);
  std::optional<std::string> judge(BackwardPlan &plan);
  Opinion getOpinion(const BackwardPlan &plan);

  SecondOpinionOptions options;
  ExprContext &context;
  ExprReader &reader;
  DeadOps &dead;
  Rewriter rewriter;
  llvm::raw_ostream *explain;
  SmallVectorImpl<RaiseCertificate> *certificates;
  std::vector<RaisedBackward> raised;
  GradientMisses misses;
  llvm::DenseSet<ExprRef> refused;
  /// Roots that are no gradients, whoever reads them.
  llvm::DenseSet<ExprRef> failed;
  bool isSecondLook = false;
  /// Opinions by fingerprint: equal layers are evaluated once.
  std::map<std::string, Opinion> opinions;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_BACKWARDRAISER_H
