//===- RowTarget.h - what row loops are compiled for ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One description of the machine, for all who ask: what has code (RowCode.h)
// decides what may fuse, costs decide what is kept, and the vector unit, the
// caches or the chip how rows are shared and where results are stored.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TARGET_ROWTARGET_H
#define NORM_TARGET_ROWTARGET_H

#include "norm/Target/Chips.h"
#include "norm/Target/VectorTarget.h"

#include <variant>

namespace mlir::norm {

/// What decides whether a value is kept or computed again. Costs are in vector
/// instructions for one vector of the compute type; what they were weighed
/// against is in docs/Rationale.md, "Row loops".
struct RowCosts {
  /// Reading a vector from the nearest memory.
  int64_t load = 1;
  /// Conversion between float types of different width.
  int64_t conversion = 2;
  /// Division and square root.
  int64_t division = 6;
  /// exp, tanh and the like, as polynomials.
  int64_t transcendental = 20;
  /// A value that costs more is kept in a row buffer.
  int64_t recompute = 10;
  /// Bytes that row buffers may take, for each thread.
  int64_t bufferBytes = 65536;
};

/// A CPU with its vector unit and caches, or the chip of a GPU.
class RowTarget {
public:
  RowTarget(VectorTarget cpu) : target(cpu) {}
  RowTarget(const Chip &chip) : target(&chip) {}

  /// The target called `name`: what VectorTarget::get takes, a chip such as
  /// sm_90, or gpu for the chip that passes take if none is named. Failure,
  /// with a message to `emitError`, for other names.
  static FailureOr<RowTarget> get(StringRef name,
                                  function_ref<InFlightDiagnostic()> emitError);

  bool isGPU() const { return std::holds_alternative<const Chip *>(target); }
  const VectorTarget &getCPU() const { return std::get<VectorTarget>(target); }
  const Chip &getChip() const { return *std::get<const Chip *>(target); }
  RowCosts getCosts() const;

private:
  std::variant<VectorTarget, const Chip *> target;
};

} // namespace mlir::norm

#endif // NORM_TARGET_ROWTARGET_H
