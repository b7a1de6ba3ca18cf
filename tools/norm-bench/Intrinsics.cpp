//===- Intrinsics.cpp - copies and rows written by hand -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "Ways.h"

#include "norm/Execution/Threads.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/Host.h"

#include <cstring>
#include <vector>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

/// The part of [0, count) that thread `thread` of `threads` takes; it begins at
/// a multiple of `grain`.
static std::pair<int64_t, int64_t> share(int64_t count, int64_t grain,
                                         unsigned thread, unsigned threads) {
  int64_t part = llvm::alignTo(llvm::divideCeil(count, threads), grain);
  int64_t first = std::min(count, part * thread);
  return {first, std::min(count, first + part)};
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

namespace {
/// Code for a set of instructions, and what the machine must have for it.
struct Candidate {
  StringLiteral name;
  const KernelSet *kernels;
  SmallVector<StringRef> features;
};
} // namespace

/// The widest vectors first; none elsewhere than on x86-64.
static SmallVector<Candidate> candidates() {
#ifdef __x86_64__
  return {{"avx512bf16",
           &kKernelsAVX512BF16,
           {"avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512bf16"}},
          {"avx512",
           &kKernelsAVX512,
           {"avx512f", "avx512bw", "avx512vl", "avx512dq"}},
          {"avx2", &kKernelsAVX2, {"avx2", "fma", "f16c"}},
          {"sse2", &kKernelsSSE2, {}}};
#else
  return {};
#endif
}

llvm::Expected<const KernelSet *> bench::findKernels(StringRef isa) {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  std::string names;
  for (const Candidate &candidate : candidates()) {
    names += (names.empty() ? "" : ", ") + candidate.name.str();
    if (!isa.empty() && isa != candidate.name)
      continue;
    bool has = llvm::all_of(candidate.features, [&](StringRef feature) {
      return features.lookup(feature);
    });
    if (has)
      return candidate.kernels;
    if (!isa.empty())
      return llvm::createStringError("this machine has no " + isa);
  }
  if (isa.empty())
    return nullptr;
  return llvm::createStringError("--isa expects one of " +
                                 (names.empty() ? "none" : names) + ", got '" +
                                 isa + "'");
}

/// The threads that are worth a fork for a call: one if the bytes are few.
static unsigned usefulThreads(const Task &task, int64_t bytes) {
  constexpr int64_t worthAFork = int64_t(256) << 10;
  return bytes < worthAFork ? 1 : task.threads;
}

/// Bytes of x.
static int64_t matrixBytes(const Task &task) {
  constexpr int64_t sizes[] = {4, 2, 2, 8};
  return task.rows * task.cols * sizes[static_cast<int>(task.type)];
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

using Copy = std::function<void(char *, const char *, size_t)>;

/// Copies all matrices of a task, each thread a part that begins at a page.
static Way copyWay(StringRef name, Copy copy) {
  return {name.str(), "", [copy](const Task &task) {
            int64_t size = matrixBytes(task);
            unsigned threads = usefulThreads(task, 2 * size);
            run::runTeam(threads, [&](unsigned thread) {
              auto [first, last] = share(size, 4096, thread, threads);
              if (first == last)
                return;
              copy(static_cast<char *>(task.y) + first,
                   static_cast<const char *>(task.x) + first, last - first);
              if (task.sum)
                copy(static_cast<char *>(task.sum) + first,
                     static_cast<const char *>(task.residual) + first,
                     last - first);
            });
          }};
}

static SmallVector<Way> copies(const KernelSet *kernels) {
  SmallVector<Way> ways;
  ways.push_back(copyWay("memcpy", [](char *to, const char *from, size_t size) {
    std::memcpy(to, from, size);
  }));
  if (kernels) {
    auto copy = kernels->copy;
    constexpr std::pair<StringLiteral, CopyKind> kinds[] = {
        {"plain", CopyKind::Plain},
        {"non-temporal", CopyKind::Stream},
        {"non-temporal with prefetch", CopyKind::FetchAndStream}};
    for (auto [name, kind] : kinds)
      ways.push_back(copyWay(
          name, [copy, kind = kind](char *to, const char *from, size_t size) {
            copy(to, from, size, kind);
          }));
  }
  return ways;
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

using Add = std::function<void(char *, const char *, const char *, size_t)>;

/// y = x + dy, each thread a part that begins at a page.
static Way addWay(StringRef name, Add add) {
  return {name.str(), "", [add](const Task &task) {
            int64_t size = matrixBytes(task);
            unsigned threads = usefulThreads(task, 3 * size);
            run::runTeam(threads, [&](unsigned thread) {
              auto [first, last] = share(size, 4096, thread, threads);
              if (first < last)
                add(static_cast<char *>(task.y) + first,
                    static_cast<const char *>(task.x) + first,
                    static_cast<const char *>(task.dy) + first, last - first);
            });
          }};
}

/// The loop that any compiler makes vectors of; where bits are taken as numbers
/// of another type, these may be subnormal, which is slow.
template <typename T>
static void addLoop(char *to, const char *left, const char *right,
                    size_t size) {
  auto *target = reinterpret_cast<T *>(to);
  auto *x = reinterpret_cast<const T *>(left);
  auto *dy = reinterpret_cast<const T *>(right);
  for (size_t i = 0; i < size / sizeof(T); ++i)
    target[i] = x[i] + dy[i];
}

static SmallVector<Way> sums(const Cell &cell, const KernelSet *kernels) {
  SmallVector<Way> ways;
  bool isWide = cell.type == Storage::F64;
  ways.push_back(addWay("loop", isWide ? addLoop<double> : addLoop<float>));
  if (!kernels || isWide)
    return ways;
  auto add = kernels->add;
  constexpr std::pair<StringLiteral, CopyKind> kinds[] = {
      {"plain", CopyKind::Plain},
      {"non-temporal", CopyKind::Stream},
      {"non-temporal with prefetch", CopyKind::FetchAndStream}};
  for (auto [name, kind] : kinds)
    ways.push_back(
        addWay(name, [add, kind = kind](char *to, const char *left,
                                        const char *right, size_t size) {
          add(to, left, right, size, kind);
        }));
  return ways;
}

SmallVector<Way> bench::limits(const Cell &cell, const KernelSet *kernels) {
  return isBackward(cell.op) ? sums(cell, kernels) : copies(kernels);
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// One row after the other by all threads, each a part of the columns.
static void splitRows(const KernelSet &kernels, const Task &task, bool stream) {
  // Parts begin at whole cache lines and blocks of vectors.
  constexpr int64_t grain = 128;
  std::vector<RowSums> sums(task.threads);
  for (int64_t row = 0; row < task.rows; ++row) {
    run::runTeam(task.threads, [&](unsigned thread) {
      auto [first, last] = share(task.cols, grain, thread, task.threads);
      sums[thread] = kernels.sums(task, row, first, last, stream);
    });
    RowSums total;
    for (const RowSums &part : sums) {
      total.total += part.total;
      total.squares += part.squares;
    }
    run::runTeam(task.threads, [&](unsigned thread) {
      auto [first, last] = share(task.cols, grain, thread, task.threads);
      kernels.finish(task, row, first, last, total, stream);
    });
  }
}

SmallVector<Way> bench::intrinsics(const Cell &cell, const KernelSet *kernels) {
  if (!kernels || isBackward(cell.op) || cell.type == Storage::F64 ||
      (cell.type == Storage::F16 && !kernels->hasF16))
    return {};
  SmallVector<Way> ways;
  for (bool stream : {false, true})
    ways.push_back({stream ? "intrinsics-nt" : "intrinsics", kernels->name,
                    [=](const Task &task) {
                      // Few long rows are split, short ones are not worth it.
                      if (task.rows < task.threads && task.cols >= 65536)
                        return splitRows(*kernels, task, stream);
                      unsigned threads =
                          usefulThreads(task, 2 * matrixBytes(task));
                      run::runTeam(threads, [&](unsigned thread) {
                        auto [first, last] =
                            share(task.rows, 1, thread, threads);
                        if (first < last)
                          kernels->rows(task, first, last, stream);
                      });
                    }});
  return ways;
}
