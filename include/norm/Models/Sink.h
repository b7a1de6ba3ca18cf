//===- Sink.h - norms behind matrix products --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_SINK_H
#define NORM_MODELS_SINK_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {

/// Which norms norm-sink takes.
struct SinkOptions {
  /// Those with the flag reassoc alone, and none that rounds before the scale.
  bool isStrict = false;
  /// Also those whose scale, bias or weights are not constant.
  bool takesArguments = false;
};

/// What became of one norm.
struct SinkOutcome {
  Location loc;
  /// Products behind which the norm went; 0 where it stayed.
  unsigned products = 0;
  /// Bytes of the normalized tensor, which is not written any more; kDynamic
  /// where unknown.
  int64_t bytes = 0;
  /// Why the norm stayed, in words.
  std::string reason;
};

/// norm(x) W -> rstd * (x W') ..., as norm-sink does, for all readers of `op`
/// or none. `op` is erased where it goes.
SinkOutcome sinkNorm(RewriterBase &rewriter, NormOpInterface op,
                     const SinkOptions &options);

} // namespace mlir::norm

#endif // NORM_MODELS_SINK_H
