//===- Ahead.cpp - objects and shared libraries for C ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Ahead.h"

#include "norm/Bundle/Destinations.h"
#include "norm/Execution/MachineCode.h"
#include "norm/Execution/Pipeline.h"
#include "norm/Support/OutputFiles.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;
namespace fs = llvm::sys::fs;

/// Lowers `module` to the LLVM dialect, with a C interface, and returns its
/// functions.
static llvm::Expected<std::vector<CFunction>>
lower(ModuleOp module, const PipelineOptions &options) {
  llvm::StringMap<FunctionType> original;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic())
      continue;
    original[function.getName()] = function.getFunctionType();
    // Arguments are read only, but for memrefs that the program writes.
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      function.setArgAttr(
          i, bufferization::BufferizationDialect::kWritableAttrName,
          BoolAttr::get(module.getContext(), false));
  }
  passResultsAsDestinations(module);
  auto stages = normStages(options);
  if (!stages)
    return stages.takeError();
  std::optional<llvm::Expected<std::vector<CFunction>>> functions;
  llvm::Error error = runStages(module, *stages, [&](const Stage &stage) {
    if (stage.name == "planned")
      functions.emplace(describeFunctions(module, original));
  });
  if (error) {
    if (functions && !*functions)
      llvm::consumeError(functions->takeError());
    return error;
  }
  if (*functions)
    if (llvm::Error error = addWrappers(module, **functions))
      return error;
  return std::move(*functions);
}

//===----------------------------------------------------------------------===//
// Shared libraries
//===----------------------------------------------------------------------===//

static llvm::Expected<std::string> findCompiler() {
  if (std::optional<std::string> named = llvm::sys::Process::GetEnv("CC")) {
    if (auto program = llvm::sys::findProgramByName(*named))
      return *program;
    return llvm::createStringError("no program '" + *named +
                                   "', which CC names, to link with");
  }
  for (StringRef name : {"cc", "clang", "gcc"})
    if (auto program = llvm::sys::findProgramByName(name))
      return *program;
  return llvm::createStringError(
      "no C compiler in PATH to link with; --emit=object needs none");
}

/// Runs the compiler with `arguments`; what it prints if it fails.
static llvm::Error runCompiler(ArrayRef<StringRef> arguments, StringRef log) {
  std::string message;
  if (llvm::sys::ExecuteAndWait(arguments.front(), arguments, std::nullopt,
                                {StringRef(""), log, log}, 0, 0, &message) == 0)
    return llvm::Error::success();
  auto output = llvm::MemoryBuffer::getFile(log);
  return llvm::createStringError(arguments.front() + " does not link: " +
                                 (message.empty() && output
                                      ? (*output)->getBuffer().trim()
                                      : StringRef(message)));
}

/// Links against LLVM's OpenMP runtime as Debian names it, or as upstream
/// installs it.
static llvm::Error linkWithThreads(SmallVector<StringRef> arguments,
                                   StringRef log) {
  arguments.push_back("-l:libomp.so.5");
  llvm::Error error = runCompiler(arguments, log);
  if (!error)
    return error;
  arguments.back() = "-l:libomp.so";
  if (llvm::Error other = runCompiler(arguments, log)) {
    llvm::consumeError(std::move(other));
    return llvm::joinErrors(
        llvm::createStringError("threads need LLVM's OpenMP runtime, "
                                "libomp.so.5 or libomp.so; --threads=1 needs "
                                "none"),
        std::move(error));
  }
  llvm::consumeError(std::move(error));
  return llvm::Error::success();
}

/// The shared library of the object `code`. `isComplete`: the program has all
/// functions that it calls, so that what is not found is an error.
static llvm::Expected<SmallVector<char, 0>>
linkShared(StringRef code, unsigned threads, bool isComplete) {
  llvm::Expected<std::string> compiler = findCompiler();
  if (!compiler)
    return compiler.takeError();
  SmallString<128> folder;
  if (std::error_code error = fs::createUniqueDirectory("norm-compile", folder))
    return llvm::createFileError("a temporary folder", error);
  llvm::scope_exit remove([&] { (void)fs::remove_directories(folder); });
  std::string object = (folder + "/object.o").str(),
              library = (folder + "/library.so").str(),
              log = (folder + "/log").str();
  if (llvm::Error error = writeOutput(object, code))
    return error;
  SmallVector<StringRef> arguments{*compiler, "-shared", "-o",
                                   library,   object,    "-lm"};
  // What nobody defines is an error here, and not where the library is loaded.
  if (isComplete)
    arguments.push_back("-Wl,-z,defs");
  if (llvm::Error error = threads == 1 ? runCompiler(arguments, log)
                                       : linkWithThreads(arguments, log))
    return error;
  auto bytes = llvm::MemoryBuffer::getFile(library, /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  if (!bytes)
    return llvm::createFileError(library, bytes.getError());
  StringRef text = (*bytes)->getBuffer();
  return SmallVector<char, 0>(text.begin(), text.end());
}

llvm::Expected<AheadCode> run::compileAhead(ModuleOp module,
                                            const AheadOptions &options) {
  auto target = getCpuTarget(options.target);
  if (!target)
    return target.takeError();
  bool isComplete =
      llvm::none_of(module.getOps<func::FuncOp>(), [](func::FuncOp function) {
        return function.isExternal();
      });
  PipelineOptions pipeline;
  pipeline.threads = options.threads;
  pipeline.vectorBits = target->vectorBits;
  declareCacheQuery(module);
  auto functions = lower(module, pipeline);
  if (!functions)
    return functions.takeError();
  auto object = emitObject(module, *target);
  if (!object)
    return object.takeError();
  StringRef bytes = (*object)->getBuffer();
  AheadCode code{std::move(*functions), {bytes.begin(), bytes.end()}};
  if (!options.isShared)
    return code;
  auto library = linkShared(bytes, options.threads, isComplete);
  if (!library)
    return library.takeError();
  code.bytes = std::move(*library);
  return code;
}
