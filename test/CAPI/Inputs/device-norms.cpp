//===- device-norms.cpp - norms on a device, beside their definition ------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prints "right" and how many calls were, or what is wrong.
//
//===----------------------------------------------------------------------===//

#include "device.h"

static NormContext *context;
static int calls = 0, failures = 0;

static void expectForward(int kind, NormDataType type, NormDataType scaleType,
                          int64_t rows, int64_t length) {
  NormOp op = {};
  op.struct_size = sizeof(op);
  op.kind = kind;
  op.x = type;
  op.scale = scaleType;
  op.row_length = length;
  op.k = kind == NORM_OP_PRMSNORM ? (length + 3) / 4 : 0;
  op.epsilon = 1e-5;
  NormKernel *kernel = nullptr;
  NormError *error = nullptr;
  if (normOpCompile(context, &op, &kernel, &error)) {
    std::printf("%s\n", normErrorGetMessage(error));
    std::exit(1);
  }
  Tensor x(type, {rows, length}), scale(scaleType, {length}),
      y(type, {rows, length});
  x.fill(7, 0.25);
  scale.fill(9, 1);
  ++calls;
  bool isRight = call(kernel, {&x, &scale, &y}, nullptr);
  for (int64_t row = 0; row < rows && isRight; ++row) {
    std::vector<double> values;
    for (int64_t i = 0; i < length; ++i)
      values.push_back(x.get(row * length + i));
    std::vector<double> expected = normalize(values, kind, op.k, op.epsilon);
    for (int64_t i = 0; i < length; ++i)
      expected[size_t(i)] *= scale.get(i);
    isRight =
        isClose(y, row * length, expected, type.bits == 64 ? 1e-13 : 2e-6, "y");
  }
  failures += !isRight;
  normKernelDestroy(kernel);
}

int main() {
  normContextCreate(nullptr, &context, nullptr);
  expectForward(NORM_OP_RMSNORM, kF32, kF32, 5, 4096);
  normContextDestroy(context);
  if (!failures)
    std::printf("right: %d calls\n", calls);
  return failures != 0;
}
