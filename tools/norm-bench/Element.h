//===- Element.h - elements of the storage types ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_ELEMENT_H
#define NORM_TOOLS_NORM_BENCH_ELEMENT_H

#include "Task.h"

namespace mlir::norm::bench {

/// Element `index` of an array of `type`, exactly.
double loadElement(Storage type, const void *array, int64_t index);

/// Sets element `index` to `value` rounded to the nearest, ties to even.
void storeElement(Storage type, void *array, int64_t index, double value);

/// The distance of neighbouring values of `type` around `value`; that of the
/// subnormals below the normal range.
double unitInLastPlace(Storage type, double value);

/// The least positive normal value of `type`.
double leastNormal(Storage type);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_ELEMENT_H
