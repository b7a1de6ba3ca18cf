//===- Block.cpp - the threads of a block, as fibers ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Block.h"

using namespace mlir;
using namespace mlir::norm::emulate;

static constexpr int64_t kWarpSize = 32;
static constexpr size_t kStackBytes = 256 << 10;
/// One in this many memory accesses lets another thread go on.
static constexpr uint64_t kGiveWay = 8;

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

LogicalResult Thread::fail(Operation *op, const Twine &message) const {
  return op->emitError() << message << ", by thread " << accessor.thread
                         << " of block " << accessor.block;
}

void Thread::suspend(State next, Operation *op) {
  state = next;
  waitsAt = op;
  swapcontext(&context, &block->scheduler);
}

void Thread::giveWay() {
  if (block->random() % kGiveWay != 0)
    return;
  block->makeReady(*this);
  suspend(State::ready, nullptr);
}

LogicalResult Thread::waitAtBarrier(Operation *op) {
  suspend(State::atBarrier, op);
  ++accessor.barriers;
  return success();
}

FailureOr<uint64_t> Thread::exchange(Operation *op, uint64_t bits,
                                     int64_t lanes) {
  passed = bits;
  distance = lanes;
  suspend(State::atShuffle, op);
  return received;
}

//===----------------------------------------------------------------------===//
// Scheduling
//===----------------------------------------------------------------------===//

ThreadBlock::ThreadBlock(int64_t number, int64_t threads,
                         std::mt19937_64 &random)
    : number(number), threadCount(threads), random(random), threads(threads) {}

/// Where a fiber begins; makecontext passes integers alone.
void ThreadBlock::start(unsigned low, unsigned high) {
  auto *thread =
      reinterpret_cast<Thread *>(uintptr_t(high) << 32 | uintptr_t(low));
  if (mlir::failed(thread->block->body(*thread)))
    thread->block->failed = true;
  thread->suspend(Thread::State::done, nullptr);
}

void ThreadBlock::makeReady(Thread &thread) {
  thread.state = Thread::State::ready;
  ready.push_back(&thread);
}

void ThreadBlock::resume(Thread &thread) {
  swapcontext(&scheduler, &thread.context);
  if (thread.state == Thread::State::atShuffle)
    releaseWarp(thread);
}

/// Exchanges values if all lanes of the warp have come to the same shuffle.
void ThreadBlock::releaseWarp(const Thread &member) {
  int64_t begin = member.accessor.thread / kWarpSize * kWarpSize;
  int64_t end = std::min(begin + kWarpSize, threadCount);
  for (int64_t i = begin; i < end; ++i)
    if (threads[i].state != Thread::State::atShuffle ||
        threads[i].waitsAt != member.waitsAt)
      return;
  for (int64_t i = begin; i < end; ++i) {
    int64_t partner = begin + ((i - begin) ^ threads[i].distance);
    if (partner < end)
      threads[i].received = threads[partner].passed;
  }
  for (int64_t i = begin; i < end; ++i)
    makeReady(threads[i]);
}

LogicalResult ThreadBlock::reportLostLane(const Thread &thread) {
  return thread.fail(thread.waitsAt,
                     "a shuffle that not all lanes of the warp come to");
}

/// To be called when no thread can go on.
LogicalResult ThreadBlock::releaseBarrier() {
  for (const Thread &thread : threads)
    if (thread.state == Thread::State::atShuffle)
      return reportLostLane(thread);
  const Thread *first = nullptr;
  for (const Thread &thread : threads)
    if (thread.state == Thread::State::atBarrier) {
      first = &thread;
      break;
    }
  for (const Thread &thread : threads)
    if (thread.state != Thread::State::atBarrier ||
        thread.waitsAt != first->waitsAt)
      return first->fail(first->waitsAt, "a barrier that thread " +
                                             Twine(thread.accessor.thread) +
                                             " does not come to");
  for (Thread &thread : threads)
    makeReady(thread);
  return success();
}

LogicalResult
ThreadBlock::run(std::function<LogicalResult(Thread &)> threadBody) {
  body = std::move(threadBody);
  for (int64_t i = 0; i < threadCount; ++i) {
    Thread &thread = threads[i];
    thread.block = this;
    thread.accessor = {number, i, 0};
    thread.stack = std::unique_ptr<char[]>(new char[kStackBytes]);
    getcontext(&thread.context);
    thread.context.uc_stack.ss_sp = thread.stack.get();
    thread.context.uc_stack.ss_size = kStackBytes;
    thread.context.uc_link = nullptr;
    auto address = reinterpret_cast<uintptr_t>(&thread);
    makecontext(&thread.context, reinterpret_cast<void (*)()>(start), 2,
                unsigned(address), unsigned(address >> 32));
    makeReady(thread);
  }
  auto isDone = [](const Thread &thread) {
    return thread.state == Thread::State::done;
  };
  while (!failed && !llvm::all_of(threads, isDone)) {
    if (ready.empty() && mlir::failed(releaseBarrier()))
      return failure();
    while (!failed && !ready.empty()) {
      std::swap(ready[random() % ready.size()], ready.back());
      Thread *next = ready.back();
      ready.pop_back();
      resume(*next);
    }
  }
  return failure(failed);
}
