//===- Planner.cpp - from matched points to a plan ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A draft becomes a plan step by step; the first step that fails is the reason.
//
//===----------------------------------------------------------------------===//

#include "Plan/Planner.h"

#include "Expr/IndexMath.h"
#include "Expr/Polynomial.h"
#include "Expr/Unify.h"
#include "Plan/NormSpec.h"
#include "Plan/Placement.h"
#include "Plan/RootPlan.h"
#include "Plan/Roundings.h"
#include "Plan/StatisticUses.h"
#include "Plan/WitnessFinder.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

using Stage = Refusal::Stage;

static constexpr const char *kRoundsElsewhere =
    "the program rounds between the norm and its result where the op does not";

namespace {
/// One plan in the making: that of `match`, the match of the end of `path` or a
/// multiple of it.
class Draft {
public:
  Draft(ExprReader &reader, const DeadOps &dead, RaisePrecision precision,
        ArrayRef<MatchedPoint> path, const NormMatch &match, bool preferEarly,
        double inputMultiple)
      : context(reader.getContext()), reader(reader), dead(dead),
        isStrict(precision == RaisePrecision::Strict), path(path),
        preferEarly(preferEarly), inputMultiple(inputMultiple) {
    plan.root = path.back().point;
    plan.match = match;
  }

  PlanOutcome run();

  /// A multiple of the input that the program has, where it does not have the
  /// input.
  std::optional<Coefficient> multiple;

private:
  using Failure = std::optional<Refusal>;

  Failure findCone();
  bool mayMoveBeside() const;
  bool findScale(WitnessFinder &finder, ExprRef scale);
  bool moveScaleToGate(WitnessFinder &finder);
  void moveBiasToRest();
  Failure findParameters();
  Failure findBesides();
  Failure findInput();
  Failure checkTypes();
  Failure checkStatistic();
  Failure checkPrecision();
  Failure checkEpsilon();
  Failure chooseOp();
  Failure chooseRounding();
  Failure shapeParameters();
  Failure place();
  Failure replaceRoot();
  Failure verify();
  bool takesStatistic();
  std::optional<View> shapeParameter(const Witness &parameter);

  ExprContext &context;
  ExprReader &reader;
  const DeadOps &dead;
  bool isStrict;
  ArrayRef<MatchedPoint> path;
  bool preferEarly;
  double inputMultiple;
  Type rounding;
  NormPlan plan;
};
} // namespace

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

std::optional<Refusal> Draft::findCone() {
  if (!plan.match.gate && !plan.match.rest) { // a gate takes it unrounded
    std::optional<Type> found = getScaleRounding(context, path);
    if (!found)
      return Refusal{Stage::Roundings, kRoundsElsewhere};
    rounding = *found;
  }
  auto isInput = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return unify(context, reader.read(value), type.getRank(), plan.match.input,
                 plan.root.staticExtents)
        .has_value();
  };
  plan.cone = collectCone(plan.root.owner, plan.root.value, reader, isInput);
  return std::nullopt;
}

/// Whether a scale or a bias that is no tensor of the program may stay beside
/// the norm. An earlier point without it is better where there is one.
bool Draft::mayMoveBeside() const {
  return !isStrict && (path.size() == 1 || plan.match.gate || plan.match.rest);
}

/// A scale that is no tensor of the program becomes a gate, but for a factor of
/// it that is one. Example: the program has g, m and x * (rstd * g * (1 + m)),
/// and not g * (1 + m). False where it rather stays as it is.
bool Draft::moveScaleToGate(WitnessFinder &finder) {
  NormMatch &match = plan.match;
  Coefficient number;
  SmallVector<Factor> beside;
  ExprRef kept = nullptr;
  for (Factor factor : context.factorsOf(match.scale, number)) {
    ExprRef power = context.mul(factor);
    if (!plan.scale && findScale(finder, power))
      kept = power;
    else
      beside.push_back(factor);
  }
  bool gains = kept && llvm::none_of(path.drop_back(), [](const auto &point) {
                 return point.match.scale;
               });
  if (isStrict || (!gains && !mayMoveBeside()))
    return false;
  ExprRef gate = context.scale(number, context.mul(beside));
  match.gate = match.gate ? context.mul(match.gate, gate) : gate;
  match.scale = kept;
  if (match.bias)
    moveBiasToRest();
  rounding = nullptr; // a gate takes the norm unrounded
  return true;
}

void Draft::moveBiasToRest() {
  NormMatch &match = plan.match;
  match.rest = match.rest ? context.add(match.rest, match.bias) : match.bias;
  match.bias = nullptr;
  rounding = nullptr;
}

/// Finds `scale` as a tensor, or 1 + w as the scale w with an offset of 1.
bool Draft::findScale(WitnessFinder &finder, ExprRef scale) {
  bool isOffset =
      scale->kind == Expr::Kind::Add && scale->constant.isExactly(1.0);
  if (isOffset)
    plan.scale = finder.findParameter(context.sub(scale, context.constant(1.0)),
                                      preferEarly);
  plan.spec.scaleOffset = plan.scale ? 1 : 0;
  if (!plan.scale)
    plan.scale = finder.findParameter(scale, preferEarly);
  return plan.scale.has_value();
}

std::optional<Refusal> Draft::findParameters() {
  WitnessFinder finder(reader, plan.cone, plan.root);
  if (ExprRef scale = plan.match.scale) {
    if (!findScale(finder, scale) && !moveScaleToGate(finder))
      return Refusal{Stage::Operands, "the scale is no tensor of the program"};
  }
  if (ExprRef bias = plan.match.bias) {
    plan.bias = finder.findParameter(bias, preferEarly);
    if (!plan.bias && mayMoveBeside())
      moveBiasToRest();
    else if (!plan.bias)
      return Refusal{Stage::Operands, "the bias is no tensor of the program"};
  }
  return std::nullopt;
}

std::optional<Refusal> Draft::findBesides() {
  WitnessFinder finder(reader, plan.cone, plan.root);
  std::pair<ExprRef, std::optional<Witness> *> besides[] = {
      {plan.match.gate, &plan.gate}, {plan.match.rest, &plan.rest}};
  for (auto [expr, witness] : besides) {
    if (!expr)
      continue;
    *witness = expr->isConstant() ? Witness{Value(), {},  nullptr,
                                            {},      1.0, expr->constant.value}
                                  : finder.findBeside(expr);
    if (!*witness)
      return Refusal{Stage::Operands,
                     "what the norm is multiplied by, or what is added to it, "
                     "is no tensor of the program"};
  }
  return std::nullopt;
}

std::optional<Refusal> Draft::findInput() {
  WitnessFinder finder(reader, plan.cone, plan.root);
  std::optional<Witness> input =
      finder.findInput(plan.match.input, plan.match.rowMask,
                       getFloatType(path.front()), preferEarly);
  if (!input) {
    multiple = finder.findMultiple(plan.match.input);
    return Refusal{Stage::Operands,
                   "the values that are normalized are no tensor of the "
                   "program"};
  }
  plan.input = *input;
  if (!finder.coversRoot(*input))
    return Refusal{Stage::Operands,
                   "the values that are normalized are part of a larger "
                   "tensor"};
  if (inputMultiple == 1.0)
    return std::nullopt;
  plan.input.multiple = inputMultiple;
  plan.match = rescale(context, plan.match, Coefficient::exact(inputMultiple));
  return std::nullopt;
}

std::optional<Refusal> Draft::checkTypes() {
  auto hasEncoding = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.getEncoding();
  };
  if (llvm::any_of(plan.cone.values, hasEncoding) ||
      llvm::any_of(plan.root.owner->getResults(), hasEncoding))
    return Refusal{Stage::Norm,
                   "a tensor has an encoding, which the op does not know"};
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// What the op computes
//===----------------------------------------------------------------------===//

/// Whether the op, which takes its statistic over whole rows of the input that
/// was found, takes the one that was matched: a row that the root reads with a
/// stride, along a diagonal or more than once is not a row of the input.
bool Draft::takesStatistic() {
  const NormMatch &match = plan.match;
  ValueExpr value = getElement(reader, plan.input);
  ExprRef element = isStrict ? value.exact : value.relaxed;
  SmallVector<unsigned> rowDims;
  SmallVector<ExprRef> rowExtents;
  for (auto [dim, index] : llvm::enumerate(plan.input.indices)) {
    if (!(uint32_t(dimsOf(index)) & match.rowMask))
      continue;
    rowDims.push_back(dim);
    rowExtents.push_back(getExtent(reader, plan.input, dim));
  }
  if (match.kind == NormKind::prmsnorm) {
    // The first elements of a row of several dimensions are whole slices of it.
    double slice = 1;
    for (ExprRef extent : llvm::drop_begin(rowExtents)) {
      if (!extent->isConstant())
        return false;
      slice *= extent->constant.value;
    }
    double slices = match.statisticLength->constant.value / slice;
    if (slices != std::trunc(slices))
      return false;
    rowExtents.front() = context.constant(slices);
  }
  ExprRef inverse = context.constant(1.0);
  for (ExprRef extent : rowExtents)
    inverse = context.mul(inverse, context.pow(extent, -1));
  auto meanOf = [&](ExprRef expr) {
    return distribute(context, inverse, context.sum(expr, rowDims, rowExtents));
  };
  if (match.kind == NormKind::layernorm)
    element = context.sub(element, meanOf(element));
  ExprRef statistic =
      context.substitute(meanOf(context.pow(element, 2)), plan.input.indices,
                         plan.root.staticExtents);
  return context.sub(statistic, match.statistic)->isZero();
}

std::optional<Refusal> Draft::checkStatistic() {
  if (!takesStatistic())
    return Refusal{Stage::Norm,
                   "the statistic is not taken over the rows of the values "
                   "that are scaled"};
  return std::nullopt;
}

/// What a strict raise keeps of the roundings of single steps.
std::optional<Refusal> Draft::checkPrecision() {
  if (!isStrict)
    return std::nullopt;
  if (plan.match.kind == NormKind::layernorm &&
      !sumsCentredSquares(reader, plan))
    return Refusal{Stage::Norm, "strict: the variance is E[x^2] - E[x]^2, not "
                                "of centred values"};
  double epsilon = plan.match.epsilon.value;
  bool isF64 = getType(plan.input).getElementType().isF64();
  // Computed in doubles from literals: exact but for what that loses.
  if (!isF64 && std::abs(double(float(epsilon)) - epsilon) > 1e-13 * epsilon)
    return Refusal{Stage::Norm, "strict: epsilon stands beside a sum, and "
                                "beside the mean it is no number of f32"};
  return std::nullopt;
}

/// A compute type in which epsilon is lost would make 0 / 0 of a row of zeros.
std::optional<Refusal> Draft::checkEpsilon() {
  double epsilon = plan.match.epsilon.value;
  bool isLost = epsilon != 0 && (epsilon < std::numeric_limits<float>::min() ||
                                 epsilon > std::numeric_limits<float>::max());
  if (isLost && !getType(plan.input).getElementType().isF64())
    return Refusal{
        Stage::Norm,
        llvm::formatv("epsilon {0:e6} is not a normal number of f32", epsilon)};
  return std::nullopt;
}

std::optional<Refusal> Draft::chooseOp() {
  int64_t offset = plan.spec.scaleOffset;
  // A gate takes the norm before it is rounded.
  Type resultElement =
      plan.isGated()
          ? Type(getComputeType(getType(plan.input).getElementType()))
          : getElementTypeOrSelf(plan.root.value.getType());
  plan.spec = getSpec(plan.match, plan.input, resultElement);
  plan.spec.scaleOffset = offset;
  return std::nullopt;
}

/// Where the program keeps more bits of a product than the op would, relaxed
/// drops the rounding before the scale.
std::optional<Refusal> Draft::chooseRounding() {
  if (!rounding || !plan.scale)
    return std::nullopt;
  auto scaleType =
      cast<FloatType>(getElementTypeOrSelf(plan.scale->value.getType()));
  if (keepsProducts(path, cast<FloatType>(rounding), scaleType,
                    plan.bias.has_value()))
    plan.spec.scaleRounding = rounding;
  else if (isStrict)
    return Refusal{Stage::Roundings, kRoundsElsewhere};
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Shapes, places
//===----------------------------------------------------------------------===//

/// The scale or bias in the shape of the normalized dimensions of the input.
std::optional<View> Draft::shapeParameter(const Witness &parameter) {
  SmallVector<AffineExpr> wanted;
  for (int64_t dim : plan.spec.rowDims)
    wanted.push_back(plan.input.indices[dim]);
  RankedTensorType from = getType(parameter);
  RankedTensorType to = getParameterType(plan.spec, from.getElementType());
  if (wanted == parameter.indices)
    return View{View::Kind::Same, from, {}, {}};
  return getOperandView({parameter.indices, from}, {wanted, to},
                        plan.root.staticExtents);
}

std::optional<Refusal> Draft::shapeParameters() {
  std::pair<std::optional<Witness> &, View &> parameters[] = {
      {plan.scale, plan.scaleView}, {plan.bias, plan.biasView}};
  for (auto &[parameter, view] : parameters) {
    if (!parameter)
      continue;
    std::optional<View> shaped = shapeParameter(*parameter);
    if (!shaped)
      return Refusal{
          Stage::Place,
          "the scale or the bias cannot be brought into the shape of "
          "the normalized dimensions"};
    view = *shaped;
  }
  return std::nullopt;
}

std::optional<Refusal> Draft::place() {
  auto uses = findStatisticUses(reader, plan, dead);
  while (std::holds_alternative<Refusal>(uses) && widenCone(plan, reader, dead))
    uses = findStatisticUses(reader, plan, dead);
  if (auto *refusal = std::get_if<Refusal>(&uses))
    return *refusal;
  plan.statistics = std::move(std::get<SmallVector<StatisticUse>>(uses));
  std::optional<Placement> placement = findPlacement(plan, dead);
  if (!placement)
    return Refusal{Stage::Place,
                   "an operand is not available where the reduction is "
                   "computed, or the statistics are used"};
  plan.placement = *placement;
  plan.destination = findDestination(plan);
  return std::nullopt;
}

std::optional<Refusal> Draft::replaceRoot() {
  std::optional<RootPlan> replacement = planRoot(plan);
  if (!replacement)
    return Refusal{Stage::Root, "a size of the result is known from nothing "
                                "but what the norm replaces"};
  plan.replacement = std::move(*replacement);
  return std::nullopt;
}

std::optional<Refusal> Draft::verify() {
  std::string message = verifyNorm(plan);
  if (!message.empty())
    return Refusal{Stage::Norm, message};
  return std::nullopt;
}

PlanOutcome Draft::run() {
  Failure (Draft::*steps[])() = {
      &Draft::findCone,       &Draft::findParameters,  &Draft::findBesides,
      &Draft::findInput,      &Draft::checkTypes,      &Draft::checkStatistic,
      &Draft::checkPrecision, &Draft::checkEpsilon,    &Draft::chooseOp,
      &Draft::chooseRounding, &Draft::shapeParameters, &Draft::place,
      &Draft::replaceRoot,    &Draft::verify};
  for (auto step : steps)
    if (Failure failure = (this->*step)()) {
      // What was not looked at may have been the operand.
      if (failure->stage == Stage::Operands && plan.cone.isCut)
        failure->reason = getReason(Limit::ConeSize);
      return std::move(*failure);
    }
  return std::move(plan);
}

PlanOutcome Planner::plan(ArrayRef<MatchedPoint> path, int exponent) {
  NormMatch match = path.back().match;
  double inputMultiple = std::ldexp(1.0, exponent);
  auto attempt = [&](bool preferEarly) -> PlanOutcome {
    Draft draft(reader, dead, precision, path, match, preferEarly,
                inputMultiple);
    PlanOutcome outcome = draft.run();
    if (!draft.multiple)
      return outcome;
    match = rescale(reader.getContext(), match, *draft.multiple);
    return Draft(reader, dead, precision, path, match, preferEarly,
                 inputMultiple)
        .run();
  };
  PlanOutcome outcome = attempt(/*preferEarly=*/false);
  auto *refusal = std::get_if<Refusal>(&outcome);
  if (refusal && refusal->stage == Stage::Place)
    return attempt(/*preferEarly=*/true);
  return outcome;
}
