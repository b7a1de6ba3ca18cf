//===- Machines.h - memory of machines --------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TARGET_MACHINES_H
#define NORM_TARGET_MACHINES_H

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace mlir::norm {

/// A machine for predicted times.
struct Machine {
  llvm::StringRef name;
  /// Peak memory bandwidth as its maker states it, in bytes per second.
  double bandwidth;
  /// Peak operations per second on f32, and of products of 16-bit matrices
  /// that are added up in f32, dense; 0 where a machine is memory alone.
  double peak = 0, matrixPeak = 0;
};

/// The machine called `name`; none if it is not known.
std::optional<Machine> getMachine(llvm::StringRef name);

/// The names of all machines, separated by commas.
std::string getMachineNames();

} // namespace mlir::norm

#endif // NORM_TARGET_MACHINES_H
