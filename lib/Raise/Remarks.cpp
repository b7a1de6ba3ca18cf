//===- Remarks.cpp - what a raise tells its user --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"

#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// The place in a file that `loc` names first, where it names one: what is
/// written to a file knows no other locations.
static Location getFileLocation(Location loc) {
  if (auto file = loc->findInstanceOf<FileLineColLoc>())
    return file;
  return loc;
}

static remark::RemarkOpts getOptions(StringRef name) {
  return remark::RemarkOpts::name(name).category("norm-raise");
}

static void emitMissed(const NearMiss &miss) {
  remark::missed(getFileLocation(miss.loc), getOptions("not-raised"))
      << remark::reason("{0}", miss.reason);
}

template <typename RaisedTy> static void emitPassed(const RaisedTy &raised) {
  remark::passed(getFileLocation(raised.loc), getOptions("raised"))
      << ("raised to " + raised.name).str()
      << remark::metric("range", raised.range)
      << remark::metric("roundings", raised.roundings);
}

template <typename RaisedTy> static void emitNotes(const RaisedTy &raised) {
  for (const std::string &note : raised.notes)
    remark::analysis(getFileLocation(raised.loc), getOptions("opinion"))
        << note;
}

static void emitRaised(const RaisedBackward &gradient) {
  emitPassed(gradient);
  emitNotes(gradient);
}

static void emitRaised(const RaisedNorm &norm) {
  emitPassed(norm);
  Location loc = getFileLocation(norm.loc);
  if (!norm.otherDivisor.empty())
    remark::analysis(loc, getOptions("divisor")) << norm.otherDivisor;
  if (norm.readsMaskAsSlice)
    remark::analysis(loc, getOptions("mask"))
        << "a product with a mask is taken for a slice: NaN and infinities of "
           "the elements beyond it do not reach the statistic";
  emitNotes(norm);
}

/// What was raised and what was not, in program order.
template <typename RaisedTy>
static void emitInOrder(ArrayRef<RaisedTy> raised, ArrayRef<NearMiss> misses) {
  size_t next = 0;
  auto emitUpTo = [&](size_t end) {
    for (; next < end; ++next)
      emitRaised(raised[next]);
  };
  for (const NearMiss &miss : misses) {
    emitUpTo(miss.raisedBefore);
    emitMissed(miss);
  }
  emitUpTo(raised.size());
}

void RaiseReport::emitRemarks() const {
  emitInOrder<RaisedBackward>(backwards, backwardMisses);
  emitInOrder<RaisedNorm>(norms, misses);
}

SmallVector<NearMiss>
mlir::norm::raise::chooseMisses(SmallVector<NearMiss> misses,
                                const llvm::DenseSet<ExprRef> &raisedBases) {
  llvm::DenseMap<ExprRef, size_t> chosen;
  for (auto [position, miss] : llvm::enumerate(misses)) {
    if (!miss.base)
      continue;
    auto [entry, isNew] = chosen.try_emplace(miss.base, position);
    if (!isNew && misses[entry->second].stage < miss.stage)
      entry->second = position;
  }
  SmallVector<NearMiss> result;
  for (auto [position, miss] : llvm::enumerate(misses))
    if (!miss.base ||
        (!raisedBases.contains(miss.base) && chosen.at(miss.base) == position))
      result.push_back(std::move(miss));
  return result;
}
