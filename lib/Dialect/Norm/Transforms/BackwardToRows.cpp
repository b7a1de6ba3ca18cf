//===- BackwardToRows.cpp - backward ops as loops over rows ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/FuseRows.h"

#include "BackwardFormula.h"
#include "RowParts.h"
#include "norm/Dialect/Norm/IR/RowShape.h"

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

/// A row_loop that stores dx.
static RowLoopOp convertDxToRows(OpBuilder &builder,
                                 NormBackwardOpInterface op) {
  Location loc = op.getLoc();
  BackwardInputs inputs(op, BackwardPart::dx);
  Value mask = emitLeadingMask(builder, op);
  if (mask) {
    inputs.values.push_back(mask);
    inputs.maps.push_back(getRoleMap(op, OperandRole::position));
  }
  SmallVector<AffineMap> maps = inputs.maps;
  maps.push_back(getRoleMap(op, OperandRole::element));
  auto loop = RowLoopOp::create(builder, loc, inputs.values, op.getDxInit(),
                                maps, op.getDimensions());
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBlock());
    ValueRange arguments = loop.getBlock()->getArguments();
    BackwardScalars at = inputs.getScalars(arguments);
    RowEmitter emitter;
    RowTerms terms = emitRowTerms(builder, op, emitter, at);
    Value leading;
    if (mask)
      leading = arith::CmpFOp::create(
          builder, loc, arith::CmpFPredicate::OGT, arguments.back(),
          emitConstant(builder, loc, op.getComputeType(), 0.0));
    Value dx = emitInputGradient(builder, op, emitter, at, terms, leading);
    RowYieldOp::create(builder, loc, dx);
  }
  if (mask && isa<MemRefType>(mask.getType()))
    memref::DeallocOp::create(builder, loc, mask);
  return loop;
}

SmallVector<Value> norm::convertBackwardToRows(OpBuilder &builder,
                                               NormBackwardOpInterface op) {
  // The sums come first: dx may overwrite dy and x.
  SmallVector<Value> sums = emitSumsOverRows(builder, op);
  SmallVector<Value> results;
  if (op.getDxInit())
    llvm::append_range(results, convertDxToRows(builder, op)->getResults());
  if (isa<RankedTensorType>(op.getInput().getType()))
    llvm::append_range(results, sums);
  return results;
}
