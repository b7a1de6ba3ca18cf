//===- Tasks.cpp - row loops as tasks for threads -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Tasks.h"

#include "CPU/PackedRows.h"
#include "CPU/RowOrders.h"
#include "CPU/RowWriter.h"
#include "Schedule/ChooseStores.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm;

/// Bytes that one iteration of the parallel loop reads and writes, at least:
/// some five microseconds of work, several times what it costs to start a
/// thread.
static constexpr int64_t kGrain = 131072;
/// How many times that, and how many rows, where results are stored past the
/// caches; and the tasks that are left for each thread, at least.
static constexpr int64_t kStreamGrains = 64, kStreamRows = 32,
                         kTasksPerThread = 8;

/// The rows of a task of batches, at least `few`: all rows are shared evenly by
/// as many tasks as there are batches, and some more until each thread has as
/// many. Of 37 rows in batches of 16 one thread takes tasks of 13, 13 and 11,
/// two take 10, 10, 10 and 7; of 128 they take eight of 16.
static Value getRowsOfBatches(OpBuilder &builder, const RowSchedule &schedule,
                              Value rows, Value few) {
  Location loc = RowLoopOp(schedule.getLoop()).getLoc();
  Value lanes = getIndex(builder, loc, schedule.getLanes());
  Value threads = getIndex(builder, loc, schedule.getTarget().getCPU().threads);
  auto divide = [&](Value a, Value b) {
    return builder.createOrFold<arith::CeilDivUIOp>(loc, a, b);
  };
  auto multiply = [&](Value a, Value b) {
    return builder.createOrFold<arith::MulIOp>(loc, a, b);
  };
  Value whole = multiply(divide(few, lanes), lanes);
  Value tasks = multiply(divide(divide(rows, whole), threads), threads);
  tasks = builder.createOrFold<arith::MaxUIOp>(loc, tasks,
                                               getIndex(builder, loc, 1));
  return builder.createOrFold<arith::MaxUIOp>(loc, few, divide(rows, tasks));
}

/// The rows in one iteration of the parallel loop. The first and the last row
/// of a task have none to overlap with: where rows come from memory tasks are
/// longer, as long as there are some for each thread.
static Value getRowsPerTask(OpBuilder &builder, const RowSchedule &schedule,
                            Value rows, Value rowLength, Value streaming) {
  RowLoopOp op = schedule.getLoop();
  const VectorTarget &target = schedule.getTarget().getCPU();
  Location loc = op.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value grain = constant(llvm::divideCeil(kGrain, getBytesPerElement(op)));
  Value length =
      builder.createOrFold<arith::MaxUIOp>(loc, rowLength, constant(1));
  Value few = builder.createOrFold<arith::CeilDivUIOp>(loc, grain, length);
  if (schedule.getOrder() == RowOrder::batched)
    few = getRowsOfBatches(builder, schedule, rows, few);
  Value many =
      builder.createOrFold<arith::MulIOp>(loc, few, constant(kStreamGrains));
  many = builder.createOrFold<arith::MaxUIOp>(loc, many, constant(kStreamRows));
  Value share = builder.createOrFold<arith::DivUIOp>(
      loc, rows, constant(kTasksPerThread * target.threads));
  many = target.threads == 1
             ? rows
             : builder.createOrFold<arith::MinUIOp>(loc, many, share);
  many = builder.createOrFold<arith::MaxUIOp>(loc, many, few);
  return builder.createOrFold<arith::SelectOp>(loc, streaming, many, few);
}

/// The bytes of the cache at `level` of the machine that the code runs on.
static Value emitCacheBytes(OpBuilder &builder, Location loc, int64_t level) {
  Value number = arith::ConstantIntOp::create(builder, loc, level, 64);
  auto call = func::CallOp::create(builder, loc, kCacheQuery,
                                   builder.getI64Type(), number);
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    call.getResult(0));
}

/// VectorTarget::getStoreLimits() as code, for caches that the code asks for,
/// and whether `bytes` of all rows or `ofRow` of one reach them.
static Value emitStreamingHere(OpBuilder &builder, Location loc, Value bytes,
                               Value ofRow, const VectorTarget &target,
                               bool writesHalf) {
  auto constant = [&](int64_t value) { return getIndex(builder, loc, value); };
  auto percent = [&](Value value, int64_t part) -> Value {
    Value scaled = arith::MulIOp::create(builder, loc, value, constant(part));
    return arith::DivUIOp::create(builder, loc, scaled, constant(100));
  };
  auto reaches = [&](Value value, Value limit) -> Value {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge, value,
                                 limit);
  };
  Value second = emitCacheBytes(builder, loc, 2);
  Value isUnknown = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::eq, second, constant(0));
  second = arith::SelectOp::create(
      builder, loc, isUnknown, constant(Caches::unknown().getBytes(2)), second);
  Value third = emitCacheBytes(builder, loc, 3);
  Value thread = percent(second, StoreLimits::kPercentOfSecond);
  Value half = arith::DivUIOp::create(builder, loc, thread, constant(2));
  Value ofThreads =
      arith::MulIOp::create(builder, loc, thread, constant(target.threads));
  Value far = arith::OrIOp::create(builder, loc, reaches(bytes, ofThreads),
                                   reaches(ofRow, half));
  // 0, for none, is not near: less 1 it is the greatest number.
  Value lessOne = arith::SubIOp::create(builder, loc, third, constant(1));
  Value isNear = isBelow(builder, loc, lessOne, constant(Caches::kNearThird));
  Value near =
      reaches(bytes, percent(third, target.getPercentOfThird(writesHalf)));
  return arith::SelectOp::create(builder, loc, isNear, near, far);
}

/// Whether the results of the loop are better stored past the caches, an i1: a
/// constant where the schedule knows it.
static Value emitStreaming(OpBuilder &builder, const RowSchedule &schedule,
                           const RowSpace &space) {
  RowLoopOp op = schedule.getLoop();
  Location loc = op.getLoc();
  if (std::optional<bool> known = schedule.getStreaming())
    return arith::ConstantIntOp::create(builder, loc, *known, /*width=*/1);
  const VectorTarget &target = schedule.getTarget().getCPU();
  auto isMany = [&](Value elements, uint64_t bytes) {
    Value least = getIndex(
        builder, loc,
        llvm::divideCeil(bytes, static_cast<uint64_t>(getBytesPerElement(op))));
    return builder.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::uge,
                                               elements, least);
  };
  Value rowLength = space.getRowLength(builder, loc);
  Value elements = builder.createOrFold<arith::MulIOp>(
      loc, space.getRowCount(builder, loc), rowLength);
  if (target.asksCaches) {
    auto getBytes = [&](Value count) {
      return builder.createOrFold<arith::MulIOp>(
          loc, count, getIndex(builder, loc, getBytesPerElement(op)));
    };
    return emitStreamingHere(builder, loc, getBytes(elements),
                             getBytes(rowLength), target, writesHalf(op));
  }
  StoreLimits limits = target.getStoreLimits(writesHalf(op));
  if (limits.loop != 0)
    return isMany(elements, limits.loop);
  uint64_t ofThreads =
      llvm::SaturatingMultiply<uint64_t>(limits.thread, target.threads);
  return builder.createOrFold<arith::OrIOp>(loc, isMany(elements, ofThreads),
                                            isMany(rowLength, limits.row));
}

/// for blocks [first, end) { for their rows }; a task adds up its blocks
/// where `sums` says so
static void emitBlocks(OpBuilder &builder, RowOrderEmitter &order,
                       const RowSums &sums, Location loc, Value first,
                       Value end) {
  if (!sums.areAddedUpByTasks())
    return order.emitRows(builder, sums.getFirstRow(builder, first),
                          sums.getFirstRow(builder, end));
  Value one = getIndex(builder, loc, 1);
  scf::ForOp::create(builder, loc, first, end, one, ValueRange(),
                     [&](OpBuilder &body, Location, Value block, ValueRange) {
                       Value next =
                           arith::AddIOp::create(body, loc, block, one);
                       order.emitRows(body, sums.getFirstRow(body, block),
                                      sums.getFirstRow(body, next));
                       sums.emitCarries(body, block, end);
                       scf::YieldOp::create(body, loc);
                     });
}

/// for rows [first, end), or blocks of `sums`, in the order of the schedule
static void emitRows(OpBuilder &builder, const RowSchedule &schedule,
                     const RowSpace &space, const RowSums *sums,
                     Value streaming, Value first, Value end) {
  Location loc = RowLoopOp(schedule.getLoop()).getLoc();
  auto emit = [&](OpBuilder &rows, Value streaming) {
    RowContext context(rows, schedule, space, sums);
    auto order = makeRowOrder(rows, context, streaming);
    if (sums)
      emitBlocks(rows, *order, *sums, loc, first, end);
    else
      order->emitRows(rows, first, end);
    if (!schedule.getTarget().getCPU().fencesStreams ||
        schedule.getOrder() == RowOrder::sharedByThreads)
      return;
    scf::IfOp::create(rows, loc, streaming, [&](OpBuilder &then, Location) {
      emitStreamFence(then, loc);
      scf::YieldOp::create(then, loc);
    });
  };
  if (schedule.getStreaming() || schedule.getOrder() == RowOrder::overlapped)
    return emit(builder, streaming);
  auto either = [&](bool streams) {
    return [&emit, streams](OpBuilder &nested, Location loc) {
      emit(nested, arith::ConstantIntOp::create(nested, loc, streams, 1));
      scf::YieldOp::create(nested, loc);
    };
  };
  scf::IfOp::create(builder, loc, streaming, either(true), either(false));
}

/// What `emit` emits, in a scope that frees row buffers and partial results, if
/// there are any.
static void emitInScope(OpBuilder &builder, Location loc,
                        function_ref<void(OpBuilder &)> emit) {
  OpBuilder::InsertionGuard guard(builder);
  auto scope = memref::AllocaScopeOp::create(builder, loc, TypeRange());
  Block *body = builder.createBlock(&scope.getBodyRegion());
  emit(builder);
  bool allocates =
      scope.getBodyRegion()
          .walk([](memref::AllocaOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  if (allocates) {
    memref::AllocaScopeReturnOp::create(builder, loc, ValueRange());
    return;
  }
  // The builder may be the rewriter of a driver, which has to know.
  IRRewriter rewriter(builder);
  rewriter.inlineBlockBefore(body, scope);
  rewriter.eraseOp(scope);
}

/// parallel for tasks { for rows of the task { one row } }, or rows that
/// threads share. With `sums` a task is whole blocks.
static void emitTasks(OpBuilder &builder, const RowSchedule &schedule,
                      const RowSpace &space, RowSums *sums) {
  RowLoopOp op = schedule.getLoop();
  Location loc = op.getLoc();
  Value rowLength = space.getRowLength(builder, loc);
  Value rows = space.getRowCount(builder, loc);
  Value streaming = emitStreaming(builder, schedule, space);
  Value zero = getIndex(builder, loc, 0);
  auto emitTask = [&](OpBuilder &task, Value first, Value end) {
    emitInScope(task, loc, [&](OpBuilder &inner) {
      emitRows(inner, schedule, space, sums, streaming, first, end);
    });
  };
  Value items = sums ? sums->getBlockCount() : rows;
  if (schedule.getOrder() == RowOrder::sharedByThreads)
    return emitTask(builder, zero, items);

  Value perTask = getRowsPerTask(builder, schedule, rows, rowLength, streaming);
  if (sums) {
    perTask = sums->chooseBlocksPerTask(
        builder, builder.createOrFold<arith::CeilDivUIOp>(
                     loc, perTask, sums->getRowsPerBlock()));
  }
  Value tasks = builder.createOrFold<arith::CeilDivUIOp>(loc, items, perTask);
  Value one = getIndex(builder, loc, 1);
  if (getConstantIntValue(tasks) == 1)
    return emitTask(builder, zero, items);
  scf::ParallelOp::create(
      builder, loc, zero, tasks, one,
      [&](OpBuilder &task, Location loc, ValueRange number) {
        Value first = arith::MulIOp::create(task, loc, number[0], perTask);
        Value next = arith::AddIOp::create(task, loc, first, perTask);
        emitTask(task, first, arith::MinUIOp::create(task, loc, next, items));
      });
}

void norm::emitOneTask(OpBuilder &builder, const RowSchedule &schedule) {
  Location loc = schedule.getLoop()->getLoc();
  RowSpace space(builder, schedule.getLoop(), schedule.getLayout());
  Value streaming = emitStreaming(builder, schedule, space);
  emitInScope(builder, loc, [&](OpBuilder &inner) {
    emitRows(inner, schedule, space, /*sums=*/nullptr, streaming,
             getIndex(inner, loc, 0), space.getRowCount(inner, loc));
  });
}

void norm::emitTasks(OpBuilder &builder, const RowSchedule &schedule) {
  if (schedule.getPacking())
    return emitPackedRows(builder, schedule);
  RowSpace space(builder, schedule.getLoop(), schedule.getLayout());
  if (!schedule.accumulates())
    return ::emitTasks(builder, schedule, space, nullptr);
  RowSums sums(builder, schedule, space);
  ::emitTasks(builder, schedule, space, &sums);
  sums.emitTree(builder);
}
