//===- RowsToGPU.cpp - row loops as kernels -------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/GPU/Passes.h"

#include "norm/Target/RowCode.h"
#include "ThreadKernel.h"
#include "norm/Dialect/Norm/Transforms/FuseRows.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMROWSTOGPU
#include "norm/GPU/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// One row_loop as a launch.
namespace {
class LaunchEmitter {
public:
  LaunchEmitter(RowLoopOp loop, const Chip &chip, bool rowsInTurn,
                bool dependentLaunch)
      : loop(loop), loc(loop.getLoc()), plan(loop, RowTarget(chip).getCosts()),
        strategy(chooseStrategy(loop, plan, chip, rowsInTurn)),
        dependentLaunch(dependentLaunch) {
    if (!plan.getShape().hasStaticLength() && strategy.lanes > 1)
      elementwise = chooseElementwise(loop, plan, strategy);
  }

  void emit(OpBuilder &builder);

private:
  void emitBlock(OpBuilder &builder, gpu::LaunchOp launch);
  void emitRows(OpBuilder &builder, const RowStrategy &chosen, Value rowLength,
                const ThreadGroup &threads, Value group, Value inBlock);
  void emitRowsInTurn(OpBuilder &builder, ThreadKernel &kernel, Value step,
                      Value group, Value inBlock, ValueRange loaded);
  void emitRow(OpBuilder &builder, ThreadKernel &kernel, Value group,
               Value inBlock, ValueRange loaded, Value parity);
  SmallVector<Value> loadRow(OpBuilder &builder, ThreadKernel &kernel,
                             Value group, Value inBlock);
  Value getRow(OpBuilder &builder, Value group, Value inBlock, Value *stored);
  Value getGroups(OpBuilder &builder);
  void control(OpBuilder &builder, NVVM::GridDepActionKind kind);
  int64_t countReads();
  std::string getDescription();
  DictionaryAttr describe(Builder &builder);
  Value index(OpBuilder &builder, int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }

  RowLoopOp loop;
  Location loc;
  RowPlan plan;
  RowStrategy strategy;
  /// For rows whose length is found to be no multiple of the strategy's lanes.
  std::optional<RowStrategy> elementwise;
  bool dependentLaunch;
  Value rowCount;
  const RowSpace *space = nullptr;
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
      loc, rowCount, index(builder, strategy.rows));
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

/// What one block does: each of its rows is computed by a group of threads.
/// The first one is loaded before anything is computed.
void LaunchEmitter::emitRows(OpBuilder &builder, const RowStrategy &chosen,
                             Value rowLength, const ThreadGroup &threads,
                             Value group, Value inBlock) {
  ThreadKernel kernel(builder, loop, plan, *space, chosen, rowLength, threads);
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
  RowSpace dims(builder, loop, plan.getShape());
  space = &dims;
  rowCount = dims.getRowCount(builder, loc);
  Value zero = index(builder, 0);
  Value some = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt,
                                     rowCount, zero);
  scf::IfOp::create(builder, loc, some, [&](OpBuilder &body, Location loc) {
    Value one = index(body, 1), groups = getGroups(body);
    if (strategy.maxGroups != 0) {
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
  remark::passed(
      loc, remark::RemarkOpts::name("strategy").category("norm-rows-to-gpu"))
      << remark::reason("{0}", getDescription());
}

/// How many times an element of an input is loaded at most: once if threads
/// keep it, else in each sweep that needs it and for the results. Moments take
/// two sweeps.
int64_t LaunchEmitter::countReads() {
  if (strategy.keepsRow)
    return 1;
  DenseMap<unsigned, int64_t> reads;
  for (const RowPhase &phase : plan.getPhases()) {
    int64_t sweeps = phase.sweeps.empty() ? 1 : 0;
    for (const RowSweep &sweep : phase.sweeps)
      sweeps += isa<RowMomentsOp>(sweep.reductions.front()) ? 2 : 1;
    for (unsigned input : phase.loads)
      reads[input] += sweeps;
  }
  int64_t most = 1;
  for (auto [input, count] : reads)
    most = std::max(most, count);
  return most;
}

std::string LaunchEmitter::getDescription() {
  std::string text = strategy.getDescription();
  if (elementwise)
    text += "; one element at a time where a chunk would cut the row";
  return text;
}

/// What kKernelAttrName promises.
DictionaryAttr LaunchEmitter::describe(Builder &builder) {
  auto number = [&](StringRef name, int64_t value) {
    return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
  };
  int64_t sharedLength = strategy.getSharedLength();
  if (elementwise)
    sharedLength = std::min(sharedLength, elementwise->getSharedLength());
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("strategy",
                            builder.getStringAttr(getDescription())),
       number("reads", countReads()),
       number("block_size", strategy.threads * strategy.rows),
       number("rows_per_block", strategy.rows),
       number("cluster_size", strategy.getClusterSize()),
       number("side_by_side", strategy.blocksSideBySide),
       number("max_groups", strategy.maxGroups),
       number("row_length", plan.getShape().hasStaticLength()
                                ? plan.getShape().getLength()
                                : -1),
       number("shared_length", sharedLength),
       builder.getNamedAttr("dependent_launch",
                            builder.getBoolAttr(dependentLaunch))});
}

namespace {
struct RowsToGPU : norm::impl::NormRowsToGPUBase<RowsToGPU> {
  using NormRowsToGPUBase::NormRowsToGPUBase;

  void runOnOperation() override {
    const Chip *known = findChip(getOperation()->getLoc(), chip);
    if (!known)
      return signalPassFailure();
    if (dependentLaunch && known->clusterBlocks == 1) {
      emitError(getOperation()->getLoc(),
                "expected a chip that has dependent launches, from sm_90 on, "
                "got ")
          << chip;
      return signalPassFailure();
    }
    SmallVector<NormOpInterface> norms;
    getOperation()->walk([&](NormOpInterface op) {
      if (isa<MemRefType>(op.getInput().getType()))
        norms.push_back(op);
    });
    for (NormOpInterface op : norms) {
      OpBuilder builder(op);
      convertNormToRows(builder, op);
      op->erase();
    }
    SmallVector<RowLoopOp> loops;
    getOperation()->walk([&](RowLoopOp loop) {
      if (isa<MemRefType>(loop.getInits().front().getType()))
        loops.push_back(loop);
    });
    for (RowLoopOp loop : loops) {
      if (std::string obstacle = getLoopObstacle(loop, *known);
          !obstacle.empty()) {
        loop->emitError("expected a loop over rows that has GPU code: ")
            << obstacle;
        return signalPassFailure();
      }
      OpBuilder builder(loop);
      LaunchEmitter(loop, *known, rowsInTurn, dependentLaunch).emit(builder);
      loop.erase();
    }
  }
};
} // namespace
