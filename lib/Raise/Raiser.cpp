//===- Raiser.cpp - finding and raising the norms of a module -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every scalar that multiplies a row element by a reciprocal root is matched.
// From the first match of a norm its uses are followed as long as they are the
// only ones and match the same norm (a cast, the scale, the bias); the last
// point that the op can reproduce, rounding by rounding, is the root.
//
//===----------------------------------------------------------------------===//

#include "Raiser.h"

#include "Check/Certificate.h"
#include "Expr/Unify.h"
#include "Match/Attempt.h"
#include "Match/OddStatistic.h"
#include "MayHoldGradients.h"
#include "Plan/RepeatedStatistics.h"
#include "Points.h"
#include "Recomputation.h"
#include "SplitFma.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// The stage of a match that was refused: further than all that are none.
static constexpr unsigned kRefused = ~0u;

//===----------------------------------------------------------------------===//
// Points
//===----------------------------------------------------------------------===//

/// Solves `value`; a near miss is noted if it is the first point of a
/// candidate.
std::optional<MatchedPoint> Raiser::matchPoint(Value value, Operation *owner,
                                               ArrayRef<ExprRef> extents,
                                               bool isFirst, bool withGate) {
  isMultiple = false;
  Type element = getElementTypeOrSelf(value.getType());
  if (isFirst && isa<ComplexType>(element) && isComplexQuotientByRoot(value))
    misses.push_back({value.getLoc(),
                      llvm::formatv("the values are {0}, and a norm is of real "
                                    "numbers",
                                    element),
                      0, nullptr, raised.size()});
  if (!isa<FloatType>(element))
    return std::nullopt;
  ExprRef root = reader.readRoot(value);
  // The last rounding is the one that the op makes to its result.
  if (root->kind == Expr::Kind::Round && root->type == element)
    root = root->operands.front();
  if (!root->hasSum && !isFirst)
    return std::nullopt;
  MatchOutcome outcome = matchNorm(context, root, extents, withGate);
  if (explain && (outcome.match || !outcome.reason.empty()))
    *explain << value.getLoc() << ": " << toString(root) << "\n  is "
             << (outcome.match ? toString(*outcome.match)
                               : "no norm: " + outcome.reason)
             << "\n";
  if (!outcome.match) {
    isMultiple = outcome.stage == unsigned(MatchStage::Factor);
    if (isFirst && !outcome.reason.empty())
      misses.push_back({value.getLoc(), outcome.reason, outcome.stage,
                        outcome.base, raised.size()});
    return std::nullopt;
  }
  MatchedPoint result = {{value, owner, SmallVector<ExprRef>(extents), {}},
                         *outcome.match};
  for (ExprRef extent : extents)
    result.point.staticExtents.push_back(extent->isConstant()
                                             ? int64_t(extent->constant.value)
                                             : ShapedType::kDynamic);
  return result;
}

//===----------------------------------------------------------------------===//
// Growing a root
//===----------------------------------------------------------------------===//

std::vector<MatchedPoint> Raiser::grow(MatchedPoint start) {
  NormKind kind = start.match.kind;
  bool withGate = start.match.gate || start.match.rest;
  Value next = start.point.value;
  std::vector<MatchedPoint> path = {std::move(start)};
  for (unsigned step = 0; step < kMaxPoints; ++step) {
    next = getNextPoint(dead, next);
    if (!next)
      return path;
    Operation *owner = getOwner(next);
    std::optional<SmallVector<ExprRef>> extents = reader.getSpace(owner);
    std::optional<MatchedPoint> point;
    if (extents)
      point = matchPoint(next, owner, *extents, /*isFirst=*/false, withGate);
    // 2 y is no norm, and 2 y / 2 is one.
    if (extents && !point && isMultiple && precision == RaisePrecision::Relaxed)
      continue;
    // An op may run through the same rows in another order.
    const MatchedPoint &last = path.back();
    auto isSame = [&](ExprRef NormMatch::*part) {
      return isSameElsewhere(context, last.match.*part,
                             last.point.extents.size(), point->match.*part,
                             point->point.staticExtents);
    };
    if (!point || point->match.kind != kind || !isSame(&NormMatch::base) ||
        !isSame(&NormMatch::gate) || !isSame(&NormMatch::rest))
      return path;
    path.push_back(std::move(*point));
  }
  return path;
}

/// Whether the prmsnorm at `point` has its k from a product with a mask.
bool Raiser::takesMaskForSlice(const MatchedPoint &point) {
  SmallVector<Value> inputs;
  for (ExprRef leaf : getLeaves(point.match.input, /*intoSums=*/true))
    inputs.push_back(leaf->value);
  return point.match.kind == NormKind::prmsnorm &&
         reader.readsMaskAsSlice(point.point.value, inputs);
}

/// The plan for `path` and the opinion on it, or why there is none. The op
/// takes its input times 2^`exponent`.
std::variant<JudgedPlan, Refusal> Raiser::judge(ArrayRef<MatchedPoint> path,
                                                int exponent) {
  PlanOutcome outcome = planner.plan(path, exponent);
  if (auto *refusal = std::get_if<Refusal>(&outcome)) {
    if (explain)
      *explain << "  no plan: " << refusal->reason << "\n";
    return std::move(*refusal);
  }
  NormPlan &plan = std::get<NormPlan>(outcome);
  if (explain)
    *explain << "plan\n" << toString(plan);
  Opinion opinion = secondOpinion.judge(plan);
  // A program that scales rows keeps its range.
  if (exponent == 0 && opinion.range.exponent != 0)
    return judge(path, opinion.range.exponent);
  if (opinion.refusal.empty())
    return JudgedPlan{std::move(plan), std::move(opinion)};
  if (explain)
    *explain << "  refused: " << opinion.refusal << "\n";
  return Refusal{Refusal::Stage::Opinion, opinion.refusal};
}

/// Raises the last point of `path`; says why where that is not done.
std::optional<Refusal> Raiser::tryRaise(ArrayRef<MatchedPoint> path) {
  std::variant<JudgedPlan, Refusal> outcome = judge(path, /*exponent=*/0);
  if (auto *refusal = std::get_if<Refusal>(&outcome))
    return std::move(*refusal);
  auto &[plan, opinion] = std::get<JudgedPlan>(outcome);
  if (certificates)
    certificates->push_back(certify(plan));
  Location loc = plan.root.value.getLoc();
  double range = std::max(opinion.range.ratio, opinion.range.smallRatio);
  ValueExpr root = reader.get(plan.root.value);
  unsigned roundings =
      root.exact->roundings - reader.read(plan.root.value)->roundings;
  bool isSlice = takesMaskForSlice(path.back());
  Operation *op = rewriter.apply(plan);
  raised.push_back(
      {op, op->getName().getStringRef(), loc, path.back().match.otherDivisor,
       isSlice, std::move(opinion.notes), range, roundings, std::move(plan)});
  raisedBases.insert(path.front().match.base);
  return std::nullopt;
}

/// The point behind `path` where a gate or a rest meets the norm together with
/// the scale or the bias, which the op then has, too: x * rstd * (g * z).
std::optional<MatchedPoint>
Raiser::findGatedPoint(ArrayRef<MatchedPoint> path) {
  const NormMatch &last = path.back().match;
  bool isComplete = last.scale && last.bias;
  Value next = precision == RaisePrecision::Relaxed && !isComplete
                   ? getNextPoint(dead, path.back().point.value)
                   : Value();
  if (!next)
    return std::nullopt;
  Operation *owner = getOwner(next);
  std::optional<SmallVector<ExprRef>> extents = reader.getSpace(owner);
  if (!extents)
    return std::nullopt;
  std::optional<MatchedPoint> point =
      matchPoint(next, owner, *extents, /*isFirst=*/false, /*withGate=*/true);
  if (!point || point->match.kind != last.kind ||
      !isSameElsewhere(context, last.base, path.back().point.extents.size(),
                       point->match.base, point->point.staticExtents))
    return std::nullopt;
  bool gains =
      (point->match.scale && !last.scale) || (point->match.bias && !last.bias);
  return gains ? point : std::nullopt;
}

/// Raises the last point of the norm at `start` that the op can reproduce.
bool Raiser::raise(const MatchedPoint &start) {
  std::vector<MatchedPoint> path = grow(start);
  std::string reason;
  if (std::optional<MatchedPoint> gated = findGatedPoint(path)) {
    path.push_back(std::move(*gated));
    if (!tryRaise(path))
      return true;
    path.pop_back();
  }
  for (; !path.empty(); path.pop_back()) {
    std::optional<Refusal> refusal = tryRaise(path);
    if (!refusal)
      return true;
    // What else is wrong says more than a rounding does.
    if (reason.empty() || refusal->stage != Refusal::Stage::Roundings)
      reason = refusal->reason;
    // A reduction that is used elsewhere is so whatever point is raised.
    if (refusal->stage == Refusal::Stage::Uses)
      break;
  }
  refusedBases.insert(start.match.base);
  misses.push_back({start.point.value.getLoc(), reason, kRefused,
                    start.match.base, raised.size()});
  return false;
}

/// The same for a norm with a gate. A later point may be the norm without one,
/// so that nothing is given up here.
bool Raiser::raiseGated(const MatchedPoint &start) {
  for (std::vector<MatchedPoint> path = grow(start); !path.empty();
       path.pop_back())
    if (!tryRaise(path))
      return true;
  return false;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Raises one norm whose first point is in `op`.
bool Raiser::raiseOne(Operation *op) {
  std::optional<SmallVector<ExprRef>> extents = reader.getSpace(op);
  if (!extents) {
    if (exceedsRank(op))
      if (Operation *scaling = findScalingByRoot(op))
        misses.push_back({scaling->getLoc(), getReason(Limit::Rank), 0, nullptr,
                          raised.size()});
    return false;
  }
  for (Value candidate : getCandidates(op)) {
    std::optional<MatchedPoint> point =
        matchPoint(candidate, op, *extents, /*isFirst=*/true);
    if (point && !refusedBases.contains(point->match.base) && raise(*point))
      return true;
    // A gate that meets the statistic before the row does is rounded with it.
    if (point || precision != RaisePrecision::Relaxed)
      continue;
    point = matchPoint(candidate, op, *extents, /*isFirst=*/false,
                       /*withGate=*/true);
    if (point && !refusedBases.contains(point->match.base) &&
        raiseGated(*point))
      return true;
  }
  return false;
}

/// Raises the norms whose first point is in `op`, and reads what it gives: the
/// ops behind it find their operands known.
void Raiser::process(Operation *op) {
  for (size_t mark = reader.mark(); raiseOne(op);) {
    // What was looked at ahead of its turn is looked at again, with the norm as
    // a leaf, and so is what is left of the root's op.
    reader.forget(mark);
    op = dead.getReplacement(op);
    if (!op)
      return;
  }
  for (Value result : op->getResults())
    reader.get(result);
}

/// Reads statistics that the program computes once more from the ops.
void Raiser::shareStatistics() {
  for (RaisedNorm &norm : raised) {
    SmallVector<StatisticUse> uses =
        findRepeatedStatistics(reader, norm.plan, norm.op, dead);
    llvm::erase_if(uses, [&](const StatisticUse &use) {
      return !secondOpinion.agrees(norm.plan, use);
    });
    if (!uses.empty())
      norm.op = rewriter.addStatistics(norm.plan, norm.op, uses);
  }
}

/// Raises the gradients in `ops`, before their norms are looked for; whether
/// there were any, or may be once these are raised.
bool Raiser::raiseBackwards(ArrayRef<Operation *> ops, RaiseReport &report,
                            bool isAgain) {
  std::unique_ptr<ExprReader> gradientReader = makeReader(context);
  bool isStrict = precision == RaisePrecision::Strict;
  if (isStrict)
    gradientReader->readExact();
  BackwardRaiser raiser({checksInField, isStrict}, *gradientReader, dead,
                        explain, certificates);
  bool hasWaiting = raiser.run(ops, isAgain);
  size_t numBefore = report.backwards.size();
  raiser.reportTo(report);
  return hasWaiting || report.backwards.size() > numBefore;
}

void Raiser::raiseForwards(ArrayRef<Operation *> ops, RaiseReport &report) {
  for (Operation *op : ops) {
    while (op && dead.contains(op))
      op = dead.getReplacement(op);
    if (op)
      process(op);
  }
  shareStatistics();
  report.misses = chooseMisses(std::move(misses), raisedBases);
  misses.clear();
  for (NearMiss &miss : report.misses)
    miss.raisedBefore += report.norms.size();
  llvm::move(raised, std::back_inserter(report.norms));
  raised.clear();
}

static SmallVector<Operation *> collectOps(ModuleOp module) {
  SmallVector<Operation *> ops;
  module->walk<WalkOrder::PreOrder>([&](Operation *op) {
    ops.push_back(op);
    return isa<linalg::LinalgOp>(op) ? WalkResult::skip()
                                     : WalkResult::advance();
  });
  return ops;
}

bool Raiser::run(RaiseReport &report, bool isAgain) {
  splitFmas(module);
  SmallVector<Operation *> ops = collectOps(module);
  bool hasRaised = false;
  if (mayHoldGradients(ops)) {
    Recomputation recomputation;
    recomputation.insert(module);
    hasRaised = raiseBackwards(collectOps(module), report, isAgain);
    recomputation.restore(dead);
  }
  if (hasRaised || !isAgain) {
    size_t numBefore = report.norms.size();
    raiseForwards(ops, report);
    hasRaised |= report.norms.size() > numBefore;
  }
  dead.eraseAll();
  bool mayFindMore = hasRaised && mayHoldGradients(collectOps(module));
  joinFmas(module);
  return mayFindMore;
}

/// What the raise looked at so far, in numbers that do not depend on the
/// machine.
void Raiser::printWork(llvm::raw_ostream &os) {
  os << "norm-raise work: " << reader.numVisited << " ops read, "
     << context.size() << " nodes made, " << context.numSubstituted
     << " nodes substituted, " << reader.getExtentClasses().numSteps
     << " extents traced, " << context.numSolved << " roots solved\n";
}
