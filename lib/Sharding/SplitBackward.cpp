//===- SplitBackward.cpp - gradients of split rows and columns ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// dx needs sums over its row, dscale and dbias are sums over rows
// (BackwardFormula.h has the formulas). So, where rows are split over H and the
// rows are divided over R:
//
//   layernorm      sum m_j, sum m_j xh_j of a part   row loop
//                  both over H                       one collective
//   others         T = sum m_j x_j of a part, in f64
//                  T over H                          one collective, S = r T
//   dx, parts of dscale and dbias                    row loop
//   both over R                                      one collective
//
// T does not need r, so it can be in one message with the forward's sum of
// squares; m_j x_j may leave the range of f32, which f64 holds.
//
//===----------------------------------------------------------------------===//

#include "SplitNorm.h"

#include "UnevenParts.h"

#include "norm/Dialect/Norm/IR/BackwardDescription.h"
#include "norm/Dialect/Norm/Transforms/BackwardFormula.h"
#include "norm/Dialect/Norm/Transforms/RowParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::sharding;

namespace {
/// Arguments of a loop that reads a backward op's inputs.
struct BackwardArguments {
  std::optional<unsigned> dy, x, scale, rstd, mean, dres;

  BackwardScalars getScalars(ValueRange arguments) const {
    auto at = [&](std::optional<unsigned> number) {
      return number ? arguments[*number] : Value();
    };
    return {at(dy), at(x), at(scale), at(rstd), at(mean), at(dres)};
  }
};

/// Splits one backward op whose rows are split.
class BackwardSplitter {
public:
  BackwardSplitter(NormBackwardOpInterface op, const ShardedRow &row,
                   const Partition &partition)
      : op(op), row(row), partition(partition), builder(partition.builder),
        loc(op.getLoc()), compute(op.getComputeType()),
        sumsProducts(!op.isCentered() && compute.isF32()) {}

  /// The parts of dx, and of dscale and dbias in C, those that are there.
  SmallVector<Value> emit();

private:
  BackwardArguments readInputs(RowLoopBuilder &loop);
  RowLoopBuilder createLoop() {
    return RowLoopBuilder(builder, op, partition.lookup(op.getInput()));
  }
  Value emitTerm(const BackwardScalars &at);
  void emitRowSums();
  RowTerms emitTerms(const BackwardScalars &at, Value sum, Value gradientSum);
  Value emitLeading();

  NormBackwardOpInterface op;
  const ShardedRow &row;
  const Partition &partition;
  OpBuilder &builder;
  Location loc;
  FloatType compute;
  /// Whether `sum` is T, an f64, and not S.
  bool sumsProducts;
  /// S or T, and sum m_j, of each row.
  Value sum, gradientSum;
};
} // namespace

BackwardArguments BackwardSplitter::readInputs(RowLoopBuilder &loop) {
  auto read = [&](Value value, OperandRole role) {
    return loop.read(partition.lookup(value), role);
  };
  BackwardArguments at;
  at.dy = read(op.getDy(), OperandRole::element);
  at.x = read(op.getInput(), OperandRole::element);
  at.scale = read(op.getScale(), OperandRole::position);
  at.rstd = read(op.getRstd(), OperandRole::row);
  at.mean = read(op.getMeanOperand(), OperandRole::row);
  return at;
}

/// m xh, or m x in f64.
Value BackwardSplitter::emitTerm(const BackwardScalars &at) {
  RowEmitter emitter;
  Value gradient = emitGradient(builder, op, emitter, at);
  if (!sumsProducts)
    return arith::MulFOp::create(builder, loc, gradient,
                                 emitNormalized(builder, op, emitter, at));
  Type wide = builder.getF64Type();
  Value h = emitter.convert(builder, loc, at.x, compute);
  return arith::MulFOp::create(
      builder, loc, arith::ExtFOp::create(builder, loc, wide, gradient),
      arith::ExtFOp::create(builder, loc, wide, h));
}

/// The loop over parts of rows, and the collectives.
void BackwardSplitter::emitRowSums() {
  RowLoopBuilder loop = createLoop();
  loop.cut(row);
  BackwardArguments inputs = readInputs(loop);
  Value mask = emitMask(builder, loc, row, compute);
  std::optional<unsigned> maskAt = loop.read(mask, OperandRole::position);
  loop.writeRows(sumsProducts ? FloatType(builder.getF64Type()) : compute);
  if (op.isCentered())
    loop.writeRows(compute);
  SmallVector<Value> sums = loop.emit([&](ValueRange arguments) {
    BackwardScalars at = inputs.getScalars(arguments);
    auto reduce = [&](Value value) -> Value {
      if (maskAt)
        value = emitWhere(builder, loc, arguments[*maskAt], value);
      return RowReduceOp::create(builder, loc, Reduction::add, value,
                                 /*length=*/IntegerAttr());
    };
    SmallVector<Value> results{reduce(emitTerm(at))};
    if (op.isCentered())
      results.push_back(reduce(emitGradient(builder, op, RowEmitter(), at)));
    return results;
  });
  sum = emitRowSum(builder, loc, sums[0], row);
  if (op.isCentered())
    gradientSum = emitRowSum(builder, loc, sums[1], row);
}

/// mean(m) and c of a row, from its sums.
RowTerms BackwardSplitter::emitTerms(const BackwardScalars &at, Value sum,
                                     Value gradientSum) {
  auto constant = [&](int64_t value) {
    return emitConstant(builder, loc, compute, value);
  };
  if (sumsProducts) {
    Value rstd =
        arith::ExtFOp::create(builder, loc, builder.getF64Type(), at.rstd);
    sum = arith::TruncFOp::create(
        builder, loc, compute, arith::MulFOp::create(builder, loc, sum, rstd));
  }
  RowTerms terms;
  int64_t count = op.getStatisticLength().value_or(row.count);
  terms.coefficient =
      emitCoefficient(builder, op, sum, constant(count), at.rstd);
  if (gradientSum)
    terms.meanOfGradient =
        emitQuotient(builder, loc, gradientSum, constant(row.count));
  return terms;
}

/// The mask of the first k elements; null where all are.
Value BackwardSplitter::emitLeading() {
  ShardedRow leading = row;
  leading.count = op.getStatisticLength().value_or(row.parts * row.length);
  return emitMask(builder, loc, leading, compute);
}

SmallVector<Value> BackwardSplitter::emit() {
  if (op.getDxInit())
    emitRowSums();
  RowLoopBuilder loop = createLoop();
  BackwardArguments inputs = readInputs(loop);
  inputs.dres = loop.read(partition.lookup(op.getDres()), OperandRole::element);
  std::optional<unsigned> sumAt = loop.read(sum, OperandRole::row);
  std::optional<unsigned> gradientSumAt =
      loop.read(gradientSum, OperandRole::row);
  std::optional<unsigned> leadingAt;
  if (op.getDxInit()) {
    leadingAt = loop.read(emitLeading(), OperandRole::position);
    loop.write(partition.lookup(op.getDxInit()), OperandRole::element);
  }
  for (Value init : {op.getDscaleInit(), op.getDbiasInit()})
    if (init)
      loop.write(emitSumDestination(builder, op, partition.lookup(init)),
                 OperandRole::position);
  auto emitBody = [&](ValueRange arguments) {
    BackwardScalars at = inputs.getScalars(arguments);
    RowEmitter emitter;
    SmallVector<Value> results;
    if (op.getDxInit()) {
      RowTerms terms =
          emitTerms(at, arguments[*sumAt],
                    gradientSumAt ? arguments[*gradientSumAt] : Value());
      Value leading;
      if (leadingAt)
        leading = arith::CmpFOp::create(
            builder, loc, arith::CmpFPredicate::OGT, arguments[*leadingAt],
            emitConstant(builder, loc, compute, 0.0));
      results.push_back(
          emitInputGradient(builder, op, emitter, at, terms, leading));
    }
    if (op.getDscaleInit())
      results.push_back(emitScaleGradient(builder, op, emitter, at));
    if (op.getDbiasInit())
      results.push_back(emitter.convert(builder, loc, at.dy, compute));
    return results;
  };
  SmallVector<int64_t> accumulate;
  if (op.sumsOverRows())
    accumulate = op.getRowDimensions();
  return loop.emit(emitBody, accumulate);
}

//===----------------------------------------------------------------------===//
// Rows that fill up a part
//===----------------------------------------------------------------------===//

namespace {
/// A dim of x that counts rows, of which the last part is filled up.
struct FilledDim {
  int64_t dim;
  /// The extent without filling, and where the part begins in it.
  int64_t whole;
  Value begin;
};
} // namespace

static SmallVector<FilledDim> getFilledDims(OpBuilder &builder,
                                            NormBackwardOpInterface op,
                                            const LoopAxes &loops) {
  SmallVector<FilledDim> filled;
  SmallVector<int64_t> whole = getWholeExtents(op);
  for (int64_t dim : op.getRowDimensions()) {
    int64_t extent = op.getInputType().getDimSize(dim);
    if (whole[dim] == extent)
      continue;
    int64_t part =
        extent / shard::collectiveProcessGroupSize(loops.axes[dim], loops.grid);
    Value index =
        emitGroupIndex(builder, op.getLoc(), loops.grid, loops.axes[dim]);
    Value length = arith::ConstantIndexOp::create(builder, op.getLoc(), part);
    filled.push_back(
        {dim, whole[dim],
         arith::MulIOp::create(builder, op.getLoc(), index, length)});
  }
  return filled;
}

/// `value` with zeros in rows that are filling. Dim d of x is dim at(d) of it.
static Value emitZeroedRows(OpBuilder &builder, Location loc, Value value,
                            ArrayRef<FilledDim> filled,
                            llvm::function_ref<int64_t(int64_t)> at) {
  auto type = cast<RankedTensorType>(value.getType());
  AffineMap map = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  Value init = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, value),
      type.getElementType());
  auto emitBody = [&](OpBuilder &b, Location loc, ValueRange arguments) {
    Value kept = arguments[0];
    Value zero = emitConstant(b, loc, kept.getType(), 0.0);
    for (const FilledDim &dim : filled) {
      Value row = arith::AddIOp::create(
          b, loc, linalg::IndexOp::create(b, loc, at(dim.dim)), dim.begin);
      Value isWhole = arith::CmpIOp::create(
          b, loc, arith::CmpIPredicate::slt, row,
          arith::ConstantIndexOp::create(b, loc, dim.whole));
      kept = arith::SelectOp::create(b, loc, isWhole, kept, zero);
    }
    linalg::YieldOp::create(b, loc, kept);
  };
  return linalg::GenericOp::create(
             builder, loc, TypeRange{type}, ValueRange{value}, ValueRange{init},
             ArrayRef<AffineMap>{map, map}, loops, emitBody)
      .getResult(0);
}

/// Makes rows that are filling add nothing to dscale and dbias: there dy, x,
/// rstd and mean are 0, whatever the ops before have made of them.
static void zeroFilledRows(NormBackwardOpInterface op, const LoopAxes &loops,
                           const Partition &partition) {
  if (!op.sumsOverRows())
    return;
  auto filled = getFilledDims(partition.builder, op, loops);
  if (filled.empty())
    return;
  SmallVector<int64_t> rows = op.getRowDimensions();
  auto zero = [&](Value value, llvm::function_ref<int64_t(int64_t)> at) {
    if (value)
      partition.map.map(value,
                        emitZeroedRows(partition.builder, op.getLoc(),
                                       partition.lookup(value), filled, at));
  };
  for (Value elements : {op.getDy(), op.getInput()})
    zero(elements, [](int64_t dim) { return dim; });
  for (Value values : {op.getRstd(), op.getMeanOperand()})
    zero(values,
         [&](int64_t dim) { return llvm::find(rows, dim) - rows.begin(); });
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

/// The same where each part has whole rows: the op itself, with sums in C.
static SmallVector<Value> cloneWithSums(NormBackwardOpInterface op,
                                        const Partition &partition) {
  auto description = BackwardDescription::get(op);
  using Member = Value BackwardDescription::*;
  for (Member member :
       {&BackwardDescription::dy, &BackwardDescription::input,
        &BackwardDescription::scale, &BackwardDescription::rstd,
        &BackwardDescription::mean, &BackwardDescription::dres,
        &BackwardDescription::dxInit, &BackwardDescription::dscaleInit,
        &BackwardDescription::dbiasInit})
    description.*member = partition.lookup(description.*member);
  for (Member sum :
       {&BackwardDescription::dscaleInit, &BackwardDescription::dbiasInit})
    if (description.*sum)
      description.*sum =
          emitSumDestination(partition.builder, op, description.*sum);
  NormBackwardOpInterface clone =
      description.create(partition.builder, op.getLoc());
  clone->removeDiscardableAttr("norm.whole");
  return llvm::to_vector_of<Value>(clone->getResults());
}

FailureOr<SmallVector<Value>>
sharding::splitBackward(NormBackwardOpInterface op, const LoopAxes &loops,
                        const Partition &partition) {
  zeroFilledRows(op, loops, partition);
  SmallVector<Value> results;
  if (loops.collect(op.getDimensions()).empty()) {
    results = cloneWithSums(op, partition);
  } else {
    auto row = getShardedRow(op, loops);
    if (failed(row))
      return failure();
    results = BackwardSplitter(op, *row, partition).emit();
  }
  SmallVector<int64_t> rows = op.getRowDimensions();
  auto part = cast<RankedTensorType>(partition.lookup(op.getInput()).getType());
  unsigned number = op.getDxInit() ? 1 : 0;
  for (Value init : {op.getDscaleInit(), op.getDbiasInit()}) {
    if (!init)
      continue;
    FailureOr<Value> sum = emitSumOverRows(
        partition.builder, op, results[number], loops, rows, part.getShape());
    if (failed(sum))
      return failure();
    results[number++] =
        emitRoundedSum(partition.builder, op, *sum, partition.lookup(init));
  }
  return results;
}
