//===- MayHoldGradients.cpp - programs that have no gradients -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MayHoldGradients.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

/// How many ops are followed from a sum to the product that it adds up.
static constexpr unsigned kMaxOpsToProduct = 6;

/// Whether two loops of `op`, not reduced, are each of one input alone.
static bool multipliesMatrices(linalg::LinalgOp op) {
  SmallVector<unsigned> parallel;
  op.getParallelDims(parallel);
  auto inputs = op.getDpsInputOperands();
  if (inputs.size() < 2)
    return false;
  auto lacks = [&](OpOperand *lhs, OpOperand *rhs) {
    return llvm::any_of(parallel, [&](unsigned loop) {
      return op.getMatchingIndexingMap(lhs).isFunctionOfDim(loop) &&
             !op.getMatchingIndexingMap(rhs).isFunctionOfDim(loop);
    });
  };
  return lacks(inputs[0], inputs[1]) && lacks(inputs[1], inputs[0]);
}

/// Whether `value`, in a body or a tensor, is a product of different values;
/// casts, moves and sums over unit dimensions are looked through.
static bool isProductOfTwo(Value value) {
  for (unsigned i = 0; i < kMaxOpsToProduct && value; ++i) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto op = dyn_cast<linalg::LinalgOp>(argument.getOwner()->getParentOp());
      if (!op)
        return false;
      value = op.getMatchingOpOperand(argument)->get();
      continue;
    }
    Operation *op = value.getDefiningOp();
    if (auto product = dyn_cast<arith::MulFOp>(op)) {
      auto source = [](Value operand) {
        auto argument = dyn_cast<BlockArgument>(operand);
        auto around =
            argument
                ? dyn_cast<linalg::LinalgOp>(argument.getOwner()->getParentOp())
                : nullptr;
        return around ? around.getMatchingOpOperand(argument)->get() : operand;
      };
      return source(product.getLhs()) != source(product.getRhs());
    }
    if (auto structured = dyn_cast<linalg::LinalgOp>(op))
      value = structured.getBlock()->getTerminator()->getOperand(
          cast<OpResult>(value).getResultNumber());
    else if (isa<arith::ExtFOp, arith::TruncFOp, tensor::ExpandShapeOp,
                 tensor::CollapseShapeOp, tensor::CastOp>(op))
      value = op->getOperand(0);
    else
      return false;
  }
  return false;
}

bool mlir::norm::raise::mayHoldGradients(ArrayRef<Operation *> ops) {
  return llvm::any_of(ops, [](Operation *op) {
    auto structured = dyn_cast<linalg::LinalgOp>(op);
    if (!structured || structured.getNumReductionLoops() == 0 ||
        multipliesMatrices(structured))
      return false;
    for (Value yielded :
         structured.getBlock()->getTerminator()->getOperands()) {
      // A maximum in the place of the sum has a reason.
      Operation *sum = yielded.getDefiningOp();
      if (isa_and_nonnull<arith::AddFOp, arith::MaximumFOp, arith::MaxNumFOp,
                          arith::MinimumFOp, arith::MinNumFOp>(sum) &&
          llvm::any_of(sum->getOperands(), isProductOfTwo))
        return true;
    }
    return false;
  });
}
