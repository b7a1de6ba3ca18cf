/* contained.c - a program of a stranger, compiled in a process of its own
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contained FILE.mlir FUNCTION FOLDER [MEGABYTES]: a child compiles the
 * function and stores its kernel in FOLDER, with at most 20 seconds and as much
 * memory as is said (4096). This process then reads the kernel from there, by
 * the hash of the program, and parses and compiles nothing. Whatever happens to
 * the compiler, memory that runs out, a fault, no end, happens to the child
 * alone.
 */

#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE

#include "norm-c/Norm.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char program[1 << 20];
static size_t size;

/* Compiles the function, or reads it from the folder, and counts which. */
static int compile(const char *function, const char *folder, uint64_t *compiled,
                   uint64_t *loaded) {
  NormContextOptions options = {0};
  NormProgramOptions programOptions = {0};
  NormContext *context = NULL;
  NormKernel *kernel = NULL;
  NormError *error = NULL;
  options.struct_size = sizeof(options);
  options.cache_directory = folder;
  programOptions.struct_size = sizeof(programOptions);
  programOptions.entry = function;
  if (normContextCreate(&options, &context, &error) ||
      normCompile(context, program, size, &programOptions, &kernel, &error)) {
    printf("error: %s\n", normErrorGetMessage(error));
    normErrorDestroy(error);
    normContextDestroy(context);
    return 1;
  }
  normContextGetCounts(context, compiled, loaded);
  /* Here the parent would call the kernel. */
  normKernelDestroy(kernel);
  normContextDestroy(context);
  return 0;
}

/* Compiles the function, or finds it stored, and reads it back: a folder that
 * others may write to, or a full disk, keeps nothing. */
static int compileAndStore(const char *function, const char *folder) {
  uint64_t compiled = 0, loaded = 0;
  if (compile(function, folder, &compiled, &loaded))
    return 1;
  printf("%u compiled, %u read\n", (unsigned)compiled, (unsigned)loaded);
  if (compile(function, folder, &compiled, &loaded))
    return 1;
  if (loaded == 1)
    return 0;
  printf("error: the kernel was not stored in '%s'\n", folder);
  return 1;
}

static void setLimit(int resource, rlim_t limit) {
  struct rlimit both;
  both.rlim_cur = both.rlim_max = limit;
  setrlimit(resource, &both);
}

int main(int argc, char **argv) {
  FILE *file = argc > 3 ? fopen(argv[1], "rb") : NULL;
  rlim_t megabytes = argc > 4 ? (rlim_t)atoi(argv[4]) : 4096;
  uint64_t compiled = 0, loaded = 0;
  int status = 0;
  pid_t child;
  if (!file)
    return 2;
  size = fread(program, 1, sizeof(program), file);
  fclose(file);

  /* Before there are threads: a child of fork() has the calling one alone. */
  child = fork();
  if (child < 0)
    return 2;
  if (child == 0) {
    setLimit(RLIMIT_AS, megabytes << 20);
    setLimit(RLIMIT_CPU, 20);
    setLimit(RLIMIT_CORE, 0);
    status = compileAndStore(argv[2], argv[3]);
    fflush(stdout);
    _exit(status);
  }
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    printf("the compiler was ended by signal %d\n", WTERMSIG(status));
    return 1;
  }
  if (WEXITSTATUS(status))
    return 1;
  if (compile(argv[2], argv[3], &compiled, &loaded))
    return 1;
  printf("%u compiled, %u read\n", (unsigned)compiled, (unsigned)loaded);
  return 0;
}
