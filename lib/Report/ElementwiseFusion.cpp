//===- ElementwiseFusion.cpp - what is counted before ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseFusion.h"

#include "norm/Dialect/Norm/Transforms/Passes.h"
#include "norm/Report/Report.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

LogicalResult report::fuseElementwise(ModuleOp module, bool decompose,
                                      ArrayRef<std::string> unfused) {
  PassManager toLoops(module.getContext());
  if (decompose)
    toLoops.addPass(createNormDecompose());
  toLoops.addPass(createLinalgGeneralizeNamedOpsPass());
  toLoops.addPass(createConvertElementwiseToLinalgPass());
  if (failed(toLoops.run(module)))
    return failure();
  PassManager fusion(module.getContext(), PassManager::getAnyOpAnchorName());
  fusion.addPass(createLinalgElementwiseOpFusionPass());
  if (unfused.empty())
    return fusion.run(module);
  WalkResult fused =
      module.walk<WalkOrder::PreOrder>([&](FunctionOpInterface f) {
        if (!f->hasTrait<OpTrait::IsIsolatedFromAbove>() ||
            llvm::is_contained(unfused, f.getName()))
          return WalkResult::skip();
        return failed(fusion.run(f)) ? WalkResult::interrupt()
                                     : WalkResult::skip();
      });
  return failure(fused.wasInterrupted());
}

std::vector<std::string> report::getUnfusedFunctions(ModuleOp module) {
  std::vector<std::string> names;
  module.walk([&](FunctionOpInterface function) {
    int64_t loops = 0;
    function.walk([&](Operation *op) {
      bool isLoop =
          isa<linalg::LinalgOp>(op) ||
          (OpTrait::hasElementwiseMappableTraits(op) &&
           llvm::any_of(op->getResultTypes(), llvm::IsaPred<TensorType>));
      loops += isLoop;
    });
    if (loops > kMostFusedLoops)
      names.push_back(function.getName().str());
  });
  return names;
}
