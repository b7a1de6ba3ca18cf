/* lent.c - threads and memory of the caller, and structs of other versions
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Prints what was called, and "right" where results are those of one thread.
 */

#include "norm-c/Norm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kRows = 512, kLength = 4096 };

/* A temporary of unknown size between a norm and a product of matrices, and
 * results of unknown size. */
static const char kProgram[] =
    "#id = affine_map<(i, j) -> (i, j)>\n"
    "func.func @main(%x: tensor<?x4096xf32>)\n"
    "    -> (tensor<?x4096xf32>, tensor<?x4096xf32>) {\n"
    "  %c0 = arith.constant 0 : index\n"
    "  %n = tensor.dim %x, %c0 : tensor<?x4096xf32>\n"
    "  %e = tensor.empty(%n) : tensor<?x4096xf32>\n"
    "  %y = norm.rmsnorm ins(%x : tensor<?x4096xf32>)\n"
    "      outs(%e : tensor<?x4096xf32>) epsilon = 1.0e-5\n"
    "      -> tensor<?x4096xf32>\n"
    "  return %y, %x : tensor<?x4096xf32>, tensor<?x4096xf32>\n"
    "}\n";

static const char kOpenMP[] = "func.func @main(%x: memref<4xf32>) {\n"
                              "  omp.parallel { omp.barrier omp.terminator }\n"
                              "  return\n"
                              "}\n";

static int loops, tasks, taken, given, failures;

static void check(NormStatus status, NormError **error) {
  if (!status)
    return;
  printf("status %d: %s\n", status, normErrorGetMessage(*error));
  normErrorDestroy(*error);
  ++failures;
}

/* Backwards, and one after the other. */
static void parallelFor(void *data, size_t count, NormTask task, void *state) {
  ++*(int *)data;
  tasks += (int)count;
  while (count > 0)
    task(state, --count);
}

static void *take(void *data, size_t size, size_t alignment) {
  void *memory = NULL;
  ++*(int *)data;
  if (alignment < sizeof(void *))
    alignment = sizeof(void *);
  return posix_memalign(&memory, alignment, size) ? NULL : memory;
}

static void give(void *data, void *memory) {
  (void)data;
  ++given;
  free(memory);
}

static void *refuse(void *data, size_t size, size_t alignment) {
  (void)data, (void)size, (void)alignment;
  return NULL;
}

static NormContext *makeContext(NormContextOptions options) {
  NormContext *context = NULL;
  NormError *error = NULL;
  options.struct_size = sizeof(options);
  check(normContextCreate(&options, &context, &error), &error);
  return context;
}

static NormKernel *compile(NormContext *context, const char *program) {
  NormKernel *kernel = NULL;
  NormError *error = NULL;
  check(normCompile(context, program, strlen(program), NULL, &kernel, &error),
        &error);
  return kernel;
}

/* The first result; the others are freed. */
static NormManagedTensor *call(NormKernel *kernel, float *data) {
  int64_t shape[2] = {kRows, kLength};
  NormTensor x = {0};
  const NormTensor *arguments = &x;
  NormManagedTensor *results[2] = {NULL, NULL};
  NormError *error = NULL;
  x.data = data;
  x.device.device_type = 1;
  x.ndim = 2;
  x.dtype.code = NORM_TYPE_FLOAT;
  x.dtype.bits = 32;
  x.dtype.lanes = 1;
  x.shape = shape;
  check(normKernelCallAllocating(kernel, &arguments, 1, results, &error),
        &error);
  if (results[1])
    results[1]->deleter(results[1]);
  return results[0];
}

static void describe(NormContext *context) {
  NormText *text = NULL;
  NormError *error = NULL;
  check(normContextDescribeThreads(context, &text, &error), &error);
  printf("threads: %s\n", normTextGetData(text));
  normTextDestroy(text);
}

/* What a caller of another version knows of the struct. */
static void checkVersions(const NormKernel *kernel) {
  struct {
    NormTensorType type;
    int64_t later;
  } longer;
  NormTensorType type;
  NormError *error = NULL;
  memset(&type, 1, sizeof(type));
  type.struct_size = offsetof(NormTensorType, shape);
  check(normKernelGetTensorType(kernel, 0, &type, &error), &error);
  printf("shorter: %d dimensions, %s\n", (int)type.ndim,
         *(unsigned char *)&type.shape == 1 ? "rest kept" : "rest written");
  longer.type.struct_size = sizeof(longer);
  longer.later = 7;
  check(normKernelGetTensorType(kernel, 0, &longer.type, &error), &error);
  printf("longer: later fields %d\n", (int)longer.later);
  type.struct_size = 0;
  check(normKernelGetTensorType(kernel, 0, &type, &error), &error);
}

int main(void) {
  float *x = malloc(sizeof(float) * kRows * kLength);
  NormContextOptions one = {0}, lent = {0}, poor = {0};
  NormManagedTensor *expected, *found;
  NormContext *context;
  NormKernel *kernel;
  int i;
  for (i = 0; i < kRows * kLength; ++i)
    x[i] = (float)(i % 97) - 40;

  one.threads = 1;
  context = makeContext(one);
  describe(context);
  kernel = compile(context, kProgram);
  expected = call(kernel, x);
  checkVersions(kernel);
  normKernelDestroy(kernel);
  normContextDestroy(context);

  lent.threads = 3;
  lent.parallel_for = parallelFor;
  lent.parallel_for_data = &loops;
  lent.allocate = take;
  lent.deallocate = give;
  lent.allocator_data = &taken;
  context = makeContext(lent);
  describe(context);
  kernel = compile(context, kProgram);
  compile(context, kOpenMP);
  normContextDestroy(context);
  found = call(kernel, x);
  normKernelDestroy(kernel);
  printf("%s\n", memcmp(found->dl_tensor.data, expected->dl_tensor.data,
                        sizeof(float) * kRows * kLength)
                     ? "wrong"
                     : "right");
  printf("%d loops of %d tasks\n", loops, loops ? tasks / loops : 0);
  found->deleter(found);
  expected->deleter(expected);
  printf("memory: %s\n", taken > 0 && taken == given ? "balanced" : "lost");

  lent.threads = 0;
  makeContext(lent);
  poor.allocate = refuse;
  makeContext(poor);
  free(x);
  return failures == 4 ? 0 : 1;
}
