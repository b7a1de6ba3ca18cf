//===- JoinParts.cpp - the pass norm-join-parts ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that somebody has split by hand is that of one process: it has a
// part of each row, and sums over parts pass through collectives.
//
//   %s = sum of %a * %a along dim 1 of %a : tensor<4x32xf32>
//   %r = shard.all_reduce %s on @grid grid_axes = [0]       4 processes
//   .. / 128
//
// A sum over parts and then over processes is a sum over the whole, so the dim
// that is summed is one that axis 0 splits: %a is the part of a
// tensor<4x128xf32> and the collective is no more. What dims that makes whole
// follows from the maps of all ops. Annotations say what each process has of
// arguments and results, so that the partition gives them back the types that
// they had; in between norms are found.
//
// The whole program means the same if each sum along a split dim is one whose
// value only a collective over the same axes reads, or ops that are linear in
// it and such a collective behind them.
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/Passes.h"

#include "HandCollectives.h"
#include "UnevenParts.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Shard/IR/ShardDialect.h"
#include "mlir/Dialect/Shard/IR/ShardOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMJOINPARTS
#include "norm/Sharding/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm::sharding;

using Axes = SmallVector<shard::GridAxis>;

//===----------------------------------------------------------------------===//
// What ops do
//===----------------------------------------------------------------------===//

/// Whether `op` adds up its reduced dims, from 0 on.
static bool isSum(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1 || op->getNumResults() != 1)
    return false;
  auto fill = op.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
  if (!fill || !matchPattern(fill.getInputs()[0], m_AnyZeroFloat()))
    return false;
  SmallVector<Operation *> combiners;
  return matchReduction(op.getRegionOutputArgs(), 0, combiners) &&
         llvm::hasSingleElement(combiners) &&
         isa<arith::AddFOp>(combiners.front());
}

/// Whether `op` multiplies or divides all elements by a number.
static bool isLinear(Operation *op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
    if (generic.getNumDpsInputs() != 1 || generic->getNumResults() != 1 ||
        generic.getNumReductionLoops() != 0)
      return false;
    Block &body = *generic.getBlock();
    Value yielded = body.getTerminator()->getOperand(0);
    Operation *only = yielded.getDefiningOp();
    return only && only->getBlock() == &body && isLinear(only) &&
           llvm::is_contained(only->getOperands(), body.getArgument(0));
  }
  auto isNumber = [](Value value) { return matchPattern(value, m_Constant()); };
  if (isa<arith::MulFOp>(op))
    return isNumber(op->getOperand(0)) || isNumber(op->getOperand(1));
  return isa<arith::DivFOp>(op) && isNumber(op->getOperand(1));
}

/// The sum whose value, times numbers, `value` is; null for another value.
static linalg::LinalgOp findSum(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
      if (linalgOp.getNumReductionLoops() != 0)
        return isSum(linalgOp) ? linalgOp : nullptr;
    if (!isLinear(op))
      break;
    auto isNumber = [](Value operand) {
      return matchPattern(operand, m_Constant());
    };
    value = *llvm::find_if_not(op->getOperands(), isNumber);
  }
  return nullptr;
}

/// Whether nothing but all-reduces over `axes` reads `value`, linear ops aside.
static bool isReduced(Value value, ArrayRef<shard::GridAxis> axes) {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    if (auto reduce = dyn_cast<shard::AllReduceOp>(user))
      return reduce.getReduction() == shard::ReductionKind::Sum &&
             ArrayRef(reduce.getGridAxes()) == axes;
    return isLinear(user) && isReduced(user->getResult(0), axes);
  });
}

//===----------------------------------------------------------------------===//
// Split dims
//===----------------------------------------------------------------------===//

namespace {
/// The axes that split each dim of each value of a function of one block.
class SplitDims {
public:
  explicit SplitDims(func::FuncOp function) : function(function) {}

  /// Fails where what a collective adds up is not known, or dims do not agree.
  LogicalResult find();

  ArrayRef<shard::GridAxis> lookup(Value value, int64_t dim) const {
    auto found = axes.find({value, dim});
    return found == axes.end() ? ArrayRef<shard::GridAxis>() : found->second;
  }
  bool isSplit(Value value) const {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && llvm::any_of(llvm::seq(type.getRank()), [&](int64_t dim) {
             return !lookup(value, dim).empty();
           });
  }

private:
  LogicalResult assign(Value value, int64_t dim, ArrayRef<shard::GridAxis> to);
  LogicalResult seed(shard::AllReduceOp op);
  LogicalResult visit(Operation *op);
  LogicalResult visitLoops(linalg::LinalgOp op);
  LogicalResult check(Operation *op) const;
  Axes getLoopAxes(linalg::LinalgOp op, unsigned loop) const;

  func::FuncOp function;
  DenseMap<std::pair<Value, int64_t>, Axes> axes;
  bool hasChanged = false;
};
} // namespace

LogicalResult SplitDims::assign(Value value, int64_t dim,
                                ArrayRef<shard::GridAxis> to) {
  if (to.empty())
    return success();
  auto [entry, isNew] = axes.try_emplace({value, dim}, to);
  hasChanged |= isNew;
  return success(ArrayRef(entry->second) == to);
}

/// The operands and results of `op` with their maps; a result has that of its
/// destination.
static SmallVector<std::pair<Value, AffineMap>>
getMappedValues(linalg::LinalgOp op) {
  SmallVector<std::pair<Value, AffineMap>> values;
  for (OpOperand &operand : op->getOpOperands())
    values.push_back({operand.get(), op.getMatchingIndexingMap(&operand)});
  for (OpResult result : op->getResults())
    values.push_back({result, op.getMatchingIndexingMap(op.getDpsInitOperand(
                                  result.getResultNumber()))});
  return values;
}

Axes SplitDims::getLoopAxes(linalg::LinalgOp op, unsigned loop) const {
  for (auto &[value, map] : getMappedValues(op))
    for (auto [dim, expr] : llvm::enumerate(map.getResults()))
      if (expr == getAffineDimExpr(loop, op.getContext()))
        if (ArrayRef<shard::GridAxis> found = lookup(value, dim);
            !found.empty())
          return llvm::to_vector(found);
  return {};
}

LogicalResult SplitDims::visitLoops(linalg::LinalgOp op) {
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    Axes own = getLoopAxes(op, loop);
    for (auto &[value, map] : getMappedValues(op))
      for (auto [dim, expr] : llvm::enumerate(map.getResults()))
        if (expr == getAffineDimExpr(loop, op.getContext()) &&
            failed(assign(value, dim, own)))
          return failure();
  }
  return success();
}

/// The dim that the sum before `op` runs along, of several the first one that
/// has more than one element: it does not matter which is split.
LogicalResult SplitDims::seed(shard::AllReduceOp op) {
  linalg::LinalgOp sum = findSum(op.getInput());
  if (!sum || op.getReduction() != shard::ReductionKind::Sum ||
      op.getResult().getType() != op.getInput().getType())
    return failure();
  SmallVector<unsigned> loops;
  sum.getReductionDims(loops);
  SmallVector<int64_t> extents = sum.getStaticLoopRanges();
  for (unsigned loop : loops) {
    if (extents[loop] == 1 && loop != loops.back())
      continue;
    for (auto &[value, map] : getMappedValues(sum))
      for (auto [dim, expr] : llvm::enumerate(map.getResults()))
        if (expr == getAffineDimExpr(loop, op.getContext()))
          return assign(value, dim, op.getGridAxes());
  }
  return failure();
}

LogicalResult SplitDims::visit(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return visitLoops(linalgOp);
  if (!isa<shard::AllReduceOp>(op) &&
      !OpTrait::hasElementwiseMappableTraits(op))
    return success();
  SmallVector<Value> values = llvm::to_vector_of<Value>(op->getOperands());
  llvm::append_range(values, op->getResults());
  for (Value from : values)
    for (Value to : values)
      if (auto type = dyn_cast<RankedTensorType>(from.getType());
          type && isRanked(to.getType()))
        for (int64_t dim = 0; dim < type.getRank(); ++dim)
          if (failed(assign(to, dim, lookup(from, dim))))
            return failure();
  return success();
}

/// Whether `op` means the same for the whole.
LogicalResult SplitDims::check(Operation *op) const {
  auto isAnySplit = [&](ValueRange values) {
    return llvm::any_of(values, [&](Value value) { return isSplit(value); });
  };
  // Other ops may give each process values of its own.
  if (!isa<func::ReturnOp, tensor::EmptyOp, shard::AllReduceOp,
           linalg::LinalgOp>(op) &&
      !op->hasTrait<OpTrait::ConstantLike>() &&
      !OpTrait::hasElementwiseMappableTraits(op))
    return failure();
  if (!isAnySplit(op->getOperands()) && !isAnySplit(op->getResults()))
    return success();
  DenseElementsAttr elements;
  if (matchPattern(op, m_Constant(&elements)))
    return success(elements.isSplat());
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp)
    return success();
  if (linalgOp.hasIndexSemantics())
    return failure();
  for (auto &[value, map] : getMappedValues(linalgOp))
    if (!map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return failure();
  SmallVector<unsigned> loops;
  linalgOp.getReductionDims(loops);
  for (unsigned loop : loops) {
    Axes own = getLoopAxes(linalgOp, loop);
    if (!own.empty() && (!isSum(linalgOp) || !isReduced(op->getResult(0), own)))
      return failure();
  }
  return success();
}

LogicalResult SplitDims::find() {
  Block &block = function.getBody().front();
  for (auto reduce : block.getOps<shard::AllReduceOp>())
    if (failed(seed(reduce)))
      return failure();
  do {
    hasChanged = false;
    for (Operation &op : block)
      if (failed(visit(&op)))
        return failure();
  } while (hasChanged);
  for (Operation &op : block)
    if (failed(check(&op)))
      return failure();
  // Whatever is not split may be another in each process, and must not be taken
  // for one number of a row.
  return success(llvm::all_of(block.getArguments(), [&](Value argument) {
    return argument.use_empty() || isSplit(argument);
  }));
}

//===----------------------------------------------------------------------===//
// The whole program
//===----------------------------------------------------------------------===//

/// The type of the whole of `value`.
static RankedTensorType getWholeType(Value value, const SplitDims &dims,
                                     shard::GridOp grid) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape = llvm::to_vector(type.getShape());
  for (auto [dim, extent] : llvm::enumerate(shape))
    if (!ShapedType::isDynamic(extent))
      extent *=
          shard::collectiveProcessGroupSize(dims.lookup(value, dim), grid);
  return type.clone(shape);
}

/// `value`, the whole, as annotated with what each process has of it.
static Value annotate(OpBuilder &builder, Value value, ArrayRef<Axes> axes,
                      shard::GridOp grid) {
  SmallVector<shard::GridAxesAttr> attributes;
  for (const Axes &own : axes)
    attributes.push_back(shard::GridAxesAttr::get(builder.getContext(), own));
  Value sharding = shard::ShardingOp::create(
      builder, value.getLoc(), FlatSymbolRefAttr::get(grid.getSymNameAttr()),
      attributes, ArrayRef<int64_t>(), ArrayRef<int64_t>());
  return shard::ShardOp::create(builder, value.getLoc(), value, sharding,
                                /*annotate_for_users=*/false);
}

static void joinParts(func::FuncOp function, const SplitDims &dims,
                      shard::GridOp grid) {
  Block &block = function.getBody().front();
  SmallVector<Value> values(block.getArguments());
  for (Operation &op : block)
    llvm::append_range(values, op.getResults());
  SmallVector<RankedTensorType> types;
  SmallVector<SmallVector<Axes>> axes;
  llvm::MapVector<Value, unsigned> numbers;
  for (Value value : values) {
    if (!isRanked(value.getType()))
      continue;
    numbers[value] = types.size();
    types.push_back(getWholeType(value, dims, grid));
    SmallVector<Axes> &own = axes.emplace_back();
    for (int64_t dim = 0; dim < types.back().getRank(); ++dim)
      own.push_back(llvm::to_vector(dims.lookup(value, dim)));
  }
  Operation *end = block.getTerminator();
  OpBuilder builder(end);
  for (OpOperand &operand : end->getOpOperands())
    if (numbers.contains(operand.get()))
      operand.set(
          annotate(builder, operand.get(), axes[numbers[operand.get()]], grid));
  builder.setInsertionPointToStart(&block);
  for (BlockArgument argument : block.getArguments())
    if (numbers.contains(argument)) {
      Value annotated =
          annotate(builder, argument, axes[numbers[argument]], grid);
      argument.replaceAllUsesExcept(annotated, annotated.getDefiningOp());
      annotated.setType(types[numbers[argument]]);
    }
  for (auto [value, number] : numbers) {
    if (auto constant = value.getDefiningOp<arith::ConstantOp>())
      constant.setValueAttr(cast<DenseElementsAttr>(constant.getValue())
                                .resizeSplat(types[number]));
    value.setType(types[number]);
  }
  for (Value operand : end->getOperands())
    if (auto annotation = operand.getDefiningOp<shard::ShardOp>())
      operand.setType(annotation.getSrc().getType());
  for (auto reduce :
       llvm::make_early_inc_range(block.getOps<shard::AllReduceOp>())) {
    reduce.getResult().replaceAllUsesWith(reduce.getInput());
    reduce.erase();
  }
  function.setType(FunctionType::get(
      function.getContext(), block.getArgumentTypes(), end->getOperandTypes()));
}

namespace {
struct NormJoinParts : norm::impl::NormJoinPartsBase<NormJoinParts> {
  void runOnOperation() override {
    auto grids = getOperation().getOps<shard::GridOp>();
    if (!llvm::hasSingleElement(grids) ||
        ShapedType::isDynamicShape((*grids.begin()).getShape()))
      return;
    checkHandCollectives(getOperation(), *grids.begin());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      // A call has the types of the parts.
      if (!function.getBody().hasOneBlock() ||
          !SymbolTable::symbolKnownUseEmpty(function, getOperation()) ||
          function.walk([](shard::ShardOp) { return WalkResult::interrupt(); })
              .wasInterrupted())
        continue;
      // What is no program on whole tensors stays as it is written.
      OwningOpRef<func::FuncOp> copy = function.clone();
      readHandCollectives(*copy, getOperation(), *grids.begin());
      SplitDims dims(*copy);
      if (copy->getBody().front().getOps<shard::AllReduceOp>().empty() ||
          failed(dims.find()))
        continue;
      joinParts(*copy, dims, *grids.begin());
      function.getBody().takeBody(copy->getBody());
      function.setType(copy->getFunctionType());
    }
    eraseUnusedCollectives(getOperation());
  }
};
} // namespace
