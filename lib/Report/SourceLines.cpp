//===- SourceLines.cpp - the lines that a report points at ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Report/SourceLines.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::norm;

/// Larger files are no sources.
static constexpr uint64_t kMostBytes = uint64_t(16) << 20;
/// A longer line is cut.
static constexpr size_t kMostColumns = 160;

llvm::Expected<SourceLines> SourceLines::get(StringRef folder) {
  SourceLines lines;
  if (folder.empty())
    return lines;
  SmallString<256> real;
  std::error_code error = llvm::sys::fs::real_path(folder, real);
  if (error || !llvm::sys::fs::is_directory(real))
    return llvm::createStringError("expected sources to be a folder, got '" +
                                   folder + "'");
  lines.folder = real.str();
  return lines;
}

/// The file at `path`, if it is regular and below `folder`, both real paths.
static std::optional<std::string> readBelow(StringRef path, StringRef folder) {
  SmallString<256> real;
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::real_path(path, real) ||
      llvm::sys::fs::status(real, status) ||
      status.type() != llvm::sys::fs::file_type::regular_file ||
      status.getSize() > kMostBytes)
    return std::nullopt;
  StringRef rest = real;
  if (!rest.consume_front(folder) ||
      !(folder.ends_with("/") || rest.starts_with("/")))
    return std::nullopt;
  auto buffer = llvm::MemoryBuffer::getFile(real);
  if (!buffer)
    return std::nullopt;
  return (*buffer)->getBuffer().str();
}

/// `line` without the space around it, as UTF-8, and cut if it is long.
static std::string toShownLine(StringRef line) {
  line = line.trim();
  if (line.size() <= kMostColumns)
    return llvm::json::fixUTF8(line);
  // A character that is cut in two is dropped.
  size_t end = kMostColumns;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80)
    --end;
  return llvm::json::fixUTF8(line.take_front(end)) + " ...";
}

void SourceLines::add(StringRef name, StringRef text) {
  std::vector<std::string> &lines = files[name];
  lines.clear();
  for (StringRef line : llvm::split(text, '\n'))
    lines.push_back(toShownLine(line));
}

ArrayRef<std::string> SourceLines::getLines(StringRef name) {
  auto [entry, isNew] = files.try_emplace(name);
  if (!isNew || folder.empty())
    return entry->second;
  std::optional<std::string> text = readBelow(name, folder);
  if (!text && !llvm::sys::path::is_absolute(name)) {
    SmallString<256> path(folder);
    llvm::sys::path::append(path, name);
    text = readBelow(path, folder);
  }
  if (text)
    add(name, *text);
  return entry->second;
}

void SourceLines::addTo(Report &report) {
  auto add = [&](SmallVector<SourcePosition> &positions) {
    for (SourcePosition &position : positions) {
      ArrayRef<std::string> lines = getLines(position.file);
      if (position.line > 0 && position.line <= lines.size())
        position.text = lines[position.line - 1];
    }
  };
  for (ReportedNorm &norm : report.norms)
    add(norm.positions);
  for (ReportedMiss &miss : report.misses)
    add(miss.positions);
  for (ReportedRowLoop &loop : report.rowLoops)
    add(loop.positions);
  for (ReportedOutsider &outsider : report.outside)
    add(outsider.positions);
}
