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

/// 1 / rstd.
static double getDivisor(double square, const NormProfile &profile) {
  return profile.epsMode == EpsMode::inside
             ? std::sqrt(square + profile.epsilon)
             : std::sqrt(square) + profile.epsilon;
}

/// y = (x - mean) / a and y' = x / b, with a and b from the variance v and the
/// mean square v + mean^2. With q = a / b
///
///   ||y' - y||^2 / ||y||^2 = (1 - q)^2 + q^2 mean^2 / v
///
/// as x - mean and the mean are orthogonal. 1 - q = (b - a) / b, in which b - a
/// is written without a difference.
static double getCentringChange(const NormProfile &profile,
                                const RowSample &row) {
  double shift = row.mean * row.mean;
  if (shift == 0.0)
    return row.square + profile.epsilon > 0.0
               ? 0.0
               : std::numeric_limits<double>::quiet_NaN();
  double a = getDivisor(row.square, profile);
  double b = getDivisor(row.square + shift, profile);
  double sum = profile.epsMode == EpsMode::inside
                   ? a + b
                   : std::sqrt(row.square) + std::sqrt(row.square + shift);
  return std::hypot(shift / sum / b,
                    a / b * std::abs(row.mean) / std::sqrt(row.square));
}

double norm::getChange(const NormProfile &profile, const RowSample &row) {
  if (profile.kind == NormKind::layernorm)
    return getCentringChange(profile, row);
  return std::abs(
      getDivisor(row.square, profile) / getDivisor(row.leading, profile) - 1.0);
}

//===----------------------------------------------------------------------===//
// Tallies
//===----------------------------------------------------------------------===//

/// RMS of the first k elements over that of all; mean^2 / mean square of a
/// layernorm.
static double getRatio(const NormProfile &profile, const RowSample &row) {
  if (profile.kind != NormKind::layernorm)
    return std::sqrt(row.leading / row.square);
  double shift = row.mean * row.mean;
  return shift / (shift + row.square);
}

void NormProfile::add(const RowSample &row) {
  ++rows;
  bool isCentred = kind == NormKind::layernorm;
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
  if (double value = getRatio(*this, row); std::isfinite(value))
    ratio.add(value);
  double value = getChange(*this, row);
  if (!std::isfinite(value)) {
    ++undefinedRows;
    return;
  }
  change.add(value);
  changes.add(value);
}

void NormProfile::merge(const NormProfile &other) {
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

std::string norm::getFingerprint(ModuleOp module) {
  llvm::raw_sha1_ostream os;
  module->print(os, OpPrintingFlags().enableDebugInfo(false));
  return llvm::toHex(os.sha1(), /*LowerCase=*/true);
}
