//===- DecompositionParts.cpp - linalg ops over rows ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecompositionParts.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm;

/// The extent of dimension `dim` of `value`, a tensor or a memref.
static OpFoldResult getExtent(OpBuilder &builder, Location loc, Value value,
                              int64_t dim) {
  if (isa<MemRefType>(value.getType()))
    return memref::getMixedSize(builder, loc, value, dim);
  return tensor::getMixedSize(builder, loc, value, dim);
}

static Value emitExtent(OpBuilder &builder, Location loc, Value value,
                        int64_t dim) {
  return getValueOrCreateConstantIndexOp(builder, loc,
                                         getExtent(builder, loc, value, dim));
}

Value LeadingElements::emitContains(OpBuilder &body, Location loc,
                                    ArrayRef<int64_t> dims) const {
  Value position;
  for (auto [dim, extent] : llvm::zip_equal(dims, extents)) {
    Value index = linalg::IndexOp::create(body, loc, dim);
    if (position) {
      position = arith::MulIOp::create(body, loc, position, extent);
      index = arith::AddIOp::create(body, loc, position, index);
    }
    position = index;
  }
  return arith::CmpIOp::create(body, loc, arith::CmpIPredicate::ult, position,
                               limit);
}

AffineMap LinalgEmitter::getMap(ArrayRef<int64_t> dimensions, int64_t rank) {
  SmallVector<AffineExpr> exprs;
  for (int64_t dim : dimensions)
    exprs.push_back(builder.getAffineDimExpr(dim));
  return AffineMap::get(rank, 0, exprs, builder.getContext());
}

Value LinalgEmitter::emitGeneric(ValueRange inputs,
                                 ArrayRef<AffineMap> inputMaps, Value init,
                                 AffineMap map, BodyBuilder body) {
  SmallVector<AffineMap> maps(inputMaps);
  maps.push_back(map);
  SmallVector<utils::IteratorType> iterators(map.getNumDims(),
                                             utils::IteratorType::reduction);
  for (AffineExpr expr : map.getResults())
    iterators[cast<AffineDimExpr>(expr).getPosition()] =
        utils::IteratorType::parallel;
  SmallVector<Type> types;
  if (isa<RankedTensorType>(init.getType()))
    types.push_back(init.getType());
  auto generic = linalg::GenericOp::create(
      builder, loc, types, inputs, init, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        linalg::YieldOp::create(nested, loc, body(nested, loc, arguments));
      });
  return types.empty() ? init : generic.getResult(0);
}

Value LinalgEmitter::emitPerRow(Value init, ValueRange inputs,
                                BodyBuilder body) {
  int64_t rank = rows.getRowDimensions().size();
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  SmallVector<AffineMap> maps(inputs.size(), identity);
  return emitGeneric(inputs, maps, init ? init : emitRowsEmpty(), identity,
                     body);
}

Value LinalgEmitter::emitZeros(Value init) {
  Type element = cast<ShapedType>(init.getType()).getElementType();
  Value zero = emitConstant(builder, loc, element, 0.0);
  auto fill = linalg::FillOp::create(builder, loc, zero, init);
  return fill->getNumResults() == 0 ? init : fill.getResult(0);
}

Value LinalgEmitter::emitEmpty(ArrayRef<int64_t> dimensions) {
  Value input = rows.getInput();
  SmallVector<OpFoldResult> sizes =
      llvm::map_to_vector(dimensions, [&](int64_t dim) {
        return getExtent(builder, loc, input, dim);
      });
  FloatType compute = rows.getComputeType();
  if (isa<RankedTensorType>(input.getType()))
    return tensor::EmptyOp::create(builder, loc, sizes, compute);
  SmallVector<int64_t> extents;
  SmallVector<Value> dynamic;
  dispatchIndexOpFoldResults(sizes, dynamic, extents);
  return memref::AllocOp::create(builder, loc,
                                 MemRefType::get(extents, compute), dynamic);
}

Value LinalgEmitter::emitCount(std::optional<int64_t> count) {
  if (!count && !ShapedType::isDynamic(rows.getRowLength()))
    count = rows.getRowLength();
  FloatType compute = rows.getComputeType();
  if (count)
    return emitConstant(builder, loc, compute, *count);
  Value product;
  for (int64_t dim : rows.getDimensions()) {
    Value extent = emitExtent(builder, loc, rows.getInput(), dim);
    product =
        product
            ? arith::MulIOp::create(builder, loc, product, extent).getResult()
            : extent;
  }
  Value integer =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), product);
  return arith::SIToFPOp::create(builder, loc, compute, integer);
}

LeadingElements LinalgEmitter::emitLeadingElements(int64_t k) {
  LeadingElements leading;
  for (int64_t dim : rows.getDimensions())
    leading.extents.push_back(emitExtent(builder, loc, rows.getInput(), dim));
  leading.limit = arith::ConstantIndexOp::create(builder, loc, k);
  return leading;
}
