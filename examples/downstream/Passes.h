//===- Passes.h - passes of a compiler that uses norm -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOWNSTREAM_PASSES_H
#define DOWNSTREAM_PASSES_H

#include "mlir/Pass/Pass.h"

namespace downstream {

/// Brings norms to two dimensions and lets their sums be reassociated.
std::unique_ptr<mlir::Pass> createPrepareNorms();

/// Spells out, as linalg ops, the norms of rows of at most `longest` elements,
/// which this compiler would rather fuse by itself.
std::unique_ptr<mlir::Pass> createSpellOutNorms(int64_t longest);

/// Turns norms and row loops on memrefs into vector code of `bits` bits.
std::unique_ptr<mlir::Pass> createEmitRows(unsigned bits);

} // namespace downstream

#endif // DOWNSTREAM_PASSES_H
