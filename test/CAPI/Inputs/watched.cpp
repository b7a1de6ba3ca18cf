//===- watched.cpp - norms that are watched in their calls ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels that were compiled before are measured, by name, from one thread and
// from eight, and give the results that they gave. Prints what was measured.
//
//===----------------------------------------------------------------------===//

#include "norm-c/Norm.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

/// `error` is read after the call beside it.
static void check(NormStatus status, NormError *const &error) {
  if (status == NORM_SUCCESS)
    return;
  std::printf("status %d: %s\n", status, normErrorGetMessage(error));
  std::exit(1);
}

static void expectError(NormStatus status, NormError *const &error) {
  std::printf("status %d: %s\n", status, normErrorGetMessage(error));
  normErrorDestroy(error);
}

static void expectTrue(bool holds, const char *what) {
  if (!holds)
    std::printf("not so: %s\n", what);
}

static NormTensor makeTensor(void *data, int32_t rank, int64_t *shape,
                             int64_t *strides = nullptr) {
  return {data,  {NORM_DEVICE_CPU, 0},
          rank,  {NORM_TYPE_FLOAT, 32, 1},
          shape, strides,
          0};
}

static NormInstrument *makeInstrument(int64_t k, const char *limits) {
  NormInstrumentOptions options = {sizeof(options), k, limits};
  NormInstrument *instrument;
  NormError *error;
  check(normInstrumentCreate(&options, &instrument, &error), error);
  return instrument;
}

static std::string write(NormInstrument *instrument, int32_t format) {
  NormText *text;
  NormError *error;
  check(normInstrumentWrite(instrument, format, &text, &error), error);
  std::string copy(normTextGetData(text), normTextGetSize(text));
  normTextDestroy(text);
  return copy;
}

static constexpr int64_t kRows = 6, kLength = 32;

/// Rows that lie in two groups with a gap between them, row i with a mean of i
/// deviations.
struct Rows {
  Rows() : x(7 * kLength), y(x.size()) {
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = float(i / kLength) + (i % 2 ? 1.0f : -1.0f);
  }
  void call(NormKernel *kernel) {
    NormTensor in = makeTensor(x.data(), 3, shape, strides);
    NormTensor out = makeTensor(y.data(), 3, shape, strides);
    const NormTensor *tensors[] = {&in, &out};
    NormError *error;
    check(normKernelCall(kernel, tensors, nullptr, 2, &error), error);
  }

  std::vector<float> x, y;
  int64_t shape[3] = {2, 3, kLength}, strides[3] = {4 * kLength, kLength, 1};
};

static const char kProgram[] = R"mlir(
func.func @main(%x: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %x, %c0 : tensor<?x32xf32>
  %e = tensor.empty(%n) : tensor<?x32xf32>
  %a = norm.rmsnorm ins(%x : tensor<?x32xf32>) outs(%e : tensor<?x32xf32>) epsilon = 0.0 -> tensor<?x32xf32>
  %b = scf.for %i = %c0 to %c2 step %c1 iter_args(%v = %a) -> tensor<?x32xf32> {
    %w = norm.rmsnorm ins(%v : tensor<?x32xf32>) outs(%e : tensor<?x32xf32>) epsilon = 0.0 -> tensor<?x32xf32>
    scf.yield %w : tensor<?x32xf32>
  }
  %c = norm.layernorm ins(%b : tensor<?x32xf32>) outs(%e : tensor<?x32xf32>) epsilon = 0.0 -> tensor<?x32xf32>
  return %c : tensor<?x32xf32>
})mlir";

static void callProgram(NormKernel *kernel, Rows &rows) {
  int64_t shape[2] = {kRows, kLength};
  NormTensor in = makeTensor(rows.x.data(), 2, shape);
  const NormTensor *arguments[] = {&in};
  NormManagedTensor *result;
  NormError *error;
  check(normKernelCallAllocating(kernel, arguments, 1, &result, &error), error);
  result->deleter(result);
}

static NormKernel *compileOp(NormContext *context) {
  NormOp op = {};
  op.struct_size = sizeof(op);
  op.kind = NORM_OP_LAYERNORM;
  op.x = {NORM_TYPE_FLOAT, 32, 1};
  op.row_length = kLength;
  NormKernel *kernel;
  NormError *error;
  check(normOpCompile(context, &op, &kernel, &error), error);
  return kernel;
}

static void reject(NormContext *context) {
  NormInstrument *instrument;
  NormError *error;
  NormInstrumentOptions options = {0, 0, nullptr};
  expectError(normInstrumentCreate(&options, &instrument, &error), error);
  options = {sizeof(options), -1, nullptr};
  expectError(normInstrumentCreate(&options, &instrument, &error), error);
  expectTrue(!instrument, "no instrument");
  options = {sizeof(options), 0, "mean=1"};
  expectError(normInstrumentCreate(&options, &instrument, &error), error);
  expectError(normInstrumentCreate(nullptr, nullptr, &error), error);
  expectError(normContextSetInstrument(nullptr, nullptr, &error), error);
  NormText *text;
  expectError(normInstrumentWrite(nullptr, 0, &text, &error), error);
  check(normInstrumentCreate(nullptr, &instrument, &error), error);
  expectError(normInstrumentWrite(instrument, 7, &text, &error), error);
  normInstrumentDestroy(instrument);
  // k is longer than the rows: the plain kernel runs, and the reason is told.
  NormKernel *kernel = compileOp(context);
  Rows rows;
  instrument = makeInstrument(33, nullptr);
  NormOp op = {};
  op.struct_size = sizeof(op);
  op.kind = NORM_OP_RMSNORM;
  op.x = {NORM_TYPE_FLOAT, 32, 1};
  op.row_length = kLength;
  NormKernel *rmsnorm;
  check(normOpCompile(context, &op, &rmsnorm, &error), error);
  check(normContextSetInstrument(context, instrument, &error), error);
  rows.call(rmsnorm);
  rows.call(rmsnorm);
  std::printf("%s", write(instrument, NORM_REPORT_TABLE).c_str());
  check(normContextSetInstrument(context, nullptr, &error), error);
  normInstrumentDestroy(instrument);
  normKernelDestroy(rmsnorm);
  normKernelDestroy(kernel);
  expectTrue(normInstrumentGetExcessCount(nullptr) == 0, "no excess of none");
  normInstrumentDestroy(nullptr);
}

int main() {
  NormContextOptions options = {};
  options.struct_size = sizeof(options);
  options.threads = 1;
  NormContext *context;
  NormError *error;
  check(normContextCreate(&options, &context, &error), error);
  reject(context);

  NormKernel *op = compileOp(context);
  NormKernel *program;
  check(normCompile(context, kProgram, sizeof(kProgram) - 1, nullptr, &program,
                    &error),
        error);
  Rows plain;
  plain.call(op);
  NormInstrument *instrument = makeInstrument(4, "row_mean=4.5,nan_rows=0");
  check(normContextSetInstrument(context, instrument, &error), error);

  Rows rows;
  rows.call(op);
  expectTrue(rows.y == plain.y, "the results of one that is watched");
  normInstrumentNameCalls("blocks.0.norm");
  rows.call(op);
  rows.x[3] = NAN;
  rows.call(op);
  normInstrumentNameCalls("first\nsecond\nthird");
  callProgram(program, plain);
  normInstrumentNameCalls("whole");
  callProgram(program, plain);
  normInstrumentNameCalls(nullptr);
  std::printf("%s", write(instrument, NORM_REPORT_TABLE).c_str());
  std::printf("%zu exceeded\n", normInstrumentGetExcessCount(instrument));

  // From eight threads, each with a name; what is not set is not measured.
  NormInstrument *many = makeInstrument(0, nullptr);
  check(normContextSetInstrument(context, many, &error), error);
  std::vector<std::thread> threads;
  for (int number = 0; number < 8; ++number)
    threads.emplace_back([op, number] {
      normInstrumentNameCalls(number % 2 ? "odd" : "even");
      Rows own;
      for (int i = 0; i < 100; ++i)
        own.call(op);
    });
  for (std::thread &thread : threads)
    thread.join();
  std::string json = write(many, NORM_REPORT_JSON);
  check(normContextSetInstrument(context, nullptr, &error), error);
  Rows().call(op);
  expectTrue(json == write(many, NORM_REPORT_JSON), "what is over is over");
  std::printf("%s", json.c_str());

  // Kernels and measurements outlive the context and the instrument.
  check(normContextSetInstrument(context, many, &error), error);
  normInstrumentDestroy(many);
  normContextDestroy(context);
  Rows().call(op);
  normKernelDestroy(op);
  normKernelDestroy(program);
  normInstrumentDestroy(instrument);
  std::printf("done\n");
}
