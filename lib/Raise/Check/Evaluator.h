//===- Evaluator.h - a program in f64 at chosen positions -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_EVALUATOR_H
#define NORM_LIB_RAISE_CHECK_EVALUATOR_H

#include "Read/ExtentClasses.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

#include <vector>

namespace mlir::norm::raise {

/// Positions of an iteration space: one index tuple each.
using Position = SmallVector<int64_t, 4>;
using Positions = std::vector<Position>;
using Numbers = std::vector<double>;

/// A well mixed function of its argument (the finalizer of splitmix64).
uint64_t mixBits(uint64_t bits);

/// The values of the results of `map` at each of `positions`.
Positions evaluateIndices(AffineMap map, const Positions &positions);

/// Evaluates values of a program from its IR alone. Ops outside of `ops` are
/// not looked into: their results, like arguments, are leaves, whose elements
/// are random numbers times `leafScale`, a function of value, position and
/// seed. A literal of 16 bits that is one of `lengths`, its reciprocal or a
/// root of these, times a power of two and rounded, is taken for that number.
class Evaluator {
public:
  Evaluator(const llvm::SetVector<Operation *> &ops,
            ExtentClasses &extentClasses, ArrayRef<double> lengths,
            uint64_t seed, double leafScale)
      : ops(ops), extentClasses(extentClasses), lengths(lengths), seed(seed),
        leafScale(leafScale) {}

  /// The elements of a tensor at `positions`.
  Numbers evaluateTensor(Value tensor, const Positions &positions);

  /// A scalar of the body of `op` at points of its loops, which must not depend
  /// on the accumulator of a reduction.
  Numbers evaluateInBody(linalg::LinalgOp op, Value scalar,
                         const Positions &loops);

  /// The extent of a dimension; a dynamic extent is a small prime, of its own
  /// as far as there are enough of them.
  int64_t getExtent(Value shaped, int64_t dim);

  /// Whether numbers were added that differ so much in size, or by so little,
  /// that rounding decides the sum.
  bool hasCancelled() const { return cancelled; }

  /// The largest relative error of a literal that was read.
  double getLiteralError() const { return literalError; }

private:
  using BodyValues = llvm::DenseMap<Value, Numbers>;

  Numbers evaluateScalar(Value scalar, size_t count, const Positions *loops,
                         linalg::LinalgOp op, BodyValues &known);
  Numbers evaluateResult(linalg::LinalgOp op, OpResult result,
                         const Positions &positions);
  Numbers evaluateMean(NormOpInterface op, const Positions &positions);
  Numbers evaluateUnique(Value tensor, const Positions &positions);
  Numbers getLeaves(Value value, const Positions &positions);
  double applyOp(Operation *op, ArrayRef<double> operands);
  /// Whether nothing that was read tells that an extent is not 0.
  bool mayBeZero(ExtentOrigin origin);
  double getConstant(Attribute value);
  double getLiteral(const llvm::APFloat &literal);

  const llvm::SetVector<Operation *> &ops;
  ExtentClasses &extentClasses;
  ArrayRef<double> lengths;
  uint64_t seed;
  double leafScale;
  double literalError = 0.0;
  bool cancelled = false;
  llvm::DenseMap<Value, uint64_t> ordinals;
  /// What was chosen for dynamic extents.
  llvm::DenseMap<std::pair<Value, int64_t>, int64_t> chosenExtents;
  /// Whether the size of a tensor is being evaluated.
  bool isInExtent = false;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_EVALUATOR_H
