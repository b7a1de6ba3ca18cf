//===- Unify.cpp - one expression at different positions ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tensor t is some expression in its own dimensions; a root computes another
// one in its loops. The tensor gives what the root wants if there are indices
// of t at which the first is the second. For example, with
//   t[d0, d1] = x[d0, d1] + b[d1]    and the target    x[d2, d0] + b[d0]
// the leaf x of t knows all dimensions of t. It becomes the leaf x of the
// target at d0 = d2, d1 = d0. Substituting these in t gives x[d2, d0] + b[d0],
// which is the target: t[d2, d0] it is. Leaves only propose indices; that the
// difference is 0 decides. A dimension that is split, t[d0 floordiv 8, d0 mod
// 8], is found from its quotient and its remainder.
//
//===----------------------------------------------------------------------===//

#include "Expr/Unify.h"

#include "Expr/IndexMath.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// Indices found so far, one per dimension of the expression.
using Assignment = SmallVector<AffineExpr>;
/// The two halves of an index that is used as d floordiv b and d mod b.
struct Halves {
  int64_t divisor = 0;
  AffineExpr quotient, remainder;
};
} // namespace

static bool assign(Assignment &assignment, unsigned dim, AffineExpr value) {
  if (dim >= assignment.size() || (assignment[dim] && assignment[dim] != value))
    return false;
  assignment[dim] = value;
  return true;
}

/// Notes that `atom`, d floordiv b or d mod b, is `inTarget`.
static bool takeHalf(AffineExpr atom, AffineExpr inTarget,
                     MutableArrayRef<Halves> halves) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(atom);
  auto dim = binary ? dyn_cast<AffineDimExpr>(binary.getLHS()) : nullptr;
  auto divisor =
      binary ? dyn_cast<AffineConstantExpr>(binary.getRHS()) : nullptr;
  if (!dim || !divisor || dim.getPosition() >= halves.size())
    return false;
  Halves &half = halves[dim.getPosition()];
  half.divisor = divisor.getValue();
  (binary.getKind() == AffineExprKind::Mod ? half.remainder : half.quotient) =
      inTarget;
  return true;
}

/// Solves inExpr(d) = inTarget for the dimensions d of one index.
static bool solveIndex(AffineExpr inExpr, AffineExpr inTarget,
                       Assignment &assignment, MutableArrayRef<Halves> halves) {
  if (inExpr == inTarget && (uint32_t(dimsOf(inExpr)) == 0))
    return true;
  LinearIndex lhs = toLinear(inExpr);
  LinearIndex rhs = toLinear(inTarget);
  if (lhs.terms.size() == 1 && lhs.terms[0].factor == 1) {
    auto dim = dyn_cast<AffineDimExpr>(lhs.terms[0].atom);
    if (dim && dim.getPosition() < kFirstBound)
      return assign(assignment, dim.getPosition(), inTarget - lhs.constant);
    if (lhs.constant == 0 && takeHalf(lhs.terms[0].atom, inTarget, halves))
      return true;
  }
  // Term by term where both have the same factors, those of bound indices
  // first: they are the same on both sides.
  if (lhs.terms.size() != rhs.terms.size() || lhs.constant != rhs.constant)
    return false;
  auto isBound = [](IndexTerm term) {
    auto dim = dyn_cast<AffineDimExpr>(term.atom);
    return dim && dim.getPosition() >= kFirstBound;
  };
  std::stable_partition(lhs.terms.begin(), lhs.terms.end(), isBound);
  for (IndexTerm term : lhs.terms) {
    IndexTerm *same = llvm::find_if(rhs.terms, [&](IndexTerm other) {
      return other.factor == term.factor &&
             (isBound(term) ? other.atom == term.atom : !isBound(other));
    });
    if (same == rhs.terms.end())
      return false;
    AffineExpr atom = same->atom;
    rhs.terms.erase(same);
    if (isBound(term))
      continue;
    auto dim = dyn_cast<AffineDimExpr>(term.atom);
    if (dim ? !assign(assignment, dim.getPosition(), atom)
            : !takeHalf(term.atom, atom, halves))
      return false;
  }
  return true;
}

/// The index of which there are the two halves.
static AffineExpr join(const Halves &half) {
  auto quotient = dyn_cast<AffineBinaryOpExpr>(half.quotient);
  auto remainder = dyn_cast<AffineBinaryOpExpr>(half.remainder);
  bool isSplit =
      quotient && remainder && quotient.getLHS() == remainder.getLHS() &&
      quotient.getKind() == AffineExprKind::FloorDiv &&
      remainder.getKind() == AffineExprKind::Mod &&
      quotient.getRHS() == remainder.getRHS() &&
      quotient.getRHS() ==
          getAffineConstantExpr(half.divisor, half.quotient.getContext());
  return isSplit ? quotient.getLHS()
                 : half.quotient * half.divisor + half.remainder;
}

/// Solves all indices of one leaf.
static std::optional<Assignment> solveLeaf(ExprRef inExpr, ExprRef inTarget,
                                           unsigned rank) {
  Assignment assignment(rank);
  SmallVector<Halves> halves(rank);
  for (auto [lhs, rhs] : llvm::zip(inExpr->indices, inTarget->indices))
    if (!solveIndex(lhs, rhs, assignment, halves))
      return std::nullopt;
  for (auto [dim, half] : llvm::enumerate(halves)) {
    if (!half.divisor)
      continue;
    if (!half.quotient || !half.remainder ||
        !assign(assignment, dim, join(half)))
      return std::nullopt;
  }
  return assignment;
}

std::optional<SmallVector<AffineExpr>>
mlir::norm::raise::unify(ExprContext &context, ExprRef expr, unsigned rank,
                         ExprRef target, ArrayRef<int64_t> extents) {
  if (rank > kFirstBound ||
      (expr->skeleton != target->skeleton && !expr->hasIndex))
    return std::nullopt;
  auto isSolution = [&](ArrayRef<AffineExpr> indices) {
    ExprRef difference =
        context.sub(context.substitute(expr, indices, extents), target);
    return difference->isZero();
  };
  AffineExpr zero = getAffineConstantExpr(0, context.getContext());
  if (expr == target) {
    SmallVector<AffineExpr> indices(rank, zero);
    for (unsigned dim = 0; dim < rank; ++dim)
      if (expr->dependsOn(uint32_t(1) << dim))
        indices[dim] = context.dim(dim);
    return indices;
  }
  // Every leaf of the expression has to become a leaf of the target; the first
  // one that knows all dimensions that matter decides.
  SmallVector<ExprRef> leaves = getLeaves(expr, /*intoSums=*/true);
  auto *decisive = llvm::find_if(leaves, [&](ExprRef leaf) {
    return (expr->freeDims & ~leaf->freeDims) == 0;
  });
  if (decisive != leaves.end()) {
    for (ExprRef other : getLeaves(target, /*intoSums=*/true)) {
      if (other->value != (*decisive)->value)
        continue;
      std::optional<Assignment> assignment = solveLeaf(*decisive, other, rank);
      if (!assignment)
        continue;
      for (AffineExpr &index : *assignment)
        if (!index)
          index = zero;
      if (isSolution(*assignment))
        return assignment;
    }
  }
  if (expr->freeDims == 0) {
    SmallVector<AffineExpr> indices(rank, zero);
    if (isSolution(indices))
      return indices;
  }
  return std::nullopt;
}
