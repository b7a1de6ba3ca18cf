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
// extent between them. For example, in
//   %s = arith.addf %x, %r : tensor<?x64xf32>
//   %y = linalg.exp ins(%s : ..) outs(%init : ..)
// the extent of %y is traced to that of %init, that of %s to that of %x. The
// addition makes %x and %r agree, linalg.exp %x and %init: one class of three
// origins, for which the best known one stands.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_READ_EXTENTCLASSES_H
#define NORM_LIB_RAISE_READ_EXTENTCLASSES_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/IntEqClasses.h"

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
/// function does tell which extents agree: those of its entry block, and of
/// regions in it that run once, as that of scf.execute_region.
class ExtentClasses {
public:
  /// The one origin that stands for all extents which are that of dimension
  /// `dim` of `shaped`.
  ExtentOrigin find(Value shaped, int64_t dim);

  /// What dimension `dim` of `shaped` has at least: as many elements as a slice
  /// of it has; 0 where there is none.
  int64_t getLeast(Value shaped, int64_t dim);

  /// Steps from one tensor to another that were made so far.
  unsigned numSteps = 0;

private:
  using Key = std::pair<Value, int64_t>;
  void scan(Operation *function);
  void scanOp(Operation *op);
  void scanSlice(tensor::ExtractSliceOp slice);
  ExtentOrigin traceOnce(Value shaped, int64_t dim);
  unsigned getNumber(const ExtentOrigin &origin);
  ExtentOrigin getRepresentative(const ExtentOrigin &origin);
  void merge(const ExtentOrigin &lhs, const ExtentOrigin &rhs);

  /// The origins that `trace` found: each step is made once.
  llvm::DenseMap<Key, ExtentOrigin> traced;
  /// Origins that agree, by numbers, and the best known one of each class.
  llvm::DenseMap<Key, unsigned> numbers;
  llvm::IntEqClasses classes;
  SmallVector<ExtentOrigin> best;
  /// Elements that slices have, by the numbers of the origins they are of.
  SmallVector<std::pair<unsigned, int64_t>> sliced;
  llvm::DenseSet<Operation *> scanned;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_READ_EXTENTCLASSES_H
