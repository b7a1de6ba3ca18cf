//===- Measure.h - interleaved timing ---------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_MEASURE_H
#define NORM_TOOLS_NORM_BENCH_MEASURE_H

#include "Ways.h"
#include "Workspace.h"

namespace mlir::norm::bench {

/// How a cell is measured.
struct Schedule {
  /// Rounds; 0 for as many as `seconds` allow, from 5 to 200.
  unsigned rounds = 0;
  /// Seconds that the rounds of a cell take together, about.
  double seconds = 1;
  /// The least seconds of a sample: short calls are repeated and averaged.
  double sampleSeconds = 1e-3;
};

/// Seconds of one call.
struct Timing {
  double minimum, median;
};

/// Times `ways` in rounds: in each round every way makes one sample, in an
/// order that rotates from round to round, so that drift of the machine hits
/// all alike. Each call takes the next slot of the ring. Calls `progress` with
/// the rounds done and the rounds in all.
SmallVector<Timing>
measure(ArrayRef<Way> ways, const Workspace &workspace,
        const Schedule &schedule, unsigned &rounds,
        llvm::function_ref<void(unsigned, unsigned)> progress);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_MEASURE_H
