//===- Words.cpp - figures of a report in words ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Words.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

std::string report::toExtent(int64_t extent) {
  return ShapedType::isDynamic(extent) ? "?" : std::to_string(extent);
}

std::string report::toCount(int64_t number) {
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

std::string report::toBytes(int64_t bytes) {
  std::string count = toCount(bytes);
  return StringRef(count).contains(' ') ? count + "B" : count + " B";
}

std::string report::toLine(const SourcePosition &position) {
  return (llvm::sys::path::filename(position.file) + ":" + Twine(position.line))
      .str();
}

std::string report::toPlace(ArrayRef<SourcePosition> positions) {
  if (positions.empty())
    return "?";
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

std::string report::toTypes(const ReportedNorm &norm) {
  std::string text = toText(norm.inputType);
  if (norm.resultType != norm.inputType)
    text += " to " + toText(norm.resultType);
  return text + " in " + toText(norm.computeType);
}

std::string report::toEpsilon(const ReportedNorm &norm) {
  if (std::isnan(norm.epsilon))
    return "-";
  return toText(llvm::format("%.6g", norm.epsilon)) + " " +
         stringifyEpsMode(norm.epsMode).str();
}

std::string report::toScale(const ReportedNorm &norm) {
  if (!norm.scaleType)
    return "-";
  std::string text = norm.scaleOffset ? "1 + " : "";
  text += toText(norm.scaleType);
  if (norm.scaleRounding)
    text += " of " + toText(norm.scaleRounding);
  return text;
}

std::string report::toList(const std::map<std::string, unsigned> &counts) {
  return llvm::join(llvm::map_range(counts,
                                    [](const auto &entry) {
                                      return std::to_string(entry.second) +
                                             " " + entry.first;
                                    }),
                    ", ");
}

std::string report::toSources(const ReportedNorm &norm) {
  if (!norm.isRaised) {
    // A fused location says from how many ops it was raised.
    std::string text = "a norm op of the program";
    if (norm.positions.size() > 1)
      text +=
          ", fused from " + std::to_string(norm.positions.size()) + " places";
    return text;
  }
  unsigned count = 0;
  for (const auto &entry : norm.sourceOps)
    count += entry.second;
  return std::to_string(count) + (count == 1 ? " op: " : " ops: ") +
         toList(norm.sourceOps);
}

std::string report::toRatio(const LoopCost &before, const LoopCost &after) {
  if (!before.bytes || !after.bytes)
    return "-";
  return toText(llvm::format("%.2f", double(before.bytes) / after.bytes));
}

std::string report::toPercent(double share) {
  return toText(
      llvm::format(share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share));
}

std::string report::toShare(const LoopCost &part, const LoopCost &whole) {
  return whole.bytes ? toPercent(double(part.bytes) / double(whole.bytes))
                     : "-";
}

std::string report::toChange(int64_t earlier, int64_t now) {
  if (earlier == now)
    return "same";
  if (!earlier)
    return "new";
  double ratio = double(now) / double(earlier);
  if (ratio >= 10)
    return toCount(std::llround(ratio)) + " times";
  return toText(llvm::format("%+.1f %%", 100 * (ratio - 1)));
}

std::string report::toMicroseconds(double seconds) {
  double number = 1e6 * seconds;
  return toText(llvm::format(number < 999.5 ? "%.3g" : "%.0f", number));
}

std::string report::toMicroseconds(const LoopCost &cost,
                                   const Machine &target) {
  return toMicroseconds(double(cost.bytes) / target.bandwidth);
}

SmallVector<std::string> report::toMeasuredCells(const Report &report,
                                                 const ReportedNorm &norm,
                                                 const Measurement &measured) {
  return {std::to_string(measured.threads),
          measured.isCold ? "memory" : "caches",
          report.target ? toMicroseconds(norm.after, *report.target) : "-",
          toMicroseconds(measured.copySeconds),
          toMicroseconds(measured.seconds),
          toMicroseconds(measured.medianSeconds),
          toPercent(measured.copySeconds / measured.seconds)};
}
