//===- NormOps.h - the norm ops ---------------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMOPS_H
#define NORM_DIALECT_NORM_IR_NORMOPS_H

#include "norm/Dialect/Norm/IR/NormDialect.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/IndexingMapOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"

#include "norm/Dialect/Norm/IR/NormEnums.h.inc"

namespace mlir::norm {

/// The type in which a norm of elements of type `element` is computed: f64 for
/// f64, f32 for everything else.
FloatType getComputeType(Type element);

/// What an operand of a norm op or of its backward has one value for: each
/// element of x, each position in the row (all rows share it), or each row.
enum class OperandRole { element, position, row };

/// An operand as messages name it, and its role.
struct OperandKind {
  StringLiteral name;
  OperandRole role;
};

/// The row length n of a norm over `dimensions` of `type`: the product of those
/// extents, or ShapedType::kDynamic if one of them is dynamic.
int64_t getRowLength(ShapedType type, ArrayRef<int64_t> dimensions);

/// The number of rows of a norm over `dimensions` of `type`: the product of the
/// other extents, or ShapedType::kDynamic if one of them is dynamic.
int64_t getRowCount(ShapedType type, ArrayRef<int64_t> dimensions);

/// The numbers in [0, rank) that are not in `dimensions` (ascending).
SmallVector<int64_t> getComplement(int64_t rank, ArrayRef<int64_t> dimensions);

/// The extents of `type` along `dimensions`, in that order.
SmallVector<int64_t> getExtents(ShapedType type, ArrayRef<int64_t> dimensions);

namespace detail {
/// The destinations of a norm op: all operands from `init` on.
MutableOperandRange getInits(Operation *op, const MutableOperandRange &init);

/// The kind of operand `number` of an op whose optional operands, of which
/// `segments` says how many are there, are of `kinds`.
OperandKind getOperandKind(ArrayRef<OperandKind> kinds,
                           ArrayRef<int32_t> segments, unsigned number);
} // namespace detail

} // namespace mlir::norm

#include "norm/Dialect/Norm/IR/NormInterfaces.h.inc"

#define GET_OP_CLASSES
#include "norm/Dialect/Norm/IR/NormOps.h.inc"

#endif // NORM_DIALECT_NORM_IR_NORMOPS_H
