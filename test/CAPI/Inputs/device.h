//===- device.h - tensors on a device, and what norms of them are ---------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory of the stand-in's devices is that of the process: tensors are filled
// and read as if they lay on the CPU.
//
//===----------------------------------------------------------------------===//

#include "norm-c/Norm.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

constexpr NormDataType kF64 = {NORM_TYPE_FLOAT, 64, 1},
                       kF32 = {NORM_TYPE_FLOAT, 32, 1},
                       kF16 = {NORM_TYPE_FLOAT, 16, 1},
                       kBF16 = {NORM_TYPE_BFLOAT, 16, 1}, kNone = {0, 0, 0};

/// The unit in the last place of 1.
inline double getUnit(NormDataType type) {
  return type.bits == 64                 ? 0x1p-52
         : type.bits == 32               ? 0x1p-23
         : type.code == NORM_TYPE_BFLOAT ? 0x1p-7
                                         : 0x1p-10;
}

/// A dense tensor at a multiple of 256 bytes, with its elements rounded to
/// `type` as they are set.
class Tensor {
public:
  Tensor(NormDataType type, std::vector<int64_t> extents,
         NormDevice device = {NORM_DEVICE_CUDA, 0})
      : shape(std::move(extents)) {
    count = 1;
    for (int64_t extent : shape)
      count *= extent;
    size_t bytes = size_t(count) * type.bits / 8;
    memory = std::aligned_alloc(256, (bytes + 511) / 256 * 256);
    std::memset(memory, 0xff, bytes);
    view = {memory,  device, int32_t(shape.size()), type, shape.data(),
            nullptr, 0};
  }
  Tensor(const Tensor &) = delete;
  ~Tensor() { std::free(memory); }

  double get(int64_t i) const {
    if (view.dtype.bits == 64)
      return static_cast<double *>(memory)[i];
    if (view.dtype.bits == 32)
      return static_cast<float *>(memory)[i];
    uint16_t bits = static_cast<uint16_t *>(memory)[i];
    if (view.dtype.code != NORM_TYPE_BFLOAT) {
      _Float16 half;
      std::memcpy(&half, &bits, 2);
      return static_cast<double>(half);
    }
    uint32_t wide = uint32_t(bits) << 16;
    float value;
    std::memcpy(&value, &wide, 4);
    return value;
  }

  void set(int64_t i, double value) {
    if (view.dtype.bits == 64) {
      static_cast<double *>(memory)[i] = value;
    } else if (view.dtype.bits == 32) {
      static_cast<float *>(memory)[i] = static_cast<float>(value);
    } else if (view.dtype.code == NORM_TYPE_BFLOAT) {
      float single = static_cast<float>(value);
      uint32_t bits;
      std::memcpy(&bits, &single, 4);
      static_cast<uint16_t *>(memory)[i] = uint16_t(bits >> 16);
    } else {
      auto half = static_cast<_Float16>(value);
      std::memcpy(static_cast<uint16_t *>(memory) + i, &half, 2);
    }
  }

  /// Numbers around `mean`, some large, others small.
  void fill(unsigned seed, double mean = 0) {
    for (int64_t i = 0; i < count; ++i) {
      seed = seed * 1664525u + 1013904223u;
      double unit = (seed >> 8) / double(1 << 24) - 0.5;
      set(i, mean + 4 * unit * std::fabs(unit));
    }
  }

  std::vector<int64_t> shape;
  int64_t count;
  NormTensor view;
  void *memory;
};

/// A call on `stream`; prints what went wrong.
inline bool call(const NormKernel *kernel,
                 const std::vector<const Tensor *> &tensors, void *stream) {
  std::vector<const NormTensor *> views;
  for (const Tensor *tensor : tensors)
    views.push_back(&tensor->view);
  NormCallOptions options = {};
  options.struct_size = sizeof(options);
  options.stream = stream;
  NormError *error = nullptr;
  NormStatus status = normKernelCallWithOptions(kernel, views.data(), nullptr,
                                                views.size(), &options, &error);
  if (status)
    std::printf("status %d: %s\n", status, normErrorGetMessage(error));
  normErrorDestroy(error);
  return status == NORM_SUCCESS;
}

/// Whether `found` is `expected`, but for rounding to its type and errors of
/// `relative` of the largest of the row.
inline bool isClose(const Tensor &found, int64_t first,
                    const std::vector<double> &expected, double relative,
                    const char *what) {
  double largest = 0;
  for (double value : expected)
    largest = std::fmax(largest, std::fabs(value));
  double unit = getUnit(found.view.dtype);
  for (size_t i = 0; i < expected.size(); ++i) {
    double value = found.get(first + int64_t(i));
    double error = std::fabs(value - expected[i]),
           allowed = unit * std::fabs(expected[i]) + relative * largest;
    if (error <= allowed)
      continue;
    std::printf("%s: element %ld is %g, expected %g\n", what,
                long(first) + long(i), value, expected[i]);
    return false;
  }
  return true;
}
