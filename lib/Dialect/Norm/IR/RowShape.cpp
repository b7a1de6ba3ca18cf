//===- RowShape.cpp - the rows of a row loop ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/RowShape.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

AffineMap norm::getRoleMap(NormRowsOpInterface op, OperandRole role) {
  MLIRContext *context = op.getContext();
  int64_t rank = op.getInputType().getRank();
  auto select = [&](ArrayRef<int64_t> dims) {
    SmallVector<AffineExpr> results;
    for (int64_t dim : dims)
      results.push_back(getAffineDimExpr(dim, context));
    return AffineMap::get(rank, 0, results, context);
  };
  switch (role) {
  case OperandRole::element:
    return AffineMap::getMultiDimIdentityMap(rank, context);
  case OperandRole::position:
    return select(op.getDimensions());
  case OperandRole::row:
    return select(op.getRowDimensions());
  }
  llvm_unreachable("unknown role");
}

SmallVector<int64_t> norm::getStaticExtents(ValueRange operands,
                                            ArrayRef<AffineMap> maps) {
  SmallVector<int64_t> extents(maps.front().getNumDims(), ShapedType::kDynamic);
  for (auto [operand, map] : llvm::zip(operands, maps)) {
    auto type = dyn_cast<ShapedType>(operand.getType());
    if (!type)
      continue;
    for (auto [result, extent] : llvm::zip(map.getResults(), type.getShape()))
      if (auto dim = dyn_cast<AffineDimExpr>(result);
          dim && !ShapedType::isDynamic(extent))
        extents[dim.getPosition()] = extent;
  }
  return extents;
}

/// The values of the body that vary along the row: reductions give values of
/// the row, positions vary, and everything else if an operand does.
static llvm::DenseSet<Value> collectVarying(RowLoopOp loop,
                                            ArrayRef<bool> varies) {
  llvm::DenseSet<Value> varying;
  for (BlockArgument argument : loop.getBlock()->getArguments())
    if (varies[argument.getArgNumber()])
      varying.insert(argument);
  for (Operation &op : *loop.getBlock()) {
    if (auto moments = dyn_cast<RowMomentsOp>(op)) {
      varying.insert(moments.getCentred());
      continue;
    }
    bool isPosition = isa<RowIndexOp>(op);
    if (isPosition ||
        (!isa<RowReduceOp>(op) && llvm::any_of(op.getOperands(), [&](Value v) {
          return varying.contains(v);
        })))
      varying.insert(op.result_begin(), op.result_end());
  }
  return varying;
}

RowShape::RowShape(RowLoopOp loop)
    : extents(getStaticExtents(loop.getOperands(), loop.getMaps())) {
  for (int64_t dim : loop.getDimensions())
    if (ShapedType::isDynamic(length) || ShapedType::isDynamic(extents[dim]) ||
        llvm::MulOverflow(length, extents[dim], length))
      length = ShapedType::kDynamic;
  SmallVector<int64_t> rows = loop.getRowDimensions();
  for (AffineMap map : loop.getMaps()) {
    varies.push_back(loop.variesAlongRow(map));
    common.push_back(!rows.empty() && llvm::none_of(rows, [&](int64_t dim) {
      return map.isFunctionOfDim(dim);
    }));
  }
  varying = collectVarying(loop, varies);
}
