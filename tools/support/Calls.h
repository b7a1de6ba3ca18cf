//===- Calls.h - calls on host tensors --------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_SUPPORT_CALLS_H
#define NORM_TOOLS_SUPPORT_CALLS_H

#include "HostTensor.h"
#include "norm/Execution/Program.h"

namespace mlir::norm::run {

/// How long a call took, in seconds.
struct CallTimes {
  double median;
  double minimum;
};

/// Calls `program` once. Results of static shape are allocated here, others by
/// the function.
llvm::Expected<SmallVector<HostTensor>>
callOnTensors(const Program &program, MutableArrayRef<HostTensor> arguments);

/// Times `rounds` calls, after one that is not counted. The memory of results
/// of static shape is allocated and touched before.
llvm::Expected<CallTimes> timeCalls(const Program &program,
                                    MutableArrayRef<HostTensor> arguments,
                                    unsigned rounds);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_SUPPORT_CALLS_H
