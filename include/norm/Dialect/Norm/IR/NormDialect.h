//===- NormDialect.h - the norm dialect -------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMDIALECT_H
#define NORM_DIALECT_NORM_IR_NORMDIALECT_H

#include "mlir/IR/Dialect.h"

#include "norm/Dialect/Norm/IR/NormDialect.h.inc"

namespace mlir::norm {

/// Version of the textual form of the dialect. Raised whenever text that an
/// older release printed is no longer read the same way.
inline constexpr unsigned kTextVersion = 1;

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_IR_NORMDIALECT_H
