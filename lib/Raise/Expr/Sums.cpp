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
// Example: the squares of a row of 8 that was read as 2 x 4, about a mean m:
//   sum over d1 < 2, d2 < 4 of (x[d0, 4 d1 + d2] - m)^2
// `sum` expands the square in m, which does not vary,
//   sum(x[d0, 4 d1 + d2]^2) - 2 m sum(x[d0, 4 d1 + d2]) + 8 m^2
// and gives d1, d2 the first numbers that are free: d32, d33. `makeSum` finds
// that every index uses 4 d32 + d33, merges the two to one r < 8, and calls it
// by the first number that the body does not bind:
//   sum(x[d0, d32]^2, d32 < 8) - 2 m sum(x[d0, d32], d32 < 8) + 8 m^2
// So whoever sums the same row in other pieces gets the same nodes.
//
// Numbers are few: kMaxDims. A sum for whose indices none is left is cut off
// (`cutSum`): an unknown function of the positions that it depends on.
//
//===----------------------------------------------------------------------===//

#include "Expr/BoundIndices.h"
#include "Expr/Expansion.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// A sum on its way to the normal form.
struct OpenSum {
  ExprRef body;
  SmallVector<BoundIndex> bounds;
};
using BoundReplacements = ArrayRef<std::pair<unsigned, AffineExpr>>;
} // namespace

static uint32_t getBoundMask(ArrayRef<BoundIndex> bounds) {
  uint32_t mask = 0;
  for (BoundIndex bound : bounds)
    mask |= uint32_t(1) << (bound.dim - kFirstBound);
  return mask;
}

/// The first number beyond all that `expr` binds or that bound indices of sums
/// around it have.
static unsigned getFirstFree(ExprRef expr) {
  unsigned used = 32 - llvm::countl_zero(expr->boundDims);
  return kFirstBound + std::max(expr->sumHeight, used);
}

/// Replaces bound indices of the body; positions stay.
static void replaceBounds(ExprContext &context, OpenSum &sum,
                          BoundReplacements replacements,
                          SmallVector<BoundIndex> bounds) {
  sum.body = context.substitute(sum.body, context.getIdentity(),
                                /*extents=*/{}, replacements, bounds);
  sum.bounds = std::move(bounds);
}

/// sum_(i<n) [i < k] f = sum_(i<k) f
static void restrictRanges(ExprContext &context, OpenSum &sum) {
  // Renamed indices may have left a coefficient: -(m - x) for x - m.
  Coefficient leading;
  SmallVector<Factor> kept;
  for (Factor factor : context.factorsOf(sum.body, leading)) {
    BoundIndex *restricted = nullptr;
    if (factor.operand->kind == Expr::Kind::Below &&
        factor.exponent.numerator > 0)
      for (BoundIndex &bound : sum.bounds)
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
  sum.body = context.scale(leading, context.mul(kept));
}

/// sum_i sum_j f = sum_(i,j) f
static void flatten(OpenSum &sum) {
  while (sum.body->kind == Expr::Kind::Sum) {
    llvm::append_range(sum.bounds, sum.body->bounds);
    sum.body = sum.body->operands.front();
  }
}

/// sum_(r<ab) f(r floordiv b, r mod b) = sum_(i<a, j<b) f(i, j)
static bool splitIndex(ExprContext &context, OpenSum &sum,
                       ArrayRef<ExprRef> indexed) {
  std::optional<SplitIndex> split = findSplit(indexed, sum.bounds);
  unsigned outer = getFirstFree(sum.body);
  for (BoundIndex bound : sum.bounds)
    outer = std::max(outer, bound.dim + 1);
  unsigned inner = outer + 1;
  if (!split || inner >= kMaxDims)
    return false;
  SmallVector<BoundIndex> bounds = sum.bounds;
  BoundIndex old = bounds[split->position];
  int64_t quotient = getStaticExtent(old.extent) / split->divisor;
  bounds[split->position] = {outer, context.constant(double(quotient))};
  bounds.push_back({inner, context.constant(double(split->divisor))});
  AffineExpr joined = context.dim(outer) * split->divisor + context.dim(inner);
  replaceBounds(context, sum, {{old.dim, joined}}, std::move(bounds));
  return true;
}

/// sum_(i<a, j<b) f(b i + j) = sum_(r<ab) f(r): r takes the number of j.
static bool mergeIndices(ExprContext &context, OpenSum &sum,
                         ArrayRef<ExprRef> indexed) {
  for (auto [i, outer] : llvm::enumerate(sum.bounds)) {
    for (auto [j, inner] : llvm::enumerate(sum.bounds)) {
      if (i == j || !canMerge(indexed, outer, inner))
        continue;
      SmallVector<BoundIndex> bounds = sum.bounds;
      unsigned removed = outer.dim;
      bounds[j].extent = context.mul(outer.extent, inner.extent);
      bounds.erase(bounds.begin() + i);
      AffineExpr zero = getAffineConstantExpr(0, context.getContext());
      replaceBounds(context, sum, {{removed, zero}}, std::move(bounds));
      return true;
    }
  }
  return false;
}

/// sum_i f = n * f where f does not use i; returns the product of such extents.
static ExprRef countUnused(ExprContext &context, OpenSum &sum) {
  SmallVector<Factor> counted;
  llvm::erase_if(sum.bounds, [&](BoundIndex bound) {
    if (sum.body->boundDims & getBoundMask(bound))
      return false;
    counted.push_back({bound.extent, 1});
    return true;
  });
  return context.mul(counted);
}

/// Numbers the bound indices by where they are used first; false where there is
/// no number left.
static bool renumber(ExprContext &context, OpenSum &sum) {
  SmallVector<ExprRef> indexed = getIndexed(sum.body, sum.bounds);
  llvm::stable_sort(sum.bounds, [&](BoundIndex lhs, BoundIndex rhs) {
    return getKey(indexed, lhs.dim) < getKey(indexed, rhs.dim);
  });
  unsigned first = kFirstBound + sum.body->sumHeight;
  if (first + sum.bounds.size() > kMaxDims)
    return false;
  SmallVector<std::pair<unsigned, AffineExpr>> renaming;
  SmallVector<BoundIndex> bounds = sum.bounds;
  bool isCanonical = true;
  for (auto [position, bound] : llvm::enumerate(bounds)) {
    unsigned number = first + position;
    isCanonical &= number == bound.dim;
    renaming.push_back({bound.dim, context.dim(number)});
    bound.dim = number;
  }
  // The indices of sums around this one keep their numbers.
  uint32_t others = sum.body->boundDims & ~getBoundMask(sum.bounds);
  if (others & getBoundMask(bounds))
    return false;
  if (!isCanonical)
    replaceBounds(context, sum, renaming, std::move(bounds));
  return true;
}

ExprRef ExprContext::cutSum(ExprRef body, ArrayRef<BoundIndex> bounds) {
  uint64_t used = uint64_t(body->boundDims) << kFirstBound | body->freeDims;
  for (BoundIndex bound : bounds)
    used &= ~(uint64_t(1) << bound.dim);
  SmallVector<ExprRef> positions;
  for (unsigned number = 0; number < kMaxDims; ++number)
    if (used >> number & 1)
      positions.push_back(index(dim(number)));
  Expr expr;
  expr.kind = Expr::Kind::Cut;
  expr.operands = positions;
  expr.bounds = bounds;
  expr.number = body->id;
  return intern(expr);
}

ExprRef ExprContext::makeSum(ExprRef body, SmallVector<BoundIndex> bounds) {
  // The first term of a sum, which is the one without a coefficient, is another
  // one once its indices are bound.
  Coefficient leading, renamedLeading;
  OpenSum sum = {takeCoefficient(body, leading), std::move(bounds)};
  restrictRanges(*this, sum);
  flatten(sum);
  for (bool changed = true; changed;) {
    SmallVector<ExprRef> indexed = getIndexed(sum.body, sum.bounds);
    changed =
        splitIndex(*this, sum, indexed) || mergeIndices(*this, sum, indexed);
  }
  restrictRanges(*this, sum); // [4 i + j < k] has become [r < k]
  ExprRef counted = countUnused(*this, sum);
  if (sum.bounds.empty())
    return scale(leading, mul(sum.body, counted));
  if (!renumber(*this, sum))
    return scale(leading, mul(cutSum(sum.body, sum.bounds), counted));

  Expr expr;
  expr.kind = Expr::Kind::Sum;
  ExprRef primitive = takeCoefficient(sum.body, renamedLeading);
  expr.operands = primitive;
  expr.bounds = sum.bounds;
  ExprRef result = scale(leading * renamedLeading, intern(expr));
  return counted->isOne() ? result : mul(result, counted);
}

/// The sum of `varying` over those of the positions `dims` along which it
/// varies, times the extents of the others.
ExprRef ExprContext::bindPositions(ExprRef varying, ArrayRef<unsigned> dims,
                                   ArrayRef<ExprRef> extents) {
  SmallVector<Factor> counted;
  SmallVector<BoundIndex> bounds;
  for (auto [dimension, extent] : llvm::zip(dims, extents)) {
    if (varying->dependsOn(uint32_t(1) << dimension))
      bounds.push_back({dimension, extent});
    else
      counted.push_back({extent, 1});
  }
  ExprRef count = mul(counted);
  if (bounds.empty())
    return mul(varying, count);
  unsigned number = getFirstFree(varying);
  if (number + bounds.size() > kMaxDims)
    return mul(cutSum(varying, bounds), count);
  SmallVector<AffineExpr> replacements(getIdentity());
  for (BoundIndex &bound : bounds) {
    replacements[bound.dim] = dim(number);
    bound.dim = number++;
  }
  ExprRef bound = substitute(varying, replacements, /*extents=*/{}, {}, bounds);
  return mul(makeSum(bound, bounds), count);
}

ExprRef ExprContext::sum(ExprRef body, ArrayRef<unsigned> dims,
                         ArrayRef<ExprRef> extents) {
  uint32_t mask = 0;
  for (unsigned dim : dims)
    mask |= uint32_t(1) << dim;
  std::optional<Expansion> expansion = expand(*this, body, mask);
  if (!expansion)
    expansion = Expansion{{constant(1.0), group(body, Limit::Expansion)}};
  SmallVector<Term> terms;
  for (Monomial monomial : *expansion)
    terms.push_back(
        {Coefficient::exact(1),
         mul(monomial.factor, bindPositions(monomial.varying, dims, extents))});
  return add(terms);
}

ExprRef ExprContext::sumOver(ExprRef body, ArrayRef<BoundIndex> bounds) {
  // Bound indices take positions that the body does not use.
  if (llvm::popcount(body->freeDims) + bounds.size() > kFirstBound)
    return cutSum(body, bounds);
  SmallVector<std::pair<unsigned, AffineExpr>> replacements;
  SmallVector<unsigned> dims;
  SmallVector<ExprRef> extents;
  unsigned position = kFirstBound;
  for (BoundIndex bound : bounds) {
    do
      --position;
    while (body->dependsOn(uint32_t(1) << position));
    replacements.push_back({bound.dim, dim(position)});
    dims.push_back(position);
    extents.push_back(bound.extent);
  }
  return sum(substitute(body, getIdentity(), /*extents=*/{}, replacements),
             dims, extents);
}
