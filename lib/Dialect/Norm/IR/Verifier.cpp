//===- Verifier.cpp - the constraints of the norm ops ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Labels are those of the op descriptions, of invalid.mlir and of
// backward-invalid.mlir.
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

/// c1: float elements of at most 64 bits, but for row values, which c7 (c6 of
/// the backward) has. c11: all tensors or all memrefs.
static LogicalResult verifyTypes(NormRowsOpInterface op) {
  for (auto [number, operand] : llvm::enumerate(op->getOperands())) {
    OperandKind kind = op.getOperandKind(number);
    Type element = getShapedType(operand).getElementType();
    auto type = dyn_cast<FloatType>(element);
    if (kind.role != OperandRole::row && (!type || type.getWidth() > 64))
      return op->emitOpError("expected ")
             << kind.name
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
static LogicalResult verifyDimensions(NormRowsOpInterface op) {
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

/// c4, c5: scale and bias are shaped as the row. c6: the destination is shaped
/// as the input. c7: statistics are shaped as the rows, of element type C.
/// Of a backward: c4 scale, dscale and dbias; c5 dy, dres and dx; c6 row
/// values.
static LogicalResult verifyShapes(NormRowsOpInterface op) {
  ShapedType input = op.getInputType();
  auto getShape = [&](OperandRole role) -> SmallVector<int64_t> {
    switch (role) {
    case OperandRole::element:
      return llvm::to_vector(input.getShape());
    case OperandRole::position:
      return getExtents(input, op.getDimensions());
    case OperandRole::row:
      return getExtents(input, op.getRowDimensions());
    }
    llvm_unreachable("unknown role");
  };
  for (auto [number, operand] : llvm::enumerate(op->getOperands())) {
    OperandKind kind = op.getOperandKind(number);
    SmallVector<int64_t> expected = getShape(kind.role);
    ShapedType type = getShapedType(operand);
    if (failed(verifyCompatibleShape(expected, type.getShape())))
      return op->emitOpError("expected ")
             << kind.name << " to have shape " << formatExtents(expected)
             << ", got " << formatExtents(type.getShape());
    if (kind.role == OperandRole::row &&
        type.getElementType() != op.getComputeType())
      return op->emitOpError("expected ")
             << kind.name << " to have the compute type " << op.getComputeType()
             << ", got " << type.getElementType();
  }
  return success();
}

/// c8: epsilon is finite and at least 0.
static LogicalResult verifyEpsilon(Operation *op, const APFloat &epsilon) {
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

/// c9: scale_offset is 0 or 1, and 1 needs a scale.
static LogicalResult verifyScaleOffset(NormRowsOpInterface op) {
  if (op.getScaleOffset() > 1)
    return op->emitOpError("expected scale_offset to be 0 or 1, got ")
           << static_cast<int64_t>(op.getScaleOffset());
  if (op.getScaleOffset() == 1 && !op.getScale())
    return op->emitOpError("expected a scale with scale_offset = 1, got none");
  return success();
}

/// c10: scale_rounding is a float type that has roundings, no wider than C, and
/// needs a scale, but in a backward, where dscale reads none.
static LogicalResult verifyScaleRounding(NormRowsOpInterface op) {
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
  if (isa<NormOpInterface>(op.getOperation()) && !op.getScale())
    return op->emitOpError("expected a scale with scale_rounding, got none");
  return success();
}

/// c12: 1 <= k, and k <= n where n is static.
static LogicalResult verifyStatisticLength(NormRowsOpInterface op) {
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

/// c7 of a backward: there is something to compute, and dx where dres is added
/// to it. c8: epsilon is there if it is outside of the square root.
static LogicalResult verifyBackward(NormBackwardOpInterface op) {
  if (!op.getDxInit() && !op.sumsOverRows())
    return op->emitOpError("expected a destination of dx, dscale or dbias, got "
                           "none");
  if (op.getDres() && !op.getDxInit())
    return op->emitOpError("expected a destination of dx with dres, got none");
  std::optional<APFloat> epsilon = op.getEpsilon();
  if (op.getEpsMode() == EpsMode::inside)
    return epsilon ? op->emitOpError("expected epsilon with eps_mode = outside "
                                     "only, as rstd has it, got both")
                   : success();
  if (!epsilon)
    return op->emitOpError("expected epsilon with eps_mode = outside, got "
                           "none");
  return verifyEpsilon(op, *epsilon);
}

/// c11 of a backward on memrefs: a destination is no other operand, but dx may
/// be dy, x or dres, which it goes through in step with, and any may be what is
/// not read, as scale is where dscale is computed alone.
static LogicalResult verifyMemory(NormBackwardOpInterface op) {
  if (!isa<MemRefType>(op.getInput().getType()))
    return success();
  auto destinations = cast<DestinationStyleOpInterface>(op.getOperation());
  for (OpOperand &init : destinations.getDpsInitsMutable())
    for (OpOperand &other : op->getOpOperands()) {
      if (other.get() != init.get() || &other == &init ||
          (!destinations.isDpsInit(&other) &&
           !op.isOperandRead(other.getOperandNumber())))
        continue;
      OperandKind kind = op.getOperandKind(init.getOperandNumber()),
                  otherKind = op.getOperandKind(other.getOperandNumber());
      bool inStep = kind.role == OperandRole::element &&
                    otherKind.role == OperandRole::element &&
                    !destinations.isDpsInit(&other);
      if (!inStep)
        return op->emitOpError("expected ")
               << kind.name << " to have memory of its own, got that of "
               << otherKind.name;
    }
  return success();
}

static LogicalResult verifyRows(NormRowsOpInterface op) {
  return success(
      succeeded(verifyTypes(op)) && succeeded(verifyDimensions(op)) &&
      succeeded(verifyShapes(op)) && succeeded(verifyScaleOffset(op)) &&
      succeeded(verifyScaleRounding(op)) &&
      succeeded(verifyStatisticLength(op)));
}

static LogicalResult verifyNorm(NormOpInterface op) {
  return success(succeeded(verifyRows(op)) &&
                 succeeded(verifyEpsilon(op, op.getEpsilon())));
}

static LogicalResult verifyNormBackward(NormBackwardOpInterface op) {
  return success(succeeded(verifyRows(op)) && succeeded(verifyBackward(op)) &&
                 succeeded(verifyMemory(op)));
}

LogicalResult RMSNormOp::verify() { return verifyNorm(*this); }

LogicalResult PRMSNormOp::verify() { return verifyNorm(*this); }

LogicalResult LayerNormOp::verify() { return verifyNorm(*this); }

LogicalResult RMSNormBackwardOp::verify() { return verifyNormBackward(*this); }

LogicalResult PRMSNormBackwardOp::verify() { return verifyNormBackward(*this); }

LogicalResult LayerNormBackwardOp::verify() {
  return verifyNormBackward(*this);
}
