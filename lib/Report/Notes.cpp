//===- Notes.cpp - the end of a page --------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Markup.h"
#include "Sections.h"
#include "Words.h"
#include "norm/Version.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

/// The lines, or where they are.
static std::string toMissPlace(const ReportedMiss &miss) {
  if (llvm::any_of(miss.positions,
                   [](const SourcePosition &p) { return !p.text.empty(); }))
    return toPlaces(miss.positions);
  return "<code>" + toMarkup(toPlace(miss.positions)) + "</code>";
}

void report::writeMisses(const Report &report, raw_ostream &os) {
  os << "<h2 id='missed'>Not raised</h2>\n";
  if (report.misses.empty()) {
    os << "<p class='quiet'>Nothing else looked like a norm.</p>\n";
    return;
  }
  os << "<div class='panel'><table>\n<caption>What looks like a norm and is "
        "none, and why</caption>\n<thead><tr><th scope='col'>place</th><th "
        "scope='col'>reason</th></tr></thead>\n<tbody>\n";
  for (const ReportedMiss &miss : report.misses)
    os << "<tr><th scope='row'>" << toMissPlace(miss)
       << "</th><td class='miss'>" << toMarkup(miss.reason) << "</td></tr>\n";
  os << "</tbody></table></div>\n";
}

void report::writeNotes(const Report &report, raw_ostream &os) {
  os << "<footer><h2>How this is counted</h2>\n<p>Before: the loops that "
        "upstream's elementwise fusion leaves of the program, as far as they "
        "compute the norm. After: one loop that reads x, scale and bias once "
        "and writes y and the statistics that are used. Each loop reads its "
        "operands and writes its results once, whatever a cache might save. "
        "Operations are those of floating point arithmetic, a fused "
        "multiply-add counts as two.</p>\n";
  if (llvm::any_of(report.norms,
                   [](const ReportedNorm &norm) { return norm.isDynamic; }))
    os << "<p>* Each dynamic extent is taken as " << report.dynamicExtent
       << ".</p>\n";
  for (const std::string &name : report.unfusedFunctions)
    os << "<p><code>@" << toMarkup(name) << "</code> has more than "
       << kMostFusedLoops << " loops: before is without fusion.</p>\n";
  if (!report.rowLoops.empty())
    os << "<p>Row loops are those of norm-fuse-rows behind elementwise fusion; "
          "a "
          "row loop reads and writes each operand once.</p>\n";
  if (report.target && report.target->peak > 0)
    os << "<p>The predicted time of the program is the sum over its loops of "
          "the longer of two: bytes over bandwidth, and operations over the "
       << llvm::format("%.4g", report.target->peak / 1e12)
       << " Tops/s on f32 that the maker states, for products of 16-bit "
          "matrices over "
       << llvm::format("%.4g", report.target->matrixPeak / 1e12)
       << " Tops/s.</p>\n";
  if (report.target)
    os << "<p>Predicted times of norms are bytes over the "
       << llvm::format("%.4g", report.target->bandwidth / 1e9)
       << " GB/s of memory bandwidth that the maker of "
       << toMarkup(report.target->name) << " states.</p>\n";
  os << "<p>norm " NORM_VERSION_STRING "</p></footer>\n";
}
