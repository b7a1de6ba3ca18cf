//===- Ptx.h - kernels that the stand-in executes ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX as LLVM writes it for norm's kernels, executed thread by thread: the very
// text that a driver would compile, with the arguments, the grid, the block,
// the cluster and the bytes of shared memory of the launch. Memory of the
// device is that of the process. What is not known of PTX is an error.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_LIB_FAKE_CUDA_PTX_H
#define NORM_TEST_LIB_FAKE_CUDA_PTX_H

#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace fake {

/// What is wrong with PTX or with what it does.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Thread;

/// An instruction, decoded.
using Step = std::function<void(Thread &)>;

/// A parameter: 64 bits are kept of each.
struct Parameter {
  std::string name;
  unsigned bytes;
};

struct Kernel {
  std::string name;
  std::vector<Parameter> parameters;
  /// Threads of a block at most, blocks of a cluster exactly; 0 if not told.
  unsigned maxThreads = 0, clusterBlocks = 0;
  /// Bytes of static shared memory, and where each of its variables begins, in
  /// it; those of dynamic memory begin behind it.
  unsigned sharedBytes = 0;
  std::map<std::string, unsigned> shared;
  std::map<std::string, unsigned> registers;
  std::map<std::string, unsigned> labels;
  std::vector<Step> steps;
};

/// The kernels of a text, by their names.
std::map<std::string, Kernel> parse(const std::string &ptx);

/// `text`, an instruction without its guard and its semicolon, as a step.
Step decode(const std::string &text, Kernel &kernel);

struct Sizes {
  unsigned grid[3], block[3], cluster[3], dynamicSharedBytes;
};

/// Executes a launch, block by block, those of a cluster side by side.
void execute(const Kernel &kernel, const Sizes &sizes,
             const std::vector<uint64_t> &parameters);

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

/// What the blocks of a cluster share.
struct Cluster {
  const Kernel &kernel;
  const Sizes &sizes;
  const std::vector<uint64_t> &parameters;
  /// The shared memory of each block.
  std::vector<std::vector<unsigned char>> shared;
};

struct Thread {
  enum State { ready, atBarrier, atShuffle, atClusterBarrier, done };

  Cluster *cluster = nullptr;
  /// Its block's number in the cluster, and its own in the block.
  unsigned rank = 0, number = 0;
  unsigned block[3] = {}, index[3] = {};
  State state = ready;
  unsigned next = 0;
  std::vector<uint64_t> registers;
  /// A shuffle's value, partner and destination.
  uint64_t passed = 0;
  unsigned partner = 0, destination = 0;
  /// Barriers of the cluster that it arrived at, and waited for.
  unsigned arrivals = 0, waits = 0;

  /// An address of shared memory is the rank of the block and an offset.
  static uint64_t getSharedAddress(unsigned rank, uint64_t offset) {
    return uint64_t(rank) << 32 | offset;
  }
  /// Where `bytes` bytes lie that the program accesses at once.
  void *getShared(uint64_t address, unsigned bytes) const;
  static void *getGlobal(uint64_t address, unsigned bytes);
};

} // namespace fake

#endif // NORM_TEST_LIB_FAKE_CUDA_PTX_H
