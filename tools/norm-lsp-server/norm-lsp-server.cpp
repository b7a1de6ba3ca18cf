//===- norm-lsp-server.cpp - MLIR with norm ops, for editors --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's mlir-lsp-server, which knows the norm dialect and its transform
// ops, too.
//
//===----------------------------------------------------------------------===//

#include "norm/InitAllDialects.h"
#include "norm/InitAllExtensions.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Support/LogicalResult.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::norm::registerAllDialects(registry);
  mlir::norm::registerAllExtensions(registry);
  return failed(mlir::MlirLspServerMain(argc, argv, registry));
}
