//===- Target.h - processors that code is made for --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_TARGET_H
#define NORM_EXECUTION_TARGET_H

#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <string>

namespace mlir::norm::run {

/// A processor of this machine's architecture.
struct CpuTarget {
  std::unique_ptr<llvm::TargetMachine> machine;
  /// Width of a vector register, as norm-to-llvm takes it: 0 for this machine.
  unsigned vectorBits = 0;
};

/// Makes LLVM know this machine's architecture; the functions of lib/Execution
/// that need it do.
void initializeHost();

/// The processor `name`: host, or one that LLVM knows by -mcpu or -march. Code
/// for it can lie anywhere.
llvm::Expected<CpuTarget> getCpuTarget(llvm::StringRef name = "host");

/// This machine's triple, processor and features: an object that was emitted
/// for it runs wherever the text is the same.
std::string describeHost();

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_TARGET_H
