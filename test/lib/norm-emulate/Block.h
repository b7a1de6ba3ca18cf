//===- Block.h - the threads of a block, as fibers --------------*- C++ -*-===//
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

class ThreadBlock;

/// One thread. It runs until it waits for others or gives way to them.
struct Thread {
  ThreadBlock *block;
  Accessor accessor;
  /// Emits an error at `op` that names the thread.
  LogicalResult fail(Operation *op, const Twine &message) const;

  /// Lets other threads go on, sometimes.
  void giveWay();
  /// Waits for all threads of the block; failure if some never come.
  LogicalResult waitAtBarrier(Operation *op);
  /// What the lane with number `lane ^ distance` passes.
  FailureOr<uint64_t> exchange(Operation *op, uint64_t bits, int64_t distance);

private:
  friend class ThreadBlock;
  enum class State { ready, atBarrier, atShuffle, done };

  void suspend(State next, Operation *op);

  State state = State::ready;
  Operation *waitsAt = nullptr;
  uint64_t passed = 0, received = 0;
  int64_t distance = 0;
  ucontext_t context;
  std::unique_ptr<char[]> stack;
};

/// The threads of a block, scheduled at random.
class ThreadBlock {
public:
  ThreadBlock(int64_t number, int64_t threads, std::mt19937_64 &random);

  /// Runs `body` in each thread. Failure if it fails in one of them, or if
  /// threads wait for others in vain, with errors emitted.
  LogicalResult run(std::function<LogicalResult(Thread &)> body);

  const int64_t number, threadCount;

private:
  friend struct Thread;

  static void start(unsigned low, unsigned high);
  void resume(Thread &thread);
  void makeReady(Thread &thread);
  void releaseWarp(const Thread &member);
  LogicalResult releaseBarrier();
  LogicalResult reportLostLane(const Thread &thread);

  std::mt19937_64 &random;
  std::function<LogicalResult(Thread &)> body;
  std::vector<Thread> threads;
  std::vector<Thread *> ready;
  ucontext_t scheduler;
  bool failed = false;
};

} // namespace mlir::norm::emulate

#endif // NORM_TEST_LIB_NORM_EMULATE_BLOCK_H
