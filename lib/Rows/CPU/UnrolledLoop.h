//===- UnrolledLoop.h - loops, or their steps in a row ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_UNROLLEDLOOP_H
#define NORM_LIB_ROWS_CPU_UNROLLEDLOOP_H

#include "Emit/RowAccess.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace mlir::norm {

/// Emits `body` for the positions begin, begin + step, ... below `end`, `count`
/// in number, with values that it carries on. Up to two steps are emitted one
/// after the other: what a short row loads stays in registers.
template <typename Body>
SmallVector<Value> emitLoop(OpBuilder &builder, Location loc, Value begin,
                            Value end, Value count, Value step,
                            ValueRange carried, Body body) {
  std::optional<int64_t> known = getConstantIntValue(count);
  if (known && *known <= 2) {
    SmallVector<Value> values(carried);
    Value position = begin;
    for (int64_t i = 0; i < *known; ++i) {
      values = body(builder, position, ValueRange(values));
      position = builder.createOrFold<arith::AddIOp>(loc, position, step);
    }
    return values;
  }
  auto loop = scf::ForOp::create(
      builder, loc, begin, end, step, carried,
      [&](OpBuilder &nested, Location, Value position, ValueRange values) {
        SmallVector<Value> next = body(nested, position, values);
        scf::YieldOp::create(nested, loc, next);
      });
  return llvm::to_vector_of<Value>(loop.getResults());
}

/// Emits `body` for the chunks of the elements [begin, end), of which the last
/// may be masked.
inline void forEachChunk(OpBuilder &builder, Location loc, int64_t lanes,
                         Value begin, Value end,
                         function_ref<void(OpBuilder &, const Chunk &)> body) {
  Value step = getIndex(builder, loc, lanes);
  Value length = builder.createOrFold<arith::SubIOp>(loc, end, begin);
  Value whole = roundDown(builder, loc, length, lanes);
  Value wholeEnd = builder.createOrFold<arith::AddIOp>(loc, begin, whole);
  auto emit = [&](Value first, Value last, bool masked) {
    scf::ForOp::create(
        builder, loc, first, last, step, ValueRange(),
        [&](OpBuilder &nested, Location, Value position, ValueRange) {
          Value remaining =
              masked ? arith::SubIOp::create(nested, loc, end, position)
                           .getResult()
                     : Value();
          body(nested, Chunk{position, remaining, lanes});
          scf::YieldOp::create(nested, loc);
        });
  };
  emit(begin, wholeEnd, /*masked=*/false);
  emit(wholeEnd, end, /*masked=*/true);
}

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_UNROLLEDLOOP_H
