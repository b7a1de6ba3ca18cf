//===- ShardedRow.cpp - a row over several processes ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShardedRow.h"

#include "UnevenParts.h"

#include "norm/Dialect/Norm/Transforms/Formula.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Shard/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::sharding;

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

SmallVector<shard::GridAxis> LoopAxes::collect(ArrayRef<int64_t> dims) const {
  SmallVector<shard::GridAxis> collected;
  for (int64_t dim : dims)
    llvm::append_range(collected, axes[dim]);
  return collected;
}

FailureOr<LoopAxes> sharding::getLoopAxes(Operation *op,
                                          ArrayRef<AffineMap> maps,
                                          const Partition &partition) {
  LoopAxes loops;
  SmallVector<std::optional<SmallVector<shard::GridAxis>>> found(
      maps.front().getNumDims());
  std::vector<shard::Sharding> shardings(partition.operandShardings.begin(),
                                         partition.operandShardings.end());
  llvm::append_range(shardings, partition.resultShardings);
  for (auto [sharding, map] : llvm::zip_equal(shardings, maps)) {
    if (!sharding)
      continue;
    loops.grid = shard::getGrid(op, sharding.getGridAttr(), partition.symbols);
    for (auto [i, expr] : llvm::enumerate(map.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim)
        continue;
      // Trailing dims without an entry are not split.
      SmallVector<shard::GridAxis> axes;
      if (i < sharding.getSplitAxes().size())
        axes = llvm::to_vector(sharding.getSplitAxes()[i].asArrayRef());
      auto &entry = found[dim.getPosition()];
      if (entry && *entry != axes)
        return op->emitOpError("expected operands and results that are split "
                               "alike along dimension ")
               << dim.getPosition();
      entry = axes;
    }
  }
  for (auto &entry : found)
    loops.axes.push_back(entry.value_or(SmallVector<shard::GridAxis>()));
  return loops;
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// The number of elements that count for the statistic; a backward's sums are
/// of the whole row.
static int64_t getStatisticCount(NormRowsOpInterface op) {
  if (isa<NormOpInterface>(op.getOperation()))
    if (std::optional<int64_t> k = op.getStatisticLength())
      return *k;
  int64_t count = 1;
  SmallVector<int64_t> whole = getWholeExtents(op);
  // An extent that is not known is refused where it counts.
  for (int64_t dim : op.getDimensions())
    if (!ShapedType::isDynamic(whole[dim]))
      count *= whole[dim];
  return count;
}

FailureOr<ShardedRow> sharding::getShardedRow(Operation *op,
                                              ArrayRef<int64_t> extents,
                                              ArrayRef<int64_t> dimensions,
                                              int64_t count,
                                              const LoopAxes &loops) {
  ShardedRow row{loops.grid, loops.collect(dimensions), 1, 1, count, {}, 1, {}};
  row.parts = shard::collectiveProcessGroupSize(row.axes, row.grid);
  for (int64_t dim : dimensions) {
    if (ShapedType::isDynamic(extents[dim]))
      return op->emitOpError("expected a static extent of dimension ")
             << dim << " of a row that is split";
    int64_t processes =
        shard::collectiveProcessGroupSize(loops.axes[dim], row.grid);
    row.extents.push_back(extents[dim] / processes);
    row.length *= row.extents.back();
  }
  // Parts are stretches of the row if its first dim alone is split.
  bool isFirst = loops.collect(dimensions.drop_front()).empty();
  if (!row.isWhole() && !isFirst)
    return op->emitOpError("expected the statistic of a row whose dimension ")
           << dimensions.back() << " is split to be that of all elements";
  row.piece = row.length;
  if (std::optional<int64_t> piece = getPieceLength(row.grid)) {
    if (dimensions.size() != 1 || row.length % *piece != 0)
      return op->emitOpError("expected parts of a row of one dimension to be "
                             "multiples of ")
             << *piece << " elements, as norm.deterministic says, got "
             << row.length;
    row.piece = *piece;
    row.cutDim = dimensions.front();
  }
  return row;
}

FailureOr<ShardedRow> sharding::getShardedRow(NormRowsOpInterface op,
                                              const LoopAxes &loops) {
  return getShardedRow(op, op.getInputType().getShape(), op.getDimensions(),
                       getStatisticCount(op), loops);
}

Value sharding::emitGroupIndex(OpBuilder &builder, Location loc,
                               shard::GridOp grid,
                               ArrayRef<shard::GridAxis> axes) {
  ImplicitLocOpBuilder implicit(loc, builder);
  return shard::createProcessLinearIndex(grid.getSymName(), axes, implicit);
}

/// How many elements of the part count: clamp(K - part L, 0, L), an index.
static Value emitPartCount(OpBuilder &builder, Location loc,
                           const ShardedRow &row) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value begin = arith::MulIOp::create(
      builder, loc, emitGroupIndex(builder, loc, row.grid, row.axes),
      constant(row.length));
  Value left = arith::SubIOp::create(builder, loc, constant(row.count), begin);
  left = arith::MaxSIOp::create(builder, loc, left, constant(0));
  return arith::MinSIOp::create(builder, loc, left, constant(row.length));
}

Value sharding::emitMask(OpBuilder &builder, Location loc,
                         const ShardedRow &row, FloatType element) {
  if (row.isWhole())
    return Value();
  Value count = emitPartCount(builder, loc, row);
  Value init = tensor::EmptyOp::create(builder, loc, row.extents, element);
  int64_t rank = row.extents.size();
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, loc, TypeRange{init.getType()}, ValueRange(), ValueRange{init},
      ArrayRef<AffineMap>{builder.getMultiDimIdentityMap(rank)}, loops,
      [&](OpBuilder &b, Location loc, ValueRange) {
        // The position in the part, row-major.
        Value position = linalg::IndexOp::create(b, loc, 0);
        for (int64_t dim = 1; dim < rank; ++dim) {
          Value extent =
              arith::ConstantIndexOp::create(b, loc, row.extents[dim]);
          position = arith::MulIOp::create(b, loc, position, extent);
          position = arith::AddIOp::create(
              b, loc, position, linalg::IndexOp::create(b, loc, dim));
        }
        Value counts = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt,
                                             position, count);
        Value value = arith::SelectOp::create(
            b, loc, counts, emitConstant(b, loc, element, 1.0),
            emitConstant(b, loc, element, 0.0));
        linalg::YieldOp::create(b, loc, value);
      });
  return generic.getResult(0);
}

Value sharding::emitWhere(OpBuilder &builder, Location loc, Value mask,
                          Value value) {
  Value zero = emitConstant(builder, loc, value.getType(), 0.0);
  Value counts =
      arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT, mask,
                            emitConstant(builder, loc, mask.getType(), 0.0));
  return arith::SelectOp::create(builder, loc, counts, value, zero);
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

Value sharding::emitAllReduce(OpBuilder &builder, Location loc, Value value,
                              shard::GridOp grid,
                              ArrayRef<shard::GridAxis> axes) {
  return shard::AllReduceOp::create(builder, loc, value.getType(),
                                    grid.getSymName(), axes, value,
                                    shard::ReductionKind::Sum);
}

Value sharding::emitAllGather(OpBuilder &builder, Location loc, Value value,
                              shard::GridOp grid,
                              ArrayRef<shard::GridAxis> axes) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape = llvm::to_vector(type.getShape());
  shape[0] *= shard::collectiveProcessGroupSize(axes, grid);
  return shard::AllGatherOp::create(builder, loc, type.clone(shape),
                                    grid.getSymName(), axes, value,
                                    APInt(64, 0));
}

/// {{0, 1}, {2}, ..} for a tensor of `rank` dims and one more.
static SmallVector<ReassociationIndices> getUnitReassociation(int64_t rank) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim < rank; ++dim)
    groups.push_back(dim == 0 ? ReassociationIndices{0, 1}
                              : ReassociationIndices{dim + 1});
  return groups;
}

Value sharding::addUnitDim(OpBuilder &builder, Location loc, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape{1};
  llvm::append_range(shape, type.getShape());
  return tensor::ExpandShapeOp::create(builder, loc, type.clone(shape), value,
                                       getUnitReassociation(type.getRank()));
}

SmallVector<Value> sharding::cloneOnParts(Operation *op,
                                          const Partition &partition) {
  Operation *clone = partition.builder.clone(*op, partition.map);
  clone->removeDiscardableAttr("norm.whole");
  auto destination = cast<DestinationStyleOpInterface>(clone);
  for (OpResult result : clone->getResults())
    result.setType(destination.getTiedOpOperand(result)->get().getType());
  return llvm::to_vector_of<Value>(clone->getResults());
}
