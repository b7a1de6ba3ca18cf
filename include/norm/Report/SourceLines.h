//===- SourceLines.h - the lines that a report points at --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program names files in its locations, and may name any. So a report reads
// those alone that are in a folder that its user gives.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_REPORT_SOURCELINES_H
#define NORM_REPORT_SOURCELINES_H

#include "norm/Report/Report.h"

#include "llvm/ADT/StringMap.h"

namespace mlir::norm {

/// Files by the names that locations have for them.
class SourceLines {
public:
  /// Reads regular files of at most 16 MiB in `folder` and below, links
  /// resolved; none if `folder` is empty. A name that is not absolute is looked
  /// for from the working folder, then from `folder`.
  static llvm::Expected<SourceLines> get(StringRef folder);

  /// `text` is what the file `name` has.
  void add(StringRef name, StringRef text);

  /// Writes to each position of `report` what stands there: its line without
  /// the space around it.
  void addTo(Report &report);

private:
  /// The lines of the file called `name`; none if it is not to be read.
  ArrayRef<std::string> getLines(StringRef name);

  std::string folder;
  llvm::StringMap<std::vector<std::string>> files;
};

} // namespace mlir::norm

#endif // NORM_REPORT_SOURCELINES_H
