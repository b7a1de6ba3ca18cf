//===- Verifier.cpp - the constraints of the norm ops ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Labels c1 to c12 are those of the op descriptions and of invalid.mlir.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// `[4, ?, 64]`.
static std::string formatExtents(ArrayRef<int64_t> extents) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(extents, os, [&](int64_t extent) {
    if (ShapedType::isDynamic(extent))
      os << '?';
    else
      os << extent;
  });
  os << ']';
  return text;
}

static ShapedType getShapedType(Value value) {
  return cast<ShapedType>(value.getType());
}

/// An operand of a norm op with the name that messages give it.
struct NamedOperand {
  StringRef name;
  Value value;
};

/// The operands that hold elements of the row: x, scale, bias, destination.
static SmallVector<NamedOperand> getRowOperands(NormOpInterface op) {
  SmallVector<NamedOperand> operands = {{"input", op.getInput()},
                                        {"scale", op.getScale()},
                                        {"bias", op.getBias()},
                                        {"destination", op.getInit()}};
  llvm::erase_if(operands, [](NamedOperand o) { return !o.value; });
  return operands;
}

static SmallVector<NamedOperand> getStatisticOperands(NormOpInterface op) {
  SmallVector<NamedOperand> operands = {{"statistic", op.getStatisticInit()},
                                        {"rstd", op.getRstdInit()},
                                        {"mean", op.getMeanDestination()}};
  llvm::erase_if(operands, [](NamedOperand o) { return !o.value; });
  return operands;
}

/// c1: float elements of at most 64 bits. c11: all tensors or all memrefs.
static LogicalResult verifyTypes(NormOpInterface op) {
  for (NamedOperand operand : getRowOperands(op)) {
    Type element = getShapedType(operand.value).getElementType();
    auto type = dyn_cast<FloatType>(element);
    if (!type || type.getWidth() > 64)
      return op->emitOpError("expected ")
             << operand.name
             << " to have floating-point elements of at most 64 bits, got "
             << element;
  }
  bool tensors = isa<RankedTensorType>(op.getInput().getType());
  for (Value operand : op->getOperands())
    if (isa<RankedTensorType>(operand.getType()) != tensors)
      return op->emitOpError("expected all operands to be ")
             << (tensors ? "tensors" : "memrefs") << " like the input, got "
             << operand.getType();
  return success();
}

/// c2: rank 1 or more. c3: dimensions not empty, strictly ascending, in range.
static LogicalResult verifyDimensions(NormOpInterface op) {
  int64_t rank = op.getInputType().getRank();
  if (rank == 0)
    return op->emitOpError("expected input of rank 1 or more, got rank 0");
  ArrayRef<int64_t> dimensions = op.getDimensions();
  if (dimensions.empty())
    return op->emitOpError("expected at least one normalized dimension, got "
                           "none");
  for (int64_t dim : dimensions)
    if (dim < 0 || dim >= rank)
      return op->emitOpError("expected dimensions in [0, ")
             << rank << "), got " << dim;
  for (auto [previous, next] :
       llvm::zip(dimensions.drop_back(), dimensions.drop_front()))
    if (previous >= next)
      return op->emitOpError("expected dimensions to be strictly ascending, "
                             "got ")
             << formatExtents(dimensions);
  return success();
}

static LogicalResult verifyShape(NormOpInterface op, NamedOperand operand,
                                 ArrayRef<int64_t> expected) {
  if (succeeded(verifyCompatibleShape(expected,
                                      getShapedType(operand.value).getShape())))
    return success();
  return op->emitOpError("expected ")
         << operand.name << " to have shape " << formatExtents(expected)
         << ", got " << formatExtents(getShapedType(operand.value).getShape());
}

/// c4, c5: scale and bias are shaped as the row. c6: the destination is shaped
/// as the input. c7: statistics are shaped as the rows, of element type C.
static LogicalResult verifyShapes(NormOpInterface op) {
  ShapedType input = op.getInputType();
  SmallVector<int64_t> row = getExtents(input, op.getDimensions());
  if (op.getScale() && failed(verifyShape(op, {"scale", op.getScale()}, row)))
    return failure();
  if (op.getBias() && failed(verifyShape(op, {"bias", op.getBias()}, row)))
    return failure();
  if (failed(verifyShape(op, {"destination", op.getInit()}, input.getShape())))
    return failure();

  SmallVector<int64_t> rows = getExtents(input, op.getRowDimensions());
  for (NamedOperand operand : getStatisticOperands(op)) {
    if (failed(verifyShape(op, operand, rows)))
      return failure();
    Type element = getShapedType(operand.value).getElementType();
    if (element != op.getComputeType())
      return op->emitOpError("expected ")
             << operand.name << " to have the compute type "
             << op.getComputeType() << ", got " << element;
  }
  return success();
}

/// c8: epsilon is finite and at least 0.
static LogicalResult verifyEpsilon(NormOpInterface op) {
  APFloat epsilon = op.getEpsilon();
  if (epsilon.isFinite() && (!epsilon.isNegative() || epsilon.isZero()))
    return success();
  SmallString<16> text;
  epsilon.toString(text, /*FormatPrecision=*/6);
  return op->emitOpError("expected epsilon to be finite and at least 0, got ")
         << text;
}

/// The types that norm-to-llvm and norm-to-nvvm convert from and to.
static bool hasRounding(Type type) {
  return isa<Float64Type, Float32Type, Float16Type, BFloat16Type,
             Float8E4M3FNType, Float8E5M2Type>(type);
}

/// c9: scale_offset is 0 or 1, and 1 needs a scale. c10: scale_rounding is a
/// float type that has roundings, no wider than C, and needs a scale.
static LogicalResult verifyScaleAttributes(NormOpInterface op) {
  if (op.getScaleOffset() > 1)
    return op->emitOpError("expected scale_offset to be 0 or 1, got ")
           << static_cast<int64_t>(op.getScaleOffset());
  if (op.getScaleOffset() == 1 && !op.getScale())
    return op->emitOpError("expected a scale with scale_offset = 1, got none");
  if (!op.getScaleRounding())
    return success();
  Type rounding = *op.getScaleRounding();
  if (isa<FloatType>(rounding) && !hasRounding(rounding))
    return op->emitOpError("expected scale_rounding to be f64, f32, f16, bf16, "
                           "f8E4M3FN or f8E5M2, got ")
           << rounding;
  auto type = dyn_cast<FloatType>(rounding);
  if (!type || type.getWidth() > op.getComputeType().getWidth())
    return op->emitOpError("expected scale_rounding to be a float type no "
                           "wider than ")
           << op.getComputeType() << ", got " << *op.getScaleRounding();
  if (!op.getScale())
    return op->emitOpError("expected a scale with scale_rounding, got none");
  return success();
}

/// c12: 1 <= k, and k <= n where n is static.
static LogicalResult verifyStatisticLength(NormOpInterface op) {
  std::optional<int64_t> k = op.getStatisticLength();
  if (!k)
    return success();
  if (*k < 1)
    return op->emitOpError("expected k to be at least 1, got ") << *k;
  int64_t n = op.getRowLength();
  if (!ShapedType::isDynamic(n) && *k > n)
    return op->emitOpError("expected k to be at most the row length ")
           << n << ", got " << *k;
  return success();
}

static LogicalResult verifyNorm(NormOpInterface op) {
  return success(succeeded(verifyTypes(op)) &&
                 succeeded(verifyDimensions(op)) &&
                 succeeded(verifyShapes(op)) && succeeded(verifyEpsilon(op)) &&
                 succeeded(verifyScaleAttributes(op)) &&
                 succeeded(verifyStatisticLength(op)));
}

LogicalResult RMSNormOp::verify() { return verifyNorm(*this); }

LogicalResult PRMSNormOp::verify() { return verifyNorm(*this); }

LogicalResult LayerNormOp::verify() { return verifyNorm(*this); }
