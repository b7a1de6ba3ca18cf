//===- ProfileWords.cpp - profiles in sentences ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Profile.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;

static std::string toDigits(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.3g", value);
  return text;
}

/// "1", "123456", "1.2 G".
static std::string toCount(int64_t count) {
  static constexpr std::pair<double, char> kUnits[] = {
      {1e12, 'T'}, {1e9, 'G'}, {1e6, 'M'}};
  for (auto [unit, letter] : kUnits)
    if (count >= unit)
      return toDigits(count / unit) + " " + letter;
  return std::to_string(count);
}

std::string norm::getNameAndPlace(const WatchedNorm &norm) {
  if (norm.name.empty() && norm.location.empty())
    return "a " + stringifyNormKind(norm.kind).str() + " of rows of " +
           std::to_string(norm.rowLength);
  if (norm.name.empty() || norm.location.empty())
    return norm.name + norm.location;
  return norm.name + " (" + norm.location + ")";
}

static StringRef toTitle(NormKind kind) {
  switch (kind) {
  case NormKind::rmsnorm:
    return "RMSNorm";
  case NormKind::prmsnorm:
    return "partial RMSNorm";
  case NormKind::layernorm:
    return "LayerNorm";
  }
  llvm_unreachable("all kinds are listed");
}

/// What it would become, and how much its rows would change.
static void writeChange(const NormProfile &norm, raw_ostream &os) {
  os << "this " << toTitle(norm.kind);
  if (norm.change.count == 0) {
    os << " has no row with a relative change (of " << toCount(norm.rows)
       << ")";
    return;
  }
  if (norm.isCentred())
    os << " may become RMSNorm";
  else if (norm.kind == NormKind::rmsnorm)
    os << " may take its statistic from " << norm.k << " of " << norm.rowLength
       << " elements";
  else
    os << ", over " << norm.k << " of " << norm.rowLength
       << " elements, differs from RMSNorm";
  os << (norm.kind == NormKind::prmsnorm ? " by" : " at")
     << " a relative change of " << toDigits(norm.change.largest)
     << " (largest of " << toCount(norm.rows) << " rows, mean "
     << toDigits(norm.change.getMean()) << ")";
}

/// "; 2 rows have NaN" of those that there are.
static void writeRows(const NormProfile &norm, raw_ostream &os) {
  auto write = [&](int64_t count, StringRef one, StringRef many) {
    if (count)
      os << "; " << toCount(count) << (count == 1 ? " row " : " rows ")
         << (count == 1 ? one : many);
  };
  write(norm.nanRows, "has NaN", "have NaN");
  write(norm.infiniteRows, "has infinity", "have infinity");
  write(norm.overflowingRows, "has squares that leave the range",
        "have squares that leave the range");
  write(norm.undefinedRows, "has no relative change",
        "have no relative change");
}

static void writeExcess(const NormProfile &norm, const Excess &excess,
                        raw_ostream &os) {
  os << getNameAndPlace(norm) << ": call " << excess.call << ": "
     << stringifyLimitKind(excess.limit.kind) << " of "
     << toDigits(excess.value) << ", more than "
     << toDigits(excess.limit.atMost);
  if (excess.callCount > 1)
    os << ", and so in " << excess.callCount << " of " << norm.calls
       << " calls";
}

std::string norm::describeExcesses(const Profile &profile) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (const NormProfile &norm : profile.norms)
    for (const Excess &excess : norm.excesses) {
      if (!text.empty())
        os << "\n";
      writeExcess(norm, excess, os);
    }
  return text;
}

std::string norm::toSentence(const NormProfile &norm) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeChange(norm, os);
  writeRows(norm, os);
  return text;
}

std::string norm::toWords(const Profile &profile) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (const NormProfile &norm : profile.norms)
    os << getNameAndPlace(norm) << ": " << toSentence(norm) << "\n";
  for (const NormProfile &norm : profile.norms)
    for (const Excess &excess : norm.excesses) {
      os << "limit exceeded: ";
      writeExcess(norm, excess, os);
      os << "\n";
    }
  for (const std::string &reason : profile.missed)
    os << "not measured: " << reason << "\n";
  return text;
}
