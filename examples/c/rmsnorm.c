/* rmsnorm.c - an RMSNorm from C
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Two kernels that do the same: one of a norm given by parameters, one of a
 * program in MLIR, whose norm is found. Both are called on memory of this
 * program, and compared with the formula in double precision.
 */

#include "norm-c/Norm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { kRows = 3, kLength = 64 };

static float x[kRows][kLength], scale[kLength], y[kRows][kLength];
static const double kEpsilon = 1e-5;

/* The same in linalg: squares are added up, and each element is multiplied by
 * the reciprocal root of their mean and by the scale. */
static const char kProgram[] =
    "#id = affine_map<(i, j) -> (i, j)>\n"
    "#row = affine_map<(i, j) -> (i)>\n"
    "#col = affine_map<(i, j) -> (j)>\n"
    "func.func @rmsnorm(%x: tensor<?x64xf32>, %g: tensor<64xf32>)\n"
    "    -> tensor<?x64xf32> {\n"
    "  %zero = arith.constant 0.0 : f32\n"
    "  %c0 = arith.constant 0 : index\n"
    "  %rows = tensor.dim %x, %c0 : tensor<?x64xf32>\n"
    "  %e0 = tensor.empty(%rows) : tensor<?xf32>\n"
    "  %e1 = tensor.empty(%rows) : tensor<?x64xf32>\n"
    "  %zeros = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?xf32>)\n"
    "      -> tensor<?xf32>\n"
    "  %sums = linalg.generic {indexing_maps = [#id, #row],\n"
    "      iterator_types = [\"parallel\", \"reduction\"]}\n"
    "      ins(%x : tensor<?x64xf32>) outs(%zeros : tensor<?xf32>) {\n"
    "  ^bb0(%v: f32, %sum: f32):\n"
    "    %square = arith.mulf %v, %v : f32\n"
    "    %next = arith.addf %sum, %square : f32\n"
    "    linalg.yield %next : f32\n"
    "  } -> tensor<?xf32>\n"
    "  %y = linalg.generic {indexing_maps = [#id, #row, #col, #id],\n"
    "      iterator_types = [\"parallel\", \"parallel\"]}\n"
    "      ins(%x, %sums, %g : tensor<?x64xf32>, tensor<?xf32>,\n"
    "          tensor<64xf32>)\n"
    "      outs(%e1 : tensor<?x64xf32>) {\n"
    "  ^bb0(%v: f32, %sum: f32, %s: f32, %out: f32):\n"
    "    %n = arith.constant 64.0 : f32\n"
    "    %epsilon = arith.constant 1.0e-05 : f32\n"
    "    %mean = arith.divf %sum, %n : f32\n"
    "    %shifted = arith.addf %mean, %epsilon : f32\n"
    "    %rstd = math.rsqrt %shifted : f32\n"
    "    %scaled = arith.mulf %v, %rstd : f32\n"
    "    %result = arith.mulf %scaled, %s : f32\n"
    "    linalg.yield %result : f32\n"
    "  } -> tensor<?x64xf32>\n"
    "  return %y : tensor<?x64xf32>\n"
    "}\n";

static NormError *error;

/* Ends the program if a call failed. */
static void check(NormStatus status) {
  if (status == NORM_SUCCESS)
    return;
  fprintf(stderr, "%s:%u:%u: %s\n", normErrorGetFile(error),
          normErrorGetLine(error), normErrorGetColumn(error),
          normErrorGetMessage(error));
  normErrorDestroy(error);
  exit(1);
}

/* A dense tensor of floats on the CPU. */
static NormTensor tensor(void *data, int32_t ndim, int64_t *shape) {
  NormTensor result = {0};
  result.data = data;
  result.device.device_type = NORM_DEVICE_CPU;
  result.ndim = ndim;
  result.dtype = (NormDataType){NORM_TYPE_FLOAT, 32, 1};
  result.shape = shape;
  return result;
}

/* The largest difference of `result` from the formula. */
static double getError(const float *result) {
  double worst = 0;
  for (int i = 0; i < kRows; ++i) {
    double sum = 0;
    for (int j = 0; j < kLength; ++j)
      sum += (double)x[i][j] * x[i][j];
    for (int j = 0; j < kLength; ++j) {
      double expected =
          x[i][j] / sqrt(sum / kLength + kEpsilon) * (double)scale[j];
      worst = fmax(worst, fabs(result[i * kLength + j] - expected));
    }
  }
  return worst;
}

int main(void) {
  for (int i = 0; i < kRows; ++i)
    for (int j = 0; j < kLength; ++j)
      x[i][j] = (float)sin(7.0 * i + j);
  for (int j = 0; j < kLength; ++j)
    scale[j] = 0.5f + 0.01f * (float)j;
  int64_t matrix[] = {kRows, kLength}, row[] = {kLength};
  NormTensor xs = tensor(x, 2, matrix), scales = tensor(scale, 1, row),
             ys = tensor(y, 2, matrix);

  NormContext *context;
  check(normContextCreate(NULL, &context, &error));

  NormOp op = {0};
  op.struct_size = sizeof(op);
  op.kind = NORM_OP_RMSNORM;
  op.x = op.scale = xs.dtype;
  op.row_length = kLength;
  op.epsilon = kEpsilon;
  NormKernel *kernel;
  check(normOpCompile(context, &op, &kernel, &error));
  const NormTensor *tensors[] = {&xs, &scales, &ys};
  check(normKernelCall(kernel, tensors, NULL, 3, &error));
  normKernelDestroy(kernel);
  printf("by parameters: %s\n", getError(&y[0][0]) < 1e-5 ? "right" : "wrong");

  NormProgramOptions options = {0};
  options.struct_size = sizeof(options);
  options.file_name = "rmsnorm.mlir";
  options.entry = "rmsnorm";
  check(normCompile(context, kProgram, sizeof(kProgram) - 1, &options, &kernel,
                    &error));
  NormManagedTensor *result;
  check(normKernelCallAllocating(kernel, tensors, 2, &result, &error));
  printf("from a program: %s\n",
         getError(result->dl_tensor.data) < 1e-5 ? "right" : "wrong");
  result->deleter(result);
  normKernelDestroy(kernel);
  normContextDestroy(context);
  return 0;
}
