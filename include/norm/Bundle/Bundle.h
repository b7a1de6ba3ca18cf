//===- Bundle.h - kernels that need no compiler -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A bundle is a folder of PTX and cubins for some chips, with a manifest that
// says how to launch them. docs/Bundles.md has the schema, norm/Runtime loads
// bundles.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_BUNDLE_BUNDLE_H
#define NORM_BUNDLE_BUNDLE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace mlir::norm {

/// Whether PTX is assembled, which takes NVIDIA's ptxas.
enum class CubinPolicy {
  /// Where ptxas is found and knows the chip; a warning tells where not.
  automatic,
  /// For every chip, or it is an error.
  always,
  never,
};

struct BundleOptions {
  /// Chips as NVIDIA's tools name them: sm_90, ...
  SmallVector<std::string> chips;
  CubinPolicy cubins = CubinPolicy::automatic;
  /// Folder of the CUDA toolkit; empty to look for ptxas (see findPtxas).
  std::string toolkit;
  /// Whether norms are looked for, and those alone that round as the program
  /// does.
  bool raises = true, isStrict = false;
  /// Whether arguments may have gaps between elements, for callers who give
  /// strides.
  bool allowsStrides = false;
};

/// A file of a bundle: its name in the folder, and its bytes.
struct BundleFile {
  std::string name, content;
};

/// What addresses of arguments are multiples of: kernels load 16 bytes at once.
inline constexpr int64_t kArgumentAlignment = 16;

/// The name of the file that makes a folder a bundle.
inline constexpr StringLiteral kManifestName = "manifest.json";

/// Compiles the public functions of `module`, on tensors or memrefs with norm
/// ops, raised or not, to the files of a bundle: the PTX of each chip, and its
/// cubin behind it if there is one, in the order of `options.chips`; the
/// manifest last. `module` is used up. What is wrong with the program is
/// emitted as diagnostics.
llvm::Expected<std::vector<BundleFile>>
makeBundle(ModuleOp module, const BundleOptions &options);

/// Writes the bundle of `module`, whose arguments have no gaps between
/// elements, to the folder `path`, which is replaced as a whole if it is a
/// bundle and must not exist otherwise.
llvm::Error writeBundle(ModuleOp module, const BundleOptions &options,
                        StringRef path);

/// The path of ptxas: in `toolkit` if that is given; else in PATH, in the
/// folder that CUDA_ROOT, CUDA_HOME or CUDA_PATH names, or in the wheels that
/// pip installs (of VIRTUAL_ENV, the user or the system).
llvm::Expected<std::string> findPtxas(StringRef toolkit);

} // namespace mlir::norm

#endif // NORM_BUNDLE_BUNDLE_H
