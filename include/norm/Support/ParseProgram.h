//===- ParseProgram.h - text or bytecode as a module ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_SUPPORT_PARSEPROGRAM_H
#define NORM_SUPPORT_PARSEPROGRAM_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

namespace mlir::norm {

/// The verified module that the main buffer of `sources` has, as text or as
/// bytecode; null, with errors to the handler of `context`, if it has none.
/// Text for which upstream's parser writes to freed memory is an error here.
OwningOpRef<ModuleOp> parseProgram(const llvm::SourceMgr &sources,
                                   MLIRContext *context);

} // namespace mlir::norm

#endif // NORM_SUPPORT_PARSEPROGRAM_H
