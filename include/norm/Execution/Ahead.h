//===- Ahead.h - objects and shared libraries for C -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_AHEAD_H
#define NORM_EXECUTION_AHEAD_H

#include "norm/Execution/CFunctions.h"

namespace mlir::norm::run {

struct AheadOptions {
  /// As getCpuTarget() has it.
  std::string target = "host";
  /// As for norm-to-llvm: 1 needs no OpenMP.
  unsigned threads = 1;
  /// Whether the C compiler that CC names, or cc, makes a shared library of the
  /// object. What the program calls and nobody has is an error then, unless the
  /// program declares functions of others.
  bool isShared = false;
};

struct AheadCode {
  std::vector<CFunction> functions;
  /// The object or library.
  SmallVector<char, 0> bytes;
};

/// Compiles the public functions of `module` for C. The module is used up.
llvm::Expected<AheadCode> compileAhead(ModuleOp module,
                                       const AheadOptions &options);

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_AHEAD_H
