//===- Host.cpp - what a caller lends to compiled code --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Host.h"

#include <cstdlib>
#include <utility>

using namespace mlir::norm;
using namespace mlir::norm::run;

static thread_local const Host *current = nullptr;

const Host &run::getHost() {
  static const Host usual;
  return current ? *current : usual;
}

ScopedHost::ScopedHost(const Host *host)
    : outer(std::exchange(current, host)) {}
ScopedHost::~ScopedHost() { current = outer; }

void *Allocator::get(size_t size, size_t alignment) const {
  if (allocate)
    return allocate(userData, size, alignment);
  void *memory = nullptr;
  return posix_memalign(&memory, alignment, size) == 0 ? memory : nullptr;
}

void Allocator::giveBack(void *memory) const {
  if (!allocate)
    std::free(memory);
  else if (memory)
    deallocate(userData, memory);
}

/// Compiled code aligns by itself.
static void *allocateForCode(size_t size) {
  const Allocator &allocator = getHost().allocator;
  return allocator.allocate ? allocator.get(size, alignof(std::max_align_t))
                            : std::malloc(size);
}

static void deallocateForCode(void *memory) {
  getHost().allocator.giveBack(memory);
}

llvm::StringMap<void *> run::getMemorySymbols() {
  return {{"malloc", reinterpret_cast<void *>(allocateForCode)},
          {"free", reinterpret_cast<void *>(deallocateForCode)}};
}
