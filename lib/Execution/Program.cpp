//===- Program.cpp - a function of a module, compiled ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Program.h"

#include "norm/Execution/Failure.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

llvm::Expected<func::FuncOp> run::findEntry(ModuleOp module, StringRef name) {
  auto entry = module.lookupSymbol<func::FuncOp>(name);
  if (entry && entry.isExternal())
    return makeFailure(NORM_INVALID_ARGUMENT, entry.getLoc(),
                       "function '" + name + "' has no body");
  if (entry)
    return entry;
  SmallVector<std::string> names;
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal())
      names.push_back("'" + function.getName().str() + "'");
  return rejectArgument("expected a function '" + name + "' with a body, got " +
                        (names.empty() ? "none" : llvm::join(names, ", ")));
}

llvm::Error run::checkInterface(ModuleOp module, StringRef name,
                                const Signature &signature) {
  auto interface =
      module.lookupSymbol<LLVM::LLVMFuncOp>(("_mlir_ciface_" + name).str());
  size_t expected = signature.allocatesResults ? signature.argumentCount + 1
                                               : signature.tensors.size();
  if (interface && interface.getNumArguments() == expected)
    return llvm::Error::success();
  return makeFailure(NORM_UNSUPPORTED,
                     "the pipeline changed the arguments of '" + name + "'");
}

llvm::Expected<StoredKernel>
run::compile(func::FuncOp entry, ArrayRef<Stage> stages,
             llvm::function_ref<void(const Stage &)> finished) {
  std::string name = entry.getName().str();
  auto module = entry->getParentOfType<ModuleOp>();
  auto signature = getSignature(entry);
  if (!signature)
    return signature.takeError();
  auto target = getCpuTarget();
  if (!target)
    return target.takeError();
  markEntry(entry);
  if (llvm::Error error = runStages(module, stages, finished))
    return error;
  if (llvm::Error error = checkInterface(module, name, *signature))
    return error;
  auto object = emitObject(module, *target);
  if (!object)
    return object.takeError();
  return StoredKernel{std::move(*signature), std::move(*object)};
}

llvm::Expected<Program> run::link(StoredKernel stored, StringRef entry) {
  auto code = Code::load(std::move(stored.object));
  if (!code)
    return code.takeError();
  auto function = (*code)->lookup(entry);
  if (!function)
    return function.takeError();
  return Program{std::move(stored.signature), std::move(*code), *function};
}
