//===- SplitMoments.cpp - mean and variance of split rows -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One collective, as accurate as two passes. Each process gives three numbers
// of its part of a row, of c elements:
//
//   shift s   the mean of the part, rounded; any number near it would do
//   r         mean of (x_i - s): what s is off
//   M         sum of (x_i - s - r)^2
//
// The differences are small, so no digit of a mean that is large against the
// deviation is lost. All processes gather the numbers of all parts, in slots of
// their own, and merge them in the same order (Chan, Golub, LeVeque, "Updating
// formulae and a pairwise algorithm", 1979), everything relative to s of the
// first part. With e = (s_b - s) + r_b, the mean of part b relative to s, n =
// n_a
// + c_b, and the weights of the parts, which are constants of the program:
//
//   r <- r + (e - r) c_b/n        M <- M + M_b + (e - r)^2 n_a c_b/n
//
// Two parts, (10, 12) and (15, 15): slots (11, 0, 2) and (15, 0, 0); e = 4;
// r = 0 + 4 * 2/4 = 2, M = 2 + 0 + 16 * 2 * 2/4 = 18: mean 13, variance 18/4.
//
// An empty part has weights 0 and numbers 0. The sum of shifted (x - s) and
// their squares would need s to be known to all before: a second collective.
//
//===----------------------------------------------------------------------===//

#include "SplitNorm.h"

#include "norm/Dialect/Norm/Transforms/RowParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::sharding;

//===----------------------------------------------------------------------===//
// The numbers of a part
//===----------------------------------------------------------------------===//

namespace {
/// The body of the loop over parts; `mask` and `count` are null where all
/// elements count.
struct PartMoments {
  OpBuilder &builder;
  Location loc;
  Value h, mask, count;

  Value sum(Value value) {
    return RowReduceOp::create(builder, loc, Reduction::add, value,
                               /*length=*/IntegerAttr());
  }
  Value where(Value value) {
    return mask ? emitWhere(builder, loc, mask, value) : value;
  }
  SmallVector<Value> emit();
};
} // namespace

/// s, r and M. What fills up a part is taken for its first element, which keeps
/// s within the range of the part.
SmallVector<Value> PartMoments::emit() {
  Value filled = h;
  if (mask) {
    Value first = RowReduceOp::create(builder, loc, Reduction::add, where(h),
                                      builder.getI64IntegerAttr(1));
    Value zero = emitConstant(builder, loc, h.getType(), 0.0);
    Value counts = arith::CmpFOp::create(builder, loc,
                                         arith::CmpFPredicate::OGT, mask, zero);
    filled = arith::SelectOp::create(builder, loc, counts, h, first);
  } else {
    count = emitRowLength(builder, loc, h.getType());
  }
  Value shift = RowMomentsOp::create(builder, loc, filled).getMean();
  Value difference = where(arith::SubFOp::create(builder, loc, h, shift));
  Value square = arith::MulFOp::create(builder, loc, difference, difference);
  Value r = arith::DivFOp::create(builder, loc, sum(difference), count);
  // sum (d - r)^2 = sum d^2 - c r^2, and r is a rounding error of s.
  Value off = arith::MulFOp::create(builder, loc, count,
                                    arith::MulFOp::create(builder, loc, r, r));
  Value squares = arith::SubFOp::create(builder, loc, sum(square), off);
  return {shift, r, squares};
}

/// The numbers of this process's part, one tensor each, by `loop`, which reads
/// what `emitValue` needs.
static SmallVector<Value>
emitPartMoments(RowLoopBuilder loop, const ShardedRow &row, FloatType compute,
                llvm::function_ref<Value(ValueRange)> emitValue) {
  OpBuilder &builder = loop.builder;
  Location loc = loop.loc;
  Value mask = emitMask(builder, loc, row, compute);
  std::optional<unsigned> maskAt = loop.read(mask, OperandRole::position);
  for (int i = 0; i < 3; ++i)
    loop.writeRows(compute);
  return loop.emit([&](ValueRange arguments) {
    PartMoments part{builder, loc, emitValue(arguments), Value(), Value()};
    if (maskAt) {
      // An empty part divides by 1 and gives zeros.
      part.mask = arguments[*maskAt];
      part.count =
          arith::MaximumFOp::create(builder, loc, part.sum(part.mask),
                                    emitConstant(builder, loc, compute, 1.0));
    }
    return part.emit();
  });
}

//===----------------------------------------------------------------------===//
// The merge
//===----------------------------------------------------------------------===//

/// The numbers of a part as its slots, one for each piece: Q x 3 x rows.
static Value packSlots(OpBuilder &builder, Location loc,
                       ArrayRef<Value> numbers, const ShardedRow &row) {
  SmallVector<Value> pieces;
  for (Value number : numbers) {
    Value piece = emitPieces(builder, loc, number, row);
    auto type = cast<RankedTensorType>(piece.getType());
    SmallVector<int64_t> shape = llvm::to_vector(type.getShape());
    shape.insert(shape.begin() + 1, 1);
    SmallVector<ReassociationIndices> groups{{0, 1}};
    for (int64_t dim = 2; dim <= type.getRank(); ++dim)
      groups.push_back({dim});
    pieces.push_back(tensor::ExpandShapeOp::create(
        builder, loc, type.clone(shape), piece, groups));
  }
  return tensor::ConcatOp::create(builder, loc, 1, pieces);
}

/// Number `which` of all slots, one after the other, x rows.
static Value unpackSlots(OpBuilder &builder, Location loc, Value slots,
                         int64_t which) {
  auto type = cast<RankedTensorType>(slots.getType());
  SmallVector<int64_t> shape = llvm::to_vector(type.getShape());
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0)),
      sizes = tensor::getMixedSizes(builder, loc, slots),
      strides(type.getRank(), builder.getIndexAttr(1));
  offsets[1] = builder.getIndexAttr(which);
  sizes[1] = builder.getIndexAttr(1);
  shape.erase(shape.begin() + 1);
  return tensor::ExtractSliceOp::create(builder, loc, type.clone(shape), slots,
                                        offsets, sizes, strides);
}

/// c_b/n and n_a c_b/n of each piece, as constants.
static std::pair<Value, Value> emitWeights(OpBuilder &builder, Location loc,
                                           const ShardedRow &row,
                                           FloatType compute) {
  SmallVector<Attribute> means, squares;
  double before = 0;
  for (int64_t number = 0; number < row.getNumPieces(); ++number) {
    double own = row.getCount(number), all = before + own;
    means.push_back(builder.getFloatAttr(compute, own / all));
    squares.push_back(builder.getFloatAttr(compute, before * own / all));
    before = all;
  }
  auto type = RankedTensorType::get({row.getNumPieces()}, compute);
  auto constant = [&](ArrayRef<Attribute> values) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     DenseElementsAttr::get(type, values));
  };
  return {constant(means), constant(squares)};
}

/// The merge of one slot, b, into r and M.
static SmallVector<Value> emitMerge(OpBuilder &builder, Location loc,
                                    ValueRange at) {
  Value first = at[0], shift = at[1], r = at[2], squares = at[3];
  Value meanWeight = at[4], squareWeight = at[5], meanSoFar = at[6],
        squaresSoFar = at[7];
  auto multiplyAdd = [&](Value a, Value b, Value c) -> Value {
    return math::FmaOp::create(builder, loc, a, b, c);
  };
  Value e = arith::AddFOp::create(
      builder, loc, arith::SubFOp::create(builder, loc, shift, first), r);
  Value difference = arith::SubFOp::create(builder, loc, e, meanSoFar);
  Value mean = multiplyAdd(difference, meanWeight, meanSoFar);
  Value square = arith::MulFOp::create(builder, loc, difference, difference);
  Value sum = arith::AddFOp::create(builder, loc, squaresSoFar, squares);
  return {mean, multiplyAdd(square, squareWeight, sum)};
}

/// r and M of each row, relative to s of the first part, from all slots.
static linalg::GenericOp emitMerges(OpBuilder &builder, Location loc,
                                    Value first, Value slots,
                                    const ShardedRow &row) {
  auto type = cast<RankedTensorType>(first.getType());
  int64_t rank = type.getRank();
  // Loops: the rows, then the parts, in order.
  AffineMap rows = AffineMap::getMultiDimIdentityMap(rank, first.getContext());
  rows = AffineMap::get(rank + 1, 0, rows.getResults(), first.getContext());
  AffineExpr part = builder.getAffineDimExpr(rank);
  AffineMap parts = AffineMap::get(rank + 1, 0, {part}, first.getContext());
  AffineMap all = rows.insertResult(part, 0);
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  loops.push_back(utils::IteratorType::reduction);

  auto compute = cast<FloatType>(type.getElementType());
  auto [means, squares] = emitWeights(builder, loc, row, compute);
  Value empty = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, first), compute);
  Value zero =
      linalg::FillOp::create(builder, loc,
                             emitConstant(builder, loc, compute, 0.0), empty)
          .getResult(0);
  SmallVector<Value> inputs{first,
                            unpackSlots(builder, loc, slots, 0),
                            unpackSlots(builder, loc, slots, 1),
                            unpackSlots(builder, loc, slots, 2),
                            means,
                            squares};
  return linalg::GenericOp::create(
      builder, loc, TypeRange{type, type}, inputs, ValueRange{zero, zero},
      ArrayRef<AffineMap>{rows, all, all, all, parts, parts, rows, rows}, loops,
      [](OpBuilder &b, Location loc, ValueRange arguments) {
        linalg::YieldOp::create(b, loc, emitMerge(b, loc, arguments));
      });
}

/// max(0, M / K), NaN kept.
static Value emitVariance(OpBuilder &builder, Location loc, Value squares,
                          const ShardedRow &row) {
  auto type = cast<RankedTensorType>(squares.getType());
  Type compute = type.getElementType();
  AffineMap map = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, TypeRange{type}, ValueRange{squares},
             ValueRange{tensor::EmptyOp::create(
                 builder, loc, tensor::getMixedSizes(builder, loc, squares),
                 compute)},
             ArrayRef<AffineMap>{map, map}, loops,
             [&](OpBuilder &b, Location loc, ValueRange at) {
               Value count = emitConstant(b, loc, compute, row.count);
               Value mean = emitQuotient(b, loc, at[0], count);
               Value clamped = arith::MaximumFOp::create(
                   b, loc, mean, emitConstant(b, loc, compute, 0.0));
               linalg::YieldOp::create(b, loc, clamped);
             })
      .getResult(0);
}

/// s of the first part, which is never empty.
static Value emitFirstShift(OpBuilder &builder, Location loc, Value slots,
                            FloatType compute) {
  Value shifts = unpackSlots(builder, loc, slots, 0);
  auto shape = cast<RankedTensorType>(shifts.getType()).getShape();
  auto type = RankedTensorType::get(shape.drop_front(), compute);
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, shifts);
  sizes[0] = builder.getIndexAttr(1);
  int64_t rank = shape.size();
  return tensor::ExtractSliceOp::create(
      builder, loc, type, shifts,
      SmallVector<OpFoldResult>(rank, builder.getIndexAttr(0)), sizes,
      SmallVector<OpFoldResult>(rank, builder.getIndexAttr(1)));
}

RowStatistics
sharding::emitSplitMoments(const RowLoopBuilder &loop, const ShardedRow &row,
                           FloatType compute,
                           llvm::function_ref<Value(ValueRange)> emitValue) {
  OpBuilder &builder = loop.builder;
  Location loc = loop.loc;
  SmallVector<Value> numbers = emitPartMoments(loop, row, compute, emitValue);
  Value slots = emitAllGather(
      builder, loc, packSlots(builder, loc, numbers, row), row.grid, row.axes);
  Value first = emitFirstShift(builder, loc, slots, compute);
  linalg::GenericOp merged = emitMerges(builder, loc, first, slots, row);
  Value variance = emitVariance(builder, loc, merged.getResult(1), row);
  return {variance, first, merged.getResult(0)};
}
