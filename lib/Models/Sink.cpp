//===- Sink.cpp - the pass norm-sink --------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Sink.h"

#include "PassOptions.h"
#include "RowPath.h"
#include "RowProduct.h"
#include "Weights.h"

#include "norm/Dialect/Norm/IR/NormDescription.h"
#include "norm/Dialect/Norm/Transforms/Formula.h"
#include "norm/Models/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMSINK
#include "norm/Models/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

//===----------------------------------------------------------------------===//
// What stands in the way
//===----------------------------------------------------------------------===//

/// Why `op` cannot go, whatever reads it; empty if it can.
static std::string getNormObstacle(NormOpInterface op,
                                   const SinkOptions &options) {
  if (!isa<RankedTensorType>(op.getInput().getType()))
    return "the norm is on memrefs";
  if (op.getDimensions().size() != 1)
    return "the row has more than one dimension";
  for (Value statistic : {op.getStatistic(), op.getRstd(), op.getMeanResult()})
    if (statistic && !statistic.use_empty())
      return "its statistics are used, as by a gradient";
  if (options.isStrict &&
      !bitEnumContainsAny(op.getFastmath(), arith::FastMathFlags::reassoc))
    return "precision=strict needs the flag reassoc";
  if (options.isStrict && op.getScaleRounding())
    return "precision=strict keeps the rounding before the scale";
  return "";
}

/// Why the types of `product` do not hold what takes the place of the
/// normalized values, whose mean square is 1; empty if they do.
///
/// x W' is as large as x: f16 ends at 65504, bf16 and f32 hold every x.
/// Where the mean is subtracted behind the product, two numbers of the size of
/// the mean cancel, which 16 bits have no digits for.
static std::string getTypeObstacle(NormOpInterface op,
                                   const RowProduct &product) {
  FloatType result = product.getResultType();
  FloatType weights = product.getWeightsType();
  if (result.getWidth() < 16 || weights.getWidth() < 16 ||
      op.getInputType().getElementTypeBitWidth() < 16)
    return "types of 8 bits hold no products";
  if (result.isF16())
    return "the product is f16, which may not hold the range of x";
  if (op.isCentered() && result.getWidth() < 32)
    return "the product is of 16 bits, in which the mean does not cancel";
  if (op.getScale() && weights.isF16())
    return "the weights are f16, which may not hold the range of scale * "
           "weights";
  if (op.getInputType().getElementType() != op.getInitType().getElementType())
    return "x and the normalized tensor differ in type";
  return "";
}

/// Why the weights of `product` cannot take in what `op` does with columns.
static std::string getWeightsObstacle(NormOpInterface op,
                                      const RowProduct &product,
                                      const SinkOptions &options) {
  bool changesWeights = op.getScale() || op.getBias() || op.isCentered();
  if (!changesWeights || options.takesArguments)
    return "";
  if (!getConstantElements(product.weights->get()))
    return "the weights are not constant (weights=any computes others in each "
           "call)";
  for (Value vector : {op.getScale(), op.getBias()})
    if (vector && !getConstantElements(vector))
      return "scale or bias is not constant (weights=any computes weights in "
             "each call)";
  return "";
}

namespace {
/// A product, and how the normalized tensor gets to it.
struct SunkProduct {
  RowProduct product;
  RowPath path;
};

/// The products that read a norm, or why it stays.
struct SinkMatch {
  SmallVector<SunkProduct> products;
  std::string obstacle;
};
} // namespace

/// Appends the readers of `rows`, which is the normalized tensor at the end of
/// `path`, to `match`; stops at an obstacle.
static void matchReaders(NormOpInterface op, Value rows, const RowPath &path,
                         const SinkOptions &options, SinkMatch &match) {
  for (OpOperand &use : rows.getUses()) {
    if (std::optional<RowPath> longer = path.extend(use.getOwner())) {
      matchReaders(op, use.getOwner()->getResult(0), *longer, options, match);
    } else {
      auto matched = matchRowProduct(use, path.getRowDim());
      if (auto *reason = std::get_if<std::string>(&matched)) {
        match.obstacle = *reason;
        return;
      }
      RowProduct product = std::get<RowProduct>(matched);
      match.obstacle = getTypeObstacle(op, product);
      if (match.obstacle.empty())
        match.obstacle = getWeightsObstacle(op, product, options);
      match.products.push_back({product, path});
    }
    if (!match.obstacle.empty())
      return;
  }
}

static SinkMatch matchSink(NormOpInterface op, const SinkOptions &options) {
  SinkMatch match;
  match.obstacle = getNormObstacle(op, options);
  if (!match.obstacle.empty())
    return match;
  matchReaders(op, op.getY(), RowPath(op.getDimensions()[0]), options, match);
  if (match.obstacle.empty() && match.products.empty())
    match.obstacle = "nothing reads it";
  // Uses are listed from the last to the first.
  std::reverse(match.products.begin(), match.products.end());
  return match;
}

//===----------------------------------------------------------------------===//
// The rewrite
//===----------------------------------------------------------------------===//

/// The norm whose rstd, and mean if it has one, are asked for, without scale
/// and bias; nothing reads its y.
static NormOpInterface createStatistics(OpBuilder &builder,
                                        NormOpInterface op) {
  NormDescription description = NormDescription::get(op);
  description.scale = description.bias = nullptr;
  description.scaleOffset = 0;
  description.scaleRounding = FloatType();
  auto createRowsEmpty = [&]() -> Value {
    SmallVector<OpFoldResult> sizes;
    for (int64_t dim : op.getRowDimensions())
      sizes.push_back(
          tensor::getMixedSize(builder, op.getLoc(), op.getInput(), dim));
    return tensor::EmptyOp::create(builder, op.getLoc(), sizes,
                                   op.getComputeType());
  };
  description.statisticInit = nullptr;
  description.rstdInit = createRowsEmpty();
  description.meanInit = op.isCentered() ? createRowsEmpty() : Value();
  return description.create(builder, op.getLoc());
}

namespace {
/// The epilogue of one product, and what it reads.
struct SinkEpilogue {
  FloatType computed;
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  bool isCentered;
  bool hasBias;

  /// (p - mean * colsum) * rstd + bias, from the arguments in this order.
  Value emit(OpBuilder &b, Location loc, ValueRange args) const {
    unsigned next = 0;
    auto take = [&] {
      return ScalarEmitter().convert(b, loc, args[next++], computed);
    };
    Value value = take();
    Value rstd = take();
    if (isCentered) {
      Value mean = take(), columns = take();
      Value shift = arith::MulFOp::create(b, loc, mean, columns);
      value = arith::SubFOp::create(b, loc, value, shift);
    }
    value = arith::MulFOp::create(b, loc, value, rstd);
    if (hasBias)
      value = arith::AddFOp::create(b, loc, value, take());
    return value;
  }
};
} // namespace

/// `product` with x for its rows and `weights`, then rstd and the rest.
static void sinkProduct(RewriterBase &rewriter, NormOpInterface op,
                        NormOpInterface statistics, const SunkProduct &sunk) {
  const RowProduct &product = sunk.product;
  linalg::LinalgOp old = product.op;
  Location loc = rewriter.getFusedLoc({op.getLoc(), old.getLoc()});
  rewriter.setInsertionPoint(old);
  WeightsAlong own{product.weights->get(), product.weightsRowDim};
  WeightsAlong scaled = own;
  if (op.getScale())
    scaled.weights =
        scaleWeights(rewriter, loc, own, op.getScale(), op.getScaleOffset());
  Value x = op.getInput();
  if (x.getType() != op.getY().getType())
    x = tensor::CastOp::create(rewriter, loc, op.getY().getType(), x);
  x = sunk.path.followElements(rewriter, x);
  Operation *moved = rewriter.clone(*old);
  moved->setOperand(product.rows->getOperandNumber(), x);
  moved->setOperand(product.weights->getOperandNumber(), scaled.weights);

  FloatType result = product.getResultType();
  FloatType computed = result.isF64() || op.getComputeType().isF64()
                           ? rewriter.getF64Type()
                           : rewriter.getF32Type();
  auto type = cast<RankedTensorType>(moved->getResult(0).getType());
  AffineMap identity = rewriter.getMultiDimIdentityMap(type.getRank());
  SinkEpilogue epilogue{computed,
                        {moved->getResult(0),
                         sunk.path.followRows(rewriter, statistics.getRstd())},
                        {identity, product.rowMap},
                        op.isCentered(),
                        bool(op.getBias())};
  if (op.isCentered()) {
    epilogue.inputs.push_back(
        sunk.path.followRows(rewriter, statistics.getMeanResult()));
    epilogue.maps.push_back(product.rowMap);
    epilogue.inputs.push_back(
        sumWeights(rewriter, loc, scaled, Value(), computed));
    epilogue.maps.push_back(product.columnMap);
  }
  if (op.getBias()) {
    epilogue.inputs.push_back(
        sumWeights(rewriter, loc, own, op.getBias(), computed));
    epilogue.maps.push_back(product.columnMap);
  }
  epilogue.maps.push_back(identity);
  Value init = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, moved->getResult(0)),
      result);
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      rewriter, loc, TypeRange{init.getType()}, epilogue.inputs,
      ValueRange{init}, epilogue.maps, loops,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        Value value = ScalarEmitter().convert(
            b, loc, epilogue.emit(b, loc, args), result);
        linalg::YieldOp::create(b, loc, value);
      });
  Value replacement = generic.getResult(0);
  if (replacement.getType() != type)
    replacement = tensor::CastOp::create(rewriter, loc, type, replacement);
  rewriter.replaceOp(old, replacement);
}

/// Erases the norm and the reshapes of its result.
static void eraseUnread(RewriterBase &rewriter, Operation *op) {
  for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
    eraseUnread(rewriter, user);
  rewriter.eraseOp(op);
}

/// The bytes of the tensor `type`, kDynamic if they are not known.
static int64_t countBytes(ShapedType type) {
  return type.hasStaticShape()
             ? type.getNumElements() * type.getElementTypeBitWidth() / 8
             : ShapedType::kDynamic;
}

SinkOutcome norm::sinkNorm(RewriterBase &rewriter, NormOpInterface op,
                           const SinkOptions &options) {
  SinkMatch match = matchSink(op, options);
  if (!match.obstacle.empty())
    return {op.getLoc(), 0, 0, match.obstacle};
  SinkOutcome outcome{op.getLoc(), unsigned(match.products.size()),
                      countBytes(op.getInitType()), ""};
  rewriter.setInsertionPoint(op);
  NormOpInterface statistics = createStatistics(rewriter, op);
  for (const SunkProduct &sunk : match.products)
    sinkProduct(rewriter, op, statistics, sunk);
  eraseUnread(rewriter, op);
  return outcome;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static void emitSinkRemark(const SinkOutcome &outcome) {
  auto options = [](StringRef name) {
    return remark::RemarkOpts::name(name).category("norm-sink");
  };
  if (outcome.products == 0) {
    remark::missed(outcome.loc, options("not-sunk"))
        << remark::reason("{0}", outcome.reason);
    return;
  }
  auto remark = remark::passed(outcome.loc, options("sunk"));
  remark << "the norm is a factor of the rows of the products that read it"
         << remark::metric("products", outcome.products);
  if (!ShapedType::isDynamic(outcome.bytes))
    remark << remark::metric("bytes", outcome.bytes);
}

namespace {
struct NormSink : norm::impl::NormSinkBase<NormSink> {
  using NormSinkBase::NormSinkBase;

  void runOnOperation() override {
    Location loc = getOperation()->getLoc();
    if (failed(checkOption(loc, "precision", precision, "relaxed", "strict")) ||
        failed(checkOption(loc, "weights", weights, "constant", "any")))
      return signalPassFailure();
    SinkOptions options{precision == "strict", weights == "any"};
    SmallVector<NormOpInterface> norms;
    getOperation()->walk([&](NormOpInterface op) { norms.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (NormOpInterface op : norms)
      emitSinkRemark(sinkNorm(rewriter, op, options));
  }
};
} // namespace
