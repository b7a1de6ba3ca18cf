//===- Table.cpp - the report as tables -----------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Report/Report.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

namespace {
/// Rows of cells; columns are as wide as their widest cell.
class Table {
public:
  /// Heads start with '<' for columns that are aligned to the left.
  explicit Table(ArrayRef<StringRef> heads) {
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
} // namespace

//===----------------------------------------------------------------------===//
// Cells
//===----------------------------------------------------------------------===//

template <typename T> static std::string toText(const T &value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text;
}

static std::string toExtent(int64_t extent) {
  return ShapedType::isDynamic(extent) ? "?" : std::to_string(extent);
}

/// "12345" up to five digits, then "123.5 k", "1.235 M" and so on.
static std::string toCount(int64_t number) {
  if (number < 100000)
    return std::to_string(number);
  double scaled = double(number);
  StringRef prefix = "kMGTP";
  scaled /= 1e3;
  while (scaled >= 999.95 && prefix.size() > 1) {
    scaled /= 1e3;
    prefix = prefix.drop_front();
  }
  int digits = scaled < 9.9995 ? 3 : scaled < 99.995 ? 2 : 1;
  return toText(llvm::format("%.*f", digits, scaled)) + " " +
         prefix.take_front().str();
}

/// "file:3-14", or the first and the last place if they are in two files.
static std::string toPlace(ArrayRef<SourcePosition> positions) {
  if (positions.empty())
    return "?";
  auto toLine = [](const SourcePosition &position) {
    return (llvm::sys::path::filename(position.file) + ":" +
            Twine(position.line))
        .str();
  };
  bool isOneFile = llvm::all_of(positions, [&](const SourcePosition &position) {
    return position.file == positions.front().file;
  });
  if (!isOneFile)
    return toLine(positions.front()) + " .. " + toLine(positions.back());
  auto isBefore = [](const SourcePosition &lhs, const SourcePosition &rhs) {
    return lhs.line < rhs.line;
  };
  auto [first, last] =
      std::minmax_element(positions.begin(), positions.end(), isBefore);
  if (first->line == last->line)
    return toLine(*first);
  return toLine(*first) + "-" + std::to_string(last->line);
}

/// Storage type of x, that of y if it is another one, and C.
static std::string toTypes(const ReportedNorm &norm) {
  std::string text = toText(norm.inputType);
  if (norm.resultType != norm.inputType)
    text += " to " + toText(norm.resultType);
  return text + " in " + toText(norm.computeType);
}

static std::string toEpsilon(const ReportedNorm &norm) {
  return toText(llvm::format("%.6g", norm.epsilon)) + " " +
         stringifyEpsMode(norm.epsMode).str();
}

static std::string toScale(const ReportedNorm &norm) {
  if (!norm.scaleType)
    return "-";
  std::string text = norm.scaleOffset ? "1 + " : "";
  text += toText(norm.scaleType);
  if (norm.scaleRounding)
    text += " of " + toText(norm.scaleRounding);
  return text;
}

/// "7 ops: 6 linalg.generic, 1 linalg.fill (2 arith.addf, 1 math.rsqrt)".
static std::string toSources(const ReportedNorm &norm) {
  if (!norm.isRaised) {
    // A fused location says from how many ops it was raised.
    std::string text = "a norm op of the program";
    if (norm.positions.size() > 1)
      text +=
          ", fused from " + std::to_string(norm.positions.size()) + " places";
    return text;
  }
  auto list = [](const std::map<std::string, unsigned> &counts) {
    return llvm::join(llvm::map_range(counts,
                                      [](const auto &entry) {
                                        return std::to_string(entry.second) +
                                               " " + entry.first;
                                      }),
                      ", ");
  };
  unsigned count = 0;
  for (const auto &entry : norm.sourceOps)
    count += entry.second;
  return std::to_string(count) + (count == 1 ? " op: " : " ops: ") +
         list(norm.sourceOps) + "\n       arithmetic: " + list(norm.scalarOps);
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

static void printNorms(const Report &report, raw_ostream &os) {
  Table table({"#", "<kind", "<function", "<location", "rows", "length",
               "<types", "<epsilon", "<scale", "<bias", "k"});
  for (auto [index, norm] : llvm::enumerate(report.norms))
    table.addRow({std::to_string(index + 1), stringifyNormKind(norm.kind).str(),
                  "@" + norm.function, toPlace(norm.positions),
                  toExtent(norm.rowCount), toExtent(norm.rowLength),
                  toTypes(norm), toEpsilon(norm), toScale(norm),
                  norm.biasType ? toText(norm.biasType) : "-",
                  norm.k ? std::to_string(*norm.k) : "-"});
  table.print(os);
}

static void printSources(const Report &report, raw_ostream &os) {
  os << "\nMade of\n";
  for (auto [index, norm] : llvm::enumerate(report.norms)) {
    os << llvm::format("%3d  ", int(index + 1)) << toSources(norm);
    if (!norm.statistics.empty())
      os << "\n       returns: " << llvm::join(norm.statistics, ", ");
    os << "\n";
  }
}

static void printCosts(const Report &report, raw_ostream &os) {
  os << "\nBefore (loops that elementwise fusion leaves) and after\n";
  SmallVector<StringRef> heads = {"<#",    "loops", "",      "operations", "",
                                  "bytes", "",      "bytes", "parameters"};
  if (report.target) {
    heads.push_back("us");
    heads.push_back("");
  }
  Table table(heads);
  SmallVector<std::string> pairs = {"",       "before",       "after",
                                    "before", "after",        "before",
                                    "after",  "before/after", ""};
  if (report.target)
    pairs.append({"before", "after"});
  table.addRow(pairs);
  auto addRow = [&](const std::string &name, const LoopCost &before,
                    const LoopCost &after, const std::string &parameters) {
    SmallVector<std::string> cells = {name,
                                      std::to_string(before.loops),
                                      std::to_string(after.loops),
                                      toCount(before.operations),
                                      toCount(after.operations),
                                      toCount(before.bytes),
                                      toCount(after.bytes),
                                      "-",
                                      parameters};
    if (before.bytes && after.bytes)
      cells[7] =
          toText(llvm::format("%.2f", double(before.bytes) / after.bytes));
    if (report.target)
      for (int64_t bytes : {before.bytes, after.bytes})
        cells.push_back(toText(
            llvm::format("%.3g", 1e6 * bytes / report.target->bandwidth)));
    table.addRow(std::move(cells));
  };
  int64_t parameters = 0;
  for (auto [index, norm] : llvm::enumerate(report.norms)) {
    addRow(std::to_string(index + 1) + (norm.isDynamic ? "*" : ""), norm.before,
           norm.after, toCount(norm.parameters));
    parameters += norm.parameters;
  }
  addRow("total", report.before, report.after, toCount(parameters));
  addRow("program", report.programBefore, report.programAfter, "");
  table.print(os);
  if (llvm::any_of(report.norms,
                   [](const ReportedNorm &norm) { return norm.isDynamic; }))
    os << "  * each dynamic extent taken as " << report.dynamicExtent << "\n";
  if (report.target)
    os << "  us: bytes over the "
       << llvm::format("%.4g", report.target->bandwidth / 1e9) << " GB/s of "
       << report.target->name << "\n";
}

void norm::printReport(const Report &report, raw_ostream &os) {
  size_t count = report.norms.size();
  os << count << (count == 1 ? " norm\n" : " norms\n");
  if (count) {
    os << "\n";
    printNorms(report, os);
    printSources(report, os);
    printCosts(report, os);
  }
  if (report.misses.empty())
    return;
  os << "\nNot raised\n";
  for (const ReportedMiss &miss : report.misses)
    os << "  " << toPlace(miss.positions) << ": " << miss.reason << "\n";
}
