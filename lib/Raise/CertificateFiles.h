//===- CertificateFiles.h - the folder of certificates ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CERTIFICATEFILES_H
#define NORM_LIB_RAISE_CERTIFICATEFILES_H

#include "norm/Raise/Passes.h"

namespace mlir::norm::raise {

/// Makes `folder` if it is not there and tries whether it takes files; else
/// says in `error` why not.
bool canWriteCertificates(StringRef folder, std::string &error);

/// Writes each certificate to `folder` as FUNCTION.NUMBER.smt2, numbered from 0
/// in each function. A file is whole or not there.
bool writeCertificates(ArrayRef<RaiseCertificate> certificates,
                       StringRef folder, std::string &error);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CERTIFICATEFILES_H
