//===- WitnessFinder.h - witnesses among the values of a cone ---*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_WITNESSFINDER_H
#define NORM_LIB_RAISE_PLAN_WITNESSFINDER_H

#include "Plan/Cone.h"
#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// Looks for witnesses among the values of one cone.
class WitnessFinder {
public:
  WitnessFinder(ExprReader &reader, const Cone &cone, const Point &root)
      : context(reader.getContext()), reader(reader), cone(cone), root(root) {}

  /// From now on an input that does not vary along a position of the root is
  /// looked for among the tensors that a broadcast has made, too.
  void takeBroadcasts() { takesBroadcasts = true; }

  /// The input of a norm whose normalized value has type `computedType`: as
  /// rounded as the least rounded of the values that the program uses, and of
  /// the narrowest type among those. Its row, along the positions in `rowMask`,
  /// has dimensions of its own. Where `preferEarly`, a tensor that the program
  /// does not compute comes first, and then what it computes first.
  std::optional<Witness> findInput(ExprRef input, uint32_t rowMask,
                                   Type computedType, bool preferEarly);

  /// Whether the positions of the root reach every element of `witness`: a norm
  /// of a larger tensor would take its statistic over more.
  bool coversRoot(const Witness &witness) const;

  /// A tensor that varies along the row alone and equals `expr`; one that the
  /// program does not compute where `preferEarly`.
  std::optional<Witness> findParameter(ExprRef expr, bool preferEarly = false);

  /// A value that equals `expr`, a gate or a rest, whatever it varies along.
  std::optional<Witness> findBeside(ExprRef expr);

  /// The numbers c, 1 among them, for which some value of the program is c *
  /// `expr`.
  SmallVector<Coefficient> findMultiples(ExprRef expr);
  /// The first positive one that is not 1.
  std::optional<Coefficient> findMultiple(ExprRef input);

private:
  /// A value that equals the input but for roundings.
  struct Candidate {
    Witness witness;
    ExprRef exact;
    bool isUsed;
  };
  SmallVector<Candidate> collectCandidates(ExprRef input, uint32_t rowMask);
  std::optional<Witness> asWitness(Value value, linalg::LinalgOp op,
                                   ArrayRef<AffineExpr> indices) const;
  const Candidate *getLeastRounded(ArrayRef<Candidate> candidates) const;
  void forEachScalar(
      llvm::function_ref<void(Value value, linalg::LinalgOp op)> visit) const;
  bool isUsedForOther(Value value, ExprRef input);
  /// Whether the program computes `value` from nothing, as far as the raise
  /// looks: its producers are not computed twice, and may die.
  bool isGiven(Value value) const;
  void spread(Value value, SmallVectorImpl<AffineExpr> &indices) const;
  std::optional<SmallVector<AffineExpr>> unifyWith(Value value, unsigned rank,
                                                   ExprRef target) const;

  ExprContext &context;
  ExprReader &reader;
  const Cone &cone;
  const Point &root;
  bool takesBroadcasts = false;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_WITNESSFINDER_H
