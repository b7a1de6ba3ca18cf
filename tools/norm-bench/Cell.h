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
  /// What a backward computes.
  bool hasDX = false, hasDScale = false, hasDBias = false;

  /// Bytes of one element, and of x.
  int64_t elementBytes() const;
  int64_t matrixBytes() const { return rows * cols * elementBytes(); }
  /// Bytes of C, the type that rows are computed in.
  int64_t computeBytes() const { return type == Storage::F64 ? 8 : 4; }
  bool isCentered() const {
    return op == OpKind::LayerNorm || op == OpKind::LayerNormBackward;
  }
  bool isPartial() const {
    return op == OpKind::PRMSNorm || op == OpKind::PRMSNormBackward;
  }
  /// How many matrices a call reads and writes: x and y, and the residual and
  /// the sum of add-rmsnorm; of a backward dy, x and dx. dbias alone is a sum
  /// of dy.
  int64_t matrices() const;
  /// Bytes of parameters and their gradients: the scale, the bias of layernorm,
  /// dscale and dbias.
  int64_t parameterBytes() const;
  /// What a call must move: matrices read and written once, parameters.
  int64_t trafficBytes() const {
    return matrices() * matrixBytes() + parameterBytes();
  }

  /// "rmsnorm f32 2048x4096, 1 thread".
  std::string describe() const;
  /// A module whose function `main` maps x, [residual], scale, [bias] to y,
  /// [sum], or dy, x, scale, rstd, [mean] to those of dx, dscale and dbias.
  std::string program() const;

private:
  std::string forwardProgram() const;
  std::string backwardProgram() const;
};

/// What a backward is asked for: all that the norm has unless it is named.
struct Outputs {
  bool dx, dscale, dbias;
};

/// The names on the command line: rmsnorm, prmsnorm, layernorm, add-rmsnorm,
/// rmsnorm-backward and so on, and f32, bf16, f16, f64.
StringRef nameOf(OpKind op);
StringRef nameOf(Storage type);
std::optional<OpKind> parseOperation(StringRef name);
std::optional<Storage> parseStorage(StringRef name);

/// The cell with these figures; `k` is 6.25 % of `cols`, rounded up, unless
/// given; `outputs` is dx and dscale, and dbias of layernorm. Errors: no rows,
/// no columns, k out of range, more bytes than 63 bits count.
llvm::Expected<Cell> makeCell(OpKind op, Storage type, int64_t rows,
                              int64_t cols, std::optional<int64_t> k,
                              unsigned threads,
                              std::optional<Outputs> outputs = std::nullopt);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_CELL_H
