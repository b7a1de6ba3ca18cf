/* dlpack.c - DLPack's own tensors, without a cast
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */

#include "dlpack.h"

#include "norm-c/Norm.h"

#include <stdio.h>

int main(void) {
  float x[4] = {3, 3, 3, 3}, y[4] = {0};
  int64_t shape[2] = {1, 4};
  DLTensor tensors[2] = {
      {x, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, NULL, 0},
      {y, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, NULL, 0}};
  const DLTensor *pointers[2] = {&tensors[0], &tensors[1]};
  DLDataType f32 = {kDLFloat, 32, 1};
  NormOp op = {0};
  NormContext *context = NULL;
  NormKernel *kernel = NULL;
  op.struct_size = sizeof(op);
  op.kind = NORM_OP_RMSNORM;
  op.x = f32;
  op.row_length = 4;
  if (normContextCreate(NULL, &context, NULL) ||
      normOpCompile(context, &op, &kernel, NULL) ||
      normKernelCall(kernel, pointers, NULL, 2, NULL))
    return 1;
  printf("%g %g %g %g\n", y[0], y[1], y[2], y[3]);
  normKernelDestroy(kernel);
  normContextDestroy(context);
  return 0;
}
