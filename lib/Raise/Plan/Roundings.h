//===- Roundings.h - which roundings of a program the op makes --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The op rounds once, at the end, or with scale_rounding = R also before the
// scale: y = P(R(t) * g), with P the wider of R and the type of g. Example, as
// Llama writes it: t in f32, truncf to bf16, times a bf16 scale; R = bf16.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_ROUNDINGS_H
#define NORM_LIB_RAISE_PLAN_ROUNDINGS_H

#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// The element type of the value of `point`.
FloatType getFloatType(const MatchedPoint &point);

/// The type to which the normalized value is rounded before the scale (null for
/// none) if the op can reproduce the roundings along `path`; none if it cannot,
/// because a value was rounded to fewer bits than its type has.
std::optional<Type> getScaleRounding(ExprContext &context,
                                     ArrayRef<MatchedPoint> path);

/// Whether an op with scale_rounding = `rounding` and a scale of `scaleType`
/// rounds the product, and the sum with the bias where there is one, to no
/// fewer bits than the program does along `path`.
bool keepsProducts(ArrayRef<MatchedPoint> path, FloatType rounding,
                   FloatType scaleType, bool hasBias);

/// Whether the program sums the squares of centred values for the statistic of
/// the layernorm in `plan`; E[x^2] - E[x]^2 has the same normal form.
bool sumsCentredSquares(ExprReader &reader, const NormPlan &plan);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_ROUNDINGS_H
