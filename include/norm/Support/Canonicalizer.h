//===- Canonicalizer.h - upstream's canonicalizer, less a fault -*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_SUPPORT_CANONICALIZER_H
#define NORM_SUPPORT_CANONICALIZER_H

#include <memory>

namespace mlir {
class Pass;
}

namespace mlir::norm {

/// Upstream's canonicalizer without the pattern that takes the tensor of an
/// `scf.for` for one of the type that it has before the loop: a loop may make
/// it longer or shorter each time (LLVM 22.1).
std::unique_ptr<Pass> createCanonicalizer();

} // namespace mlir::norm

#endif // NORM_SUPPORT_CANONICALIZER_H
