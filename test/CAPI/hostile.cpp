//===- hostile.cpp - what a careless or hostile caller does ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every bad call of the C interface returns an error with a message, every good
// one the right values, from one thread and from eight. Prints "done", and one
// line for each call that does otherwise.
//
//===----------------------------------------------------------------------===//

#include "norm-c/Norm.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

static int failures = 0;
static NormContext *context;

/// `call` has to return `expected` with a message that has `part`.
static void expect(const char *part, NormStatus expected,
                   const std::function<NormStatus(NormError **)> &call) {
  NormError *error = nullptr;
  NormStatus status = call(&error);
  std::string message = normErrorGetMessage(error);
  if (status != expected || normErrorGetStatus(error) != expected ||
      message.find(part) == std::string::npos ||
      (expected != NORM_SUCCESS) != (error != nullptr)) {
    std::printf("expected status %d with '%s', got %d with '%s'\n", expected,
                part, status, message.c_str());
    ++failures;
  }
  normErrorDestroy(error);
  // Whoever wants no error gets none.
  if (call(nullptr) != expected) {
    std::printf("another status without an error for '%s'\n", part);
    ++failures;
  }
}

static void expectTrue(bool holds, const char *what) {
  if (holds)
    return;
  std::printf("does not hold: %s\n", what);
  ++failures;
}

static const NormDataType kF32 = {NORM_TYPE_FLOAT, 32, 1};

/// A tensor of floats that owns its numbers.
struct Tensor {
  Tensor(std::initializer_list<int64_t> shape, void *data) : shape(shape) {
    std::memset(&tensor, 0, sizeof(tensor));
    tensor.data = data;
    tensor.device.device_type = NORM_DEVICE_CPU;
    tensor.dtype = kF32;
    tensor.ndim = static_cast<int32_t>(this->shape.size());
    tensor.shape = this->shape.data();
  }
  Tensor(std::initializer_list<int64_t> shape,
         std::initializer_list<int64_t> strides, void *data)
      : Tensor(shape, data) {
    this->strides = strides;
    tensor.strides = this->strides.data();
  }

  Tensor(const Tensor &other) { *this = other; }
  Tensor &operator=(const Tensor &other) {
    shape = other.shape;
    strides = other.strides;
    tensor = other.tensor;
    tensor.shape = shape.data();
    tensor.strides = strides.empty() ? nullptr : strides.data();
    return *this;
  }

  std::vector<int64_t> shape, strides;
  NormTensor tensor;
};

//===----------------------------------------------------------------------===//
// Null pointers
//===----------------------------------------------------------------------===//

static void testNull() {
  NormKernel *kernel;
  NormText *text;
  expect("a place for the context", NORM_INVALID_ARGUMENT,
         [](NormError **e) { return normContextCreate(nullptr, nullptr, e); });
  expect("a context", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normCompile(nullptr, "", 0, nullptr, &kernel, e);
  });
  expect("a program", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normRaise(context, nullptr, 0, nullptr, &text, e);
  });
  expect("a place for the result", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normReport(context, "", 0, nullptr, nullptr, nullptr, e);
  });
  expect("an op", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normOpCompile(context, nullptr, &kernel, e);
  });
  expect("a kernel", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normKernelCall(nullptr, nullptr, nullptr, 0, e);
  });
  expect("a kernel", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normKernelCallAllocating(nullptr, nullptr, 0, nullptr, e);
  });
  expect("a kernel", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normKernelGetTensorType(nullptr, 0, nullptr, e);
  });
  normContextDestroy(nullptr);
  normKernelDestroy(nullptr);
  normTextDestroy(nullptr);
  normErrorDestroy(nullptr);
  normContextGetCounts(nullptr, nullptr, nullptr);
  expectTrue(!*normErrorGetMessage(nullptr) && !*normTextGetData(nullptr) &&
                 !normTextGetSize(nullptr) && !normErrorGetLine(nullptr) &&
                 !*normContextGetCacheDirectory(nullptr) &&
                 !normKernelGetArgumentCount(nullptr) &&
                 !normKernelGetResultCount(nullptr) &&
                 !normKernelAllocatesResults(nullptr),
             "what is asked of NULL is empty");
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static NormOp makeOp() {
  NormOp op;
  std::memset(&op, 0, sizeof(op));
  op.struct_size = sizeof(op);
  op.kind = NORM_OP_RMSNORM;
  op.x = op.scale = kF32;
  op.row_length = 8;
  op.epsilon = 1e-5;
  return op;
}

static void testOps() {
  auto bad = [](const char *part, const std::function<void(NormOp &)> &change) {
    expect(part, NORM_INVALID_ARGUMENT, [&](NormError **e) {
      NormOp op = makeOp();
      change(op);
      NormKernel *kernel;
      NormStatus status = normOpCompile(context, &op, &kernel, e);
      expectTrue(!kernel, "a failed call gives no kernel");
      return status;
    });
  };
  bad("struct_size", [](NormOp &op) { op.struct_size = 0; });
  bad("struct_size", [](NormOp &op) { op.struct_size = ~size_t(0); });
  bad("kind of norm", [](NormOp &op) { op.kind = 77; });
  bad("flags", [](NormOp &op) { op.flags = 1u << 31; });
  bad("x to be f64", [](NormOp &op) { op.x = {NORM_TYPE_INT, 32, 1}; });
  bad("x to be f64", [](NormOp &op) { op.x = {NORM_TYPE_FLOAT, 32, 4}; });
  bad("x to be f64", [](NormOp &op) { op.x = {0, 0, 0}; });
  bad("f32 holds", [](NormOp &op) { op.epsilon = 1e-46; });
  bad("f32 holds", [](NormOp &op) { op.epsilon = 1e39; });
  bad("y to be f64", [](NormOp &op) { op.y = {255, 255, 65535}; });
  bad("row length", [](NormOp &op) { op.row_length = -2; });
  bad("epsilon", [](NormOp &op) { op.epsilon = NAN; });
  bad("epsilon", [](NormOp &op) { op.epsilon = -1; });
  bad("k to be 0", [](NormOp &op) { op.k = 3; });
  bad("k from 1", [](NormOp &op) { op.kind = NORM_OP_PRMSNORM; });
  bad("scale to add 1", [](NormOp &op) {
    op.flags = NORM_OP_SCALE_PLUS_ONE;
    op.scale = {0, 0, 0};
  });
  // A later caller, whose further fields are zero, and one who uses them.
  struct {
    NormOp op;
    char more[64];
  } later;
  std::memset(&later, 0, sizeof(later));
  later.op = makeOp();
  later.op.struct_size = sizeof(later);
  NormKernel *kernel = nullptr;
  expect("", NORM_SUCCESS, [&](NormError **e) {
    normKernelDestroy(kernel);
    return normOpCompile(context, &later.op, &kernel, e);
  });
  normKernelDestroy(kernel);
  later.more[63] = 1;
  expect("later ones", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normOpCompile(context, &later.op, &kernel, e);
  });
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static void testCalls() {
  NormOp op = makeOp();
  NormKernel *kernel;
  if (normOpCompile(context, &op, &kernel, nullptr) != NORM_SUCCESS)
    return expectTrue(false, "the kernel compiles");
  alignas(64) static float data[64], scale[8] = {1, 1, 1, 1, 1, 1, 1, 1},
                                     result[64];
  for (int i = 0; i < 64; ++i)
    data[i] = static_cast<float>(i % 7) - 3;
  uint64_t flags[3] = {0, 0, 0};
  auto call = [&](const Tensor &x, const Tensor &g, const Tensor &y,
                  NormError **e) {
    const NormTensor *tensors[] = {&x.tensor, &g.tensor, &y.tensor};
    return normKernelCall(kernel, tensors, flags, 3, e);
  };
  Tensor x({2, 8}, data), g({8}, scale), y({2, 8}, result);
  auto bad = [&](const char *part, const Tensor &bx, const Tensor &bg,
                 const Tensor &by) {
    expect(part, NORM_INVALID_ARGUMENT,
           [&](NormError **e) { return call(bx, bg, by, e); });
  };
  auto changed = [&](Tensor t,
                     const std::function<void(NormTensor &)> &change) {
    change(t.tensor);
    return t;
  };
  expect("", NORM_SUCCESS, [&](NormError **e) { return call(x, g, y, e); });
  expect("3 tensors, got 2", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    const NormTensor *tensors[] = {&x.tensor, &g.tensor};
    return normKernelCall(kernel, tensors, nullptr, 2, e);
  });
  expect("array of tensors", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normKernelCall(kernel, nullptr, nullptr, 3, e);
  });
  expect("expected scale, got NULL", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    const NormTensor *tensors[] = {&x.tensor, nullptr, &y.tensor};
    return normKernelCall(kernel, tensors, nullptr, 3, e);
  });
  bad("data of x, got NULL", Tensor({2, 8}, nullptr), g, y);
  bad("CPU", changed(x, [](NormTensor &t) { t.device.device_type = 2; }), g, y);
  bad("elements of f32, got f64",
      changed(x, [](NormTensor &t) { t.dtype.bits = 64; }), g, y);
  bad("elements of f32, got f32 x 4",
      changed(x, [](NormTensor &t) { t.dtype.lanes = 4; }), g, y);
  bad("dimensions", changed(x, [](NormTensor &t) { t.ndim = -1; }), g, y);
  bad("dimensions", changed(x, [](NormTensor &t) { t.ndim = 1 << 30; }), g, y);
  bad("at least one", changed(x, [](NormTensor &t) { t.ndim = 0; }), g, y);
  expect("a shape of x", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    Tensor shapeless = x;
    shapeless.tensor.shape = nullptr;
    return call(shapeless, g, y, e);
  });
  bad("extents of x", Tensor({-2, 8}, data), g, y);
  bad("fit into memory", Tensor({INT64_MAX / 2, INT64_MAX / 2, 8}, data), g, y);
  bad("fit into memory", Tensor({INT64_MAX / 8, 8}, {8, 1}, data), g, y);
  bad("fit into memory", Tensor({2, 8}, {INT64_MAX, 1}, data), g, y);
  bad("rows of 8 elements", Tensor({2, 9}, data), g, y);
  bad("shape [8]", x, Tensor({7}, scale), y);
  bad("shape [8]", x, Tensor({8, 1}, scale), y);
  bad("shape [2, 8]", x, g, Tensor({3, 8}, result));
  bad("shape [2, 8]", x, g, Tensor({16}, result));
  bad("strides of x of at least 0", Tensor({2, 8}, {-8, 1}, data + 8), g, y);
  bad("strides of x of at least 0", Tensor({2, 8}, {8, -1}, data + 8), g, y);
  bad("side by side", Tensor({2, 8}, {16, 2}, data), g, y);
  bad("aligned", Tensor({2, 8}, reinterpret_cast<char *>(data) + 1), g, y);
  bad("lie apart", x, g, Tensor({2, 8}, {0, 1}, result));
  bad("lie apart", x, g, Tensor({2, 8}, {4, 1}, result));
  bad("y not to overlap x", x, g, Tensor({2, 8}, data + 4));
  bad("y not to overlap x", x, g, Tensor({2, 8}, {16, 1}, data));
  bad("y not to overlap scale", x, Tensor({8}, result + 4), y);
  flags[2] = NORM_TENSOR_READ_ONLY;
  bad("y to be writable", x, g, y);
  flags[2] = 0;
  flags[0] = flags[1] = NORM_TENSOR_READ_ONLY;
  expect("", NORM_SUCCESS, [&](NormError **e) { return call(x, g, y, e); });
  // No elements, so that there is no memory either; in place; columns of one
  // matrix.
  expect("", NORM_SUCCESS, [&](NormError **e) {
    return call(Tensor({0, 8}, nullptr), g, Tensor({0, 8}, nullptr), e);
  });
  float expected[16];
  std::memcpy(expected, result, sizeof(expected));
  static float both[32];
  for (int i = 0; i < 16; ++i)
    both[(i / 8) * 16 + i % 8] = data[i];
  Tensor left({2, 8}, {16, 1}, both), right({2, 8}, {16, 1}, both + 8);
  expect("", NORM_SUCCESS,
         [&](NormError **e) { return call(left, g, right, e); });
  for (int i = 0; i < 16; ++i)
    expectTrue(both[(i / 8) * 16 + 8 + i % 8] == expected[i], "columns agree");
  Tensor alone({2, 8}, data);
  NormError *error = nullptr;
  expectTrue(call(alone, g, alone, &error) == NORM_SUCCESS, "in place");
  normErrorDestroy(error);
  expectTrue(!std::memcmp(data, expected, sizeof(expected)), "in place agrees");
  NormTensorType type = {};
  type.struct_size = sizeof(type);
  expect("below 3", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normKernelGetTensorType(kernel, 3, &type, e);
  });
  NormManagedTensor *managed;
  expect("kernel of normCompile", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    return normKernelCallAllocating(kernel, nullptr, 0, &managed, e);
  });
  normKernelDestroy(kernel);
}

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

static NormBackwardOp makeBackwardOp() {
  NormBackwardOp op;
  std::memset(&op, 0, sizeof(op));
  op.struct_size = sizeof(op);
  op.kind = NORM_OP_LAYERNORM;
  op.dy = op.x = op.scale = op.rstd = op.mean = op.dres = kF32;
  op.dx = op.dscale = op.dbias = kF32;
  op.row_length = 4;
  return op;
}

static void testBackwardOps() {
  auto bad = [](const char *part,
                const std::function<void(NormBackwardOp &)> &change) {
    expect(part, NORM_INVALID_ARGUMENT, [&](NormError **e) {
      NormBackwardOp op = makeBackwardOp();
      change(op);
      NormKernel *kernel;
      NormStatus status = normBackwardOpCompile(context, &op, &kernel, e);
      expectTrue(!kernel, "a failed call gives no kernel");
      return status;
    });
  };
  using Op = NormBackwardOp;
  const NormDataType none = {0, 0, 0}, f64 = {NORM_TYPE_FLOAT, 64, 1};
  bad("struct_size", [](Op &op) { op.struct_size = 1; });
  bad("kind of norm", [](Op &op) { op.kind = 0; });
  bad("flags", [](Op &op) { op.flags = 4; });
  bad("dy to be f64", [&](Op &op) { op.dy = none; });
  bad("x to be f64", [](Op &op) { op.x = {NORM_TYPE_INT, 32, 1}; });
  bad("dscale to be f64", [](Op &op) { op.dscale = {NORM_TYPE_INT, 8, 1}; });
  bad("rstd to be f32", [&](Op &op) { op.rstd = f64; });
  bad("mean to be f64 beside x of f64", [&](Op &op) { op.x = op.rstd = f64; });
  bad("mean for layernorm alone", [](Op &op) { op.kind = NORM_OP_RMSNORM; });
  bad("rstd and mean, or neither, got rstd", [&](Op &op) { op.mean = none; });
  bad("rstd and mean, or neither, got mean", [&](Op &op) { op.rstd = none; });
  bad("dx beside dres", [&](Op &op) { op.dx = none; });
  bad("got none of them",
      [&](Op &op) { op.dx = op.dscale = op.dbias = op.dres = none; });
  bad("scale to add 1", [&](Op &op) {
    op.flags = NORM_OP_SCALE_PLUS_ONE;
    op.scale = none;
  });
  expect("an op, got NULL", NORM_INVALID_ARGUMENT, [&](NormError **e) {
    NormKernel *kernel;
    return normBackwardOpCompile(context, nullptr, &kernel, e);
  });
}

/// All tensors of a layernorm's gradients, whose rows are 1, 2, 3, 6 and -1, 0,
/// 1, 0.
static void testBackwardCalls() {
  NormBackwardOp op = makeBackwardOp();
  NormKernel *kernel;
  if (normBackwardOpCompile(context, &op, &kernel, nullptr) != NORM_SUCCESS)
    return expectTrue(false, "the kernel compiles");
  float dy[8] = {1, 0, 0, 0, 0, 2, 0, 0}, x[8] = {1, 2, 3, 6, -1, 0, 1, 0},
        scale[4] = {1, 2, 1, 1}, rstd[2] = {0.5f, 2}, mean[2] = {3, 0},
        dres[8] = {0, 0, 0, 1, 0, 0, 0, 0}, dx[8], dscale[4], dbias[4];
  std::vector<Tensor> all = {
      Tensor({2, 4}, dy), Tensor({2, 4}, x),   Tensor({4}, scale),
      Tensor({2}, rstd),  Tensor({2}, mean),   Tensor({2, 4}, dres),
      Tensor({2, 4}, dx), Tensor({4}, dscale), Tensor({4}, dbias)};
  auto call = [&](NormError **e) {
    const NormTensor *tensors[9];
    for (size_t i = 0; i < 9; ++i)
      tensors[i] = &all[i].tensor;
    return normKernelCall(kernel, tensors, nullptr, 9, e);
  };
  auto bad = [&](const char *part, size_t number, const Tensor &tensor) {
    std::vector<Tensor> before = all;
    all[number] = tensor;
    expect(part, NORM_INVALID_ARGUMENT, call);
    all = before;
  };
  expect("", NORM_SUCCESS, call);
  // m = 1 0 0 0 and 0 4 0 0, xh = -1 -.5 0 1.5 and -2 0 2 0, avg(m) = .25 and
  // 1, avg(xh m) = -.25 and 0.
  const float expectedDX[8] = {0.25f, -0.1875f, -0.125f, 1.0625f,
                               -2,    6,        -2,      -2};
  const float expectedDScale[4] = {-1, 0, 0, 0},
              expectedDBias[4] = {1, 2, 0, 0};
  expectTrue(!std::memcmp(dx, expectedDX, sizeof(dx)), "dx");
  expectTrue(!std::memcmp(dscale, expectedDScale, sizeof(dscale)), "dscale");
  expectTrue(!std::memcmp(dbias, expectedDBias, sizeof(dbias)), "dbias");
  bad("dy to have shape [2, 4], got [4, 2]", 0, Tensor({4, 2}, dy));
  bad("rows of 4 elements, got [2, 3]", 1, Tensor({2, 3}, x));
  bad("rstd to have shape [2], got [4]", 3, Tensor({4}, rstd));
  bad("mean to have shape [2], got [1, 2]", 4, Tensor({1, 2}, mean));
  bad("dres to have shape [2, 4], got []", 5, Tensor({}, dres));
  bad("dbias to have shape [4], got [2]", 8, Tensor({2}, dbias));
  bad("dx not to overlap rstd", 3, Tensor({2}, dx));
  bad("dscale not to overlap scale", 7, Tensor({4}, scale));
  bad("dbias not to overlap dscale", 8, Tensor({4}, dscale));
  // Two rows, and two more behind a gap of one.
  float many[24] = {}, wide[24], statistics[4] = {};
  std::vector<Tensor> before = all;
  for (size_t i : {0, 1, 5, 6})
    all[i] = Tensor({2, 2, 4}, {12, 4, 1}, i == 6 ? wide : many);
  for (size_t i : {3, 4})
    all[i] = Tensor({2, 2}, statistics);
  expect("rows of each tensor that follow each other at one stride, for sums "
         "over rows, got 2 strides",
         NORM_INVALID_ARGUMENT, call);
  all = before;
  for (size_t i : {0, 1, 5, 6})
    all[i] = Tensor({0, 4}, nullptr);
  for (size_t i : {3, 4})
    all[i] = Tensor({0}, nullptr);
  expect("", NORM_SUCCESS, call);
  for (size_t i = 0; i < 4; ++i)
    expectTrue(!dscale[i] && !dbias[i], "sums of no rows are 0");
  NormTensorType type = {};
  type.struct_size = sizeof(type);
  expectTrue(normKernelGetResultCount(kernel) == 3 &&
                 normKernelGetTensorType(kernel, 3, &type, nullptr) ==
                     NORM_SUCCESS &&
                 type.ndim == -1 && !type.shape,
             "rstd has any shape");
  normKernelDestroy(kernel);
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

static void testPrograms() {
  auto bad = [](const char *part, NormStatus status, const std::string &text) {
    expect(part, status, [&](NormError **e) {
      NormKernel *kernel;
      return normCompile(context, text.data(), text.size(), nullptr, &kernel,
                         e);
    });
  };
  bad("a function 'main'", NORM_INVALID_ARGUMENT, "");
  bad("", NORM_INVALID_PROGRAM, "func.func @main(");
  bad("", NORM_INVALID_PROGRAM, std::string("\0\0", 2));
  bad("a zero byte", NORM_INVALID_PROGRAM, std::string("module {}\0", 10));
  bad("UTF-8", NORM_INVALID_PROGRAM, "// \xc3\x28");
  bad("UTF-8", NORM_INVALID_PROGRAM, "\xff\xff\xff\xff");
  bad("", NORM_INVALID_PROGRAM, std::string(20u << 20, 'x'));
  bad("brackets", NORM_INVALID_PROGRAM, std::string(1u << 20, '('));
  bad("", NORM_INVALID_PROGRAM, std::string("ML\xefR", 4));
  bad("", NORM_INVALID_PROGRAM, std::string("ML\xefR\x0d\x01\x02\x03", 8));
  std::string nested;
  for (int i = 0; i < 2000; ++i)
    nested += "module {";
  bad("", NORM_INVALID_PROGRAM, nested);
  bad("a function 'main'", NORM_INVALID_ARGUMENT,
      nested + std::string(2000, '}'));
  bad("", NORM_INVALID_PROGRAM,
      "#m = affine_map<(d0) -> (" + std::string(5000, '-') + "d0)");
  bad("argument 0", NORM_UNSUPPORTED,
      "func.func @main(%x: tensor<2xi3>) { return }");
  bad("argument 0", NORM_UNSUPPORTED,
      "func.func @main(%x: tensor<*xf32>) { return }");
  bad("strides of at least 0", NORM_UNSUPPORTED,
      "func.func @main(%x: memref<2xf32, strided<[-1]>>) { return }");
  bad("", NORM_UNSUPPORTED,
      "func.func private @other() func.func @main(%x: tensor<2xf32>) -> "
      "tensor<2xf32> { func.call @other() : () -> () return %x : tensor<2xf32> "
      "}");

  // Nothing behind the text is read: there is no page.
  const size_t page = sysconf(_SC_PAGESIZE);
  char *pages =
      static_cast<char *>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(pages + page, page, PROT_NONE);
  auto atTheEnd = [&](NormStatus status, const std::string &text) {
    const char *begin =
        std::copy_n(text.data(), text.size(), pages + page - text.size()) -
        text.size();
    expect("", status, [&](NormError **e) {
      NormText *raised = nullptr;
      NormStatus got =
          normRaise(context, begin, text.size(), nullptr, &raised, e);
      normTextDestroy(raised);
      return got;
    });
  };
  atTheEnd(NORM_SUCCESS, "module {} // comment");
  atTheEnd(NORM_INVALID_PROGRAM, "func.func @main(");
  atTheEnd(NORM_INVALID_PROGRAM, "// comment\n  oops");
  munmap(pages, 2 * page);

  NormError *error = nullptr;
  NormKernel *kernel;
  NormProgramOptions options = {};
  options.struct_size = sizeof(options);
  options.file_name = "bad.mlir";
  std::string text = "module {\n  oops\n}";
  normCompile(context, text.data(), text.size(), &options, &kernel, &error);
  expectTrue(!std::strcmp(normErrorGetFile(error), "bad.mlir") &&
                 normErrorGetLine(error) == 2 && normErrorGetColumn(error) == 3,
             "an error has its place");
  normErrorDestroy(error);
}

static const char kNearMiss[] = R"(
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @main(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 63.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%v: f32, %sum: f32):
    %square = arith.mulf %v, %v : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %z = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sums : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%v: f32, %sum: f32, %o: f32):
    %mean = arith.divf %sum, %n : f32
    %root = math.rsqrt %mean : f32
    %r = arith.mulf %v, %root : f32
    linalg.yield %r : f32
  } -> tensor<4x64xf32>
  return %z : tensor<4x64xf32>
}
)";

static void testCallbacks() {
  NormProgramOptions options = {};
  options.struct_size = sizeof(options);
  NormText *text = nullptr;
  int count = 0;
  options.remark_user_data = &count;
  options.remark_callback = [](const NormRemark *, void *count) {
    ++*static_cast<int *>(count);
  };
  expect("", NORM_SUCCESS, [&](NormError **e) {
    normTextDestroy(text);
    return normRaise(context, kNearMiss, sizeof(kNearMiss) - 1, &options, &text,
                     e);
  });
  normTextDestroy(text);
  expectTrue(count > 0, "there are remarks");
  auto throws = [&](NormRemarkCallback callback) {
    options.remark_callback = callback;
    expect("an exception", NORM_CALLBACK_FAILED, [&](NormError **e) {
      NormStatus status = normRaise(context, kNearMiss, sizeof(kNearMiss) - 1,
                                    &options, &text, e);
      expectTrue(!text, "a failed call gives no text");
      return status;
    });
  };
  throws([](const NormRemark *, void *) { throw std::runtime_error("no"); });
  throws([](const NormRemark *, void *) { throw 3; });
}

//===----------------------------------------------------------------------===//
// The folder of kernels
//===----------------------------------------------------------------------===//

/// Whatever lies in the place of a stored kernel is no kernel: a pipe is not
/// waited for, a device without an end is not read.
static void testCache() {
  namespace fs = std::filesystem;
  std::string name =
      (fs::temp_directory_path() / "norm-hostile-XXXXXX").string();
  if (!mkdtemp(name.data()))
    return expectTrue(false, "a folder");
  auto compile = [&] {
    NormContextOptions options = {};
    options.struct_size = sizeof(options);
    options.cache_directory = name.c_str();
    NormContext *own;
    NormOp op = makeOp();
    NormKernel *kernel = nullptr;
    uint64_t compiled = 0;
    if (normContextCreate(&options, &own, nullptr) != NORM_SUCCESS)
      return compiled;
    expectTrue(normOpCompile(own, &op, &kernel, nullptr) == NORM_SUCCESS,
               "a kernel");
    normKernelDestroy(kernel);
    normContextGetCounts(own, &compiled, nullptr);
    normContextDestroy(own);
    return compiled;
  };
  auto findKernel = [&] {
    for (const fs::directory_entry &entry : fs::directory_iterator(name))
      if (entry.path().filename().string().rfind("llvmcache-", 0) == 0)
        return entry.path();
    return fs::path();
  };
  expectTrue(compile() == 1, "the first is compiled");
  expectTrue(compile() == 0, "the second is loaded");
  fs::path kernel = findKernel();
  auto replace = [&](auto make, const char *what) {
    fs::remove_all(kernel);
    make();
    expectTrue(compile() == 1, what);
  };
  replace([&] { mkfifo(kernel.c_str(), 0600); }, "a pipe is no kernel");
  replace([&] { fs::create_symlink("/dev/zero", kernel); },
          "a device is no kernel");
  replace([&] { fs::create_directory(kernel); }, "a folder is no kernel");
  replace([&] { std::ofstream(kernel) << "norm kernel 1\n"; },
          "a short file is no kernel");
  fs::remove_all(name);
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

/// Each thread compiles, some of it the same, and calls kernels of its own and
/// of all.
static void testThreads() {
  NormContextOptions options = {};
  options.struct_size = sizeof(options);
  options.threads = 1;
  NormContext *own;
  if (normContextCreate(&options, &own, nullptr) != NORM_SUCCESS)
    return expectTrue(false, "a context");
  auto work = [own](int number, int *wrong) {
    NormOp op = makeOp();
    op.row_length = 8 + number % 2;
    op.scale = {0, 0, 0};
    NormKernel *kernel;
    if (normOpCompile(own, &op, &kernel, nullptr) != NORM_SUCCESS) {
      *wrong = 1;
      return;
    }
    std::vector<float> data(op.row_length, 2.0f), result(op.row_length);
    Tensor x({op.row_length}, data.data()), y({op.row_length}, result.data());
    const NormTensor *tensors[] = {&x.tensor, &y.tensor};
    for (int i = 0; i < 1000; ++i) {
      result.assign(op.row_length, 0.0f);
      *wrong |=
          normKernelCall(kernel, tensors, nullptr, 2, nullptr) != NORM_SUCCESS;
      for (float value : result)
        *wrong |= std::fabs(value - 1) > 1e-4;
    }
    normKernelDestroy(kernel);
    NormText *text;
    if (normRaise(own, kNearMiss, sizeof(kNearMiss) - 1, nullptr, &text,
                  nullptr) != NORM_SUCCESS)
      *wrong = 1;
    normTextDestroy(text);
  };
  int wrong[8] = {};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back(work, i, &wrong[i]);
  for (std::thread &thread : threads)
    thread.join();
  for (int value : wrong)
    expectTrue(!value, "all threads are right");
  uint64_t compiled;
  normContextGetCounts(own, &compiled, nullptr);
  expectTrue(compiled == 2, "one thread compiles and the others wait");
  normContextDestroy(own);
}

int main() {
  struct sigaction before, after;
  sigaction(SIGSEGV, nullptr, &before);
  NormError *error;
  if (normContextCreate(nullptr, &context, &error) != NORM_SUCCESS)
    return 1;
  testNull();
  testOps();
  testCalls();
  testBackwardOps();
  testBackwardCalls();
  testPrograms();
  testCallbacks();
  testCache();
  testThreads();
  normContextDestroy(context);
  sigaction(SIGSEGV, nullptr, &after);
  expectTrue(before.sa_handler == after.sa_handler, "no signal handler");
  std::printf("done\n");
  return failures != 0;
}
