//===- Report.h - what a module's norms are and cost ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_REPORT_REPORT_H
#define NORM_REPORT_REPORT_H

#include "norm/Dialect/Norm/IR/NormDescription.h"
#include "norm/Target/Machines.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <map>
#include <string>
#include <vector>

namespace mlir::norm {

/// What loops do: how many there are, their arithmetic operations, and the
/// bytes that they read and write if each operand is read and each result is
/// written once by each loop.
struct LoopCost {
  int64_t loops = 0;
  int64_t operations = 0;
  int64_t bytes = 0;

  LoopCost &operator+=(const LoopCost &other);
};

/// A line of the user's program; `line` and `column` count from 1.
struct SourcePosition {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
  /// What stands there, where the file was read; UTF-8.
  std::string text;
};

/// A line of norm-bench that is of a norm of the program.
struct Measurement {
  int64_t threads = 0;
  /// Whether each call read memory, not caches.
  bool isCold = false;
  /// The least and the median of the samples, in seconds.
  double seconds = 0, medianSeconds = 0;
  /// What a call moved, and how long a copy of as many bytes took.
  int64_t bytes = 0;
  double copySeconds = 0;
};

/// One norm of a module, or the gradients of one.
struct ReportedNorm {
  NormKind kind = NormKind::rmsnorm;
  /// "dx", "dscale", "dbias": those that a backward op has; none for a norm.
  SmallVector<StringRef> gradients;
  /// The symbol of the function that it is in.
  std::string function;
  /// The positions of the ops that went into it, fills left out, in program
  /// order.
  SmallVector<SourcePosition> positions;
  /// ShapedType::kDynamic where it is not known.
  int64_t rowLength = 0;
  int64_t rowCount = 0;
  SmallVector<int64_t> dimensions;
  /// Element types of x and y, or of x and dx, and C. Without dx the second is
  /// that of the first gradient there is.
  Type inputType, resultType, computeType;
  /// NaN for a backward whose rstd has it.
  double epsilon = 0;
  EpsMode epsMode = EpsMode::inside;
  /// Element types; null where there is no scale or bias.
  Type scaleType, biasType;
  uint64_t scaleOffset = 0;
  /// Null where the normalized value is not rounded before the scale.
  Type scaleRounding;
  /// prmsnorm only.
  std::optional<int64_t> k;
  /// "statistic", "rstd", "mean": those that the op returns.
  SmallVector<StringRef> statistics;
  /// Elements of scale and bias.
  int64_t parameters = 0;
  /// Whether it was found in other ops; else the program has the norm op.
  bool isRaised = false;
  /// How many ops of which name went into it, and of which name the scalar
  /// arithmetic in their bodies is.
  std::map<std::string, unsigned> sourceOps, scalarOps;
  /// Whether an extent is dynamic, so that the costs are for an assumed one.
  bool isDynamic = false;
  LoopCost before, after;
  /// Its part of the program's predicted time; none without a target.
  std::optional<double> shareOfTime;
  /// The number of the row loop that norm-fuse-rows puts it into.
  std::optional<size_t> rowLoop;
  SmallVector<Measurement> measured;

  /// "rmsnorm", "rmsnorm_backward".
  std::string getKindName() const {
    return stringifyNormKind(kind).str() +
           (gradients.empty() ? "" : "_backward");
  }
};

/// A computation that looks like a norm and is none.
struct ReportedMiss {
  SmallVector<SourcePosition> positions;
  std::string reason;
};

/// A loop over rows, as norm-fuse-rows makes it of norms and their neighbours.
struct ReportedRowLoop {
  std::string function;
  /// Numbers of the norms in it, from 0.
  SmallVector<size_t> norms;
  /// The other ops that it took in, by name, and where they are.
  std::map<std::string, unsigned> neighbours;
  SmallVector<SourcePosition> positions;
  LoopCost cost;
};

/// A neighbour of a row loop that norm-fuse-rows left where it was.
struct ReportedOutsider {
  std::string op;
  SmallVector<SourcePosition> positions;
  std::string reason;
};

/// Elementwise fusion takes a time that grows with the square of the length of
/// a chain, or worse, so it runs on functions of at most as many loops.
constexpr int64_t kMostFusedLoops = 2000;

/// What became of a norm since an earlier report.
struct NormChange {
  enum Kind { same, changed, added, removed };
  Kind kind;
  /// Its numbers in the earlier report and in this one, from 0.
  std::optional<size_t> earlier, now;
  /// "rmsnorm in @main".
  std::string name;
  LoopCost earlierCost, nowCost;

  /// "same", "changed", "new", "gone".
  StringRef getKindName() const;
};

/// What changed since an earlier report.
struct ReportDifference {
  size_t earlierNorms = 0, earlierMisses = 0;
  /// The sums of the earlier report.
  LoopCost before, after, programBefore, programAfter;
  /// None of a report that has no row loops.
  std::optional<LoopCost> programFused;
  /// The norms of this report in order, and behind them those that are gone.
  std::vector<NormChange> changes;
  int64_t earlierExtent = 1;
};

/// What `norm-report` says about a module.
struct Report {
  /// In program order.
  std::vector<ReportedNorm> norms;
  std::vector<ReportedMiss> misses;
  /// Sums over the norms; a loop of two norms counts once.
  LoopCost before, after;
  /// Sums over all structured loops of the module: as it is, with its norms,
  /// and with its norms in row loops.
  LoopCost programBefore, programAfter, programFused;
  /// The time of the program with its norms on the target: for each loop the
  /// longer of bytes over bandwidth and operations over peak.
  std::optional<double> programSeconds;
  std::vector<ReportedRowLoop> rowLoops;
  std::vector<ReportedOutsider> outside;
  /// The functions whose loops were counted as the program has them, because
  /// they have more than elementwise fusion is run on.
  std::vector<std::string> unfusedFunctions;
  /// What dynamic extents were taken as.
  int64_t dynamicExtent = 1;
  std::optional<Machine> target;
  /// How many lines of measurements there were, and how many are of no norm of
  /// the program; none if no measurements were given.
  std::optional<size_t> measuredLines;
  size_t unmatchedLines = 0;
  /// Against an earlier report, where one was given.
  std::optional<ReportDifference> difference;
};

/// Reports on `module`, which is left as it is; failure, with a diagnostic,
/// only where an upstream pass fails on a clone of it. The dialects that
/// `norm-report` depends on have to be loaded.
FailureOr<Report> createReport(ModuleOp module, int64_t dynamicExtent = 1,
                               std::optional<Machine> target = std::nullopt);

/// Adds times that norm-bench measured, `lines` of its JSON, to the norms of
/// the same kind, type and shape. `name` is what an error calls the lines.
llvm::Error addMeasurements(Report &report, StringRef lines, StringRef name);

/// Compares with an earlier report, `json` of schema 1. `name` is what an error
/// calls it.
llvm::Error addDifference(Report &report, StringRef json, StringRef name);

/// Writes `report` as tables for people.
void printReport(const Report &report, raw_ostream &os);

/// Writes `report` as a JSON object with "schema": 1.
void printReportAsJSON(const Report &report, raw_ostream &os);

/// Writes `report` as an HTML page that needs nothing besides itself and is
/// well-formed XML, too.
void printReportAsHTML(const Report &report, raw_ostream &os);

} // namespace mlir::norm

#endif // NORM_REPORT_REPORT_H
