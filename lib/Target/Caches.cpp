//===- Caches.cpp - the caches of this machine ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From sysfs, not from sysconf, which adds up the caches of all core complexes.
//
//===----------------------------------------------------------------------===//

#include "norm/Target/Caches.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#ifdef __APPLE__
#include <sys/sysctl.h>
#endif
#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#endif

using namespace mlir;
using namespace mlir::norm;

int64_t Caches::getBytes(unsigned level) const {
  const auto *cache = llvm::find_if(
      levels, [&](const Cache &each) { return each.level == level; });
  return cache == levels.end() ? 0 : cache->bytes;
}

Caches Caches::unknown() {
  Caches caches;
  caches.levels.push_back({2, 2 << 20, 1});
  return caches;
}

static void printBytes(llvm::raw_ostream &os, int64_t bytes) {
  bool mebi = bytes % (1 << 20) == 0;
  os << (mebi ? bytes >> 20 : bytes >> 10) << (mebi ? " MiB" : " KiB");
}

llvm::raw_ostream &mlir::norm::operator<<(llvm::raw_ostream &os,
                                          const Caches &caches) {
  llvm::interleaveComma(caches.levels, os, [&](const Cache &cache) {
    os << "L" << cache.level << " ";
    printBytes(os, cache.bytes);
    if (cache.sharers > 1)
      os << " of " << cache.sharers << " processors";
  });
  if (caches.source.empty())
    return os << " (assumed, not read from a machine)";
  return os << " (" << caches.source << ")";
}

/// Sorted, if a core has a second-level cache to speak of.
static std::optional<Caches> finish(Caches caches, StringRef source) {
  caches.source = source;
  llvm::stable_sort(caches.levels, [](const Cache &a, const Cache &b) {
    return a.level < b.level;
  });
  if (caches.getBytes(2) == 0)
    return std::nullopt;
  return caches;
}

//===----------------------------------------------------------------------===//
// sysfs
//===----------------------------------------------------------------------===//

/// The text of a file without the space around it; empty if there is none.
static std::string readText(const Twine &file) {
  auto buffer = llvm::MemoryBuffer::getFileAsStream(file);
  return buffer ? (*buffer)->getBuffer().trim().str() : std::string();
}

/// "2048K", "32M", "524288" in bytes.
static std::optional<int64_t> parseSize(StringRef text) {
  int64_t unit = llvm::StringSwitch<int64_t>(text.take_back(1))
                     .Case("K", 1 << 10)
                     .Case("M", 1 << 20)
                     .Case("G", 1 << 30)
                     .Default(1);
  int64_t number, bytes;
  if ((unit == 1 ? text : text.drop_back(1)).getAsInteger(10, number) ||
      number <= 0 || llvm::MulOverflow(number, unit, bytes))
    return std::nullopt;
  return bytes;
}

/// The number of processors in "0-3,8,10-11"; 1 if it is no such list.
static int64_t countProcessors(StringRef list) {
  int64_t count = 0;
  for (StringRef range : llvm::split(list, ',')) {
    auto [first, last] = range.split('-');
    int64_t begin, end;
    if (first.getAsInteger(10, begin))
      return 1;
    end = begin;
    if ((!last.empty() && last.getAsInteger(10, end)) || end < begin)
      return 1;
    count += end - begin + 1;
  }
  return count;
}

std::optional<Caches> norm::readCaches(StringRef folder) {
  Caches caches;
  for (unsigned index = 0; index < 16; ++index) {
    std::string path = (folder + "/index" + Twine(index)).str();
    Cache cache;
    if (StringRef(readText(path + "/level")).getAsInteger(10, cache.level))
      break;
    std::optional<int64_t> size = parseSize(readText(path + "/size"));
    if (!size)
      return std::nullopt;
    cache.bytes = *size;
    if (readText(path + "/type") == "Instruction")
      continue;
    cache.sharers = countProcessors(readText(path + "/shared_cpu_list"));
    int64_t line;
    if (!StringRef(readText(path + "/coherency_line_size"))
             .getAsInteger(10, line) &&
        llvm::isPowerOf2_64(line))
      caches.line = line;
    caches.levels.push_back(cache);
  }
  return finish(caches, "sysfs");
}

//===----------------------------------------------------------------------===//
// Without sysfs
//===----------------------------------------------------------------------===//

#if defined(__APPLE__)
static std::optional<Caches> askMachine() {
  Caches caches;
  for (unsigned level : {1, 2, 3}) {
    std::string name = level == 1
                           ? "hw.l1dcachesize"
                           : "hw.l" + std::to_string(level) + "cachesize";
    int64_t bytes = 0;
    size_t size = sizeof(bytes);
    if (sysctlbyname(name.c_str(), &bytes, &size, nullptr, 0) == 0 && bytes > 0)
      caches.levels.push_back({level, bytes, 1});
  }
  return finish(caches, "sysctl");
}
#elif defined(__x86_64__) && defined(__GNUC__)
/// Leaf 4 of Intel and leaf 8000001D of AMD describe one cache for each index:
/// eax has the type (bits 0-4), the level (5-7) and the sharers (14-25), ebx
/// the line (0-11), partitions (12-21) and ways (22-31), ecx the sets.
static std::optional<Caches> askMachine() {
  for (unsigned leaf : {0x4u, 0x8000001du}) {
    Caches caches;
    for (unsigned index = 0; index < 16; ++index) {
      unsigned eax, ebx, ecx, edx;
      if (!__get_cpuid_count(leaf, index, &eax, &ebx, &ecx, &edx) ||
          (eax & 31) == 0)
        break;
      constexpr unsigned kInstructions = 2;
      if ((eax & 31) == kInstructions)
        continue;
      int64_t line = (ebx & 0xfff) + 1;
      caches.levels.push_back({(eax >> 5) & 7,
                               line * (((ebx >> 12) & 0x3ff) + 1) *
                                   ((ebx >> 22) + 1) * (int64_t(ecx) + 1),
                               ((eax >> 14) & 0xfff) + 1});
    }
    if (std::optional<Caches> found = finish(caches, "cpuid"))
      return found;
  }
  return std::nullopt;
}
#else
static std::optional<Caches> askMachine() { return std::nullopt; }
#endif

std::optional<Caches> norm::readCaches() {
  if (std::optional<Caches> caches =
          readCaches("/sys/devices/system/cpu/cpu0/cache"))
    return caches;
  return askMachine();
}
