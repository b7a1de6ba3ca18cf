//===- Pipelines.h - the ways from tensors to the LLVM dialect --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The two pipelines that norm-run can run a program through, cut into stages so
// that the program can be printed between them.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_RUN_PIPELINES_H
#define NORM_TOOLS_NORM_RUN_PIPELINES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/STLExtras.h"

#include <functional>
#include <string>

namespace mlir::norm::run {

/// A part of a pipeline after which the program can be printed. `build` fails,
/// with a message, if a pass does not exist.
struct Stage {
  StringRef name;
  std::function<LogicalResult(OpPassManager &)> build;
};

/// TOSA to linalg, which both pipelines start from.
void buildTosaToLinalg(OpPassManager &pm);

/// The fixed upstream pipeline that norms are compared with: generalize, fuse
/// elementwise ops, bufferize, results to out-params, loops, LLVM dialect. Of
/// our own it has one rewrite: sums of 16-bit floats accumulate in f32.
/// With more than one thread the outer loops become OpenMP loops.
SmallVector<Stage> upstreamStages(unsigned threads);

/// Norms raised and compiled by this project's passes, for vector registers of
/// `vectorBits` bits; 0 for those of this machine.
SmallVector<Stage> normStages(unsigned threads, unsigned vectorBits);

/// Accumulates sums of f16 and bf16 in f32, on tensors; leaves arith.extf and
/// arith.truncf on tensors for convert-elementwise-to-linalg.
std::unique_ptr<Pass> createWidenSumsPass();

} // namespace mlir::norm::run

#endif // NORM_TOOLS_NORM_RUN_PIPELINES_H
