//===- ChooseStrategy.cpp - how threads share rows ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule/ChooseStrategy.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

/// Bytes of the widest access.
static constexpr int64_t kAccessBytes = 16;
/// The most elements of a chunk: int8 results do not need 16 of the input.
static constexpr int64_t kMaxLanes = 8;

namespace {
/// Rows of up to `maxWords` words of 32 bits, as computed.
struct Entry {
  int64_t maxWords, threads, rows, blocks;
};
} // namespace

/// A thread holds at most 32 words of a row: as many as are added up in one
/// chain, and half of the registers that it has where 1024 threads share a
/// multiprocessor. Blocks have 512 threads at most where longer rows can be
/// shared by several of them: two blocks side by side load and store in turn.
/// They have fewer where the words of a row take fewer warps. An entry is for
/// chips that have clusters of its size.
static constexpr Entry kEntries[] = {
    {64, 4, 32, 1},       {128, 8, 16, 1},     {256, 16, 8, 1},
    {1024, 32, 4, 1},     {2048, 128, 1, 1},   {4096, 256, 1, 1},
    {8192, 512, 1, 1},    {16384, 512, 1, 1},  {32768, 512, 1, 2},
    {32768, 1024, 1, 1},  {65536, 512, 1, 4},  {131072, 512, 1, 8},
    {262144, 512, 1, 16}, {262144, 1024, 1, 8}};
/// Threads for longer rows, and for rows of unknown length; half as many where
/// 64 bits are computed. Where shared memory leaves room for one block of them
/// they have twice the registers, so that the loads of several chunks at a time
/// are as many bytes under way as two blocks would have.
static constexpr int64_t kThreadsOfLongRow = 512;
/// Shared memory for rows of unknown length, and what reductions need of it.
static constexpr int64_t kSharedBytesOfAnyRow = 32768,
                         kSharedBytesOfSums = 4096;
/// Words of a row that a thread holds beside those of the next row.
static constexpr int64_t kMaxWordsInTurn = 16;
/// Registers of a multiprocessor, and of a thread where 1024 share it.
static constexpr int64_t kRegisters = 65536, kRegistersOfThread = 64;
/// Bytes that a multiprocessor has under way to use its part of the bandwidth,
/// after Little: 4.8 TB/s for 700 ns, over 132 of them.
static constexpr int64_t kBytesInFlight = 24576;

/// Elements in 16 bytes of the narrowest operand that has all elements; fewer
/// where that would cut a row of known length.
static int64_t getLanes(RowLoopOp loop, const RowShape &shape) {
  int64_t lanes = 1;
  for (auto [number, type] : llvm::enumerate(loop->getOperandTypes()))
    if (shape.variesAlongRow(number)) {
      int64_t bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
      lanes = std::max(lanes, kAccessBytes * 8 / std::max<int64_t>(bits, 8));
    }
  lanes = std::min(lanes, kMaxLanes);
  while (shape.hasStaticLength() && shape.getLength() % lanes != 0)
    lanes /= 2;
  return lanes;
}

/// Divides a row: as many chunks for each thread as the entry has words for. A
/// block of a row has no more warps than that takes, so that lengths between
/// two entries leave less than a warp without chunks.
static void divideRow(RowStrategy &strategy, const Entry &entry, int64_t length,
                      int64_t wordsPerElement) {
  strategy.threads = entry.threads;
  strategy.rows = entry.rows;
  strategy.blocks = entry.blocks;
  int64_t chunks = length / strategy.lanes;
  if (entry.threads > kWarpSize) {
    int64_t words = entry.maxWords / (entry.threads * entry.blocks);
    int64_t chunksOfThread =
        std::max<int64_t>(1, words / (strategy.lanes * wordsPerElement));
    strategy.threads = llvm::alignTo(
        llvm::divideCeil(chunks, chunksOfThread * entry.blocks), kWarpSize);
  }
  strategy.chunks =
      llvm::divideCeil(chunks, strategy.threads * strategy.blocks);
}

/// Registers beside those of elements: addresses, partial results, and what
/// tells elements that count from others.
static int64_t getOtherRegisters(const RowPhases &phases,
                                 const RowStrategy &strategy, int64_t length,
                                 int64_t wordsPerElement) {
  int64_t registers = wordsPerElement == 1 ? 28 : 36;
  if (strategy.blocks > 1)
    registers += 4;
  if (length % strategy.getStep() != 0)
    registers += 6;
  for (const RowPhase &phase : phases.getPhases())
    for (const RowSweep &sweep : phase.sweeps) {
      if (isa<RowMomentsOp>(sweep.reductions.front()))
        registers += 4;
      if (sweep.length && *sweep.length % strategy.getStep() != 0)
        registers += 10;
    }
  return registers;
}

/// Words of the part of input number `input` that a thread holds, as stored.
static int64_t getWords(RowLoopOp loop, unsigned input, int64_t elements) {
  Type type = loop.getBlock()->getArgument(input).getType();
  return llvm::divideCeil(elements * type.getIntOrFloatBitWidth(), 32);
}

/// Whether `op` becomes a polynomial, whose steps are mixed for several lanes.
static bool isFunction(Operation &op) {
  return isa<math::MathDialect>(op.getDialect()) &&
         !isa<math::AbsFOp, math::CeilOp, math::CopySignOp, math::FloorOp,
              math::FmaOp, math::RoundEvenOp, math::RsqrtOp, math::SqrtOp,
              math::TruncOp>(op);
}

/// How many sums over rows there are.
static int64_t countSums(RowLoopOp loop) {
  return llvm::count_if(
      llvm::seq<unsigned>(0, loop.getInits().size()),
      [&](unsigned output) { return loop.isAccumulated(output); });
}

/// Registers beside those of a norm of one input: what lives as long as the
/// row, and what ptxas was found to need for norms with their neighbours.
static int64_t getExtraRegisters(RowLoopOp loop, const RowShape &shape,
                                 const RowPhases &phases,
                                 const RowStrategy &strategy) {
  int64_t elements = *strategy.chunks * strategy.lanes, registers = 0;
  ArrayRef<RowPhase> list = phases.getPhases();
  const auto &early = list.front().loads;
  llvm::SmallSetVector<unsigned, 4> late;
  bool hasMoments = false;
  for (const RowPhase &phase : list) {
    late.insert(phase.loads.begin(), phase.loads.end());
    for (const RowSweep &sweep : phase.sweeps)
      hasMoments |= isa<RowMomentsOp>(sweep.reductions.front());
  }
  for (unsigned input : late)
    if (!early.contains(input) && !shape.isCommonToRows(input))
      registers += getWords(loop, input, elements);
  int64_t earlyCommon = llvm::count_if(
      early, [&](unsigned input) { return shape.isCommonToRows(input); });
  if (earlyCommon > 0)
    registers += 16;
  if (list.size() > 2)
    registers += 16;
  if (strategy.blocks > 1 && early.size() - earlyCommon > 1)
    registers += 8;
  // As in the gradient of a layernorm: two sums of two inputs.
  if (early.size() - earlyCommon > 1 &&
      llvm::any_of(list.front().sweeps, [](const RowSweep &sweep) {
        return sweep.reductions.size() > 1;
      }))
    registers += 16;
  if (llvm::any_of(*loop.getBlock(), [&](Operation &op) {
        return isFunction(op) && shape.isVarying(op.getResult(0));
      }))
    registers += 36;
  for (auto [number, type] : llvm::enumerate(loop.getInits().getTypes()))
    if (loop.isAccumulated(number))
      registers += llvm::divideCeil(
          elements * getElementTypeOrSelf(type).getIntOrFloatBitWidth(), 32);
  // Rows of a block, where its sums go, and the next row beside both.
  if (!loop.getAccumulate().empty())
    registers +=
        elements * getComputeWidth(loop) / 32 + 32 + 16 * countSums(loop);
  auto outputs =
      llvm::seq<unsigned>(loop.getInputs().size(), loop->getNumOperands());
  bool several = llvm::count_if(outputs, [&](unsigned output) {
                   return shape.variesAlongRow(output);
                 }) > 1;
  // Differences from the mean are kept, and what they are differences of.
  if (several && hasMoments)
    registers += elements + 8;
  else if (several && strategy.blocks > 1)
    registers += 8;
  return registers;
}

/// Divides registers: the row, as computed, what else of it waits for the last
/// phase, and the next row, as stored; then as much of what all rows have in
/// common as leaves enough bytes of the next row under way.
/// Fails if there are not enough for a next row.
static LogicalResult divideRegisters(RowLoopOp loop, const RowShape &shape,
                                     const RowPhases &phases,
                                     RowStrategy &strategy, int64_t length,
                                     int64_t wordsPerElement, bool inTurn) {
  int64_t extra = getExtraRegisters(loop, shape, phases, strategy);
  int64_t elements = *strategy.chunks * strategy.lanes;
  int64_t rowWords = 0, commonWords = 0;
  llvm::SmallSetVector<unsigned, 4> inputs;
  bool hasMoments = false;
  for (const RowPhase &phase : phases.getPhases()) {
    inputs.insert(phase.loads.begin(), phase.loads.end());
    for (const RowSweep &sweep : phase.sweeps)
      hasMoments |= isa<RowMomentsOp>(sweep.reductions.front());
  }
  int64_t first = 0;
  for (unsigned input : inputs) {
    int64_t words = getWords(loop, input, elements);
    if (shape.isCommonToRows(input)) {
      commonWords += words;
      continue;
    }
    rowWords += words;
    if (first == 0)
      first = words;
  }
  int64_t needed =
      getOtherRegisters(phases, strategy, length, wordsPerElement) +
      elements * wordsPerElement + rowWords - first;
  if (inTurn && hasMoments)
    needed += first / *strategy.chunks;
  if (inTurn)
    needed += rowWords;

  int64_t threads = strategy.threads * strategy.rows;
  if (inTurn && (needed + extra) * threads > kRegisters)
    return failure();
  auto getBlocks = [&](int64_t registers) {
    return std::max<int64_t>(1, kRegisters /
                                    (llvm::alignTo(registers, 8) * threads));
  };
  int64_t all = getBlocks(needed + extra + commonWords);
  if (inTurn && all * threads * rowWords * 4 >= kBytesInFlight) {
    strategy.blocksSideBySide =
        std::min(all, kRegisters / (kRegistersOfThread * threads));
    strategy.commonWords = commonWords;
    return success();
  }
  strategy.blocksSideBySide = getBlocks(
      extra + (wordsPerElement == 1 ? kRegistersOfThread
                                    : std::max(kRegistersOfThread, needed)));
  strategy.commonWords = std::max<int64_t>(0, kRegistersOfThread - needed);
  return success();
}

/// The inputs from which the first sweep computes, but for those that all rows
/// have in common.
static SmallVector<unsigned>
getFirstInputs(RowLoopOp loop, const RowShape &shape, const RowSweep &sweep) {
  llvm::SmallSetVector<Value, 16> work;
  for (Operation *op : sweep.reductions)
    work.insert(op->operand_begin(), op->operand_end());
  SmallVector<unsigned> inputs;
  for (size_t i = 0; i < work.size(); ++i) {
    if (Operation *op = work[i].getDefiningOp()) {
      work.insert(op->operand_begin(), op->operand_end());
      continue;
    }
    unsigned input = cast<BlockArgument>(work[i]).getArgNumber();
    if (shape.variesAlongRow(input) && !shape.isCommonToRows(input))
      inputs.push_back(input);
  }
  return inputs;
}

/// Keeps as much of a row in `bytes` of shared memory as the first sweep reads
/// and they hold, in groups of chunks; small ones where large ones do not fit.
static void divideSharedMemory(RowLoopOp loop, const RowShape &shape,
                               const RowPhases &phases, RowStrategy &strategy,
                               int64_t bytes) {
  if (phases.getPhases().front().sweeps.empty())
    return;
  const RowSweep &sweep = phases.getPhases().front().sweeps.front();
  SmallVector<unsigned> inputs = getFirstInputs(loop, shape, sweep);
  int64_t bytesOfElement = 0;
  for (unsigned input : inputs) {
    Type type = loop.getBlock()->getArgument(input).getType();
    bytesOfElement += llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
  }
  if (bytesOfElement == 0)
    return;
  int64_t bytesOfChunk = strategy.lanes * strategy.threads * bytesOfElement;
  while (strategy.chunksAtATime > 1 &&
         bytesOfChunk * strategy.chunksAtATime > bytes)
    strategy.chunksAtATime /= 2;
  uint64_t group = strategy.chunksAtATime;
  int64_t chunks = llvm::alignDown(bytes / bytesOfChunk, group);
  if (shape.hasStaticLength())
    chunks = std::min<int64_t>(
        chunks,
        llvm::alignTo(llvm::divideCeil(shape.getLength(), strategy.getStep()),
                      group));
  // Behind a sweep over leading elements, chunks that it did not read are read.
  if (sweep.length)
    chunks = std::min<int64_t>(
        chunks, llvm::alignDown(*sweep.length / strategy.getStep(), group));
  if (chunks == 0)
    return;
  strategy.sharedChunks = chunks;
  strategy.sharedInputs = inputs;
  strategy.sharedBytes = chunks * bytesOfChunk;
  // Other inputs are loaded once for the results, if by nothing else.
  bool onlyThese =
      llvm::all_of(phases.getPhases().front().loads,
                   [&](unsigned i) { return llvm::is_contained(inputs, i); });
  strategy.keepsRow = shape.hasStaticLength() &&
                      shape.getLength() <= strategy.getSharedLength() &&
                      onlyThese && phases.getPhases().size() == 2;
}

/// The strategy of the first entry of the table that the row fits; a thread
/// holds its part of each sum over rows beside that of the row. Where rows
/// do not take turns, two blocks side by side are better than one, if some
/// entry leaves registers for two.
static std::optional<RowStrategy>
chooseEntry(RowLoopOp loop, const RowShape &shape, const RowPhases &phases,
            const Chip &chip, int64_t lanes, int64_t length,
            int64_t wordsPerElement) {
  for (int64_t atLeast : {2, 1})
    for (const Entry &entry : kEntries) {
      if (length * wordsPerElement * (1 + countSums(loop)) > entry.maxWords ||
          entry.blocks > chip.clusterBlocks)
        continue;
      RowStrategy strategy;
      strategy.lanes = lanes;
      divideRow(strategy, entry, length, wordsPerElement);
      strategy.keepsRow = true;
      int64_t words = *strategy.chunks * lanes * wordsPerElement;
      int64_t registers = llvm::alignTo(
          kRegistersOfThread + getExtraRegisters(loop, shape, phases, strategy),
          8);
      int64_t blocks =
          kRegisters / (registers * strategy.threads * strategy.rows);
      if (wordsPerElement > 1 || blocks >= atLeast ||
          (blocks == 1 && words <= kMaxWordsInTurn))
        return strategy;
    }
  return std::nullopt;
}

RowStrategy norm::chooseStrategy(RowLoopOp loop, const RowShape &shape,
                                 const RowPhases &phases, const Chip &chip,
                                 bool rowsInTurn) {
  bool exchanges = llvm::any_of(phases.getPhases(), [](const RowPhase &phase) {
    return !phase.sweeps.empty();
  });
  RowStrategy strategy;
  strategy.exchanges = exchanges;
  strategy.lanes = getLanes(loop, shape);
  int64_t wordsPerElement = getComputeWidth(loop) / 32;
  std::optional<RowStrategy> chosen;
  if (shape.hasStaticLength())
    chosen = chooseEntry(loop, shape, phases, chip, strategy.lanes,
                         shape.getLength(), wordsPerElement);
  if (chosen) {
    int64_t words = *chosen->chunks * chosen->lanes * wordsPerElement;
    bool inTurn = rowsInTurn && chosen->blocks == 1 && words != 0 &&
                  words <= kMaxWordsInTurn;
    if (failed(divideRegisters(loop, shape, phases, *chosen, shape.getLength(),
                               wordsPerElement, inTurn))) {
      inTurn = false;
      (void)divideRegisters(loop, shape, phases, *chosen, shape.getLength(),
                            wordsPerElement, inTurn);
    }
    chosen->exchanges = exchanges;
    if (inTurn)
      chosen->maxGroups = chip.multiprocessors * chosen->blocksSideBySide;
    return *chosen;
  }
  strategy.threads = kThreadsOfLongRow / wordsPerElement;
  strategy.rows = 1;
  if (shape.hasStaticLength())
    strategy.blocks = chip.clusterBlocks;
  else
    strategy.blocksSideBySide =
        kRegisters / (kRegistersOfThread * kThreadsOfLongRow);
  divideSharedMemory(loop, shape, phases, strategy,
                     shape.hasStaticLength()
                         ? chip.sharedBytes - kSharedBytesOfSums
                         : kSharedBytesOfAnyRow);
  return strategy;
}

RowStrategy norm::chooseElementwise(RowLoopOp loop, const RowShape &shape,
                                    const RowPhases &phases,
                                    const RowStrategy &other) {
  RowStrategy strategy = other;
  strategy.lanes = 1;
  strategy.chunksAtATime = kChunksAtATime;
  strategy.sharedChunks = 0;
  strategy.sharedInputs.clear();
  strategy.sharedBytes = 0;
  divideSharedMemory(loop, shape, phases, strategy, kSharedBytesOfAnyRow);
  return strategy;
}
