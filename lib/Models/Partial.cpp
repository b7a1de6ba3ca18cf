//===- Partial.cpp - the pass norm-partial --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Partial.h"

#include "norm/Models/Instrument.h"
#include "norm/Models/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMPARTIAL
#include "norm/Models/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Six digits.
static std::string formatChange(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.6g", value);
  return text;
}

std::string norm::getPartialObstacle(NormOpInterface op,
                                     const NormProfile &profile,
                                     double threshold) {
  for (Value statistic : {op.getStatistic(), op.getRstd()})
    if (statistic && !statistic.use_empty())
      return "its statistics are used, as by a gradient";
  if (profile.rows == 0)
    return "no row was measured";
  if (profile.change.count != profile.rows)
    return llvm::formatv("{0} of {1} rows have no relative change: they or "
                         "their squares are not finite, or 0",
                         profile.rows - profile.change.count, profile.rows);
  if (profile.change.largest > threshold)
    return llvm::formatv("the largest change of {0} rows is {1}, more than "
                         "{2}",
                         profile.rows, formatChange(profile.change.largest),
                         formatChange(threshold));
  return "";
}

void norm::makePartial(RewriterBase &rewriter, NormOpInterface op, int64_t k) {
  NormDescription description = NormDescription::get(op);
  description.kind = NormKind::prmsnorm;
  description.k = k;
  rewriter.setInsertionPoint(op);
  NormOpInterface partial = description.create(rewriter, op.getLoc());
  rewriter.replaceOp(op, partial->getResults());
}

static remark::RemarkOpts getPartialOptions(StringRef name) {
  return remark::RemarkOpts::name(name).category("norm-partial");
}

static void emitMissed(Operation *op, const std::string &reason) {
  remark::missed(op->getLoc(), getPartialOptions("not-partial"))
      << remark::reason("{0}", reason);
}

static void emitPassed(Operation *op, const NormProfile &profile) {
  std::string text = llvm::formatv(
      "the statistic is taken from {0} of {1} elements, which "
      "changed no row of {2} by more than {3}",
      profile.k, profile.rowLength, profile.rows, profile.change.largest);
  remark::passed(op->getLoc(), getPartialOptions("partial"))
      << text << remark::metric("k", profile.k)
      << remark::metric("rows", profile.rows)
      << remark::metric("largest", profile.change.largest)
      << remark::metric("mean", profile.change.getMean());
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Whether `profile` has the norms of `norms`, in this order.
static bool fits(ArrayRef<NormProfile> profile,
                 ArrayRef<NormOpInterface> norms) {
  return llvm::equal(profile, norms,
                     [](const NormProfile &measured, NormOpInterface op) {
                       NormDescription description = NormDescription::get(op);
                       return measured.kind == description.kind &&
                              measured.rowLength == op.getRowLength();
                     });
}

namespace {
struct NormPartial : norm::impl::NormPartialBase<NormPartial> {
  using NormPartialBase::NormPartialBase;

  void runOnOperation() override {
    if (!(threshold > 0.0 && threshold <= 1.0))
      return fail("expected threshold to be above 0 and at most 1, got " +
                  formatChange(threshold));
    if (profile.empty())
      return fail("expected profile to name a file of norm-run --instrument");
    auto measured = readProfile(profile);
    if (!measured)
      return fail(llvm::toString(measured.takeError()));
    ModuleOp module = getOperation();
    auto entry = module.lookupSymbol<func::FuncOp>(measured->entry);
    SmallVector<NormOpInterface> norms;
    if (entry)
      norms = getWatchedNorms(entry);
    if (measured->program != getFingerprint(module) ||
        !fits(measured->norms, norms))
      return fail("the profile '" + profile +
                  "' is of another program, or of the same after other passes: "
                  "it has to be measured again");
    apply(module, norms, measured->norms);
  }

  void fail(const Twine &message) {
    emitError(getOperation().getLoc()) << message;
    signalPassFailure();
  }

  void apply(ModuleOp module, ArrayRef<NormOpInterface> watched,
             ArrayRef<NormProfile> measured) {
    SmallVector<NormOpInterface> norms;
    module.walk([&](NormOpInterface op) { norms.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (NormOpInterface op : norms) {
      if (!isa<RMSNormOp>(op))
        continue;
      auto *found = llvm::find(watched, op);
      if (found == watched.end()) {
        emitMissed(op, "the profile does not have it");
        continue;
      }
      const NormProfile &norm = measured[found - watched.begin()];
      std::string obstacle = getPartialObstacle(op, norm, threshold);
      if (!obstacle.empty()) {
        emitMissed(op, obstacle);
        continue;
      }
      emitPassed(op, norm);
      makePartial(rewriter, op, norm.k);
    }
  }
};
} // namespace
