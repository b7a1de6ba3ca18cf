//===- MLIR.cpp - norm for MLIR's C interface -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm-c/MLIR.h"

#include "norm/Dialect/Norm/IR/NormDialect.h"
#include "norm/InitAllDialects.h"
#include "norm/InitAllPasses.h"

#include "mlir/CAPI/Registration.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"

#include <mutex>

MLIR_DEFINE_CAPI_DIALECT_REGISTRATION(Norm, norm, mlir::norm::NormDialect)

void mlirRegisterNormPasses(void) {
  static std::once_flag once;
  std::call_once(once, [] { mlir::norm::registerAllPasses(); });
}

void mlirRegisterNormDialects(MlirDialectRegistry registry) {
  mlir::registerAllDialects(*unwrap(registry));
  mlir::registerAllExtensions(*unwrap(registry));
  mlir::norm::registerAllDialects(*unwrap(registry));
}
