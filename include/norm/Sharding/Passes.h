//===- Passes.h - passes on rows over several processes ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_SHARDING_PASSES_H
#define NORM_SHARDING_PASSES_H

#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::norm {

#define GEN_PASS_DECL
#include "norm/Sharding/Passes.h.inc"

/// registerNormShardingPasses(): registers the passes of Passes.td.
#define GEN_PASS_REGISTRATION
#include "norm/Sharding/Passes.h.inc"

/// Options of norm-shard-to-mpi.
struct NormShardToMPIOptions : PassPipelineOptions<NormShardToMPIOptions> {
  Option<std::string> mpi{
      *this, "mpi",
      llvm::cl::desc("Who moves the numbers: shim, the calls of norm's library "
                     "that is compiled against the MPI at hand"),
      llvm::cl::init("shim")};
  Option<bool> raise{
      *this, "raise",
      llvm::cl::desc(
          "Whether norms are raised first; afterwards their sums are "
          "over parts of rows, and they are none"),
      llvm::cl::init(true)};
  Option<int64_t> deterministic{
      *this, "deterministic",
      llvm::cl::desc(
          "Gives sums the bits of one process: of rows, by pieces of "
          "this many elements, of which each part has whole ones"),
      llvm::cl::init(0)};
};

/// Adds the passes from a program on whole tensors, some of which `shard.shard`
/// annotates, to the program of each process, on its parts, with one collective
/// of norm's MPI library for each norm whose rows are split.
void buildNormShardToMPIPipeline(OpPassManager &pm,
                                 const NormShardToMPIOptions &options);

/// Registers the pipeline norm-shard-to-mpi.
void registerNormShardingPipelines();

} // namespace mlir::norm

#endif // NORM_SHARDING_PASSES_H
