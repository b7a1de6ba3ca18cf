//===- Processes.cpp - the processes of a sharded program -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Processes.h"

#include "norm/Sharding/MPI.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

using namespace mlir;
using namespace mlir::norm::run;

//===----------------------------------------------------------------------===//
// The library
//===----------------------------------------------------------------------===//

/// The library for the mpiexec at work, which its variables tell; empty if
/// there is none.
static StringRef getLibraryName() {
  if (std::getenv("OMPI_COMM_WORLD_SIZE"))
    return "norm_mpi_openmpi";
  if (std::getenv("PMI_SIZE") || std::getenv("PMI_RANK") ||
      std::getenv("PMIX_RANK"))
    return "norm_mpi_mpich";
  return "";
}

/// Where the library is looked for: beside this program, then where the system
/// looks; by its name, then the one of a build with a single MPI.
static SmallVector<std::string> getCandidates() {
  static int here;
  SmallString<128> folder(
      llvm::sys::path::parent_path(llvm::sys::path::parent_path(
          llvm::sys::fs::getMainExecutable("norm-run", &here))));
  SmallVector<std::string> candidates;
  for (StringRef name : {getLibraryName(), StringRef("norm_mpi")}) {
    if (name.empty())
      continue;
    std::string file = ("lib" + name + ".so").str();
    for (StringRef place :
         {"lib", "lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu"}) {
      SmallString<128> path(folder);
      llvm::sys::path::append(path, place, file);
      candidates.push_back(path.str().str());
    }
    candidates.push_back(file);
  }
  return candidates;
}

/// Loads the library with its symbols for compiled code, and for the parts of
/// Open MPI, which look for them likewise.
static llvm::Expected<void *> loadLibrary(StringRef path, int64_t expected) {
  int flags = RTLD_NOW | RTLD_GLOBAL;
  if (!path.empty()) {
    if (void *library = dlopen(path.str().c_str(), flags))
      return library;
    return llvm::createStringError("--mpi: " + Twine(dlerror()));
  }
  if (getLibraryName().empty())
    return llvm::createStringError("the program is one for " + Twine(expected) +
                                   " processes: start it with mpiexec -n " +
                                   Twine(expected) + " of MPICH or Open MPI");
  std::string reason;
  for (const std::string &candidate : getCandidates()) {
    if (void *library = dlopen(candidate.c_str(), flags))
      return library;
    // Of a file that is there the reason is worth telling.
    if (reason.empty() || llvm::sys::fs::exists(candidate))
      reason = dlerror();
  }
  return llvm::createStringError(
      "expected lib" + getLibraryName() +
      ".so, which the build makes where it finds this MPI's compiler "
      "(--mpi=FILE names another place): " +
      reason);
}

template <typename Function> Function *Processes::find(StringRef name) const {
  return reinterpret_cast<Function *>(dlsym(library, name.str().c_str()));
}

llvm::Expected<Processes> Processes::start(StringRef path, int64_t expected) {
  llvm::Expected<void *> library = loadLibrary(path, expected);
  if (!library)
    return library.takeError();
  Processes processes;
  processes.library = *library;
  auto *getSize = processes.find<decltype(norm_mpi_size)>("norm_mpi_size");
  auto *getRank = processes.find<decltype(norm_mpi_rank)>("norm_mpi_rank");
  if (!getSize || !getRank)
    return llvm::createStringError("--mpi: " + path +
                                   " is no MPI library of norm");
  processes.size = getSize();
  processes.rank = getRank();
  if (processes.size == expected) {
    processes.getAll();
    return processes;
  }
  int64_t size = processes.size;
  // One of them tells.
  std::string message =
      processes.rank == 0 ? ("the grid of the program has " + Twine(expected) +
                             (expected == 1 ? " process" : " processes") +
                             ", mpiexec has started " + Twine(size))
                                .str()
                          : "another number of processes than the program has";
  processes.finish(/*isError=*/false);
  return llvm::createStringError(message);
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

/// The communicator of all processes, made before the program runs. Its axis is
/// named twice, as in no program: messages of a process that has left the
/// program do not meet those of one that is still in it.
void *Processes::getAll() const {
  const int64_t all[] = {1, size, 2, 0, 0};
  return find<decltype(norm_mpi_communicator)>("norm_mpi_communicator")(all);
}

llvm::Expected<HostTensor> Processes::assemble(const Part &part,
                                               const HostTensor &own) const {
  void *communicator = getAll();
  auto *gather = find<decltype(norm_mpi_all_gather)>("norm_mpi_all_gather");
  // Parts of dynamic extents may differ: the longest makes room for each.
  size_t rank = own.shape.size();
  std::vector<int64_t> shapes(rank * size);
  gather(own.shape.data(), shapes.data(), rank * sizeof(int64_t), communicator);
  int64_t elements = 0;
  for (int64_t process = 0; process < size; ++process)
    elements =
        std::max(elements, ShapedType::getNumElements(
                               ArrayRef(shapes).slice(process * rank, rank)));
  int64_t bytes = elements * getElementBytes(own.type);
  std::vector<char> mine(bytes), parts(bytes * size);
  std::memcpy(mine.data(), own.data.get(), own.byteCount());
  gather(mine.data(), parts.data(), bytes, communicator);
  Part resolved = part.resolveParts(shapes);
  llvm::Expected<HostTensor> whole = allocate(own.type, resolved.getWhole());
  if (!whole)
    return whole;
  for (int64_t process = 0; process < size; ++process)
    resolved.place(*whole, parts.data() + process * bytes, process);
  return whole;
}

void Processes::finish(bool isError) const {
  if (isError)
    find<decltype(norm_mpi_abort)>("norm_mpi_abort")(1);
  else
    find<decltype(norm_mpi_finalize)>("norm_mpi_finalize")();
}
