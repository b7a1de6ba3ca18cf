//===- LoopStacks.cpp - what a loop saves at each iteration ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopStacks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// How many ops are followed from an index to the induction variable.
static constexpr unsigned kMaxIndexOps = 16;

/// Numbers beyond which index arithmetic in 32 bits might wrap around.
static constexpr int64_t kMaxIndex = int64_t(1) << 29;

static bool isLarge(int64_t number) {
  return number > kMaxIndex || number < -kMaxIndex;
}

/// The number of iterations of a loop that counts 0, 1, ..; none for others.
static std::optional<int64_t> getCount(scf::ForOp loop) {
  std::optional<int64_t> lower = getConstantIntValue(loop.getLowerBound());
  std::optional<int64_t> upper = getConstantIntValue(loop.getUpperBound());
  if (!lower || *lower != 0 || !upper || *upper <= 0 || *upper > kMaxIndex ||
      !isConstantIntValue(loop.getStep(), 1))
    return std::nullopt;
  return upper;
}

/// What an index does to the one that it is computed from: a clamp to at least
/// or at most `number`, or sign * operand + number.
namespace {
struct IndexStep {
  enum class Kind { AtLeast, AtMost, Linear } kind;
  Value operand;
  int64_t number = 0, sign = 1;
};
} // namespace

static std::optional<IndexStep> getStep(Operation *op) {
  using Kind = IndexStep::Kind;
  auto isNarrow = [](Type type) {
    auto integer = dyn_cast<IntegerType>(type);
    return integer && integer.getWidth() < 32;
  };
  if (!op || llvm::any_of(op->getOperandTypes(), isNarrow) ||
      llvm::any_of(op->getResultTypes(), isNarrow))
    return std::nullopt;
  if (auto cast = dyn_cast<arith::IndexCastOp>(op))
    return IndexStep{Kind::Linear, cast.getIn()};
  if (!isa<arith::AddIOp, arith::SubIOp, arith::MaxSIOp, arith::MinSIOp>(op))
    return std::nullopt;
  std::optional<int64_t> left = getConstantIntValue(op->getOperand(0));
  std::optional<int64_t> right = getConstantIntValue(op->getOperand(1));
  if (left.has_value() == right.has_value())
    return std::nullopt;
  Value operand = op->getOperand(left ? 1 : 0);
  int64_t number = left ? *left : *right;
  if (isLarge(number))
    return std::nullopt;
  if (isa<arith::MaxSIOp>(op))
    return IndexStep{Kind::AtLeast, operand, number};
  if (isa<arith::MinSIOp>(op))
    return IndexStep{Kind::AtMost, operand, number};
  if (isa<arith::AddIOp>(op))
    return IndexStep{Kind::Linear, operand, number};
  return left ? IndexStep{Kind::Linear, operand, number, -1}
              : IndexStep{Kind::Linear, operand, -number};
}

std::optional<IterationIndex>
mlir::norm::raise::getIterationIndex(Value index) {
  SmallVector<IndexStep> steps;
  auto argument = dyn_cast<BlockArgument>(index);
  while (!argument) {
    std::optional<IndexStep> step = getStep(index.getDefiningOp());
    if (!step || steps.size() == kMaxIndexOps)
      return std::nullopt;
    steps.push_back(*step);
    index = step->operand;
    argument = dyn_cast<BlockArgument>(index);
  }
  auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
  if (!loop || loop.getInductionVar() != argument)
    return std::nullopt;
  std::optional<int64_t> count = getCount(loop);
  if (!count)
    return std::nullopt;
  IterationIndex result = {loop, 1, 0};
  for (const IndexStep &step : llvm::reverse(steps)) {
    // The numbers at the first and at the last iteration.
    int64_t first = result.constant;
    int64_t last = result.sign * (*count - 1) + result.constant;
    if (step.kind == IndexStep::Kind::Linear) {
      result.sign *= step.sign;
      result.constant = step.sign * result.constant + step.number;
    } else if (step.kind == IndexStep::Kind::AtLeast
                   ? std::min(first, last) < step.number
                   : std::max(first, last) > step.number) {
      return std::nullopt;
    }
    if (isLarge(result.constant))
      return std::nullopt;
  }
  return result;
}

/// The one position along a dimension that a slice of `type` is; none for other
/// slices, and for those that have another operand beside the index.
static std::optional<PositionOfStack>
getPosition(OffsetSizeAndStrideOpInterface slice, RankedTensorType type) {
  std::optional<PositionOfStack> found;
  if (!type.hasStaticShape() || slice.getOffsets().size() != 1 ||
      !slice.getSizes().empty() || !slice.getStrides().empty())
    return std::nullopt;
  for (auto [dim, offset, size, stride] :
       llvm::enumerate(slice.getMixedOffsets(), slice.getMixedSizes(),
                       slice.getMixedStrides())) {
    if (!isConstantIntValue(stride, 1))
      return std::nullopt;
    if (isConstantIntValue(offset, 0) &&
        isConstantIntValue(size, type.getDimSize(dim)))
      continue;
    auto index = dyn_cast<Value>(offset);
    if (found || !index || !isConstantIntValue(size, 1))
      return std::nullopt;
    found = {unsigned(dim), index};
  }
  return found;
}

std::optional<PositionOfStack>
mlir::norm::raise::getPosition(tensor::ExtractSliceOp slice) {
  return ::getPosition(slice, slice.getSourceType());
}

std::optional<LoopStack> mlir::norm::raise::getLoopStack(OpResult result) {
  auto loop = dyn_cast<scf::ForOp>(result.getOwner());
  if (!loop)
    return std::nullopt;
  unsigned number = result.getResultNumber();
  auto insert = loop.getBody()
                    ->getTerminator()
                    ->getOperand(number)
                    .getDefiningOp<tensor::InsertSliceOp>();
  if (!insert || insert->getBlock() != loop.getBody() ||
      insert.getDest() != loop.getRegionIterArg(number) ||
      !loop.getBodyRegion().isAncestor(insert.getSource().getParentRegion()))
    return std::nullopt;
  std::optional<PositionOfStack> position =
      ::getPosition(insert, insert.getDestType());
  std::optional<IterationIndex> index;
  if (position)
    index = getIterationIndex(position->index);
  if (!index || index->loop != loop)
    return std::nullopt;
  int64_t count = insert.getDestType().getDimSize(position->dim);
  bool isReversed = index->sign < 0;
  if (getCount(loop) != count ||
      index->constant != (isReversed ? count - 1 : 0))
    return std::nullopt;
  return LoopStack{position->dim, isReversed, insert.getSource(),
                   position->index};
}
