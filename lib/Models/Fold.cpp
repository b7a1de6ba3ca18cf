//===- Fold.cpp - the pass norm-fold --------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Fold.h"

#include "ResidualStream.h"
#include "Weights.h"

#include "norm/Dialect/Norm/IR/NormDescription.h"
#include "norm/Models/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Remarks.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMFOLD
#include "norm/Models/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

/// Each term reads centred weights; equal ones are made once.
static void centreTerms(RewriterBase &rewriter, ArrayRef<StreamTerm> terms) {
  llvm::DenseMap<std::pair<Value, int64_t>, Value> centred;
  for (const StreamTerm &term : terms) {
    Value weights = term.weights->get();
    Value &known = centred[{weights, term.dim}];
    if (!known) {
      rewriter.setInsertionPointAfterValue(weights);
      known = centreWeights(rewriter, weights.getLoc(),
                            {weights, static_cast<unsigned>(term.dim)});
    }
    rewriter.modifyOpInPlace(term.weights->getOwner(),
                             [&] { term.weights->set(known); });
  }
}

/// layernorm(x) -> rmsnorm(x), for rows of x whose mean is 0: the variance is
/// the mean square.
static NormOpInterface makeRMSNorm(RewriterBase &rewriter, NormOpInterface op) {
  NormDescription description = NormDescription::get(op);
  description.kind = NormKind::rmsnorm;
  description.meanInit = nullptr;
  rewriter.setInsertionPoint(op);
  NormOpInterface made = description.create(rewriter, op.getLoc());
  for (auto [from, to] : {std::pair(op.getY(), made.getY()),
                          std::pair(op.getStatistic(), made.getStatistic()),
                          std::pair(op.getRstd(), made.getRstd())})
    if (from)
      rewriter.replaceAllUsesWith(from, to);
  rewriter.eraseOp(op);
  return made;
}

FoldOutcome norm::foldLayerNorm(RewriterBase &rewriter, NormOpInterface op) {
  FoldOutcome outcome;
  ResidualStream stream = findResidualStream(op);
  outcome.reason = stream.obstacle;
  if (!outcome.reason.empty())
    return outcome;
  outcome.terms = stream.terms.size();
  centreTerms(rewriter, stream.terms);
  for (NormOpInterface norm : stream.norms)
    outcome.norms.push_back(makeRMSNorm(rewriter, norm));
  return outcome;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static remark::RemarkOpts getFoldOptions(StringRef name) {
  return remark::RemarkOpts::name(name).category("norm-fold");
}

namespace {
struct NormFold : norm::impl::NormFoldBase<NormFold> {
  using NormFoldBase::NormFoldBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    llvm::DenseSet<Operation *> refused;
    while (NormOpInterface op = findNext(refused)) {
      FoldOutcome outcome = foldLayerNorm(rewriter, op);
      if (outcome.norms.empty()) {
        refused.insert(op);
        remark::missed(op.getLoc(), getFoldOptions("not-folded"))
            << remark::reason("{0}", outcome.reason);
      }
      for (NormOpInterface norm : outcome.norms)
        remark::passed(norm.getLoc(), getFoldOptions("folded"))
            << "the layernorm is an rmsnorm of a sum of centred terms"
            << remark::metric("terms", outcome.terms)
            << remark::metric("norms", outcome.norms.size());
    }
  }

  /// The first layernorm on tensors that has not been refused, or null.
  NormOpInterface findNext(const llvm::DenseSet<Operation *> &refused) {
    NormOpInterface next;
    getOperation()->walk([&](LayerNormOp op) {
      if (!isa<RankedTensorType>(op.getInput().getType()) ||
          refused.contains(op))
        return WalkResult::advance();
      next = op;
      return WalkResult::interrupt();
    });
    return next;
  }
};
} // namespace
