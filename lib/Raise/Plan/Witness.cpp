//===- Witness.cpp - a value of the program that an expression is ---------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/Witness.h"

#include "Expr/IndexMath.h"

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

llvm::SetVector<Value> mlir::norm::raise::getBodySlice(linalg::LinalgOp op,
                                                       Value scalar) {
  llvm::SetVector<Value> slice;
  slice.insert(scalar);
  for (unsigned i = 0; i < slice.size(); ++i)
    if (Operation *producer = slice[i].getDefiningOp();
        producer && op.getBlock()->findAncestorOpInBlock(*producer))
      producer->walk([&](Operation *nested) {
        slice.insert(nested->operand_begin(), nested->operand_end());
      });
  return slice;
}

SmallVector<Value> mlir::norm::raise::getValuesRead(Operation *op,
                                                    Value value) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured)
    return SmallVector<Value>(op->getOperands());
  SmallVector<Value> tensors;
  for (Value part : getBodySlice(structured, value)) {
    auto argument = dyn_cast<BlockArgument>(part);
    if (argument && argument.getOwner() == structured.getBlock())
      tensors.push_back(structured.getMatchingOpOperand(argument)->get());
    else if (part.getParentBlock() != structured.getBlock())
      tensors.push_back(part);
  }
  return tensors;
}

/// Dimension `dim` of an operand that runs along `loop`, one of static extent
/// where there is one.
static std::optional<Size> getLoopSize(linalg::LinalgOp op, unsigned loop) {
  std::optional<Size> size;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type)
      continue;
    for (auto [dim, index] :
         llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults())) {
      auto position = dyn_cast<AffineDimExpr>(index);
      if (!position || position.getPosition() != loop)
        continue;
      if (!type.isDynamicDim(dim))
        return Size{Value(), type.getDimSize(dim)};
      if (!size)
        size = Size{operand.get(), int64_t(dim)};
    }
  }
  return size;
}

std::optional<SmallVector<unsigned>>
mlir::norm::raise::getLoopsOf(linalg::LinalgOp op, Value scalar) {
  llvm::SetVector<Value> slice = getBodySlice(op, scalar);
  uint64_t used = 0;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!slice.contains(op.getMatchingBlockArgument(&operand)))
      continue;
    if (op.isDpsInit(&operand) && op.getNumReductionLoops() > 0)
      return std::nullopt;
    for (AffineExpr index : op.getMatchingIndexingMap(&operand).getResults())
      used |= dimsOf(index);
  }
  for (Value value : slice)
    if (auto index = value.getDefiningOp<linalg::IndexOp>())
      used |= uint64_t(1) << index.getDim();
  SmallVector<unsigned> loops;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if ((used >> loop & 1) == 0)
      continue;
    if (!getLoopSize(op, loop))
      return std::nullopt;
    loops.push_back(loop);
  }
  return loops;
}

//===----------------------------------------------------------------------===//
// Witnesses
//===----------------------------------------------------------------------===//

RankedTensorType mlir::norm::raise::getType(const Witness &witness) {
  if (!witness.op)
    return cast<RankedTensorType>(witness.value.getType());
  SmallVector<int64_t> shape;
  for (unsigned loop : witness.loops) {
    std::optional<Size> size = getLoopSize(witness.op, loop);
    shape.push_back(size->value ? ShapedType::kDynamic : size->dim);
  }
  return RankedTensorType::get(shape, witness.value.getType());
}

Size mlir::norm::raise::getSize(const Witness &witness, unsigned dim) {
  if (witness.op)
    return *getLoopSize(witness.op, witness.loops[dim]);
  auto type = cast<RankedTensorType>(witness.value.getType());
  if (!type.isDynamicDim(dim))
    return {Value(), type.getDimSize(dim)};
  return {witness.value, dim};
}

ExprRef mlir::norm::raise::getExtent(ExprReader &reader, const Witness &witness,
                                     unsigned dim) {
  return witness.op ? reader.getLoopExtent(witness.op, witness.loops[dim])
                    : reader.getExtent(witness.value, dim);
}

ValueExpr mlir::norm::raise::getElement(ExprReader &reader,
                                        const Witness &witness) {
  ValueExpr element = reader.get(witness.value);
  if (witness.op) {
    // A loop that the scalar does not vary along may be any.
    ExprContext &context = reader.getContext();
    SmallVector<AffineExpr> dims(
        linalg::LinalgOp(witness.op).getNumLoops(),
        getAffineConstantExpr(0, context.getContext()));
    for (auto [dim, loop] : llvm::enumerate(witness.loops))
      dims[loop] = context.dim(dim);
    element = reader.getAt(witness.value, dims, getType(witness).getShape());
  }
  if (witness.multiple == 1.0)
    return element;
  auto scaled = [&](ExprRef expr) {
    return reader.getContext().scale(Coefficient::exact(witness.multiple),
                                     expr);
  };
  return {scaled(element.relaxed), scaled(element.exact)};
}
