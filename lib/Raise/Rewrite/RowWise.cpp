//===- RowWise.cpp - the IR that a plan asks for --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite/RowWise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm::raise;

Value mlir::norm::raise::makeRowWise(OpBuilder &builder, Location loc,
                                     ArrayRef<Value> inputs,
                                     ArrayRef<AffineMap> maps,
                                     ArrayRef<OpFoldResult> sizes, Type element,
                                     RowWiseBody body) {
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, element);
  SmallVector<AffineMap> allMaps(maps);
  allMaps.push_back(builder.getMultiDimIdentityMap(sizes.size()));
  SmallVector<utils::IteratorType> iterators(sizes.size(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, empty.getType(), inputs, empty, allMaps, iterators,
             [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
               linalg::YieldOp::create(
                   nested, nestedLoc,
                   body(nested, nestedLoc,
                        arguments.take_front(inputs.size())));
             })
      .getResult(0);
}

OpFoldResult mlir::norm::raise::makeSize(OpBuilder &builder, Location loc,
                                         Size size) {
  if (!size.value)
    return builder.getIndexAttr(size.dim);
  if (size.value.getType().isIndex())
    return size.value;
  return tensor::getMixedSize(builder, loc, size.value, size.dim);
}

Value mlir::norm::raise::makeView(OpBuilder &builder, Location loc, Value value,
                                  const View &view,
                                  ArrayRef<OpFoldResult> dynamicSizes) {
  switch (view.kind) {
  case View::Kind::Same:
    return value;
  case View::Kind::Cast:
    return tensor::CastOp::create(builder, loc, view.type, value);
  case View::Kind::Collapse:
    return tensor::CollapseShapeOp::create(builder, loc, view.type, value,
                                           view.groups);
  case View::Kind::Expand:
    return tensor::ExpandShapeOp::create(builder, loc, view.type, value,
                                         view.groups);
  case View::Kind::Copy:
    break;
  }
  SmallVector<OpFoldResult> sizes;
  for (int64_t extent : view.type.getShape()) {
    bool isDynamic = ShapedType::isDynamic(extent);
    sizes.push_back(isDynamic ? dynamicSizes.front()
                              : OpFoldResult(builder.getIndexAttr(extent)));
    dynamicSizes = dynamicSizes.drop_front(isDynamic);
  }
  return makeRowWise(
      builder, loc, value, view.map, sizes, view.type.getElementType(),
      [](OpBuilder &, Location, ValueRange inputs) { return inputs.front(); });
}

/// Clones the ops of the body of `op` in `slice`, which read what `mapping`
/// says; loop numbers become those of `loops`.
static void cloneSlice(OpBuilder &builder, Location loc, linalg::LinalgOp op,
                       const llvm::SetVector<Value> &slice,
                       ArrayRef<unsigned> loops, IRMapping &mapping) {
  for (Operation &nested : op.getBlock()->without_terminator()) {
    if (llvm::none_of(nested.getResults(),
                      [&](Value result) { return slice.contains(result); }))
      continue;
    auto index = dyn_cast<linalg::IndexOp>(nested);
    if (!index) {
      builder.clone(nested, mapping);
      continue;
    }
    int64_t loop = llvm::find(loops, index.getDim()) - loops.begin();
    mapping.map(index.getResult(), linalg::IndexOp::create(builder, loc, loop));
  }
}

/// The body of `witness.op` once more, over the loops that the scalar varies
/// along.
static Value materialize(OpBuilder &builder, const Witness &witness) {
  linalg::LinalgOp op = witness.op;
  Location loc = op.getLoc();
  llvm::SetVector<Value> slice = getBodySlice(op, witness.value);
  SmallVector<AffineExpr> renumbered(op.getNumLoops(),
                                     builder.getAffineConstantExpr(0));
  for (auto [dim, loop] : llvm::enumerate(witness.loops))
    renumbered[loop] = builder.getAffineDimExpr(dim);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  SmallVector<BlockArgument> arguments;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (!slice.contains(argument))
      continue;
    inputs.push_back(operand.get());
    arguments.push_back(argument);
    maps.push_back(op.getMatchingIndexingMap(&operand).replaceDimsAndSymbols(
        renumbered, {}, witness.loops.size(), 0));
  }
  SmallVector<OpFoldResult> sizes;
  for (unsigned dim = 0; dim < witness.loops.size(); ++dim)
    sizes.push_back(makeSize(builder, loc, getSize(witness, dim)));
  return makeRowWise(
      builder, loc, inputs, maps, sizes, witness.value.getType(),
      [&](OpBuilder &nested, Location nestedLoc, ValueRange newArguments) {
        IRMapping mapping;
        for (auto [from, to] : llvm::zip(arguments, newArguments))
          mapping.map(from, to);
        cloneSlice(nested, nestedLoc, op, slice, witness.loops, mapping);
        return mapping.lookupOrDefault(witness.value);
      });
}

/// `multiple` * `tensor`.
static Value makeMultiple(OpBuilder &builder, Value tensor, double multiple) {
  Location loc = tensor.getLoc();
  auto type = cast<RankedTensorType>(tensor.getType());
  return makeRowWise(
      builder, loc, tensor, builder.getMultiDimIdentityMap(type.getRank()),
      tensor::getMixedSizes(builder, loc, tensor), type.getElementType(),
      [&](OpBuilder &nested, Location nestedLoc, ValueRange inputs) -> Value {
        Value constant = arith::ConstantOp::create(
            nested, nestedLoc,
            nested.getFloatAttr(type.getElementType(), multiple));
        return arith::MulFOp::create(nested, nestedLoc, inputs[0], constant);
      });
}

Value mlir::norm::raise::makeTensor(OpBuilder &builder,
                                    const Witness &witness) {
  OpBuilder::InsertionGuard guard(builder);
  Value tensor = witness.value;
  if (witness.op) {
    builder.setInsertionPoint(witness.op);
    tensor = materialize(builder, witness);
  } else if (witness.multiple != 1.0) {
    builder.setInsertionPointAfterValue(tensor);
  }
  return witness.multiple == 1.0
             ? tensor
             : makeMultiple(builder, tensor, witness.multiple);
}
