//===- StaticResultsToOutParams.cpp - results of known shape --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMSTATICRESULTSTOOUTPARAMS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

static bool hasStaticResults(func::FuncOp function) {
  return llvm::all_of(function.getResultTypes(), [](Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    return memref && memref.hasStaticShape();
  });
}

/// return %a, %a  ->  return %a, copy of %a
///
/// Each result gets a buffer of its own from the caller.
static void copyRepeatedResults(func::FuncOp function) {
  function.walk([](func::ReturnOp op) {
    OpBuilder builder(op);
    llvm::SmallDenseSet<Value> seen;
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (seen.insert(value).second)
        continue;
      Value copy = memref::AllocOp::create(builder, op.getLoc(),
                                           cast<MemRefType>(value.getType()));
      memref::CopyOp::create(builder, op.getLoc(), value, copy);
      operand.set(copy);
    }
  });
}

namespace {
struct StaticResultsToOutParams
    : norm::impl::NormStaticResultsToOutParamsBase<StaticResultsToOutParams> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (hasStaticResults(function))
        copyRepeatedResults(function);
    bufferization::BufferResultsToOutParamsOpts options;
    options.modifyPublicFunctions = true;
    options.hoistStaticAllocs = true;
    options.filterFn = [](func::FuncOp *function) {
      return hasStaticResults(*function);
    };
    if (failed(bufferization::promoteBufferResultsToOutParams(getOperation(),
                                                              options)))
      signalPassFailure();
  }
};
} // namespace
