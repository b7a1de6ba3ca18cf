//===- SplitFma.h - fused multiply-adds as products and sums ----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last product of a norm and what is added to it, a residual say, may be
// one op, of which no value is the norm. So each fma is spelled as a product
// and a sum while norms are looked for, and put together again where its
// product is no part of one. Only those of at least 32 bits: the product of one
// of 16 bits would be rounded where the program does not round.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_SPLITFMA_H
#define NORM_LIB_RAISE_SPLITFMA_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::norm::raise {

/// Spells every `math.fma` in `module` of at least 32 bits as `arith.mulf` and
/// `arith.addf`, which carry a mark.
void splitFmas(ModuleOp module);

/// Puts those together again whose product is still there.
void joinFmas(ModuleOp module);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_SPLITFMA_H
