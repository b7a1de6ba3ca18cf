//===- OpProgram.h - a norm given by parameters -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_OPPROGRAM_H
#define NORM_LIB_CAPI_OPPROGRAM_H

#include "norm-c/Compiler.h"

#include "llvm/Support/Error.h"

#include <string>

namespace mlir::norm::capi {

/// A NormOp whose fields have been checked.
struct OpSpec {
  NormOp op;

  bool hasResidual() const { return op.residual.bits != 0; }
  bool hasScale() const { return op.scale.bits != 0; }
  bool hasBias() const { return op.bias.bits != 0; }
  unsigned getArgumentCount() const {
    return 1 + hasResidual() + hasScale() + hasBias();
  }
  unsigned getTensorCount() const {
    return getArgumentCount() + 1 + hasResidual();
  }
};

/// Checks `op`, which may be of an older or a newer version, and fills in the
/// type of y.
llvm::Expected<OpSpec> checkOp(const NormOp *op);

/// A function `main` on memrefs of two dimensions with any stride between rows,
/// which does `spec`; the tensors of a call are its arguments. What it writes
/// to may be what it reads, since one loop reads each element before writing
/// it.
std::string getProgram(const OpSpec &spec);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_OPPROGRAM_H
