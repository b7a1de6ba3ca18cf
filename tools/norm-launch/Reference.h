//===- Reference.h - what an entry computes, in f64 -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates the computation that a manifest has, row by row, in f64. Nothing is
// rounded but where the program rounds to 16 bits in mid-way.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_LAUNCH_REFERENCE_H
#define NORM_TOOLS_NORM_LAUNCH_REFERENCE_H

#include "norm/Runtime/Manifest.h"

#include <string>
#include <vector>

namespace launch {

/// An array, or a scalar of no dimensions, in host memory.
struct HostArray {
  std::string type;
  std::vector<std::int64_t> shape;
  std::size_t elementBytes = 0;
  std::vector<char> bytes;
  /// How far its elements may be off, as a part of the largest, where the
  /// reference has written sums to it.
  double slack = 0;

  std::int64_t elements() const;
  char *at(std::int64_t element) {
    return bytes.data() + static_cast<std::size_t>(element) * elementBytes;
  }
  const char *at(std::int64_t element) const {
    return bytes.data() + static_cast<std::size_t>(element) * elementBytes;
  }
};

/// Bytes of memory that this machine has.
std::int64_t getMemoryBytes();

/// One element of a result.
struct ExpectedElement {
  std::int64_t index;
  double value;
  /// How far a device may be off.
  double bound;
};

/// What is expected of each argument: nothing of those that are only read.
using Expectation = std::vector<std::vector<ExpectedElement>>;

/// Evaluates `entry` for rows spread over all of them, as many as have about
/// `elements` elements, or for all rows where they are added up or there are
/// several loops, as one may read what another one wrote. `extents` are the
/// values of the entry's. An error where `arguments` have not the shapes that
/// the computation has.
normrt::Result<Expectation> evaluate(const normrt::EntryInfo &entry,
                                     const std::vector<std::int64_t> &extents,
                                     std::vector<HostArray> arguments,
                                     std::int64_t elements);

/// For each extent of `entry`, whether it counts elements of rows.
std::vector<bool> getRowLengthExtents(const normrt::EntryInfo &entry);

} // namespace launch

#endif // NORM_TOOLS_NORM_LAUNCH_REFERENCE_H
