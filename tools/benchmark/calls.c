/* calls.c - what a call of a small norm costs from C
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Prints nanoseconds per call of an RMSNorm of 1 x 16, nearly all of which is
 * the call, and of 1 x 4096: the least of many rounds. calls.py compiles and
 * runs it.
 */

#define _POSIX_C_SOURCE 199309L

#include "norm-c/Norm.h"

#include <stdio.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static float x[4096], scale[4096], y[4096];

static int measure(NormContext *context, int64_t length) {
  NormOp op = {0};
  op.struct_size = sizeof(op);
  op.kind = NORM_OP_RMSNORM;
  op.x.code = NORM_TYPE_FLOAT;
  op.x.bits = 32;
  op.x.lanes = 1;
  op.scale = op.x;
  op.row_length = length;
  op.epsilon = 1e-5;
  NormKernel *kernel;
  if (normOpCompile(context, &op, &kernel, NULL) != NORM_SUCCESS)
    return 1;
  int64_t shape[] = {1, length};
  NormTensor xs = {0};
  xs.data = x;
  xs.device.device_type = NORM_DEVICE_CPU;
  xs.dtype = op.x;
  xs.ndim = 2;
  xs.shape = shape;
  NormTensor ys = xs, scales = xs;
  ys.data = y;
  scales.data = scale;
  scales.ndim = 1;
  scales.shape = shape + 1;
  const NormTensor *tensors[] = {&xs, &scales, &ys};
  double least = 1e30;
  for (int round = 0; round < 200; ++round) {
    enum { kCalls = 2000 };
    double start = now();
    for (int i = 0; i < kCalls; ++i)
      if (normKernelCall(kernel, tensors, NULL, 3, NULL) != NORM_SUCCESS)
        return 1;
    double each = (now() - start) / kCalls;
    if (each < least)
      least = each;
  }
  normKernelDestroy(kernel);
  printf("%.0f\n", least);
  return 0;
}

int main(void) {
  for (int i = 0; i < 4096; ++i) {
    x[i] = (float)(i % 13) - 6.0f;
    scale[i] = 1.0f;
  }
  NormContext *context;
  if (normContextCreate(NULL, &context, NULL) != NORM_SUCCESS)
    return 1;
  int status = measure(context, 16) || measure(context, 4096);
  normContextDestroy(context);
  return status;
}
