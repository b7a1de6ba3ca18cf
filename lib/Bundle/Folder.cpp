//===- Folder.cpp - folders that are written as a whole -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folder.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;
namespace fs = llvm::sys::fs;

/// Nothing that somebody put at `path` is replaced but a bundle.
static llvm::Error checkPlace(StringRef path) {
  if (!fs::exists(path))
    return llvm::Error::success();
  SmallString<128> manifest(path);
  llvm::sys::path::append(manifest, kManifestName);
  if (fs::exists(manifest))
    return llvm::Error::success();
  std::error_code error;
  if (fs::is_directory(path) &&
      fs::directory_iterator(path, error) == fs::directory_iterator() && !error)
    return llvm::Error::success();
  return llvm::createStringError("expected '" + path +
                                 "' to be a bundle or not to be there");
}

static llvm::Error writeFiles(StringRef folder,
                              const std::vector<BundleFile> &files) {
  for (const BundleFile &file : files) {
    SmallString<128> name(folder);
    llvm::sys::path::append(name, file.name);
    std::error_code error;
    llvm::raw_fd_ostream os(name, error);
    if (!error) {
      os << file.content;
      os.close();
      error = os.error();
      os.clear_error();
    }
    if (error)
      return llvm::createFileError(name, error);
  }
  return llvm::Error::success();
}

llvm::Error norm::replaceFolder(StringRef path,
                                const std::vector<BundleFile> &files) {
  path = path.rtrim('/');
  if (llvm::Error error = checkPlace(path))
    return error;
  SmallString<128> next, old;
  fs::createUniquePath(path + ".%%%%%%%%", next, /*MakeAbsolute=*/false);
  fs::createUniquePath(path + ".%%%%%%%%", old, /*MakeAbsolute=*/false);
  llvm::scope_exit remove([&] { fs::remove_directories(next); });
  if (std::error_code error = fs::create_directory(next))
    return llvm::createFileError(path, error);
  if (llvm::Error error = writeFiles(next, files))
    return error;
  bool replaces = fs::exists(path);
  if (replaces)
    if (std::error_code error = fs::rename(path, old))
      return llvm::createFileError(path, error);
  if (std::error_code error = fs::rename(next, path)) {
    if (replaces)
      (void)fs::rename(old, path);
    return llvm::createFileError(path, error);
  }
  remove.release();
  if (replaces)
    fs::remove_directories(old);
  return llvm::Error::success();
}
