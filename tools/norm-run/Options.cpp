//===- Options.cpp - the command line of norm-run -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include "../support/CommandLine.h"

#include "norm/Execution/Threads.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::norm;

llvm::Error run::checkOptions(const Options &options) {
  if (options.threads.getNumOccurrences() && options.threads == 0)
    return llvm::createStringError("--threads expects at least 1, got 0");
  if (options.threads > kMaxThreads)
    return llvm::createStringError("--threads expects at most " +
                                   Twine(kMaxThreads) + ", got " +
                                   Twine(options.threads.getValue()));
  if (options.rounds.getNumOccurrences() && options.rounds == 0)
    return llvm::createStringError("--time expects at least 1 round, got 0");
  if (!llvm::is_contained({"auto", "plain", "streaming"},
                          options.stores.getValue()))
    return llvm::createStringError(
        "--stores expects auto, plain or streaming, got '" + options.stores +
        "'");
  if (options.instrument.getNumOccurrences() && options.noRaise)
    return llvm::createStringError(
        "--instrument needs norms, which --no-raise leaves as they are");
  if (options.instrumentK.getNumOccurrences() &&
      (options.instrument.empty() || options.instrumentK < 1))
    return llvm::createStringError(
        "--instrument-k expects at least 1, and --instrument");
  if (options.instrument.empty() &&
      (options.instrumentFormat.getNumOccurrences() ||
       options.instrumentLimit.getNumOccurrences()))
    return llvm::createStringError(
        "--instrument-format and --instrument-limit expect --instrument");
  if (!llvm::is_contained({"json", "text", "html"},
                          options.instrumentFormat.getValue()))
    return llvm::createStringError(
        "--instrument-format expects json, text or html, got '" +
        options.instrumentFormat + "'");
  if (options.calls == 0)
    return llvm::createStringError("--calls expects at least 1, got 0");
  static constexpr StringLiteral stages[] = {
      "input", "raised", "sharded", "fused", "planned", "vector", "llvm"};
  if (options.printIRAfter.getNumOccurrences() &&
      !llvm::is_contained(stages, options.printIRAfter.getValue()))
    return llvm::createStringError(
        "--print-ir-after expects input, raised, fused, planned, vector or "
        "llvm, got '" +
        options.printIRAfter + "'");
  return llvm::Error::success();
}
