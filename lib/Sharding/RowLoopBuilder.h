//===- RowLoopBuilder.h - row loops over parts of rows ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_SHARDING_ROWLOOPBUILDER_H
#define NORM_LIB_SHARDING_ROWLOOPBUILDER_H

#include "ShardedRow.h"

#include "norm/Dialect/Norm/IR/RowShape.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::norm::sharding {

/// A `norm.row_loop` over parts. Rows may be of dynamic number.
class RowLoopBuilder {
public:
  /// A loop of extents `extents`, of which `dimensions` make up a row.
  RowLoopBuilder(OpBuilder &builder, Location loc,
                 ArrayRef<OpFoldResult> extents, ArrayRef<int64_t> dimensions)
      : builder(builder), loc(loc), extents(extents), dimensions(dimensions) {}

  /// The rows of a norm or of its backward; `input` is the part of its x.
  RowLoopBuilder(OpBuilder &builder, NormRowsOpInterface op, Value input)
      : RowLoopBuilder(builder, op.getLoc(),
                       tensor::getMixedSizes(builder, op.getLoc(), input),
                       op.getDimensions()) {}

  /// Cuts the rows into the pieces of `row`: from here on a row of the loop is
  /// a piece, operands are read as such, and what is written are rows. A dim d
  /// of extent 4096 is then (d, d + 1) of extents 8 and 512.
  void cut(const ShardedRow &row) {
    cutDim = row.cutDim;
    piece = row.piece;
  }

  /// Adds an operand that is read; the number of its argument, or none for
  /// null.
  std::optional<unsigned> read(Value value, OperandRole role) {
    return read(value, getMap(role));
  }
  std::optional<unsigned> read(Value value, AffineMap map) {
    if (!value)
      return std::nullopt;
    inputs.push_back(cutDim ? cutValue(value, map) : value);
    inputMaps.push_back(cutDim ? cutMap(map) : map);
    return inputs.size() - 1;
  }

  /// Adds a destination.
  void write(Value init, OperandRole role) { write(init, getMap(role)); }
  void write(Value init, AffineMap map) {
    inits.push_back(init);
    initMaps.push_back(map);
  }

  /// Adds a new destination of one value per row.
  void writeRows(Type element) {
    SmallVector<OpFoldResult> shape;
    for (int64_t dim : getComplement(extents.size(), dimensions))
      shape.push_back(extents[dim]);
    AffineMap map = getMap(OperandRole::row);
    if (cutDim) {
      map =
          cutMap(map).insertResult(builder.getAffineDimExpr(*cutDim), *cutDim);
      // A row that is cut is static.
      int64_t length = *getConstantIntValue(extents[*cutDim]);
      shape.insert(shape.begin() + *cutDim,
                   builder.getIndexAttr(length / piece));
    }
    write(tensor::EmptyOp::create(builder, loc, shape, element), map);
  }

  /// The loop, whose body yields what `emitBody` gives for the arguments.
  SmallVector<Value>
  emit(llvm::function_ref<SmallVector<Value>(ValueRange)> emitBody,
       ArrayRef<int64_t> accumulate = {}) {
    SmallVector<AffineMap> maps = inputMaps;
    llvm::append_range(maps, initMaps);
    SmallVector<int64_t> rowDims = dimensions;
    if (cutDim)
      rowDims = {*cutDim + 1};
    auto loop = RowLoopOp::create(builder, loc, inputs, inits, maps, rowDims,
                                  accumulate);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBlock());
    RowYieldOp::create(builder, loc, emitBody(loop.getBlock()->getArguments()));
    return llvm::to_vector_of<Value>(loop.getResults());
  }

  OpBuilder &builder;
  Location loc;

private:
  AffineMap getMap(OperandRole role) const {
    SmallVector<int64_t> dims = llvm::to_vector(dimensions);
    if (role == OperandRole::row)
      dims = getComplement(extents.size(), dimensions);
    else if (role == OperandRole::element)
      dims = llvm::to_vector(llvm::seq<int64_t>(0, extents.size()));
    SmallVector<AffineExpr> exprs;
    for (int64_t dim : dims)
      exprs.push_back(builder.getAffineDimExpr(dim));
    return AffineMap::get(extents.size(), 0, exprs, builder.getContext());
  }

  /// `map`, of the dims before the cut, by those after it.
  AffineMap cutMap(AffineMap map) const {
    SmallVector<AffineExpr> exprs;
    for (AffineExpr expr : map.getResults()) {
      int64_t dim = cast<AffineDimExpr>(expr).getPosition();
      if (dim == *cutDim)
        exprs.push_back(builder.getAffineDimExpr(dim));
      exprs.push_back(builder.getAffineDimExpr(dim < *cutDim ? dim : dim + 1));
    }
    return AffineMap::get(map.getNumDims() + 1, 0, exprs, map.getContext());
  }
  /// `value`, which `map` says has the dims before the cut, with its pieces.
  Value cutValue(Value value, AffineMap map) const {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    auto place = map.getResultPosition(builder.getAffineDimExpr(*cutDim));
    if (!type || !place)
      return value;
    SmallVector<int64_t> shape = llvm::to_vector(type.getShape());
    SmallVector<ReassociationIndices> groups;
    for (int64_t dim = 0, at = 0; dim < type.getRank(); ++dim) {
      groups.push_back({at++});
      if (dim == *place)
        groups.back().push_back(at++);
    }
    shape[*place] /= piece;
    shape.insert(shape.begin() + *place + 1, piece);
    return tensor::ExpandShapeOp::create(builder, loc, type.clone(shape), value,
                                         groups);
  }

  SmallVector<OpFoldResult> extents;
  SmallVector<int64_t> dimensions;
  std::optional<int64_t> cutDim;
  int64_t piece = 1;
  SmallVector<Value> inputs, inits;
  SmallVector<AffineMap> inputMaps, initMaps;
};

} // namespace mlir::norm::sharding

#endif // NORM_LIB_SHARDING_ROWLOOPBUILDER_H
