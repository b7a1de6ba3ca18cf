//===- RowTallies.cpp - what rows of a norm were --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Profile.h"

#include "FloatBlock.h"
#include "RowNumbers.h"

using namespace mlir;
using namespace mlir::norm;

/// What a row tells of itself, and what is tallied of it.
namespace {
template <typename T> struct TalliedRow : RowNumbers<T> {
  T mean, square, leading;
};
} // namespace

/// Counts a row, which may be one of those that are left out.
template <typename T>
static void addRow(RowTallies &tallies, bool isCentred,
                   const TalliedRow<T> &row) {
  // Squares hide no NaN and no signs; where the mean is subtracted it alone
  // tells.
  if (std::isnan(isCentred ? row.mean : row.square)) {
    ++tallies.nanRows;
    return;
  }
  if (!std::isfinite(row.mean)) {
    ++tallies.infiniteRows;
    return;
  }
  if (!std::isfinite(row.square) || !std::isfinite(row.leading)) {
    ++tallies.overflowingRows;
    return;
  }
  tallies.mean.add(row.mean);
  if (std::isfinite(row.rms))
    tallies.rms.add(row.rms);
  if (std::isfinite(row.ratio))
    tallies.ratio.add(row.ratio);
  if (!std::isfinite(row.change)) {
    ++tallies.undefinedRows;
    return;
  }
  tallies.change.add(row.change);
  tallies.changes.add(row.change);
}

/// |rstd_k / rstd - 1| of floats whose own arithmetic leaves the range.
static float compareLeadingWide(const WatchedNorm &norm, double square,
                                double leading) {
  return norm.epsMode == EpsMode::inside
             ? compareLeading<EpsMode::inside>(norm.epsilon, square, leading)
             : compareLeading<EpsMode::outside>(norm.epsilon, square, leading);
}

/// Adds at most as many rows as a block has.
static void addFloats(RowTallies &tallies, const WatchedNorm &norm,
                      const float *mean, const float *square,
                      const float *leading, int64_t count, BinCounts &bins) {
  static Summarize *const summarize = getSummaries().front();
  FloatBlock block;
  summarize(norm, mean, square, leading, count, block, bins);
  if (!block.isOrdinary) {
    for (int64_t i = 0; i < count; ++i) {
      float change = block.change[i];
      if (!norm.isCentred() && !std::isfinite(change))
        change = compareLeadingWide(norm, square[i], leading[i]);
      addRow<float>(tallies, norm.isCentred(),
                    {{block.rms[i], block.ratio[i], change},
                     mean[i],
                     square[i],
                     leading[i]});
    }
    return;
  }
  auto add = [&](Tally &tally, const BlockSum &own, const RowValues &values) {
    tally.count += count;
    tally.largest = std::max<double>(tally.largest, own.largest);
    if (own.isExact)
      tally.sum.add(own.sum);
    else
      for (int64_t i = 0; i < count; ++i)
        tally.sum.add(values[i]);
  };
  add(tallies.mean, block.meanSum, block.mean);
  add(tallies.rms, block.rmsSum, block.rms);
  add(tallies.ratio, block.ratioSum, block.ratio);
  add(tallies.change, block.changeSum, block.change);
}

static void addDouble(RowTallies &tallies, const WatchedNorm &norm, double mean,
                      double square, double leading) {
  bool isInside = norm.epsMode == EpsMode::inside;
  RowNumbers<double> numbers =
      norm.isCentred()
          ? (isInside ? numberCentred<double, EpsMode::inside>
                      : numberCentred<double, EpsMode::outside>)(norm.epsilon,
                                                                 mean, square)
          : (isInside ? numberLeading<double, EpsMode::inside>
                      : numberLeading<double, EpsMode::outside>)(norm.epsilon,
                                                                 square,
                                                                 leading);
  addRow<double>(tallies, norm.isCentred(), {numbers, mean, square, leading});
}

void RowTallies::add(const WatchedNorm &norm, const RowSamples &samples) {
  rows += samples.count;
  // Unused for a layernorm.
  const void *leading = norm.isCentred() ? samples.square : samples.leading;
  auto at = [](const void *values, int64_t row, auto type) {
    return static_cast<const decltype(type) *>(values) + row;
  };
  if (!samples.isWide) {
    BinCounts bins = {};
    for (int64_t i = 0; i < samples.count; i += kBlockRows)
      addFloats(*this, norm, at(samples.mean, i, float()),
                at(samples.square, i, float()), at(leading, i, float()),
                std::min(kBlockRows, samples.count - i), bins);
    for (const auto &part : bins)
      for (auto [total, more] : llvm::zip_equal(changes.counts, part))
        total += more;
    return;
  }
  for (int64_t i = 0; i < samples.count; ++i)
    addDouble(*this, norm, *at(samples.mean, i, double()),
              *at(samples.square, i, double()), *at(leading, i, double()));
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
