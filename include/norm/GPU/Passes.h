//===- Passes.h - passes for GPUs -------------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_GPU_PASSES_H
#define NORM_GPU_PASSES_H

#include "norm/Rows/KernelAttribute.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::norm {

#define GEN_PASS_DECL
#include "norm/GPU/Passes.h.inc"

/// registerNormGPUPasses(): registers the passes of Passes.td.
#define GEN_PASS_REGISTRATION
#include "norm/GPU/Passes.h.inc"

} // namespace mlir::norm

#endif // NORM_GPU_PASSES_H
