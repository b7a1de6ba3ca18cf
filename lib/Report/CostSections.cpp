//===- CostSections.cpp - tables of costs on a page -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Markup.h"
#include "Sections.h"
#include "Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

std::string report::toPlaces(ArrayRef<SourcePosition> positions) {
  if (llvm::all_of(positions,
                   [](const SourcePosition &p) { return p.text.empty(); }))
    return toMarkup(llvm::join(llvm::map_range(positions, toLine), ", "));
  std::string list = "<ol class='lines'>";
  for (const SourcePosition &position : positions)
    list += "<li><code>" + toMarkup(toLine(position)) +
            "</code> <code class='source'>" + toMarkup(position.text) +
            "</code></li>";
  return list + "</ol>";
}

namespace {
/// A table whose first column is of heads, and whose cells are markup.
class HTMLTable {
public:
  /// Heads start with '<' for columns of words, others are of numbers.
  HTMLTable(raw_ostream &os, const Twine &caption, ArrayRef<StringRef> heads)
      : os(os) {
    os << "<div class='panel'><table>\n<caption>" << caption
       << "</caption>\n<thead><tr>";
    for (StringRef head : heads) {
      isNumber.push_back(!head.consume_front("<"));
      os << "<th scope='col'" << (isNumber.back() ? " class='number'" : "")
         << ">" << head << "</th>";
    }
    os << "</tr></thead>\n<tbody>\n";
  }
  ~HTMLTable() { os << "</tbody></table></div>\n"; }

  void addRow(ArrayRef<std::string> cells) {
    os << "<tr>";
    for (auto [index, cell] : llvm::enumerate(cells)) {
      if (index == 0)
        os << "<th scope='row'>" << cell << "</th>";
      else
        os << (isNumber[index] ? "<td class='number'>" : "<td class='words'>")
           << cell << "</td>";
    }
    os << "</tr>\n";
  }

private:
  raw_ostream &os;
  SmallVector<bool> isNumber;
};
} // namespace

/// Links to norms: "1, 3".
static std::string toLinks(ArrayRef<size_t> norms) {
  return llvm::join(llvm::map_range(norms,
                                    [](size_t norm) {
                                      std::string n = std::to_string(norm + 1);
                                      return "<a href='#norm-" + n + "'>" + n +
                                             "</a>";
                                    }),
                    ", ");
}

//===----------------------------------------------------------------------===//
// Row loops
//===----------------------------------------------------------------------===//

void report::writeRowLoops(const Report &report, raw_ostream &os) {
  if (report.rowLoops.empty())
    return;
  os << "<h2 id='rows'>With their neighbours</h2>\n";
  {
    HTMLTable table(os,
                    "The loops over rows that norm-fuse-rows makes of the "
                    "norms, and the ops that it takes in",
                    {"<norms", "<took in", "<places", "operations", "bytes"});
    for (const ReportedRowLoop &loop : report.rowLoops) {
      bool isAlone = loop.neighbours.empty();
      table.addRow({toLinks(loop.norms),
                    isAlone ? "nothing" : toMarkup(toList(loop.neighbours)),
                    isAlone ? "-" : toPlaces(loop.positions),
                    toCount(loop.cost.operations), toBytes(loop.cost.bytes)});
    }
    auto addProgram = [&](const std::string &name, const LoopCost &cost) {
      table.addRow({"program, " + name, toCount(cost.loops) + " loops", "",
                    toCount(cost.operations), toBytes(cost.bytes)});
    };
    addProgram("norms alone", report.programAfter);
    addProgram("rows fused", report.programFused);
  }
  if (report.outside.empty())
    return;
  HTMLTable table(os, "What stays outside of the row loops, and why",
                  {"<op", "<places", "<reason"});
  for (const ReportedOutsider &outsider : report.outside)
    table.addRow({"<code>" + toMarkup(outsider.op) + "</code>",
                  toPlaces(outsider.positions), toMarkup(outsider.reason)});
}

//===----------------------------------------------------------------------===//
// Measured times
//===----------------------------------------------------------------------===//

void report::writeMeasured(const Report &report, raw_ostream &os) {
  if (!report.measuredLines)
    return;
  os << "<h2 id='measured'>Predicted and measured</h2>\n";
  {
    HTMLTable table(os,
                    "Microseconds of norm-bench: predicted is the time of the "
                    "bytes on the target, copy that of a copy of as many bytes "
                    "in the same run",
                    {"<norm", "threads", "<data from", "predicted", "copy",
                     "measured", "median", "copy/measured"});
    for (auto [index, norm] : llvm::enumerate(report.norms))
      for (const Measurement &measured : norm.measured) {
        SmallVector<std::string> cells =
            toMeasuredCells(report, norm, measured);
        cells.insert(cells.begin(), toLinks(index) + " " + norm.getKindName());
        table.addRow(cells);
      }
  }
  os << "<p class='quiet'>" << *report.measuredLines << " lines, "
     << report.unmatchedLines << " of no norm of the program.</p>\n";
  std::string commands;
  for (const ReportedNorm &norm : report.norms)
    if (norm.measured.empty() && !norm.isDynamic)
      commands +=
          "<li><code>" + toMarkup(toBenchCommand(norm)) + "</code></li>\n";
  if (!commands.empty())
    os << "<p>Norms without a time are measured by</p>\n<ul class='commands'>\n"
       << commands << "</ul>\n";
}

//===----------------------------------------------------------------------===//
// Differences
//===----------------------------------------------------------------------===//

void report::writeDifference(const Report &report, raw_ostream &os) {
  if (!report.difference)
    return;
  const ReportDifference &difference = *report.difference;
  os << "<h2 id='difference'>Since the earlier report</h2>\n";
  {
    HTMLTable table(os, "The module as a whole",
                    {"<what", "earlier", "now", "change"});
    for (const ComparedFigure &figure : getComparedFigures(report))
      table.addRow({figure.name, toCount(figure.earlier), toCount(figure.now),
                    toChange(figure.earlier, figure.now)});
  }
  if (difference.earlierExtent != report.dynamicExtent)
    os << "<p>The earlier report took dynamic extents as "
       << difference.earlierExtent << ", this one as " << report.dynamicExtent
       << ".</p>\n";
  size_t same = llvm::count_if(difference.changes, [](const NormChange &c) {
    return c.kind == NormChange::same;
  });
  if (same < difference.changes.size()) {
    HTMLTable table(os, "Norms that are not what they were",
                    {"<change", "<norm", "bytes earlier", "bytes now",
                     "operations earlier", "operations now"});
    for (const NormChange &change : difference.changes) {
      if (change.kind == NormChange::same)
        continue;
      auto toCell = [](bool isThere, int64_t count) {
        return isThere ? toCount(count) : "-";
      };
      bool was = change.earlier.has_value(), is = change.now.has_value();
      table.addRow(
          {change.getKindName().str(),
           (is ? toLinks(*change.now) + " " : "") + toMarkup(change.name),
           toCell(was, change.earlierCost.bytes),
           toCell(is, change.nowCost.bytes),
           toCell(was, change.earlierCost.operations),
           toCell(is, change.nowCost.operations)});
    }
  }
  os << "<p class='quiet'>" << same << (same == 1 ? " norm is" : " norms are")
     << " as before.</p>\n";
}
