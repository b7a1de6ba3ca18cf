//===- LimitReason.cpp - limits as reasons --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/LimitReason.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// A part of an expression that was cut off, and the values behind it.
struct CutPart {
  Limit limit;
  llvm::SmallSetVector<Value, 16> behind;
};
/// What an expression reads: values as they are, and parts that were cut off.
struct Reads {
  llvm::SmallPtrSet<ExprRef, 16> seen;
  llvm::SmallSetVector<Value, 16> values;
  SmallVector<CutPart> parts;
};
} // namespace

/// The values that `reads` are computed from, through leaves that were cut off.
static llvm::SmallSetVector<Value, 16>
getValuesBehind(const ExprContext &context, ArrayRef<Value> reads) {
  llvm::SmallSetVector<Value, 16> behind;
  behind.insert(reads.begin(), reads.end());
  unsigned numCuts = 0;
  for (unsigned i = 0; i < behind.size() && numCuts < kMaxCutsBehind; ++i)
    if (const ExprContext::CutValue *cut = context.getCut(behind[i])) {
      ++numCuts;
      behind.insert(cut->reads.begin(), cut->reads.end());
    }
  return behind;
}

static void collect(const ExprContext &context, ExprRef expr, Reads &reads) {
  if (!reads.seen.insert(expr).second)
    return;
  if (expr->kind == Expr::Kind::Cut) {
    reads.parts.push_back({Limit::BoundIndices, {}});
    return;
  }
  if (expr->kind == Expr::Kind::Group && Limit(expr->number) != Limit::None) {
    SmallVector<Value> values;
    for (ExprRef leaf : getLeaves(expr, /*intoSums=*/true))
      values.push_back(leaf->value);
    reads.parts.push_back(
        {Limit(expr->number), getValuesBehind(context, values)});
    return;
  }
  if (expr->kind == Expr::Kind::Leaf) {
    reads.values.insert(expr->value);
    return;
  }
  for (ExprRef operand : expr->operands)
    collect(context, operand, reads);
}

Limit mlir::norm::raise::findLimit(const ExprContext &context, ExprRef root) {
  Reads reads;
  collect(context, root, reads);
  for (Value value : reads.values)
    if (const ExprContext::CutValue *cut = context.getCut(value))
      reads.parts.push_back({cut->limit, getValuesBehind(context, cut->reads)});
  for (auto [position, part] : llvm::enumerate(reads.parts)) {
    auto isBehind = [&](Value value) { return part.behind.contains(value); };
    if (part.limit == Limit::BoundIndices && part.behind.empty())
      return part.limit;
    if (llvm::any_of(reads.values, isBehind))
      return part.limit;
    for (const CutPart &other :
         ArrayRef<CutPart>(reads.parts).drop_front(position + 1))
      if (llvm::any_of(other.behind, isBehind))
        return part.limit;
  }
  return Limit::None;
}

/// Whether `leaf` ^ `exponent` may be a reciprocal root.
static bool mayBeReciprocal(ExprRef leaf, Rational exponent) {
  return exponent != Rational(1) ||
         isa_and_nonnull<math::RsqrtOp, math::PowFOp, arith::DivFOp>(
             leaf->value.getDefiningOp());
}

Limit mlir::norm::raise::findLimitOfFactor(const ExprContext &context,
                                           ExprRef root) {
  while (root->kind == Expr::Kind::Add && root->operands.size() == 1)
    root = root->operands.front();
  if (root->kind != Expr::Kind::Mul)
    return Limit::None;
  for (auto [factor, exponent] : llvm::zip(root->operands, root->exponents)) {
    for (ExprRef leaf : getLeaves(factor, /*intoSums=*/false)) {
      const ExprContext::CutValue *cut = context.getCut(leaf->value);
      auto variesBeside = [&, factor = factor](ExprRef other) {
        return (other->freeDims & ~factor->freeDims) != 0;
      };
      if (cut && mayBeReciprocal(leaf, exponent) &&
          llvm::any_of(root->operands, variesBeside))
        return findLimit(context, root);
    }
  }
  return Limit::None;
}
