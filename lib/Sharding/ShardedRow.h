//===- ShardedRow.h - a row over several processes --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row of n elements over P processes is P parts of L elements, L = ceil(n/P).
// Process p has the elements from p L on. The last parts may be filled up: only
// the first K elements of the P L count for the statistic, where K is n, or k
// of a prmsnorm. 5 elements over 4 processes: L = 2, K = 5, and of the parts
// 2, 2, 1 and 0 elements count.
//
// Sums are of pieces: of a part each, unless the grid has the attribute
// `norm.deterministic`, the length of a piece. Then the sums of all pieces are
// gathered and added up in order, whoever has which: the bits are those of one
// process, as long as pieces lie in one part each.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_SHARDING_SHARDEDROW_H
#define NORM_LIB_SHARDING_SHARDEDROW_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Shard/Interfaces/ShardingInterface.h"

namespace mlir::norm::sharding {

/// What `shard-partition` hands to an op, and where its loops are split.
struct Partition {
  ArrayRef<shard::Sharding> operandShardings, resultShardings;
  IRMapping &map;
  SymbolTableCollection &symbols;
  OpBuilder &builder;

  /// The part of `whole`, an operand; null for null.
  Value lookup(Value whole) const {
    return whole ? map.lookup(whole) : Value();
  }
};

/// The grid axes of each loop of an op, and the grid; null where nothing is
/// split or annotated.
struct LoopAxes {
  shard::GridOp grid;
  shard::ShardingArray axes;

  /// Those of the loops `dims`, one after the other.
  SmallVector<shard::GridAxis> collect(ArrayRef<int64_t> dims) const;
};

/// The axes of the loops that `maps` lead to operands and results; an error at
/// `op` where two of them split a loop differently.
FailureOr<LoopAxes> getLoopAxes(Operation *op, ArrayRef<AffineMap> maps,
                                const Partition &partition);

/// `op`, of destination style, on parts of which each has whole rows.
SmallVector<Value> cloneOnParts(Operation *op, const Partition &partition);

/// The elements of a piece of a row, as the attribute of the grid says; none
/// where sums are not to be those of one process.
std::optional<int64_t> getPieceLength(shard::GridOp grid);

/// The number of this process among those that differ along `axes`, an index.
Value emitGroupIndex(OpBuilder &builder, Location loc, shard::GridOp grid,
                     ArrayRef<shard::GridAxis> axes);

/// One row over several processes.
struct ShardedRow {
  shard::GridOp grid;
  SmallVector<shard::GridAxis> axes;
  /// P, L and K.
  int64_t parts, length, count;
  /// The extents of a part along the normalized dims.
  SmallVector<int64_t> extents;
  /// The elements of a piece, and the dim that is cut into pieces, of which a
  /// part has several; none where it is one.
  int64_t piece;
  std::optional<int64_t> cutDim;

  /// The pieces of the row.
  int64_t getNumPieces() const { return parts * (length / piece); }
  /// How many elements of piece `number` count.
  int64_t getCount(int64_t number) const {
    return std::clamp<int64_t>(count - number * piece, 0, piece);
  }
  /// Whether all elements of all parts count.
  bool isWhole() const { return count == parts * length; }
};

/// The row of `op`, whose normalized dims are split over the axes of `loops`;
/// an error where that is not done.
FailureOr<ShardedRow> getShardedRow(NormRowsOpInterface op,
                                    const LoopAxes &loops);

/// The same of `op` with loops of extents `extents`, of which `dimensions` make
/// up a row whose first `count` elements count.
FailureOr<ShardedRow> getShardedRow(Operation *op, ArrayRef<int64_t> extents,
                                    ArrayRef<int64_t> dimensions, int64_t count,
                                    const LoopAxes &loops);

/// 1 where an element of this part counts and 0 where it does not, of type
/// `element` and shaped as a part of the scale; null if all of them do.
Value emitMask(OpBuilder &builder, Location loc, const ShardedRow &row,
               FloatType element);

/// `value` where `mask`, an element of emitMask(), is 1, and 0 elsewhere,
/// whatever `value` is there.
Value emitWhere(OpBuilder &builder, Location loc, Value mask, Value value);

/// The sum of `value` over `axes` of `grid`.
Value emitAllReduce(OpBuilder &builder, Location loc, Value value,
                    shard::GridOp grid, ArrayRef<shard::GridAxis> axes);

/// The sum of each row of `value`, one number for each piece and row that a
/// loop over the pieces of the part has given.
Value emitRowSum(OpBuilder &builder, Location loc, Value value,
                 const ShardedRow &row);

/// `value`, of extents Q x .., of each process that differs along `axes`, as
/// P Q x ..
Value emitAllGather(OpBuilder &builder, Location loc, Value value,
                    shard::GridOp grid, ArrayRef<shard::GridAxis> axes);

/// Numbers of each row of the part, as emitRowSum() has them, as Q x rows: the
/// pieces first, one where the row is not cut.
Value emitPieces(OpBuilder &builder, Location loc, Value value,
                 const ShardedRow &row);

/// `value`, a sum over the dims `rowDims` of this process's loops of extents
/// `extents`, of all processes. With `norm.deterministic` in the order of one
/// process; an error at `op` where that is not done.
FailureOr<Value> emitSumOverRows(OpBuilder &builder, Operation *op, Value value,
                                 const LoopAxes &loops,
                                 ArrayRef<int64_t> rowDims,
                                 ArrayRef<int64_t> extents);

/// A tensor of the same values with a first dim of extent 1.
Value addUnitDim(OpBuilder &builder, Location loc, Value value);

} // namespace mlir::norm::sharding

#endif // NORM_LIB_SHARDING_SHARDEDROW_H
