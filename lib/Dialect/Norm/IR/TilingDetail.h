//===- TilingDetail.h - tiling methods shared by the ops --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bodies of TilingInterface and PartialReductionOpInterface, written once
// for the norm ops and row loops. NormTiling.td generates the members that
// forward to them.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_IR_TILINGDETAIL_H
#define NORM_LIB_DIALECT_NORM_IR_TILINGDETAIL_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "llvm/ADT/SetVector.h"

namespace mlir::norm::detail {

/// A box of an iteration space, or of an operand: one offset and one size for
/// each dimension.
struct Tile {
  Tile() = default;
  Tile(ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes)
      : offsets(offsets), sizes(sizes) {}

  SmallVector<OpFoldResult> offsets;
  SmallVector<OpFoldResult> sizes;
};

//===----------------------------------------------------------------------===//
// TilingInterface (Tiling.cpp)
//===----------------------------------------------------------------------===//

/// parallel for the dimensions of the rows, reduction for the normalized ones;
/// reduction for all where a result is a sum over rows.
SmallVector<utils::IteratorType> getLoopIteratorTypes(Operation *op);

/// The extents of the space.
SmallVector<Range> getIterationDomain(Operation *op, OpBuilder &builder);

/// The op on the rows of `tile`. Fails, with an error at the op, unless `tile`
/// spans every reduced dimension.
FailureOr<TilingResult>
getTiledImplementation(Operation *op, OpBuilder &builder, const Tile &tile);

/// Where result `number` of the op on `tile` goes.
Tile getResultTile(Operation *op, OpBuilder &builder, unsigned number,
                   const Tile &tile);

/// The iteration tile that gives `resultTile` of result `number`, or failure
/// where it would cut a row. Creates ops only for dynamic row extents.
FailureOr<Tile> getTileOfResult(Operation *op, OpBuilder &builder,
                                unsigned number, const Tile &resultTile);

/// The iteration tile that uses `operandTiles` of the operands `numbers`, or
/// failure where they cut a row, disagree, or do not determine the rows (scale
/// and bias belong to all of them).
FailureOr<Tile> getTileOfOperands(Operation *op, OpBuilder &builder,
                                  ArrayRef<unsigned> numbers,
                                  ArrayRef<Tile> operandTiles);

/// Whether getTileOfResult succeeds. Creates no op.
bool isFusableWithConsumer(Operation *op, unsigned number,
                           const Tile &resultTile);

/// Whether getTileOfOperands succeeds. Creates no op.
bool isFusableWithProducers(Operation *op, ArrayRef<unsigned> numbers,
                            ArrayRef<Tile> operandTiles);

/// Tile `resultTile` of result `number`, and nothing else of the op.
FailureOr<TilingResult> generateResultTile(Operation *op, OpBuilder &builder,
                                           unsigned number,
                                           const Tile &resultTile);

/// The op on the rows of `operandTiles`.
FailureOr<TilingResult>
getTiledImplementationOfOperands(Operation *op, OpBuilder &builder,
                                 ArrayRef<unsigned> numbers,
                                 ArrayRef<Tile> operandTiles);

/// Hands `tile` to the out-parameters of an interface method; failure stays
/// failure.
LogicalResult assignTile(FailureOr<Tile> tile,
                         SmallVectorImpl<OpFoldResult> &offsets,
                         SmallVectorImpl<OpFoldResult> &sizes);

/// As many tiles from the parallel arrays that the interface passes.
SmallVector<Tile> makeTiles(ArrayRef<SmallVector<OpFoldResult>> offsets,
                            ArrayRef<SmallVector<OpFoldResult>> sizes);

} // namespace mlir::norm::detail

#endif // NORM_LIB_DIALECT_NORM_IR_TILINGDETAIL_H
