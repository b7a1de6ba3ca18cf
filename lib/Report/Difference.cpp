//===- Difference.cpp - what changed since an earlier report --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Norms have no names. A norm of the earlier report is the first one of this
// report, in order, that has the same kind, function, shape and types; of what
// is left, the first in the same function with as many rows of the same length:
// a layernorm, say, that has become an rmsnorm. The others are new or gone.
//
//===----------------------------------------------------------------------===//

#include "ReadJson.h"
#include "Words.h"
#include "norm/Support/InputFiles.h"

#include <map>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

llvm::Expected<llvm::json::Value>
report::parseJSONText(StringRef text, StringRef name, StringRef what) {
  auto fail = [&](const Twine &why) {
    return llvm::createStringError("expected " + what + ", " + name + " " +
                                   why);
  };
  if (findDeepNesting(text, kMaxJSONNesting))
    return fail("has brackets more than " + Twine(kMaxJSONNesting) + " deep");
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value)
    return fail("is no JSON: " + llvm::toString(value.takeError()));
  return value;
}

namespace {
/// A norm of an earlier report, as far as it is compared.
struct EarlierNorm {
  std::string kind, function, storageType, computeType;
  std::optional<int64_t> rows, length, k;
  LoopCost after;

  std::string getName() const { return kind + " in @" + function; }
};

/// Costs of a part of an earlier report.
struct EarlierTotals {
  LoopCost before, after;
  std::optional<LoopCost> fused;
};

/// An earlier report, as far as it is compared.
struct EarlierReport {
  int64_t schema = 0, dynamicExtent = 0;
  std::vector<EarlierNorm> norms;
  size_t missed = 0;
  EarlierTotals totals, program;
};
} // namespace

/// A number of loops, operations or bytes; nothing that adds up to more than
/// 64 bits hold.
static bool readCount(llvm::json::ObjectMapper &mapper, StringLiteral key,
                      int64_t &number, llvm::json::Path path) {
  if (!mapper.map(key, number))
    return false;
  if (number >= 0)
    return true;
  path.field(key).report("expected at least 0");
  return false;
}

namespace mlir::norm {
static bool fromJSON(const llvm::json::Value &value, LoopCost &cost,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper mapper(value, path);
  return mapper && readCount(mapper, "loops", cost.loops, path) &&
         readCount(mapper, "operations", cost.operations, path) &&
         readCount(mapper, "bytes", cost.bytes, path);
}
} // namespace mlir::norm

// Where LLVM's JSON looks for them: in the namespace of their arguments.
// NOLINTBEGIN(llvm-prefer-static-over-anonymous-namespace)
namespace {
bool fromJSON(const llvm::json::Value &value, EarlierNorm &norm,
              llvm::json::Path path) {
  llvm::json::ObjectMapper mapper(value, path);
  return mapper && mapper.map("kind", norm.kind) &&
         mapper.map("function", norm.function) &&
         mapper.map("storage_type", norm.storageType) &&
         mapper.map("compute_type", norm.computeType) &&
         mapper.map("row_count", norm.rows) &&
         mapper.map("row_length", norm.length) && mapper.map("k", norm.k) &&
         mapper.map("after", norm.after);
}

bool fromJSON(const llvm::json::Value &value, EarlierTotals &totals,
              llvm::json::Path path) {
  llvm::json::ObjectMapper mapper(value, path);
  return mapper && mapper.map("before", totals.before) &&
         mapper.map("after", totals.after) &&
         mapper.mapOptional("fused", totals.fused);
}

bool fromJSON(const llvm::json::Value &value, EarlierReport &report,
              llvm::json::Path path) {
  llvm::json::ObjectMapper mapper(value, path);
  if (!mapper || !mapper.map("schema", report.schema) ||
      !mapper.map("dynamic_extent", report.dynamicExtent) ||
      !mapper.map("norms", report.norms) ||
      !mapper.map("totals", report.totals) ||
      !mapper.map("program", report.program))
    return false;
  const llvm::json::Array *missed = value.getAsObject()->getArray("missed");
  if (!missed) {
    path.field("missed").report("expected array");
    return false;
  }
  report.missed = missed->size();
  return true;
}
} // namespace
// NOLINTEND(llvm-prefer-static-over-anonymous-namespace)

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

StringRef NormChange::getKindName() const {
  static constexpr StringLiteral kNames[] = {"same", "changed", "new", "gone"};
  return kNames[kind];
}

/// A norm of this report with the fields that one of an earlier report has.
static EarlierNorm toEarlier(const ReportedNorm &norm) {
  auto toExtent = [](int64_t extent) {
    return ShapedType::isDynamic(extent) ? std::nullopt : std::optional(extent);
  };
  return {norm.getKindName(),
          norm.function,
          toText(norm.inputType),
          toText(norm.computeType),
          toExtent(norm.rowCount),
          toExtent(norm.rowLength),
          norm.k,
          norm.after};
}

static bool haveSameShape(const EarlierNorm &lhs, const EarlierNorm &rhs) {
  return std::tie(lhs.function, lhs.rows, lhs.length) ==
         std::tie(rhs.function, rhs.rows, rhs.length);
}

static bool areSameNorm(const EarlierNorm &lhs, const EarlierNorm &rhs) {
  return haveSameShape(lhs, rhs) &&
         std::tie(lhs.kind, lhs.storageType, lhs.computeType, lhs.k) ==
             std::tie(rhs.kind, rhs.storageType, rhs.computeType, rhs.k);
}

static bool haveSameCost(const LoopCost &lhs, const LoopCost &rhs) {
  return std::tie(lhs.loops, lhs.operations, lhs.bytes) ==
         std::tie(rhs.loops, rhs.operations, rhs.bytes);
}

/// For each norm of `now` the number of that of `earlier` which it is.
static SmallVector<std::optional<size_t>>
matchNorms(ArrayRef<EarlierNorm> earlier, ArrayRef<EarlierNorm> now) {
  SmallVector<std::optional<size_t>> matches(now.size());
  SmallVector<bool> isTaken(earlier.size());
  for (auto areAlike : {areSameNorm, haveSameShape})
    for (auto [norm, match] : llvm::zip(now, matches))
      for (size_t i = 0; i < earlier.size() && !match; ++i)
        if (!isTaken[i] && areAlike(earlier[i], norm)) {
          match = i;
          isTaken[i] = true;
        }
  return matches;
}

llvm::Error norm::addDifference(Report &report, StringRef json,
                                StringRef name) {
  auto earlier = parseJSON<EarlierReport>(json, name,
                                          "a report of norm-report "
                                          "with format=json");
  if (!earlier)
    return earlier.takeError();
  ReportDifference difference;
  difference.earlierNorms = earlier->norms.size();
  difference.earlierMisses = earlier->missed;
  difference.before = earlier->totals.before;
  difference.after = earlier->totals.after;
  difference.programBefore = earlier->program.before;
  difference.programAfter = earlier->program.after;
  difference.programFused = earlier->program.fused;
  difference.earlierExtent = earlier->dynamicExtent;

  SmallVector<EarlierNorm> now = llvm::map_to_vector(report.norms, toEarlier);
  SmallVector<std::optional<size_t>> matches = matchNorms(earlier->norms, now);
  for (auto [index, norm] : llvm::enumerate(now)) {
    NormChange change{
        NormChange::added, matches[index], index, norm.getName(), {},
        norm.after};
    if (std::optional<size_t> match = matches[index]) {
      const EarlierNorm &old = earlier->norms[*match];
      change.earlierCost = old.after;
      bool isSame =
          areSameNorm(old, norm) && haveSameCost(old.after, norm.after);
      change.kind = isSame ? NormChange::same : NormChange::changed;
      if (old.kind != norm.kind)
        change.name = old.kind + " to " + change.name;
    }
    difference.changes.push_back(std::move(change));
  }
  for (auto [index, norm] : llvm::enumerate(earlier->norms))
    if (!llvm::is_contained(matches, index))
      difference.changes.push_back({NormChange::removed,
                                    index,
                                    std::nullopt,
                                    norm.getName(),
                                    norm.after,
                                    {}});
  report.difference = std::move(difference);
  return llvm::Error::success();
}
