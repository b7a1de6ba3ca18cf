//===- Bundle.h - kernels that need no compiler -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads what norm-compile made for GPUs. Neither LLVM nor a CUDA toolkit is
// needed, and the driver only from LoadedBundle on:
//
//   auto bundle = normrt::Bundle::open("rmsnorm.bundle");
//   auto device = normrt::Device::open();
//   auto loaded = normrt::LoadedBundle::load(*bundle, *device);
//   auto call = loaded->bind("rmsnorm", {{x, {rows, 4096}}, {y, {rows,
//   4096}}}); call->launch(stream);
//
// Each returns a Result: a value, or an Error that says what is wrong.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_RUNTIME_BUNDLE_H
#define NORM_RUNTIME_BUNDLE_H

#include "norm/Runtime/Driver.h"
#include "norm/Runtime/Manifest.h"

#include <map>
#include <memory>

namespace normrt {

/// A bundle on disk or in memory. Its manifest has been read and checked.
class Bundle {
public:
  /// The bundle in the folder `path`.
  static Result<Bundle> open(const std::string &path);
  /// The bundle of which these are the text of the manifest and the files by
  /// their names.
  static Result<Bundle> make(const std::string &text,
                             std::map<std::string, std::string> files);

  const Manifest &manifest() const { return content; }
  /// The entry `name`; of a bundle with one entry, also for an empty name.
  Result<const EntryInfo *> entry(const std::string &name) const;
  /// The content of `file`, with its size and checksum checked.
  Result<std::string> read(const FileInfo &file) const;

private:
  /// Of a bundle in memory its files, and no folder.
  std::string folder;
  std::map<std::string, std::string> files;
  Manifest content;
};

/// What a caller passes for an argument: memory of the device with its shape,
/// or the bits of a scalar.
struct Argument {
  std::uint64_t pointerOrBits = 0;
  std::vector<std::int64_t> shape;
  /// Checked against the manifest unless empty.
  std::string type;
  /// In elements, of at least 0; for an entry whose argument has strides.
  std::vector<std::int64_t> strides = {};
};

/// Memory of the device that kernels of a call use between them, such as for
/// parts of sums over rows. Its content before and after does not matter.
struct Workspace {
  /// A multiple of 256.
  std::uint64_t address = 0;
  std::int64_t bytes = 0;
};

/// An entry with its arguments, checked: launching costs no more than the
/// driver's call.
class BoundCall {
public:
  /// Enqueues the entry's kernels. Does nothing where there are no rows. A call
  /// that has a workspace may be enqueued again before it has ended on the same
  /// stream alone.
  Status launch(CUstream stream) const;

private:
  friend class LoadedBundle;

  struct Kernel {
    CUfunction function = nullptr;
    LaunchConfig config = {};
    std::vector<LaunchAttribute> attributes;
    /// 64 bits for each parameter.
    std::vector<std::uint64_t> parameters;
  };

  const Driver *driver = nullptr;
  /// Keeps the code loaded, and the workspace if it is the call's own.
  std::shared_ptr<void> module, memory;
  std::vector<Kernel> kernels;
};

/// A bundle's code on a device.
class LoadedBundle {
public:
  /// Loads the cubin for the device's chip, or for an older one of the same
  /// generation; else the driver compiles the newest PTX that the device takes.
  static Result<LoadedBundle> load(const Bundle &source, const Device &device);

  /// The launches of entry `name` on `arguments`: their number, types, shapes
  /// and alignment are checked. Where the entry has a workspace, it is
  /// `workspace`, or memory that is allocated here and freed with the last copy
  /// of the call.
  Result<BoundCall> bind(const std::string &name,
                         const std::vector<Argument> &arguments,
                         const Workspace *workspace = nullptr) const;

  /// The bytes of the workspace that a call of entry `name` on `arguments` has.
  Result<std::int64_t>
  countWorkspaceBytes(const std::string &name,
                      const std::vector<Argument> &arguments) const;

  /// The shapes of the arguments of entry `name` behind `first`, those that it
  /// begins with, as these tell them. An error where there is no such entry,
  /// `first` has more arguments than the entry or one that bind() refuses, or a
  /// shape depends on other arguments.
  Result<std::vector<std::vector<std::int64_t>>>
  inferShapes(const std::string &name,
              const std::vector<Argument> &first) const;

  /// The chip that the code was compiled for, and whether that is a cubin.
  int chip() const { return image->chip; }
  bool isCubin() const { return cubin; }
  const ImageInfo &info() const { return *image; }

private:
  std::shared_ptr<const Bundle> bundle;
  const ImageInfo *image = nullptr;
  bool cubin = false;
  const Driver *driver = nullptr;
  std::shared_ptr<CUmod_st> module;
};

} // namespace normrt

#endif // NORM_RUNTIME_BUNDLE_H
