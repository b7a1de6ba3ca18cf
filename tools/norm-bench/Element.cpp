//===- Element.cpp - elements of the storage types ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Element.h"

#include "llvm/ADT/APFloat.h"

#include <algorithm>
#include <cmath>

using namespace mlir::norm;
using namespace mlir::norm::bench;

static const llvm::fltSemantics &semanticsOf(Storage type) {
  return type == Storage::BF16 ? llvm::APFloat::BFloat()
                               : llvm::APFloat::IEEEhalf();
}

double bench::loadElement(Storage type, const void *array, int64_t index) {
  switch (type) {
  case Storage::F64:
    return static_cast<const double *>(array)[index];
  case Storage::F32:
    return static_cast<const float *>(array)[index];
  case Storage::BF16:
  case Storage::F16:
    break;
  }
  uint16_t bits = static_cast<const uint16_t *>(array)[index];
  return llvm::APFloat(semanticsOf(type), llvm::APInt(16, bits))
      .convertToDouble();
}

void bench::storeElement(Storage type, void *array, int64_t index,
                         double value) {
  switch (type) {
  case Storage::F64:
    static_cast<double *>(array)[index] = value;
    return;
  case Storage::F32:
    static_cast<float *>(array)[index] = static_cast<float>(value);
    return;
  case Storage::BF16:
  case Storage::F16:
    break;
  }
  llvm::APFloat rounded(value);
  bool losesInfo;
  rounded.convert(semanticsOf(type), llvm::APFloat::rmNearestTiesToEven,
                  &losesInfo);
  static_cast<uint16_t *>(array)[index] =
      rounded.bitcastToAPInt().getZExtValue();
}

/// Precision in bits and exponent of the least normal value.
static std::pair<int, int> formatOf(Storage type) {
  switch (type) {
  case Storage::F64:
    return {53, -1022};
  case Storage::F32:
    return {24, -126};
  case Storage::BF16:
    return {8, -126};
  case Storage::F16:
    return {11, -14};
  }
  llvm_unreachable("all types are handled");
}

double bench::unitInLastPlace(Storage type, double value) {
  auto [precision, least] = formatOf(type);
  int exponent = value == 0 ? least : std::max(std::ilogb(value), least);
  return std::ldexp(1.0, exponent - (precision - 1));
}

double bench::leastNormal(Storage type) {
  return std::ldexp(1.0, formatOf(type).second);
}
