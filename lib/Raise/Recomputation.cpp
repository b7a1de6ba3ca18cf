//===- Recomputation.cpp - what a loop saved, computed once more ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Recomputation.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// How many ops are copied for one value.
static constexpr unsigned kMaxCopied = 500;

//===----------------------------------------------------------------------===//
// What is copied
//===----------------------------------------------------------------------===//

/// Whether `op` may be computed once more: no product of matrices, and nothing
/// with an effect.
static bool mayCopy(Operation *op) {
  if (!isMemoryEffectFree(op))
    return false;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.hasPureTensorSemantics() &&
           !linalg::isaContractionOpInterface(structured) &&
           !linalg::isaConvolutionOpInterface(structured);
  return op->getNumRegions() == 0;
}

/// What is saved, without dimensions of one element that were put around it.
static Value getCore(Value saved) {
  if (auto expand = saved.getDefiningOp<tensor::ExpandShapeOp>())
    return expand.getSrc();
  auto copy = saved.getDefiningOp<linalg::GenericOp>();
  if (!copy || copy.getNumDpsInputs() != 1 || copy->getNumResults() != 1 ||
      copy.getNumReductionLoops() != 0)
    return saved;
  auto from =
      dyn_cast<RankedTensorType>(copy.getDpsInputOperand(0)->get().getType());
  auto to = cast<RankedTensorType>(saved.getType());
  auto yielded = copy.getBlock()->getTerminator()->getOperand(0);
  AffineMap map = copy.getMatchingIndexingMap(copy.getDpsInputOperand(0));
  // The loops that are read are in order, and the others have one iteration.
  if (!from || yielded != copy.getBlock()->getArgument(0) ||
      !copy.getMatchingIndexingMap(copy.getDpsInitOperand(0)).isIdentity() ||
      from.getElementType() != to.getElementType() ||
      from.getNumElements() != to.getNumElements() ||
      !map.isProjectedPermutation())
    return saved;
  for (unsigned i = 1; i < map.getNumResults(); ++i)
    if (map.getDimPosition(i - 1) >= map.getDimPosition(i))
      return saved;
  return copy.getDpsInputOperand(0)->get();
}

namespace {
/// Copies of values of a loop's body in another place, made from saved values
/// and from what is defined outside of the loop.
class Copier {
public:
  Copier(OpBuilder &builder, scf::ForOp loop, IRMapping &mapping)
      : builder(builder), loop(loop), mapping(mapping) {}

  /// The copy of `value`; null where something that it is computed from is not
  /// there.
  Value copy(Value value);
  /// Indices that are `own` in the loop are `index` in the other place.
  void mapIndices(Value own, Value index);

  SmallVector<Operation *> made;

private:
  bool collect(Value value, llvm::SetVector<Operation *> &ops);
  bool isThere(Value value) {
    return mapping.contains(value) ||
           !loop.getBodyRegion().isAncestor(value.getParentRegion());
  }

  OpBuilder &builder;
  scf::ForOp loop;
  IRMapping &mapping;
};
} // namespace

/// The operands of `op` and of the ops in its body that come from outside of
/// it.
static SmallVector<Value> getReads(Operation *op) {
  SmallVector<Value> reads(op->getOperands());
  for (Region &region : op->getRegions())
    region.walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (!region.isAncestor(operand.getParentRegion()))
          reads.push_back(operand);
    });
  return reads;
}

/// The ops that `value` needs, each after those that it needs itself.
bool Copier::collect(Value value, llvm::SetVector<Operation *> &ops) {
  llvm::SetVector<Operation *> reached;
  SmallVector<Value> todo = {value};
  while (!todo.empty()) {
    Value next = todo.pop_back_val();
    if (isThere(next))
      continue;
    Operation *op = next.getDefiningOp();
    if (!op || op->getBlock() != loop.getBody() || !mayCopy(op) ||
        reached.size() == kMaxCopied)
      return false;
    if (reached.insert(op))
      llvm::append_range(todo, getReads(op));
  }
  SmallVector<Operation *> order(reached.begin(), reached.end());
  llvm::sort(order, [](Operation *lhs, Operation *rhs) {
    return lhs->isBeforeInBlock(rhs);
  });
  ops.insert(order.begin(), order.end());
  return true;
}

void Copier::mapIndices(Value own, Value index) {
  std::optional<IterationIndex> iteration = getIterationIndex(own);
  for (Operation &op : *loop.getBody())
    for (Value result : op.getResults())
      if (isa<IndexType>(result.getType()) &&
          getIterationIndex(result) == iteration)
        mapping.map(result, index);
}

Value Copier::copy(Value value) {
  llvm::SetVector<Operation *> ops;
  if (!collect(value, ops))
    return nullptr;
  for (Operation *op : ops)
    made.push_back(builder.clone(*op, mapping));
  return mapping.lookupOrDefault(value);
}

/// `value` as a tensor of `type`, which has more or fewer dimensions of one
/// element; null where that is no reshape.
static Value reshape(OpBuilder &builder, Value value, RankedTensorType type) {
  auto from = cast<RankedTensorType>(value.getType());
  if (from == type)
    return value;
  if (from.getRank() == type.getRank() ||
      from.getElementType() != type.getElementType() ||
      from.getNumElements() != type.getNumElements())
    return nullptr;
  auto groups = getReassociationIndicesForReshape(from, type);
  if (!groups)
    return nullptr;
  if (from.getRank() > type.getRank())
    return tensor::CollapseShapeOp::create(builder, value.getLoc(), type, value,
                                           *groups);
  return tensor::ExpandShapeOp::create(builder, value.getLoc(), type, value,
                                       *groups);
}

//===----------------------------------------------------------------------===//
// Slices of one loop at one position
//===----------------------------------------------------------------------===//

/// Whether `lhs` is there before `rhs` in the body of a loop.
static bool isEarlier(Value lhs, Value rhs) {
  Operation *left = lhs.getDefiningOp(), *right = rhs.getDefiningOp();
  return right && (!left || (left != right && left->isBeforeInBlock(right)));
}

/// Puts all slices where the first one is.
void Recomputation::gather(MutableArrayRef<Slice> slices) {
  const Slice *first = slices.begin();
  for (const Slice &slice : slices)
    if (slice.op->isBeforeInBlock(first->op))
      first = &slice;
  Value index = first->index;
  Operation *place = first->op->getNextNode();
  for (Slice &slice : slices) {
    slice.next = slice.op->getNextNode();
    if (slice.next != place)
      slice.op->moveBefore(place);
    slice.op.getOffsetsMutable()[0].set(index);
    moved.push_back(slice);
  }
}

void Recomputation::recompute(MutableArrayRef<Slice> slices) {
  auto loop = cast<scf::ForOp>(slices.front().op.getSource().getDefiningOp());
  // What the loop computes first is needed for the rest.
  llvm::stable_sort(slices, [](const Slice &lhs, const Slice &rhs) {
    return isEarlier(getCore(lhs.stack.saved), getCore(rhs.stack.saved));
  });
  gather(slices);
  Operation *last = slices.front().op;
  for (const Slice &slice : slices)
    if (last->isBeforeInBlock(slice.op))
      last = slice.op;
  OpBuilder builder(last->getContext());
  builder.setInsertionPointAfter(last);
  IRMapping mapping;
  Copier copier(builder, loop, mapping);
  copier.mapIndices(slices.front().stack.index,
                    slices.front().op.getOffsets()[0]);
  for (Slice &slice : slices) {
    // One value in two tensors is what one of them has.
    if (mapping.contains(slice.stack.saved))
      continue;
    Value saved = slice.op.getResult(), core = getCore(slice.stack.saved);
    Value asCore =
        reshape(builder, saved, cast<RankedTensorType>(core.getType()));
    if (asCore && asCore != saved)
      made.push_back(asCore.getDefiningOp());
    size_t before = copier.made.size();
    Value copied = copier.copy(slice.stack.saved);
    ArrayRef<Operation *> copies = ArrayRef(copier.made).drop_front(before);
    Value inner = mapping.lookupOrNull(core);
    bool isCoreCopied =
        inner && llvm::is_contained(copies, inner.getDefiningOp());
    if (copied)
      copied = reshape(builder, copied, slice.op.getType());
    // What cannot be computed is what others are computed from.
    if (!copied) {
      if (asCore)
        mapping.map(core, asCore);
      continue;
    }
    if (copied != mapping.lookupOrNull(slice.stack.saved))
      copier.made.push_back(copied.getDefiningOp());
    if (isCoreCopied && inner != copied && asCore)
      computed.push_back({inner, asCore});
    computed.push_back({copied, saved});
    saved.replaceUsesWithIf(copied, [&](OpOperand &use) {
      return !asCore || use.getOwner() != asCore.getDefiningOp();
    });
  }
  llvm::append_range(made, copier.made);
}

void Recomputation::insert(ModuleOp module) {
  SmallVector<SmallVector<Slice>> groups;
  auto isOfGroup = [](Slice lhs, Slice rhs) {
    std::optional<IterationIndex> index = getIterationIndex(lhs.index);
    return lhs.op->getBlock() == rhs.op->getBlock() &&
           lhs.op.getSource().getDefiningOp() ==
               rhs.op.getSource().getDefiningOp() &&
           lhs.stack.isReversed == rhs.stack.isReversed &&
           (lhs.index == rhs.index ||
            (index && index == getIterationIndex(rhs.index)));
  };
  module.walk([&](tensor::ExtractSliceOp op) {
    auto result = dyn_cast<OpResult>(op.getSource());
    std::optional<PositionOfStack> position = getPosition(op);
    std::optional<LoopStack> stack;
    if (result && position)
      stack = getLoopStack(result);
    if (!stack || stack->dim != position->dim)
      return;
    Slice slice = {op, *stack, position->index, nullptr};
    auto *group = llvm::find_if(groups, [&](ArrayRef<Slice> other) {
      return isOfGroup(other.front(), slice);
    });
    if (group != groups.end())
      group->push_back(slice);
    else
      groups.push_back({slice});
  });
  for (MutableArrayRef<Slice> group : groups)
    if (group.size() > 1)
      recompute(group);
}

//===----------------------------------------------------------------------===//
// Back
//===----------------------------------------------------------------------===//

/// Puts a slice where it was, unless it is read in front of that.
void Recomputation::moveBack(const Slice &slice, const DeadOps &dead) {
  tensor::ExtractSliceOp op = slice.op;
  for (OpOperand *use : dead.getLiveUses(op.getResult())) {
    Operation *inBlock =
        op->getBlock()->findAncestorOpInBlock(*use->getOwner());
    if (inBlock && inBlock->isBeforeInBlock(slice.next))
      return;
  }
  op->moveBefore(slice.next);
  op.getOffsetsMutable()[0].set(slice.index);
}

void Recomputation::restore(DeadOps &dead) {
  for (auto [copied, saved] : computed)
    copied.replaceAllUsesWith(saved);
  for (Operation *op : llvm::reverse(made))
    dead.mark(op);
  for (const Slice &slice : llvm::reverse(moved)) {
    moveBack(slice, dead);
    dead.mark(slice.op);
  }
}
