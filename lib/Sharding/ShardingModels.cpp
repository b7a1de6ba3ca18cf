//===- ShardingModels.cpp - how norms are split over processes ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loops of a norm are the dims of x. Rows are parallel, or reduced where a
// backward sums over them. The normalized dims are reduced, and y has them all
// the same: an annotation of x, y or the scale splits all operands alike.
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/ShardingModels.h"

#include "SplitNorm.h"
#include "UnevenParts.h"

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Dialect/Norm/IR/RowShape.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Shard/IR/ShardDialect.h"
#include "mlir/Dialect/Shard/Interfaces/ShardingInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::sharding;

using utils::IteratorType;

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

static SmallVector<IteratorType> getLoopTypes(NormRowsOpInterface op) {
  auto backward = dyn_cast<NormBackwardOpInterface>(op.getOperation());
  bool sumsRows = backward && backward.sumsOverRows();
  SmallVector<IteratorType> types(op.getInputType().getRank(),
                                  sumsRows ? IteratorType::reduction
                                           : IteratorType::parallel);
  for (int64_t dim : op.getDimensions())
    types[dim] = IteratorType::reduction;
  return types;
}

/// Sums; the merge of two means and variances is none of the kinds.
static SmallVector<shard::ReductionKind>
getReductionKinds(NormRowsOpInterface op) {
  bool isMerge = op.isCentered() && isa<NormOpInterface>(op.getOperation());
  return SmallVector<shard::ReductionKind>(
      llvm::count(getLoopTypes(op), IteratorType::reduction),
      isMerge ? shard::ReductionKind::Generic : shard::ReductionKind::Sum);
}

/// The maps of all operands, then of all results.
static SmallVector<AffineMap> getMaps(NormRowsOpInterface op) {
  SmallVector<AffineMap> maps;
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    maps.push_back(getRoleMap(op, op.getOperandKind(i).role));
  auto destination = cast<DestinationStyleOpInterface>(op.getOperation());
  for (OpResult result : op->getResults())
    maps.push_back(
        maps[destination.getTiedOpOperand(result)->getOperandNumber()]);
  return maps;
}

/// Where annotations contradict each other, x has its way and the others are
/// moved: a whole scale is cut, without a message.
static FailureOr<shard::ShardingOption>
getOption(NormRowsOpInterface op, ArrayRef<shard::Sharding> operands,
          ArrayRef<shard::Sharding> results) {
  auto option = shard::detail::defaultGetShardingOption(op, operands, results);
  unsigned input = 0;
  while (op->getOperand(input) != op.getInput())
    ++input;
  if (succeeded(option) || !operands[input])
    return option;
  std::vector<shard::Sharding> alone(operands.size());
  alone[input] = operands[input];
  return shard::detail::defaultGetShardingOption(
      op, alone, std::vector<shard::Sharding>(results.size()));
}

//===----------------------------------------------------------------------===//
// Partition
//===----------------------------------------------------------------------===//

static LogicalResult partitionNorm(NormRowsOpInterface op,
                                   const Partition &partition) {
  auto loops = getLoopAxes(op, getMaps(op), partition);
  if (failed(loops))
    return failure();
  SmallVector<Value> results;
  if (auto backward = dyn_cast<NormBackwardOpInterface>(op.getOperation())) {
    auto split = splitBackward(backward, *loops, partition);
    if (failed(split))
      return failure();
    results = std::move(*split);
  } else if (loops->collect(op.getDimensions()).empty()) {
    results = cloneOnParts(op, partition);
  } else {
    auto row = getShardedRow(op, *loops);
    if (failed(row))
      return failure();
    results =
        splitNorm(cast<NormOpInterface>(op.getOperation()), *row, partition);
  }
  partition.map.map(op->getResults(), results);
  return success();
}

namespace {
template <typename OpTy>
struct NormSharding
    : shard::ShardingInterface::ExternalModel<NormSharding<OpTy>, OpTy> {
  SmallVector<IteratorType> getLoopIteratorTypes(Operation *op) const {
    return getLoopTypes(cast<NormRowsOpInterface>(op));
  }
  SmallVector<shard::ReductionKind>
  getReductionLoopIteratorKinds(Operation *op) const {
    return getReductionKinds(cast<NormRowsOpInterface>(op));
  }
  SmallVector<AffineMap> getIndexingMaps(Operation *op) const {
    return getMaps(cast<NormRowsOpInterface>(op));
  }
  FailureOr<shard::ShardingOption>
  getShardingOption(Operation *op, ArrayRef<shard::Sharding> operands,
                    ArrayRef<shard::Sharding> results) const {
    return getOption(cast<NormRowsOpInterface>(op), operands, results);
  }
  LogicalResult partition(Operation *op, ArrayRef<Value>,
                          ArrayRef<shard::Sharding> operands,
                          ArrayRef<shard::Sharding> results, IRMapping &map,
                          SymbolTableCollection &symbols,
                          OpBuilder &builder) const {
    return partitionNorm(cast<NormRowsOpInterface>(op),
                         {operands, results, map, symbols, builder});
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Loops over rows
//===----------------------------------------------------------------------===//

/// The maps of all operands, then of all results.
static SmallVector<AffineMap> getLoopMaps(RowLoopOp op) {
  SmallVector<AffineMap> maps = op.getMaps();
  for (unsigned i = 0; i < op->getNumResults(); ++i)
    maps.push_back(op.getMap(op.getInputs().size() + i));
  return maps;
}

namespace {
struct RowLoopSharding
    : shard::ShardingInterface::ExternalModel<RowLoopSharding, RowLoopOp> {
  SmallVector<IteratorType> getLoopIteratorTypes(Operation *op) const {
    auto loop = cast<RowLoopOp>(op);
    SmallVector<IteratorType> types(loop.getNumDims(), IteratorType::parallel);
    for (int64_t dim : loop.getAccumulate())
      types[dim] = IteratorType::reduction;
    for (int64_t dim : loop.getDimensions())
      types[dim] = IteratorType::reduction;
    return types;
  }
  SmallVector<shard::ReductionKind>
  getReductionLoopIteratorKinds(Operation *op) const {
    bool isMerge = op->walk([](RowMomentsOp) {
                       return WalkResult::interrupt();
                     }).wasInterrupted();
    return SmallVector<shard::ReductionKind>(
        llvm::count(getLoopIteratorTypes(op), IteratorType::reduction),
        isMerge ? shard::ReductionKind::Generic : shard::ReductionKind::Sum);
  }
  SmallVector<AffineMap> getIndexingMaps(Operation *op) const {
    return getLoopMaps(cast<RowLoopOp>(op));
  }
  LogicalResult partition(Operation *op, ArrayRef<Value>,
                          ArrayRef<shard::Sharding> operands,
                          ArrayRef<shard::Sharding> results, IRMapping &map,
                          SymbolTableCollection &symbols,
                          OpBuilder &builder) const {
    auto loop = cast<RowLoopOp>(op);
    Partition partition{operands, results, map, symbols, builder};
    auto loops = getLoopAxes(op, getLoopMaps(loop), partition);
    if (failed(loops))
      return failure();
    auto split = splitRowLoop(loop, *loops, partition);
    if (failed(split))
      return failure();
    map.map(op->getResults(), *split);
    return success();
  }
};
} // namespace

void norm::registerShardingInterfaceExternalModels(DialectRegistry &registry) {
  registerTensorModels(registry);
  registry.addExtension(+[](MLIRContext *context, NormDialect *) {
    RMSNormOp::attachInterface<NormSharding<RMSNormOp>>(*context);
    PRMSNormOp::attachInterface<NormSharding<PRMSNormOp>>(*context);
    LayerNormOp::attachInterface<NormSharding<LayerNormOp>>(*context);
    RMSNormBackwardOp::attachInterface<NormSharding<RMSNormBackwardOp>>(
        *context);
    PRMSNormBackwardOp::attachInterface<NormSharding<PRMSNormBackwardOp>>(
        *context);
    LayerNormBackwardOp::attachInterface<NormSharding<LayerNormBackwardOp>>(
        *context);
    RowLoopOp::attachInterface<RowLoopSharding>(*context);
    // What the partition of a norm is made of.
    context->loadDialect<arith::ArithDialect, linalg::LinalgDialect,
                         math::MathDialect, shard::ShardDialect,
                         tensor::TensorDialect>();
  });
}
