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

/// A `norm.row_loop` with the rows of a norm or of its backward.
class RowLoopBuilder {
public:
  /// The rows of `op`; `input` is the part of its input at hand.
  RowLoopBuilder(OpBuilder &builder, NormRowsOpInterface op, Value input)
      : builder(builder), op(op), input(input) {}

  /// Adds an operand that is read; the number of its argument, or none for
  /// null.
  std::optional<unsigned> read(Value value, OperandRole role) {
    if (!value)
      return std::nullopt;
    inputs.push_back(value);
    inputMaps.push_back(getRoleMap(op, role));
    return inputs.size() - 1;
  }

  /// Adds a destination.
  void write(Value init, OperandRole role) {
    inits.push_back(init);
    initMaps.push_back(getRoleMap(op, role));
  }

  /// Adds a new destination of one value per row.
  void writeRows(FloatType element) {
    SmallVector<OpFoldResult> sizes;
    for (int64_t dim : op.getRowDimensions())
      sizes.push_back(tensor::getMixedSize(builder, op.getLoc(), input, dim));
    write(tensor::EmptyOp::create(builder, op.getLoc(), sizes, element),
          OperandRole::row);
  }

  /// The loop, whose body yields what `emitBody` gives for the arguments.
  SmallVector<Value>
  emit(llvm::function_ref<SmallVector<Value>(ValueRange)> emitBody,
       ArrayRef<int64_t> accumulate = {}) {
    SmallVector<AffineMap> maps = inputMaps;
    llvm::append_range(maps, initMaps);
    auto loop = RowLoopOp::create(builder, op.getLoc(), inputs, inits, maps,
                                  op.getDimensions(), accumulate);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBlock());
    RowYieldOp::create(builder, op.getLoc(),
                       emitBody(loop.getBlock()->getArguments()));
    return llvm::to_vector_of<Value>(loop.getResults());
  }

private:
  OpBuilder &builder;
  NormRowsOpInterface op;
  Value input;
  SmallVector<Value> inputs, inits;
  SmallVector<AffineMap> inputMaps, initMaps;
};

} // namespace mlir::norm::sharding

#endif // NORM_LIB_SHARDING_ROWLOOPBUILDER_H
