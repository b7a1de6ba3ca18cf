//===- Memory.h - memory that knows who used it -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_LIB_NORM_EMULATE_MEMORY_H
#define NORM_TEST_LIB_NORM_EMULATE_MEMORY_H

#include "mlir/IR/BuiltinTypes.h"

#include <memory>
#include <vector>

namespace mlir::norm::emulate {

/// Who accesses memory: a thread between two barriers of its block; the host is
/// no block and no thread.
struct Accessor {
  int64_t block = -1, thread = -1;
  int64_t barriers = 0;
};

/// Elements of one type, as bits. Accesses that are errors on a GPU say so.
class Buffer {
public:
  Buffer(Type elementType, int64_t size, bool shared);

  /// Element `index`; `problem` is set if it may not be read.
  uint64_t load(int64_t index, const Accessor &by, std::string &problem);
  void store(int64_t index, uint64_t bits, const Accessor &by,
             std::string &problem);

  int64_t size() const { return elements.size(); }
  unsigned elementBytes() const { return bytes; }

private:
  struct Element {
    uint64_t bits = 0;
    bool written = false;
    Accessor writer, reader;
    /// Whether several threads have read since the last barrier.
    bool severalReaders = false;
  };

  std::vector<Element> elements;
  unsigned bytes;
  /// Whether this is memory of one block.
  bool shared;
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

} // namespace mlir::norm::emulate

#endif // NORM_TEST_LIB_NORM_EMULATE_MEMORY_H
