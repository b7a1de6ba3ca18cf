//===- Caches.h - the caches of this machine --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_CACHES_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_CACHES_H

#include "mlir/Support/LLVM.h"

#include <optional>

namespace mlir::norm {

/// Sizes in bytes of what a core has (L2) and of what several share (L3); 0
/// where there is none.
struct CacheSizes {
  int64_t second = 0, third = 0;
};

/// Those that `folder` describes, as Linux does for each processor in
/// /sys/devices/system/cpu/cpu0/cache: index0/level, index0/type, index0/size,
/// and so on. None if it does not, or not in numbers.
std::optional<CacheSizes> readCacheSizes(StringRef folder);

/// Those of the machine that the compiler runs on.
std::optional<CacheSizes> readCacheSizes();

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_CACHES_H
