//===- Fingerprint.h - what the second opinion depends on -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layers of a model are one program many times over. The second opinion on
// a raise depends on the ops that it evaluates and on the plan, not on where
// they stand: raises of equal fingerprints are evaluated once.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_FINGERPRINT_H
#define NORM_LIB_RAISE_CHECK_FINGERPRINT_H

#include "Plan/BackwardPlan.h"

#include <string>

namespace mlir::norm::raise {

/// The ops of the cone of `plan` with their attributes and types, values as
/// numbers in order of appearance, and the plan in these numbers: everything
/// that the second opinion looks at. None where it looks at more, at where
/// dynamic extents come from.
std::optional<std::string> getFingerprint(const NormPlan &plan);

/// The same for a gradient whose opinion looks at `ops`.
std::optional<std::string>
getFingerprint(const BackwardPlan &plan,
               const llvm::SetVector<Operation *> &ops);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_FINGERPRINT_H
