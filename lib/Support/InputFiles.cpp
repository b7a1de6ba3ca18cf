//===- InputFiles.cpp - files that a run reads ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Support/InputFiles.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

using namespace mlir;
using namespace mlir::norm;
namespace fs = llvm::sys::fs;

/// Of a stream, at a time.
static constexpr size_t kChunk = 1 << 16;

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readStream(fs::file_t file, StringRef name) {
  SmallVector<char, 0> bytes;
  while (true) {
    size_t size = bytes.size();
    bytes.resize_for_overwrite(size + kChunk);
    llvm::Expected<size_t> count =
        fs::readNativeFile(file, {bytes.data() + size, kChunk});
    if (!count)
      return count.takeError();
    bytes.truncate(size + *count);
    if (*count == 0)
      return llvm::MemoryBuffer::getMemBufferCopy(
          StringRef(bytes.data(), bytes.size()), name);
    if (bytes.size() > kMaxStreamBytes)
      return llvm::createStringError("expected a regular file, or at most " +
                                     Twine(kMaxStreamBytes >> 20) + " MiB");
  }
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
norm::readInput(StringRef path) {
  if (path == "-")
    return readStream(fs::getStdinHandle(), "<stdin>");
  fs::file_status status;
  if (std::error_code code = fs::status(path, status))
    return llvm::errorCodeToError(code);
  if (status.type() == fs::file_type::regular_file) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer)
      return llvm::errorCodeToError(buffer.getError());
    return std::move(*buffer);
  }
  if (status.type() == fs::file_type::directory_file)
    return llvm::errorCodeToError(
        std::make_error_code(std::errc::is_a_directory));
  llvm::Expected<fs::file_t> file = fs::openNativeFileForRead(path);
  if (!file)
    return file.takeError();
  llvm::scope_exit close([&] { (void)fs::closeFile(*file); });
  return readStream(*file, path);
}

std::optional<size_t> norm::findDeepNesting(StringRef text, unsigned most) {
  unsigned depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    // "->", ">=" and "<=" are no brackets.
    bool isSign =
        text.substr(i + 1).starts_with("=") || (i > 0 && text[i - 1] == '-');
    switch (text[i]) {
    case '"':
      for (++i; i < text.size() && text[i] != '"' && text[i] != '\n'; ++i)
        i += text[i] == '\\';
      break;
    case '/':
      if (text.substr(i).starts_with("//"))
        i = std::min(text.find('\n', i), text.size());
      break;
    case '<':
      if (isSign)
        break;
      [[fallthrough]];
    case '(':
    case '[':
    case '{':
      if (++depth > most)
        return i;
      break;
    case '>':
      if (isSign)
        break;
      [[fallthrough]];
    case ')':
    case ']':
    case '}':
      depth -= depth > 0;
      break;
    default:
      break;
    }
  }
  return std::nullopt;
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
norm::readProgram(StringRef path) {
  auto buffer = readInput(path);
  if (!buffer)
    return llvm::createStringError("cannot open input file '" + path +
                                   "': " + llvm::toString(buffer.takeError()));
  StringRef text = (*buffer)->getBuffer();
  std::optional<size_t> place = findDeepNesting(text, kMaxNesting);
  if (!place)
    return buffer;
  StringRef before = text.take_front(*place);
  return llvm::createStringError(path + ":" + Twine(before.count('\n') + 1) +
                                 ": expected at most " + Twine(kMaxNesting) +
                                 " brackets within brackets");
}
