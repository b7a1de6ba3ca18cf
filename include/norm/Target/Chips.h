//===- Chips.h - the GPUs that code is made for -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TARGET_CHIPS_H
#define NORM_TARGET_CHIPS_H

#include "mlir/IR/Location.h"
#include "llvm/ADT/StringRef.h"

namespace mlir::norm {

/// A chip and the PTX that is written for it.
struct Chip {
  /// As NVIDIA's tools name it.
  StringLiteral name;
  /// LLVM's feature for the version of PTX: one that has the chip. LLVM aborts
  /// on one that has not.
  StringLiteral ptx;
  /// Multiprocessors of the largest product with the chip.
  int64_t multiprocessors;
  /// Shared memory that a block may have, in bytes.
  int64_t sharedBytes;
  /// Blocks of the largest cluster, with those that are not portable; 1 where
  /// there are no clusters.
  int64_t clusterBlocks;
};

/// The chip of passes that are given none.
inline constexpr StringLiteral kDefaultChip = "sm_90";

/// The chip `name`, or null.
const Chip *getChip(StringRef name);

/// The chip `name`, or null and an error at `loc`.
const Chip *findChip(Location loc, StringRef name);

/// The names of all chips, "sm_70, sm_75, ...".
std::string getChipNames();

} // namespace mlir::norm

#endif // NORM_TARGET_CHIPS_H
