//===- Block.h - the threads of blocks, as fibers ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_LIB_NORM_EMULATE_BLOCK_H
#define NORM_TEST_LIB_NORM_EMULATE_BLOCK_H

#include "Memory.h"

#include "mlir/IR/Operation.h"

#include <functional>
#include <random>
#include <ucontext.h>

namespace mlir::norm::emulate {

class Cluster;

/// One thread. It runs until it waits for others or gives way to them.
struct Thread {
  Cluster *cluster;
  Accessor accessor;
  /// The number of its block in the cluster.
  int64_t rank;
  /// Emits an error at `op` that names the thread.
  LogicalResult fail(Operation *op, const Twine &message) const;

  /// Lets other threads go on, sometimes.
  void giveWay();
  /// Waits for all threads of the block.
  void waitAtBarrier(Operation *op);
  /// What the lane with number `lane ^ lanes` passes.
  uint64_t exchange(Operation *op, uint64_t bits, int64_t lanes);
  /// The two halves of a barrier of the cluster. What a thread does before a
  /// relaxed arrival is not known to have happened after the barrier.
  LogicalResult arriveAtCluster(Operation *op, bool relaxed);
  LogicalResult waitForCluster(Operation *op);

private:
  friend class Cluster;
  enum class State { ready, atBarrier, atShuffle, atClusterBarrier, done };

  void suspend(State next, Operation *op);

  State state = State::ready;
  Operation *waitsAt = nullptr;
  uint64_t passed = 0, received = 0;
  int64_t distance = 0;
  ucontext_t context;
};

/// Memory for the stacks of fibers, used again by one cluster after another.
using Stacks = std::vector<std::unique_ptr<char[]>>;

/// The threads of the blocks of a cluster, or of a block alone, scheduled at
/// random.
class Cluster {
public:
  /// Blocks from number `first` on.
  Cluster(int64_t launch, int64_t first, int64_t blocks, int64_t count,
          std::mt19937_64 &random, Stacks &stacks);

  /// Runs `body` in each thread. Failure if it fails in one of them, or if
  /// threads wait for others in vain, with errors emitted.
  LogicalResult run(std::function<LogicalResult(Thread &)> body);

  /// The shared memory of block number `rank`.
  SharedMemory &getShared(int64_t rank) { return shared[rank]; }
  /// Whether a thread of block number `rank` still runs.
  bool isRunning(int64_t rank) const { return running[rank] != 0; }
  int64_t getBlockCount() const { return shared.size(); }

private:
  friend struct Thread;

  static void start(unsigned low, unsigned high);
  void resume(Thread &thread);
  void makeReady(Thread &thread);
  void releaseWarp(const Thread &member);
  void releaseBlock(const Thread &member);
  void releaseCluster();
  MutableArrayRef<Thread> getBlock(int64_t rank);
  LogicalResult reportDeadlock();

  int64_t threadsPerBlock;
  std::mt19937_64 &random;
  Stacks &stacks;
  std::function<LogicalResult(Thread &)> body;
  std::vector<Thread> threads;
  std::vector<Thread *> ready;
  std::vector<SharedMemory> shared;
  /// Threads of each block that have not ended, and that wait at its barrier.
  std::vector<int64_t> running, atBarrier;
  /// Barriers of the cluster at which all threads have arrived, and the threads
  /// that have arrived at the next.
  int64_t completed = 0, arrived = 0;
  /// For each barrier of the cluster, whether all arrivals order memory.
  std::vector<bool> ordersMemory;
  ucontext_t scheduler;
  bool failed = false;
};

} // namespace mlir::norm::emulate

#endif // NORM_TEST_LIB_NORM_EMULATE_BLOCK_H
