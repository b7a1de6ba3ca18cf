//===- NormMatch.h - solving a row expression for a norm --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_NORMMATCH_H
#define NORM_LIB_RAISE_MATCH_NORMMATCH_H

#include "Expr/Expr.h"

#include "norm/Dialect/Norm/IR/NormDescription.h"

#include <string>

namespace mlir::norm::raise {

/// A root expression solved for the unknowns of a norm:
///   root = (input - mean) * rstd * scale + bias
/// or, where the program multiplies a gate or adds to it before the norm is
/// complete,
///   root = (input - mean) * rstd * scale * gate + rest
/// All expressions live in the space of the root.
struct NormMatch {
  NormKind kind;
  ExprRef input;
  /// The positions of the root that run along the row.
  uint32_t rowMask;
  ExprRef scale = nullptr; ///< null for 1
  ExprRef bias = nullptr;  ///< null for 0
  ExprRef gate = nullptr;  ///< null for 1
  ExprRef rest = nullptr;  ///< null for 0
  Coefficient epsilon;
  EpsMode epsMode;
  /// n; for prmsnorm k, from which the statistic is taken.
  ExprRef statisticLength;
  ExprRef statistic;
  ExprRef rstd;
  ExprRef mean;
  /// The root under which the statistic stands; norms that share it share their
  /// statistic.
  ExprRef base;
  /// Says so where the literals of the program stand for a divisor beside the
  /// extent just as well; else empty.
  std::string otherDivisor;
};

/// `rmsnorm of x, scale g, bias b, epsilon 1e-05 inside`.
std::string toString(const NormMatch &match);

/// The outcome of matching: a match, or why a candidate is none.
struct MatchOutcome {
  std::optional<NormMatch> match;
  /// Empty where the expression does not look like a norm at all.
  std::string reason;
  /// How far the attempt got of which the reason tells: more is closer to a
  /// norm.
  unsigned stage = 0;
  /// The root that the reason is about.
  ExprRef base = nullptr;
};

/// Solves `root`, an expression over positions with the given extents; for a
/// norm with a gate or a rest where `withGate`.
MatchOutcome matchNorm(ExprContext &context, ExprRef root,
                       ArrayRef<ExprRef> extents, bool withGate = false);

/// `match` as the same norm of `factor` * input, for a positive factor:
///   norm(x, epsilon) = norm(c x, c^2 epsilon), outside of the root c epsilon
NormMatch rescale(ExprContext &context, const NormMatch &match,
                  Coefficient factor);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_NORMMATCH_H
