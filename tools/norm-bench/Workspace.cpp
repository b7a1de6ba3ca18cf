//===- Workspace.cpp - the arrays of a cell -------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workspace.h"

#include "Element.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>
#include <cstring>
#include <random>
#include <sys/mman.h>
#include <unistd.h>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

/// The size of a huge page, which large arrays are aligned to.
static constexpr int64_t kHugePage = int64_t(2) << 20;

//===----------------------------------------------------------------------===//
// The machine
//===----------------------------------------------------------------------===//

/// The number that follows `key` in a file of the system, `fallback` if none.
static int64_t readNumber(const char *path, StringRef key, int64_t fallback) {
  // Files of /proc have no size of their own and must be read as streams.
  auto buffer = llvm::MemoryBuffer::getFileAsStream(path);
  if (!buffer)
    return fallback;
  StringRef text = (*buffer)->getBuffer();
  size_t at = text.find(key);
  if (at == StringRef::npos)
    return fallback;
  int64_t number;
  return text.substr(at + key.size()).ltrim().consumeInteger(10, number)
             ? fallback
             : number;
}

int64_t bench::availableMemory() {
  int64_t system =
      static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  int64_t available =
      readNumber("/proc/meminfo", "MemAvailable:", system / 1024) * 1024;
  constexpr const char *limitFile = "/sys/fs/cgroup/memory.max";
  constexpr const char *usedFile = "/sys/fs/cgroup/memory.current";
  int64_t limit = readNumber(limitFile, "", -1);
  if (limit < 0)
    return available;
  return std::min(available, limit - readNumber(usedFile, "", 0));
}

int64_t bench::lastLevelCache() {
  int64_t largest = 0;
#ifdef _SC_LEVEL3_CACHE_SIZE
  for (int level : {_SC_LEVEL2_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE})
    largest = std::max<int64_t>(largest, sysconf(level));
#endif
  return largest > 0 ? largest : int64_t(32) << 20;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void UnmapPages::operator()(char *pages) const { munmap(pages, size); }

llvm::Expected<Pages> Workspace::map(int64_t size) {
  size = llvm::alignTo(std::max<int64_t>(size, 1), 4096);
  bool large = size >= kHugePage;
  // Room to move the start to the boundary of a huge page.
  size_t mapped = large ? size + kHugePage : size;
  void *pages = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    return llvm::createStringError("no memory for an array of " + Twine(size) +
                                   " bytes");
  auto *start = static_cast<char *>(pages);
  if (large) {
    auto address = reinterpret_cast<uintptr_t>(start);
    size_t before = llvm::alignTo(address, kHugePage) - address;
    if (before)
      munmap(start, before);
    if (size_t after = kHugePage - before)
      munmap(start + before + size, after);
    start += before;
#ifdef MADV_HUGEPAGE
    madvise(start, size, MADV_HUGEPAGE);
#endif
  }
  return Pages(start, UnmapPages{static_cast<size_t>(size)});
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// Fills `count` elements with normal values around `mean`, by the method of
/// Box and Muller.
static void fillNormal(Storage type, void *array, int64_t count, double mean,
                       std::mt19937_64 &generator) {
  constexpr double twoPi = 6.283185307179586;
  auto uniform = [&] { return ((generator() >> 11) + 1) * 0x1p-53; };
  for (int64_t i = 0; i < count; i += 2) {
    double radius = std::sqrt(-2.0 * std::log(uniform()));
    double angle = twoPi * uniform();
    storeElement(type, array, i, mean + radius * std::cos(angle));
    if (i + 1 < count)
      storeElement(type, array, i + 1, mean + radius * std::sin(angle));
  }
}

/// Repeats the first `block` bytes of `array` until `size` bytes are full.
static void repeat(char *array, int64_t block, int64_t size) {
  for (int64_t at = block; at < size; at += block)
    std::memcpy(array + at, array, std::min(block, size - at));
}

int64_t Workspace::bytes(const Cell &cell, int64_t slots) {
  // A backward has all of its arrays, whatever it computes.
  int64_t matrices = isBackward(cell.op) ? 3 : cell.matrices();
  return slots * matrices * cell.matrixBytes() + cell.parameterBytes();
}

/// rstd and mean of rows of `task.x`, in C.
static void computeStatistics(const Task &task, int64_t rows, void *rstd,
                              void *mean) {
  bool isCentered = task.op == OpKind::LayerNormBackward;
  Storage compute = computeType(task.type);
  for (int64_t row = 0; row < rows; ++row) {
    auto x = [&](int64_t i) {
      return loadElement(task.type, task.x, row * task.cols + i);
    };
    double sum = 0, squares = 0;
    for (int64_t i = 0; isCentered && i < task.cols; ++i)
      sum += x(i);
    double average = sum / task.cols;
    for (int64_t i = 0; i < task.k; ++i)
      squares += (x(i) - average) * (x(i) - average);
    storeElement(compute, mean, row, average);
    storeElement(compute, rstd, row,
                 1 / std::sqrt(squares / task.k + kEpsilon));
  }
}

/// The arrays of a backward beside x, whose rows are those of a block repeated.
/// The block of dy is another, so that what is summed up over rows, and what is
/// rounded, does not repeat with it.
llvm::Error Workspace::addGradients(int64_t blockRows) {
  int64_t allRows = count * cell.rows, bytes = cell.computeBytes();
  auto mapTo = [&](Pages &pages, int64_t size) -> llvm::Error {
    auto mapped = map(size);
    if (!mapped)
      return mapped.takeError();
    pages = std::move(*mapped);
    return llvm::Error::success();
  };
  for (auto [pages, size] :
       {std::pair(&dy, count * cell.matrixBytes()),
        std::pair(&rstd, allRows * bytes), std::pair(&mean, allRows * bytes),
        std::pair(&dscale, cell.cols * bytes),
        std::pair(&dbias, cell.cols * bytes)})
    if (llvm::Error error = mapTo(*pages, size))
      return error;
  std::mt19937_64 generator(11);
  int64_t gradientRows = std::min(allRows, blockRows + 2);
  fillNormal(cell.type, dy.get(), gradientRows * cell.cols, 0, generator);
  repeat(dy.get(), gradientRows * cell.cols * cell.elementBytes(),
         count * cell.matrixBytes());
  computeStatistics(task(0), blockRows, rstd.get(), mean.get());
  repeat(rstd.get(), blockRows * bytes, allRows * bytes);
  repeat(mean.get(), blockRows * bytes, allRows * bytes);
  return llvm::Error::success();
}

llvm::Expected<Workspace> Workspace::create(const Cell &cell, int64_t slots) {
  // The compiler and the peers need some memory, too.
  constexpr int64_t reserve = int64_t(256) << 20;
  int64_t needed = bytes(cell, slots), available = availableMemory() - reserve;
  if (needed > available)
    return llvm::createStringError(
        llvm::formatv("{0} needs {1:f1} GB of memory, {2:f1} GB are available",
                      cell.describe(), 1e-9 * needed,
                      1e-9 * std::max<int64_t>(available, 0))
            .str());

  Workspace workspace;
  workspace.cell = cell;
  workspace.count = slots;
  std::mt19937_64 generator(7);
  int64_t size = slots * cell.matrixBytes();
  // Random values are slow to make: at least one row, and some 2^18 elements.
  int64_t blockRows = std::min(slots * cell.rows,
                               std::max<int64_t>(1, (1 << 18) / cell.cols) | 1);
  auto fill = [&](Pages &pages, int64_t bytes, int64_t block,
                  double mean) -> llvm::Error {
    auto mapped = map(bytes);
    if (!mapped)
      return mapped.takeError();
    pages = std::move(*mapped);
    fillNormal(cell.type, pages.get(), block, mean, generator);
    repeat(pages.get(), block * cell.elementBytes(), bytes);
    return llvm::Error::success();
  };
  auto clear = [&](Pages &pages) -> llvm::Error {
    auto mapped = map(size);
    if (!mapped)
      return mapped.takeError();
    pages = std::move(*mapped);
    std::memset(pages.get(), 0, size);
    return llvm::Error::success();
  };
  int64_t block = blockRows * cell.cols;
  int64_t vectorBytes = cell.cols * cell.elementBytes();
  if (llvm::Error error = fill(workspace.x, size, block, 0.25))
    return error;
  if (llvm::Error error = fill(workspace.scale, vectorBytes, cell.cols, 1))
    return error;
  if (llvm::Error error = fill(workspace.bias, vectorBytes, cell.cols, 0))
    return error;
  if (llvm::Error error = clear(workspace.y))
    return error;
  if (cell.op == OpKind::AddRMSNorm) {
    if (llvm::Error error = fill(workspace.residual, size, block, 0))
      return error;
    if (llvm::Error error = clear(workspace.sum))
      return error;
  }
  if (isBackward(cell.op))
    if (llvm::Error error = workspace.addGradients(blockRows))
      return error;
  return workspace;
}

Task Workspace::task(int64_t index) const {
  int64_t slot = count == 1 ? 0 : index % count;
  int64_t at = slot * cell.matrixBytes();
  Task task = {};
  task.op = cell.op;
  task.type = cell.type;
  task.rows = cell.rows;
  task.cols = cell.cols;
  task.k = cell.k;
  task.threads = cell.threads;
  task.x = x.get() + at;
  task.scale = scale.get();
  task.bias = bias.get();
  task.y = y.get() + at;
  if (cell.op == OpKind::AddRMSNorm) {
    task.residual = residual.get() + at;
    task.sum = sum.get() + at;
  }
  if (isBackward(cell.op)) {
    int64_t row = slot * cell.rows * cell.computeBytes();
    task.dy = dy.get() + at;
    task.rstd = rstd.get() + row;
    task.mean = cell.isCentered() ? mean.get() + row : nullptr;
    task.dx = cell.hasDX ? task.y : nullptr;
    task.dscale = cell.hasDScale ? dscale.get() : nullptr;
    task.dbias = cell.hasDBias ? dbias.get() : nullptr;
  }
  return task;
}
