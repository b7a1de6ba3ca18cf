//===- Certificates.h - proofs, and the folder of them ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_RAISE_CERTIFICATES_H
#define NORM_RAISE_CERTIFICATES_H

#include "norm/Raise/Passes.h"

namespace mlir::norm {

/// A proof that the rows of `centred`, along its dimension `rowDim`, are those
/// of `x` without their means, and that each adds up to 0. Both are results of
/// structured ops of one function, made of its arguments; `function` is the
/// name that the file tells.
RaiseCertificate certifyCentring(StringRef function, Value x, Value centred,
                                 int64_t rowDim);

namespace raise {

/// Makes `folder` if it is not there and tries whether it takes files; else
/// says in `error` why not.
bool canWriteCertificates(StringRef folder, std::string &error);

/// Writes each certificate to `folder` as FUNCTION.NUMBER.smt2, numbered from 0
/// in each function. A file is whole or not there.
bool writeCertificates(ArrayRef<RaiseCertificate> certificates,
                       StringRef folder, std::string &error);

} // namespace raise
} // namespace mlir::norm

#endif // NORM_RAISE_CERTIFICATES_H
