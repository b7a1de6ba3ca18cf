/* store FILE.mlir FOLDER THREADS: compiles main() of a program into FOLDER.
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */

#include "norm-c/Norm.h"

#include <stdio.h>
#include <stdlib.h>

static char program[1 << 20];

int main(int argc, char **argv) {
  NormContextOptions options = {0};
  NormContext *context = NULL;
  NormKernel *kernel = NULL;
  NormError *error = NULL;
  size_t size;
  FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
  if (!file)
    return 2;
  size = fread(program, 1, sizeof(program), file);
  fclose(file);
  options.struct_size = sizeof(options);
  options.cache_directory = argv[2];
  options.threads = (uint32_t)atoi(argv[3]);
  if (!normContextCreate(&options, &context, &error))
    normCompile(context, program, size, NULL, &kernel, &error);
  if (error)
    fprintf(stderr, "%s\n", normErrorGetMessage(error));
  normErrorDestroy(error);
  normKernelDestroy(kernel);
  normContextDestroy(context);
  return kernel ? 0 : 1;
}
