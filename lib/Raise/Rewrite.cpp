//===- Rewrite.cpp - putting a norm op in place ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite.h"

#include "IndexMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Dead ops
//===----------------------------------------------------------------------===//

void Rewriter::markDead(Operation *op) {
  SmallVector<Operation *> worklist = {op};
  while (!worklist.empty()) {
    Operation *candidate = worklist.pop_back_val();
    if (dead.contains(candidate) || !wouldOpBeTriviallyDead(candidate))
      continue;
    if (llvm::any_of(candidate->getResults(),
                     [&](Value result) { return hasLiveUse(result); }))
      continue;
    dead.insert(candidate);
    candidate->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (Operation *producer = operand.getDefiningOp())
          if (!candidate->isAncestor(producer))
            worklist.push_back(producer);
    });
  }
}

void Rewriter::eraseDead() {
  // Users come after what they use in the order of death reversed only in part:
  // drop all uses first.
  for (Operation *op : dead)
    op->dropAllUses();
  for (Operation *op : dead)
    op->erase();
  dead.clear();
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// `value` with unit dimensions put in or taken out so that it has `type`.
static Value reshapeTo(OpBuilder &opBuilder, Location loc, Value value,
                       RankedTensorType type) {
  auto source = cast<RankedTensorType>(value.getType());
  if (source == type)
    return value;
  if (source.getRank() == type.getRank())
    return tensor::CastOp::areCastCompatible(source, type)
               ? tensor::CastOp::create(opBuilder, loc, type, value)
               : Value();
  if (!source.hasStaticShape() || !type.hasStaticShape())
    return nullptr;
  auto reassociation = getReassociationIndicesForReshape(source, type);
  if (!reassociation)
    return nullptr;
  if (source.getRank() > type.getRank())
    return tensor::CollapseShapeOp::create(opBuilder, loc, type, value,
                                           *reassociation);
  return tensor::ExpandShapeOp::create(opBuilder, loc, type, value,
                                       *reassociation);
}

/// Whether `dims`, indices into a tensor, are `wanted` in order but for unit
/// dimensions on either side.
static bool isSameButForUnits(ArrayRef<AffineExpr> lhs,
                              ArrayRef<AffineExpr> rhs) {
  auto isVarying = [](AffineExpr expr) {
    return !isa<AffineConstantExpr>(expr);
  };
  return llvm::equal(llvm::make_filter_range(lhs, isVarying),
                     llvm::make_filter_range(rhs, isVarying));
}

/// The tensor over `to` (indices of a new tensor of the given sizes) that reads
/// `value` at `from`, as a copying generic op.
static Value copyThroughMaps(OpBuilder &opBuilder, Location loc, Value value,
                             ArrayRef<AffineExpr> from, ArrayRef<AffineExpr> to,
                             ArrayRef<OpFoldResult> sizes) {
  // Positions of the root become loops of the copy.
  llvm::DenseMap<AffineExpr, AffineExpr> loops;
  for (auto [loop, index] : llvm::enumerate(to))
    if (isa<AffineDimExpr>(index))
      loops[index] = opBuilder.getAffineDimExpr(loop);
  SmallVector<AffineExpr> indices;
  uint64_t known = 0;
  for (auto [position, loop] : loops)
    known |= dimsOf(position);
  for (AffineExpr index : from) {
    if (dimsOf(index) & ~known)
      return nullptr;
    indices.push_back(index.replace(loops));
  }
  auto type = cast<RankedTensorType>(value.getType());
  Value empty =
      tensor::EmptyOp::create(opBuilder, loc, sizes, type.getElementType());
  AffineMap input =
      AffineMap::get(to.size(), 0, indices, opBuilder.getContext());
  AffineMap output = opBuilder.getMultiDimIdentityMap(to.size());
  SmallVector<utils::IteratorType> iterators(to.size(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             opBuilder, loc, empty.getType(), value, empty,
             ArrayRef<AffineMap>{input, output}, iterators,
             [](OpBuilder &b, Location l, ValueRange arguments) {
               linalg::YieldOp::create(b, l, arguments.front());
             })
      .getResult(0);
}

/// The scale or bias in the shape of the normalized dimensions of the input.
Value Rewriter::shapeParameter(const Witness &parameter, const NormPlan &plan,
                               ArrayRef<int64_t> rowDims,
                               OpBuilder &opBuilder) {
  Location loc = plan.root.value.getLoc();
  Value input = plan.input.tensor;
  auto inputType = cast<RankedTensorType>(input.getType());
  auto type = cast<RankedTensorType>(parameter.tensor.getType());
  SmallVector<AffineExpr> wanted;
  SmallVector<int64_t> shape;
  for (int64_t dim : rowDims) {
    wanted.push_back(plan.input.indices[dim]);
    shape.push_back(inputType.getDimSize(dim));
  }
  if (ArrayRef<AffineExpr>(wanted) == ArrayRef<AffineExpr>(parameter.indices))
    return parameter.tensor;
  auto wantedType = RankedTensorType::get(shape, type.getElementType());
  if (isSameButForUnits(parameter.indices, wanted) &&
      type.getNumElements() == wantedType.getNumElements())
    if (Value reshaped =
            reshapeTo(opBuilder, loc, parameter.tensor, wantedType))
      return reshaped;
  SmallVector<OpFoldResult> sizes;
  for (int64_t dim : rowDims)
    sizes.push_back(tensor::getMixedSize(opBuilder, loc, input, dim));
  return copyThroughMaps(opBuilder, loc, parameter.tensor, parameter.indices,
                         wanted, sizes);
}

//===----------------------------------------------------------------------===//
// The root
//===----------------------------------------------------------------------===//

/// Rebuilds the structured op of the root so that it reads the root from `y`.
/// The result `droppedResult` (if not negative) is not rebuilt.
void Rewriter::replaceInBody(const NormPlan &plan, linalg::LinalgOp op, Value y,
                             int64_t droppedResult) {
  OpBuilder opBuilder(op);
  Block *body = op.getBlock();
  Operation *yield = body->getTerminator();
  SmallVector<OpResult> kept;
  SmallVector<Value> yielded;
  for (OpResult result : op->getResults()) {
    if (int64_t(result.getResultNumber()) == droppedResult ||
        !hasLiveUse(result))
      continue;
    kept.push_back(result);
    yielded.push_back(yield->getOperand(result.getResultNumber()));
  }
  if (kept.empty())
    return;

  // The ops and arguments that the kept results need beside the root.
  llvm::SetVector<Value> needed(yielded.begin(), yielded.end());
  for (unsigned i = 0; i < needed.size(); ++i)
    if (Operation *producer = needed[i].getDefiningOp();
        needed[i] != plan.root.value && producer &&
        body->findAncestorOpInBlock(*producer))
      producer->walk([&](Operation *nested) {
        needed.insert(nested->operand_begin(), nested->operand_end());
      });

  SmallVector<Value> inputs, inits;
  SmallVector<AffineMap> maps;
  SmallVector<BlockArgument> arguments;
  SmallVector<OpOperand *> operands = op.getDpsInputOperands();
  // A body may read what an init holds, also that of a result that goes.
  for (OpOperand &init : op.getDpsInitsMutable())
    if (!llvm::is_contained(kept, op.getTiedOpResult(&init)))
      operands.push_back(&init);
  for (OpOperand *operand : operands) {
    BlockArgument argument = op.getMatchingBlockArgument(operand);
    if (!needed.contains(argument))
      continue;
    inputs.push_back(operand->get());
    maps.push_back(op.getMatchingIndexingMap(operand));
    arguments.push_back(argument);
  }
  inputs.push_back(y);
  maps.push_back(AffineMap::get(op.getNumLoops(), 0, plan.input.indices,
                                op->getContext()));
  SmallVector<Type> types;
  SmallVector<BlockArgument> initArguments;
  for (OpResult result : kept) {
    OpOperand *init = op.getDpsInitOperand(result.getResultNumber());
    inits.push_back(init->get());
    maps.push_back(op.getMatchingIndexingMap(init));
    initArguments.push_back(op.getMatchingBlockArgument(init));
    types.push_back(result.getType());
  }
  auto generic = linalg::GenericOp::create(
      opBuilder, op.getLoc(), types, inputs, inits, maps,
      op.getIteratorTypesArray(),
      [&](OpBuilder &bodyBuilder, Location loc, ValueRange newArguments) {
        IRMapping mapping;
        for (auto [from, to] : llvm::zip(arguments, newArguments))
          mapping.map(from, to);
        mapping.map(plan.root.value, newArguments[arguments.size()]);
        for (auto [from, to] : llvm::zip(
                 initArguments, newArguments.drop_front(arguments.size() + 1)))
          mapping.map(from, to);
        for (Operation &nested : body->without_terminator()) {
          bool isRoot = nested.getNumResults() == 1 &&
                        nested.getResult(0) == plan.root.value;
          bool isNeeded = llvm::any_of(nested.getResults(), [&](Value result) {
            return needed.contains(result);
          });
          if (isNeeded && !isRoot)
            bodyBuilder.clone(nested, mapping);
        }
        SmallVector<Value> values;
        for (Value value : yielded)
          values.push_back(mapping.lookupOrDefault(value));
        linalg::YieldOp::create(bodyBuilder, loc, values);
      });
  for (auto [from, to] : llvm::zip(kept, generic->getResults()))
    Value(from).replaceAllUsesWith(to);
  replacements[op] = generic;
}

/// Puts y in the place of the root: for the whole result where the two are laid
/// out alike, else as an input of what reads it.
void Rewriter::replaceRoot(const NormPlan &plan, Value y,
                           OpBuilder &opBuilder) {
  auto op = dyn_cast<linalg::LinalgOp>(plan.root.owner);
  int64_t resultNumber = -1;
  Value result;
  SmallVector<AffineExpr> indices; // of the result, over positions of the root
  if (op) {
    Operation *yield = op.getBlock()->getTerminator();
    for (OpOperand &operand : yield->getOpOperands())
      if (operand.get() == plan.root.value)
        resultNumber = operand.getOperandNumber();
    if (resultNumber >= 0) {
      result = op->getResult(resultNumber);
      AffineMap map = op.getMatchingIndexingMap(
          op.getDpsInitOperand(unsigned(resultNumber)));
      for (AffineExpr index : map.getResults())
        indices.push_back(simplifyIndex(
            index, [&](unsigned dim) { return plan.root.staticExtents[dim]; }));
    }
  } else {
    result = plan.root.value;
    for (auto [dim, extent] : llvm::enumerate(plan.root.staticExtents))
      indices.push_back(extent == 1 ? opBuilder.getAffineConstantExpr(0)
                                    : context.dim(dim));
  }
  if (result && isSameButForUnits(indices, plan.input.indices)) {
    auto type = cast<RankedTensorType>(result.getType());
    if (Value shaped = reshapeTo(opBuilder, y.getLoc(), y, type)) {
      result.replaceAllUsesWith(shaped);
      if (op)
        replaceInBody(plan, op, y, resultNumber);
      return;
    }
  }
  if (op)
    return replaceInBody(plan, op, y, /*droppedResult=*/-1);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(opBuilder, y.getLoc(), result);
  if (Value copy = copyThroughMaps(opBuilder, y.getLoc(), y, plan.input.indices,
                                   indices, sizes))
    result.replaceAllUsesWith(copy);
}

//===----------------------------------------------------------------------===//
// Statistics
//===----------------------------------------------------------------------===//

bool Rewriter::replaceStatistic(const NormPlan &plan, StatisticUse use,
                                Value result, OpBuilder &opBuilder) {
  Location loc = use.value.getLoc();
  auto type = cast<RankedTensorType>(use.value.getType());
  ExprRef target = use.kind == StatisticKind::Mean   ? plan.match.mean
                   : use.kind == StatisticKind::Rstd ? plan.match.rstd
                                                     : plan.match.statistic;
  target = context.add({{Coefficient::exact(use.factor), target}},
                       Coefficient::exact(use.summand));
  auto indices = unify(context, builder.get(use.value).relaxed, type.getRank(),
                       target, plan.root.staticExtents);
  if (!indices)
    return false;
  // The result has one element per row, over the other dimensions of the input.
  SmallVector<AffineExpr> rows;
  for (AffineExpr index : plan.input.indices)
    if (!(uint32_t(dimsOf(index)) & plan.match.rowMask))
      rows.push_back(index);
  // A unit dimension among the normalized ones is not there.
  auto resultType = cast<RankedTensorType>(result.getType());
  if (int64_t(rows.size()) != resultType.getRank()) {
    SmallVector<AffineExpr> varying;
    for (AffineExpr index : rows)
      if (!isa<AffineConstantExpr>(index))
        varying.push_back(index);
    rows.clear();
    auto *next = varying.begin();
    for (int64_t dim = 0; dim < resultType.getRank(); ++dim) {
      bool isUnit = resultType.getDimSize(dim) == 1;
      if (!isUnit && next == varying.end())
        return false;
      rows.push_back(isUnit ? opBuilder.getAffineConstantExpr(0) : *next++);
    }
  }
  bool isPlain = use.factor == 1.0 && use.summand == 0.0 &&
                 type.getElementType() == resultType.getElementType();
  if (isPlain && isSameButForUnits(*indices, rows))
    if (Value shaped = reshapeTo(opBuilder, loc, result, type)) {
      use.value.replaceAllUsesWith(shaped);
      return true;
    }

  SmallVector<AffineExpr> reads;
  for (AffineExpr row : rows) {
    if (isa<AffineConstantExpr>(row)) {
      reads.push_back(opBuilder.getAffineConstantExpr(0));
      continue;
    }
    auto *found = llvm::find(*indices, row);
    if (found == indices->end())
      return false;
    reads.push_back(opBuilder.getAffineDimExpr(found - indices->begin()));
  }
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, index] : llvm::enumerate(*indices)) {
    auto *found = llvm::find(rows, index);
    if (!type.isDynamicDim(dim))
      sizes.push_back(opBuilder.getIndexAttr(type.getDimSize(dim)));
    else if (found != rows.end())
      sizes.push_back(
          tensor::getMixedSize(opBuilder, loc, result, found - rows.begin()));
    else
      return false;
  }
  Value empty =
      tensor::EmptyOp::create(opBuilder, loc, sizes, type.getElementType());
  SmallVector<AffineMap> maps = {
      AffineMap::get(type.getRank(), 0, reads, opBuilder.getContext()),
      opBuilder.getMultiDimIdentityMap(type.getRank())};
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      opBuilder, loc, empty.getType(), result, empty, maps, iterators,
      [&](OpBuilder &b, Location l, ValueRange arguments) {
        Value value = arguments.front();
        auto from = cast<FloatType>(value.getType());
        auto constant = [&](double number) -> Value {
          return arith::ConstantOp::create(b, l, b.getFloatAttr(from, number));
        };
        if (use.factor != 1.0)
          value = arith::MulFOp::create(b, l, value, constant(use.factor));
        if (use.summand != 0.0)
          value = arith::AddFOp::create(b, l, value, constant(use.summand));
        auto to = cast<FloatType>(type.getElementType());
        if (to.getWidth() > from.getWidth())
          value = arith::ExtFOp::create(b, l, to, value);
        else if (to.getWidth() < from.getWidth())
          value = arith::TruncFOp::create(b, l, to, value);
        linalg::YieldOp::create(b, l, value);
      });
  Value replacement = generic.getResult(0);
  if (replacement.getType() != type)
    replacement = tensor::CastOp::create(opBuilder, loc, type, replacement);
  use.value.replaceAllUsesWith(replacement);
  return true;
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

/// The shortest decimal that rounds to the same number of the compute type.
static double getShortestEpsilon(Coefficient epsilon, FloatType computeType) {
  if (!computeType.isF32())
    return epsilon.value;
  for (int digits = 1; digits <= 9; ++digits) {
    char text[40];
    snprintf(text, sizeof(text), "%.*e", digits - 1, epsilon.value);
    double candidate = strtod(text, nullptr);
    if (float(candidate) == float(epsilon.value))
      return candidate;
  }
  return epsilon.value;
}

/// The last of the ops in `block` that define one of `values`.
static Operation *getLastDefinition(Block *block, ArrayRef<Value> values) {
  Operation *last = nullptr;
  for (Value value : values) {
    Operation *producer = value ? value.getDefiningOp() : nullptr;
    Operation *inBlock =
        producer ? block->findAncestorOpInBlock(*producer) : nullptr;
    if (inBlock && (!last || last->isBeforeInBlock(inBlock)))
      last = inBlock;
  }
  return last;
}

Operation *Rewriter::rewrite(const NormPlan &plan,
                             ArrayRef<StatisticUse> uses) {
  const NormMatch &match = plan.match;
  Value input = plan.input.tensor;
  auto inputType = cast<RankedTensorType>(input.getType());
  MLIRContext *ctx = context.getContext();

  SmallVector<int64_t> rowDims, otherDims;
  for (auto [dim, index] : llvm::enumerate(plan.input.indices))
    (uint32_t(dimsOf(index)) & match.rowMask ? rowDims : otherDims)
        .push_back(dim);

  // As early as the operands allow, so that every use of a statistic follows.
  Block *block = plan.root.owner->getBlock();
  SmallVector<Value> operands = {input,
                                 plan.scale ? plan.scale->tensor : Value(),
                                 plan.bias ? plan.bias->tensor : Value()};
  OpBuilder opBuilder(ctx);
  Operation *last = getLastDefinition(block, operands);
  if (last)
    opBuilder.setInsertionPointAfter(last);
  else
    opBuilder.setInsertionPointToStart(block);
  for (StatisticUse use : uses)
    for (OpOperand *operand : getLiveUses(use.value)) {
      Operation *user = block->findAncestorOpInBlock(*operand->getOwner());
      if (!user || (last && user->isBeforeInBlock(last)))
        return nullptr;
    }

  // One location that lists every op that went in, in program order.
  SmallVector<Operation *> sources(plan.cone.ops.begin(), plan.cone.ops.end());
  SmallVector<Location> locations;
  for (Operation *op : llvm::reverse(sources))
    if (op != input.getDefiningOp())
      locations.push_back(op->getLoc());
  Location loc = FusedLoc::get(ctx, locations);

  Value scale, bias;
  if (plan.scale &&
      !(scale = shapeParameter(*plan.scale, plan, rowDims, opBuilder)))
    return nullptr;
  if (plan.bias &&
      !(bias = shapeParameter(*plan.bias, plan, rowDims, opBuilder)))
    return nullptr;

  Type resultElement = getElementTypeOrSelf(plan.root.value.getType());
  FloatType computeType = getComputeType(inputType.getElementType());
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(opBuilder, loc, input);
  Value init = tensor::EmptyOp::create(opBuilder, loc, sizes, resultElement);
  Value statisticInits[3];
  for (StatisticUse use : uses) {
    if (statisticInits[int(use.kind)])
      continue;
    SmallVector<OpFoldResult> rows;
    for (int64_t dim : otherDims)
      rows.push_back(sizes[dim]);
    statisticInits[int(use.kind)] =
        tensor::EmptyOp::create(opBuilder, loc, rows, computeType);
  }

  OperationState state(loc, match.kind == NormKind::RMSNorm
                                ? RMSNormOp::getOperationName()
                            : match.kind == NormKind::PRMSNorm
                                ? PRMSNormOp::getOperationName()
                                : LayerNormOp::getOperationName());
  bool hasMean = match.kind == NormKind::LayerNorm;
  SmallVector<Value> groups = {input,
                               scale,
                               bias,
                               init,
                               statisticInits[int(StatisticKind::Statistic)],
                               statisticInits[int(StatisticKind::Rstd)]};
  if (hasMean)
    groups.push_back(statisticInits[int(StatisticKind::Mean)]);
  SmallVector<int32_t> segments, resultSegments;
  for (auto [position, operand] : llvm::enumerate(groups)) {
    segments.push_back(operand ? 1 : 0);
    if (operand)
      state.addOperands(operand);
    if (position < 3)
      continue;
    resultSegments.push_back(operand ? 1 : 0);
    if (operand)
      state.addTypes(operand.getType());
  }
  state.addAttribute("operandSegmentSizes",
                     opBuilder.getDenseI32ArrayAttr(segments));
  state.addAttribute("resultSegmentSizes",
                     opBuilder.getDenseI32ArrayAttr(resultSegments));
  state.addAttribute("epsilon", opBuilder.getF64FloatAttr(getShortestEpsilon(
                                    match.epsilon, computeType)));
  state.addAttribute("dimensions", opBuilder.getDenseI64ArrayAttr(rowDims));
  if (match.epsMode != EpsMode::inside)
    state.addAttribute("eps_mode", EpsModeAttr::get(ctx, match.epsMode));
  if (plan.scaleOffset != 0)
    state.addAttribute("scale_offset",
                       opBuilder.getI64IntegerAttr(plan.scaleOffset));
  if (plan.scaleRounding)
    state.addAttribute("scale_rounding", TypeAttr::get(plan.scaleRounding));
  if (match.kind == NormKind::PRMSNorm)
    state.addAttribute("k", opBuilder.getI64IntegerAttr(int64_t(
                                match.statisticLength->constant.value)));
  Operation *op = opBuilder.create(state);
  auto norm = cast<NormOpInterface>(op);

  for (StatisticUse use : uses) {
    Value result = use.kind == StatisticKind::Mean   ? norm.getMeanResult()
                   : use.kind == StatisticKind::Rstd ? norm.getRstd()
                                                     : norm.getStatistic();
    replaceStatistic(plan, use, result, opBuilder);
  }
  replaceRoot(plan, norm.getY(), opBuilder);
  markDead(plan.root.owner);
  for (Operation *source : plan.cone.ops)
    markDead(source);
  return op;
}
