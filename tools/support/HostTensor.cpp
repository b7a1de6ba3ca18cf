//===- HostTensor.cpp - tensors in host memory ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostTensor.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <sys/mman.h>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// Alignment of every buffer: a cache line, and the widest vector there is.
static constexpr size_t kAlignment = 64;
/// Larger buffers ask for huge pages: with small ones, time is that of address
/// translation as much as that of the program.
static constexpr size_t kHugePage = size_t(2) << 20;

int64_t HostTensor::elementCount() const {
  return llvm::product_of(shape, int64_t(1));
}

size_t HostTensor::byteCount() const {
  return elementCount() * getElementBytes(type);
}

void FreeTensor::operator()(char *data) const {
  if (managed)
    managed->deleter(managed);
  else
    std::free(data);
}

HostTensor::HostTensor(NormManagedTensor *managed)
    : type(managed->dl_tensor.dtype),
      shape(managed->dl_tensor.shape,
            managed->dl_tensor.shape + managed->dl_tensor.ndim),
      data(static_cast<char *>(managed->dl_tensor.data), FreeTensor{managed}) {}

NormTensor HostTensor::describe() {
  return {data.get(),
          {NORM_DEVICE_CPU, 0},
          static_cast<int32_t>(shape.size()),
          type,
          shape.data(),
          /*strides=*/nullptr,
          /*byte_offset=*/0};
}

llvm::Expected<HostTensor> run::allocate(NormDataType type,
                                         ArrayRef<int64_t> shape) {
  HostTensor tensor;
  tensor.type = type;
  tensor.shape.assign(shape.begin(), shape.end());
  int64_t bytes = getElementBytes(type);
  for (int64_t extent : shape)
    if (llvm::MulOverflow(bytes, extent, bytes))
      return llvm::createStringError("a tensor of shape " +
                                     getShapeText(shape) +
                                     " does not fit into memory");
  size_t alignment = size_t(bytes) < kHugePage ? kAlignment : kHugePage;
  size_t size = llvm::alignTo(std::max<int64_t>(bytes, 1), alignment);
  tensor.data.reset(static_cast<char *>(std::aligned_alloc(alignment, size)));
  if (!tensor.data)
    return llvm::createStringError("no memory for a tensor of shape " +
                                   getShapeText(shape));
#ifdef MADV_HUGEPAGE
  if (alignment == kHugePage)
    madvise(tensor.data.get(), size, MADV_HUGEPAGE);
#endif
  std::memset(tensor.data.get(), 0, size);
  return tensor;
}

//===----------------------------------------------------------------------===//
// Element access
//===----------------------------------------------------------------------===//

template <typename T> static T load(const HostTensor &tensor, int64_t i) {
  T value;
  std::memcpy(&value, tensor.data.get() + i * sizeof(T), sizeof(T));
  return value;
}

template <typename T>
static void store(HostTensor &tensor, int64_t i, T value) {
  std::memcpy(tensor.data.get() + i * sizeof(T), &value, sizeof(T));
}

double run::loadElement(const HostTensor &tensor, int64_t i) {
  int64_t bytes = getElementBytes(tensor.type);
  if (const llvm::fltSemantics *semantics = getSemantics(tensor.type)) {
    if (bytes == 8)
      return load<double>(tensor, i);
    if (bytes == 4)
      return load<float>(tensor, i);
    llvm::APInt bits = bytes == 1 ? llvm::APInt(8, load<uint8_t>(tensor, i))
                                  : llvm::APInt(16, load<uint16_t>(tensor, i));
    return llvm::APFloat(*semantics, bits).convertToDouble();
  }
  bool isUnsigned = tensor.type.code != NORM_TYPE_INT;
  switch (bytes) {
  case 1:
    return isUnsigned ? load<uint8_t>(tensor, i) : load<int8_t>(tensor, i);
  case 2:
    return isUnsigned ? load<uint16_t>(tensor, i) : load<int16_t>(tensor, i);
  case 4:
    return isUnsigned ? load<uint32_t>(tensor, i) : load<int32_t>(tensor, i);
  default:
    return isUnsigned ? static_cast<double>(load<uint64_t>(tensor, i))
                      : static_cast<double>(load<int64_t>(tensor, i));
  }
}

void run::storeElement(HostTensor &tensor, int64_t i, double value) {
  int64_t bytes = getElementBytes(tensor.type);
  if (bytes == 8)
    return store(tensor, i, value);
  if (bytes == 4)
    return store(tensor, i, static_cast<float>(value));
  llvm::APFloat rounded(value);
  bool losesInfo;
  rounded.convert(*getSemantics(tensor.type),
                  llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  uint64_t bits = rounded.bitcastToAPInt().getZExtValue();
  if (bytes == 1)
    return store(tensor, i, static_cast<uint8_t>(bits));
  store(tensor, i, static_cast<uint16_t>(bits));
}

//===----------------------------------------------------------------------===//
// Random values
//===----------------------------------------------------------------------===//

/// A uniform value in (0, 1], from the upper 53 bits.
static double uniform(std::mt19937_64 &generator) {
  return ((generator() >> 11) + 1) * 0x1p-53;
}

void run::fillRandom(HostTensor &tensor, std::mt19937_64 &generator) {
  int64_t count = tensor.elementCount();
  if (!getSemantics(tensor.type)) {
    // Little-endian: the lowest byte of each element carries the value.
    int64_t bytes = getElementBytes(tensor.type);
    for (int64_t i = 0; i < count; ++i)
      tensor.data.get()[i * bytes] = generator() >> 63;
    return;
  }
  // Box and Muller: two uniform values give two normal ones.
  constexpr double twoPi = 6.283185307179586;
  for (int64_t i = 0; i < count; i += 2) {
    double radius = std::sqrt(-2.0 * std::log(uniform(generator)));
    double angle = twoPi * uniform(generator);
    storeElement(tensor, i, radius * std::cos(angle));
    if (i + 1 < count)
      storeElement(tensor, i + 1, radius * std::sin(angle));
  }
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

void run::printSummary(const HostTensor &tensor, raw_ostream &os) {
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -minimum, sum = 0;
  int64_t count = tensor.elementCount(), nans = 0;
  for (int64_t i = 0; i < count; ++i) {
    double value = loadElement(tensor, i);
    if (std::isnan(value)) {
      ++nans;
      continue;
    }
    minimum = std::min(minimum, value);
    maximum = std::max(maximum, value);
    sum += value;
  }
  os << "shape " << getShapeText(tensor.shape) << ", type "
     << getText(tensor.type);
  if (count > nans)
    os << llvm::format(", min %.6g, mean %.6g, max %.6g", minimum,
                       sum / (count - nans), maximum);
  else if (count == 0)
    os << ", empty";
  if (nans)
    os << ", " << nans << " NaN";
}
