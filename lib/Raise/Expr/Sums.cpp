//===- Sums.cpp - row expressions: reductions -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The laws of sums over index ranges:
//   sum(c * f) = c * sum(f)                      c does not vary
//   sum(f + g) = sum(f) + sum(g)                 where f or g is a power
//   sum((k u + c)^p) = sum_j binomial(p, j) k^j c^(p-j) sum(u^j)
//   sum(1) = n
//   sum_i sum_j f = sum_(i,j) f
//   sum_(i<a, j<b) f(b i + j) = sum_(r<ab) f(r)  and back where f is torn
//   sum_(i<n) [i < k] f = sum_(i<k) f            k <= n
//
//===----------------------------------------------------------------------===//

#include "Expr/BoundIndices.h"
#include "Expr/Expansion.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// The body of a sum with [r < k] taken into the range of r.
static ExprRef restrictRanges(ExprContext &context, ExprRef body,
                              SmallVectorImpl<BoundIndex> &bounds) {
  Coefficient one; // makeSum has taken the coefficient out
  SmallVector<Factor> kept;
  for (Factor factor : context.factorsOf(body, one)) {
    BoundIndex *restricted = nullptr;
    if (factor.operand->kind == Expr::Kind::Below &&
        factor.exponent.numerator > 0)
      for (BoundIndex &bound : bounds)
        if (factor.operand->indices[0] == context.dim(bound.dim) &&
            bound.extent->isConstant())
          restricted = &bound;
    if (!restricted) {
      kept.push_back(factor);
      continue;
    }
    double limit = std::max<double>(0.0, double(factor.operand->number));
    if (limit < restricted->extent->constant.value)
      restricted->extent = context.constant(limit);
  }
  return context.mul(kept);
}

ExprRef ExprContext::makeSum(ExprRef body, SmallVector<BoundIndex> bounds) {
  // The first term of a sum, which is the one without a coefficient, is another
  // one once its indices are bound.
  Coefficient leading, renamedLeading;
  body = restrictRanges(*this, takeCoefficient(body, leading), bounds);
  while (body->kind == Expr::Kind::Sum) {
    llvm::append_range(bounds, body->bounds);
    body = body->operands.front();
  }
  auto boundMask = [](BoundIndex bound) {
    return uint32_t(1) << (bound.dim - kFirstBound);
  };
  unsigned firstFree = kFirstBound + body->sumHeight;
  for (BoundIndex bound : bounds)
    firstFree = std::max(firstFree, bound.dim + 1);

  // Replaces bound indices of the body; other positions stay.
  ArrayRef<AffineExpr> identity = getIdentity();
  SmallVector<int64_t> unknown(kFirstBound, ShapedType::kDynamic);
  auto rewrite = [&](ArrayRef<std::pair<unsigned, AffineExpr>> replacements,
                     SmallVector<BoundIndex> newBounds) {
    body = substitute(body, identity, unknown, replacements, newBounds);
    bounds = std::move(newBounds);
  };

  for (bool changed = true; changed && firstFree + 2 < kMaxDims;) {
    changed = false;
    SmallVector<ExprRef> indexed = getIndexed(body, bounds);
    if (std::optional<SplitIndex> split = findSplit(indexed, bounds)) {
      BoundIndex old = bounds[split->position];
      int64_t extent = getStaticExtent(old.extent);
      SmallVector<BoundIndex> next = bounds;
      next[split->position] = {firstFree,
                               constant(double(extent / split->divisor))};
      next.push_back({firstFree + 1, constant(double(split->divisor))});
      rewrite({{old.dim, dim(firstFree) * split->divisor + dim(firstFree + 1)}},
              next);
      firstFree += 2;
      changed = true;
      continue;
    }
    for (unsigned i = 0; i < bounds.size() && !changed; ++i) {
      for (unsigned j = 0; j < bounds.size() && !changed; ++j) {
        if (i == j || !canMerge(indexed, bounds[i], bounds[j]))
          continue;
        SmallVector<BoundIndex> next = bounds;
        BoundIndex outer = bounds[i];
        next[j].extent = mul(outer.extent, bounds[j].extent);
        next.erase(next.begin() + i);
        rewrite({{outer.dim, getAffineConstantExpr(0, context)}}, next);
        changed = true;
      }
    }
  }

  // An index that the body does not use counts its extent.
  SmallVector<Factor> counted;
  llvm::erase_if(bounds, [&](BoundIndex bound) {
    if (body->boundDims & boundMask(bound))
      return false;
    counted.push_back({bound.extent, 1});
    return true;
  });
  if (bounds.empty())
    return scale(leading, mul(body, mul(counted)));

  SmallVector<ExprRef> indexed = getIndexed(body, bounds);
  llvm::stable_sort(bounds, [&](BoundIndex lhs, BoundIndex rhs) {
    return getKey(indexed, lhs.dim) < getKey(indexed, rhs.dim);
  });
  SmallVector<std::pair<unsigned, AffineExpr>> renaming;
  SmallVector<BoundIndex> renamed = bounds;
  bool isCanonical = true;
  for (auto [position, bound] : llvm::enumerate(renamed)) {
    unsigned number = kFirstBound + body->sumHeight + position;
    isCanonical &= number == bound.dim;
    renaming.push_back({bound.dim, dim(number)});
    bound.dim = number;
  }
  if (!isCanonical)
    rewrite(renaming, renamed);

  body = takeCoefficient(body, renamedLeading);
  leading = leading * renamedLeading;
  Expr expr;
  expr.kind = Expr::Kind::Sum;
  expr.operands = body;
  expr.bounds = bounds;
  ExprRef result = scale(leading, intern(std::move(expr)));
  return counted.empty() ? result : mul(result, mul(counted));
}

ExprRef ExprContext::sum(ExprRef body, ArrayRef<unsigned> dims,
                         ArrayRef<ExprRef> extents) {
  uint32_t mask = 0;
  for (unsigned dim : dims)
    mask |= uint32_t(1) << dim;
  std::optional<Expansion> expansion = expand(*this, body, mask);
  if (!expansion)
    expansion = Expansion{{constant(1.0), group(body)}};

  ArrayRef<AffineExpr> identity = getIdentity();
  SmallVector<int64_t> unknown(kFirstBound, ShapedType::kDynamic);

  SmallVector<Term> terms;
  for (Monomial monomial : *expansion) {
    SmallVector<Factor> factors = {{monomial.factor, 1}};
    SmallVector<AffineExpr> replacements(identity);
    SmallVector<BoundIndex> bounds;
    unsigned number = kFirstBound + monomial.varying->sumHeight;
    for (auto [dimension, extent] : llvm::zip(dims, extents)) {
      if (!monomial.varying->dependsOn(uint32_t(1) << dimension)) {
        factors.push_back({extent, 1});
        continue;
      }
      replacements[dimension] = dim(number);
      bounds.push_back({number++, extent});
    }
    if (!bounds.empty()) {
      ExprRef bound =
          substitute(monomial.varying, replacements, unknown, {}, bounds);
      factors.push_back({makeSum(bound, bounds), 1});
    }
    terms.push_back({Coefficient::exact(1), mul(factors)});
  }
  return add(terms);
}

ExprRef ExprContext::sumOver(ExprRef body, ArrayRef<BoundIndex> bounds) {
  // Bound indices take positions that the body does not use.
  SmallVector<std::pair<unsigned, AffineExpr>> replacements;
  SmallVector<unsigned> dims;
  SmallVector<ExprRef> extents;
  unsigned position = kFirstBound;
  for (BoundIndex bound : bounds) {
    do {
      --position;
    } while (position > 0 && body->dependsOn(uint32_t(1) << position));
    replacements.push_back({bound.dim, dim(position)});
    dims.push_back(position);
    extents.push_back(bound.extent);
  }
  ArrayRef<AffineExpr> identity = getIdentity();
  SmallVector<int64_t> unknown(kFirstBound, ShapedType::kDynamic);
  return sum(substitute(body, identity, unknown, replacements), dims, extents);
}
