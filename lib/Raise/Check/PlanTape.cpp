//===- PlanTape.cpp - what a plan says, at a few elements -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/PlanTape.h"

#include "Check/PlanPoints.h"
#include "Expr/IndexMath.h"
#include "Expr/Limits.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

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
  Position start = getStart(extents, number);

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
  if (plan.spec.kind == NormKind::prmsnorm) {
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
  if (plan.root.owner)
    result.root = askRoot(plan.root, points, builder);
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
