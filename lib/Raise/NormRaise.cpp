//===- NormRaise.cpp - the pass norm-raise --------------------------------===//
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

#include "norm/Raise/Passes.h"

#include "Builder.h"
#include "IndexMath.h"
#include "Match.h"
#include "Polynomial.h"
#include "Rewrite.h"
#include "SecondOpinion.h"
#include "Witness.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

#include <limits>

namespace mlir::norm {
#define GEN_PASS_DEF_NORMRAISE
#include "norm/Raise/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

namespace {
/// A point and what it was solved for.
struct MatchedPoint {
  Point point;
  NormMatch match;
};

/// A candidate that is no norm.
struct NearMiss {
  Location loc;
  std::string reason;
  ExprRef base;
};

/// Finds and raises the norms of one module.
class Raiser {
public:
  Raiser(ModuleOp module, RaisePrecision precision, llvm::raw_ostream *explain)
      : module(module), precision(precision), explain(explain),
        context(module.getContext()), builder(context),
        rewriter(context, builder) {}

  unsigned run(SmallVectorImpl<RaiseMiss> *wantedMisses);

private:
  std::optional<SmallVector<ExprRef>> getExtents(Operation *owner);
  std::optional<MatchedPoint> matchPoint(Value value, Operation *owner,
                                         ArrayRef<ExprRef> extents,
                                         bool isFirst);
  SmallVector<MatchedPoint> grow(MatchedPoint start);
  Value getNextPoint(Value value);
  std::optional<Type> getScaleRounding(ArrayRef<MatchedPoint> path);
  std::optional<NormPlan> plan(ArrayRef<MatchedPoint> path,
                               std::string &reason);
  bool raise(const MatchedPoint &start);
  void process(Operation *op);
  SmallVector<RaiseMiss> takeMisses();
  void emitRemarks();

  ModuleOp module;
  RaisePrecision precision;
  llvm::raw_ostream *explain;
  ExprContext context;
  RowExprBuilder builder;
  Rewriter rewriter;
  SmallVector<NearMiss> misses;
  llvm::DenseSet<ExprRef> raisedBases;
  llvm::DenseSet<ExprRef> refusedBases;
  SmallVector<Operation *> raised;
};
} // namespace

//===----------------------------------------------------------------------===//
// Points
//===----------------------------------------------------------------------===//

/// The extents of the space in which `owner` computes: the loops of a
/// structured op, the dimensions of an elementwise result; none for others.
std::optional<SmallVector<ExprRef>> Raiser::getExtents(Operation *owner) {
  SmallVector<ExprRef> extents;
  if (auto structured = dyn_cast<linalg::LinalgOp>(owner)) {
    if (!structured.hasPureTensorSemantics())
      return std::nullopt;
    for (unsigned loop = 0; loop < structured.getNumLoops(); ++loop)
      extents.push_back(builder.getLoopExtent(structured, loop));
    if (llvm::is_contained(extents, nullptr))
      return std::nullopt;
    return extents;
  }
  if (owner->getNumResults() != 1 || !owner->hasTrait<OpTrait::Elementwise>())
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(owner->getResult(0).getType());
  if (!type)
    return std::nullopt;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    extents.push_back(builder.getExtent(owner->getResult(0), dim));
  return extents;
}

/// Solves `value`; a near miss is noted if it is the first point of a
/// candidate.
std::optional<MatchedPoint> Raiser::matchPoint(Value value, Operation *owner,
                                               ArrayRef<ExprRef> extents,
                                               bool isFirst) {
  if (!isa<FloatType>(getElementTypeOrSelf(value.getType())))
    return std::nullopt;
  ValueExpr expr = builder.get(value);
  ExprRef root = expr.relaxed;
  if (precision == RaisePrecision::Strict) {
    root = expr.exact;
    // The last rounding is the one that the op makes to its result.
    if (root->kind == Expr::Kind::Round &&
        root->type == getElementTypeOrSelf(value.getType()))
      root = root->operands.front();
  }
  if (!root->hasSum)
    return std::nullopt;
  MatchOutcome outcome = matchNorm(context, root, extents);
  if (explain && (outcome.match || !outcome.reason.empty()))
    *explain << value.getLoc() << ": " << toString(root) << "\n  is "
             << (outcome.match ? toString(*outcome.match)
                               : "no norm: " + outcome.reason)
             << "\n";
  if (!outcome.match) {
    if (isFirst && !outcome.reason.empty())
      misses.push_back({value.getLoc(), outcome.reason, outcome.base});
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

/// The one value that is computed from `value`, looking through what only moves
/// it; null where there is none or more than one.
Value Raiser::getNextPoint(Value value) {
  SmallVector<OpOperand *> uses = rewriter.getLiveUses(value);
  if (uses.size() != 1)
    return nullptr;
  Operation *user = uses.front()->getOwner();
  if (user->hasTrait<OpTrait::IsTerminator>()) {
    auto op = dyn_cast<linalg::LinalgOp>(user->getParentOp());
    if (!op || op.getNumReductionLoops() > 0)
      return nullptr;
    return getNextPoint(op->getResult(uses.front()->getOperandNumber()));
  }
  if (auto op = dyn_cast<linalg::LinalgOp>(user)) {
    if (op.getNumReductionLoops() > 0 || op.isDpsInit(uses.front()))
      return nullptr;
    return getNextPoint(op.getMatchingBlockArgument(uses.front()));
  }
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(user))
    return getNextPoint(user->getResult(0));
  return user->getNumResults() == 1 ? user->getResult(0) : Value();
}

SmallVector<MatchedPoint> Raiser::grow(MatchedPoint start) {
  ExprRef base = start.match.base;
  NormKind kind = start.match.kind;
  SmallVector<MatchedPoint> path = {std::move(start)};
  for (;;) {
    Value next = getNextPoint(path.back().point.value);
    if (!next)
      return path;
    Operation *owner = next.getDefiningOp();
    if (auto structured = dyn_cast<linalg::LinalgOp>(owner->getParentOp()))
      owner = structured;
    std::optional<SmallVector<ExprRef>> extents = getExtents(owner);
    std::optional<MatchedPoint> point;
    if (extents)
      point = matchPoint(next, owner, *extents, /*isFirst=*/false);
    if (!point || point->match.base != base || point->match.kind != kind)
      return path;
    path.push_back(std::move(*point));
  }
}

static FloatType getFloatType(const MatchedPoint &point) {
  return cast<FloatType>(getElementTypeOrSelf(point.point.value.getType()));
}

/// The type to which the normalized value is rounded before the scale (null for
/// none) if the op can reproduce the roundings along `path`; none if it cannot,
/// because a value was rounded to fewer bits than its type has.
std::optional<Type> Raiser::getScaleRounding(ArrayRef<MatchedPoint> path) {
  unsigned computeWidth = getFloatType(path.front()).isF64() ? 64 : 32;
  Type rounding;    // before the scale
  FloatType narrow; // of the value since the last arithmetic
  const NormMatch *previous = nullptr;
  for (const MatchedPoint &point : path) {
    FloatType type = getFloatType(point);
    bool addsScale = previous && point.match.scale != previous->scale;
    bool addsBias = previous && point.match.bias != previous->bias;
    if (addsScale) {
      if (previous->bias || previous->scale)
        return std::nullopt;
      rounding = narrow;
    }
    if (!previous || addsScale || addsBias)
      narrow = nullptr;
    if (type.getWidth() < computeWidth &&
        (!narrow || type.getWidth() < narrow.getWidth()))
      narrow = type;
    previous = &point.match;
  }
  FloatType last = getFloatType(path.back());
  if (narrow && narrow != last)
    return std::nullopt;
  return rounding;
}

/// Whether the op, which takes its statistic over whole rows of the input that
/// was found, takes the one that was matched: a row that the root reads with a
/// stride, along a diagonal or more than once is not a row of the input.
static bool takesStatistic(ExprContext &context, RowExprBuilder &builder,
                           const NormPlan &plan, bool isExact) {
  const NormMatch &match = plan.match;
  ValueExpr value = builder.get(plan.input.tensor);
  ExprRef element = isExact ? value.exact : value.relaxed;
  SmallVector<unsigned> rowDims;
  SmallVector<ExprRef> rowExtents;
  for (auto [dim, index] : llvm::enumerate(plan.input.indices)) {
    if (!(uint32_t(dimsOf(index)) & match.rowMask))
      continue;
    rowDims.push_back(dim);
    rowExtents.push_back(builder.getExtent(plan.input.tensor, dim));
  }
  if (match.kind == NormKind::PRMSNorm) {
    if (rowDims.size() != 1)
      return false;
    rowExtents.front() = match.statisticLength;
  }
  ExprRef inverse = context.constant(1.0);
  for (ExprRef extent : rowExtents)
    inverse = context.mul(inverse, context.pow(extent, -1));
  auto meanOf = [&](ExprRef expr) {
    return distribute(context, inverse, context.sum(expr, rowDims, rowExtents));
  };
  if (match.kind == NormKind::LayerNorm)
    element = context.sub(element, meanOf(element));
  ExprRef statistic =
      context.substitute(meanOf(context.pow(element, 2)), plan.input.indices,
                         plan.root.staticExtents);
  return context.sub(statistic, match.statistic)->isZero();
}

std::optional<NormPlan> Raiser::plan(ArrayRef<MatchedPoint> path,
                                     std::string &reason) {
  std::optional<Type> rounding = getScaleRounding(path);
  if (!rounding)
    return std::nullopt;
  const MatchedPoint &end = path.back();
  NormPlan plan;
  plan.root = end.point;
  plan.match = end.match;
  plan.cone =
      collectCone(end.point.owner, end.point.value, builder, [&](Value value) {
        auto type = cast<RankedTensorType>(value.getType());
        return unify(context, builder.get(value).relaxed, type.getRank(),
                     end.match.input, end.point.staticExtents)
            .has_value();
      });
  WitnessFinder finder(context, builder, plan.cone, plan.root.extents,
                       plan.root.staticExtents);
  if (ExprRef scale = end.match.scale) {
    // 1 + w is the scale w with an offset of 1.
    ExprRef weight = context.sub(scale, context.constant(1.0));
    bool isOffset =
        scale->kind == Expr::Kind::Add && scale->constant.isExactly(1.0);
    if (isOffset && (plan.scale = finder.findParameter(weight)))
      plan.scaleOffset = 1;
    else
      plan.scale = finder.findParameter(scale);
    if (!plan.scale) {
      reason = "the scale is no tensor of the program";
      return std::nullopt;
    }
  }
  if (ExprRef bias = end.match.bias) {
    plan.bias = finder.findParameter(bias);
    if (!plan.bias) {
      reason = "the bias is no tensor of the program";
      return std::nullopt;
    }
  }
  OpBuilder opBuilder(module.getContext());
  std::optional<Witness> input =
      finder.findInput(end.match.input, getFloatType(path.front()), opBuilder);
  if (!input) {
    reason = "the values that are normalized are no tensor of the program";
    return std::nullopt;
  }
  plan.input = *input;
  // A tensor made just now is part of what the root is computed from.
  if (Operation *made = input->tensor.getDefiningOp();
      made && !plan.cone.values.contains(input->tensor))
    plan.cone.ops.insert(made);
  if (!takesStatistic(context, builder, plan,
                      precision == RaisePrecision::Strict)) {
    reason = "the statistic is not taken over the rows of the values that are "
             "scaled";
    return std::nullopt;
  }
  // A compute type in which epsilon is lost would make 0 / 0 of a row of zeros.
  double epsilon = end.match.epsilon.value;
  bool isLost = epsilon != 0 && (epsilon < std::numeric_limits<float>::min() ||
                                 epsilon > std::numeric_limits<float>::max());
  if (isLost && !getElementTypeOrSelf(plan.input.tensor.getType()).isF64()) {
    reason =
        llvm::formatv("epsilon {0} is not a normal number of f32", epsilon);
    return std::nullopt;
  }

  // Products are rounded to the wider of the rounding and the scale's type;
  // where the program keeps more bits the rounding is dropped.
  if (*rounding && plan.scale) {
    auto roundingType = cast<FloatType>(*rounding);
    auto scaleType =
        cast<FloatType>(getElementTypeOrSelf(plan.scale->tensor.getType()));
    FloatType product = scaleType.getWidth() > roundingType.getWidth()
                            ? scaleType
                            : roundingType;
    // The narrowest type that the product has before the bias, and the sum.
    auto narrowest = [&](bool isSum) {
      unsigned width = 64;
      for (const MatchedPoint &point : path)
        if (point.match.scale && (point.match.bias != nullptr) == isSum)
          width = std::min(width, getFloatType(point).getWidth());
      return width;
    };
    bool keepsMore =
        narrowest(/*isSum=*/false) > product.getWidth() ||
        (plan.bias && narrowest(/*isSum=*/true) > product.getWidth());
    bool isMixed = scaleType.getWidth() == roundingType.getWidth() &&
                   scaleType != roundingType;
    if (keepsMore || isMixed) {
      if (precision == RaisePrecision::Strict)
        return std::nullopt;
    } else {
      plan.scaleRounding = roundingType;
    }
  }
  return plan;
}

bool Raiser::raise(const MatchedPoint &start) {
  SmallVector<MatchedPoint> path = grow(start);
  std::string reason;
  while (!path.empty()) {
    if (std::optional<NormPlan> found = plan(path, reason)) {
      auto uses = rewriter.findStatisticUses(*found, reason);
      if (!uses)
        break;
      if (!agreesWithProgram(*found)) {
        reason = "the evaluation of the program disagrees with the algebra: "
                 "please report this program as a bug";
        break;
      }
      if (Operation *op = rewriter.rewrite(*found, *uses)) {
        raised.push_back(op);
        raisedBases.insert(start.match.base);
        return true;
      }
      reason = "an operand is not available where the statistics are used";
      break;
    }
    path.pop_back();
  }
  refusedBases.insert(start.match.base);
  misses.push_back({start.point.value.getLoc(), reason, start.match.base});
  return false;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// One for each candidate under whose root no norm was found.
SmallVector<RaiseMiss> Raiser::takeMisses() {
  SmallVector<RaiseMiss> result;
  llvm::DenseSet<ExprRef> reported = raisedBases;
  for (NearMiss &miss : misses)
    if (reported.insert(miss.base).second)
      result.push_back({miss.loc, std::move(miss.reason)});
  misses.clear();
  return result;
}

/// One passed remark for each raised norm, one missed remark for each miss.
void Raiser::emitRemarks() {
  auto options = [](StringRef name) {
    return remark::RemarkOpts::name(name).category("norm-raise");
  };
  for (Operation *op : raised)
    remark::passed(op->getLoc(), options("raised"))
        << "raised to " << op->getName().getStringRef();
  for (const RaiseMiss &miss : takeMisses())
    remark::missed(miss.loc, options("not-raised"))
        << remark::reason("{0}", miss.reason);
}

/// Raises the norms whose first point is in `op`.
void Raiser::process(Operation *op) {
  size_t mark = builder.mark();
  std::optional<SmallVector<ExprRef>> extents = getExtents(op);
  if (!extents) {
    for (Value result : op->getResults())
      builder.get(result);
    return;
  }
  SmallVector<Value> candidates;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op)) {
    for (Operation &nested : *structured.getBlock())
      if (nested.getNumResults() == 1)
        candidates.push_back(nested.getResult(0));
  } else {
    candidates.push_back(op->getResult(0));
  }
  for (Value candidate : candidates) {
    std::optional<MatchedPoint> point =
        matchPoint(candidate, op, *extents, /*isFirst=*/true);
    if (!point || refusedBases.contains(point->match.base) || !raise(*point))
      continue;
    // What was looked at ahead of its turn is looked at again, with the norm as
    // a leaf, and so is what is left of the root's op.
    builder.forget(mark);
    if (Operation *replacement = rewriter.getReplacement(op))
      process(replacement);
    return;
  }
}

unsigned Raiser::run(SmallVectorImpl<RaiseMiss> *wantedMisses) {
  SmallVector<Operation *> ops;
  module->walk<WalkOrder::PreOrder>([&](Operation *op) {
    ops.push_back(op);
    return isa<linalg::LinalgOp>(op) ? WalkResult::skip()
                                     : WalkResult::advance();
  });
  for (Operation *op : ops) {
    while (op && rewriter.isDead(op))
      op = rewriter.getReplacement(op);
    if (op)
      process(op);
  }
  if (wantedMisses)
    wantedMisses->append(takeMisses());
  else
    emitRemarks();
  rewriter.eraseDead();
  return raised.size();
}

unsigned mlir::norm::raiseNorms(ModuleOp module, RaisePrecision precision,
                                llvm::raw_ostream *explain,
                                SmallVectorImpl<RaiseMiss> *misses) {
  return Raiser(module, precision, explain).run(misses);
}

namespace {
struct NormRaise : public norm::impl::NormRaiseBase<NormRaise> {
  using NormRaiseBase::NormRaiseBase;

  void runOnOperation() override {
    if (precision != "relaxed" && precision != "strict") {
      getOperation().emitError(
          "expected precision to be relaxed or strict, got ")
          << precision;
      return signalPassFailure();
    }
    raiseNorms(getOperation(),
               precision == "strict" ? RaisePrecision::Strict
                                     : RaisePrecision::Relaxed,
               explain ? &llvm::errs() : nullptr);
  }
};
} // namespace
