//===- LowerArith.cpp - minima, maxima and 8-bit floats -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops of arith, in row loops and outside of them, that upstream lowers
// otherwise than they say, or not at all.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "EightBitFloats.h"
#include "norm/Dialect/Norm/Transforms/VectorConversion.h"
#include "norm/Target/RowCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMLOWERARITH
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Whether `type` is a scalar or a vector of one dimension.
static bool isScalarOrVector(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getRank() == 1 && !vector.isScalable()
                : type.isIntOrFloat();
}

/// `value` with elements of type `element`, by conversions that every target
/// has.
static Value convertElements(OpBuilder &builder, Location loc, Value value,
                             Type element) {
  VectorEmitter emitter{VectorTarget()};
  auto target = cast<FloatType>(element);
  if (isa<VectorType>(value.getType()))
    return emitter.convert(builder, loc, value, target);
  auto single = VectorType::get(1, value.getType());
  Value vector = vector::BroadcastOp::create(builder, loc, single, value);
  return vector::ExtractOp::create(
      builder, loc, emitter.convert(builder, loc, vector, target), 0);
}

namespace {
/// minimumf(a, b), maximumf(a, b) -> llvm.intr.minimum, maximum
///
/// -0 is less than 0, and NaN is kept. 16-bit floats are compared as f32, which
/// has no rounding.
template <typename ArithOp, typename IntrinsicOp>
struct LowerExtremum : OpRewritePattern<ArithOp> {
  using OpRewritePattern<ArithOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(ArithOp op,
                                PatternRewriter &rewriter) const override {
    Type element = getElementTypeOrSelf(op.getType());
    if (!isConvertibleType(element) || !isScalarOrVector(op.getType()))
      return rewriter.notifyMatchFailure(op, "no scalar and no vector of f64, "
                                             "f32, f16 or bf16");
    Type wide = isHalf(element) ? rewriter.getF32Type() : element;
    auto widen = [&](Value value) {
      return convertElements(rewriter, op.getLoc(), value, wide);
    };
    Value result = IntrinsicOp::create(rewriter, op.getLoc(),
                                       widen(op.getLhs()), widen(op.getRhs()));
    rewriter.replaceOp(op,
                       convertElements(rewriter, op.getLoc(), result, element));
    return success();
  }
};

/// extf, truncf from or to an 8-bit float -> arithmetic on its bits
template <typename ConversionOp>
struct LowerEightBits : OpRewritePattern<ConversionOp> {
  using OpRewritePattern<ConversionOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(ConversionOp op,
                                PatternRewriter &rewriter) const override {
    Type from = getElementTypeOrSelf(op.getIn().getType());
    Type to = getElementTypeOrSelf(op.getType());
    if (!isEightBitFloat(from) && !isEightBitFloat(to))
      return rewriter.notifyMatchFailure(op, "no f8E4M3FN and no f8E5M2");
    if (!isScalarOrVector(op.getType()) ||
        !llvm::all_of(ArrayRef({from, to}), [](Type type) {
          return isEightBitFloat(type) || isConvertibleType(type);
        }))
      return rewriter.notifyMatchFailure(op, "a type without conversion");
    if (isa<arith::TruncFOp>(op) && op->hasAttr("roundingmode"))
      return rewriter.notifyMatchFailure(op, "a rounding mode");
    rewriter.replaceOp(op,
                       convertElements(rewriter, op.getLoc(), op.getIn(), to));
    return success();
  }
};

/// truncf with a rounding mode -> to nearest even, and one step where that is
/// not what the mode says
///
/// Processors round as a register says, which upstream's lowering (constrained
/// intrinsics) takes for granted. The neighbours of a number r have the next
/// codes: one more is further away from 0. With v' for r widened again,
///
///   toward_zero       a step toward 0 where |v'| > |v|
///   downward, upward  a step down where v' > v, up where v' < v
///   to_nearest_away   a step away from 0 where v is in the middle between v'
///                     and the number behind it
///
/// NaN and inf of v are what they are: nothing is greater.
struct LowerRounding : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<arith::RoundingMode> mode = op.getRoundingmode();
    Type from = getElementTypeOrSelf(op.getIn().getType());
    Type to = getElementTypeOrSelf(op.getType());
    if (!mode || !isConvertibleType(from) || !isConvertibleType(to) ||
        !isScalarOrVector(op.getType()))
      return rewriter.notifyMatchFailure(op, "no rounding mode that it knows");
    Location loc = op.getLoc();
    Value value = op.getIn();
    bool scalar = !isa<VectorType>(value.getType());
    if (scalar)
      value = vector::BroadcastOp::create(rewriter, loc,
                                          VectorType::get(1, from), value);
    Value result = emitRounded(rewriter, loc, value, to, *mode);
    if (scalar)
      result = vector::ExtractOp::create(rewriter, loc, result, 0);
    rewriter.replaceOp(op, result);
    return success();
  }

  static Value emitRounded(OpBuilder &builder, Location loc, Value value,
                           Type to, arith::RoundingMode mode) {
    Type from = getElementTypeOrSelf(value);
    Bits bits(builder, loc, value);
    auto widen = [&](Value number) {
      return convertElements(builder, loc, number, from);
    };
    auto compare = [&](arith::CmpFPredicate predicate, Value a, Value b) {
      return arith::CmpFOp::create(builder, loc, predicate, a, b);
    };
    auto magnitude = [&](Value number) {
      Type element = getElementTypeOrSelf(number);
      unsigned width = element.getIntOrFloatBitWidth();
      Value mask =
          bits.constant(width, llvm::maskTrailingOnes<uint64_t>(width - 1));
      return bits.cast(bits.both(bits.integer(number), mask), element);
    };
    auto step = [&](Value number, int64_t by) {
      unsigned width = to.getIntOrFloatBitWidth();
      return bits.cast(
          bits.add(bits.integer(number),
                   bits.constant(width,
                                 uint64_t(by) &
                                     llvm::maskTrailingOnes<uint64_t>(width))),
          to);
    };
    Value nearest = convertElements(builder, loc, value, to);
    Value back = widen(nearest);
    switch (mode) {
    case arith::RoundingMode::to_nearest_even:
      return nearest;
    case arith::RoundingMode::toward_zero:
      return bits.select(
          compare(arith::CmpFPredicate::OGT, magnitude(back), magnitude(value)),
          step(nearest, -1), nearest);
    case arith::RoundingMode::downward:
    case arith::RoundingMode::upward: {
      bool down = mode == arith::RoundingMode::downward;
      Value wrong =
          compare(down ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT,
                  back, value);
      // Of a result that is 0 the sign is that of the value.
      Value zero = bits.constant(from.getIntOrFloatBitWidth(), 0);
      Value negative = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::slt, bits.integer(value), zero);
      Value away = step(nearest, 1), toward = step(nearest, -1);
      Value other = down ? bits.select(negative, away, toward)
                         : bits.select(negative, toward, away);
      return bits.select(wrong, other, nearest);
    }
    case arith::RoundingMode::to_nearest_away: {
      Value away = step(nearest, 1);
      auto distance = [&](Value a, Value b) {
        return arith::SubFOp::create(builder, loc, magnitude(a), magnitude(b));
      };
      Value below = distance(value, back), above = distance(widen(away), value);
      Value isTie = compare(arith::CmpFPredicate::OEQ, below, above);
      return bits.select(isTie, away, nearest);
    }
    }
    llvm_unreachable("unknown rounding mode");
  }
};

/// Whether `op` computes with 8-bit floats.
static bool computesWithEightBits(Operation *op) {
  if (!isa<arith::ArithDialect, math::MathDialect>(op->getDialect()))
    return false;
  auto isEightBits = [](Type type) {
    return isEightBitFloat(getElementTypeOrSelf(type));
  };
  return llvm::any_of(op->getOperandTypes(), isEightBits) ||
         llvm::any_of(op->getResultTypes(), isEightBits);
}

/// f(a) -> truncf f(extf a) for ops of arith and math on 8-bit floats, in f32
static LogicalResult widenEightBitOps(Operation *root) {
  WalkResult found = root->walk([](Operation *op) {
    return computesWithEightBits(op) ? WalkResult::interrupt()
                                     : WalkResult::advance();
  });
  if (!found.wasInterrupted())
    return success();
  MLIRContext *context = root->getContext();
  SetVector<Type> eightBits;
  eightBits.insert(Float8E4M3FNType::get(context));
  eightBits.insert(Float8E5M2Type::get(context));
  Type f32 = Float32Type::get(context);
  {
    TypeConverter converter;
    arith::populateEmulateUnsupportedFloatsConversions(
        converter, eightBits.getArrayRef(), f32);
    RewritePatternSet patterns(context);
    arith::populateEmulateUnsupportedFloatsPatterns(patterns, converter);
    ConversionTarget target(*context);
    arith::populateEmulateUnsupportedFloatsLegality(target, converter);
    if (failed(applyPartialConversion(root, target, std::move(patterns))))
      return failure();
  }
  SetVector<Type> supported;
  for (Type type :
       {f32, Type(Float64Type::get(context)), Type(Float16Type::get(context)),
        Type(BFloat16Type::get(context))})
    supported.insert(type);
  TypeConverter converter;
  math::populateExtendToSupportedTypesTypeConverter(converter, supported, f32);
  RewritePatternSet patterns(context);
  math::populateExtendToSupportedTypesPatterns(patterns, converter);
  ConversionTarget target(*context);
  math::populateExtendToSupportedTypesConversionTarget(target, converter);
  return applyPartialConversion(root, target, std::move(patterns));
}

struct LowerArith : norm::impl::NormLowerArithBase<LowerArith> {
  void runOnOperation() override {
    if (failed(widenEightBitOps(getOperation())))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerExtremum<arith::MinimumFOp, LLVM::MinimumOp>,
                 LowerExtremum<arith::MaximumFOp, LLVM::MaximumOp>,
                 LowerEightBits<arith::ExtFOp>, LowerEightBits<arith::TruncFOp>,
                 LowerRounding>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    WalkResult checked = getOperation()->walk([](arith::TruncFOp op) {
      if (!op.getRoundingmode())
        return WalkResult::advance();
      op.emitError("expected a rounding mode with a type that has code for it, "
                   "f32, f16 or bf16, got ")
          << arith::stringifyRoundingMode(*op.getRoundingmode()) << " to "
          << op.getType();
      return WalkResult::interrupt();
    });
    if (checked.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
