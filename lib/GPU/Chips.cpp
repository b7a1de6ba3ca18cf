//===- Chips.cpp - the GPUs that code is made for -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/GPU/Chips.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;

static constexpr Chip kChips[] = {
    {"sm_70", "+ptx80"},  {"sm_75", "+ptx80"},  {"sm_80", "+ptx80"},
    {"sm_86", "+ptx80"},  {"sm_87", "+ptx80"},  {"sm_89", "+ptx80"},
    {"sm_90", "+ptx80"},  {"sm_100", "+ptx86"}, {"sm_103", "+ptx88"},
    {"sm_120", "+ptx87"}, {"sm_121", "+ptx88"},
};

const Chip *norm::getChip(StringRef name) {
  const auto *chip = llvm::find_if(
      kChips, [&](const Chip &chip) { return chip.name == name; });
  return chip == std::end(kChips) ? nullptr : chip;
}

std::string norm::getChipNames() {
  return llvm::join(
      llvm::map_range(kChips, [](const Chip &chip) { return chip.name; }),
      ", ");
}
