//===- SecondOpinion.cpp - checking a raise by evaluation -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/SecondOpinion.h"

#include "Check/Comparisons.h"
#include "Check/Fingerprint.h"
#include "Expr/Limits.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Whether the elements of the results of `op` follow from those of its
/// operands, without sums over many of them unless `withSums`.
static bool isElementwise(Operation *op, bool withSums) {
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.hasPureTensorSemantics() &&
           (withSums || structured.getNumReductionLoops() == 0);
  return isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp,
             tensor::ExtractSliceOp>(op) ||
         op->hasTrait<OpTrait::Elementwise>();
}

llvm::SetVector<Operation *>
mlir::norm::raise::getWiderOps(llvm::SetVector<Operation *> ops,
                               bool withSums) {
  size_t limit = ops.size() + kMaxWiderConeSize;
  for (size_t next = 0; next < ops.size(); ++next)
    for (Value operand : ops[next]->getOperands())
      if (Operation *producer = operand.getDefiningOp();
          producer && isa<RankedTensorType>(operand.getType()) &&
          ops.size() < limit && isElementwise(producer, withSums))
        ops.insert(producer);
  return ops;
}

StringRef mlir::norm::raise::describeVerdict(Verdict verdict) {
  switch (verdict) {
  case Verdict::Agrees:
    return "";
  case Verdict::Coarse:
    return "literals of 16 bits are too coarse to tell whether what they scale "
           "is a norm";
  case Verdict::Cancels:
    return "numbers in the statistic cancel, and for rows of small values "
           "rounding decides what is left";
  case Verdict::Disagrees:
    return "the evaluation of the program disagrees with the algebra: please "
           "report this program as a bug";
  case Verdict::Silent:
    return "no random row has a result that is a finite number, so the norm "
           "cannot be checked";
  case Verdict::TooLarge:
    return "checking the norm would take more numbers than are evaluated";
  }
  llvm_unreachable("a verdict");
}

/// What a relaxed raise says of a loss of range.
static std::string describe(const RangeLoss &range) {
  double ratio = std::max(range.ratio, range.smallRatio);
  return llvm::formatv(
      "range: squares of the norm leave f32 where those of the "
      "program are 2^{0} times further away{1}",
      std::llround(std::log2(ratio)),
      range.isWiderStatistic ? "; the program takes the statistic in f64" : "");
}

const Opinion &SecondOpinion::judge(const NormPlan &plan) {
  std::optional<std::string> fingerprint = getFingerprint(plan);
  if (!fingerprint)
    return last = evaluate(plan);
  auto [entry, isNew] = opinions.try_emplace(*fingerprint);
  if (isNew)
    entry->second = evaluate(plan);
  return entry->second;
}

Opinion SecondOpinion::evaluate(const NormPlan &plan) {
  Opinion opinion;
  if (llvm::is_contained(plan.root.staticExtents, 0))
    return opinion; // no element to disagree on
  // What the cone reads may be related; most often it need not be looked at.
  // And a row may be summed in parts, at other samples than the op's.
  llvm::SetVector<Operation *> ops = plan.cone.ops;
  std::optional<Verdict> verdict;
  auto agrees = [&](llvm::SetVector<Operation *> wider, int64_t maxSamples) {
    ops = std::move(wider);
    Verdict found =
        compareExactly(plan, ops, extentClasses, maxSamples, options.withField);
    // Rows of three dimensions and more have many samples.
    if (found == Verdict::TooLarge && maxSamples == kExactSamples)
      found = compareExactly(plan, ops, extentClasses, kTypedSamples,
                             options.withField);
    if (found == Verdict::Agrees || !verdict || *verdict == Verdict::Disagrees)
      verdict = found;
    return found == Verdict::Agrees;
  };
  bool isWhole = false;
  if (!agrees(plan.cone.ops, kExactSamples) &&
      !agrees(getWiderOps(plan.cone.ops, /*withSums=*/false), kExactSamples) &&
      !agrees(getWiderOps(plan.cone.ops, /*withSums=*/true), kExactSamples)) {
    isWhole = agrees(plan.cone.ops, kWholeRow) ||
              agrees(getWiderOps(plan.cone.ops, /*withSums=*/true), kWholeRow);
    if (!isWhole) {
      opinion.refusal = describeVerdict(*verdict);
      return opinion;
    }
  }
  std::optional<PlanTape> at;
  SmallVector<int64_t> samples = {kTypedSamples, kExactSamples};
  if (isWhole)
    samples = {kWholeRow};
  for (int64_t maxSamples : samples) {
    at = makePlanTape(plan, ops, extentClasses, /*number=*/0, maxSamples);
    opinion.refusal = at ? "" : describeVerdict(Verdict::TooLarge).str();
    if (at)
      compareAtEdges(plan, *at, options.isStrict, opinion);
    if (opinion.refusal.empty())
      break;
  }
  if (!opinion.refusal.empty())
    return opinion;
  opinion.range = compareRanges(plan, *at);
  if (!opinion.range.isNone())
    opinion.notes.push_back(describe(opinion.range));
  if (options.isStrict && !opinion.range.isNone())
    opinion.refusal =
        "strict: rows at the ends of the range are right in the program, and "
        "their squares are out of range in the norm";
  return opinion;
}

/// The ops by which `value` follows from `input`, or, without one, from what
/// both follow from. Norms, which the raise has made, are looked into.
static llvm::SetVector<Operation *> getOpsBehind(Value value, Value input) {
  llvm::SetVector<Operation *> ops;
  SmallVector<Value> todo = {value};
  while (!todo.empty() && ops.size() < kMaxWiderConeSize) {
    Value next = todo.pop_back_val();
    Operation *producer = next.getDefiningOp();
    if (next != input && producer && isa<RankedTensorType>(next.getType()) &&
        (isElementwise(producer, /*withSums=*/true) ||
         isa<NormOpInterface>(producer)) &&
        ops.insert(producer))
      llvm::append_range(todo, producer->getOperands());
  }
  return ops;
}

bool SecondOpinion::agrees(const NormPlan &plan, const StatisticUse &use) {
  if (llvm::is_contained(plan.root.staticExtents, 0))
    return true;
  NormPlan again = plan;
  again.root.owner = nullptr;
  again.statistics = {use};
  for (std::optional<Witness> *operand :
       {&again.scale, &again.bias, &again.gate, &again.rest})
    operand->reset();
  // Most often the input need not be looked behind.
  auto agreesBy = [&](const llvm::SetVector<Operation *> &ops) {
    return compareExactly(again, ops, extentClasses, kExactSamples,
                          options.withField) == Verdict::Agrees;
  };
  llvm::SetVector<Operation *> ops = getOpsBehind(use.value, plan.input.value);
  if (!agreesBy(ops)) {
    ops = getOpsBehind(use.value, /*input=*/nullptr);
    if (!agreesBy(ops))
      return false;
  }
  std::optional<PlanTape> at = makePlanTape(again, ops, extentClasses,
                                            /*number=*/0, kTypedSamples);
  Opinion opinion;
  if (at)
    compareAtEdges(again, *at, options.isStrict, opinion);
  return at && opinion.refusal.empty();
}
