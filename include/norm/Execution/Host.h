//===- Host.h - what a caller lends to compiled code ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_HOST_H
#define NORM_EXECUTION_HOST_H

#include "llvm/ADT/StringMap.h"

#include <cstddef>

namespace mlir::norm::run {

/// A pool of threads: `function` calls body(state, i) for each i below `tasks`,
/// in any order and on any threads, and returns when all are done.
struct ParallelFor {
  void (*function)(void *userData, size_t tasks,
                   void (*body)(void *state, size_t task),
                   void *state) = nullptr;
  void *userData = nullptr;
  /// How many tasks a loop gets that does not say.
  unsigned threads = 0;
};

/// Memory, of which `alignment` is a power of two.
struct Allocator {
  void *(*allocate)(void *userData, size_t size, size_t alignment) = nullptr;
  void (*deallocate)(void *userData, void *memory) = nullptr;
  void *userData = nullptr;

  /// From the caller's functions, or from the C library. Null if there is none.
  void *get(size_t size, size_t alignment) const;
  void giveBack(void *memory) const;
};

/// What compiled code uses in the place of its own; a function that is null
/// stands for the usual.
struct Host {
  ParallelFor parallelFor;
  Allocator allocator;
};

/// That of this thread; never null.
const Host &getHost();

/// While it lives, `host` is that of this thread, and of the threads that
/// compiled code starts from it. Null for the usual.
class ScopedHost {
public:
  explicit ScopedHost(const Host *host);
  ScopedHost(const ScopedHost &) = delete;
  ~ScopedHost();

private:
  const Host *outer;
};

/// The functions for memory that compiled code calls, by name.
llvm::StringMap<void *> getMemorySymbols();

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_HOST_H
