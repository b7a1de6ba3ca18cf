//===- RowBody.cpp - the body of a row loop on vectors --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

static bool isHalf(Type type) {
  return isa<Float16Type, BFloat16Type>(getElementTypeOrSelf(type));
}

static unsigned getWidth(Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

int64_t norm::getLaneCount(RowLoopOp loop, VectorTarget target) {
  unsigned width = 32;
  loop.getBlock()->walk([&](Operation *op) {
    for (Type type : op->getOperandTypes())
      if (isa<FloatType>(type))
        width = std::max(width, getWidth(type));
  });
  return target.bits / width;
}

bool norm::runsInHalves(RowLoopOp loop, ArrayRef<RowAccess> operands,
                        VectorTarget target) {
  if (!target.convertsBF16 || target.bits != 512 ||
      getLaneCount(loop, target) != 16)
    return false;
  unsigned numInputs = loop.getInputs().size();
  auto isBF16 = [&](unsigned operand) {
    return operands[operand].getElementType().isBF16() &&
           operands[operand].isContiguous();
  };
  auto varies = [&](unsigned operand) {
    return loop.variesAlongRow(loop.getMap(operand));
  };
  for (unsigned i = 0; i < numInputs; ++i)
    if (varies(i) &&
        !(isBF16(i) &&
          llvm::all_of(loop.getBlock()->getArgument(i).getUsers(),
                       [](Operation *user) {
                         return isa<arith::ExtFOp>(user) &&
                                user->getResult(0).getType().isF32();
                       })))
      return false;
  for (auto [i, value] : llvm::enumerate(loop.getYield().getValues())) {
    if (!varies(numInputs + i))
      continue;
    auto rounded = value.getDefiningOp<arith::TruncFOp>();
    if (!isBF16(numInputs + i) || !rounded ||
        !rounded.getIn().getType().isF32() || !loop.isRowVarying(rounded))
      return false;
  }
  // Each value that is widened comes from memory.
  return llvm::all_of(*loop.getBlock(), [&](Operation &op) {
    return !isa<arith::ExtFOp>(op) || !loop.isRowVarying(op.getOperand(0)) ||
           isa<BlockArgument>(op.getOperand(0));
  });
}

//===----------------------------------------------------------------------===//
// One row
//===----------------------------------------------------------------------===//

RowBody::RowBody(OpBuilder &builder, RowLoopOp loop, const RowPlan &plan,
                 VectorTarget target, int64_t lanes,
                 SmallVector<RowAccess> inputs, Value rowLength)
    : loop(loop), plan(plan), emitter(target), lanes(lanes),
      inputs(std::move(inputs)), rowLength(rowLength) {
  for (const RowPhase &phase : plan.getPhases())
    for (Value value : phase.keeps) {
      std::optional<int64_t> length = getConstantIntValue(rowLength);
      // The last vector may begin at any element.
      auto type = MemRefType::get(llvm::alignTo(*length - 1 + lanes, lanes),
                                  value.getType());
      buffers[value] = memref::AllocaOp::create(builder, loop.getLoc(), type,
                                                builder.getI64IntegerAttr(64));
    }
}

void RowBody::startRow(ArrayRef<Value> indices) {
  rowIndices = llvm::to_vector(indices);
  phase = 0;
  rowValues.clear();
  rowVectors.clear();
  centres.clear();
}

Value RowBody::broadcast(OpBuilder &builder, Value scalar) const {
  return vector::BroadcastOp::create(builder, scalar.getLoc(),
                                     VectorType::get(lanes, scalar.getType()),
                                     scalar);
}

void RowBody::setCentre(RowMomentsOp moments, Value shift, Value distance) {
  centres[moments] = {shift, distance};
}

/// `op` on operands as they are, on vectors if `vector`. 16-bit floats are
/// vectors here: scalars of theirs would be converted by library calls.
Value RowBody::emitOperation(OpBuilder &builder, Operation *op, unsigned result,
                             ArrayRef<Value> operands, bool vector) {
  Location loc = op->getLoc();
  Type element = op->getResult(result).getType();
  if (isa<arith::ExtFOp, arith::TruncFOp>(op))
    return emitter.convert(builder, loc, operands[0], cast<FloatType>(element));
  if (auto fma = dyn_cast<math::FmaOp>(op))
    if (vector)
      return emitter.multiplyAdd(builder, loc, operands[0], operands[1],
                                 operands[2]);
  bool moves = isa<arith::BitcastOp, arith::SelectOp>(op);
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
  Value value = builder.create(state)->getResult(0);
  if (computed == element)
    return value;
  return emitter.convert(builder, loc, value, cast<FloatType>(element));
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
      scalar = emitOperation(builder, op, 0, operands, vector);
      if (vector)
        scalar = vector::ExtractOp::create(builder, op->getLoc(), scalar, 0);
    }
  }
  return rowValues[value] = scalar;
}

void RowBody::startPhase(OpBuilder &builder, unsigned number,
                         ArrayRef<Value> roots) {
  phase = number;
  llvm::SmallSetVector<Value, 16> work(roots.begin(), roots.end());
  for (size_t i = 0; i < work.size(); ++i) {
    Value value = work[i];
    if (plan.isReadFromBuffer(value, phase))
      continue;
    if (!loop.isRowVarying(value)) {
      Value &vector = rowVectors[value];
      if (!vector)
        vector = broadcast(builder, getRowValue(builder, value));
    } else if (Operation *op = value.getDefiningOp()) {
      work.insert(op->operand_begin(), op->operand_end());
    }
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
  if (plan.isReadFromBuffer(value, phase))
    return vector::LoadOp::create(builder, loc,
                                  VectorType::get(lanes, value.getType()),
                                  buffers.lookup(value), chunk.chunk.position);
  if (auto argument = dyn_cast<BlockArgument>(value))
    return inputs[argument.getArgNumber()]
        .at(rowIndices)
        .load(builder, chunk.chunk);
  Operation *op = value.getDefiningOp();
  if (auto widened = dyn_cast<arith::ExtFOp>(op); widened && chunk.chunk.half)
    return inputs[cast<BlockArgument>(widened.getIn()).getArgNumber()]
        .at(rowIndices)
        .loadHalf(builder, chunk.chunk);
  if (auto moments = dyn_cast<RowMomentsOp>(op)) {
    auto [shift, distance] = centres.lookup(op);
    Value element = getVector(builder, moments.getValue(), chunk);
    Value shifted = arith::SubFOp::create(builder, loc, element, shift);
    return arith::SubFOp::create(builder, loc, shifted, distance);
  }
  SmallVector<Value> operands =
      llvm::map_to_vector(op->getOperands(), [&](Value operand) {
        return getVector(builder, operand, chunk);
      });
  return emitOperation(builder, op, 0, operands, /*vector=*/true);
}

void RowBody::keep(OpBuilder &builder, Value value, ChunkValues &chunk) {
  vector::StoreOp::create(builder, value.getLoc(),
                          getVector(builder, value, chunk),
                          buffers.lookup(value), chunk.chunk.position);
}
