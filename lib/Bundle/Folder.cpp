//===- Folder.cpp - folders that are written as a whole -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folder.h"

#include "norm/Support/OutputFiles.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;
namespace fs = llvm::sys::fs;

/// Whether a bundle has a file of this name: the manifest, code of a chip.
static bool isBundleFile(StringRef name) {
  StringRef extension = llvm::sys::path::extension(name);
  return name == kManifestName ||
         (name.starts_with("sm_") &&
          (extension == ".ptx" || extension == ".cubin"));
}

/// Nothing that somebody put at `path` is replaced but a bundle: other programs
/// have manifests of this name, too, and a bundle may have got other files.
static llvm::Error checkPlace(StringRef path) {
  if (!fs::exists(path))
    return llvm::Error::success();
  auto refuse = [&](const Twine &found) {
    return llvm::createStringError(
        "expected '" + path + "' to be a bundle or not to be there" + found);
  };
  if (!fs::is_directory(path))
    return refuse("");
  std::error_code code;
  bool isEmpty = true;
  for (fs::directory_iterator file(path, code), end; file != end && !code;
       file.increment(code)) {
    StringRef name = llvm::sys::path::filename(file->path());
    if (!isBundleFile(name))
      return refuse(", found '" + name + "' in it");
    isEmpty = false;
  }
  if (code)
    return llvm::createFileError(path, code);
  SmallString<128> manifest(path);
  llvm::sys::path::append(manifest, kManifestName);
  if (isEmpty)
    return llvm::Error::success();
  if (!fs::is_regular_file(manifest))
    return refuse("");
  auto text = llvm::MemoryBuffer::getFile(manifest);
  if (!text)
    return llvm::createFileError(manifest, text.getError());
  return (*text)->getBuffer().contains("\"norm-bundle\"")
             ? llvm::Error::success()
             : refuse("");
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

llvm::Error norm::replaceFolder(StringRef name,
                                const std::vector<BundleFile> &files) {
  // A link stays, and what it names is replaced.
  llvm::ErrorOr<std::string> place = followLinks(name.rtrim('/'));
  if (!place)
    return llvm::createFileError(name, place.getError());
  StringRef path = *place;
  if (llvm::Error error = checkPlace(path))
    return error;
  SmallString<128> next, old;
  fs::createUniquePath(path + ".%%%%%%%%", next, /*MakeAbsolute=*/false);
  fs::createUniquePath(path + ".%%%%%%%%", old, /*MakeAbsolute=*/false);
  llvm::scope_exit remove([&] { (void)fs::remove_directories(next); });
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
    (void)fs::remove_directories(old);
  return llvm::Error::success();
}
