//===- KernelCache.h - compiled kernels in a folder -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_KERNELCACHE_H
#define NORM_LIB_CAPI_KERNELCACHE_H

#include "norm/Execution/Program.h"

#include <memory>
#include <string>

namespace mlir::norm::capi {

/// A folder with one file for each kernel. The name of a file is the hash of
/// what the kernel was made from, and its first bytes are the hash of the rest.
/// All errors are taken for misses, as a kernel can be compiled again.
class KernelCache {
public:
  /// No folder if `folder` is empty, cannot be made, or can be written to by
  /// other users: what is in it is executed.
  explicit KernelCache(StringRef folder);

  /// Empty if there is none.
  const std::string &getFolder() const { return folder; }

  /// What was made from `key`, if it is there and undamaged: code, and a text
  /// that says how to call it.
  struct File {
    std::string description;
    std::unique_ptr<llvm::MemoryBuffer> code;
  };
  std::optional<File> loadFile(StringRef key) const;
  /// Puts it there for good or not at all.
  void storeFile(StringRef key, StringRef description, StringRef code) const;

  /// The same for code of this machine.
  std::optional<run::StoredKernel> load(StringRef key) const;
  void store(StringRef key, const run::Signature &signature,
             StringRef object) const;

private:
  std::string getPath(StringRef key) const;
  /// Removes kernels that were not read for 90 days, and those read longest ago
  /// where all take more than 256 MB; looks at most once an hour.
  void prune() const;

  std::string folder;
};

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_KERNELCACHE_H
