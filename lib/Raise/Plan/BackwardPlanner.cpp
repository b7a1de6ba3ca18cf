//===- BackwardPlanner.cpp - from a gradient to a plan --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands are values of the program. The match leaves open how x and rstd are
// scaled: for each value that is a multiple of x the factor of rstd follows
// from the weight of the statistic, and a value has to be just that. So a
// gradient that is off by a factor of two is none, though sqrt(2) x would make
// one of it.
//
//===----------------------------------------------------------------------===//

#include "Plan/BackwardPlanner.h"

#include "Expr/FlatSum.h"
#include "Expr/IndexMath.h"
#include "Expr/Unify.h"
#include "Plan/BackwardSpec.h"
#include "Plan/BackwardSums.h"
#include "Plan/GradientFactors.h"
#include "Plan/NormSpec.h"
#include "Plan/RootPlan.h"
#include "Plan/WitnessFinder.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

using Stage = Refusal::Stage;

namespace {
/// One plan in the making.
class BackwardDraft {
public:
  BackwardDraft(ExprReader &reader, const DeadOps &dead, const Point &root,
                const BackwardMatch &match)
      : context(reader.getContext()), reader(reader), dead(dead) {
    plan.dx.root = root;
    plan.match = match;
  }

  BackwardPlanOutcome run();
  BackwardPlanOutcome runWithoutDx(const ScaleGradient &gradient);

private:
  using Failure = std::optional<Refusal>;

  Failure findCone();
  Failure findScaled();
  Failure findScaledBy(Coefficient factor);
  Failure findRstd();
  ExprRef withoutUnit(ExprRef number);
  Failure findGradient();
  Failure findResidual();
  Failure takeReading(const ScaleGradient &gradient);
  Failure chooseOp();
  Failure shapeOperands();
  Failure place();
  Failure replaceRoot();
  Failure verify();
  std::optional<Witness> findElements(ExprRef expr);
  std::optional<Witness> findGiven(ExprRef expr);
  std::optional<Witness> findMultipliedOut(ExprRef expr);
  std::optional<Witness> findRow(ExprRef expr);
  bool takeFactors(const GradientFactors &factors);
  std::optional<View> shape(const BackwardOperand &operand,
                            ArrayRef<int64_t> dims, Type element) const;

  ExprContext &context;
  ExprReader &reader;
  const DeadOps &dead;
  ExprRef rstdFactor = nullptr; ///< rstd is that times the power
  BackwardPlan plan;
};
} // namespace

//===----------------------------------------------------------------------===//
// Operands
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

/// A value that equals `expr` and has all elements that the root has.
std::optional<Witness> BackwardDraft::findElements(ExprRef expr) {
  std::optional<Witness> found = findGiven(expr);
  return found || expr->kind != Expr::Kind::Add ? found
                                                : findMultipliedOut(expr);
}

/// The same as it is written.
std::optional<Witness> BackwardDraft::findGiven(ExprRef expr) {
  WitnessFinder finder(reader, plan.dx.cone, plan.dx.root);
  std::optional<Witness> found = finder.findInput(
      expr, plan.match.rowMask,
      getElementTypeOrSelf(plan.dx.root.value.getType()), /*preferEarly=*/true);
  return found && finder.coversRoot(*found) ? found : std::nullopt;
}

/// The same for a sum that the program computes as a product: a x + b x is
/// (a + b) x.
std::optional<Witness> BackwardDraft::findMultipliedOut(ExprRef expr) {
  std::optional<Witness> found;
  auto consider = [&](Value value, unsigned rank) {
    ExprRef own = reader.read(value);
    if (found || own->size > kMaxFlatProducts)
      return;
    std::optional<FlatSum> flat = multiplyOut(context, own);
    if (!flat || flat->size() != expr->operands.size())
      return;
    auto indices = unify(context, flat->toExpr(context), rank, expr,
                         plan.dx.root.staticExtents);
    if (indices)
      found = findGiven(
          context.substitute(own, *indices, plan.dx.root.staticExtents));
  };
  for (Value value : plan.dx.cone.values)
    consider(value, cast<RankedTensorType>(value.getType()).getRank());
  for (Operation *op : plan.dx.cone.ops)
    if (auto structured = dyn_cast<linalg::LinalgOp>(op))
      for (Operation &nested : *structured.getBlock())
        if (nested.getNumResults() == 1)
          consider(nested.getResult(0), structured.getNumLoops());
  return found;
}

/// A value that equals `expr`, one number for each row.
std::optional<Witness> BackwardDraft::findRow(ExprRef expr) {
  return WitnessFinder(reader, plan.dx.cone, plan.dx.root).findBeside(expr);
}

/// 1 where `number` is 1 but for the rounding of literals.
ExprRef BackwardDraft::withoutUnit(ExprRef number) {
  bool isUnit = number->isConstant() && number->constant.matches(1.0);
  return isUnit ? context.constant(1.0) : number;
}

/// x and rstd, which are scaled as one of the values of the program is.
std::optional<Refusal> BackwardDraft::findScaled() {
  Failure failure = findScaledBy(Coefficient::exact(1));
  if (!failure)
    return std::nullopt;
  WitnessFinder finder(reader, plan.dx.cone, plan.dx.root);
  std::optional<Coefficient> multiple = finder.findMultiple(plan.match.element);
  if (multiple && !findScaledBy(*multiple))
    return std::nullopt;
  return failure;
}

std::optional<Refusal> BackwardDraft::findScaledBy(Coefficient factor) {
  std::optional<Witness> input =
      findElements(context.scale(factor, plan.match.element));
  if (!input)
    return Refusal{Stage::Operands,
                   "the values that rstd^3 multiplies are no tensor of the "
                   "program"};
  plan.dx.input = *input;
  // (factor * c)^2 = weight * n
  ExprRef square = context.mul(plan.match.weight, plan.match.length);
  rstdFactor = withoutUnit(
      context.scale(factor.pow(-1), context.pow(square, Rational(1, 2))));
  if (Failure failure = findRstd())
    return failure;
  if (plan.match.mean) {
    std::optional<Witness> mean =
        findRow(context.scale(factor, plan.match.mean));
    if (!mean)
      return Refusal{Stage::Operands, "the mean is no value of the program"};
    plan.mean = BackwardOperand{*mean, {}};
  }
  return findGradient();
}

/// rstd, or the reciprocal of that.
std::optional<Refusal> BackwardDraft::findRstd() {
  ExprRef wanted = context.mul(rstdFactor, plan.match.power);
  for (bool isReciprocal : {false, true})
    if (std::optional<Witness> rstd =
            findRow(context.pow(wanted, isReciprocal ? -1 : 1))) {
      plan.rstd = {*rstd, {}, isReciprocal};
      return std::nullopt;
    }
  // Without the factor: how far is the statistic from that of a norm?
  if (findRow(plan.match.power) && rstdFactor->isConstant())
    return Refusal{
        Stage::Norm,
        llvm::formatv("the term of the statistic is {0} times that "
                      "of the gradient of a norm",
                      rstdFactor->constant.value * rstdFactor->constant.value)};
  return Refusal{Stage::Operands, "rstd is no value of the program, or the "
                                  "term of the statistic is not that of the "
                                  "gradient of a norm"};
}

/// dy and scale as `factors` say; false where one is no value.
bool BackwardDraft::takeFactors(const GradientFactors &factors) {
  std::optional<Witness> dy = findElements(factors.dy);
  if (!dy)
    return false;
  plan.scale.reset();
  plan.dx.spec.scaleOffset = 0;
  plan.dy = {*dy, {}};
  if (!factors.scale)
    return true;
  WitnessFinder finder(reader, plan.dx.cone, plan.dx.root);
  std::optional<Witness> scale;
  bool isOffset = factors.scale->kind == Expr::Kind::Add &&
                  factors.scale->constant.isExactly(1.0);
  if (isOffset)
    scale =
        finder.findParameter(context.sub(factors.scale, context.constant(1.0)));
  plan.dx.spec.scaleOffset = scale ? 1 : 0;
  if (!scale)
    scale = finder.findParameter(factors.scale);
  if (scale)
    plan.scale = BackwardOperand{*scale, {}};
  return scale.has_value();
}

std::optional<Refusal> BackwardDraft::findGradient() {
  ExprRef gradient =
      context.mul({{plan.match.gradient, 1}, {rstdFactor, Rational(-1)}});
  for (const GradientFactors &factors :
       splitGradient(context, gradient, plan.match.rowMask))
    if (takeFactors(factors))
      return std::nullopt;
  return Refusal{Stage::Operands, "the gradient that rstd multiplies, or the "
                                  "scale, is no tensor of the program"};
}

/// The operands of dscale alone.
std::optional<Refusal>
BackwardDraft::takeReading(const ScaleGradient &gradient) {
  std::optional<Witness> dy = findElements(gradient.dy);
  std::optional<Witness> input = findElements(gradient.element);
  std::optional<Witness> rstd = findRow(gradient.rstd), mean;
  if (gradient.mean)
    mean = findRow(gradient.mean);
  plan.rstd.isReciprocal = !rstd;
  if (!rstd)
    rstd = findRow(context.pow(gradient.rstd, -1));
  if (!dy || !input || !rstd || (gradient.mean && !mean))
    return Refusal{Stage::Operands, "an operand of the gradient of a scale is "
                                    "no tensor of the program"};
  plan.dy.witness = *dy;
  plan.dx.input = *input;
  plan.rstd.witness = *rstd;
  if (mean)
    plan.mean = BackwardOperand{*mean, {}};
  return std::nullopt;
}

std::optional<Refusal> BackwardDraft::findResidual() {
  if (!plan.match.residual)
    return std::nullopt;
  std::optional<Witness> residual = findElements(plan.match.residual);
  if (!residual)
    return Refusal{Stage::Operands, "what is added to the gradient is no "
                                    "tensor of the program"};
  plan.residual = BackwardOperand{*residual, {}};
  return std::nullopt;
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
    if (!rstdFactor->isConstant())
      return Refusal{Stage::Norm, "epsilon is not a constant"};
    match.epsilon = match.epsilon * rstdFactor->constant.pow(-1);
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
  RankedTensorType from = getType(witness);
  auto to = RankedTensorType::get(extents, element);
  if (from.getElementType() != element || operand.isReciprocal)
    return getCopy(witness.indices, wanted, to);
  if (wanted == witness.indices && from == to)
    return View{View::Kind::Same, from, {}, {}};
  bool hasSameElements = from.hasStaticShape() && to.hasStaticShape()
                             ? from.getNumElements() == to.getNumElements()
                             : from == to;
  if (hasSameElements && isSameButForUnits(witness.indices, wanted))
    if (std::optional<View> reshape = getReshape(from, to))
      return reshape;
  return getCopy(witness.indices, wanted, to);
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
      shapeAs(&plan.dy, all, nullptr) &&
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
  for (const std::optional<BackwardOperand> *operand :
       {&plan.scale, &plan.mean, &plan.residual})
    if (*operand)
      operands.push_back(&(*operand)->witness);
  for (const Witness *operand : operands) {
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
      &BackwardDraft::findCone,      &BackwardDraft::findScaled,
      &BackwardDraft::findResidual,  &BackwardDraft::chooseOp,
      &BackwardDraft::shapeOperands, &BackwardDraft::place,
      &BackwardDraft::replaceRoot,   &BackwardDraft::verify};
  for (auto step : steps)
    if (Failure failure = (this->*step)()) {
      if (failure->stage == Stage::Operands && plan.dx.cone.isCut)
        failure->reason = getReason(Limit::ConeSize);
      return std::move(*failure);
    }
  return std::move(plan);
}

BackwardPlanOutcome BackwardDraft::runWithoutDx(const ScaleGradient &gradient) {
  plan.hasDx = false;
  if (Failure failure = findCone())
    return std::move(*failure);
  if (Failure failure = takeReading(gradient))
    return std::move(*failure);
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

BackwardPlanOutcome
mlir::norm::raise::planScaleGradient(ExprReader &reader, const DeadOps &dead,
                                     const Point &root, uint32_t rowMask,
                                     const ScaleGradient &gradient) {
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
  return BackwardDraft(reader, dead, root, match).runWithoutDx(gradient);
}

BackwardPlanOutcome
mlir::norm::raise::planBackward(ExprReader &reader, const DeadOps &dead,
                                const Point &root, const BackwardMatch &match) {
  return BackwardDraft(reader, dead, root, match).run();
}
