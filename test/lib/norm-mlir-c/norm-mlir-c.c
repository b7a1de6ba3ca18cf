/* norm-mlir-c.c - a compiler on MLIR's C interface
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * norm-mlir-c FILE.mlir PIPELINE: runs passes on a program and prints it.
 */

#include "norm-c/MLIR.h"

#include "mlir-c/Pass.h"

#include <stdio.h>

static char program[1 << 20];

static void print(MlirStringRef text, void *file) {
  fwrite(text.data, 1, text.length, (FILE *)file);
}

static int run(MlirContext context, const char *pipeline) {
  MlirModule module =
      mlirModuleCreateParse(context, mlirStringRefCreateFromCString(program));
  MlirPassManager passes = mlirPassManagerCreate(context);
  int failed = 1;
  mlirRegisterNormPasses();
  if (!mlirModuleIsNull(module) &&
      mlirLogicalResultIsSuccess(mlirParsePassPipeline(
          mlirPassManagerGetAsOpPassManager(passes),
          mlirStringRefCreateFromCString(pipeline), print, stderr)) &&
      mlirLogicalResultIsSuccess(
          mlirPassManagerRunOnOp(passes, mlirModuleGetOperation(module)))) {
    mlirOperationPrint(mlirModuleGetOperation(module), print, stdout);
    failed = 0;
  }
  mlirPassManagerDestroy(passes);
  if (!mlirModuleIsNull(module))
    mlirModuleDestroy(module);
  return failed;
}

int main(int argc, char **argv) {
  MlirDialectRegistry registry = mlirDialectRegistryCreate();
  MlirContext context;
  MlirDialect norm;
  int status;
  FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
  if (!file)
    return 2;
  fread(program, 1, sizeof(program) - 1, file);
  fclose(file);
  mlirRegisterNormDialects(registry);
  context = mlirContextCreateWithRegistry(registry, /*threadingEnabled=*/0);
  norm = mlirDialectHandleLoadDialect(mlirGetDialectHandle__norm__(), context);
  print(mlirDialectGetNamespace(norm), stdout);
  puts("");
  status = run(context, argv[2]);
  mlirContextDestroy(context);
  mlirDialectRegistryDestroy(registry);
  return status;
}
