//===- RowCode.cpp - what has code in row loops ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Target/RowCode.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::norm;

bool norm::isConvertibleType(Type type) {
  return type.isF64() || type.isF32() || type.isF16() || type.isBF16();
}

template <typename TypeOrAttribute>
static std::string getText(TypeOrAttribute value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text;
}

bool norm::isEightBitFloat(Type type) {
  return isa<Float8E4M3FNType, Float8E5M2Type>(type);
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

/// Those of sin and cos lose digits by their reduction of the argument from the
/// first period on, and all of them from 1e5 on.
bool norm::hasPolynomial(StringRef name) {
  static const StringRef names[] = {
      math::ExpM1Op::getOperationName(), math::TanhOp::getOperationName(),
      math::ErfOp::getOperationName(),   math::LogOp::getOperationName(),
      math::Log2Op::getOperationName(),  math::Log1pOp::getOperationName()};
  return llvm::is_contained(names, name);
}

StringRef norm::getGPUIntrinsic(Operation *op) {
  return llvm::TypeSwitch<Operation *, StringRef>(op)
      .Case([](math::AbsFOp) { return "llvm.fabs"; })
      .Case([](math::CeilOp) { return "llvm.ceil"; })
      .Case([](math::CopySignOp) { return "llvm.copysign"; })
      .Case([](math::FloorOp) { return "llvm.floor"; })
      .Case([](math::FmaOp) { return "llvm.fma"; })
      .Case([](math::RoundEvenOp) { return "llvm.roundeven"; })
      .Case([](math::SqrtOp) { return "llvm.sqrt"; })
      .Case([](math::TruncOp) { return "llvm.trunc"; })
      .Default(StringRef());
}

bool norm::isIntegerFunction(Operation *op) {
  return isa<math::AbsIOp, math::CountLeadingZerosOp,
             math::CountTrailingZerosOp, math::CtPopOp>(op);
}

/// Whether a function has code in kernels: instructions, or a polynomial.
static bool hasGPUCode(Operation *op) {
  Type type = op->getResult(0).getType();
  if (isa<math::RsqrtOp>(op))
    return type.isF32() || type.isF64();
  if (isa<math::ExpOp>(op) || hasPolynomial(op->getName().getStringRef()))
    return type.isF32();
  return !getGPUIntrinsic(op).empty() || isIntegerFunction(op);
}

std::string norm::getVectorObstacle(Operation *op, const RowTarget &target) {
  if (isa<RowReduceOp, RowMomentsOp, RowLengthOp, RowYieldOp>(op))
    return "";
  std::string name = op->getName().getStringRef().str();
  if (isa<RowIndexOp>(op))
    return target.isGPU() ? "" : name + " has code on GPUs alone";
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
  if (target.isGPU() && isa_and_nonnull<math::MathDialect>(op->getDialect()) &&
      !hasGPUCode(op))
    return name + " of " + getText(op->getResult(0).getType()) +
           " has no GPU code";
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
  if (auto memref = dyn_cast<MemRefType>(type);
      memref && memref.getMemorySpace())
    return "it has an operand in memory space " +
           getText(memref.getMemorySpace());
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

std::string norm::getLoopObstacle(RowLoopOp loop, const RowTarget &target) {
  for (Type type : loop->getOperandTypes())
    if (std::string obstacle = getElementObstacle(type); !obstacle.empty())
      return obstacle;
  for (Operation &op : *loop.getBlock())
    if (std::string obstacle = getVectorObstacle(&op, target);
        !obstacle.empty())
      return obstacle;
  return "";
}
