//===- Pipeline.cpp - the pipeline norm-shard-to-mpi ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/Passes.h"

#include "norm/Dialect/Norm/Transforms/Passes.h"
#include "norm/Raise/Passes.h"
#include "norm/Support/Canonicalizer.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Fails with a sentence: a pipeline has no other way to refuse an option.
struct RefusedMPI : PassWrapper<RefusedMPI, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RefusedMPI)
  explicit RefusedMPI(std::string mpi) : mpi(std::move(mpi)) {}

  StringRef getName() const override { return "norm-refused-mpi"; }
  void runOnOperation() override {
    emitError(getOperation()->getLoc(), "expected mpi to be shim, got ")
        << mpi
        << ": upstream's conversion to MPI has 16-bit floats as no type in "
           "MPICH, calls symbols that Open MPI does not have, and has no "
           "all-gather";
    signalPassFailure();
  }

  std::string mpi;
};
} // namespace

void norm::buildNormShardToMPIPipeline(OpPassManager &pm,
                                       const NormShardToMPIOptions &options) {
  if (options.mpi != "shim")
    pm.addPass(std::make_unique<RefusedMPI>(options.mpi));
  pm.addPass(createNormSlicedPads());
  pm.addPass(createNormJoinParts());
  if (options.raise)
    pm.addPass(createNormRaise());
  pm.addPass(createNormPrepareShardings({options.deterministic}));
  pm.addPass(createNormPropagateShardings());
  pm.addPass(createNormCheckShardings());
  pm.addPass(createNormPartition());
  pm.addPass(createCanonicalizer());
  pm.addPass(createCSEPass());
  pm.addNestedPass<func::FuncOp>(createNormCombineCollectives());
  pm.addPass(createNormCollectivesToMPI());
  pm.addPass(createCanonicalizer());
}

void norm::registerNormShardingPipelines() {
  PassPipelineRegistration<NormShardToMPIOptions>(
      "norm-shard-to-mpi",
      "From a program whose tensors are annotated with shardings to that of "
      "each process",
      buildNormShardToMPIPipeline);
}
