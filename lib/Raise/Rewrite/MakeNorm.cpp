//===- MakeNorm.cpp - putting a norm op in place --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite/Rewriter.h"

#include "Expr/IndexMath.h"
#include "Rewrite/Shaping.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
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

void Rewriter::discard(ArrayRef<Operation *> made) {
  for (Operation *op : llvm::reverse(made))
    markDead(op);
}

void Rewriter::releaseSizes(Operation *op) {
  for (Value result : op->getResults()) {
    for (OpOperand *use : getLiveUses(result)) {
      auto dim = dyn_cast<tensor::DimOp>(use->getOwner());
      if (!dim || !dim.getConstantIndex())
        continue;
      ExtentOrigin origin = trace(result, *dim.getConstantIndex());
      OpBuilder opBuilder(dim);
      OpFoldResult size =
          origin.number ? OpFoldResult(opBuilder.getIndexAttr(*origin.number))
                        : getSize(origin.value.getDefiningOp(), origin.dim);
      if (!size && origin.value != result)
        size = tensor::DimOp::create(opBuilder, dim.getLoc(), origin.value,
                                     origin.dim)
                   .getResult();
      if (!size)
        continue;
      dim.replaceAllUsesWith(
          getValueOrCreateConstantIndexOp(opBuilder, dim.getLoc(), size));
      markDead(dim);
    }
  }
}

void Rewriter::eraseDead() {
  // Users come after what they use in the order of death reversed only in part:
  // drop all uses first.
  // What is in the body of a dead op goes with it.
  SmallVector<Operation *> outermost;
  for (Operation *op : dead) {
    op->dropAllUses();
    Operation *around = op->getParentOp();
    while (around && !dead.contains(around))
      around = around->getParentOp();
    if (!around)
      outermost.push_back(op);
  }
  for (Operation *op : outermost)
    op->erase();
  dead.clear();
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

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

/// Whether a region of `op` runs at most once when `op` does.
static bool isPlainBranch(Operation *op, Region *region) {
  auto branch = dyn_cast<RegionBranchOpInterface>(op);
  return branch && !branch.isRepetitiveRegion(region->getRegionNumber());
}

/// The block for the op: that of the root, but outside of loops that the
/// program has after a reduction, which else would be computed each time; and
/// around all uses of the statistics.
static Block *getInsertionBlock(const NormPlan &plan,
                                ArrayRef<Operation *> statisticUsers) {
  Block *block = plan.root.owner->getBlock();
  for (Block *around = block; around;) {
    bool holdsAll = llvm::all_of(plan.cone.ops, [&](Operation *op) {
      auto structured = dyn_cast<linalg::LinalgOp>(op);
      return !structured || structured.getNumReductionLoops() == 0 ||
             around->findAncestorOpInBlock(*op);
    });
    if (holdsAll)
      break;
    Operation *parent = around->getParentOp();
    if (!isPlainBranch(parent, around->getParent()))
      block = parent->getBlock();
    around = parent->getBlock();
  }
  auto holdsUses = [&]() {
    return llvm::all_of(statisticUsers, [&](Operation *user) {
      return block->findAncestorOpInBlock(*user);
    });
  };
  while (block && !holdsUses())
    block = block->getParentOp()->getBlock();
  return block;
}

/// Whether `value`, which dominates `root`, can be read in `block`, which is
/// around it.
static bool isAvailable(Value value, Block *block, Operation *root) {
  return value.getParentBlock() == block || block == root->getBlock() ||
         value.getParentRegion()->isProperAncestor(block->getParent());
}

namespace {
/// Remembers the ops that were made.
struct MadeOps : public OpBuilder::Listener {
  SmallVector<Operation *> ops;
  void notifyOperationInserted(Operation *op,
                               OpBuilder::InsertPoint previous) override {
    ops.push_back(op);
  }
};
} // namespace

Operation *Rewriter::rewrite(const NormPlan &plan,
                             ArrayRef<StatisticUse> uses) {
  MadeOps made;
  OpBuilder opBuilder(context.getContext(), &made);
  Operation *op = makeNorm(plan, uses, opBuilder);
  if (!op) {
    discard(made.ops);
    return nullptr;
  }
  auto norm = cast<NormOpInterface>(op);
  Value root = norm.getY();
  SmallVector<AffineExpr> rootIndices = plan.input.indices;
  if (plan.gate || plan.rest) {
    root = makeGated(plan, norm.getY(), opBuilder);
    if (!root) {
      discard(made.ops);
      return nullptr;
    }
    rootIndices = getPositions(plan.root, context.getContext());
  }
  SmallVector<Value> statistics;
  for (StatisticUse use : uses) {
    Value result = use.kind == StatisticKind::Mean   ? norm.getMeanResult()
                   : use.kind == StatisticKind::Rstd ? norm.getRstd()
                                                     : norm.getStatistic();
    statistics.push_back(makeStatistic(plan, use, result, opBuilder));
    if (!statistics.back()) { // a reduction would be left behind
      discard(made.ops);
      return nullptr;
    }
  }
  for (auto [use, statistic] : llvm::zip(uses, statistics))
    Value(use.value).replaceAllUsesWith(statistic);
  replaceRoot(plan, root, rootIndices, opBuilder);
  for (Operation *source : plan.cone.ops)
    releaseSizes(source);
  markDead(plan.root.owner);
  for (Operation *source : plan.cone.ops)
    markDead(source);
  return op;
}

/// The destination that the program gives the root, where it is more than an
/// empty tensor: an argument, such as what a loop carries, or part of one. Null
/// where the op would need another shape, or has it too late.
static Value getDestination(const NormPlan &plan, RankedTensorType wanted,
                            Block *block, Operation *last) {
  auto op = dyn_cast<linalg::LinalgOp>(plan.root.owner);
  if (!op || plan.gate || plan.rest)
    return nullptr;
  for (OpOperand &yielded : op.getBlock()->getTerminator()->getOpOperands()) {
    if (yielded.get() != plan.root.value)
      continue;
    OpOperand *init = op.getDpsInitOperand(yielded.getOperandNumber());
    AffineMap map = op.getMatchingIndexingMap(init);
    Value value = init->get();
    Operation *producer = value.getDefiningOp();
    if (value.getType() != wanted || !map.isIdentity() ||
        op.payloadUsesValueFromOperand(init) ||
        !isSameButForUnits(getPositions(plan.root, op->getContext()),
                           plan.input.indices) ||
        !isAvailable(value, block, op))
      return nullptr;
    if (!producer)
      return value;
    // In front of the norm already, or around its block.
    bool isBefore =
        producer->getBlock() != block ||
        (last && (producer == last || producer->isBeforeInBlock(last)));
    return isa<tensor::ExtractSliceOp>(producer) && isBefore ? value : Value();
  }
  return nullptr;
}

Operation *Rewriter::makeNorm(const NormPlan &plan, ArrayRef<StatisticUse> uses,
                              OpBuilder &opBuilder) {
  const NormMatch &match = plan.match;
  Value input = plan.input.tensor;
  auto inputType = cast<RankedTensorType>(input.getType());
  MLIRContext *ctx = context.getContext();

  SmallVector<int64_t> rowDims, otherDims;
  for (auto [dim, index] : llvm::enumerate(plan.input.indices))
    (uint32_t(dimsOf(index)) & match.rowMask ? rowDims : otherDims)
        .push_back(dim);

  // As early as the operands allow, so that every use of a statistic follows.
  SmallVector<Operation *> users;
  for (StatisticUse use : uses)
    for (OpOperand *operand : getLiveUses(use.value))
      users.push_back(operand->getOwner());
  Block *block = getInsertionBlock(plan, users);
  SmallVector<Value> operands = {input,
                                 plan.scale ? plan.scale->tensor : Value(),
                                 plan.bias ? plan.bias->tensor : Value()};
  for (Value operand : operands)
    if (!block || (operand && !isAvailable(operand, block, plan.root.owner)))
      return nullptr;
  Operation *last = getLastDefinition(block, operands);
  if (last)
    opBuilder.setInsertionPointAfter(last);
  else
    opBuilder.setInsertionPointToStart(block);
  for (Operation *user : users)
    if (last && block->findAncestorOpInBlock(*user)->isBeforeInBlock(last))
      return nullptr;

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

  FloatType computeType = getComputeType(inputType.getElementType());
  // A gate takes the norm before it is rounded.
  Type resultElement = plan.gate || plan.rest
                           ? Type(computeType)
                           : getElementTypeOrSelf(plan.root.value.getType());
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(opBuilder, loc, input);
  Value init = getDestination(
      plan, RankedTensorType::get(inputType.getShape(), resultElement), block,
      last);
  if (!init)
    init = tensor::EmptyOp::create(opBuilder, loc, sizes, resultElement);
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
  return opBuilder.create(state);
}
