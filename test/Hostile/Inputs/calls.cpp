//===- calls.cpp - hostile calls of the C interface -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// calls SEED FIRST COUNT: calls of libnorm-c.so with values that a caller
// should not have given: ops, tensors and options. Memory is as large as a
// tensor says, for that is the caller's word alone. Prints the number of each
// call before it is made, and "refused" after an error.
//
//===----------------------------------------------------------------------===//

#include "norm-c/Norm.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

static std::mt19937_64 engine;

static uint64_t below(uint64_t count) { return engine() % count; }
static bool oneIn(uint64_t count) { return below(count) == 0; }

template <typename T, size_t N> static T pick(const T (&choices)[N]) {
  return choices[below(N)];
}

/// Options with some bytes behind them, which a later version may have.
template <typename T> struct Grown {
  T options = {};
  char later[256] = {};

  Grown() {
    options.struct_size = oneIn(6) ? below(sizeof(*this)) : sizeof(T);
    if (oneIn(10))
      later[below(sizeof(later))] = 1;
  }
  T *operator->() { return &options; }
  T *get() { return &options; }
};

static NormDataType makeType() {
  static const NormDataType kinds[] = {
      {2, 32, 1}, {2, 32, 1}, {2, 32, 1}, {2, 64, 1},       {2, 16, 1},
      {4, 16, 1}, {0, 32, 1}, {6, 8, 1},  {10, 8, 1},       {12, 8, 1},
      {0, 0, 0},  {2, 32, 0}, {2, 32, 4}, {255, 255, 65535}};
  return oneIn(8) ? pick(kinds) : kinds[below(6)];
}

static Grown<NormOp> makeOp() {
  static const int64_t lengths[] = {
      8, 8, 8, 8, 1, -1, 0, -2, 17, 1 << 20, 3, INT64_MAX, INT64_MIN, 64};
  static const double epsilons[] = {1e-5,      1e-5,   1e-5,   0.0,   -1.0,
                                    1e-46,     1e-300, 1e39,   1e300, 0.0 / 0.0,
                                    1.0 / 0.0, -0.0,   5e-324, 1.0};
  Grown<NormOp> grown;
  NormOp &op = *grown.get();
  op.kind = static_cast<int32_t>(oneIn(30) ? engine() : 1 + below(3));
  op.flags = static_cast<uint32_t>(oneIn(20)  ? engine()
                                   : oneIn(4) ? below(4)
                                              : 0);
  op.x = makeType();
  NormDataType *others[] = {&op.residual, &op.scale, &op.bias, &op.y};
  for (NormDataType *type : others)
    if (oneIn(3))
      *type = makeType();
  op.row_length = oneIn(4) ? pick(lengths) : 8;
  op.k = op.kind == NORM_OP_PRMSNORM || oneIn(20)
             ? (oneIn(3) ? pick(lengths) : 3)
             : 0;
  op.epsilon = oneIn(3) ? pick(epsilons) : 1e-5;
  return grown;
}

namespace {
/// A tensor, and all the memory that its extents and strides can reach.
struct Tensor {
  /// What tensor `index` of `kernel` has to be, or mostly so.
  Tensor(const NormKernel *kernel, size_t index) {
    NormTensorType type = {};
    type.struct_size = sizeof(type);
    bool known =
        normKernelGetTensorType(kernel, index, &type, nullptr) == NORM_SUCCESS;
    if (known && !oneIn(5))
      makeGood(type);
    else
      makeBad();
    reserve();
    tensor.device = {oneIn(40) ? static_cast<int32_t>(engine()) : 1, 0};
    static const uint64_t offsets[] = {1, 4, 8};
    tensor.byte_offset = oneIn(40) ? pick(offsets) : 0;
    tensor.shape = oneIn(80) ? nullptr : shape.data();
    tensor.strides = dense && oneIn(2) ? nullptr : strides.data();
  }

  void makeGood(const NormTensorType &type) {
    if (type.ndim < 0)
      shape.push_back(3);
    for (int32_t dim = 0, rank = std::max(type.ndim, 1); dim < rank; ++dim)
      if (type.ndim != 0)
        shape.push_back(type.shape[dim] < 0 ? 3 + 5 * dim : type.shape[dim]);
    tensor.ndim = static_cast<int32_t>(shape.size());
    tensor.dtype = type.dtype;
    dense = true;
    setStrides();
  }

  void makeBad() {
    static const int64_t extents[] = {8, 8, 8, 2, 1, 0, 3, 64, -1, INT64_MAX};
    static const int64_t steps[] = {0, 1, 8, 16, -1, 64, INT64_MAX, INT64_MIN};
    tensor.ndim = static_cast<int32_t>(oneIn(20) ? engine() : below(4));
    tensor.dtype = makeType();
    size_t rank = tensor.ndim < 0 || tensor.ndim > 40 ? 0 : tensor.ndim;
    for (size_t dim = 0; dim < rank; ++dim)
      shape.push_back(dim + 1 == rank && !oneIn(3) ? 8 : pick(extents));
    dense = !oneIn(3);
    setStrides();
    for (int64_t &stride : strides)
      if (!dense)
        stride = pick(steps);
  }

  void setStrides() {
    strides.assign(shape.size(), 1);
    for (size_t dim = shape.size(); dim-- > 1;) {
      __int128 stride = static_cast<__int128>(strides[dim]) * shape[dim];
      strides[dim - 1] = stride < 0 || stride > (1 << 24)
                             ? 1 << 24
                             : static_cast<int64_t>(stride);
    }
  }

  /// What is too large for this test is no memory at all.
  void reserve() {
    __int128 lowest = 0, highest = 0;
    for (size_t dim = 0; dim < shape.size(); ++dim)
      if (shape[dim] > 0) {
        __int128 reach = static_cast<__int128>(shape[dim] - 1) * strides[dim];
        (reach < 0 ? lowest : highest) += reach;
      }
    // As for doubles, and something at both ends for the offset.
    __int128 bytes = (highest - lowest + 2) * 8 + 128;
    fits = bytes < (1 << 26);
    memory.resize(fits ? static_cast<size_t>(bytes) : 64);
    char *first =
        memory.data() + (fits ? static_cast<int64_t>(-lowest * 8) : 0);
    tensor.data = oneIn(80) ? nullptr : first;
    shape.push_back(0);
    strides.push_back(0);
  }

  NormTensor tensor;
  std::vector<int64_t> shape, strides;
  std::vector<char> memory;
  bool dense;
  /// The memory is there.
  bool fits;
};
} // namespace

static NormStatus callOp(NormContext *context, NormError **error) {
  Grown<NormOp> op = makeOp();
  NormKernel *kernel = nullptr;
  NormStatus status = normOpCompile(context, op.get(), &kernel, error);
  if (status != NORM_SUCCESS)
    return status;
  size_t count = normKernelGetArgumentCount(kernel) +
                 normKernelGetResultCount(kernel) + (oneIn(10) ? 1 : 0);
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < count; ++i)
    tensors.emplace_back(kernel, i);
  std::vector<const NormTensor *> pointers;
  std::vector<uint64_t> flags(count);
  bool fits = true;
  for (size_t i = 0; i < count; ++i) {
    fits &= tensors[i].fits;
    pointers.push_back(oneIn(80) ? nullptr
                                 : &tensors[oneIn(20) ? 0 : i].tensor);
    flags[i] = oneIn(20) ? engine() : 0;
  }
  if (fits)
    status = normKernelCall(kernel, pointers.data(),
                            oneIn(2) ? nullptr : flags.data(), count, error);
  normKernelDestroy(kernel);
  return status;
}

/// A function of several types and extents, and calls of it.
static NormStatus callProgram(NormContext *context, NormError **error) {
  static const char *const kTypes[] = {
      "tensor<2x8xf32>",
      "tensor<?x8xf32>",
      "tensor<?x?xf32>",
      "tensor<8xf32>",
      "tensor<?x8xbf16>",
      "memref<?x8xf32>",
      "f32",
      "index",
      "tensor<0x8xf32>",
      "tensor<2x8xi1>",
      "tensor<f32>",
      "memref<?x8xf32, strided<[?, 1], offset: ?>>",
      "tensor<?x8xf8E4M3FN>"};
  std::string type = pick(kTypes);
  std::string text = "func.func @main(%x: " + type + ", %y: " + pick(kTypes) +
                     ") -> " + type + " { return %x : " + type + " }";
  Grown<NormProgramOptions> options;
  static const char *const kNames[] = {"main", "other", "", "\xff", "main\n"};
  options->entry = oneIn(5) ? pick(kNames) : nullptr;
  options->no_raise = static_cast<int32_t>(below(2));
  NormKernel *kernel = nullptr;
  NormStatus status = normCompile(context, text.data(), text.size(),
                                  options.get(), &kernel, error);
  if (status != NORM_SUCCESS)
    return status;
  size_t count = normKernelGetArgumentCount(kernel);
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < count; ++i)
    tensors.emplace_back(kernel, i);
  std::vector<const NormTensor *> pointers;
  bool fits = true;
  for (Tensor &tensor : tensors) {
    fits &= tensor.fits;
    pointers.push_back(&tensor.tensor);
  }
  std::vector<NormManagedTensor *> results(normKernelGetResultCount(kernel));
  if (fits)
    status = normKernelCallAllocating(kernel, pointers.data(),
                                      oneIn(10) ? below(4) : count,
                                      results.data(), error);
  if (fits && status == NORM_SUCCESS)
    for (NormManagedTensor *result : results)
      result->deleter(result);
  normKernelDestroy(kernel);
  return status;
}

static NormStatus callOptions(NormError **error) {
  Grown<NormContextOptions> options;
  options->threads = static_cast<uint32_t>(oneIn(3) ? engine() : below(3));
  static const char *const kFolders[] = {"",      "/dev/null", "/dev/null/x",
                                         "/proc", "/",         "\xff"};
  options->cache_directory = oneIn(2) ? pick(kFolders) : nullptr;
  if (oneIn(4))
    options->allocate = [](void *, size_t size, size_t alignment) {
      void *memory = nullptr;
      return size > 100 || posix_memalign(&memory,
                                          alignment < 8 ? 8 : alignment, size)
                 ? nullptr
                 : memory;
    };
  if (oneIn(4))
    options->deallocate = [](void *, void *memory) { std::free(memory); };
  NormContext *context = nullptr;
  NormStatus status = normContextCreate(options.get(), &context, error);
  if (status != NORM_SUCCESS)
    return status;
  status = oneIn(2) ? callOp(context, error) : callProgram(context, error);
  normContextDestroy(context);
  return status;
}

static NormStatus callReport(NormContext *context, NormError **error) {
  static const char kProgram[] =
      "func.func @main(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {\n"
      "  %y = norm.rmsnorm ins(%x : tensor<?x64xf32>) outs(%x : "
      "tensor<?x64xf32>) epsilon = 1.0e-5 -> tensor<?x64xf32>\n"
      "  return %y : tensor<?x64xf32>\n}";
  static const char *const kTargets[] = {
      "x86-64-v3", "sm_90", "none", "", "\xff", "sm_99999999999999999999"};
  size_t size = oneIn(4) ? below(sizeof(kProgram)) : sizeof(kProgram) - 1;
  NormText *text = nullptr, *header = nullptr;
  NormStatus status;
  if (oneIn(2)) {
    Grown<NormReportOptions> options;
    options->format = static_cast<int32_t>(oneIn(5) ? engine() : below(3));
    options->target = oneIn(2) ? pick(kTargets) : nullptr;
    static const int64_t extents[] = {0, 1, -1, INT64_MAX, INT64_MIN, 4096};
    options->dynamic_extent = pick(extents);
    static const char *const kTexts[] = {
        "",
        "{",
        "{\"schema\":1}",
        "[[[[",
        "{\"schema\":2}",
        "\xff",
        "{\"schema\":1,\"dynamic_extent\":1,\"norms\":[],\"missed\":[],"
        "\"totals\":{},\"program\":{}}"};
    options->measured = oneIn(4) ? pick(kTexts) : nullptr;
    options->baseline = oneIn(4) ? pick(kTexts) : nullptr;
    options->sources = oneIn(4) ? pick(kTexts) : nullptr;
    status = normReport(context, kProgram, size, nullptr, options.get(), &text,
                        error);
  } else {
    Grown<NormAheadOptions> options;
    options->target = oneIn(2) ? pick(kTargets) : nullptr;
    options->threads = static_cast<uint32_t>(oneIn(3) ? engine() : below(3));
    options->header_name = oneIn(3) ? pick(kTargets) : nullptr;
    status = normCompileAhead(context, kProgram, size, nullptr, options.get(),
                              &text, oneIn(2) ? &header : nullptr, error);
  }
  normTextDestroy(text);
  normTextDestroy(header);
  return status;
}

int main(int argc, char **argv) {
  if (argc != 4)
    return 2;
  uint64_t seed = std::strtoull(argv[1], nullptr, 10);
  uint64_t first = std::strtoull(argv[2], nullptr, 10);
  uint64_t count = std::strtoull(argv[3], nullptr, 10);
  NormContext *context;
  NormContextOptions options = {};
  options.struct_size = sizeof(options);
  options.threads = 1;
  if (normContextCreate(&options, &context, nullptr) != NORM_SUCCESS)
    return 1;
  for (uint64_t number = first; number < first + count; ++number) {
    engine.seed(seed * 1000003 + number);
    std::printf("case %llu\n", static_cast<unsigned long long>(number));
    std::fflush(stdout);
    NormError *error = nullptr;
    NormStatus status = NORM_SUCCESS;
    switch (below(6)) {
    case 0:
    case 1:
    case 2:
      status = callOp(context, &error);
      break;
    case 3:
      status = callProgram(context, &error);
      break;
    case 4:
      status = callReport(context, &error);
      break;
    default:
      status = callOptions(&error);
      break;
    }
    bool refused = status != NORM_SUCCESS;
    if (refused)
      std::printf("refused %s\n", normErrorGetMessage(error));
    // An error has words, and nothing else has them.
    if (refused != (error != nullptr) ||
        (refused && !*normErrorGetMessage(error)) ||
        std::strstr(normErrorGetMessage(error), "std::"))
      return 3;
    normErrorDestroy(error);
  }
  normContextDestroy(context);
  return 0;
}
