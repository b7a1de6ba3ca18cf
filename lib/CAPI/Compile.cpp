//===- Compile.cpp - from a program to a kernel that can be stored --------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include "norm/ExecutionEngine/Compilation.h"
#include "norm/Pipelines/Pipelines.h"
#include "norm/Raise/LowerTosa.h"
#include "norm/Raise/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

static llvm::Expected<func::FuncOp> findEntry(ModuleOp module, StringRef name) {
  auto entry = module.lookupSymbol<func::FuncOp>(name);
  if (entry && !entry.isExternal())
    return entry;
  SmallVector<std::string> names;
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal())
      names.push_back("'" + function.getName().str() + "'");
  return makeFailure(NORM_INVALID_ARGUMENT,
                     "expected a function '" + name + "' with a body, got " +
                         (names.empty() ? "none" : llvm::join(names, ", ")));
}

/// The whole way to the LLVM dialect. Norms are found first, TOSA is lowered.
static void buildPipeline(OpPassManager &pm, ModuleOp module,
                          const Request &request) {
  if (request.raises)
    pm.addPass(createNormRaise());
  bool usesTosa =
      module
          .walk([](Operation *op) {
            return isa_and_nonnull<tosa::TosaDialect>(op->getDialect())
                       ? WalkResult::interrupt()
                       : WalkResult::advance();
          })
          .wasInterrupted();
  if (usesTosa)
    raise::buildTosaLowering(pm.nest<func::FuncOp>());
  NormToLLVMOptions options;
  options.threads = request.threads;
  options.resultsToOutParams = true;
  buildNormToLLVMPipeline(pm, options);
}

/// That the pipeline made of the entry what the calls expect.
static llvm::Error checkInterface(ModuleOp module, StringRef entry,
                                  const Signature &signature) {
  auto interface =
      module.lookupSymbol<LLVM::LLVMFuncOp>(("_mlir_ciface_" + entry).str());
  size_t expected = signature.allocatesResults ? signature.argumentCount + 1
                                               : signature.tensors.size();
  if (interface && interface.getNumArguments() == expected)
    return llvm::Error::success();
  return makeFailure(NORM_UNSUPPORTED,
                     "the pipeline changed the arguments of '" + entry + "'");
}

static llvm::Expected<StoredKernel>
compileHere(const Request &request, std::vector<StoredRemark> *remarks) {
  Session session(remarks);
  if (llvm::Error error = session.parse(request.program, request.fileName))
    return error;
  auto entry = findEntry(session.getModule(), request.entry);
  if (!entry)
    return entry.takeError();
  auto signature = getSignature(*entry);
  if (!signature)
    return signature.takeError();
  run::markEntry(*entry);
  PassManager pm(session.getModule().getContext());
  buildPipeline(pm, session.getModule(), request);
  if (llvm::Error error = session.run(pm))
    return error;
  if (llvm::Error error =
          checkInterface(session.getModule(), request.entry, *signature))
    return error;
  auto object = run::emitObject(session.getModule(), /*level=*/3);
  if (!object)
    return session.takeError(NORM_UNSUPPORTED,
                             llvm::toString(object.takeError()));
  return StoredKernel{std::move(*signature), std::move(*object)};
}

llvm::Expected<StoredKernel> capi::compile(const Request &request,
                                           std::vector<StoredRemark> *remarks) {
  std::optional<llvm::Expected<StoredKernel>> kernel;
  runOnLargeStack([&] { kernel.emplace(compileHere(request, remarks)); });
  return std::move(*kernel);
}
