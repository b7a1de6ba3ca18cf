//===- EvaluateTensors.cpp - tensors of a program in f64 ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Evaluator.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Each position of a result is one point of the parallel loops and all points
/// of the reductions; a reduction that is no plain sum is a leaf.
Numbers Evaluator::evaluateResult(linalg::LinalgOp op, OpResult result,
                                  const Positions &positions) {
  OpOperand *init = op.getTiedOpOperand(result);
  AffineMap map = op.getMatchingIndexingMap(init);
  Value yielded =
      op.getBlock()->getTerminator()->getOperand(result.getResultNumber());
  SmallVector<int64_t> dimOfLoop(op.getNumLoops(), -1);
  for (auto [dim, index] : llvm::enumerate(map.getResults()))
    if (auto loop = dyn_cast<AffineDimExpr>(index))
      dimOfLoop[loop.getPosition()] = dim;
  SmallVector<unsigned> reduced;
  SmallVector<int64_t> extents;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if (dimOfLoop[loop] >= 0)
      continue;
    int64_t extent = -1;
    for (OpOperand &operand : op->getOpOperands())
      if (isa<RankedTensorType>(operand.get().getType()))
        for (auto [dim, index] :
             llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults()))
          if (auto d = dyn_cast<AffineDimExpr>(index);
              d && d.getPosition() == loop && extent < 0)
            extent = getExtent(operand.get(), dim);
    if (extent < 0 ||
        (iterators[loop] == utils::IteratorType::parallel && extent != 1))
      return getLeaves(result, positions);
    reduced.push_back(loop);
    extents.push_back(extent);
  }
  size_t count = 1;
  for (int64_t extent : extents)
    count *= extent;
  Positions loops;
  loops.reserve(positions.size() * count);
  for (const Position &position : positions) {
    Position loop(op.getNumLoops(), 0);
    for (unsigned i = 0; i < op.getNumLoops(); ++i)
      if (dimOfLoop[i] >= 0)
        loop[i] = position[dimOfLoop[i]];
    for (size_t number = 0; number < count; ++number) {
      size_t rest = number;
      for (size_t i = reduced.size(); i-- > 0;) {
        loop[reduced[i]] = rest % extents[i];
        rest /= extents[i];
      }
      loops.push_back(loop);
    }
  }
  if (op.getNumReductionLoops() == 0)
    return evaluateInBody(op, yielded, loops);

  // yield accumulator + a + b ..: what is added, summand by summand.
  Value accumulator = op.getMatchingBlockArgument(init);
  SmallVector<Value> summands;
  Value rest = yielded;
  while (rest != accumulator) {
    auto sum = rest.getDefiningOp<arith::AddFOp>();
    if (!sum)
      return getLeaves(result, positions);
    auto reaches = [&](Value value) {
      SmallVector<Value> worklist = {value};
      while (!worklist.empty()) {
        Value part = worklist.pop_back_val();
        if (part == accumulator)
          return true;
        if (Operation *producer = part.getDefiningOp();
            producer && producer->getBlock() == op.getBlock())
          llvm::append_range(worklist, producer->getOperands());
      }
      return false;
    };
    bool isLeft = reaches(sum.getLhs());
    if (isLeft == reaches(sum.getRhs()))
      return getLeaves(result, positions);
    summands.push_back(isLeft ? sum.getRhs() : sum.getLhs());
    rest = isLeft ? sum.getLhs() : sum.getRhs();
  }
  Numbers totals = evaluateTensor(init->get(), positions);
  for (Value summand : summands) {
    Numbers terms = evaluateInBody(op, summand, loops);
    for (size_t i = 0; i < terms.size(); ++i)
      totals[i / count] += terms[i];
  }
  return totals;
}

/// The mean of a layernorm that has been raised already.
Numbers Evaluator::evaluateMean(NormOpInterface op,
                                const Positions &positions) {
  Positions elements;
  for (const Position &position : positions) {
    Position element(op.getInputType().getRank(), 0);
    for (auto [index, dim] : llvm::zip(position, op.getRowDimensions()))
      element[dim] = index;
    elements.push_back(element);
  }
  for (int64_t dim : op.getDimensions()) {
    int64_t extent = getExtent(op.getInput(), dim);
    Positions next;
    for (Position &element : elements)
      for (element[dim] = 0; element[dim] < extent; ++element[dim])
        next.push_back(element);
    elements = std::move(next);
  }
  Numbers row = evaluateTensor(op.getInput(), elements);
  size_t length = positions.empty() ? 0 : row.size() / positions.size();
  Numbers means(positions.size(), 0.0);
  for (size_t i = 0; i < row.size(); ++i)
    means[i / length] += row[i] / double(length);
  return means;
}

Numbers Evaluator::evaluateUnique(Value tensor, const Positions &positions) {
  Operation *op = tensor.getDefiningOp();
  Attribute constant;
  if (op && matchPattern(op, m_Constant(&constant)) &&
      isa<SplatElementsAttr>(constant))
    return Numbers(positions.size(), getConstant(constant));
  if (auto elements = dyn_cast_or_null<tensor::FromElementsOp>(op);
      elements && elements.getElements().size() == 1) {
    BodyValues known;
    return evaluateScalar(elements.getElements().front(), positions.size(),
                          nullptr, nullptr, known);
  }
  if (auto splat = dyn_cast_or_null<tensor::SplatOp>(op)) {
    BodyValues known;
    return evaluateScalar(splat.getInput(), positions.size(), nullptr, nullptr,
                          known);
  }
  if (auto norm = dyn_cast_or_null<NormOpInterface>(op);
      norm && norm.getMeanResult() == tensor)
    return evaluateMean(norm, positions);
  if (!op || !ops.contains(op))
    return getLeaves(tensor, positions);
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return evaluateResult(structured, cast<OpResult>(tensor), positions);

  auto moved = [&](Value source, auto &&toSource) {
    Positions sources;
    for (const Position &position : positions)
      sources.push_back(toSource(position));
    return evaluateTensor(source, sources);
  };
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return moved(expand.getSrc(), [&](const Position &position) {
      Position source;
      for (auto &group : expand.getReassociationIndices()) {
        int64_t index = 0;
        for (int64_t dim : group)
          index = index * getExtent(tensor, dim) + position[dim];
        source.push_back(index);
      }
      return source;
    });
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return moved(collapse.getSrc(), [&](const Position &position) {
      Position source(collapse.getSrcType().getRank(), 0);
      for (auto [dim, group] :
           llvm::enumerate(collapse.getReassociationIndices())) {
        int64_t rest = position[dim];
        for (int64_t inner : llvm::reverse(group)) {
          // The outermost index of a group needs no extent, which may be one
          // that is not known to be that of the positions asked for.
          if (inner == group.front()) {
            source[inner] = rest;
            break;
          }
          int64_t extent = getExtent(collapse.getSrc(), inner);
          source[inner] = rest % extent;
          rest /= extent;
        }
      }
      return source;
    });
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
    SmallVector<OpFoldResult> strides = slice.getMixedStrides();
    bool isStatic =
        llvm::all_of(offsets, [](auto o) { return getConstantIntValue(o); }) &&
        llvm::all_of(strides, [](auto s) { return getConstantIntValue(s); });
    if (!isStatic)
      return getLeaves(tensor, positions);
    return moved(slice.getSource(), [&](const Position &position) {
      Position source;
      unsigned dim = 0;
      for (unsigned i = 0; i < dropped.size(); ++i)
        source.push_back(
            *getConstantIntValue(offsets[i]) +
            (dropped.test(i)
                 ? 0
                 : position[dim++] * *getConstantIntValue(strides[i])));
      return source;
    });
  }
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return moved(cast.getSource(), [](const Position &p) { return p; });

  SmallVector<Numbers> operands;
  for (Value operand : op->getOperands())
    operands.push_back(isa<RankedTensorType>(operand.getType())
                           ? evaluateTensor(operand, positions)
                           : Numbers(positions.size(), std::nan("")));
  Numbers numbers;
  for (size_t i = 0; i < positions.size(); ++i) {
    SmallVector<double> point;
    for (const Numbers &operand : operands)
      point.push_back(operand[i]);
    numbers.push_back(applyOp(op, point));
  }
  return numbers;
}

Numbers Evaluator::evaluateTensor(Value tensor, const Positions &positions) {
  // A value that is the same for a whole row is computed once.
  llvm::DenseMap<uint64_t, size_t> numbering;
  Positions unique;
  std::vector<size_t> numbers;
  numbers.reserve(positions.size());
  for (const Position &position : positions) {
    uint64_t hash = position.size();
    for (int64_t index : position)
      hash = mixBits(hash ^ uint64_t(index)) >> 1;
    auto [entry, isNew] = numbering.try_emplace(hash, unique.size());
    if (!isNew && unique[entry->second] == position) {
      numbers.push_back(entry->second);
      continue;
    }
    numbers.push_back(unique.size());
    unique.push_back(position);
  }
  Numbers values = evaluateUnique(tensor, unique);
  if (unique.size() == positions.size())
    return values;
  Numbers result;
  result.reserve(numbers.size());
  for (size_t number : numbers)
    result.push_back(values[number]);
  return result;
}
