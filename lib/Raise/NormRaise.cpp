//===- NormRaise.cpp - the pass norm-raise --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Raise/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMRAISE
#include "norm/Raise/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
struct NormRaise : public norm::impl::NormRaiseBase<NormRaise> {
  using NormRaiseBase::NormRaiseBase;

  void runOnOperation() override {
    if (precision != "relaxed" && precision != "strict") {
      getOperation().emitError(
          "expected precision to be relaxed or strict, got ")
          << precision;
      return signalPassFailure();
    }
    raiseNorms(getOperation(),
               precision == "strict" ? RaisePrecision::Strict
                                     : RaisePrecision::Relaxed,
               explain ? &llvm::errs() : nullptr);
  }
};
} // namespace
