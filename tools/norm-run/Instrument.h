//===- Instrument.h - norms of the entry that are watched -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_RUN_INSTRUMENT_H
#define NORM_TOOLS_NORM_RUN_INSTRUMENT_H

#include "norm/Execution/Samples.h"
#include "norm/Models/Instrument.h"

#include <functional>

namespace mlir::norm::run {

/// Raises the norms of the module of `entry` and has it tell of their rows.
/// `entry` is the function afterwards.
llvm::Expected<Instrumentation> raiseAndInstrument(func::FuncOp &entry,
                                                   int64_t k);

/// Measures the calls that are made while it lives, each of which ends with
/// finishCall().
class Watch {
public:
  Watch(Profile &profile, ArrayRef<Limit> limits)
      : profile(profile), limits(limits), call(profile.norms.size()),
        take([this](int64_t number, const RowSamples &samples) {
          call[number].add(this->profile.norms[number], samples);
        }),
        sink(take) {}

  void finishCall();

private:
  Profile &profile;
  ArrayRef<Limit> limits;
  std::vector<RowTallies> call;
  std::function<void(int64_t, const RowSamples &)> take;
  ScopedSink sink;
};

/// The profile as "json", "text" or "html".
std::string printProfile(const Profile &profile, StringRef format);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_NORM_RUN_INSTRUMENT_H
