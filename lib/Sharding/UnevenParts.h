//===- UnevenParts.h - extents that processes do not divide -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// shard-partition takes 63 elements over 2 processes for 31 and 31. So tensors
// are filled up before: 64 elements are 32 and 32, of which the last process
// uses 31. What the filling holds is nobody's business: elementwise ops may
// make anything of it, and norms, the only ops that add it up, leave it out.
// They know the whole by the attribute `norm.whole`, the extents of x without
// filling.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_SHARDING_UNEVENPARTS_H
#define NORM_LIB_SHARDING_UNEVENPARTS_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Shard/IR/ShardOps.h"

namespace mlir::norm::sharding {

/// Whether values of `type` have a sharding.
inline bool isRanked(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() > 0;
}

/// Whether operands or results of `op` have a sharding.
bool hasTensors(Operation *op);

/// How many grid axes split what `op` annotates.
size_t countAxes(shard::ShardOp op);

/// The axes that split dimension `dim`.
ArrayRef<shard::GridAxis> getSplitAxes(const shard::Sharding &sharding,
                                       size_t dim);

/// Fills up the tensors of `function`, which is annotated everywhere, that
/// their processes do not divide. An error where an op would add up filling, or
/// a tensor is moved that has some.
LogicalResult fillUpParts(func::FuncOp function,
                          SymbolTableCollection &symbols);

/// Keeps constants that are no splats, which shard-partition fails on without a
/// sentence, as resources, which it copies; and makes them constants again.
void keepConstants(func::FuncOp function);
void restoreConstants(Operation *root);

/// Attaches upstream's ShardingInterface to ops of arith, math and tensor.
void registerTensorModels(DialectRegistry &registry);

/// The extents of the x of `op` without filling.
SmallVector<int64_t> getWholeExtents(NormRowsOpInterface op);

} // namespace mlir::norm::sharding

#endif // NORM_LIB_SHARDING_UNEVENPARTS_H
