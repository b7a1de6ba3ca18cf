//===- Launches.h - how a bundle's kernels are launched ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_BUNDLE_LAUNCHES_H
#define NORM_LIB_BUNDLE_LAUNCHES_H

#include "Entries.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::norm {

/// One launch of a kernel, as the manifest has it: numbers, names of extents,
/// and [operator, a, b] of those.
struct KernelLaunch {
  SymbolRefAttr kernel;
  llvm::json::Array grid, block, cluster;
  llvm::json::Value dynamicSharedBytes = 0;
  /// What the host passes, with memrefs as the fields of their descriptors.
  SmallVector<llvm::json::Value> parameters;
};

/// What a call of a function does.
struct FunctionLaunches {
  /// In order.
  SmallVector<KernelLaunch> launches;
  /// The bytes of each workspace: memory that the launches alone use.
  SmallVector<llvm::json::Value> workspaces;
};

/// The launches of `function`, whose memref operands are views of its arguments
/// and of workspaces. An error, with diagnostics, if they depend on more than
/// extents.
FailureOr<FunctionLaunches> readLaunches(func::FuncOp function,
                                         const Extents &extents);

} // namespace mlir::norm

#endif // NORM_LIB_BUNDLE_LAUNCHES_H
