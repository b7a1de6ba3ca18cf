//===- Table.cpp - the report as tables -----------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TextTable.h"
#include "Words.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

static void printNorms(const Report &report, raw_ostream &os) {
  TextTable table({"#", "<kind", "<function", "<location", "rows", "length",
                   "<types", "<epsilon", "<scale", "<bias", "k"});
  for (auto [index, norm] : llvm::enumerate(report.norms))
    table.addRow({std::to_string(index + 1), norm.getKindName(),
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
    if (norm.isRaised)
      os << "\n       arithmetic: " << toList(norm.scalarOps);
    if (!norm.statistics.empty())
      os << "\n       returns: " << llvm::join(norm.statistics, ", ");
    if (!norm.gradients.empty())
      os << "\n       gradients: " << llvm::join(norm.gradients, ", ");
    os << "\n";
    for (const SourcePosition &position : norm.positions)
      if (!position.text.empty())
        os << "       " << toLine(position) << ": " << position.text << "\n";
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
  heads.push_back("share");
  TextTable table(heads);
  SmallVector<std::string> pairs = {"",       "before",       "after",
                                    "before", "after",        "before",
                                    "after",  "before/after", ""};
  if (report.target)
    pairs.append({"before", "after"});
  pairs.push_back("of program");
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
                                      toRatio(before, after),
                                      parameters};
    if (report.target)
      for (const LoopCost &cost : {before, after})
        cells.push_back(toMicroseconds(cost, *report.target));
    cells.push_back(toShare(after, report.programAfter));
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
  for (const std::string &name : report.unfusedFunctions)
    os << "  @" << name << " has more than " << kMostFusedLoops
       << " loops: before is without fusion\n";
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
    printRowLoops(report, os);
  }
  printMeasured(report, os);
  printDifference(report, os);
  if (report.misses.empty())
    return;
  os << "\nNot raised\n";
  for (const ReportedMiss &miss : report.misses)
    os << "  " << toPlace(miss.positions) << ": " << miss.reason << "\n";
}
