//===- PartialReduction.cpp - partial statistics --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lane is one position in a tile of the row. While a loop goes over the row,
// each lane gathers the elements that fall to it; partials are tensors of C
// with one element per row and lane:
//
//   rmsnorm, prmsnorm   sum of h^2 (prmsnorm: of the first k elements)
//   layernorm           count, mean of d, sum of (d - mean)^2, d = (h - h_0)/4
//
// Layernorm's lanes are updated after Welford and merged after Chan: no
// difference of large squares is ever taken, and h_0, the first element of the
// row, takes a large mean out before anything is rounded. Of quarters,
// differences and their differences are in range wherever h is: a row such as
// [3e38, -3e38, 1e38, -1e38] has its mean, and the variance inf. A power of two
// costs no digits.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/PartialReduction.h"

#include "DecompositionParts.h"
#include "norm/Dialect/Norm/Transforms/RowMoments.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/TilingInterface.h"

using namespace mlir;
using namespace mlir::norm;

namespace {

/// Emits the parts of one op.
class PartialStatistics {
public:
  PartialStatistics(OpBuilder &builder, Location loc, NormOpInterface op)
      : builder(builder), loc(loc), op(op), compute(op.getComputeType()),
        rank(op.getInputType().getRank()), rows(op.getRowDimensions()),
        lanes(op.getDimensions()) {
    lanesLast = rows;
    llvm::append_range(lanesLast, lanes);
  }

  int64_t getNumPartials() { return op.isCentered() ? 3 : 1; }
  SmallVector<Value> emitInitial(ArrayRef<OpFoldResult> sizes);
  TilingResult emitTile(ValueRange partials, ArrayRef<OpFoldResult> offsets,
                        ArrayRef<OpFoldResult> sizes);
  MergeResult emitMerged(ValueRange partials);
  void getPosition(ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                   SmallVectorImpl<OpFoldResult> &resultOffsets,
                   SmallVectorImpl<OpFoldResult> &resultSizes);

private:
  using BodyBuilder =
      function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange)>;

  AffineMap getMap(ArrayRef<int64_t> dimensions);
  linalg::GenericOp emitGeneric(ValueRange inputs, ArrayRef<AffineMap> maps,
                                ValueRange inits, AffineMap initMap,
                                BodyBuilder body);
  Value emitSlice(Value source, ArrayRef<OpFoldResult> offsets,
                  ArrayRef<OpFoldResult> sizes);
  Value emitFirstElements(ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes);
  Value emitRowTensor(std::optional<double> number);
  Value emitLaneSum(ValueRange inputs, ArrayRef<AffineMap> maps,
                    BodyBuilder term);
  Value emitPerRow(Value init, ValueRange inputs, BodyBuilder body);
  Value emitSquare(OpBuilder &body, Value h, ArrayRef<Value> offsets,
                   ArrayRef<Value> extents);
  SmallVector<Value> emitWelford(OpBuilder &body, Value d, ValueRange state);
  Value toCompute(OpBuilder &body, Value value) {
    if (value.getType() == compute)
      return value;
    return arith::ExtFOp::create(body, loc, compute, value);
  }
  Value multiply(OpBuilder &body, Value value, double factor) {
    return arith::MulFOp::create(body, loc, value,
                                 emitConstant(body, loc, compute, factor));
  }
  Value emitQuarter(OpBuilder &body, Value element) {
    return multiply(body, toCompute(body, element), 0.25);
  }

  OpBuilder &builder;
  Location loc;
  NormOpInterface op;
  FloatType compute;
  int64_t rank;
  SmallVector<int64_t> rows;
  ArrayRef<int64_t> lanes;
  /// The dimensions in the order of a partial.
  SmallVector<int64_t> lanesLast;
};

} // namespace

//===----------------------------------------------------------------------===//
// Building blocks
//===----------------------------------------------------------------------===//

AffineMap PartialStatistics::getMap(ArrayRef<int64_t> dimensions) {
  SmallVector<AffineExpr> exprs;
  for (int64_t dim : dimensions)
    exprs.push_back(builder.getAffineDimExpr(dim));
  return AffineMap::get(rank, 0, exprs, builder.getContext());
}

/// A generic op into `inits`, reducing what `initMap` leaves out.
linalg::GenericOp PartialStatistics::emitGeneric(ValueRange inputs,
                                                 ArrayRef<AffineMap> maps,
                                                 ValueRange inits,
                                                 AffineMap initMap,
                                                 BodyBuilder body) {
  SmallVector<AffineMap> allMaps(maps);
  allMaps.append(inits.size(), initMap);
  SmallVector<utils::IteratorType> loops(initMap.getNumDims(),
                                         utils::IteratorType::reduction);
  for (AffineExpr expr : initMap.getResults())
    loops[cast<AffineDimExpr>(expr).getPosition()] =
        utils::IteratorType::parallel;
  return linalg::GenericOp::create(
      builder, loc, inits.getTypes(), inputs, inits, allMaps, loops,
      [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        linalg::YieldOp::create(nested, loc, body(nested, loc, arguments));
      });
}

Value PartialStatistics::emitSlice(Value source, ArrayRef<OpFoldResult> offsets,
                                   ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> strides(offsets.size(), builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(builder, loc, source, offsets, sizes,
                                        strides);
}

/// h_0 of each row of a tile.
Value PartialStatistics::emitFirstElements(ArrayRef<OpFoldResult> offsets,
                                           ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> firstOffsets(offsets), firstSizes(sizes);
  SmallVector<int64_t> shape;
  for (int64_t dim : lanes) {
    firstOffsets[dim] = builder.getIndexAttr(0);
    firstSizes[dim] = builder.getIndexAttr(1);
  }
  for (int64_t dim : rows)
    shape.push_back(
        getConstantIntValue(sizes[dim]).value_or(ShapedType::kDynamic));
  SmallVector<OpFoldResult> strides(rank, builder.getIndexAttr(1));
  auto type = RankedTensorType::get(shape, op.getInputType().getElementType());
  return tensor::ExtractSliceOp::create(builder, loc, type, op.getInput(),
                                        firstOffsets, firstSizes, strides);
}

/// A tensor of C per row, filled with `number` if there is one.
Value PartialStatistics::emitRowTensor(std::optional<double> number) {
  SmallVector<OpFoldResult> sizes;
  for (int64_t dim : rows)
    sizes.push_back(tensor::getMixedSize(builder, loc, op.getInput(), dim));
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, compute);
  if (!number)
    return empty;
  Value value = emitConstant(builder, loc, compute, *number);
  return linalg::FillOp::create(builder, loc, value, empty).getResult(0);
}

/// sum over the lanes of `term` of the inputs, which are laid out as partials.
Value PartialStatistics::emitLaneSum(ValueRange inputs,
                                     ArrayRef<AffineMap> maps,
                                     BodyBuilder term) {
  SmallVector<int64_t> leading =
      llvm::to_vector(llvm::seq<int64_t>(0, rows.size()));
  return emitGeneric(inputs, maps, emitRowTensor(0.0), getMap(leading),
                     [&](OpBuilder &body, Location loc,
                         ValueRange arguments) -> SmallVector<Value> {
                       Value value = term(body, loc, arguments)[0];
                       return {arith::AddFOp::create(body, loc,
                                                     arguments.back(), value)};
                     })
      .getResult(0);
}

Value PartialStatistics::emitPerRow(Value init, ValueRange inputs,
                                    BodyBuilder body) {
  AffineMap identity = builder.getMultiDimIdentityMap(rows.size());
  SmallVector<AffineMap> maps(inputs.size(), identity);
  return emitGeneric(inputs, maps, init ? init : emitRowTensor(std::nullopt),
                     identity, body)
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

/// Zeros, of the size of the rows and of one tile.
SmallVector<Value>
PartialStatistics::emitInitial(ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> shape;
  for (int64_t dim : lanesLast)
    shape.push_back(sizes[dim]);
  Value zero = emitConstant(builder, loc, compute, 0.0);
  SmallVector<Value> partials;
  for (int64_t i = 0; i < getNumPartials(); ++i) {
    Value empty = tensor::EmptyOp::create(builder, loc, shape, compute);
    partials.push_back(
        linalg::FillOp::create(builder, loc, zero, empty).getResult(0));
  }
  return partials;
}

void PartialStatistics::getPosition(
    ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
    SmallVectorImpl<OpFoldResult> &resultOffsets,
    SmallVectorImpl<OpFoldResult> &resultSizes) {
  for (int64_t dim : rows)
    resultOffsets.push_back(offsets[dim]);
  resultOffsets.append(lanes.size(), builder.getIndexAttr(0));
  for (int64_t dim : lanesLast)
    resultSizes.push_back(sizes[dim]);
}

/// h^2, or 0 from element k of the row on.
Value PartialStatistics::emitSquare(OpBuilder &body, Value h,
                                    ArrayRef<Value> offsets,
                                    ArrayRef<Value> extents) {
  Value square = arith::MulFOp::create(body, loc, h, h);
  std::optional<int64_t> k = op.getStatisticLength();
  if (!k)
    return square;
  Value position;
  for (auto [dim, offset, extent] : llvm::zip_equal(lanes, offsets, extents)) {
    Value index = linalg::IndexOp::create(body, loc, dim);
    index = arith::AddIOp::create(body, loc, index, offset);
    if (position) {
      position = arith::MulIOp::create(body, loc, position, extent);
      index = arith::AddIOp::create(body, loc, position, index);
    }
    position = index;
  }
  Value limit = arith::ConstantIndexOp::create(body, loc, *k);
  Value leading = arith::CmpIOp::create(body, loc, arith::CmpIPredicate::ult,
                                        position, limit);
  return arith::SelectOp::create(body, loc, leading, square,
                                 emitConstant(body, loc, compute, 0.0));
}

/// count + 1, mean + (d - mean) / (count + 1) = mean', m2 + (d - mean)(d -
/// mean').
SmallVector<Value> PartialStatistics::emitWelford(OpBuilder &body, Value d,
                                                  ValueRange state) {
  Value one = emitConstant(body, loc, compute, 1.0);
  Value count = arith::AddFOp::create(body, loc, state[0], one);
  Value before = arith::SubFOp::create(body, loc, d, state[1]);
  Value step = arith::DivFOp::create(body, loc, before, count);
  Value mean = arith::AddFOp::create(body, loc, state[1], step);
  Value after = arith::SubFOp::create(body, loc, d, mean);
  Value product = arith::MulFOp::create(body, loc, before, after);
  return {count, mean, arith::AddFOp::create(body, loc, state[2], product)};
}

TilingResult PartialStatistics::emitTile(ValueRange partials,
                                         ArrayRef<OpFoldResult> offsets,
                                         ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> partialOffsets, partialSizes;
  getPosition(offsets, sizes, partialOffsets, partialSizes);
  SmallVector<Value> inputs = {emitSlice(op.getInput(), offsets, sizes)};
  SmallVector<AffineMap> maps = {builder.getMultiDimIdentityMap(rank)};
  SmallVector<Operation *> slices = {inputs[0].getDefiningOp()};
  if (op.isCentered()) {
    inputs.push_back(emitFirstElements(offsets, sizes));
    maps.push_back(getMap(rows));
    slices.push_back(inputs[1].getDefiningOp());
  }
  SmallVector<Value> inits;
  for (Value partial : partials) {
    inits.push_back(emitSlice(partial, partialOffsets, partialSizes));
    slices.push_back(inits.back().getDefiningOp());
  }
  SmallVector<Value> laneOffsets, extents;
  if (op.getStatisticLength())
    for (int64_t dim : lanes) {
      laneOffsets.push_back(
          getValueOrCreateConstantIndexOp(builder, loc, offsets[dim]));
      extents.push_back(
          tensor::DimOp::create(builder, loc, op.getInput(), dim));
    }
  linalg::GenericOp tile = emitGeneric(
      inputs, maps, inits, getMap(lanesLast),
      [&](OpBuilder &body, Location loc,
          ValueRange arguments) -> SmallVector<Value> {
        if (op.isCentered())
          return emitWelford(
              body,
              arith::SubFOp::create(body, loc, emitQuarter(body, arguments[0]),
                                    emitQuarter(body, arguments[1])),
              arguments.drop_front(2));
        Value h = toCompute(body, arguments[0]);
        Value square = emitSquare(body, h, laneOffsets, extents);
        return {arith::AddFOp::create(body, loc, arguments[1], square)};
      });
  return {{tile}, llvm::to_vector(ValueRange(tile->getResults())), slices};
}

//===----------------------------------------------------------------------===//
// The merge
//===----------------------------------------------------------------------===//

/// rmsnorm: s = sum of the lanes / count.
/// layernorm, with N_j, m_j and q_j of lane j: m = (sum N_j m_j) / n,
/// s = (sum q_j + N_j (m_j - m)^2) / n, a sum of terms that are not negative;
/// they are those of quarters. A lane without elements adds 0 * (0 - m) * (0 -
/// m), in this order, as the square may be inf.
MergeResult PartialStatistics::emitMerged(ValueRange partials) {
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  AffineMap leading =
      getMap(llvm::to_vector(llvm::seq<int64_t>(0, rows.size())));
  Value n = emitStatisticCount(builder, op);
  auto divide = [&](double factor) {
    return [&, factor](OpBuilder &body, Location loc,
                       ValueRange arguments) -> SmallVector<Value> {
      Value quotient = arith::DivFOp::create(body, loc, arguments[0], n);
      if (factor == 1)
        return {quotient};
      return {multiply(body, quotient, factor)};
    };
  };
  Value sum, mean;
  if (op.isCentered()) {
    Value weighted =
        emitLaneSum(partials.take_front(2), {identity, identity},
                    [&](OpBuilder &body, Location loc,
                        ValueRange arguments) -> SmallVector<Value> {
                      return {arith::MulFOp::create(
                          body, loc, arguments[0],
                          multiply(body, arguments[1], kSumScale))};
                    });
    Value shifted = emitPerRow(nullptr, weighted, divide(1 / kSumScale));
    SmallVector<Value> inputs(partials);
    inputs.push_back(shifted);
    sum = emitLaneSum(
        inputs, {identity, identity, identity, leading},
        [](OpBuilder &body, Location loc,
           ValueRange arguments) -> SmallVector<Value> {
          Value distance =
              arith::SubFOp::create(body, loc, arguments[1], arguments[3]);
          Value weighted =
              arith::MulFOp::create(body, loc, arguments[0], distance);
          weighted = arith::MulFOp::create(body, loc, weighted, distance);
          return {arith::AddFOp::create(body, loc, arguments[2], weighted)};
        });
    SmallVector<OpFoldResult> zeros(rank, builder.getIndexAttr(0));
    Value first = emitFirstElements(
        zeros, tensor::getMixedSizes(builder, loc, op.getInput()));
    mean = emitPerRow(op.getMeanDestination(), {first, shifted},
                      [&](OpBuilder &body, Location loc,
                          ValueRange arguments) -> SmallVector<Value> {
                        Value quarter = arith::AddFOp::create(
                            body, loc, emitQuarter(body, arguments[0]),
                            arguments[1]);
                        return {multiply(body, quarter, 4.0)};
                      });
  } else {
    sum = emitLaneSum(
        partials, {identity},
        [](OpBuilder &, Location, ValueRange arguments) -> SmallVector<Value> {
          return {arguments[0]};
        });
  }
  Value statistic =
      emitPerRow(op.getStatisticInit(), sum, divide(op.isCentered() ? 16 : 1));
  Value rstd = emitPerRow(op.getRstdInit(), statistic,
                          [&](OpBuilder &body, Location,
                              ValueRange arguments) -> SmallVector<Value> {
                            return {emitRstd(body, op, arguments[0])};
                          });
  Value y = emitNormalizedRows(builder, op, mean, rstd);
  MergeResult merged;
  merged.replacements = {y};
  if (op.getStatistic())
    merged.replacements.push_back(statistic);
  if (op.getRstd())
    merged.replacements.push_back(rstd);
  if (op.getMeanResult())
    merged.replacements.push_back(mean);
  // The transform op hands out one handle for the merge: the op of y.
  merged.mergeOps = {y.getDefiningOp()};
  return merged;
}

//===----------------------------------------------------------------------===//
// The interface
//===----------------------------------------------------------------------===//

/// Why `op` cannot be split along `reductionDims`; null where it can.
static StringRef getObstacle(NormOpInterface op,
                             const SetVector<unsigned> &reductionDims) {
  if (!op.getY())
    return "expected tensors to split the row of";
  if (reductionDims.size() != op.getDimensions().size() ||
      !llvm::all_of(op.getDimensions(),
                    [&](int64_t dim) { return reductionDims.contains(dim); }))
    return "expected all normalized dimensions to be split";
  return {};
}

namespace {
template <typename OpTy>
struct NormPartialReduction
    : PartialReductionOpInterface::ExternalModel<NormPartialReduction<OpTy>,
                                                 OpTy> {
  FailureOr<SmallVector<Value>> generateInitialTensorForPartialReduction(
      Operation *op, OpBuilder &builder, Location loc,
      ArrayRef<OpFoldResult> sizes,
      const SetVector<unsigned> &reductionDims) const {
    if (StringRef obstacle = getObstacle(cast<OpTy>(op), reductionDims);
        !obstacle.empty())
      return op->emitOpError(obstacle);
    return PartialStatistics(builder, loc, cast<OpTy>(op)).emitInitial(sizes);
  }

  FailureOr<TilingResult> tileToPartialReduction(
      Operation *op, OpBuilder &builder, Location loc,
      ReductionTilingStrategy strategy, ValueRange partials,
      ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
      const SetVector<unsigned> &reductionDims, ArrayRef<OpFoldResult>) const {
    if (strategy != ReductionTilingStrategy::PartialReductionOuterReduction)
      return op->emitOpError("expected the loop over the row to be the outer "
                             "reduction, got an outer parallel one");
    return PartialStatistics(builder, loc, cast<OpTy>(op))
        .emitTile(partials, offsets, sizes);
  }

  FailureOr<MergeResult>
  mergeReductions(Operation *op, OpBuilder &builder, Location loc,
                  ValueRange partials,
                  const SetVector<unsigned> &reductionDims) const {
    return PartialStatistics(builder, loc, cast<OpTy>(op)).emitMerged(partials);
  }

  LogicalResult getPartialResultTilePosition(
      Operation *op, OpBuilder &builder, unsigned, ReductionTilingStrategy,
      ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
      const SetVector<unsigned> &, ArrayRef<OpFoldResult>,
      SmallVector<OpFoldResult> &resultOffsets,
      SmallVector<OpFoldResult> &resultSizes) const {
    PartialStatistics(builder, op->getLoc(), cast<OpTy>(op))
        .getPosition(offsets, sizes, resultOffsets, resultSizes);
    return success();
  }
};
} // namespace

void norm::registerPartialReductionOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NormDialect *) {
    RMSNormOp::attachInterface<NormPartialReduction<RMSNormOp>>(*context);
    PRMSNormOp::attachInterface<NormPartialReduction<PRMSNormOp>>(*context);
    LayerNormOp::attachInterface<NormPartialReduction<LayerNormOp>>(*context);
    attachPartialSumsOverRows(context);
  });
}
