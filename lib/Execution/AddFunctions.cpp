//===- AddFunctions.cpp - functions that objects bring along --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AddFunctions.h"

#include "mlir/Support/LLVM.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::norm;

llvm::Error run::addFunctions(llvm::Module &module, StringRef text) {
  llvm::SMDiagnostic error;
  std::unique_ptr<llvm::Module> functions =
      llvm::parseAssemblyString(text, error, module.getContext());
  if (!functions)
    return llvm::createStringError(error.getMessage());
  functions->setDataLayout(module.getDataLayout());
  functions->setTargetTriple(module.getTargetTriple());
  SmallVector<std::string> names;
  for (const llvm::Function &function : *functions)
    if (!function.isDeclaration())
      names.push_back(function.getName().str());
  if (llvm::Linker::linkModules(module, std::move(functions)))
    return llvm::createStringError("functions that the object brings along do "
                                   "not link");
  // LLVM may call them by their names; the linker would drop what has no use.
  for (const std::string &name : names)
    module.getFunction(name)->setLinkage(llvm::GlobalValue::InternalLinkage);
  return llvm::Error::success();
}
