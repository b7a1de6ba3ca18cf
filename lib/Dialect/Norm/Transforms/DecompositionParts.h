//===- DecompositionParts.h - steps to reuse --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Steps of the decomposition that other transformations of norm ops need too.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_DECOMPOSITIONPARTS_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_DECOMPOSITIONPARTS_H

#include "norm/Dialect/Norm/Transforms/Formula.h"

namespace mlir::norm {

/// The body of a linalg.generic with one result.
using BodyBuilder = function_ref<Value(OpBuilder &, Location, ValueRange)>;

/// Which elements of a row are among its first k, in row-major order.
struct LeadingElements {
  /// The extents of the normalized dimensions, and k.
  SmallVector<Value> extents;
  Value limit;

  /// i1, in a linalg.generic whose dimensions `dims` are the normalized ones.
  Value emitContains(OpBuilder &body, Location loc,
                     ArrayRef<int64_t> dims) const;
};

/// Emits linalg ops over the dimensions of a norm op or of its backward.
class LinalgEmitter {
protected:
  LinalgEmitter(OpBuilder &builder, NormRowsOpInterface rows)
      : builder(builder), rows(rows), loc(rows.getLoc()) {}

  /// (d0, ..., d(rank-1)) -> (the dims in `dimensions`).
  AffineMap getMap(ArrayRef<int64_t> dimensions, int64_t rank);
  /// One generic op into `init`, whose map `map` leaves out the reduced dims.
  /// Returns what `init` is then: the result, or the memref itself.
  Value emitGeneric(ValueRange inputs, ArrayRef<AffineMap> inputMaps,
                    Value init, AffineMap map, BodyBuilder body);
  /// Elementwise over values that have one element per row.
  Value emitPerRow(Value init, ValueRange inputs, BodyBuilder body);
  /// `init` filled with zeros.
  Value emitZeros(Value init);
  /// Memory for one element of C for each index of `dimensions` of x: a tensor,
  /// or a memref where the op is on memrefs.
  Value emitEmpty(ArrayRef<int64_t> dimensions);
  Value emitRowsEmpty() { return emitEmpty(rows.getRowDimensions()); }
  /// `count`, or the row length, as a value of C.
  Value emitCount(std::optional<int64_t> count);
  LeadingElements emitLeadingElements(int64_t k);
  Value toCompute(OpBuilder &body, Value value) {
    return emitter.convert(body, loc, value, rows.getComputeType());
  }

  OpBuilder &builder;
  NormRowsOpInterface rows;
  Location loc;
  ScalarEmitter emitter;
};

/// Attaches PartialReductionOpInterface to the backward ops.
void attachPartialSumsOverRows(MLIRContext *context);

/// The number of elements that the statistic of `op` is the mean over, as a
/// value of C: k, or the row length.
Value emitStatisticCount(OpBuilder &builder, NormOpInterface op);

/// y of `op` from one mean (null where the op is not centred) and one rstd per
/// row, as a linalg op on tensors.
Value emitNormalizedRows(OpBuilder &builder, NormOpInterface op, Value mean,
                         Value rstd);

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_DECOMPOSITIONPARTS_H
