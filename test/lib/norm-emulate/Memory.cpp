//===- Memory.cpp - memory that knows who used it -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memory.h"

using namespace mlir;
using namespace mlir::norm::emulate;

Buffer::Buffer(Type elementType, int64_t size, bool shared)
    : elements(size),
      bytes(elementType.isIndex()
                ? 8
                : llvm::divideCeil(elementType.getIntOrFloatBitWidth(), 8)),
      shared(shared) {}

/// Whether two accesses by different threads are ordered by nothing: no barrier
/// of their block lies between them, or they belong to different blocks.
static bool areUnordered(const Accessor &a, const Accessor &b) {
  if (a.thread < 0 || b.thread < 0)
    return false;
  if (a.block != b.block)
    return true;
  return a.thread != b.thread && a.barriers == b.barriers;
}

uint64_t Buffer::load(int64_t index, const Accessor &by, std::string &problem) {
  Element &element = elements[index];
  if (shared && !element.written)
    problem = "a read of memory that was never written";
  else if (areUnordered(element.writer, by))
    problem = "a race: a read of what another thread writes";
  bool sameInterval = element.reader.block == by.block &&
                      element.reader.barriers == by.barriers;
  element.severalReaders = sameInterval && (element.severalReaders ||
                                            element.reader.thread != by.thread);
  element.reader = by;
  return element.bits;
}

void Buffer::store(int64_t index, uint64_t bits, const Accessor &by,
                   std::string &problem) {
  Element &element = elements[index];
  if (areUnordered(element.writer, by))
    problem = "a race: two threads write the same element";
  // In memory that all blocks share a result may take the place of an input,
  // which a shuffle orders, too.
  Accessor reader = element.reader;
  if (element.severalReaders && reader.thread == by.thread)
    reader.thread = by.thread + 1;
  if (shared && areUnordered(reader, by))
    problem = "a race: a write of what another thread reads";
  element.bits = bits;
  element.written = true;
  element.writer = by;
}
