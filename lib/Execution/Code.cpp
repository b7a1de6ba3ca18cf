//===- Code.cpp - an object file made executable --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackedName.h"
#include "norm/Execution/Host.h"
#include "norm/Execution/MachineCode.h"
#include "norm/Execution/Samples.h"
#include "norm/Execution/Threads.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

Code::Code() = default;
Code::~Code() = default;

/// A linker that says nothing on standard error, and starts no run-time library
/// of its own: kernels have neither constructors nor exceptions.
static llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>> createLinker() {
  auto jit = llvm::orc::LLJITBuilder()
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                 .create();
  if (jit)
    (*jit)->getExecutionSession().setErrorReporter(llvm::consumeError);
  return jit;
}

llvm::Expected<std::shared_ptr<Code>>
Code::load(std::unique_ptr<llvm::MemoryBuffer> object) {
  initializeHost();
  auto jit = createLinker();
  if (!jit)
    return jit.takeError();
  llvm::orc::SymbolMap definitions;
  for (const auto &symbols :
       {getThreadSymbols(), getMemorySymbols(), getSampleSymbols()})
    for (const auto &symbol : symbols)
      definitions[(*jit)->mangleAndIntern(symbol.getKey())] = {
          llvm::orc::ExecutorAddr::fromPtr(symbol.getValue()),
          llvm::JITSymbolFlags::Exported};
  llvm::orc::JITDylib &program = (*jit)->getMainJITDylib();
  if (llvm::Error error =
          program.define(llvm::orc::absoluteSymbols(std::move(definitions))))
    return error;
  if (llvm::Error error = (*jit)->addObjectFile(std::move(object)))
    return error;
  std::shared_ptr<Code> code(new Code);
  code->jit = std::move(*jit);
  return code;
}

llvm::Expected<Code::Function> Code::lookup(StringRef name) const {
  auto address = jit->lookup(getPackedName(name));
  if (!address)
    return address.takeError();
  return address->toPtr<Function>();
}
