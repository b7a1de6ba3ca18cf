//===- SplitRowLoop.cpp - loops over split rows ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop is cut at each of its reductions, in order: a loop over the part that
// computes what is reduced, a collective, and then the result is an operand of
// one value per row of the loops after it. The last loop stores. For
//
//   %q = norm.row_reduce add %square
//   %y = arith.divf %x, %q
//
// the first loop yields the sum of %square over the part, shard.all_reduce
// makes the sum of the row, and the second one reads it. Reductions that do not
// need each other share a collective afterwards (norm-combine-collectives).
//
//===----------------------------------------------------------------------===//

#include "SplitNorm.h"

#include "norm/Dialect/Norm/Transforms/RowParts.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Shard/Transforms/Transforms.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::sharding;

namespace {
/// What a reduction is once it is of the whole row: row tensors, and, in a
/// loop, the numbers of their arguments.
struct RowResult {
  Operation *reduction;
  SmallVector<Value> tensors;
};

class RowLoopSplitter {
public:
  RowLoopSplitter(RowLoopOp op, const ShardedRow &row,
                  const Partition &partition)
      : op(op), row(row), partition(partition), builder(partition.builder),
        loc(op.getLoc()) {}

  LogicalResult reduce(Operation *reduction);
  SmallVector<Value> emitStores();

private:
  RowLoopBuilder createLoop(bool isCut);
  SmallVector<Value> emitValues(ValueRange values, ValueRange arguments);
  void mapResults(IRMapping &map, const RowResult &result,
                  ValueRange arguments);
  Value emitSum(RowReduceOp reduce);

  RowLoopOp op;
  const ShardedRow &row;
  const Partition &partition;
  OpBuilder &builder;
  Location loc;
  SmallVector<RowResult> results;
};
} // namespace

/// A loop that reads all operands, and what is known of the rows. If `isCut`,
/// over the pieces of the rows.
RowLoopBuilder RowLoopSplitter::createLoop(bool isCut) {
  // Row dims are split, too.
  SmallVector<OpFoldResult> own(op.getNumDims());
  for (OpOperand &operand : op->getOpOperands()) {
    auto type =
        dyn_cast<RankedTensorType>(partition.lookup(operand.get()).getType());
    if (!type)
      continue;
    AffineMap map = op.getMap(operand.getOperandNumber());
    for (auto [i, expr] : llvm::enumerate(map.getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        if (OpFoldResult &extent = own[dim.getPosition()]; !extent)
          extent = tensor::getMixedSize(builder, loc,
                                        partition.lookup(operand.get()), i);
  }
  RowLoopBuilder loop(builder, loc, own, op.getDimensions());
  if (isCut)
    loop.cut(row);
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    loop.read(partition.lookup(input), op.getMap(i));
  for (const RowResult &result : results)
    for (Value tensor : result.tensors)
      loop.read(tensor, OperandRole::row);
  return loop;
}

/// Maps the results of a reduction to what `arguments`, one for each of its
/// tensors, tell: centred is v - shift - distance.
void RowLoopSplitter::mapResults(IRMapping &map, const RowResult &result,
                                 ValueRange arguments) {
  auto moments = dyn_cast<RowMomentsOp>(result.reduction);
  if (!moments) {
    map.map(result.reduction->getResult(0), arguments[0]);
    return;
  }
  Value variance = arguments[0], shift = arguments[1], distance = arguments[2];
  map.map(moments.getVariance(), variance);
  map.map(moments.getMean(),
          arith::AddFOp::create(builder, loc, shift, distance));
  Value centred = arith::SubFOp::create(builder, loc,
                                        map.lookup(moments.getValue()), shift);
  map.map(moments.getCentred(),
          arith::SubFOp::create(builder, loc, centred, distance));
}

/// `values` of the body, in a loop of createLoop() with arguments `arguments`.
SmallVector<Value> RowLoopSplitter::emitValues(ValueRange values,
                                               ValueRange arguments) {
  // What they need, in the order of the body.
  llvm::SetVector<Operation *> needed;
  BackwardSliceOptions slice;
  slice.inclusive = true;
  slice.omitBlockArguments = true;
  for (Value value : values)
    (void)getBackwardSlice(value, &needed, slice);
  IRMapping map;
  unsigned inputs = op.getInputs().size(), next = inputs;
  map.map(op.getBlock()->getArguments().take_front(inputs),
          arguments.take_front(inputs));
  for (Operation &nested : *op.getBlock()) {
    auto *result = llvm::find_if(results, [&](const RowResult &result) {
      return result.reduction == &nested;
    });
    unsigned first = next;
    if (result != results.end())
      next += result->tensors.size();
    if (!needed.contains(&nested))
      continue;
    if (result != results.end())
      mapResults(map, *result, arguments.slice(first, result->tensors.size()));
    else if (auto length = dyn_cast<RowLengthOp>(nested))
      map.map(length.getResult(),
              arith::ConstantIndexOp::create(builder, loc, row.count));
    else
      builder.clone(nested, map);
  }
  return llvm::map_to_vector(
      values, [&](Value value) { return map.lookupOrDefault(value); });
}

/// The sum of each row, or of its leading elements.
Value RowLoopSplitter::emitSum(RowReduceOp reduce) {
  ShardedRow leading = row;
  leading.count = reduce.getLength().value_or(row.count);
  auto type = cast<FloatType>(reduce.getValue().getType());
  Value mask = emitMask(builder, loc, leading, type);
  RowLoopBuilder loop = createLoop(/*isCut=*/true);
  std::optional<unsigned> maskAt = loop.read(mask, OperandRole::position);
  loop.writeRows(type);
  Value sum = loop.emit([&](ValueRange arguments) {
    Value value = emitValues(reduce.getValue(), arguments)[0];
    if (maskAt)
      value = emitWhere(builder, loc, arguments[*maskAt], value);
    Value sum = RowReduceOp::create(builder, loc, Reduction::add, value,
                                    /*length=*/IntegerAttr());
    return SmallVector<Value>{sum};
  })[0];
  return emitRowSum(builder, loc, sum, row);
}

LogicalResult RowLoopSplitter::reduce(Operation *reduction) {
  if (auto moments = dyn_cast<RowMomentsOp>(reduction)) {
    RowStatistics rows =
        emitSplitMoments(createLoop(/*isCut=*/true), row,
                         cast<FloatType>(moments.getValue().getType()),
                         [&](ValueRange arguments) {
                           return emitValues(moments.getValue(), arguments)[0];
                         });
    results.push_back({reduction, {rows.statistic, rows.shift, rows.distance}});
    return success();
  }
  auto reduce = cast<RowReduceOp>(reduction);
  if (reduce.getKind() != Reduction::add)
    return reduce.emitOpError("expected a sum of a row that is split");
  if (reduce.getLength() && row.extents.front() != row.length)
    return reduce.emitOpError("expected leading elements of a row of one "
                              "dimension that is split");
  results.push_back({reduction, {emitSum(reduce)}});
  return success();
}

SmallVector<Value> RowLoopSplitter::emitStores() {
  RowLoopBuilder loop = createLoop(/*isCut=*/false);
  for (auto [i, init] : llvm::enumerate(op.getInits()))
    loop.write(partition.lookup(init), op.getMap(op.getInputs().size() + i));
  return loop.emit(
      [&](ValueRange arguments) {
        return emitValues(op.getYield().getValues(), arguments);
      },
      op.getAccumulate());
}

/// The loop on parts of split rows.
static FailureOr<SmallVector<Value>>
splitRows(RowLoopOp op, const LoopAxes &loops, const Partition &partition) {
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  int64_t count = 1;
  // An extent that is not known is refused by getShardedRow().
  for (int64_t dim : op.getDimensions())
    if (!ShapedType::isDynamic(extents[dim]))
      count *= extents[dim];
  auto row = getShardedRow(op, extents, op.getDimensions(), count, loops);
  if (failed(row))
    return failure();
  RowLoopSplitter splitter(op, *row, partition);
  for (Operation &nested : *op.getBlock())
    if (isa<RowReduceOp, RowMomentsOp>(nested) &&
        failed(splitter.reduce(&nested)))
      return failure();
  return splitter.emitStores();
}

FailureOr<SmallVector<Value>>
sharding::splitRowLoop(RowLoopOp op, const LoopAxes &loops,
                       const Partition &partition) {
  FailureOr<SmallVector<Value>> results =
      loops.collect(op.getDimensions()).empty()
          ? cloneOnParts(op, partition)
          : splitRows(op, loops, partition);
  if (failed(results))
    return failure();
  // Sums over rows that several processes have.
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  for (auto [extent, axes] : llvm::zip_equal(extents, loops.axes))
    if (!ShapedType::isDynamic(extent))
      extent /= shard::collectiveProcessGroupSize(axes, loops.grid);
  for (auto [i, result] : llvm::enumerate(*results)) {
    if (!op.isAccumulated(i))
      continue;
    auto sum = emitSumOverRows(partition.builder, op, result, loops,
                               op.getAccumulate(), extents);
    if (failed(sum))
      return failure();
    result = *sum;
  }
  return results;
}
