//===- Passes.h - passes for GPUs -------------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_GPU_PASSES_H
#define NORM_GPU_PASSES_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::norm {

/// The attribute of a launch, and then of its kernel, that says how threads
/// share rows and how many times an input is loaded: what norm-outline-kernels
/// describes.
constexpr StringLiteral kKernelAttrName = "norm.kernel";

#define GEN_PASS_DECL
#include "norm/GPU/Passes.h.inc"

/// registerNormGPUPasses(): registers the passes of Passes.td.
#define GEN_PASS_REGISTRATION
#include "norm/GPU/Passes.h.inc"

} // namespace mlir::norm

#endif // NORM_GPU_PASSES_H
