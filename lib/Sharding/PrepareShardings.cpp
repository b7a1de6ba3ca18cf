//===- PrepareShardings.cpp - the pass norm-prepare-shardings -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/Passes.h"

#include "UnevenParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Shard/IR/ShardDialect.h"
#include "mlir/Dialect/Shard/IR/ShardOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMPREPARESHARDINGS
#include "norm/Sharding/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm::sharding;

/// The grid of the module; null where it has none, an error where it has two,
/// or one of unknown extents, none or too many.
static FailureOr<shard::GridOp> findGrid(ModuleOp module) {
  shard::GridOp grid;
  for (auto op : module.getOps<shard::GridOp>()) {
    if (grid)
      return op.emitOpError("expected one grid in the program, got a second "
                            "one beside ")
             << grid.getSymNameAttr();
    if (ShapedType::isDynamicShape(op.getShape()))
      return op.emitOpError("expected a grid of static extents");
    int64_t processes = 1;
    for (int64_t extent : op.getShape()) {
      if (extent <= 0)
        return op.emitOpError("expected positive extents of the grid, got ")
               << extent;
      if (llvm::MulOverflow(processes, extent, processes) ||
          processes > std::numeric_limits<int32_t>::max())
        return op.emitOpError("expected a grid of fewer than 2^31 processes");
    }
    grid = op;
  }
  return grid;
}

/// Annotates `value` as one that each process has the whole of.
static void annotateAsWhole(Value value, shard::GridOp grid) {
  OpBuilder builder(value.getContext());
  builder.setInsertionPointAfterValue(value);
  Location loc = value.getLoc();
  auto none = shard::GridAxesAttr::get(value.getContext(), {});
  Value sharding = shard::ShardingOp::create(
      builder, loc, FlatSymbolRefAttr::get(grid.getSymNameAttr()),
      ArrayRef<shard::GridAxesAttr>(none), ArrayRef<int64_t>(),
      ArrayRef<int64_t>());
  auto annotated = shard::ShardOp::create(builder, loc, value, sharding,
                                          /*annotate_for_users=*/false);
  value.replaceAllUsesExcept(annotated, annotated);
}

/// Whether `op` is a constant whose elements upstream's partition would not
/// split along with its type.
static bool isElementsConstant(Operation &op) {
  DenseElementsAttr elements;
  return op.hasTrait<OpTrait::ConstantLike>() &&
         matchPattern(&op, m_Constant(&elements)) && !elements.isSplat();
}

/// Erases what nothing uses: no annotation reaches it, and upstream's partition
/// does not ask. An annotation stays, as it is of an argument.
static void eraseUnused(func::FuncOp function) {
  SmallVector<Operation *> ops;
  function.getBody().walk<WalkOrder::PreOrder>(
      [&](Operation *op) { ops.push_back(op); });
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op) && !isa<shard::ShardOp>(op))
      op->erase();
}

/// A static extent is a number, which is that of the whole tensor.
static void foldExtents(func::FuncOp function) {
  function.walk([](tensor::DimOp op) {
    auto type = dyn_cast<RankedTensorType>(op.getSource().getType());
    std::optional<int64_t> dim = op.getConstantIndex();
    if (!type || !dim || *dim < 0 || *dim >= type.getRank() ||
        type.isDynamicDim(*dim))
      return;
    OpBuilder builder(op);
    op.replaceAllUsesWith(arith::ConstantIndexOp::create(builder, op.getLoc(),
                                                         type.getDimSize(*dim))
                              .getResult());
    op.erase();
  });
}

/// Gives each use of a new tensor one of its own, in the block of the use: two
/// of its users may be split in two ways, and a move would cost a message.
static void separateEmpty(func::FuncOp function) {
  function.walk([](tensor::EmptyOp op) {
    for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
      bool isOnly =
          op->hasOneUse() && use.getOwner()->getBlock() == op->getBlock();
      if (isOnly || isa<shard::ShardOp>(use.getOwner()))
        continue;
      OpBuilder builder(use.getOwner());
      use.set(builder.clone(*op)->getResult(0));
    }
    if (op->use_empty())
      op.erase();
  });
}

static void annotate(func::FuncOp function, shard::GridOp grid) {
  foldExtents(function);
  eraseUnused(function);
  separateEmpty(function);
  for (BlockArgument argument : function.getArguments())
    if (isRanked(argument.getType()) && argument.use_empty())
      annotateAsWhole(argument, grid);
  SmallVector<Value> constants;
  function.walk([&](Operation *op) {
    if (isElementsConstant(*op) && isRanked(op->getResult(0).getType()))
      constants.push_back(op->getResult(0));
  });
  for (Value constant : constants)
    annotateAsWhole(constant, grid);
}

/// Says in the program what the option `deterministic` says, if anything.
static LogicalResult setPieceLength(shard::GridOp grid, int64_t length) {
  StringRef name = "norm.deterministic";
  if (length)
    grid->setAttr(name, Builder(grid.getContext()).getI64IntegerAttr(length));
  Attribute attribute = grid->getAttr(name);
  auto piece = dyn_cast_or_null<IntegerAttr>(attribute);
  bool hasSign = piece && isa<IntegerType>(piece.getType()) &&
                 !piece.getType().isSignlessInteger();
  if (attribute && (!piece || hasSign || piece.getInt() <= 0))
    return grid.emitOpError("expected norm.deterministic to be the elements of "
                            "a piece of a row, got ")
           << attribute;
  return success();
}

/// An error at the first collective: a program that has some is split already.
static LogicalResult checkIsWhole(ModuleOp module) {
  auto walked = module.walk([](Operation *op) {
    if (!isa<shard::AllReduceOp, shard::AllGatherOp>(op))
      return WalkResult::advance();
    op->emitOpError("expected a program on whole tensors, or one whose "
                    "collectives add up parts of rows alone; a program that is "
                    "split otherwise is one for norm-collectives-to-mpi");
    return WalkResult::interrupt();
  });
  return failure(walked.wasInterrupted());
}

/// What is split is all of a program: one block, which nothing calls.
static LogicalResult checkIsProgram(func::FuncOp function, ModuleOp module) {
  if (!function.getBody().hasOneBlock())
    return function.emitError("expected a function of several processes to "
                              "have one block, with loops and branches as "
                              "scf.for and scf.if, got ")
           << function.getBody().getBlocks().size() << " blocks";
  if (!SymbolTable::symbolKnownUseEmpty(function, module))
    return function.emitError("expected a function of several processes that "
                              "nothing in the module calls: a call has the "
                              "types of the whole");
  return success();
}

namespace {
struct NormPrepareShardings
    : norm::impl::NormPrepareShardingsBase<NormPrepareShardings> {
  using NormPrepareShardingsBase::NormPrepareShardingsBase;

  void runOnOperation() override {
    FailureOr<shard::GridOp> grid = findGrid(getOperation());
    if (failed(grid))
      return signalPassFailure();
    if (!*grid)
      return;
    if (failed(checkIsWhole(getOperation())) ||
        failed(setPieceLength(*grid, deterministic)))
      return signalPassFailure();
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      bool isAnnotated =
          function.walk([](shard::ShardOp) { return WalkResult::interrupt(); })
              .wasInterrupted();
      if (!isAnnotated)
        continue;
      if (failed(checkIsProgram(function, getOperation())))
        return signalPassFailure();
      annotate(function, *grid);
    }
  }
};
} // namespace
