//===- Machines.cpp - memory of machines ----------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Target/Machines.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir::norm;
using llvm::StringRef;

/// Peak memory bandwidths and operations of the data sheets; DDR: channels x 8
/// bytes x transfers per second.
static constexpr Machine kMachines[] = {
    {"ddr4-2ch", 51.2e9},                   // DDR4-3200, two channels
    {"ddr5-2ch", 89.6e9},                   // DDR5-5600, two channels
    {"ddr5-12ch", 460.8e9},                 // DDR5-4800, twelve channels
    {"v100", 900e9, 15.7e12, 125e12},       // V100 SXM2
    {"a100", 2039e9, 19.5e12, 312e12},      // A100 SXM, 80 GB
    {"l4", 300e9, 30.3e12, 121e12},         // L4
    {"rtx4090", 1008e9, 82.6e12, 165.2e12}, // GeForce RTX 4090
    {"h100", 3350e9, 67e12, 989e12},        // H100 SXM
    {"h200", 4800e9, 67e12, 989e12},        // H200 SXM
    {"b200", 8000e9, 75e12, 2250e12},       // B200
};

std::optional<Machine> mlir::norm::getMachine(StringRef name) {
  const auto *machine = llvm::find_if(
      kMachines, [&](const Machine &known) { return known.name == name; });
  return machine == std::end(kMachines) ? std::nullopt
                                        : std::optional(*machine);
}

std::string mlir::norm::getMachineNames() {
  return llvm::join(
      llvm::map_range(kMachines,
                      [](const Machine &machine) { return machine.name; }),
      ", ");
}
