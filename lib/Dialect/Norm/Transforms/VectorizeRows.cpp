//===- VectorizeRows.cpp - row loops of vector code -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/VectorizeRows.h"

#include "RowKernel.h"
#include "VectorizableOps.h"
#include "norm/Dialect/Norm/Transforms/FuseRows.h"
#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/TargetParser/Host.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMVECTORIZEROWS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Elements in one iteration of the parallel loop, at least: some ten
/// microseconds of work, several times what it costs to start a thread.
static constexpr int64_t kGrain = 32768;

VectorTarget VectorTarget::get(unsigned bits) {
  if (bits >= 256)
    return {bits, true, true, false, true};
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  if (features.lookup("neon"))
    return {128, true, true, false, false};
  bool converts = features.lookup("f16c"), fuses = features.lookup("fma");
  if (bits == 0 && converts && fuses && features.lookup("avx2")) {
    bool wide = features.lookup("avx512f") && features.lookup("avx512bw");
    VectorTarget target = get(wide ? 512 : 256);
    target.convertsBF16 = wide && features.lookup("avx512bf16");
    return target;
  }
  return {128, false, false, false, true};
}

/// The rows in one iteration of the parallel loop.
static Value getRowsPerTask(OpBuilder &builder, Location loc, Value rowLength) {
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value grain = arith::ConstantIndexOp::create(builder, loc, kGrain);
  Value length = builder.createOrFold<arith::MaxUIOp>(loc, rowLength, one);
  return builder.createOrFold<arith::CeilDivUIOp>(loc, grain, length);
}

/// Whether the results of `op` are better stored past the caches, an i1: all
/// that it reads and writes once is more than `bytes`.
static Value emitStreaming(OpBuilder &builder, RowLoopOp op,
                           const RowSpace &space, int64_t bytes) {
  Location loc = op.getLoc();
  int64_t bytesPerElement = 0;
  for (auto [operand, map] : llvm::zip(op.getOperands(), op.getMaps()))
    if (map.isPermutation())
      bytesPerElement +=
          getElementTypeOrSelf(operand).getIntOrFloatBitWidth() / 8;
  Value elements = builder.createOrFold<arith::MulIOp>(
      loc, space.getRowCount(builder, loc), space.getRowLength(builder, loc));
  Value least = arith::ConstantIndexOp::create(
      builder, loc,
      llvm::divideCeil(bytes, std::max<int64_t>(bytesPerElement, 1)));
  return builder.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::uge,
                                             elements, least);
}

/// Other threads see what was stored past the caches only after a fence.
static void emitFence(OpBuilder &builder, Location loc, Value streaming) {
  scf::IfOp::create(builder, loc, streaming, [&](OpBuilder &body, Location) {
    LLVM::CallIntrinsicOp::create(
        body, loc, body.getStringAttr("llvm.x86.sse.sfence"), ValueRange());
    scf::YieldOp::create(body, loc);
  });
}

/// parallel for tasks { for rows of the task { one row } }
static void emitRowLoop(OpBuilder &builder, RowLoopOp op, VectorTarget target) {
  Location loc = op.getLoc();
  RowPlan plan(op, RowCosts::cpu());
  RowSpace space(builder, op);
  Value rowLength = space.getRowLength(builder, loc);
  Value rows = space.getRowCount(builder, loc);
  Value rowsPerTask = getRowsPerTask(builder, loc, rowLength);
  Value tasks =
      builder.createOrFold<arith::CeilDivUIOp>(loc, rows, rowsPerTask);
  Value streaming = emitStreaming(builder, op, space, target.streamBytes);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  scf::ParallelOp::create(
      builder, loc, zero, tasks, one,
      [&](OpBuilder &task, Location loc, ValueRange number) {
        // Frees row buffers and partial results after each task.
        auto scope = memref::AllocaScopeOp::create(task, loc, TypeRange());
        task.createBlock(&scope.getBodyRegion());
        RowKernel kernel(task, op, plan, space, target, streaming);
        Value first = arith::MulIOp::create(task, loc, number[0], rowsPerTask);
        Value next = arith::AddIOp::create(task, loc, first, rowsPerTask);
        Value end = arith::MinUIOp::create(task, loc, next, rows);
        scf::ForOp::create(
            task, loc, first, end, one, ValueRange(),
            [&](OpBuilder &body, Location loc, Value row, ValueRange) {
              kernel.emit(body, row);
              scf::YieldOp::create(body, loc);
            });
        memref::AllocaScopeReturnOp::create(task, loc, ValueRange());
        task.setInsertionPointAfter(scope);
        if (target.fencesStreams)
          emitFence(task, loc, streaming);
      });
}

/// Why there is no vector code for `loop`; empty if there is.
static std::string getObstacle(RowLoopOp loop) {
  for (Type type : loop->getOperandTypes())
    if (std::string obstacle = getElementObstacle(type); !obstacle.empty())
      return obstacle;
  for (Operation &op : *loop.getBlock())
    if (std::string obstacle = getVectorObstacle(&op); !obstacle.empty())
      return obstacle;
  return "";
}

namespace {
/// norm op on memrefs -> row_loop
struct NormToRows : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!isa<MemRefType>(op.getInput().getType()))
      return rewriter.notifyMatchFailure(op, "not on memrefs");
    convertNormToRows(rewriter, op);
    rewriter.eraseOp(op);
    return success();
  }
};

/// row_loop on memrefs -> scf.parallel over its rows
struct VectorizeRows : OpRewritePattern<RowLoopOp> {
  VectorizeRows(MLIRContext *context, VectorTarget target)
      : OpRewritePattern(context), target(target) {}

  LogicalResult matchAndRewrite(RowLoopOp op,
                                PatternRewriter &rewriter) const override {
    if (!isa<MemRefType>(op.getInits().front().getType()))
      return rewriter.notifyMatchFailure(op, "not on memrefs");
    if (std::string obstacle = getObstacle(op); !obstacle.empty())
      return rewriter.notifyMatchFailure(op, obstacle);
    emitRowLoop(rewriter, op, target);
    rewriter.eraseOp(op);
    return success();
  }

  VectorTarget target;
};

struct NormVectorizeRowsPass
    : norm::impl::NormVectorizeRowsBase<NormVectorizeRowsPass> {
  using NormVectorizeRowsBase::NormVectorizeRowsBase;

  LogicalResult checkOptions() {
    Location loc = getOperation()->getLoc();
    if (!llvm::is_contained({0u, 128u, 256u, 512u}, vectorBits.getValue()))
      return emitError(loc, "expected vector-bits to be 128, 256, 512 or 0, "
                            "got ")
             << vectorBits.getValue();
    if (!llvm::is_contained({"auto", "plain", "streaming"}, stores.getValue()))
      return emitError(loc, "expected stores to be auto, plain or streaming, "
                            "got ")
             << stores.getValue();
    return success();
  }

  void runOnOperation() override {
    if (failed(checkOptions()))
      return signalPassFailure();
    RewritePatternSet toRows(&getContext());
    toRows.add<NormToRows>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(toRows));
    WalkResult checked = getOperation()->walk([](RowLoopOp op) {
      std::string obstacle = getObstacle(op);
      if (obstacle.empty() || !isa<MemRefType>(op.getInits()[0].getType()))
        return WalkResult::advance();
      op->emitError("expected a loop over rows that has vector code: ")
          << obstacle;
      return WalkResult::interrupt();
    });
    if (checked.wasInterrupted())
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    VectorTarget target = VectorTarget::get(vectorBits);
    if (stores == "plain")
      target.streamBytes = std::numeric_limits<int64_t>::max();
    else if (stores == "streaming")
      target.streamBytes = 0;
    populateNormVectorizeRowsPatterns(patterns, target);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

void norm::populateNormVectorizeRowsPatterns(RewritePatternSet &patterns,
                                             VectorTarget target) {
  patterns.add<NormToRows>(patterns.getContext());
  patterns.add<VectorizeRows>(patterns.getContext(), target);
}
