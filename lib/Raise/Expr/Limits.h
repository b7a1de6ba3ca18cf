//===- Limits.h - the bounds of the algebra ---------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What bounds the time and the memory of a raise. A bound that is met leaves a
// leaf or an opaque group: the expression stays true, and a norm may be missed.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_LIMITS_H
#define NORM_LIB_RAISE_EXPR_LIMITS_H

namespace mlir::norm::raise {

/// Expressions deeper than this become leaves.
inline constexpr unsigned kMaxDepth = 200;
/// So do tensors computed from more leaves than this; without reductions in
/// them (a chain of residual sums) from fewer, as they are inputs of norms, not
/// parts.
inline constexpr unsigned kMaxSize = 2000;
inline constexpr unsigned kMaxElementwiseSize = 12;
/// Loops and ranks above this are not looked into.
inline constexpr unsigned kMaxRank = 16;
/// An Add of more terms keeps what is added to it as one term.
inline constexpr unsigned kMaxTerms = 24;
/// Terms that an expansion may have; beyond it stays one opaque product.
inline constexpr unsigned kMaxExpansion = 32;
/// Powers of sums up to this one are expanded.
inline constexpr int kMaxPower = 4;
/// Values computed from the input of a norm that are asked whether they are one
/// of its statistics, computed again.
inline constexpr unsigned kMaxRepeated = 16;
/// Ops of a cone beyond this are not looked at.
inline constexpr unsigned kMaxConeSize = 400;

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_LIMITS_H
