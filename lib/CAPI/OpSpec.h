//===- OpSpec.h - a norm or its gradients, given by parameters --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_OPSPEC_H
#define NORM_LIB_CAPI_OPSPEC_H

#include "norm-c/Compiler.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::norm::capi {

/// How a tensor of a call is shaped.
enum class OpShape {
  /// As x.
  Rows,
  /// As one row of x.
  Row,
  /// As x without its last dimension.
  Statistic
};

struct OpTensor {
  llvm::StringRef name;
  NormDataType type;
  OpShape shape;
};

/// What a NormOp or a NormBackwardOp asks for, checked.
struct OpSpec {
  /// In the order of a call; the results are the last.
  llvm::SmallVector<OpTensor, 6> tensors;
  unsigned argumentCount = 0;
  /// -1 for any.
  int64_t rowLength;
  /// Leading elements that a row has to have.
  int64_t k;
  /// A function `main` of MLIR on memrefs of two dimensions with any stride
  /// between rows; the tensors of a call are its arguments. What it writes to
  /// may be what it reads, since one loop reads each element before writing it.
  std::string program;
  /// The same for rows that follow each other without gaps, as GPUs want them.
  std::string denseProgram;

  /// Adds an argument, or a result, if it has a type.
  void addArgument(llvm::StringRef name, NormDataType type, OpShape shape) {
    add(name, type, shape);
    argumentCount = tensors.size();
  }
  void addResult(llvm::StringRef name, NormDataType type, OpShape shape) {
    add(name, type, shape);
  }

  unsigned getTensorCount() const { return tensors.size(); }
  unsigned getResultCount() const { return tensors.size() - argumentCount; }
  llvm::ArrayRef<OpTensor> getResults() const {
    return llvm::ArrayRef(tensors).drop_front(argumentCount);
  }
  /// Null if there is none.
  const OpTensor *find(llvm::StringRef name) const {
    for (const OpTensor &tensor : tensors)
      if (tensor.name == name)
        return &tensor;
    return nullptr;
  }
  /// Whether a result is a sum over all rows.
  bool hasSums() const {
    return llvm::any_of(getResults(), [](const OpTensor &tensor) {
      return tensor.shape == OpShape::Row;
    });
  }

private:
  void add(llvm::StringRef name, NormDataType type, OpShape shape) {
    if (type.bits)
      tensors.push_back({name, type, shape});
  }
};

/// Checks `given`, which may be of an older or a newer version.
llvm::Expected<OpSpec> checkOp(const NormOp *given);
llvm::Expected<OpSpec> checkOp(const NormBackwardOp *given);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_OPSPEC_H
