//===- TapeBuilder.cpp - a program at chosen positions --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Tape.h"
#include "Expr/Limits.h"
#include "Read/Placements.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

bool TapeBuilder::isLookedInto(Operation *op) const {
  if (ops.contains(op) ||
      isa<tensor::FromElementsOp, tensor::SplatOp, NormOpInterface>(op))
    return true;
  return op->getNumResults() == 1 && op->getNumRegions() == 0 &&
         !isa<ShapedType>(op->getResult(0).getType()) && isMemoryEffectFree(op);
}

/// The ops that what is asked for may be computed from, each after those that
/// it reads.
std::vector<Operation *> TapeBuilder::orderOps() const {
  std::vector<Operation *> order;
  llvm::DenseSet<Operation *> seen;
  SmallVector<std::pair<Operation *, bool>> stack; // and whether it was entered
  auto push = [&](Value value) {
    Operation *op = value.getDefiningOp();
    if (op && isLookedInto(op) && !seen.contains(op))
      stack.push_back({op, false});
  };
  auto pushReads = [&](Operation *op) {
    for (Value operand : op->getOperands())
      push(operand);
    if (isa<linalg::LinalgOp>(op))
      for (Operation &nested : op->getRegion(0).front())
        for (Value operand : nested.getOperands())
          if (operand.getParentBlock() != nested.getBlock())
            push(operand);
  };
  for (const Request &request : requests) {
    if (request.op)
      pushReads(request.op);
    else if (request.value)
      push(request.value);
    while (!stack.empty()) {
      auto [op, isEntered] = stack.pop_back_val();
      if (isEntered) {
        order.push_back(op);
        continue;
      }
      if (!seen.insert(op).second)
        continue;
      stack.push_back({op, true});
      pushReads(op);
    }
  }
  return order;
}

unsigned TapeBuilder::askTensor(Value tensor, Positions positions) {
  requests.push_back({tensor, nullptr, std::move(positions)});
  return requests.size() - 1;
}

unsigned TapeBuilder::askScalar(linalg::LinalgOp op, Value scalar,
                                Positions loops) {
  requests.push_back({scalar, op, std::move(loops)});
  return requests.size() - 1;
}

unsigned TapeBuilder::askNumber(double number) {
  requests.push_back({Value(), nullptr, {}, number});
  return requests.size() - 1;
}

std::optional<Tape> TapeBuilder::build() {
  segments.push_back(0);
  Type f64 = Float64Type::get(context);
  for (Request &request : requests)
    if (request.number)
      requestSlots.push_back(
          makeConstant(f64, FloatAttr::get(f64, *request.number)));
    else
      requestSlots.push_back(
          request.op
              ? expandBody(request.op, request.value, request.positions).front()
              : read(request.value, request.positions));
  std::vector<Operation *> order = orderOps();
  for (Operation *op : llvm::reverse(order))
    for (Value result : op->getResults())
      if (wanted.contains(result))
        expand(result);
  for (size_t number = 0; number < wanted.size(); ++number)
    expand(wanted.begin()[number].first); // leaves
  if (numbers > kMaxEvaluated)
    return std::nullopt;
  for (auto [slot, source, dim] : guards)
    steps[slot].keys = {uint64_t(extents.getGuarded(source, dim))};
  return collect();
}

/// The steps in an order in which each follows what it reads.
Tape TapeBuilder::collect() {
  Tape tape;
  std::vector<unsigned> places(steps.size());
  segments.push_back(steps.size());
  for (size_t segment = segments.size() - 1; segment-- > 0;)
    for (size_t i = segments[segment]; i < segments[segment + 1]; ++i) {
      places[i] = tape.steps.size();
      Step &step = steps[i];
      for (unsigned &operand : step.operands)
        operand =
            places[operand & kValue ? valueSteps[operand & ~kValue] : operand];
      tape.steps.push_back(std::move(step));
    }
  for (Slot &slot : requestSlots)
    slot = places[slot];
  return tape;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

TapeBuilder::Slot TapeBuilder::add(Step step) {
  numbers += step.size;
  steps.push_back(std::move(step));
  return steps.size() - 1;
}

TapeBuilder::Slot TapeBuilder::makeApply(Operation *op,
                                         ArrayRef<Slot> operands) {
  Step step;
  step.kind = Step::Kind::Apply;
  step.type = getElementTypeOrSelf(op->getResult(0).getType());
  step.op = op;
  step.operands.append(operands.begin(), operands.end());
  step.size = 1;
  for (Slot operand : operands)
    step.size = std::max(step.size, steps[operand].size);
  return add(std::move(step));
}

static uint64_t hashOf(const Position &position) {
  uint64_t hash = position.size();
  for (int64_t index : position)
    hash = mixBits(hash ^ uint64_t(index));
  return hash;
}

TapeBuilder::Slot TapeBuilder::makeLeaf(Value value,
                                        const Positions &positions) {
  Step step;
  step.kind = Step::Kind::Leaf;
  step.type = getElementTypeOrSelf(value.getType());
  step.leaf = value;
  for (const Position &position : positions)
    step.keys.push_back(hashOf(position));
  step.size = positions.size();
  return add(std::move(step));
}

TapeBuilder::Slot TapeBuilder::makeIntegers(Type type,
                                            std::vector<uint64_t> integers) {
  Step step;
  step.kind = Step::Kind::Integers;
  step.type = type;
  if (llvm::all_equal(integers))
    integers.resize(1);
  step.size = integers.size();
  step.keys = std::move(integers);
  return add(std::move(step));
}

std::optional<TapeBuilder::Slot> TapeBuilder::expandConstant(Value value) {
  Attribute constant;
  if (matchPattern(value, m_Constant(&constant))) {
    if (auto splat = dyn_cast<SplatElementsAttr>(constant))
      constant = splat.getSplatValue<Attribute>();
  } else if (auto truncate = value.getDefiningOp<arith::TruncFOp>();
             truncate && !truncate.getRoundingmodeAttr() &&
             isa<FloatType>(truncate.getType()) &&
             matchPattern(truncate.getIn(), m_Constant(&constant)) &&
             isa<FloatAttr>(constant)) {
    // A literal is the number that it is rounded to.
    APFloat number = cast<FloatAttr>(constant).getValue();
    auto type = cast<FloatType>(truncate.getType());
    bool losesInfo = false;
    number.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                   &losesInfo);
    constant = FloatAttr::get(type, number);
  }
  auto integer = dyn_cast_or_null<IntegerAttr>(constant);
  if (!isa_and_nonnull<FloatAttr>(constant) &&
      !(integer && getIntegerWidth(integer.getType())))
    return std::nullopt;
  return makeConstant(getElementTypeOrSelf(value.getType()), constant);
}

TapeBuilder::Slot TapeBuilder::makeConstant(Type type, Attribute constant) {
  Step step;
  step.kind = Step::Kind::Constant;
  step.type = type;
  step.constant = constant;
  step.size = 1;
  return add(std::move(step));
}

TapeBuilder::Slot TapeBuilder::read(Value value, const Positions &positions) {
  if (std::optional<Slot> constant = expandConstant(value))
    return *constant;
  Wanted &elements = wanted[value];
  Step step;
  step.kind = Step::Kind::Gather;
  step.type = getElementTypeOrSelf(value.getType());
  step.operands = {kValue |
                   Slot(std::distance(wanted.begin(), wanted.find(value)))};
  step.keys.reserve(positions.size());
  for (const Position &position : positions) {
    auto [entry, isNew] = elements.numbers.try_emplace(
        hashOf(position) >> 2, elements.positions.size());
    if (isNew)
      elements.positions.push_back(position);
    step.keys.push_back(entry->second);
  }
  // A value that is the same for a whole row is computed with once.
  if (llvm::all_equal(step.keys))
    step.keys.resize(1);
  step.size = step.keys.size();
  return add(std::move(step));
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void TapeBuilder::expand(Value value) {
  size_t number = std::distance(wanted.begin(), wanted.find(value));
  Wanted &elements = wanted.begin()[number].second;
  if (elements.isExpanded)
    return;
  elements.isExpanded = true;
  Positions positions = std::move(elements.positions);
  segments.push_back(steps.size());
  valueSteps.resize(wanted.size());
  std::optional<Slot> slot;
  Operation *op = value.getDefiningOp();
  if (op && isLookedInto(op) && numbers <= kMaxEvaluated)
    slot = isa<ShapedType>(value.getType())
               ? expandTensor(op, value, positions)
               : expandScalar(nullptr, value, positions, BodySlots());
  valueSteps.resize(wanted.size());
  valueSteps[number] = slot ? *slot : makeLeaf(value, positions);
}

std::optional<TapeBuilder::Slot>
TapeBuilder::expandTensor(Operation *op, Value value,
                          const Positions &positions) {
  if (auto elements = dyn_cast<tensor::FromElementsOp>(op)) {
    if (elements.getElements().size() != 1)
      return std::nullopt;
    return readScalar(elements.getElements().front());
  }
  if (auto splat = dyn_cast<tensor::SplatOp>(op))
    return readScalar(splat.getInput());
  if (auto norm = dyn_cast<NormOpInterface>(op))
    return expandNorm(norm, value, positions);
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return expandStructured(structured, cast<OpResult>(value), positions);
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return expandReshape(op, value, positions);
  if (isa<tensor::ExtractSliceOp>(op))
    return expandSlice(op, positions);
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return read(cast.getSource(), positions);
  if (std::optional<Slot> placed = expandPlacement(op, positions))
    return placed;
  return expandElementwise(op, positions);
}

/// The element of a collapsed dimension at the indices of the group that it was
/// made of, and back.
std::optional<TapeBuilder::Slot>
TapeBuilder::expandReshape(Operation *op, Value value,
                           const Positions &positions) {
  auto expanded = dyn_cast<tensor::ExpandShapeOp>(op);
  auto collapsed = dyn_cast<tensor::CollapseShapeOp>(op);
  Value source = op->getOperand(0);
  auto groups = expanded ? expanded.getReassociationIndices()
                         : collapsed.getReassociationIndices();
  Positions sources;
  sources.reserve(positions.size());
  for (const Position &position : positions) {
    Position index;
    if (!expanded)
      index.assign(collapsed.getSrcType().getRank(), 0);
    for (auto [dim, group] : llvm::enumerate(groups)) {
      if (expanded) {
        int64_t flat = 0;
        for (int64_t inner : group)
          flat = flat * extents.getExtent(value, inner) + position[inner];
        index.push_back(flat);
        continue;
      }
      // The outermost index of a group needs no extent, which may be one that
      // is not known to be that of the positions asked for.
      int64_t rest = position[dim];
      for (int64_t inner : llvm::reverse(llvm::drop_begin(group))) {
        int64_t extent = std::max<int64_t>(extents.getExtent(source, inner), 1);
        index[inner] = rest % extent;
        rest /= extent;
      }
      index[group.front()] = rest;
    }
    sources.push_back(std::move(index));
  }
  return read(source, sources);
}

std::optional<TapeBuilder::Slot>
TapeBuilder::expandSlice(Operation *op, const Positions &positions) {
  auto slice = cast<tensor::ExtractSliceOp>(op);
  auto evaluate = [&](ArrayRef<OpFoldResult> values) {
    SmallVector<int64_t> numbers;
    for (OpFoldResult value : values) {
      std::optional<int64_t> number = getConstantIntValue(value);
      if (!number && isa<Value>(value))
        number = extents.evaluateIndex(cast<Value>(value));
      if (number)
        numbers.push_back(*number);
    }
    return numbers;
  };
  SmallVector<int64_t> offsets = evaluate(slice.getMixedOffsets());
  SmallVector<int64_t> strides = evaluate(slice.getMixedStrides());
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  if (offsets.size() != dropped.size() || strides.size() != dropped.size())
    return std::nullopt;
  Positions sources;
  for (const Position &position : positions) {
    Position source;
    unsigned dim = 0;
    for (unsigned i = 0; i < dropped.size(); ++i)
      source.push_back(offsets[i] +
                       (dropped.test(i) ? 0 : position[dim++] * strides[i]));
    sources.push_back(std::move(source));
  }
  return read(slice.getSource(), sources);
}

/// Elements of what was put into a tensor, and of the rest.
std::optional<TapeBuilder::Slot>
TapeBuilder::expandPlacement(Operation *op, const Positions &positions) {
  std::optional<TensorPlacement> placement = getTensorPlacement(op);
  if (!placement)
    return std::nullopt;
  auto type = cast<RankedTensorType>(placement->source.getType());
  Step step;
  step.kind = Step::Kind::Choose;
  step.type = type.getElementType();
  Positions sources;
  for (const Position &position : positions) {
    Position source;
    bool isInside = true;
    for (auto [dim, offset] : llvm::enumerate(placement->offsets)) {
      int64_t index = position[dim] - offset;
      isInside &= index >= 0 && index < type.getDimSize(dim);
      source.push_back(index);
    }
    if (!isInside)
      source.assign(source.size(), 0);
    step.keys.push_back(isInside);
    sources.push_back(std::move(source));
  }
  step.operands = {
      read(placement->source, sources),
      placement->target
          ? read(placement->target, positions)
          : makeConstant(step.type, FloatAttr::get(step.type, 0.0))};
  step.size = positions.size();
  return add(std::move(step));
}

/// An op on tensors of one shape; scalars among its operands are the same for
/// all elements.
std::optional<TapeBuilder::Slot>
TapeBuilder::expandElementwise(Operation *op, const Positions &positions) {
  if (op->getNumRegions() != 0 || op->getNumResults() != 1 ||
      !op->hasTrait<OpTrait::Elementwise>())
    return std::nullopt;
  SmallVector<Slot> operands;
  for (Value operand : op->getOperands())
    operands.push_back(isa<ShapedType>(operand.getType())
                           ? read(operand, positions)
                           : readScalar(operand));
  return makeApply(op, operands);
}
