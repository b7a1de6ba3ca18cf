//===- Memory.cpp - memory that knows who used it -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memory.h"

using namespace mlir;
using namespace mlir::norm::emulate;

Buffer::Buffer(Type elementType, int64_t size, bool shared, uint64_t address)
    : elements(size),
      bytes(elementType.isIndex()
                ? 8
                : llvm::divideCeil(elementType.getIntOrFloatBitWidth(), 8)),
      shared(shared), address(address) {}

/// Whether access `a` and the later access `b` by another thread are ordered by
/// nothing: no barrier of their block or their cluster lies between them.
static bool areUnordered(const Stamp &a, const Accessor &b) {
  if (a.thread < 0 || b.thread < 0 || a.launch != b.launch)
    return false;
  if (a.block == b.block && (a.thread == b.thread || a.barriers < b.barriers))
    return false;
  if (a.cluster == b.cluster)
    for (int64_t barrier = a.arrivals; barrier < b.waits; ++barrier)
      if ((*b.ordersMemory)[barrier])
        return false;
  return true;
}

uint64_t Buffer::load(int64_t index, const Accessor &by, std::string &problem) {
  Element &element = elements[index];
  if (shared && !element.written)
    problem = "a read of memory that was never written";
  else if (areUnordered(element.writer, by))
    problem = "a race: a read of what another thread writes";
  if (!shared)
    return element.bits;
  bool sameInterval = element.reader.launch == by.launch &&
                      element.reader.block == by.block &&
                      element.reader.barriers == by.barriers &&
                      element.reader.waits == by.waits;
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
  Stamp reader = element.reader;
  if (element.severalReaders && reader.thread == by.thread)
    reader.thread = by.thread + 1;
  if (shared && areUnordered(reader, by))
    problem = "a race: a write of what another thread reads";
  element.bits = bits;
  element.written = true;
  element.writer = by;
}

std::shared_ptr<Buffer> SharedMemory::add(Type elementType, int64_t size) {
  buffers.push_back(std::make_shared<Buffer>(elementType, size, /*shared=*/true,
                                             getAddress(buffers.size())));
  return buffers.back();
}

Buffer *SharedMemory::find(uint64_t address) const {
  uint64_t number =
      (address & ((uint64_t(1) << kBlockBits) - 1)) >> kBufferBits;
  if (number == 0 || number > buffers.size())
    return nullptr;
  return buffers[number - 1].get();
}

FailureOr<View> SharedMemory::viewDynamic(MemRefType type, int64_t start) {
  int64_t size = type.getNumElements();
  auto found = dynamicViews.find(start);
  std::shared_ptr<Buffer> buffer;
  if (found != dynamicViews.end()) {
    buffer = found->second;
    if (buffer->size() != size)
      return failure();
  } else {
    buffer = add(type.getElementType(), size);
    auto next = dynamicViews.try_emplace(start, buffer).first;
    auto end = [](auto view) {
      return view->first + view->second->size() * view->second->elementBytes();
    };
    if (end(next) > dynamicBytes ||
        (next != dynamicViews.begin() && end(std::prev(next)) > start) ||
        (std::next(next) != dynamicViews.end() &&
         end(next) > std::next(next)->first))
      return failure();
  }
  auto [strides, offset] = type.getStridesAndOffset();
  return View{buffer, offset, llvm::to_vector(type.getShape()), strides};
}
