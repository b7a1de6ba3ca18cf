//===- RowByRow.cpp - one row after the other -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/RowByRow.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::norm;

void RowByRow::emitRows(OpBuilder &builder, Value first, Value end) {
  Location loc = context.loc;
  scf::ForOp::create(
      builder, loc, first, end, getIndex(builder, loc, 1), ValueRange(),
      [&](OpBuilder &nested, Location, Value number, ValueRange) {
        CPURow row(context);
        row.start(nested, number, prefetches);
        row.runAll(nested);
        writer.emit(nested, row, /*past=*/streams);
        scf::YieldOp::create(nested, loc);
      });
}

namespace {
/// Rows whose results one thread stores.
struct OwnRows : RowByRow {
  OwnRows(const RowContext &context, bool streams)
      : RowByRow(context, ownWriter, streams, /*prefetches=*/streams),
        ownWriter(context) {}
  RowWriter ownWriter;
};
} // namespace

std::unique_ptr<RowOrderEmitter> norm::makeRowByRow(const RowContext &context,
                                                    bool streams) {
  return std::make_unique<OwnRows>(context, streams);
}
