//===- LowerTosa.h - TOSA programs as the raise reads them ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The raise reads linalg, arith, math and tensor ops. A function that holds
// TOSA ops is brought there by upstream's own lowering, which knows what the
// ops mean; if no norm is found in it, it is put back as it was.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_RAISE_LOWERTOSA_H
#define NORM_RAISE_LOWERTOSA_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

namespace mlir::norm::raise {

/// Adds upstream's lowering of TOSA to linalg, arith and tensor ops to a
/// pipeline on functions.
void buildTosaLowering(OpPassManager &functionPipeline);

/// The functions of a module that were lowered from TOSA.
class LoweredTosa {
public:
  /// Lowers the functions of `module` that hold TOSA ops. May be called by a
  /// pass that names the dialects of buildTosaLowering as dependent.
  LogicalResult lower(ModuleOp module);

  /// Puts back those in which there is no norm op that was not there before.
  void restoreUnraised();

private:
  struct Function {
    func::FuncOp lowered;
    OwningOpRef<func::FuncOp> original;
  };
  std::vector<Function> functions;
};

} // namespace mlir::norm::raise

#endif // NORM_RAISE_LOWERTOSA_H
