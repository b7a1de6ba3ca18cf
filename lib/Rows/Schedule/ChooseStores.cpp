//===- ChooseStores.cpp - where rows are stored ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule/ChooseStores.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// L2 of servers since 2013: 256 KiB (Haswell) to 4 MiB (Diamond Rapids); cores
/// that share one have 16 MiB at most (Apple).
static constexpr int64_t kSmallestSecond = 256 << 10, kLargestSecond = 16 << 20;

bool norm::writesHalf(RowLoopOp loop) {
  int64_t read = 0, written = 0;
  for (auto [number, operand] : llvm::enumerate(loop.getOperands()))
    if (loop.getMap(number).isPermutation())
      (number < loop.getInputs().size() ? read : written) +=
          getElementTypeOrSelf(operand).getIntOrFloatBitWidth();
  return written >= read;
}

/// As isStreaming, on any machine; none where they differ.
static std::optional<bool> isStreamingAnywhere(RowLoopOp loop,
                                               std::optional<int64_t> rows,
                                               std::optional<int64_t> length,
                                               const VectorTarget &target) {
  if (!rows || !length)
    return std::nullopt;
  uint64_t bytes = llvm::SaturatingMultiply<uint64_t>(
      llvm::SaturatingMultiply<uint64_t>(*rows, *length),
      getBytesPerElement(loop));
  auto percent = [](int64_t bytes, int64_t part) -> uint64_t {
    return bytes * part / 100;
  };
  uint64_t ofRow =
      llvm::SaturatingMultiply<uint64_t>(*length, getBytesPerElement(loop));
  uint64_t least = percent(kSmallestSecond, StoreLimits::kPercentOfSecond);
  if (bytes < least && ofRow < least / 2)
    return false;
  uint64_t most = std::max(
      percent(Caches::kNearThird, target.getPercentOfThird(writesHalf(loop))),
      llvm::SaturatingMultiply<uint64_t>(
          percent(kLargestSecond, StoreLimits::kPercentOfSecond),
          target.threads));
  if (bytes >= most)
    return true;
  return std::nullopt;
}

/// Whether there is one row, of one thread, which is read twice and stays in
/// the second-level cache for that if its one result does not: with what is
/// read beside it the cache would not hold both. Of several threads the caches
/// are as many, and what goes past them shares one way to memory.
static bool keepsOneRow(RowLoopOp loop, const RowLayout &layout,
                        const VectorTarget &target) {
  if (layout.getRowCount() != 1 || loop.getInits().size() != 1 ||
      target.threads > 1)
    return false;
  int64_t bytes = 0;
  for (Type type : loop->getOperandTypes())
    if (Type element = getElementTypeOrSelf(type); element.isIntOrFloat())
      bytes += element.getIntOrFloatBitWidth() / 8;
  return llvm::SaturatingMultiply<uint64_t>(*layout.getRowLength(), bytes) >=
         static_cast<uint64_t>(target.caches.getBytes(2));
}

std::optional<bool> norm::isStreaming(RowLoopOp loop, const RowLayout &layout,
                                      const VectorTarget &target, bool split) {
  if (target.stores != Stores::byCaches)
    return target.stores == Stores::streaming;
  std::optional<int64_t> rows = layout.getRowCount();
  std::optional<int64_t> length = layout.getRowLength();
  auto isMany = [&](uint64_t elements, uint64_t bytes) {
    uint64_t least = llvm::divideCeil(
        bytes, static_cast<uint64_t>(getBytesPerElement(loop)));
    return elements >= least;
  };
  auto forAllThreads = [&](int64_t bytes) {
    return llvm::SaturatingMultiply<uint64_t>(bytes, target.threads);
  };
  if (target.asksCaches)
    return isStreamingAnywhere(loop, rows, length, target);
  StoreLimits limits = target.getStoreLimits(writesHalf(loop));
  std::optional<bool> ofLoop;
  if (rows && length)
    ofLoop = isMany(llvm::SaturatingMultiply<uint64_t>(*rows, *length),
                    limits.loop ? limits.loop : forAllThreads(limits.thread));
  if (limits.loop != 0)
    return ofLoop == false && keepsOneRow(loop, layout, target) ? true : ofLoop;
  std::optional<bool> ofRow;
  if (length)
    ofRow = isMany(*length, split ? forAllThreads(limits.row) : limits.row);
  if (ofLoop == true || ofRow == true)
    return true;
  return ofLoop && ofRow ? std::optional(false) : std::nullopt;
}
