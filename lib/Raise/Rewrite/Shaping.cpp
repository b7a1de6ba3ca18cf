//===- Shaping.cpp - tensors in the shape that a norm wants ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite/Shaping.h"

#include "Expr/IndexMath.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace mlir::norm::raise;

Value mlir::norm::raise::reshapeTo(OpBuilder &opBuilder, Location loc,
                                   Value value, RankedTensorType type) {
  auto source = cast<RankedTensorType>(value.getType());
  if (source == type)
    return value;
  // A cast keeps every dimension in its place, also those of extent 1.
  bool hasSameUnits = llvm::equal(
      source.getShape(), type.getShape(),
      [](int64_t lhs, int64_t rhs) { return (lhs == 1) == (rhs == 1); });
  if (source.getRank() == type.getRank())
    return hasSameUnits && tensor::CastOp::areCastCompatible(source, type)
               ? tensor::CastOp::create(opBuilder, loc, type, value)
               : Value();
  if (!source.hasStaticShape() || !type.hasStaticShape())
    return nullptr;
  auto reassociation = getReassociationIndicesForReshape(source, type);
  if (!reassociation)
    return nullptr;
  if (source.getRank() > type.getRank())
    return tensor::CollapseShapeOp::create(opBuilder, loc, type, value,
                                           *reassociation);
  return tensor::ExpandShapeOp::create(opBuilder, loc, type, value,
                                       *reassociation);
}

bool mlir::norm::raise::isSameButForUnits(ArrayRef<AffineExpr> lhs,
                                          ArrayRef<AffineExpr> rhs) {
  auto isVarying = [](AffineExpr expr) {
    return !isa<AffineConstantExpr>(expr);
  };
  return llvm::equal(llvm::make_filter_range(lhs, isVarying),
                     llvm::make_filter_range(rhs, isVarying));
}

Value mlir::norm::raise::copyThroughMaps(OpBuilder &opBuilder, Location loc,
                                         Value value, ArrayRef<AffineExpr> from,
                                         ArrayRef<AffineExpr> to,
                                         ArrayRef<OpFoldResult> sizes) {
  // Positions of the root become loops of the copy.
  llvm::DenseMap<AffineExpr, AffineExpr> loops;
  for (auto [loop, index] : llvm::enumerate(to))
    if (isa<AffineDimExpr>(index))
      loops[index] = opBuilder.getAffineDimExpr(loop);
  SmallVector<AffineExpr> indices;
  uint64_t known = 0;
  for (auto [position, loop] : loops)
    known |= dimsOf(position);
  for (AffineExpr index : from) {
    if (dimsOf(index) & ~known)
      return nullptr;
    indices.push_back(index.replace(loops));
  }
  auto type = cast<RankedTensorType>(value.getType());
  Value empty =
      tensor::EmptyOp::create(opBuilder, loc, sizes, type.getElementType());
  AffineMap input =
      AffineMap::get(to.size(), 0, indices, opBuilder.getContext());
  AffineMap output = opBuilder.getMultiDimIdentityMap(to.size());
  SmallVector<utils::IteratorType> iterators(to.size(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             opBuilder, loc, empty.getType(), value, empty,
             ArrayRef<AffineMap>{input, output}, iterators,
             [](OpBuilder &b, Location l, ValueRange arguments) {
               linalg::YieldOp::create(b, l, arguments.front());
             })
      .getResult(0);
}
