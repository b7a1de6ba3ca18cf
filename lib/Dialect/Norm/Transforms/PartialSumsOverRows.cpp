//===- PartialSumsOverRows.cpp - dscale and dbias of blocks of rows -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A backward op on blocks of rows: each block has dx of its rows, and dscale
// and dbias summed over them, in C, at a place of its own. For 8 blocks of rows
// of 64 the partials are 8x64; their sums are dscale and dbias.
//
//===----------------------------------------------------------------------===//

#include "DecompositionParts.h"
#include "norm/Dialect/Norm/IR/BackwardDescription.h"
#include "norm/Dialect/Norm/IR/RowShape.h"
#include "norm/Dialect/Norm/Transforms/BackwardFormula.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/TilingInterface.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Offsets and sizes of a slice.
struct SliceBox {
  SmallVector<OpFoldResult> offsets, sizes;
};

/// Emits the parts of one op.
class PartialSumsOverRows : public LinalgEmitter {
public:
  PartialSumsOverRows(OpBuilder &builder, NormBackwardOpInterface op)
      : LinalgEmitter(builder, op), op(op), rowDims(op.getRowDimensions()) {}

  SmallVector<Value> emitInitial(ArrayRef<OpFoldResult> blocks);
  TilingResult emitBlock(ValueRange partials, const SliceBox &tile,
                         ArrayRef<OpFoldResult> block);
  MergeResult emitMerged(ValueRange partials);
  /// Where result `number` of the tile `tile`, the block `block`, goes.
  SliceBox getPosition(unsigned number, const SliceBox &tile,
                       ArrayRef<OpFoldResult> block);

private:
  Value emitSlice(Value source, const SliceBox &box, RankedTensorType type);
  SliceBox project(AffineMap map, const SliceBox &tile);

  NormBackwardOpInterface op;
  SmallVector<int64_t> rowDims;
};
} // namespace

/// The part of `tile` that an operand of map `map` has.
SliceBox PartialSumsOverRows::project(AffineMap map, const SliceBox &tile) {
  SliceBox box;
  for (AffineExpr expr : map.getResults()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    box.offsets.push_back(tile.offsets[dim]);
    box.sizes.push_back(tile.sizes[dim]);
  }
  return box;
}

Value PartialSumsOverRows::emitSlice(Value source, const SliceBox &box,
                                     RankedTensorType type) {
  SmallVector<OpFoldResult> strides(box.sizes.size(), builder.getIndexAttr(1));
  if (!type)
    return tensor::ExtractSliceOp::create(builder, loc, source, box.offsets,
                                          box.sizes, strides);
  return tensor::ExtractSliceOp::create(builder, loc, type, source, box.offsets,
                                        box.sizes, strides);
}

/// The destination of dx, and for each sum `blocks` times what a row has.
SmallVector<Value>
PartialSumsOverRows::emitInitial(ArrayRef<OpFoldResult> blocks) {
  SmallVector<Value> initial;
  if (op.getDxInit())
    initial.push_back(op.getDxInit());
  SmallVector<OpFoldResult> sizes;
  for (int64_t dim : rowDims)
    sizes.push_back(blocks[dim]);
  for (int64_t dim : op.getDimensions())
    sizes.push_back(tensor::getMixedSize(builder, loc, op.getInput(), dim));
  for (Value init : {op.getDscaleInit(), op.getDbiasInit()})
    if (init)
      initial.push_back(emitZeros(
          tensor::EmptyOp::create(builder, loc, sizes, op.getComputeType())));
  return initial;
}

SliceBox PartialSumsOverRows::getPosition(unsigned number, const SliceBox &tile,
                                          ArrayRef<OpFoldResult> block) {
  if (op.getDxInit() && number == 0)
    return tile;
  SliceBox position = project(getRoleMap(op, OperandRole::position), tile);
  position.offsets.insert(position.offsets.begin(), block.begin(), block.end());
  position.sizes.insert(position.sizes.begin(), block.size(),
                        builder.getIndexAttr(1));
  return position;
}

/// The op on the rows of `tile`.
TilingResult PartialSumsOverRows::emitBlock(ValueRange partials,
                                            const SliceBox &tile,
                                            ArrayRef<OpFoldResult> block) {
  BackwardDescription description = BackwardDescription::get(op);
  SmallVector<Operation *> slices;
  auto cut = [&](Value &value, OperandRole role) {
    if (!value)
      return;
    value = emitSlice(value, project(getRoleMap(op, role), tile), nullptr);
    slices.push_back(value.getDefiningOp());
  };
  for (Value *value : {&description.dy, &description.input, &description.dres})
    cut(*value, OperandRole::element);
  for (Value *value : {&description.rstd, &description.mean})
    cut(*value, OperandRole::row);
  unsigned number = 0;
  for (Value *init :
       {&description.dxInit, &description.dscaleInit, &description.dbiasInit}) {
    if (!*init)
      continue;
    // Of a sum, the block's own.
    RankedTensorType type;
    if (init != &description.dxInit)
      type = RankedTensorType::get(
          cast<RankedTensorType>(partials[number].getType())
              .getShape()
              .drop_front(rowDims.size()),
          op.getComputeType());
    *init = emitSlice(partials[number], getPosition(number, tile, block), type);
    slices.push_back(init->getDefiningOp());
    ++number;
  }
  Operation *tiled = description.create(builder, loc);
  return {{tiled}, llvm::to_vector(ValueRange(tiled->getResults())), slices};
}

/// The partials added up, and rounded to what the results are.
MergeResult PartialSumsOverRows::emitMerged(ValueRange partials) {
  MergeResult merged;
  if (op.getDxInit())
    merged.replacements.push_back(partials.front());
  ValueRange sums = partials.drop_front(merged.replacements.size());
  int64_t numRows = rowDims.size(), numRow = op.getDimensions().size();
  AffineMap identity = builder.getMultiDimIdentityMap(numRows + numRow);
  AffineMap position = getMap(
      llvm::to_vector(llvm::seq(numRows, numRows + numRow)), numRows + numRow);
  for (Value init : {op.getDscaleInit(), op.getDbiasInit()}) {
    if (!init)
      continue;
    Value sum = emitGeneric(
        sums.front(), identity,
        emitZeros(emitSumDestination(builder, op, init)), position,
        [](OpBuilder &body, Location loc, ValueRange arguments) -> Value {
          return arith::AddFOp::create(body, loc, arguments[0], arguments[1]);
        });
    sums = sums.drop_front();
    sum = emitRoundedSum(builder, op, sum, init);
    merged.replacements.push_back(sum);
    // The transform op hands out one handle for the merge.
    merged.mergeOps = {sum.getDefiningOp()};
  }
  return merged;
}

//===----------------------------------------------------------------------===//
// The interface
//===----------------------------------------------------------------------===//

/// Why `op` cannot be split along `reductionDims`; empty where it can.
static StringRef getSplitObstacle(NormBackwardOpInterface op,
                                  const SetVector<unsigned> &reductionDims) {
  if (!isa<RankedTensorType>(op.getInput().getType()))
    return "expected tensors to split the rows of";
  if (!op.sumsOverRows())
    return "expected a sum over rows to split, dscale or dbias";
  SmallVector<int64_t> rowDims = op.getRowDimensions();
  if (reductionDims.size() != rowDims.size() ||
      !llvm::all_of(rowDims,
                    [&](int64_t dim) { return reductionDims.contains(dim); }))
    return "expected the dimensions of the rows to be split, and no others";
  return {};
}

namespace {
template <typename OpTy>
struct BackwardPartialReduction
    : PartialReductionOpInterface::ExternalModel<BackwardPartialReduction<OpTy>,
                                                 OpTy> {
  FailureOr<SmallVector<Value>> generateInitialTensorForPartialReduction(
      Operation *op, OpBuilder &builder, Location, ArrayRef<OpFoldResult> sizes,
      const SetVector<unsigned> &reductionDims) const {
    if (StringRef obstacle = getSplitObstacle(cast<OpTy>(op), reductionDims);
        !obstacle.empty())
      return op->emitOpError(obstacle);
    return PartialSumsOverRows(builder, cast<OpTy>(op)).emitInitial(sizes);
  }

  FailureOr<TilingResult> tileToPartialReduction(
      Operation *op, OpBuilder &builder, Location,
      ReductionTilingStrategy strategy, ValueRange partials,
      ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
      const SetVector<unsigned> &, ArrayRef<OpFoldResult> block) const {
    if (strategy != ReductionTilingStrategy::PartialReductionOuterParallel)
      return op->emitOpError("expected the loop over blocks of rows to be "
                             "parallel, got an outer reduction");
    return PartialSumsOverRows(builder, cast<OpTy>(op))
        .emitBlock(partials, getBox(offsets, sizes), block);
  }

  FailureOr<MergeResult> mergeReductions(Operation *op, OpBuilder &builder,
                                         Location, ValueRange partials,
                                         const SetVector<unsigned> &) const {
    return PartialSumsOverRows(builder, cast<OpTy>(op)).emitMerged(partials);
  }

  LogicalResult getPartialResultTilePosition(
      Operation *op, OpBuilder &builder, unsigned number,
      ReductionTilingStrategy, ArrayRef<OpFoldResult> offsets,
      ArrayRef<OpFoldResult> sizes, const SetVector<unsigned> &,
      ArrayRef<OpFoldResult> block, SmallVector<OpFoldResult> &resultOffsets,
      SmallVector<OpFoldResult> &resultSizes) const {
    SliceBox position = PartialSumsOverRows(builder, cast<OpTy>(op))
                            .getPosition(number, getBox(offsets, sizes), block);
    resultOffsets = std::move(position.offsets);
    resultSizes = std::move(position.sizes);
    return success();
  }

private:
  static SliceBox getBox(ArrayRef<OpFoldResult> offsets,
                         ArrayRef<OpFoldResult> sizes) {
    return {llvm::to_vector(offsets), llvm::to_vector(sizes)};
  }
};
} // namespace

void norm::attachPartialSumsOverRows(MLIRContext *context) {
  RMSNormBackwardOp::attachInterface<
      BackwardPartialReduction<RMSNormBackwardOp>>(*context);
  PRMSNormBackwardOp::attachInterface<
      BackwardPartialReduction<PRMSNormBackwardOp>>(*context);
  LayerNormBackwardOp::attachInterface<
      BackwardPartialReduction<LayerNormBackwardOp>>(*context);
}
