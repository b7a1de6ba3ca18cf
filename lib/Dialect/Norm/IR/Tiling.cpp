//===- Tiling.cpp - tiling of the norm ops over rows ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The iteration space of a norm op is that of x. Rows are independent, so a
// tile of rows is the same op on slices; a row is never cut here, because y
// needs the statistic of the whole row (PartialReduction.cpp splits
// statistics).
//
//===----------------------------------------------------------------------===//

#include "TilingDetail.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::norm;
using norm::detail::Tile;

//===----------------------------------------------------------------------===//
// Tiles and slices
//===----------------------------------------------------------------------===//

SmallVector<Tile>
norm::detail::makeTiles(ArrayRef<SmallVector<OpFoldResult>> offsets,
                        ArrayRef<SmallVector<OpFoldResult>> sizes) {
  SmallVector<Tile> tiles;
  for (auto [tileOffsets, tileSizes] : llvm::zip_equal(offsets, sizes))
    tiles.emplace_back(tileOffsets, tileSizes);
  return tiles;
}

LogicalResult norm::detail::assignTile(FailureOr<Tile> tile,
                                       SmallVectorImpl<OpFoldResult> &offsets,
                                       SmallVectorImpl<OpFoldResult> &sizes) {
  if (failed(tile))
    return failure();
  offsets.assign(tile->offsets);
  sizes.assign(tile->sizes);
  return success();
}

static OpFoldResult getExtent(OpBuilder &builder, Location loc, Value value,
                              int64_t dim) {
  if (isa<MemRefType>(value.getType()))
    return memref::getMixedSize(builder, loc, value, dim);
  return tensor::getMixedSize(builder, loc, value, dim);
}

/// `tile` of `source` with unit strides.
static Value createSlice(OpBuilder &builder, Location loc, Value source,
                         const Tile &tile) {
  SmallVector<OpFoldResult> strides(tile.offsets.size(),
                                    builder.getIndexAttr(1));
  if (isa<MemRefType>(source.getType()))
    return memref::SubViewOp::create(builder, loc, source, tile.offsets,
                                     tile.sizes, strides);
  return tensor::ExtractSliceOp::create(builder, loc, source, tile.offsets,
                                        tile.sizes, strides);
}

/// Whether `size` is the extent of dimension `dim` of x, provably.
static bool isWholeExtent(NormOpInterface op, int64_t dim, OpFoldResult size) {
  int64_t extent = op.getInputType().getDimSize(dim);
  if (std::optional<int64_t> constant = getConstantIntValue(size);
      constant && !ShapedType::isDynamic(extent))
    return *constant == extent;
  FailureOr<bool> equal = ValueBoundsConstraintSet::areEqual(
      size, ValueBoundsConstraintSet::Variable(op.getInput(), dim));
  return succeeded(equal) && *equal;
}

/// The first normalized dimension that `tile` of the iteration space does not
/// span, if there is one.
static std::optional<int64_t> findCutDimension(NormOpInterface op,
                                               const Tile &tile) {
  for (int64_t dim : op.getDimensions())
    if (!isWholeExtent(op, dim, tile.sizes[dim]))
      return dim;
  return std::nullopt;
}

/// The part of `tile` along the rows: where its statistics lie.
static Tile getRowTile(NormOpInterface op, const Tile &tile) {
  Tile rows;
  for (int64_t dim : op.getRowDimensions()) {
    rows.offsets.push_back(tile.offsets[dim]);
    rows.sizes.push_back(tile.sizes[dim]);
  }
  return rows;
}

/// `tile` with the normalized dimensions replaced by their whole extents, which
/// are attributes where they are static.
static Tile spanRows(NormOpInterface op, OpBuilder &builder, Tile tile) {
  for (int64_t dim : op.getDimensions()) {
    tile.offsets[dim] = builder.getIndexAttr(0);
    tile.sizes[dim] = getExtent(builder, op.getLoc(), op.getInput(), dim);
  }
  return tile;
}

/// The iteration tile of whole rows whose statistics lie at `rows`.
static Tile expandRowTile(NormOpInterface op, OpBuilder &builder,
                          const Tile &rows) {
  Tile tile;
  tile.offsets.resize(op.getInputType().getRank());
  tile.sizes.resize(op.getInputType().getRank());
  for (auto [index, dim] : llvm::enumerate(op.getRowDimensions())) {
    tile.offsets[dim] = rows.offsets[index];
    tile.sizes[dim] = rows.sizes[index];
  }
  return spanRows(op, builder, std::move(tile));
}

/// What an operand or result has one element of: each element of x (x, y), each
/// position in the row (scale, bias) or each row (statistics).
enum class Extent { element, position, row };

static Extent getOperandExtent(NormOpInterface op, unsigned number) {
  auto inits =
      cast<DestinationStyleOpInterface>(op.getOperation()).getDpsInitsMutable();
  unsigned y = inits[0].getOperandNumber();
  if (number == 0 || number == y)
    return Extent::element;
  return number < y ? Extent::position : Extent::row;
}

static Extent getResultExtent(unsigned number) {
  return number == 0 ? Extent::element : Extent::row;
}

//===----------------------------------------------------------------------===//
// Iteration space
//===----------------------------------------------------------------------===//

SmallVector<utils::IteratorType>
norm::detail::getLoopIteratorTypes(NormOpInterface op) {
  SmallVector<utils::IteratorType> types(op.getInputType().getRank(),
                                         utils::IteratorType::parallel);
  for (int64_t dim : op.getDimensions())
    types[dim] = utils::IteratorType::reduction;
  return types;
}

SmallVector<Range> norm::detail::getIterationDomain(NormOpInterface op,
                                                    OpBuilder &builder) {
  return llvm::map_to_vector(
      llvm::seq<int64_t>(0, op.getInputType().getRank()), [&](int64_t dim) {
        return Range{builder.getIndexAttr(0),
                     getExtent(builder, op.getLoc(), op.getInput(), dim),
                     builder.getIndexAttr(1)};
      });
}

//===----------------------------------------------------------------------===//
// Tiled implementation
//===----------------------------------------------------------------------===//

/// The op on the rows of `tile`, which spans them.
static TilingResult createTiled(NormOpInterface op, OpBuilder &builder,
                                const Tile &tile) {
  Tile rows = getRowTile(op, tile);
  SmallVector<Value> operands;
  SmallVector<Type> resultTypes;
  SmallVector<Operation *> slices;
  auto dps = cast<DestinationStyleOpInterface>(op.getOperation());
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    Extent extent = getOperandExtent(op, operand.getOperandNumber());
    if (extent != Extent::position) {
      value = createSlice(builder, op.getLoc(), value,
                          extent == Extent::row ? rows : tile);
      slices.push_back(value.getDefiningOp());
    }
    operands.push_back(value);
    if (dps.isDpsInit(&operand) && isa<RankedTensorType>(value.getType()))
      resultTypes.push_back(value.getType());
  }
  Operation *tiled = clone(builder, op, resultTypes, operands);
  return {{tiled}, SmallVector<Value>(tiled->getResults()), slices};
}

FailureOr<TilingResult> norm::detail::getTiledImplementation(NormOpInterface op,
                                                             OpBuilder &builder,
                                                             const Tile &tile) {
  if (std::optional<int64_t> dim = findCutDimension(op, tile)) {
    InFlightDiagnostic diag = op->emitOpError("expected tiles to span "
                                              "normalized dimension ")
                              << *dim << ", got a tile of ";
    if (std::optional<int64_t> size = getConstantIntValue(tile.sizes[*dim]))
      return diag << "size " << *size;
    return diag << "unknown size";
  }
  return createTiled(op, builder, spanRows(op, builder, tile));
}

Tile norm::detail::getResultTile(NormOpInterface op, unsigned number,
                                 const Tile &tile) {
  return getResultExtent(number) == Extent::row ? getRowTile(op, tile) : tile;
}

//===----------------------------------------------------------------------===//
// Fusion
//===----------------------------------------------------------------------===//

FailureOr<Tile> norm::detail::getTileOfResult(NormOpInterface op,
                                              OpBuilder &builder,
                                              unsigned number,
                                              const Tile &resultTile) {
  if (getResultExtent(number) == Extent::row)
    return expandRowTile(op, builder, resultTile);
  if (findCutDimension(op, resultTile))
    return failure();
  return spanRows(op, builder, resultTile);
}

bool norm::detail::isFusableWithConsumer(NormOpInterface op, unsigned number,
                                         const Tile &resultTile) {
  return getResultExtent(number) == Extent::row ||
         !findCutDimension(op, resultTile);
}

FailureOr<TilingResult>
norm::detail::generateResultTile(NormOpInterface op, OpBuilder &builder,
                                 unsigned number, const Tile &resultTile) {
  FailureOr<Tile> tile = getTileOfResult(op, builder, number, resultTile);
  if (failed(tile))
    return failure();
  TilingResult tiled = createTiled(op, builder, *tile);
  return TilingResult{
      tiled.tiledOps, {tiled.tiledValues[number]}, tiled.generatedSlices};
}

static bool sameRows(const Tile &a, const Tile &b) {
  return llvm::equal(a.offsets, b.offsets) && llvm::equal(a.sizes, b.sizes);
}

/// The rows that operand `number` takes part in with its tile `tile`.
static FailureOr<Tile> getRowsOfOperand(NormOpInterface op, unsigned number,
                                        const Tile &tile) {
  Extent extent = getOperandExtent(op, number);
  if (extent == Extent::row)
    return tile;
  if (extent == Extent::position || findCutDimension(op, tile))
    return failure();
  return getRowTile(op, tile);
}

/// The rows that all of `tiles` agree on.
static FailureOr<Tile> getRowsOfOperands(NormOpInterface op,
                                         ArrayRef<unsigned> numbers,
                                         ArrayRef<Tile> tiles) {
  FailureOr<Tile> common = failure();
  for (auto [number, tile] : llvm::zip_equal(numbers, tiles)) {
    FailureOr<Tile> rows = getRowsOfOperand(op, number, tile);
    if (failed(rows) || (succeeded(common) && !sameRows(*common, *rows)))
      return failure();
    common = std::move(rows);
  }
  return common;
}

FailureOr<Tile> norm::detail::getTileOfOperands(NormOpInterface op,
                                                OpBuilder &builder,
                                                ArrayRef<unsigned> numbers,
                                                ArrayRef<Tile> operandTiles) {
  FailureOr<Tile> rows = getRowsOfOperands(op, numbers, operandTiles);
  if (failed(rows))
    return failure();
  return expandRowTile(op, builder, *rows);
}

FailureOr<TilingResult> norm::detail::getTiledImplementationOfOperands(
    NormOpInterface op, OpBuilder &builder, ArrayRef<unsigned> numbers,
    ArrayRef<Tile> operandTiles) {
  FailureOr<Tile> tile = getTileOfOperands(op, builder, numbers, operandTiles);
  if (failed(tile))
    return failure();
  return createTiled(op, builder, *tile);
}

bool norm::detail::isFusableWithProducers(NormOpInterface op,
                                          ArrayRef<unsigned> numbers,
                                          ArrayRef<Tile> operandTiles) {
  return succeeded(getRowsOfOperands(op, numbers, operandTiles));
}
