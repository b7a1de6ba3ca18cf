//===- BackwardToRows.cpp - backward ops as loops over rows ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/FuseRows.h"

#include "norm/Dialect/Norm/IR/RowShape.h"
#include "norm/Dialect/Norm/Transforms/BackwardFormula.h"
#include "norm/Dialect/Norm/Transforms/RowParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::norm;

/// mean(m), and c from the sum of m xh, of the row at hand.
static RowTerms emitRowTerms(OpBuilder &builder, NormBackwardOpInterface op,
                             const RowEmitter &emitter,
                             const BackwardScalars &at) {
  Location loc = op.getLoc();
  Value gradient = emitGradient(builder, op, emitter, at);
  RowTerms terms;
  if (op.isCentered())
    terms.meanOfGradient =
        emitRowMean(builder, loc, gradient, /*count=*/std::nullopt);
  Value normalized = emitNormalized(builder, op, emitter, at);
  Value product = arith::MulFOp::create(builder, loc, gradient, normalized);
  Value sum = RowReduceOp::create(builder, loc, Reduction::add, product,
                                  /*length=*/IntegerAttr());
  FloatType compute = op.getComputeType();
  std::optional<int64_t> k = op.getStatisticLength();
  Value count = k ? emitConstant(builder, loc, compute, *k)
                  : emitRowLength(builder, loc, compute);
  terms.coefficient = emitCoefficient(builder, op, sum, count, at.rstd);
  return terms;
}

namespace {
/// Emits the row_loop of one backward op.
class BackwardLoop {
public:
  BackwardLoop(OpBuilder &builder, NormBackwardOpInterface op, bool isForGPU)
      : builder(builder), op(op), isForGPU(isForGPU),
        inputs(op, op.getDxInit()       ? BackwardPart::dx
                   : op.getDscaleInit() ? BackwardPart::dscale
                                        : BackwardPart::dbias) {}

  /// What the destinations of the loop are after it, in their order.
  SmallVector<Value> emit();

private:
  void addDestination(Value init, OperandRole role);
  SmallVector<Value> emitBody(ValueRange arguments);
  Value emitLeads(ValueRange arguments);

  OpBuilder &builder;
  NormBackwardOpInterface op;
  bool isForGPU;
  BackwardInputs inputs;
  SmallVector<Value> inits;
  SmallVector<AffineMap> initMaps;
  /// 1 for the first k elements of a row and 0 for the others, on CPUs.
  Value mask;
};
} // namespace

void BackwardLoop::addDestination(Value init, OperandRole role) {
  inits.push_back(init);
  initMaps.push_back(getRoleMap(op, role));
}

/// Whether the element is among the first k, an i1, or null where all are.
Value BackwardLoop::emitLeads(ValueRange arguments) {
  Location loc = op.getLoc();
  if (mask)
    return arith::CmpFOp::create(
        builder, loc, arith::CmpFPredicate::OGT, arguments.back(),
        emitConstant(builder, loc, op.getComputeType(), 0.0));
  if (!isForGPU || !hasTrailingElements(op))
    return Value();
  Value position = RowIndexOp::create(builder, loc);
  Value k =
      arith::ConstantIndexOp::create(builder, loc, *op.getStatisticLength());
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                               position, k);
}

/// What the loop stores of one element.
SmallVector<Value> BackwardLoop::emitBody(ValueRange arguments) {
  Location loc = op.getLoc();
  FloatType compute = op.getComputeType();
  BackwardScalars at = inputs.getScalars(arguments);
  RowEmitter emitter;
  SmallVector<Value> results;
  if (op.getDxInit()) {
    RowTerms terms = emitRowTerms(builder, op, emitter, at);
    results.push_back(emitInputGradient(builder, op, emitter, at, terms,
                                        emitLeads(arguments)));
  }
  if (op.getDscaleInit())
    results.push_back(emitScaleGradient(builder, op, emitter, at));
  if (op.getDbiasInit())
    results.push_back(emitter.convert(builder, loc, at.dy, compute));
  return results;
}

SmallVector<Value> BackwardLoop::emit() {
  if (op.getDxInit()) {
    // Kernels compute positions; the mask would be a loop of its own.
    if (!isForGPU)
      mask = emitLeadingMask(builder, op);
    addDestination(op.getDxInit(), OperandRole::element);
  }
  if (mask) {
    inputs.values.push_back(mask);
    inputs.maps.push_back(getRoleMap(op, OperandRole::position));
  }
  SmallVector<int64_t> accumulate;
  if (op.sumsOverRows()) {
    accumulate = op.getRowDimensions();
    for (Value init : {op.getDscaleInit(), op.getDbiasInit()})
      if (init)
        addDestination(emitSumDestination(builder, op, init),
                       OperandRole::position);
  }
  SmallVector<AffineMap> maps = inputs.maps;
  llvm::append_range(maps, initMaps);
  auto loop = RowLoopOp::create(builder, op.getLoc(), inputs.values, inits,
                                maps, op.getDimensions(), accumulate);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBlock());
    RowYieldOp::create(builder, op.getLoc(),
                       emitBody(loop.getBlock()->getArguments()));
  }
  if (mask && isa<MemRefType>(mask.getType()))
    memref::DeallocOp::create(builder, op.getLoc(), mask);
  return loop->getNumResults() == 0 ? inits
                                    : SmallVector<Value>(loop.getResults());
}

/// emitRoundedSum() by a loop over one row.
static Value emitRoundingLoop(OpBuilder &builder, NormBackwardOpInterface op,
                              Value sum, Value destination) {
  if (sum.getType() == destination.getType())
    return sum;
  Location loc = op.getLoc();
  auto type = cast<ShapedType>(destination.getType());
  AffineMap map = builder.getMultiDimIdentityMap(type.getRank());
  auto loop = RowLoopOp::create(
      builder, loc, sum, destination, {map, map},
      llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())), {});
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBlock());
  RowYieldOp::create(
      builder, loc,
      RowEmitter().convert(builder, loc, loop.getBlock()->getArgument(0),
                           cast<FloatType>(type.getElementType())));
  if (loop->getNumResults() != 0)
    return loop->getResult(0);
  builder.setInsertionPointAfter(loop);
  memref::DeallocOp::create(builder, loc, sum);
  return destination;
}

SmallVector<Value> norm::convertBackwardToRows(OpBuilder &builder,
                                               NormBackwardOpInterface op,
                                               bool isForGPU) {
  SmallVector<Value> results = BackwardLoop(builder, op, isForGPU).emit();
  unsigned number = op.getDxInit() ? 1 : 0;
  for (Value init : {op.getDscaleInit(), op.getDbiasInit()})
    if (init) {
      Value &sum = results[number++];
      sum = isForGPU ? emitRoundingLoop(builder, op, sum, init)
                     : emitRoundedSum(builder, op, sum, init);
    }
  if (isa<MemRefType>(op.getInput().getType()))
    results.clear();
  return results;
}
