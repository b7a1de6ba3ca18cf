//===- RowShape.h - the rows of a row loop ----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is known of the rows of a row_loop before it runs, computed once. The
// verifier, the plan, both emitters and the strategies of GPUs ask here, so
// that none of them takes an extent for static that another one reads at run
// time.
//
// An extent is static if the type of any operand gives it:
//
//   norm.row_loop ins(%x, %g : memref<?x?xf32>, memref<60xf32>)
//       outs(%y : memref<5x60xf32>)
//       maps = [(i, j) -> (i, j), (i, j) -> (j), (i, j) -> (i, j)]
//       dimensions = [1]
//
// has 5 rows of 60 elements, although %x alone would not tell.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_ROWSHAPE_H
#define NORM_DIALECT_NORM_IR_ROWSHAPE_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "llvm/ADT/DenseSet.h"

namespace mlir::norm {

/// From the dimensions of x to those of an operand of role `role`.
AffineMap getRoleMap(NormRowsOpInterface op, OperandRole role);

/// The extents of an iteration space that the types of `operands` give, which
/// `maps` reach from it; kDynamic where none does.
SmallVector<int64_t> getStaticExtents(ValueRange operands,
                                      ArrayRef<AffineMap> maps);

/// The rows of a row_loop whose maps fit its operands.
class RowShape {
public:
  explicit RowShape(RowLoopOp loop);

  /// The extents of the loop's dimensions, kDynamic where unknown.
  ArrayRef<int64_t> getExtents() const { return extents; }
  /// Whether the number of elements of a row is known.
  bool hasStaticLength() const { return !ShapedType::isDynamic(length); }
  /// The number of elements of a row, kDynamic if unknown.
  int64_t getLength() const { return length; }
  /// Whether an operand, inputs first, has other elements along the row.
  bool variesAlongRow(unsigned operand) const { return varies[operand]; }
  /// Whether all rows have the same elements of an operand. Where there is but
  /// one row, nothing is shared.
  bool isCommonToRows(unsigned operand) const { return common[operand]; }
  /// Whether a value of the body varies along the row.
  bool isVarying(Value value) const { return varying.contains(value); }

private:
  SmallVector<int64_t> extents;
  int64_t length = 1;
  SmallVector<bool> varies, common;
  llvm::DenseSet<Value> varying;
};

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_IR_ROWSHAPE_H
