//===- OutputFiles.h - files that a run leaves ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every tool and pass writes its files by these functions. llvm::writeToOutput
// renames onto whatever the path names: a pipe or a device would be gone, and
// a link would point nowhere. Here:
//
//   -                        standard output
//   no file, regular file    written beside its place, then renamed onto it
//   symbolic link            the same at the place that the link names
//   pipe, character device   written through
//   folder, disk, socket     an error, before anything is written
//
//===----------------------------------------------------------------------===//

#ifndef NORM_SUPPORT_OUTPUTFILES_H
#define NORM_SUPPORT_OUTPUTFILES_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <string>

namespace mlir::norm {

/// A file to be written.
struct OutputFile {
  std::string path;
  std::function<void(raw_ostream &)> print;
  /// Whether it may be executed, as a shared library.
  bool isExecutable = false;
};

/// Whether all of `paths` can be written, so that an error comes before the
/// work. Two names of one regular file are an error, as one would be lost; a
/// pipe or /dev/null may take several.
llvm::Error checkOutputs(ArrayRef<std::string> paths);

/// Writes all files or, if there is an error, none of the regular ones. A file
/// that is replaced keeps its permissions.
llvm::Error writeOutputs(ArrayRef<OutputFile> files);

/// Writes `content` to the one file `path`.
llvm::Error writeOutput(StringRef path, StringRef content);

/// The place that `name` names, which need not be there, with all symbolic
/// links followed. The folder that it is in has to be there.
llvm::ErrorOr<std::string> followLinks(StringRef name);

} // namespace mlir::norm

#endif // NORM_SUPPORT_OUTPUTFILES_H
