//===- PropagateShardings.cpp - the pass norm-propagate-shardings ---------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's sharding-propagation is for one block, all ops of which work on
// tensors. This pass asks the same interface in the same order of preference,
// leaves scalars alone, and goes into loops and branches:
//
//   %r = scf.for .. iter_args(%a = %x) { .. scf.yield %y }
//
// What a loop carries, %x, %a, %y and %r, is split in one way, and so are the
// yields of both branches of an scf.if and its result.
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

namespace mlir::norm {
#define GEN_PASS_DEF_NORMPROPAGATESHARDINGS
#include "norm/Sharding/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm::sharding;

using Shardings = std::vector<shard::Sharding>;

//===----------------------------------------------------------------------===//
// What annotations say
//===----------------------------------------------------------------------===//

namespace {
/// Annotations of the operands or of the results of an op: those that have to
/// hold for it, and those of a neighbour, which a move may change.
struct Known {
  explicit Known(size_t count) : must(count), may(count) {}

  /// All choices among those that may hold, the fullest first; of very many the
  /// fullest and the emptiest.
  SmallVector<Shardings> getChoices() const;

  Shardings must, may;
};
} // namespace

SmallVector<Shardings> Known::getChoices() const {
  SmallVector<size_t> open;
  for (size_t i = 0; i < must.size(); ++i)
    if (!must[i] && may[i])
      open.push_back(i);
  bool isMany = open.size() > 8;
  uint64_t count = isMany ? 2 : uint64_t(1) << open.size();
  SmallVector<Shardings> choices;
  for (uint64_t number = count; number-- > 0;) {
    Shardings choice = must;
    for (auto [bit, i] : llvm::enumerate(llvm::reverse(open)))
      if (isMany ? number : (number >> bit) & 1)
        choice[i] = may[i];
    choices.push_back(std::move(choice));
  }
  return choices;
}

static Known getKnownOperands(Operation *op) {
  Known known(op->getNumOperands());
  for (OpOperand &operand : op->getOpOperands())
    if (auto annotation = operand.get().getDefiningOp<shard::ShardOp>()) {
      bool isForUsers = annotation.getAnnotateForUsers();
      (isForUsers ? known.must : known.may)[operand.getOperandNumber()] =
          shard::Sharding(annotation.getSharding());
    }
  return known;
}

/// The annotation of `value`: its own, or of those of its users the one that
/// splits it least, as cutting takes no message; null if there is none.
static shard::ShardOp findAnnotation(Value value) {
  shard::ShardOp found;
  for (Operation *user : value.getUsers()) {
    auto annotation = dyn_cast<shard::ShardOp>(user);
    if (!annotation)
      continue;
    if (!annotation.getAnnotateForUsers())
      return annotation;
    if (!found || countAxes(annotation) < countAxes(found))
      found = annotation;
  }
  return found;
}

static Known getKnownResults(Operation *op) {
  Known known(op->getNumResults());
  for (OpResult result : op->getResults())
    if (shard::ShardOp annotation = findAnnotation(result)) {
      bool isForUsers = annotation.getAnnotateForUsers();
      (isForUsers ? known.may : known.must)[result.getResultNumber()] =
          shard::Sharding(annotation.getSharding());
    }
  return known;
}

/// What it takes to split the operands and results of `op` as `shardings` say:
/// 0 nothing, 1 moves, 2 moves of what is annotated for this op.
static int getCost(Operation *op, const Shardings &shardings) {
  int cost = 0;
  auto add = [&](shard::ShardOp annotation, const shard::Sharding &sharding,
                 bool isForOp) {
    if (annotation && sharding != annotation.getSharding())
      cost = std::max(cost, isForOp ? 2 : 1);
  };
  for (auto [operand, sharding] : llvm::zip(op->getOperands(), shardings))
    if (auto annotation = operand.getDefiningOp<shard::ShardOp>())
      add(annotation, sharding, annotation.getAnnotateForUsers());
  for (OpResult result : op->getResults())
    for (Operation *user : result.getUsers())
      if (auto annotation = dyn_cast<shard::ShardOp>(user))
        add(annotation,
            shardings[op->getNumOperands() + result.getResultNumber()],
            !annotation.getAnnotateForUsers());
  return cost;
}

//===----------------------------------------------------------------------===//
// One op
//===----------------------------------------------------------------------===//

/// The cheapest way to split the loops of `op` that agrees with annotations;
/// none where they say nothing.
static FailureOr<std::optional<shard::ShardingOption>>
chooseOption(shard::ShardingInterface op) {
  std::optional<shard::ShardingOption> best;
  int bestCost = 3;
  SmallVector<Shardings> operands = getKnownOperands(op).getChoices();
  for (const Shardings &ofResults : getKnownResults(op).getChoices())
    for (const Shardings &ofOperands : operands) {
      auto option = op.getShardingOption(ofOperands, ofResults);
      if (failed(option) || option->empty)
        continue;
      // Upstream forgets the grid of what is annotated as whole.
      for (const Shardings &some : {ofOperands, ofResults})
        for (const shard::Sharding &sharding : some)
          if (sharding && !option->grid)
            option->grid = sharding.getGridAttr();
      if (!option->grid)
        continue;
      FailureOr<Shardings> all = op.getShardingAnnotations(*option);
      if (failed(all))
        return failure();
      int cost = getCost(op, *all);
      if (cost < bestCost)
        std::tie(best, bestCost) = std::tuple(*option, cost);
      if (cost == 0)
        return best;
    }
  return best;
}

/// Adds the annotations that `option` means. Upstream would annotate numbers,
/// too.
static LogicalResult addAnnotations(shard::ShardingInterface op,
                                    const shard::ShardingOption &option,
                                    OpBuilder &builder) {
  if (llvm::all_of(op->getOperandTypes(), isRanked))
    return op.addShardingAnnotations(builder, option);
  FailureOr<Shardings> all = op.getShardingAnnotations(option);
  if (failed(all))
    return failure();
  unsigned operands = op->getNumOperands();
  for (OpResult result : op->getResults())
    if (isRanked(result.getType()))
      shard::maybeInsertTargetShardingAnnotation(
          (*all)[operands + result.getResultNumber()], result, builder);
  for (OpOperand &operand : op->getOpOperands())
    if (isRanked(operand.get().getType()))
      shard::maybeInsertSourceShardingAnnotation(
          (*all)[operand.getOperandNumber()], operand, builder);
  return success();
}

static LogicalResult visitOp(shard::ShardingInterface op, OpBuilder &builder) {
  auto option = chooseOption(op);
  if (failed(option) ||
      (*option && failed(addAnnotations(op, **option, builder))))
    return op->emitError("expected annotations of the operands and results "
                         "that agree with what the op does");
  return success();
}

//===----------------------------------------------------------------------===//
// Loops and branches
//===----------------------------------------------------------------------===//

namespace {
/// Values that are one and the same to an op with regions.
struct Tie {
  SmallVector<OpOperand *> uses;
  /// Null in a branch.
  BlockArgument argument;
  OpResult result;
};
} // namespace

static SmallVector<Tie> getTies(Operation *op) {
  SmallVector<Tie> ties;
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    for (OpResult result : op->getResults()) {
      BlockArgument argument = loop.getTiedLoopRegionIterArg(result);
      ties.push_back({{loop.getTiedLoopInit(result),
                       loop.getTiedLoopYieldedValue(argument)},
                      argument,
                      result});
    }
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (OpResult result : op->getResults()) {
      unsigned number = result.getResultNumber();
      ties.push_back({{&branch.thenYield()->getOpOperand(number),
                       &branch.elseYield()->getOpOperand(number)},
                      nullptr,
                      result});
    }
  }
  llvm::erase_if(ties,
                 [](Tie &tie) { return !isRanked(tie.result.getType()); });
  return ties;
}

static void annotateArgument(BlockArgument argument,
                             const shard::Sharding &sharding,
                             OpBuilder &builder) {
  shard::ShardOp found = findAnnotation(argument);
  if (found && !found.getAnnotateForUsers() &&
      sharding == found.getSharding() && argument.hasOneUse())
    return;
  builder.setInsertionPointToStart(argument.getOwner());
  Value description =
      shard::ShardingOp::create(builder, argument.getLoc(), sharding);
  auto annotation =
      shard::ShardOp::create(builder, argument.getLoc(), argument, description,
                             /*annotate_for_users=*/false);
  argument.replaceAllUsesExcept(annotation, annotation);
}

/// Splits all values of `tie` like the first of them that is annotated.
static void annotateTie(const Tie &tie, OpBuilder &builder) {
  shard::ShardOp found = tie.uses[0]->get().getDefiningOp<shard::ShardOp>();
  if (!found && tie.argument)
    found = findAnnotation(tie.argument);
  if (!found)
    found = tie.uses[1]->get().getDefiningOp<shard::ShardOp>();
  if (!found)
    found = findAnnotation(tie.result);
  if (!found)
    return;
  shard::Sharding sharding(found.getSharding());
  for (OpOperand *use : tie.uses)
    shard::maybeInsertSourceShardingAnnotation(sharding, *use, builder);
  if (tie.argument)
    annotateArgument(tie.argument, sharding, builder);
  shard::maybeInsertTargetShardingAnnotation(sharding, tie.result, builder);
}

static LogicalResult visitBlock(Block &block, bool isBackward);

static LogicalResult visit(Operation *op, bool isBackward) {
  OpBuilder builder(op->getContext());
  if (isa<shard::ShardOp, shard::ShardingOp>(op))
    return success();
  if (isa<scf::ForOp, scf::IfOp>(op)) {
    for (const Tie &tie : getTies(op))
      annotateTie(tie, builder);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        if (failed(visitBlock(block, isBackward)))
          return failure();
    for (const Tie &tie : getTies(op))
      annotateTie(tie, builder);
    return success();
  }
  auto interface = dyn_cast<shard::ShardingInterface>(op);
  if (!interface || !hasTensors(op) || op->hasTrait<OpTrait::IsTerminator>() ||
      isa<tensor::DimOp>(op))
    return success();
  return visitOp(interface, builder);
}

static LogicalResult visitBlock(Block &block, bool isBackward) {
  SmallVector<Operation *> ops;
  for (Operation &op : block)
    ops.push_back(&op);
  if (isBackward)
    std::reverse(ops.begin(), ops.end());
  for (Operation *op : ops)
    if (failed(visit(op, isBackward)))
      return failure();
  return success();
}

/// Annotates the operands of `op`, which takes them as they are.
static void annotateAsked(Operation *op) {
  OpBuilder builder(op);
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isRanked(operand.get().getType()) ||
        operand.get().getDefiningOp<shard::ShardOp>())
      continue;
    if (shard::ShardOp found = findAnnotation(operand.get()))
      shard::maybeInsertSourceShardingAnnotation(
          shard::Sharding(found.getSharding()), operand, builder);
  }
}

namespace {
struct NormPropagateShardings
    : norm::impl::NormPropagateShardingsBase<NormPropagateShardings> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      bool isAnnotated =
          function.walk([](shard::ShardOp) { return WalkResult::interrupt(); })
              .wasInterrupted();
      if (!isAnnotated || !function.getBody().hasOneBlock())
        continue;
      // What the last op tells the first one is not heard in one go, and a loop
      // hears of it once more.
      for (int i = 0; i < 3; ++i)
        for (bool isBackward : {true, false})
          if (failed(visitBlock(function.getBody().front(), isBackward)))
            return signalPassFailure();
      function.walk([](Operation *op) {
        if (isa<tensor::DimOp, func::ReturnOp>(op))
          annotateAsked(op);
      });
    }
  }
};
} // namespace
