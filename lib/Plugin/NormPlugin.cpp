//===- NormPlugin.cpp - the dialect and its passes for mlir-opt -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One shared library that is a dialect plugin and a pass plugin:
//
//   mlir-opt --load-dialect-plugin=NormPlugin.so
//            --load-pass-plugin=NormPlugin.so
//            --pass-pipeline='builtin.module(...)'
//
//===----------------------------------------------------------------------===//

#include "norm/InitAllDialects.h"
#include "norm/InitAllExtensions.h"
#include "norm/InitAllPasses.h"
#include "norm/Version.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Support/Compiler.h"

/// Dialect plugin entry point.
extern "C" LLVM_ATTRIBUTE_WEAK ::mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "norm", NORM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            mlir::norm::registerAllDialects(*registry);
            mlir::norm::registerAllExtensions(*registry);
          }};
}

/// Pass plugin entry point.
extern "C" LLVM_ATTRIBUTE_WEAK ::mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "norm", NORM_VERSION_STRING,
          [] { mlir::norm::registerAllPasses(); }};
}
