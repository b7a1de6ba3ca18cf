//===- FuseRows.cpp - norms and their neighbours as row loops -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/FuseRows.h"

#include "LinalgToRows.h"
#include "MergeRows.h"
#include "norm/Target/RowCode.h"

#include "norm/Dialect/Norm/Transforms/Decompose.h"
#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMFUSEROWS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Operations for each element of a shared tensor that are worth repeating for
/// each row: they are hidden behind the row's memory traffic.
static constexpr int64_t kSharedOperations = 2;
/// Ops from an input to a sum over rows, at most.
static constexpr unsigned kSumDepth = 8;

namespace {
/// Fuses the neighbours of one row_loop after the other.
class RowFusion {
public:
  RowFusion(RewriterBase &rewriter, const RowTarget &target)
      : rewriter(rewriter), target(target) {}

  /// Fuses all that joins `loop`.
  void run(RowLoopOp loop);
  /// What stayed out, with the reason, in the order it was met.
  llvm::MapVector<Operation *, std::string> refused;
  /// The loops whose neighbours have not been looked at.
  llvm::SetVector<Operation *> pending;

private:
  RowLoopOp fuseConsumer(RowLoopOp loop);
  RowLoopOp fuseProducer(RowLoopOp loop);
  RowLoopOp fuseSibling(RowLoopOp loop);
  RowLoopOp fuseSum(RowLoopOp loop);
  bool leadsToSums(RowLoopOp loop, linalg::LinalgOp op, const RowDims &dims,
                   unsigned depth);
  FailureOr<RowDims> getConsumerDims(RowLoopOp loop, Operation *consumer,
                                     std::string &obstacle);
  RowLoopOp merge(Operation *first, Operation *second, const RowDims &dims,
                  Operation *place);

  RewriterBase &rewriter;
  RowTarget target;
};
} // namespace

//===----------------------------------------------------------------------===//
// Dims of the neighbour
//===----------------------------------------------------------------------===//

/// The map of operand `operand` of a linalg op or row_loop.
static AffineMap getOperandMap(OpOperand &operand) {
  Operation *op = operand.getOwner();
  if (auto loop = dyn_cast<RowLoopOp>(op))
    return loop.getMap(operand.getOperandNumber());
  return cast<linalg::LinalgOp>(op).getMatchingIndexingMap(&operand);
}

/// The map of the result `result`.
static AffineMap getResultMap(OpResult result) {
  auto op = cast<DestinationStyleOpInterface>(result.getOwner());
  return getOperandMap(*op.getTiedOpOperand(result));
}

/// Whether `consumer` uses each result of `producer` at the element that it is
/// computed for; `translateResult` and `translateUse` bring the maps of the two
/// to the same dims.
static bool usesOwnElements(Operation *producer, Operation *consumer,
                            function_ref<AffineMap(AffineMap)> translateResult,
                            function_ref<AffineMap(AffineMap)> translateUse) {
  return llvm::all_of(consumer->getOpOperands(), [&](OpOperand &operand) {
    return operand.get().getDefiningOp() != producer ||
           translateUse(getOperandMap(operand)) ==
               translateResult(getResultMap(cast<OpResult>(operand.get())));
  });
}

static AffineMap keepMap(AffineMap map) { return map; }

/// Whether another row_loop has the rows of `dims`.
static std::string getLoopObstacle(RowLoopOp loop, const RowDims &dims) {
  for (int64_t dim = 0; dim < loop.getNumDims(); ++dim)
    if (llvm::is_contained(loop.getDimensions(), dim) != dims.isAlongRow(dim))
      return "its rows are others";
  SmallVector<int64_t> along;
  for (int64_t dim : loop.getDimensions())
    along.push_back(cast<AffineDimExpr>(dims.exprs[dim]).getPosition());
  if (!llvm::is_sorted(along))
    return "its rows are in another order";
  if (llvm::any_of(loop.getAccumulate(), [&](int64_t dim) {
        return !isa<AffineDimExpr>(dims.exprs[dim]);
      }))
    return "it adds up other rows";
  return "";
}

/// Whether sums over rows of `op`, if it has any, can be those of `loop`, if it
/// has any; `dims` brings the dims of `op` to those of `loop`.
static bool addsUpTheSame(RowLoopOp loop, Operation *op, const RowDims &dims) {
  auto other = dyn_cast<RowLoopOp>(op);
  SmallVector<int64_t> own =
      other ? dims.translate(other.getAccumulate())
            : getAddedUpDims(cast<linalg::LinalgOp>(op), dims);
  return own.empty() || loop.getAccumulate().empty() ||
         own == SmallVector<int64_t>(loop.getAccumulate());
}

/// Whether `op` reads a sum over rows, which is known when all are done.
static bool readsSums(Operation *op, RowLoopOp loop) {
  return llvm::any_of(op->getOperands(), [&](Value operand) {
    return operand.getDefiningOp() == loop &&
           loop.isAccumulated(cast<OpResult>(operand).getResultNumber());
  });
}

static std::string getObstacle(Operation *op, const RowDims &dims,
                               const RowTarget &target) {
  if (auto loop = dyn_cast<RowLoopOp>(op))
    return getLoopObstacle(loop, dims);
  return getRowObstacle(cast<linalg::LinalgOp>(op), dims, target);
}

static bool isCandidate(Operation *op) {
  return isa<RowLoopOp, linalg::LinalgOp>(op);
}

/// The dims of a user of results of `loop`; each result is read at the element
/// that it was computed for.
FailureOr<RowDims> RowFusion::getConsumerDims(RowLoopOp loop,
                                              Operation *consumer,
                                              std::string &obstacle) {
  if (readsSums(consumer, loop)) {
    obstacle = "it reads a sum over rows";
    return failure();
  }
  std::optional<RowDims> dims;
  for (OpOperand &operand : consumer->getOpOperands())
    if (operand.get().getDefiningOp() == loop && !dims)
      dims = matchRowDims(getOperandMap(operand),
                          getResultMap(cast<OpResult>(operand.get())),
                          loop.getDimensions());
  if (!dims) {
    obstacle = "it iterates over more than the elements of the rows";
    return failure();
  }
  if (!usesOwnElements(loop, consumer, keepMap,
                       [&](AffineMap map) { return dims->translate(map); })) {
    obstacle = "it reads other elements than those just computed";
    return failure();
  }
  if (obstacle = getObstacle(consumer, *dims, target); !obstacle.empty())
    return failure();
  if (!addsUpTheSame(loop, consumer, *dims)) {
    obstacle = "it adds up other rows";
    return failure();
  }
  return *dims;
}

//===----------------------------------------------------------------------===//
// Neighbours
//===----------------------------------------------------------------------===//

RowLoopOp RowFusion::merge(Operation *first, Operation *second,
                           const RowDims &dims, Operation *place) {
  RowLoopOp fused = mergeRows(rewriter, first, second, dims, place);
  for (Operation *op : {second, first}) {
    refused.erase(op);
    pending.remove(op);
    rewriter.eraseOp(op);
  }
  return fused;
}

/// The users of results of `loop`, in program order.
static SmallVector<Operation *> getUsers(Operation *loop) {
  llvm::SetVector<Operation *> users;
  for (Operation *user : loop->getUsers())
    if (user->getBlock() == loop->getBlock())
      users.insert(user);
  SmallVector<Operation *> sorted = users.takeVector();
  llvm::sort(sorted,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return sorted;
}

RowLoopOp RowFusion::fuseConsumer(RowLoopOp loop) {
  for (Operation *user : getUsers(loop)) {
    if (!isCandidate(user)) {
      if (!user->hasTrait<OpTrait::IsTerminator>() &&
          !isa_and_nonnull<tensor::TensorDialect>(user->getDialect()))
        refused[user] = "it is no linalg op";
      continue;
    }
    std::string obstacle;
    FailureOr<RowDims> dims = getConsumerDims(loop, user, obstacle);
    if (succeeded(dims))
      if (Operation *place = findPlace(rewriter, loop, user, obstacle))
        return merge(loop, user, *dims, place);
    refused[user] = obstacle;
  }
  return nullptr;
}

/// Whether `producer`, whose result the rows share as `map` says, is too much
/// to compute again for each row.
static bool isDearToRepeat(linalg::LinalgOp producer, AffineMap map,
                           RowLoopOp loop) {
  if (llvm::all_of(llvm::seq<int64_t>(0, loop.getNumDims()),
                   [&](int64_t dim) { return map.isFunctionOfDim(dim); }))
    return false;
  int64_t operations = 0;
  for (Operation &op : producer.getBlock()->without_terminator())
    operations += isa<arith::ConstantOp>(op)                            ? 0
                  : isa_and_nonnull<math::MathDialect>(op.getDialect()) ? 20
                                                                        : 1;
  return operations > kSharedOperations || producer.getNumDpsInputs() > 1;
}

RowLoopOp RowFusion::fuseProducer(RowLoopOp loop) {
  for (unsigned i = 0, end = loop.getInputs().size(); i < end; ++i) {
    auto result = dyn_cast<OpResult>(loop.getInputs()[i]);
    auto producer =
        result ? dyn_cast<linalg::LinalgOp>(result.getOwner()) : nullptr;
    if (!producer || isa<linalg::FillOp>(producer))
      continue;
    std::optional<RowDims> dims = matchRowDims(
        getResultMap(result), loop.getMap(i), loop.getDimensions());
    std::string obstacle;
    if (producer.getNumReductionLoops() != 0 || !dims)
      obstacle = "it iterates over more than the elements of the rows";
    else if (!usesOwnElements(
                 producer, loop,
                 [&](AffineMap map) { return dims->translate(map); }, keepMap))
      obstacle = "the loop reads other elements than those just computed";
    else
      obstacle = getRowObstacle(producer, *dims, target);
    bool shared = !loop.getMap(i).isPermutation();
    if (obstacle.empty() && shared && !producer->hasOneUse())
      obstacle = "its result is shared by the rows and has other uses";
    if (obstacle.empty() && isDearToRepeat(producer, loop.getMap(i), loop))
      obstacle = "its result is shared by the rows, and computing it for each "
                 "would cost more than reading it";
    if (obstacle.empty())
      if (Operation *place = findPlace(rewriter, producer, loop, obstacle))
        return merge(producer, loop, *dims, place);
    refused[producer] = obstacle;
  }
  return nullptr;
}

/// Another loop over the rows of an input of `loop`: it is read once for both.
RowLoopOp RowFusion::fuseSibling(RowLoopOp loop) {
  for (unsigned i = 0, end = loop.getInputs().size(); i < end; ++i) {
    AffineMap map = loop.getMap(i);
    if (!map.isPermutation())
      continue;
    for (OpOperand &use : loop.getInputs()[i].getUses()) {
      auto other = dyn_cast<RowLoopOp>(use.getOwner());
      if (!other || other == loop || other.isDpsInit(&use) ||
          other->getBlock() != loop->getBlock() ||
          !loop->isBeforeInBlock(other))
        continue;
      std::optional<RowDims> dims = matchRowDims(
          other.getMap(use.getOperandNumber()), map, loop.getDimensions());
      std::string obstacle;
      if (!dims || !getLoopObstacle(other, *dims).empty() ||
          readsSums(other, loop) || !addsUpTheSame(loop, other, *dims) ||
          !usesOwnElements(loop, other, keepMap,
                           [&](AffineMap map) { return dims->translate(map); }))
        continue;
      if (Operation *place = findPlace(rewriter, loop, other, obstacle))
        return merge(loop, other, *dims, place);
    }
  }
  return nullptr;
}

/// Whether `op`, which has the rows of `loop`, is a sum over rows that it can
/// take in, or elementwise and read by such sums alone.
bool RowFusion::leadsToSums(RowLoopOp loop, linalg::LinalgOp op,
                            const RowDims &dims, unsigned depth) {
  if (depth == 0 || op->getBlock() != loop->getBlock() ||
      !getRowObstacle(op, dims, target).empty() || readsSums(op, loop) ||
      !addsUpTheSame(loop, op, dims))
    return false;
  if (op.getNumReductionLoops() != 0)
    return !getAddedUpDims(op, dims).empty();
  return !op->use_empty() && llvm::all_of(op->getUses(), [&](OpOperand &use) {
    auto user = dyn_cast<linalg::LinalgOp>(use.getOwner());
    if (!user || user.isDpsInit(&use))
      return false;
    AffineMap map = getResultMap(cast<OpResult>(use.get()));
    std::optional<RowDims> own = matchRowDims(
        getOperandMap(use), dims.translate(map), loop.getDimensions());
    return own && leadsToSums(loop, user, *own, depth - 1);
  });
}

/// A sum over rows of an input of `loop`, or what leads to such sums: the input
/// is read once for both.
RowLoopOp RowFusion::fuseSum(RowLoopOp loop) {
  for (unsigned i = 0, end = loop.getInputs().size(); i < end; ++i) {
    AffineMap map = loop.getMap(i);
    if (!map.isPermutation())
      continue;
    for (OpOperand &use : loop.getInputs()[i].getUses()) {
      auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
      if (!op || op.isDpsInit(&use))
        continue;
      std::optional<RowDims> dims =
          matchRowDims(getOperandMap(use), map, loop.getDimensions());
      if (!dims || !leadsToSums(loop, op, *dims, kSumDepth) ||
          !usesOwnElements(loop, op, keepMap,
                           [&](AffineMap map) { return dims->translate(map); }))
        continue;
      Operation *first = op, *second = loop;
      if (loop->isBeforeInBlock(op))
        std::swap(first, second);
      std::string obstacle;
      if (Operation *place = findPlace(rewriter, first, second, obstacle))
        return merge(first, second, *dims, place);
    }
  }
  return nullptr;
}

void RowFusion::run(RowLoopOp loop) {
  while (true) {
    RowLoopOp fused = fuseProducer(loop);
    if (!fused)
      fused = fuseConsumer(loop);
    if (!fused)
      fused = fuseSibling(loop);
    if (!fused)
      fused = fuseSum(loop);
    if (!fused) {
      pending.remove(loop);
      return;
    }
    loop = fused;
  }
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Whether vector code can be emitted for the op as it is.
static bool hasVectorCode(NormRowsOpInterface op) {
  return llvm::all_of(op->getOperandTypes(), [](Type type) {
    return getElementObstacle(type).empty();
  });
}

static bool isOnTensors(NormRowsOpInterface op) {
  return isa<RankedTensorType>(op.getInput().getType());
}

/// Norm ops on tensors -> row loops; backward ops, on memrefs, too -> row
/// loops, on tensors without vector code linalg ops.
static void convertNorms(RewriterBase &rewriter, Operation *root,
                         const RowTarget &target) {
  SmallVector<NormRowsOpInterface> norms;
  root->walk([&](NormRowsOpInterface op) { norms.push_back(op); });
  for (NormRowsOpInterface op : norms) {
    rewriter.setInsertionPoint(op);
    if (auto backward = dyn_cast<NormBackwardOpInterface>(op.getOperation())) {
      if (hasVectorCode(op))
        rewriter.replaceOp(
            op, convertBackwardToRows(rewriter, backward, target.isGPU()));
      else if (isOnTensors(op))
        rewriter.replaceOp(op, *decomposeNormBackward(rewriter, backward));
    } else if (isOnTensors(op) && hasVectorCode(op)) {
      rewriter.replaceOp(op, convertNormToRows(rewriter, cast<NormOpInterface>(
                                                             op.getOperation()))
                                 .getResults());
    }
  }
}

SmallVector<UnfusedNeighbour> norm::fuseRows(RewriterBase &rewriter,
                                             Operation *root,
                                             const RowTarget &target) {
  convertNorms(rewriter, root, target);
  RowFusion fusion(rewriter, target);
  root->walk([&](RowLoopOp loop) { fusion.pending.insert(loop); });
  while (!fusion.pending.empty())
    fusion.run(cast<RowLoopOp>(fusion.pending.front()));
  return llvm::map_to_vector(fusion.refused, [](auto &entry) {
    return UnfusedNeighbour{entry.first, entry.second};
  });
}

void norm::emitRemarks(ArrayRef<UnfusedNeighbour> neighbours) {
  for (const UnfusedNeighbour &neighbour : neighbours)
    remark::missed(
        neighbour.op->getLoc(),
        remark::RemarkOpts::name("not-fused").category("norm-fuse-rows"))
        << remark::reason("{0}", neighbour.op->getName().getStringRef().str() +
                                     " stays outside of the row loop: " +
                                     neighbour.reason);
}

namespace {
struct FuseRows : norm::impl::NormFuseRowsBase<FuseRows> {
  using NormFuseRowsBase::NormFuseRowsBase;

  void runOnOperation() override {
    FailureOr<RowTarget> machine = RowTarget::get(
        target, [&] { return emitError(getOperation()->getLoc()); });
    if (failed(machine))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    emitRemarks(fuseRows(rewriter, getOperation(), *machine));
  }
};
} // namespace
