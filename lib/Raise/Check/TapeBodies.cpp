//===- TapeBodies.cpp - bodies of structured ops, unrolled ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Tape.h"
#include "Expr/Limits.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm::raise;

Positions mlir::norm::raise::evaluateIndices(AffineMap map,
                                             const Positions &positions) {
  Positions result;
  result.reserve(positions.size());
  // Maps that only pick dimensions are the rule.
  SmallVector<int64_t> picked; // a dimension, or -1 for the index 0
  for (AffineExpr index : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(index);
    auto constant = dyn_cast<AffineConstantExpr>(index);
    if (!dim && !(constant && constant.getValue() == 0))
      break;
    picked.push_back(dim ? int64_t(dim.getPosition()) : -1);
  }
  bool onlyPicks = picked.size() == map.getNumResults();
  for (const Position &position : positions) {
    Position index;
    if (onlyPicks) {
      for (int64_t dim : picked)
        index.push_back(dim < 0 ? 0 : position[dim]);
    } else {
      SmallVector<int64_t, 4> composed = map.compose(position);
      index.assign(composed.begin(), composed.end());
    }
    result.push_back(std::move(index));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

/// The scalars `wanted` of the body of `op` at points of its loops, after what
/// they are computed from.
SmallVector<TapeBuilder::Slot> TapeBuilder::expandBody(linalg::LinalgOp op,
                                                       ArrayRef<Value> wanted,
                                                       const Positions &loops) {
  BodySlots known;
  for (Value scalar : wanted) {
    SmallVector<std::pair<Value, bool>> stack = {{scalar, false}};
    while (!stack.empty() && numbers <= kMaxEvaluated) {
      auto [value, isEntered] = stack.pop_back_val();
      if (known.contains(value))
        continue;
      Operation *producer = value.getDefiningOp();
      bool isInBody = producer && producer->getBlock() == op.getBlock();
      if (isInBody && !isEntered && producer->getNumRegions() == 0 &&
          !isa<tensor::ExtractOp>(producer)) {
        stack.push_back({value, true});
        for (Value operand : producer->getOperands())
          if (!isa<ShapedType>(operand.getType()))
            stack.push_back({operand, false});
        continue;
      }
      std::optional<Slot> slot = expandScalar(op, value, loops, known);
      known[value] = slot ? *slot : makeLeaf(value, loops);
    }
  }
  SmallVector<Slot> slots;
  for (Value scalar : wanted)
    slots.push_back(known.lookup(scalar));
  return slots;
}

/// A scalar of `body`, whose operands are known, or one outside of bodies,
/// where `body` is null. None for what is a leaf.
std::optional<TapeBuilder::Slot>
TapeBuilder::expandScalar(linalg::LinalgOp body, Value value,
                          const Positions &loops, const BodySlots &known) {
  if (auto argument = dyn_cast<BlockArgument>(value);
      argument && body && argument.getOwner() == body.getBlock()) {
    OpOperand *operand = body.getMatchingOpOperand(argument);
    if (body.isDpsInit(operand) && body.getNumReductionLoops() > 0)
      return std::nullopt; // an accumulator
    if (!isa<RankedTensorType>(operand->get().getType()))
      return readScalar(operand->get());
    return read(operand->get(),
                evaluateIndices(body.getMatchingIndexingMap(operand), loops));
  }
  Operation *op = value.getDefiningOp();
  if (body && (!op || op->getBlock() != body.getBlock()))
    return readScalar(value);
  if (std::optional<Slot> constant = expandConstant(value))
    return constant;
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    std::vector<uint64_t> indices;
    for (const Position &loop : loops)
      indices.push_back(uint64_t(loop[index.getDim()]));
    return makeIntegers(value.getType(), std::move(indices));
  }
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> constant = dim.getConstantIndex();
    if (!constant)
      return std::nullopt;
    Slot slot = makeIntegers(value.getType(), {0});
    guards.push_back({slot, dim.getSource(), *constant});
    return slot;
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    Positions positions(loops.size());
    for (Value index : extract.getIndices()) {
      auto numbers = evaluateIndexInBody(body, index, loops);
      if (!numbers)
        return std::nullopt;
      for (auto [position, number] : llvm::zip(positions, *numbers))
        position.push_back(number);
    }
    return read(extract.getTensor(), positions);
  }
  if (op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      !isMemoryEffectFree(op) ||
      llvm::any_of(op->getOperandTypes(),
                   [](Type type) { return isa<ShapedType>(type); }))
    return std::nullopt;
  SmallVector<Slot> operands;
  for (Value operand : op->getOperands())
    operands.push_back(body ? known.lookup(operand) : readScalar(operand));
  return makeApply(op, operands);
}

/// An integer that follows from the indices of loops and from extents, at each
/// of `loops`; none where it depends on anything else.
std::optional<std::vector<int64_t>>
TapeBuilder::evaluateIndexInBody(linalg::LinalgOp op, Value index,
                                 const Positions &loops) {
  llvm::DenseMap<Value, std::vector<int64_t>> known;
  SmallVector<Value> stack = {index};
  while (!stack.empty()) {
    Value value = stack.back();
    Operation *producer = value.getDefiningOp();
    if (known.contains(value)) {
      stack.pop_back();
      continue;
    }
    std::vector<int64_t> numbers;
    bool isInBody = op && producer && producer->getBlock() == op.getBlock();
    if (auto loop = dyn_cast_or_null<linalg::IndexOp>(producer);
        loop && isInBody) {
      for (const Position &position : loops)
        numbers.push_back(position[loop.getDim()]);
    } else if (std::optional<int64_t> number = extents.evaluateIndex(value)) {
      numbers.assign(loops.size(), *number);
    } else if (!isInBody || !isMemoryEffectFree(producer) ||
               producer->getNumRegions() != 0) {
      return std::nullopt;
    } else {
      SmallVector<const std::vector<int64_t> *> operands;
      for (Value operand : producer->getOperands()) {
        auto found = known.find(operand);
        if (found == known.end())
          stack.push_back(operand);
        else
          operands.push_back(&found->second);
      }
      if (operands.size() != producer->getNumOperands())
        continue;
      for (size_t i = 0; i < loops.size(); ++i) {
        SmallVector<uint64_t> point;
        for (const std::vector<int64_t> *operand : operands)
          point.push_back(uint64_t((*operand)[i]));
        std::optional<uint64_t> result = applyInteger(producer, point);
        if (!result)
          return std::nullopt;
        numbers.push_back(int64_t(*result));
      }
    }
    known[value] = std::move(numbers);
    stack.pop_back();
  }
  return known[index];
}

//===----------------------------------------------------------------------===//
// Structured ops
//===----------------------------------------------------------------------===//

/// What `yielded` adds to the accumulator, in the order in which it is added:
///   yield ((accumulator + a) + b)  adds a, b
/// None for a reduction that is no sum, or for a chain in which the accumulator
/// occurs twice.
static std::optional<SmallVector<Value>> getSummands(Value yielded,
                                                     Value accumulator) {
  Block *block = accumulator.getParentBlock();
  // Which values of the body depend on the accumulator; it is in SSA order.
  llvm::DenseSet<Value> dependent = {accumulator};
  for (Operation &op : *block)
    if (llvm::any_of(op.getOperands(), [&](Value operand) {
          return dependent.contains(operand);
        }))
      dependent.insert(op.result_begin(), op.result_end());
  SmallVector<Value> summands;
  for (Value rest = yielded; rest != accumulator;) {
    auto sum = rest.getDefiningOp<arith::AddFOp>();
    if (!sum || sum->getBlock() != block)
      return std::nullopt;
    bool isLeft = dependent.contains(sum.getLhs());
    if (isLeft == dependent.contains(sum.getRhs()))
      return std::nullopt;
    summands.push_back(isLeft ? sum.getRhs() : sum.getLhs());
    rest = isLeft ? sum.getLhs() : sum.getRhs();
  }
  std::reverse(summands.begin(), summands.end());
  return summands;
}

/// The extent of a loop, by the first tensor that has it as a dimension; none
/// where no tensor has.
static std::optional<int64_t> getLoopExtent(linalg::LinalgOp op, unsigned loop,
                                            SampledExtents &extents) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [dim, index] : llvm::enumerate(map.getResults()))
      if (auto d = dyn_cast<AffineDimExpr>(index); d && d.getPosition() == loop)
        return extents.getExtent(operand.get(), dim);
  }
  return std::nullopt;
}

/// Each position of a result is one point of the parallel loops and samples of
/// the reductions; a reduction that is no plain sum is a leaf.
std::optional<TapeBuilder::Slot>
TapeBuilder::expandStructured(linalg::LinalgOp op, OpResult result,
                              const Positions &positions) {
  if (!op.hasPureTensorSemantics())
    return std::nullopt;
  OpOperand *init = op.getTiedOpOperand(result);
  Value yielded =
      op.getBlock()->getTerminator()->getOperand(result.getResultNumber());
  SmallVector<int64_t> dimOfLoop(op.getNumLoops(), -1);
  for (auto [dim, index] :
       llvm::enumerate(op.getMatchingIndexingMap(init).getResults()))
    if (auto loop = dyn_cast<AffineDimExpr>(index))
      dimOfLoop[loop.getPosition()] = dim;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  // The points of the loops that the result does not have, and their weights.
  std::vector<std::pair<Position, int64_t>> row = {
      {Position(op.getNumLoops(), 0), 1}};
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if (dimOfLoop[loop] >= 0)
      continue;
    std::optional<int64_t> extent = getLoopExtent(op, loop, extents);
    if (!extent ||
        (iterators[loop] == utils::IteratorType::parallel && *extent != 1))
      return std::nullopt;
    std::vector<std::pair<Position, int64_t>> next;
    for (auto &[point, weight] : row)
      for (Sample sample : extents.sample(*extent)) {
        next.emplace_back(point, weight * sample.weight);
        next.back().first[loop] = sample.index;
      }
    row = std::move(next);
    if (row.size() > kMaxEvaluated)
      break;
  }
  if (positions.size() * row.size() > kMaxEvaluated) {
    numbers = kMaxEvaluated + 1;
    return std::nullopt;
  }
  Positions loops;
  loops.reserve(positions.size() * row.size());
  for (const Position &position : positions)
    for (const auto &[point, weight] : row) {
      Position loop = point;
      for (unsigned i = 0; i < op.getNumLoops(); ++i)
        if (dimOfLoop[i] >= 0)
          loop[i] = position[dimOfLoop[i]];
      loops.push_back(std::move(loop));
    }
  if (op.getNumReductionLoops() == 0)
    return expandBody(op, yielded, loops).front();

  auto summands = getSummands(yielded, op.getMatchingBlockArgument(init));
  if (!summands)
    return std::nullopt;
  Step sum;
  sum.kind = Step::Kind::Sum;
  sum.type = getElementTypeOrSelf(result.getType());
  sum.operands = {read(init->get(), positions)};
  llvm::append_range(sum.operands, expandBody(op, *summands, loops));
  for (const auto &[point, weight] : row)
    sum.weights.push_back(weight);
  sum.size = positions.size();
  return add(std::move(sum));
}
