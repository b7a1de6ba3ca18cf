//===- RowTarget.cpp - what row loops are compiled for --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Target/RowTarget.h"

using namespace mlir;
using namespace mlir::norm;

FailureOr<RowTarget>
RowTarget::get(StringRef name, function_ref<InFlightDiagnostic()> emitError) {
  if (name == "gpu")
    return RowTarget(*norm::getChip(kDefaultChip));
  if (const Chip *chip = norm::getChip(name))
    return RowTarget(*chip);
  if (std::optional<VectorTarget> cpu = VectorTarget::get(name, /*bits=*/0))
    return RowTarget(*cpu);
  return emitError() << "expected target to be cpu, sse2, avx2, avx512, "
                        "avx512bf16, neon, generic, znver4, znver5, "
                        "sapphirerapids, gpu, or one of "
                     << getChipNames() << ", got " << name;
}

RowCosts RowTarget::getCosts() const {
  RowCosts costs;
  // Threads keep their parts of a row in registers: there are no row buffers.
  if (isGPU())
    costs.bufferBytes = 0;
  return costs;
}
