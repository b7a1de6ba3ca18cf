//===- MLIR.h - norm for MLIR's C interface ---------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For compilers that are written against MLIR's own C interface. It is linked
// as Norm::Compiler, beside upstream's MLIRCAPIIR; libnorm-c.so has none of it.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_C_MLIR_H
#define NORM_C_MLIR_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

/// mlirGetDialectHandle__norm__(), for mlirDialectHandleRegisterDialect() and
/// its like.
MLIR_DECLARE_CAPI_DIALECT_REGISTRATION(Norm, norm);

/// Registers the passes and pipelines of norm by their names, once; for
/// mlirParsePassPipeline().
MLIR_CAPI_EXPORTED void mlirRegisterNormPasses(void);

/// Adds what norm's passes ask of other dialects to `registry`: all of
/// upstream's dialects and extensions, and norm's.
MLIR_CAPI_EXPORTED void mlirRegisterNormDialects(MlirDialectRegistry registry);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // NORM_C_MLIR_H
