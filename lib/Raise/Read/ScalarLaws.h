//===- ScalarLaws.h - the laws of scalar ops, by family ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each family of ops. Each is given an op and the expressions
// of its operands and returns that of its result; null where there is no law
// that holds for every value that the operands may have, NaN and the infinities
// included. The op is then an opaque function of its operands.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_READ_SCALARLAWS_H
#define NORM_LIB_RAISE_READ_SCALARLAWS_H

#include "Expr/Expr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::norm::raise {

/// The extent of one loop of the op in whose body a scalar is; null where there
/// is none.
using LoopExtentOf = llvm::function_ref<ExprRef(unsigned loop)>;

/// Floating-point arithmetic, roots, powers and maxima.
ExprRef readArithmetic(ExprContext &context, Operation *op,
                       ArrayRef<ExprRef> operands);

/// Integer arithmetic, conversions of integers, and index maps of extents.
ExprRef readInteger(ExprContext &context, Operation *op,
                    ArrayRef<ExprRef> operands);

/// Minima, maxima and quotients of extents and numbers.
ExprRef readBounded(ExprContext &context, Operation *op,
                    ArrayRef<ExprRef> operands);

/// The truth of a comparison of extents and numbers where it is the same for
/// all extents of at least 0.
std::optional<bool> compareExtents(ExprContext &context,
                                   arith::CmpIPredicate predicate, ExprRef lhs,
                                   ExprRef rhs);

/// select(s == 0, 0, v / s) as v / s, which it is but for s = 0: torch masks
/// the gradient of a root so, and with epsilon outside a backward op gives 0
/// there. Null for other ops.
ExprRef readGuardedQuotient(ExprContext &context, Operation *op,
                            ArrayRef<ExprRef> operands);

/// Comparisons and selects. `loopExtent` and `numLoops` tell of the loops
/// around the op.
ExprRef readChoice(ExprContext &context, Operation *op,
                   ArrayRef<ExprRef> operands, unsigned numLoops,
                   LoopExtentOf loopExtent);

/// Whether `op` promises that no operand and no result is a NaN.
bool hasNoNaNs(Operation *op);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_READ_SCALARLAWS_H
