//===- Substitution.cpp - row expressions at other positions --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tensor is an expression in its own dimensions. Whoever reads it at other
// indices replaces these. For example, with
//   rstd[d0] = (sum(x[d0, d32]^2, d32 < 64) / 64 + 1e-5)^(-1/2)
// a generic op that reads rstd at (d0 * 8 + d1) replaces d0 by that:
//   (sum(x[d0 * 8 + d1, d32]^2, d32 < 64) / 64 + 1e-5)^(-1/2)
// Laws are applied again from the leaves up, since x[d0] - x[d1] is 0 where d0
// and d1 become the same. A sum is expanded again, and that moves its bound
// index to a position and back, which substitutes in its body twice more: for
// nested sums the work would double and double again. But where each dimension
// that a sum depends on becomes another one, or stays (a renaming, as these two
// are), leaves that differ still differ, no law applies that did not apply
// before, and the sum is rebuilt from its renamed body. So nested sums are
// substituted in linear time. Each node is looked at once in a substitution.
//
//===----------------------------------------------------------------------===//

#include "Expr/BoundIndices.h"
#include "Expr/IndexMath.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// One substitution: replacements, ranges and results so far.
class Substitution {
public:
  Substitution(ExprContext &context, ArrayRef<AffineExpr> replacements,
               ArrayRef<int64_t> extents,
               ArrayRef<std::pair<unsigned, AffineExpr>> boundReplacements,
               ArrayRef<BoundIndex> boundRanges, uint32_t changedFree)
      : context(context), dims(replacements.begin(), replacements.end()),
        extents(kMaxDims, ShapedType::kDynamic), changedFree(changedFree) {
    llvm::copy(extents, this->extents.begin());
    for (unsigned i = dims.size(); i < kMaxDims; ++i)
      dims.push_back(context.dim(i));
    for (auto [number, expr] : boundReplacements) {
      dims[number] = expr;
      changedBound |= uint32_t(1) << (number - kFirstBound);
    }
    setRanges(boundRanges);
  }

  ExprRef apply(ExprRef expr, ExprRef scope);

private:
  void setRanges(ArrayRef<BoundIndex> bounds) {
    for (BoundIndex bound : bounds)
      extents[bound.dim] = getStaticExtent(bound.extent);
  }
  bool isRenaming(ExprRef sum) const;
  SmallVector<AffineExpr> applyToIndices(ArrayRef<AffineExpr> indices);
  ExprRef rebuildSum(ExprRef expr);
  ExprRef rebuild(ExprRef expr, ExprRef scope);

  ExprContext &context;
  SmallVector<AffineExpr> dims;
  SmallVector<int64_t> extents;
  uint32_t changedFree, changedBound = 0;
  /// Results by node and, for nodes with bound indices, the sum around them.
  llvm::DenseMap<std::pair<ExprRef, ExprRef>, ExprRef> results;

  friend class mlir::norm::raise::ExprContext;
};
} // namespace

SmallVector<AffineExpr>
Substitution::applyToIndices(ArrayRef<AffineExpr> indices) {
  SmallVector<AffineExpr> result;
  for (AffineExpr index : indices)
    result.push_back(simplifyIndex(index.replaceDims(dims), [&](unsigned dim) {
      return dim < extents.size() ? extents[dim] : ShapedType::kDynamic;
    }));
  return result;
}

ExprRef Substitution::apply(ExprRef expr, ExprRef scope) {
  if ((expr->freeDims & changedFree) == 0 &&
      (expr->boundDims & changedBound) == 0)
    return expr;
  auto key = std::make_pair(expr, expr->boundDims ? scope : nullptr);
  auto found = results.find(key);
  if (found != results.end())
    return found->second;
  ++context.numSubstituted;
  ExprRef result = rebuild(expr, scope);
  results[key] = result;
  return result;
}

/// Whether all that `sum` depends on gets another name, and no two things the
/// same one.
bool Substitution::isRenaming(ExprRef sum) const {
  for (BoundIndex bound : sum->bounds)
    if (getStaticExtent(bound.extent) == 1)
      return false;
  if (sum->hasDivision) // which may be resolved by what is known of ranges
    return false;
  uint64_t names = 0;
  uint64_t used = uint64_t(sum->boundDims) << kFirstBound | sum->freeDims;
  for (uint64_t rest = used; rest != 0; rest &= rest - 1) {
    auto name = dyn_cast<AffineDimExpr>(dims[llvm::countr_zero(rest)]);
    if (!name || extents[name.getPosition()] == 1)
      return false;
    uint64_t bit = uint64_t(1) << name.getPosition();
    if (names & bit)
      return false;
    names |= bit;
  }
  uint64_t boundWithin = ((uint64_t(1) << sum->sumHeight) - 1) << kFirstBound;
  return (names & boundWithin) == 0;
}

ExprRef Substitution::rebuildSum(ExprRef expr) {
  SmallVector<int64_t> saved = extents;
  setRanges(expr->bounds);
  ExprRef body = apply(expr->operands.front(), expr);
  extents = saved;
  if (!isRenaming(expr))
    return context.sumOver(body, expr->bounds);
  // Another order of the nodes may have another leading coefficient.
  Coefficient coefficient;
  ExprRef primitive = context.takeCoefficient(body, coefficient);
  return context.scale(coefficient, context.withOperands(expr, primitive));
}

ExprRef Substitution::rebuild(ExprRef expr, ExprRef scope) {
  switch (expr->kind) {
  case Expr::Kind::Leaf:
    return context.leaf(expr->value, applyToIndices(expr->indices));
  case Expr::Kind::Index:
    return context.index(applyToIndices(expr->indices).front());
  case Expr::Kind::Below:
    return context.below(applyToIndices(expr->indices).front(), expr->number);
  case Expr::Kind::Constant:
  case Expr::Kind::Extent:
    return expr;
  default:
    break;
  }
  if (expr->kind == Expr::Kind::Sum)
    return rebuildSum(expr);
  SmallVector<ExprRef> operands;
  for (ExprRef operand : expr->operands)
    operands.push_back(apply(operand, scope));
  switch (expr->kind) {
  case Expr::Kind::Add: {
    SmallVector<Term> terms;
    for (auto [coefficient, operand] : llvm::zip(expr->coefficients, operands))
      terms.push_back({coefficient, operand});
    return context.add(terms, expr->constant);
  }
  case Expr::Kind::Mul: {
    SmallVector<Factor> factors;
    for (auto [operand, exponent] : llvm::zip(operands, expr->exponents))
      factors.push_back({operand, exponent});
    return context.mul(factors);
  }
  case Expr::Kind::Abs:
    return context.abs(operands[0]);
  case Expr::Kind::Max:
    return context.max(operands[0], operands[1]);
  case Expr::Kind::Round:
    return context.round(operands[0], expr->type);
  case Expr::Kind::Group:
  case Expr::Kind::Cut:
    return context.withOperands(expr, operands);
  default:
    return context.apply(expr->name, expr->attributes, expr->type, operands,
                         expr->nonNegative);
  }
}

/// The positions that do not stay what they are.
static uint32_t getChanged(ExprContext &context,
                           ArrayRef<AffineExpr> replacements,
                           ArrayRef<int64_t> extents) {
  uint32_t changed = 0;
  for (auto [number, expr] : llvm::enumerate(replacements))
    if (expr != context.dim(number) ||
        (number < extents.size() && extents[number] == 1))
      changed |= uint32_t(1) << number;
  return changed;
}

ExprRef ExprContext::substitute(
    ExprRef expr, ArrayRef<AffineExpr> replacements, ArrayRef<int64_t> extents,
    ArrayRef<std::pair<unsigned, AffineExpr>> boundReplacements,
    ArrayRef<BoundIndex> boundRanges) {
  uint32_t changed = getChanged(*this, replacements, extents);
  if ((expr->freeDims & changed) == 0 && boundReplacements.empty())
    return expr;
  return Substitution(*this, replacements, extents, boundReplacements,
                      boundRanges, changed)
      .apply(expr, nullptr);
}
