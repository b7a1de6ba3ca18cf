//===- Passes.h - passes on row loops ---------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_ROWS_PASSES_H
#define NORM_ROWS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::norm {

#define GEN_PASS_DECL
#include "norm/Rows/Passes.h.inc"

/// registerNormRowsPasses(): registers the passes of Passes.td.
#define GEN_PASS_REGISTRATION
#include "norm/Rows/Passes.h.inc"

} // namespace mlir::norm

#endif // NORM_ROWS_PASSES_H
