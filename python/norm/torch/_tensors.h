//===- _tensors.h - tensors of PyTorch as kernels have them -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_TORCH_TENSORS_H
#define NORM_PYTHON_TORCH_TENSORS_H

#include "_calls.h"
#include "_memory.h"

#include <ATen/core/Tensor.h>

#include <optional>

using at::IntArrayRef;
using at::Tensor;
using OptionalTensor = std::optional<Tensor>;

/// How many types of elements there are, numbered as _table.py does.
static constexpr int kTypes = 4;

/// The number of the type, -1 for one that kernels do not compute with.
static int numberOf(at::ScalarType type) {
  switch (type) {
  case at::kFloat:
    return 0;
  case at::kDouble:
    return 1;
  case at::kHalf:
    return 2;
  case at::kBFloat16:
    return 3;
  default:
    return -1;
  }
}

static NormDataType typeOf(at::ScalarType type) {
  static constexpr NormDataType kNorm[kTypes] = {{NORM_TYPE_FLOAT, 32, 1},
                                                 {NORM_TYPE_FLOAT, 64, 1},
                                                 {NORM_TYPE_FLOAT, 16, 1},
                                                 {NORM_TYPE_BFLOAT, 16, 1}};
  return kNorm[numberOf(type)];
}

/// C of the ops: f32, or f64 for elements of that type.
static at::ScalarType computeTypeOf(const Tensor &x) {
  return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

/// Whether elements lie in memory, side by side.
static bool isPlain(const Tensor &tensor) {
  return tensor.layout() == at::kStrided && tensor.device().is_cpu() &&
         numberOf(tensor.scalar_type()) >= 0 && tensor.is_contiguous() &&
         !tensor.is_neg();
}

static bool isPlain(const OptionalTensor &tensor) {
  return !tensor || !tensor->defined() || isPlain(*tensor);
}

static bool isThere(const OptionalTensor &tensor) {
  return tensor && tensor->defined();
}

static NormDataType typeOf(const OptionalTensor &tensor) {
  return tensor && tensor->defined() ? typeOf(tensor->scalar_type())
                                     : NormDataType{0, 0, 0};
}

/// A tensor of the kernel, over memory and `shape` of others.
static NormTensor viewOf(const Tensor &tensor, int32_t rank,
                         const int64_t *shape) {
  return {const_cast<void *>(tensor.const_data_ptr()),
          {NORM_DEVICE_CPU, 0},
          rank,
          typeOf(tensor.scalar_type()),
          const_cast<int64_t *>(shape),
          nullptr,
          0};
}

#endif // NORM_PYTHON_TORCH_TENSORS_H
