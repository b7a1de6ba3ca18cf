//===- CheckShardings.cpp - the pass norm-check-shardings -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/Passes.h"

#include "UnevenParts.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Shard/IR/ShardDialect.h"
#include "mlir/Dialect/Shard/IR/ShardOps.h"
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

/// Parts without overlap, of a static extent.
static LogicalResult checkExtents(shard::ShardOp op,
                                  SymbolTableCollection &symbols) {
  shard::Sharding sharding(op.getSharding());
  if (!sharding.getStaticHaloSizes().empty() ||
      !sharding.getStaticShardedDimsOffsets().empty())
    return op.emitOpError(
        "expected parts of equal extents, without halos or offsets");
  shard::GridOp grid = shard::getGrid(op, symbols);
  auto type = cast<RankedTensorType>(op.getSrc().getType());
  if (!type.hasStaticShape())
    return op.emitOpError("expected static extents in a program of several "
                          "processes, got ")
           << type;
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

/// Puts the steps between before `op`, which moves a tensor.
static void insertSteps(shard::ShardOp op) {
  auto source = op.getSrc().getDefiningOp<shard::ShardOp>();
  if (!source)
    return;
  shard::Sharding to(op.getSharding()), from(source.getSharding());
  int64_t rank = cast<RankedTensorType>(op.getSrc().getType()).getRank();
  OpBuilder builder(op);
  while (std::optional<shard::Sharding> step = getStep(from, to, rank)) {
    from = *step;
    // The last step is `op` itself.
    if (!getStep(from, to, rank))
      return;
    Value sharding = shard::ShardingOp::create(builder, op.getLoc(), from);
    op.getSrcMutable().assign(
        shard::ShardOp::create(builder, op.getLoc(), op.getSrc(), sharding,
                               /*annotate_for_users=*/true));
  }
}

/// Every tensor between two ops has a sharding.
static LogicalResult checkOperands(Operation *op) {
  if (isa<shard::ShardOp, shard::ShardingOp>(op))
    return success();
  for (OpOperand &operand : op->getOpOperands())
    if (isRanked(operand.get().getType()) &&
        !operand.get().getDefiningOp<shard::ShardOp>())
      return op->emitError("expected a sharding of operand ")
             << operand.getOperandNumber()
             << ": no annotation reaches it; annotate it or a neighbour";
  return success();
}

/// How many grid axes split a tensor.
static size_t countAxes(shard::ShardOp op) {
  size_t count = 0;
  for (shard::GridAxesAttr axes :
       shard::Sharding(op.getSharding()).getSplitAxes())
    count += axes.size();
  return count;
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

static LogicalResult checkFunction(func::FuncOp function,
                                   SymbolTableCollection &symbols) {
  for (BlockArgument argument : function.getArguments())
    mergeAnnotations(argument);
  for (Operation &op : function.getBody().front())
    annotateUnread(&op);
  bool isAnnotated = false;
  for (Operation &op : function.getBody().front()) {
    auto shardOp = dyn_cast<shard::ShardOp>(op);
    isAnnotated |= bool(shardOp);
    if (!shardOp)
      continue;
    if (failed(checkExtents(shardOp, symbols)))
      return failure();
    insertSteps(shardOp);
  }
  if (!isAnnotated)
    return success();
  for (Operation &op : function.getBody().front())
    if (failed(checkOperands(&op)))
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
