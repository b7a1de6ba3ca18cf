//===- OutlineKernels.cpp - launches as kernels ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/GPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMOUTLINEKERNELS
#include "norm/GPU/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// The alignment of shared memory, in bytes: that of the widest access.
static constexpr int64_t kSharedAlignment = 16;

/// Says on `kernel` and its launch what `facts` mean for them.
static void apply(DictionaryAttr facts, gpu::GPUFuncOp kernel,
                  gpu::LaunchFuncOp launch) {
  OpBuilder builder(launch);
  kernel->setAttr(kKernelAttrName, facts);
  auto getNumber = [&](StringRef name) -> int64_t {
    auto number = facts.getAs<IntegerAttr>(name);
    return number ? number.getInt() : 0;
  };
  if (int64_t blocks = getNumber("side_by_side"))
    kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                    builder.getI32IntegerAttr(blocks));
  for (unsigned i = 0; i < kernel.getNumWorkgroupAttributions(); ++i)
    kernel.setWorkgroupAttributionAttr(
        i, LLVM::LLVMDialect::getAlignAttrName(),
        builder.getI64IntegerAttr(kSharedAlignment));
  int32_t cluster = getNumber("cluster_size");
  if (cluster <= 1)
    return;
  kernel.setKnownClusterSize(ArrayRef<int32_t>{cluster, 1, 1});
  auto index = [&](int64_t value) {
    return arith::ConstantIndexOp::create(builder, launch.getLoc(), value);
  };
  launch.getClusterSizeXMutable().assign(index(cluster));
  launch.getClusterSizeYMutable().assign(index(1));
  launch.getClusterSizeZMutable().assign(index(1));
}

namespace {
struct OutlineKernels : norm::impl::NormOutlineKernelsBase<OutlineKernels> {
  /// Each launch becomes one launch_func in its place, so that both walks meet
  /// the same kernels in the same order.
  void runOnOperation() override {
    llvm::SmallPtrSet<Operation *, 4> others;
    getOperation()->walk(
        [&](gpu::LaunchFuncOp launch) { others.insert(launch); });
    SmallVector<Attribute> descriptions;
    getOperation()->walk([&](gpu::LaunchOp launch) {
      descriptions.push_back(launch->getAttr(kKernelAttrName));
    });
    OpPassManager outline(ModuleOp::getOperationName());
    outline.addPass(createGpuKernelOutliningPass());
    if (failed(runPipeline(outline, getOperation())))
      return signalPassFailure();
    auto *next = descriptions.begin();
    getOperation()->walk([&](gpu::LaunchFuncOp launch) {
      if (others.contains(launch))
        return;
      if (auto facts = dyn_cast_or_null<DictionaryAttr>(*next++))
        apply(facts,
              SymbolTable::lookupNearestSymbolFrom<gpu::GPUFuncOp>(
                  launch, launch.getKernelAttr()),
              launch);
    });
  }
};
} // namespace
