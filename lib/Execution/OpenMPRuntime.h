//===- OpenMPRuntime.h - the OpenMP runtime of the process ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_EXECUTION_OPENMPRUNTIME_H
#define NORM_LIB_EXECUTION_OPENMPRUNTIME_H

#include <string>

namespace mlir::norm::run {

/// Functions of an OpenMP runtime.
struct OpenMPRuntime {
  void (*parallel)(void (*)(void *), void *, unsigned threads, unsigned flags);
  void (*barrier)();
  int (*getThreadNum)();
  int (*getNumThreads)();
  int (*getMaxThreads)();
  /// How many milliseconds threads spin that wait; only of a libomp that nobody
  /// else uses, and for what the calling thread starts.
  void (*setBlocktime)(int) = nullptr;
  /// The file of its library.
  std::string path = "";

  /// Whether `library` has them all.
  bool resolve(void *library);
};

/// That which the process has, else libomp or libgomp, which are loaded; null
/// if there is none. Whatever was returned stays valid.
const OpenMPRuntime *findOpenMPRuntime();

} // namespace mlir::norm::run

#endif // NORM_LIB_EXECUTION_OPENMPRUNTIME_H
