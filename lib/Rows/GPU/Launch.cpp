//===- Launch.cpp - one row loop as a launch ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GPU/Launch.h"

#include "GPU/ThreadKernel.h"
#include "norm/Rows/KernelAttribute.h"
#include "norm/Rows/PrintSchedule.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace mlir::norm;

/// One row_loop as a launch.
namespace {
class LaunchEmitter {
public:
  LaunchEmitter(const RowSchedule &schedule, bool dependentLaunch)
      : schedule(schedule), loop(schedule.getLoop()), loc(loop.getLoc()),
        strategy(schedule.getStrategy()),
        elementwise(schedule.getElementwise()),
        dependentLaunch(dependentLaunch) {}

  void emit(OpBuilder &builder);

private:
  void emitBlock(OpBuilder &builder, gpu::LaunchOp launch);
  void emitRows(OpBuilder &builder, const RowStrategy &chosen, Value rowLength,
                const ThreadGroup &threads, Value group, Value inBlock);
  void emitRowsInTurn(OpBuilder &builder, ThreadKernel &kernel, Value step,
                      Value group, Value inBlock, ValueRange loaded);
  void emitRow(OpBuilder &builder, ThreadKernel &kernel, Value group,
               Value inBlock, ValueRange loaded, Value parity);
  void emitBlockOfRows(OpBuilder &builder, ThreadKernel &kernel,
                       const RowStrategy &chosen, const ThreadGroup &threads,
                       Value group, Value inBlock);
  void addTurn(OpBuilder &builder, ThreadKernel &kernel, Value block,
               Value turn, ValueRange loaded, Value parity, ThreadSums &sums);
  SmallVector<Value> loadRow(OpBuilder &builder, ThreadKernel &kernel,
                             Value group, Value inBlock);
  Value getRow(OpBuilder &builder, Value group, Value inBlock, Value *stored);
  Value getGroups(OpBuilder &builder);
  void control(OpBuilder &builder, NVVM::GridDepActionKind kind);
  DictionaryAttr describe(Builder &builder);
  Value index(OpBuilder &builder, int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }

  const RowSchedule &schedule;
  RowLoopOp loop;
  Location loc;
  const RowStrategy &strategy;
  /// For rows whose length is found to be no multiple of the strategy's lanes.
  const std::optional<RowStrategy> &elementwise;
  bool dependentLaunch;
  Value rowCount;
  const RowSpace *space = nullptr;
  /// Where rows are added up: on the host, and in the kernel.
  std::optional<BlockSums> sums, sumsInKernel;
};
} // namespace

/// Row number `inBlock` of the block of a group. Where there is none it is the
/// last one, which is not stored.
Value LaunchEmitter::getRow(OpBuilder &builder, Value group, Value inBlock,
                            Value *stored) {
  if (strategy.rows == 1)
    return group;
  Value before =
      arith::MulIOp::create(builder, loc, group, index(builder, strategy.rows));
  Value row = arith::AddIOp::create(builder, loc, before, inBlock);
  if (stored)
    *stored = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                    row, rowCount);
  Value last = arith::SubIOp::create(builder, loc, rowCount, index(builder, 1));
  return arith::MinUIOp::create(builder, loc, row, last);
}

SmallVector<Value> LaunchEmitter::loadRow(OpBuilder &builder,
                                          ThreadKernel &kernel, Value group,
                                          Value inBlock) {
  return kernel.loadRow(builder, getRow(builder, group, inBlock, nullptr));
}

void LaunchEmitter::emitRow(OpBuilder &builder, ThreadKernel &kernel,
                            Value group, Value inBlock, ValueRange loaded,
                            Value parity) {
  Value stored;
  Value row = getRow(builder, group, inBlock, &stored);
  kernel.emit(builder, row, stored, loaded, parity);
}

void LaunchEmitter::control(OpBuilder &builder, NVVM::GridDepActionKind kind) {
  if (dependentLaunch)
    NVVM::GriddepcontrolOp::create(builder, loc, kind);
}

/// How many blocks or clusters have rows of their own at a time.
Value LaunchEmitter::getGroups(OpBuilder &builder) {
  return builder.createOrFold<arith::CeilDivUIOp>(
      loc, sums ? sums->getBlockCount() : rowCount,
      index(builder, strategy.rows));
}

///   for each row { next = the row after it; compute; store; loaded = next }
void LaunchEmitter::emitRowsInTurn(OpBuilder &builder, ThreadKernel &kernel,
                                   Value step, Value group, Value inBlock,
                                   ValueRange loaded) {
  Value end = getGroups(builder);
  SmallVector<Value> carried{index(builder, 0)};
  llvm::append_range(carried, loaded);
  scf::ForOp::create(
      builder, loc, group, end, step, carried,
      [&](OpBuilder &body, Location loc, Value current, ValueRange values) {
        Value next = arith::AddIOp::create(body, loc, current, step);
        Value more = arith::CmpIOp::create(body, loc, arith::CmpIPredicate::ult,
                                           next, end);
        auto ahead = scf::IfOp::create(
            body, loc, more,
            [&](OpBuilder &inner, Location loc) {
              scf::YieldOp::create(inner, loc,
                                   loadRow(inner, kernel, next, inBlock));
            },
            [&](OpBuilder &inner, Location loc) {
              scf::YieldOp::create(inner, loc, kernel.getNoRow(inner));
            });
        emitRow(body, kernel, current, inBlock, values.drop_front(),
                values.front());
        SmallVector<Value> yielded{
            arith::SubIOp::create(body, loc, index(body, 1), values.front())};
        llvm::append_range(yielded, ahead.getResults());
        scf::YieldOp::create(body, loc, yielded);
      });
}

/// Computes one row of block number `block`, and adds it to `threadSums`.
void LaunchEmitter::addTurn(OpBuilder &builder, ThreadKernel &kernel,
                            Value block, Value turn, ValueRange loaded,
                            Value parity, ThreadSums &threadSums) {
  BlockSums::Row row = sumsInKernel->getRow(builder, block, turn);
  threadSums.isFirst = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::eq, turn, index(builder, 0));
  kernel.emit(builder, row.number, row.exists, loaded, parity, &threadSums);
}

/// Rows of a block that are added up, all groups of threads one row at a time:
///
///   for each turn { next = the row after it; compute; store; add;
///                   loaded = next }
///   store the sums
///
/// The next row is loaded ahead where there are registers for it.
void LaunchEmitter::emitBlockOfRows(OpBuilder &builder, ThreadKernel &kernel,
                                    const RowStrategy &chosen,
                                    const ThreadGroup &threads, Value group,
                                    Value inBlock) {
  Value block = group;
  if (strategy.rows > 1) {
    Value before = arith::MulIOp::create(builder, loc, group,
                                         index(builder, strategy.rows));
    block = arith::AddIOp::create(builder, loc, before, inBlock);
  }
  sumsInKernel.emplace(builder, schedule, *space, &*sums);
  SmallVector<RowAccess> partials =
      sumsInKernel->getPartials(block, chosen.lanes);
  bool loadsAhead = chosen.maxGroups != 0;
  auto load = [&](OpBuilder &body, Value turn) {
    return kernel.loadRow(body, sumsInKernel->getRow(body, block, turn).number);
  };
  SmallVector<Value> carried{index(builder, 0)}, loaded;
  if (loadsAhead)
    loaded = load(builder, index(builder, 0));
  llvm::append_range(carried, loaded);
  llvm::append_range(carried,
                     kernel.getNoSums(builder, sumsInKernel->getOutputs()));
  Value turns = sumsInKernel->getTurns(builder);
  auto rows = scf::ForOp::create(
      builder, loc, index(builder, 0), turns, index(builder, 1), carried,
      [&](OpBuilder &body, Location loc, Value turn, ValueRange values) {
        if (chosen.exchanges)
          announceBlock(body, loc, threads);
        ValueRange current = values.slice(1, loaded.size());
        SmallVector<Value> now(current), next;
        if (loadsAhead) {
          // Behind the last row it is loaded once more.
          Value after = arith::AddIOp::create(body, loc, turn, index(body, 1));
          Value last = arith::SubIOp::create(body, loc, turns, index(body, 1));
          next = load(body, arith::MinUIOp::create(body, loc, after, last));
        } else {
          now = load(body, turn);
        }
        ThreadSums threadSums{
            sumsInKernel->getOutputs(), partials, Value(),
            SmallVector<Value>(values.drop_front(1 + loaded.size()))};
        addTurn(body, kernel, block, turn, now, values.front(), threadSums);
        SmallVector<Value> yielded{
            arith::SubIOp::create(body, loc, index(body, 1), values.front())};
        llvm::append_range(yielded, next);
        llvm::append_range(yielded, threadSums.totals);
        scf::YieldOp::create(body, loc, yielded);
      });
  ThreadSums all{
      sumsInKernel->getOutputs(), partials, Value(),
      SmallVector<Value>(rows.getResults().drop_front(1 + loaded.size()))};
  scf::IfOp::create(builder, loc, sumsInKernel->hasBlock(builder, block),
                    [&](OpBuilder &body, Location loc) {
                      kernel.storeSums(body, all);
                      scf::YieldOp::create(body, loc);
                    });
}

/// What one block does: each of its rows is computed by a group of threads.
/// The first one is loaded before anything is computed.
void LaunchEmitter::emitRows(OpBuilder &builder, const RowStrategy &chosen,
                             Value rowLength, const ThreadGroup &threads,
                             Value group, Value inBlock) {
  ThreadKernel kernel(builder, schedule, *space, chosen, rowLength, threads);
  if (sums) {
    control(builder, NVVM::GridDepActionKind::wait);
    emitBlockOfRows(builder, kernel, chosen, threads, group, inBlock);
    return;
  }
  if (chosen.exchanges)
    announceBlock(builder, loc, threads);
  control(builder, NVVM::GridDepActionKind::wait);
  SmallVector<Value> loaded = loadRow(builder, kernel, group, inBlock);
  control(builder, NVVM::GridDepActionKind::launch_dependents);
  if (chosen.maxGroups == 0) {
    emitRow(builder, kernel, group, inBlock, loaded, /*parity=*/nullptr);
    return;
  }
  gpu::LaunchOp launch = threads.launch;
  emitRowsInTurn(builder, kernel, launch.getGridSize().x, group, inBlock,
                 loaded);
}

void LaunchEmitter::emitBlock(OpBuilder &builder, gpu::LaunchOp launch) {
  // From extents, which are arguments of the kernel.
  Value rowLength = space->getRowLength(builder, loc);
  rowCount = space->getRowCount(builder, loc);
  Value thread = launch.getThreadIds().x, group = launch.getBlockIds().x;
  Value inBlock, rank;
  if (strategy.rows > 1) {
    Value threads = index(builder, strategy.threads);
    inBlock = arith::DivUIOp::create(builder, loc, thread, threads);
    thread = arith::RemUIOp::create(builder, loc, thread, threads);
  }
  if (strategy.blocks > 1) {
    Value blocks = index(builder, strategy.blocks);
    rank = arith::RemUIOp::create(builder, loc, group, blocks);
    group = arith::DivUIOp::create(builder, loc, group, blocks);
  }
  ThreadGroup threads{launch, strategy.threads, strategy.blocks, thread,
                      rank,   Value()};
  auto emitAs = [&](const RowStrategy &chosen) {
    return [&](OpBuilder &body, Location loc) {
      emitRows(body, chosen, rowLength, threads, group, inBlock);
      if (elementwise)
        scf::YieldOp::create(body, loc);
    };
  };
  if (elementwise) {
    Value rest = arith::RemUIOp::create(builder, loc, rowLength,
                                        index(builder, strategy.lanes));
    Value divides = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq, rest, index(builder, 0));
    scf::IfOp::create(builder, loc, divides, emitAs(strategy),
                      emitAs(*elementwise));
  } else {
    emitAs(strategy)(builder, loc);
  }
  launch->setAttr(kKernelAttrName, describe(builder));
  gpu::TerminatorOp::create(builder, loc);
}

/// if there are rows { gpu.launch { a block of rows } }
void LaunchEmitter::emit(OpBuilder &builder) {
  RowSpace dims(builder, loop, schedule.getLayout());
  space = &dims;
  rowCount = dims.getRowCount(builder, loc);
  if (schedule.accumulates())
    sums.emplace(builder, schedule, dims);
  Value zero = index(builder, 0);
  Value some = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt,
                                     rowCount, zero);
  scf::IfOp::create(builder, loc, some, [&](OpBuilder &body, Location loc) {
    Value one = index(body, 1), groups = getGroups(body);
    if (strategy.maxGroups != 0 && !sums) {
      // As many rows for each, and no more groups than that takes.
      Value turns = body.createOrFold<arith::CeilDivUIOp>(
          loc, groups, index(body, strategy.maxGroups));
      groups = body.createOrFold<arith::CeilDivUIOp>(loc, groups, turns);
    }
    if (strategy.blocks > 1)
      groups = body.createOrFold<arith::MulIOp>(loc, groups,
                                                index(body, strategy.blocks));
    Value threads = index(body, strategy.rows * strategy.threads);
    // The cluster is set when the kernel is outlined: upstream has no memory
    // attributions for launches with clusters.
    Value shared;
    int64_t bytes = std::max(strategy.sharedBytes,
                             elementwise ? elementwise->sharedBytes : 0);
    if (bytes != 0)
      shared = arith::ConstantIntOp::create(body, loc, bytes, /*width=*/32);
    auto launch = gpu::LaunchOp::create(body, loc, groups, one, one, threads,
                                        one, one, shared);
    OpBuilder kernel = OpBuilder::atBlockBegin(&launch.getBody().front());
    emitBlock(kernel, launch);
    scf::YieldOp::create(body, loc);
  });
  if (sums)
    sums->emitTree(builder);
  remark::passed(
      loc, remark::RemarkOpts::name("strategy").category("norm-rows-to-gpu"))
      << remark::reason("{0}", describeRows(schedule));
}

/// What kKernelAttrName promises.
DictionaryAttr LaunchEmitter::describe(Builder &builder) {
  auto number = [&](StringRef name, int64_t value) {
    return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
  };
  const RowShape &shape = schedule.getShape();
  int64_t sharedLength = strategy.getSharedLength();
  if (elementwise)
    sharedLength = std::min(sharedLength, elementwise->getSharedLength());
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("strategy",
                            builder.getStringAttr(describeRows(schedule))),
       number("reads", schedule.countReads()),
       number("block_size", strategy.threads * strategy.rows),
       number("rows_per_block", strategy.rows),
       number("cluster_size", strategy.getClusterSize()),
       number("side_by_side", strategy.blocksSideBySide),
       number("max_groups", sums ? 0 : strategy.maxGroups),
       number("row_length", shape.hasStaticLength() ? shape.getLength() : -1),
       number("shared_length", sharedLength),
       builder.getNamedAttr("dependent_launch",
                            builder.getBoolAttr(dependentLaunch))});
}

void norm::emitLaunch(OpBuilder &builder, const RowSchedule &schedule,
                      bool dependentLaunch) {
  LaunchEmitter(schedule, dependentLaunch).emit(builder);
}
