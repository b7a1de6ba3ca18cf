//===- Instrument.h - norms of the entry that are watched -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_RUN_INSTRUMENT_H
#define NORM_TOOLS_NORM_RUN_INSTRUMENT_H

#include "../support/HostTensor.h"
#include "norm/Models/Instrument.h"

namespace mlir::norm::run {

/// Raises the norms of the module of `entry` and adds results that tell of
/// their rows. `entry` is the function afterwards.
llvm::Expected<norm::Instrumentation> raiseAndInstrument(func::FuncOp &entry,
                                                         int64_t k);

/// Adds the rows that `results`, all those of one call, tell of, and writes the
/// profile to `path`.
llvm::Error writeProfile(norm::Instrumentation &instrumentation,
                         ArrayRef<HostTensor> results, StringRef path);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_NORM_RUN_INSTRUMENT_H
