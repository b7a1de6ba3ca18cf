//===- MachineCode.h - objects for a machine --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module of the LLVM dialect as an object file in memory, and an object file
// as code that can be called. The two are apart so that objects can be stored.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_MACHINECODE_H
#define NORM_EXECUTION_MACHINECODE_H

#include "norm/Execution/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace llvm {
class Module;
namespace orc {
class LLJIT;
} // namespace orc
} // namespace llvm

namespace mlir::norm::run {

/// Translates `module`, of the LLVM dialect, to LLVM IR and compiles that for
/// `target`. Code that is not optimized takes less time to make. For each
/// function with a C interface
/// (`_mlir_ciface_<name>`) the object has one that Code::lookup() finds.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
emitObject(ModuleOp module, const CpuTarget &target, bool optimizes = true);

/// Adds conversions of 16-bit floats to `module`, which is about to become an
/// object, where it computes with such floats: the processor may have no
/// instructions, and the system no library, for them.
llvm::Error addFloatHelpers(llvm::Module &module);

/// Declares kCacheQuery in `module`, a program that will run on a machine that
/// is not known: its code asks for the caches there.
void declareCacheQuery(ModuleOp module);

/// Defines kCacheQuery in `module`, if that calls it: by cpuid on x86, which is
/// asked once; elsewhere nothing is known.
llvm::Error addCacheQuery(llvm::Module &module);

/// An object file in memory that can be executed.
class Code {
public:
  /// A function of the program. Element i of `operands` points to operand i: to
  /// the descriptor of a memref, or to a scalar. A function that returns
  /// memrefs has one more operand before the others, for their descriptors; a
  /// scalar that it returns is stored to one after the others.
  using Function = void (*)(void **operands);

  ~Code();

  /// Makes `object`, made for this machine, executable. It gets threads and
  /// memory from its caller (Threads.h, Host.h), tells it of rows (Samples.h),
  /// and gets the rest from the symbols of this process.
  static llvm::Expected<std::shared_ptr<Code>>
  load(std::unique_ptr<llvm::MemoryBuffer> object);

  /// The function `name` of the program that was compiled.
  llvm::Expected<Function> lookup(StringRef name) const;

private:
  Code();

  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_MACHINECODE_H
