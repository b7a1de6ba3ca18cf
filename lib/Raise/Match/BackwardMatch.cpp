//===- BackwardMatch.cpp - a root as the gradient of a norm ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/BackwardMatch.h"

#include "Match/BackwardAttempt.h"
#include "Match/OddGradient.h"
#include "Match/WholeGradients.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Solves `root` with what may be dy whole, where it reads `rstd`.
static std::optional<BackwardMatch> matchWhole(ExprContext &context,
                                               ExprRef root, RstdPower rstd,
                                               ArrayRef<ExprRef> extents) {
  uint32_t rowMask = root->freeDims & ~rstd.operand->freeDims;
  std::optional<WholeGradients> whole =
      keepGradientsWhole(context, root, rstd.operand, rowMask);
  std::optional<FlatSum> flat;
  if (whole)
    flat = multiplyOut(context, whole->root);
  if (!flat)
    return std::nullopt;
  BackwardAttempt attempt(context, *flat, rowMask, extents, rstd);
  // Of x - mean the layernorm is found once its y is a value.
  if (attempt.run() || attempt.match.element->kind == Expr::Kind::Add)
    return std::nullopt;
  BackwardMatch match = attempt.match;
  for (ExprRef *part : {&match.gradient, &match.residual})
    if (*part)
      *part = replaceParts(context, *part, whole->opened);
  return match;
}

/// Solves `flat` for values that are normalized: xh in place of x, and an rstd
/// of 1. `failure` becomes a reason where it nearly is a match.
static std::optional<BackwardMatch>
matchNormalized(ExprContext &context, const FlatSum &flat, uint32_t varying,
                ArrayRef<ExprRef> extents, std::string &failure) {
  RstdPower one = {nullptr, 1, EpsMode::inside};
  for (const auto &[product, coefficient] : flat.getProducts()) {
    if (takeRstd(context, product, one).first != 3)
      continue;
    uint32_t rowMask = varying & ~getProductSum(context, product)->freeDims;
    BackwardAttempt attempt(context, flat, rowMask, extents, one);
    if (attempt.run() || attempt.match.kind == NormKind::prmsnorm)
      return std::nullopt;
    Coefficient inner;
    for (Factor factor : context.factorsOf(attempt.match.element, inner))
      if (factor.exponent.numerator < 0 && factor.operand->dependsOn(rowMask)) {
        failure =
            "what was saved is the result of the norm: (y - bias) / scale "
            "has no value where the scale is 0";
        return std::nullopt;
      }
    return attempt.match;
  }
  return std::nullopt;
}

BackwardOutcome mlir::norm::raise::matchBackward(ExprContext &context,
                                                 ExprRef root,
                                                 ArrayRef<ExprRef> extents) {
  BackwardOutcome outcome;
  if (!mayBeGradient(root))
    return outcome;
  ++context.numSolved;
  std::optional<FlatSum> flat = multiplyOut(context, root);
  if (!flat)
    return outcome;
  for (const RstdPower &rstd : collectRstds(context, *flat)) {
    BackwardAttempt attempt(context, *flat,
                            root->freeDims & ~rstd.operand->freeDims, extents,
                            rstd);
    std::optional<std::string> failure = attempt.run();
    if (!failure)
      outcome.match = attempt.match;
    else
      outcome.match = matchWhole(context, root, rstd, extents);
    if (outcome.match) {
      outcome.reason.clear();
      outcome.power = outcome.match->power;
      return outcome;
    }
    if (outcome.reason.empty() && !failure->empty()) {
      outcome.reason = std::move(*failure);
      outcome.power = rstd.getPower(context, 1);
    }
  }
  if (!outcome.reason.empty())
    return outcome;
  outcome.match =
      matchNormalized(context, *flat, root->freeDims, extents, outcome.reason);
  if (outcome.match)
    outcome.power = outcome.match->getKey();
  else if (outcome.reason.empty())
    outcome.reason = describeOtherPowers(context, *flat, outcome.power);
  else
    outcome.power = root;
  if (!outcome.match && outcome.reason.empty())
    outcome.reason = describeOtherFactor(context, *flat, root->freeDims,
                                         extents, outcome.power);
  return outcome;
}

static StringRef getArticle(NormKind kind) {
  switch (kind) {
  case NormKind::rmsnorm:
    return "an rmsnorm";
  case NormKind::prmsnorm:
    return "a prmsnorm";
  case NormKind::layernorm:
    return "a layernorm";
  }
  llvm_unreachable("a kind of norm");
}

std::string mlir::norm::raise::toString(const BackwardMatch &match) {
  std::string text = llvm::formatv(
      "the gradient of {0} of {1}, up to factors: gradient {2}, "
      "rstd {3}, weight {4}",
      getArticle(match.kind), toString(match.element), toString(match.gradient),
      toString(match.power), toString(match.weight));
  if (match.mean)
    text += ", mean " + toString(match.mean);
  if (match.residual)
    text += ", residual " + toString(match.residual);
  return text;
}
