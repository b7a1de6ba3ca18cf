//===- Html.cpp - the report as a page ------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One page that needs nothing besides itself: no scripts, fonts or images. Its
// elements are closed as in XML, so that it can be read by either parser. Bars
// stand in tables beside their figures.
//
//===----------------------------------------------------------------------===//

#include "Markup.h"
#include "Sections.h"
#include "Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

/// Norms are unfolded on a page of at most as many.
static constexpr size_t kUnfolded = 12;

namespace {
/// Writes the parts of a report to one stream.
class HTMLWriter {
public:
  HTMLWriter(const Report &report, raw_ostream &os) : report(report), os(os) {}

  void write();

private:
  std::string getName() const;
  void writeCard(StringRef title, const Twine &figure, const Twine &note);
  void writeCards();
  void writeBar(StringRef which, const std::string &value,
                std::optional<double> share);
  void writeTraffic();
  void writeTrafficRow(const std::string &head, const std::string &place,
                       const LoopCost &before, const LoopCost &after,
                       std::optional<double> longest);
  void writeFact(StringRef name, StringRef text);
  void writeCosts(const ReportedNorm &norm);
  void writeParts(const ReportedNorm &norm);
  void writeNorm(size_t number, const ReportedNorm &norm);

  const Report &report;
  raw_ostream &os;
};
} // namespace

/// "1 norm", "2 norms".
static std::string toNumberOf(size_t count, StringRef what) {
  return (Twine(count) + " " + what + (count == 1 ? "" : "s")).str();
}

/// What the page is about: the file of the first place in it.
std::string HTMLWriter::getName() const {
  for (const ReportedNorm &norm : report.norms)
    if (!norm.positions.empty())
      return llvm::sys::path::filename(norm.positions.front().file).str();
  for (const ReportedMiss &miss : report.misses)
    if (!miss.positions.empty())
      return llvm::sys::path::filename(miss.positions.front().file).str();
  return "a module";
}

//===----------------------------------------------------------------------===//
// Overview
//===----------------------------------------------------------------------===//

void HTMLWriter::writeCard(StringRef title, const Twine &figure,
                           const Twine &note) {
  os << "<div><dt>" << title << "</dt><dd>" << figure << "</dd><dd>" << note
     << "</dd></div>\n";
}

void HTMLWriter::writeCards() {
  size_t raised = llvm::count_if(
      report.norms, [](const ReportedNorm &norm) { return norm.isRaised; });
  os << "<dl class='cards'>\n";
  writeCard("Norms", Twine(report.norms.size()),
            Twine(raised) + " found in other ops");
  if (report.before.bytes && report.after.bytes) {
    writeCard("Memory traffic of the norms", toBytes(report.after.bytes),
              toBytes(report.before.bytes) + " before, " +
                  toRatio(report.before, report.after) + " times as much");
    if (report.target)
      writeCard("Predicted time on " + report.target->name.str(),
                toMicroseconds(report.after, *report.target) + " µs",
                toMicroseconds(report.before, *report.target) + " µs before");
  }
  writeCard("Not raised", Twine(report.misses.size()),
            "look like norms and are none");
  os << "</dl>\n";
}

/// A figure, and a bar of `share` of the longest if that is given.
void HTMLWriter::writeBar(StringRef which, const std::string &value,
                          std::optional<double> share) {
  os << "<div class='bar " << which << "'><span class='value'>" << value
     << "</span><span class='track' aria-hidden='true'>";
  if (share)
    os << "<i style='width:" << llvm::format("%.4g", 100 * *share) << "%'></i>";
  os << "</span></div>";
}

/// A row with bars where `longest`, the bytes of the longest bar, is given.
void HTMLWriter::writeTrafficRow(const std::string &head,
                                 const std::string &place,
                                 const LoopCost &before, const LoopCost &after,
                                 std::optional<double> longest) {
  os << "<tr><th scope='row'>" << head << "</th><td>" << place
     << "</td><td class='bars'>";
  auto write = [&](StringRef which, const LoopCost &cost) {
    std::optional<double> share;
    if (longest)
      share = cost.bytes / *longest;
    writeBar(which, toBytes(cost.bytes), share);
  };
  if (before.loops)
    write("before", before);
  write("after", after);
  os << "</td><td class='number'>" << toRatio(before, after) << "</td>";
  if (report.target)
    os << "<td class='number'>"
       << (before.loops ? toMicroseconds(before, *report.target) : "-")
       << "</td><td class='number'>" << toMicroseconds(after, *report.target)
       << "</td>";
  os << "<td class='number'>" << toShare(after, report.programAfter)
     << "</td></tr>\n";
}

void HTMLWriter::writeTraffic() {
  int64_t longest = 1;
  for (const ReportedNorm &norm : report.norms)
    longest = std::max({longest, norm.before.bytes, norm.after.bytes});
  os << "<h2>Memory traffic</h2>\n<div class='panel'><table>\n<caption>Bytes "
        "read and written, <span class='key'></span> before and <span "
        "class='key after'></span> after, first and second in each row"
     << (report.target ? "; microseconds before and after" : "")
     << "; the part of the program's bytes, after</caption>\n<thead><tr><th "
        "scope='col'>norm</th><th "
        "scope='col'>place</th><th scope='col'>bytes</th><th scope='col' "
        "class='number'>before/after</th>";
  if (report.target)
    os << "<th scope='col' class='number'>µs before</th><th scope='col' "
          "class='number'>µs after</th>";
  os << "<th scope='col' class='number'>of the "
        "program</th></tr></thead>\n<tbody>\n";
  for (auto [index, norm] : llvm::enumerate(report.norms)) {
    std::string number = std::to_string(index + 1);
    writeTrafficRow("<a href='#norm-" + number + "'>" + number + " " +
                        norm.getKindName() + "</a>" +
                        (norm.isDynamic ? "*" : ""),
                    "<code>" + toMarkup(toPlace(norm.positions)) + "</code>",
                    norm.before, norm.after, double(longest));
  }
  writeTrafficRow("all norms", "shared loops once", report.before, report.after,
                  std::nullopt);
  writeTrafficRow("program", "every structured loop", report.programBefore,
                  report.programAfter, std::nullopt);
  os << "</tbody></table></div>\n";
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

void HTMLWriter::writeFact(StringRef name, StringRef text) {
  os << "<dt>" << name << "</dt><dd>" << toMarkup(text) << "</dd>\n";
}

void HTMLWriter::writeCosts(const ReportedNorm &norm) {
  os << "<table class='costs'><caption>Before, as the loops that elementwise "
        "fusion leaves, "
        "and after</caption>\n<thead><tr><th scope='col'>what</th><th "
        "scope='col'>before and after</th></tr></thead>\n<tbody>\n";
  auto writeRow = [&](StringRef name, int64_t before, int64_t after,
                      llvm::function_ref<std::string(int64_t)> toWords) {
    double most = std::max<int64_t>({before, after, 1});
    os << "<tr><th scope='row'>" << name << "</th><td class='bars'>";
    if (norm.before.loops)
      writeBar("before", toWords(before), before / most);
    writeBar("after", toWords(after), after / most);
    os << "</td></tr>\n";
  };
  writeRow("memory traffic", norm.before.bytes, norm.after.bytes, toBytes);
  if (report.target)
    writeRow("predicted time", norm.before.bytes, norm.after.bytes,
             [&](int64_t bytes) {
               LoopCost cost;
               cost.bytes = bytes;
               return toMicroseconds(cost, *report.target) + " µs";
             });
  writeRow("operations", norm.before.operations, norm.after.operations,
           toCount);
  writeRow("loops over memory", norm.before.loops, norm.after.loops, toCount);
  os << "</tbody></table>\n";
}

/// What the norm is of the program, and of a row loop.
void HTMLWriter::writeParts(const ReportedNorm &norm) {
  std::string part = toShare(norm.after, report.programAfter) + " of its bytes";
  if (norm.shareOfTime)
    part += ", " + toPercent(*norm.shareOfTime) + " of its predicted time";
  writeFact("of the program", part);
  if (!norm.rowLoop)
    return;
  const ReportedRowLoop &loop = report.rowLoops[*norm.rowLoop];
  std::string others =
      loop.neighbours.empty() ? "by itself" : "with " + toList(loop.neighbours);
  if (loop.norms.size() > 1)
    others += ", norms " + toNumbers(loop.norms) + " together";
  writeFact("row loop", others);
}

void HTMLWriter::writeNorm(size_t number, const ReportedNorm &norm) {
  os << "<details id='norm-" << number << "'"
     << (report.norms.size() <= kUnfolded ? " open='open'" : "") << "><summary>"
     << number << " " << norm.getKindName() << " <span class='quiet'>in <code>@"
     << toMarkup(norm.function) << "</code>, "
     << toMarkup(toPlace(norm.positions)) << "</span></summary>\n";
  os << toFormula(norm) << "\n<dl class='facts'>\n";
  writeFact("rows", toExtent(norm.rowCount));
  writeFact("n, the length of a row", toExtent(norm.rowLength));
  if (norm.k)
    writeFact("k", std::to_string(*norm.k));
  if (!std::isnan(norm.epsilon))
    writeFact("ε", toText(llvm::format("%.6g", norm.epsilon)));
  writeFact("types", toTypes(norm));
  if (norm.scaleType)
    writeFact("scale g", toScale(norm));
  if (norm.biasType)
    writeFact("bias b", toText(norm.biasType));
  if (!norm.statistics.empty())
    writeFact("returns also", llvm::join(norm.statistics, ", "));
  if (!norm.gradients.empty())
    writeFact("gradients", llvm::join(norm.gradients, ", "));
  writeFact("made of", toSources(norm));
  if (norm.isRaised)
    writeFact("arithmetic", toList(norm.scalarOps));
  writeParts(norm);
  os << "<dt>places</dt><dd>" << toPlaces(norm.positions) << "</dd>\n";
  os << "</dl>\n";
  writeCosts(norm);
  os << "</details>\n";
}

//===----------------------------------------------------------------------===//
// The page
//===----------------------------------------------------------------------===//

void HTMLWriter::write() {
  std::string name = toMarkup(getName());
  os << "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'/>\n"
        "<meta name='viewport' "
        "content='width=device-width, initial-scale=1'/>\n<title>Norms of "
     << name << "</title>\n<style>" << kStyles << "</style>\n</head>\n<body>\n"
     << "<main>\n<h1>Norms of <code>" << name
     << "</code></h1>\n<p "
        "class='quiet'>"
     << toNumberOf(report.norms.size(), "normalization layer")
     << ", each of them one loop that reads its input from memory once.</p>\n";
  writeCards();
  writeDifference(report, os);
  if (!report.norms.empty()) {
    writeTraffic();
    writeRoofline(report, os);
    writeMeasured(report, os);
    writeRowLoops(report, os);
    os << "<h2>The norms</h2>\n";
    for (auto [index, norm] : llvm::enumerate(report.norms))
      writeNorm(index + 1, norm);
  }
  writeMisses(report, os);
  writeNotes(report, os);
  os << "</main>\n</body>\n</html>\n";
}

void norm::printReportAsHTML(const Report &report, raw_ostream &os) {
  HTMLWriter(report, os).write();
}
