//===- Attempt.h - one reading of a root as a norm --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A root is a * r + bias with r = base^(-1/2), or 1 / (base^(1/2) + epsilon).
// The squares that the base sums tell what the row element u is, and a, as
// linear in u, the rest:
//   a    = k * scale * gate * (factor * u + shift)
//   base = weight * (mean((factor * u + shift)^2) + epsilon)
//   1    = k / weight^(1/2)
// Where shift = -mean(factor * u) the root is a layernorm of factor * u, else
// an rmsnorm of factor * u + shift.
//
// Example: y = (2 x - 2 m) * g / sqrt(4 v + 4e-5), with m and v the mean and
// the variance of a row x of n elements, has in normal form
//   base = n^2 v + n^2 1e-5, as sums: n sum(x^2) - sum(x)^2 + n^2 1e-5
//   a    = n * g * (x - m)
// so u = x, k = n, scale = g, factor = 1, shift = -m = -sum(x) / n. The mean of
// (u + shift)^2 is v, so weight = n^2 and epsilon = 1e-5; k / n is 1.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_ATTEMPT_H
#define NORM_LIB_RAISE_MATCH_ATTEMPT_H

#include "Expr/Polynomial.h"
#include "Match/NormMatch.h"
#include "Match/Reciprocals.h"
#include "Match/RowAccess.h"

#include <variant>

namespace mlir::norm::raise {

/// How far an attempt got: later stages give better reasons.
enum class MatchStage { None, Odd, Found, Row, Scale, Statistic, Factor };

/// Why an attempt failed.
struct MatchFailure {
  MatchStage stage;
  std::string reason;
};

/// What is solved: an expression over positions with the given extents; for a
/// norm with a gate or a rest where `withGate`.
struct Equation {
  ExprContext &context;
  ExprRef root;
  ArrayRef<ExprRef> extents;
  SmallVector<int64_t> staticExtents;
  bool withGate;
};

/// Which reading of a root is tried.
struct Reading {
  Reciprocal reciprocal;
  SquareSum square;
  /// The root without the reciprocal, as linear in the row element.
  LinearForm form;
  /// Where the row that is summed lies in the root.
  BoundAssignment row;
  /// Whether what does not vary along the row is a gate.
  bool hasRowGate;
};

/// Solves one reading.
std::variant<NormMatch, MatchFailure> solveReading(const Equation &equation,
                                                   const Reading &reading);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_ATTEMPT_H
