//===- Integers.cpp - row expressions of integers and extents -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ScalarLaws.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

/// Whether arithmetic on positions and extents may wrap around in `type`.
static bool mayWrap(Type type) {
  return type.isInteger() && type.getIntOrFloatBitWidth() < 32;
}

/// Whether `expr`, if it is a number, is one of the integer type `type`.
static bool isInRange(ExprRef expr, Type type) {
  if (!expr || !expr->isConstant())
    return true;
  unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  return std::abs(expr->constant.value) < std::ldexp(1.0, width - 1);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// A number or a position as an index.
static AffineExpr toIndex(ExprContext &context, ExprRef expr) {
  return expr->isConstant()
             ? getAffineConstantExpr(int64_t(expr->constant.value),
                                     context.getContext())
             : expr->indices.front();
}

/// A sum, difference or product of positions.
static ExprRef readPositions(ExprContext &context, Operation *op,
                             ArrayRef<ExprRef> operands) {
  AffineExpr lhs = toIndex(context, operands[0]);
  AffineExpr rhs = toIndex(context, operands[1]);
  if (isa<arith::AddIOp>(op))
    return context.index(lhs + rhs);
  if (isa<arith::SubIOp>(op))
    return context.index(lhs - rhs);
  bool isLinear = operands[0]->isConstant() || operands[1]->isConstant();
  return isLinear ? context.index(lhs * rhs) : nullptr;
}

/// Integer arithmetic on positions and extents. Integers are exact, so that
/// their terms cancel: n - n = 0.
static ExprRef readIntegerArithmetic(ExprContext &context, Operation *op,
                                     ArrayRef<ExprRef> operands) {
  auto isPosition = [](ExprRef e) {
    return e->kind == Expr::Kind::Index || e->isConstant();
  };
  auto isExtent = [](ExprRef e) {
    return e->kind == Expr::Kind::Extent || e->isConstant() ||
           e->kind == Expr::Kind::Mul || e->kind == Expr::Kind::Add;
  };
  Type type = getElementTypeOrSelf(op->getResult(0));
  if (mayWrap(type))
    return nullptr;
  ExprRef result = nullptr;
  if (llvm::all_of(operands, isPosition))
    result = readPositions(context, op, operands);
  else if (!llvm::all_of(operands, isExtent))
    return nullptr;
  else if (isa<arith::MulIOp>(op))
    result = context.mul(operands[0], operands[1]);
  else
    result = isa<arith::AddIOp>(op) ? context.add(operands[0], operands[1])
                                    : context.sub(operands[0], operands[1]);
  return isInRange(result, type) ? result : nullptr;
}

/// An index map of extents, as far as it adds and multiplies; null beyond.
static ExprRef readMap(ExprContext &context, AffineExpr expr,
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
  ExprRef lhs = readMap(context, binary.getLHS(), dims, symbols);
  ExprRef rhs = readMap(context, binary.getRHS(), dims, symbols);
  if (!lhs || !rhs)
    return nullptr;
  return isSum ? context.add(lhs, rhs) : context.mul(lhs, rhs);
}

static ExprRef readApply(ExprContext &context, affine::AffineApplyOp op,
                         ArrayRef<ExprRef> operands) {
  auto isPosition = [](ExprRef e) { return e->kind == Expr::Kind::Index; };
  if (llvm::any_of(operands, isPosition)) {
    if (!llvm::all_of(operands, [&](ExprRef e) {
          return isPosition(e) || e->isConstant();
        }))
      return nullptr;
    auto indices = llvm::map_to_vector(
        operands, [&](ExprRef e) { return toIndex(context, e); });
    ArrayRef<AffineExpr> all = indices;
    AffineMap map = op.getMap();
    return context.index(map.getResult(0).replaceDimsAndSymbols(
        all.take_front(map.getNumDims()), all.drop_front(map.getNumDims())));
  }
  unsigned numDims = op.getMap().getNumDims();
  return readMap(context, op.getMap().getResult(0),
                 operands.take_front(numDims), operands.drop_front(numDims));
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

/// A conversion of an integer that keeps its value. The value of a true i1 is 1
/// here: extui and uitofp keep it, extsi, sitofp and index_cast make -1 of it,
/// so that (x * sitofp(mask))^2 is x^2 * mask. What a type has no number for
/// wraps around, and so does a negative number that is taken for unsigned.
static ExprRef readConversion(ExprContext &context, Operation *op,
                              ExprRef operand) {
  Type from = getElementTypeOrSelf(op->getOperand(0));
  Type to = getElementTypeOrSelf(op->getResult(0));
  bool isUnsigned =
      isa<arith::UIToFPOp, arith::IndexCastUIOp, arith::ExtUIOp>(op);
  bool isBit = from.isInteger(1);
  if (isUnsigned && !isBit && !operand->nonNegative)
    return nullptr;
  bool isReal = isa<FloatType>(to);
  if (!isReal &&
      (operand->isConstant() ? !isInRange(operand, to) : mayWrap(to)))
    return nullptr;
  bool isPosition = operand->kind == Expr::Kind::Index;
  bool isOpaque =
      operand->kind == Expr::Kind::Leaf || operand->kind == Expr::Kind::Apply;
  if (isOpaque || (isReal && isPosition))
    return nullptr;
  return isBit && !isUnsigned ? context.scale(Coefficient::exact(-1), operand)
                              : operand;
}

/// a mod b of numbers, neither of which is negative; a mod 1 is 0.
static ExprRef readRemainder(ExprContext &context, ArrayRef<ExprRef> operands) {
  if (operands[1]->isOne())
    return context.constant(0.0);
  if (!operands[0]->isConstant() || !operands[1]->isConstant())
    return nullptr;
  double number = operands[0]->constant.value;
  double divisor = operands[1]->constant.value;
  return number >= 0 && divisor > 0
             ? context.constant(std::fmod(number, divisor))
             : nullptr;
}

ExprRef mlir::norm::raise::readInteger(ExprContext &context, Operation *op,
                                       ArrayRef<ExprRef> operands) {
  return llvm::TypeSwitch<Operation *, ExprRef>(op)
      .Case<arith::SIToFPOp, arith::UIToFPOp, arith::IndexCastOp,
            arith::IndexCastUIOp, arith::ExtSIOp, arith::ExtUIOp,
            arith::TruncIOp>(
          [&](auto) { return readConversion(context, op, operands[0]); })
      .Case<arith::AddIOp, arith::SubIOp, arith::MulIOp>(
          [&](auto) { return readIntegerArithmetic(context, op, operands); })
      .Case<arith::MinSIOp, arith::MaxSIOp, arith::MinUIOp, arith::MaxUIOp,
            arith::DivSIOp, arith::DivUIOp, arith::FloorDivSIOp,
            arith::CeilDivSIOp, arith::CeilDivUIOp>(
          [&](auto) { return readBounded(context, op, operands); })
      .Case<arith::RemSIOp, arith::RemUIOp>(
          [&](auto) { return readRemainder(context, operands); })
      .Case<affine::AffineApplyOp>([&](affine::AffineApplyOp apply) {
        return readApply(context, apply, operands);
      })
      .Case<linalg::IndexOp>([&](linalg::IndexOp index) {
        return context.index(context.dim(index.getDim()));
      })
      .Default([](Operation *) { return nullptr; });
}
