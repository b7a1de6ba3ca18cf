//===- Instrument.cpp - what calls tell of their rows ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Instrument.h"

#include "Context.h"
#include "Versioned.h"
#include "norm/Report/ProfilePage.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

/// What this thread calls its norms.
static thread_local std::string callNames;

/// The name of norm `number` of `count`: its line, or the only one.
static std::string getName(size_t number, size_t count) {
  SmallVector<StringRef> lines;
  StringRef(callNames).split(lines, '\n');
  if (lines.size() == count)
    return lines[number].str();
  // One name for all of them, or none.
  return count == 1 || callNames.empty()
             ? callNames
             : callNames + ", norm " + std::to_string(number + 1);
}

//===----------------------------------------------------------------------===//
// Measurements
//===----------------------------------------------------------------------===//

void Measurement::add(const std::shared_ptr<const WatchedKernel> &kernel,
                      ArrayRef<RowTallies> rows) {
  const Instrumentation &watched = kernel->instrumentation;
  std::lock_guard<std::mutex> lock(mutex);
  ++profile.calls;
  for (auto [number, tallies] : llvm::enumerate(rows)) {
    std::string name = getName(watched.numbers[number], watched.normCount);
    auto [entry, isNew] =
        entries.try_emplace({kernel.get(), number, name}, profile.norms.size());
    if (isNew) {
      NormProfile &made =
          profile.norms.emplace_back(watched.profile.norms[number]);
      made.name = name;
    }
    profile.norms[entry->second].addCall(tallies, limits);
  }
}

void Measurement::meet(const std::shared_ptr<const WatchedKernel> &kernel) {
  std::lock_guard<std::mutex> lock(mutex);
  if (kernels.insert(kernel).second)
    llvm::append_range(profile.missed, kernel->instrumentation.profile.missed);
}

Profile Measurement::getProfile() const {
  std::lock_guard<std::mutex> lock(mutex);
  return profile;
}

void MeasurementSlot::set(std::shared_ptr<Measurement> measurement) {
  std::lock_guard<std::mutex> lock(mutex);
  current = std::move(measurement);
  isSet = current != nullptr;
}

std::shared_ptr<Measurement> MeasurementSlot::get() {
  if (!isSet)
    return nullptr;
  std::lock_guard<std::mutex> lock(mutex);
  return current;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

MeasuredCall::MeasuredCall(MeasurementSlot &slot, Recipe &recipe)
    : measurement(slot.get()) {
  if (!measurement)
    return;
  std::shared_ptr<const WatchedKernel> made = recipe.getWatched(measurement->k);
  measurement->meet(made);
  if (!made->program)
    return;
  kernel = std::move(made);
  rows.resize(kernel->instrumentation.profile.norms.size());
  take = [this](int64_t number, const RowSamples &samples) {
    rows[number].add(kernel->instrumentation.profile.norms[number], samples);
  };
  sink.emplace(take);
}

void MeasuredCall::finish() {
  if (kernel)
    measurement->add(kernel, rows);
}

//===----------------------------------------------------------------------===//
// The interface
//===----------------------------------------------------------------------===//

NormStatus normInstrumentCreate(const ::NormInstrumentOptions *options,
                                NormInstrument **instrument,
                                NormError **error) {
  if (instrument)
    *instrument = nullptr;
  auto create = [&]() -> llvm::Error {
    if (!instrument)
      return rejectArgument("expected a place for the instrument, got NULL");
    auto copy = copyVersioned(options, "instrument options");
    if (!copy)
      return copy.takeError();
    if (copy->k < 0)
      return rejectArgument("expected k of at least 0, got " + Twine(copy->k));
    auto limits = parseLimits(copy->limits ? copy->limits : "");
    if (!limits)
      return rejectArgument(llvm::toString(limits.takeError()));
    *instrument =
        new NormInstrument{std::make_shared<Measurement>(copy->k, *limits)};
    return llvm::Error::success();
  };
  return finish(create(), error);
}

NormStatus normContextSetInstrument(NormContext *context,
                                    NormInstrument *instrument,
                                    NormError **error) {
  if (!context)
    return finish(rejectArgument("expected a context, got NULL"), error);
  context->measurement->set(instrument ? instrument->measurement : nullptr);
  return finish(llvm::Error::success(), error);
}

void normInstrumentNameCalls(const char *names) {
  callNames = names ? names : "";
}

NormStatus normInstrumentWrite(const NormInstrument *instrument, int32_t format,
                               NormText **text, NormError **error) {
  if (text)
    *text = nullptr;
  auto write = [&]() -> llvm::Error {
    if (!instrument || !text)
      return rejectArgument(
          "expected an instrument and a place for the text, got NULL");
    auto made = std::make_unique<NormText>();
    Profile profile = instrument->measurement->getProfile();
    switch (format) {
    case NORM_REPORT_JSON:
      made->data = llvm::formatv("{0:2}\n", toJSON(profile));
      break;
    case NORM_REPORT_TABLE:
      made->data = toWords(profile);
      break;
    case NORM_REPORT_HTML: {
      llvm::raw_string_ostream os(made->data);
      printProfileAsHTML(profile, os);
      break;
    }
    default:
      return rejectArgument("expected a format of 0 to 2, got " +
                            Twine(format));
    }
    *text = made.release();
    return llvm::Error::success();
  };
  return finish(write(), error);
}

size_t normInstrumentGetExcessCount(const NormInstrument *instrument) {
  size_t count = 0;
  if (instrument)
    for (const NormProfile &norm : instrument->measurement->getProfile().norms)
      count += norm.excesses.size();
  return count;
}

void normInstrumentDestroy(NormInstrument *instrument) { delete instrument; }
