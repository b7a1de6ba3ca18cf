//===- Samples.h - what watched norms tell of their rows --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code of functions whose norms are watched (Models/Instrument.h) calls its
// caller back, with values of rows, from the thread of the call.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_SAMPLES_H
#define NORM_EXECUTION_SAMPLES_H

#include "norm/Models/Profile.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::norm::run {

/// Is told of rows of norm `number`.
using SampleSink =
    llvm::function_ref<void(int64_t number, const RowSamples &samples)>;

/// While it lives, calls of this thread tell `sink`; without one, nobody.
class ScopedSink {
public:
  explicit ScopedSink(SampleSink sink);
  ScopedSink(const ScopedSink &) = delete;
  ~ScopedSink();

private:
  SampleSink outer;
};

/// What compiled code is linked to.
llvm::StringMap<void *> getSampleSymbols();

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_SAMPLES_H
