//===- RowProduct.cpp - matrix products over the rows of a norm -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowProduct.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

FloatType RowProduct::getResultType() const {
  return cast<FloatType>(getElementTypeOrSelf(op->getResult(0)));
}

FloatType RowProduct::getWeightsType() const {
  return cast<FloatType>(getElementTypeOrSelf(weights->get()));
}

/// Whether the body of `op` only extends, multiplies and adds.
static bool hasPlainBody(linalg::LinalgOp op) {
  return llvm::all_of(
      op.getBlock()->without_terminator(), [](Operation &inner) {
        return isa<arith::ExtFOp, arith::MulFOp, arith::AddFOp>(inner);
      });
}

bool models::multipliesAndAdds(linalg::LinalgOp op) {
  return linalg::isaContractionOpInterface(op) && hasPlainBody(op);
}

bool models::convolves(linalg::LinalgOp op) {
  return linalg::isaConvolutionOpInterface(op) && hasPlainBody(op);
}

bool models::isZeros(Value value) {
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    return matchPattern(fill.getInputs()[0], m_AnyZeroFloat());
  return matchPattern(value, m_AnyZeroFloat());
}

/// From the dimensions of the result of `op` to those of an operand with the
/// map `operand`, without its dimension `dropped`.
static AffineMap getMapFromResult(AffineMap result, AffineMap operand,
                                  unsigned dropped) {
  SmallVector<AffineExpr> exprs;
  for (auto [i, expr] : llvm::enumerate(operand.getResults()))
    if (i != dropped)
      exprs.push_back(getAffineDimExpr(*result.getResultPosition(expr),
                                       operand.getContext()));
  return AffineMap::get(result.getNumResults(), 0, exprs, operand.getContext());
}

std::variant<RowProduct, std::string> models::matchRowProduct(OpOperand &use,
                                                              int64_t rowDim) {
  auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
  if (!op || !op.hasPureTensorSemantics() || !multipliesAndAdds(op))
    return "a reader is not a product of matrices: " +
           use.getOwner()->getName().getStringRef().str();
  if (op.isDpsInit(&use))
    return std::string("a product adds to the normalized tensor");
  OpOperand *other = op.getDpsInputOperand(1 - use.getOperandNumber());
  if (other->get() == use.get())
    return std::string("a product has the normalized tensor on both sides");
  AffineMap rows = op.getMatchingIndexingMap(&use);
  AffineMap weights = op.getMatchingIndexingMap(other);
  AffineMap result = op.getIndexingMapMatchingResult(op->getResult(0));
  AffineExpr along = rows.getResult(rowDim);
  std::optional<unsigned> weightsRowDim = weights.getResultPosition(along);
  if (op.getNumReductionLoops() != 1 || result.getResultPosition(along) ||
      !weightsRowDim)
    return std::string("a product does not add up along the row");
  if (!isZeros(op.getDpsInitOperand(0)->get()))
    return std::string("a product adds to a tensor that is not zero");
  return RowProduct{op,
                    &use,
                    other,
                    *weightsRowDim,
                    getMapFromResult(result, rows, rowDim),
                    getMapFromResult(result, weights, *weightsRowDim)};
}
