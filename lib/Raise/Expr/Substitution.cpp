//===- Substitution.cpp - row expressions at other positions --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
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
               ArrayRef<BoundIndex> boundRanges)
      : context(context), dims(replacements.begin(), replacements.end()),
        extents(kMaxDims, ShapedType::kDynamic) {
    llvm::copy(extents, this->extents.begin());
    for (unsigned i = dims.size(); i < kMaxDims; ++i)
      dims.push_back(context.dim(i));
    for (auto [number, expr] : boundReplacements) {
      dims[number] = expr;
      changedBound |= uint32_t(1) << (number - kFirstBound);
    }
    for (auto [number, expr] : llvm::enumerate(replacements))
      if (expr != context.dim(number) || this->extents[number] == 1)
        changedFree |= uint32_t(1) << number;
    setRanges(boundRanges);
  }

  ExprRef apply(ExprRef expr, ExprRef scope);

private:
  void setRanges(ArrayRef<BoundIndex> bounds) {
    for (BoundIndex bound : bounds)
      extents[bound.dim] = getStaticExtent(bound.extent);
  }
  SmallVector<AffineExpr> applyToIndices(ArrayRef<AffineExpr> indices);
  ExprRef rebuild(ExprRef expr, ExprRef scope);

  ExprContext &context;
  SmallVector<AffineExpr> dims;
  SmallVector<int64_t> extents;
  uint32_t changedFree = 0, changedBound = 0;
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
  ExprRef result = rebuild(expr, scope);
  results[key] = result;
  return result;
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
  if (expr->kind == Expr::Kind::Sum) {
    SmallVector<int64_t> saved = extents;
    setRanges(expr->bounds);
    ExprRef body = apply(expr->operands.front(), expr);
    extents = saved;
    return context.sumOver(body, expr->bounds);
  }
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
    return context.group(operands[0]);
  default:
    return context.apply(expr->name, expr->attributes, expr->type, operands,
                         expr->nonNegative);
  }
}

ExprRef ExprContext::substitute(
    ExprRef expr, ArrayRef<AffineExpr> replacements, ArrayRef<int64_t> extents,
    ArrayRef<std::pair<unsigned, AffineExpr>> boundReplacements,
    ArrayRef<BoundIndex> boundRanges) {
  return Substitution(*this, replacements, extents, boundReplacements,
                      boundRanges)
      .apply(expr, nullptr);
}
