//===- Threads.cpp - what threads share and when they start ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
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

/// Replaces a scope that allocates nothing by what is in it.
static void inlineScope(memref::AllocaScopeOp scope) {
  if (scope->getNumResults() != 0 || !scope.getBodyRegion().hasOneBlock() ||
      scope.getBodyRegion()
          .walk([](memref::AllocaOp) { return WalkResult::interrupt(); })
          .wasInterrupted())
    return;
  Block &body = scope.getBodyRegion().front();
  body.getTerminator()->erase();
  scope->getBlock()->getOperations().splice(scope->getIterator(),
                                            body.getOperations());
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
    for (memref::AllocaOp alloca : allocas)
      if (Block *entry = getThreadEntry(alloca))
        alloca->moveBefore(entry, entry->begin());
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
