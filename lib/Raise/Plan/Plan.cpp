//===- Plan.cpp - what a norm op needs, from matched points ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Raiser.h"

#include "Expr/IndexMath.h"
#include "Expr/Polynomial.h"
#include "Expr/Unify.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

#include <limits>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

static FloatType getFloatType(const MatchedPoint &point) {
  return cast<FloatType>(getElementTypeOrSelf(point.point.value.getType()));
}

/// The type to which the normalized value is rounded before the scale (null for
/// none) if the op can reproduce the roundings along `path`; none if it cannot,
/// because a value was rounded to fewer bits than its type has.
static std::optional<Type> getScaleRounding(ExprContext &context,
                                            ArrayRef<MatchedPoint> path) {
  unsigned computeWidth = getFloatType(path.front()).isF64() ? 64 : 32;
  Type rounding;    // before the scale
  FloatType narrow; // of the value since the last arithmetic
  const MatchedPoint *previous = nullptr;
  for (const MatchedPoint &point : path) {
    FloatType type = getFloatType(point);
    auto adds = [&](ExprRef NormMatch::*part) {
      return previous &&
             !isSameElsewhere(context, previous->match.*part,
                              previous->point.extents.size(), point.match.*part,
                              point.point.staticExtents);
    };
    bool addsScale = adds(&NormMatch::scale), addsBias = adds(&NormMatch::bias);
    if (addsScale) {
      if (previous->match.bias || previous->match.scale)
        return std::nullopt;
      rounding = narrow;
    }
    if (!previous || addsScale || addsBias)
      narrow = nullptr;
    if (type.getWidth() < computeWidth &&
        (!narrow || type.getWidth() < narrow.getWidth()))
      narrow = type;
    previous = &point;
  }
  FloatType last = getFloatType(path.back());
  if (narrow && narrow != last)
    return std::nullopt;
  return rounding;
}

/// Whether the op, which takes its statistic over whole rows of the input that
/// was found, takes the one that was matched: a row that the root reads with a
/// stride, along a diagonal or more than once is not a row of the input.
static bool takesStatistic(ExprContext &context, ExprReader &builder,
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
    // The first elements of a row of several dimensions are whole slices of it.
    double slice = 1;
    for (ExprRef extent : llvm::drop_begin(rowExtents)) {
      if (!extent->isConstant())
        return false;
      slice *= extent->constant.value;
    }
    double slices = match.statisticLength->constant.value / slice;
    if (slices != std::trunc(slices))
      return false;
    rowExtents.front() = context.constant(slices);
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

/// Whether the program sums the squares of centred values for the statistic of
/// the layernorm in `plan`; E[x^2] - E[x]^2 has the same normal form.
static bool sumsCentredSquares(ExprContext &context, ExprReader &builder,
                               const NormPlan &plan) {
  auto isCentredSquare = [&](Value value) {
    if (!isa<FloatType>(value.getType()))
      return false;
    Coefficient coefficient;
    return llvm::any_of(
        context.factorsOf(builder.get(value).exact, coefficient),
        [](Factor factor) {
          return factor.operand->kind == Expr::Kind::Add &&
                 factor.operand->hasSum && factor.exponent.isEvenInteger();
        });
  };
  return llvm::any_of(plan.cone.ops, [&](Operation *op) {
    auto structured = dyn_cast<linalg::LinalgOp>(op);
    if (!structured || structured.getNumReductionLoops() == 0)
      return false;
    Block *body = structured.getBlock();
    return llvm::any_of(body->getArguments(), isCentredSquare) ||
           llvm::any_of(*body, [&](Operation &nested) {
             return llvm::any_of(nested.getResults(), isCentredSquare);
           });
  });
}

/// Why `plan` does not keep the roundings of single steps that a strict raise
/// keeps; empty where it does.
static StringRef getStrictReason(ExprContext &context, ExprReader &builder,
                                 const NormPlan &plan) {
  if (plan.match.kind == NormKind::LayerNorm &&
      !sumsCentredSquares(context, builder, plan))
    return "strict: the variance is E[x^2] - E[x]^2, not of centred values";
  double epsilon = plan.match.epsilon.value;
  bool isF64 = getElementTypeOrSelf(plan.input.tensor.getType()).isF64();
  // Computed in doubles from literals: exact but for what that loses.
  if (!isF64 && std::abs(double(float(epsilon)) - epsilon) > 1e-13 * epsilon)
    return "strict: epsilon stands beside a sum, and beside the mean it is no "
           "number of f32";
  return "";
}

std::optional<NormPlan> Raiser::plan(ArrayRef<MatchedPoint> path,
                                     std::string &reason,
                                     SmallVectorImpl<Operation *> &made,
                                     bool preferGiven) {
  const NormMatch &match = path.back().match;
  std::optional<Coefficient> multiple;
  std::optional<NormPlan> plan =
      planFor(path, match, reason, made, preferGiven, &multiple);
  if (!plan && multiple)
    plan = planFor(path, rescale(context, match, *multiple), reason, made,
                   preferGiven, nullptr);
  return plan;
}

/// The plan for `match`, that of the end of `path` or a multiple of it. Where a
/// value of the program is a multiple of the input, but none is the input,
/// tells of which in `multiple`, unless that is null.
std::optional<NormPlan>
Raiser::planFor(ArrayRef<MatchedPoint> path, const NormMatch &match,
                std::string &reason, SmallVectorImpl<Operation *> &made,
                bool preferGiven, std::optional<Coefficient> *multiple) {
  // A gate takes the norm unrounded.
  std::optional<Type> rounding = Type();
  if (!match.gate && !match.rest)
    rounding = getScaleRounding(context, path);
  if (!rounding)
    return std::nullopt;
  const MatchedPoint &end = path.back();
  NormPlan plan;
  plan.root = end.point;
  plan.match = match;
  plan.cone =
      collectCone(end.point.owner, end.point.value, builder, [&](Value value) {
        auto type = cast<RankedTensorType>(value.getType());
        return unify(context, builder.read(value), type.getRank(), match.input,
                     end.point.staticExtents)
            .has_value();
      });
  WitnessFinder finder(context, builder, plan.cone, plan.root.extents,
                       plan.root.staticExtents);
  if (ExprRef scale = match.scale) {
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
  if (ExprRef bias = match.bias) {
    plan.bias = finder.findParameter(bias);
    if (!plan.bias) {
      reason = "the bias is no tensor of the program";
      return std::nullopt;
    }
  }
  OpBuilder opBuilder(module.getContext());
  size_t firstMade = made.size();
  std::tuple<ExprRef, std::optional<Witness> &> besides[] = {
      {match.gate, plan.gate}, {match.rest, plan.rest}};
  for (auto [expr, witness] : besides) {
    if (!expr)
      continue;
    witness = finder.findBeside(expr, opBuilder, made);
    if (!witness) {
      reason = "what the norm is multiplied by, or what is added to it, is no "
               "tensor of the program";
      return std::nullopt;
    }
  }
  for (Operation *op : ArrayRef<Operation *>(made).drop_front(firstMade))
    plan.cone.ops.insert(op);
  std::optional<Witness> input =
      finder.findInput(match.input, match.rowMask, getFloatType(path.front()),
                       preferGiven, opBuilder);
  if (!input) {
    reason = "the values that are normalized are no tensor of the program";
    if (multiple)
      *multiple = finder.findMultiple(match.input);
    return std::nullopt;
  }
  plan.input = *input;
  // A tensor made just now is part of what the root is computed from.
  if (Operation *producer = input->tensor.getDefiningOp();
      producer && !plan.cone.values.contains(input->tensor)) {
    plan.cone.ops.insert(producer);
    made.push_back(producer);
  }
  if (!finder.coversRoot(input->tensor, input->indices)) {
    reason = "the values that are normalized are part of a larger tensor";
    return std::nullopt;
  }
  auto hasEncoding = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.getEncoding();
  };
  if (llvm::any_of(plan.cone.values, hasEncoding) ||
      llvm::any_of(plan.root.owner->getResults(), hasEncoding)) {
    reason = "a tensor has an encoding, which the op does not know";
    return std::nullopt;
  }
  if (!takesStatistic(context, builder, plan,
                      precision == RaisePrecision::Strict)) {
    reason = "the statistic is not taken over the rows of the values that are "
             "scaled";
    return std::nullopt;
  }
  if (precision == RaisePrecision::Strict)
    if (StringRef strict = getStrictReason(context, builder, plan);
        !strict.empty()) {
      reason = strict;
      return std::nullopt;
    }
  // A compute type in which epsilon is lost would make 0 / 0 of a row of zeros.
  double epsilon = match.epsilon.value;
  bool isLost = epsilon != 0 && (epsilon < std::numeric_limits<float>::min() ||
                                 epsilon > std::numeric_limits<float>::max());
  if (isLost && !getElementTypeOrSelf(plan.input.tensor.getType()).isF64()) {
    reason =
        llvm::formatv("epsilon {0:e6} is not a normal number of f32", epsilon);
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
