//===- Profile.cpp - what the rows of norms were --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Profile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_sha1_ostream.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// The change that a cheaper norm makes
//===----------------------------------------------------------------------===//

/// How far a number is from that of the first call, in RMS of that.
static double getDrift(double value, double first, double rms) {
  double distance = std::abs(value - first);
  return distance == 0.0 ? 0.0 : distance / rms;
}

/// 1 / rstd.
static double getDivisor(double square, const WatchedNorm &norm) {
  return norm.epsMode == EpsMode::inside ? std::sqrt(square + norm.epsilon)
                                         : std::sqrt(square) + norm.epsilon;
}

/// y = (x - mean) / a and y' = x / b, with a and b from the variance v and the
/// mean square v + mean^2. With q = a / b
///
///   ||y' - y||^2 / ||y||^2 = (1 - q)^2 + q^2 mean^2 / v
///
/// as x - mean and the mean are orthogonal. 1 - q = (b - a) / b, in which b - a
/// is written without a difference.
static double getCentringChange(const WatchedNorm &norm, const RowSample &row) {
  double shift = row.mean * row.mean;
  if (shift == 0.0)
    return row.square + norm.epsilon > 0.0
               ? 0.0
               : std::numeric_limits<double>::quiet_NaN();
  double a = getDivisor(row.square, norm);
  double b = getDivisor(row.square + shift, norm);
  double sum = norm.epsMode == EpsMode::inside
                   ? a + b
                   : std::sqrt(row.square) + std::sqrt(row.square + shift);
  return std::hypot(shift / sum / b,
                    a / b * std::abs(row.mean) / std::sqrt(row.square));
}

double norm::getChange(const WatchedNorm &norm, const RowSample &row) {
  if (norm.isCentred())
    return getCentringChange(norm, row);
  return std::abs(getDivisor(row.square, norm) / getDivisor(row.leading, norm) -
                  1.0);
}

//===----------------------------------------------------------------------===//
// Tallies
//===----------------------------------------------------------------------===//

/// RMS of the first k elements over that of all; mean^2 / mean square of a
/// layernorm.
static double getRatio(const WatchedNorm &norm, const RowSample &row) {
  if (!norm.isCentred())
    return std::sqrt(row.leading / row.square);
  double shift = row.mean * row.mean;
  return shift / (shift + row.square);
}

void RowTallies::add(const WatchedNorm &norm, const RowSample &row) {
  ++rows;
  bool isCentred = norm.isCentred();
  // Squares hide no NaN and no signs; where the mean is subtracted it alone
  // tells.
  if (std::isnan(isCentred ? row.mean : row.square)) {
    ++nanRows;
    return;
  }
  if (!std::isfinite(row.mean)) {
    ++infiniteRows;
    return;
  }
  if (!std::isfinite(row.square) || !std::isfinite(row.leading)) {
    ++overflowingRows;
    return;
  }
  mean.add(row.mean);
  rms.add(isCentred ? std::hypot(row.mean, std::sqrt(row.square))
                    : std::sqrt(row.square));
  if (double value = getRatio(norm, row); std::isfinite(value))
    ratio.add(value);
  double value = getChange(norm, row);
  if (!std::isfinite(value)) {
    ++undefinedRows;
    return;
  }
  change.add(value);
  changes.add(value);
}

static double load(const void *values, int64_t row, bool isWide) {
  return isWide ? static_cast<const double *>(values)[row]
                : static_cast<const float *>(values)[row];
}

void RowTallies::add(const WatchedNorm &norm, const RowSamples &samples) {
  for (int64_t row = 0; row < samples.count; ++row) {
    RowSample sample;
    sample.mean = load(samples.mean, row, samples.isWide);
    sample.square = load(samples.square, row, samples.isWide);
    if (!norm.isCentred())
      sample.leading = load(samples.leading, row, samples.isWide);
    add(norm, sample);
  }
}

void RowTallies::merge(const RowTallies &other) {
  rows += other.rows;
  nanRows += other.nanRows;
  infiniteRows += other.infiniteRows;
  overflowingRows += other.overflowingRows;
  undefinedRows += other.undefinedRows;
  mean.merge(other.mean);
  rms.merge(other.rms);
  ratio.merge(other.ratio);
  change.merge(other.change);
  changes.merge(other.changes);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

double NormProfile::measure(LimitKind kind, const RowTallies &call) const {
  switch (kind) {
  case LimitKind::nanRows:
    return call.nanRows;
  case LimitKind::infiniteRows:
    return call.infiniteRows;
  case LimitKind::overflowingRows:
    return call.overflowingRows;
  case LimitKind::undefinedRows:
    return call.undefinedRows;
  case LimitKind::rowMean:
    return call.mean.largest;
  case LimitKind::rms:
    return call.rms.largest;
  case LimitKind::ratio:
    return call.ratio.largest;
  case LimitKind::change:
    return call.change.largest;
  case LimitKind::meanDrift:
    return getDrift(call.mean.getMean(), firstMean, firstRms);
  case LimitKind::rmsDrift:
    return getDrift(call.rms.getMean(), firstRms, firstRms);
  }
  llvm_unreachable("all kinds are listed");
}

void NormProfile::addCall(const RowTallies &call, ArrayRef<Limit> limits) {
  ++calls;
  merge(call);
  bool hasDrift = llvm::any_of(
      limits, [](const Limit &limit) { return isDrift(limit.kind); });
  // The first call that has rows to compare with.
  if (hasDrift && firstRms == 0.0) {
    firstMean = call.mean.getMean();
    firstRms = call.rms.getMean();
  }
  for (const Limit &limit : limits) {
    if (isDrift(limit.kind) && call.rms.count == 0)
      continue;
    double value = measure(limit.kind, call);
    if (value <= limit.atMost)
      continue;
    auto known = llvm::find_if(excesses, [&](const Excess &excess) {
      return excess.limit.kind == limit.kind;
    });
    if (known == excesses.end())
      excesses.push_back({limit, value, calls, 1});
    else
      ++known->callCount;
  }
}

std::string norm::getFingerprint(ModuleOp module) {
  llvm::raw_sha1_ostream os;
  module->print(os, OpPrintingFlags().enableDebugInfo(false));
  return llvm::toHex(os.sha1(), /*LowerCase=*/true);
}
