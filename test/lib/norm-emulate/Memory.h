//===- Memory.h - memory that knows who used it -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_LIB_NORM_EMULATE_MEMORY_H
#define NORM_TEST_LIB_NORM_EMULATE_MEMORY_H

#include "mlir/IR/BuiltinTypes.h"

#include <map>
#include <memory>
#include <vector>

namespace mlir::norm::emulate {

/// When a thread was where: between which barriers. The host is no block and no
/// thread.
struct Stamp {
  int32_t launch = -1, cluster = -1, block = -1, thread = -1;
  /// Barriers of the block that the thread has passed.
  int32_t barriers = 0;
  /// Barriers of the cluster that it has arrived at, and that it has passed.
  int32_t arrivals = 0, waits = 0;
};

/// Who accesses memory, and for each barrier of the cluster, whether it orders
/// memory.
struct Accessor : Stamp {
  const std::vector<bool> *ordersMemory = nullptr;
};

/// Elements of one type, as bits. Accesses that are errors on a GPU say so.
class Buffer {
public:
  /// `address` is that of the first element.
  Buffer(Type elementType, int64_t size, bool shared, uint64_t address);

  /// Element `index`; `problem` is set if it may not be read.
  uint64_t load(int64_t index, const Accessor &by, std::string &problem);
  void store(int64_t index, uint64_t bits, const Accessor &by,
             std::string &problem);

  int64_t size() const { return elements.size(); }
  unsigned elementBytes() const { return bytes; }
  uint64_t getAddress() const { return address; }

private:
  struct Element {
    uint64_t bits = 0;
    bool written = false;
    Stamp writer, reader;
    /// Whether several threads have read since the last barrier.
    bool severalReaders = false;
  };

  std::vector<Element> elements;
  unsigned bytes;
  /// Whether this is memory of one block.
  bool shared;
  uint64_t address;
};

/// A memref: a view of a buffer.
struct View {
  std::shared_ptr<Buffer> buffer;
  int64_t offset = 0;
  SmallVector<int64_t> sizes, strides;
};

/// A value: its elements as bits, one for a scalar, or a memref.
struct Datum {
  SmallVector<uint64_t, 4> lanes;
  std::shared_ptr<View> view;
};

/// The shared memory of a block. An address has, from the low end, the byte in
/// a buffer, the number of the buffer, and the number of the block in its
/// cluster and one, or 0 for that of the thread.
struct SharedMemory {
  static constexpr unsigned kBufferBits = 24, kBlockBits = 40;

  static uint64_t getAddress(int64_t buffer) {
    return uint64_t(buffer + 1) << kBufferBits;
  }
  /// What `address` means in block number `rank`.
  static uint64_t map(uint64_t address, int64_t rank) {
    return address | uint64_t(rank + 1) << kBlockBits;
  }

  /// New memory of `size` elements.
  std::shared_ptr<Buffer> add(Type elementType, int64_t size);
  /// The buffer that has `address`, or null.
  Buffer *find(uint64_t address) const;

  std::vector<std::shared_ptr<Buffer>> buffers;
  /// A view of dynamic memory from byte `start` on, of known shape.
  FailureOr<View> viewDynamic(MemRefType type, int64_t start);

  /// Bytes of dynamic memory, and what is there by its first byte.
  int64_t dynamicBytes = 0;
  std::map<int64_t, std::shared_ptr<Buffer>> dynamicViews;
};

} // namespace mlir::norm::emulate

#endif // NORM_TEST_LIB_NORM_EMULATE_MEMORY_H
