//===- RowStrategy.cpp - how threads share rows ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowStrategy.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;

/// Bytes of the widest access.
static constexpr int64_t kAccessBytes = 16;
/// The most elements of a chunk: int8 results do not need 16 of the input.
static constexpr int64_t kMaxLanes = 8;

namespace {
/// Rows of up to `maxLength` elements of 32 bits, as computed.
struct Entry {
  int64_t maxLength, threads, rows;
};
} // namespace

/// A thread holds at most 32 elements of a row: few enough for its registers
/// where 1024 threads share a multiprocessor, and as many as are added up in
/// one chain. Blocks have 128 threads at least.
static constexpr Entry kEntries[] = {
    {64, 4, 32},    {128, 8, 16},   {256, 16, 8},   {1024, 32, 4},
    {2048, 128, 1}, {4096, 256, 1}, {8192, 512, 1}, {32768, 1024, 1},
};
/// Longer rows, and rows of unknown length; half as many threads, which have
/// twice the registers, where 64 bits are computed.
static constexpr int64_t kRereadThreads = 512;

/// The number of elements of a row, if it is known.
static std::optional<int64_t> getKnownLength(RowLoopOp loop) {
  SmallVector<int64_t> extents = loop.getStaticExtents();
  int64_t length = 1;
  for (int64_t dim : loop.getDimensions()) {
    if (ShapedType::isDynamic(extents[dim]))
      return std::nullopt;
    length *= extents[dim];
  }
  return length;
}

/// Elements in 16 bytes of the narrowest operand that has all elements; fewer
/// where that would cut a row.
static int64_t getLanes(RowLoopOp loop, std::optional<int64_t> length) {
  if (!length)
    return 1;
  int64_t lanes = 1;
  for (auto [operand, map] : llvm::zip(loop.getOperands(), loop.getMaps()))
    if (map.getNumResults() != 0 && loop.variesAlongRow(map)) {
      int64_t bits = getElementTypeOrSelf(operand).getIntOrFloatBitWidth();
      lanes = std::max(lanes, kAccessBytes * 8 / std::max<int64_t>(bits, 8));
    }
  lanes = std::min(lanes, kMaxLanes);
  while (*length % lanes != 0)
    lanes /= 2;
  return lanes;
}

/// The width in which the body computes, in bits: 32 at least.
static int64_t getComputeWidth(RowLoopOp loop) {
  unsigned width = 32;
  loop.getBlock()->walk([&](Operation *op) {
    for (Type type : op->getOperandTypes())
      if (isa<FloatType>(type))
        width = std::max(width, type.getIntOrFloatBitWidth());
  });
  return width;
}

RowStrategy norm::chooseStrategy(RowLoopOp loop) {
  std::optional<int64_t> length = getKnownLength(loop);
  int64_t lanes = getLanes(loop, length);
  int64_t wordsPerElement = getComputeWidth(loop) / 32;
  if (length) {
    int64_t words = *length * wordsPerElement;
    for (const Entry &entry : kEntries)
      if (words <= entry.maxLength)
        return {lanes, entry.threads, entry.rows,
                llvm::divideCeil(*length, lanes * entry.threads)};
  }
  return {lanes, kRereadThreads / wordsPerElement, 1, std::nullopt};
}

std::string RowStrategy::getDescription() const {
  std::string kept =
      chunks ? llvm::formatv("{0} chunks of {1} elements in registers", *chunks,
                             lanes)
                   .str()
             : llvm::formatv("chunks of {0} elements, read again in each sweep",
                             lanes)
                   .str();
  return llvm::formatv("{0} threads for a row, {1} rows in a block, {2}",
                       threads, rows, kept)
      .str();
}
