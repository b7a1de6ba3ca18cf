//===- ResidualStream.cpp - sums that layernorms read ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ResidualStream.h"

#include "RowPath.h"
#include "RowProduct.h"
#include "Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

//===----------------------------------------------------------------------===//
// Bodies of linalg ops
//===----------------------------------------------------------------------===//

/// Whether `value`, of a body, is a linear function of the block's arguments
/// without a constant term: sums, differences, multiples by numbers.
static bool isLinear(Value value, Block *block) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument.getOwner() == block;
  Operation *op = value.getDefiningOp();
  if (op->getBlock() != block)
    return false;
  if (isa<arith::AddFOp, arith::SubFOp>(op))
    return isLinear(op->getOperand(0), block) &&
           isLinear(op->getOperand(1), block);
  if (isa<arith::NegFOp>(op))
    return isLinear(op->getOperand(0), block);
  auto isNumber = [](Value v) { return matchPattern(v, m_Constant()); };
  if (isa<arith::MulFOp>(op) && isNumber(op->getOperand(0)))
    return isLinear(op->getOperand(1), block);
  if (isa<arith::MulFOp, arith::DivFOp>(op) && isNumber(op->getOperand(1)))
    return isLinear(op->getOperand(0), block);
  return false;
}

static Value getYielded(linalg::LinalgOp op) {
  return op.getBlock()->getTerminator()->getOperand(0);
}

/// Whether `op` is elementwise and linear in its inputs.
static bool isLinearSum(linalg::LinalgOp op) {
  return op->getNumResults() == 1 && op.hasPureTensorSemantics() &&
         op.getNumLoops() == op.getNumParallelLoops() &&
         !op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)) &&
         op.getIndexingMapMatchingResult(op->getResult(0)).isPermutation() &&
         isLinear(getYielded(op), op.getBlock());
}

/// Whether `value`, of the body of `op`, has other values along loop `loop`.
static bool variesAlong(Value value, linalg::LinalgOp op, unsigned loop) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument.getOwner() == op.getBlock() &&
           op.getMatchingIndexingMap(op.getMatchingOpOperand(argument))
               .isFunctionOfDim(loop);
  Operation *inner = value.getDefiningOp();
  if (inner->getBlock() != op.getBlock())
    return false;
  if (auto index = dyn_cast<linalg::IndexOp>(inner))
    return index.getDim() == loop;
  return inner->getNumRegions() != 0 ||
         llvm::any_of(inner->getOperands(), [&](Value operand) {
           return variesAlong(operand, op, loop);
         });
}

//===----------------------------------------------------------------------===//
// The stream
//===----------------------------------------------------------------------===//

namespace {
/// Collects what is connected with a value.
class StreamWalk {
public:
  ResidualStream run(NormOpInterface op) {
    visit(op.getInput(), op.getDimensions()[0]);
    while (!pending.empty() && stream.obstacle.empty()) {
      auto [value, dim] = pending.pop_back_val();
      lookAtProducer(value, dim);
      lookAtReaders(value, dim);
    }
    return std::move(stream);
  }

private:
  void visit(Value value, int64_t dim);
  void lookAtProducer(Value value, int64_t dim);
  void lookAtReaders(Value value, int64_t dim);
  void lookAtReader(OpOperand &use, int64_t dim);
  void visitTerms(linalg::LinalgOp op, AffineExpr along);
  bool addProduct(linalg::LinalgOp op, AffineExpr along);
  bool addTable(linalg::LinalgOp op, AffineExpr along);
  bool addWeights(OpOperand &use, int64_t dim);
  void stop(const Twine &reason) {
    if (stream.obstacle.empty())
      stream.obstacle = reason.str();
  }

  ResidualStream stream;
  llvm::DenseMap<Value, int64_t> dims;
  SmallVector<std::pair<Value, int64_t>> pending;
};
} // namespace

static StringRef getOpName(Operation *op) {
  return op->getName().getStringRef();
}

void StreamWalk::visit(Value value, int64_t dim) {
  auto [known, isNew] = dims.try_emplace(value, dim);
  if (!isNew) {
    if (known->second != dim)
      stop("a tensor is read along two of its dimensions");
    return;
  }
  Type element = getElementTypeOrSelf(value);
  if (!element.isF32() && !element.isF64())
    return stop("the residual stream is narrower than f32, in which rows keep "
                "no mean of 0");
  pending.push_back({value, dim});
}

/// Takes constant weights as a term; false if they are no constants.
bool StreamWalk::addWeights(OpOperand &use, int64_t dim) {
  Type element = getElementTypeOrSelf(use.get());
  if ((!element.isF32() && !element.isF64()) || !getConstantElements(use.get()))
    return false;
  stream.terms.push_back({&use, dim});
  return true;
}

/// a W, in which W alone has the dimension along the rows.
bool StreamWalk::addProduct(linalg::LinalgOp op, AffineExpr along) {
  if (!multipliesAndAdds(op) || !isZeros(op.getDpsInitOperand(0)->get()))
    return false;
  OpOperand *weights = nullptr;
  for (OpOperand *input : op.getDpsInputOperands())
    if (op.getMatchingIndexingMap(input).getResultPosition(along)) {
      if (weights)
        return false;
      weights = input;
    }
  return weights &&
         addWeights(
             *weights,
             *op.getMatchingIndexingMap(weights).getResultPosition(along));
}

/// Rows of a table, table[token, i] with i along the row.
bool StreamWalk::addTable(linalg::LinalgOp op, AffineExpr along) {
  auto extract = getYielded(op).getDefiningOp<tensor::ExtractOp>();
  if (!extract || extract->getBlock() != op.getBlock())
    return false;
  unsigned loop = cast<AffineDimExpr>(along).getPosition();
  std::optional<int64_t> dim;
  for (auto [i, index] : llvm::enumerate(extract.getIndices())) {
    if (!variesAlong(index, op, loop))
      continue;
    auto own = index.getDefiningOp<linalg::IndexOp>();
    if (dim || !own || own.getDim() != loop)
      return false;
    dim = i;
  }
  return dim && addWeights(extract.getTensorMutable(), *dim);
}

/// The operands of a sum.
void StreamWalk::visitTerms(linalg::LinalgOp op, AffineExpr along) {
  for (OpOperand *input : op.getDpsInputOperands()) {
    if (!op.payloadUsesValueFromOperand(input))
      continue;
    std::optional<unsigned> dim =
        op.getMatchingIndexingMap(input).getResultPosition(along);
    if (!dim)
      return stop("a term of the residual stream is the same along the row");
    if (!addWeights(*input, *dim))
      visit(input->get(), *dim);
  }
}

void StreamWalk::lookAtProducer(Value value, int64_t dim) {
  Operation *producer = value.getDefiningOp();
  if (!producer)
    return stop("the residual stream enters as an argument");
  if (auto op = dyn_cast<linalg::LinalgOp>(producer)) {
    AffineExpr along =
        op.getIndexingMapMatchingResult(cast<OpResult>(value)).getResult(dim);
    if (isLinearSum(op))
      return visitTerms(op, along);
    if (addProduct(op, along) || addTable(op, along))
      return;
    return stop("a term of the residual stream is no product with constant "
                "weights: " +
                getOpName(producer));
  }
  if (std::optional<int64_t> source = getSourceRowDim(producer, dim))
    return visit(producer->getOperand(0), *source);
  stop("a term of the residual stream is no product with constant weights: " +
       getOpName(producer));
}

void StreamWalk::lookAtReader(OpOperand &use, int64_t dim) {
  Operation *reader = use.getOwner();
  if (isa<tensor::DimOp>(reader))
    return;
  if (auto norm = dyn_cast<NormOpInterface>(reader)) {
    if (cast<DestinationStyleOpInterface>(reader).isDpsInit(&use))
      return;
    Value mean = norm.getMeanResult();
    if (!norm.isCentered() || norm.getInput() != use.get() ||
        norm.getDimensions() != ArrayRef<int64_t>(dim))
      return stop("another norm than a layernorm reads the residual stream");
    if (mean && !mean.use_empty())
      return stop("the mean of a layernorm is used");
    if (!llvm::is_contained(stream.norms, norm))
      stream.norms.push_back(norm);
    return;
  }
  if (auto op = dyn_cast<linalg::LinalgOp>(reader)) {
    if (!op.payloadUsesValueFromOperand(&use))
      return;
    if (isLinearSum(op)) {
      AffineExpr along = op.getMatchingIndexingMap(&use).getResult(dim);
      Value result = op->getResult(0);
      return visit(result,
                   *op.getIndexingMapMatchingResult(cast<OpResult>(result))
                        .getResultPosition(along));
    }
  }
  if (std::optional<RowPath> path = RowPath(dim).extend(reader))
    return visit(reader->getResult(0), path->getRowDim());
  stop("a reader of the residual stream is no layernorm: " + getOpName(reader));
}

void StreamWalk::lookAtReaders(Value value, int64_t dim) {
  for (OpOperand &use : value.getUses())
    lookAtReader(use, dim);
}

ResidualStream models::findResidualStream(NormOpInterface op) {
  if (op.getDimensions().size() != 1) {
    ResidualStream stream;
    stream.obstacle = "the row has more than one dimension";
    return stream;
  }
  return StreamWalk().run(op);
}
