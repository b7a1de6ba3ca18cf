//===- DeviceKernels.h - a function on CUDA devices -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_DEVICEKERNELS_H
#define NORM_LIB_CAPI_DEVICEKERNELS_H

#include "KernelCache.h"
#include "Recipe.h"
#include "norm/Bundle/Bundle.h"
#include "norm/Runtime/Bundle.h"

#include <atomic>

namespace mlir::norm::capi {

/// How many kernels a context had compiled, and read from its folder.
struct Counts {
  std::atomic<uint64_t> compiled{0}, loaded{0};
};

/// The bundle of the entry alone, with PTX for `chip`.
llvm::Expected<std::vector<BundleFile>> compileForChip(const Request &request,
                                                       StringRef chip);

/// A failure with NORM_DEVICE_FAILED.
llvm::Error failOnDevice(const normrt::Error &error);

/// Device number `ordinal` of this process, which stays open. The calling
/// thread gets its context.
llvm::Expected<const normrt::Device *> getDevice(int32_t ordinal);

/// The code of a function for each chip and on each device that it was called
/// on. It stays loaded for as long as this lives.
class DeviceKernels {
public:
  DeviceKernels(std::shared_ptr<const Recipe> recipe, KernelCache cache,
                std::shared_ptr<Counts> counts)
      : recipe(std::move(recipe)), cache(std::move(cache)),
        counts(std::move(counts)) {}

  /// The code on `device`, whose context is current: read from the folder or
  /// compiled, and loaded, the first time. One thread does it while others
  /// wait.
  llvm::Expected<const normrt::LoadedBundle *>
  get(const normrt::Device &device);

private:
  llvm::Expected<normrt::Bundle> makeBundle(const normrt::Device &device) const;

  const std::shared_ptr<const Recipe> recipe;
  const KernelCache cache;
  const std::shared_ptr<Counts> counts;
  std::mutex mutex;
  std::map<std::string, normrt::Bundle> bundles;
  std::map<normrt::CUdevice, std::unique_ptr<normrt::LoadedBundle>> loaded;
};

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_DEVICEKERNELS_H
