//===- Tiling.cpp - tiling of ops over rows -------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The iteration space of a norm op is that of x, that of a row_loop the one of
// its maps (RowDomain.h). Rows are independent, so a tile of rows is the same
// op on slices; a row is never cut here, because y needs the statistic of the
// whole row (PartialReduction.cpp splits statistics). Where a result is a sum
// over rows, as dscale is, rows are not cut either.
//
//===----------------------------------------------------------------------===//

#include "TilingDetail.h"

#include "RowDomain.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::norm;
using norm::detail::RowDomain;
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

/// The extent of dimension `dim` of the iteration space.
static OpFoldResult getExtent(OpBuilder &builder, const RowDomain &domain,
                              int64_t dim) {
  int64_t extent = domain.getStaticExtent(dim);
  if (!ShapedType::isDynamic(extent))
    return builder.getIndexAttr(extent);
  auto [operand, position] = domain.findOperand(dim);
  Location loc = domain.getOperation()->getLoc();
  if (isa<MemRefType>(operand.getType()))
    return memref::getMixedSize(builder, loc, operand, position);
  return tensor::getMixedSize(builder, loc, operand, position);
}

/// Whether `size` is the extent of dimension `dim`, provably.
static bool isWholeExtent(const RowDomain &domain, int64_t dim,
                          OpFoldResult size) {
  int64_t extent = domain.getStaticExtent(dim);
  if (std::optional<int64_t> constant = getConstantIntValue(size);
      constant && !ShapedType::isDynamic(extent))
    return *constant == extent;
  auto [operand, position] = domain.findOperand(dim);
  FailureOr<bool> equal = ValueBoundsConstraintSet::areEqual(
      size, ValueBoundsConstraintSet::Variable(operand, position));
  return succeeded(equal) && *equal;
}

/// Where `tile` of the iteration space lies in what `map` reaches.
static Tile projectTile(OpBuilder &builder, AffineMap map, const Tile &tile) {
  Tile projected;
  for (AffineExpr result : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(result);
    projected.offsets.push_back(dim ? tile.offsets[dim.getPosition()]
                                    : builder.getIndexAttr(0));
    projected.sizes.push_back(dim ? tile.sizes[dim.getPosition()]
                                  : builder.getIndexAttr(1));
  }
  return projected;
}

/// The first reduced dimension that `tile` does not span of those that `map`
/// reaches, if there is one. `tile` is one of what `map` reaches.
static std::optional<int64_t>
findCutDimension(const RowDomain &domain, AffineMap map, const Tile &tile) {
  for (auto [number, result] : llvm::enumerate(map.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(result);
        dim && domain.isReduced(dim.getPosition()) &&
        !isWholeExtent(domain, dim.getPosition(), tile.sizes[number]))
      return dim.getPosition();
  return std::nullopt;
}

static AffineMap getIdentity(const RowDomain &domain) {
  return AffineMap::getMultiDimIdentityMap(domain.getNumDims(),
                                           domain.getOperation()->getContext());
}

/// The rows of `tile` of what `map` reaches, one offset and one size for each
/// row dimension; failure if it cuts rows or does not say which ones.
static FailureOr<Tile> getRows(const RowDomain &domain, AffineMap map,
                               const Tile &tile) {
  if (findCutDimension(domain, map, tile))
    return failure();
  Tile rows;
  for (int64_t dim : domain.getTiledDimensions()) {
    std::optional<unsigned> position =
        map.getResultPosition(getAffineDimExpr(dim, map.getContext()));
    if (!position)
      return failure();
    rows.offsets.push_back(tile.offsets[*position]);
    rows.sizes.push_back(tile.sizes[*position]);
  }
  return rows;
}

/// The iteration tile of the whole rows `rows`; extents are attributes where
/// they are static.
static Tile expandRows(OpBuilder &builder, const RowDomain &domain,
                       const Tile &rows) {
  Tile tile;
  tile.offsets.resize(domain.getNumDims());
  tile.sizes.resize(domain.getNumDims());
  for (auto [index, dim] : llvm::enumerate(domain.getTiledDimensions())) {
    tile.offsets[dim] = rows.offsets[index];
    tile.sizes[dim] = rows.sizes[index];
  }
  for (int64_t dim : domain.getDimensions()) {
    tile.offsets[dim] = builder.getIndexAttr(0);
    tile.sizes[dim] = getExtent(builder, domain, dim);
  }
  return tile;
}

//===----------------------------------------------------------------------===//
// Iteration space
//===----------------------------------------------------------------------===//

SmallVector<utils::IteratorType>
norm::detail::getLoopIteratorTypes(Operation *op) {
  RowDomain domain(op);
  SmallVector<utils::IteratorType> types(domain.getNumDims(),
                                         utils::IteratorType::parallel);
  for (int64_t dim = 0; dim < domain.getNumDims(); ++dim)
    if (domain.isReduced(dim))
      types[dim] = utils::IteratorType::reduction;
  return types;
}

SmallVector<Range> norm::detail::getIterationDomain(Operation *op,
                                                    OpBuilder &builder) {
  RowDomain domain(op);
  return llvm::map_to_vector(
      llvm::seq<int64_t>(0, domain.getNumDims()), [&](int64_t dim) {
        return Range{builder.getIndexAttr(0), getExtent(builder, domain, dim),
                     builder.getIndexAttr(1)};
      });
}

//===----------------------------------------------------------------------===//
// Tiled implementation
//===----------------------------------------------------------------------===//

/// Whether all rows use the same elements of an operand.
static bool isCommonToRows(const RowDomain &domain, AffineMap map) {
  return llvm::none_of(domain.getTiledDimensions(),
                       [&](int64_t dim) { return map.isFunctionOfDim(dim); });
}

/// The op on whole rows.
static TilingResult createTiled(OpBuilder &builder, const RowDomain &domain,
                                const Tile &rows) {
  Operation *op = domain.getOperation();
  Tile tile = expandRows(builder, domain, rows);
  SmallVector<Value> operands;
  SmallVector<Type> resultTypes;
  SmallVector<Operation *> slices;
  auto dps = cast<DestinationStyleOpInterface>(op);
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    AffineMap map = domain.getMap(operand.getOperandNumber());
    if (!isCommonToRows(domain, map)) {
      value = createSlice(builder, op->getLoc(), value,
                          projectTile(builder, map, tile));
      slices.push_back(value.getDefiningOp());
    }
    operands.push_back(value);
    if (dps.isDpsInit(&operand) && isa<RankedTensorType>(value.getType()))
      resultTypes.push_back(value.getType());
  }
  Operation *tiled = clone(builder, op, resultTypes, operands);
  return {{tiled}, SmallVector<Value>(tiled->getResults()), slices};
}

FailureOr<TilingResult> norm::detail::getTiledImplementation(Operation *op,
                                                             OpBuilder &builder,
                                                             const Tile &tile) {
  RowDomain domain(op);
  AffineMap identity = getIdentity(domain);
  if (std::optional<int64_t> dim = findCutDimension(domain, identity, tile)) {
    InFlightDiagnostic diag =
        op->emitOpError("expected tiles to span ")
        << (domain.isAlongRow(*dim) ? "normalized dimension "
                                    : "summed dimension ")
        << *dim << ", got a tile of ";
    if (std::optional<int64_t> size = getConstantIntValue(tile.sizes[*dim]))
      return diag << "size " << *size;
    return diag << "unknown size";
  }
  return createTiled(builder, domain, *getRows(domain, identity, tile));
}

Tile norm::detail::getResultTile(Operation *op, OpBuilder &builder,
                                 unsigned number, const Tile &tile) {
  return projectTile(builder, RowDomain(op).getResultMap(number), tile);
}

//===----------------------------------------------------------------------===//
// Fusion
//===----------------------------------------------------------------------===//

FailureOr<Tile> norm::detail::getTileOfResult(Operation *op, OpBuilder &builder,
                                              unsigned number,
                                              const Tile &resultTile) {
  RowDomain domain(op);
  FailureOr<Tile> rows =
      getRows(domain, domain.getResultMap(number), resultTile);
  if (failed(rows))
    return failure();
  return expandRows(builder, domain, *rows);
}

bool norm::detail::isFusableWithConsumer(Operation *op, unsigned number,
                                         const Tile &resultTile) {
  RowDomain domain(op);
  return succeeded(getRows(domain, domain.getResultMap(number), resultTile));
}

FailureOr<TilingResult>
norm::detail::generateResultTile(Operation *op, OpBuilder &builder,
                                 unsigned number, const Tile &resultTile) {
  RowDomain domain(op);
  FailureOr<Tile> rows =
      getRows(domain, domain.getResultMap(number), resultTile);
  if (failed(rows))
    return failure();
  TilingResult tiled = createTiled(builder, domain, *rows);
  return TilingResult{
      tiled.tiledOps, {tiled.tiledValues[number]}, tiled.generatedSlices};
}

static bool sameRows(const Tile &a, const Tile &b) {
  return llvm::equal(a.offsets, b.offsets) && llvm::equal(a.sizes, b.sizes);
}

/// The rows that all of `tiles` agree on.
static FailureOr<Tile> getRowsOfOperands(const RowDomain &domain,
                                         ArrayRef<unsigned> numbers,
                                         ArrayRef<Tile> tiles) {
  FailureOr<Tile> common = failure();
  for (auto [number, tile] : llvm::zip_equal(numbers, tiles)) {
    FailureOr<Tile> rows = getRows(domain, domain.getMap(number), tile);
    if (failed(rows) || (succeeded(common) && !sameRows(*common, *rows)))
      return failure();
    common = std::move(rows);
  }
  return common;
}

FailureOr<Tile> norm::detail::getTileOfOperands(Operation *op,
                                                OpBuilder &builder,
                                                ArrayRef<unsigned> numbers,
                                                ArrayRef<Tile> operandTiles) {
  RowDomain domain(op);
  FailureOr<Tile> rows = getRowsOfOperands(domain, numbers, operandTiles);
  if (failed(rows))
    return failure();
  return expandRows(builder, domain, *rows);
}

FailureOr<TilingResult> norm::detail::getTiledImplementationOfOperands(
    Operation *op, OpBuilder &builder, ArrayRef<unsigned> numbers,
    ArrayRef<Tile> operandTiles) {
  RowDomain domain(op);
  FailureOr<Tile> rows = getRowsOfOperands(domain, numbers, operandTiles);
  if (failed(rows))
    return failure();
  return createTiled(builder, domain, *rows);
}

bool norm::detail::isFusableWithProducers(Operation *op,
                                          ArrayRef<unsigned> numbers,
                                          ArrayRef<Tile> operandTiles) {
  return succeeded(getRowsOfOperands(RowDomain(op), numbers, operandTiles));
}
