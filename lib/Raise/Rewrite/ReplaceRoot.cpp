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

/// Rebuilds the structured op of the root so that it reads the root from `y`.
/// The result `droppedResult` is not rebuilt.
void Rewriter::replaceInBody(const NormPlan &plan, linalg::LinalgOp op, Value y,
                             std::optional<unsigned> droppedResult) {
  OpBuilder opBuilder(op);
  Block *body = op.getBlock();
  Operation *yield = body->getTerminator();
  SmallVector<OpResult> kept;
  SmallVector<Value> yielded;
  for (OpResult result : op->getResults()) {
    if (result.getResultNumber() == droppedResult || !dead.hasLiveUse(result))
      continue;
    kept.push_back(result);
    yielded.push_back(yield->getOperand(result.getResultNumber()));
  }
  if (kept.empty())
    return;

  // The ops and arguments that the kept results need beside the root.
  llvm::SetVector<Value> needed(yielded.begin(), yielded.end());
  for (unsigned i = 0; i < needed.size(); ++i)
    if (Operation *producer = needed[i].getDefiningOp();
        needed[i] != plan.root.value && producer &&
        body->findAncestorOpInBlock(*producer))
      producer->walk([&](Operation *nested) {
        needed.insert(nested->operand_begin(), nested->operand_end());
      });

  SmallVector<Value> inputs, inits;
  SmallVector<AffineMap> maps;
  SmallVector<BlockArgument> arguments;
  SmallVector<OpOperand *> operands = op.getDpsInputOperands();
  // A body may read what an init holds, also that of a result that goes.
  for (OpOperand &init : op.getDpsInitsMutable())
    if (!llvm::is_contained(kept, op.getTiedOpResult(&init)))
      operands.push_back(&init);
  for (OpOperand *operand : operands) {
    BlockArgument argument = op.getMatchingBlockArgument(operand);
    if (!needed.contains(argument))
      continue;
    inputs.push_back(operand->get());
    maps.push_back(op.getMatchingIndexingMap(operand));
    arguments.push_back(argument);
  }
  inputs.push_back(y);
  maps.push_back(AffineMap::get(op.getNumLoops(), 0, getRootIndices(plan),
                                op->getContext()));
  SmallVector<Type> types;
  SmallVector<BlockArgument> initArguments;
  for (OpResult result : kept) {
    OpOperand *init = op.getDpsInitOperand(result.getResultNumber());
    inits.push_back(init->get());
    maps.push_back(op.getMatchingIndexingMap(init));
    initArguments.push_back(op.getMatchingBlockArgument(init));
    types.push_back(result.getType());
  }
  auto generic = linalg::GenericOp::create(
      opBuilder, op.getLoc(), types, inputs, inits, maps,
      op.getIteratorTypesArray(),
      [&](OpBuilder &bodyBuilder, Location loc, ValueRange newArguments) {
        IRMapping mapping;
        for (auto [from, to] : llvm::zip(arguments, newArguments))
          mapping.map(from, to);
        mapping.map(plan.root.value, newArguments[arguments.size()]);
        for (auto [from, to] : llvm::zip(
                 initArguments, newArguments.drop_front(arguments.size() + 1)))
          mapping.map(from, to);
        for (Operation &nested : body->without_terminator()) {
          bool isRoot = nested.getNumResults() == 1 &&
                        nested.getResult(0) == plan.root.value;
          bool isNeeded = llvm::any_of(nested.getResults(), [&](Value result) {
            return needed.contains(result);
          });
          if (isNeeded && !isRoot)
            bodyBuilder.clone(nested, mapping);
        }
        SmallVector<Value> values;
        for (Value value : yielded)
          values.push_back(mapping.lookupOrDefault(value));
        linalg::YieldOp::create(bodyBuilder, loc, values);
      });
  for (auto [from, to] : llvm::zip(kept, generic->getResults()))
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
