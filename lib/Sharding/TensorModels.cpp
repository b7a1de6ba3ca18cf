//===- TensorModels.cpp - how tensor ops are split over processes ---------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's ShardingInterface of ops that programs around norms have and that
// upstream gives none: elementwise ops, slices, as of the weights of a layer,
// reshapes, as to heads, and extents.
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/ShardingModels.h"

#include "UnevenParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Shard/Interfaces/ShardingInterface.h"
#include "mlir/Dialect/Shard/Interfaces/ShardingInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::sharding;

using utils::IteratorType;

/// The maps of operands and results that are no tensors, of `loops` loops.
static SmallVector<AffineMap> getScalarMaps(Operation *op, unsigned loops) {
  return SmallVector<AffineMap>(op->getNumOperands() + op->getNumResults(),
                                AffineMap::get(loops, 0, op->getContext()));
}

static AffineMap getDimsMap(unsigned loops, ArrayRef<unsigned> dims,
                            MLIRContext *context) {
  return AffineMap::getMultiDimMapWithTargets(loops, dims, context);
}

/// The type of the part of `value`, a result, of which `sharding` tells.
static RankedTensorType getPart(Operation *op, Value value,
                                const shard::Sharding &sharding,
                                SymbolTableCollection &symbols) {
  auto type = cast<RankedTensorType>(value.getType());
  if (!sharding)
    return type;
  return cast<RankedTensorType>(shard::shardType(
      type, shard::getGrid(op, sharding.getGridAttr(), symbols), sharding));
}

//===----------------------------------------------------------------------===//
// Elementwise ops
//===----------------------------------------------------------------------===//

namespace {
/// All tensors are split alike; operands may be numbers.
template <typename OpTy>
struct ElementwiseModel
    : shard::ShardingInterface::ExternalModel<ElementwiseModel<OpTy>, OpTy> {
  static unsigned getRank(Operation *op) {
    auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    return type ? type.getRank() : 0;
  }
  SmallVector<IteratorType> getLoopIteratorTypes(Operation *op) const {
    return SmallVector<IteratorType>(getRank(op), IteratorType::parallel);
  }
  SmallVector<AffineMap> getIndexingMaps(Operation *op) const {
    SmallVector<AffineMap> maps = getScalarMaps(op, getRank(op));
    SmallVector<Value> values = llvm::to_vector_of<Value>(op->getOperands());
    llvm::append_range(values, op->getResults());
    for (auto [map, value] : llvm::zip_equal(maps, values))
      if (isRanked(value.getType()))
        map = AffineMap::getMultiDimIdentityMap(getRank(op), op->getContext());
    return maps;
  }
  LogicalResult partition(Operation *op, ArrayRef<Value> operands,
                          ArrayRef<shard::Sharding> ofOperands,
                          ArrayRef<shard::Sharding> ofResults, IRMapping &map,
                          SymbolTableCollection &symbols,
                          OpBuilder &builder) const {
    Operation *clone = builder.clone(*op, map);
    for (auto [result, whole, sharding] :
         llvm::zip_equal(clone->getResults(), op->getResults(), ofResults))
      result.setType(getPart(op, whole, sharding, symbols));
    return success();
  }
};

} // namespace

template <typename... OpTys>
static void attachElementwise(MLIRContext *context) {
  (OpTys::template attachInterface<ElementwiseModel<OpTys>>(*context), ...);
}

namespace {
//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

/// How the dims of a tensor are those of a slice of it.
struct SliceDims {
  /// Whether the slice takes all of each dim of the whole.
  SmallVector<bool> takesAll;
  /// The dim of the slice, of each dim of the whole that is not dropped.
  SmallVector<std::optional<unsigned>> inSlice;
};
} // namespace

/// Whether `size` is the extent of dim `dim` of `whole`.
static bool isExtent(OpFoldResult size, Value whole, int64_t dim) {
  auto type = cast<RankedTensorType>(whole.getType());
  if (std::optional<int64_t> number = getConstantIntValue(size))
    return *number == type.getDimSize(dim);
  auto value = dyn_cast<Value>(size);
  auto extent = value ? value.getDefiningOp<tensor::DimOp>() : tensor::DimOp();
  auto skip = [](Value tensor) {
    while (auto annotation = tensor.getDefiningOp<shard::ShardOp>())
      tensor = annotation.getSrc();
    return tensor;
  };
  return extent && extent.getConstantIndex() == dim &&
         skip(extent.getSource()) == skip(whole);
}

template <typename OpTy>
static SliceDims getSliceDims(OpTy op, Value whole,
                              const llvm::SmallBitVector &dropped) {
  SliceDims dims;
  unsigned next = 0;
  for (unsigned dim = 0; dim < dropped.size(); ++dim) {
    dims.takesAll.push_back(isConstantIntValue(op.getMixedOffsets()[dim], 0) &&
                            isConstantIntValue(op.getMixedStrides()[dim], 1) &&
                            isExtent(op.getMixedSizes()[dim], whole, dim));
    dims.inSlice.push_back(dropped.test(dim) ? std::optional<unsigned>()
                                             : next++);
  }
  return dims;
}

static SliceDims getDims(tensor::ExtractSliceOp op) {
  return getSliceDims(op, op.getSource(), op.getDroppedDims());
}
static SliceDims getDims(tensor::InsertSliceOp op) {
  return getSliceDims(op, op.getDest(), op.getDroppedDims());
}

static Value getWhole(tensor::ExtractSliceOp op) { return op.getSource(); }
static Value getWhole(tensor::InsertSliceOp op) { return op.getDest(); }

namespace {
/// The loops are the dims of the whole, then those of the slice that are parts
/// of one: these have a loop of their own, which may not be split.
template <typename OpTy>
struct SliceModel
    : shard::ShardingInterface::ExternalModel<SliceModel<OpTy>, OpTy> {
  static unsigned getNumLoops(OpTy op) {
    return 2 * cast<RankedTensorType>(getWhole(op).getType()).getRank();
  }
  SmallVector<IteratorType> getLoopIteratorTypes(Operation *op) const {
    return SmallVector<IteratorType>(getNumLoops(cast<OpTy>(op)),
                                     IteratorType::parallel);
  }
  SmallVector<AffineMap> getIndexingMaps(Operation *operation) const {
    auto op = cast<OpTy>(operation);
    unsigned loops = getNumLoops(op), rank = loops / 2;
    SliceDims dims = getDims(op);
    SmallVector<unsigned> ofWhole, ofSlice;
    for (unsigned dim = 0; dim < rank; ++dim) {
      ofWhole.push_back(dim);
      if (dims.inSlice[dim])
        ofSlice.push_back(dims.takesAll[dim] ? dim : rank + dim);
    }
    MLIRContext *context = op.getContext();
    SmallVector<AffineMap> maps = getScalarMaps(op, loops);
    maps[0] = getDimsMap(loops, ofWhole, context);
    maps.back() = getDimsMap(loops, ofSlice, context);
    if (isa<tensor::InsertSliceOp>(operation)) {
      maps[1] = maps[0];
      std::swap(maps[0], maps.back());
    }
    return maps;
  }
  LogicalResult partition(Operation *operation, ArrayRef<Value> operands,
                          ArrayRef<shard::Sharding> ofOperands,
                          ArrayRef<shard::Sharding> ofResults, IRMapping &map,
                          SymbolTableCollection &symbols,
                          OpBuilder &builder) const {
    auto op = cast<OpTy>(operation);
    bool isInsert = isa<tensor::InsertSliceOp>(operation);
    const shard::Sharding &ofWhole = ofOperands[isInsert ? 1 : 0];
    const shard::Sharding &ofSlice = isInsert ? ofOperands[0] : ofResults[0];
    SliceDims dims = getDims(op);
    for (auto [dim, takesAll] : llvm::enumerate(dims.takesAll)) {
      std::optional<unsigned> own = dims.inSlice[dim];
      ArrayRef<shard::GridAxis> axes =
          own ? getSplitAxes(ofSlice, *own) : ArrayRef<shard::GridAxis>();
      if (takesAll ? own && axes == getSplitAxes(ofWhole, dim)
                   : axes.empty() && getSplitAxes(ofWhole, dim).empty())
        continue;
      if (takesAll && !own && getSplitAxes(ofWhole, dim).empty())
        continue;
      return op.emitError("expected a slice to have all of each dimension "
                          "that is split, got a part of dimension ")
             << dim;
    }
    Value whole = operands[isInsert ? 1 : 0];
    auto offsets = mapAll(op.getMixedOffsets(), map),
         sizes = mapAll(op.getMixedSizes(), map),
         strides = mapAll(op.getMixedStrides(), map);
    for (auto [dim, takesAll] : llvm::enumerate(dims.takesAll))
      if (takesAll)
        sizes[dim] = tensor::getMixedSize(builder, op.getLoc(), whole, dim);
    Value result;
    if (isInsert)
      result = tensor::InsertSliceOp::create(builder, op.getLoc(), operands[0],
                                             whole, offsets, sizes, strides);
    else
      result = tensor::ExtractSliceOp::create(
          builder, op.getLoc(),
          getPart(op, op->getResult(0), ofResults[0], symbols), whole, offsets,
          sizes, strides);
    map.map(op->getResult(0), result);
    return success();
  }

  static SmallVector<OpFoldResult> mapAll(ArrayRef<OpFoldResult> values,
                                          IRMapping &map) {
    return llvm::map_to_vector(values, [&](OpFoldResult value) {
      auto dynamic = dyn_cast<Value>(value);
      return dynamic ? OpFoldResult(map.lookup(dynamic)) : value;
    });
  }
};

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

/// The loops are the dims of the larger rank. Of those that make up one dim,
/// the first of more than one element is split with it: its parts follow each
/// other.
template <typename OpTy>
struct ReshapeModel
    : shard::ShardingInterface::ExternalModel<ReshapeModel<OpTy>, OpTy> {
  static constexpr bool kExpands = std::is_same_v<OpTy, tensor::ExpandShapeOp>;
  static RankedTensorType getLargeType(OpTy op) {
    return kExpands ? cast<RankedTensorType>(op->getResult(0).getType())
                    : cast<RankedTensorType>(op->getOperand(0).getType());
  }
  /// The leading dim of each group.
  static SmallVector<unsigned> getLeaders(OpTy op) {
    RankedTensorType type = getLargeType(op);
    SmallVector<unsigned> leaders;
    for (const ReassociationIndices &group : op.getReassociationIndices()) {
      auto isLong = [&](int64_t dim) { return type.getDimSize(dim) != 1; };
      const auto *found = llvm::find_if(group, isLong);
      leaders.push_back(found == group.end() ? group.front() : *found);
    }
    return leaders;
  }
  SmallVector<IteratorType> getLoopIteratorTypes(Operation *op) const {
    return SmallVector<IteratorType>(getLargeType(cast<OpTy>(op)).getRank(),
                                     IteratorType::parallel);
  }
  SmallVector<AffineMap> getIndexingMaps(Operation *operation) const {
    auto op = cast<OpTy>(operation);
    unsigned loops = getLargeType(op).getRank();
    MLIRContext *context = op.getContext();
    SmallVector<AffineMap> maps = getScalarMaps(op, loops);
    maps[0] = AffineMap::getMultiDimIdentityMap(loops, context);
    maps.back() = getDimsMap(loops, getLeaders(op), context);
    if (kExpands)
      std::swap(maps[0], maps.back());
    return maps;
  }
  LogicalResult partition(Operation *operation, ArrayRef<Value> operands,
                          ArrayRef<shard::Sharding> ofOperands,
                          ArrayRef<shard::Sharding> ofResults, IRMapping &map,
                          SymbolTableCollection &symbols,
                          OpBuilder &builder) const {
    auto op = cast<OpTy>(operation);
    const shard::Sharding &large = kExpands ? ofResults[0] : ofOperands[0];
    const shard::Sharding &small = kExpands ? ofOperands[0] : ofResults[0];
    SmallVector<unsigned> leaders = getLeaders(op);
    for (auto [dim, group] : llvm::enumerate(op.getReassociationIndices()))
      for (int64_t inner : group) {
        bool isLeader = inner == leaders[dim];
        if (getSplitAxes(large, inner) !=
            (isLeader ? getSplitAxes(small, dim) : ArrayRef<shard::GridAxis>()))
          return op.emitError("expected the first of the dimensions that a "
                              "reshape makes one to be the one that is split, "
                              "got dimension ")
                 << inner;
      }
    Location loc = op.getLoc();
    RankedTensorType type =
        getPart(op, op->getResult(0), ofResults[0], symbols);
    Value result;
    if constexpr (kExpands) {
      SmallVector<OpFoldResult> shape = op.getMixedOutputShape();
      for (auto [dim, extent] : llvm::enumerate(shape)) {
        if (!type.isDynamicDim(dim))
          extent = builder.getIndexAttr(type.getDimSize(dim));
        else if (!getSplitAxes(large, dim).empty())
          return op.emitError("expected a static extent of a dimension that is "
                              "split and reshaped, got ")
                 << getLargeType(op);
        else
          extent = map.lookup(cast<Value>(extent));
      }
      result = tensor::ExpandShapeOp::create(
          builder, loc, type, operands[0], op.getReassociationIndices(), shape);
    } else {
      result = tensor::CollapseShapeOp::create(builder, loc, type, operands[0],
                                               op.getReassociationIndices());
    }
    map.map(op->getResult(0), result);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

/// The extent of the part: norm-check-shardings lets nothing but a tensor that
/// is split alike read that of a split dim.
struct DimModel
    : shard::ShardingInterface::ExternalModel<DimModel, tensor::DimOp> {
  SmallVector<IteratorType> getLoopIteratorTypes(Operation *op) const {
    auto type = cast<RankedTensorType>(op->getOperand(0).getType());
    return SmallVector<IteratorType>(type.getRank(), IteratorType::parallel);
  }
  SmallVector<AffineMap> getIndexingMaps(Operation *op) const {
    unsigned rank = getLoopIteratorTypes(op).size();
    SmallVector<AffineMap> maps = getScalarMaps(op, rank);
    maps[0] = AffineMap::getMultiDimIdentityMap(rank, op->getContext());
    return maps;
  }
  LogicalResult partition(Operation *op, ArrayRef<Value>,
                          ArrayRef<shard::Sharding>, ArrayRef<shard::Sharding>,
                          IRMapping &map, SymbolTableCollection &,
                          OpBuilder &builder) const {
    builder.clone(*op, map);
    return success();
  }
};
} // namespace

void sharding::registerTensorModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    tensor::ExtractSliceOp::attachInterface<SliceModel<tensor::ExtractSliceOp>>(
        *context);
    tensor::InsertSliceOp::attachInterface<SliceModel<tensor::InsertSliceOp>>(
        *context);
    tensor::ExpandShapeOp::attachInterface<ReshapeModel<tensor::ExpandShapeOp>>(
        *context);
    tensor::CollapseShapeOp::attachInterface<
        ReshapeModel<tensor::CollapseShapeOp>>(*context);
    tensor::DimOp::attachInterface<DimModel>(*context);
  });
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    attachElementwise<
        arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
        arith::RemFOp, arith::NegFOp, arith::MaximumFOp, arith::MinimumFOp,
        arith::MaxNumFOp, arith::MinNumFOp, arith::ExtFOp, arith::TruncFOp,
        arith::CmpFOp, arith::SelectOp, arith::AddIOp, arith::SubIOp,
        arith::MulIOp, arith::AndIOp, arith::OrIOp, arith::XOrIOp,
        arith::CmpIOp, arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp,
        arith::FPToUIOp, arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp,
        arith::BitcastOp, arith::IndexCastOp>(context);
  });
  registry.addExtension(+[](MLIRContext *context, math::MathDialect *) {
    attachElementwise<math::AbsFOp, math::CosOp, math::ErfOp, math::ExpOp,
                      math::Exp2Op, math::ExpM1Op, math::FmaOp, math::FPowIOp,
                      math::LogOp, math::Log1pOp, math::Log2Op, math::PowFOp,
                      math::RsqrtOp, math::SinOp, math::SqrtOp, math::TanhOp>(
        context);
  });
}
