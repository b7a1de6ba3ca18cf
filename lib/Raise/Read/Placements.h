//===- Placements.h - tensors that are put into others ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_READ_PLACEMENTS_H
#define NORM_LIB_RAISE_READ_PLACEMENTS_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <optional>

namespace mlir::norm::raise {

/// A tensor that is put into another one at constant offsets, element by
/// element, or into zeros where `target` is null.
struct TensorPlacement {
  Value source, target;
  SmallVector<int64_t> offsets;
};

/// What tensor.pad with zeros and tensor.insert_slice do; none for others.
std::optional<TensorPlacement> getTensorPlacement(Operation *op);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_READ_PLACEMENTS_H
