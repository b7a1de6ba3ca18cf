//===- OddGradient.cpp - what is nearly the gradient of a norm ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/OddGradient.h"

#include "Match/BackwardProducts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// The powers to which one factor occurs, with a sum of products beside it and
/// without.
struct Powers {
  SmallVector<Rational> beside, alone;

  static bool has(ArrayRef<Rational> powers, Rational power) {
    return llvm::is_contained(powers, power);
  }
};
} // namespace

std::string mlir::norm::raise::describeOtherPowers(ExprContext &context,
                                                   const FlatSum &root,
                                                   ExprRef &power) {
  llvm::MapVector<ExprRef, Powers> found;
  Coefficient coefficient;
  for (const auto &[product, number] : root.getProducts()) {
    ExprRef sum = getProductSum(context, product);
    for (Factor factor : context.factorsOf(product, coefficient)) {
      // rstd as a value, or the root of a sum in sight.
      bool isRoot = factor.operand->kind != Expr::Kind::Leaf;
      bool mayBeRstd = factor.operand->hasLeaf && factor.operand != sum &&
                       (factor.exponent.numerator > 0) != isRoot;
      if (!mayBeRstd || !product->dependsOn(~factor.operand->freeDims))
        continue;
      Rational degree =
          isRoot ? factor.exponent * Rational(-2) : factor.exponent;
      Powers &powers = found[factor.operand];
      (sum ? powers.beside : powers.alone).push_back(degree);
    }
  }
  for (const auto &[operand, powers] : found) {
    if (Powers::has(powers.beside, 3) && Powers::has(powers.beside, 5)) {
      power = operand;
      return "it has rstd^3 and rstd^5, as the second derivative of a norm "
             "has, "
             "which no op computes";
    }
    if (Powers::has(powers.alone, 1) && Powers::has(powers.beside, 2) &&
        !Powers::has(powers.beside, 3)) {
      power = operand;
      return "the term of the statistic has rstd^2, and that of the gradient "
             "of "
             "a norm has rstd^3";
    }
  }
  return "";
}

namespace {
/// A product as what varies along the row and what does not.
struct RowProduct {
  ExprRef elements, factor;
};
} // namespace

static RowProduct splitAlongRow(ExprContext &context, ExprRef product,
                                uint32_t rowMask) {
  Coefficient coefficient;
  SmallVector<Factor> elements, others;
  for (Factor factor : context.factorsOf(product, coefficient))
    (factor.operand->dependsOn(rowMask) ? elements : others).push_back(factor);
  return {context.mul(elements), context.mul(others)};
}

/// Whether `sum` is that of `body` over the positions `rowMask`, up to a
/// number.
static bool isSumOf(ExprContext &context, ExprRef sum, ExprRef body,
                    uint32_t rowMask, ArrayRef<ExprRef> extents) {
  SmallVector<unsigned> dims;
  SmallVector<ExprRef> lengths;
  for (auto [dim, extent] : llvm::enumerate(extents))
    if (rowMask >> dim & 1) {
      dims.push_back(dim);
      lengths.push_back(extent);
    }
  Coefficient number;
  SmallVector<Factor> factors =
      context.factorsOf(context.sum(body, dims, lengths), number);
  return factors.size() == 1 && factors.front().operand == sum &&
         factors.front().exponent == Rational(1);
}

/// `expr` or what it rounds.
static ExprRef getRounded(ExprRef expr) {
  while (expr->kind == Expr::Kind::Round)
    expr = expr->operands[0];
  return expr;
}

/// Whether one over a square root is a factor of `product`.
static bool hasRoot(ExprContext &context, ExprRef product) {
  Coefficient coefficient;
  return llvm::any_of(
      context.factorsOf(getRounded(product), coefficient), [&](Factor factor) {
        ExprRef operand = getRounded(factor.operand);
        return (factor.exponent == Rational(-1, 2) && operand->hasLeaf) ||
               (operand != factor.operand && hasRoot(context, operand));
      });
}

/// The loops that have saved factors of `product`, which reads a slice of their
/// results.
static SmallVector<scf::ForOp> getSavingLoops(ExprContext &context,
                                              ExprRef product) {
  SmallVector<scf::ForOp> loops;
  Coefficient coefficient;
  for (Factor factor : context.factorsOf(getRounded(product), coefficient)) {
    Value value = getRounded(factor.operand)->value;
    bool isSlice = false;
    while (value &&
           isa_and_nonnull<tensor::ExtractSliceOp, tensor::CollapseShapeOp,
                           tensor::ExpandShapeOp>(value.getDefiningOp())) {
      isSlice |= isa<tensor::ExtractSliceOp>(value.getDefiningOp());
      value = value.getDefiningOp()->getOperand(0);
    }
    if (auto loop = value ? value.getDefiningOp<scf::ForOp>() : scf::ForOp();
        loop && isSlice)
      loops.push_back(loop);
  }
  return loops;
}

/// Whether `linear` may be rstd, and `other` is something else: a root, or what
/// a loop has saved beside the other one. Gates of a recurrence are neither.
static bool mayBeRstd(ExprContext &context, ExprRef linear, ExprRef other) {
  if (hasRoot(context, linear))
    return true;
  SmallVector<scf::ForOp> loops = getSavingLoops(context, other);
  return llvm::any_of(getSavingLoops(context, linear), [&](scf::ForOp loop) {
    return llvm::is_contained(loops, loop);
  });
}

std::string mlir::norm::raise::describeOtherFactor(ExprContext &context,
                                                   const FlatSum &root,
                                                   uint32_t varying,
                                                   ArrayRef<ExprRef> extents,
                                                   ExprRef &power) {
  for (const auto &[product, number] : root.getProducts()) {
    ExprRef sum = getProductSum(context, product);
    uint32_t rowMask = sum ? varying & ~sum->freeDims : 0;
    if (rowMask == 0)
      continue;
    RowProduct statistic =
        splitAlongRow(context, context.withoutFactor(product, sum, 1), rowMask);
    if (!statistic.elements->hasLeaf || !statistic.factor->hasLeaf)
      continue;
    for (const auto &[other, own] : root.getProducts()) {
      if (getProductSum(context, other))
        continue;
      RowProduct linear = splitAlongRow(context, other, rowMask);
      ExprRef body = context.mul(linear.elements, statistic.elements);
      if (!linear.factor->hasLeaf ||
          !mayBeRstd(context, linear.factor, statistic.factor) ||
          !isSumOf(context, sum, body, rowMask, extents))
        continue;
      power = linear.factor;
      return "the term of the statistic has a factor of which it is not known "
             "that it is rstd^3 up to a number";
    }
  }
  return "";
}

/// The op by which `value` combines the products of a row where that is no sum;
/// null for others.
static Operation *getOddCombiner(Value value) {
  auto op = value.getDefiningOp<linalg::LinalgOp>();
  if (!op || op.getNumReductionLoops() == 0 || op->getNumResults() != 1)
    return nullptr;
  Operation *combiner =
      op.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  bool isOdd =
      isa_and_nonnull<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
                      arith::MinNumFOp, arith::MulFOp>(combiner);
  return isOdd ? combiner : nullptr;
}

/// Whether a row sum that `expr` reads adds up products in which a value
/// cancels that varies along the row: dy scale times (y - bias) / scale.
static bool sumsCancelled(ExprContext &context, ExprRef expr,
                          llvm::SmallPtrSetImpl<ExprRef> &seen) {
  if (!expr->hasSum || !seen.insert(expr).second)
    return false;
  ExprRef body = expr->kind == Expr::Kind::Sum ? expr->operands[0] : nullptr;
  Coefficient coefficient;
  if (body && body->kind == Expr::Kind::Apply && body->operands.size() == 2)
    for (Factor lhs : context.factorsOf(body->operands[0], coefficient))
      for (Factor rhs : context.factorsOf(body->operands[1], coefficient))
        if (lhs.operand == rhs.operand && lhs.operand->boundDims != 0 &&
            lhs.exponent + rhs.exponent == Rational(0))
          return true;
  bool isOpen = expr->kind == Expr::Kind::Add || expr->kind == Expr::Kind::Mul;
  return isOpen && llvm::any_of(expr->operands, [&](ExprRef operand) {
           return sumsCancelled(context, operand, seen);
         });
}

std::string mlir::norm::raise::describeOddReduction(ExprContext &context,
                                                    ExprRef root,
                                                    ExprRef &power) {
  bool mayBe =
      llvm::any_of(getLeaves(root, /*intoSums=*/false), [](ExprRef leaf) {
        return leaf->value && getOddCombiner(leaf->value);
      });
  std::optional<FlatSum> flat;
  if (mayBe)
    flat = multiplyOut(context, root);
  llvm::SmallPtrSet<ExprRef, 16> seen;
  if (!flat && sumsCancelled(context, root, seen)) {
    power = root;
    return "what was saved is the result of the norm: (y - bias) / scale has "
           "no "
           "value where the scale is 0";
  }
  if (!flat)
    return "";
  Coefficient coefficient;
  for (const RstdPower &rstd : collectRstds(context, *flat))
    for (const auto &[product, number] : flat->getProducts()) {
      if (takeRstd(context, product, rstd).first != 3)
        continue;
      for (Factor factor : context.factorsOf(product, coefficient))
        if (Operation *combiner = factor.operand->kind == Expr::Kind::Leaf
                                      ? getOddCombiner(factor.operand->value)
                                      : nullptr) {
          power = rstd.getPower(context, 1);
          return llvm::formatv(
              "the products of the row are combined by {0}, and "
              "the gradient of a norm has their sum",
              combiner->getName());
        }
    }
  return "";
}
