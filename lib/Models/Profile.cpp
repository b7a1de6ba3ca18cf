//===- Profile.cpp - what the rows of norms were --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Profile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_sha1_ostream.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;

/// How far a number is from that of the first call, in RMS of that.
static double getDrift(double value, double first, double rms) {
  double distance = std::abs(value - first);
  return distance == 0.0 ? 0.0 : distance / rms;
}

double NormProfile::measure(LimitKind kind, const RowTallies &call) const {
  switch (kind) {
  case LimitKind::nanRows:
    return call.nanRows;
  case LimitKind::infiniteRows:
    return call.infiniteRows;
  case LimitKind::overflowingRows:
    return call.overflowingRows;
  case LimitKind::undefinedRows:
    return call.undefinedRows;
  case LimitKind::rowMean:
    return call.mean.largest;
  case LimitKind::rms:
    return call.rms.largest;
  case LimitKind::ratio:
    return call.ratio.largest;
  case LimitKind::change:
    return call.change.largest;
  case LimitKind::meanDrift:
    return getDrift(call.mean.getMean(), firstMean, firstRms);
  case LimitKind::rmsDrift:
    return getDrift(call.rms.getMean(), firstRms, firstRms);
  }
  llvm_unreachable("all kinds are listed");
}

void NormProfile::addCall(const RowTallies &call, ArrayRef<Limit> limits) {
  ++calls;
  merge(call);
  bool hasDrift = llvm::any_of(
      limits, [](const Limit &limit) { return isDrift(limit.kind); });
  // The first call that has rows to compare with.
  if (hasDrift && firstRms == 0.0) {
    firstMean = call.mean.getMean();
    firstRms = call.rms.getMean();
  }
  for (const Limit &limit : limits) {
    if (isDrift(limit.kind) && call.rms.count == 0)
      continue;
    double value = measure(limit.kind, call);
    if (value <= limit.atMost)
      continue;
    auto known = llvm::find_if(excesses, [&](const Excess &excess) {
      return excess.limit.kind == limit.kind;
    });
    if (known == excesses.end())
      excesses.push_back({limit, value, calls, 1});
    else
      ++known->callCount;
  }
}

std::string norm::getFingerprint(ModuleOp module) {
  llvm::raw_sha1_ostream os;
  module->print(os, OpPrintingFlags().enableDebugInfo(false));
  return llvm::toHex(os.sha1(), /*LowerCase=*/true);
}
