//===- Ops.cpp - effects, shapes and helpers of the norm ops --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "MemoryEffects.h"
#include "TilingDetail.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Shapes and types
//===----------------------------------------------------------------------===//

FloatType mlir::norm::getComputeType(Type element) {
  return element.isF64() ? cast<FloatType>(element)
                         : Float32Type::get(element.getContext());
}

static int64_t getProduct(ArrayRef<int64_t> extents) {
  int64_t product = 1;
  for (int64_t extent : extents) {
    if (ShapedType::isDynamic(extent))
      return ShapedType::kDynamic;
    product *= extent;
  }
  return product;
}

SmallVector<int64_t> mlir::norm::getExtents(ShapedType type,
                                            ArrayRef<int64_t> dimensions) {
  return llvm::map_to_vector(dimensions,
                             [&](int64_t dim) { return type.getDimSize(dim); });
}

SmallVector<int64_t> mlir::norm::getComplement(int64_t rank,
                                               ArrayRef<int64_t> dimensions) {
  return llvm::filter_to_vector(llvm::seq<int64_t>(0, rank), [&](int64_t dim) {
    return !llvm::is_contained(dimensions, dim);
  });
}

int64_t mlir::norm::getRowLength(ShapedType type,
                                 ArrayRef<int64_t> dimensions) {
  return getProduct(getExtents(type, dimensions));
}

int64_t mlir::norm::getRowCount(ShapedType type, ArrayRef<int64_t> dimensions) {
  return getProduct(
      getExtents(type, getComplement(type.getRank(), dimensions)));
}

OperandKind mlir::norm::detail::getOperandKind(ArrayRef<OperandKind> kinds,
                                               ArrayRef<int32_t> segments,
                                               unsigned number) {
  for (auto [kind, length] : llvm::zip(kinds, segments)) {
    if (static_cast<int32_t>(number) < length)
      return kind;
    number -= length;
  }
  llvm_unreachable("expected the number of an operand");
}

//===----------------------------------------------------------------------===//
// DestinationStyleOpInterface, ReifyRankedShapedTypeOpInterface
//===----------------------------------------------------------------------===//

MutableOperandRange
mlir::norm::detail::getInits(Operation *op, const MutableOperandRange &init) {
  unsigned first = OperandRange(init).getBeginOperandIndex();
  return MutableOperandRange(op, first, op->getNumOperands() - first);
}

LogicalResult
mlir::norm::detail::reifyShapes(DestinationStyleOpInterface op,
                                OpBuilder &builder,
                                ReifiedRankedShapedTypeDims &shapes) {
  for (OpResult result : op->getResults())
    shapes.push_back(tensor::getMixedSizes(builder, op.getLoc(),
                                           op.getTiedOpOperand(result)->get()));
  return success();
}

LogicalResult
RMSNormOp::reifyResultShapes(OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &shapes) {
  return detail::reifyShapes(*this, builder, shapes);
}

LogicalResult
PRMSNormOp::reifyResultShapes(OpBuilder &builder,
                              ReifiedRankedShapedTypeDims &shapes) {
  return detail::reifyShapes(*this, builder, shapes);
}

LogicalResult
LayerNormOp::reifyResultShapes(OpBuilder &builder,
                               ReifiedRankedShapedTypeDims &shapes) {
  return detail::reifyShapes(*this, builder, shapes);
}

LogicalResult
RMSNormBackwardOp::reifyResultShapes(OpBuilder &builder,
                                     ReifiedRankedShapedTypeDims &shapes) {
  return detail::reifyShapes(*this, builder, shapes);
}

LogicalResult
PRMSNormBackwardOp::reifyResultShapes(OpBuilder &builder,
                                      ReifiedRankedShapedTypeDims &shapes) {
  return detail::reifyShapes(*this, builder, shapes);
}

LogicalResult
LayerNormBackwardOp::reifyResultShapes(OpBuilder &builder,
                                       ReifiedRankedShapedTypeDims &shapes) {
  return detail::reifyShapes(*this, builder, shapes);
}

//===----------------------------------------------------------------------===//
// MemoryEffectsOpInterface
//===----------------------------------------------------------------------===//

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

void mlir::norm::detail::getMemoryEffects(DestinationStyleOpInterface op,
                                          Effects &effects) {
  auto backward = dyn_cast<NormBackwardOpInterface>(op.getOperation());
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (op.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand,
                           SideEffects::DefaultResource::get());
    else if (!backward || backward.isOperandRead(operand.getOperandNumber()))
      effects.emplace_back(MemoryEffects::Read::get(), &operand,
                           SideEffects::DefaultResource::get());
  }
}

void RMSNormOp::getEffects(Effects &effects) {
  detail::getMemoryEffects(*this, effects);
}

void PRMSNormOp::getEffects(Effects &effects) {
  detail::getMemoryEffects(*this, effects);
}

void LayerNormOp::getEffects(Effects &effects) {
  detail::getMemoryEffects(*this, effects);
}

void RMSNormBackwardOp::getEffects(Effects &effects) {
  detail::getMemoryEffects(*this, effects);
}

void PRMSNormBackwardOp::getEffects(Effects &effects) {
  detail::getMemoryEffects(*this, effects);
}

void LayerNormBackwardOp::getEffects(Effects &effects) {
  detail::getMemoryEffects(*this, effects);
}

//===----------------------------------------------------------------------===//
// Generated definitions
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/NormInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "norm/Dialect/Norm/IR/NormOps.cpp.inc"
