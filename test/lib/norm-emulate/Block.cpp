//===- Block.cpp - the threads of blocks, as fibers -----------------------===//
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
  swapcontext(&context, &cluster->scheduler);
}

void Thread::giveWay() {
  if (cluster->random() % kGiveWay != 0)
    return;
  cluster->makeReady(*this);
  suspend(State::ready, nullptr);
}

void Thread::waitAtBarrier(Operation *op) {
  suspend(State::atBarrier, op);
  ++accessor.barriers;
}

uint64_t Thread::exchange(Operation *op, uint64_t bits, int64_t lanes) {
  passed = bits;
  distance = lanes;
  suspend(State::atShuffle, op);
  return received;
}

LogicalResult Thread::arriveAtCluster(Operation *op, bool relaxed) {
  if (accessor.arrivals != accessor.waits)
    return fail(op, "an arrival at a barrier of the cluster without a wait for "
                    "the one before");
  if (accessor.arrivals == int64_t(cluster->ordersMemory.size()))
    cluster->ordersMemory.push_back(true);
  if (relaxed)
    cluster->ordersMemory[accessor.arrivals] = false;
  ++accessor.arrivals;
  ++cluster->arrived;
  cluster->releaseCluster();
  return success();
}

LogicalResult Thread::waitForCluster(Operation *op) {
  if (accessor.arrivals == accessor.waits)
    return fail(op, "a wait for a barrier of the cluster without an arrival");
  if (cluster->completed < accessor.arrivals)
    suspend(State::atClusterBarrier, op);
  ++accessor.waits;
  return success();
}

//===----------------------------------------------------------------------===//
// Scheduling
//===----------------------------------------------------------------------===//

Cluster::Cluster(int64_t launch, int64_t first, int64_t blocks, int64_t count,
                 std::mt19937_64 &random, Stacks &stacks)
    : threadsPerBlock(count), random(random), stacks(stacks),
      threads(blocks * count), shared(blocks), running(blocks, count),
      atBarrier(blocks, 0) {
  while (stacks.size() < threads.size())
    stacks.emplace_back(new char[kStackBytes]);
  for (auto [i, thread] : llvm::enumerate(threads)) {
    thread.cluster = this;
    thread.rank = i / count;
    thread.accessor.launch = launch;
    thread.accessor.block = first + thread.rank;
    thread.accessor.cluster = first;
    thread.accessor.thread = i % count;
    thread.accessor.ordersMemory = &ordersMemory;
  }
}

MutableArrayRef<Thread> Cluster::getBlock(int64_t rank) {
  return MutableArrayRef<Thread>(threads).slice(rank * threadsPerBlock,
                                                threadsPerBlock);
}

/// Where a fiber begins; makecontext passes integers alone.
void Cluster::start(unsigned low, unsigned high) {
  auto *thread =
      reinterpret_cast<Thread *>(uintptr_t(high) << 32 | uintptr_t(low));
  Cluster *cluster = thread->cluster;
  if (mlir::failed(cluster->body(*thread)))
    cluster->failed = true;
  --cluster->running[thread->rank];
  thread->suspend(Thread::State::done, nullptr);
}

void Cluster::makeReady(Thread &thread) {
  thread.state = Thread::State::ready;
  ready.push_back(&thread);
}

void Cluster::resume(Thread &thread) {
  swapcontext(&scheduler, &thread.context);
  if (thread.state == Thread::State::atShuffle)
    releaseWarp(thread);
  if (thread.state == Thread::State::atBarrier)
    releaseBlock(thread);
}

/// Exchanges values if all lanes of the warp have come to the same shuffle.
void Cluster::releaseWarp(const Thread &member) {
  int64_t begin = member.accessor.thread / kWarpSize * kWarpSize;
  MutableArrayRef<Thread> warp = getBlock(member.rank).slice(begin);
  warp = warp.take_front(kWarpSize);
  for (Thread &lane : warp)
    if (lane.state != Thread::State::atShuffle ||
        lane.waitsAt != member.waitsAt)
      return;
  for (auto [number, lane] : llvm::enumerate(warp)) {
    size_t partner = number ^ lane.distance;
    if (partner >= warp.size()) {
      failed = mlir::failed(
          lane.fail(lane.waitsAt, "a shuffle from a lane that is not active, " +
                                      Twine(partner)));
      return;
    }
    lane.received = warp[partner].passed;
  }
  for (Thread &lane : warp)
    makeReady(lane);
}

/// Lets a block go on whose threads have all come to the same barrier.
void Cluster::releaseBlock(const Thread &member) {
  if (++atBarrier[member.rank] != threadsPerBlock)
    return;
  MutableArrayRef<Thread> block = getBlock(member.rank);
  for (Thread &thread : block)
    if (thread.waitsAt != member.waitsAt)
      return;
  atBarrier[member.rank] = 0;
  for (Thread &thread : block)
    makeReady(thread);
}

/// Lets all threads go on that wait for a barrier at which all have arrived.
void Cluster::releaseCluster() {
  if (arrived != int64_t(threads.size()))
    return;
  arrived = 0;
  ++completed;
  for (Thread &thread : threads)
    if (thread.state == Thread::State::atClusterBarrier)
      makeReady(thread);
}

/// To be called when no thread can go on.
LogicalResult Cluster::reportDeadlock() {
  using State = Thread::State;
  for (const Thread &thread : threads)
    if (thread.state == State::atShuffle)
      return thread.fail(thread.waitsAt,
                         "a shuffle that not all lanes of the warp come to");
  for (const Thread &thread : threads) {
    if (thread.state != State::atBarrier)
      continue;
    for (const Thread &other : getBlock(thread.rank))
      if (other.state != State::atBarrier || other.waitsAt != thread.waitsAt)
        return thread.fail(thread.waitsAt, "a barrier that thread " +
                                               Twine(other.accessor.thread) +
                                               " does not come to");
  }
  for (const Thread &thread : threads) {
    if (thread.state != State::atClusterBarrier)
      continue;
    for (const Thread &other : threads)
      if (other.accessor.arrivals < thread.accessor.arrivals)
        return thread.fail(thread.waitsAt,
                           "a barrier of the cluster that thread " +
                               Twine(other.accessor.thread) + " of block " +
                               Twine(other.accessor.block) +
                               " does not come to");
  }
  llvm_unreachable("some thread waits for nothing");
}

LogicalResult Cluster::run(std::function<LogicalResult(Thread &)> threadBody) {
  body = std::move(threadBody);
  for (auto [thread, stack] : llvm::zip(threads, stacks)) {
    getcontext(&thread.context);
    thread.context.uc_stack.ss_sp = stack.get();
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
  while (!failed && !ready.empty()) {
    std::swap(ready[random() % ready.size()], ready.back());
    Thread *next = ready.back();
    ready.pop_back();
    resume(*next);
  }
  if (!failed && !llvm::all_of(threads, isDone))
    return reportDeadlock();
  return failure(failed);
}
