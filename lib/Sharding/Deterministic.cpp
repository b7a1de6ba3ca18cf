//===- Deterministic.cpp - sums with the bits of one process --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sum of floats depends on its order, and that of a row on a kernel's lanes
// and blocks: parts that are summed alone and added up give other bits than the
// row in one process. With `norm.deterministic = B` a row is cut into pieces of
// B elements, however many processes there are:
//
//   pieces      0   1   2   3   4   5   6   7
//   1 process  [s0  s1  s2  s3  s4  s5  s6  s7]    gathers nothing
//   2          [s0  s1  s2  s3][s4  s5  s6  s7]    gathers 4 of each
//
// and all processes add s0 to s7 up in that order, n/B numbers for each row in
// the place of P.
//
// Sums over rows cost less. A kernel adds rows up in blocks and these pairwise,
// so that 64 * 2^k rows are one node of its tree (Rows/CPU/RowSums.h): the sums
// of such parts, added up pairwise, have the bits of one process.
//
//===----------------------------------------------------------------------===//

#include "ShardedRow.h"

#include "norm/Dialect/Norm/Transforms/Formula.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Shard/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::sharding;

std::optional<int64_t> sharding::getPieceLength(shard::GridOp grid) {
  auto piece = grid->getAttrOfType<IntegerAttr>("norm.deterministic");
  if (!piece)
    return std::nullopt;
  return piece.getInt();
}

//===----------------------------------------------------------------------===//
// Sums of rows
//===----------------------------------------------------------------------===//

Value sharding::emitPieces(OpBuilder &builder, Location loc, Value value,
                           const ShardedRow &row) {
  if (!row.cutDim)
    return addUnitDim(builder, loc, value);
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> order{*row.cutDim};
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (dim != *row.cutDim)
      order.push_back(dim);
  Value init = tensor::EmptyOp::create(
      builder, loc,
      applyPermutation(tensor::getMixedSizes(builder, loc, value), order),
      type.getElementType());
  return linalg::TransposeOp::create(builder, loc, value, init, order)
      .getResult()
      .front();
}

/// The sums over the first dim of `pieces`, in order.
static Value emitOrderedSum(OpBuilder &builder, Location loc, Value pieces) {
  auto type = cast<RankedTensorType>(pieces.getType());
  int64_t rank = type.getRank();
  auto rows = RankedTensorType::get(type.getShape().drop_front(),
                                    type.getElementType());
  // Loops: the rows, then the pieces.
  AffineMap all = AffineMap::getMultiDimIdentityMap(rank, builder.getContext());
  AffineMap toRows =
      AffineMap::get(rank, 0, all.getResults().drop_back(), all.getContext());
  AffineMap toPieces = toRows.insertResult(all.getResults().back(), 0);
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  loops.back() = utils::IteratorType::reduction;
  auto sizes = tensor::getMixedSizes(builder, loc, pieces);
  Value empty = tensor::EmptyOp::create(
      builder, loc, ArrayRef(sizes).drop_front(), rows.getElementType());
  Value zero =
      linalg::FillOp::create(
          builder, loc, emitConstant(builder, loc, rows.getElementType(), 0.0),
          empty)
          .getResult(0);
  return linalg::GenericOp::create(
             builder, loc, TypeRange{rows}, ValueRange{pieces},
             ValueRange{zero}, ArrayRef<AffineMap>{toPieces, toRows}, loops,
             [](OpBuilder &b, Location loc, ValueRange at) {
               Value sum = arith::AddFOp::create(b, loc, at[1], at[0]);
               linalg::YieldOp::create(b, loc, sum);
             })
      .getResult(0);
}

Value sharding::emitRowSum(OpBuilder &builder, Location loc, Value value,
                           const ShardedRow &row) {
  if (!row.cutDim)
    return emitAllReduce(builder, loc, value, row.grid, row.axes);
  Value pieces = emitAllGather(
      builder, loc, emitPieces(builder, loc, value, row), row.grid, row.axes);
  return emitOrderedSum(builder, loc, pieces);
}

//===----------------------------------------------------------------------===//
// Sums over rows
//===----------------------------------------------------------------------===//

/// Rows that are whole nodes of a kernel's tree, and those of rows that are
/// long (RowBlocks in Rows/Schedule/RowPartition.h).
static constexpr int64_t kRows = 64, kLong = 16384;

/// Entry `number` of the first dim of `value`.
static Value emitEntry(OpBuilder &builder, Location loc, Value value,
                       int64_t number) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape = llvm::to_vector(type.getShape());
  shape[0] = 1;
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0)),
      sizes = getAsIndexOpFoldResult(builder.getContext(), shape),
      strides(type.getRank(), builder.getIndexAttr(1));
  offsets[0] = builder.getIndexAttr(number);
  return tensor::ExtractSliceOp::create(
      builder, loc, type.clone(type.getShape().drop_front()), value, offsets,
      sizes, strides);
}

/// The sum of all entries of the first dim of `value`, as a binary counter adds
/// them up: ((0 + 1) + (2 + 3)) + 4.
static Value emitPairwiseSum(OpBuilder &builder, Location loc, Value value) {
  SmallVector<std::pair<Value, int64_t>> nodes;
  auto join = [&] {
    auto [right, rightCount] = nodes.pop_back_val();
    auto &[left, count] = nodes.back();
    left = arith::AddFOp::create(builder, loc, left, right);
    count += rightCount;
  };
  int64_t extent = cast<RankedTensorType>(value.getType()).getDimSize(0);
  for (int64_t number = 0; number < extent; ++number) {
    nodes.push_back({emitEntry(builder, loc, value, number), 1});
    while (nodes.size() > 1 && nodes.end()[-2].second == nodes.back().second)
      join();
  }
  while (nodes.size() > 1)
    join();
  return nodes.front().first;
}

/// An error where the rows of this process are no node of one process's tree.
static LogicalResult checkRows(Operation *op, const LoopAxes &loops,
                               ArrayRef<int64_t> rowDims,
                               ArrayRef<int64_t> extents) {
  int64_t rows = 1, length = 1;
  SmallVector<shard::GridAxis> hidden;
  for (auto [dim, extent] : llvm::enumerate(extents)) {
    bool isRow = llvm::is_contained(rowDims, dim);
    (isRow ? rows : length) *= extent;
    if (!isRow)
      llvm::append_range(hidden, loops.axes[dim]);
  }
  if (ShapedType::isDynamicShape(extents))
    return op->emitOpError("expected static extents of sums over rows, which "
                           "norm.deterministic says are those of one process");
  length *= shard::collectiveProcessGroupSize(hidden, loops.grid);
  if (rows % kRows != 0 || !llvm::isPowerOf2_64(rows / kRows) ||
      !loops.collect(rowDims.drop_front()).empty() ||
      (!hidden.empty() && length >= kLong))
    return op->emitOpError(
               "expected sums over rows, which norm.deterministic "
               "says are those of one process, to be over parts of "
               "64 * 2^k rows that follow each other, of fewer than "
               "16384 elements where these are split, got ")
           << rows << " rows";
  return success();
}

FailureOr<Value> sharding::emitSumOverRows(OpBuilder &builder, Operation *op,
                                           Value value, const LoopAxes &loops,
                                           ArrayRef<int64_t> rowDims,
                                           ArrayRef<int64_t> extents) {
  SmallVector<shard::GridAxis> axes = loops.collect(rowDims);
  if (axes.empty())
    return value;
  Location loc = op->getLoc();
  if (!getPieceLength(loops.grid))
    return emitAllReduce(builder, loc, value, loops.grid, axes);
  if (failed(checkRows(op, loops, rowDims, extents)))
    return failure();
  Value all = emitAllGather(builder, loc, addUnitDim(builder, loc, value),
                            loops.grid, axes);
  return emitPairwiseSum(builder, loc, all);
}
