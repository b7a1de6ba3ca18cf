//===- ExtentClasses.h - dynamic extents that are the same ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linalg op has one extent for each loop, an elementwise op one shape: where
// operands of different shapes meet in an op, the program has no meaning unless
// they agree. So a dynamic row x and a scale of its own dynamic extent have one
// extent between them.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_READ_EXTENTCLASSES_H
#define NORM_LIB_RAISE_READ_EXTENTCLASSES_H

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <optional>

namespace mlir::norm::raise {

/// Where an extent comes from: a number, or dimension `dim` of `value`, which
/// is no copy of a dimension of another tensor.
struct ExtentOrigin {
  Value value;
  int64_t dim = 0;
  std::optional<int64_t> number;
};

/// The dimension of another tensor that dimension `dim` of `shaped` has its
/// extent from, followed through what the values are computed from.
ExtentOrigin trace(Value shaped, int64_t dim);

/// The size that `op` gives to dynamic dimension `dim` of its result; null for
/// ops that are not given sizes.
OpFoldResult getSize(Operation *op, int64_t dim);

/// The classes of the extents of a program. Only ops that run whenever their
/// function does tell which extents agree: those of its entry block.
class ExtentClasses {
public:
  /// The one origin that stands for all extents which are that of dimension
  /// `dim` of `shaped`.
  ExtentOrigin find(Value shaped, int64_t dim);

private:
  using Key = std::pair<Value, int64_t>;
  void scan(Operation *function);
  void scanOp(Operation *op);
  ExtentOrigin getRepresentative(ExtentOrigin origin);
  void merge(ExtentOrigin lhs, ExtentOrigin rhs);

  llvm::DenseMap<Key, ExtentOrigin> parents;
  llvm::DenseSet<Operation *> scanned;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_READ_EXTENTCLASSES_H
