//===- Processes.h - the processes of a sharded program ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_RUN_PROCESSES_H
#define NORM_TOOLS_NORM_RUN_PROCESSES_H

#include "Part.h"

namespace mlir::norm::run {

/// The processes that mpiexec has started, of which this is one. Norm's MPI
/// library (norm/Sharding/MPI.h) is loaded and not linked: a program is run by
/// the MPI whose mpiexec has started it.
class Processes {
public:
  /// Loads the library and starts MPI. `path` is a library, or empty to look
  /// for the one of the mpiexec at work beside this program. Errors: no
  /// library, no mpiexec, another number of processes than `expected`.
  static llvm::Expected<Processes> start(StringRef path, int64_t expected);

  int64_t getRank() const { return rank; }

  /// `part` of each process put together, on all of them.
  llvm::Expected<HostTensor> assemble(const Part &part,
                                      const HostTensor &own) const;

  /// Ends MPI: in order, or, after an error, all processes.
  void finish(bool isError) const;

private:
  Processes() = default;
  template <typename Function> Function *find(StringRef name) const;
  void *getAll() const;

  void *library = nullptr;
  int64_t rank = 0, size = 1;
};

} // namespace mlir::norm::run

#endif // NORM_TOOLS_NORM_RUN_PROCESSES_H
