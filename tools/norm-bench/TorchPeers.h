//===- TorchPeers.h - PyTorch beside a cell ---------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_TORCHPEERS_H
#define NORM_TOOLS_NORM_BENCH_TORCHPEERS_H

#include "Result.h"

namespace mlir::norm::bench {

/// Times PyTorch, eager and compiled, on arrays of its own in a process of the
/// interpreter `python`, for about `seconds` each. Results are not compared:
/// their accuracy is NaN. An error if the interpreter has no PyTorch.
llvm::Expected<SmallVector<WayResult>>
torchPeers(const Cell &cell, StringRef python, double seconds);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_TORCHPEERS_H
