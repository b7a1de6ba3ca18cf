//===- PlanTape.cpp - what a plan says, at a few elements -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/PlanTape.h"

#include "Expr/IndexMath.h"
#include "Expr/Limits.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Elements of one row at which the root is compared.
static constexpr uint64_t kComparedPoints = 6;

static int64_t extentOf(const Witness &witness, unsigned dim,
                        SampledExtents &sampled) {
  Size size = getSize(witness, dim);
  if (!size.value)
    return size.dim;
  if (size.value.getType().isIndex())
    return sampled.evaluateIndex(size.value).value_or(3);
  return sampled.getExtent(size.value, size.dim);
}

/// A program that takes a slice of a dynamic dimension has a meaning only where
/// there are so many elements: x[0 .. 24) of a row of 7 is nothing.
static void makeRoomForSlices(const llvm::SetVector<Operation *> &ops,
                              SampledExtents &sampled) {
  for (Operation *op : ops) {
    auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
    if (!slice)
      continue;
    for (int64_t dim = 0; dim < slice.getSourceType().getRank(); ++dim) {
      std::optional<int64_t> size =
          getConstantIntValue(slice.getMixedSizes()[dim]);
      std::optional<int64_t> stride =
          getConstantIntValue(slice.getMixedStrides()[dim]);
      int64_t offset =
          getConstantIntValue(slice.getMixedOffsets()[dim]).value_or(0);
      if (size && stride)
        sampled.setAtLeast(slice.getSource(), dim,
                           offset + (*size - 1) * *stride + 1);
    }
  }
}

/// The extents of the positions of the root, dynamic ones as they were chosen
/// for the input.
static SmallVector<int64_t> getRootExtents(const NormPlan &plan,
                                           SampledExtents &sampled) {
  SmallVector<int64_t> extents;
  for (auto [dim, extent] : llvm::enumerate(plan.root.staticExtents)) {
    extents.push_back(extent);
    if (!ShapedType::isDynamic(extent))
      continue;
    extents.back() = 3;
    for (auto [inputDim, index] : llvm::enumerate(plan.input.indices))
      if (auto position = dyn_cast<AffineDimExpr>(index);
          position && position.getPosition() == dim)
        extents.back() = extentOf(plan.input, inputDim, sampled);
  }
  return extents;
}

/// Elements of the row that holds `start`: its ends, and some in between.
static Positions getPoints(const NormPlan &plan, const Position &start,
                           ArrayRef<int64_t> extents, uint64_t number,
                           const SampledExtents &sampled) {
  Positions points;
  for (uint64_t i = 0; i < kComparedPoints; ++i) {
    Position point = start;
    for (unsigned dim = 0; dim < extents.size(); ++dim) {
      if (!(plan.match.rowMask >> dim & 1))
        continue;
      SmallVector<Sample> samples = sampled.sample(extents[dim]);
      size_t chosen = i == 0 ? 0
                      : i == 1
                          ? samples.size() - 1
                          : mixBits(number * 64 + i * 8 + dim) % samples.size();
      point[dim] = samples[chosen].index;
    }
    points.push_back(std::move(point));
  }
  return points;
}

/// Asks for elements of the tensor that `witness` is, or would be made into,
/// but for its factor.
static unsigned askAt(const Witness &witness, const Positions &positions,
                      TapeBuilder &builder) {
  if (witness.number)
    return builder.askNumber(*witness.number);
  if (!witness.op)
    return builder.askTensor(witness.value, positions);
  Positions loops;
  for (const Position &position : positions) {
    Position point(linalg::LinalgOp(witness.op).getNumLoops(), 0);
    for (auto [dim, loop] : llvm::enumerate(witness.loops))
      point[loop] = position[dim];
    loops.push_back(std::move(point));
  }
  return builder.askScalar(witness.op, witness.value, std::move(loops));
}

/// Asks for the numbers of `witness` at positions of the root.
static unsigned evaluateWitness(const Witness &witness, const Positions &points,
                                AffineMap map, TapeBuilder &builder) {
  return askAt(witness, evaluateIndices(map, points), builder);
}

std::optional<PlanTape> mlir::norm::raise::makePlanTape(
    const NormPlan &plan, const llvm::SetVector<Operation *> &ops,
    ExtentClasses &classes, uint64_t number, int64_t maxSamples) {
  const NormMatch &match = plan.match;
  SampledExtents sampled(classes, number + 1, maxSamples);
  makeRoomForSlices(ops, sampled);
  SmallVector<int64_t> extents = getRootExtents(plan, sampled);
  // There are elements to compare: no extent of these is 0.
  for (int64_t dim = 0; dim < getType(plan.input).getRank(); ++dim)
    extentOf(plan.input, dim, sampled);
  MLIRContext *context = plan.spec.inputType.getContext();
  if (plan.root.owner) {
    Value whole = plan.root.owner->getResult(0);
    auto type = cast<RankedTensorType>(whole.getType());
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      sampled.getExtent(whole, dim);
  }
  auto mapOf = [&](ArrayRef<AffineExpr> indices) {
    return AffineMap::get(extents.size(), 0, indices, context);
  };
  Position start;
  for (auto [dim, extent] : llvm::enumerate(extents))
    start.push_back(int64_t(number * 5 + dim * 3 + 1) %
                    std::max<int64_t>(extent, 1));

  // The row is that of the input, whatever part of it the root reads.
  PlanTape result;
  SmallVector<int64_t> rowDims, rowExtents;
  for (auto [dim, index] : llvm::enumerate(plan.input.indices))
    if (uint32_t(dimsOf(index)) & match.rowMask) {
      rowDims.push_back(dim);
      rowExtents.push_back(extentOf(plan.input, dim, sampled));
      result.length *= double(rowExtents.back());
    }
  result.statisticLength = result.length;
  if (plan.spec.kind == NormKind::PRMSNorm) {
    result.statisticLength = double(plan.spec.k);
    // The first elements of a row of several dimensions are whole slices of it.
    double slice = result.length / double(rowExtents.front());
    int64_t slices = int64_t(result.statisticLength / slice);
    if (slices < rowExtents.front())
      sampled.cut(rowExtents.front(), slices);
  }
  struct Element {
    Position position;
    double place; // in the row
    int64_t weight;
  };
  std::vector<Element> row = {
      {evaluateIndices(mapOf(plan.input.indices), {start}).front(), 0.0, 1}};
  for (auto [dim, extent] : llvm::zip(rowDims, rowExtents)) {
    std::vector<Element> next;
    SmallVector<Sample> samples = sampled.sample(extent);
    if (row.size() * samples.size() > kMaxEvaluated)
      return std::nullopt;
    for (const Element &element : row)
      for (Sample sample : samples) {
        next.push_back({element.position,
                        element.place * double(extent) + double(sample.index),
                        element.weight * sample.weight});
        next.back().position[dim] = sample.index;
      }
    row = std::move(next);
  }
  Positions rowPositions;
  for (Element &element : row) {
    rowPositions.push_back(std::move(element.position));
    result.weights.push_back(element.weight);
    result.isInStatistic.push_back(element.place < result.statisticLength);
  }

  Positions points = {start};
  if (plan.root.owner) {
    points = getPoints(plan, start, extents, number, sampled);
    result.numPoints = points.size();
  }
  TapeBuilder builder(ops, sampled, context);
  auto ask = [&](const Witness &witness) {
    return evaluateWitness(witness, points, mapOf(witness.indices), builder);
  };
  result.input = ask(plan.input);
  result.root = result.input;
  if (auto structured = dyn_cast_or_null<linalg::LinalgOp>(plan.root.owner))
    result.root = builder.askScalar(structured, plan.root.value, points);
  else if (plan.root.owner)
    result.root = builder.askTensor(plan.root.value, points);
  result.row = askAt(plan.input, rowPositions, builder);
  std::pair<const std::optional<Witness> &, std::optional<unsigned> &> parts[] =
      {{plan.scale, result.scale},
       {plan.bias, result.bias},
       {plan.gate, result.gate},
       {plan.rest, result.rest}};
  for (auto [witness, slot] : parts)
    if (witness)
      slot = ask(*witness);
  for (const StatisticUse &use : plan.statistics)
    result.uses.push_back(builder.askTensor(
        use.value, evaluateIndices(mapOf(use.indices), {start})));
  std::optional<Tape> tape = builder.build();
  if (!tape)
    return std::nullopt;
  result.tape = std::move(*tape);
  for (unsigned *slot : {&result.root, &result.input, &result.row})
    *slot = builder.getSlot(*slot);
  for (auto [witness, slot] : parts)
    if (slot)
      slot = builder.getSlot(*slot);
  for (unsigned &slot : result.uses)
    slot = builder.getSlot(slot);
  return result;
}

SmallVector<unsigned> mlir::norm::raise::getLeavesOf(const Tape &tape,
                                                     ArrayRef<unsigned> slots) {
  std::vector<bool> isNeeded(tape.steps.size());
  for (unsigned slot : slots)
    isNeeded[slot] = true;
  SmallVector<unsigned> leaves;
  for (unsigned slot = tape.steps.size(); slot-- > 0;) {
    if (!isNeeded[slot])
      continue;
    for (unsigned operand : tape.steps[slot].operands)
      isNeeded[operand] = true;
    if (tape.steps[slot].kind == Step::Kind::Leaf)
      leaves.push_back(slot);
  }
  return leaves;
}
