//===- Compilation.h - from norms to the LLVM dialect -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all that run programs share: the dialects they know, the pipeline of
// this project cut into stages, and the marks of a function to be called.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTIONENGINE_COMPILATION_H
#define NORM_EXECUTIONENGINE_COMPILATION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

#include <functional>

namespace mlir::norm::run {

/// A part of a pipeline after which the program can be printed. `build` fails,
/// with a message, if a pass does not exist.
struct Stage {
  StringRef name;
  std::function<LogicalResult(OpPassManager &)> build;
};

/// Initializes LLVM for this machine, registers the passes, and adds to
/// `registry` all dialects, extensions and translations. To be called once.
void prepareCompiler(DialectRegistry &registry);

/// Norms raised and compiled by this project's passes, for vector registers of
/// `vectorBits` bits, 0 for those of this machine. `options` are more options
/// of norm-to-llvm, as on a command line.
SmallVector<Stage> normStages(unsigned threads, unsigned vectorBits,
                              StringRef options = "");

/// Asks for a C interface of `entry`, and keeps its compiled code from writing
/// to the arguments.
void markEntry(func::FuncOp entry);

/// Runs `stages` on `module` in order and calls `finished`, if there is one,
/// after each.
llvm::Error
runStages(ModuleOp module, ArrayRef<Stage> stages,
          llvm::function_ref<void(const Stage &)> finished = nullptr);

} // namespace mlir::norm::run

#endif // NORM_EXECUTIONENGINE_COMPILATION_H
