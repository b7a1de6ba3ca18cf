//===- GroupedDims.h - where groups are one dimension -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dimension of groups and channels is known from a statistic of each group
// that is repeated for the channels: alone, as Flax does it, or in a product
// with the scale of each channel, as PyTorch's native_group_norm decomposes.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_GROUPEDDIMS_H
#define NORM_LIB_RAISE_GROUPEDDIMS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::norm::raise {

/// A dimension of a tensor that is `groups` times `channels` elements long.
struct GroupedDim {
  Value value;
  unsigned dim;
  int64_t groups, channels;
};

/// The dimension of `op` along which a statistic is repeated.
std::optional<GroupedDim> getRepeated(tensor::CollapseShapeOp op);

/// The one dimension among `dims` of `type` that has more than one element.
std::optional<int64_t> getOnlyDim(RankedTensorType type,
                                  ArrayRef<int64_t> dims);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_GROUPEDDIMS_H
