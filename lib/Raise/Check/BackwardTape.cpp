//===- BackwardTape.cpp - what a gradient's plan says, evaluated ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/BackwardTape.h"

#include "Check/PlanPoints.h"
#include "Expr/Limits.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Elements of the row at which a sum over rows is compared.
static constexpr size_t kSumPoints = 3;

namespace {
/// Positions that stand for others, and for how many.
struct SampledPositions {
  Positions positions;
  std::vector<int64_t> weights;
};

/// Asks for what one plan says.
class BackwardAsker {
public:
  BackwardAsker(const BackwardPlan &plan,
                const llvm::SetVector<Operation *> &ops,
                SampledExtents &sampled)
      : plan(plan), sampled(sampled), extents(getRootExtents(plan.dx, sampled)),
        builder(ops, sampled, plan.dx.spec.inputType.getContext()) {
    builder.lookIntoNorms();
  }

  std::optional<BackwardTape> run(uint64_t number);

private:
  std::optional<SampledPositions> sample(const Position &start, bool ofRow);
  OperandSlots ask(const Positions &positions);
  unsigned askWitness(const Witness &witness, const Positions &positions);
  bool askSums(const Positions &points, BackwardTape &result);
  void takeSlots(OperandSlots &slots) const;

  const BackwardPlan &plan;
  SampledExtents &sampled;
  SmallVector<int64_t> extents;
  TapeBuilder builder;
};
} // namespace

/// The positions of the row that holds `start`, or those of the other rows at
/// the same place.
std::optional<SampledPositions> BackwardAsker::sample(const Position &start,
                                                      bool ofRow) {
  SampledPositions result = {{start}, {1}};
  for (unsigned dim = 0; dim < extents.size(); ++dim) {
    if (bool(plan.match.rowMask >> dim & 1) != ofRow)
      continue;
    SmallVector<Sample> samples = sampled.sample(extents[dim]);
    SampledPositions next;
    if (result.positions.size() * samples.size() > kMaxEvaluated)
      return std::nullopt;
    for (auto [position, weight] : llvm::zip(result.positions, result.weights))
      for (Sample sample : samples) {
        next.positions.push_back(position);
        next.positions.back()[dim] = sample.index;
        next.weights.push_back(weight * sample.weight);
      }
    result = std::move(next);
  }
  return result;
}

unsigned BackwardAsker::askWitness(const Witness &witness,
                                   const Positions &positions) {
  AffineMap map = AffineMap::get(extents.size(), 0, witness.indices,
                                 plan.dx.spec.inputType.getContext());
  return evaluateWitness(witness, positions, map, builder);
}

OperandSlots BackwardAsker::ask(const Positions &positions) {
  OperandSlots slots;
  slots.dy = askWitness(plan.dy.witness, positions);
  slots.input = askWitness(plan.dx.input, positions);
  slots.rstd = askWitness(plan.rstd.witness, positions);
  for (auto [slot, operand] :
       llvm::zip_equal(slots.getOptional(), plan.getOptional()))
    if (*operand)
      *slot = askWitness((*operand)->witness, positions);
  return slots;
}

bool BackwardAsker::askSums(const Positions &points, BackwardTape &result) {
  Positions some(points.begin(),
                 points.begin() + std::min(points.size(), kSumPoints));
  result.numSumPoints = some.size();
  for (const ParameterGradient &sum : plan.sums) {
    AffineMap map = AffineMap::get(extents.size(), 0, sum.indices,
                                   plan.dx.spec.inputType.getContext());
    SumSlots slots;
    slots.value = builder.askTensor(sum.value, evaluateIndices(map, some));
    Positions rows;
    for (const Position &point : some) {
      std::optional<SampledPositions> own = sample(point, /*ofRow=*/false);
      if (!own || rows.size() + own->positions.size() > kMaxEvaluated)
        return false;
      llvm::append_range(rows, own->positions);
      result.rowWeights = std::move(own->weights);
    }
    slots.operands = ask(rows);
    result.sums.push_back(slots);
  }
  return true;
}

void BackwardAsker::takeSlots(OperandSlots &slots) const {
  for (unsigned *slot : {&slots.dy, &slots.input, &slots.rstd})
    *slot = builder.getSlot(*slot);
  for (std::optional<unsigned> *slot : slots.getOptional())
    if (*slot)
      *slot = builder.getSlot(**slot);
}

std::optional<BackwardTape> BackwardAsker::run(uint64_t number) {
  BackwardTape result;
  Position start = getStart(extents, number);
  unsigned last = 0;
  for (unsigned dim = 0; dim < extents.size(); ++dim)
    if (plan.match.rowMask >> dim & 1) {
      result.length *= double(extents[dim]);
      last = dim;
    }
  result.statisticLength = result.length;
  bool isPartial = plan.dx.spec.kind == NormKind::prmsnorm;
  if (isPartial) {
    result.statisticLength = double(plan.dx.spec.k);
    if (plan.dx.spec.k < extents[last])
      sampled.cut(extents[last], plan.dx.spec.k);
  }
  std::optional<SampledPositions> row = sample(start, /*ofRow=*/true);
  if (!row)
    return std::nullopt;
  Positions points = getPoints(plan.dx, start, extents, number, sampled);
  result.numPoints = plan.hasDx ? points.size() : 0;
  for (const Position &point : points)
    result.isInStatistic.push_back(!isPartial || point[last] < plan.dx.spec.k);
  result.weights = std::move(row->weights);
  result.points = ask(points);
  result.root =
      plan.hasDx ? askRoot(plan.dx.root, points, builder) : result.points.dy;
  result.row = ask(row->positions);
  if (!askSums(points, result))
    return std::nullopt;
  std::optional<Tape> tape = builder.build();
  if (!tape)
    return std::nullopt;
  result.tape = std::move(*tape);
  result.root = builder.getSlot(result.root);
  takeSlots(result.points);
  takeSlots(result.row);
  for (SumSlots &sum : result.sums) {
    sum.value = builder.getSlot(sum.value);
    takeSlots(sum.operands);
  }
  return result;
}

std::optional<BackwardTape> mlir::norm::raise::makeBackwardTape(
    const BackwardPlan &plan, const llvm::SetVector<Operation *> &ops,
    ExtentClasses &classes, uint64_t number, int64_t maxSamples) {
  SampledExtents sampled(classes, number + 1, maxSamples);
  makeRoomForSlices(ops, sampled);
  return BackwardAsker(plan, ops, sampled).run(number);
}
