//===- Chips.h - the GPUs that code is made for -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_GPU_CHIPS_H
#define NORM_GPU_CHIPS_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"

namespace mlir::norm {

/// A chip and the PTX that is written for it.
struct Chip {
  /// As NVIDIA's tools name it.
  StringLiteral name;
  /// LLVM's feature for the version of PTX: one that has the chip. LLVM aborts
  /// on one that has not.
  StringLiteral ptx;
};

/// The chip `name`, or null.
const Chip *getChip(StringRef name);

/// The names of all chips, "sm_70, sm_75, ...".
std::string getChipNames();

} // namespace mlir::norm

#endif // NORM_GPU_CHIPS_H
