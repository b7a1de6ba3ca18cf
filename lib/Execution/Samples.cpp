//===- Samples.cpp - what watched norms tell of their rows ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Samples.h"

using namespace mlir::norm;
using namespace mlir::norm::run;

static thread_local SampleSink currentSink = nullptr;

ScopedSink::ScopedSink(SampleSink sink) : outer(currentSink) {
  currentSink = sink;
}
ScopedSink::~ScopedSink() { currentSink = outer; }

/// A memref of one dimension is five arguments. Rows lie side by side.
template <typename T>
static void watch(int64_t number, T *, T *mean, int64_t, int64_t count, int64_t,
                  T *, T *square, int64_t, int64_t, int64_t, T *, T *leading,
                  int64_t, int64_t, int64_t) {
  if (currentSink)
    currentSink(number, {mean, square, leading, count, sizeof(T) == 8});
}

llvm::StringMap<void *> run::getSampleSymbols() {
  return {{"norm_watch_f32", reinterpret_cast<void *>(watch<float>)},
          {"norm_watch_f64", reinterpret_cast<void *>(watch<double>)}};
}
