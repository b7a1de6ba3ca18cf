//===- Decompose.cpp - norm ops as linalg ops -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Decompose.h"

#include "DecompositionParts.h"
#include "norm/Dialect/Norm/Transforms/Passes.h"
#include "norm/Dialect/Norm/Transforms/RowMoments.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

namespace mlir::norm {
#define GEN_PASS_DEF_NORMDECOMPOSE
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Emits the linalg ops of one norm op.
class Decomposition : public LinalgEmitter {
public:
  Decomposition(OpBuilder &builder, NormOpInterface op)
      : LinalgEmitter(builder, op), op(op) {}

  SmallVector<Value> emit();

  friend Value norm::emitStatisticCount(OpBuilder &, NormOpInterface);
  friend Value norm::emitNormalizedRows(OpBuilder &, NormOpInterface, Value,
                                        Value);

private:
  Value emitRowSum(Value x, ArrayRef<int64_t> dimensions, Value scale,
                   Value mean, bool squared);
  Value emitQuotients(Value sum, Value count, Value destination);
  Value emitScaleOfSums();
  Value emitMean();
  Value emitLeadingSquares(int64_t k);
  Value emitPredicatedSquares(int64_t k);
  Value emitResult(Value mean, Value rstd);

  NormOpInterface op;
};
} // namespace

//===----------------------------------------------------------------------===//
// Building blocks
//===----------------------------------------------------------------------===//

/// sum of h, of h^2 or, with a mean, of (h - mean)^2 over `dimensions` of x;
/// with a scale, of scale * h.
Value Decomposition::emitRowSum(Value x, ArrayRef<int64_t> dimensions,
                                Value scale, Value mean, bool squared) {
  int64_t rank = cast<RankedTensorType>(x.getType()).getRank();
  Value zeros = emitZeros(emitRowsEmpty());
  AffineMap rowMap = getMap(getComplement(rank, dimensions), rank);
  SmallVector<Value> inputs = {x};
  SmallVector<AffineMap> maps = {builder.getMultiDimIdentityMap(rank)};
  if (mean) {
    inputs.push_back(mean);
    maps.push_back(rowMap);
  }
  return emitGeneric(
      inputs, maps, zeros, rowMap,
      [&](OpBuilder &body, Location loc, ValueRange arguments) {
        Value term = toCompute(body, arguments[0]);
        if (scale)
          term = arith::MulFOp::create(body, loc, term, scale);
        if (mean)
          term = arith::SubFOp::create(body, loc, term, arguments[1]);
        if (squared)
          term = arith::MulFOp::create(body, loc, term, term);
        return arith::AddFOp::create(body, loc, arguments.back(), term)
            .getResult();
      });
}

/// sum / count per row, into `destination` or a new tensor.
Value Decomposition::emitQuotients(Value sum, Value count, Value destination) {
  return emitPerRow(destination, sum,
                    [&](OpBuilder &body, Location loc, ValueRange arguments) {
                      return arith::DivFOp::create(body, loc, arguments[0],
                                                   count)
                          .getResult();
                    });
}

/// 2^-(1 + floor(log2(n))), for which n numbers times it have a sum in range:
/// for a row of 6 it is 1/8. Where n is unknown, what serves for any.
Value Decomposition::emitScaleOfSums() {
  int64_t n = op.getRowLength();
  double scale = kSumScale;
  if (!ShapedType::isDynamic(n))
    scale = std::ldexp(1.0, n == 0 ? 0 : -1 - int(llvm::Log2_64(n)));
  return emitConstant(builder, loc, op.getComputeType(), scale);
}

/// The mean of h: the sum of scale * h over scale * n, which is in range
/// wherever h is. A power of two costs no digits, unless h is below 2^-126 * n
/// in f32.
Value Decomposition::emitMean() {
  Value scale = emitScaleOfSums();
  Value sum = emitRowSum(op.getInput(), op.getDimensions(), scale,
                         /*mean=*/nullptr, /*squared=*/false);
  Value count =
      builder.createOrFold<arith::MulFOp>(loc, emitCount(std::nullopt), scale);
  return emitQuotients(sum, count, op.getMeanDestination());
}

//===----------------------------------------------------------------------===//
// prmsnorm's statistic
//===----------------------------------------------------------------------===//

/// The sum of the first k squares of the flattened row. Adjacent normalized
/// dims are collapsed into one, of which a slice is summed.
Value Decomposition::emitLeadingSquares(int64_t k) {
  ArrayRef<int64_t> dimensions = op.getDimensions();
  int64_t first = dimensions.front();
  if (dimensions.back() - first + 1 != static_cast<int64_t>(dimensions.size()))
    return emitPredicatedSquares(k);

  Value x = op.getInput();
  if (dimensions.size() > 1) {
    SmallVector<ReassociationIndices> groups;
    for (int64_t dim = 0, rank = op.getInputType().getRank(); dim < rank; ++dim)
      if (dim > first && dim <= dimensions.back())
        groups.back().push_back(dim);
      else
        groups.push_back({dim});
    x = tensor::CollapseShapeOp::create(builder, loc, x, groups);
  }
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, x);
  SmallVector<OpFoldResult> offsets(sizes.size(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(sizes.size(), builder.getIndexAttr(1));
  sizes[first] = builder.getIndexAttr(k);
  Value slice =
      tensor::ExtractSliceOp::create(builder, loc, x, offsets, sizes, strides);
  return emitRowSum(slice, first, /*scale=*/nullptr, /*mean=*/nullptr,
                    /*squared=*/true);
}

/// The same for normalized dims that are not adjacent: elements whose position
/// in the flattened row is k or more count as zero, whatever they hold.
Value Decomposition::emitPredicatedSquares(int64_t k) {
  int64_t rank = op.getInputType().getRank();
  LeadingElements leading = emitLeadingElements(k);
  Value zero = emitConstant(builder, loc, op.getComputeType(), 0.0);
  return emitGeneric(
      op.getInput(), builder.getMultiDimIdentityMap(rank),
      emitZeros(emitRowsEmpty()), getMap(op.getRowDimensions(), rank),
      [&](OpBuilder &body, Location loc, ValueRange arguments) {
        Value h = toCompute(body, arguments[0]);
        Value square = arith::MulFOp::create(body, loc, h, h);
        Value term = arith::SelectOp::create(
            body, loc, leading.emitContains(body, loc, op.getDimensions()),
            square, zero);
        return arith::AddFOp::create(body, loc, arguments[1], term).getResult();
      });
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

/// y from x, the mean (or null) and rstd.
Value Decomposition::emitResult(Value mean, Value rstd) {
  int64_t rank = op.getInputType().getRank();
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  AffineMap rowMap = getMap(op.getRowDimensions(), rank);
  AffineMap elementMap = getMap(op.getDimensions(), rank);
  SmallVector<Value> inputs = {op.getInput(), rstd};
  SmallVector<AffineMap> maps = {identity, rowMap};
  auto addInput = [&](Value value, AffineMap map) -> std::optional<unsigned> {
    if (!value)
      return std::nullopt;
    inputs.push_back(value);
    maps.push_back(map);
    return inputs.size() - 1;
  };
  std::optional<unsigned> meanAt = addInput(mean, rowMap);
  std::optional<unsigned> scaleAt = addInput(op.getScale(), elementMap);
  std::optional<unsigned> biasAt = addInput(op.getBias(), elementMap);
  return emitGeneric(inputs, maps, op.getInit(), identity,
                     [&](OpBuilder &body, Location loc, ValueRange arguments) {
                       auto get = [&](std::optional<unsigned> at) -> Value {
                         return at ? arguments[*at] : Value();
                       };
                       Value h = toCompute(body, arguments[0]);
                       if (mean)
                         h = arith::SubFOp::create(body, loc, h, get(meanAt));
                       Value normalized =
                           arith::MulFOp::create(body, loc, h, arguments[1]);
                       return emitElement(body, op, emitter, normalized,
                                          get(scaleAt), get(biasAt));
                     });
}

SmallVector<Value> Decomposition::emit() {
  ArrayRef<int64_t> dimensions = op.getDimensions();
  std::optional<int64_t> k = op.getStatisticLength();
  Value mean;
  if (op.isCentered())
    mean = emitMean();
  // A mean of squares is not negative: no clamp is needed.
  Value squares = k ? emitLeadingSquares(*k)
                    : emitRowSum(op.getInput(), dimensions, /*scale=*/nullptr,
                                 mean, /*squared=*/true);
  Value statistic = emitQuotients(squares, emitCount(k), op.getStatisticInit());
  Value rstd = emitPerRow(op.getRstdInit(), statistic,
                          [&](OpBuilder &body, Location, ValueRange arguments) {
                            return emitRstd(body, op, arguments[0]);
                          });
  SmallVector<Value> results = {emitResult(mean, rstd)};
  if (op.getStatistic())
    results.push_back(statistic);
  if (op.getRstd())
    results.push_back(rstd);
  if (op.getMeanResult())
    results.push_back(mean);
  return results;
}

Value norm::emitStatisticCount(OpBuilder &builder, NormOpInterface op) {
  return Decomposition(builder, op).emitCount(op.getStatisticLength());
}

Value norm::emitNormalizedRows(OpBuilder &builder, NormOpInterface op,
                               Value mean, Value rstd) {
  return Decomposition(builder, op).emitResult(mean, rstd);
}

//===----------------------------------------------------------------------===//
// Public entry points
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>> norm::decomposeNorm(OpBuilder &builder,
                                                  NormOpInterface op) {
  if (!isa<RankedTensorType>(op.getInput().getType()))
    return failure();
  return Decomposition(builder, op).emit();
}

namespace {
/// norm op on tensors -> linalg ops on tensors
struct DecomposeNormOp : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    FailureOr<SmallVector<Value>> results = decomposeNorm(rewriter, op);
    if (failed(results))
      return rewriter.notifyMatchFailure(op, "not on tensors");
    rewriter.replaceOp(op, *results);
    return success();
  }
};

/// backward op on tensors -> linalg ops on tensors
struct DecomposeBackwardOp
    : OpInterfaceRewritePattern<NormBackwardOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormBackwardOpInterface op,
                                PatternRewriter &rewriter) const override {
    FailureOr<SmallVector<Value>> results = decomposeNormBackward(rewriter, op);
    if (failed(results))
      return rewriter.notifyMatchFailure(op, "not on tensors");
    rewriter.replaceOp(op, *results);
    return success();
  }
};

template <typename OpTy>
struct NormDecomposition
    : linalg::AggregatedOpInterface::ExternalModel<NormDecomposition<OpTy>,
                                                   OpTy> {
  FailureOr<SmallVector<Value>> decomposeOperation(Operation *op,
                                                   OpBuilder &builder) const {
    return decomposeNorm(builder, cast<NormOpInterface>(op));
  }
};

template <typename OpTy>
struct BackwardDecomposition
    : linalg::AggregatedOpInterface::ExternalModel<BackwardDecomposition<OpTy>,
                                                   OpTy> {
  FailureOr<SmallVector<Value>> decomposeOperation(Operation *op,
                                                   OpBuilder &builder) const {
    return decomposeNormBackward(builder, cast<NormBackwardOpInterface>(op));
  }
};

struct NormDecomposePass : norm::impl::NormDecomposeBase<NormDecomposePass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateNormDecomposePatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

void norm::populateNormDecomposePatterns(RewritePatternSet &patterns) {
  patterns.add<DecomposeNormOp, DecomposeBackwardOp>(patterns.getContext());
}

void norm::registerAggregatedOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NormDialect *) {
    RMSNormOp::attachInterface<NormDecomposition<RMSNormOp>>(*context);
    PRMSNormOp::attachInterface<NormDecomposition<PRMSNormOp>>(*context);
    LayerNormOp::attachInterface<NormDecomposition<LayerNormOp>>(*context);
    RMSNormBackwardOp::attachInterface<
        BackwardDecomposition<RMSNormBackwardOp>>(*context);
    PRMSNormBackwardOp::attachInterface<
        BackwardDecomposition<PRMSNormBackwardOp>>(*context);
    LayerNormBackwardOp::attachInterface<
        BackwardDecomposition<LayerNormBackwardOp>>(*context);
  });
}
