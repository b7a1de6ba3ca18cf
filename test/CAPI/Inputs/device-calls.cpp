//===- device-calls.cpp - streams, threads, captures and errors -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a call on a device does beside computing. The stand-in has two devices,
// sm_90 and sm_80. Prints "done", and one line for what is otherwise. With an
// argument there is one call alone, and its error is printed.
//
//===----------------------------------------------------------------------===//

#include "device.h"

#include <dlfcn.h>
#include <functional>
#include <thread>

static int failures = 0;

static void expectTrue(bool holds, const char *what) {
  if (holds)
    return;
  std::printf("not so: %s\n", what);
  ++failures;
}

//===----------------------------------------------------------------------===//
// The driver
//===----------------------------------------------------------------------===//

template <typename... Arguments>
static int drive(const char *name, Arguments... arguments) {
  static void *library = dlopen("libcuda.so.1", RTLD_NOW);
  void *symbol = library ? dlsym(library, name) : nullptr;
  if (!symbol) {
    std::printf("no %s\n", name);
    std::exit(1);
  }
  return reinterpret_cast<int (*)(Arguments...)>(symbol)(arguments...);
}

static void *enterDevice(int device) {
  void *context = nullptr;
  drive("cuDevicePrimaryCtxRetain", &context, device);
  drive("cuCtxSetCurrent", context);
  return context;
}

static void *getCurrent() {
  void *context = nullptr;
  drive("cuCtxGetCurrent", &context);
  return context;
}

static void *makeStream() {
  void *stream = nullptr;
  drive("cuStreamCreate", &stream, 0u);
  return stream;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

static constexpr int64_t kRows = 70, kLength = 64;

static NormKernel *compileForward(NormContext *context) {
  NormOp op = {};
  op.struct_size = sizeof(op);
  op.kind = NORM_OP_RMSNORM;
  op.x = op.scale = kF32;
  op.row_length = kLength;
  op.epsilon = 1e-5;
  NormKernel *kernel = nullptr;
  normOpCompile(context, &op, &kernel, nullptr);
  return kernel;
}

/// dscale alone: a sum over rows, for which kernels have a workspace.
static NormKernel *compileSum(NormContext *context) {
  NormBackwardOp op = {};
  op.struct_size = sizeof(op);
  op.kind = NORM_OP_RMSNORM;
  op.dy = op.x = op.dscale = kF32;
  op.row_length = kLength;
  op.epsilon = 1e-5;
  NormKernel *kernel = nullptr;
  normBackwardOpCompile(context, &op, &kernel, nullptr);
  return kernel;
}

struct Sum {
  explicit Sum(NormDevice device = {NORM_DEVICE_CUDA, 0})
      : dy(kF32, {kRows, kLength}, device), x(kF32, {kRows, kLength}, device),
        dscale(kF32, {kLength}, device) {
    dy.fill(1);
    x.fill(2);
  }

  bool call(const NormKernel *kernel, void *stream) {
    return ::call(kernel, {&dy, &x, &dscale}, stream);
  }

  bool isRight() const {
    std::vector<double> sums(kLength);
    for (int64_t row = 0; row < kRows; ++row) {
      double squares = 0;
      for (int64_t i = 0; i < kLength; ++i)
        squares += x.get(row * kLength + i) * x.get(row * kLength + i);
      double rstd = 1 / std::sqrt(squares / kLength + 1e-5);
      for (int64_t i = 0; i < kLength; ++i)
        sums[size_t(i)] +=
            dy.get(row * kLength + i) * x.get(row * kLength + i) * rstd;
    }
    return isClose(dscale, 0, sums, 3e-6, "dscale");
  }

  Tensor dy, x, dscale;
};

/// x, scale and y of a forward, which errors are made of.
struct Forward {
  Forward()
      : x(kF32, {2, kLength}), scale(kF32, {kLength}), y(kF32, {2, kLength}) {
    x.fill(1);
    scale.fill(2, 1);
  }

  Tensor x, scale, y;
};

static NormStatus callForward(const NormKernel *kernel, const Forward &forward,
                              NormError **error) {
  const NormTensor *tensors[] = {&forward.x.view, &forward.scale.view,
                                 &forward.y.view};
  return normKernelCall(kernel, tensors, nullptr, 3, error);
}

/// The call fails with `status` and a message that has `part`.
static void expect(const char *part, NormStatus expected,
                   const std::function<NormStatus(NormError **)> &call) {
  NormError *error = nullptr;
  NormStatus status = call(&error);
  std::string message = normErrorGetMessage(error);
  if (status != expected || message.find(part) == std::string::npos) {
    std::printf("expected status %d with '%s', got %d with '%s'\n", expected,
                part, status, message.c_str());
    ++failures;
  }
  normErrorDestroy(error);
}

//===----------------------------------------------------------------------===//
// Streams, threads, devices
//===----------------------------------------------------------------------===//

static void testStreams(const NormKernel *kernel) {
  enterDevice(0);
  void *streams[] = {nullptr, reinterpret_cast<void *>(1),
                     reinterpret_cast<void *>(2), makeStream(), makeStream()};
  for (void *stream : streams) {
    Sum sum;
    expectTrue(sum.call(kernel, stream) && sum.isRight(), "a call on a stream");
  }
}

static void testThreads(const NormKernel *kernel) {
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (size_t i = 0; i < right.size(); ++i)
    threads.emplace_back([&, i] {
      // A thread without a context of its own keeps none.
      right[i] = 1;
      for (int round = 0; round < 5; ++round) {
        Sum sum;
        right[i] &= sum.call(kernel, nullptr) && sum.isRight();
      }
      right[i] &= getCurrent() == nullptr;
    });
  for (std::thread &thread : threads)
    thread.join();
  for (int one : right)
    expectTrue(one, "calls of several threads");
}

static void testDevices(const NormKernel *kernel) {
  void *first = enterDevice(0);
  Sum onSecond({NORM_DEVICE_CUDA, 1}), managed({NORM_DEVICE_CUDA_MANAGED, 0});
  expectTrue(onSecond.call(kernel, nullptr) && onSecond.isRight(),
             "a call on the second device");
  expectTrue(getCurrent() == first, "the thread keeps its context");
  // Managed memory is that of a device.
  managed.x.view.device.device_type = NORM_DEVICE_CUDA;
  expectTrue(managed.call(kernel, nullptr) && managed.isRight(),
             "a call on managed memory");
  // A stream of another device is the driver's error.
  void *stream = makeStream();
  NormCallOptions options = {};
  options.struct_size = sizeof(options);
  options.stream = stream;
  const NormTensor *tensors[] = {&onSecond.dy.view, &onSecond.x.view,
                                 &onSecond.dscale.view};
  expect("CUDA_ERROR_INVALID_HANDLE (400)", NORM_DEVICE_FAILED,
         [&](NormError **error) {
           return normKernelCallWithOptions(kernel, tensors, nullptr, 3,
                                            &options, error);
         });
}

/// Destroying the last kernel unloads its code, whatever context of the driver
/// the thread has.
static void testUnloading() {
  void *before = enterDevice(0);
  int loaded = drive("fakeCountModules");
  for (void *current : {static_cast<void *>(nullptr), enterDevice(1), before}) {
    NormContext *context = nullptr;
    normContextCreate(nullptr, &context, nullptr);
    NormKernel *kernel = compileForward(context);
    normContextDestroy(context);
    Forward forward;
    expectTrue(callForward(kernel, forward, nullptr) == NORM_SUCCESS &&
                   drive("fakeCountModules") == loaded + 1,
               "a call loads a kernel");
    drive("cuCtxSetCurrent", current);
    normKernelDestroy(kernel);
    expectTrue(drive("fakeCountModules") == loaded && getCurrent() == current,
               "the end of a kernel unloads it");
  }
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// A private function is an entry if it is named, on a device as elsewhere.
static NormKernel *compilePrivate(NormContext *context) {
  static const char program[] = R"(
    func.func private @main(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %x, %c0 : tensor<?x64xf32>
      %e = tensor.empty(%n) : tensor<?x64xf32>
      %y = norm.rmsnorm ins(%x : tensor<?x64xf32>)
          outs(%e : tensor<?x64xf32>) epsilon = 1.0e-05 -> (tensor<?x64xf32>)
      return %y : tensor<?x64xf32>
    })";
  NormKernel *kernel = nullptr;
  NormError *error = nullptr;
  if (normCompile(context, program, sizeof(program) - 1, nullptr, &kernel,
                  &error))
    std::printf("%s\n", normErrorGetMessage(error));
  normErrorDestroy(error);
  return kernel;
}

/// Lends a tensor that nobody has to delete.
static int32_t lend(void *tensor, const NormTensor *,
                    NormManagedTensor **result) {
  static NormManagedTensor lent;
  lent = {};
  lent.dl_tensor = static_cast<Tensor *>(tensor)->view;
  *result = &lent;
  return 0;
}

static void testPrograms(NormContext *context) {
  NormKernel *kernel = compilePrivate(context);
  Tensor x(kF32, {2, kLength}), y(kF32, {2, kLength});
  x.fill(1);
  expectTrue(call(kernel, {&x, &y}, nullptr), "a call of a private function");
  NormCallOptions options = {};
  options.struct_size = sizeof(options);
  options.allocate = lend;
  options.allocate_data = &y;
  const NormTensor *arguments[] = {&x.view};
  NormManagedTensor *result = nullptr;
  auto callLending = [&](NormError **error) {
    return normKernelCallAllocatingWithOptions(kernel, arguments, 1, &options,
                                               &result, error);
  };
  expectTrue(callLending(nullptr) == NORM_SUCCESS && result,
             "a call with memory that is lent");
  setenv("FAKE_CUDA_FAIL", "cuLaunchKernelEx=700", 1);
  expect("CUDA_ERROR_ILLEGAL_ADDRESS (700)", NORM_DEVICE_FAILED, callLending);
  unsetenv("FAKE_CUDA_FAIL");
  expectTrue(!result, "no result after an error");
  normKernelDestroy(kernel);
}

//===----------------------------------------------------------------------===//
// Captures
//===----------------------------------------------------------------------===//

static void testCapture(NormContext *context, const NormKernel *kernel) {
  enterDevice(0);
  void *stream = makeStream(), *graph = nullptr, *executable = nullptr;
  Sum sum;
  expectTrue(!drive("cuStreamBeginCapture_v2", stream, 0), "a capture begins");
  expectTrue(sum.call(kernel, stream), "a call in a capture");
  expectTrue(std::isnan(sum.dscale.get(0)), "a capture computes nothing");
  expectTrue(!drive("cuStreamEndCapture", stream, &graph), "a capture ends");
  drive("cuGraphInstantiateWithFlags", &executable, graph, 0ull);
  for (unsigned seed : {11u, 12u}) {
    sum.x.fill(seed);
    drive("cuGraphLaunch", executable, stream);
    expectTrue(sum.isRight(), "the launch of a graph");
  }
  drive("cuGraphExecDestroy", executable);
  drive("cuGraphDestroy", graph);

  // The first call of a kernel loads it, which a capture does not allow.
  NormKernel *fresh = compileForward(context);
  Forward forward;
  drive("cuStreamBeginCapture_v2", stream, 0);
  expect("cuModuleLoadDataEx: CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED (900)",
         NORM_DEVICE_FAILED, [&](NormError **error) {
           const NormTensor *tensors[] = {&forward.x.view, &forward.scale.view,
                                          &forward.y.view};
           NormCallOptions options = {};
           options.struct_size = sizeof(options);
           options.stream = stream;
           return normKernelCallWithOptions(fresh, tensors, nullptr, 3,
                                            &options, error);
         });
  expectTrue(drive("cuStreamEndCapture", stream, &graph) == 901,
             "what a capture does not allow breaks it");
  expectTrue(call(fresh, {&forward.x, &forward.scale, &forward.y}, stream),
             "the same call afterwards");
  normKernelDestroy(fresh);
  drive("cuStreamDestroy_v2", stream);
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

static void testDriverErrors() {
  static const struct {
    const char *wish, *part;
  } cases[] = {
      {"cuModuleLoadDataEx=209",
       "cuModuleLoadDataEx: CUDA_ERROR_NO_BINARY_FOR_GPU (209)\nptxas says no"},
      {"cuModuleGetFunction=500", "cuModuleGetFunction of "},
      {"cuMemAllocAsync=2", "cuMemAllocAsync of a workspace: "
                            "CUDA_ERROR_OUT_OF_MEMORY (2)"},
      {"cuLaunchKernelEx=700",
       "cuLaunchKernelEx: CUDA_ERROR_ILLEGAL_ADDRESS (700)"},
      {"cuMemFreeAsync=201",
       "cuMemFreeAsync: CUDA_ERROR_INVALID_CONTEXT (201)"},
      {"cuCtxSetCurrent=201",
       "cuCtxSetCurrent: CUDA_ERROR_INVALID_CONTEXT (201)"},
  };
  NormContext *context = nullptr;
  normContextCreate(nullptr, &context, nullptr);
  NormKernel *kernel = compileSum(context);
  Sum sum;
  const NormTensor *tensors[] = {&sum.dy.view, &sum.x.view, &sum.dscale.view};
  for (auto [wish, part] : cases) {
    setenv("FAKE_CUDA_FAIL", wish, 1);
    expect(part, NORM_DEVICE_FAILED, [&](NormError **error) {
      return normKernelCall(kernel, tensors, nullptr, 3, error);
    });
    unsetenv("FAKE_CUDA_FAIL");
  }
  expectTrue(sum.call(kernel, nullptr) && sum.isRight(),
             "a call after all errors");
  normKernelDestroy(kernel);
  normContextDestroy(context);
}

static void testPlaces(const NormKernel *kernel) {
  auto expectPlaces = [&](NormDevice x, NormDevice scale, const char *part,
                          NormStatus status = NORM_INVALID_ARGUMENT) {
    Forward forward;
    forward.x.view.device = forward.y.view.device = x;
    forward.scale.view.device = scale;
    expect(part, status, [&](NormError **error) {
      return callForward(kernel, forward, error);
    });
  };
  expectPlaces({NORM_DEVICE_CUDA, 0}, {NORM_DEVICE_CUDA, 1},
               "expected scale to lie on cuda:0, as another tensor of the call "
               "does, got cuda:1");
  expectPlaces({NORM_DEVICE_CUDA, 0}, {NORM_DEVICE_CPU, 0},
               "expected scale to lie on cuda:0, as another tensor of the call "
               "does, got the CPU");
  expectPlaces({NORM_DEVICE_CPU, 0}, {NORM_DEVICE_CUDA, 1},
               "expected x to lie on cuda:1, as another tensor of the call "
               "does, got the CPU");
  expectPlaces({10, 0}, {10, 0},
               "expected x to lie on the CPU or a CUDA device, got device type "
               "10");
  expectPlaces({NORM_DEVICE_CUDA, 7}, {NORM_DEVICE_CUDA, 7},
               "expected device 7, got 2 devices", NORM_DEVICE_FAILED);
  expectPlaces({NORM_DEVICE_CUDA, -1}, {NORM_DEVICE_CUDA, -1},
               "expected device -1, got 2 devices", NORM_DEVICE_FAILED);
}

static void testLayouts(const NormKernel *kernel) {
  auto expectLayout = [&](std::vector<int64_t> strides, uint64_t offset,
                          const char *part) {
    Forward forward;
    forward.x.view.strides = strides.empty() ? nullptr : strides.data();
    forward.x.view.byte_offset = offset;
    expect(part, NORM_INVALID_ARGUMENT, [&](NormError **error) {
      return callForward(kernel, forward, error);
    });
  };
  expectLayout({-kLength, 1}, 0,
               "expected strides of x of at least 0, got -64");
  expectLayout({1, 2}, 0,
               "expected elements of a row of x to lie side by side, got a "
               "stride of 2");
  expectLayout({}, 2, "expected data of x to be aligned to its elements");
  Forward forward;
  forward.scale.view.byte_offset = 4;
  expect("expected data of scale on a CUDA device to be aligned to 16 bytes, "
         "got address 0x",
         NORM_INVALID_ARGUMENT, [&](NormError **error) {
           return callForward(kernel, forward, error);
         });
  forward.scale.view.byte_offset = 0;
  forward.y.view.data = static_cast<char *>(forward.x.memory) + 64;
  expect(
      "expected y not to overlap x", NORM_INVALID_ARGUMENT,
      [&](NormError **error) { return callForward(kernel, forward, error); });
  forward.y.view.data = nullptr;
  expect(
      "expected data of y, got NULL", NORM_INVALID_ARGUMENT,
      [&](NormError **error) { return callForward(kernel, forward, error); });
  forward.y.view.data = forward.x.memory;
  expectTrue(callForward(kernel, forward, nullptr) == NORM_SUCCESS,
             "a norm in place");
}

/// Rows with gaps, at one place, or that begin anywhere, in one or two strides.
static void testStrides(const NormKernel *kernel) {
  struct {
    std::vector<int64_t> shape, strides;
    int64_t offset;
  } cases[] = {{{3, kLength}, {100, 1}, 0},
               {{3, kLength}, {0, 1}, 0},
               {{3, kLength}, {kLength, 1}, 1},
               {{2, 3, kLength}, {700, 100, 1}, 3}};
  for (auto &one : cases) {
    Tensor memory(kF32, {2000}), scale(kF32, {kLength}), y(kF32, one.shape);
    memory.fill(1);
    scale.fill(2, 1);
    NormTensor x = memory.view;
    x.ndim = int32_t(one.shape.size());
    x.shape = one.shape.data();
    x.strides = one.strides.data();
    x.byte_offset = uint64_t(one.offset) * 4;
    const NormTensor *tensors[] = {&x, &scale.view, &y.view};
    NormError *error = nullptr;
    if (normKernelCall(kernel, tensors, nullptr, 3, &error))
      std::printf("%s\n", normErrorGetMessage(error));
    expectTrue(!error, "a call on strided rows");
    normErrorDestroy(error);
    int64_t rows = y.count / kLength;
    for (int64_t row = 0; row < rows; ++row) {
      size_t last = one.shape.size() - 2;
      int64_t from = one.offset + row % one.shape[last] * one.strides[last];
      if (last)
        from += row / one.shape[last] * one.strides[0];
      std::vector<double> expected;
      double squares = 0;
      for (int64_t i = 0; i < kLength; ++i)
        squares += memory.get(from + i) * memory.get(from + i);
      for (int64_t i = 0; i < kLength; ++i)
        expected.push_back(memory.get(from + i) * scale.get(i) /
                           std::sqrt(squares / kLength + 1e-5));
      expectTrue(isClose(y, row * kLength, expected, 3e-6, "y"),
                 "a norm of strided rows");
    }
  }
}

/// A sum over rows that lie apart.
static void testStridedSum(const NormKernel *kernel) {
  Sum dense;
  Tensor apart(kF32, {kRows * 100});
  for (int64_t row = 0; row < kRows; ++row)
    for (int64_t i = 0; i < kLength; ++i)
      apart.set(row * 100 + i, dense.x.get(row * kLength + i));
  int64_t strides[] = {100, 1};
  NormTensor x = dense.x.view;
  x.data = apart.memory;
  x.strides = strides;
  const NormTensor *tensors[] = {&dense.dy.view, &x, &dense.dscale.view};
  expectTrue(!normKernelCall(kernel, tensors, nullptr, 3, nullptr) &&
                 dense.isRight(),
             "a sum over strided rows");
}

static void testOptions(const NormKernel *kernel) {
  Forward forward;
  const NormTensor *tensors[] = {&forward.x.view, &forward.scale.view,
                                 &forward.y.view};
  NormCallOptions options = {};
  auto callOn = [&](NormError **error) {
    return normKernelCallWithOptions(kernel, tensors, nullptr, 3, &options,
                                     error);
  };
  expect("expected struct_size of call options to be its size",
         NORM_INVALID_ARGUMENT, callOn);
  options.struct_size = sizeof(options);
  options.stream = &options;
  for (Tensor *tensor : {&forward.x, &forward.scale, &forward.y})
    tensor->view.device = {NORM_DEVICE_CPU, 0};
  expect("expected no stream and no memory of a device for tensors on the CPU",
         NORM_INVALID_ARGUMENT, callOn);
}

/// Sums of no rows are 0, and norms of none are nothing.
static void testEmpty(const NormKernel *forward, const NormKernel *sum) {
  Tensor none(kF32, {0, kLength}), scale(kF32, {kLength}),
      y(kF32, {0, kLength}), dscale(kF32, {kLength});
  scale.fill(1);
  expectTrue(call(forward, {&none, &scale, &y}, nullptr), "a norm of no rows");
  expectTrue(call(sum, {&none, &y, &dscale}, nullptr), "a sum of no rows");
  for (int64_t i = 0; i < kLength; ++i)
    expectTrue(dscale.get(i) == 0, "a sum of no rows is 0");
}

//===----------------------------------------------------------------------===//
// Stored kernels
//===----------------------------------------------------------------------===//

/// What a context compiled and read for one call.
static void testStore(const char *folder) {
  for (uint64_t expected : {2, 0}) {
    NormContextOptions options = {};
    options.struct_size = sizeof(options);
    options.cache_directory = folder;
    NormContext *context = nullptr;
    normContextCreate(&options, &context, nullptr);
    NormKernel *kernel = compileForward(context);
    Forward forward;
    expectTrue(callForward(kernel, forward, nullptr) == NORM_SUCCESS,
               "a call of a stored kernel");
    uint64_t compiled = 0, loaded = 0;
    normContextGetCounts(context, &compiled, &loaded);
    expectTrue(compiled == expected && loaded == 2 - expected,
               "kernels for the processor and the device are stored");
    normKernelDestroy(kernel);
    normContextDestroy(context);
  }
}

int main(int count, char **arguments) {
  NormContext *context = nullptr;
  normContextCreate(nullptr, &context, nullptr);
  NormKernel *forward = compileForward(context), *sum = compileSum(context);
  if (count == 1) {
    Forward one;
    return !call(forward, {&one.x, &one.scale, &one.y}, nullptr);
  }
  // Before anything else is loaded.
  testDriverErrors();
  testStreams(sum);
  testThreads(sum);
  testDevices(sum);
  testUnloading();
  testPrograms(context);
  testCapture(context, sum);
  testPlaces(forward);
  testLayouts(forward);
  testStrides(forward);
  testStridedSum(sum);
  testOptions(forward);
  testEmpty(forward, sum);
  testStore(arguments[1]);
  normKernelDestroy(forward);
  normKernelDestroy(sum);
  normContextDestroy(context);
  if (!failures)
    std::printf("done\n");
  return failures != 0;
}
