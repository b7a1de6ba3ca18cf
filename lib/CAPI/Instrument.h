//===- Instrument.h - what calls tell of their rows -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_INSTRUMENT_H
#define NORM_LIB_CAPI_INSTRUMENT_H

#include "Recipe.h"
#include "norm-c/Instrument.h"
#include "norm/Execution/Samples.h"

#include <atomic>
#include <set>

namespace mlir::norm::capi {

/// The profile that calls add to.
class Measurement {
public:
  Measurement(int64_t k, ArrayRef<Limit> limits) : k(k), limits(limits) {}

  /// Adds one call of `kernel`: the rows of each of its norms.
  void add(const std::shared_ptr<const WatchedKernel> &kernel,
           ArrayRef<RowTallies> rows);
  /// Notes why norms of `kernel` are not measured, once.
  void meet(const std::shared_ptr<const WatchedKernel> &kernel);

  Profile getProfile() const;
  const int64_t k;

private:
  const SmallVector<Limit> limits;
  mutable std::mutex mutex;
  Profile profile;
  /// The number of an entry of the profile, by kernel, norm and name.
  std::map<std::tuple<const WatchedKernel *, size_t, std::string>, size_t>
      entries;
  /// Kernels that were met, which live for as long as their entries.
  std::set<std::shared_ptr<const WatchedKernel>> kernels;
};

/// The measurement that a context's calls are in, if any.
class MeasurementSlot {
public:
  void set(std::shared_ptr<Measurement> measurement);
  std::shared_ptr<Measurement> get();

private:
  /// Asked without the lock: calls that are not measured pay for this alone.
  std::atomic<bool> isSet{false};
  std::mutex mutex;
  std::shared_ptr<Measurement> current;
};

/// One call, which is measured if a measurement is there and the kernel has
/// norms to watch.
class MeasuredCall {
public:
  MeasuredCall(MeasurementSlot &slot, Recipe &recipe);

  /// What is to be called in the place of `plain`.
  const run::Program &getProgram(const run::Program &plain) const {
    return kernel ? *kernel->program : plain;
  }
  /// After the call has returned.
  void finish();

private:
  std::shared_ptr<Measurement> measurement;
  std::shared_ptr<const WatchedKernel> kernel;
  std::vector<RowTallies> rows;
  std::function<void(int64_t, const RowSamples &)> take;
  std::optional<run::ScopedSink> sink;
};

} // namespace mlir::norm::capi

struct NormInstrument {
  std::shared_ptr<mlir::norm::capi::Measurement> measurement;
};

#endif // NORM_LIB_CAPI_INSTRUMENT_H
