//===- BackwardSums.cpp - dscale and dbias beside a gradient --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both are sums over the rows of something that is known, so that nothing is
// solved: what is computed from dy by sums over rows, in one reduction or in
// several, is multiplied out and compared.
//
//===----------------------------------------------------------------------===//

#include "Plan/BackwardSums.h"

#include "Expr/FlatSum.h"
#include "Expr/Unify.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

using SumKind = ParameterGradient::Kind;

namespace {
/// Looks for the sums of one plan.
class ParameterGradientFinder {
public:
  ParameterGradientFinder(ExprReader &reader, const BackwardPlan &plan,
                          const DeadOps &dead)
      : context(reader.getContext()), reader(reader), plan(plan), dead(dead) {}

  SmallVector<ParameterGradient> run();

private:
  SmallVector<ExprRef> getTargets(SumKind kind);
  ExprRef sumOverRows(ExprRef body);
  ExprRef getAtRoot(const Witness &witness);
  ExprRef getRstd();
  llvm::SetVector<Value> collectValues();
  std::optional<ParameterGradient> find(Value value, SumKind kind,
                                        ExprRef target);
  bool isUsedBehind(Value value) const;
  bool isOperand(Value value) const;

  ExprContext &context;
  ExprReader &reader;
  const BackwardPlan &plan;
  const DeadOps &dead;
};
} // namespace

/// What `witness` is, over positions of the root.
ExprRef ParameterGradientFinder::getAtRoot(const Witness &witness) {
  if (witness.number)
    return context.constant(*witness.number);
  return context.substitute(getElement(reader, witness).relaxed,
                            witness.indices, plan.dx.root.staticExtents);
}

ExprRef ParameterGradientFinder::getRstd() {
  return context.pow(getAtRoot(plan.rstd.witness),
                     plan.rstd.isReciprocal ? -1 : 1);
}

/// The sum of `body` over the rows, in normal form, over the positions of the
/// row; null where that is too large.
ExprRef ParameterGradientFinder::sumOverRows(ExprRef body) {
  SmallVector<unsigned> dims;
  SmallVector<ExprRef> extents;
  for (auto [dim, extent] : llvm::enumerate(plan.dx.root.extents))
    if (!(plan.match.rowMask >> dim & 1)) {
      dims.push_back(dim);
      extents.push_back(extent);
    }
  std::optional<FlatSum> flat =
      multiplyOut(context, context.sum(body, dims, extents));
  return flat ? flat->toExpr(context) : nullptr;
}

/// What a sum of `kind` may be. A norm of x that has been raised gives (x -
/// mean) rstd as its y.
SmallVector<ExprRef> ParameterGradientFinder::getTargets(SumKind kind) {
  ExprRef dy = getAtRoot(plan.dy.witness);
  if (kind == SumKind::Bias)
    return {sumOverRows(dy)};
  ExprRef centred = getAtRoot(plan.dx.input);
  if (plan.mean)
    centred = context.sub(centred, getAtRoot(plan.mean->witness));
  SmallVector<ExprRef> targets = {
      sumOverRows(context.mul({{dy, 1}, {centred, 1}, {getRstd(), 1}}))};
  for (Operation *user : plan.dx.input.value.getUsers())
    if (auto norm = dyn_cast<NormOpInterface>(user);
        norm && norm.getInput() == plan.dx.input.value && norm.getY() &&
        !norm.getScale() && !norm.getBias())
      targets.push_back(sumOverRows(context.mul(
          dy, getAtRoot(Witness{norm.getY(), plan.dx.input.indices}))));
  return targets;
}

/// Tensors that are computed from dy, by sums and element by element.
llvm::SetVector<Value> ParameterGradientFinder::collectValues() {
  llvm::SetVector<Value> reached;
  reached.insert(plan.dy.witness.value);
  if (Operation *owner = plan.dy.witness.op) {
    reached.insert(owner->result_begin(), owner->result_end());
    reached.insert(owner->operand_begin(), owner->operand_end());
  }
  llvm::SetVector<Value> tensors;
  for (size_t i = 0; i < reached.size() && i < kMaxSumValues; ++i)
    for (OpOperand *use : dead.getLiveUses(reached[i])) {
      Operation *user = use->getOwner();
      if (isa<linalg::LinalgOp>(user->getParentOp()))
        user = user->getParentOp();
      bool isTransparent = isa<linalg::LinalgOp, tensor::ExpandShapeOp,
                               tensor::CollapseShapeOp, tensor::CastOp>(user) ||
                           user->hasTrait<OpTrait::Elementwise>();
      if (!isTransparent)
        continue;
      for (Value result : user->getResults())
        if (isa<RankedTensorType>(result.getType()) && reached.insert(result))
          tensors.insert(result);
    }
  return tensors;
}

/// Whether an operand of the op is computed from `value` where the op stands:
/// a residual gradient may be one of the sum itself.
bool ParameterGradientFinder::isOperand(Value value) const {
  auto reads = [&](const Witness &witness) {
    return witness.value == value ||
           (witness.op && llvm::is_contained(
                              getValuesRead(witness.op, witness.value), value));
  };
  for (const std::optional<BackwardOperand> *operand : plan.getOptional())
    if (*operand && reads((*operand)->witness))
      return true;
  return reads(plan.dx.input) || reads(plan.dy.witness) ||
         reads(plan.rstd.witness);
}

/// Whether no use of `value` is in front of the place of the op.
bool ParameterGradientFinder::isUsedBehind(Value value) const {
  const Placement &place = plan.dx.placement;
  return llvm::all_of(dead.getLiveUses(value), [&](OpOperand *use) {
    Operation *user = place.block->findAncestorOpInBlock(*use->getOwner());
    return user && !user->isBeforeInBlock(place.before);
  });
}

std::optional<ParameterGradient>
ParameterGradientFinder::find(Value value, SumKind kind, ExprRef target) {
  auto type = cast<RankedTensorType>(value.getType());
  ExprRef expr = reader.read(value);
  if (!expr->hasSum || !isa<FloatType>(type.getElementType()))
    return std::nullopt;
  std::optional<FlatSum> flat = multiplyOut(context, expr);
  if (!flat)
    return std::nullopt;
  auto indices = unify(context, flat->toExpr(context), type.getRank(), target,
                       plan.dx.root.staticExtents);
  if (!indices || !isUsedBehind(value) || isOperand(value))
    return std::nullopt;
  const NormSpec &spec = plan.dx.spec;
  SmallVector<AffineExpr> own;
  SmallVector<int64_t> shape;
  for (int64_t dim : spec.rowDims) {
    own.push_back(plan.dx.input.indices[dim]);
    shape.push_back(spec.inputType.getDimSize(dim));
  }
  auto from = RankedTensorType::get(shape, type.getElementType());
  std::optional<View> view = getReshape({own, from}, {*indices, type});
  if (!view && type.hasStaticShape())
    view = getCopy(own, *indices, type, plan.dx.root.staticExtents);
  if (!view)
    return std::nullopt;
  return ParameterGradient{kind, value, *indices, *view};
}

SmallVector<ParameterGradient> ParameterGradientFinder::run() {
  SmallVector<ParameterGradient> found;
  llvm::SetVector<Value> values = collectValues();
  for (SumKind kind : {SumKind::Scale, SumKind::Bias}) {
    SmallVector<ExprRef> targets = getTargets(kind);
    Type element;
    for (Value value : llvm::reverse(values)) {
      if (element && element != getElementTypeOrSelf(value.getType()))
        continue;
      for (ExprRef target : targets) {
        if (!target || target->freeDims == 0)
          continue;
        std::optional<ParameterGradient> sum = find(value, kind, target);
        if (!sum)
          continue;
        element = getElementTypeOrSelf(value.getType());
        found.push_back(std::move(*sum));
        break;
      }
    }
  }
  return found;
}

SmallVector<ParameterGradient> mlir::norm::raise::findParameterGradients(
    ExprReader &reader, const BackwardPlan &plan, const DeadOps &dead) {
  return ParameterGradientFinder(reader, plan, dead).run();
}

RankedTensorType BackwardPlan::getSumType(SumKind kind) const {
  for (const ParameterGradient &sum : sums) {
    if (sum.kind != kind)
      continue;
    SmallVector<int64_t> shape;
    for (int64_t dim : dx.spec.rowDims)
      shape.push_back(dx.spec.inputType.getDimSize(dim));
    return RankedTensorType::get(
        shape, cast<RankedTensorType>(sum.value.getType()).getElementType());
  }
  return nullptr;
}
