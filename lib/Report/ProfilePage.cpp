//===- ProfilePage.cpp - a profile as a page ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Report/ProfilePage.h"

#include "Markup.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

/// Bin i of a histogram begins at 2^(i - 48).
static constexpr int kFirstExponent = -48;

namespace {
/// Writes the parts of a profile to one stream.
class ProfileWriter {
public:
  ProfileWriter(const Profile &profile, raw_ostream &os)
      : profile(profile), os(os) {}

  void write();

private:
  void writeCard(StringRef title, const Twine &figure, StringRef note);
  void writeCards();
  void writeTable();
  void writeHistogram(const NormProfile &norm);
  void writeNorm(size_t number, const NormProfile &norm);
  void writeExcesses();
  void writeMisses();

  const Profile &profile;
  raw_ostream &os;
};
} // namespace

static std::string toNumber(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.3g", value);
  return text;
}

//===----------------------------------------------------------------------===//
// Overview
//===----------------------------------------------------------------------===//

void ProfileWriter::writeCard(StringRef title, const Twine &figure,
                              StringRef note) {
  os << "<div><dt>" << title << "</dt><dd>" << figure << "</dd><dd>" << note
     << "</dd></div>\n";
}

void ProfileWriter::writeCards() {
  int64_t rows = 0, other = 0;
  size_t excesses = 0;
  for (const NormProfile &norm : profile.norms) {
    rows += norm.rows;
    other += norm.nanRows + norm.infiniteRows + norm.overflowingRows;
    excesses += norm.excesses.size();
  }
  os << "<dl class='cards'>\n";
  writeCard("Norms", Twine(profile.norms.size()), "whose rows were measured");
  writeCard("Rows", Twine(rows),
            "in " + std::to_string(profile.calls) + " calls");
  writeCard("Rows that are not finite", Twine(other),
            "NaN, infinity, or squares that leave the range");
  writeCard("Limits exceeded", Twine(excesses), "each of each norm once");
  os << "</dl>\n";
}

void ProfileWriter::writeTable() {
  os << "<h2>Would a cheaper norm do?</h2>\n<div class='panel'><table>\n"
        "<caption>Relative change of a row if a layernorm became an rmsnorm, "
        "or an rmsnorm took its statistic from k elements"
        "</caption>\n<thead><tr><th scope='col'>norm</th><th scope='col'>"
        "place</th>";
  for (StringRef head : {"k of n", "rows", "not finite", "mean change",
                         "largest change", "largest |mean|", "mean RMS"})
    os << "<th scope='col' class='number'>" << head << "</th>";
  os << "</tr></thead>\n<tbody>\n";
  for (auto [index, norm] : llvm::enumerate(profile.norms)) {
    os << "<tr><th scope='row'><a href='#norm-" << index + 1 << "'>"
       << index + 1 << " " << stringifyNormKind(norm.kind)
       << "</a></th><td><code>" << toMarkup(getNameAndPlace(norm))
       << "</code></td>";
    auto write = [&](const Twine &text) {
      os << "<td class='number'>" << text << "</td>";
    };
    write((norm.isCentred() ? "" : std::to_string(norm.k) + " of ") +
          std::to_string(norm.rowLength));
    write(Twine(norm.rows));
    write(Twine(norm.nanRows + norm.infiniteRows + norm.overflowingRows));
    bool isDefined = norm.change.count != 0;
    write(isDefined ? toNumber(norm.change.getMean()) : "-");
    write(isDefined ? toNumber(norm.change.largest) : "-");
    write(toNumber(norm.mean.largest));
    write(toNumber(norm.rms.getMean()));
    os << "</tr>\n";
  }
  os << "</tbody></table></div>\n";
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

/// Bars of the bins from the first to the last that has rows, as high as their
/// share of the fullest, over powers of two.
void ProfileWriter::writeHistogram(const NormProfile &norm) {
  const auto &counts = norm.changes.counts;
  auto hasRows = [](int64_t count) { return count != 0; };
  const auto *first = llvm::find_if(counts, hasRows);
  if (first == counts.end())
    return;
  const auto *last =
      std::find_if(counts.rbegin(), counts.rend(), hasRows).base();
  int64_t most = *llvm::max_element(counts);
  constexpr int kWidth = 40, kHeight = 160, kAxis = 24, kLeft = 30;
  auto bins = static_cast<int>(last - first);
  // As wide as it is drawn: a narrow window scrolls it, from the right, where
  // most rows are.
  int width = kLeft + bins * kWidth + 40, height = kHeight + kAxis + 16;
  os << "<figure class='histogram'><div><svg viewBox='0 0 " << width << " "
     << height << "' width='" << width << "' height='" << height
     << "' role='img'><title>Rows by their relative change</title>\n";
  for (int i = 0; i <= bins; ++i) {
    int x = kLeft + i * kWidth;
    int bin = static_cast<int>(first - counts.begin()) + i;
    os << "<text x='" << x << "' y='" << kHeight + kAxis
       << "' text-anchor='middle' font-size='12' fill='currentColor'>2"
       << "<tspan dy='-4' font-size='10'>" << bin + kFirstExponent
       << "</tspan></text>\n";
    if (i == bins)
      break;
    double bar = double(first[i]) / double(most) * (kHeight - 16);
    os << "<rect x='" << x + 1 << "' y='" << llvm::format("%.2f", kHeight - bar)
       << "' width='" << kWidth - 2 << "' height='" << llvm::format("%.2f", bar)
       << "' rx='2' fill='var(--after)'><title>" << first[i] << " rows from 2^"
       << bin + kFirstExponent << " to 2^" << bin + kFirstExponent + 1
       << "</title></rect>\n";
    if (first[i])
      os << "<text x='" << x + kWidth / 2 << "' y='"
         << llvm::format("%.2f", kHeight - bar - 4)
         << "' text-anchor='middle' font-size='11' fill='currentColor'>"
         << first[i] << "</text>\n";
  }
  os << "</svg></div><figcaption class='quiet'>Rows by their relative change, "
        "a bar "
        "for each power of two</figcaption></figure>\n";
}

void ProfileWriter::writeNorm(size_t number, const NormProfile &norm) {
  os << "<details id='norm-" << number << "' open='open'><summary>" << number
     << " " << stringifyNormKind(norm.kind) << " <span class='quiet'>"
     << toMarkup(getNameAndPlace(norm))
     << "</span></summary>\n<p class='sentence'>" << toMarkup(toSentence(norm))
     << "</p>\n";
  writeHistogram(norm);
  os << "</details>\n";
}

void ProfileWriter::writeExcesses() {
  std::string text = describeExcesses(profile);
  if (text.empty())
    return;
  os << "<h2>Limits exceeded</h2>\n<ul>\n";
  for (StringRef line : llvm::split(text, '\n'))
    os << "<li class='miss'>" << toMarkup(line) << "</li>\n";
  os << "</ul>\n";
}

void ProfileWriter::writeMisses() {
  if (profile.missed.empty())
    return;
  os << "<h2>Not measured</h2>\n<ul>\n";
  for (const std::string &reason : profile.missed)
    os << "<li>" << toMarkup(reason) << "</li>\n";
  os << "</ul>\n";
}

void ProfileWriter::write() {
  os << "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'/>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'/>"
        "\n<title>Rows of norms</title>\n<style>"
     << kStyles
     << "</style>\n</head>\n<body>\n<main>\n<h1>Rows of norms</h1>\n";
  writeCards();
  writeExcesses();
  if (!profile.norms.empty()) {
    writeTable();
    os << "<h2>The norms</h2>\n";
    for (auto [index, norm] : llvm::enumerate(profile.norms))
      writeNorm(index + 1, norm);
  }
  writeMisses();
  os << "</main>\n</body>\n</html>\n";
}

void norm::printProfileAsHTML(const Profile &profile, raw_ostream &os) {
  ProfileWriter(profile, os).write();
}
