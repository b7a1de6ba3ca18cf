//===- Threads.h - threads for kernels, from whom there are -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled code starts threads through the interface of LLVM's OpenMP runtime.
// A process that has another one already, as PyTorch brings its own, would then
// have two pools of threads, which wait for work by spinning against each
// other. So that interface is implemented here, by the pool that there is:
//
// 1. what the caller has, where it says so (Host.h);
// 2. the OpenMP runtime that is in the process, libgomp, libomp or libiomp: all
//    have GOMP_parallel();
// 3. libomp, as Debian names it or as upstream installs it, or libgomp;
// 4. the calling thread.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_THREADS_H
#define NORM_EXECUTION_THREADS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::norm::run {

/// The functions that compiled code with threads calls, by name.
const llvm::StringMap<void *> &getThreadSymbols();

/// A pool of threads.
struct ThreadPool {
  /// The file of its library.
  std::string library;
  /// How many threads a loop gets that does not say.
  unsigned threads;
};

/// That of the process, which is loaded if there is none; an error, in a
/// sentence, where none can be.
llvm::Expected<ThreadPool> getThreadPool();

/// Calls `work` with each number below `threads`, on a thread of the pool each,
/// or one after the other where there is no pool.
void runTeam(unsigned threads, llvm::function_ref<void(unsigned)> work);

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_THREADS_H
