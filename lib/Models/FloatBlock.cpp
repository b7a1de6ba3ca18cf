//===- FloatBlock.cpp - the numbers of some rows at a time ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel gives one to three numbers for each row, and is to lose less than
// one part in a hundred of its time here: two nanoseconds a row of 4096 bf16.
// So rows are taken in blocks, whose numbers are computed without branches, in
// the widest vectors of the machine. Those of a row do not depend on the rows
// beside it, and products and sums are not fused (see CMakeLists.txt): neither
// the order of rows nor the machine matters.
//
//===----------------------------------------------------------------------===//

#include "FloatBlock.h"

#include "RowNumbers.h"

#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::norm;

template <EpsMode kMode>
static void compareRows(const WatchedNorm &norm, const float *mean,
                        const float *square, const float *leading,
                        int64_t count, FloatBlock &block) {
  auto set = [&](int64_t i, const RowNumbers<float> &numbers) {
    block.mean[i] = mean[i];
    block.rms[i] = numbers.rms;
    block.ratio[i] = numbers.ratio;
    block.change[i] = numbers.change;
  };
  for (RowValues *values :
       {&block.mean, &block.rms, &block.ratio, &block.change})
    std::fill(values->begin() + count, values->end(), 0.0f);
  double epsilon = norm.epsilon;
  if (norm.isCentred())
    for (int64_t i = 0; i < count; ++i)
      set(i, numberCentred<float, kMode>(epsilon, mean[i], square[i]));
  else
    for (int64_t i = 0; i < count; ++i)
      set(i, numberLeading<float, kMode>(epsilon, square[i], leading[i]));
}

/// A square or leading square that is not finite makes the RMS or the ratio so.
static bool isFinite(const FloatBlock &block) {
  // The exponent of what is not finite has all its bits, and carries.
  auto carry = [](float value) {
    return (llvm::bit_cast<uint32_t>(value) & 0x7fffffff) + 0x00800000;
  };
  uint32_t carries = 0;
  for (int64_t i = 0; i < kBlockRows; ++i)
    carries |= carry(block.mean[i]) | carry(block.rms[i]) |
               carry(block.ratio[i]) | carry(block.change[i]);
  return !(carries >> 31);
}

/// A sum of floats of 24 digits is exact in a double, of 53, where the smallest
/// of them ends at most 53 - 6 digits below the largest begins: 64 of them gain
/// 6 digits. All that are not 0 have exponents within 22 of the largest, then.
///
/// Sizes of floats are ordered as their bits are.
static BlockSum sumUp(const RowValues &values) {
  constexpr unsigned kLanes = 8;
  constexpr int32_t kMost = std::numeric_limits<int32_t>::max();
  int32_t most = 0, least = kMost;
  for (float value : values) {
    int32_t size = llvm::bit_cast<int32_t>(value) & kMost;
    most = std::max(most, size);
    // 0 is the largest here.
    least = std::min(least, (size - 1) & kMost);
  }
  double sums[kLanes] = {}, sum = 0;
  for (unsigned i = 0; i < values.size(); i += kLanes)
    for (unsigned lane = 0; lane < kLanes; ++lane)
      sums[lane] += values[i + lane];
  for (double part : sums)
    sum += part;
  return {sum, llvm::bit_cast<float>(most), least >= most - (22 << 23)};
}

static void countBins(const RowValues &values, int64_t count,
                      BinCounts &counts) {
  std::array<int32_t, kBlockRows> bins;
  for (unsigned i = 0; i < bins.size(); ++i) {
    int32_t exponent = (llvm::bit_cast<int32_t>(values[i]) >> 23) - 127;
    bins[i] = std::clamp(exponent - LogHistogram::kFirstExponent, 0, 63);
  }
  for (unsigned i = 0; i < bins.size(); i += counts.size())
    for (unsigned part = 0; part < counts.size(); ++part)
      ++counts[part][bins[i + part]];
  // What is behind the last row is 0.
  counts[0][0] -= kBlockRows - count;
}

static void summarizeRows(const WatchedNorm &norm, const float *mean,
                          const float *square, const float *leading,
                          int64_t count, FloatBlock &block, BinCounts &bins) {
  if (norm.epsMode == EpsMode::inside)
    compareRows<EpsMode::inside>(norm, mean, square, leading, count, block);
  else
    compareRows<EpsMode::outside>(norm, mean, square, leading, count, block);
  block.isOrdinary = isFinite(block);
  if (!block.isOrdinary)
    return;
  block.meanSum = sumUp(block.mean);
  block.rmsSum = sumUp(block.rms);
  block.ratioSum = sumUp(block.ratio);
  block.changeSum = sumUp(block.change);
  countBins(block.change, count, bins);
}

#ifdef __x86_64__
/// summarizeRows() with all that it calls in vectors of AVX2 or AVX-512.
[[gnu::flatten, gnu::target("avx2")]]
static void summarizeInAVX2(const WatchedNorm &norm, const float *mean,
                            const float *square, const float *leading,
                            int64_t count, FloatBlock &block, BinCounts &bins) {
  summarizeRows(norm, mean, square, leading, count, block, bins);
}
[[gnu::flatten, gnu::target("avx512f,avx512vl,avx512dq,avx512bw")]]
static void summarizeInAVX512(const WatchedNorm &norm, const float *mean,
                              const float *square, const float *leading,
                              int64_t count, FloatBlock &block,
                              BinCounts &bins) {
  summarizeRows(norm, mean, square, leading, count, block, bins);
}
#endif

std::vector<Summarize *> norm::getSummaries() {
  std::vector<Summarize *> summaries;
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    summaries.push_back(summarizeInAVX512);
  if (__builtin_cpu_supports("avx2"))
    summaries.push_back(summarizeInAVX2);
#endif
  summaries.push_back(summarizeRows);
  return summaries;
}
