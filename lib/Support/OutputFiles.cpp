//===- OutputFiles.cpp - files that a run leaves --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Support/OutputFiles.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <filesystem>
#include <vector>

using namespace mlir;
using namespace mlir::norm;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// As many links as Linux follows.
static constexpr unsigned kMaxLinks = 40;
/// Its links name what a process has open, which has no other place.
static constexpr StringLiteral kOpenFiles = "/proc/";

static llvm::Error cannotWrite(StringRef path, const Twine &reason) {
  return llvm::createStringError("cannot write " + path + ": " + reason);
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

llvm::ErrorOr<std::string> norm::followLinks(StringRef name) {
  SmallString<128> current(name);
  for (unsigned links = 0; links <= kMaxLinks; ++links) {
    StringRef parent = path::parent_path(current);
    SmallString<128> place;
    if (std::error_code code =
            fs::real_path(parent.empty() ? "." : parent, place))
      return code;
    path::append(place, path::filename(current));
    if (place.starts_with(kOpenFiles) || !fs::is_symlink_file(place))
      return std::string(place);
    std::error_code code;
    std::string target =
        std::filesystem::read_symlink(place.c_str(), code).string();
    if (code)
      return code;
    current = path::is_absolute(target) ? "" : path::parent_path(place);
    path::append(current, target);
  }
  return std::make_error_code(std::errc::too_many_symbolic_link_levels);
}

namespace {
/// Where an output goes.
struct Place {
  /// Whether it is written through; else a file takes its place.
  bool isStream = false;
  /// Whether there is a file now, and its permissions.
  bool exists = false;
  fs::perms permissions = fs::perms_not_known;
  /// With links followed, unless it is a stream.
  std::string path;
};
} // namespace

static llvm::Expected<Place> locate(StringRef name) {
  Place place;
  place.path = name.str();
  if (name == "-") {
    place.isStream = true;
    return place;
  }
  fs::file_status status;
  std::error_code code = fs::status(name, status);
  switch (status.type()) {
  case fs::file_type::file_not_found:
    break;
  case fs::file_type::regular_file:
    place.exists = true;
    place.permissions = status.permissions();
    break;
  case fs::file_type::fifo_file:
  case fs::file_type::character_file:
    place.isStream = true;
    return place;
  case fs::file_type::directory_file:
    return cannotWrite(name, "it is a directory");
  case fs::file_type::status_error:
    return cannotWrite(name, code.message());
  default:
    return cannotWrite(name, "it is neither a file nor a pipe nor a character "
                             "device");
  }
  llvm::ErrorOr<std::string> target = followLinks(name);
  if (!target)
    return cannotWrite(name, target.getError().message());
  if (StringRef(*target).starts_with(kOpenFiles)) {
    place.isStream = true;
    return place;
  }
  if (place.exists && !fs::can_write(*target))
    return cannotWrite(name, "it is read only");
  place.path = std::move(*target);
  return place;
}

static llvm::Expected<std::vector<Place>>
locateAll(ArrayRef<std::string> names) {
  std::vector<Place> places;
  llvm::StringSet<> taken;
  for (const std::string &name : names) {
    llvm::Expected<Place> place = locate(name);
    if (!place)
      return place.takeError();
    if (!place->isStream && !taken.insert(place->path).second)
      return cannotWrite(name, "another output goes to the same file");
    places.push_back(std::move(*place));
  }
  return places;
}

llvm::Error norm::checkOutputs(ArrayRef<std::string> paths) {
  return locateAll(paths).takeError();
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// Prints to `os` and gives its error, which the stream then forgets.
static std::error_code print(const OutputFile &file, llvm::raw_fd_ostream &os) {
  file.print(os);
  os.flush();
  std::error_code code = os.error();
  os.clear_error();
  return code;
}

static llvm::Error writeThrough(const OutputFile &file) {
  std::error_code code;
  if (file.path == "-") {
    code = print(file, llvm::outs());
  } else {
    llvm::raw_fd_ostream os(file.path, code);
    if (!code)
      code = print(file, os);
  }
  return code ? cannotWrite(file.path, code.message()) : llvm::Error::success();
}

/// Writes a temporary file in the folder of `place`, and gives its name.
///
/// llvm::sys::fs::TempFile would remove it on signals, too, and take the
/// handlers of the process for that, which may be another's than a tool's.
static llvm::Expected<std::string> writeBeside(const OutputFile &file,
                                               const Place &place) {
  SmallString<128> model(path::parent_path(place.path)), temporary;
  path::append(model, ".norm-%%%%%%%%.tmp");
  int descriptor;
  std::error_code code = fs::createUniqueFile(
      model, descriptor, temporary, fs::OF_None,
      file.isExecutable ? fs::all_all : fs::all_read | fs::all_write);
  if (code)
    return cannotWrite(file.path, code.message());
  llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  code = print(file, os);
  os.close();
  if (!code)
    code = os.error();
  os.clear_error();
  if (!code && place.exists && !file.isExecutable)
    code = fs::setPermissions(temporary, place.permissions);
  if (!code)
    return std::string(temporary);
  (void)fs::remove(temporary);
  return cannotWrite(file.path, code.message());
}

llvm::Error norm::writeOutputs(ArrayRef<OutputFile> files) {
  std::vector<std::string> names;
  for (const OutputFile &file : files)
    names.push_back(file.path);
  auto places = locateAll(names);
  if (!places)
    return places.takeError();

  std::vector<std::pair<const Place *, std::string>> written;
  auto abandon = [&](llvm::Error error) {
    for (auto &[place, temporary] : written)
      (void)fs::remove(temporary);
    return error;
  };
  for (auto [file, place] : llvm::zip_equal(files, *places)) {
    if (place.isStream)
      continue;
    auto temporary = writeBeside(file, place);
    if (!temporary)
      return abandon(temporary.takeError());
    written.emplace_back(&place, std::move(*temporary));
  }
  for (auto [file, place] : llvm::zip_equal(files, *places))
    if (place.isStream)
      if (llvm::Error error = writeThrough(file))
        return abandon(std::move(error));
  while (!written.empty()) {
    auto &[place, temporary] = written.back();
    if (std::error_code code = fs::rename(temporary, place->path))
      return abandon(cannotWrite(place->path, code.message()));
    written.pop_back();
  }
  return llvm::Error::success();
}

llvm::Error norm::writeOutput(StringRef path, StringRef content) {
  return writeOutputs({{path.str(), [&](raw_ostream &os) { os << content; }}});
}
