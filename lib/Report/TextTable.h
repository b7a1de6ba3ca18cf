//===- TextTable.h - tables of plain text -----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_REPORT_TEXTTABLE_H
#define NORM_LIB_REPORT_TEXTTABLE_H

#include "norm/Report/Report.h"

#include "llvm/Support/FormatAdapters.h"

namespace mlir::norm::report {

/// Rows of cells; columns are as wide as their widest cell.
class TextTable {
public:
  /// Heads start with '<' for columns that are aligned to the left.
  explicit TextTable(ArrayRef<StringRef> heads) {
    SmallVector<std::string> cells;
    for (StringRef head : heads) {
      isLeft.push_back(head.consume_front("<"));
      cells.push_back(head.str());
    }
    rows.push_back(std::move(cells));
  }

  void addRow(SmallVector<std::string> cells) {
    rows.push_back(std::move(cells));
  }

  void print(raw_ostream &os) const {
    SmallVector<size_t> widths(isLeft.size(), 0);
    for (const auto &row : rows)
      for (auto [width, cell] : llvm::zip(widths, row))
        width = std::max(width, cell.size());
    for (const auto &row : rows) {
      std::string line;
      llvm::raw_string_ostream stream(line);
      for (auto [width, cell, left] : llvm::zip(widths, row, isLeft)) {
        stream << "  ";
        left ? stream << llvm::left_justify(cell, width)
             : stream << llvm::right_justify(cell, width);
      }
      os << StringRef(line).rtrim() << "\n";
    }
  }

private:
  SmallVector<bool> isLeft;
  SmallVector<SmallVector<std::string>> rows;
};

/// What norm-fuse-rows makes of the norms of `report`.
void printRowLoops(const Report &report, raw_ostream &os);
/// Measured times beside predicted ones, where measurements were given.
void printMeasured(const Report &report, raw_ostream &os);
/// What changed, where an earlier report was given.
void printDifference(const Report &report, raw_ostream &os);

} // namespace mlir::norm::report

#endif // NORM_LIB_REPORT_TEXTTABLE_H
