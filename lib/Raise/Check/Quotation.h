//===- Quotation.h - the program that a certificate is about ----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_QUOTATION_H
#define NORM_LIB_RAISE_CHECK_QUOTATION_H

#include "Plan/NormPlan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::norm::raise {

/// A function of its own that computes what a raise is about. Its arguments are
/// the tensors and scalars at which the cone ends; structured ops are generic.
struct Quotation {
  OwningOpRef<func::FuncOp> function;
  /// From values of the program to those of the function.
  IRMapping values;
  /// Why an op could not be quoted; else empty.
  std::string failure;
};

/// Quotes the ops of `cone`, and what they take from scalars and constants, as
/// far as `wanted` depends on them: tensors, or scalars in bodies of the cone.
Quotation quote(const Cone &cone, ArrayRef<Value> wanted, StringRef name);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_QUOTATION_H
