//===- RowDomain.cpp - the iteration space of ops over rows ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowDomain.h"

#include "norm/Dialect/Norm/IR/RowShape.h"

using namespace mlir;
using namespace mlir::norm;
using norm::detail::RowDomain;

RowDomain::RowDomain(Operation *op) : op(op) {
  if (auto loop = dyn_cast<RowLoopOp>(op)) {
    maps = loop.getMaps();
    llvm::append_range(rowDimensions, loop.getDimensions());
    dimensions = rowDimensions;
    llvm::append_range(dimensions, loop.getAccumulate());
    llvm::sort(dimensions);
  } else {
    auto norm = cast<NormRowsOpInterface>(op);
    for (unsigned i = 0, end = op->getNumOperands(); i < end; ++i)
      maps.push_back(getRoleMap(norm, norm.getOperandKind(i).role));
    llvm::append_range(rowDimensions, norm.getDimensions());
    dimensions = rowDimensions;
    auto backward = dyn_cast<NormBackwardOpInterface>(op);
    sumsRows = backward && backward.sumsOverRows();
  }
  extents = getStaticExtents(op->getOperands(), maps);
}

AffineMap RowDomain::getResultMap(unsigned result) const {
  auto dps = cast<DestinationStyleOpInterface>(op);
  return maps[dps.getTiedOpOperand(op->getResult(result))->getOperandNumber()];
}

std::pair<Value, unsigned> RowDomain::findOperand(int64_t dim) const {
  AffineExpr expr = getAffineDimExpr(dim, op->getContext());
  for (auto [operand, map] : llvm::zip(op->getOperands(), maps))
    if (std::optional<unsigned> position = map.getResultPosition(expr))
      return {operand, *position};
  llvm_unreachable("expected an operand for each dimension");
}
