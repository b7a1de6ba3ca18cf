//===- CommandLine.h - how the tools begin and fail -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_SUPPORT_COMMANDLINE_H
#define NORM_TOOLS_SUPPORT_COMMANDLINE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

namespace mlir::norm::run {

/// Reads the command line into options that were made after
/// ResetCommandLineParser: LLVM's libraries bring options of their own, one of
/// them named --threads. --help shows those of `category`, and --version the
/// versions that a bug report needs.
void parseCommandLine(int argc, char **argv, llvm::cl::OptionCategory &category,
                      StringRef overview);

/// Threads that a call may have, as of the C interface: the OpenMP runtime ends
/// the process where there are too many.
constexpr unsigned kMaxThreads = 1024;

/// Prints "TOOL: error: message" and gives the exit status, 1.
int fail(StringRef tool, llvm::Error error);

/// Parses `file` ("-": standard input) and runs `process` on the module.
/// Diagnostics of both go to standard error with the lines they speak of.
/// Errors as fail() prints them; the exit status.
int processFile(StringRef tool, StringRef file, MLIRContext &context,
                function_ref<llvm::Error(ModuleOp)> process);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_SUPPORT_COMMANDLINE_H
