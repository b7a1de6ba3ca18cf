//===- AttachTarget.cpp - the chip of kernels -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/GPU/Passes.h"
#include "norm/Rows/KernelAttribute.h"
#include "norm/Target/Chips.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMATTACHNVVMTARGET
#include "norm/GPU/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Memory that kernels alone use becomes the device's:
///
///   memref.alloc  ->  gpu.wait async, gpu.alloc async, gpu.wait
static void moveToDevice(memref::AllocOp alloc) {
  OpBuilder builder(alloc);
  Location loc = alloc.getLoc();
  Type token = gpu::AsyncTokenType::get(builder.getContext());
  auto begin = [&] {
    return gpu::WaitOp::create(builder, loc, token, ValueRange())
        .getAsyncToken();
  };
  auto end = [&](Value last) {
    gpu::WaitOp::create(builder, loc, Type(), ValueRange{last});
  };
  auto memory = gpu::AllocOp::create(
      builder, loc, alloc.getType(), token, ValueRange{begin()},
      alloc.getDynamicSizes(), alloc.getSymbolOperands());
  end(memory.getAsyncToken());
  for (Operation *user : llvm::make_early_inc_range(alloc->getUsers()))
    if (isa<memref::DeallocOp>(user)) {
      builder.setInsertionPoint(user);
      auto freed = gpu::DeallocOp::create(
          builder, loc, token, ValueRange{begin()}, memory.getMemref());
      end(freed.getAsyncToken());
      user->erase();
    }
  alloc.replaceAllUsesWith(memory.getMemref());
  alloc.erase();
}

/// An op on the host that takes memory of the host or touches that of a device.
static LogicalResult checkHost(Operation *op) {
  if (isa<linalg::LinalgOp>(op) || isa<memref::CopyOp>(op))
    return op->emitError("expected norms and what fuses with them alone, got ")
           << op->getName();
  if (isa<memref::AllocOp>(op))
    return op->emitError("expected all memory to be the caller's, as functions "
                         "on memrefs or results of static shape have it, got ")
           << op->getName();
  return success();
}

namespace {
struct AttachTarget : norm::impl::NormAttachNVVMTargetBase<AttachTarget> {
  using NormAttachNVVMTargetBase::NormAttachNVVMTargetBase;

  void runOnOperation() override {
    const Chip *known = findChip(getOperation()->getLoc(), chip);
    if (!known)
      return signalPassFailure();
    auto target = NVVM::NVVMTargetAttr::get(&getContext(), /*optLevel=*/3,
                                            "nvptx64-nvidia-cuda", known->name,
                                            known->ptx);
    bool failed = false;
    for (Operation &op : *getOperation().getBody()) {
      if (auto module = dyn_cast<gpu::GPUModuleOp>(op)) {
        module.setTargetsAttr(ArrayAttr::get(&getContext(), target));
        continue;
      }
      SmallVector<memref::AllocOp> workspaces;
      op.walk([&](memref::AllocOp alloc) {
        if (alloc->hasAttr(kWorkspaceAttrName))
          workspaces.push_back(alloc);
      });
      llvm::for_each(workspaces, moveToDevice);
      op.walk(
          [&](Operation *inner) { failed |= mlir::failed(checkHost(inner)); });
    }
    if (failed)
      signalPassFailure();
  }
};
} // namespace
