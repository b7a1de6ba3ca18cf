//===- View.h - a tensor of a caller, checked -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_VIEW_H
#define NORM_EXECUTION_VIEW_H

#include "norm-c/Tensor.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::norm::run {

/// The highest rank that is taken.
constexpr int32_t kMaxRank = 32;

/// What a tensor is called in messages.
struct TensorName {
  llvm::StringRef role;
  /// -1 for none.
  int64_t number = -1;

  std::string getText() const {
    return number < 0 ? role.str() : role.str() + " " + std::to_string(number);
  }
};

/// Memory of a caller's tensor with strides that are spelled out.
struct View {
  TensorName name;
  char *data;
  int64_t elementBytes;
  int32_t rank;
  const int64_t *shape;
  int64_t strides[kMaxRank];
  bool isWritten;
  /// The bytes from the first element to behind the last; equal if empty.
  uintptr_t begin, end;

  llvm::ArrayRef<int64_t> getShape() const {
    return {shape, static_cast<size_t>(rank)};
  }
  llvm::ArrayRef<int64_t> getStrides() const {
    return {strides, static_cast<size_t>(rank)};
  }
  bool isEmpty() const { return begin == end; }
};

/// Where the tensors of a call lie: the CPU, or number `ordinal` of the CUDA
/// devices.
struct Place {
  bool isCPU = true;
  int32_t ordinal = 0;
};

/// The place of the first of `tensors` that lies on a CUDA device, of all that
/// are there; the CPU if there is none.
Place findPlace(llvm::ArrayRef<const NormTensor *> tensors);

/// Fills `view` from `tensor`: it has to lie at `place`, to have elements of
/// `type` to which it is aligned, extents and strides of at least 0, and to be
/// writable if `isWritten`, without two elements in one place.
llvm::Error getView(const NormTensor *tensor, uint64_t flags, TensorName name,
                    NormDataType type, bool isWritten, Place place, View &view);

/// Whether no byte of `lhs` is one of `rhs`. Two tensors that are columns of
/// one matrix are told apart; in doubt the answer is no.
bool areApart(const View &lhs, const View &rhs);

/// Whether element i of both lies at the same place, for every i.
bool areSame(const View &lhs, const View &rhs);

/// "expected y not to overlap x".
llvm::Error makeOverlapFailure(const View &result, const View &other);

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_VIEW_H
