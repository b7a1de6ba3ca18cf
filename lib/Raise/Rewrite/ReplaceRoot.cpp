//===- ReplaceRoot.cpp - reading a root from a norm op --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/RootPlan.h"
#include "Rewrite/Rewriter.h"
#include "Rewrite/RowWise.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

namespace {
/// What is left of the structured op of a root: the results that live ops read
/// beside the root, and what they need.
struct RestOfBody {
  SmallVector<OpResult> results;
  SmallVector<Value> yielded;
  /// Values of the body, the root among them if they need it.
  llvm::SetVector<Value> needed;
  /// Operands that the body reads, without the inits of the results.
  SmallVector<OpOperand *> operands;
};
} // namespace

/// The rest of `op` without its result `dropped`.
static RestOfBody getRest(linalg::LinalgOp op, Value root,
                          std::optional<unsigned> dropped,
                          const DeadOps &dead) {
  RestOfBody rest;
  Operation *yield = op.getBlock()->getTerminator();
  for (OpResult result : op->getResults()) {
    if (result.getResultNumber() == dropped || !dead.hasLiveUse(result))
      continue;
    rest.results.push_back(result);
    rest.yielded.push_back(yield->getOperand(result.getResultNumber()));
  }
  llvm::SetVector<Value> &needed = rest.needed;
  needed.insert_range(rest.yielded);
  for (unsigned i = 0; i < needed.size(); ++i)
    if (Operation *producer = needed[i].getDefiningOp();
        needed[i] != root && producer &&
        op.getBlock()->findAncestorOpInBlock(*producer))
      producer->walk([&](Operation *nested) {
        needed.insert(nested->operand_begin(), nested->operand_end());
      });
  // A body may read what an init holds, also that of a result that goes.
  SmallVector<OpOperand *> candidates = op.getDpsInputOperands();
  for (OpOperand &init : op.getDpsInitsMutable())
    if (!llvm::is_contained(rest.results, op.getTiedOpResult(&init)))
      candidates.push_back(&init);
  for (OpOperand *operand : candidates)
    if (needed.contains(op.getMatchingBlockArgument(operand)))
      rest.operands.push_back(operand);
  return rest;
}

/// The body of `op` as far as `rest` needs it, with `arguments` for the
/// operands of `rest`, the root, and the inits.
static void cloneRest(OpBuilder &builder, Location loc, linalg::LinalgOp op,
                      Value root, const RestOfBody &rest,
                      ValueRange arguments) {
  IRMapping mapping;
  for (OpOperand *operand : rest.operands) {
    mapping.map(op.getMatchingBlockArgument(operand), arguments.front());
    arguments = arguments.drop_front();
  }
  mapping.map(root, arguments.front());
  for (auto [result, argument] :
       llvm::zip(rest.results, arguments.drop_front()))
    mapping.map(op.getMatchingBlockArgument(
                    op.getDpsInitOperand(result.getResultNumber())),
                argument);
  for (Operation &nested : op.getBlock()->without_terminator()) {
    bool isNeeded = llvm::any_of(nested.getResults(), [&](Value result) {
      return result != root && rest.needed.contains(result);
    });
    if (isNeeded)
      builder.clone(nested, mapping);
  }
  SmallVector<Value> values;
  for (Value value : rest.yielded)
    values.push_back(mapping.lookupOrDefault(value));
  linalg::YieldOp::create(builder, loc, values);
}

/// The destination of a rebuilt op: that which the program gives, unless it is
/// a part of the old computation of which only the shape counts.
static Value getInit(OpBuilder &builder, const NormPlan &plan,
                     linalg::LinalgOp op, OpOperand *init) {
  Operation *producer = init->get().getDefiningOp();
  if (!producer || !plan.cone.ops.contains(producer) ||
      op.payloadUsesValueFromOperand(init))
    return init->get();
  Location loc = op.getLoc();
  return tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, init->get()),
      getElementTypeOrSelf(init->get().getType()));
}

/// Adds operands that `rest` no longer reads, as long as the extent of a loop
/// of `op` is in none of the others: y, read by `root`, has index 0 where a
/// loop goes once.
static void keepExtents(linalg::LinalgOp op, AffineMap root, RestOfBody &rest) {
  SmallVector<AffineMap> maps = {root};
  for (OpOperand *operand : rest.operands)
    maps.push_back(op.getMatchingIndexingMap(operand));
  for (OpResult result : rest.results)
    maps.push_back(op.getMatchingIndexingMap(
        op.getDpsInitOperand(result.getResultNumber())));
  for (OpOperand *operand : op.getDpsInputOperands()) {
    if (inversePermutation(concatAffineMaps(maps, op->getContext())))
      return;
    if (llvm::is_contained(rest.operands, operand))
      continue;
    rest.operands.push_back(operand);
    maps.push_back(op.getMatchingIndexingMap(operand));
  }
}

/// Rebuilds the structured op of the root so that it reads the root from `y`.
/// The result `droppedResult` is not rebuilt.
void Rewriter::replaceInBody(const NormPlan &plan, linalg::LinalgOp op, Value y,
                             std::optional<unsigned> droppedResult) {
  RestOfBody rest = getRest(op, plan.root.value, droppedResult, dead);
  if (rest.results.empty())
    return;
  SmallVector<Value> inputs, inits;
  SmallVector<AffineMap> maps;
  SmallVector<Type> types;
  auto rootMap = AffineMap::get(op.getNumLoops(), 0, getRootIndices(plan),
                                op->getContext());
  keepExtents(op, rootMap, rest);
  for (OpOperand *operand : rest.operands) {
    inputs.push_back(operand->get());
    maps.push_back(op.getMatchingIndexingMap(operand));
  }
  inputs.push_back(y);
  maps.push_back(rootMap);
  OpBuilder builder(op);
  for (OpResult result : rest.results) {
    OpOperand *init = op.getDpsInitOperand(result.getResultNumber());
    inits.push_back(getInit(builder, plan, op, init));
    maps.push_back(op.getMatchingIndexingMap(init));
    types.push_back(result.getType());
  }
  auto generic = linalg::GenericOp::create(
      builder, op.getLoc(), types, inputs, inits, maps,
      op.getIteratorTypesArray(),
      [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        cloneRest(nested, loc, op, plan.root.value, rest, arguments);
      });
  for (auto [from, to] : llvm::zip(rest.results, generic->getResults()))
    Value(from).replaceAllUsesWith(to);
  dead.setReplacement(op, generic);
}

/// Puts y, from which the root is read, in its place: for the whole result
/// where the two are laid out alike, else as an input of what reads it.
void Rewriter::replaceRoot(const NormPlan &plan, Value y, OpBuilder &builder) {
  const RootPlan &root = plan.replacement;
  Operation *owner = plan.root.owner;
  if (root.view) {
    OpBuilder::InsertionGuard guard(builder);
    if (root.view->kind == View::Kind::Copy)
      builder.setInsertionPoint(owner);
    SmallVector<OpFoldResult> sizes;
    for (Size size : root.sizes)
      sizes.push_back(makeSize(builder, y.getLoc(), size));
    Value whole = makeView(builder, y.getLoc(), y, *root.view, sizes);
    owner->getResult(*root.result).replaceAllUsesWith(whole);
  }
  if (auto op = dyn_cast<linalg::LinalgOp>(owner))
    replaceInBody(plan, op, y, root.result);
}
