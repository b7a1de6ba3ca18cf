//===- ChooseOrder.cpp - the order of rows on CPUs ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In which order rows run through the steps, in how many lanes, and where they
// are stored. Threads share a row where there are fewer rows than threads; rows
// that go to memory overlap; short ones whose steps take longer than their
// memory go through the steps in batches.
//
//===----------------------------------------------------------------------===//

#include "Schedule/ChooseOrder.h"

#include "Schedule/ChooseColumns.h"
#include "Schedule/ChoosePace.h"
#include "Schedule/ChoosePacking.h"
#include "Schedule/ChooseStores.h"
#include "Schedule/RowPartition.h"
#include "norm/Target/RowCode.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

/// Elements of a row that threads share, at least: each phase starts them anew.
static constexpr int64_t kSplitLength = 65536;
/// Groups of a row that are worth a loop: shorter rows stay in registers from
/// one phase to the next. Rows of which enough have one to overlap with.
static constexpr int64_t kMinGroups = 3, kMinRows = 4;
/// Rows that are stored by columns, at least, where a third level of the caches
/// is near; what is common to them is brought near once for both.
static constexpr int64_t kRowsOfColumns = 2;
/// Elements of rows in batches, at most; of 32 bits and more, at most.
static constexpr int64_t kMaxLength = 384, kMaxWideLength = 64;
/// Of 16 bits, with one result, that come from a third level nearby.
static constexpr int64_t kMaxNearLength = 1536;

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

/// Whether `op` has code for the even or odd elements of a pair of chunks: it
/// computes floats from floats in f32, or it rounds to bf16 or widens it.
static bool hasCodeForHalves(Operation *op) {
  bool takes = llvm::any_of(op->getOperandTypes(), isHalf);
  bool gives = llvm::any_of(op->getResultTypes(), isHalf);
  if (isa<arith::BitcastOp, arith::SelectOp, RowReduceOp, RowMomentsOp>(op))
    return !takes && !gives;
  return llvm::all_of(op->getOperandTypes(), [&](Type type) {
    return !gives || isa<FloatType>(type);
  });
}

/// Whether rows that are run through in pairs of chunks may have an operand
/// with elements `type`: bf16, and beside sums over rows f32 as well, which the
/// sums are. A scale of f32 is put in order for each row, which costs less
/// there than to widen two inputs without pairs.
static bool canBePaired(RowLoopOp loop, Type type) {
  return type.isBF16() || (!loop.getAccumulate().empty() && type.isF32());
}

/// Whether rows are run through in pairs of chunks, the even elements and the
/// odd ones: all that varies is read and stored as bf16 and computed in f32, on
/// a target that has code for pairs. That is so for any layout of the operands
/// and any knowledge of their extents: sums have the same order.
static bool canRunInPairs(const RowSchedule &schedule, const RowPhases &phases,
                          const VectorTarget &target) {
  RowLoopOp loop = schedule.getLoop();
  const RowShape &shape = schedule.getShape();
  if (!target.pairsBF16 || getComputeWidth(schedule.getLoop()) != 32)
    return false;
  bool some = false;
  unsigned numInputs = loop.getInputs().size();
  for (auto [number, type] : llvm::enumerate(loop->getOperandTypes())) {
    if (!shape.variesAlongRow(number))
      continue;
    Type element = getElementTypeOrSelf(type);
    bool isSum = number >= numInputs && loop.isAccumulated(number - numInputs);
    bool isCommon = number < numInputs && shape.isCommonToRows(number);
    if (!element.isBF16() && !(isSum || isCommon))
      return false;
    if (!canBePaired(loop, element))
      return false;
    some |= element.isBF16();
  }
  if (!some)
    return false;
  for (auto [number, value] : llvm::enumerate(loop.getYield().getValues()))
    if (shape.variesAlongRow(loop.getInputs().size() + number) &&
        !(value.getDefiningOp() && shape.isVarying(value)))
      return false;
  // Phases begin their pairs, and take what is no pair, where they like: what
  // one keeps for another has to be in the order of the row. Whether there is a
  // buffer for it depends on what is known of the extents; the order of sums
  // must not.
  if (phases.hasDearValues())
    return false;
  return llvm::all_of(
      loop.getBlock()->without_terminator(), [&](Operation &op) {
        return llvm::none_of(op.getOperands(),
                             [&](Value v) { return shape.isVarying(v); }) ||
               hasCodeForHalves(&op);
      });
}

//===----------------------------------------------------------------------===//
// Orders
//===----------------------------------------------------------------------===//

static int64_t getGroupSize(int64_t lanes) {
  return RowPartition::kAccumulators * lanes;
}

/// Whether the phases of rows that follow one another can overlap, if results
/// are stored past the caches.
static bool canOverlap(const RowSchedule &schedule, int64_t lanes) {
  const RowLayout &layout = schedule.getLayout();
  RowLoopOp loop = schedule.getLoop();
  auto isLess = [](std::optional<int64_t> known, int64_t least) {
    return known && *known < least;
  };
  if (isLess(layout.getRowLength(), kMinGroups * getGroupSize(lanes)) ||
      isLess(layout.getRowCount(), kMinRows))
    return false;
  bool some = false;
  unsigned numInputs = loop.getInputs().size();
  for (unsigned i = numInputs; i < loop->getNumOperands(); ++i)
    if (schedule.getShape().variesAlongRow(i) &&
        !loop.isAccumulated(i - numInputs)) {
      some = true;
      if (!layout.isContiguous(i))
        return false;
    }
  llvm::SmallSetVector<Type, 1> types;
  for (const RowStep &step : schedule.getSteps())
    if (step.isWholeSweep())
      types.insert(step.getType());
  return some && types.size() == 1;
}

/// Results that vary along the row.
static int64_t countResults(const RowSchedule &schedule) {
  RowLoopOp loop = schedule.getLoop();
  return llvm::count_if(
      llvm::seq<unsigned>(loop.getInputs().size(), loop->getNumOperands()),
      [&](unsigned i) { return schedule.getShape().variesAlongRow(i); });
}

/// Short rows whose steps take longer than their memory: of 16-bit values, or
/// moments of a few vectors.
static bool isWorthBatches(const RowSchedule &schedule, int64_t length,
                           std::optional<bool> streaming) {
  RowLoopOp loop = schedule.getLoop();
  bool moments = llvm::any_of(schedule.getSteps(), [](const RowStep &step) {
    return step.kind == RowStep::Kind::moments;
  });
  bool narrow = true;
  for (auto [number, input] : llvm::enumerate(loop.getInputs()))
    if (loop.getMap(number).isPermutation())
      narrow &= getElementTypeOrSelf(input).getIntOrFloatBitWidth() / 8 <= 2;
  const Caches &caches = schedule.getTarget().getCPU().caches;
  bool staysNear = streaming == false && caches.hasNearThird();
  std::optional<uint64_t> bytes = schedule.countBytes();
  if (narrow && length < kMaxLength)
    return true;
  if (narrow)
    return staysNear && length <= kMaxNearLength &&
           countResults(schedule) == 1 && bytes &&
           *bytes > static_cast<uint64_t>(caches.getBytes(2));
  // Moments take longer than a third level nearby, too.
  return moments && length <= (staysNear ? kMaxLength : kMaxWideLength);
}

/// Whether batches of `lanes` rows can take each step together, if there are
/// `least` rows.
static bool canBatch(const RowSchedule &schedule, int64_t lanes,
                     int64_t least) {
  RowLoopOp loop = schedule.getLoop();
  const RowShape &shape = schedule.getShape();
  std::optional<int64_t> length = schedule.getLayout().getRowLength();
  std::optional<int64_t> rows = schedule.getLayout().getRowCount();
  if (!length || (rows && *rows < least))
    return false;
  // Batches cut no block of rows that are added up where all rows are one sum.
  if (schedule.accumulates() &&
      loop.getAccumulate().size() != loop.getRowDimensions().size())
    return false;
  for (auto [number, input] : llvm::enumerate(loop.getInputs()))
    if (Type type = getElementTypeOrSelf(input);
        !shape.variesAlongRow(number) &&
        (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() < 8))
      return false;
  // A function has other bits as a scalar than where vectors approximate it.
  for (Operation &op : loop.getBlock()->without_terminator())
    if (llvm::none_of(op.getResults(),
                      [&](Value v) { return shape.isVarying(v); }) &&
        isTranscendental(&op))
      return false;
  llvm::SmallSetVector<Type, 1> types;
  for (const RowStep &step : schedule.getSteps()) {
    if (!step.keeps.empty())
      return false;
    for (const RowTerm &term : step.terms)
      types.insert(term.op->getOperand(0).getType());
    for (Value value : step.values)
      if (!value.getType().isIntOrFloat() ||
          value.getType().getIntOrFloatBitWidth() < 8)
        return false;
  }
  return types.size() == 1;
}

VectorRows norm::chooseOrder(const RowSchedule &schedule,
                             const RowPhases &phases) {
  RowLoopOp loop = schedule.getLoop();
  const RowLayout &layout = schedule.getLayout();
  const VectorTarget &cpu = schedule.getTarget().getCPU();
  VectorRows rows;
  rows.lanes = cpu.bits / getComputeWidth(loop);
  rows.pairs = canRunInPairs(schedule, phases, cpu);
  rows.packing = choosePacking(schedule, rows.lanes);
  std::optional<int64_t> count = layout.getRowCount();
  std::optional<int64_t> length = layout.getRowLength();
  bool split =
      count && length && *count < cpu.threads && *length >= kSplitLength;
  rows.streaming = isStreaming(loop, layout, cpu, split);
  bool mayOverlap = rows.streaming != false && canOverlap(schedule, rows.lanes);
  if (rows.packing)
    rows.streaming = false;
  else if (split)
    rows.order = RowOrder::sharedByThreads;
  else if (canBatch(schedule, rows.lanes, rows.lanes) &&
           (rows.columns =
                chooseColumnsOfSums(schedule, rows.lanes, mayOverlap)))
    rows.order = RowOrder::batched;
  else if (mayOverlap) {
    rows.order = RowOrder::overlapped;
    rows.paced = isPaced(schedule);
  } else if ((length && isWorthBatches(schedule, *length, rows.streaming) &&
              canBatch(schedule, rows.lanes, rows.lanes)) ||
             (rows.streaming == false &&
              canBatch(schedule, rows.lanes,
                       cpu.caches.hasNearThird() ? kRowsOfColumns
                                                 : rows.lanes) &&
              (rows.columns = chooseColumns(schedule, rows.lanes))))
    rows.order = RowOrder::batched;
  // A core that runs ahead finds short rows that take turns by itself, and what
  // is asked for in bursts, as a batch is beside the stores of the one before,
  // takes the buffers that stores wait for.
  bool isShort = length && *length < kMinGroups * getGroupSize(rows.lanes);
  rows.prefetches =
      cpu.window == 0 ||
      !(rows.columns || (rows.order == RowOrder::inTurn && isShort));
  return rows;
}
