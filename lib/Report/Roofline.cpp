//===- Roofline.cpp - norms under the roof of a machine -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The roofline of Williams, Waterman and Patterson (CACM 52(4), 2009): a loop
// of I operations per byte runs at no more than min(I * bandwidth, peak)
// operations per second. Both axes are logarithmic, so that the bandwidth is a
// slope of one and the peak a level line. A norm has about one operation for a
// byte, and is far to the left of the ridge, peak / bandwidth: what counts is
// how many bytes it moves.
//
//===----------------------------------------------------------------------===//

#include "Cost.h"
#include "Markup.h"
#include "Sections.h"
#include "Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

namespace {
/// What a mark stands for.
enum class Mark { before, after, rows, measured, program };

/// A loop by its operations per byte and per second.
struct Point {
  Mark mark;
  double intensity, rate;
  /// Numbers of norms that are here.
  SmallVector<size_t> norms;
};

/// The figure of one report.
class Roofline {
public:
  explicit Roofline(const Report &report);

  void write(raw_ostream &os);

private:
  void add(Mark mark, const LoopCost &cost, double seconds,
           ArrayRef<size_t> norms);
  void addPoints();
  void setRange();
  double toX(double intensity) const;
  double toY(double rate) const;
  void writeText(double x, double y, StringRef anchor, const Twine &text);
  void writeGrid();
  void writeRoof(double bandwidth, double peak, StringRef style,
                 const Twine &name);
  void writeMark(Mark mark, double x, double y);
  void writePoints();
  void writeKey();

  const Report &report;
  /// Of the target, or 0; and of the fastest copy that was measured, or 0.
  double bandwidth = 0, peak = 0, copied = 0;
  /// The highest rate of a point.
  double highest = 0;
  SmallVector<Point> points;
  /// Powers of two of operations per byte and per second that are shown.
  int firstX = 0, lastX = 0, firstY = 0, lastY = 0;
  raw_ostream *out = nullptr;
};
} // namespace

static constexpr double kLeft = 74, kRight = 700, kTop = 18, kBottom = 300;

//===----------------------------------------------------------------------===//
// Points
//===----------------------------------------------------------------------===//

Roofline::Roofline(const Report &report) : report(report) {
  if (report.target) {
    bandwidth = report.target->bandwidth;
    peak = report.target->peak;
  }
  for (const ReportedNorm &norm : report.norms)
    for (const Measurement &measured : norm.measured)
      copied = std::max(copied, measured.bytes / measured.copySeconds);
}

/// Points at one place are one.
void Roofline::add(Mark mark, const LoopCost &cost, double seconds,
                   ArrayRef<size_t> norms) {
  if (!cost.operations || !cost.bytes || seconds <= 0)
    return;
  double intensity = double(cost.operations) / double(cost.bytes);
  double rate = double(cost.operations) / seconds;
  for (Point &point : points)
    if (point.mark == mark && std::abs(point.intensity / intensity - 1) < .02 &&
        std::abs(point.rate / rate - 1) < .02) {
      point.norms.append(norms.begin(), norms.end());
      return;
    }
  points.push_back({mark, intensity, rate, SmallVector<size_t>(norms)});
}

void Roofline::addPoints() {
  auto getTime = [&](const LoopCost &cost) {
    Machine machine{"", bandwidth > 0 ? bandwidth : copied, peak, 0};
    return getSeconds(cost, machine, /*isMatrixProduct=*/false);
  };
  for (auto [index, norm] : llvm::enumerate(report.norms)) {
    add(Mark::before, norm.before, getTime(norm.before), index);
    add(Mark::after, norm.after, getTime(norm.after), index);
    for (const Measurement &measured : norm.measured)
      add(Mark::measured, norm.after, measured.seconds, index);
  }
  for (const ReportedRowLoop &loop : report.rowLoops)
    add(Mark::rows, loop.cost, getTime(loop.cost), loop.norms);
  if (report.programSeconds)
    add(Mark::program, report.programAfter, *report.programSeconds, {});
}

void Roofline::setRange() {
  double least = 1, most = 1;
  double lowest = std::max(bandwidth, copied), top = lowest;
  for (const Point &point : points) {
    least = std::min(least, point.intensity);
    most = std::max(most, point.intensity);
    lowest = std::min(lowest, point.rate);
    highest = std::max(highest, point.rate);
  }
  if (peak > 0) {
    most = std::max(most, 2 * peak / bandwidth);
    top = std::max(top, highest > peak ? report.target->matrixPeak : peak);
  }
  top = std::max(top, highest);
  firstX = int(std::floor(std::log2(least))) - 1;
  lastX = int(std::ceil(std::log2(most))) + 1;
  firstY = int(std::floor(std::log2(lowest))) - 1;
  lastY = int(std::ceil(std::log2(top))) + 1;
}

double Roofline::toX(double intensity) const {
  double part = (std::log2(intensity) - firstX) / (lastX - firstX);
  return kLeft + part * (kRight - kLeft);
}

double Roofline::toY(double rate) const {
  double part = (std::log2(rate) - firstY) / (lastY - firstY);
  return kBottom - part * (kBottom - kTop);
}

//===----------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------===//

static auto number(double value) { return llvm::format("%.1f", value); }

void Roofline::writeText(double x, double y, StringRef anchor,
                         const Twine &text) {
  *out << "<text x='" << number(x) << "' y='" << number(y) << "' text-anchor='"
       << anchor << "'>" << text << "</text>\n";
}

/// "1/4", "1", "8".
static std::string toPowerOfTwo(int exponent) {
  return exponent < 0 ? "1/" + std::to_string(int64_t(1) << -exponent)
                      : std::to_string(int64_t(1) << exponent);
}

/// 1e11 as "100 G".
static std::string toPowerOfTen(int exponent) {
  static constexpr StringLiteral kPrefixes[] = {"", "k", "M", "G", "T", "P"};
  static constexpr StringLiteral kDigits[] = {"1", "10", "100"};
  size_t prefix = std::min<size_t>(exponent / 3, std::size(kPrefixes) - 1);
  return (kDigits[exponent % 3] + " " + kPrefixes[prefix]).str();
}

void Roofline::writeGrid() {
  *out << "<g class='grid'>\n";
  auto writeLine = [&](double x1, double y1, double x2, double y2) {
    *out << "<path d='M" << number(x1) << " " << number(y1) << "L" << number(x2)
         << " " << number(y2) << "'/>\n";
  };
  int step = lastX - firstX > 14 ? 2 : 1;
  for (int exponent = firstX; exponent <= lastX; exponent += step) {
    double x = toX(std::exp2(exponent));
    writeLine(x, kTop, x, kBottom);
    writeText(x, kBottom + 16, "middle", toPowerOfTwo(exponent));
  }
  int firstTen = std::max(0, int(std::ceil(firstY * std::log10(2.0))));
  for (int ten = firstTen; ten <= lastY * std::log10(2.0); ++ten) {
    double y = toY(std::pow(10.0, ten));
    writeLine(kLeft, y, kRight, y);
    writeText(kLeft - 6, y + 4, "end", toPowerOfTen(ten));
  }
  *out << "</g>\n";
  writeText((kLeft + kRight) / 2, kBottom + 34, "middle",
            "operations for each byte of memory traffic");
  *out << "<text transform='translate(14 " << (kTop + kBottom) / 2
       << ") rotate(-90)' text-anchor='middle'>operations a second</text>\n";
}

/// The slope of a bandwidth, up to the peak where there is one.
void Roofline::writeRoof(double bandwidth, double peak, StringRef style,
                         const Twine &name) {
  double left = std::max(std::exp2(firstX), std::exp2(firstY) / bandwidth);
  double right = std::min(std::exp2(lastX), std::exp2(lastY) / bandwidth);
  double ridge = peak > 0 ? std::min(peak / bandwidth, right) : right;
  *out << "<path class='roof " << style << "' d='M" << number(toX(left)) << " "
       << number(toY(left * bandwidth)) << "L" << number(toX(ridge)) << " "
       << number(toY(ridge * bandwidth));
  if (peak > 0)
    *out << "L" << number(kRight) << " " << number(toY(peak));
  *out << "'><title>" << name << "</title></path>\n";
  if (peak > 0)
    return writeText(kRight, toY(peak) + 15, "end", name);
  // Below the line, where it is two thirds of the way up.
  double x = left * std::pow(ridge / left, 2. / 3);
  writeText(toX(x) + 12, toY(x * bandwidth) + 14, "start", name);
}

/// The shapes differ, too, for those who do not see the colours.
void Roofline::writeMark(Mark mark, double x, double y) {
  auto writePath = [&](StringRef style, StringRef path) {
    *out << "<path class='" << style << "' transform='translate(" << number(x)
         << " " << number(y) << ")' d='" << path << "'/>";
  };
  switch (mark) {
  case Mark::before:
    return writePath("mark before", "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z");
  case Mark::after:
    return writePath("mark after", "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z");
  case Mark::rows:
    return writePath("mark after", "M0 -7L7 0L0 7L-7 0Z");
  case Mark::measured:
    return writePath("mark measured", "M0 -7L6.5 5L-6.5 5Z");
  case Mark::program:
    return writePath("mark program", "M-5 -5L5 -5L5 5L-5 5Z");
  }
}

static StringRef toWords(Mark mark) {
  switch (mark) {
  case Mark::before:
    return "norm, before";
  case Mark::after:
    return "norm, after";
  case Mark::rows:
    return "row loop";
  case Mark::measured:
    return "norm, measured";
  case Mark::program:
    return "program, after";
  }
  llvm_unreachable("a mark of no kind");
}

/// Below 2^63, which a measured time of nearly nothing would pass.
static constexpr double kMostRate = 9e18;

/// "1, 2, 3 and 9 more".
static std::string toLabel(ArrayRef<size_t> norms) {
  constexpr size_t kMost = 4;
  if (norms.size() <= kMost)
    return toNumbers(norms);
  return toNumbers(norms.take_front(kMost - 1)) + " and " +
         std::to_string(norms.size() - kMost + 1) + " more";
}

/// Labels of what is before stand above the slope, the others below it; a row
/// loop has the numbers of its norms.
void Roofline::writePoints() {
  for (const Point &point : points) {
    double x = toX(point.intensity), y = toY(point.rate);
    *out << "<g>";
    writeMark(point.mark, x, y);
    *out << "<title>" << toWords(point.mark) << " " << toNumbers(point.norms)
         << ": " << llvm::format("%.3g", point.intensity)
         << " operations a byte, "
         << toCount(int64_t(std::min(point.rate, kMostRate)))
         << " a second</title></g>\n";
    bool isAbove = point.mark == Mark::before;
    if (!point.norms.empty() && point.mark != Mark::rows)
      writeText(x + (isAbove ? -9 : 9), y + (isAbove ? -5 : 13),
                isAbove ? "end" : "start", toLabel(point.norms));
  }
}

void Roofline::writeKey() {
  double x = kLeft;
  for (Mark mark :
       {Mark::before, Mark::after, Mark::rows, Mark::measured, Mark::program}) {
    if (llvm::none_of(points, [&](const Point &p) { return p.mark == mark; }))
      continue;
    writeMark(mark, x + 6, kBottom + 58);
    writeText(x + 18, kBottom + 62, "start", toWords(mark));
    x += 128;
  }
}

void Roofline::write(raw_ostream &os) {
  if (bandwidth <= 0 && copied <= 0)
    return;
  addPoints();
  if (points.empty())
    return;
  setRange();
  out = &os;
  os << "<h2 id='roofline'>Under the roof</h2>\n<figure class='panel'><svg "
        "class='roofline' viewBox='0 0 712 376' role='img'><title>Operations a "
        "second over operations for each byte</title>\n";
  writeGrid();
  if (copied > 0)
    writeRoof(copied, 0, "copied",
              "a copy, measured: " +
                  toText(llvm::format("%.4g", copied / 1e9)) + " GB/s");
  if (bandwidth > 0) {
    std::string name = report.target->name.str() + ": " +
                       toText(llvm::format("%.4g", bandwidth / 1e9)) + " GB/s";
    if (peak > 0)
      name +=
          ", " + toText(llvm::format("%.4g", peak / 1e12)) + " Tops/s on f32";
    writeRoof(bandwidth, peak, "", name);
    if (double matrix = report.target->matrixPeak; highest > peak && peak > 0)
      writeRoof(bandwidth, matrix, "matrix",
                toText(llvm::format("%.4g", matrix / 1e12)) +
                    " Tops/s on matrices of 16 bits");
  }
  writePoints();
  writeKey();
  os << "</svg><figcaption class='quiet'>No loop is above the roof: bandwidth "
        "on the slope, arithmetic on the level. Numbers are those of the "
        "norms.</figcaption></figure>\n";
}

void report::writeRoofline(const Report &report, raw_ostream &os) {
  Roofline(report).write(os);
}
