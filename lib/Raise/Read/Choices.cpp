//===- Choices.cpp - row expressions of comparisons and selects -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A comparison is decided only where it is known for every element: between
// numbers of the program, and between an extent and 0 where what is selected
// exists only for an extent of at least 1. A select that is not decided is a
// maximum, a mask, or opaque.
//
//===----------------------------------------------------------------------===//

#include "Read/ScalarLaws.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::norm::raise;

using arith::CmpFPredicate;
using arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Comparisons of numbers
//===----------------------------------------------------------------------===//

static ExprRef toTruth(ExprContext &context, bool truth) {
  return context.constant(truth ? 1.0 : 0.0);
}

static ExprRef readCompare(ExprContext &context, arith::CmpFOp op, ExprRef lhs,
                           ExprRef rhs) {
  if (!lhs->isConstant() || !rhs->isConstant())
    return nullptr;
  // The program may have rounded what led to numbers that are close.
  double a = lhs->constant.value, b = rhs->constant.value;
  double error = std::max(lhs->constant.error(), rhs->constant.error());
  double margin = error == 0 ? 0 : std::max(1e-5, 4 * error);
  bool isClose = std::abs(a - b) <= margin * std::max(std::abs(a), std::abs(b));
  if (isClose && margin != 0)
    return nullptr;
  return toTruth(context, arith::applyCmpPredicate(op.getPredicate(),
                                                   APFloat(a), APFloat(b)));
}

/// [index < bound] for an integer comparison with a constant.
static ExprRef readBelow(ExprContext &context, CmpIPredicate predicate,
                         ExprRef lhs, ExprRef rhs) {
  using P = CmpIPredicate;
  if (lhs->isConstant() && rhs->kind == Expr::Kind::Index) {
    std::swap(lhs, rhs);
    if (predicate == P::sgt || predicate == P::ugt)
      predicate = P::slt;
    else if (predicate == P::sge || predicate == P::uge)
      predicate = P::sle;
    else
      return nullptr;
  }
  if (lhs->kind != Expr::Kind::Index || !rhs->isConstant())
    return nullptr;
  // An unsigned comparison of a number that may be negative is another one.
  bool isUnsigned = predicate == P::ult || predicate == P::ule;
  int64_t bound = int64_t(rhs->constant.value);
  if (isUnsigned && (!isa<AffineDimExpr>(lhs->indices.front()) || bound < 0))
    return nullptr;
  if (predicate == P::slt || predicate == P::ult)
    return context.below(lhs->indices.front(), bound);
  if (predicate == P::sle || predicate == P::ule)
    return context.below(lhs->indices.front(), bound + 1);
  return nullptr;
}

static ExprRef readCompare(ExprContext &context, arith::CmpIOp op, ExprRef lhs,
                           ExprRef rhs) {
  if (getElementTypeOrSelf(op.getLhs()).isInteger(1))
    return nullptr; // true is 1 to us, and -1 to a signed comparison
  if (auto truth = compareExtents(context, op.getPredicate(), lhs, rhs))
    return toTruth(context, *truth);
  if (!lhs->isConstant() || !rhs->isConstant())
    return readBelow(context, op.getPredicate(), lhs, rhs);
  return toTruth(context, arith::applyCmpPredicate(
                              op.getPredicate(),
                              APInt(64, int64_t(lhs->constant.value), true),
                              APInt(64, int64_t(rhs->constant.value), true)));
}

//===----------------------------------------------------------------------===//
// Conditions that stayed comparisons
//===----------------------------------------------------------------------===//

/// The attribute `name` of the comparison by an `OpTy` that `condition` is;
/// null for others. The predicates of integers and of floats are numbers both:
/// slt is 2 and so is ogt.
template <typename OpTy, typename AttrT>
static AttrT getOfComparison(ExprRef condition, StringRef name) {
  if (condition->kind != Expr::Kind::Apply)
    return nullptr;
  MLIRContext *context = condition->attributes.getContext();
  OperationName wanted(OpTy::getOperationName(), context);
  if (condition->name != wanted.getAsOpaquePointer())
    return nullptr;
  return cast<DictionaryAttr>(condition->attributes).getAs<AttrT>(name);
}

/// Whether `condition` is true wherever its left side is at least 1: n > 0,
/// n >= 0 or n != 0.
static bool isTrueOfPositive(ExprRef condition) {
  using F = CmpFPredicate;
  using I = CmpIPredicate;
  if (auto real = getOfComparison<arith::CmpFOp, arith::CmpFPredicateAttr>(
          condition, "predicate"))
    return condition->operands[1]->isZero() &&
           llvm::is_contained({F::OGT, F::UGT, F::OGE, F::UGE, F::ONE, F::UNE},
                              real.getValue());
  if (auto whole = getOfComparison<arith::CmpIOp, arith::CmpIPredicateAttr>(
          condition, "predicate"))
    return condition->operands[1]->isZero() &&
           llvm::is_contained({I::sgt, I::ugt, I::sge, I::uge, I::ne},
                              whole.getValue());
  return false;
}

/// Whether `expr` sums over a range of extent `extent`.
static bool sumsOver(ExprRef expr, ExprRef extent,
                     llvm::SmallPtrSetImpl<ExprRef> &seen) {
  if (!expr->hasSum || !seen.insert(expr).second)
    return false;
  for (BoundIndex bound : expr->bounds)
    if (bound.extent == extent)
      return true;
  return llvm::any_of(expr->operands, [&](ExprRef operand) {
    return sumsOver(operand, extent, seen);
  });
}

/// select(n > 0, v, w) = v where v is a sum over n elements, or where n is the
/// extent of a loop around the select: for n = 0 there is no element to ask
/// for. The extent of another tensor may be 0 whatever the row is.
static bool isGuardOfItsOwnRow(ExprRef condition, ExprRef selected,
                               unsigned numLoops, LoopExtentOf loopExtent) {
  if (!isTrueOfPositive(condition))
    return false;
  ExprRef length = condition->operands[0];
  SmallVector<ExprRef> extents(length->operands);
  if (length->kind == Expr::Kind::Extent)
    extents = {length};
  else if (length->kind != Expr::Kind::Mul)
    return false;
  return llvm::all_of(extents, [&](ExprRef extent) {
    if (extent->kind != Expr::Kind::Extent)
      return false;
    for (unsigned loop = 0; loop < numLoops; ++loop)
      if (loopExtent(loop) == extent)
        return true;
    llvm::SmallPtrSet<ExprRef, 16> seen;
    return sumsOver(selected, extent, seen);
  });
}

//===----------------------------------------------------------------------===//
// Selects
//===----------------------------------------------------------------------===//

/// select(a > b, a, b) = max(a, b) where a NaN stays one. With a NaN an ordered
/// comparison is false and gives the right side, an unordered one the left.
/// That side has to be the only one that can be a NaN: select(v > 0, v, 0)
/// gives 0, and so would select(a > b, a, b) for a NaN b in an unordered one.
static ExprRef readMaximum(ExprContext &context, ExprRef condition, ExprRef lhs,
                           ExprRef rhs) {
  using P = CmpFPredicate;
  auto predicate = getOfComparison<arith::CmpFOp, arith::CmpFPredicateAttr>(
      condition, "predicate");
  if (!predicate)
    return nullptr;
  P p = predicate.getValue();
  bool isGreater = llvm::is_contained({P::OGT, P::OGE, P::UGT, P::UGE}, p);
  bool isLess = llvm::is_contained({P::OLT, P::OLE, P::ULT, P::ULE}, p);
  ExprRef greater = condition->operands[isGreater ? 0 : 1];
  ExprRef less = condition->operands[isGreater ? 1 : 0];
  if ((!isGreater && !isLess) || greater != lhs || less != rhs)
    return nullptr;
  bool isUnordered = llvm::is_contained({P::UGT, P::UGE, P::ULT, P::ULE}, p);
  ExprRef other = isUnordered ? rhs : lhs;
  auto fastmath = getOfComparison<arith::CmpFOp, arith::FastMathFlagsAttr>(
      condition, "fastmath");
  bool noNaNs = fastmath && bitEnumContainsAll(fastmath.getValue(),
                                               arith::FastMathFlags::nnan);
  return noNaNs || other->isConstant() ? context.max(lhs, rhs) : nullptr;
}

/// select(n == 1, 0, i) = i for an index i of a loop of extent n: exporters
/// write so how a dimension of unknown size is broadcast. Null for others.
static ExprRef readBroadcastIndex(ArrayRef<ExprRef> operands,
                                  LoopExtentOf loopExtent) {
  ExprRef condition = operands[0], index = operands[2];
  if (!operands[1]->isZero() || index->kind != Expr::Kind::Index)
    return nullptr;
  auto loop = dyn_cast<AffineDimExpr>(index->indices.front());
  auto predicate = getOfComparison<arith::CmpIOp, arith::CmpIPredicateAttr>(
      condition, "predicate");
  if (!loop || !predicate || predicate.getValue() != CmpIPredicate::eq ||
      !condition->operands[1]->isOne() ||
      condition->operands[0] != loopExtent(loop.getPosition()))
    return nullptr;
  return index;
}

static ExprRef readSelect(ExprContext &context, ArrayRef<ExprRef> operands,
                          unsigned numLoops, LoopExtentOf loopExtent) {
  ExprRef condition = operands[0], lhs = operands[1], rhs = operands[2];
  if (ExprRef index = readBroadcastIndex(operands, loopExtent))
    return index;
  if (condition->isConstant())
    return condition->constant.value != 0 ? lhs : rhs;
  if (condition->kind == Expr::Kind::Below && rhs->isZero())
    return context.mul(condition, lhs);
  if (lhs == rhs || isGuardOfItsOwnRow(condition, lhs, numLoops, loopExtent))
    return lhs;
  return readMaximum(context, condition, lhs, rhs);
}

ExprRef mlir::norm::raise::readGuardedQuotient(ExprContext &context,
                                               Operation *op,
                                               ArrayRef<ExprRef> operands) {
  if (!isa<arith::SelectOp>(op))
    return nullptr;
  ExprRef condition = operands[0], lhs = operands[1], rhs = operands[2];
  auto predicate = getOfComparison<arith::CmpFOp, arith::CmpFPredicateAttr>(
      condition, "predicate");
  if (!predicate || predicate.getValue() != CmpFPredicate::OEQ ||
      !lhs->isZero() || !condition->operands[1]->isZero())
    return nullptr;
  Coefficient coefficient;
  SmallVector<Factor> quotient = context.factorsOf(rhs, coefficient);
  bool isDivided = llvm::all_of(
      context.factorsOf(condition->operands[0], coefficient), [&](Factor root) {
        return llvm::any_of(quotient, [&](Factor factor) {
          return factor.operand == root.operand &&
                 factor.exponent.numerator < 0 && root.exponent.numerator > 0;
        });
      });
  return isDivided ? rhs : nullptr;
}

ExprRef mlir::norm::raise::readChoice(ExprContext &context, Operation *op,
                                      ArrayRef<ExprRef> operands,
                                      unsigned numLoops,
                                      LoopExtentOf loopExtent) {
  return llvm::TypeSwitch<Operation *, ExprRef>(op)
      .Case<arith::CmpFOp, arith::CmpIOp>([&](auto compare) {
        return readCompare(context, compare, operands[0], operands[1]);
      })
      .Case<arith::SelectOp>([&](auto) {
        return readSelect(context, operands, numLoops, loopExtent);
      })
      .Default([](Operation *) { return nullptr; });
}
