//===- RowsToGPU.cpp - row loops as kernels -------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/GPU/Passes.h"

#include "../Dialect/Norm/Transforms/VectorizableOps.h"
#include "ThreadKernel.h"
#include "norm/Dialect/Norm/Transforms/FuseRows.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
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

/// Why there is no kernel for `loop`; empty if there is.
static std::string getObstacle(RowLoopOp loop) {
  if (std::string obstacle = getLoopObstacle(loop); !obstacle.empty())
    return obstacle;
  for (Operation &op : *loop.getBlock())
    if (isa<RowReduceOp, RowMomentsOp>(op) &&
        op.getResult(0).getType().getIntOrFloatBitWidth() < 32)
      return "a reduction in 16 bits";
  return "";
}

/// How many times an element of an input is loaded at most: once if threads
/// keep it, else in each sweep that needs it and for the results. Moments take
/// two sweeps.
static int64_t countReads(const RowStrategy &strategy, const RowPlan &plan) {
  if (strategy.chunks)
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

/// What one block does: each of its rows is computed by a group of threads.
static void emitBlock(OpBuilder &builder, RowLoopOp loop,
                      const RowStrategy &strategy, const RowSpace &space,
                      gpu::LaunchOp launch, const RowPlan &plan,
                      Value rowLength, Value rowCount) {
  Location loc = loop.getLoc();
  auto index = [&](int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value thread = launch.getThreadIds().x, row = launch.getBlockIds().x, stored;
  if (strategy.rows > 1) {
    Value rows = index(strategy.rows), threads = index(strategy.threads);
    Value inBlock = arith::DivUIOp::create(builder, loc, thread, threads);
    thread = arith::RemUIOp::create(builder, loc, thread, threads);
    Value before = arith::MulIOp::create(builder, loc, row, rows);
    row = arith::AddIOp::create(builder, loc, before, inBlock);
    // Groups without a row take the last one and store nothing.
    stored = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, row,
                                   rowCount);
    Value last = arith::SubIOp::create(builder, loc, rowCount, index(1));
    row = arith::MinUIOp::create(builder, loc, row, last);
  }
  ThreadKernel kernel(builder, loop, plan, space, strategy, rowLength,
                      {launch, strategy.threads, thread});
  kernel.emit(builder, row, stored);
  gpu::TerminatorOp::create(builder, loc);
}

/// if there are rows { gpu.launch { a block of rows } }
static void emitLaunch(OpBuilder &builder, RowLoopOp loop) {
  Location loc = loop.getLoc();
  RowStrategy strategy = chooseStrategy(loop);
  RowPlan plan(loop, RowCosts::gpu());
  RowSpace space(builder, loop);
  Value rowLength = space.getRowLength(builder, loc);
  Value rowCount = space.getRowCount(builder, loc);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value some = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt,
                                     rowCount, zero);
  scf::IfOp::create(builder, loc, some, [&](OpBuilder &body, Location loc) {
    Value rows = arith::ConstantIndexOp::create(body, loc, strategy.rows);
    Value blocks = body.createOrFold<arith::CeilDivUIOp>(loc, rowCount, rows);
    Value threads = arith::ConstantIndexOp::create(
        body, loc, strategy.rows * strategy.threads);
    auto launch =
        gpu::LaunchOp::create(body, loc, blocks, one, one, threads, one, one);
    NamedAttribute facts[] = {
        body.getNamedAttr("strategy",
                          body.getStringAttr(strategy.getDescription())),
        body.getNamedAttr("reads",
                          body.getI64IntegerAttr(countReads(strategy, plan)))};
    launch->setAttr(kKernelAttrName, body.getDictionaryAttr(facts));
    OpBuilder kernel = OpBuilder::atBlockBegin(&launch.getBody().front());
    emitBlock(kernel, loop, strategy, space, launch, plan, rowLength, rowCount);
    scf::YieldOp::create(body, loc);
  });
  remark::passed(
      loc, remark::RemarkOpts::name("strategy").category("norm-rows-to-gpu"))
      << remark::reason("{0}", strategy.getDescription());
}

namespace {
struct RowsToGPU : norm::impl::NormRowsToGPUBase<RowsToGPU> {
  void runOnOperation() override {
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
      if (std::string obstacle = getObstacle(loop); !obstacle.empty()) {
        loop->emitError("expected a loop over rows that has GPU code: ")
            << obstacle;
        return signalPassFailure();
      }
      OpBuilder builder(loop);
      emitLaunch(builder, loop);
      loop.erase();
    }
  }
};
} // namespace
