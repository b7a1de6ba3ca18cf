//===- RowTerms.cpp - what a sweep adds up of one chunk -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emit/RowTerms.h"

#include "Emit/RowLanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;

SmallVector<Reduction> norm::getKinds(const RowStep &sweep) {
  return llvm::map_to_vector(
      sweep.terms, [](const RowTerm &term) { return term.reduction; });
}

/// Whether `value` is a vector of zeros.
static bool isZero(Value value) {
  return matchPattern(value, m_AnyZeroFloat());
}

void TermEmitter::broadcast(OpBuilder &builder) {
  for (Value *value : {&operands.first, &operands.shift, &operands.scale})
    if (*value && !isa<VectorType>(value->getType()))
      *value = body.broadcast(builder, *value);
}

/// `value` in the lanes of a chunk that are elements.
Value TermEmitter::selectExisting(OpBuilder &builder, const Chunk &chunk,
                                  Value value, Value otherwise) const {
  if (!chunk.remaining)
    return value;
  Location loc = value.getLoc();
  Value mask = vector::CreateMaskOp::create(
      builder, loc, VectorType::get(chunk.lanes, builder.getI1Type()),
      ValueRange{chunk.remaining});
  return arith::SelectOp::create(builder, loc, mask, value, otherwise);
}

Value norm::emitCombined(OpBuilder &builder, RowBody &body, Reduction kind,
                         Value value, ChunkValues &values, Value accumulator) {
  Location loc = accumulator.getLoc();
  auto product = value.getDefiningOp<arith::MulFOp>();
  if (product && kind == Reduction::add &&
      product.getType().getIntOrFloatBitWidth() >= 32 &&
      body.getShape().isVarying(product))
    return body.getEmitter().multiplyAdd(
        builder, loc, body.getVector(builder, product.getLhs(), values),
        body.getVector(builder, product.getRhs(), values), accumulator);
  return combine(builder, loc, kind, accumulator,
                 body.getVector(builder, value, values));
}

Value TermEmitter::emitValue(OpBuilder &builder, const RowTerm &term,
                             ChunkValues &values, Value accumulator) const {
  Value result = emitCombined(builder, body, term.reduction,
                              term.op->getOperand(0), values, accumulator);
  return selectExisting(builder, values.chunk, result, accumulator);
}

Value TermEmitter::emitFromFirst(OpBuilder &builder, const RowTerm &term,
                                 ChunkValues &values, Value accumulator) const {
  Location loc = accumulator.getLoc();
  Value value = body.getVector(builder, term.op->getOperand(0), values);
  Value d = operands.scale
                ? body.getEmitter().multiplyAdd(builder, loc, value,
                                                operands.scale, operands.first)
                : arith::SubFOp::create(builder, loc, value, operands.first)
                      .getResult();
  if (skipsZeros && isZero(accumulator) && !values.chunk.remaining)
    return d;
  Value next = arith::AddFOp::create(builder, loc, accumulator, d);
  return selectExisting(builder, values.chunk, next, accumulator);
}

/// The sums of d and d^2.
SmallVector<Value> TermEmitter::emitFromShift(OpBuilder &builder,
                                              ChunkValues &values,
                                              ValueRange accumulators) const {
  Location loc = accumulators[0].getLoc();
  Value value =
      body.getVector(builder, sweep.terms.front().op->getOperand(0), values);
  if (operands.scale)
    value = arith::MulFOp::create(builder, loc, value, operands.scale);
  Value d = arith::SubFOp::create(builder, loc, value, operands.shift);
  if (values.chunk.remaining) {
    Value zeros = arith::ConstantOp::create(builder, loc,
                                            builder.getZeroAttr(d.getType()));
    d = selectExisting(builder, values.chunk, d, zeros);
  }
  if (skipsZeros && isZero(accumulators[0]))
    return {d, arith::MulFOp::create(builder, loc, d, d)};
  return {arith::AddFOp::create(builder, loc, accumulators[0], d),
          body.getEmitter().multiplyAdd(builder, loc, d, d, accumulators[1])};
}

SmallVector<Value> TermEmitter::emit(OpBuilder &builder, ChunkValues &values,
                                     ValueRange accumulators) const {
  if (sweep.terms.front().kind == RowTerm::Kind::fromShift)
    return emitFromShift(builder, values, accumulators);
  SmallVector<Value> next;
  for (auto [term, accumulator] : llvm::zip(sweep.terms, accumulators))
    next.push_back(term.kind == RowTerm::Kind::value
                       ? emitValue(builder, term, values, accumulator)
                       : emitFromFirst(builder, term, values, accumulator));
  return next;
}
