//===- Certificate.h - a proof for each raise -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A certificate is a file in SMT-LIB 2 that says what the program before the
// raise computes at a position of the root, what the norm op computes there,
// and that these differ: `unsat` is the proof that they do not. It quotes the
// program and the plan, from which tools/norm-check makes the statements anew.
// It is made from the IR and the witnesses of the plan; what the normal form
// and the match made of the program is not looked at. docs/Certificates.md.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_CERTIFICATE_H
#define NORM_LIB_RAISE_CHECK_CERTIFICATE_H

#include "Plan/BackwardPlan.h"

#include "norm/Raise/Passes.h"

namespace mlir::norm::raise {

/// The certificate of `plan`.
RaiseCertificate certify(const NormPlan &plan);
RaiseCertificate certify(const BackwardPlan &plan);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_CERTIFICATE_H
