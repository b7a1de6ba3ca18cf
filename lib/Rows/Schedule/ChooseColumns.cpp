//===- ChooseColumns.cpp - the columns that batches are stored by ---------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule/ChooseColumns.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// Bytes of the nearest cache where it is not known: the smallest of today's
/// servers, Zen's.
static constexpr int64_t kFirstCache = 32768;

static int64_t getNearestBytes(const Caches &caches) {
  return caches.getBytes(1) ? caches.getBytes(1) : kFirstCache;
}

/// Bytes of each operand that are stored of all rows of a batch at a time: 2
/// KiB, of which scale, bias, x and y together take a quarter of the smallest
/// nearest cache; where a third level is near, so many that they take a third
/// of the one at hand, which is 4 KiB of 48.
static int64_t getColumnBytes(const Caches &caches) {
  if (!caches.hasNearThird())
    return kFirstCache / (4 * 4);
  return llvm::bit_floor<uint64_t>(getNearestBytes(caches) / (3 * 4));
}

std::optional<RowColumns> norm::chooseColumns(const RowSchedule &schedule,
                                              int64_t lanes) {
  RowLoopOp loop = schedule.getLoop();
  const RowLayout &layout = schedule.getLayout();
  std::optional<int64_t> length = layout.getRowLength();
  if (!length)
    return std::nullopt;
  // Bytes for each element: of what is common, and of inputs and outputs.
  int64_t common = 0, read = 0, written = 0, widest = 1, numWritten = 0;
  for (auto [number, type] : llvm::enumerate(loop->getOperandTypes())) {
    if (!schedule.getShape().variesAlongRow(number))
      continue;
    int64_t size = getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
    widest = std::max(widest, size);
    bool isInput = number < loop.getInputs().size();
    if (isInput && schedule.getShape().isCommonToRows(number))
      common += size;
    else
      (isInput ? read : written) += size;
    numWritten += !isInput;
  }
  // Of several results one may be stored early, which takes rows in turn.
  if (common == 0 || numWritten > 1)
    return std::nullopt;
  const Caches &caches = schedule.getTarget().getCPU().caches;
  auto fits = [&](int64_t rows, int64_t bytes) {
    return llvm::SaturatingMultiply<uint64_t>(
               rows,
               llvm::SaturatingMultiply<uint64_t>(read + written, *length)) <=
           static_cast<uint64_t>(bytes);
  };
  if (!caches.hasNearThird() && !fits(lanes, caches.getBytes(2) / 2))
    return std::nullopt;
  std::optional<int64_t> rows = layout.getRowCount();
  bool widens =
      widest <= 2 && read == widest && rows && fits(*rows, caches.getBytes(2));
  if (!widens && llvm::SaturatingMultiply<uint64_t>(common + read, *length) <
                     static_cast<uint64_t>(getNearestBytes(caches)))
    return std::nullopt;
  return RowColumns{getColumnBytes(caches) / widest, widens ? 2 : 1, lanes};
}

/// Lines of each sum over rows that are added to at a time: 4 KiB.
static constexpr int64_t kSumLines = 64;
static constexpr int64_t kSumBytes = 4;
/// Of the second-level cache, what a batch of gradients may take and the one
/// behind it, which is asked for meanwhile; and, where a third level is near
/// and nothing is asked for, what a batch of long rows takes.
static constexpr int64_t kPercentOfTwoBatches = 75, kPercentOfBatch = 37;
/// Of the smallest batches, which long rows make: bytes that are read for an
/// element of all rows, and rows.
static constexpr int64_t kReadOfBatch = 32, kLeastBatch = 4;

/// Batches where a third level is near (measured on a Zen 5,
/// docs/Rationale.md): two rows side by side, or four where batches are small.
/// `read` bytes are read for each element.
static RowColumns chooseBatchNearThird(const Caches &caches, int64_t lanes,
                                       int64_t length, int64_t read) {
  int64_t fitting = caches.getBytes(2) / 100 * kPercentOfBatch /
                    std::max<int64_t>(read * length, 1);
  int64_t least = std::max(kReadOfBatch / read, kLeastBatch);
  int64_t batch = std::min<int64_t>(
      std::max<int64_t>(llvm::bit_floor<uint64_t>(fitting), least), lanes);
  int64_t rows = std::min<int64_t>(batch > least ? 2 : 4, batch);
  return {kSumLines * caches.line / kSumBytes, rows, batch};
}

std::optional<RowColumns> norm::chooseColumnsOfSums(const RowSchedule &schedule,
                                                    int64_t lanes,
                                                    bool mayOverlap) {
  if (!schedule.accumulates())
    return std::nullopt;
  RowLoopOp loop = schedule.getLoop();
  unsigned numInputs = loop.getInputs().size();
  // Bytes for each element: of inputs, and of what all rows have in common.
  int64_t read = 0, common = 0, widest = 1;
  for (auto [number, type] : llvm::enumerate(loop->getOperandTypes())) {
    if (!schedule.getShape().variesAlongRow(number))
      continue;
    int64_t size = getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
    if (number < numInputs ? schedule.getShape().isCommonToRows(number)
                           : loop.isAccumulated(number - numInputs)) {
      common += size;
      continue;
    }
    widest = std::max(widest, size);
    if (number < numInputs)
      read += size;
  }
  int64_t length = *schedule.getLayout().getRowLength();
  const Caches &caches = schedule.getTarget().getCPU().caches;
  auto fits = [&](int64_t bytes, int64_t cache) {
    return llvm::SaturatingMultiply<uint64_t>(bytes, length) <=
           static_cast<uint64_t>(cache);
  };
  bool isNarrow = widest <= 2;
  bool twoRowsAreNear = fits(2 * read + common, getNearestBytes(caches));
  if (isNarrow && mayOverlap && twoRowsAreNear)
    return std::nullopt;
  if (caches.hasNearThird()) {
    // Wide rows that stay near come and go as fast in turn.
    if (read == 0 || (!isNarrow && !mayOverlap && twoRowsAreNear))
      return std::nullopt;
    return chooseBatchNearThird(caches, lanes, length, read);
  }
  if (!isNarrow ||
      !fits(2 * lanes * read, caches.getBytes(2) / 100 * kPercentOfTwoBatches))
    return std::nullopt;
  return RowColumns{kSumLines * caches.line / kSumBytes, 2, lanes};
}
