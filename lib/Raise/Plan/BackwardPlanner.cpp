//===- BackwardPlanner.cpp - from a gradient to a plan --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps from a match to a plan: the operands, which OperandFinder.h
// finds, the op that they make, their shapes, and the place of the op.
//
//===----------------------------------------------------------------------===//

#include "Plan/BackwardPlanner.h"

#include "Expr/IndexMath.h"
#include "Expr/Unify.h"
#include "Plan/BackwardSpec.h"
#include "Plan/BackwardSums.h"
#include "Plan/NormSpec.h"
#include "Plan/OperandFinder.h"
#include "Plan/RootPlan.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

using Stage = Refusal::Stage;

namespace {
/// One plan in the making.
class BackwardDraft {
public:
  BackwardDraft(ExprReader &reader, const DeadOps &dead, const Point &root,
                const BackwardMatch &match, InputSign sign = InputSign::Any)
      : context(reader.getContext()), reader(reader), dead(dead), sign(sign) {
    plan.dx.root = root;
    plan.match = match;
  }

  BackwardPlanOutcome run();
  BackwardPlanOutcome runWithoutDx(const ScaleGradient &gradient,
                                   bool asWritten);

private:
  using Failure = std::optional<Refusal>;

  Failure findCone();
  Failure findOperands();
  Failure chooseOp();
  bool shapeProduct();
  Failure shapeOperands();
  Failure place();
  Failure replaceRoot();
  Failure verify();
  std::optional<View> shape(const BackwardOperand &operand,
                            ArrayRef<int64_t> dims, Type element) const;

  ExprContext &context;
  ExprReader &reader;
  const DeadOps &dead;
  InputSign sign;
  ExprRef rstdMultiple = nullptr; ///< rstd is that times the power
  BackwardPlan plan;
};
} // namespace

//===----------------------------------------------------------------------===//
// The values of the program
//===----------------------------------------------------------------------===//

std::optional<Refusal> BackwardDraft::findCone() {
  auto isInput = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return unify(context, reader.read(value), type.getRank(),
                 plan.match.element, plan.dx.root.staticExtents)
        .has_value();
  };
  plan.dx.cone =
      collectCone(plan.dx.root.owner, plan.dx.root.value, reader, isInput);
  return std::nullopt;
}

std::optional<Refusal> BackwardDraft::findOperands() {
  return OperandFinder(reader, plan, rstdMultiple).find(sign);
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

std::optional<Refusal> BackwardDraft::chooseOp() {
  int64_t offset = plan.dx.spec.scaleOffset;
  NormMatch match;
  match.kind = plan.match.kind;
  match.rowMask = plan.match.rowMask;
  match.statisticLength = plan.match.length;
  match.epsMode = plan.match.epsMode;
  match.epsilon = plan.match.epsilon;
  // c / (s + e) is 1 / (s / c + e / c).
  if (match.epsMode == EpsMode::outside) {
    if (!rstdMultiple->isConstant())
      return Refusal{Stage::Norm, "epsilon is not a constant"};
    match.epsilon = match.epsilon * rstdMultiple->constant.pow(-1);
  }
  plan.dx.match = match;
  plan.dx.spec = getSpec(match, plan.dx.input,
                         getElementTypeOrSelf(plan.dx.root.value.getType()));
  plan.dx.spec.scaleOffset = offset;
  if (plan.match.kind == NormKind::prmsnorm && plan.dx.spec.rowDims.size() > 1)
    return Refusal{Stage::Norm, "the first elements of a row of several "
                                "dimensions have the term of the statistic"};
  auto hasEncoding = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.getEncoding();
  };
  if (llvm::any_of(plan.dx.cone.values, hasEncoding) ||
      llvm::any_of(plan.dx.root.owner->getResults(), hasEncoding))
    return Refusal{Stage::Norm,
                   "a tensor has an encoding, which the op does not know"};
  return std::nullopt;
}

/// How `operand` gets the shape of the dimensions `dims` of x, in `element`.
std::optional<View> BackwardDraft::shape(const BackwardOperand &operand,
                                         ArrayRef<int64_t> dims,
                                         Type element) const {
  const Witness &witness = operand.witness;
  const NormSpec &spec = plan.dx.spec;
  SmallVector<AffineExpr> wanted;
  SmallVector<int64_t> extents;
  for (int64_t dim : dims) {
    wanted.push_back(plan.dx.input.indices[dim]);
    extents.push_back(spec.inputType.getDimSize(dim));
  }
  auto to = RankedTensorType::get(extents, element);
  if (witness.number)
    return View{View::Kind::Same, to, {}, {}};
  RankedTensorType from = getType(witness);
  ArrayRef<int64_t> positions = plan.dx.root.staticExtents;
  if (from.getElementType() != element || operand.isReciprocal)
    return getCopy(witness.indices, wanted, to, positions);
  return getOperandView({witness.indices, from}, {wanted, to}, positions);
}

/// dy times its gain is a tensor that the rewrite makes.
bool BackwardDraft::shapeProduct() {
  const NormSpec &spec = plan.dx.spec;
  auto type =
      RankedTensorType::get(spec.inputType.getShape(), spec.computeType);
  for (BackwardOperand *operand : {&plan.dy, &*plan.gain}) {
    std::optional<View> view =
        getCopy(operand->witness.indices, plan.dx.input.indices, type,
                plan.dx.root.staticExtents);
    if (!view)
      return false;
    operand->view = *view;
  }
  return true;
}

std::optional<Refusal> BackwardDraft::shapeOperands() {
  const NormSpec &spec = plan.dx.spec;
  SmallVector<int64_t> all;
  for (int64_t dim = 0; dim < spec.inputType.getRank(); ++dim)
    all.push_back(dim);
  auto shapeAs = [&](BackwardOperand *operand, ArrayRef<int64_t> dims,
                     Type element) {
    if (!operand)
      return true;
    std::optional<View> view =
        shape(*operand, dims,
              element ? element : getType(operand->witness).getElementType());
    if (view)
      operand->view = *view;
    return view.has_value();
  };
  auto pointer = [](std::optional<BackwardOperand> &operand) {
    return operand ? &*operand : nullptr;
  };
  bool hasShapes =
      (plan.gain ? shapeProduct() : shapeAs(&plan.dy, all, nullptr)) &&
      shapeAs(pointer(plan.residual), all, nullptr) &&
      shapeAs(pointer(plan.scale), spec.rowDims, nullptr) &&
      shapeAs(&plan.rstd, spec.otherDims, spec.computeType) &&
      shapeAs(pointer(plan.mean), spec.otherDims, spec.computeType);
  if (!hasShapes)
    return Refusal{Stage::Place, "an operand cannot be brought into the shape "
                                 "that the op wants"};
  return std::nullopt;
}

/// The op stands where its last operand is there.
std::optional<Refusal> BackwardDraft::place() {
  Block *block = plan.dx.root.owner->getBlock();
  Operation *before = &block->front();
  SmallVector<const Witness *> operands = {&plan.dx.input, &plan.dy.witness,
                                           &plan.rstd.witness};
  for (const std::optional<BackwardOperand> *operand : plan.getOptional())
    if (*operand)
      operands.push_back(&(*operand)->witness);
  for (const Witness *operand : operands) {
    if (operand->number)
      continue;
    Operation *producer = operand->op ? linalg::LinalgOp(operand->op)
                                      : operand->value.getDefiningOp();
    Operation *inBlock =
        producer ? block->findAncestorOpInBlock(*producer) : nullptr;
    if (!inBlock)
      continue;
    Operation *first = operand->op ? inBlock : inBlock->getNextNode();
    if (before->isBeforeInBlock(first))
      before = first;
  }
  plan.dx.placement = {block, before};
  // Sums over rows are of the dy of the program.
  if (!plan.gain)
    plan.sums = findParameterGradients(reader, plan, dead);
  return std::nullopt;
}

std::optional<Refusal> BackwardDraft::replaceRoot() {
  std::optional<RootPlan> replacement = planRoot(plan.dx);
  if (!replacement)
    return Refusal{Stage::Root, "a size of the result is known from nothing "
                                "but what the op replaces"};
  plan.dx.replacement = std::move(*replacement);
  return std::nullopt;
}

std::optional<Refusal> BackwardDraft::verify() {
  std::string message = verifyBackward(plan);
  if (!message.empty())
    return Refusal{Stage::Norm, message};
  return std::nullopt;
}

BackwardPlanOutcome BackwardDraft::run() {
  Failure (BackwardDraft::*steps[])() = {
      &BackwardDraft::findCone, &BackwardDraft::findOperands,
      &BackwardDraft::chooseOp, &BackwardDraft::shapeOperands,
      &BackwardDraft::place,    &BackwardDraft::replaceRoot,
      &BackwardDraft::verify};
  for (auto step : steps)
    if (Failure failure = (this->*step)()) {
      if (failure->stage == Stage::Operands && plan.dx.cone.isCut)
        failure->reason = getReason(Limit::ConeSize);
      return std::move(*failure);
    }
  return std::move(plan);
}

BackwardPlanOutcome BackwardDraft::runWithoutDx(const ScaleGradient &gradient,
                                                bool asWritten) {
  plan.hasDx = false;
  if (Failure failure = findCone())
    return std::move(*failure);
  if (Failure failure =
          OperandFinder(reader, plan, rstdMultiple).take(gradient))
    return std::move(*failure);
  if (asWritten && !plan.isInOrder)
    return Refusal{Stage::Operands, "the program multiplies in another order"};
  Failure (BackwardDraft::*steps[])() = {
      &BackwardDraft::chooseOp, &BackwardDraft::shapeOperands,
      &BackwardDraft::place, &BackwardDraft::verify};
  for (auto step : steps) {
    if (Failure failure = (this->*step)())
      return std::move(*failure);
    bool isPlaced = step == &BackwardDraft::place;
    if (isPlaced && !plan.getSumType(ParameterGradient::Kind::Scale))
      return Refusal{Stage::Root, "the gradient of a scale is read before its "
                                  "operands are there"};
  }
  return std::move(plan);
}

BackwardPlanOutcome mlir::norm::raise::planScaleGradient(
    ExprReader &reader, const DeadOps &dead, const Point &root,
    uint32_t rowMask, const ScaleGradient &gradient, bool asWritten) {
  ExprContext &context = reader.getContext();
  BackwardMatch match;
  match.kind = gradient.mean ? NormKind::layernorm : NormKind::rmsnorm;
  match.rowMask = rowMask;
  match.epsMode = EpsMode::inside;
  match.epsilon = Coefficient::exact(0);
  match.power = gradient.rstd;
  match.gradient = gradient.dy;
  match.element = gradient.element;
  match.mean = gradient.mean;
  match.weight = match.residual = nullptr;
  match.length = context.constant(1.0);
  for (auto [dim, extent] : llvm::enumerate(root.extents))
    if (rowMask >> dim & 1)
      match.length = context.mul(match.length, extent);
  return BackwardDraft(reader, dead, root, match)
      .runWithoutDx(gradient, asWritten);
}

BackwardPlanOutcome
mlir::norm::raise::planBackward(ExprReader &reader, const DeadOps &dead,
                                const Point &root, const BackwardMatch &match) {
  using Kind = ParameterGradient::Kind;
  BackwardPlanOutcome outcome = BackwardDraft(reader, dead, root, match).run();
  auto *plan = std::get_if<BackwardPlan>(&outcome);
  if (!plan || plan->getSumType(Kind::Scale))
    return outcome;
  // The norm may have been that of -x: dscale tells.
  BackwardPlanOutcome other =
      BackwardDraft(reader, dead, root, match, InputSign::Negative).run();
  auto *negative = std::get_if<BackwardPlan>(&other);
  return negative && negative->getSumType(Kind::Scale) ? other : outcome;
}
