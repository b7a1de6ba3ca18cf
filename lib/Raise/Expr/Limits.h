//===- Limits.h - the bounds of the algebra ---------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What bounds the time and the memory of a raise. All bounds are here. Where
// one is met, the algebra stops: a value becomes a leaf, a sum becomes a group.
// The expression stays true, and a norm may be missed. For example, the body
//   v1 = exp(x), v2 = exp(v1), .., v300 = exp(v299)
// is read as v201 = exp(v200[d0, d1]), where v200 is a leaf. ExprContext knows
// that this leaf was cut off by Limit::Depth and that it is computed from x. A
// candidate that reads both v200 and x fails for the limit, whatever equation
// it was that did not hold (see Match/LimitReason.h).
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_LIMITS_H
#define NORM_LIB_RAISE_EXPR_LIMITS_H

#include <cstdint>
#include <string>

namespace mlir::norm::raise {

/// Nested operations of an expression.
inline constexpr unsigned kMaxDepth = 200;
/// Leaves of an expression, each as often as it occurs.
inline constexpr unsigned kMaxSize = 2000;
/// Leaves of a tensor without reductions, and of one that is a sum of rows: a
/// chain of residual sums is the input of a norm, or its dy, and not a part of
/// one. Of the longest such chain the products with scale and rstd are read.
inline constexpr unsigned kMaxElementwiseSize = 16;
inline constexpr unsigned kMaxResidualSize = 8;
/// Loops of an op and dimensions of a tensor.
inline constexpr unsigned kMaxRank = 16;
/// The first dimension number that stands for an index bound by a sum.
/// Positions are below it. Each of nested sums has numbers of its own, so that
/// sums do not nest deeper than there are numbers.
inline constexpr unsigned kFirstBound = 32;
/// Dimension numbers are below this.
inline constexpr unsigned kMaxDims = 64;
/// Terms of a sum; what is added to it stays one term.
inline constexpr unsigned kMaxTerms = 24;
/// Terms that an expansion may have; beyond it stays one opaque product.
inline constexpr unsigned kMaxExpansion = 32;
/// Products that an expression may have that is multiplied out.
inline constexpr unsigned kMaxFlatProducts = 128;
/// Powers of sums up to this one are expanded. No norm has a higher one.
inline constexpr int kMaxPower = 4;
/// Values computed from the input of a norm that are asked whether they are one
/// of its statistics, computed again.
inline constexpr unsigned kMaxRepeated = 16;
/// Numbers of the program that doubles have exactly: extents, factors.
inline constexpr int64_t kMaxNumber = int64_t(1) << 53;
/// Extents that are found through the sizes of other tensors.
inline constexpr unsigned kMaxExtentDepth = 32;
/// Uses that are followed to see whether rows read a reduction back.
inline constexpr unsigned kMaxStatisticUses = 16;
/// Values computed from the gradient of a norm's result that are asked whether
/// they are that of its scale or bias.
inline constexpr unsigned kMaxSumValues = 64;
/// Uses that are followed from the first point of a gradient to its last.
inline constexpr unsigned kMaxGradientPoints = 64;
/// Ops between a root and the inputs of its norm.
inline constexpr unsigned kMaxConeSize = 400;
/// Points of a norm that are followed: casts, scale, bias.
inline constexpr unsigned kMaxPoints = 64;
/// Leaves that were cut off and are looked behind for a reason.
inline constexpr unsigned kMaxCutsBehind = 64;
/// Numbers that one second opinion evaluates; a raise that takes more is
/// refused.
inline constexpr unsigned kMaxEvaluated = 1u << 19;
/// Indices at which a second opinion evaluates a dimension of a row, exactly
/// and as typed; and in each dimension of a row that is summed in parts of
/// other shapes, which is evaluated element by element.
inline constexpr int64_t kExactSamples = 64;
inline constexpr int64_t kTypedSamples = 16;
inline constexpr int64_t kWholeRow = 16384;
/// Ops behind a cone that a second opinion looks into.
inline constexpr unsigned kMaxWiderConeSize = 64;
/// Ops between a reduction and the row that it is asked about, for a reason.
inline constexpr unsigned kMaxOpsToRow = 16;
/// Characters of an expression that is quoted in a reason.
inline constexpr unsigned kMaxQuote = 60;
/// Nodes of an expression that are printed, and their nesting.
inline constexpr unsigned kMaxPrintedNodes = 400;
inline constexpr unsigned kMaxPrintDepth = 24;

/// The limit that cut off an expression.
enum class Limit : uint8_t {
  None,
  Depth,
  Size,
  ElementwiseSize,
  ResidualSize,
  Rank,
  BoundIndices,
  Terms,
  Expansion,
  ConeSize,
};

/// Why a norm was not found where `limit` was met:
/// `a limit of the raise was met: more than 200 nested operations`.
std::string getReason(Limit limit);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_LIMITS_H
