//===- BlockSums.cpp - sums over rows in kernels --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GPU/BlockSums.h"

#include "Schedule/RowPartition.h"
#include "norm/Rows/KernelAttribute.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Warps of a block of the second kernel, a power of two; each has a column in
/// each lane.
static constexpr int64_t kWarps = 16;

BlockSums::BlockSums(OpBuilder &builder, const RowSchedule &schedule,
                     const RowSpace &space, const BlockSums *other)
    : schedule(schedule), space(space),
      loc(RowLoopOp(schedule.getLoop()).getLoc()),
      outputs(schedule.getSteps().back().outputs),
      rowCount(space.getRowCount(builder, loc)),
      rowsPerSum(space.getAccumulatedCount(builder, loc)),
      blocksPerSum(builder.createOrFold<arith::CeilDivUIOp>(
          loc, rowsPerSum, getIndex(builder, loc, RowBlocks::kRowsOnGPU))),
      blocks(builder.createOrFold<arith::MulIOp>(
          loc, space.getSumCount(builder, loc), blocksPerSum)) {
  if (other) {
    buffers = other->buffers;
    return;
  }
  RowLoopOp loop = schedule.getLoop();
  SmallVector<int64_t> shape;
  SmallVector<Value> extents;
  dispatchIndexOpFoldResults(
      getAsOpFoldResult({blocks, space.getRowLength(builder, loc)}), extents,
      shape);
  for (unsigned output : outputs) {
    auto type = MemRefType::get(
        shape, getElementTypeOrSelf(loop.getInits()[output].getType()));
    auto buffer = memref::AllocOp::create(builder, loc, type, extents,
                                          builder.getI64IntegerAttr(64));
    buffer->setAttr(kWorkspaceAttrName, builder.getUnitAttr());
    buffers.push_back(buffer);
  }
}

BlockSums::Row BlockSums::getRow(OpBuilder &builder, Value block,
                                 Value turn) const {
  auto index = [&](int64_t value) { return getIndex(builder, loc, value); };
  // There are rows, as the kernel was launched.
  Value sum = builder.createOrFold<arith::DivUIOp>(loc, block, blocksPerSum);
  Value ofSum = builder.createOrFold<arith::RemUIOp>(loc, block, blocksPerSum);
  Value before = builder.createOrFold<arith::MulIOp>(
      loc, ofSum, index(RowBlocks::kRowsOnGPU));
  Value inSum = builder.createOrFold<arith::AddIOp>(loc, before, turn);
  Value first = builder.createOrFold<arith::MulIOp>(loc, sum, rowsPerSum);
  Value row = builder.createOrFold<arith::AddIOp>(loc, first, inSum);
  Value last = builder.createOrFold<arith::SubIOp>(loc, rowCount, index(1));
  Value exists = arith::AndIOp::create(
      builder, loc, hasBlock(builder, block),
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, inSum,
                            rowsPerSum));
  return {builder.createOrFold<arith::MinUIOp>(loc, row, last), exists};
}

Value BlockSums::hasBlock(OpBuilder &builder, Value block) const {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, block,
                               blocks);
}

Value BlockSums::getTurns(OpBuilder &builder) const {
  return builder.createOrFold<arith::MinUIOp>(
      loc, rowsPerSum, getIndex(builder, loc, RowBlocks::kRowsOnGPU));
}

SmallVector<RowAccess> BlockSums::getPartials(Value block,
                                              int64_t lanes) const {
  SmallVector<RowAccess> partials;
  for (Value buffer : buffers) {
    RowAccess access(loc, buffer);
    access.assumeAlignedChunks(lanes);
    partials.push_back(access.at({block, Value()}));
  }
  return partials;
}

//===----------------------------------------------------------------------===//
// The second kernel
//===----------------------------------------------------------------------===//

/// The sum of values, pairwise.
static Value addPairwise(OpBuilder &builder, Location loc,
                         ArrayRef<Value> values) {
  if (values.size() == 1)
    return values.front();
  size_t half = values.size() / 2;
  return arith::AddFOp::create(
      builder, loc, addPairwise(builder, loc, values.take_front(half)),
      addPairwise(builder, loc, values.drop_front(half)));
}

static Value addWarpMemory(gpu::LaunchOp launch, Location loc, Type type) {
  auto space = gpu::AddressSpaceAttr::get(
      launch.getContext(), gpu::GPUDialect::getWorkgroupAddressSpace());
  return launch.addWorkgroupAttribution(
      MemRefType::get(kWarps * kWarpSize, type, MemRefLayoutAttrInterface(),
                      space),
      loc);
}

/// What a thread does: for its column of each sum, the rows warp, warp + 16, ..
/// of its blocks; the first warp adds up what the warps have.
void BlockSums::emitColumn(OpBuilder &builder, gpu::LaunchOp launch) const {
  auto index = [&](int64_t value) { return getIndex(builder, loc, value); };
  BlockSums here(builder, schedule, space, this);
  Value rowLength = space.getRowLength(builder, loc);
  Value pieces =
      arith::CeilDivUIOp::create(builder, loc, rowLength, index(kWarpSize));
  Value group = launch.getBlockIds().x, thread = launch.getThreadIds().x;
  Value sum = arith::DivUIOp::create(builder, loc, group, pieces);
  Value piece = arith::RemUIOp::create(builder, loc, group, pieces);
  Value warp = arith::DivUIOp::create(builder, loc, thread, index(kWarpSize));
  Value lane = arith::RemUIOp::create(builder, loc, thread, index(kWarpSize));
  Value column = arith::AddIOp::create(
      builder, loc,
      arith::MulIOp::create(builder, loc, piece, index(kWarpSize)), lane);
  Value exists = isBelow(builder, loc, column, rowLength);
  Value last = arith::SubIOp::create(builder, loc, rowLength, index(1));
  Value read = arith::MinUIOp::create(builder, loc, column, last);
  Value first = arith::MulIOp::create(builder, loc, sum, here.blocksPerSum);
  SmallVector<Value> zeros, memories;
  for (Value buffer : buffers) {
    Type type = cast<MemRefType>(buffer.getType()).getElementType();
    zeros.push_back(
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type)));
    memories.push_back(addWarpMemory(launch, loc, type));
  }
  auto ofWarp = scf::ForOp::create(
      builder, loc, warp, here.blocksPerSum, index(kWarps), zeros,
      [&](OpBuilder &body, Location loc, Value number, ValueRange totals) {
        Value row = arith::AddIOp::create(body, loc, first, number);
        SmallVector<Value> next;
        for (auto [buffer, total] : llvm::zip(buffers, totals)) {
          Value value =
              memref::LoadOp::create(body, loc, buffer, ValueRange{row, read});
          next.push_back(arith::AddFOp::create(body, loc, total, value));
        }
        scf::YieldOp::create(body, loc, next);
      });
  for (auto [memory, total] : llvm::zip(memories, ofWarp.getResults()))
    memref::StoreOp::create(builder, loc, total, memory, thread);
  gpu::BarrierOp::create(builder, loc);
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        warp, index(0));
  Value stores = arith::AndIOp::create(builder, loc, isFirst, exists);
  scf::IfOp::create(builder, loc, stores, [&](OpBuilder &body, Location loc) {
    SmallVector<Value> place = space.getSumIndices(body, loc, sum);
    for (auto [output, memory] : llvm::zip(outputs, memories)) {
      SmallVector<Value> parts;
      for (int64_t i = 0; i < kWarps; ++i)
        parts.push_back(memref::LoadOp::create(
            body, loc, memory,
            arith::AddIOp::create(body, loc, lane,
                                  getIndex(body, loc, i * kWarpSize))
                .getResult()));
      Value total = addPairwise(body, loc, parts);
      RowLoopOp loop = schedule.getLoop();
      RowAccess access(loc, space, loop.getInputs().size() + output);
      access.takeOneByOne();
      access.at(place).store(
          body,
          vector::BroadcastOp::create(
              body, loc, VectorType::get(1, total.getType()), total),
          Chunk{column, nullptr, 1});
    }
    scf::YieldOp::create(body, loc);
  });
}

void BlockSums::emitTree(OpBuilder &builder) const {
  auto index = [&](OpBuilder &body, int64_t value) {
    return getIndex(body, loc, value);
  };
  Value pieces = builder.createOrFold<arith::CeilDivUIOp>(
      loc, space.getRowLength(builder, loc), index(builder, kWarpSize));
  Value groups = builder.createOrFold<arith::MulIOp>(
      loc, space.getSumCount(builder, loc), pieces);
  Value some = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt,
                                     groups, index(builder, 0));
  scf::IfOp::create(builder, loc, some, [&](OpBuilder &body, Location loc) {
    Value one = index(body, 1), threads = index(body, kWarps * kWarpSize);
    auto launch =
        gpu::LaunchOp::create(body, loc, groups, one, one, threads, one, one);
    OpBuilder kernel = OpBuilder::atBlockBegin(&launch.getBody().front());
    emitColumn(kernel, launch);
    gpu::TerminatorOp::create(kernel, loc);
    scf::YieldOp::create(body, loc);
  });
  for (Value buffer : buffers)
    memref::DeallocOp::create(builder, loc, buffer);
}
