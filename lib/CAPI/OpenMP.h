//===- OpenMP.h - threads for kernels, from whom there are ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled code starts threads through the interface of LLVM's OpenMP runtime.
// A process that has another one already, as PyTorch brings its own, would then
// have two pools of threads, which wait for work by spinning against each
// other. So that interface is implemented here, by the runtime that is in the
// process: both libgomp and libomp have GOMP_parallel().
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_OPENMP_H
#define NORM_LIB_CAPI_OPENMP_H

#include "llvm/ADT/StringMap.h"

namespace mlir::norm::capi {

/// The functions that compiled code with threads calls, by name.
const llvm::StringMap<void *> &getOpenMPSymbols();

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_OPENMP_H
