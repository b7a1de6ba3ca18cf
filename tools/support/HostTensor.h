//===- HostTensor.h - tensors in host memory --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the tools pass to a compiled function and get back: dense, row-major
// tensors that the tool owns, their random filling and their summaries.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_SUPPORT_HOSTTENSOR_H
#define NORM_TOOLS_SUPPORT_HOSTTENSOR_H

#include "norm/Execution/Signature.h"

#include <memory>
#include <random>

namespace mlir::norm::run {

/// Gives memory back to whom it came from.
struct FreeTensor {
  /// Null for memory of std::aligned_alloc().
  NormManagedTensor *managed = nullptr;
  void operator()(char *data) const;
};

/// A dense row-major tensor in host memory, aligned to a cache line.
struct HostTensor {
  HostTensor() = default;
  /// Takes over a result of callAllocating().
  explicit HostTensor(NormManagedTensor *managed);

  /// The tensor as it is passed, of the same memory.
  NormTensor describe();

  NormDataType type;
  SmallVector<int64_t> shape;
  std::unique_ptr<char, FreeTensor> data;

  int64_t elementCount() const;
  size_t byteCount() const;
};

/// A new tensor with its memory touched and zeroed; an error if the size
/// overflows or memory runs out.
llvm::Expected<HostTensor> allocate(NormDataType type, ArrayRef<int64_t> shape);

/// Element `index` of `tensor` as a double; 64-bit integers are rounded.
double loadElement(const HostTensor &tensor, int64_t index);

/// Stores `value` rounded to the nearest element of a float type.
void storeElement(HostTensor &tensor, int64_t index, double value);

/// Fills `tensor` with standard normal values; integers and booleans get 0 and
/// 1 with equal probability, as they may be used as indices. The values depend
/// on the state of `generator` alone, not on the C++ library.
void fillRandom(HostTensor &tensor, std::mt19937_64 &generator);

/// Prints "shape 2x3x64, type f32, min ..., mean ..., max ..." without a line
/// end; NaNs are counted and left out of the three figures.
void printSummary(const HostTensor &tensor, raw_ostream &os);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_SUPPORT_HOSTTENSOR_H
