//===- RowLoopBuilder.h - row loops over parts of rows ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_SHARDING_ROWLOOPBUILDER_H
#define NORM_LIB_SHARDING_ROWLOOPBUILDER_H

#include "norm/Dialect/Norm/IR/RowShape.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::norm::sharding {

/// A `norm.row_loop` over parts, all extents of which are static.
class RowLoopBuilder {
public:
  /// A loop of extents `extents`, of which `dimensions` make up a row.
  RowLoopBuilder(OpBuilder &builder, Location loc, ArrayRef<int64_t> extents,
                 ArrayRef<int64_t> dimensions)
      : builder(builder), loc(loc), extents(extents), dimensions(dimensions) {}

  /// The rows of a norm or of its backward; `input` is the part of its x.
  RowLoopBuilder(OpBuilder &builder, NormRowsOpInterface op, Value input)
      : RowLoopBuilder(builder, op.getLoc(),
                       cast<RankedTensorType>(input.getType()).getShape(),
                       op.getDimensions()) {}

  /// Adds an operand that is read; the number of its argument, or none for
  /// null.
  std::optional<unsigned> read(Value value, OperandRole role) {
    return read(value, getMap(role));
  }
  std::optional<unsigned> read(Value value, AffineMap map) {
    if (!value)
      return std::nullopt;
    inputs.push_back(value);
    inputMaps.push_back(map);
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
    SmallVector<int64_t> shape;
    for (int64_t dim : getComplement(extents.size(), dimensions))
      shape.push_back(extents[dim]);
    write(tensor::EmptyOp::create(builder, loc, shape, element),
          OperandRole::row);
  }

  /// The loop, whose body yields what `emitBody` gives for the arguments.
  SmallVector<Value>
  emit(llvm::function_ref<SmallVector<Value>(ValueRange)> emitBody,
       ArrayRef<int64_t> accumulate = {}) {
    SmallVector<AffineMap> maps = inputMaps;
    llvm::append_range(maps, initMaps);
    auto loop = RowLoopOp::create(builder, loc, inputs, inits, maps, dimensions,
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

  SmallVector<int64_t> extents, dimensions;
  SmallVector<Value> inputs, inits;
  SmallVector<AffineMap> inputMaps, initMaps;
};

} // namespace mlir::norm::sharding

#endif // NORM_LIB_SHARDING_ROWLOOPBUILDER_H
