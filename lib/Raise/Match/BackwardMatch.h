//===- BackwardMatch.h - a root as the gradient of a norm -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// dx of a norm is a polynomial in r = rstd, of degree 1 and 3:
//   dx_i = r m_i - [r sum(m) / n] - (x_i - mu) r^3 / n sum_j m_j (x_j - mu)
// The terms in brackets are those of a layernorm; mu = 0 for the others. Each
// factor of the root that occurs as a and as a^3 is tried as r. What varies
// along the row beside a is m, what varies along the row beside a^3 is x, and
// mu follows from x sum(m). Then the definition with these operands is taken
// off the root, and nothing may be left but a residual gradient without r.
//
// The polynomial does not know how r, x and m were scaled: for numbers a and c
// the root has c r, x / a and m / c as well where (a c)^2 = 1. So a match gives
// the unscaled parts and the number `weight` = (a c)^2 / n; the plan finds
// values of the program that satisfy it.
//
// Example: jax.vjp writes m r + 2 x (-1/2 rsqrt(v) / v) sum(m x) / n with v =
// sum(x^2) / n + e. In normal form rsqrt(v) is sqrt(n) b^(-1/2) with b = n v,
// and v is b / n, so the root is
//   sqrt(n) m b^(-1/2) - n^(3/2) / n x b^(-3/2) sum(m x)
// r is b^(-1/2) times c = sqrt(n), m comes with c, and weight is 1 = c^2 / n.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_BACKWARDMATCH_H
#define NORM_LIB_RAISE_MATCH_BACKWARDMATCH_H

#include "Match/NormMatch.h"

namespace mlir::norm::raise {

/// A root that is the dx of a norm, over positions of the root.
struct BackwardMatch {
  NormKind kind;
  /// The positions of the row, and how many elements the statistic has: n, or k
  /// of a prmsnorm.
  uint32_t rowMask;
  ExprRef length;
  EpsMode epsMode;
  /// rstd = c * `power`.
  ExprRef power;
  /// What names the norm: the power, or the gradient where that is 1.
  ExprRef getKey() const { return power->isOne() ? gradient : power; }
  /// Of epsilon outside: power = 1 / (s + epsilon) for the root s.
  Coefficient epsilon;
  /// dy * scale = `gradient` / c.
  ExprRef gradient;
  /// x = a * `element`, and mean = a * `mean`; null where there is none.
  ExprRef element, mean;
  /// (a c)^2 / length.
  ExprRef weight;
  /// What is added to the gradient; null for nothing.
  ExprRef residual;
};

/// `root` as a match; else why not, and how far it got.
struct BackwardOutcome {
  std::optional<BackwardMatch> match;
  std::string reason; ///< empty where nothing looks like a gradient
  ExprRef power = nullptr;
};

/// `gradient of an rmsnorm, dy * scale .., x .., rstd .., up to factors`.
std::string toString(const BackwardMatch &match);

/// Solves `root`, over positions with these extents.
BackwardOutcome matchBackward(ExprContext &context, ExprRef root,
                              ArrayRef<ExprRef> extents);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_BACKWARDMATCH_H
