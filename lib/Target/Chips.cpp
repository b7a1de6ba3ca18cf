//===- Chips.cpp - the GPUs that code is made for -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Target/Chips.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// Shared memory of a block is 1 KiB less than that of a multiprocessor, from
/// sm_80 on.
static constexpr int64_t kKiB = 1024;
static constexpr Chip kChips[] = {
    {"sm_70", "+ptx80", 80, 96 * kKiB, 1},
    {"sm_75", "+ptx80", 72, 64 * kKiB, 1},
    {"sm_80", "+ptx80", 108, 163 * kKiB, 1},
    {"sm_86", "+ptx80", 84, 99 * kKiB, 1},
    {"sm_87", "+ptx80", 16, 163 * kKiB, 1},
    {"sm_89", "+ptx80", 142, 99 * kKiB, 1},
    {"sm_90", "+ptx80", 132, 227 * kKiB, 16},
    {"sm_100", "+ptx86", 148, 227 * kKiB, 16},
    {"sm_103", "+ptx88", 148, 227 * kKiB, 16},
    {"sm_120", "+ptx87", 188, 99 * kKiB, 8},
    {"sm_121", "+ptx88", 48, 99 * kKiB, 8},
};

const Chip *norm::getChip(StringRef name) {
  const auto *chip = llvm::find_if(
      kChips, [&](const Chip &chip) { return chip.name == name; });
  return chip == std::end(kChips) ? nullptr : chip;
}

const Chip *norm::findChip(Location loc, StringRef name) {
  const Chip *chip = getChip(name);
  if (!chip)
    emitError(loc, "expected chip to be one of ")
        << getChipNames() << ", got " << name;
  return chip;
}

std::string norm::getChipNames() {
  return llvm::join(
      llvm::map_range(kChips, [](const Chip &chip) { return chip.name; }),
      ", ");
}
