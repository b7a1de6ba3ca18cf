//===- Kernels.cpp - a bundle's kernels as PTX ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Images.h"

#include "norm/Pipelines/Pipelines.h"

#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::norm;

/// `name` with what PTX does not take replaced.
static std::string getPtxName(StringRef name) {
  std::string result = name.str();
  for (char &c : result)
    if (!llvm::isAlnum(c) && c != '_')
      c = '_';
  if (!llvm::isAlpha(result.front()))
    result.insert(0, "kernel_");
  return result;
}

static std::string makeUnique(StringRef name, llvm::StringSet<> &taken) {
  std::string result = name.str();
  for (unsigned i = 1; !taken.insert(result).second; ++i)
    result = (name + "_" + Twine(i)).str();
  return result;
}

/// Removes the parameters that `kernel` has no use for: most of what describes
/// a memref is known from its type.
static void dropUnusedParameters(LLVM::LLVMFuncOp kernel,
                                 KernelLaunch &launch) {
  llvm::BitVector unused(kernel.getNumArguments());
  SmallVector<llvm::json::Value> used;
  SmallVector<Type> types;
  SmallVector<Attribute> attributes;
  for (BlockArgument argument : kernel.getArguments()) {
    unsigned number = argument.getArgNumber();
    if (argument.use_empty()) {
      unused.set(number);
      continue;
    }
    used.push_back(launch.parameters[number]);
    types.push_back(argument.getType());
    DictionaryAttr dictionary = kernel.getArgAttrDict(number);
    attributes.push_back(dictionary ? dictionary
                                    : DictionaryAttr::get(kernel.getContext()));
  }
  launch.parameters = std::move(used);
  kernel.getBody().front().eraseArguments(unused);
  kernel.setFunctionType(LLVM::LLVMFunctionType::get(
      kernel.getFunctionType().getReturnType(), types));
  kernel.setArgAttrsAttr(ArrayAttr::get(kernel.getContext(), attributes));
}

/// Moves the content of `from` to `into`, under new names.
static void moveContent(gpu::GPUModuleOp from, gpu::GPUModuleOp into,
                        llvm::StringSet<> &taken) {
  SymbolTable table(from);
  for (Operation &op : llvm::make_early_inc_range(*from.getBody())) {
    if (auto symbol = dyn_cast<SymbolOpInterface>(op)) {
      StringAttr name = StringAttr::get(
          op.getContext(), makeUnique(getPtxName(symbol.getName()), taken));
      if (name != symbol.getNameAttr())
        (void)table.rename(&op, name);
    }
    op.moveBefore(into.getBody(), into.getBody()->end());
  }
  from.erase();
}

FailureOr<KernelImage>
norm::compileKernels(ModuleOp module, StringRef chip,
                     MutableArrayRef<KernelLaunch> launches) {
  PassManager lowering(module.getContext());
  buildNormKernelLoweringPipeline(lowering, chip);
  if (failed(lowering.run(module)))
    return failure();

  SmallVector<LLVM::LLVMFuncOp> kernels;
  for (KernelLaunch &launch : launches) {
    auto kernel = cast<LLVM::LLVMFuncOp>(
        SymbolTable::lookupSymbolIn(module, launch.kernel));
    dropUnusedParameters(kernel, launch);
    kernels.push_back(kernel);
  }
  KernelImage image;
  if (kernels.empty())
    return image;
  auto modules = llvm::to_vector(module.getOps<gpu::GPUModuleOp>());
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  auto all = gpu::GPUModuleOp::create(builder, module.getLoc(), "norm_bundle",
                                      modules.front().getTargetsAttr());
  llvm::StringSet<> taken;
  for (gpu::GPUModuleOp part : modules)
    moveContent(part, all, taken);
  for (LLVM::LLVMFuncOp kernel : kernels)
    image.kernels.push_back(kernel.getName().str());

  PassManager assembly(module.getContext());
  GpuModuleToBinaryPassOptions options;
  options.compilationTarget = "isa";
  assembly.addPass(createGpuModuleToBinaryPass(options));
  if (failed(assembly.run(module)))
    return failure();
  auto binary = *module.getOps<gpu::BinaryOp>().begin();
  auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
  image.ptx = object.getObject().getValue().rtrim('\0').str();
  return image;
}
