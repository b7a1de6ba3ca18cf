//===- CpuCode.cpp - objects and shared libraries -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuCode.h"

#include "norm/Bundle/Destinations.h"
#include "norm/ExecutionEngine/Compilation.h"
#include "norm/ExecutionEngine/MachineCode.h"
#include "norm/Support/OutputFiles.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace mlir;
using namespace mlir::norm::compile;
namespace fs = llvm::sys::fs;

//===----------------------------------------------------------------------===//
// Targets
//===----------------------------------------------------------------------===//

/// What row loops are compiled for where `machine` has it; see VectorTarget.
static unsigned getVectorBits(const llvm::TargetMachine &machine) {
  const llvm::MCSubtargetInfo &subtarget = *machine.getMCSubtargetInfo();
  if (!machine.getTargetTriple().isX86())
    return 128;
  if (!subtarget.checkFeatures("+avx2,+fma,+f16c"))
    return 128;
  return subtarget.checkFeatures("+avx512f,+avx512bw,+avx512vl,+avx512dq")
             ? 512
             : 256;
}

/// Whether the processor `name` runs code of this machine's architecture: LLVM
/// aborts where a 32-bit one does not.
static bool runsCode(const llvm::Target &target, const llvm::Triple &triple,
                     StringRef name) {
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      target.createMCSubtargetInfo(triple, name, ""));
  return triple.getArch() != llvm::Triple::x86_64 ||
         subtarget->checkFeatures("+64bit");
}

llvm::Expected<CpuTarget> mlir::norm::compile::getCpuTarget(StringRef name) {
  llvm::Triple triple(llvm::sys::getProcessTriple());
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return llvm::createStringError(message);
  std::string cpu = name.str(), features;
  if (name == "host") {
    cpu = llvm::sys::getHostCPUName().str();
    llvm::SubtargetFeatures list;
    for (const auto &feature : llvm::sys::getHostCPUFeatures())
      list.AddFeature(feature.first(), feature.second);
    features = list.getString();
  } else {
    std::unique_ptr<llvm::MCSubtargetInfo> any(
        target->createMCSubtargetInfo(triple, "", ""));
    if (!any->isCPUStringValid(name) || !runsCode(*target, triple, name))
      return llvm::createStringError(
          "expected --target to be host, chips such as sm_90, or a processor "
          "of " +
          triple.getArchName() + " that LLVM knows, such as x86-64-v3, got '" +
          name + "'");
  }
  CpuTarget result;
  result.machine.reset(target->createTargetMachine(
      triple, cpu, features, {}, llvm::Reloc::PIC_, std::nullopt,
      llvm::CodeGenOptLevel::Aggressive));
  if (name != "host")
    result.vectorBits = getVectorBits(*result.machine);
  return result;
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

llvm::Expected<std::vector<CFunction>>
mlir::norm::compile::lowerForCpu(ModuleOp module, const CpuTarget &target,
                                 unsigned threads) {
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
  std::optional<llvm::Expected<std::vector<CFunction>>> functions;
  llvm::Error error =
      run::runStages(module, run::normStages(threads, target.vectorBits),
                     [&](const run::Stage &stage) {
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

static llvm::Error emitObject(ModuleOp module, const CpuTarget &target,
                              llvm::raw_pwrite_stream &os) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code = translateModuleToLLVMIR(module, context);
  if (!code)
    return llvm::createStringError("the program could not be compiled");
  code->setTargetTriple(target.machine->getTargetTriple());
  code->setDataLayout(target.machine->createDataLayout());
  auto optimize = makeOptimizingTransformer(/*optLevel=*/3, /*sizeLevel=*/0,
                                            target.machine.get());
  if (llvm::Error error = optimize(code.get()))
    return error;
  if (llvm::Error error = mlir::norm::run::addFloatHelpers(*code))
    return error;
  llvm::legacy::PassManager passes;
  if (target.machine->addPassesToEmitFile(passes, os, nullptr,
                                          llvm::CodeGenFileType::ObjectFile))
    return llvm::createStringError("the target has no object files");
  passes.run(*code);
  return llvm::Error::success();
}

llvm::Expected<SmallVector<char, 0>>
mlir::norm::compile::createObject(ModuleOp module, const CpuTarget &target) {
  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream buffer(bytes);
  if (llvm::Error error = emitObject(module, target, buffer))
    return error;
  return bytes;
}

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

llvm::Expected<SmallVector<char, 0>>
mlir::norm::compile::linkShared(ArrayRef<char> code, unsigned threads,
                                bool isComplete) {
  llvm::Expected<std::string> compiler = findCompiler();
  if (!compiler)
    return compiler.takeError();
  SmallString<128> folder;
  if (std::error_code error = fs::createUniqueDirectory("norm-compile", folder))
    return llvm::createFileError("a temporary folder", error);
  llvm::scope_exit remove([&] { fs::remove_directories(folder); });
  std::string object = (folder + "/object.o").str(),
              library = (folder + "/library.so").str(),
              log = (folder + "/log").str();
  if (llvm::Error error =
          writeOutput(object, StringRef(code.data(), code.size())))
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
