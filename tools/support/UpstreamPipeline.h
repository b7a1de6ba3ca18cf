//===- UpstreamPipeline.h - the pipeline of --no-raise ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pipeline of upstream passes that norms are compared with, cut into stages
// so that the program can be printed between them.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_SUPPORT_UPSTREAMPIPELINE_H
#define NORM_TOOLS_SUPPORT_UPSTREAMPIPELINE_H

#include "norm/Execution/Pipeline.h"

namespace mlir::norm::run {

/// The fixed upstream pipeline that norms are compared with: generalize, fuse
/// elementwise ops, bufferize, results to out-params, loops, LLVM dialect. Of
/// our own it has the passes without which upstream's crash or are wrong
/// (norm-plain-tensors, norm-lower-math and the like), and one rewrite: sums of
/// 16-bit floats accumulate in f32.
/// With more than one thread, or 0 for as many as the runtime likes, the outer
/// loops become OpenMP loops. Makes the library known that upstream's code
/// calls to copy strided memory.
SmallVector<Stage> upstreamStages(unsigned threads);

/// Accumulates sums of f16 and bf16 in f32, on tensors; leaves arith.extf and
/// arith.truncf on tensors for convert-elementwise-to-linalg.
std::unique_ptr<Pass> createWidenSumsPass();

} // namespace mlir::norm::run

#endif // NORM_TOOLS_SUPPORT_UPSTREAMPIPELINE_H
