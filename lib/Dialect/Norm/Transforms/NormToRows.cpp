//===- NormToRows.cpp - norm ops as loops over rows -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/FuseRows.h"

#include "norm/Dialect/Norm/Transforms/RowParts.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// What other conversions use
//===----------------------------------------------------------------------===//

Value RowEmitter::multiplyAdd(OpBuilder &builder, Location loc, Value a,
                              Value b, Value c) const {
  return math::FmaOp::create(builder, loc, a, b, c);
}

Value norm::emitRowLength(OpBuilder &builder, Location loc, Type type) {
  Value n = builder.createOrFold<arith::IndexCastOp>(
      loc, builder.getI64Type(), RowLengthOp::create(builder, loc));
  return arith::SIToFPOp::create(builder, loc, type, n);
}

Value norm::emitRowMean(OpBuilder &builder, Location loc, Value value,
                        std::optional<int64_t> count) {
  IntegerAttr length;
  if (count)
    length = builder.getI64IntegerAttr(*count);
  Value sum = RowReduceOp::create(builder, loc, Reduction::add, value, length);
  Value divisor = count ? emitConstant(builder, loc, value.getType(), *count)
                        : emitRowLength(builder, loc, value.getType());
  return emitQuotient(builder, loc, sum, divisor);
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

namespace {
/// The operands of a norm op with their maps, and where each of them is.
struct RowOperands {
  SmallVector<Value> values;
  SmallVector<AffineMap> maps;

  /// The number of `value`, or none for null.
  std::optional<unsigned> add(Value value, ArrayRef<int64_t> dims,
                              int64_t rank) {
    if (!value)
      return std::nullopt;
    SmallVector<AffineExpr> exprs;
    for (int64_t dim : dims)
      exprs.push_back(getAffineDimExpr(dim, value.getContext()));
    values.push_back(value);
    maps.push_back(AffineMap::get(rank, 0, exprs, value.getContext()));
    return values.size() - 1;
  }
};

/// The row values of the formula, and the element that rstd multiplies.
struct RowFormula {
  Value statistic, rstd, mean, centred;
};
} // namespace

static RowFormula emitFormula(OpBuilder &builder, NormOpInterface op, Value h) {
  RowFormula formula;
  if (op.isCentered()) {
    auto moments = RowMomentsOp::create(builder, op.getLoc(), h);
    formula = {moments.getVariance(), nullptr, moments.getMean(),
               moments.getCentred()};
  } else {
    Value square = arith::MulFOp::create(builder, op.getLoc(), h, h);
    formula = {
        emitRowMean(builder, op.getLoc(), square, op.getStatisticLength()),
        nullptr, nullptr, h};
  }
  formula.rstd = emitRstd(builder, op, formula.statistic);
  return formula;
}

RowLoopOp norm::convertNormToRows(OpBuilder &builder, NormOpInterface op) {
  Location loc = op.getLoc();
  int64_t rank = op.getInputType().getRank();
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  SmallVector<int64_t> rows = op.getRowDimensions();

  RowOperands inputs, inits;
  inputs.add(op.getInput(), all, rank);
  std::optional<unsigned> scaleAt =
      inputs.add(op.getScale(), op.getDimensions(), rank);
  std::optional<unsigned> biasAt =
      inputs.add(op.getBias(), op.getDimensions(), rank);
  inits.add(op.getInit(), all, rank);
  std::optional<unsigned> statisticAt =
      inits.add(op.getStatisticInit(), rows, rank);
  std::optional<unsigned> rstdAt = inits.add(op.getRstdInit(), rows, rank);
  std::optional<unsigned> meanAt =
      inits.add(op.getMeanDestination(), rows, rank);

  SmallVector<AffineMap> maps(inputs.maps);
  llvm::append_range(maps, inits.maps);
  auto loop = RowLoopOp::create(builder, loc, inputs.values, inits.values, maps,
                                op.getDimensions());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBlock());
  auto getArgument = [&](std::optional<unsigned> at) -> Value {
    return at ? loop.getBlock()->getArgument(*at) : Value();
  };
  RowEmitter emitter;
  Value h = emitter.convert(builder, loc, getArgument(0), op.getComputeType());
  RowFormula formula = emitFormula(builder, op, h);
  Value normalized =
      arith::MulFOp::create(builder, loc, formula.centred, formula.rstd);
  SmallVector<Value> results(inits.values.size());
  results[0] = emitElement(builder, op, emitter, normalized,
                           getArgument(scaleAt), getArgument(biasAt));
  for (auto [at, value] :
       {std::pair(statisticAt, formula.statistic),
        std::pair(rstdAt, formula.rstd), std::pair(meanAt, formula.mean)})
    if (at)
      results[*at] = value;
  RowYieldOp::create(builder, loc, results);
  return loop;
}
