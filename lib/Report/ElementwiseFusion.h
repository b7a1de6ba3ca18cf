//===- ElementwiseFusion.h - what is counted before -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_REPORT_ELEMENTWISEFUSION_H
#define NORM_LIB_REPORT_ELEMENTWISEFUSION_H

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace mlir::norm::report {

/// Runs the fusion of elementwise ops that upstream has, norm ops spelled out
/// if `decompose` is set, on all functions but those called `unfused`.
LogicalResult fuseElementwise(ModuleOp module, bool decompose,
                              ArrayRef<std::string> unfused);

/// The functions with too many loops, or ops that become one, to be fused.
std::vector<std::string> getUnfusedFunctions(ModuleOp module);

} // namespace mlir::norm::report

#endif // NORM_LIB_REPORT_ELEMENTWISEFUSION_H
