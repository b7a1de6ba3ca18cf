//===- BackwardAttempt.cpp - one reading of a gradient --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/BackwardAttempt.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Takes the factors off `product` that are numbers where the statistic is not
/// 0. Example: max(v, 0) has the gradient select(0 == v, 1/2, 1).
ExprRef BackwardAttempt::takeSigns(ExprRef product, Coefficient &coefficient) {
  SmallVector<Factor> kept;
  Coefficient inner;
  for (Factor factor : context.factorsOf(product, inner)) {
    std::optional<SignFactor> sign = getSignFactor(factor.operand);
    if (!sign) {
      kept.push_back(factor);
      continue;
    }
    signs.insert(sign->statistic);
    coefficient =
        coefficient *
        Coefficient::exact(std::pow(sign->number, factor.exponent.toDouble()));
  }
  return context.mul(kept);
}

/// Where such a statistic is 0, so is every element of the row beside the mean,
/// and with it what the factor multiplies: it is their mean square.
std::optional<std::string> BackwardAttempt::checkSigns() {
  FlatSum centred = element;
  centred.add(context, Coefficient::exact(-1), mean);
  std::optional<FlatSum> product = multiply(context, centred, centred), squares;
  if (product && !signs.empty())
    squares = sumOverRow(*product);
  for (ExprRef sign : signs) {
    std::optional<FlatSum> left = multiplyOut(context, sign);
    if (!left || left->isZero() || !squares || squares->isZero())
      return getReason(Limit::Terms);
    Coefficient ratio = left->lookup(squares->getFirst()) *
                        squares->lookup(squares->getFirst()).pow(-1);
    left->add(context, -ratio, *squares);
    if (ratio.value <= 0 || !left->isZero())
      return "the term of the statistic depends on the sign of something else";
  }
  return std::nullopt;
}

/// Sorts the products of the root by the power of rstd that they have.
std::optional<std::string> BackwardAttempt::splitByDegree() {
  for (const auto &[product, coefficient] : root.getProducts()) {
    auto [degree, rest] = takeRstd(context, product, rstd);
    Coefficient number = coefficient;
    ExprRef kept = product;
    if (degree == 3) {
      rest = takeSigns(rest, number);
      kept = context.mul(rest, rstd.getPower(context, 3));
    }
    program.add(context, number, kept);
    if (degree == 1)
      (rest->dependsOn(rowMask) ? gradient : fixed).add(context, number, rest);
    else if (degree == 3)
      statistic.add(context, number, rest);
  }
  if (gradient.isZero() || statistic.isZero() || rowMask == 0)
    return "";
  return std::nullopt;
}

/// Takes the factor [i < k] along the row out of `factors`; whether it is the
/// one that other products have.
bool BackwardAttempt::takeMask(SmallVectorImpl<Factor> &factors, bool isFirst) {
  ExprRef own = nullptr;
  llvm::erase_if(factors, [&](Factor factor) {
    bool isMask = factor.operand->kind == Expr::Kind::Below &&
                  factor.operand->dependsOn(rowMask);
    if (isMask)
      own = factor.operand;
    return isMask;
  });
  if (isFirst)
    mask = own;
  return own == mask;
}

/// Makes `common` what it has in common with `factors`: mu q^2 of mu^2 q^2 and
/// x mu q^2.
static void intersect(SmallVectorImpl<Factor> &common,
                      ArrayRef<Factor> factors) {
  for (Factor &own : common) {
    auto *other = llvm::find_if(
        factors, [&](Factor factor) { return factor.operand == own.operand; });
    bool isShared =
        other != factors.end() &&
        (own.exponent.numerator > 0) == (other->exponent.numerator > 0);
    if (!isShared)
      own.exponent = Rational(0);
    else if (std::abs(other->exponent.toDouble()) <
             std::abs(own.exponent.toDouble()))
      own.exponent = other->exponent;
  }
  llvm::erase_if(common,
                 [](Factor own) { return own.exponent == Rational(0); });
}

/// What varies along the row beside `sum`, without what all its products have.
/// Example: (x - mu) h q^2 S has (x - mu) h.
std::optional<FlatSum> BackwardAttempt::getElementBeside(ExprRef sum) {
  struct Part {
    Coefficient coefficient;
    SmallVector<Factor> varying, fixed;
  };
  SmallVector<Part> parts;
  Coefficient inner;
  for (const auto &[product, coefficient] : statistic.getProducts()) {
    if (getProductSum(context, product) != sum)
      continue;
    Part part = {coefficient, {}, {}};
    for (Factor factor :
         context.factorsOf(context.withoutFactor(product, sum, 1), inner))
      (factor.operand->dependsOn(rowMask) ? part.varying : part.fixed)
          .push_back(factor);
    if (part.varying.empty())
      continue;
    if (!takeMask(part.varying, parts.empty()))
      return std::nullopt;
    parts.push_back(std::move(part));
  }
  SmallVector<Factor> common;
  if (!parts.empty())
    common = parts.front().fixed;
  for (const Part &part : parts)
    intersect(common, part.fixed);
  ExprRef divisor = context.mul(common);
  FlatSum result;
  for (const Part &part : parts)
    result.add(
        context, part.coefficient,
        context.mul(context.mul(part.varying),
                    divideProduct(context, context.mul(part.fixed), divisor)));
  return result;
}

/// The element is what varies along the row beside one sum over it. Beside the
/// sum of the gradient itself it is multiplied by the mean: of a row a + b that
/// has more terms.
std::optional<std::string> BackwardAttempt::solveElement() {
  llvm::SetVector<ExprRef> sums;
  for (const auto &[product, coefficient] : statistic.getProducts())
    if (ExprRef sum = getProductSum(context, product))
      sums.insert(sum);
  ExprRef chosen = nullptr;
  bool isPartial = false;
  for (ExprRef sum : sums) {
    std::optional<FlatSum> found = getElementBeside(sum);
    isPartial |= !found;
    if (found && !found->isZero() &&
        (!chosen || found->size() < element.size())) {
      element = std::move(*found);
      chosen = sum;
    }
  }
  if (!chosen && isPartial)
    return "not all elements of the row, nor the first ones, have the term of "
           "the statistic";
  if (!chosen)
    return "what rstd^3 multiplies has no sum over the row of products of the "
           "gradient";
  getElementBeside(chosen); // its mask
  Coefficient leading;
  ExprRef primitive = context.takeCoefficient(element.toExpr(context), leading);
  std::optional<FlatSum> scaled = multiplyOut(context, primitive);
  element = std::move(*scaled);
  return std::nullopt;
}

std::optional<FlatSum> BackwardAttempt::sumOverRow(const FlatSum &body) {
  SmallVector<unsigned> dims;
  SmallVector<ExprRef> lengths;
  for (unsigned dim = 0; dim < extents.size(); ++dim)
    if (rowMask >> dim & 1) {
      dims.push_back(dim);
      lengths.push_back(extents[dim]);
    }
  FlatSum sum;
  for (const auto &[product, coefficient] : body.getProducts())
    sum.add(context, coefficient, context.sum(product, dims, lengths));
  return sum;
}

/// x may be scaled by a number for each row, as the result of another norm is.
/// That number is the root of what the weight has beside the lengths. Example:
/// z = x q has z r^3 sum(m z) = x q^2 r^3 sum(m x).
void BackwardAttempt::takeRowFactor() {
  Coefficient number;
  SmallVector<Factor> roots, lengths;
  for (Factor factor : context.factorsOf(weight, number)) {
    if (!factor.operand->hasLeaf) {
      lengths.push_back(factor);
      continue;
    }
    bool isEven = factor.exponent.isEvenInteger();
    if (!isEven && !factor.operand->nonNegative)
      return;
    roots.push_back({factor.operand, factor.exponent * Rational(1, 2)});
  }
  if (roots.empty())
    return;
  ExprRef root = context.mul(roots);
  FlatSum scaled, sums;
  for (const auto &[product, coefficient] : element.getProducts())
    scaled.add(context, coefficient, context.mul(product, root));
  for (const auto &[product, coefficient] : elementSum.getProducts())
    sums.add(context, coefficient, context.mul(product, root));
  element = std::move(scaled);
  elementSum = std::move(sums);
  weight = context.scale(number, context.mul(lengths));
}

/// weight: statistic = -weight * element * sum(gradient * element) + what mean
/// adds to that.
std::optional<std::string> BackwardAttempt::solveWeight() {
  length = context.constant(1.0);
  for (unsigned dim = 0; dim < extents.size(); ++dim)
    if (rowMask >> dim & 1)
      length = context.mul(length, extents[dim]);
  std::optional<FlatSum> body = multiply(context, gradient, element);
  std::optional<FlatSum> first = sumOverRow(gradient), second;
  if (body)
    second = sumOverRow(*body);
  if (!first || !second || second->isZero())
    return getReason(Limit::Terms);
  gradientSum = std::move(*first);
  elementSum = std::move(*second);
  ExprRef leading = context.mul(element.getFirst(), elementSum.getFirst());
  if (mask)
    leading = context.mul(leading, mask);
  Coefficient own = element.lookup(element.getFirst()) *
                    elementSum.lookup(elementSum.getFirst());
  FlatSum found;
  for (const auto &[product, coefficient] : statistic.getProducts())
    if (ExprRef rest = divideProduct(context, product, leading);
        rest && !rest->dependsOn(rowMask))
      found.add(context, coefficient * own.pow(-1) * Coefficient::exact(-1),
                rest);
  weight = found.toExpr(context);
  if (found.size() == 1 && !rstd.isOne())
    takeRowFactor();
  if (found.size() != 1 || !weight->positive)
    return "the sum over the row is not that of the gradient times the values "
           "that are scaled";
  return std::nullopt;
}

/// A product of sum(gradient) that sum(gradient * element) has not, or the
/// first. A gradient that reads x has the same sum in both: with dy = (x - mu)
/// h,
///   sum(dy) = sum(x h) - mu sum(h),  sum(dy x) = sum(x^2 h) - mu sum(x h)
/// and sum(h) tells the mean from mu.
ExprRef BackwardAttempt::getOwnSum() {
  for (const auto &[own, coefficient] : gradientSum.getProducts()) {
    bool isShared =
        llvm::any_of(elementSum.getProducts(), [&](const auto &other) {
          return divideProduct(context, other.first, own) != nullptr;
        });
    if (!isShared)
      return own;
  }
  return gradientSum.getFirst();
}

/// mean, from its product with element * sum(gradient).
void BackwardAttempt::solveMean() {
  if (gradientSum.isZero() || mask)
    return;
  ExprRef sum = getOwnSum();
  ExprRef leading = context.mul(element.getFirst(), sum);
  Coefficient own =
      element.lookup(element.getFirst()) * gradientSum.lookup(sum);
  ExprRef inverse = context.pow(weight, -1);
  for (const auto &[product, coefficient] : statistic.getProducts())
    if (ExprRef rest = divideProduct(context, product, leading);
        rest && !rest->dependsOn(rowMask))
      mean.add(context, coefficient * own.pow(-1), context.mul(rest, inverse));
  hasMean = !mean.isZero();
}

/// The definition with the operands that were found.
std::optional<FlatSum> BackwardAttempt::define(bool withMeanOfGradient) {
  Coefficient one = Coefficient::exact(1), minus = Coefficient::exact(-1);
  FlatSum result, centred = element, sum = elementSum;
  auto addProduct = [&](Coefficient coefficient, ExprRef factor,
                        const FlatSum &part) {
    for (const auto &[product, own] : part.getProducts())
      result.add(context, coefficient * own, context.mul(factor, product));
  };
  if (hasMean) {
    centred.add(context, minus, mean);
    std::optional<FlatSum> part = multiply(context, mean, gradientSum);
    if (!part)
      return std::nullopt;
    sum.add(context, minus, *part);
  }
  std::optional<FlatSum> product = multiply(context, centred, sum);
  if (!product)
    return std::nullopt;
  ExprRef cube = context.mul(weight, rstd.getPower(context, 3));
  if (mask)
    cube = context.mul(cube, mask);
  addProduct(one, rstd.getPower(context, 1), gradient);
  if (withMeanOfGradient)
    addProduct(minus,
               context.mul(rstd.getPower(context, 1), context.pow(length, -1)),
               gradientSum);
  addProduct(minus, cube, *product);
  return result;
}

/// Whether the statistic has the mean of x in sight beside one that is given.
bool BackwardAttempt::isMeanTwice() {
  std::optional<FlatSum> sum = sumOverRow(element);
  if (!sum || sum->isZero() || gradientSum.isZero())
    return false;
  bool isGiven = false, isComputed = false;
  for (const auto &[product, coefficient] : statistic.getProducts()) {
    bool hasSum = divideProduct(context, product, sum->getFirst()) != nullptr;
    isComputed |= hasSum;
    isGiven |=
        !hasSum && divideProduct(context, product, gradientSum.getFirst());
  }
  return isGiven && isComputed;
}

std::optional<std::string> BackwardAttempt::verify() {
  std::optional<FlatSum> definition = define(hasMeanOfGradient);
  if (!definition)
    return getReason(Limit::Terms);
  FlatSum left = program;
  left.add(context, Coefficient::exact(-1), *definition);
  for (const auto &[product, coefficient] : left.getProducts()) {
    int degree = takeRstd(context, product, rstd).first;
    if (degree == 1)
      return "what rstd multiplies beside the gradient is not the mean of the "
             "gradient over the row";
    if (degree != 0)
      return isMeanTwice()
                 ? "the mean of the row is given and computed once more: that "
                   "these are equal is not known"
                 : "what rstd^3 multiplies is not the values that are scaled "
                   "times their sum with the gradient";
  }
  match.residual = left.isZero() ? nullptr : toExact(left);
  return std::nullopt;
}

std::optional<std::string> BackwardAttempt::run() {
  Failure (BackwardAttempt::*steps[])() = {&BackwardAttempt::splitByDegree,
                                           &BackwardAttempt::solveElement,
                                           &BackwardAttempt::solveWeight};
  for (auto step : steps)
    if (Failure failure = (this->*step)())
      return failure;
  solveMean();
  hasMeanOfGradient = !fixed.isZero();
  if (hasMeanOfGradient && !hasMean && !rstd.isOne())
    return "the gradient is centred and the values that are scaled are not";
  if (Failure failure = verify())
    return failure;
  if (Failure failure = checkSigns())
    return failure;
  // Without the mean of the gradient it is that of an rmsnorm of x - mean.
  bool isLayer = hasMeanOfGradient;
  if (hasMean && !isLayer)
    element.add(context, Coefficient::exact(-1), mean.withExactUnits(context));
  match.kind = isLayer ? NormKind::layernorm
               : mask  ? NormKind::prmsnorm
                       : NormKind::rmsnorm;
  match.rowMask = rowMask;
  match.length = mask ? context.constant(double(mask->number)) : length;
  match.epsMode = rstd.epsMode;
  match.epsilon = rstd.epsilon;
  match.power = rstd.getPower(context, 1);
  match.gradient = toExact(gradient);
  match.element = toExact(element);
  // Normalized values have a mean of 0.
  match.mean = isLayer ? toExact(mean) : nullptr;
  match.weight = weight;
  return std::nullopt;
}
