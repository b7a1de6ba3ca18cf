//===- Images.h - PTX and cubins of a bundle --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_BUNDLE_IMAGES_H
#define NORM_LIB_BUNDLE_IMAGES_H

#include "Launches.h"

#include "llvm/Support/Error.h"

namespace mlir::norm {

/// The kernels of a module, gathered in one gpu.module and compiled for a chip.
struct KernelImage {
  std::string ptx;
  /// For each launch that was read, the name of its kernel, unique in the
  /// image.
  SmallVector<std::string> kernels;
};

/// Lowers the gpu.modules of `module`, in which nothing else is left, to PTX
/// for `chip`. Parameters that a kernel does not use are removed, from
/// `launches` as well.
FailureOr<KernelImage> compileKernels(ModuleOp module, StringRef chip,
                                      MutableArrayRef<KernelLaunch> launches);

/// What ptxas says of a kernel.
struct KernelUsage {
  int64_t registers = 0, sharedBytes = 0, stackBytes = 0;
  int64_t spillStoreBytes = 0, spillLoadBytes = 0;
};

struct Cubin {
  std::string bytes;
  llvm::StringMap<KernelUsage> usage;
};

/// `ptx` assembled for `chip` by the program `ptxas`.
llvm::Expected<Cubin> assemble(StringRef ptxas, StringRef ptx, StringRef chip);

} // namespace mlir::norm

#endif // NORM_LIB_BUNDLE_IMAGES_H
