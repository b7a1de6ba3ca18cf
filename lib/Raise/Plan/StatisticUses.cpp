//===- StatisticUses.cpp - statistics that the program still needs --------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A raise must not leave a reduction behind that the op computes again. What is
// used beyond the root is followed back to values that the op can return (mean,
// statistic, rstd, and linear functions of the statistic); a reduction that is
// reached otherwise stops the raise.
//
//===----------------------------------------------------------------------===//

#include "Rewrite/Rewriter.h"

#include "Expr/Polynomial.h"
#include "Expr/Unify.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Whether the user is neither dead nor in the body of a dead op.
static bool isLive(const OpOperand &use, const Rewriter &rewriter) {
  Operation *user = use.getOwner();
  return !rewriter.isDead(user) && !rewriter.isDead(user->getParentOp());
}

bool Rewriter::hasLiveUse(Value value) const {
  return llvm::any_of(value.getUses(),
                      [&](const OpOperand &use) { return isLive(use, *this); });
}

SmallVector<OpOperand *> Rewriter::getLiveUses(Value value) const {
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : value.getUses())
    if (isLive(use, *this))
      uses.push_back(&use);
  return uses;
}

/// The tensors that the body of the root's op reads once the root is given:
/// inputs from which something else than the root is computed.
static SmallVector<Value> getRemainingInputs(const NormPlan &plan,
                                             const Rewriter &rewriter) {
  auto op = dyn_cast<linalg::LinalgOp>(plan.root.owner);
  if (!op)
    return {};
  llvm::SetVector<Value> needed;
  Operation *yield = op.getBlock()->getTerminator();
  for (auto [result, yielded] :
       llvm::zip(op->getResults(), yield->getOperands()))
    if (yielded != plan.root.value && rewriter.hasLiveUse(result))
      needed.insert(yielded);
  SmallVector<Value> inputs;
  for (unsigned i = 0; i < needed.size(); ++i) {
    Value value = needed[i];
    if (value == plan.root.value)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(value);
        argument && argument.getOwner() == op.getBlock()) {
      inputs.push_back(op.getMatchingOpOperand(argument)->get());
      continue;
    }
    Operation *producer = value.getDefiningOp();
    if (!producer || producer->getBlock() != op.getBlock()) {
      inputs.push_back(value);
      continue;
    }
    producer->walk([&](Operation *nested) {
      needed.insert(nested->operand_begin(), nested->operand_end());
    });
  }
  return inputs;
}

/// `expr` (over `rank` dimensions) as factor * target + summand, such as the
/// sum of squares, or the variance with epsilon added; literals count as the
/// same where one number rounds to them.
static std::optional<StatisticUse> asMultiple(ExprContext &context,
                                              ExprRef expr, unsigned rank,
                                              ExprRef target,
                                              ArrayRef<int64_t> extents) {
  StatisticUse use;
  if (auto indices = unify(context, expr, rank, target, extents)) {
    use.indices = std::move(*indices);
    return use;
  }
  // Literals of 16 bits say too little to tell one factor from another.
  auto isSame = [](Coefficient lhs, Coefficient rhs) {
    double error = std::min(lhs.error() + rhs.error(), 1e-6) + 1e-12;
    return std::abs(lhs.value - rhs.value) <= std::abs(rhs.value) * error;
  };
  Coefficient summand, constant;
  SmallVector<Term> terms = context.termsOf(expr, summand);
  SmallVector<Term> wanted = context.termsOf(target, constant);
  if (terms.empty() || terms.size() != wanted.size())
    return std::nullopt;
  for (Term first : terms) {
    auto indices =
        unify(context, first.operand, rank, wanted.front().operand, extents);
    if (!indices)
      continue;
    Coefficient factor = first.coefficient * wanted.front().coefficient.pow(-1);
    bool hasAll = llvm::all_of(llvm::drop_begin(wanted), [&](Term want) {
      return llvm::any_of(terms, [&](Term term) {
        if (!isSame(term.coefficient, factor * want.coefficient))
          return false;
        auto own = unify(context, term.operand, rank, want.operand, extents);
        return own && *own == *indices;
      });
    });
    if (!hasAll)
      continue;
    bool isOne = isSame(factor, Coefficient::exact(1));
    use.indices = std::move(*indices);
    use.factor = isOne ? 1.0 : factor.value;
    use.summand = summand.value - factor.value * constant.value;
    return use;
  }
  return std::nullopt;
}

/// How `value` follows from the statistics of the norm; none if it does not.
static std::optional<StatisticUse> asStatistic(ExprContext &context,
                                               ExprReader &builder,
                                               Value value,
                                               const NormPlan &plan) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !isa<FloatType>(type.getElementType()))
    return std::nullopt;
  ExprRef expr = builder.read(value);
  if (!expr->hasSum)
    return std::nullopt;
  const NormMatch &match = plan.match;
  // The deviation with epsilon is 1 / rstd.
  std::tuple<StatisticKind, StatisticForm, ExprRef> targets[] = {
      {StatisticKind::Rstd, StatisticForm::Plain, match.rstd},
      {StatisticKind::Statistic, StatisticForm::Plain, match.statistic},
      {StatisticKind::Mean, StatisticForm::Plain, match.mean},
      {StatisticKind::Rstd, StatisticForm::Reciprocal,
       context.pow(match.rstd, -1)},
      {StatisticKind::Statistic, StatisticForm::Root,
       context.pow(match.statistic, {1, 2})}};
  for (auto [kind, form, target] : targets) {
    if (kind == StatisticKind::Mean && match.kind != NormKind::LayerNorm)
      continue;
    if (auto use = asMultiple(context, expr, type.getRank(), target,
                              plan.root.staticExtents)) {
      // Repeated along a dimension of unknown size: rather what is repeated.
      for (auto [dim, index] : llvm::enumerate(use->indices))
        if (type.isDynamicDim(dim) && isa<AffineConstantExpr>(index))
          return std::nullopt;
      use->value = value;
      use->kind = kind;
      use->form = form;
      return use;
    }
  }
  return std::nullopt;
}

/// Whether `user` reads a size of `value` that can be had without the cone.
static bool readsSize(Operation *user, Value value, const Cone &cone) {
  auto dim = dyn_cast<tensor::DimOp>(user);
  if (!dim || !dim.getConstantIndex())
    return false;
  ExtentOrigin origin = trace(value, *dim.getConstantIndex());
  Operation *producer = origin.value.getDefiningOp();
  return origin.number || !producer || !cone.ops.contains(producer) ||
         getSize(producer, origin.dim);
}

std::optional<SmallVector<StatisticUse>>
Rewriter::findStatisticUses(const NormPlan &plan, std::string &reason) {
  SmallVector<StatisticUse> uses;
  llvm::SetVector<Value> needed;
  for (Value input : getRemainingInputs(plan, *this))
    needed.insert(input);
  for (const std::optional<Witness> &witness : {plan.gate, plan.rest})
    if (witness)
      needed.insert(witness->tensor);
  // An op that does more than to compute, such as an assertion, stays.
  for (Operation *op : plan.cone.ops)
    if (!wouldOpBeTriviallyDead(op))
      needed.insert(op->operand_begin(), op->operand_end());
  // Results of the cone that something outside of it reads.
  for (Operation *op : plan.cone.ops) {
    if (op == plan.root.owner)
      continue;
    for (Value result : op->getResults())
      for (OpOperand *use : getLiveUses(result)) {
        Operation *user = use->getOwner();
        if (!readsSize(user, result, plan.cone) &&
            !plan.cone.ops.contains(user) &&
            !plan.cone.ops.contains(user->getParentOp()))
          needed.insert(result);
      }
  }
  for (unsigned i = 0; i < needed.size(); ++i) {
    Value value = needed[i];
    Operation *producer = value.getDefiningOp();
    if (!producer || !plan.cone.ops.contains(producer) ||
        value == plan.input.tensor)
      continue;
    if (auto use = asStatistic(context, builder, value, plan)) {
      uses.push_back(*use);
      continue;
    }
    auto structured = dyn_cast<linalg::LinalgOp>(producer);
    if (structured && structured.getNumReductionLoops() > 0) {
      reason =
          "a reduction of the norm is used elsewhere, in a form that the op "
          "does not return";
      return std::nullopt;
    }
    for (Value operand : producer->getOperands())
      needed.insert(operand);
    for (Region &region : producer->getRegions())
      region.walk([&](Operation *nested) {
        for (Value operand : nested->getOperands())
          if (isa<RankedTensorType>(operand.getType()))
            needed.insert(operand);
      });
  }
  return uses;
}
