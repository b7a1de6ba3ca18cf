//===- RowTerms.h - what a sweep adds up of one chunk -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_EMIT_ROWTERMS_H
#define NORM_LIB_ROWS_EMIT_ROWTERMS_H

#include "Emit/RowBody.h"

namespace mlir::norm {

/// What a sweep for moments takes from earlier steps. For its values v, it adds
/// up
///
///   v - first              without a scale
///   v * scale + first      with one: the first element, negated and scaled
///   d = v - shift          and d^2
///   d = v * scale - shift  and d^2, for a second look
///
/// Null where the sweep needs none: scalars, or vectors of as many lanes.
struct MomentsOperands {
  Value first, shift, scale;
};

/// How the terms of a sweep are emitted.
struct TermEmitter {
  RowBody &body;
  const RowStep &sweep;
  MomentsOperands operands;
  /// Whether the first term of a sum is taken as it is, and not added to 0,
  /// which a compiler must not leave out. emitShiftedMoments makes 0 of a sum
  /// that is -0 for this reason.
  bool skipsZeros;

  /// The operands of a row in each lane.
  void broadcast(OpBuilder &builder);
  /// `accumulators` combined with the terms of one chunk, whose elements that
  /// do not exist leave them as they are.
  SmallVector<Value> emit(OpBuilder &builder, ChunkValues &values,
                          ValueRange accumulators) const;

private:
  Value emitValue(OpBuilder &builder, const RowTerm &term, ChunkValues &values,
                  Value accumulator) const;
  Value emitFromFirst(OpBuilder &builder, const RowTerm &term,
                      ChunkValues &values, Value accumulator) const;
  SmallVector<Value> emitFromShift(OpBuilder &builder, ChunkValues &values,
                                   ValueRange accumulators) const;
  Value selectExisting(OpBuilder &builder, const Chunk &chunk, Value value,
                       Value otherwise) const;
};

/// `accumulator` combined with `value` of a chunk, all of whose elements are
/// taken for ones that exist. A product that is added up may be contracted with
/// the addition.
Value emitCombined(OpBuilder &builder, RowBody &body, Reduction kind,
                   Value value, ChunkValues &values, Value accumulator);

/// What the terms of a sweep are combined by.
SmallVector<Reduction> getKinds(const RowStep &sweep);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_EMIT_ROWTERMS_H
