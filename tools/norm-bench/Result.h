//===- Result.h - what was measured of a cell -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_RESULT_H
#define NORM_TOOLS_NORM_BENCH_RESULT_H

#include "Measure.h"
#include "Reference.h"
#include "llvm/Support/JSON.h"

namespace mlir::norm::bench {

/// A way's figures.
struct WayResult {
  std::string name, detail;
  Timing timing;
  Accuracy accuracy;
};

/// A cell's figures.
struct CellResult {
  Cell cell;
  WayResult norm;
  /// Never empty.
  SmallVector<WayResult> copies;
  SmallVector<WayResult> peers;
  double compileSeconds = 0;
  unsigned rounds = 0;
  /// Slots of the ring of arrays: 1 unless cold.
  int64_t slots = 1;
  /// What a reader should know: peers that are missing, and why.
  SmallVector<std::string> notes;

  /// Bytes that the copy moves: the matrices, without parameters; of a backward
  /// the three of y = x + dy, whatever it computes.
  int64_t copiedBytes() const {
    return (isBackward(cell.op) ? 3 : cell.matrices()) * cell.matrixBytes();
  }
  /// The fastest copy.
  const WayResult &bestCopy() const;
  /// The fastest peer; null without peers.
  const WayResult *bestPeer() const;
};

/// One line of JSON, of the schema that docs/Benchmarks.md describes.
void printJson(const CellResult &result, raw_ostream &os);

/// The heads of the table's columns, and one line of it.
void printTableHead(raw_ostream &os, bool peers);
void printTableRow(const CellResult &result, raw_ostream &os, bool peers);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_RESULT_H
