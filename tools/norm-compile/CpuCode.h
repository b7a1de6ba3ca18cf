//===- CpuCode.h - objects and shared libraries -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_COMPILE_CPUCODE_H
#define NORM_TOOLS_NORM_COMPILE_CPUCODE_H

#include "CInterface.h"

#include "llvm/Target/TargetMachine.h"

namespace mlir::norm::compile {

/// A processor of this machine's architecture.
struct CpuTarget {
  std::unique_ptr<llvm::TargetMachine> machine;
  /// Width of a vector register, as norm-to-llvm takes it: 0 for this machine.
  unsigned vectorBits = 0;
};

/// The processor `name`: host, or one that LLVM knows by -mcpu or -march.
llvm::Expected<CpuTarget> getCpuTarget(StringRef name);

/// Lowers `module` to the LLVM dialect, with a C interface, and returns its
/// functions. `threads` as for norm-to-llvm.
llvm::Expected<std::vector<CFunction>>
lowerForCpu(ModuleOp module, const CpuTarget &target, unsigned threads);

/// The object file of `module`, of the LLVM dialect.
llvm::Expected<SmallVector<char, 0>> createObject(ModuleOp module,
                                                  const CpuTarget &target);

/// The shared library of `object`, linked by the C compiler that CC names, or
/// cc. `isComplete`: the program has all functions that it calls, so that what
/// is not found is an error.
llvm::Expected<SmallVector<char, 0>>
linkShared(ArrayRef<char> object, unsigned threads, bool isComplete);

} // namespace mlir::norm::compile

#endif // NORM_TOOLS_NORM_COMPILE_CPUCODE_H
