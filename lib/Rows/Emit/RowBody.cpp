//===- RowBody.cpp - the body of a row loop on vectors --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emit/RowBody.h"

#include "norm/Target/RowCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// One row
//===----------------------------------------------------------------------===//

RowBody::RowBody(OpBuilder &builder, const RowSchedule &schedule,
                 const VectorTarget &target, int64_t lanes,
                 SmallVector<RowAccess> inputs, Value rowLength,
                 unsigned rowsInFlight)
    : loop(schedule.getLoop()), schedule(schedule), emitter(target),
      lanes(lanes), inputs(std::move(inputs)), rowLength(rowLength),
      rowsInFlight(rowsInFlight) {
  for (const RowStep &step : schedule.getSteps())
    for (Value value : step.keeps) {
      auto type =
          MemRefType::get(rowsInFlight * getBufferLength(), value.getType());
      buffers[value] = memref::AllocaOp::create(builder, loop.getLoc(), type,
                                                builder.getI64IntegerAttr(64));
    }
}

/// The elements of one row in a row buffer; there are buffers for rows of known
/// length alone. The last vector may begin at any element.
int64_t RowBody::getBufferLength() const {
  return llvm::alignTo(schedule.getShape().getLength() - 1 + lanes, lanes);
}

const RowAccess *RowBody::findMemory(Value value) const {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return &inputs[argument.getArgNumber()];
  return schedule.isReadFromOutput(value, phase) ? &getOutput(value) : nullptr;
}

const RowAccess &RowBody::getOutput(Value value) const {
  return outputs[schedule.getOutputOf(value)];
}

void RowBody::chooseBuffers(OpBuilder &builder, Value row) {
  if (rowsInFlight == 1 || buffers.empty())
    return;
  Location loc = row.getLoc();
  Value slot = arith::RemUIOp::create(builder, loc, row,
                                      getIndex(builder, loc, rowsInFlight));
  bufferStart = arith::MulIOp::create(
      builder, loc, slot, getIndex(builder, loc, getBufferLength()));
}

void RowBody::startRow(ArrayRef<Value> indices) {
  rowIndices = llvm::to_vector(indices);
  phase = 0;
  rowValues.clear();
  rowVectors.clear();
  centres.clear();
  scaledDistances.clear();
}

Value RowBody::broadcast(OpBuilder &builder, Value scalar) const {
  return vector::BroadcastOp::create(builder, scalar.getLoc(),
                                     VectorType::get(lanes, scalar.getType()),
                                     scalar);
}

void RowBody::setCentre(RowMomentsOp moments, Value shift, Value distance) {
  centres[moments] = {shift, distance};
}

/// `op` on operands as they are or widened, on vectors if `vector`, in f32
/// where its result is a 16-bit float.
Value RowBody::emitUnrounded(OpBuilder &builder, Operation *op,
                             ArrayRef<Value> operands, bool vector) {
  Location loc = op->getLoc();
  if (auto fma = dyn_cast<math::FmaOp>(op))
    if (vector)
      return emitter.multiplyAdd(builder, loc, operands[0], operands[1],
                                 operands[2]);
  bool moves = isa<arith::BitcastOp, arith::SelectOp>(op);
  Type element = op->getResult(0).getType();
  SmallVector<Value> wide(operands);
  auto f32 = builder.getF32Type();
  if (!moves)
    for (Value &operand : wide)
      if (isHalf(operand.getType()))
        operand = emitter.convert(builder, loc, operand, f32);
  Type computed = !moves && isHalf(element) ? Type(f32) : element;
  OperationState state(loc, op->getName());
  state.addOperands(wide);
  state.addTypes(vector ? Type(VectorType::get(lanes, computed)) : computed);
  state.attributes = op->getAttrDictionary();
  return builder.create(state)->getResult(0);
}

/// `op` on operands as they are, on vectors if `vector`. 16-bit floats are
/// vectors here: scalars of theirs would be converted by library calls.
Value RowBody::emitOperation(OpBuilder &builder, Operation *op,
                             ArrayRef<Value> operands, bool vector) {
  Type element = op->getResult(0).getType();
  Value value = isa<arith::ExtFOp, arith::TruncFOp>(op)
                    ? operands[0]
                    : emitUnrounded(builder, op, operands, vector);
  if (getElementTypeOrSelf(value) == element)
    return value;
  return emitter.convert(builder, op->getLoc(), value,
                         cast<FloatType>(element));
}

Value RowBody::getRowValue(OpBuilder &builder, Value value) {
  if (Value known = rowValues.lookup(value))
    return known;
  Value scalar;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    scalar =
        inputs[argument.getArgNumber()].at(rowIndices).loadElement(builder);
  } else {
    Operation *op = value.getDefiningOp();
    auto isHalfValue = [](Value v) { return isHalf(v.getType()); };
    if (isa<RowLengthOp>(op)) {
      scalar = rowLength;
    } else if (isa<arith::ConstantOp>(op)) {
      scalar = builder.clone(*op)->getResult(0);
    } else {
      SmallVector<Value> operands =
          llvm::map_to_vector(op->getOperands(), [&](Value operand) {
            return getRowValue(builder, operand);
          });
      bool vector = isHalfValue(value) ||
                    llvm::any_of(op->getOperands(), isHalfValue) ||
                    isa<arith::ExtFOp, arith::TruncFOp>(op);
      if (vector)
        for (Value &operand : operands)
          operand = broadcast(builder, operand);
      scalar = emitOperation(builder, op, operands, vector);
      if (vector)
        scalar = vector::ExtractOp::create(builder, op->getLoc(), scalar, 0);
    }
  }
  return rowValues[value] = scalar;
}

Value RowBody::getValueOfRows(OpBuilder &builder, Value value,
                              DenseMap<Value, Value> &known) {
  if (Value vector = known.lookup(value))
    return vector;
  Operation *op = value.getDefiningOp();
  Value vector;
  if (!op || isa<RowLengthOp, arith::ConstantOp>(op))
    vector = broadcast(builder, getRowValue(builder, value));
  else
    vector = emitOperation(builder, op,
                           llvm::map_to_vector(op->getOperands(),
                                               [&](Value operand) {
                                                 return getValueOfRows(
                                                     builder, operand, known);
                                               }),
                           /*vector=*/true);
  return known[value] = vector;
}

/// The moments of which `scale` is 1 / sqrt(variance + epsilon), epsilon a
/// constant beyond 0: without one, a variance that underflows makes it
/// infinite.
static RowMomentsOp getMomentsOfScale(Value scale) {
  auto root = scale.getDefiningOp<math::RsqrtOp>();
  auto sum = root ? root.getOperand().getDefiningOp<arith::AddFOp>() : nullptr;
  APFloat epsilon(0.0);
  if (!sum || !matchPattern(sum.getRhs(), m_ConstantFloat(&epsilon)) ||
      epsilon.isNegative() || epsilon.isNaN() || epsilon.isZero())
    return {};
  auto moments = sum.getLhs().getDefiningOp<RowMomentsOp>();
  return moments && sum.getLhs() == moments.getVariance() ? moments
                                                          : RowMomentsOp();
}

void RowBody::startPhase(OpBuilder &builder, const RowStep &rowCode) {
  phase = rowCode.phase;
  for (Value value : rowCode.values) {
    Value &vector = rowVectors[value];
    if (vector)
      continue;
    vector = broadcast(builder, getRowValue(builder, value));
    auto centre = centres.find(getMomentsOfScale(value));
    if (centre == centres.end() || schedule.getTarget().isGPU())
      continue;
    Location loc = value.getLoc();
    Value distance = arith::NegFOp::create(builder, loc, centre->second.second);
    scaledDistances[value] =
        arith::MulFOp::create(builder, loc, distance, vector);
  }
}

//===----------------------------------------------------------------------===//
// One chunk
//===----------------------------------------------------------------------===//

Value RowBody::getVector(OpBuilder &builder, Value value, ChunkValues &chunk) {
  if (Value row = rowVectors.lookup(value))
    return row;
  if (Value known = chunk.vectors.lookup(value))
    return known;
  Value vector = emitVector(builder, value, chunk);
  return chunk.vectors[value] = vector;
}

Value RowBody::emitVector(OpBuilder &builder, Value value, ChunkValues &chunk) {
  Location loc = value.getLoc();
  if (schedule.isReadFromBuffer(value, phase))
    return vector::LoadOp::create(
        builder, loc, VectorType::get(lanes, value.getType()),
        buffers.lookup(value), getBufferPosition(builder, chunk));
  if (const RowAccess *memory = findMemory(value)) {
    RowAccess row = memory->at(rowIndices);
    return chunk.chunk.half ? row.loadHalf(builder, chunk.chunk)
                            : row.load(builder, chunk.chunk);
  }
  Operation *op = value.getDefiningOp();
  if (auto moments = dyn_cast<RowMomentsOp>(op)) {
    auto [shift, distance] = centres.lookup(op);
    Value element = getVector(builder, moments.getValue(), chunk);
    Value shifted = arith::SubFOp::create(builder, loc, element, shift);
    return arith::SubFOp::create(builder, loc, shifted, distance);
  }
  if (isa<RowIndexOp>(op))
    return emitPositions(builder, chunk.chunk.position);
  if (Value scaled = emitScaledCentre(builder, op, chunk))
    return scaled;
  return emitOperation(builder, op, getOperands(builder, op, chunk),
                       /*vector=*/true);
}

/// A product of a centred value and the scale r of its row, on CPUs, in two
/// operations for three:
///
///   (v - shift - distance) * r = (v - shift) * r - distance * r
///
/// The right product is one for the row. Its rounding is no more than the unit
/// of 1, and so of the row's largest element: |distance| * r <= 1, as a shift
/// further from the mean than a standard deviation was replaced
/// (StepInterpreter.cpp).
Value RowBody::emitScaledCentre(OpBuilder &builder, Operation *op,
                                ChunkValues &chunk) {
  if (!isa<arith::MulFOp>(op))
    return {};
  for (unsigned i : {0, 1}) {
    Value centred = op->getOperand(i), scale = op->getOperand(1 - i);
    auto moments = centred.getDefiningOp<RowMomentsOp>();
    Value scaledDistance = scaledDistances.lookup(scale);
    if (!moments || !scaledDistance || centred != moments.getCentred() ||
        getMomentsOfScale(scale) != moments)
      continue;
    Location loc = op->getLoc();
    Value element = getVector(builder, moments.getValue(), chunk);
    Value shifted = arith::SubFOp::create(builder, loc, element,
                                          centres.lookup(moments).first);
    return emitter.multiplyAdd(builder, loc, shifted,
                               getVector(builder, scale, chunk),
                               scaledDistance);
  }
  return {};
}

/// position, position + 1, ..
Value RowBody::emitPositions(OpBuilder &builder, Value position) const {
  Location loc = position.getLoc();
  Value first = broadcast(builder, position);
  auto steps = llvm::map_to_vector(
      llvm::seq<int64_t>(0, lanes),
      [&](int64_t lane) -> Attribute { return builder.getIndexAttr(lane); });
  Value lane = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(cast<ShapedType>(first.getType()), steps));
  return arith::AddIOp::create(builder, loc, first, lane);
}

SmallVector<Value> RowBody::getOperands(OpBuilder &builder, Operation *op,
                                        ChunkValues &chunk) {
  return llvm::map_to_vector(op->getOperands(), [&](Value operand) {
    return isHalfOfPair(operand, chunk) ? getWideHalf(builder, operand, chunk)
                                        : getVector(builder, operand, chunk);
  });
}

//===----------------------------------------------------------------------===//
// Pairs of chunks
//===----------------------------------------------------------------------===//

/// Whether `value` is a bf16 of the even or odd elements of a pair of chunks;
/// there are only vectors of it widened, or of the whole pair.
bool RowBody::isHalfOfPair(Value value, const ChunkValues &chunk) {
  return chunk.chunk.half && value.getType().isBF16() &&
         schedule.getShape().isVarying(value);
}

/// A bf16 value in the even or odd elements, as f32.
Value RowBody::getWideHalf(OpBuilder &builder, Value value,
                           ChunkValues &chunk) {
  if (Value known = chunk.vectors.lookup(value))
    return known;
  const RowAccess *memory = findMemory(value);
  Value wide = memory ? memory->at(rowIndices).loadHalf(builder, chunk.chunk)
                      : widenHalf(builder, value.getLoc(),
                                  getRoundedPair(builder, value, chunk),
                                  *chunk.chunk.half);
  return chunk.vectors[value] = wide;
}

/// The other chunk of a pair.
ChunkValues &RowBody::getOther(OpBuilder &builder, ChunkValues &chunk) {
  if (chunk.other)
    return *chunk.other;
  int64_t half = *chunk.chunk.half;
  Location loc = chunk.chunk.position.getLoc();
  Chunk other = chunk.chunk;
  other.half = 1 - half;
  other.position = builder.createOrFold<arith::AddIOp>(
      loc, other.position,
      arith::ConstantIndexOp::create(builder, loc, half == 0 ? lanes : -lanes));
  chunk.other = std::make_unique<ChunkValues>(other);
  return *chunk.other;
}

/// Both chunks are rounded together.
Value RowBody::getRoundedPair(OpBuilder &builder, Value value,
                              ChunkValues &chunk) {
  if (Value known = chunk.roundedPairs.lookup(value))
    return known;
  Location loc = value.getLoc();
  Operation *op = value.getDefiningOp();
  Value halves[2];
  for (ChunkValues *values : {&chunk, &getOther(builder, chunk)}) {
    SmallVector<Value> operands = getOperands(builder, op, *values);
    halves[*values->chunk.half] =
        isa<arith::TruncFOp>(op)
            ? operands[0]
            : emitUnrounded(builder, op, operands, /*vector=*/true);
  }
  Value pair = emitter.roundPair(builder, loc, halves[0], halves[1]);
  chunk.other->roundedPairs[value] = pair;
  return chunk.roundedPairs[value] = pair;
}

Value RowBody::getBufferPosition(OpBuilder &builder,
                                 const ChunkValues &chunk) const {
  if (!bufferStart)
    return chunk.chunk.position;
  return arith::AddIOp::create(builder, loop->getLoc(), bufferStart,
                               chunk.chunk.position);
}

void RowBody::keep(OpBuilder &builder, Value value, ChunkValues &chunk) {
  vector::StoreOp::create(
      builder, value.getLoc(), getVector(builder, value, chunk),
      buffers.lookup(value), getBufferPosition(builder, chunk));
}
