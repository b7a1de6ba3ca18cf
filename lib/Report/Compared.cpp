//===- Compared.cpp - figures beside figures, in words --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What norm-fuse-rows makes of the norms, what was measured, and what changed,
// as tables of text; and the words that the page takes for them, too.
//
//===----------------------------------------------------------------------===//

#include "TextTable.h"
#include "Words.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

std::string report::toNumbers(ArrayRef<size_t> norms) {
  return llvm::join(
      llvm::map_range(norms, [](size_t n) { return std::to_string(n + 1); }),
      ", ");
}

std::string report::toBenchCommand(const ReportedNorm &norm) {
  if (norm.isDynamic)
    return "";
  std::string op = norm.getKindName();
  llvm::replace(op, '_', '-');
  std::string command = "norm-bench --op=" + op +
                        " --dtype=" + toText(norm.inputType) +
                        " --rows=" + toExtent(norm.rowCount) +
                        " --cols=" + toExtent(norm.rowLength);
  if (norm.k)
    command += " --k=" + std::to_string(*norm.k);
  if (!norm.gradients.empty())
    command += " --outputs=" + llvm::join(norm.gradients, ",");
  return command + " --json";
}

std::vector<ComparedFigure> report::getComparedFigures(const Report &report) {
  const ReportDifference &earlier = *report.difference;
  std::vector<ComparedFigure> figures = {
      {"norms", int64_t(earlier.earlierNorms), int64_t(report.norms.size())},
      {"not raised", int64_t(earlier.earlierMisses),
       int64_t(report.misses.size())}};
  auto add = [&](const std::string &name, const LoopCost &was,
                 const LoopCost &is) {
    figures.push_back({"bytes of " + name, was.bytes, is.bytes});
    figures.push_back({"operations of " + name, was.operations, is.operations});
    figures.push_back({"loops of " + name, was.loops, is.loops});
  };
  add("the norms", earlier.after, report.after);
  add("the program, norms not raised", earlier.programBefore,
      report.programBefore);
  add("the program, norms raised", earlier.programAfter, report.programAfter);
  if (earlier.programFused)
    add("the program, rows fused", *earlier.programFused, report.programFused);
  return figures;
}

void report::printRowLoops(const Report &report, raw_ostream &os) {
  if (report.rowLoops.empty())
    return;
  os << "\nRow loops that norm-fuse-rows makes\n";
  TextTable table({"<norms", "operations", "bytes", "<took in", "<places"});
  for (const ReportedRowLoop &loop : report.rowLoops)
    table.addRow({toNumbers(loop.norms), toCount(loop.cost.operations),
                  toCount(loop.cost.bytes),
                  loop.neighbours.empty() ? "-" : toList(loop.neighbours),
                  loop.neighbours.empty() ? "-" : toPlace(loop.positions)});
  table.addRow({"program", toCount(report.programFused.operations),
                toCount(report.programFused.bytes), "", ""});
  table.print(os);
  for (const ReportedOutsider &outsider : report.outside)
    os << "  " << toPlace(outsider.positions) << ": " << outsider.op
       << " stays outside: " << outsider.reason << "\n";
}

void report::printMeasured(const Report &report, raw_ostream &os) {
  if (!report.measuredLines)
    return;
  os << "\nMeasured by norm-bench, in us\n";
  TextTable table({"<#", "threads", "<from", "predicted", "copy", "measured",
                   "median", "copy/measured"});
  for (auto [index, norm] : llvm::enumerate(report.norms))
    for (const Measurement &measured : norm.measured) {
      SmallVector<std::string> cells = toMeasuredCells(report, norm, measured);
      cells.insert(cells.begin(), std::to_string(index + 1));
      table.addRow(std::move(cells));
    }
  table.print(os);
  for (auto [index, norm] : llvm::enumerate(report.norms))
    if (norm.measured.empty())
      os << "  " << index + 1 << " was not measured"
         << (norm.isDynamic ? "" : ": " + toBenchCommand(norm)) << "\n";
  os << "  " << *report.measuredLines << " lines, " << report.unmatchedLines
     << " of no norm of the program\n";
}

void report::printDifference(const Report &report, raw_ostream &os) {
  if (!report.difference)
    return;
  os << "\nSince the earlier report\n";
  TextTable table({"<", "earlier", "now", "change"});
  for (const ComparedFigure &figure : getComparedFigures(report))
    table.addRow({figure.name, toCount(figure.earlier), toCount(figure.now),
                  toChange(figure.earlier, figure.now)});
  table.print(os);
  if (report.difference->earlierExtent != report.dynamicExtent)
    os << "  the earlier report took dynamic extents as "
       << report.difference->earlierExtent << "\n";
  for (const NormChange &change : report.difference->changes) {
    if (change.kind == NormChange::same)
      continue;
    os << "  " << change.getKindName() << ": "
       << (change.now ? std::to_string(*change.now + 1) + " " : "")
       << change.name;
    if (change.kind == NormChange::changed)
      os << ", " << toCount(change.earlierCost.bytes) << " to "
         << toCount(change.nowCost.bytes) << " bytes, "
         << toCount(change.earlierCost.operations) << " to "
         << toCount(change.nowCost.operations) << " operations";
    os << "\n";
  }
}
