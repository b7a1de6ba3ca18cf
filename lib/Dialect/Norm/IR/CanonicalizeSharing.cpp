//===- CanonicalizeSharing.cpp - several scales ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Norms of one input whose only difference is scale and bias take one
// statistic, and so does a norm that only gives statistics, as where a backward
// computes rstd again.
//
//===----------------------------------------------------------------------===//

#include "Canonicalize.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::detail;

/// Whether `a` and `b` have the same statistics.
static bool measureAlike(const NormDescription &a, const NormDescription &b) {
  return a.kind == b.kind && a.input == b.input && a.epsilon == b.epsilon &&
         a.epsMode == b.epsMode && a.dimensions == b.dimensions && a.k == b.k &&
         a.fastmath == b.fastmath;
}

/// Whether `a` and `b` normalize the same way, and round the normalized value
/// to the same type before the scale.
static bool normalizeAlike(const NormDescription &a, const NormDescription &b) {
  return measureAlike(a, b) && a.scaleRounding == b.scaleRounding;
}

/// Whether scale and bias of `description` can be taken outside: the sum 1 + g
/// and products without a type P have no spelling under scale_rounding.
static bool isSeparable(const NormDescription &description) {
  if (!description.scaleRounding)
    return true;
  return description.scaleOffset == 0 &&
         getProductType(description.scaleRounding,
                        getElementType(description.scale));
}

/// The norms in the block of `op` that share a statistic with it, in the order
/// of the block, `op` among them; none where all have the same scale and bias.
static SmallVector<NormOpInterface> findSharing(NormOpInterface op) {
  NormDescription description = NormDescription::get(op);
  SmallVector<NormOpInterface> sharing;
  bool differ = false;
  for (Operation *user : op.getInput().getUsers()) {
    auto other = dyn_cast<NormOpInterface>(user);
    if (!other || other->getBlock() != op->getBlock() || !other.getY() ||
        llvm::is_contained(sharing, other))
      continue;
    NormDescription otherDescription = NormDescription::get(other);
    if (!normalizeAlike(description, otherDescription) ||
        !isSeparable(otherDescription))
      continue;
    differ |=
        other.getScale() != op.getScale() || other.getBias() != op.getBias();
    sharing.push_back(other);
  }
  if (!differ)
    sharing.clear();
  llvm::sort(sharing,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return sharing;
}

/// `value` as a number of `type`.
static Value createCast(OpBuilder &builder, Location loc, Value value,
                        FloatType type) {
  auto from = cast<FloatType>(value.getType());
  if (from == type)
    return value;
  if (isHeldBy(from, type))
    return arith::ExtFOp::create(builder, loc, type, value);
  return arith::TruncFOp::create(builder, loc, type, value);
}

/// y = Y(t * (o + g) + b), computed in `computed`, into the destination of y.
static Value createScaling(OpBuilder &builder, Location loc, Value normalized,
                           const NormDescription &description,
                           FloatType computed) {
  int64_t rank = cast<ShapedType>(normalized.getType()).getRank();
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  AffineMap row = identity.getSubMap(
      llvm::map_to_vector(description.dimensions, [](int64_t dim) {
        return static_cast<unsigned>(dim);
      }));
  SmallVector<Value> inputs = {normalized};
  SmallVector<AffineMap> maps = {identity};
  for (Value vector : {description.scale, description.bias})
    if (vector) {
      inputs.push_back(vector);
      maps.push_back(row);
    }
  maps.push_back(identity);
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  auto body = [&](OpBuilder &b, Location loc, ValueRange arguments) {
    unsigned next = 0;
    Value value = createCast(b, loc, arguments[next++], computed);
    if (description.scale) {
      Value factor = createCast(b, loc, arguments[next++], computed);
      if (description.scaleOffset == 1)
        factor = arith::AddFOp::create(
            b, loc, factor,
            arith::ConstantOp::create(b, loc, b.getFloatAttr(computed, 1.0)));
      value = arith::MulFOp::create(b, loc, value, factor);
    }
    if (description.bias)
      value = arith::AddFOp::create(
          b, loc, value, createCast(b, loc, arguments[next++], computed));
    value = createCast(b, loc, value, getElementType(description.init));
    linalg::YieldOp::create(b, loc, value);
  };
  return linalg::GenericOp::create(
             builder, loc, TypeRange{description.init.getType()}, inputs,
             ValueRange{description.init}, maps, loops, body)
      .getResult(0);
}

/// A new tensor of `dimensions` of the input of `op`.
static Value createEmpty(OpBuilder &builder, NormOpInterface op,
                         ArrayRef<int64_t> dimensions, FloatType type) {
  SmallVector<OpFoldResult> sizes =
      llvm::map_to_vector(dimensions, [&](int64_t dim) {
        return tensor::getMixedSize(builder, op.getLoc(), op.getInput(), dim);
      });
  return tensor::EmptyOp::create(builder, op.getLoc(), sizes, type);
}

namespace {

/// norm(x, g1, b1), norm(x, g2, b2), ...
///   -> t = norm(x), t * g1 + b1, t * g2 + b2, ...
/// for norms in one block that differ in scale, bias, result type and the set
/// of statistics only; the t has type R, C without scale_rounding, and the
/// products are computed in P, C without scale_rounding
///
/// Without scale_rounding both sides are Y(t * (o + g) + b) in C. With it both
/// are Y(P(P(R(t) * g) + b)), for which the offset must be 0 and P defined. The
/// one op has no scale and several users, so AbsorbScale leaves it alone, and
/// takes it back when a single user remains.
struct ShareStatistic : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    SmallVector<NormOpInterface> sharing = findSharing(op);
    if (sharing.empty() || sharing.front() != op)
      return rewriter.notifyMatchFailure(op, "not the first of several scales");

    rewriter.setInsertionPoint(op);
    NormOpInterface common = createCommon(rewriter, op, sharing);
    for (NormOpInterface norm : sharing)
      replace(rewriter, norm, common);
    return success();
  }

  /// The op without scale and bias, with all statistics that `sharing` have.
  static NormOpInterface createCommon(PatternRewriter &rewriter,
                                      NormOpInterface op,
                                      ArrayRef<NormOpInterface> sharing) {
    NormDescription common = NormDescription::get(op);
    FloatType compute = op.getComputeType();
    FloatType normalized =
        common.scaleRounding ? common.scaleRounding : compute;
    common.scale = common.bias = nullptr;
    common.scaleOffset = 0;
    common.scaleRounding = FloatType();
    common.discardableAttributes = DictionaryAttr();
    common.init = createEmpty(
        rewriter, op,
        llvm::to_vector(llvm::seq<int64_t>(0, op.getInputType().getRank())),
        normalized);
    auto createInit = [&](auto get) -> Value {
      if (llvm::none_of(sharing, [&](NormOpInterface norm) {
            return get(norm) != nullptr;
          }))
        return nullptr;
      return createEmpty(rewriter, op, op.getRowDimensions(), compute);
    };
    common.statisticInit =
        createInit([](NormOpInterface norm) { return norm.getStatistic(); });
    common.rstdInit =
        createInit([](NormOpInterface norm) { return norm.getRstd(); });
    common.meanInit =
        createInit([](NormOpInterface norm) { return norm.getMeanResult(); });
    SmallVector<Location> locations;
    for (NormOpInterface norm : sharing)
      locations.push_back(norm.getLoc());
    return common.create(rewriter, rewriter.getFusedLoc(locations));
  }

  /// Replaces `norm` by the results of `common`, y scaled.
  static void replace(PatternRewriter &rewriter, NormOpInterface norm,
                      NormOpInterface common) {
    rewriter.setInsertionPoint(norm);
    NormDescription description = NormDescription::get(norm);
    FloatType computed = norm.getComputeType();
    if (description.scaleRounding)
      computed = getProductType(description.scaleRounding,
                                getElementType(description.scale));
    Value y = createScaling(rewriter, norm.getLoc(), common.getY(), description,
                            computed);
    rewriter.replaceAllUsesWith(norm.getY(), y);
    for (auto [from, to] :
         {std::pair(norm.getStatistic(), common.getStatistic()),
          std::pair(norm.getRstd(), common.getRstd()),
          std::pair(norm.getMeanResult(), common.getMeanResult())})
      if (from)
        rewriter.replaceAllUsesWith(from, to);
    rewriter.eraseOp(norm);
  }
};

/// y1, r1 = norm(x, g1, b1), _, r2 = norm(x, g2, b2)
///   -> y1, r = norm(x, g1, b1)
/// for norms in one block whose statistics are the same, the second without a
/// use of its y, where what the first reads is there at the earlier of the two
///
/// Statistics do not depend on scale and bias. So a backward beside its forward
/// reads rstd and mean of the forward: x is read once less.
struct JoinStatistics : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!op.getY() || !op.getY().use_empty())
      return rewriter.notifyMatchFailure(op, "y is used, or on memrefs");
    NormOpInterface forward = findForward(op);
    if (!forward)
      return rewriter.notifyMatchFailure(op,
                                         "no other norm with its statistic");

    NormDescription joint = NormDescription::get(forward);
    NormDescription own = NormDescription::get(op);
    for (auto [init, ownInit] :
         {std::pair(&joint.statisticInit, own.statisticInit),
          std::pair(&joint.rstdInit, own.rstdInit),
          std::pair(&joint.meanInit, own.meanInit)})
      if (!*init)
        *init = ownInit;
    rewriter.setInsertionPoint(getEarlier(op, forward));
    NormOpInterface joined = joint.create(
        rewriter, rewriter.getFusedLoc({forward.getLoc(), op.getLoc()}));
    for (NormOpInterface old : {forward, op}) {
      for (auto [from, to] :
           {std::pair(old.getY(), joined.getY()),
            std::pair(old.getStatistic(), joined.getStatistic()),
            std::pair(old.getRstd(), joined.getRstd()),
            std::pair(old.getMeanResult(), joined.getMeanResult())})
        if (from && !from.use_empty())
          rewriter.replaceAllUsesWith(from, to);
      rewriter.eraseOp(old);
    }
    return success();
  }

  static NormOpInterface getEarlier(NormOpInterface a, NormOpInterface b) {
    return a->isBeforeInBlock(b) ? a : b;
  }

  /// Whether statistics that both have are of the same static extents.
  static bool haveSameTypes(NormOpInterface a, NormOpInterface b) {
    auto areAlike = [](Value first, Value second) {
      return !first || !second || first.getType() == second.getType();
    };
    return areAlike(a.getStatistic(), b.getStatistic()) &&
           areAlike(a.getRstd(), b.getRstd()) &&
           areAlike(a.getMeanResult(), b.getMeanResult());
  }

  /// The first other norm that `op` can be joined with, or null.
  static NormOpInterface findForward(NormOpInterface op) {
    NormDescription own = NormDescription::get(op);
    NormOpInterface first;
    for (Operation *user : op.getInput().getUsers()) {
      auto other = dyn_cast<NormOpInterface>(user);
      if (!other || other == op || other->getBlock() != op->getBlock() ||
          !other.getY() || !haveSameTypes(op, other) ||
          !measureAlike(own, NormDescription::get(other)))
        continue;
      Operation *place = getEarlier(op, other);
      auto isThere = [&](Value operand) {
        return isDefinedBefore(operand, place);
      };
      auto dps = cast<DestinationStyleOpInterface>(op.getOperation());
      if (llvm::all_of(other->getOperands(), isThere) &&
          llvm::all_of(ValueRange(dps.getDpsInits()).drop_front(), isThere) &&
          (!first || other->isBeforeInBlock(first)))
        first = other;
    }
    return first;
  }
};

} // namespace

void norm::detail::populateSharingPatterns(RewritePatternSet &patterns) {
  patterns.add<ShareStatistic, JoinStatistics>(patterns.getContext());
}
