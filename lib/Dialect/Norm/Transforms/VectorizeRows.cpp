//===- VectorizeRows.cpp - row loops of vector code -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/VectorizeRows.h"

#include "Caches.h"
#include "RowKernel.h"
#include "VectorizableOps.h"
#include "norm/Dialect/Norm/Transforms/FuseRows.h"
#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/TargetParser/Host.h"

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

/// How many times the L2 of a core a thread reads and writes before results go
/// past the caches, and which part of an L3 near the cores all threads do,
/// after measurements of an Intel with 2 MB of L2 and of a Zen 4 with 32 MB of
/// L3 (docs/Rationale.md).
static constexpr double kPartOfSecond = 1.5, kPartOfThird = 0.6;
/// An L3 up to this size is that of a core complex, of a few times the speed of
/// memory. A larger one is that of a socket: what comes from its far ends takes
/// a core as long as what comes from memory.
static constexpr int64_t kNearThird = 64 << 20;

/// Decides from the caches of this machine, if they can be read, where loops
/// store.
static VectorTarget forCachesOfHost(VectorTarget target) {
  std::optional<CacheSizes> sizes = readCacheSizes();
  if (!sizes)
    return target;
  target.streamBytes = kPartOfSecond * sizes->second;
  target.streamRowBytes = target.streamBytes / 2;
  if (sizes->third != 0 && sizes->third <= kNearThird)
    target.streamLoopBytes = kPartOfThird * sizes->third;
  return target;
}

/// AVX2 with F16C and FMA, or AVX-512. On x86 other threads see non-temporal
/// stores only after a fence.
static VectorTarget getWide(unsigned bits, bool convertsBF16 = false) {
  return {bits, true, true, convertsBF16, true};
}

static VectorTarget getNeon() { return {128, true, true, false, false}; }
static VectorTarget getSSE2() { return {128, false, false, false, true}; }
static VectorTarget getGeneric() { return {128, false, false, false, false}; }

VectorTarget VectorTarget::get(unsigned bits) {
  llvm::Triple host(llvm::sys::getProcessTriple());
  VectorTarget target =
      get(host.getArch(), llvm::sys::getHostCPUFeatures(), bits);
  return bits == 0 ? forCachesOfHost(target) : target;
}

VectorTarget VectorTarget::get(llvm::Triple::ArchType architecture,
                               const llvm::StringMap<bool> &features,
                               unsigned bits) {
  llvm::Triple triple;
  triple.setArch(architecture);
  if (triple.isAArch64())
    return getNeon();
  if (!triple.isX86())
    return getGeneric();
  if (bits >= 256)
    return getWide(bits);
  bool converts = features.lookup("f16c"), fuses = features.lookup("fma");
  if (bits == 0 && converts && fuses && features.lookup("avx2")) {
    bool wide = features.lookup("avx512f") && features.lookup("avx512bw");
    return getWide(wide ? 512 : 256, wide && features.lookup("avx512bf16"));
  }
  return getSSE2();
}

std::optional<VectorTarget> VectorTarget::get(StringRef unit, unsigned bits) {
  return llvm::StringSwitch<std::optional<VectorTarget>>(unit)
      .Case("cpu", get(bits))
      .Case("sse2", getSSE2())
      .Case("avx2", getWide(256))
      .Case("avx512", getWide(512))
      .Case("avx512bf16", getWide(512, /*convertsBF16=*/true))
      .Case("neon", getNeon())
      .Case("generic", getGeneric())
      .Default(std::nullopt);
}

VectorTarget VectorTarget::gpu() {
  VectorTarget target;
  target.convertsHalf = target.fusesMultiplyAdd = target.narrowsByOp = true;
  return target;
}

FailureOr<VectorTarget>
VectorTarget::get(StringRef unit, uint64_t bits, StringRef stores,
                  int64_t threads,
                  function_ref<InFlightDiagnostic()> emitError) {
  if (!llvm::is_contained({0u, 128u, 256u, 512u}, bits))
    return emitError() << "expected vector-bits to be 128, 256, 512 or 0, got "
                       << bits;
  std::optional<VectorTarget> target = get(unit, bits);
  if (!target)
    return emitError() << "expected target to be cpu, sse2, avx2, avx512, "
                          "avx512bf16, neon or generic, got "
                       << unit
                       << (unit == "gpu" ? " (norm-rows-to-gpu makes kernels)"
                                         : "");
  if (!llvm::is_contained({"auto", "plain", "streaming"}, stores))
    return emitError() << "expected stores to be auto, plain or streaming, got "
                       << stores;
  target->threads = threads;
  if (stores != "auto")
    target->streamLoopBytes = 0;
  if (stores == "plain")
    target->streamBytes = target->streamRowBytes =
        std::numeric_limits<int64_t>::max();
  else if (stores == "streaming")
    target->streamBytes = 0;
  return *target;
}

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
  if (target.streamLoopBytes != 0)
    return isMany(elements, target.streamLoopBytes);
  return builder.createOrFold<arith::OrIOp>(
      loc, isMany(elements, forAllThreads(target.streamBytes)),
      isMany(rowLength, split ? forAllThreads(target.streamRowBytes)
                              : target.streamRowBytes));
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
  RowPlan plan(op, RowCosts::cpu());
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
    if (std::string obstacle = getLoopObstacle(op, RowTarget::cpu);
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
    std::string reason = getLoopObstacle(op, RowTarget::cpu);
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
