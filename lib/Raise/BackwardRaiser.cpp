//===- BackwardRaiser.cpp - finding and raising gradients -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every value that is a sum of products is solved. From the first one that is a
// gradient those that are computed from it are solved, too: with the mean of
// the gradient it is that of a layernorm, and a residual gradient may be added.
// The last one that a plan is found for is the root. Where functions are read
// more than once (SharedFunctions.h), what is left is looked at a second time,
// with these as values.
//
//===----------------------------------------------------------------------===//

#include "BackwardRaiser.h"

#include "Check/BackwardOpinion.h"
#include "Check/BackwardOps.h"
#include "Check/Fingerprint.h"
#include "Expr/Unify.h"
#include "Match/OddGradient.h"
#include "Plan/BackwardPlanner.h"
#include "Plan/LiveUsers.h"
#include "Points.h"
#include "Read/Placements.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// The stage of a gradient that was refused: further than all that are none.
static constexpr unsigned kRefusedGradient = ~0u;

std::optional<BackwardRaiser::SolvedPoint>
BackwardRaiser::solve(Value value, Operation *owner) {
  Type element = getElementTypeOrSelf(value.getType());
  if (!isa<FloatType>(element))
    return std::nullopt;
  ExprRef root = reader.readRoot(value);
  if (root->kind == Expr::Kind::Round && root->type == element)
    root = root->operands.front();
  if (isSecondLook && failed.contains(root))
    return std::nullopt;
  if (!mayBeGradient(root)) {
    ExprRef power = nullptr;
    std::string reason = describeOddReduction(context, root, power);
    if (!reason.empty())
      misses.add({value.getLoc(), reason, 0, power, raised.size(), owner});
    failed.insert(root);
    return std::nullopt;
  }
  std::optional<SmallVector<ExprRef>> extents = reader.getSpace(owner);
  if (!extents)
    return std::nullopt;
  BackwardOutcome outcome = matchBackward(context, root, *extents);
  if (explain && (outcome.match || !outcome.reason.empty()))
    *explain << value.getLoc() << ": " << toString(root) << "\n  is "
             << (outcome.match ? toString(*outcome.match)
                               : "no gradient of a norm: " + outcome.reason)
             << "\n";
  if (!outcome.match) {
    if (!outcome.reason.empty())
      misses.add({value.getLoc(), outcome.reason, 0, outcome.power,
                  raised.size(), owner});
    failed.insert(root);
    return std::nullopt;
  }
  SolvedPoint solved = {{value, owner, std::move(*extents), {}},
                        *outcome.match};
  for (ExprRef extent : solved.point.extents)
    solved.point.staticExtents.push_back(extent->isConstant()
                                             ? int64_t(extent->constant.value)
                                             : ShapedType::kDynamic);
  return solved;
}

/// The points of the same norm that are computed from `start`, in program
/// order. Of mean - x the gradient has the sign changed once more.
std::vector<BackwardRaiser::SolvedPoint>
BackwardRaiser::grow(SolvedPoint start) {
  llvm::SetVector<Value> reached;
  std::vector<SolvedPoint> path;
  auto isSame = [&](const SolvedPoint &point) {
    auto isSamePart = [&](ExprRef own, ExprRef other) {
      return isSameElsewhere(context, own, start.point.extents.size(), other,
                             point.point.staticExtents);
    };
    ExprRef gradient = start.match.gradient;
    ExprRef negated = context.scale(Coefficient::exact(-1), gradient);
    return isSamePart(start.match.power, point.match.power) &&
           (isSamePart(gradient, point.match.gradient) ||
            isSamePart(negated, point.match.gradient));
  };
  collectUsers(dead, start.point.value, reached);
  for (size_t i = 0; i < reached.size() && i < kMaxGradientPoints; ++i) {
    Value value = reached[i];
    collectUsers(dead, value, reached);
    Operation *producer = value.getDefiningOp();
    if (!producer || producer->getNumResults() != 1)
      continue;
    Operation *owner = getOwner(value);
    auto structured = dyn_cast<linalg::LinalgOp>(owner);
    // A result is solved where it is yielded.
    if (structured && structured == producer)
      continue;
    if (structured && structured.getNumReductionLoops() > 0)
      continue;
    std::optional<SolvedPoint> point = solve(value, owner);
    if (point && isSame(*point))
      path.push_back(std::move(*point));
  }
  path.insert(path.begin(), std::move(start));
  return path;
}

/// Raises `solved`; why not, where that is not done.
std::optional<std::string> BackwardRaiser::tryRaise(const SolvedPoint &solved) {
  BackwardPlanOutcome outcome =
      planBackward(reader, dead, solved.point, solved.match);
  if (auto *refusal = std::get_if<Refusal>(&outcome)) {
    if (explain)
      *explain << "  no plan: " << refusal->reason << "\n";
    return refusal->reason;
  }
  return judge(std::get<BackwardPlan>(outcome));
}

Opinion BackwardRaiser::getOpinion(const BackwardPlan &plan) {
  std::optional<std::string> fingerprint = getFingerprint(plan, getOps(plan));
  if (!fingerprint)
    return judgeBackward(plan, reader.getExtentClasses(), options);
  auto [entry, isNew] = opinions.try_emplace(*fingerprint);
  if (isNew)
    entry->second = judgeBackward(plan, reader.getExtentClasses(), options);
  return entry->second;
}

/// Asks for the second opinion on `plan`, and raises it.
std::optional<std::string> BackwardRaiser::judge(BackwardPlan &plan) {
  if (explain)
    *explain << "plan\n" << toString(plan);
  Opinion opinion = getOpinion(plan);
  // The sums are worth less than dx.
  if (plan.hasDx && !opinion.refusal.empty() && !plan.sums.empty()) {
    plan.sums.clear();
    opinion = getOpinion(plan);
  }
  if (!opinion.refusal.empty()) {
    if (explain)
      *explain << "  refused: " << opinion.refusal << "\n";
    return std::move(opinion.refusal);
  }
  Location loc = plan.dx.root.value.getLoc();
  if (certificates)
    certificates->push_back(certify(plan));
  Value value = plan.hasDx ? plan.dx.root.value : Value(plan.sums[0].value);
  unsigned roundings =
      reader.get(value).exact->roundings - reader.get(value).relaxed->roundings;
  Operation *op = rewriter.apply(plan);
  raised.push_back({op->getName().getStringRef(), loc, std::move(opinion.notes),
                    std::max(opinion.range.ratio, opinion.range.smallRatio),
                    roundings});
  misses.addRaised(plan.match.getKey());
  return std::nullopt;
}

bool BackwardRaiser::raise(SolvedPoint start) {
  Location loc = start.point.value.getLoc();
  Operation *owner = start.point.owner;
  ExprRef power = start.match.getKey();
  std::string reason;
  size_t mark = reader.mark();
  std::vector<SolvedPoint> path = grow(std::move(start));
  // A point that leaves none before it alive is better than a later one: a
  // gradient that is returned and added to a residual's is one op and a sum.
  auto leavesPoints = [&](const SolvedPoint &root) {
    return llvm::any_of(path, [&](const SolvedPoint &other) {
      return other.point.value != root.point.value &&
             outlives(dead, other.point.value, root.point.value);
    });
  };
  for (bool mayLeave : {false, true})
    for (const SolvedPoint &point : llvm::reverse(path)) {
      if (leavesPoints(point) != mayLeave)
        continue;
      std::optional<std::string> refusal = tryRaise(point);
      if (!refusal)
        return true;
      if (reason.empty())
        reason = std::move(*refusal);
    }
  refused.insert(power);
  misses.add({loc, reason, kRefusedGradient, power, raised.size(), owner});
  // What was read ahead of its turn may read a gradient by then.
  reader.forget(mark);
  return false;
}

bool BackwardRaiser::raiseOne(Operation *op) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  bool isElementwise = op->getNumResults() == 1 &&
                       op->hasTrait<OpTrait::Elementwise>() &&
                       isa<RankedTensorType>(op->getResult(0).getType());
  if (structured ? structured.getNumReductionLoops() > 0
                 : !isElementwise && !getTensorPlacement(op))
    return false;
  for (Value candidate : getCandidates(op)) {
    std::optional<SolvedPoint> point = solve(candidate, op);
    if (point && !refused.contains(point->match.getKey()) &&
        raise(std::move(*point)))
      return true;
  }
  return false;
}

/// What a reduction adds to its accumulator; null where it does something else.
static Value getSummandOf(linalg::LinalgOp op) {
  Operation *terminator = op.getBlock()->getTerminator();
  if (terminator->getNumOperands() != 1)
    return nullptr;
  auto sum = terminator->getOperand(0).getDefiningOp<arith::AddFOp>();
  Value accumulator = op.getRegionOutputArgs().front();
  if (!sum)
    return nullptr;
  return sum.getLhs() == accumulator   ? sum.getRhs()
         : sum.getRhs() == accumulator ? sum.getLhs()
                                       : Value();
}

/// Raises the sum over rows that `op` takes where it is a dscale without dx;
/// whether it waits for a dx.
bool BackwardRaiser::raiseScaleGradient(linalg::LinalgOp op, bool mayWait) {
  Value summand = getSummandOf(op);
  std::optional<SmallVector<ExprRef>> extents = reader.getSpace(op);
  if (!summand || !extents || !dead.hasLiveUse(op->getResult(0)) ||
      isReadAsStatistic(op->getResult(0)))
    return false;
  Point point = {summand, op, std::move(*extents), {}};
  for (ExprRef extent : point.extents)
    point.staticExtents.push_back(extent->isConstant()
                                      ? int64_t(extent->constant.value)
                                      : ShapedType::kDynamic);
  uint32_t rowMask = 0;
  for (AffineExpr index :
       op.getMatchingIndexingMap(op.getDpsInitOperand(0)).getResults())
    if (auto dim = dyn_cast<AffineDimExpr>(index))
      if (point.staticExtents[dim.getPosition()] != 1)
        rowMask |= uint32_t(1) << dim.getPosition();
  ExprRef expr = reader.read(summand);
  // Either factor may be dy: best the one that the program multiplies last. For
  // dy = 0 and an infinite x rstd, dy (x rstd) is NaN and x (dy rstd) is 0.
  for (bool asWritten : {true, false})
    for (uint32_t mask : getRowMasks(context, expr, rowMask))
      for (const ScaleGradient &gradient :
           matchScaleGradient(context, expr, mask)) {
        if (mayWait && misses.isNearly(gradient.rstd, point.staticExtents))
          return true;
        if (!tryRaise(point, mask, gradient, asWritten))
          return false;
      }
  return false;
}

/// Raises the sum over rows of `point` as `gradient`; why not, where that is
/// not done.
std::optional<std::string>
BackwardRaiser::tryRaise(const Point &point, uint32_t rowMask,
                         const ScaleGradient &gradient, bool asWritten) {
  BackwardPlanOutcome outcome =
      planScaleGradient(reader, dead, point, rowMask, gradient, asWritten);
  if (auto *refusal = std::get_if<Refusal>(&outcome)) {
    if (explain)
      *explain << "  no plan: " << refusal->reason << "\n";
    return refusal->reason;
  }
  return judge(std::get<BackwardPlan>(outcome));
}

/// Raises those with a dx.
void BackwardRaiser::raiseGradients(ArrayRef<Operation *> ops) {
  for (Operation *op : ops) {
    while (op && dead.contains(op))
      op = dead.getReplacement(op);
    if (!op || exceedsRank(op))
      continue;
    for (size_t mark = reader.mark(); op && raiseOne(op);) {
      reader.forget(mark);
      op = dead.getReplacement(op);
    }
    if (op)
      for (Value result : op->getResults())
        reader.get(result);
  }
}

/// Raises what was not found beside a dx; whether some of it waits.
bool BackwardRaiser::raiseScaleGradients(ArrayRef<Operation *> ops,
                                         bool mayWait) {
  if (mayWait)
    misses.collectRoots();
  bool hasWaiting = false;
  for (Operation *op : ops)
    if (auto structured = dyn_cast<linalg::LinalgOp>(op);
        structured && !dead.contains(op) && !exceedsRank(op) &&
        structured.hasPureTensorSemantics() &&
        structured.getNumReductionLoops() > 0)
      hasWaiting |= raiseScaleGradient(structured, mayWait);
  return hasWaiting;
}

bool BackwardRaiser::run(ArrayRef<Operation *> ops, bool isAgain) {
  raiseGradients(ops);
  bool hasFunctions = reader.hasSharedFunctions();
  if (hasFunctions) {
    reader.cutSharedFunctions(true);
    refused.clear();
    isSecondLook = true;
    raiseGradients(ops);
    reader.cutSharedFunctions(false);
  }
  bool hasWaiting = raiseScaleGradients(ops, /*mayWait=*/!isAgain);
  if (hasFunctions) {
    reader.cutSharedFunctions(true);
    hasWaiting |= raiseScaleGradients(ops, /*mayWait=*/!isAgain);
  }
  return hasWaiting;
}

void BackwardRaiser::reportTo(RaiseReport &report) {
  if (raised.empty() && !report.backwardMisses.empty())
    return;
  report.backwardMisses = misses.take();
  for (NearMiss &miss : report.backwardMisses)
    miss.raisedBefore += report.backwards.size();
  llvm::append_range(report.backwards, raised);
}
