//===- Signature.h - the tensors of a compiled function ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_SIGNATURE_H
#define NORM_EXECUTION_SIGNATURE_H

#include "norm-c/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::norm::run {

/// One argument or result.
struct TensorSpec {
  NormDataType type;
  /// Whether it is a number and not a memref.
  bool isScalar = false;
  /// Whether it may be written to.
  bool isWritten = false;
  /// -1 for any. Of a tensor, strides are empty: it has to be dense.
  std::vector<int64_t> shape, strides;
  /// A number for each dimension: those with the same have one extent.
  std::vector<int64_t> extentClasses;
};

/// Arguments, then results, as the caller of a kernel passes them.
struct Signature {
  std::vector<TensorSpec> tensors;
  size_t argumentCount = 0;
  /// Whether the function returns memrefs that it allocated.
  bool allocatesResults = false;

  size_t getResultCount() const { return tensors.size() - argumentCount; }
};

/// The type of elements in memory; none for what is not carried.
std::optional<NormDataType> getDataType(Type type);

/// The signature of `entry`, a function on tensors or memrefs; an error, with
/// its place, if a type cannot be passed.
llvm::Expected<Signature> getSignature(func::FuncOp entry);

/// For files.
llvm::json::Value toJSON(const Signature &signature);
bool fromJSON(const llvm::json::Value &value, Signature &signature,
              llvm::json::Path path);

/// The text of a type, as in MLIR: "bf16".
std::string getText(NormDataType type);

/// How the bits of a float are read; null for other types.
const llvm::fltSemantics *getSemantics(NormDataType type);

/// Text of a shape as diagnostics show it: "[2, ?, 64]"; -1 and MLIR's number
/// stand for "?".
std::string getShapeText(llvm::ArrayRef<int64_t> shape);

inline int64_t getElementBytes(NormDataType type) {
  return (type.bits + 7) / 8;
}

inline bool isSame(NormDataType lhs, NormDataType rhs) {
  return lhs.code == rhs.code && lhs.bits == rhs.bits && lhs.lanes == rhs.lanes;
}

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_SIGNATURE_H
