//===- NormRaise.cpp - the pass norm-raise --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Raise/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Raise/Certificates.h"
#include "norm/Raise/LowerTosa.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMRAISE
#include "norm/Raise/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
struct NormRaise : public norm::impl::NormRaiseBase<NormRaise> {
  using NormRaiseBase::NormRaiseBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    NormRaiseBase::getDependentDialects(registry);
    registry.insert<func::FuncDialect>(); // of the programs in certificates
    OpPassManager pipeline(func::FuncOp::getOperationName());
    raise::buildTosaLowering(pipeline);
    pipeline.getDependentDialects(registry);
  }

  void runOnOperation() override {
    if (precision != "relaxed" && precision != "strict") {
      getOperation().emitError(
          "expected precision to be relaxed or strict, got ")
          << precision;
      return signalPassFailure();
    }
    if (field != "on" && field != "off") {
      getOperation().emitError("expected field to be on or off, got ") << field;
      return signalPassFailure();
    }
    std::string error;
    if (!certify.empty() && !raise::canWriteCertificates(certify, error)) {
      getOperation().emitError(error);
      return signalPassFailure();
    }
    raise::LoweredTosa lowered;
    if (lowerTosa && failed(lowered.lower(getOperation())))
      return signalPassFailure();
    SmallVector<RaiseCertificate> certificates;
    raiseNorms(getOperation(),
               {precision == "strict" ? RaisePrecision::Strict
                                      : RaisePrecision::Relaxed,
                /*checkInField=*/field == "on"},
               explain ? &llvm::errs() : nullptr, /*misses=*/nullptr,
               work ? &llvm::errs() : nullptr,
               certify.empty() ? nullptr : &certificates);
    lowered.restoreUnraised();
    if (!raise::writeCertificates(certificates, certify, error)) {
      getOperation().emitError(error);
      return signalPassFailure();
    }
  }
};
} // namespace
