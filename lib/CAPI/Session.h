//===- Session.h - one program in a context of its own ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_SESSION_H
#define NORM_LIB_CAPI_SESSION_H

#include "Status.h"
#include "norm-c/Compiler.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <memory>
#include <vector>

namespace mlir::norm::capi {

/// A remark that is kept until the call is over.
struct StoredRemark {
  NormRemarkKind kind;
  std::string category, name, message, file;
  uint32_t line = 0, column = 0;
};

/// A program with an MLIRContext that no other thread knows. Diagnostics are
/// kept: the first error becomes the one that is returned.
class Session {
public:
  /// Remarks go to `remarks`, if that is not null.
  explicit Session(std::vector<StoredRemark> *remarks);
  ~Session();

  /// Reads text or bytecode and verifies it.
  llvm::Error parse(StringRef program, StringRef fileName);
  ModuleOp getModule() { return *module; }
  /// Loads the dialects that `pass` makes ops of.
  void loadDialects(const Pass &pass);
  llvm::Error run(PassManager &pm);
  /// The first error that was emitted, or one that says `otherwise`.
  llvm::Error takeError(NormStatus status, StringRef otherwise);

  /// The first error that was emitted, or `error` itself.
  llvm::Error explain(llvm::Error error);

private:
  /// In the order in which they are made.
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
  std::unique_ptr<ScopedDiagnosticHandler> handler;
  std::optional<NormError> firstError;
};

/// Runs `task` on a stack that is deep enough for programs of many nested or
/// chained ops, and waits.
void runOnLargeStack(llvm::function_ref<void()> task);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_SESSION_H
