//===- VectorizeRows.cpp - row loops of vector code -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/VectorizeRows.h"

#include "RowKernel.h"
#include "norm/Dialect/Norm/Transforms/FuseRows.h"
#include "norm/Dialect/Norm/Transforms/Passes.h"
#include "norm/Target/RowCode.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMVECTORIZEROWS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Bytes that one iteration of the parallel loop reads and writes, at least:
/// some five microseconds of work, several times what it costs to start a
/// thread.
static constexpr int64_t kGrain = 131072;
/// How many times that, and how many rows, where results are stored past the
/// caches; and the tasks that are left for each thread, at least.
static constexpr int64_t kStreamGrains = 64, kStreamRows = 32,
                         kTasksPerThread = 8;
/// Elements of a row that threads share, at least: each phase starts them anew.
static constexpr int64_t kSplitLength = 65536;

/// Bytes that `op` reads and writes once for each element.
static int64_t getBytesPerElement(RowLoopOp op) {
  int64_t bytes = 0;
  for (auto [operand, map] : llvm::zip(op.getOperands(), op.getMaps()))
    if (map.isPermutation())
      bytes += getElementTypeOrSelf(operand).getIntOrFloatBitWidth() / 8;
  return std::max<int64_t>(bytes, 1);
}

/// The rows in one iteration of the parallel loop. The first and the last row
/// of a task have none to overlap with: where rows come from memory tasks are
/// longer, as long as there are some for each thread.
static Value getRowsPerTask(OpBuilder &builder, RowLoopOp op, Value rows,
                            Value rowLength, Value streaming,
                            const VectorTarget &target) {
  Location loc = op.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value grain = constant(llvm::divideCeil(kGrain, getBytesPerElement(op)));
  Value length =
      builder.createOrFold<arith::MaxUIOp>(loc, rowLength, constant(1));
  Value few = builder.createOrFold<arith::CeilDivUIOp>(loc, grain, length);
  Value many =
      builder.createOrFold<arith::MulIOp>(loc, few, constant(kStreamGrains));
  many = builder.createOrFold<arith::MaxUIOp>(loc, many, constant(kStreamRows));
  Value share = builder.createOrFold<arith::DivUIOp>(
      loc, rows, constant(kTasksPerThread * target.threads));
  many = target.threads == 1
             ? rows
             : builder.createOrFold<arith::MinUIOp>(loc, many, share);
  many = builder.createOrFold<arith::MaxUIOp>(loc, many, few);
  return builder.createOrFold<arith::SelectOp>(loc, streaming, many, few);
}

/// Whether the results of `op` are better stored past the caches, an i1: the
/// loop, or what a thread has of a row, is too much for them.
static Value emitStreaming(OpBuilder &builder, RowLoopOp op,
                           const RowSpace &space, const VectorTarget &target,
                           bool split) {
  Location loc = op.getLoc();
  auto isMany = [&](Value elements, uint64_t bytes) {
    Value least = arith::ConstantIndexOp::create(
        builder, loc,
        llvm::divideCeil(bytes, static_cast<uint64_t>(getBytesPerElement(op))));
    return builder.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::uge,
                                               elements, least);
  };
  auto forAllThreads = [&](int64_t bytes) {
    return llvm::SaturatingMultiply<uint64_t>(bytes, target.threads);
  };
  Value rowLength = space.getRowLength(builder, loc);
  Value elements = builder.createOrFold<arith::MulIOp>(
      loc, space.getRowCount(builder, loc), rowLength);
  StoreLimits limits = target.getStoreLimits();
  if (limits.loop != 0)
    return isMany(elements, limits.loop);
  return builder.createOrFold<arith::OrIOp>(
      loc, isMany(elements, forAllThreads(limits.thread)),
      isMany(rowLength, split ? forAllThreads(limits.row) : limits.row));
}

/// Whether there are fewer rows than threads, and enough in each to share it.
static bool isSplit(Value rows, Value rowLength, const VectorTarget &target) {
  std::optional<int64_t> knownRows = getConstantIntValue(rows);
  std::optional<int64_t> length = getConstantIntValue(rowLength);
  return knownRows && length && *knownRows < target.threads &&
         *length >= kSplitLength;
}

/// for rows [first, end) { one row }; with `split` threads share each row.
static void emitRows(OpBuilder &builder, RowLoopOp op, const RowPlan &plan,
                     const RowSpace &space, const VectorTarget &target,
                     Value streaming, Value first, Value end, bool split) {
  Location loc = op.getLoc();
  auto emit = [&](OpBuilder &rows, Value streaming) {
    RowKernel kernel(rows, op, plan, space, target, streaming, split);
    kernel.emitRows(rows, first, end);
    if (!target.fencesStreams || split)
      return;
    scf::IfOp::create(rows, loc, streaming, [&](OpBuilder &then, Location) {
      emitStreamFence(then, loc);
      scf::YieldOp::create(then, loc);
    });
  };
  if (getConstantIntValue(streaming) ||
      RowKernel::canOverlap(builder, op, plan, space, target))
    return emit(builder, streaming);
  auto either = [&](bool streams) {
    return [&emit, streams](OpBuilder &nested, Location loc) {
      emit(nested, arith::ConstantIntOp::create(nested, loc, streams, 1));
      scf::YieldOp::create(nested, loc);
    };
  };
  scf::IfOp::create(builder, loc, streaming, either(true), either(false));
}

/// What `emit` emits, in a scope that frees row buffers and partial results, if
/// there are any.
static void emitInScope(OpBuilder &builder, Location loc,
                        function_ref<void(OpBuilder &)> emit) {
  OpBuilder::InsertionGuard guard(builder);
  auto scope = memref::AllocaScopeOp::create(builder, loc, TypeRange());
  Block *body = builder.createBlock(&scope.getBodyRegion());
  emit(builder);
  bool allocates =
      scope.getBodyRegion()
          .walk([](memref::AllocaOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  if (allocates) {
    memref::AllocaScopeReturnOp::create(builder, loc, ValueRange());
    return;
  }
  // The builder may be the rewriter of a driver, which has to know.
  IRRewriter rewriter(builder);
  rewriter.inlineBlockBefore(body, scope);
  rewriter.eraseOp(scope);
}

/// parallel for tasks { for rows of the task { one row } }
static void emitRowLoop(OpBuilder &builder, RowLoopOp op, VectorTarget target) {
  Location loc = op.getLoc();
  RowPlan plan(op, RowCosts());
  RowSpace space(builder, op, plan.getShape());
  Value rowLength = space.getRowLength(builder, loc);
  Value rows = space.getRowCount(builder, loc);
  bool split = isSplit(rows, rowLength, target);
  Value streaming = emitStreaming(builder, op, space, target, split);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  auto emitTask = [&](OpBuilder &task, Value first, Value end) {
    emitInScope(task, loc, [&](OpBuilder &inner) {
      emitRows(inner, op, plan, space, target, streaming, first, end, split);
    });
  };
  if (split)
    return emitTask(builder, zero, rows);

  Value rowsPerTask =
      getRowsPerTask(builder, op, rows, rowLength, streaming, target);
  Value tasks =
      builder.createOrFold<arith::CeilDivUIOp>(loc, rows, rowsPerTask);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  if (getConstantIntValue(tasks) == 1)
    return emitTask(builder, zero, rows);
  scf::ParallelOp::create(
      builder, loc, zero, tasks, one,
      [&](OpBuilder &task, Location loc, ValueRange number) {
        Value first = arith::MulIOp::create(task, loc, number[0], rowsPerTask);
        Value next = arith::AddIOp::create(task, loc, first, rowsPerTask);
        Value end = arith::MinUIOp::create(task, loc, next, rows);
        emitTask(task, first, end);
      });
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
    if (std::string obstacle = getLoopObstacle(op, VectorTarget());
        !obstacle.empty())
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

  void runOnOperation() override {
    FailureOr<VectorTarget> unit =
        VectorTarget::get(target, vectorBits, stores, threads,
                          [&] { return emitError(getOperation()->getLoc()); });
    if (failed(unit))
      return signalPassFailure();
    if (auto obstacle = vectorizeRows(getOperation(), *unit)) {
      obstacle->op->emitError(
          "expected a loop over rows that has vector code: ")
          << obstacle->reason;
      signalPassFailure();
    }
  }
};
} // namespace

std::optional<RowObstacle> norm::vectorizeRows(Operation *root,
                                               const VectorTarget &target) {
  RewritePatternSet toRows(root->getContext());
  toRows.add<NormToRows>(root->getContext());
  walkAndApplyPatterns(root, std::move(toRows));
  std::optional<RowObstacle> obstacle;
  root->walk([&](RowLoopOp op) {
    std::string reason = getLoopObstacle(op, VectorTarget());
    if (reason.empty() || !isa<MemRefType>(op.getInits()[0].getType()))
      return WalkResult::advance();
    obstacle = {op, reason};
    return WalkResult::interrupt();
  });
  if (obstacle)
    return obstacle;
  RewritePatternSet patterns(root->getContext());
  populateNormVectorizeRowsPatterns(patterns, target);
  walkAndApplyPatterns(root, std::move(patterns));
  return std::nullopt;
}

void norm::populateNormVectorizeRowsPatterns(RewritePatternSet &patterns,
                                             VectorTarget target) {
  patterns.add<NormToRows>(patterns.getContext());
  patterns.add<VectorizeRows>(patterns.getContext(), target);
}
