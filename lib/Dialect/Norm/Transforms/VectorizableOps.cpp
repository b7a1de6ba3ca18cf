//===- VectorizableOps.cpp - what has vector code -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorizableOps.h"
#include "EightBitFloats.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm;

bool norm::isConvertibleType(Type type) {
  return type.isF64() || type.isF32() || type.isF16() || type.isBF16();
}

static std::string getText(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

bool mlir::norm::isHalf(Type type) {
  return isa<Float16Type, BFloat16Type>(getElementTypeOrSelf(type));
}

/// Ops on 16-bit floats that may be evaluated in f32: one rounding there and
/// one to 16 bits give the nearest, as f32 has more than twice the digits.
static bool roundsOnceIn32Bits(Operation *op) {
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
             arith::NegFOp, arith::CmpFOp, arith::SelectOp, arith::MaximumFOp,
             arith::MinimumFOp, arith::MaxNumFOp, arith::MinNumFOp,
             arith::ExtFOp, arith::TruncFOp, arith::FPToSIOp, arith::FPToUIOp,
             arith::BitcastOp, math::AbsFOp, math::SqrtOp, math::CopySignOp,
             math::FloorOp, math::CeilOp, math::RoundEvenOp, math::TruncOp>(op);
}

std::string norm::getVectorObstacle(Operation *op) {
  if (isa<RowReduceOp, RowMomentsOp, RowLengthOp, RowYieldOp>(op))
    return "";
  std::string name = op->getName().getStringRef().str();
  SmallVector<Type> types(op->getOperandTypes());
  llvm::append_range(types, op->getResultTypes());
  for (Type type : types)
    if (!type.isIndex() && !isConvertibleType(type) &&
        !(isEightBitFloat(type) && isa<arith::ExtFOp, arith::TruncFOp>(op)) &&
        !(isa<IntegerType>(type) && type.getIntOrFloatBitWidth() <= 64))
      return "type " + getText(type) + " has no vector code";
  if (isa<arith::ConstantOp>(op))
    return "";
  if (!OpTrait::hasElementwiseMappableTraits(op) || !isMemoryEffectFree(op))
    return name + " is not elementwise";
  // Lanes beyond the end of a row are computed as well, on zeros.
  if (!isSpeculatable(op))
    return name + " may trap";
  if (op->getNumRegions() != 0 || op->getNumResults() != 1)
    return name + " has a region or several results";
  if (auto truncate = dyn_cast<arith::TruncFOp>(op))
    if (truncate.getRoundingmode())
      return "arith.truncf has a rounding mode";
  if (llvm::any_of(types, isHalf) && !roundsOnceIn32Bits(op))
    return name + " on 16-bit floats would round twice";
  return "";
}

bool norm::isTranscendental(Operation *op) {
  return isa_and_nonnull<math::MathDialect>(op->getDialect()) &&
         !isa<math::SqrtOp, math::RsqrtOp, math::AbsFOp, math::FmaOp,
              math::CopySignOp, math::FloorOp, math::CeilOp, math::RoundEvenOp,
              math::TruncOp>(op);
}

std::string norm::getElementObstacle(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (!isa<ShapedType>(type))
    return element.isIntOrIndexOrFloat() ? ""
                                         : "it has an operand " + getText(type);
  if (isConvertibleType(element) || isEightBitFloat(element) ||
      (isa<IntegerType>(element) && element.getIntOrFloatBitWidth() >= 8 &&
       element.getIntOrFloatBitWidth() <= 64 &&
       llvm::isPowerOf2_32(element.getIntOrFloatBitWidth())))
    return "";
  return "elements of type " + getText(element) + " have no vector code";
}

std::string norm::getLoopObstacle(RowLoopOp loop) {
  for (Type type : loop->getOperandTypes())
    if (std::string obstacle = getElementObstacle(type); !obstacle.empty())
      return obstacle;
  for (Operation &op : *loop.getBlock())
    if (std::string obstacle = getVectorObstacle(&op); !obstacle.empty())
      return obstacle;
  return "";
}
