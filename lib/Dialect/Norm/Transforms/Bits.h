//===- Bits.h - operations on the bits of vectors ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_BITS_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_BITS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir::norm {

/// Short names for operations on vectors of one length.
class Bits {
public:
  Bits(OpBuilder &builder, Location loc, Value value)
      : builder(builder), loc(loc),
        shape(llvm::cast<VectorType>(value.getType())) {}

  Value constant(unsigned width, uint64_t value) {
    auto type = shape.clone(builder.getIntegerType(width));
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(type, APInt(width, value)));
  }
  Value cast(Value value, Type element) {
    return arith::BitcastOp::create(builder, loc, shape.clone(element), value);
  }
  Value integer(Value value) {
    unsigned width = getElementTypeOrSelf(value).getIntOrFloatBitWidth();
    return cast(value, builder.getIntegerType(width));
  }
  Value asFloat(Value value) { return cast(value, builder.getF32Type()); }
  Value add(Value a, Value b) {
    return arith::AddIOp::create(builder, loc, a, b);
  }
  Value sub(Value a, Value b) {
    return arith::SubIOp::create(builder, loc, a, b);
  }
  Value both(Value a, Value b) {
    return arith::AndIOp::create(builder, loc, a, b);
  }
  Value either(Value a, Value b) {
    return arith::OrIOp::create(builder, loc, a, b);
  }
  Value left(Value a, unsigned by) {
    return arith::ShLIOp::create(builder, loc, a, constant(32, by));
  }
  Value right(Value a, unsigned by) {
    return arith::ShRUIOp::create(builder, loc, a, constant(32, by));
  }
  Value widen(Value a, unsigned width = 32) {
    return arith::ExtUIOp::create(
        builder, loc, shape.clone(builder.getIntegerType(width)), a);
  }
  Value narrow(Value a, unsigned width = 16) {
    return arith::TruncIOp::create(
        builder, loc, shape.clone(builder.getIntegerType(width)), a);
  }
  /// a < b, unsigned.
  Value less(Value a, Value b) {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, a, b);
  }
  Value equal(Value a, Value b) {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, a, b);
  }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, loc, condition, a, b);
  }
  Value convert(Value value, Type element) {
    VectorType type = shape.clone(element);
    bool wider = element.getIntOrFloatBitWidth() >
                 getElementTypeOrSelf(value).getIntOrFloatBitWidth();
    if (wider)
      return arith::ExtFOp::create(builder, loc, type, value);
    return arith::TruncFOp::create(builder, loc, type, value);
  }

  OpBuilder &builder;
  Location loc;
  VectorType shape;
};

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_BITS_H
