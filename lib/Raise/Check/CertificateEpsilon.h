//===- CertificateEpsilon.h - the epsilon that a program reads --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program may write its epsilon in parts, or rescaled. What its roots are
// taken of says which number it means: where the statistic is b S, S a sum, and
// sqrt(a S + c) is read, epsilon is c b / a. Example, for 24 elements:
//   sqrt((sum(x^2) + 1) / 24 + 1e-5) has a = b = 1/24, c = 1/24 + 1/100000
// Beside a root, in 1 / (a sqrt(v) + c), it is c / a, times sqrt(b / a') where
// v is a' S.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_CERTIFICATEEPSILON_H
#define NORM_LIB_RAISE_CHECK_CERTIFICATEEPSILON_H

#include "Check/CertificateStatements.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm::raise::certificate {

/// The numbers that epsilon may be, by all roots and quotients that are stated.
SmallVector<Fraction> getEpsilons(Statements &statements, const Terms &terms,
                                  const Poly &statistic, EpsMode mode);

} // namespace mlir::norm::raise::certificate

#endif // NORM_LIB_RAISE_CHECK_CERTIFICATEEPSILON_H
