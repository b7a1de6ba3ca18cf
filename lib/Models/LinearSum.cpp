//===- LinearSum.cpp - elementwise ops that are linear --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinearSum.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

/// Whether `value` is a literal, which may be rounded.
static bool isNumber(Value value) {
  if (Operation *cast = value.getDefiningOp();
      isa_and_nonnull<arith::TruncFOp, arith::ExtFOp>(cast))
    value = cast->getOperand(0);
  return matchPattern(value, m_Constant());
}

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
  if (isa<arith::MulFOp>(op) && isNumber(op->getOperand(0)))
    return isLinear(op->getOperand(1), block);
  if (isa<arith::MulFOp, arith::DivFOp>(op) && isNumber(op->getOperand(1)))
    return isLinear(op->getOperand(0), block);
  return false;
}

Value models::getYielded(linalg::LinalgOp op) {
  return op.getBlock()->getTerminator()->getOperand(0);
}

/// Whether `op` computes each element of its one result by itself.
static bool isElementwise(linalg::LinalgOp op) {
  return op->getNumResults() == 1 && op.hasPureTensorSemantics() &&
         op.getNumLoops() == op.getNumParallelLoops() &&
         !op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)) &&
         op.getIndexingMapMatchingResult(op->getResult(0)).isPermutation();
}

bool models::isLinearSum(linalg::LinalgOp op) {
  return isElementwise(op) && isLinear(getYielded(op), op.getBlock());
}

bool models::isCopy(linalg::LinalgOp op) {
  return isElementwise(op) && op.getNumDpsInputs() == 1 &&
         getYielded(op) == op.getBlock()->getArgument(0);
}

bool models::isPlainSum(linalg::LinalgOp op) {
  if (!isElementwise(op) || op.getNumDpsInputs() != 2)
    return false;
  auto sum = getYielded(op).getDefiningOp<arith::AddFOp>();
  Block *block = op.getBlock();
  Value first = block->getArgument(0), second = block->getArgument(1);
  return sum && ((sum.getLhs() == first && sum.getRhs() == second) ||
                 (sum.getLhs() == second && sum.getRhs() == first));
}

bool models::variesAlong(Value value, linalg::LinalgOp op, unsigned loop) {
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
