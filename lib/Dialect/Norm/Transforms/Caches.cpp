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

#include "Caches.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlir::norm;

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

std::optional<CacheSizes> norm::readCacheSizes(StringRef folder) {
  CacheSizes sizes;
  for (unsigned index = 0; index < 16; ++index) {
    std::string cache = (folder + "/index" + Twine(index)).str();
    unsigned level;
    if (StringRef(readText(cache + "/level")).getAsInteger(10, level))
      break;
    std::optional<int64_t> size = parseSize(readText(cache + "/size"));
    if (!size)
      return std::nullopt;
    if (readText(cache + "/type") == "Instruction")
      continue;
    if (level == 2)
      sizes.second = *size;
    else if (level == 3)
      sizes.third = *size;
  }
  if (sizes.second == 0)
    return std::nullopt;
  return sizes;
}

std::optional<CacheSizes> norm::readCacheSizes() {
  return readCacheSizes("/sys/devices/system/cpu/cpu0/cache");
}
