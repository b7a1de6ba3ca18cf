//===- KernelCache.cpp - compiled kernels in a folder ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelCache.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;
namespace fs = llvm::sys::fs;

/// The first bytes of each file; the number is that of the format.
static constexpr StringLiteral kMagic = "norm kernel 1\n";
static constexpr size_t kHashBytes = 32;
/// llvm::pruneCache() looks at files of this prefix only.
static constexpr StringLiteral kPrefix = "llvmcache-";
/// Some 15,000 kernels of norms, at 17 KB each.
static constexpr uint64_t kMaxBytes = 256 << 20;

/// Whether none but this user, or root, may write to `folder`.
static bool isPrivate(const std::string &folder) {
  struct stat status;
  return !stat(folder.c_str(), &status) && S_ISDIR(status.st_mode) &&
         (status.st_uid == geteuid() || status.st_uid == 0) &&
         !(status.st_mode & (S_IWGRP | S_IWOTH));
}

KernelCache::KernelCache(StringRef folder) {
  if (folder.empty())
    return;
  std::string path = folder.str();
  if (fs::create_directories(path, /*IgnoreExisting=*/true, fs::owner_all) ||
      !isPrivate(path))
    return;
  this->folder = path;
}

static std::string getHash(StringRef bytes) {
  auto hash =
      llvm::BLAKE3::hash<kHashBytes>(llvm::arrayRefFromStringRef(bytes));
  return std::string(hash.begin(), hash.end());
}

std::string KernelCache::getPath(StringRef key) const {
  SmallString<128> path(folder);
  llvm::sys::path::append(
      path, kPrefix + llvm::toHex(getHash(key), /*LowerCase=*/true));
  return std::string(path);
}

/// Magic, hash of the rest, length of the description, description, code.
std::optional<KernelCache::File> KernelCache::loadFile(StringRef key) const {
  // A pipe would be waited for.
  if (folder.empty() || !fs::is_regular_file(getPath(key)))
    return std::nullopt;
  auto file = llvm::MemoryBuffer::getFile(getPath(key), /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false,
                                          /*IsVolatile=*/true);
  if (!file)
    return std::nullopt;
  StringRef bytes = (*file)->getBuffer();
  if (!bytes.consume_front(kMagic) || bytes.size() < kHashBytes ||
      bytes.take_front(kHashBytes) != getHash(bytes.drop_front(kHashBytes)))
    return std::nullopt;
  bytes = bytes.drop_front(kHashBytes);
  auto [length, rest] = bytes.split('\n');
  size_t size;
  if (length.getAsInteger(10, size) || size > rest.size())
    return std::nullopt;
  return File{rest.take_front(size).str(),
              llvm::MemoryBuffer::getMemBufferCopy(rest.drop_front(size),
                                                   "stored kernel")};
}

std::optional<StoredKernel> KernelCache::load(StringRef key) const {
  std::optional<File> file = loadFile(key);
  if (!file)
    return std::nullopt;
  auto json = llvm::json::parse(file->description);
  if (!json) {
    llvm::consumeError(json.takeError());
    return std::nullopt;
  }
  StoredKernel kernel;
  llvm::json::Path::Root root;
  if (!fromJSON(*json, kernel.signature, root))
    return std::nullopt;
  kernel.object = std::move(file->code);
  return kernel;
}

void KernelCache::store(StringRef key, const Signature &signature,
                        StringRef object) const {
  if (folder.empty())
    return;
  std::string json;
  llvm::raw_string_ostream(json) << toJSON(signature);
  storeFile(key, json, object);
}

void KernelCache::storeFile(StringRef key, StringRef description,
                            StringRef code) const {
  if (folder.empty())
    return;
  std::string rest;
  llvm::raw_string_ostream(rest) << description.size() << '\n'
                                 << description << code;
  int descriptor;
  SmallString<128> temporary;
  std::string path = getPath(key);
  if (fs::createUniqueFile(path + ".%%%%%%%%", descriptor, temporary,
                           fs::OF_None, fs::owner_read | fs::owner_write))
    return;
  llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  os << kMagic << getHash(rest) << rest;
  os.close();
  bool written = !os.has_error();
  os.clear_error();
  if (!written || fs::rename(temporary, path))
    (void)fs::remove(temporary);
  prune();
}

void KernelCache::prune() const {
  llvm::CachePruningPolicy policy;
  policy.Interval = std::chrono::hours(1);
  policy.Expiration = std::chrono::hours(90 * 24);
  policy.MaxSizeBytes = kMaxBytes;
  llvm::pruneCache(folder, policy);
}
