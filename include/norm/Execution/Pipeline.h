//===- Pipeline.h - from norms to the LLVM dialect --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all that compile programs share: the dialects they know, the pipeline of
// this project cut into stages, and the marks of a function to be called.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_PIPELINE_H
#define NORM_EXECUTION_PIPELINE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <string>

namespace mlir::norm::run {

/// A part of a pipeline after which the program can be printed.
struct Stage {
  StringRef name;
  std::function<void(OpPassManager &)> build;
};

/// Registers the passes, and adds to `registry` all dialects, extensions and
/// translations. To be called once.
void prepareCompiler(DialectRegistry &registry);

/// How a program is lowered.
struct PipelineOptions {
  /// Whether norms are looked for; norm ops are always compiled as such.
  bool raises = true;
  /// Whether only those are raised that round as the program does.
  bool isStrict = false;
  /// As norm-to-llvm takes them: 0 threads are as many as the runtime likes,
  /// and 0 bits are those of this machine.
  unsigned threads = 0, vectorBits = 0;
  /// More options of norm-to-llvm, as on a command line.
  std::string more = "";
};

/// norm-raise, of which `isStrict` chooses the precision.
std::unique_ptr<Pass> createRaise(bool isStrict);

/// The stages raised, fused, planned, vector and llvm; an error if `more` is
/// not understood.
llvm::Expected<SmallVector<Stage>> normStages(const PipelineOptions &options);

/// Asks for a C interface of `entry`, and keeps its compiled code from writing
/// to the arguments.
void markEntry(func::FuncOp entry);

/// Lowers what `module` has of TOSA, runs `stages` in order, and calls
/// `finished`, if there is one, after each.
llvm::Error
runStages(ModuleOp module, ArrayRef<Stage> stages,
          llvm::function_ref<void(const Stage &)> finished = nullptr);

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_PIPELINE_H
