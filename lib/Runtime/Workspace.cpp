//===- Workspace.cpp - memory between the kernels of a call ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workspace.h"

using namespace normrt;

/// What the address of a workspace is a multiple of, and bytes that no device
/// has.
static constexpr std::int64_t kAlignment = 256, kMaxBytes = std::int64_t(1)
                                                            << 48;

Result<WorkspaceLayout>
normrt::layOut(const std::vector<Expr> &workspaces,
               const std::vector<std::int64_t> &extents) {
  WorkspaceLayout layout;
  for (const Expr &workspace : workspaces) {
    Result<std::int64_t> bytes = workspace.evaluate(extents);
    if (!bytes)
      return bytes.error();
    if (*bytes < 0 || *bytes > kMaxBytes - layout.bytes)
      return Error{"expected a workspace that the device has, got " +
                   std::to_string(*bytes) + " bytes"};
    layout.offsets.push_back(static_cast<std::uint64_t>(layout.bytes));
    layout.bytes += (*bytes + kAlignment - 1) / kAlignment * kAlignment;
  }
  return layout;
}

/// That `workspace`, a caller's, is one for `layout`.
static Status checkWorkspace(const Workspace &workspace,
                             const WorkspaceLayout &layout) {
  if (workspace.bytes < layout.bytes)
    return Error{"expected a workspace of " + std::to_string(layout.bytes) +
                 " bytes, got " + std::to_string(workspace.bytes)};
  if (workspace.address == 0)
    return Error{
        "expected a workspace in memory of the device, got a null pointer"};
  if (workspace.address % kAlignment != 0)
    return Error{"expected a workspace at an address that is a multiple of " +
                 std::to_string(kAlignment) + ", got " +
                 std::to_string(workspace.address)};
  return Done();
}

Result<WorkspaceMemory> normrt::getMemory(const Driver &driver,
                                          const WorkspaceLayout &layout,
                                          const Workspace *given) {
  WorkspaceMemory memory;
  if (layout.bytes == 0)
    return memory;
  if (given) {
    if (Status status = checkWorkspace(*given, layout); !status)
      return status.error();
    memory.address = given->address;
    return memory;
  }
  std::string what =
      "cuMemAlloc of a workspace of " + std::to_string(layout.bytes) + " bytes";
  if (Status status =
          driver.check(driver.memAlloc(&memory.address,
                                       static_cast<std::size_t>(layout.bytes)),
                       what.c_str());
      !status)
    return status.error();
  memory.owner.reset(new CUdeviceptr(memory.address),
                     [&driver](CUdeviceptr *allocated) {
                       driver.memFree(*allocated);
                       delete allocated;
                     });
  return memory;
}
