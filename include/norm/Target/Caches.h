//===- Caches.h - the caches of a core --------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TARGET_CACHES_H
#define NORM_TARGET_CACHES_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace mlir::norm {

/// A cache that a core reads data from.
struct Cache {
  /// 1 for the nearest.
  unsigned level = 0;
  int64_t bytes = 0;
  /// Processors that share it, this one and its hyperthreads included.
  int64_t sharers = 1;
};

/// The caches of a core, nearest first.
struct Caches {
  SmallVector<Cache, 3> levels;
  /// Bytes of a cache line. 64 on x86 and on all AArch64 servers.
  int64_t line = 64;
  /// Who told: "sysfs", "sysctl", "cpuid", or the processor whose they are;
  /// empty where nobody did.
  StringRef source;

  /// The bytes of a level; 0 where there is none.
  int64_t getBytes(unsigned level) const;

  /// An L3 up to this size is that of a core complex, of a few times the speed
  /// of memory (AMD's has 16 to 32 MB, or 96 with a second die). A larger one
  /// is that of a socket: what comes from its far ends takes a core as long as
  /// what comes from memory.
  static constexpr int64_t kNearThird = 64 << 20;
  /// Whether there is an L3 near the core.
  bool hasNearThird() const {
    return getBytes(3) > 0 && getBytes(3) <= kNearThird;
  }

  /// For code that runs on a machine not known: an L2 of 2 MiB of one core, as
  /// Intel has it since Sapphire Rapids, and no L3.
  static Caches unknown();
};

/// Prints "L1 48 KiB, L2 2 MiB, L3 260 MiB of 64 processors (sysfs)".
llvm::raw_ostream &operator<<(llvm::raw_ostream &os, const Caches &caches);

/// Those that `folder` describes, as Linux does for each processor in
/// /sys/devices/system/cpu/cpu0/cache: index0/level, index0/type, index0/size,
/// index0/shared_cpu_list and so on. None if it does not, or not in numbers.
std::optional<Caches> readCaches(StringRef folder);

/// Those of the machine that the compiler runs on: from sysfs, from sysctl
/// where there is that, or from cpuid.
std::optional<Caches> readCaches();

} // namespace mlir::norm

#endif // NORM_TARGET_CACHES_H
