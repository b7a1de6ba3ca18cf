//===- PackedRows.cpp - rows that lie side by side ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rows of a norm over the first dim of x[n, m] are the columns of a matrix:
// neighbours in memory belong to different rows. Read one after the other, each
// row would touch n lines and use one element of each. So a block of rows is
// copied to a buffer, transposed in registers; a row loop runs over the block;
// and its results are transposed back.
//
//   for blocks of rows
//     buffer[r, i] = x[i, block + r]
//     row_loop over the block, from buffer to buffer
//     y[i, block + r] = buffer[r, i]
//
// The row loop is one as any other, so the bits are those of rows whose
// elements lie side by side.
//
//===----------------------------------------------------------------------===//

#include "CPU/PackedRows.h"

#include "CPU/PackedCopy.h"
#include "CPU/Tasks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::norm;

/// The part of a core's second-level cache that the buffers of a block take:
/// the lines that they are copied from and to take as much again.
static constexpr double kPartOfSecond = 0.25;
/// Tasks for each thread: none waits long for the last.
static constexpr int64_t kTasksPerThread = 4;

namespace {
class PackedRows {
public:
  PackedRows(OpBuilder &builder, const RowSchedule &schedule);
  void emit(OpBuilder &builder);

private:
  void emitTask(OpBuilder &builder, Value firstBlock, Value endBlock);
  void emitBlock(OpBuilder &builder, ArrayRef<Value> buffers, Value block);
  void emitCopy(OpBuilder &builder, unsigned operand, Value buffer,
                ArrayRef<Value> indices, Value rows, bool packs) const {
    PackedCopy(RowAccess(loc, space, operand), RowAccess(loc, buffer), indices,
               packing.dim, lanes, packs)
        .emit(builder, rows, rowLength);
  }
  void emitLoop(OpBuilder &builder, ArrayRef<Value> buffers,
                ArrayRef<Value> indices, Value rows);
  std::pair<Value, AffineMap> getOperand(OpBuilder &builder, unsigned number,
                                         ArrayRef<Value> buffers,
                                         ArrayRef<Value> indices, Value rows);
  Value allocate(OpBuilder &builder, unsigned operand);
  Value multiply(OpBuilder &builder, Value a, Value b) const {
    return builder.createOrFold<arith::MulIOp>(loc, a, b);
  }
  Value roundUp(OpBuilder &builder, Value value, int64_t divisor) const {
    Value unit = getIndex(builder, loc, divisor);
    return multiply(builder,
                    builder.createOrFold<arith::CeilDivUIOp>(loc, value, unit),
                    unit);
  }

  const RowSchedule &schedule;
  RowLoopOp loop;
  Location loc;
  const RowPacking &packing;
  RowSpace space;
  int64_t lanes;
  /// The dims of rows that do not lie side by side.
  SmallVector<int64_t> outerDims;
  /// The extents of the packed dim and of a row; rows of a block, and elements
  /// from one row of a buffer to the next.
  Value numRows, rowLength, blockRows, pitch;
  /// Blocks of one index of the outer dims, and of all.
  Value blocksSideBySide, numBlocks;
};
} // namespace

/// Rows of a block: as many as the cache has room for, in whole lines of memory
/// of each operand, and fewer where threads would have nothing to do.
PackedRows::PackedRows(OpBuilder &builder, const RowSchedule &schedule)
    : schedule(schedule), loop(schedule.getLoop()), loc(loop.getLoc()),
      packing(*schedule.getPacking()),
      space(builder, loop, schedule.getLayout()), lanes(schedule.getLanes()),
      numRows(space.extents[packing.dim]),
      rowLength(space.getRowLength(builder, loc)) {
  const VectorTarget &target = schedule.getTarget().getCPU();
  llvm::copy_if(schedule.getLayout().getRowDims(),
                std::back_inserter(outerDims),
                [&](int64_t dim) { return dim != packing.dim; });
  int64_t bytes = 0, unit = lanes;
  for (unsigned operand : packing.operands) {
    int64_t size = RowAccess(loc, space, operand).getElementBytes();
    bytes += size;
    unit = std::max(unit, target.caches.line / size);
  }
  // An odd number of vectors: rows of a buffer that lie a power of two apart
  // would share a few lines of the first-level cache.
  Value vectors = builder.createOrFold<arith::CeilDivUIOp>(
      loc, rowLength, getIndex(builder, loc, lanes));
  vectors = builder.createOrFold<arith::OrIOp>(loc, vectors,
                                               getIndex(builder, loc, 1));
  pitch = multiply(builder, vectors, getIndex(builder, loc, lanes));
  Value room =
      getIndex(builder, loc, kPartOfSecond * target.caches.getBytes(2) / bytes);
  blockRows =
      roundDown(builder, loc,
                builder.createOrFold<arith::DivUIOp>(loc, room, pitch), unit);
  Value share = builder.createOrFold<arith::CeilDivUIOp>(
      loc, numRows, getIndex(builder, loc, target.threads));
  blockRows = builder.createOrFold<arith::MinUIOp>(
      loc, blockRows, roundUp(builder, share, unit));
  blockRows = builder.createOrFold<arith::MaxUIOp>(
      loc, blockRows, getIndex(builder, loc, unit));
  blocksSideBySide =
      builder.createOrFold<arith::CeilDivUIOp>(loc, numRows, blockRows);
  numBlocks = blocksSideBySide;
  for (int64_t dim : outerDims)
    numBlocks = multiply(builder, numBlocks, space.extents[dim]);
}

/// parallel for tasks { buffers; for blocks of the task { one block } }
void PackedRows::emit(OpBuilder &builder) {
  int64_t threads = schedule.getTarget().getCPU().threads;
  Value zero = getIndex(builder, loc, 0), one = getIndex(builder, loc, 1);
  if (threads == 1)
    return emitTask(builder, zero, numBlocks);
  Value perTask = builder.createOrFold<arith::CeilDivUIOp>(
      loc, numBlocks, getIndex(builder, loc, kTasksPerThread * threads));
  perTask = builder.createOrFold<arith::MaxUIOp>(loc, perTask, one);
  Value tasks =
      builder.createOrFold<arith::CeilDivUIOp>(loc, numBlocks, perTask);
  scf::ParallelOp::create(
      builder, loc, zero, tasks, one,
      [&](OpBuilder &task, Location loc, ValueRange number) {
        Value first = arith::MulIOp::create(task, loc, number[0], perTask);
        Value next = arith::AddIOp::create(task, loc, first, perTask);
        Value end = arith::MinUIOp::create(task, loc, next, numBlocks);
        emitTask(task, first, end);
      });
}

Value PackedRows::allocate(OpBuilder &builder, unsigned operand) {
  SmallVector<int64_t> shape;
  SmallVector<Value> sizes;
  for (Value size : {blockRows, pitch}) {
    std::optional<int64_t> known = getConstantIntValue(size);
    shape.push_back(known.value_or(ShapedType::kDynamic));
    if (!known)
      sizes.push_back(size);
  }
  Type element = RowAccess(loc, space, operand).getElementType();
  return memref::AllocOp::create(
      builder, loc, MemRefType::get(shape, element), sizes,
      builder.getI64IntegerAttr(schedule.getTarget().getCPU().caches.line));
}

void PackedRows::emitTask(OpBuilder &builder, Value firstBlock,
                          Value endBlock) {
  SmallVector<Value> buffers;
  for (unsigned operand : packing.operands)
    buffers.push_back(allocate(builder, operand));
  scf::ForOp::create(builder, loc, firstBlock, endBlock,
                     getIndex(builder, loc, 1), ValueRange(),
                     [&](OpBuilder &body, Location, Value block, ValueRange) {
                       emitBlock(body, buffers, block);
                       scf::YieldOp::create(body, loc);
                     });
  for (Value buffer : buffers)
    memref::DeallocOp::create(builder, loc, buffer);
}

void PackedRows::emitBlock(OpBuilder &builder, ArrayRef<Value> buffers,
                           Value block) {
  SmallVector<Value> indices(space.extents.size());
  Value number =
      builder.createOrFold<arith::RemUIOp>(loc, block, blocksSideBySide);
  Value outer =
      builder.createOrFold<arith::DivUIOp>(loc, block, blocksSideBySide);
  for (int64_t dim : llvm::reverse(outerDims)) {
    Value extent = space.extents[dim];
    indices[dim] = builder.createOrFold<arith::RemUIOp>(loc, outer, extent);
    outer = builder.createOrFold<arith::DivUIOp>(loc, outer, extent);
  }
  Value first = multiply(builder, number, blockRows);
  indices[packing.dim] = first;
  Value left = builder.createOrFold<arith::SubIOp>(loc, numRows, first);
  std::optional<int64_t> all = getConstantIntValue(numRows),
                         some = getConstantIntValue(blockRows);
  Value rows = all && some && *all % *some == 0
                   ? blockRows
                   : builder.createOrFold<arith::MinUIOp>(loc, left, blockRows);

  unsigned numInputs = loop.getInputs().size();
  for (auto [operand, buffer] : llvm::zip(packing.operands, buffers))
    if (operand < numInputs)
      emitCopy(builder, operand, buffer, indices, rows, /*packs=*/true);
  emitLoop(builder, buffers, indices, rows);
  for (auto [operand, buffer] : llvm::zip(packing.operands, buffers))
    if (operand >= numInputs)
      emitCopy(builder, operand, buffer, indices, rows, /*packs=*/false);
}

//===----------------------------------------------------------------------===//
// The loop over a block
//===----------------------------------------------------------------------===//

/// Operand `number` of the loop over the block, and its map. The loop has two
/// dims, of rows and of elements.
std::pair<Value, AffineMap> PackedRows::getOperand(OpBuilder &builder,
                                                   unsigned number,
                                                   ArrayRef<Value> buffers,
                                                   ArrayRef<Value> indices,
                                                   Value rows) {
  Value value = space.operands[number];
  AffineMap map = space.layout.getMaps()[number];
  MLIRContext *context = builder.getContext();
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type)
    return {value, AffineMap::get(2, 0, map.getResults(), context)};
  SmallVector<OpFoldResult> offsets, sizes;
  SmallVector<int64_t> shape;
  SmallVector<AffineExpr> results;
  auto add = [&](OpFoldResult offset, OpFoldResult size) {
    offsets.push_back(offset);
    sizes.push_back(size);
  };
  auto keep = [&](OpFoldResult offset, Value size, unsigned dim) {
    OpFoldResult folded = getAsOpFoldResult(size);
    add(offset, folded);
    shape.push_back(getConstantIntValue(folded).value_or(ShapedType::kDynamic));
    results.push_back(getAffineDimExpr(dim, context));
  };
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  const auto *packed = llvm::find(packing.operands, number);
  if (packed != packing.operands.end()) {
    value = buffers[packed - packing.operands.begin()];
    type = cast<MemRefType>(value.getType());
    keep(zero, rows, 0);
    keep(zero, rowLength, 1);
  } else {
    for (AffineExpr result : map.getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(result);
      if (!dim)
        add(zero, one);
      else if (int64_t(dim.getPosition()) == packing.dim)
        keep(indices[packing.dim], rows, 0);
      else if (llvm::is_contained(outerDims, int64_t(dim.getPosition())))
        add(OpFoldResult(indices[dim.getPosition()]), one);
      else
        keep(zero, rowLength, 1);
    }
  }
  SmallVector<OpFoldResult> strides(offsets.size(), one);
  auto viewType =
      cast<MemRefType>(memref::SubViewOp::inferRankReducedResultType(
          shape, type, offsets, sizes, strides));
  Value view = memref::SubViewOp::create(builder, loc, viewType, value, offsets,
                                         sizes, strides);
  return {view, AffineMap::get(2, 0, results, context)};
}

void PackedRows::emitLoop(OpBuilder &builder, ArrayRef<Value> buffers,
                          ArrayRef<Value> indices, Value rows) {
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  for (unsigned i = 0, end = loop->getNumOperands(); i < end; ++i) {
    auto [operand, map] = getOperand(builder, i, buffers, indices, rows);
    operands.push_back(operand);
    maps.push_back(map);
  }
  size_t numInputs = loop.getInputs().size();
  auto block =
      RowLoopOp::create(builder, loc, ArrayRef(operands).take_front(numInputs),
                        ArrayRef(operands).drop_front(numInputs), maps,
                        ArrayRef<int64_t>{1}, ArrayRef<int64_t>());
  IRMapping mapping;
  Block *body = block.getBlock();
  mapping.map(loop.getBlock()->getArguments(), body->getArguments());
  OpBuilder inner = OpBuilder::atBlockBegin(body);
  for (Operation &op : *loop.getBlock())
    inner.clone(op, mapping);
  // Blocks stay in a cache, and one thread has all of one.
  VectorTarget target = schedule.getTarget().getCPU();
  target.threads = 1;
  target.stores = Stores::plain;
  emitOneTask(builder, RowSchedule(block, target));
  IRRewriter(builder).eraseOp(block);
}

void norm::emitPackedRows(OpBuilder &builder, const RowSchedule &schedule) {
  PackedRows(builder, schedule).emit(builder);
}
