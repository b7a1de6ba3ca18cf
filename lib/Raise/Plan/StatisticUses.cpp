//===- StatisticUses.cpp - statistics that the program needs --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/StatisticUses.h"

#include "Expr/IndexMath.h"
#include "Expr/Limits.h"
#include "Expr/Unify.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// What a value is, of the statistics
//===----------------------------------------------------------------------===//

/// `expr` (over `rank` dimensions) as coefficient * target + summand, such as
/// the sum of squares, or the variance with epsilon added; literals count as
/// the same where one number rounds to them.
static std::optional<StatisticUse> asMultiple(ExprContext &context,
                                              ExprRef expr, unsigned rank,
                                              ExprRef target,
                                              ArrayRef<int64_t> extents) {
  StatisticUse use;
  if (auto indices = unify(context, expr, rank, target, extents)) {
    use.indices = std::move(*indices);
    return use;
  }
  // Literals of 16 bits say too little to tell one coefficient from another.
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
    Coefficient coefficient =
        first.coefficient * wanted.front().coefficient.pow(-1);
    bool hasAll = llvm::all_of(llvm::drop_begin(wanted), [&](Term want) {
      return llvm::any_of(terms, [&](Term term) {
        if (!isSame(term.coefficient, coefficient * want.coefficient))
          return false;
        auto own = unify(context, term.operand, rank, want.operand, extents);
        return own && *own == *indices;
      });
    });
    if (!hasAll)
      continue;
    use.indices = std::move(*indices);
    use.coefficient =
        isSame(coefficient, Coefficient::exact(1)) ? 1.0 : coefficient.value;
    // A row that was scaled by 1/4 has 1/16 of the statistic, and not what the
    // rounding of 1/480 to 16 bits makes of that.
    double power =
        std::exp2(std::round(std::log2(std::abs(coefficient.value))));
    if (coefficient.value > 0 && coefficient.matches(power))
      use.coefficient = power;
    // sqrt(v) + epsilon is 1/rstd, and not that plus what was lost in doubles.
    if (!isSame(summand, coefficient * constant))
      use.summand = summand.value - coefficient.value * constant.value;
    return use;
  }
  return std::nullopt;
}

/// How `value` follows from the statistics of the norm; none if it does not.
static std::optional<StatisticUse> asStatistic(ExprReader &reader, Value value,
                                               const NormPlan &plan) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !isa<FloatType>(type.getElementType()))
    return std::nullopt;
  ExprContext &context = reader.getContext();
  ExprRef expr = reader.read(value);
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
    if (kind == StatisticKind::Mean && match.kind != NormKind::layernorm)
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

//===----------------------------------------------------------------------===//
// How it is read from the result of the op
//===----------------------------------------------------------------------===//

/// The index, over positions of the root, of each dimension of a result with
/// one element per row. A unit dimension among the normalized ones is not
/// there; none where the dimensions do not fit.
static std::optional<SmallVector<AffineExpr>>
getRowIndices(const NormPlan &plan) {
  SmallVector<AffineExpr> rows;
  for (AffineExpr index : plan.input.indices)
    if (!(uint32_t(dimsOf(index)) & plan.match.rowMask))
      rows.push_back(index);
  RankedTensorType type = plan.spec.getStatisticType();
  if (int64_t(rows.size()) == type.getRank())
    return rows;
  SmallVector<AffineExpr> result;
  llvm::erase_if(rows, [](AffineExpr e) { return isa<AffineConstantExpr>(e); });
  auto *next = rows.begin();
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    bool isUnit = type.getDimSize(dim) == 1;
    if (!isUnit && next == rows.end())
      return std::nullopt;
    result.push_back(isUnit ? getAffineConstantExpr(0, type.getContext())
                            : *next++);
  }
  return result;
}

/// Puts neighbouring dimensions that hold i floordiv b and i mod b together:
/// `rows` and `type` follow. Returns the groups, none where nothing was merged.
static SmallVector<ReassociationIndices>
mergeSplitIndices(SmallVectorImpl<AffineExpr> &rows, RankedTensorType &type) {
  SmallVector<ReassociationIndices> groups;
  SmallVector<AffineExpr> merged;
  for (auto [dim, row] : llvm::enumerate(rows)) {
    auto quotient = merged.empty()
                        ? AffineBinaryOpExpr(nullptr)
                        : dyn_cast<AffineBinaryOpExpr>(merged.back());
    auto remainder = dyn_cast<AffineBinaryOpExpr>(row);
    bool isSplit =
        quotient && remainder && !type.isDynamicDim(dim) &&
        quotient.getKind() == AffineExprKind::FloorDiv &&
        remainder.getKind() == AffineExprKind::Mod &&
        quotient.getLHS() == remainder.getLHS() &&
        quotient.getRHS() == remainder.getRHS() &&
        quotient.getRHS() ==
            getAffineConstantExpr(type.getDimSize(dim), type.getContext());
    if (isSplit) {
      groups.back().push_back(dim);
      merged.back() = quotient.getLHS();
      continue;
    }
    groups.push_back({int64_t(dim)});
    merged.push_back(row);
  }
  if (merged.size() == rows.size())
    return {};
  rows.assign(merged.begin(), merged.end());
  type = tensor::CollapseShapeOp::inferCollapsedType(
      type,
      SmallVector<AffineMap>(getSymbolLessAffineMaps(
          convertReassociationIndicesToExprs(type.getContext(), groups))));
  return groups;
}

/// Fills in how `use` is read from the result of the op; false where it cannot
/// be.
static bool planRead(const NormPlan &plan, StatisticUse &use) {
  std::optional<SmallVector<AffineExpr>> rows = getRowIndices(plan);
  if (!rows)
    return false;
  RankedTensorType from = plan.spec.getStatisticType();
  bool isKnown = llvm::all_of(*rows, [&](AffineExpr row) {
    return isa<AffineConstantExpr>(row) || llvm::is_contained(use.indices, row);
  });
  if (!isKnown)
    use.merged = mergeSplitIndices(*rows, from);
  auto type = cast<RankedTensorType>(use.value.getType());
  if (use.isPlain() && type.getElementType() == from.getElementType())
    if (std::optional<View> reshape =
            getReshape({*rows, from}, {use.indices, type})) {
      use.view = *reshape;
      return true;
    }
  SmallVector<AffineExpr> reads;
  MLIRContext *context = type.getContext();
  for (AffineExpr row : *rows) {
    if (isa<AffineConstantExpr>(row)) {
      reads.push_back(getAffineConstantExpr(0, context));
      continue;
    }
    auto *found = llvm::find(use.indices, row);
    if (found == use.indices.end())
      return false;
    reads.push_back(getAffineDimExpr(found - use.indices.begin(), context));
  }
  // The sizes of dynamic dimensions are those of the result.
  for (auto [dim, index] : llvm::enumerate(use.indices))
    if (type.isDynamicDim(dim) &&
        (isa<AffineConstantExpr>(index) || !llvm::is_contained(*rows, index)))
      return false;
  use.view = {View::Kind::Copy,
              type,
              {},
              AffineMap::get(type.getRank(), 0, reads, context)};
  return true;
}

std::optional<StatisticUse>
mlir::norm::raise::asStatisticUse(ExprReader &reader, Value value,
                                  const NormPlan &plan) {
  std::optional<StatisticUse> use = asStatistic(reader, value, plan);
  return use && planRead(plan, *use) ? use : std::nullopt;
}

//===----------------------------------------------------------------------===//
// What the program needs
//===----------------------------------------------------------------------===//

/// The tensors that the body of the root's op reads once the root is given:
/// inputs from which something else than the root is computed.
static SmallVector<Value> getRemainingInputs(const NormPlan &plan,
                                             const DeadOps &dead) {
  auto op = dyn_cast<linalg::LinalgOp>(plan.root.owner);
  if (!op)
    return {};
  llvm::SetVector<Value> needed;
  Operation *yield = op.getBlock()->getTerminator();
  for (auto [result, yielded] :
       llvm::zip(op->getResults(), yield->getOperands()))
    if (yielded != plan.root.value && dead.hasLiveUse(result))
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

/// The tensors that the program needs beside the root: what is left of the
/// root's op, gates, ops that do more than to compute (an assertion), and what
/// is read outside of the cone.
static llvm::SetVector<Value> getNeeded(const NormPlan &plan,
                                        const DeadOps &dead) {
  llvm::SetVector<Value> needed;
  needed.insert_range(getRemainingInputs(plan, dead));
  for (const std::optional<Witness> *witness : {&plan.gate, &plan.rest})
    if (*witness && (*witness)->op)
      needed.insert_range(getValuesRead((*witness)->op, (*witness)->value));
    else if (*witness && !(*witness)->number)
      needed.insert((*witness)->value);
  for (Operation *op : plan.cone.ops)
    if (!wouldOpBeTriviallyDead(op))
      needed.insert_range(op->getOperands());
  for (Operation *op : plan.cone.ops) {
    if (op == plan.root.owner)
      continue;
    for (Value result : op->getResults())
      for (OpOperand *use : dead.getLiveUses(result)) {
        Operation *user = use->getOwner();
        if (!readsSize(user, result, plan.cone) &&
            !plan.cone.ops.contains(user) &&
            !plan.cone.ops.contains(user->getParentOp()))
          needed.insert(result);
      }
  }
  return needed;
}

/// Whether `op` computes one tensor from results of the cone, constants and
/// extents.
static bool computesFromCone(Operation *op, const NormPlan &plan,
                             ExprReader &reader) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  bool computes =
      structured ? structured.hasPureTensorSemantics()
                 : isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op) ||
                       (op->hasTrait<OpTrait::Elementwise>() &&
                        isMemoryEffectFree(op));
  if (op->getNumResults() != 1 || !computes ||
      !isa<RankedTensorType>(op->getResult(0).getType()))
    return false;
  return llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
    Value value = operand.get();
    Operation *producer = value.getDefiningOp();
    bool isOfCone = producer && plan.cone.ops.contains(producer) &&
                    producer != plan.root.owner && value != plan.input.value;
    return isOfCone || !isa<RankedTensorType>(value.getType()) ||
           (structured && structured.isDpsInit(&operand) &&
            !structured.payloadUsesValueFromOperand(&operand)) ||
           !reader.get(value).relaxed->hasLeaf;
  });
}

bool mlir::norm::raise::widenCone(NormPlan &plan, ExprReader &reader,
                                  const DeadOps &dead) {
  llvm::SetVector<Operation *> added;
  for (Operation *op : plan.cone.ops)
    for (Value result : op->getResults())
      for (OpOperand *use : dead.getLiveUses(result)) {
        Operation *user = use->getOwner();
        if (reader.get(result).relaxed->hasSum &&
            !plan.cone.ops.contains(user) &&
            !plan.cone.ops.contains(user->getParentOp()) &&
            added.size() < kMaxStatisticUses &&
            computesFromCone(user, plan, reader))
          added.insert(user);
      }
  plan.cone.ops.insert_range(added);
  return !added.empty() && plan.cone.ops.size() < kMaxConeSize;
}

std::variant<SmallVector<StatisticUse>, Refusal>
mlir::norm::raise::findStatisticUses(ExprReader &reader, const NormPlan &plan,
                                     const DeadOps &dead) {
  SmallVector<StatisticUse> uses;
  llvm::SetVector<Value> needed = getNeeded(plan, dead);
  for (unsigned i = 0; i < needed.size(); ++i) {
    Value value = needed[i];
    Operation *producer = value.getDefiningOp();
    if (!producer || !plan.cone.ops.contains(producer) ||
        (!plan.input.op && value == plan.input.value))
      continue;
    if (auto use = asStatistic(reader, value, plan)) {
      if (!planRead(plan, *use))
        return Refusal{Refusal::Stage::Place,
                       "a statistic is used in a shape that the result of the "
                       "op does not have"};
      uses.push_back(*use);
      continue;
    }
    auto structured = dyn_cast<linalg::LinalgOp>(producer);
    if (structured && structured.getNumReductionLoops() > 0)
      return Refusal{
          Refusal::Stage::Uses,
          "a reduction of the norm is used elsewhere, in a form that "
          "the op does not return"};
    needed.insert_range(producer->getOperands());
    for (Region &region : producer->getRegions())
      region.walk([&](Operation *nested) {
        for (Value operand : nested->getOperands())
          if (isa<RankedTensorType>(operand.getType()))
            needed.insert(operand);
      });
  }
  return uses;
}
