//===- MergeRows.cpp - two row loops as one -------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MergeRows.h"

#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::norm;

/// Ops that the body of a loop may have: what has more is no single kernel.
static constexpr size_t kMaxOps = 512;

/// What `result` is stored to.
static Value getDestination(OpResult result) {
  auto op = cast<DestinationStyleOpInterface>(result.getOwner());
  return op.getTiedOpOperand(result)->get();
}

Operation *norm::findPlace(RewriterBase &rewriter, Operation *first,
                           Operation *second, std::string &obstacle) {
  auto countOps = [](Operation *op) {
    return op->getRegion(0).front().getOperations().size();
  };
  if (countOps(first) + countOps(second) > kMaxOps) {
    obstacle = "the loop would have more than " + std::to_string(kMaxOps) +
               " operations";
    return nullptr;
  }
  obstacle = "no place in the program has all operands before it and all uses "
             "after it";
  if (first->getBlock() != second->getBlock() ||
      !first->isBeforeInBlock(second))
    return nullptr;
  DominanceInfo dominance;
  bool usesAfter = llvm::all_of(first->getUsers(), [&](Operation *user) {
    return user == second || dominance.properlyDominates(second, user);
  });
  if (usesAfter)
    return second;
  llvm::SetVector<Value> needed;
  getUsedValuesDefinedAbove(second->getRegions(), needed);
  for (Value operand : second->getOperands())
    if (operand.getDefiningOp() != first)
      needed.insert(operand);
  if (failed(moveValueDefinitions(rewriter, needed.getArrayRef(), first,
                                  dominance)))
    return nullptr;
  return first;
}

namespace {
/// Operands, maps and body of a row_loop that is being put together.
struct RowLoopParts {
  SmallVector<Value> inputs, inits;
  SmallVector<AffineMap> inputMaps, initMaps;
  /// Of the ops that are replaced, the results that `inits` are for.
  SmallVector<Value> replaced;
  /// Destinations of results that nothing else uses, with these.
  struct Unused {
    Value init;
    AffineMap map;
    Value result;
  };
  SmallVector<Unused> unused;

  /// Adds `loop`, that stands for `op`, but for inputs from `producer` and
  /// results that only `consumer` uses. A destination is not read, so that a
  /// result of `producer` may be replaced by what that is stored to.
  void add(RowLoopOp loop, ArrayRef<AffineMap> maps, Operation *op,
           Operation *producer, Operation *consumer) {
    unsigned numInputs = loop.getInputs().size();
    for (auto [number, input] : llvm::enumerate(loop.getInputs()))
      if (!producer || input.getDefiningOp() != producer) {
        inputs.push_back(input);
        inputMaps.push_back(maps[number]);
      }
    for (auto [number, init] : llvm::enumerate(loop.getInits())) {
      Value result = op->getResult(number);
      Value destination = producer && init.getDefiningOp() == producer
                              ? getDestination(cast<OpResult>(init))
                              : init;
      unused.push_back({destination, maps[numInputs + number], result});
      if (llvm::all_of(result.getUsers(), [&](Operation *user) {
            return consumer && user == consumer;
          }))
        continue;
      keep(unused.pop_back_val());
    }
  }

  void keep(const Unused &result) {
    inits.push_back(result.init);
    initMaps.push_back(result.map);
    replaced.push_back(result.result);
  }

  /// Keeps results that nothing uses until each dim is named by a map, as in a
  /// norm of a value of the row of which rstd alone is used.
  void nameDims(int64_t numDims) {
    for (int64_t dim = 0; dim < numDims; ++dim) {
      auto names = [&](AffineMap map) { return map.isFunctionOfDim(dim); };
      if (llvm::any_of(inputMaps, names) || llvm::any_of(initMaps, names))
        continue;
      auto *found = llvm::find_if(
          unused, [&](const Unused &result) { return names(result.map); });
      if (found != unused.end())
        keep(*found);
    }
  }
};
} // namespace

RowLoopOp norm::mergeRows(RewriterBase &rewriter, Operation *first,
                          Operation *second, const RowDims &dims,
                          Operation *place) {
  rewriter.setInsertionPoint(place);
  auto getLoop = [&](Operation *op) {
    if (auto loop = dyn_cast<RowLoopOp>(op))
      return loop;
    return convertLinalgToRows(rewriter, cast<linalg::LinalgOp>(op), dims);
  };
  RowLoopOp firstLoop = getLoop(first), secondLoop = getLoop(second);
  SmallVector<AffineMap> secondMaps = secondLoop.getMaps();
  SmallVector<int64_t> accumulate(secondLoop.getAccumulate());
  if (firstLoop == first && secondLoop == second) {
    for (AffineMap &map : secondMaps)
      map = dims.translate(map);
    accumulate = dims.translate(accumulate);
  }
  if (!firstLoop.getAccumulate().empty())
    accumulate = llvm::to_vector(firstLoop.getAccumulate());

  RowLoopParts parts;
  parts.add(firstLoop, firstLoop.getMaps(), first, nullptr, second);
  parts.add(secondLoop, secondMaps, second, first, nullptr);
  parts.nameDims(dims.numDims);
  SmallVector<AffineMap> maps =
      llvm::to_vector(llvm::concat<AffineMap>(parts.inputMaps, parts.initMaps));
  Location loc = rewriter.getFusedLoc({first->getLoc(), second->getLoc()});
  auto fused = RowLoopOp::create(rewriter, loc, parts.inputs, parts.inits, maps,
                                 dims.dimensions, accumulate);

  // The body of the first, then that of the second on its values.
  rewriter.setInsertionPointToStart(fused.getBlock());
  IRMapping mapping;
  auto *arguments = fused.getBlock()->args_begin();
  for (BlockArgument argument : firstLoop.getBlock()->getArguments())
    mapping.map(argument, *arguments++);
  for (Operation &op : firstLoop.getBlock()->without_terminator())
    rewriter.clone(op, mapping);
  for (auto [result, value] :
       llvm::zip(first->getResults(), firstLoop.getYield().getValues()))
    mapping.map(result, mapping.lookup(value));
  for (auto [input, argument] :
       llvm::zip(secondLoop.getInputs(), secondLoop.getBlock()->getArguments()))
    mapping.map(argument, input.getDefiningOp() == first ? mapping.lookup(input)
                                                         : Value(*arguments++));
  for (Operation &op : secondLoop.getBlock()->without_terminator())
    rewriter.clone(op, mapping);
  for (auto [result, value] :
       llvm::zip(second->getResults(), secondLoop.getYield().getValues()))
    mapping.map(result, mapping.lookup(value));
  RowYieldOp::create(rewriter, loc,
                     llvm::map_to_vector(parts.replaced, [&](Value result) {
                       return mapping.lookup(result);
                     }));

  for (auto [result, value] : llvm::zip(parts.replaced, fused.getResults()))
    rewriter.replaceAllUsesExcept(result, value, fused);
  for (RowLoopOp converted : {firstLoop, secondLoop})
    if (converted != first && converted != second)
      rewriter.eraseOp(converted);
  return fused;
}
