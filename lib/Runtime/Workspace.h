//===- Workspace.h - memory between the kernels of a call -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RUNTIME_WORKSPACE_H
#define NORM_LIB_RUNTIME_WORKSPACE_H

#include "norm/Runtime/Bundle.h"

namespace normrt {

/// Where each workspace of a call begins in its memory, and the bytes of that.
struct WorkspaceLayout {
  std::vector<std::uint64_t> offsets;
  std::int64_t bytes = 0;
};

/// The layout of `workspaces`, which are bytes, where extent i is `extents[i]`.
Result<WorkspaceLayout> layOut(const std::vector<Expr> &workspaces,
                               const std::vector<std::int64_t> &extents);

/// Memory of the device, and what frees it, if it was allocated here.
struct WorkspaceMemory {
  CUdeviceptr address = 0;
  std::shared_ptr<void> owner;
};

/// `given`, if it suits `layout`, or memory that is allocated where that is
/// null.
Result<WorkspaceMemory> getMemory(const Driver &driver,
                                  const WorkspaceLayout &layout,
                                  const Workspace *given);

} // namespace normrt

#endif // NORM_LIB_RUNTIME_WORKSPACE_H
