//===- device-norms.cpp - norms on a device, beside their definition ------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prints "right" and how many calls were, or what is wrong. With an argument
// there are more of them.
//
//===----------------------------------------------------------------------===//

#include "device.h"

static NormContext *context;
static int calls = 0, failures = 0;

static constexpr double kEpsilon = 1e-5;

static void stopOn(NormError *error) {
  if (!error)
    return;
  std::printf("%s\n", normErrorGetMessage(error));
  std::exit(1);
}

static double getTolerance(NormDataType type) {
  return type.bits == 64 ? 1e-13 : 3e-6;
}

static int64_t getK(int kind, int64_t length) {
  return kind == NORM_OP_PRMSNORM ? (length + 3) / 4 : 0;
}

/// Row `row` of a tensor of rows.
static std::vector<double> getRow(const Tensor &tensor, int64_t row) {
  int64_t length = tensor.shape.back();
  std::vector<double> values;
  for (int64_t i = 0; i < length; ++i)
    values.push_back(tensor.get(row * length + i));
  return values;
}

/// What a row is multiplied by, and its mean if the norm subtracts it.
struct Statistics {
  double rstd, mean = 0;
};

static Statistics getStatistics(const std::vector<double> &x, int kind) {
  int64_t n = int64_t(x.size()), of = n;
  if (kind == NORM_OP_PRMSNORM)
    of = getK(kind, n);
  Statistics found;
  if (kind == NORM_OP_LAYERNORM)
    for (double value : x)
      found.mean += value / double(n);
  double sum = 0;
  for (int64_t i = 0; i < of; ++i)
    sum += (x[size_t(i)] - found.mean) * (x[size_t(i)] - found.mean);
  found.rstd = 1 / std::sqrt(sum / double(of) + kEpsilon);
  return found;
}

//===----------------------------------------------------------------------===//
// Forward
//===----------------------------------------------------------------------===//

struct Case {
  int kind;
  NormDataType type;
  /// Of residual, scale and bias, if they are there.
  NormDataType residual, scale, bias;
  std::vector<int64_t> shape;
};

static void expectForward(const Case &given) {
  NormOp op = {};
  op.struct_size = sizeof(op);
  op.kind = given.kind;
  op.x = given.type;
  op.residual = given.residual;
  op.scale = given.scale;
  op.bias = given.bias;
  op.row_length = given.shape.back();
  op.k = getK(given.kind, op.row_length);
  op.epsilon = kEpsilon;
  op.rstd = given.type.bits == 64 ? kF64 : kF32;
  NormKernel *kernel = nullptr;
  NormError *error = nullptr;
  normOpCompile(context, &op, &kernel, &error);
  stopOn(error);

  std::vector<int64_t> outer(given.shape.begin(), given.shape.end() - 1);
  Tensor x(given.type, given.shape), y(given.type, given.shape),
      z(given.type, given.shape), rstd(op.rstd, outer);
  Tensor residual(given.residual.bits ? given.residual : kF32, given.shape),
      scale(given.scale.bits ? given.scale : kF32, {op.row_length}),
      bias(given.bias.bits ? given.bias : kF32, {op.row_length});
  x.fill(7, 0.25);
  residual.fill(8);
  scale.fill(9, 1);
  bias.fill(10);
  std::vector<const Tensor *> tensors = {&x};
  if (given.residual.bits)
    tensors.push_back(&residual);
  if (given.scale.bits)
    tensors.push_back(&scale);
  if (given.bias.bits)
    tensors.push_back(&bias);
  tensors.push_back(&y);
  if (given.residual.bits)
    tensors.push_back(&z);
  tensors.push_back(&rstd);
  ++calls;
  bool isRight = call(kernel, tensors, nullptr);
  double tolerance = getTolerance(given.type);
  for (int64_t row = 0; row < rstd.count && isRight; ++row) {
    std::vector<double> values = getRow(x, row);
    if (given.residual.bits) {
      std::vector<double> sum = getRow(residual, row);
      for (size_t i = 0; i < values.size(); ++i)
        sum[i] += values[i];
      isRight = isClose(z, row * op.row_length, sum, 1e-7, "z");
      values = getRow(z, row);
    }
    Statistics statistics = getStatistics(values, given.kind);
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = (values[i] - statistics.mean) * statistics.rstd;
      if (given.scale.bits)
        values[i] *= scale.get(int64_t(i));
      if (given.bias.bits)
        values[i] += bias.get(int64_t(i));
    }
    isRight = isRight &&
              isClose(y, row * op.row_length, values, tolerance, "y") &&
              isClose(rstd, row, {statistics.rstd}, tolerance, "rstd");
  }
  failures += !isRight;
  normKernelDestroy(kernel);
}

//===----------------------------------------------------------------------===//
// Backward
//===----------------------------------------------------------------------===//

/// Gradients with a scale, without statistics and residual.
static void expectBackward(int kind, NormDataType type, int64_t rows,
                           int64_t length) {
  NormBackwardOp op = {};
  op.struct_size = sizeof(op);
  op.kind = kind;
  op.dy = op.x = op.scale = op.dx = type;
  op.dscale = op.dbias = kF32;
  op.row_length = length;
  op.k = getK(kind, length);
  op.epsilon = kEpsilon;
  NormKernel *kernel = nullptr;
  NormError *error = nullptr;
  normBackwardOpCompile(context, &op, &kernel, &error);
  stopOn(error);

  Tensor dy(type, {rows, length}), x(type, {rows, length}),
      dx(type, {rows, length}), scale(type, {length}), dscale(kF32, {length}),
      dbias(kF32, {length});
  dy.fill(3);
  x.fill(4, 0.25);
  scale.fill(5, 1);
  ++calls;
  bool isRight = call(kernel, {&dy, &x, &scale, &dx, &dscale, &dbias}, nullptr);
  size_t n = size_t(length);
  double count = kind == NORM_OP_PRMSNORM ? double(op.k) : double(n);
  std::vector<double> sums(n), biases(n);
  for (int64_t row = 0; row < rows && isRight; ++row) {
    std::vector<double> values = getRow(x, row), given = getRow(dy, row), m(n);
    Statistics s = getStatistics(values, kind);
    double ofM = 0, ofProducts = 0;
    for (size_t i = 0; i < n; ++i) {
      values[i] = (values[i] - s.mean) * s.rstd;
      m[i] = given[i] * scale.get(int64_t(i));
      ofM += kind == NORM_OP_LAYERNORM ? m[i] / count : 0;
      ofProducts += m[i] * values[i] / count;
      sums[i] += given[i] * values[i];
      biases[i] += given[i];
    }
    for (size_t i = 0; i < n; ++i)
      m[i] = s.rstd *
             (m[i] - ofM - (double(i) < count ? values[i] * ofProducts : 0));
    isRight = isClose(dx, row * length, m, getTolerance(type), "dx");
  }
  isRight = isRight && isClose(dscale, 0, sums, 3e-6, "dscale") &&
            isClose(dbias, 0, biases, 3e-6, "dbias");
  failures += !isRight;
  normKernelDestroy(kernel);
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// A norm that is found, between what fuses with it, of rows of unknown number.
static const char kProgram[] = R"(
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
func.func private @unused(%x: tensor<?x96xf32>) -> tensor<?x96xf32>
func.func @other(%x: tensor<?x96xf32>) -> tensor<?x96xf32> {
  return %x : tensor<?x96xf32>
}
func.func @main(%x: tensor<?x96xf32>, %r: tensor<?x96xf32>, %factor: f32,
                %g: tensor<96xf32>) -> tensor<?x96xf32> {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x96xf32>
  %e = tensor.empty(%rows) : tensor<?x96xf32>
  %z = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %r : tensor<?x96xf32>, tensor<?x96xf32>) outs(%e : tensor<?x96xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %b, %factor : f32
    %s = arith.addf %a, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x96xf32>
  %n = norm.rmsnorm ins(%z : tensor<?x96xf32>) outs(%e : tensor<?x96xf32>)
      epsilon = 1.0e-05 -> (tensor<?x96xf32>)
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%n, %g : tensor<?x96xf32>, tensor<96xf32>) outs(%e : tensor<?x96xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.mulf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}
)";

static bool isProgramRight(const Tensor &x, const Tensor &r, double factor,
                           const Tensor &g, const Tensor &y) {
  for (int64_t row = 0; row < x.shape[0]; ++row) {
    std::vector<double> values = getRow(x, row), other = getRow(r, row);
    for (size_t i = 0; i < values.size(); ++i)
      values[i] += factor * other[i];
    double rstd = getStatistics(values, NORM_OP_RMSNORM).rstd;
    for (size_t i = 0; i < values.size(); ++i)
      values[i] *= rstd * g.get(int64_t(i));
    if (!isClose(y, row * 96, values, 3e-6, "y of the program"))
      return false;
  }
  return true;
}

/// Hands out the memory of one tensor.
static int32_t lend(void *data, const NormTensor *prototype,
                    NormManagedTensor **result) {
  static NormManagedTensor managed;
  auto *tensor = static_cast<Tensor *>(data);
  if (prototype->ndim != 2 || prototype->shape[0] != tensor->shape[0] ||
      prototype->shape[1] != 96 || prototype->device.device_type != 2)
    return 1;
  managed = {};
  managed.dl_tensor = tensor->view;
  managed.deleter = [](NormManagedTensor *) {};
  *result = &managed;
  return 0;
}

static void expectProgram() {
  NormKernel *kernel = nullptr;
  NormError *error = nullptr;
  normCompile(context, kProgram, sizeof(kProgram) - 1, nullptr, &kernel,
              &error);
  stopOn(error);
  Tensor x(kF32, {7, 96}), r(kF32, {7, 96}), g(kF32, {96}), y(kF32, {7, 96}),
      again(kF32, {7, 96}), factor(kF32, {}, {NORM_DEVICE_CPU, 0});
  x.fill(1);
  r.fill(2);
  g.fill(3, 1);
  factor.set(0, 0.5);
  calls += 2;
  failures += !call(kernel, {&x, &r, &factor, &g, &y}, nullptr) ||
              !isProgramRight(x, r, 0.5, g, y);
  // Results that the caller allocates, of a shape that the arguments tell.
  const NormTensor *arguments[] = {&x.view, &r.view, &factor.view, &g.view};
  NormCallOptions options = {};
  options.struct_size = sizeof(options);
  options.allocate = lend;
  options.allocate_data = &again;
  NormManagedTensor *result = nullptr;
  normKernelCallAllocatingWithOptions(kernel, arguments, 4, &options, &result,
                                      &error);
  stopOn(error);
  failures += !isProgramRight(x, r, 0.5, g, again);
  normKernelDestroy(kernel);
}

//===----------------------------------------------------------------------===//
// All
//===----------------------------------------------------------------------===//

int main(int count, char **) {
  normContextCreate(nullptr, &context, nullptr);
  expectForward({NORM_OP_RMSNORM, kF32, kNone, kF32, kNone, {5, 4096}});
  expectForward({NORM_OP_LAYERNORM, kBF16, kNone, kBF16, kF32, {2, 3, 1000}});
  expectForward({NORM_OP_PRMSNORM, kF16, kF16, kF16, kNone, {3, 77}});
  // A row that outgrows a block: clusters.
  expectForward({NORM_OP_RMSNORM, kF32, kNone, kNone, kNone, {1, 262144}});
  expectBackward(NORM_OP_LAYERNORM, kBF16, 70, 256);
  expectProgram();
  if (count > 1) {
    for (int kind : {NORM_OP_RMSNORM, NORM_OP_PRMSNORM, NORM_OP_LAYERNORM})
      for (NormDataType type : {kF32, kBF16, kF16, kF64}) {
        for (int64_t length : {1, 8, 127, 4096, 5001, 100000})
          expectForward({kind, type, kNone, type, kNone, {2, 2, length}});
        expectForward({kind, type, type, kF32, kF32, {4, 640}});
        for (int64_t rows : {1, 3, 333})
          expectBackward(kind, type, rows, 161);
      }
  }
  normContextDestroy(context);
  if (!failures)
    std::printf("right: %d calls\n", calls);
  return failures != 0;
}
