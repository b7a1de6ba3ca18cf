//===- WholeGradients.cpp - a gradient that reads the norm ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/WholeGradients.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// Rebuilds an expression with other parts; equal parts once.
class PartReplacer {
public:
  PartReplacer(ExprContext &context, const Replacements &replacements)
      : context(context), results(replacements) {}

  ExprRef run(ExprRef expr) {
    auto found = results.find(expr);
    if (found != results.end())
      return found->second;
    ExprRef result = rebuild(expr);
    results[expr] = result;
    return result;
  }

private:
  ExprRef rebuild(ExprRef expr);

  ExprContext &context;
  Replacements results;
};

/// Finds the factors of row sums that read rstd.
class FactorFinder {
public:
  FactorFinder(ExprContext &context, ExprRef rstd, uint32_t rowMask)
      : context(context), rstd(rstd), rowMask(rowMask) {}

  void visit(ExprRef expr);

  /// From a factor, where it stands, to the atom in its place.
  Replacements closed;
  /// From the atom at positions of the root to the factor.
  Replacements opened;

private:
  void visitSum(ExprRef sum);
  void consider(ExprRef factor, ExprRef sum);

  ExprContext &context;
  ExprRef rstd;
  uint32_t rowMask;
  llvm::SmallPtrSet<ExprRef, 16> seen;
};
} // namespace

ExprRef PartReplacer::rebuild(ExprRef expr) {
  switch (expr->kind) {
  case Expr::Kind::Add: {
    SmallVector<Term> terms;
    for (auto [coefficient, operand] :
         llvm::zip(expr->coefficients, expr->operands))
      terms.push_back({coefficient, run(operand)});
    return context.add(terms, expr->constant);
  }
  case Expr::Kind::Mul: {
    SmallVector<Factor> factors;
    for (auto [operand, exponent] : llvm::zip(expr->operands, expr->exponents))
      factors.push_back({run(operand), exponent});
    return context.mul(factors);
  }
  case Expr::Kind::Sum: {
    ExprRef body = run(expr->operands.front());
    bool isSame = body == expr->operands.front();
    return isSame ? expr : context.sumOver(body, expr->bounds);
  }
  default:
    return expr;
  }
}

ExprRef mlir::norm::raise::replaceParts(ExprContext &context, ExprRef expr,
                                        const Replacements &replacements) {
  return PartReplacer(context, replacements).run(expr);
}

bool mlir::norm::raise::readsPart(ExprRef expr, ExprRef part) {
  llvm::SmallPtrSet<ExprRef, 16> seen;
  SmallVector<ExprRef> todo = {expr};
  while (!todo.empty()) {
    ExprRef next = todo.pop_back_val();
    if (next == part)
      return true;
    if (seen.insert(next).second)
      todo.append(next->operands.begin(), next->operands.end());
  }
  return false;
}

/// Keeps `factor` of what `sum` adds up whole, there and at the positions of
/// the root that are summed over.
void FactorFinder::consider(ExprRef factor, ExprRef sum) {
  SmallVector<std::pair<unsigned, AffineExpr>> toRoot;
  SmallVector<AffineExpr> toSum(context.getIdentity());
  uint32_t rest = rowMask;
  for (BoundIndex bound : sum->bounds) {
    if (rest == 0)
      return;
    unsigned dim = llvm::countr_zero(rest);
    rest &= rest - 1;
    toRoot.push_back({bound.dim, context.dim(dim)});
    toSum[dim] = context.dim(bound.dim);
  }
  if (rest != 0 || closed.contains(factor))
    return;
  ExprRef atRoot =
      context.substitute(factor, context.getIdentity(), {}, toRoot);
  Coefficient number;
  ExprRef whole = context.takeCoefficient(atRoot, number);
  ExprRef atom = context.group(whole);
  closed[whole] = atom;
  opened[atom] = whole;
  ExprRef back = context.substitute(atom, toSum, {}, /*boundReplacements=*/{},
                                    sum->bounds);
  closed[factor] = context.scale(number, back);
}

void FactorFinder::visitSum(ExprRef sum) {
  Coefficient number;
  for (const Term &term : context.termsOf(sum->operands.front(), number))
    for (Factor factor : context.factorsOf(term.operand, number))
      if (factor.operand->kind == Expr::Kind::Add &&
          factor.exponent == Rational(1) && factor.operand->boundDims != 0 &&
          term.operand != factor.operand && readsPart(factor.operand, rstd))
        consider(factor.operand, sum);
}

/// What is under a root, or below a division, is no gradient.
void FactorFinder::visit(ExprRef expr) {
  if (!expr->hasSum || !seen.insert(expr).second)
    return;
  if (expr->kind == Expr::Kind::Sum)
    visitSum(expr);
  for (auto [position, operand] : llvm::enumerate(expr->operands)) {
    bool isOpen = expr->kind == Expr::Kind::Add ||
                  expr->kind == Expr::Kind::Sum ||
                  (expr->kind == Expr::Kind::Mul &&
                   expr->exponents[position].isInteger() &&
                   expr->exponents[position].numerator > 0);
    if (isOpen)
      visit(operand);
  }
}

std::optional<WholeGradients>
mlir::norm::raise::keepGradientsWhole(ExprContext &context, ExprRef root,
                                      ExprRef rstd, uint32_t rowMask) {
  FactorFinder finder(context, rstd, rowMask);
  finder.visit(root);
  if (finder.opened.empty())
    return std::nullopt;
  return WholeGradients{replaceParts(context, root, finder.closed),
                        std::move(finder.opened)};
}
