//===- Cell.h - what is measured at a time ----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A cell of a benchmark: one operation on a matrix of one element type, with
// its memory traffic and its program.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_CELL_H
#define NORM_TOOLS_NORM_BENCH_CELL_H

#include "Task.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace mlir::norm::bench {

/// One operation on `rows` rows of `cols` elements, by `threads` threads.
struct Cell {
  OpKind op;
  Storage type;
  int64_t rows, cols;
  /// The elements of the statistic: `cols` but for prmsnorm.
  int64_t k;
  unsigned threads;

  /// Bytes of one element, and of x.
  int64_t elementBytes() const;
  int64_t matrixBytes() const { return rows * cols * elementBytes(); }
  /// How many matrices a call reads and writes: x and y, and the residual and
  /// the sum of add-rmsnorm.
  int64_t matrices() const { return op == OpKind::AddRMSNorm ? 4 : 2; }
  /// Vectors of `cols` parameters: the scale, and the bias of layernorm.
  int64_t parameters() const { return op == OpKind::LayerNorm ? 2 : 1; }
  /// What a call must move: matrices read and written once, parameters.
  int64_t trafficBytes() const {
    return matrices() * matrixBytes() + parameters() * cols * elementBytes();
  }

  /// "rmsnorm f32 2048x4096, 1 thread".
  std::string describe() const;
  /// A module whose function `main` maps x, [residual], scale, [bias] to y,
  /// [sum].
  std::string program() const;
};

/// The names on the command line: rmsnorm, prmsnorm, layernorm, add-rmsnorm,
/// and f32, bf16, f16, f64.
StringRef nameOf(OpKind op);
StringRef nameOf(Storage type);
std::optional<OpKind> parseOperation(StringRef name);
std::optional<Storage> parseStorage(StringRef name);

/// The cell with these figures; `k` is 6.25 % of `cols`, rounded up, unless
/// given. Errors: no rows, no columns, k out of range, more bytes than 63 bits
/// count.
llvm::Expected<Cell> makeCell(OpKind op, Storage type, int64_t rows,
                              int64_t cols, std::optional<int64_t> k,
                              unsigned threads);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_CELL_H
