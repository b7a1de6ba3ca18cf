//===- CombineCollectives.cpp - the pass norm-combine-collectives ---------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Shard/IR/ShardDialect.h"
#include "mlir/Dialect/Shard/IR/ShardOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMCOMBINECOLLECTIVES
#include "norm/Sharding/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

//===----------------------------------------------------------------------===//
// What can be combined
//===----------------------------------------------------------------------===//

/// A sum of floats or a gather along dim 0.
static bool isCombinable(Operation *op) {
  if (!isa<shard::AllReduceOp, shard::AllGatherOp>(op))
    return false;
  auto type = dyn_cast<RankedTensorType>(op->getOperand(0).getType());
  if (!type || (type.hasStaticShape() && type.getNumElements() == 0))
    return false;
  if (auto gather = dyn_cast<shard::AllGatherOp>(op))
    return gather.getGatherAxis() == 0 && type.getDimSize(0) == 1;
  auto reduce = cast<shard::AllReduceOp>(op);
  return reduce.getReduction() == shard::ReductionKind::Sum &&
         reduce.getResult().getType() == type &&
         (type.getElementType().isF32() || type.getElementType().isF64());
}

/// Sums of f32 and f64 go together in f64, which holds both.
static bool goTogether(Operation *a, Operation *b) {
  if (a->getName() != b->getName() || a->getBlock() != b->getBlock() ||
      a->getAttr("grid") != b->getAttr("grid") ||
      a->getAttr("grid_axes") != b->getAttr("grid_axes"))
    return false;
  return isa<shard::AllReduceOp>(a) ||
         getElementTypeOrSelf(a->getOperand(0).getType()) ==
             getElementTypeOrSelf(b->getOperand(0).getType());
}

/// Whether `op` or something in its regions reads a result of `ops`.
static bool readsAny(Operation &op,
                     const llvm::SmallPtrSetImpl<Operation *> &ops) {
  return op
      .walk([&](Operation *nested) {
        for (Value operand : nested->getOperands())
          if (Operation *owner = operand.getDefiningOp())
            if (ops.contains(owner))
              return WalkResult::interrupt();
        return WalkResult::advance();
      })
      .wasInterrupted();
}

/// The first collective, and all after it that go with it and need none of
/// them; fewer than two if there are none.
static SmallVector<Operation *> findGroup(Block &block) {
  for (Operation &first : block) {
    if (!isCombinable(&first))
      continue;
    SmallVector<Operation *> group{&first};
    // The group and what depends on it.
    llvm::SmallPtrSet<Operation *, 16> dependent{&first};
    for (auto it = ++first.getIterator(); it != block.end(); ++it) {
      bool reads = readsAny(*it, dependent);
      bool joins = !reads && isCombinable(&*it) && goTogether(&first, &*it);
      if (joins)
        group.push_back(&*it);
      if (joins || reads)
        dependent.insert(&*it);
    }
    if (group.size() > 1)
      return group;
  }
  return {};
}

//===----------------------------------------------------------------------===//
// The combination
//===----------------------------------------------------------------------===//

/// All dims of a tensor of `rank` dims, from `first` on, as one.
static SmallVector<ReassociationIndices> flatten(int64_t rank, int64_t first) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim < first; ++dim)
    groups.push_back({dim});
  if (first < rank)
    groups.push_back(llvm::to_vector<2>(llvm::seq<int64_t>(first, rank)));
  return groups;
}

/// `rank` dims, the last of which has one more, of extent 1, behind it.
static SmallVector<ReassociationIndices> addUnit(int64_t rank) {
  SmallVector<ReassociationIndices> groups = flatten(rank, rank);
  if (rank > 0)
    groups.back().push_back(rank);
  return groups;
}

/// `value` with `kept` dims and one more, all others as one. Without others
/// that is an extent of 1.
static Value emitFlat(OpBuilder &builder, Location loc, Value value,
                      int64_t kept) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape().take_front(kept));
  ArrayRef<int64_t> others = type.getShape().drop_front(kept);
  shape.push_back(ShapedType::isDynamicShape(others)
                      ? ShapedType::kDynamic
                      : ShapedType::getNumElements(others));
  auto flat = type.clone(shape);
  if (type.getRank() == kept + 1)
    return value;
  if (type.getRank() > kept)
    return tensor::CollapseShapeOp::create(builder, loc, flat, value,
                                           flatten(type.getRank(), kept));
  return tensor::ExpandShapeOp::create(builder, loc, flat, value,
                                       addUnit(kept));
}

/// emitFlat() undone: `value` as one of type `type` and extents `shape`.
static Value emitShaped(OpBuilder &builder, Location loc, Value value,
                        RankedTensorType type, ArrayRef<OpFoldResult> shape,
                        int64_t kept) {
  if (type.getRank() == kept + 1)
    return value;
  if (type.getRank() > kept)
    return tensor::ExpandShapeOp::create(builder, loc, type, value,
                                         flatten(type.getRank(), kept), shape);
  return tensor::CollapseShapeOp::create(builder, loc, type, value,
                                         addUnit(kept));
}

static Value emitConverted(OpBuilder &builder, Location loc, Value value,
                           Type element) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getElementType() == element)
    return value;
  Type to = type.clone(element);
  if (element.isF64())
    return arith::ExtFOp::create(builder, loc, to, value);
  return arith::TruncFOp::create(builder, loc, to, value);
}

static OpFoldResult emitSum(OpBuilder &builder, Location loc, OpFoldResult a,
                            OpFoldResult b) {
  auto left = getConstantIntValue(a), right = getConstantIntValue(b);
  if (left && right)
    return builder.getIndexAttr(*left + *right);
  return arith::AddIOp::create(builder, loc,
                               getValueOrCreateConstantIndexOp(builder, loc, a),
                               getValueOrCreateConstantIndexOp(builder, loc, b))
      .getResult();
}

/// Moves what reads `first` and is before `last` behind it.
static void sinkReaders(Operation *first, Operation *last) {
  SmallVector<Operation *> moved;
  llvm::SmallPtrSet<Operation *, 16> dependent{first};
  for (auto it = ++first->getIterator(); &*it != last; ++it)
    if (readsAny(*it, dependent)) {
      dependent.insert(&*it);
      moved.push_back(&*it);
    }
  Operation *place = last;
  for (Operation *op : moved) {
    op->moveAfter(place);
    place = op;
  }
}

static void combine(ArrayRef<Operation *> group) {
  Operation *last = group.back();
  OpBuilder builder(last);
  SmallVector<Location> locs =
      llvm::map_to_vector(group, [](Operation *op) { return op->getLoc(); });
  Location loc = builder.getFusedLoc(locs);
  // A gather keeps its dim of processes.
  int64_t kept = isa<shard::AllGatherOp>(last) ? 1 : 0;
  Type element = getElementTypeOrSelf(last->getOperand(0).getType());
  for (Operation *op : group)
    if (getElementTypeOrSelf(op->getOperand(0).getType()).isF64())
      element = builder.getF64Type();
  SmallVector<Value> flat;
  SmallVector<OpFoldResult> counts;
  SmallVector<SmallVector<OpFoldResult>> wholeShapes;
  for (Operation *op : group) {
    Value value = emitFlat(builder, loc, op->getOperand(0), kept);
    flat.push_back(emitConverted(builder, loc, value, element));
    counts.push_back(tensor::getMixedSize(builder, loc, value, kept));
    wholeShapes.push_back(
        tensor::getMixedSizes(builder, loc, op->getOperand(0)));
  }
  for (Operation *op : group.drop_back())
    sinkReaders(op, last);

  Value all = tensor::ConcatOp::create(builder, loc, kept, flat);
  Operation *combined = builder.clone(*last);
  combined->setLoc(loc);
  combined->setOperand(0, all);
  auto type = cast<RankedTensorType>(all.getType());
  SmallVector<int64_t> shape(type.getShape());
  if (kept)
    shape[0] =
        cast<RankedTensorType>(last->getResult(0).getType()).getDimSize(0);
  combined->getResult(0).setType(type.clone(shape));
  OpFoldResult offset = builder.getIndexAttr(0);
  for (auto [op, count, whole] : llvm::zip_equal(group, counts, wholeShapes)) {
    SmallVector<OpFoldResult> offsets(kept, builder.getIndexAttr(0)), sizes,
        strides(kept + 1, builder.getIndexAttr(1));
    offsets.push_back(offset);
    shape.back() = getConstantIntValue(count).value_or(ShapedType::kDynamic);
    sizes = getAsIndexOpFoldResult(builder.getContext(),
                                   ArrayRef(shape).take_front(kept));
    sizes.push_back(count);
    Value own = tensor::ExtractSliceOp::create(builder, loc, type.clone(shape),
                                               combined->getResult(0), offsets,
                                               sizes, strides);
    offset = emitSum(builder, loc, offset, count);
    auto result = cast<RankedTensorType>(op->getResult(0).getType());
    if (kept)
      whole[0] = builder.getIndexAttr(result.getDimSize(0));
    own = emitConverted(builder, loc, own, result.getElementType());
    op->getResult(0).replaceAllUsesWith(
        emitShaped(builder, loc, own, result, whole, kept));
  }
  for (Operation *op : llvm::reverse(group))
    op->erase();
}

namespace {
struct NormCombineCollectives
    : norm::impl::NormCombineCollectivesBase<NormCombineCollectives> {
  void runOnOperation() override {
    getOperation()->walk([](Block *block) {
      while (true) {
        SmallVector<Operation *> group = findGroup(*block);
        if (group.size() < 2)
          return;
        combine(group);
      }
    });
  }
};
} // namespace
