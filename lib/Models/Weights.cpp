//===- Weights.cpp - what norms make of weights ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Weights.h"

#include "norm/Dialect/Norm/Transforms/Formula.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// The elements of a constant, also of one whose bytes are kept beside the
/// program.
static DenseElementsAttr getElements(Value value) {
  ElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)))
    return DenseElementsAttr();
  auto resource = dyn_cast<DenseResourceElementsAttr>(elements);
  if (!resource)
    return dyn_cast<DenseElementsAttr>(elements);
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  bool isSplat;
  if (!blob || !DenseElementsAttr::isValidRawBuffer(resource.getType(),
                                                    blob->getData(), isSplat))
    return DenseElementsAttr();
  return DenseElementsAttr::getFromRawBuffer(resource.getType(),
                                             blob->getData());
}

bool models::isMissing(Value value) {
  if (auto transpose = value.getDefiningOp<linalg::TransposeOp>())
    return isMissing(transpose.getInput());
  ElementsAttr elements;
  return matchPattern(value, m_Constant(&elements)) && !getElements(value);
}

/// `elements` with the dimensions in the order of `permutation`.
static DenseElementsAttr permute(DenseElementsAttr elements,
                                 ArrayRef<int64_t> permutation,
                                 RankedTensorType type) {
  if (elements.isSplat())
    return elements.resizeSplat(type);
  SmallVector<int64_t> strides = computeStrides(elements.getType().getShape());
  SmallVector<int64_t> resultStrides = computeStrides(type.getShape());
  auto values = elements.getValues<APFloat>();
  SmallVector<APFloat> permuted;
  for (int64_t i = 0, end = type.getNumElements(); i < end; ++i) {
    SmallVector<int64_t> index = delinearize(i, resultStrides);
    int64_t from = 0;
    for (auto [at, dim] : llvm::zip_equal(index, permutation))
      from += at * strides[dim];
    permuted.push_back(values[from]);
  }
  return DenseElementsAttr::get(type, permuted);
}

DenseElementsAttr models::getConstantElements(Value value) {
  if (!value || !isa<FloatType>(getElementTypeOrSelf(value)))
    return DenseElementsAttr();
  if (auto transpose = value.getDefiningOp<linalg::TransposeOp>()) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    DenseElementsAttr elements = getConstantElements(transpose.getInput());
    return type && elements
               ? permute(elements, transpose.getPermutation(), type)
               : DenseElementsAttr();
  }
  return getElements(value);
}

static SmallVector<double> toDoubles(DenseElementsAttr elements) {
  return llvm::map_to_vector(
      elements.getValues<APFloat>(), [](const APFloat &value) {
        bool losesInfo;
        APFloat wide = value;
        wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                     &losesInfo);
        return wide.convertToDouble();
      });
}

/// The constant tensor of `values`, each rounded to the element type.
static Value createWeights(OpBuilder &builder, Location loc,
                           RankedTensorType type, ArrayRef<double> values) {
  const llvm::fltSemantics &semantics =
      cast<FloatType>(type.getElementType()).getFloatSemantics();
  SmallVector<APFloat> rounded;
  for (double value : values) {
    bool losesInfo;
    rounded.emplace_back(value);
    rounded.back().convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  }
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, rounded));
}

/// How many elements have the same index along `w.dim` in a run.
static int64_t getRun(WeightsAlong w) {
  auto shape = cast<RankedTensorType>(w.weights.getType()).getShape();
  return ShapedType::getNumElements(shape.drop_front(w.dim + 1));
}

/// The sum over `w.dim` of `values`, each times its element of `along`.
static SmallVector<double> sumAlong(ArrayRef<double> values, WeightsAlong w,
                                    ArrayRef<double> along) {
  int64_t run = getRun(w);
  int64_t length =
      cast<RankedTensorType>(w.weights.getType()).getDimSize(w.dim);
  SmallVector<double> sums(length ? values.size() / length : 0, 0.0);
  for (auto [i, value] : llvm::enumerate(values)) {
    int64_t outer = int64_t(i) / (run * length), inner = int64_t(i) % run;
    double factor = along.empty() ? 1.0 : along[int64_t(i) / run % length];
    sums[outer * run + inner] += factor * value;
  }
  return sums;
}

static RankedTensorType getColumnType(WeightsAlong w, FloatType type) {
  auto weights = cast<RankedTensorType>(w.weights.getType());
  SmallVector<int64_t> shape(weights.getShape());
  shape.erase(shape.begin() + w.dim);
  return RankedTensorType::get(shape, type);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static Value emitConverted(OpBuilder &builder, Location loc, Value value,
                           FloatType type) {
  return ScalarEmitter().convert(builder, loc, value, type);
}

/// The sizes of the weights, those along `w.dim` left out if `isColumn`.
static Value createEmptyLike(OpBuilder &builder, Location loc, WeightsAlong w,
                             FloatType type, bool isColumn) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, w.weights);
  if (isColumn)
    sizes.erase(sizes.begin() + w.dim);
  return tensor::EmptyOp::create(builder, loc, sizes, type);
}

/// `body` of the elements of `weights` and of `other`, which has them without
/// the dimensions that `otherMap` leaves out, in f64 where `computed` is f64.
static Value mapWeights(
    OpBuilder &builder, Location loc, Value weights, Value other,
    AffineMap otherMap, FloatType computed,
    llvm::function_ref<Value(OpBuilder &, Location, Value, Value)> body) {
  auto type = cast<RankedTensorType>(weights.getType());
  auto stored = cast<FloatType>(type.getElementType());
  AffineMap identity = builder.getMultiDimIdentityMap(type.getRank());
  Value init =
      createEmptyLike(builder, loc, {weights, 0}, stored, /*isColumn=*/false);
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, TypeRange{type}, ValueRange{weights, other},
             ValueRange{init},
             ArrayRef<AffineMap>{identity, otherMap, identity}, loops,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               Value value =
                   body(b, loc, emitConverted(b, loc, args[0], computed),
                        emitConverted(b, loc, args[1], computed));
               linalg::YieldOp::create(b, loc,
                                       emitConverted(b, loc, value, stored));
             })
      .getResult(0);
}

Value models::centreWeights(OpBuilder &builder, Location loc, WeightsAlong w) {
  auto type = cast<RankedTensorType>(w.weights.getType());
  int64_t run = getRun(w), length = type.getDimSize(w.dim);
  if (DenseElementsAttr weights = getConstantElements(w.weights)) {
    SmallVector<double> values = toDoubles(weights);
    SmallVector<double> sums = sumAlong(values, w, {});
    for (auto [i, value] : llvm::enumerate(values))
      value -= sums[int64_t(i) / (run * length) * run + int64_t(i) % run] /
               double(length);
    return createWeights(builder, loc, type, values);
  }
  FloatType computed = builder.getF64Type();
  Value sums = sumWeights(builder, loc, w, Value(), computed);
  return mapWeights(
      builder, loc, w.weights, sums,
      builder.getMultiDimIdentityMap(type.getRank()).dropResult(w.dim),
      computed,
      [&](OpBuilder &b, Location loc, Value element, Value sum) -> Value {
        Value mean = arith::DivFOp::create(
            b, loc, sum, emitConstant(b, loc, computed, length));
        return arith::SubFOp::create(b, loc, element, mean);
      });
}

Value models::addToWeights(OpBuilder &builder, Location loc, Value weights,
                           Value summand) {
  auto type = cast<RankedTensorType>(weights.getType());
  DenseElementsAttr elements = getConstantElements(weights);
  DenseElementsAttr other = getConstantElements(summand);
  if (elements && other) {
    SmallVector<double> values = toDoubles(elements);
    for (auto [value, more] : llvm::zip_equal(values, toDoubles(other)))
      value += more;
    return createWeights(builder, loc, type, values);
  }
  return mapWeights(
      builder, loc, weights, summand,
      builder.getMultiDimIdentityMap(type.getRank()), builder.getF64Type(),
      [](OpBuilder &b, Location loc, Value element, Value more) -> Value {
        return arith::AddFOp::create(b, loc, element, more);
      });
}

Value models::scaleWeights(OpBuilder &builder, Location loc, WeightsAlong w,
                           Value scale, double offset) {
  auto type = cast<RankedTensorType>(w.weights.getType());
  DenseElementsAttr weights = getConstantElements(w.weights);
  DenseElementsAttr factors = getConstantElements(scale);
  if (weights && factors) {
    SmallVector<double> values = toDoubles(weights);
    SmallVector<double> along = toDoubles(factors);
    int64_t run = getRun(w), length = along.size();
    for (auto [i, value] : llvm::enumerate(values))
      value *= offset + along[int64_t(i) / run % length];
    return createWeights(builder, loc, type, values);
  }
  FloatType computed = type.getElementType().isF64()
                           ? builder.getF64Type()
                           : FloatType(builder.getF32Type());
  return mapWeights(
      builder, loc, w.weights, scale,
      builder.getMultiDimIdentityMap(type.getRank()).getSubMap({w.dim}),
      computed,
      [&](OpBuilder &b, Location loc, Value element, Value factor) -> Value {
        if (offset != 0)
          factor = arith::AddFOp::create(
              b, loc, factor, emitConstant(b, loc, computed, offset));
        return arith::MulFOp::create(b, loc, element, factor);
      });
}

Value models::sumWeights(OpBuilder &builder, Location loc, WeightsAlong w,
                         Value vector, FloatType type) {
  auto weightsType = cast<RankedTensorType>(w.weights.getType());
  DenseElementsAttr weights = getConstantElements(w.weights);
  DenseElementsAttr factors = getConstantElements(vector);
  if (weights && (factors || !vector)) {
    RankedTensorType columns = getColumnType(w, type);
    SmallVector<double> along;
    if (factors)
      along = toDoubles(factors);
    SmallVector<double> sums = sumAlong(toDoubles(weights), w, along);
    return createWeights(builder, loc, columns, sums);
  }
  unsigned rank = weightsType.getRank();
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  SmallVector<Value> inputs = {w.weights};
  SmallVector<AffineMap> maps = {identity};
  if (vector) {
    inputs.push_back(vector);
    maps.push_back(identity.getSubMap({w.dim}));
  }
  maps.push_back(identity.dropResult(w.dim));
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  loops[w.dim] = utils::IteratorType::reduction;
  Value empty = createEmptyLike(builder, loc, w, type, /*isColumn=*/true);
  Value zeros = linalg::FillOp::create(
                    builder, loc, emitConstant(builder, loc, type, 0.0), empty)
                    .getResult(0);
  return linalg::GenericOp::create(
             builder, loc, TypeRange{zeros.getType()}, inputs,
             ValueRange{zeros}, maps, loops,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               Value term = emitConverted(b, loc, args[0], type);
               if (vector)
                 term = arith::MulFOp::create(
                     b, loc, term, emitConverted(b, loc, args[1], type));
               linalg::YieldOp::create(
                   b, loc,
                   arith::AddFOp::create(b, loc, args.back(), term)
                       .getResult());
             })
      .getResult(0);
}
