//===- Origins.h - what a norm was made of, and at what cost ----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rewrites replace ops, but keep locations or fuse them. So each op of a clone
// gets a location that carries the number of the op in the program; what that
// op became is found by it, down to the scalars in the bodies of fused loops.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_REPORT_ORIGINS_H
#define NORM_LIB_REPORT_ORIGINS_H

#include "norm/Report/Report.h"

namespace mlir::norm::report {

/// All ops of `module`, itself included, in program order. The number of an op
/// is its position in this list.
SmallVector<Operation *> listOps(ModuleOp module);

/// A clone of `module` whose ops carry their numbers.
OwningOpRef<ModuleOp> cloneWithOrigins(ModuleOp module);

/// The numbers that `loc` carries, in its order.
SmallVector<int64_t> getOrigins(Location loc);

/// The lines that `loc` names, in its order and without repetition.
SmallVector<SourcePosition> getPositions(ArrayRef<Location> locations);

} // namespace mlir::norm::report

#endif // NORM_LIB_REPORT_ORIGINS_H
