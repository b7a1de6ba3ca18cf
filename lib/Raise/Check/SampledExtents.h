//===- SampledExtents.h - extents, indices that stand for them --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A long row is not evaluated element by element. Its indices are cut into
// strata, and one index of each stands for all, with the size of the stratum as
// its weight: a row of 2^28 elements becomes a sum of 64 weighted ones. Such a
// sum is linear, and the sum of ones is the length, which is all that the laws
// of sums use. Wherever rows of one length are summed the same indices are
// taken, so that a mean of the program and that of the op are the same number.
// What it does not show is a fault within a stratum, that is of single elements
// away from the ends of a row.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_SAMPLEDEXTENTS_H
#define NORM_LIB_RAISE_CHECK_SAMPLEDEXTENTS_H

#include "Check/Number.h"
#include "Read/ExtentClasses.h"

namespace mlir::norm::raise {

/// An index that stands for `weight` indices.
struct Sample {
  int64_t index;
  int64_t weight;
};

/// The extents of a program in one evaluation. A dynamic extent is a small
/// prime, of its own as far as there are enough of them, or follows from others
/// by the arithmetic of the program.
class SampledExtents {
public:
  /// Extents above `maxSamples` are sampled at so many indices.
  SampledExtents(ExtentClasses &classes, uint64_t seed, int64_t maxSamples)
      : classes(classes), seed(seed), maxSamples(maxSamples) {}

  int64_t getExtent(Value shaped, int64_t dim);

  /// Says that dimension `dim` of `shaped` has `count` elements or more, as a
  /// slice of it has so many. To be said before the extent is asked for.
  void setAtLeast(Value shaped, int64_t dim, int64_t count);

  /// An integer computed from extents and constants outside of the bodies of
  /// structured ops; none where it depends on anything else.
  std::optional<int64_t> evaluateIndex(Value scalar);

  /// What a guard reads off dimension `dim` of `shaped`. At the first seed an
  /// extent that nothing evaluated so far has is 0: the program may be called
  /// so, and a guard on it decides.
  int64_t getGuarded(Value shaped, int64_t dim);

  /// Indices that stand for those of an extent.
  SmallVector<Sample> sample(int64_t extent) const;

  /// Makes `at` the end of a stratum of `extent`, and the samples below it
  /// those of the extent `at`: what sums the first k elements of a row of n
  /// takes the same ones.
  void cut(int64_t extent, int64_t at) { cutExtent = extent, cutIndex = at; }

private:
  using Key = std::pair<Value, int64_t>;
  void settle(Key wanted);
  bool settleExtent(Key key, SmallVectorImpl<Key> &missing);
  bool settleScalar(Value scalar, SmallVectorImpl<Key> &missing);
  bool mayBeZero(ExtentOrigin origin);
  void appendSamples(int64_t begin, int64_t extent,
                     SmallVectorImpl<Sample> &samples) const;

  ExtentClasses &classes;
  uint64_t seed;
  int64_t maxSamples;
  int64_t cutExtent = 0, cutIndex = 0;
  /// What was chosen for dynamic extents.
  llvm::DenseMap<Key, int64_t> extents;
  /// Integers that were evaluated.
  llvm::DenseMap<Value, std::optional<int64_t>> scalars;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_SAMPLEDEXTENTS_H
