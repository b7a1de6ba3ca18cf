//===- Witness.h - values of the program that an expression is --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The algebra says what the input, scale and bias of a norm are; a raise needs
// values of the program that are just that. A witness of an expression is a
// tensor together with an access map, or a scalar inside of a structured op
// from which the tensor can be made by running that op's body once more.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_WITNESS_H
#define NORM_LIB_RAISE_PLAN_WITNESS_H

#include "Plan/Cone.h"

namespace mlir::norm::raise {

/// A tensor whose element at `indices` (over positions of the root) is the
/// wanted expression.
struct Witness {
  Value tensor;
  SmallVector<AffineExpr> indices;
};

/// Looks for witnesses among the values of one cone.
class WitnessFinder {
public:
  /// `rootExtents` are the extents of the positions of the root, `extents` the
  /// same as numbers.
  WitnessFinder(ExprContext &context, ExprReader &builder, const Cone &cone,
                ArrayRef<ExprRef> rootExtents, ArrayRef<int64_t> extents)
      : context(context), builder(builder), cone(cone),
        rootExtents(rootExtents), extents(extents) {}

  /// The input of a norm whose normalized value has type `computedType`: as
  /// rounded as the least rounded of the values that the program uses, and of
  /// the narrowest type among those. Makes the tensor at `opBuilder` if no op
  /// of the program did.
  /// A row, along the positions in `rowMask`, has dimensions of its own.
  /// Where `preferGiven`, a tensor that the program does not compute comes
  /// before one that it makes of it.
  std::optional<Witness> findInput(ExprRef input, uint32_t rowMask,
                                   Type computedType, bool preferGiven,
                                   OpBuilder &opBuilder);

  /// Whether the positions of the root reach every element of `tensor`: a norm
  /// of a larger tensor would take its statistic over more.
  bool coversRoot(Value tensor, ArrayRef<AffineExpr> indices) const;

  /// A tensor that varies along the row alone and equals `expr`.
  std::optional<Witness> findParameter(ExprRef expr);

  /// A tensor that equals `expr`, a gate or a rest, whatever it varies along;
  /// made at `opBuilder`, by the op added to `made`, if no op of the program
  /// did.
  std::optional<Witness> findBeside(ExprRef expr, OpBuilder &opBuilder,
                                    SmallVectorImpl<Operation *> &made);

  /// A positive number c for which some value of the program is c * `input`.
  std::optional<Coefficient> findMultiple(ExprRef input);

private:
  /// A value that equals the input but for roundings.
  struct Candidate {
    Value value;
    /// The op in whose body `value` is a scalar; null for a tensor.
    linalg::LinalgOp op;
    SmallVector<AffineExpr> indices;
    ExprRef exact;
    Type element;
    bool isUsed;
  };
  SmallVector<Candidate> collectCandidates(ExprRef input, uint32_t rowMask);
  void forEachScalar(
      llvm::function_ref<void(Value value, linalg::LinalgOp op)> visit) const;
  bool isUsedForOther(Value value, ExprRef input);
  ExprContext &context;
  ExprReader &builder;
  const Cone &cone;
  ArrayRef<ExprRef> rootExtents;
  ArrayRef<int64_t> extents;
};

/// Makes a generic op that yields `scalar`, a value of the body of `op`, at
/// every point of the loops that it depends on, which are returned in `loops`;
/// null where it depends on the accumulator of a reduction.
Value materializeScalar(linalg::LinalgOp op, Value scalar,
                        SmallVectorImpl<unsigned> &loops, OpBuilder &opBuilder);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_WITNESS_H
