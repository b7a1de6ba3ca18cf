//===- InitAllPasses.h - registration of passes and pipelines ---*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_INITALLPASSES_H
#define NORM_INITALLPASSES_H

#include "norm/Dialect/Norm/Transforms/Passes.h"
#include "norm/GPU/Passes.h"
#include "norm/Models/Passes.h"
#include "norm/Pipelines/Pipelines.h"
#include "norm/Raise/Passes.h"
#include "norm/Report/Passes.h"
#include "norm/Rows/Passes.h"
#include "norm/Sharding/Passes.h"

namespace mlir::norm {

/// Registers every pass and pipeline of norm with the global pass registry.
inline void registerAllPasses() {
  registerNormPasses();
  registerNormGPUPasses();
  registerNormModelsPasses();
  registerNormRaisePasses();
  registerNormReportPasses();
  registerNormRowsPasses();
  registerNormShardingPasses();
  registerNormPipelines();
  registerNormShardingPipelines();
}

} // namespace mlir::norm

#endif // NORM_INITALLPASSES_H
