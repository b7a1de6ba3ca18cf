//===- SharedRow.cpp - rows that threads share ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where there are fewer rows than threads, and enough in each: the blocks of a
// sweep give partial results by number, which one thread combines in the order
// that it would have computed them in (RowReductions.h), and results are stored
// in pieces.
//
//===----------------------------------------------------------------------===//

#include "CPU/RowByRow.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::norm;

/// Elements of the piece of a row that a thread takes.
static constexpr int64_t kPiece = 16384;

namespace {
/// Threads take pieces of the row.
struct SharedWriter : RowWriter {
  using RowWriter::RowWriter;
  void emitFrom(OpBuilder &builder, CPURow &row, Value begin,
                bool past) override;
};

struct SharedRow : RowByRow {
  SharedRow(const RowContext &context, bool streams)
      : RowByRow(context, ownWriter, streams, /*prefetches=*/false),
        ownWriter(context) {}
  SharedWriter ownWriter;
};
} // namespace

void SharedWriter::emitFrom(OpBuilder &builder, CPURow &row, Value begin,
                            bool past) {
  Value piece = getIndex(builder, loc, kPiece);
  scf::ParallelOp::create(
      builder, loc, begin, rowLength, piece,
      [&](OpBuilder &nested, Location, ValueRange position) {
        Value next = arith::AddIOp::create(nested, loc, position[0], piece);
        Value end = arith::MinUIOp::create(nested, loc, next, rowLength);
        emitBetween(nested, {&row}, position[0], end, past);
        if (past && context.getTarget().fencesStreams)
          emitStreamFence(nested, loc);
      });
}

std::unique_ptr<RowOrderEmitter> norm::makeSharedRow(const RowContext &context,
                                                     bool streams) {
  return std::make_unique<SharedRow>(context, streams);
}
