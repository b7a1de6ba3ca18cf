//===- PartitionBlocks.cpp - the pass norm-partition ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's shard-partition asks each op of one block for what it is on parts,
// and fails at scalars and at regions. This pass asks the same interface, and
// makes of a loop one that carries parts, of a branch one that yields them:
//
//   scf.for .. iter_args(%a = %x) -> (tensor<4x64xf32>)
//   scf.for .. iter_args(%a = %part) -> (tensor<4x32xf32>)
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/Passes.h"

#include "UnevenParts.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Shard/IR/ShardDialect.h"
#include "mlir/Dialect/Shard/IR/ShardOps.h"
#include "mlir/Dialect/Shard/Interfaces/ShardingInterface.h"
#include "mlir/Dialect/Shard/Transforms/Partition.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMPARTITION
#include "norm/Sharding/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm::sharding;

namespace {
/// Copies blocks, with parts in the place of tensors.
class Partitioner {
public:
  explicit Partitioner(MLIRContext *context) : builder(context) {}

  LogicalResult convert(func::FuncOp function);

private:
  LogicalResult convertBlock(Block &block);
  LogicalResult convert(Operation &op);
  LogicalResult convertLoop(scf::ForOp loop);
  LogicalResult convertBranch(scf::IfOp branch);
  void convertAnnotation(shard::ShardOp op);

  /// The part's type of what `annotation` annotates.
  Type getPartType(shard::ShardOp annotation) {
    return shard::shardType(annotation.getSrc().getType(),
                            shard::getGrid(annotation, symbols),
                            shard::Sharding(annotation.getSharding()));
  }

  OpBuilder builder;
  IRMapping map;
  SymbolTableCollection symbols;
};
} // namespace

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static shard::Sharding getOperandSharding(Value value) {
  auto annotation = value.getDefiningOp<shard::ShardOp>();
  return annotation ? shard::Sharding(annotation.getSharding())
                    : shard::Sharding();
}

static shard::Sharding getResultSharding(Value value) {
  for (Operation *user : value.getUsers())
    if (auto annotation = dyn_cast<shard::ShardOp>(user))
      return shard::Sharding(annotation.getSharding());
  return shard::Sharding();
}

/// A part is that of the tensor, or another one that a move makes of it.
void Partitioner::convertAnnotation(shard::ShardOp op) {
  Value part = map.lookup(op.getSrc());
  if (auto source = op.getSrc().getDefiningOp<shard::ShardOp>())
    part = shard::reshard(builder, source, op,
                          cast<TypedValue<ShapedType>>(part), symbols);
  map.map(op.getResult(), part);
}

LogicalResult Partitioner::convert(Operation &op) {
  if (isa<shard::ShardingOp>(op))
    return success();
  if (auto annotation = dyn_cast<shard::ShardOp>(op)) {
    convertAnnotation(annotation);
    return success();
  }
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return convertLoop(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return convertBranch(branch);
  auto interface = dyn_cast<shard::ShardingInterface>(op);
  if (!interface || !hasTensors(&op)) {
    builder.clone(op, map);
    return success();
  }
  SmallVector<Value> operands = llvm::map_to_vector(
      op.getOperands(), [&](Value value) { return map.lookup(value); });
  std::vector<shard::Sharding> ofOperands, ofResults;
  for (Value value : op.getOperands())
    ofOperands.push_back(getOperandSharding(value));
  for (Value value : op.getResults())
    ofResults.push_back(getResultSharding(value));
  return interface.partition(operands, ofOperands, ofResults, map, symbols,
                             builder);
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

LogicalResult Partitioner::convertBlock(Block &block) {
  for (Operation &op : block)
    if (failed(convert(op)))
      return failure();
  return success();
}

LogicalResult Partitioner::convertLoop(scf::ForOp loop) {
  SmallVector<Value> inits;
  for (Value init : loop.getInitArgs())
    inits.push_back(map.lookup(init));
  // Without an end, which the body brings.
  auto emitNothing = [](OpBuilder &, Location, Value, ValueRange) {};
  auto part = scf::ForOp::create(
      builder, loop.getLoc(), map.lookup(loop.getLowerBound()),
      map.lookup(loop.getUpperBound()), map.lookup(loop.getStep()), inits,
      emitNothing, loop.getUnsignedCmp());
  part->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  map.map(loop.getBody()->getArguments(), part.getBody()->getArguments());
  map.map(loop.getResults(), part.getResults());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(part.getBody());
  return convertBlock(*loop.getBody());
}

LogicalResult Partitioner::convertBranch(scf::IfOp branch) {
  SmallVector<Type> types;
  for (auto [i, result] : llvm::enumerate(branch.getResults())) {
    Value yielded = branch.thenYield().getOperand(i);
    types.push_back(isRanked(result.getType())
                        ? getPartType(yielded.getDefiningOp<shard::ShardOp>())
                        : result.getType());
  }
  auto part = scf::IfOp::create(
      builder, branch.getLoc(), types, map.lookup(branch.getCondition()),
      /*addThenBlock=*/true,
      /*addElseBlock=*/!branch.getElseRegion().empty());
  part->setDiscardableAttrs(branch->getDiscardableAttrDictionary());
  for (auto [from, to] : llvm::zip(branch->getRegions(), part->getRegions())) {
    if (from.empty())
      continue;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&to.front());
    if (failed(convertBlock(from.front())))
      return failure();
  }
  map.map(branch.getResults(), part.getResults());
  return success();
}

LogicalResult Partitioner::convert(func::FuncOp function) {
  Block &whole = function.getBody().front();
  Block *parts = builder.createBlock(&function.getBody());
  for (BlockArgument argument : whole.getArguments()) {
    Type type = argument.getType();
    if (isRanked(type))
      type = getPartType(cast<shard::ShardOp>(*argument.user_begin()));
    map.map(argument, parts->addArgument(type, argument.getLoc()));
  }
  builder.setInsertionPointToEnd(parts);
  if (failed(convertBlock(whole)))
    return failure();
  whole.erase();
  function.setType(
      FunctionType::get(function.getContext(), parts->getArgumentTypes(),
                        parts->getTerminator()->getOperandTypes()));
  return success();
}

namespace {
struct NormPartition : norm::impl::NormPartitionBase<NormPartition> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      bool isAnnotated =
          function.walk([](shard::ShardOp) { return WalkResult::interrupt(); })
              .wasInterrupted();
      if (isAnnotated && function.getBody().hasOneBlock() &&
          failed(Partitioner(&getContext()).convert(function)))
        return signalPassFailure();
    }
  }
};
} // namespace
