//===- OperandFinder.cpp - the operands of a gradient ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/OperandFinder.h"

#include "Expr/FlatSum.h"
#include "Expr/Unify.h"
#include "Plan/WitnessFinder.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

using Stage = Refusal::Stage;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// A value that equals `expr` and has all elements that the root has.
std::optional<Witness> OperandFinder::findElements(ExprRef expr) {
  std::optional<Witness> found = findGiven(expr);
  if (found || expr->kind != Expr::Kind::Add)
    return found;
  return findMultipliedOut(expr, [&](ExprRef own) { return findGiven(own); });
}

/// The same as it is written.
std::optional<Witness> OperandFinder::findGiven(ExprRef expr) {
  WitnessFinder finder(reader, plan.dx.cone, plan.dx.root);
  finder.takeBroadcasts();
  std::optional<Witness> found = finder.findInput(
      expr, plan.match.rowMask,
      getElementTypeOrSelf(plan.dx.root.value.getType()), /*preferEarly=*/true);
  return found && finder.coversRoot(*found) ? found : std::nullopt;
}

/// Calls `visit` for each value that has as many products as the flat sum
/// `expr` once it is multiplied out.
void OperandFinder::forEachFlat(
    ExprRef expr,
    llvm::function_ref<void(ExprRef own, ExprRef flat, unsigned rank)> visit) {
  // A number is a product of the flat sum.
  size_t numProducts =
      expr->operands.size() + (expr->constant.isExactly(0) ? 0 : 1);
  auto consider = [&](Value value, unsigned rank) {
    ExprRef own = reader.read(value);
    if (own->size > kMaxFlatProducts)
      return;
    std::optional<FlatSum> flat = multiplyOut(context, own);
    if (flat && flat->size() == numProducts)
      visit(own, flat->toExpr(context), rank);
  };
  for (Value value : plan.dx.cone.values)
    consider(value, cast<RankedTensorType>(value.getType()).getRank());
  for (Operation *op : plan.dx.cone.ops)
    if (auto structured = dyn_cast<linalg::LinalgOp>(op))
      for (Operation &nested : *structured.getBlock())
        if (nested.getNumResults() == 1)
          consider(nested.getResult(0), structured.getNumLoops());
}

/// A value that is the flat sum `expr` once it is multiplied out, which `find`
/// then finds as the program has it: (a + b) x for a x + b x, and the mean of a
/// row a + b for mean(a) + mean(b).
std::optional<Witness> OperandFinder::findMultipliedOut(
    ExprRef expr, llvm::function_ref<std::optional<Witness>(ExprRef)> find) {
  std::optional<Witness> found;
  ArrayRef<int64_t> extents = plan.dx.root.staticExtents;
  forEachFlat(expr, [&](ExprRef own, ExprRef flat, unsigned rank) {
    auto indices =
        found ? std::nullopt : unify(context, flat, rank, expr, extents);
    if (indices)
      found = find(context.substitute(own, *indices, extents));
  });
  return found;
}

/// The numbers c for which some value of the program is c * `expr`, or is that
/// once it is multiplied out: gelu(a) is 0.5 (a (1 + t)).
SmallVector<Coefficient> OperandFinder::findMultiples(ExprRef expr) {
  SmallVector<Coefficient> found =
      WitnessFinder(reader, plan.dx.cone, plan.dx.root).findMultiples(expr);
  if (expr->kind != Expr::Kind::Add)
    return found;
  Coefficient wanted;
  ExprRef primitive = context.takeCoefficient(expr, wanted);
  forEachFlat(expr, [&](ExprRef, ExprRef flat, unsigned rank) {
    Coefficient number;
    ExprRef part = context.takeCoefficient(flat, number);
    Coefficient multiple = number * wanted.pow(-1);
    if (!llvm::is_contained(found, multiple) &&
        unify(context, part, rank, primitive, plan.dx.root.staticExtents))
      found.push_back(multiple);
  });
  return found;
}

/// A value that equals `expr`, one number for each row, or the number 0 or 1.
std::optional<Witness> OperandFinder::findRow(ExprRef expr) {
  if (expr->isZero() || expr->isOne()) {
    Witness number;
    number.number = expr->constant.value;
    return number;
  }
  WitnessFinder finder(reader, plan.dx.cone, plan.dx.root);
  std::optional<Witness> found = finder.findBeside(expr);
  if (found || expr->kind != Expr::Kind::Add)
    return found;
  return findMultipliedOut(expr,
                           [&](ExprRef own) { return finder.findBeside(own); });
}

/// A value that is `number` times `expr` but for the rounding of literals.
std::optional<Witness> OperandFinder::findRowMultiple(ExprRef expr,
                                                      ExprRef number) {
  if (!number->isConstant())
    return std::nullopt;
  WitnessFinder finder(reader, plan.dx.cone, plan.dx.root);
  for (Coefficient multiple : finder.findMultiples(expr))
    if ((multiple * number->constant.pow(-1)).matches(1.0))
      if (auto found = finder.findBeside(context.scale(multiple, expr)))
        return found;
  return std::nullopt;
}

/// 1 where `number` is 1 but for the rounding of literals.
ExprRef OperandFinder::withoutUnit(ExprRef number) {
  bool isUnit = number->isConstant() && number->constant.matches(1.0);
  return isUnit ? context.constant(1.0) : number;
}

/// x and rstd, which are scaled as one of the values of the program is. dx is
/// that of -x as well, but dscale has the other sign: -x is taken where there
/// is no x, or where it is asked for.
std::optional<Refusal> OperandFinder::findScaled(InputSign sign) {
  Failure failure = findScaledBy(Coefficient::exact(1));
  if (!failure && sign == InputSign::Any)
    return std::nullopt;
  SmallVector<Coefficient> multiples = findMultiples(plan.match.element);
  for (bool isNegative : {false, true})
    for (Coefficient multiple : multiples)
      if ((multiple.value < 0) == isNegative && !multiple.matches(1.0) &&
          (isNegative || sign == InputSign::Any) && !findScaledBy(multiple))
        return std::nullopt;
  if (failure)
    return failure;
  // Without a negative multiple it is what it was.
  return findScaledBy(Coefficient::exact(1));
}

std::optional<Refusal> OperandFinder::findScaledBy(Coefficient multiple) {
  std::optional<Witness> input =
      findElements(context.scale(multiple, plan.match.element));
  if (!input)
    return Refusal{Stage::Operands,
                   "the values that rstd^3 multiplies are no tensor of the "
                   "program"};
  plan.dx.input = *input;
  inputMultiple = multiple;
  // (multiple * c)^2 = weight * n, and rstd is not negative
  Coefficient size = multiple;
  if (size.value < 0)
    size = -size;
  ExprRef square = context.mul(plan.match.weight, plan.match.length);
  rstdMultiple = withoutUnit(
      context.scale(size.pow(-1), context.pow(square, Rational(1, 2))));
  if (Failure failure = findRstd())
    return failure;
  if (plan.match.mean) {
    std::optional<Witness> mean =
        findRow(context.scale(multiple, plan.match.mean));
    if (!mean)
      return Refusal{Stage::Operands, "the mean is no value of the program"};
    plan.mean = BackwardOperand{*mean, {}};
  }
  return findGradient();
}

/// What is wrong where the term of the statistic is `ratio` times that of a
/// norm.
std::string OperandFinder::describeRatio(double ratio) const {
  ExprRef length = plan.match.length;
  double n = length->isConstant() ? length->constant.value : 0;
  if (n > 1 && std::abs(ratio * (n - 1) / n - 1) < 1e-6)
    return llvm::formatv(
        "the term of the statistic is divided by {0}, and that "
        "of the gradient of a norm by the extent {1} of the row",
        int64_t(n) - 1, int64_t(n));
  return llvm::formatv("the term of the statistic is {0} times that of the "
                       "gradient of a norm",
                       ratio);
}

/// rstd, or the reciprocal of that.
std::optional<Refusal> OperandFinder::findRstd() {
  ExprRef wanted = context.mul(rstdMultiple, plan.match.power);
  for (bool isReciprocal : {false, true}) {
    Rational sign(isReciprocal ? -1 : 1);
    std::optional<Witness> rstd = findRow(context.pow(wanted, sign));
    if (!rstd)
      rstd = findRowMultiple(context.pow(plan.match.power, sign),
                             context.pow(rstdMultiple, sign));
    if (rstd) {
      plan.rstd = {*rstd, {}, isReciprocal};
      return std::nullopt;
    }
  }
  // But for the number: how far is the statistic from that of a norm?
  if ((findRow(plan.match.power) ||
       findRow(context.pow(plan.match.power, -1))) &&
      rstdMultiple->isConstant())
    return Refusal{Stage::Norm, describeRatio(rstdMultiple->constant.value *
                                              rstdMultiple->constant.value)};
  return Refusal{Stage::Operands, "rstd is no value of the program, or the "
                                  "term of the statistic is not that of the "
                                  "gradient of a norm"};
}

/// How many factors of a gradient are tried on either side of a product.
static constexpr unsigned kMaxGainFactors = 4;

/// dy and a gain as values of the program whose product is `expr`. dy varies
/// along all positions; what varies along some may be a part of it: of
/// dy (1 + s) scale the program may have dy (1 + s).
bool OperandFinder::takeProduct(ExprRef expr) {
  Coefficient coefficient;
  SmallVector<Factor> elements, others;
  for (Factor part : factorOut(context, expr, coefficient))
    ((expr->freeDims & ~part.operand->freeDims) == 0 ? elements : others)
        .push_back(part);
  if (elements.empty() || others.empty() || others.size() > kMaxGainFactors ||
      !coefficient.isExactly(1))
    return false;
  unsigned all = (1u << others.size()) - 1;
  for (unsigned inGain = all; inGain > 0; --inGain) {
    SmallVector<Factor> dyFactors = elements, gainFactors;
    for (auto [position, factor] : llvm::enumerate(others))
      (inGain >> position & 1 ? gainFactors : dyFactors).push_back(factor);
    std::optional<Witness> gain = findRow(context.mul(gainFactors));
    std::optional<Witness> dy;
    if (gain)
      dy = findElements(context.mul(dyFactors));
    if (!dy)
      continue;
    plan.gain = BackwardOperand{*gain, {}};
    plan.dy = {*dy, {}};
    return true;
  }
  return false;
}

/// dy as a value of the program, or, where `mayMultiply`, a value times a
/// number for each row.
bool OperandFinder::takeDy(ExprRef expr, bool mayMultiply) {
  plan.gain.reset();
  if (mayMultiply)
    return takeProduct(expr);
  std::optional<Witness> dy = findElements(expr);
  if (dy)
    plan.dy = {*dy, {}};
  return dy.has_value();
}

/// dy and scale as `factors` say; false where one is no value.
bool OperandFinder::takeFactors(const GradientFactors &factors,
                                bool mayMultiply) {
  if (!takeDy(factors.dy, mayMultiply))
    return false;
  plan.scale.reset();
  plan.dx.spec.scaleOffset = 0;
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

std::optional<Refusal> OperandFinder::findGradient() {
  ExprRef gradient =
      context.mul({{plan.match.gradient, 1}, {rstdMultiple, Rational(-1)}});
  SmallVector<GradientFactors> readings =
      splitGradient(context, gradient, plan.match.rowMask);
  // A product more is a rounding more.
  for (bool mayMultiply : {false, true})
    for (const GradientFactors &factors : readings)
      if (!(mayMultiply && reader.readsExact()) &&
          takeFactors(factors, mayMultiply))
        return std::nullopt;
  return Refusal{Stage::Operands, "the gradient that rstd multiplies, or the "
                                  "scale, is no tensor of the program"};
}

/// The operands of dscale alone.
std::optional<Refusal> OperandFinder::take(const ScaleGradient &gradient) {
  Failure failure = takeAsRead(gradient);
  if (!failure || gradient.dy->kind != Expr::Kind::Add)
    return failure;
  // A dy that is whole may be any multiple of that.
  WitnessFinder finder(reader, plan.dx.cone, plan.dx.root);
  for (Coefficient multiple : finder.findMultiples(gradient.dy)) {
    ScaleGradient scaled = gradient;
    scaled.dy = context.scale(multiple, gradient.dy);
    scaled.rstd = context.scale(multiple.pow(-1), gradient.rstd);
    if (!takeAsRead(scaled))
      return std::nullopt;
  }
  return failure;
}

std::optional<Refusal>
OperandFinder::takeAsRead(const ScaleGradient &gradient) {
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
  ExprRef centred = gradient.element;
  if (mean)
    centred = context.sub(centred, gradient.mean);
  plan.isInOrder = hasValue(context.mul(centred, gradient.rstd));
  return std::nullopt;
}

std::optional<Refusal> OperandFinder::findResidual() {
  if (!plan.match.residual)
    return std::nullopt;
  std::optional<Witness> residual = findElements(plan.match.residual);
  if (!residual)
    return Refusal{Stage::Operands, "what is added to the gradient is no "
                                    "tensor of the program"};
  plan.residual = BackwardOperand{*residual, {}};
  return std::nullopt;
}

std::optional<Refusal> OperandFinder::find(InputSign sign) {
  if (Failure failure = findScaled(sign))
    return failure;
  ExprRef centred = plan.match.element;
  if (plan.match.mean)
    centred = context.sub(centred, plan.match.mean);
  ExprRef normalized = context.scale(
      inputMultiple,
      context.mul({{centred, 1}, {plan.match.power, 1}, {rstdMultiple, 1}}));
  ExprRef gradient =
      context.mul({{plan.match.gradient, 1}, {rstdMultiple, Rational(-1)}});
  plan.isInOrder =
      hasValue(normalized) && hasValue(context.mul(gradient, normalized));
  return findResidual();
}
