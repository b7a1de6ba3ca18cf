//===- RowLoop.cpp - loops over rows --------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/RowShape.h"

#include "MemoryEffects.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

void RowLoopOp::build(OpBuilder &builder, OperationState &state,
                      ValueRange inputs, ValueRange inits,
                      ArrayRef<AffineMap> maps, ArrayRef<int64_t> dimensions,
                      ArrayRef<int64_t> accumulate) {
  SmallVector<Type> results;
  for (Type type : inits.getTypes())
    if (isa<RankedTensorType>(type))
      results.push_back(type);
  build(builder, state, results, inputs, inits,
        builder.getAffineMapArrayAttr(maps), dimensions, accumulate);
  Block &block = state.regions.front()->emplaceBlock();
  for (Value input : inputs)
    block.addArgument(getElementTypeOrSelf(input), input.getLoc());
}

SmallVector<int64_t> RowLoopOp::getRowDimensions() {
  return getComplement(getNumDims(), getDimensions());
}

bool RowLoopOp::variesAlongRow(AffineMap map) {
  return llvm::any_of(getDimensions(),
                      [&](int64_t dim) { return map.isFunctionOfDim(dim); });
}

bool RowLoopOp::isAccumulated(unsigned output) {
  AffineMap map = getMap(getInputs().size() + output);
  return !getAccumulate().empty() && variesAlongRow(map) &&
         llvm::none_of(getAccumulate(),
                       [&](int64_t dim) { return map.isFunctionOfDim(dim); });
}

RowYieldOp RowLoopOp::getYield() {
  return cast<RowYieldOp>(getBlock()->getTerminator());
}

ArrayRef<int64_t> RowLoopOp::getShape(OpOperand *operand) {
  auto type = dyn_cast<ShapedType>(operand->get().getType());
  return type ? type.getShape() : ArrayRef<int64_t>();
}

SmallVector<int64_t> RowLoopOp::getStaticLoopRanges() {
  return getStaticExtents(getOperands(), getMaps());
}

void RowLoopOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  detail::getMemoryEffects(*this, effects);
}

LogicalResult
RowLoopOp::reifyResultShapes(OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &shapes) {
  return detail::reifyShapes(*this, builder, shapes);
}

/// The extent of a row that is known.
OpFoldResult RowLengthOp::fold(FoldAdaptor) {
  RowShape shape(cast<RowLoopOp>((*this)->getParentOp()));
  if (!shape.hasStaticLength())
    return {};
  return IntegerAttr::get(IndexType::get(getContext()), shape.getLength());
}

//===----------------------------------------------------------------------===//
// Canonicalization
//===----------------------------------------------------------------------===//

/// A loop like `loop` with the given operands kept; the body moves over. The
/// arguments of dropped inputs and values of dropped results must be unused.
static RowLoopOp keepOperands(PatternRewriter &rewriter, RowLoopOp loop,
                              const BitVector &inputs, const BitVector &inits) {
  SmallVector<Value> newInputs, newInits;
  SmallVector<AffineMap> maps;
  unsigned numInputs = loop.getInputs().size();
  for (unsigned i : inputs.set_bits()) {
    newInputs.push_back(loop.getInputs()[i]);
    maps.push_back(loop.getMap(i));
  }
  for (unsigned i : inits.set_bits()) {
    newInits.push_back(loop.getInits()[i]);
    maps.push_back(loop.getMap(numInputs + i));
  }
  bool accumulates = llvm::any_of(inits.set_bits(), [&](unsigned output) {
    return loop.isAccumulated(output);
  });
  auto kept = RowLoopOp::create(
      rewriter, loop.getLoc(), newInputs, newInits, maps, loop.getDimensions(),
      accumulates ? loop.getAccumulate() : ArrayRef<int64_t>());
  kept->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  Block *body = loop.getBlock();
  RowYieldOp yield = loop.getYield();
  rewriter.modifyOpInPlace(yield, [&] {
    BitVector dropped = inits;
    yield->eraseOperands(dropped.flip());
  });
  SmallVector<Value> arguments(numInputs);
  for (auto [argument, number] :
       llvm::zip(kept.getBlock()->getArguments(), inputs.set_bits()))
    arguments[number] = argument;
  // What is not kept has no uses; any value of its type will do.
  for (unsigned i = 0; i < numInputs; ++i)
    if (!arguments[i])
      arguments[i] = body->getArgument(i);
  rewriter.mergeBlocks(body, kept.getBlock(), arguments);
  return kept;
}

/// Adds operands to those that are kept until each dim is named by a map:
/// inputs first, and destinations where only these name it, as in a norm of a
/// value of the row whose y is unused.
static void keepNamedDims(RowLoopOp loop, BitVector &inputs, BitVector &inits) {
  auto isKept = [&](unsigned operand) {
    return operand < inputs.size() ? inputs[operand]
                                   : inits[operand - inputs.size()];
  };
  for (int64_t dim = 0; dim < loop.getNumDims(); ++dim) {
    auto names = [&](unsigned operand) {
      return loop.getMap(operand).isFunctionOfDim(dim);
    };
    auto operands =
        llvm::make_filter_range(llvm::seq(loop->getNumOperands()), names);
    if (llvm::any_of(operands, isKept))
      continue;
    unsigned first = *operands.begin();
    if (first < inputs.size())
      inputs.set(first);
    else
      inits.set(first - inputs.size());
  }
}

namespace {
/// an input whose argument is unused -> no input
/// an input that is there twice -> once
/// a result without uses -> no result, if another is left
struct DropUnusedOperands : OpRewritePattern<RowLoopOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RowLoopOp loop,
                                PatternRewriter &rewriter) const override {
    unsigned numInputs = loop.getInputs().size();
    BitVector inputs(numInputs, true), inits(loop.getInits().size(), true);
    Block *body = loop.getBlock();
    for (unsigned i = 0; i < numInputs; ++i) {
      for (unsigned j : llvm::make_early_inc_range(inputs.set_bits())) {
        if (j >= i)
          break;
        if (loop.getInputs()[i] == loop.getInputs()[j] &&
            loop.getMap(i) == loop.getMap(j))
          rewriter.replaceAllUsesWith(body->getArgument(i),
                                      body->getArgument(j));
      }
      if (body->getArgument(i).use_empty())
        inputs.reset(i);
    }
    for (OpResult result : loop.getResults())
      if (result.use_empty() && inits.count() > 1)
        inits.reset(result.getResultNumber());
    keepNamedDims(loop, inputs, inits);
    if (inputs.all() && inits.all())
      return rewriter.notifyMatchFailure(loop, "all operands are used");

    RowLoopOp kept = keepOperands(rewriter, loop, inputs, inits);
    SmallVector<Value> results(loop.getNumResults());
    if (loop.getNumResults() != 0)
      for (auto [result, number] :
           llvm::zip(kept.getResults(), inits.set_bits()))
        results[number] = result;
    rewriter.replaceOp(loop, results);
    return success();
  }
};
} // namespace

/// The value that all elements of `tensor` have, from outside of the op that
/// fills it: linalg.fill, or a linalg.generic that yields it. Null if none.
static Value getFilling(Value tensor) {
  if (auto fill = tensor.getDefiningOp<linalg::FillOp>())
    return fill.getInputs()[0];
  auto generic = tensor.getDefiningOp<linalg::GenericOp>();
  if (!generic || generic.getNumResults() != 1 ||
      generic.getNumReductionLoops() != 0)
    return nullptr;
  Value yielded = generic.getBody()->getTerminator()->getOperand(0);
  return generic.getRegion().isAncestor(yielded.getParentRegion()) ? Value()
                                                                   : yielded;
}

namespace {
/// an input that is a constant, or filled with one -> a constant in the body
struct FoldScalarInputs : OpRewritePattern<RowLoopOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RowLoopOp loop,
                                PatternRewriter &rewriter) const override {
    bool changed = false;
    for (auto [number, input] : llvm::enumerate(loop.getInputs())) {
      BlockArgument argument = loop.getBlock()->getArgument(number);
      Value filling = getFilling(input);
      Value scalar = filling ? filling : input;
      if (scalar.getType() != argument.getType() || argument.use_empty())
        continue;
      if (Operation *constant = scalar.getDefiningOp();
          constant && constant->hasTrait<OpTrait::ConstantLike>()) {
        rewriter.setInsertionPointToStart(loop.getBlock());
        rewriter.replaceAllUsesWith(argument,
                                    rewriter.clone(*constant)->getResult(0));
        changed = true;
      }
    }
    return success(changed);
  }
};

/// outs(fill(c, %e)) -> outs(%e), as destinations are never read
///
/// A fill may be linalg.generic that has no tensor but its destination.
struct SkipFilledDestinations : OpRewritePattern<RowLoopOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RowLoopOp loop,
                                PatternRewriter &rewriter) const override {
    bool changed = false;
    for (OpOperand &init : loop.getInitsMutable()) {
      auto fill = init.get().getDefiningOp<linalg::LinalgOp>();
      if (!fill || fill->getNumResults() != 1 ||
          llvm::any_of(fill.getDpsInputs(), [](Value input) {
            return isa<ShapedType>(input.getType());
          }))
        continue;
      rewriter.modifyOpInPlace(loop, [&] { init.set(fill.getDpsInits()[0]); });
      changed = true;
    }
    return success(changed);
  }
};
} // namespace

void RowLoopOp::getCanonicalizationPatterns(RewritePatternSet &results,
                                            MLIRContext *context) {
  results.add<DropUnusedOperands, FoldScalarInputs, SkipFilledDestinations>(
      context);
}
