//===- Solver.cpp - solving a row expression for a norm -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All readings of a root are tried (see Attempt.h): each reciprocal root in it,
// each sum of squares under that root, and each place in the root where the
// elements that are squared may stand. Example: in
//   x[d0, d1] * (sum(x[d0, d32]^2, d32 < 64) + 0.00064)^(-1/2) * 8
// there is one of each: d32 = d1 makes x[d0, d32] the x of the product.
//
//===----------------------------------------------------------------------===//

#include "Match/Attempt.h"
#include "Match/LimitReason.h"
#include "Match/OddStatistic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

namespace {
/// Solves one root; keeps the reason of the attempt that got furthest.
class Solver {
public:
  explicit Solver(Equation equation) : equation(std::move(equation)) {}

  MatchOutcome run();

private:
  SmallVector<std::pair<BoundAssignment, ExprRef>>
  findElements(SquareSum square, ExprRef slope, bool intoSums);
  std::optional<NormMatch> solve(const Reciprocal &reciprocal);
  void fail(MatchFailure failure, ExprRef base);

  Equation equation;
  MatchOutcome outcome;
};
} // namespace

void Solver::fail(MatchFailure failure, ExprRef base) {
  if (unsigned(failure.stage) <= outcome.stage)
    return;
  outcome.reason = std::move(failure.reason);
  outcome.stage = unsigned(failure.stage);
  outcome.base = base;
}

/// Where the rows whose squares are summed may lie in `slope`: the positions of
/// the bound indices, and the element there. `intoSums` looks at what sums
/// read: rows of a convolution are nothing but sums.
SmallVector<std::pair<BoundAssignment, ExprRef>>
Solver::findElements(SquareSum square, ExprRef slope, bool intoSums) {
  SmallVector<AffineExpr> identity;
  for (unsigned i = 0; i < equation.extents.size(); ++i)
    identity.push_back(equation.context.dim(i));
  SmallVector<std::pair<BoundAssignment, ExprRef>> elements;
  SmallVector<ExprRef> leaves = getLeaves(slope, intoSums);
  for (ExprRef inSum : getLeaves(square.root, intoSums)) {
    if (inSum->boundDims == 0)
      continue;
    for (ExprRef inRoot : leaves) {
      if (inRoot->value != inSum->value)
        continue;
      std::optional<BoundAssignment> row =
          solveAccess(equation.context, inSum, inRoot, square.sum->bounds,
                      equation.staticExtents);
      if (!row)
        continue;
      ExprRef element = equation.context.substitute(
          square.root, identity, equation.staticExtents, *row);
      if (llvm::none_of(elements, [&](auto &e) { return e.second == element; }))
        elements.push_back({*row, element});
    }
  }
  return elements;
}

std::optional<NormMatch> Solver::solve(const Reciprocal &reciprocal) {
  ExprContext &context = equation.context;
  ExprRef base = reciprocal.factor.operand;
  LinearForm whole = linearIn(context, equation.root, reciprocal.factor);
  if (whole.slope->isZero() || whole.slope->freeDims == 0)
    return std::nullopt;
  SmallVector<SquareSum> squares = getSquareSums(context, reciprocal.base);
  // A minimum is -max(-a, -b), and its square that of the maximum.
  for (SquareSum square : SmallVector<SquareSum>(squares))
    if (square.root->kind == Expr::Kind::Max)
      squares.push_back(
          {square.sum, context.scale(Coefficient::exact(-1), square.root)});
  for (SquareSum square : squares) {
    fail({MatchStage::Found, "the values that are scaled are not those whose "
                             "squares are summed"},
         base);
    auto elements = findElements(square, whole.slope, /*intoSums=*/false);
    if (elements.empty())
      elements = findElements(square, whole.slope, /*intoSums=*/true);
    for (const auto &[row, element] : elements) {
      LinearForm form = linearIn(context, whole.slope, element);
      if (form.slope->isZero())
        continue;
      for (bool hasRowGate : {false, true}) {
        if (hasRowGate && !equation.withGate)
          continue;
        auto result =
            solveReading(equation, {reciprocal, square, form, row, hasRowGate});
        if (auto *match = std::get_if<NormMatch>(&result))
          return std::move(*match);
        fail(std::move(std::get<MatchFailure>(result)), base);
      }
    }
  }
  return std::nullopt;
}

MatchOutcome Solver::run() {
  SmallVector<Reciprocal> reciprocals;
  collectReciprocals(equation.context, equation.root, reciprocals);
  if (reciprocals.size() > 1) {
    reciprocals.clear();
    equation.root = unifyReciprocals(equation.context, equation.root);
    collectReciprocals(equation.context, equation.root, reciprocals);
  }
  for (const Reciprocal &reciprocal : reciprocals)
    if (std::optional<NormMatch> match = solve(reciprocal))
      return MatchOutcome{std::move(match), "", outcome.stage, outcome.base};
  if (outcome.reason.empty())
    if (std::optional<OddStatistic> odd =
            findOddStatistic(equation.context, equation.root))
      fail({MatchStage::Odd, std::move(odd->reason)}, odd->base);
  return outcome;
}

MatchOutcome mlir::norm::raise::matchNorm(ExprContext &context, ExprRef root,
                                          ArrayRef<ExprRef> extents,
                                          bool withGate) {
  SmallVector<int64_t> staticExtents;
  for (ExprRef extent : extents)
    staticExtents.push_back(extent && extent->isConstant()
                                ? int64_t(extent->constant.value)
                                : ShapedType::kDynamic);
  ++context.numSolved;
  MatchOutcome outcome =
      Solver({context, root, extents, std::move(staticExtents), withGate})
          .run();
  if (outcome.match)
    return outcome;
  Limit limit = outcome.reason.empty() ? findLimitOfFactor(context, root)
                                       : findLimit(context, root);
  if (limit != Limit::None)
    outcome.reason = getReason(limit);
  return outcome;
}
