//===- TapeNorms.cpp - norms that a program has, evaluated ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The mean, the statistic and rstd of a norm that has been raised are those of
// its row: a second norm of that row may read them. For gradients so is a y
// without scale and bias; a norm of y knows nothing of y. A program reads all
// of them, and rstd / (statistic + epsilon) is rstd^3.
//
//===----------------------------------------------------------------------===//

#include "Check/Tape.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

using WeightedRow = std::vector<std::pair<Position, int64_t>>;

/// The elements of a row of the input, the first `length` of its last dimension
/// where that is given, at 0 of the other dimensions.
static WeightedRow sampleRow(NormOpInterface op, SampledExtents &extents,
                             std::optional<int64_t> length) {
  WeightedRow row = {{Position(op.getInputType().getRank(), 0), 1}};
  for (int64_t dim : op.getDimensions()) {
    WeightedRow next;
    for (auto &[element, weight] : row)
      for (Sample sample :
           extents.sample(extents.getExtent(op.getInput(), dim))) {
        if (length && dim == op.getDimensions().back() &&
            sample.index >= *length)
          continue;
        next.emplace_back(element, weight * sample.weight);
        next.back().first[dim] = sample.index;
      }
    row = std::move(next);
  }
  return row;
}

/// The elements of `row`, of each row at `positions`.
static Positions placeRows(NormOpInterface op, const WeightedRow &row,
                           const Positions &positions) {
  Positions elements;
  for (const Position &position : positions)
    for (auto &[element, weight] : row) {
      elements.push_back(element);
      for (auto [index, dim] : llvm::zip(position, op.getRowDimensions()))
        elements.back()[dim] = index;
    }
  return elements;
}

/// The rows that `elements` of the input are in.
static Positions getRowsOf(NormOpInterface op, const Positions &elements) {
  Positions rows;
  for (const Position &element : elements) {
    rows.emplace_back();
    for (int64_t dim : op.getRowDimensions())
      rows.back().push_back(element[dim]);
  }
  return rows;
}

TapeBuilder::Slot TapeBuilder::makeNumber(double number) {
  Type f64 = Float64Type::get(context);
  return makeConstant(f64, FloatAttr::get(f64, number));
}

TapeBuilder::Slot TapeBuilder::makeScaled(Type type, Slot lhs, Slot rhs,
                                          Slot factor) {
  Step step;
  step.kind = Step::Kind::Scaled;
  step.type = type;
  step.operands = {lhs, rhs, factor};
  for (Slot operand : step.operands)
    step.size = std::max(step.size, steps[operand].size);
  return add(std::move(step));
}

TapeBuilder::Slot TapeBuilder::expandMean(NormOpInterface op,
                                          const Positions &positions) {
  WeightedRow row = sampleRow(op, extents, std::nullopt);
  Step mean;
  mean.kind = Step::Kind::Mean;
  mean.type = op.getComputeType();
  mean.operands = {read(op.getInput(), placeRows(op, row, positions))};
  for (auto &[element, weight] : row)
    mean.weights.push_back(weight);
  mean.size = positions.size();
  return add(std::move(mean));
}

TapeBuilder::Slot TapeBuilder::expandStatistic(NormOpInterface op,
                                               const Positions &positions) {
  Type type = op.getComputeType();
  WeightedRow row = sampleRow(op, extents, op.getStatisticLength());
  Positions elements = placeRows(op, row, positions);
  Slot values = read(op.getInput(), elements), zero = makeNumber(0);
  Slot mean = op.isCentered() ? expandMean(op, getRowsOf(op, elements)) : zero;
  Slot centred = makeScaled(type, values, mean, makeNumber(1));
  Step statistic;
  statistic.kind = Step::Kind::Mean;
  statistic.type = type;
  statistic.operands = {makeScaled(type, centred, zero, centred)};
  for (auto &[element, weight] : row)
    statistic.weights.push_back(weight);
  statistic.size = positions.size();
  return add(std::move(statistic));
}

TapeBuilder::Slot TapeBuilder::expandRstd(NormOpInterface op,
                                          const Positions &positions) {
  auto type = cast<FloatType>(op.getComputeType());
  APFloat epsilon = op.getEpsilon();
  bool losesInfo = false;
  epsilon.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
  Step root;
  root.kind = Step::Kind::Root;
  root.type = type;
  root.operands = {expandStatistic(op, positions),
                   makeConstant(type, FloatAttr::get(type, epsilon))};
  root.size = positions.size();
  return add(std::move(root));
}

/// y where it is (x - mean) * rstd.
std::optional<TapeBuilder::Slot>
TapeBuilder::expandNormalized(NormOpInterface op, const Positions &positions) {
  Type type = op.getComputeType();
  bool isPlain = !op.getScale() && !op.getBias() &&
                 getElementTypeOrSelf(op.getY().getType()) == type;
  if (!isPlain)
    return std::nullopt;
  Positions rows = getRowsOf(op, positions);
  Slot mean = op.isCentered() ? expandMean(op, rows) : makeNumber(0);
  Slot input = read(op.getInput(), positions);
  return makeScaled(type, input, mean, expandRstd(op, rows));
}

std::optional<TapeBuilder::Slot>
TapeBuilder::expandNorm(NormOpInterface op, Value value,
                        const Positions &positions) {
  if (value == op.getMeanResult())
    return expandMean(op, positions);
  if (op.getEpsMode() != EpsMode::inside)
    return std::nullopt;
  if (value == op.getStatistic())
    return expandStatistic(op, positions);
  if (value == op.getRstd())
    return expandRstd(op, positions);
  return looksIntoNorms && value == op.getY() ? expandNormalized(op, positions)
                                              : std::nullopt;
}
