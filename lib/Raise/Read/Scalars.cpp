//===- Scalars.cpp - row expressions of scalar ops ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ExprReader.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Constants, exponents, conditions
//===----------------------------------------------------------------------===//

static ExprRef evaluateConstant(ExprContext &context, Attribute value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return context.constant(Coefficient::literal(number.getValue()));
  if (auto number = dyn_cast<IntegerAttr>(value)) {
    if (number.getValue().getSignificantBits() > 53)
      return nullptr;
    bool isBool = number.getType().isInteger(1);
    return context.constant(isBool ? double(number.getValue().getZExtValue())
                                   : double(number.getValue().getSExtValue()));
  }
  if (auto splat = dyn_cast<SplatElementsAttr>(value))
    return evaluateConstant(context, splat.getSplatValue<Attribute>());
  return nullptr;
}

/// base ^ exponent for a constant exponent that is a multiple of 1/2.
static ExprRef evaluatePower(ExprContext &context, ExprRef base,
                             ExprRef exponent) {
  if (!exponent->isConstant())
    return nullptr;
  double twice = 2 * exponent->constant.value;
  if (twice != std::trunc(twice) || std::abs(twice) > 64)
    return nullptr;
  return context.pow(base, Rational(int64_t(twice), 2));
}

/// Whether `expr` is a dynamic extent or a product of such.
static bool isLength(ExprRef expr) {
  auto isExtent = [](ExprRef e) { return e->kind == Expr::Kind::Extent; };
  return isExtent(expr) || (expr->kind == Expr::Kind::Mul &&
                            llvm::all_of(expr->operands, isExtent));
}

/// The truth of a comparison of numbers; none where it is not known. An extent
/// is at least 1 wherever there is an element to ask for.
static std::optional<bool> compare(arith::CmpFPredicate predicate, ExprRef lhs,
                                   ExprRef rhs) {
  using P = arith::CmpFPredicate;
  if (isLength(lhs) && rhs->isZero()) {
    if (predicate == P::OGT || predicate == P::UGT || predicate == P::OGE ||
        predicate == P::UGE || predicate == P::ONE || predicate == P::UNE)
      return true;
    return std::nullopt;
  }
  if (!lhs->isConstant() || !rhs->isConstant())
    return std::nullopt;
  // The program may have rounded what led to numbers that are close.
  double a = lhs->constant.value, b = rhs->constant.value;
  double error = std::max(lhs->constant.error(), rhs->constant.error());
  double margin = error == 0 ? 0 : std::max(1e-5, 4 * error);
  bool isClose = std::abs(a - b) <= margin * std::max(std::abs(a), std::abs(b));
  if (isClose && margin != 0)
    return std::nullopt;
  return arith::applyCmpPredicate(predicate, APFloat(a), APFloat(b));
}

static std::optional<bool> compare(arith::CmpIOp op, ExprRef lhs, ExprRef rhs) {
  using P = arith::CmpIPredicate;
  P predicate = op.getPredicate();
  if (getElementTypeOrSelf(op.getLhs()).isInteger(1))
    return std::nullopt; // true is 1 to us, and -1 to a signed comparison
  if (lhs->kind == Expr::Kind::Extent && rhs->isZero() &&
      (predicate == P::sgt || predicate == P::ugt || predicate == P::ne ||
       predicate == P::sge || predicate == P::uge))
    return true;
  if (!lhs->isConstant() || !rhs->isConstant())
    return std::nullopt;
  return arith::applyCmpPredicate(
      predicate, APInt(64, int64_t(lhs->constant.value), true),
      APInt(64, int64_t(rhs->constant.value), true));
}

/// [index < bound] for an integer comparison with a constant.
static ExprRef evaluateBelow(ExprContext &context,
                             arith::CmpIPredicate predicate, ExprRef lhs,
                             ExprRef rhs) {
  using P = arith::CmpIPredicate;
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
  if (isUnsigned && !isa<AffineDimExpr>(lhs->indices.front()))
    return nullptr;
  int64_t bound = int64_t(rhs->constant.value);
  if (predicate == P::slt || predicate == P::ult)
    return context.below(lhs->indices.front(), bound);
  if (predicate == P::sle || predicate == P::ule)
    return context.below(lhs->indices.front(), bound + 1);
  return nullptr;
}

/// select(a > b, a, b) = max(a, b), in all its spellings.
static ExprRef evaluateSelect(ExprContext &context, arith::SelectOp op,
                              ArrayRef<ExprRef> operands) {
  ExprRef condition = operands[0], lhs = operands[1], rhs = operands[2];
  if (condition->isConstant())
    return condition->constant.value != 0 ? lhs : rhs;
  if (condition->kind == Expr::Kind::Below && rhs->isZero())
    return context.mul(condition, lhs);
  if (lhs == rhs)
    return lhs;
  // The comparison, which may have been made by an op of its own.
  auto predicateAttr = condition->kind == Expr::Kind::Apply
                           ? cast<DictionaryAttr>(condition->attributes)
                                 .getAs<arith::CmpFPredicateAttr>("predicate")
                           : nullptr;
  if (!predicateAttr)
    return nullptr;
  using P = arith::CmpFPredicate;
  P predicate = predicateAttr.getValue();
  bool isGreater = predicate == P::OGT || predicate == P::OGE ||
                   predicate == P::UGT || predicate == P::UGE;
  bool isLess = predicate == P::OLT || predicate == P::OLE ||
                predicate == P::ULT || predicate == P::ULE;
  ExprRef greater = condition->operands[isGreater ? 0 : 1];
  ExprRef less = condition->operands[isGreater ? 1 : 0];
  if ((isGreater || isLess) && greater == lhs && less == rhs)
    return context.max(lhs, rhs);
  return nullptr;
}

/// Whether `bound`, a lower one of what is compared with it in `type`, is none:
/// no number of the type is below it. Types that overflow early are not looked
/// at, as a bound may be meant to catch that.
static bool isBelowAll(ExprRef bound, Type type) {
  auto number = dyn_cast<FloatType>(type);
  if (!number || !bound->isConstant() || bound->constant.value >= 0)
    return false;
  APFloat largest = APFloat::getLargest(number.getFloatSemantics());
  bool losesInfo = false;
  largest.convert(APFloat::IEEEdouble(), APFloat::rmTowardZero, &losesInfo);
  return largest.convertToDouble() > 1e38 &&
         bound->constant.value <= -largest.convertToDouble();
}

/// max(lhs, rhs) in `type`; max(-largest, v) = v, as TOSA writes a clamp that
/// has one bound.
static ExprRef evaluateMax(ExprContext &context, ExprRef lhs, ExprRef rhs,
                           Type type) {
  if (isBelowAll(lhs, type))
    return rhs;
  if (isBelowAll(rhs, type))
    return lhs;
  return context.max(lhs, rhs);
}

/// select(n == 1, 0, i) = i for an index i of `extent` n: exporters write so
/// how a dimension of unknown size is broadcast. Null for other selects.
static ExprRef
evaluateBroadcastIndex(ArrayRef<ExprRef> operands,
                       llvm::function_ref<ExprRef(unsigned loop)> extent) {
  ExprRef condition = operands[0], index = operands[2];
  if (!operands[1]->isZero() || index->kind != Expr::Kind::Index ||
      condition->kind != Expr::Kind::Apply)
    return nullptr;
  auto loop = dyn_cast<AffineDimExpr>(index->indices.front());
  auto predicate = cast<DictionaryAttr>(condition->attributes)
                       .getAs<arith::CmpIPredicateAttr>("predicate");
  if (!loop || !predicate || predicate.getValue() != arith::CmpIPredicate::eq ||
      !condition->operands[1]->isOne() ||
      condition->operands[0] != extent(loop.getPosition()))
    return nullptr;
  return index;
}

//===----------------------------------------------------------------------===//
// One op
//===----------------------------------------------------------------------===//

/// Integer arithmetic on positions and extents; null for other integers.
static ExprRef evaluateInteger(ExprContext &context, Operation *op,
                               ArrayRef<ExprRef> operands) {
  auto isIndex = [](ExprRef e) {
    return e->kind == Expr::Kind::Index || e->isConstant();
  };
  auto isExtent = [](ExprRef e) {
    return e->kind == Expr::Kind::Extent || e->isConstant() ||
           e->kind == Expr::Kind::Mul || e->kind == Expr::Kind::Add;
  };
  auto toIndex = [&](ExprRef e) {
    return e->isConstant() ? getAffineConstantExpr(int64_t(e->constant.value),
                                                   context.getContext())
                           : e->indices.front();
  };
  bool onIndices = llvm::all_of(operands, isIndex);
  if (!onIndices && !llvm::all_of(operands, isExtent))
    return nullptr;
  // What may wrap around is not arithmetic of numbers.
  Type type = getElementTypeOrSelf(op->getResult(0));
  if (type.isInteger() && type.getIntOrFloatBitWidth() < 32)
    return nullptr;
  if (isa<arith::AddIOp>(op))
    return onIndices
               ? context.index(toIndex(operands[0]) + toIndex(operands[1]))
               : context.add(operands[0], operands[1]);
  if (isa<arith::SubIOp>(op))
    return onIndices
               ? context.index(toIndex(operands[0]) - toIndex(operands[1]))
               : context.sub(operands[0], operands[1]);
  if (isa<arith::MulIOp>(op)) {
    if (!onIndices)
      return context.mul(operands[0], operands[1]);
    if (operands[0]->isConstant() || operands[1]->isConstant())
      return context.index(toIndex(operands[0]) * toIndex(operands[1]));
  }
  return nullptr;
}

/// An index map of extents, as far as it adds and multiplies; null beyond.
static ExprRef evaluateMap(ExprContext &context, AffineExpr expr,
                           ArrayRef<ExprRef> dims, ArrayRef<ExprRef> symbols) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  if (auto number = dyn_cast<AffineConstantExpr>(expr))
    return context.constant(double(number.getValue()));
  auto binary = cast<AffineBinaryOpExpr>(expr);
  bool isSum = binary.getKind() == AffineExprKind::Add;
  if (!isSum && binary.getKind() != AffineExprKind::Mul)
    return nullptr;
  ExprRef lhs = evaluateMap(context, binary.getLHS(), dims, symbols);
  ExprRef rhs = evaluateMap(context, binary.getRHS(), dims, symbols);
  if (!lhs || !rhs)
    return nullptr;
  return isSum ? context.add(lhs, rhs) : context.mul(lhs, rhs);
}

/// Whether a constant of an integer type is what arithmetic without bounds
/// gives.
static bool isInRange(ExprRef expr, Type type) {
  if (!expr || !expr->isConstant())
    return true;
  unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  return std::abs(expr->constant.value) < std::ldexp(1.0, width - 1);
}

/// A number that the program computes in `type` from `operands`: as near to
/// what is meant as the rounding leaves it. Null where a sum that cancels
/// leaves little else than what was rounded.
static ExprRef roundNumber(ExprContext &context, ExprRef number, FloatType type,
                           ArrayRef<ExprRef> operands) {
  double value = number->constant.value;
  APFloat rounded(value);
  bool losesInfo = false;
  rounded.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
  rounded.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
  double kept = rounded.convertToDouble();
  if (!std::isfinite(kept) || (kept == 0 && value != 0))
    return nullptr;
  Coefficient result = number->constant.withValue(kept);
  if (kept != value)
    result.rest += std::abs((value - kept) / kept);
  int precision = APFloat::semanticsPrecision(type.getFloatSemantics());
  double allowed = std::ldexp(1.0, 2 - precision);
  for (ExprRef operand : operands)
    if (operand->isConstant())
      allowed = std::max(allowed, 4 * operand->constant.error());
  if (result.error() > allowed)
    return nullptr;
  return context.constant(result);
}

/// The op applied to its operands, by a law where there is one; roundings of
/// what is no number are left to applyRounding.
ExprRef ExprReader::evaluate(Operation *op, ArrayRef<ExprRef> operands) {
  Attribute constantValue;
  if (matchPattern(op, m_Constant(&constantValue)))
    return evaluateConstant(context, constantValue); // null: a table, a leaf

  auto sumOf = [&](ExprRef lhs, ExprRef rhs) { return context.add(lhs, rhs); };
  ExprRef result =
      llvm::TypeSwitch<Operation *, ExprRef>(op)
          .Case<arith::AddFOp>(
              [&](auto) { return sumOf(operands[0], operands[1]); })
          .Case<arith::SubFOp>(
              [&](auto) { return context.sub(operands[0], operands[1]); })
          .Case<arith::MulFOp>(
              [&](auto) { return context.mul(operands[0], operands[1]); })
          .Case<arith::DivFOp>(
              [&](auto) { return context.div(operands[0], operands[1]); })
          .Case<math::FmaOp>([&](auto) {
            return sumOf(context.mul(operands[0], operands[1]), operands[2]);
          })
          .Case<arith::NegFOp>([&](auto) {
            return context.scale(Coefficient::exact(-1), operands[0]);
          })
          .Case<arith::MaximumFOp, arith::MaxNumFOp>([&](auto) {
            return evaluateMax(context, operands[0], operands[1],
                               getElementTypeOrSelf(op->getResult(0)));
          })
          .Case<arith::MinimumFOp, arith::MinNumFOp>([&](auto) {
            Coefficient minus = Coefficient::exact(-1);
            return context.scale(
                minus, evaluateMax(context, context.scale(minus, operands[0]),
                                   context.scale(minus, operands[1]),
                                   getElementTypeOrSelf(op->getResult(0))));
          })
          .Case<math::SqrtOp>(
              [&](auto) { return context.pow(operands[0], {1, 2}); })
          .Case<math::RsqrtOp>(
              [&](auto) { return context.pow(operands[0], {-1, 2}); })
          .Case<math::PowFOp, math::FPowIOp>([&](auto) {
            return evaluatePower(context, operands[0], operands[1]);
          })
          .Case<math::AbsFOp>([&](auto) { return context.abs(operands[0]); })
          .Case<arith::ExtFOp, arith::TruncFOp>(
              [&](auto) { return operands[0]; })
          .Case<arith::SIToFPOp, arith::UIToFPOp, arith::IndexCastOp,
                arith::IndexCastUIOp, arith::ExtSIOp, arith::ExtUIOp>(
              [&](auto) -> ExprRef {
                bool isReal =
                    isa<FloatType>(getElementTypeOrSelf(op->getResult(0)));
                bool isPosition = operands[0]->kind == Expr::Kind::Index;
                bool isBool =
                    getElementTypeOrSelf(op->getOperand(0)).isInteger(1);
                bool isSigned = isa<arith::SIToFPOp, arith::ExtSIOp>(op);
                bool isUnsigned =
                    isa<arith::UIToFPOp, arith::IndexCastUIOp, arith::ExtUIOp>(
                        op);
                bool mayWrap =
                    (isUnsigned && !operands[0]->nonNegative) ||
                    (!isReal && !operands[0]->isConstant() &&
                     getElementTypeOrSelf(op->getResult(0)).isInteger() &&
                     getElementTypeOrSelf(op->getResult(0))
                             .getIntOrFloatBitWidth() < 32);
                if (mayWrap || (isReal && isPosition) || (isBool && isSigned) ||
                    operands[0]->kind == Expr::Kind::Leaf ||
                    operands[0]->kind == Expr::Kind::Apply)
                  return nullptr;
                return operands[0];
              })
          .Case<arith::CmpFOp>([&](arith::CmpFOp cmp) -> ExprRef {
            if (auto truth =
                    compare(cmp.getPredicate(), operands[0], operands[1]))
              return context.constant(*truth ? 1.0 : 0.0);
            return nullptr;
          })
          .Case<arith::CmpIOp>([&](arith::CmpIOp cmp) -> ExprRef {
            if (auto truth = compare(cmp, operands[0], operands[1]))
              return context.constant(*truth ? 1.0 : 0.0);
            return evaluateBelow(context, cmp.getPredicate(), operands[0],
                                 operands[1]);
          })
          .Case<arith::SelectOp>([&](arith::SelectOp select) {
            auto loops = dyn_cast<linalg::LinalgOp>(op->getParentOp());
            if (ExprRef index =
                    evaluateBroadcastIndex(operands, [&](unsigned loop) {
                      return loops ? getLoopExtent(loops, loop) : nullptr;
                    }))
              return index;
            return evaluateSelect(context, select, operands);
          })
          .Case<linalg::IndexOp>([&](linalg::IndexOp index) {
            return context.index(context.dim(index.getDim()));
          })
          .Case<affine::AffineApplyOp>([&](affine::AffineApplyOp apply) {
            unsigned numDims = apply.getMap().getNumDims();
            bool ofExtents = llvm::none_of(operands, [](ExprRef e) {
              return e->kind == Expr::Kind::Index;
            });
            return ofExtents ? evaluateMap(context, apply.getMap().getResult(0),
                                           operands.take_front(numDims),
                                           operands.drop_front(numDims))
                             : nullptr;
          })
          .Case<arith::AddIOp, arith::SubIOp, arith::MulIOp>(
              [&](auto) -> ExprRef {
                ExprRef value = evaluateInteger(context, op, operands);
                Type type = getElementTypeOrSelf(op->getResult(0));
                return isInRange(value, type) ? value : nullptr;
              })
          .Default([](Operation *) -> ExprRef { return nullptr; });
  auto type = dyn_cast<FloatType>(getElementTypeOrSelf(op->getResult(0)));
  if (result && result->isConstant() && type && !isa<arith::TruncFOp>(op))
    result = roundNumber(context, result, type, operands);
  if (result)
    return result;
  return context.apply(
      op->getName().getAsOpaquePointer(), op->getAttrDictionary(),
      getElementTypeOrSelf(op->getResult(0)), operands, isa<math::ExpOp>(op));
}

//===----------------------------------------------------------------------===//
// Roundings
//===----------------------------------------------------------------------===//

/// The rounding that the type of the result makes, as nodes:
///   - constants are rounded, in both readings;
///   - the exact reading keeps every narrowing to fewer bits than f32, and from
///     f64 to f32;
///   - the relaxed reading drops narrowings to 16 bits, and those from f64 to
///   f32
///     of what was computed from nothing wider than f32.
/// Narrowings to 8 bits and of f64 data are kept in both.
ValueExpr ExprReader::applyRounding(Operation *op, ValueExpr expr) {
  auto type = dyn_cast<FloatType>(getElementTypeOrSelf(op->getResult(0)));
  bool moves = isa<arith::ExtFOp, arith::SelectOp, arith::NegFOp, math::AbsFOp,
                   arith::MaximumFOp, arith::MaxNumFOp, arith::MinimumFOp,
                   arith::MinNumFOp>(op);
  bool narrows = isa<arith::TruncFOp>(op);
  if (!type || moves || (type.getWidth() > 16 && !narrows))
    return expr;
  if (type.getWidth() > 32)
    return expr;
  ExprRef relaxed = expr.relaxed;
  bool isKept = type.getWidth() < 16 || relaxed->hasF64Leaf;
  if (isKept || relaxed->isConstant())
    relaxed = context.round(relaxed, type);
  return {relaxed, context.round(expr.exact, type)};
}
