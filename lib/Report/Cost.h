//===- Cost.h - operations and bytes of loops -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_REPORT_COST_H
#define NORM_LIB_REPORT_COST_H

#include "norm/Report/Report.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::norm::report {

/// Whether an op is part of what is counted.
using Membership = llvm::function_ref<bool(Operation *)>;

/// What `loop` costs for those scalars of its body that are members: their
/// arithmetic, the operands that they read, directly or not, and the results
/// that they decide. A loop without scalars (a fill, a copy) counts if it is
/// itself a member. No loop at all if there is no member.
LoopCost getLoopCost(linalg::LinalgOp loop, Membership isMember,
                     int64_t dynamicExtent);

/// What one loop costs that computes `op` and reads x once.
LoopCost getNormCost(NormOpInterface op, int64_t dynamicExtent);

/// What one loop costs that computes `op` and reads dy and x once. What no
/// result needs is neither read nor computed.
LoopCost getBackwardCost(NormBackwardOpInterface op, int64_t dynamicExtent);

/// The product of `extents`, those that are dynamic taken as `dynamicExtent`.
int64_t getProduct(ArrayRef<int64_t> extents, int64_t dynamicExtent);

/// The bytes of a tensor or memref; 0 for scalars and for no value.
int64_t getBytes(Value value, int64_t dynamicExtent);

/// The seconds that `target` takes for a loop, the longer of bytes over
/// bandwidth and operations over peak.
double getSeconds(const LoopCost &cost, const Machine &target,
                  bool isMatrixProduct);

/// Whether `loop` adds up products of 16-bit floats, so that it is for the
/// matrix units of a machine.
bool isMatrixProduct(linalg::LinalgOp loop);

/// Whether `op` is a floating point operation that counts.
bool isArithmetic(Operation *op);

} // namespace mlir::norm::report

#endif // NORM_LIB_REPORT_COST_H
