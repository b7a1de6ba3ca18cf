//===- _memory.h - memory of large results ----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// malloc gives blocks of 32 MB and more back to the system, and smaller ones
// that lie at the end of its memory, so that a result is memory that is touched
// for the first time: 8,192 page faults for 32 MB take twice as long as the
// gradients of a layernorm of that size. Such blocks are kept here for the next
// result. While they wait, the system may have their pages where it needs some
// (MADV_FREE).
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_TORCH_MEMORY_H
#define NORM_PYTHON_TORCH_MEMORY_H

#include <ATen/EmptyTensor.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include "_calls.h"

#include <cstring>

namespace host = norm::host;

namespace {
/// Whole huge pages, for tensors of nearly so many bytes.
class Blocks final : public c10::Allocator {
public:
  /// Two huge pages: of less, one may well be half unused.
  static constexpr size_t kLeast = size_t(4) << 20;
  /// What may wait, in all.
  static constexpr size_t kMost = size_t(256) << 20;

  c10::DataPtr allocate(size_t size) override {
    Block *block = take(size);
    if (!block)
      block = make(size);
    return {block->data, block, give, at::Device(at::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return nullptr; }
  void copy_data(void *to, const void *from, size_t size) const override {
    std::memcpy(to, from, size);
  }

  /// Gives back what waits.
  void clear() {
    std::lock_guard<std::mutex> lock(mutex);
    for (Block *block : waiting)
      release(block);
    waiting.clear();
    waitingSize = 0;
  }

  /// Never freed: a tensor may outlive all else.
  static Blocks &get() {
    static auto *blocks = new Blocks;
    return *blocks;
  }

private:
  struct Block {
    void *data, *mapped;
    size_t size, mappedSize;
  };
  static constexpr size_t kPage = size_t(2) << 20;

  static Block *make(size_t size) {
    size = (size + kPage - 1) / kPage * kPage;
    void *mapped = mmap(nullptr, size + kPage, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TORCH_CHECK(mapped != MAP_FAILED, "norm: no memory for ", size, " bytes");
    auto begin = (reinterpret_cast<uintptr_t>(mapped) + kPage - 1) / kPage;
    auto *data = reinterpret_cast<void *>(begin * kPage);
    host::adviseHugePages(data, size);
    return new Block{data, mapped, size, size + kPage};
  }

  static void release(Block *block) {
    munmap(block->mapped, block->mappedSize);
    delete block;
  }

  /// One that waits, of at most a quarter more; or NULL.
  Block *take(size_t size) {
    std::lock_guard<std::mutex> lock(mutex);
    auto found =
        std::find_if(waiting.begin(), waiting.end(), [&](const Block *block) {
          return block->size >= size && block->size - size <= size / 4;
        });
    if (found == waiting.end())
      return nullptr;
    Block *block = *found;
    waiting.erase(found);
    waitingSize -= block->size;
    return block;
  }

  static void give(void *given) {
    auto *block = static_cast<Block *>(given);
    Blocks &blocks = get();
    {
      std::lock_guard<std::mutex> lock(blocks.mutex);
      if (blocks.waitingSize + block->size <= kMost) {
#ifdef MADV_FREE
        madvise(block->data, block->size, MADV_FREE);
#endif
        blocks.waitingSize += block->size;
        blocks.waiting.push_back(block);
        return;
      }
    }
    release(block);
  }

  std::mutex mutex;
  std::vector<Block *> waiting;
  size_t waitingSize = 0;
};
} // namespace

static at::Tensor makeEmpty(at::IntArrayRef sizes, at::ScalarType type) {
  size_t size = c10::multiply_integers(sizes) * c10::elementSize(type);
  if (size >= Blocks::kLeast)
    return at::Tensor(at::detail::empty_generic(
        sizes, &Blocks::get(), c10::DispatchKeySet(c10::DispatchKey::CPU), type,
        std::nullopt));
  at::Tensor made = at::empty(sizes, at::device(at::kCPU).dtype(type));
  host::adviseHugePages(made.mutable_data_ptr(), made.nbytes());
  return made;
}

#endif // NORM_PYTHON_TORCH_MEMORY_H
