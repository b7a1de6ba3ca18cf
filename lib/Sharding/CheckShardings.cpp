//===- CheckShardings.cpp - the pass norm-check-shardings -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/Passes.h"

#include "UnevenParts.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Shard/IR/ShardDialect.h"
#include "mlir/Dialect/Shard/IR/ShardOps.h"
#include "mlir/Dialect/Shard/Interfaces/ShardingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMCHECKSHARDINGS
#include "norm/Sharding/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm::sharding;

//===----------------------------------------------------------------------===//
// Annotations
//===----------------------------------------------------------------------===//

/// Parts without overlap.
static LogicalResult checkExtents(shard::ShardOp op,
                                  SymbolTableCollection &symbols) {
  shard::Sharding sharding(op.getSharding());
  if (!sharding.getStaticHaloSizes().empty() ||
      !sharding.getStaticShardedDimsOffsets().empty())
    return op.emitOpError(
        "expected parts of equal extents, without halos or offsets");
  shard::GridOp grid = shard::getGrid(op, symbols);
  auto type = cast<RankedTensorType>(op.getSrc().getType());
  for (size_t dim = type.getRank(); dim < sharding.getSplitAxes().size(); ++dim)
    if (!getSplitAxes(sharding, dim).empty())
      return op.emitOpError("expected split dimensions of ")
             << type << ", got dimension " << dim;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    for (shard::GridAxis axis : getSplitAxes(sharding, dim))
      if (axis < 0 || axis >= grid.getRank())
        return op.emitOpError("expected an axis of the grid, which has ")
               << grid.getRank() << ", got " << axis;
  }
  return success();
}

/// The next step from `from` to `to`, one grid axis at a time, which upstream
/// has a collective for: the last axis of a dimension that `to` does not begin
/// with goes, or one more of `to` comes. None if they are equal.
static std::optional<shard::Sharding>
getStep(const shard::Sharding &from, const shard::Sharding &to, int64_t rank) {
  SmallVector<SmallVector<shard::GridAxis>> axes;
  for (int64_t dim = 0; dim < rank; ++dim)
    axes.push_back(llvm::to_vector(getSplitAxes(from, dim)));
  auto makeStep = [&] {
    SmallVector<shard::GridAxesAttr> split;
    for (ArrayRef<shard::GridAxis> own : axes)
      split.push_back(
          shard::GridAxesAttr::get(from.getGridAttr().getContext(), own));
    return shard::Sharding::get(from.getGridAttr(), split);
  };
  auto begins = [&](int64_t dim) {
    ArrayRef<shard::GridAxis> own = axes[dim], all = getSplitAxes(to, dim);
    return own.size() <= all.size() && all.take_front(own.size()) == own;
  };
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!begins(dim)) {
      axes[dim].pop_back();
      return makeStep();
    }
  for (int64_t dim = 0; dim < rank; ++dim)
    if (axes[dim].size() < getSplitAxes(to, dim).size()) {
      axes[dim].push_back(getSplitAxes(to, dim)[axes[dim].size()]);
      return makeStep();
    }
  return std::nullopt;
}

/// Puts the steps between before `op`, which moves a tensor. Parts of dynamic
/// extents may differ, which no collective of upstream's is for.
static LogicalResult insertSteps(shard::ShardOp op) {
  auto source = op.getSrc().getDefiningOp<shard::ShardOp>();
  if (!source)
    return success();
  shard::Sharding to(op.getSharding()), from(source.getSharding());
  auto type = cast<RankedTensorType>(op.getSrc().getType());
  int64_t rank = type.getRank();
  for (int64_t dim = 0; dim < rank; ++dim)
    if (type.isDynamicDim(dim) &&
        getSplitAxes(from, dim) != getSplitAxes(to, dim))
      return op.emitOpError("expected a static extent of dimension ")
             << dim << " of a tensor that is moved, got " << type;
  OpBuilder builder(op);
  while (std::optional<shard::Sharding> step = getStep(from, to, rank)) {
    from = *step;
    // The last step is `op` itself.
    if (!getStep(from, to, rank))
      return success();
    Value sharding = shard::ShardingOp::create(builder, op.getLoc(), from);
    op.getSrcMutable().assign(
        shard::ShardOp::create(builder, op.getLoc(), op.getSrc(), sharding,
                               /*annotate_for_users=*/true));
  }
  return success();
}

/// An error where `op` does not tell how its tensors may be split, or reads
/// tensors in its regions that are not its operands.
static LogicalResult checkInterface(Operation *op) {
  bool isControl = isa<scf::ForOp, scf::IfOp>(op);
  bool isKnown = isControl || isa<shard::ShardingInterface>(op) ||
                 op->hasTrait<OpTrait::IsTerminator>() ||
                 op->hasTrait<OpTrait::ConstantLike>();
  bool readsInside = false;
  if (!isControl)
    for (Region &region : op->getRegions())
      region.walk(
          [&](Operation *nested) { readsInside |= hasTensors(nested); });
  if (readsInside)
    return op->emitError("expected regions of a program of several processes "
                         "that read tensors to be those of scf.for and scf.if, "
                         "got one of ")
           << op->getName();
  if (!isKnown && hasTensors(op))
    return op->emitError("expected ops on tensors of several processes to "
                         "have upstream's ShardingInterface, got ")
           << op->getName();
  return success();
}

/// The annotation of the tensor whose extent `extent` is, and which one it is;
/// null for another number.
static std::pair<shard::ShardOp, int64_t> getExtentOf(Value extent) {
  auto op = extent.getDefiningOp<tensor::DimOp>();
  std::optional<int64_t> dim =
      op ? op.getConstantIndex() : std::optional<int64_t>();
  if (!dim)
    return {nullptr, 0};
  return {op.getSource().getDefiningOp<shard::ShardOp>(), *dim};
}

/// An extent of a split dim is that of a part once programs are: it is for a
/// new tensor, which is split alike. Those of whole dims are for anything.
static LogicalResult checkEmpty(tensor::EmptyOp op) {
  auto annotation = op->use_empty()
                        ? shard::ShardOp()
                        : dyn_cast<shard::ShardOp>(*op->user_begin());
  if (!annotation)
    return success();
  shard::Sharding sharding(annotation.getSharding());
  auto extents = op.getDynamicSizes().begin();
  for (int64_t dim = 0; dim < op.getType().getRank(); ++dim) {
    if (!op.getType().isDynamicDim(dim))
      continue;
    Value extent = *extents++;
    auto [source, sourceDim] = getExtentOf(extent);
    ArrayRef<shard::GridAxis> from;
    if (source)
      from = getSplitAxes(shard::Sharding(source.getSharding()), sourceDim);
    if (from != getSplitAxes(sharding, dim))
      return op.emitError("expected the dynamic extent ")
             << dim
             << " of a new tensor to be the tensor.dim of one that is split "
                "alike";
  }
  return success();
}

static LogicalResult checkExtent(tensor::DimOp op) {
  auto annotation = op.getSource().getDefiningOp<shard::ShardOp>();
  shard::Sharding sharding(annotation.getSharding());
  std::optional<int64_t> dim = op.getConstantIndex();
  bool isSplit = dim ? !getSplitAxes(sharding, *dim).empty()
                     : !shard::isFullReplication(sharding);
  for (Operation *user : op->getUsers())
    if (isSplit &&
        !isa<tensor::EmptyOp, tensor::ExtractSliceOp, tensor::InsertSliceOp>(
            user))
      return op.emitError("expected the dynamic extent of a dimension that is "
                          "split to be that of a new tensor, got one for ")
             << user->getName();
  return success();
}

/// Every tensor between two ops has a sharding.
static LogicalResult checkOperands(Operation *op) {
  if (isa<shard::ShardOp, shard::ShardingOp>(op))
    return success();
  if (failed(checkInterface(op)))
    return failure();
  for (OpOperand &operand : op->getOpOperands())
    if (isRanked(operand.get().getType()) &&
        !operand.get().getDefiningOp<shard::ShardOp>())
      return op->emitError("expected a sharding of operand ")
             << operand.getOperandNumber()
             << ": no annotation reaches it; annotate it or a neighbour";
  if (auto extent = dyn_cast<tensor::DimOp>(op))
    return checkExtent(extent);
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return checkEmpty(empty);
  return success();
}

/// Gives an argument that several ops read, each with an annotation of its own,
/// the one that splits it least: cutting further takes no message.
/// shard-partition expects one.
static void mergeAnnotations(BlockArgument argument) {
  SmallVector<shard::ShardOp> ops;
  for (Operation *user : argument.getUsers())
    if (auto op = dyn_cast<shard::ShardOp>(user))
      ops.push_back(op);
  if (ops.size() < 2)
    return;
  auto least = *llvm::min_element(ops, [](shard::ShardOp a, shard::ShardOp b) {
    return countAxes(a) < countAxes(b);
  });
  OpBuilder builder(argument.getContext());
  builder.setInsertionPointToStart(argument.getOwner());
  Value sharding = shard::ShardingOp::create(
      builder, least.getLoc(), shard::Sharding(least.getSharding()));
  auto merged = shard::ShardOp::create(builder, least.getLoc(), argument,
                                       sharding, /*annotate_for_users=*/false);
  argument.replaceAllUsesExcept(merged, merged);
}

/// Annotates results that nothing reads like their destinations: upstream
/// leaves them out, and shard-partition asks for them.
static void annotateUnread(Operation *op) {
  auto destination = dyn_cast<DestinationStyleOpInterface>(op);
  if (!destination)
    return;
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  for (OpResult result : op->getResults()) {
    auto like = destination.getTiedOpOperand(result)
                    ->get()
                    .getDefiningOp<shard::ShardOp>();
    if (!result.use_empty() || !like)
      continue;
    Value sharding = shard::ShardingOp::create(
        builder, op->getLoc(), shard::Sharding(like.getSharding()));
    shard::ShardOp::create(builder, op->getLoc(), result, sharding,
                           /*annotate_for_users=*/false);
  }
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

/// Which part of the whole a process has of `value`, annotated by `op`.
static DictionaryAttr describePart(shard::ShardOp op,
                                   SymbolTableCollection &symbols) {
  Builder builder(op.getContext());
  shard::Sharding sharding(op.getSharding());
  auto type = cast<RankedTensorType>(op.getSrc().getType());
  SmallVector<Attribute> split;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    split.push_back(builder.getDenseI64ArrayAttr(
        SmallVector<int64_t>(getSplitAxes(sharding, dim))));
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("extents",
                            builder.getDenseI64ArrayAttr(type.getShape())),
       builder.getNamedAttr("grid",
                            builder.getDenseI64ArrayAttr(
                                shard::getGrid(op, symbols).getShape())),
       builder.getNamedAttr("split", builder.getArrayAttr(split))});
}

/// The annotation of each argument; an error where there is none.
static FailureOr<SmallVector<shard::ShardOp>>
getArgumentShardings(func::FuncOp function) {
  SmallVector<shard::ShardOp> ops;
  for (BlockArgument argument : function.getArguments()) {
    auto op = argument.hasOneUse()
                  ? dyn_cast<shard::ShardOp>(*argument.user_begin())
                  : shard::ShardOp();
    if (!op && isRanked(argument.getType()))
      return function.emitError("expected a sharding of argument ")
             << argument.getArgNumber()
             << ": no annotation reaches it; annotate it or a neighbour";
    ops.push_back(op);
  }
  return ops;
}

static LogicalResult recordParts(func::FuncOp function,
                                 SymbolTableCollection &symbols) {
  auto arguments = getArgumentShardings(function);
  if (failed(arguments))
    return failure();
  SmallVector<shard::ShardOp> results;
  Operation *terminator = function.getBody().front().getTerminator();
  for (Value value : terminator->getOperands())
    results.push_back(value.getDefiningOp<shard::ShardOp>());
  Builder builder(function.getContext());
  auto describe = [&](ArrayRef<shard::ShardOp> ops) {
    SmallVector<Attribute> parts;
    for (shard::ShardOp op : ops)
      parts.push_back(op ? Attribute(describePart(op, symbols))
                         : builder.getUnitAttr());
    return builder.getArrayAttr(parts);
  };
  function->setAttr(
      "norm.parts",
      builder.getDictionaryAttr(
          {builder.getNamedAttr("arguments", describe(*arguments)),
           builder.getNamedAttr("results", describe(results))}));
  return success();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Whether `op` is in a block of tensors: of the function, a loop or a branch.
static bool isInProgram(Operation *op) {
  return isa<func::FuncOp, scf::ForOp, scf::IfOp>(op->getParentOp());
}

static LogicalResult checkFunction(func::FuncOp function,
                                   SymbolTableCollection &symbols) {
  for (BlockArgument argument : function.getArguments())
    mergeAnnotations(argument);
  SmallVector<Operation *> ops;
  function.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isInProgram(op))
      ops.push_back(op);
  });
  for (Operation *op : ops)
    annotateUnread(op);
  SmallVector<shard::ShardOp> annotations;
  function.walk([&](shard::ShardOp op) { annotations.push_back(op); });
  for (shard::ShardOp op : annotations) {
    if (failed(checkExtents(op, symbols)) || failed(insertSteps(op)))
      return failure();
  }
  if (annotations.empty())
    return success();
  for (Operation *op : ops)
    if (failed(checkOperands(op)))
      return failure();
  if (failed(recordParts(function, symbols)))
    return failure();
  if (failed(fillUpParts(function, symbols)))
    return failure();
  keepConstants(function);
  return success();
}

namespace {
struct NormCheckShardings
    : norm::impl::NormCheckShardingsBase<NormCheckShardings> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration() && failed(checkFunction(function, symbols)))
        return signalPassFailure();
  }
};
} // namespace
