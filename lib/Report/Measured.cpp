//===- Measured.cpp - times of norm-bench beside predicted ones -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Report/Report.h"

#include "ReadJson.h"
#include "Words.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

namespace {
/// A line of norm-bench --json, as far as it is read.
struct BenchLine {
  int64_t schema = 0;
  std::string op, type;
  int64_t rows = 0, columns = 0;
  std::optional<int64_t> k;
  std::optional<std::vector<std::string>> outputs;
  Measurement measured;
};
} // namespace

/// What no machine takes or moves, in s or GB/s: numbers beyond make nonsense
/// of what is computed from them.
static constexpr double kLeast = 1e-12, kMost = 1e15;

static bool readPositive(llvm::json::ObjectMapper &mapper, StringLiteral key,
                         double &number, llvm::json::Path path) {
  if (!mapper.map(key, number))
    return false;
  if (number >= kLeast && number <= kMost)
    return true;
  path.field(key).report("expected a number from 1e-12 to 1e15");
  return false;
}

// Where LLVM's JSON looks for it: in the namespace of its argument.
// NOLINTBEGIN(llvm-prefer-static-over-anonymous-namespace)
namespace {
bool fromJSON(const llvm::json::Value &value, BenchLine &line,
              llvm::json::Path path) {
  llvm::json::ObjectMapper mapper(value, path);
  double gigabytes = 0;
  if (!mapper || !mapper.map("schema", line.schema) ||
      !mapper.map("op", line.op) || !mapper.map("dtype", line.type) ||
      !mapper.map("rows", line.rows) || !mapper.map("cols", line.columns) ||
      !mapper.mapOptional("k", line.k) ||
      !mapper.mapOptional("outputs", line.outputs) ||
      !mapper.map("threads", line.measured.threads) ||
      !mapper.map("cold", line.measured.isCold) ||
      !mapper.map("bytes", line.measured.bytes) ||
      !readPositive(mapper, "seconds", line.measured.seconds, path) ||
      !readPositive(mapper, "median_seconds", line.measured.medianSeconds,
                    path) ||
      !readPositive(mapper, "copy_gb_per_s", gigabytes, path))
    return false;
  if (line.measured.bytes < 1) {
    path.field("bytes").report("expected at least 1");
    return false;
  }
  line.measured.copySeconds = line.measured.bytes / (gigabytes * 1e9);
  return true;
}
} // namespace
// NOLINTEND(llvm-prefer-static-over-anonymous-namespace)

/// Whether `line` is of the kind, type, shape and results of `norm`.
static bool isOf(const BenchLine &line, const ReportedNorm &norm) {
  std::string op = norm.getKindName();
  llvm::replace(op, '_', '-');
  if (line.op != op || line.type != toText(norm.inputType) ||
      line.rows != norm.rowCount || line.columns != norm.rowLength)
    return false;
  if (norm.k && line.k != norm.k)
    return false;
  return norm.gradients.empty() ||
         (line.outputs && llvm::equal(*line.outputs, norm.gradients));
}

llvm::Error norm::addMeasurements(Report &report, StringRef lines,
                                  StringRef name) {
  size_t count = 0, number = 0;
  for (StringRef text : llvm::split(lines, '\n')) {
    ++number;
    if (text.trim().empty())
      continue;
    auto line = parseJSON<BenchLine>(text, (name + ":" + Twine(number)).str(),
                                     "a line of norm-bench");
    if (!line)
      return line.takeError();
    ++count;
    bool isMatched = false;
    for (ReportedNorm &norm : report.norms) {
      if (!isOf(*line, norm))
        continue;
      norm.measured.push_back(line->measured);
      isMatched = true;
    }
    report.unmatchedLines += !isMatched;
  }
  report.measuredLines = count;
  return llvm::Error::success();
}
