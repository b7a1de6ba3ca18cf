//===- Scalars.h - operations on single elements ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_LIB_NORM_EMULATE_SCALARS_H
#define NORM_TEST_LIB_NORM_EMULATE_SCALARS_H

#include "mlir/IR/Operation.h"

namespace mlir::norm::emulate {

/// The elements of `attribute`, a constant.
SmallVector<uint64_t, 4> getBits(Attribute attribute);

/// The result of the elementwise op `op` on elements `operands`, all as bits;
/// none for ops that are not known. `seed` decides what rsqrt.approx is, within
/// the error that it may have.
std::optional<uint64_t> evaluate(Operation *op, ArrayRef<uint64_t> operands,
                                 uint64_t seed);

} // namespace mlir::norm::emulate

#endif // NORM_TEST_LIB_NORM_EMULATE_SCALARS_H
