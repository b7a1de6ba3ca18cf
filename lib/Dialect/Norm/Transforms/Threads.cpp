//===- Threads.cpp - what threads share and when they start ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMHOISTALLOCAS
#define GEN_PASS_DEF_NORMSERIALIZESMALLLINALG
#define GEN_PASS_DEF_NORMSKIPFORKS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// The start of the region around `op` that one thread runs once.
static Block *getThreadEntry(Operation *op) {
  for (Operation *parent = op->getParentOp(); parent;
       parent = parent->getParentOp())
    if (isa<omp::ParallelOp, FunctionOpInterface>(parent))
      return &parent->getRegion(0).front();
  return nullptr;
}

/// Bytes of a frame that allocations may take.
static constexpr int64_t kFrameBytes = 256 << 10;

static int64_t getBytes(MemRefType type) {
  Type element = type.getElementType();
  int64_t bits = 64;
  if (auto vector = dyn_cast<VectorType>(element))
    bits = vector.getNumElements() * vector.getElementTypeBitWidth();
  else if (element.isIntOrFloat())
    bits = element.getIntOrFloatBitWidth();
  return type.getNumElements() * llvm::divideCeil(bits, 8);
}

/// Whether a scope that `entry` runs frees what `alloca` takes.
static bool isFreedInScope(memref::AllocaOp alloca, Block *entry) {
  auto scope = alloca->getParentOfType<memref::AllocaScopeOp>();
  return scope && entry->getParent()->isAncestor(scope->getParentRegion());
}

/// Replaces a scope by what is in it; the stack is as it was at its end, if it
/// allocates. Control flow of a scope is that of one block, which lowering to
/// branches would break.
static void inlineScope(memref::AllocaScopeOp scope) {
  if (scope->getNumResults() != 0 || !scope.getBodyRegion().hasOneBlock())
    return;
  bool allocates =
      scope.getBodyRegion()
          .walk([](memref::AllocaOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  Block &body = scope.getBodyRegion().front();
  body.getTerminator()->erase();
  OpBuilder builder(scope);
  Location loc = scope.getLoc();
  Value stack;
  if (allocates)
    stack = LLVM::StackSaveOp::create(
        builder, loc, LLVM::LLVMPointerType::get(builder.getContext()));
  scope->getBlock()->getOperations().splice(scope->getIterator(),
                                            body.getOperations());
  if (allocates)
    LLVM::StackRestoreOp::create(builder, loc, stack);
  scope.erase();
}

/// `num_threads(iterations > 1 ? threads : 1)`, where the bounds are known
/// before the region. 0 threads are as many as the runtime likes. The clause
/// `if` would call __kmpc_fork_call_if, which libomp has from LLVM 15 on.
static void skipFork(omp::ParallelOp parallel) {
  SmallVector<omp::LoopNestOp> nests;
  parallel.walk([&](omp::LoopNestOp nest) { nests.push_back(nest); });
  if (nests.size() != 1)
    return;
  omp::LoopNestOp nest = nests.front();
  // The end of the region is a barrier.
  auto loop = dyn_cast<omp::WsloopOp>(nest->getParentOp());
  if (loop && loop->getParentOp() == parallel &&
      loop->getNextNode() == loop->getBlock()->getTerminator())
    loop.setNowait(true);
  OpBuilder builder(parallel);
  Location loc = nest.getLoc();
  Value condition;
  for (auto [lower, upper, step] :
       llvm::zip(nest.getLoopLowerBounds(), nest.getLoopUpperBounds(),
                 nest.getLoopSteps())) {
    for (Value bound : {lower, upper, step})
      if (parallel.getRegion().isAncestor(bound.getParentRegion()))
        return;
    Value extent = arith::SubIOp::create(builder, loc, upper, lower);
    Value several = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::sgt, extent, step);
    condition =
        condition
            ? arith::OrIOp::create(builder, loc, condition, several).getResult()
            : several;
  }
  Type type = builder.getI32Type();
  Value one = arith::ConstantIntOp::create(builder, loc, type, 1);
  Value threads = parallel.getNumThreads();
  if (!threads)
    threads = arith::ConstantIntOp::create(builder, loc, type, 0);
  threads = arith::SelectOp::create(builder, loc, condition, threads, one);
  parallel.getNumThreadsMutable().assign(threads);
}

namespace {
struct HoistAllocas : norm::impl::NormHoistAllocasBase<HoistAllocas> {
  void runOnOperation() override {
    SmallVector<memref::AllocaOp> allocas;
    getOperation()->walk([&](memref::AllocaOp alloca) {
      if (alloca->getNumOperands() == 0)
        allocas.push_back(alloca);
    });
    DenseMap<Block *, int64_t> frames;
    for (memref::AllocaOp alloca : allocas) {
      Block *entry = getThreadEntry(alloca);
      if (!entry)
        continue;
      int64_t &frame = frames[entry], bytes = getBytes(alloca.getType());
      if (frame + bytes > kFrameBytes && isFreedInScope(alloca, entry))
        continue;
      frame += bytes;
      alloca->moveBefore(entry, entry->begin());
    }
    getOperation()->walk(inlineScope);
  }
};

struct SkipForks : norm::impl::NormSkipForksBase<SkipForks> {
  void runOnOperation() override { getOperation()->walk(skipFork); }
};

struct SerializeSmallLinalg
    : norm::impl::NormSerializeSmallLinalgBase<SerializeSmallLinalg> {
  using NormSerializeSmallLinalgBase::NormSerializeSmallLinalgBase;

  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> small;
    getOperation()->walk([&](linalg::LinalgOp op) {
      bool known = true;
      uint64_t iterations = 1;
      for (int64_t extent : op.getStaticLoopRanges()) {
        known &= !ShapedType::isDynamic(extent);
        iterations = llvm::SaturatingMultiply<uint64_t>(iterations, extent);
      }
      if (op.hasPureBufferSemantics() && known &&
          iterations < static_cast<uint64_t>(minIterations))
        small.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : small) {
      rewriter.setInsertionPoint(op);
      if (succeeded(linalg::linalgOpToLoops(rewriter, op)))
        rewriter.eraseOp(op);
    }
  }
};
} // namespace
