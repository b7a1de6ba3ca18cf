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

/// The maps of a norm op's operands: x and y have each element, scale and bias
/// each position in the row, statistics each row.
static SmallVector<AffineMap> makeMaps(NormOpInterface op) {
  MLIRContext *context = op.getContext();
  int64_t rank = op.getInputType().getRank();
  auto select = [&](ArrayRef<int64_t> dims) {
    SmallVector<AffineExpr> results;
    for (int64_t dim : dims)
      results.push_back(getAffineDimExpr(dim, context));
    return AffineMap::get(rank, 0, results, context);
  };
  AffineMap element = AffineMap::getMultiDimIdentityMap(rank, context);
  AffineMap position = select(op.getDimensions());
  AffineMap row = select(op.getRowDimensions());
  auto inits =
      cast<DestinationStyleOpInterface>(op.getOperation()).getDpsInitsMutable();
  unsigned y = inits[0].getOperandNumber();
  return llvm::map_to_vector(llvm::seq(op->getNumOperands()),
                             [&](unsigned number) {
                               if (number == 0 || number == y)
                                 return element;
                               return number < y ? position : row;
                             });
}

RowDomain::RowDomain(Operation *op) : op(op) {
  if (auto loop = dyn_cast<RowLoopOp>(op)) {
    maps = loop.getMaps();
    llvm::append_range(dimensions, loop.getDimensions());
    llvm::append_range(dimensions, loop.getAccumulate());
    llvm::sort(dimensions);
  } else {
    auto norm = cast<NormOpInterface>(op);
    maps = makeMaps(norm);
    dimensions.assign(norm.getDimensions().begin(), norm.getDimensions().end());
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
