//===- Target.cpp - processors that code is made for ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Target.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

#include <mutex>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

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
                     llvm::StringRef name) {
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      target.createMCSubtargetInfo(triple, name, ""));
  return triple.getArch() != llvm::Triple::x86_64 ||
         subtarget->checkFeatures("+64bit");
}

static std::string getHostFeatures() {
  llvm::SubtargetFeatures list;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    list.AddFeature(feature.first(), feature.second);
  return list.getString();
}

void run::initializeHost() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    // For the instruction that CacheQuery.cpp asks by.
    llvm::InitializeNativeTargetAsmParser();
  });
}

llvm::Expected<CpuTarget> run::getCpuTarget(llvm::StringRef name) {
  initializeHost();
  llvm::Triple triple(llvm::sys::getProcessTriple());
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return llvm::createStringError(message);
  std::string cpu = name.str(), features;
  if (name == "host") {
    cpu = llvm::sys::getHostCPUName().str();
    features = getHostFeatures();
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

std::string run::describeHost() {
  return llvm::sys::getProcessTriple() + " " +
         llvm::sys::getHostCPUName().str() + " " + getHostFeatures();
}
