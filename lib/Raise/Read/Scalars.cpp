//===- Scalars.cpp - row expressions of scalar ops ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One op: its law where it has one (ScalarLaws.h), else an opaque function of
// its operands, and the rounding of its result.
//
//===----------------------------------------------------------------------===//

#include "Expr/Cancellation.h"
#include "Read/ExprReader.h"
#include "Read/ScalarLaws.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static ExprRef readConstant(ExprContext &context, Attribute value) {
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
    return readConstant(context, splat.getSplatValue<Attribute>());
  return nullptr;
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

//===----------------------------------------------------------------------===//
// One op
//===----------------------------------------------------------------------===//

/// Whether the laws know all that the attributes of `op` say. Those of no use
/// to them, such as a rounding mode, change what the op computes; flags for
/// overflow and fastmath only allow more. Discardable attributes mean nothing.
static bool knowsAttributes(Operation *op) {
  static constexpr StringLiteral kKnown[] = {
      "dim", "fastmath", "map", "overflowFlags", "predicate", "value"};
  return llvm::all_of(op->getName().getAttributeNames(), [&](StringAttr name) {
    return llvm::is_contained(kKnown, name.getValue()) ||
           !op->getInherentAttr(name.getValue()).value_or(Attribute());
  });
}

/// `op` as an opaque function.
static ExprRef makeOpaque(ExprContext &context, Operation *op,
                          ArrayRef<ExprRef> operands) {
  return context.apply(
      op->getName().getAsOpaquePointer(), op->getAttrDictionary(),
      getElementTypeOrSelf(op->getResult(0)), operands, isa<math::ExpOp>(op));
}

/// The op by its law; null where there is none.
ExprRef ExprReader::readLaw(Operation *op, ArrayRef<ExprRef> operands) {
  if (!knowsAttributes(op))
    return nullptr;
  auto loops = dyn_cast<linalg::LinalgOp>(op->getParentOp());
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  unsigned numLoops = loops ? loops.getNumLoops() : type ? type.getRank() : 0;
  auto loopExtent = [&](unsigned loop) -> ExprRef {
    if (loops)
      return getLoopExtent(loops, loop);
    return type ? getExtent(op->getResult(0), loop) : nullptr;
  };
  if (ExprRef result = readArithmetic(context, op, operands))
    return result;
  if (ExprRef result = readInteger(context, op, operands))
    return result;
  if (isOfGradients)
    if (ExprRef quotient = readGuardedQuotient(context, op, operands))
      return quotient;
  return readChoice(context, op, operands, numLoops, loopExtent);
}

ExprRef ExprReader::evaluate(Operation *op, ArrayRef<ExprRef> operands) {
  Attribute constantValue;
  if (matchPattern(op, m_Constant(&constantValue)))
    return readConstant(context, constantValue); // null: a table, a leaf
  ExprRef result = readLaw(op, operands);
  auto type = dyn_cast<FloatType>(getElementTypeOrSelf(op->getResult(0)));
  if (result && result->isConstant() && type && !isa<arith::TruncFOp>(op))
    result = roundNumber(context, result, type, operands);
  return result ? result : makeOpaque(context, op, operands);
}

/// Whether `op` multiplies by a mask, which 0 * inf goes through.
static bool multipliesByMask(ExprContext &context, Operation *op,
                             ArrayRef<ExprRef> operands) {
  return isa<arith::MulFOp, arith::DivFOp, math::FmaOp>(op) &&
         isMaskProduct(context, operands[0], operands[1]);
}

/// The op in both readings, without the rounding of its result. A product with
/// a mask is a slice to the relaxed one, which notes it, and opaque to the
/// exact one.
ValueExpr ExprReader::evaluateBoth(Operation *op, ArrayRef<ExprRef> relaxed,
                                   ArrayRef<ExprRef> exact) {
  ValueExpr result = {evaluate(op, relaxed), nullptr};
  if (multipliesByMask(context, op, relaxed))
    maskProducts.insert(op);
  if (multipliesByMask(context, op, exact))
    result.exact = makeOpaque(context, op, exact);
  else
    result.exact = relaxed == exact ? result.relaxed : evaluate(op, exact);
  return result;
}

bool ExprReader::readsMaskAsSlice(Value value, ArrayRef<Value> inputs) const {
  if (isExact || maskProducts.empty())
    return false;
  BackwardSliceOptions options;
  options.inclusive = true;
  options.filter = [&](Operation *op) {
    return llvm::none_of(op->getResults(), [&](Value result) {
      return llvm::is_contained(inputs, result);
    });
  };
  llvm::SetVector<Operation *> slice;
  if (failed(getBackwardSlice(value, &slice, options)))
    return false;
  return llvm::any_of(slice, [&](Operation *op) {
    return op
        ->walk([&](Operation *nested) {
          return maskProducts.contains(nested) ? WalkResult::interrupt()
                                               : WalkResult::advance();
        })
        .wasInterrupted();
  });
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
  bool narrows = isa<arith::TruncFOp>(op) && knowsAttributes(op);
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
