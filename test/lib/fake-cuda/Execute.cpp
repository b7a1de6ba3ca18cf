//===- Execute.cpp - blocks and their threads -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ptx.h"

using namespace fake;

static constexpr unsigned kWarp = 32;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static void checkAlignment(uint64_t address, unsigned bytes) {
  if (address % bytes)
    throw Failure("an access to " + std::to_string(bytes) +
                  " bytes at an address that is no multiple of that");
}

void *Thread::getShared(uint64_t address, unsigned bytes) const {
  uint64_t owner = address >> 32, offset = address & UINT32_MAX;
  checkAlignment(offset, bytes);
  if (owner >= cluster->shared.size() ||
      offset + bytes > cluster->shared[owner].size())
    throw Failure("an access beyond shared memory");
  return cluster->shared[owner].data() + offset;
}

void *Thread::getGlobal(uint64_t address, unsigned bytes) {
  checkAlignment(address, bytes);
  return reinterpret_cast<void *>(address);
}

//===----------------------------------------------------------------------===//
// Threads of a cluster
//===----------------------------------------------------------------------===//

/// Until it waits for others, or is done.
static void run(Thread &thread, const Kernel &kernel) {
  while (thread.state == Thread::ready) {
    if (thread.next >= kernel.steps.size())
      throw Failure("a thread that runs past the end of " + kernel.name);
    const Step &step = kernel.steps[thread.next++];
    step(thread);
  }
}

using Group = std::vector<Thread *>;

/// Whether all of `group` that are not done wait at the same place.
static bool areTogether(const Group &group, Thread::State state) {
  const Thread *first = nullptr;
  for (const Thread *thread : group) {
    if (thread->state == Thread::done)
      continue;
    if (thread->state != state || (first && first->next != thread->next))
      return false;
    first = thread;
  }
  return first;
}

/// Lanes get what their partners pass, whose numbers differ by some bits.
static bool exchange(const Group &warp) {
  if (!areTogether(warp, Thread::atShuffle))
    return false;
  for (size_t lane = 0; lane < warp.size(); ++lane) {
    size_t partner = lane ^ warp[lane]->partner;
    if (partner >= warp.size() || warp[partner]->state == Thread::done)
      throw Failure("a shuffle with a lane that is not there");
    warp[lane]->registers[warp[lane]->destination] = warp[partner]->passed;
  }
  for (Thread *thread : warp)
    thread->state = Thread::ready;
  return true;
}

static bool passBarrier(const Group &block) {
  if (!areTogether(block, Thread::atBarrier))
    return false;
  for (Thread *thread : block)
    if (thread->state == Thread::atBarrier)
      thread->state = Thread::ready;
  return true;
}

/// Lets those go on that wait for an arrival which all others have made.
static bool passClusterBarrier(const Group &all) {
  bool released = false;
  for (Thread *thread : all) {
    if (thread->state != Thread::atClusterBarrier)
      continue;
    if (thread->arrivals == thread->waits)
      throw Failure("a wait for a barrier of the cluster without an arrival");
    bool isComplete = true;
    for (const Thread *other : all)
      isComplete &=
          other->state == Thread::done || other->arrivals > thread->waits;
    if (!isComplete)
      continue;
    ++thread->waits;
    thread->state = Thread::ready;
    released = true;
  }
  return released;
}

namespace {
/// The groups of threads that wait for each other.
struct Groups {
  std::vector<Group> warps, blocks;
  Group all;
};
} // namespace

static Groups group(std::vector<Thread> &threads) {
  Groups groups;
  for (Thread &thread : threads) {
    if (thread.number == 0)
      groups.blocks.emplace_back();
    if (thread.number % kWarp == 0)
      groups.warps.emplace_back();
    groups.blocks.back().push_back(&thread);
    groups.warps.back().push_back(&thread);
    groups.all.push_back(&thread);
  }
  return groups;
}

static void runCluster(std::vector<Thread> &threads, const Kernel &kernel) {
  Groups groups = group(threads);
  for (bool goesOn = true; goesOn;) {
    goesOn = false;
    for (Thread &thread : threads)
      run(thread, kernel);
    for (const Group &warp : groups.warps)
      goesOn |= exchange(warp);
    for (const Group &block : groups.blocks)
      goesOn |= passBarrier(block);
    goesOn |= passClusterBarrier(groups.all);
  }
  for (const Thread &thread : threads)
    if (thread.state != Thread::done)
      throw Failure("threads of " + kernel.name + " that wait for ever");
}

//===----------------------------------------------------------------------===//
// The grid
//===----------------------------------------------------------------------===//

static unsigned getProduct(const unsigned (&sizes)[3]) {
  return sizes[0] * sizes[1] * sizes[2];
}

/// The three coordinates of number `number` in `sizes`.
static void unravel(unsigned number, const unsigned (&sizes)[3],
                    unsigned (&index)[3]) {
  index[0] = number % sizes[0];
  index[1] = number / sizes[0] % sizes[1];
  index[2] = number / sizes[0] / sizes[1];
}

static void checkSizes(const Kernel &kernel, const Sizes &sizes) {
  unsigned threads = getProduct(sizes.block),
           blocks = getProduct(sizes.cluster);
  if (threads == 0 || getProduct(sizes.grid) == 0 || blocks == 0)
    throw Failure("a launch of nothing");
  if (kernel.maxThreads && threads > kernel.maxThreads)
    throw Failure("more threads than " + kernel.name + " is compiled for");
  if (blocks != std::max(kernel.clusterBlocks, 1u))
    throw Failure("clusters of another size than " + kernel.name +
                  " is compiled for");
  if (sizes.cluster[1] != 1 || sizes.cluster[2] != 1 ||
      sizes.grid[0] % sizes.cluster[0])
    throw Failure("a grid that clusters do not fill along x");
}

void fake::execute(const Kernel &kernel, const Sizes &sizes,
                   const std::vector<uint64_t> &parameters) {
  checkSizes(kernel, sizes);
  unsigned count = getProduct(sizes.block), blocks = sizes.cluster[0];
  for (unsigned first = 0; first < getProduct(sizes.grid); first += blocks) {
    // Bytes that were never written are NaN in every type.
    Cluster cluster{
        kernel, sizes, parameters,
        std::vector<std::vector<unsigned char>>(
            blocks, std::vector<unsigned char>(
                        kernel.sharedBytes + sizes.dynamicSharedBytes, 0xff))};
    std::vector<Thread> threads(size_t(blocks) * count);
    for (unsigned i = 0; i < threads.size(); ++i) {
      Thread &thread = threads[i];
      thread.cluster = &cluster;
      thread.rank = i / count;
      thread.number = i % count;
      unravel(first + thread.rank, sizes.grid, thread.block);
      unravel(thread.number, sizes.block, thread.index);
      thread.registers.assign(kernel.registers.size(), ~uint64_t(0));
    }
    runCluster(threads, kernel);
  }
}
