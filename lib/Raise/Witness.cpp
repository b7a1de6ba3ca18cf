//===- Witness.cpp - values of the program that an expression is ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Witness.h"

#include "IndexMath.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Ops of a cone beyond this are not looked at.
static constexpr size_t kMaxConeSize = 400;

//===----------------------------------------------------------------------===//
// Cones
//===----------------------------------------------------------------------===//

/// Whether the raise looks through `op`: it computes or moves tensor elements
/// and does nothing else.
static bool isTransparent(Operation *op) {
  if (!op)
    return false;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.hasPureTensorSemantics();
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
          tensor::ExtractSliceOp, tensor::CastOp>(op))
    return true;
  return op->hasTrait<OpTrait::Elementwise>() && isMemoryEffectFree(op) &&
         op->getNumResults() == 1 &&
         isa<RankedTensorType>(op->getResult(0).getType());
}

/// The values of the body of `op` that `scalar` is computed from, itself
/// included.
static llvm::SetVector<Value> getBodySlice(linalg::LinalgOp op, Value scalar) {
  llvm::SetVector<Value> slice;
  slice.insert(scalar);
  for (unsigned i = 0; i < slice.size(); ++i)
    if (Operation *producer = slice[i].getDefiningOp();
        producer && op.getBlock()->findAncestorOpInBlock(*producer))
      producer->walk([&](Operation *nested) {
        slice.insert(nested->operand_begin(), nested->operand_end());
      });
  return slice;
}

/// The tensors that `value`, in the body of `op` or its result, is computed
/// from.
static SmallVector<Value> getValuesRead(Operation *op, Value value) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured)
    return SmallVector<Value>(op->getOperands());
  SmallVector<Value> tensors;
  for (Value part : getBodySlice(structured, value)) {
    auto argument = dyn_cast<BlockArgument>(part);
    if (argument && argument.getOwner() == structured.getBlock())
      tensors.push_back(structured.getMatchingOpOperand(argument)->get());
    else if (part.getParentBlock() != structured.getBlock())
      tensors.push_back(part);
  }
  return tensors;
}

Cone mlir::norm::raise::collectCone(Operation *root, Value value,
                                    RowExprBuilder &builder,
                                    llvm::function_ref<bool(Value)> boundary) {
  auto isLeaf = [&](Value tensor) {
    ExprRef expr = builder.get(tensor).relaxed;
    return expr->kind == Expr::Kind::Leaf && expr->value == tensor;
  };
  Cone cone;
  cone.ops.insert(root);
  // Ops to look into, and whether they were reached across the boundary.
  SmallVector<std::pair<Operation *, bool>> worklist;
  auto visit = [&](Value tensor, bool isBeyond) {
    if (!isa<RankedTensorType>(tensor.getType()))
      return;
    bool isBoundary = boundary(tensor);
    bool isConstant = builder.get(tensor).relaxed->isConstant();
    if (isBeyond && !isBoundary && !isConstant)
      return;
    cone.values.insert(tensor);
    Operation *producer = tensor.getDefiningOp();
    if (isTransparent(producer) && !isLeaf(tensor) && cone.ops.insert(producer))
      worklist.push_back({producer, isBoundary});
  };
  // Scalars that a body takes from outside may have been read from tensors.
  llvm::SmallPtrSet<Operation *, 16> scalars;
  std::function<void(Value, bool)> visitOperand = [&](Value operand,
                                                      bool isBeyond) {
    if (isa<RankedTensorType>(operand.getType()))
      return visit(operand, isBeyond);
    Operation *producer = operand.getDefiningOp();
    if (!producer || isa<tensor::DimOp>(producer) ||
        producer->getParentOfType<linalg::LinalgOp>() ||
        !scalars.insert(producer).second)
      return;
    for (Value nested : producer->getOperands())
      visitOperand(nested, isBeyond);
  };
  for (Value read : getValuesRead(root, value))
    visitOperand(read, /*isBeyond=*/false);
  while (!worklist.empty() && cone.ops.size() < kMaxConeSize) {
    auto [op, isBeyond] = worklist.pop_back_val();
    for (Value operand : op->getOperands())
      visitOperand(operand, isBeyond);
    for (Region &region : op->getRegions())
      region.walk([&, isBeyond = isBeyond](Operation *nested) {
        for (Value operand : nested->getOperands())
          visitOperand(operand, isBeyond);
      });
  }
  return cone;
}

//===----------------------------------------------------------------------===//
// Unification
//===----------------------------------------------------------------------===//

static void collectLeaves(ExprRef expr, llvm::SmallPtrSetImpl<ExprRef> &seen,
                          SmallVectorImpl<ExprRef> &leaves) {
  if (!seen.insert(expr).second)
    return;
  if (expr->kind == Expr::Kind::Leaf)
    leaves.push_back(expr);
  for (ExprRef operand : expr->operands)
    collectLeaves(operand, seen, leaves);
}

static SmallVector<ExprRef> getAllLeaves(ExprRef expr) {
  llvm::SmallPtrSet<ExprRef, 16> seen;
  SmallVector<ExprRef> leaves;
  collectLeaves(expr, seen, leaves);
  return leaves;
}

namespace {
/// Indices found so far, one per dimension of the expression.
using Assignment = SmallVector<AffineExpr>;
/// The two halves of an index that is used as d floordiv b and d mod b.
struct Halves {
  int64_t divisor = 0;
  AffineExpr quotient, remainder;
};
} // namespace

static bool assign(Assignment &assignment, unsigned dim, AffineExpr value) {
  if (dim >= assignment.size() || (assignment[dim] && assignment[dim] != value))
    return false;
  assignment[dim] = value;
  return true;
}

/// Solves inExpr(d) = inTarget for the dimensions d of one index.
static bool solveIndex(AffineExpr inExpr, AffineExpr inTarget,
                       Assignment &assignment, MutableArrayRef<Halves> halves) {
  if (inExpr == inTarget && (uint32_t(dimsOf(inExpr)) == 0))
    return true;
  LinearIndex lhs = toLinear(inExpr);
  LinearIndex rhs = toLinear(inTarget);
  if (lhs.terms.size() == 1) {
    auto dim = dyn_cast<AffineDimExpr>(lhs.terms[0].atom);
    if (dim && dim.getPosition() < kFirstBound && lhs.terms[0].factor == 1)
      return assign(assignment, dim.getPosition(), inTarget - lhs.constant);
    auto binary = dyn_cast<AffineBinaryOpExpr>(lhs.terms[0].atom);
    dim = binary ? dyn_cast<AffineDimExpr>(binary.getLHS()) : nullptr;
    auto divisor =
        binary ? dyn_cast<AffineConstantExpr>(binary.getRHS()) : nullptr;
    if (dim && divisor && dim.getPosition() < halves.size() &&
        lhs.terms[0].factor == 1 && lhs.constant == 0) {
      Halves &half = halves[dim.getPosition()];
      half.divisor = divisor.getValue();
      (binary.getKind() == AffineExprKind::Mod ? half.remainder
                                               : half.quotient) = inTarget;
      return true;
    }
  }
  // Term by term where both have the same factors.
  if (lhs.terms.size() != rhs.terms.size() || lhs.constant != rhs.constant)
    return false;
  for (IndexTerm term : lhs.terms) {
    auto dim = dyn_cast<AffineDimExpr>(term.atom);
    const IndexTerm *same = llvm::find_if(rhs.terms, [&](IndexTerm other) {
      return other.factor == term.factor;
    });
    if (!dim || same == rhs.terms.end())
      return false;
    if (dim.getPosition() >= kFirstBound) {
      if (same->atom != term.atom)
        return false;
      continue;
    }
    if (!assign(assignment, dim.getPosition(), same->atom))
      return false;
  }
  return true;
}

/// Solves all indices of one leaf.
static std::optional<Assignment> solveLeaf(ExprRef inExpr, ExprRef inTarget,
                                           unsigned rank) {
  Assignment assignment(rank);
  SmallVector<Halves> halves(rank);
  for (auto [lhs, rhs] : llvm::zip(inExpr->indices, inTarget->indices))
    if (!solveIndex(lhs, rhs, assignment, halves))
      return std::nullopt;
  for (auto [dim, half] : llvm::enumerate(halves)) {
    if (!half.divisor)
      continue;
    if (!half.quotient || !half.remainder ||
        !assign(assignment, dim, half.quotient * half.divisor + half.remainder))
      return std::nullopt;
  }
  return assignment;
}

std::optional<SmallVector<AffineExpr>>
mlir::norm::raise::unify(ExprContext &context, ExprRef expr, unsigned rank,
                         ExprRef target, ArrayRef<int64_t> extents) {
  if (rank > kFirstBound ||
      (expr->skeleton != target->skeleton && !expr->hasIndex))
    return std::nullopt;
  auto isSolution = [&](ArrayRef<AffineExpr> indices) {
    ExprRef difference =
        context.sub(context.substitute(expr, indices, extents), target);
    return difference->isZero();
  };
  AffineExpr zero = getAffineConstantExpr(0, context.getContext());
  // Every leaf of the expression has to become a leaf of the target; the first
  // one that knows all dimensions that matter decides.
  SmallVector<ExprRef> leaves = getAllLeaves(expr);
  auto *decisive = llvm::find_if(leaves, [&](ExprRef leaf) {
    return (expr->freeDims & ~leaf->freeDims) == 0;
  });
  if (decisive != leaves.end()) {
    for (ExprRef other : getAllLeaves(target)) {
      if (other->value != (*decisive)->value)
        continue;
      std::optional<Assignment> assignment = solveLeaf(*decisive, other, rank);
      if (!assignment)
        continue;
      for (AffineExpr &index : *assignment)
        if (!index)
          index = zero;
      if (isSolution(*assignment))
        return assignment;
    }
  }
  if (expr->freeDims == 0) {
    SmallVector<AffineExpr> indices(rank, zero);
    if (isSolution(indices))
      return indices;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// Whether the positions of the root reach every element of `tensor`: a norm of
/// a larger tensor would take its statistic over more.
bool WitnessFinder::coversRoot(Value tensor, ArrayRef<AffineExpr> indices) {
  auto type = cast<RankedTensorType>(tensor.getType());
  for (auto [dim, index] : llvm::enumerate(indices)) {
    ExprRef extent = builder.getExtent(tensor, dim);
    if (auto position = dyn_cast<AffineDimExpr>(index)) {
      if (rootExtents[position.getPosition()] != extent)
        return false;
      continue;
    }
    auto range = rangeOf(index, [&](unsigned d) {
      return d < extents.size() ? extents[d] : ShapedType::kDynamic;
    });
    if (!range || range->first != 0 ||
        range->second + 1 != type.getDimSize(dim))
      return false;
  }
  return true;
}

/// Whether some op of the cone reads `value` for anything but a rounding or a
/// move of it.
bool WitnessFinder::isUsedForOther(Value value, ExprRef input) {
  auto isInput = [&](Value result) {
    ExprRef expr = builder.get(result).relaxed;
    auto type = dyn_cast<RankedTensorType>(result.getType());
    unsigned rank = type ? unsigned(type.getRank()) : kFirstBound;
    return unify(context, expr, rank, input, extents).has_value();
  };
  for (Operation *user : value.getUsers()) {
    if (auto structured = dyn_cast<linalg::LinalgOp>(user)) {
      if (!cone.ops.contains(user))
        continue;
      for (OpOperand &operand : user->getOpOperands())
        if (operand.get() == value &&
            isUsedForOther(structured.getMatchingBlockArgument(&operand),
                           input))
          return true;
      continue;
    }
    if (user->hasTrait<OpTrait::IsTerminator>())
      continue;
    Operation *inCone = cone.ops.contains(user) ? user : user->getParentOp();
    if (cone.ops.contains(inCone) && user->getNumResults() == 1 &&
        !isInput(user->getResult(0)))
      return true;
  }
  return false;
}

SmallVector<WitnessFinder::Candidate>
WitnessFinder::collectCandidates(ExprRef input) {
  SmallVector<Candidate> candidates;
  auto consider = [&](Value value, linalg::LinalgOp op, unsigned rank) {
    ValueExpr expr = builder.get(value);
    std::optional<SmallVector<AffineExpr>> indices =
        unify(context, expr.relaxed, rank, input, extents);
    if (!indices || (!op && !coversRoot(value, *indices)))
      return;
    candidates.push_back({value, op, *indices, expr.exact,
                          getElementTypeOrSelf(value.getType()),
                          isUsedForOther(value, input)});
  };
  for (Value value : cone.values)
    consider(value, nullptr, cast<RankedTensorType>(value.getType()).getRank());
  for (Operation *op : cone.ops) {
    auto structured = dyn_cast<linalg::LinalgOp>(op);
    if (!structured)
      continue;
    for (Operation &nested : *structured.getBlock())
      if (nested.getNumResults() == 1 &&
          isa<FloatType>(nested.getResult(0).getType()))
        consider(nested.getResult(0), structured, structured.getNumLoops());
  }
  return candidates;
}

Value mlir::norm::raise::materializeScalar(linalg::LinalgOp op, Value scalar,
                                           SmallVectorImpl<unsigned> &loops,
                                           OpBuilder &opBuilder) {
  OpBuilder::InsertionGuard guard(opBuilder);
  Location loc = op.getLoc();
  opBuilder.setInsertionPointAfter(op);
  llvm::SetVector<Value> slice = getBodySlice(op, scalar);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  SmallVector<BlockArgument> arguments;
  uint64_t usedLoops = 0;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (!slice.contains(argument))
      continue;
    if (op.isDpsInit(&operand) && op.getNumReductionLoops() > 0)
      return nullptr;
    inputs.push_back(operand.get());
    maps.push_back(op.getMatchingIndexingMap(&operand));
    arguments.push_back(argument);
    for (AffineExpr index : maps.back().getResults())
      usedLoops |= dimsOf(index);
  }
  for (Value value : slice)
    if (auto index = value.getDefiningOp<linalg::IndexOp>())
      usedLoops |= uint64_t(1) << index.getDim();

  // The extent of each loop, from an operand that has it.
  SmallVector<OpFoldResult> sizes;
  SmallVector<AffineExpr> renumbered(op.getNumLoops(),
                                     opBuilder.getAffineConstantExpr(0));
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if ((usedLoops >> loop & 1) == 0)
      continue;
    OpFoldResult size;
    for (auto [input, map] : llvm::zip(inputs, maps))
      for (auto [dim, index] : llvm::enumerate(map.getResults()))
        if (!size && index == opBuilder.getAffineDimExpr(loop))
          size = tensor::getMixedSize(opBuilder, loc, input, dim);
    if (!size)
      return nullptr;
    renumbered[loop] = opBuilder.getAffineDimExpr(loops.size());
    loops.push_back(loop);
    sizes.push_back(size);
  }
  for (AffineMap &map : maps)
    map = map.replaceDimsAndSymbols(renumbered, {}, loops.size(), 0);
  Value empty =
      tensor::EmptyOp::create(opBuilder, loc, sizes, scalar.getType());
  maps.push_back(opBuilder.getMultiDimIdentityMap(loops.size()));
  SmallVector<utils::IteratorType> iterators(loops.size(),
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      opBuilder, loc, empty.getType(), inputs, empty, maps, iterators,
      [&](OpBuilder &bodyBuilder, Location bodyLoc, ValueRange newArguments) {
        IRMapping mapping;
        for (auto [from, to] : llvm::zip(arguments, newArguments))
          mapping.map(from, to);
        for (Operation &nested : op.getBlock()->without_terminator()) {
          if (llvm::none_of(nested.getResults(), [&](Value result) {
                return slice.contains(result);
              }))
            continue;
          if (auto index = dyn_cast<linalg::IndexOp>(nested)) {
            auto loop = llvm::find(loops, index.getDim()) - loops.begin();
            mapping.map(index.getResult(),
                        linalg::IndexOp::create(bodyBuilder, bodyLoc, loop));
            continue;
          }
          bodyBuilder.clone(nested, mapping);
        }
        linalg::YieldOp::create(bodyBuilder, bodyLoc,
                                mapping.lookupOrDefault(scalar));
      });
  return generic.getResult(0);
}

std::optional<Witness> WitnessFinder::findInput(ExprRef input,
                                                Type computedType,
                                                OpBuilder &opBuilder) {
  SmallVector<Candidate> candidates = collectCandidates(input);
  // The program reads some of them; take the least rounded of these.
  const Candidate *used = nullptr;
  for (const Candidate &candidate : candidates)
    if (candidate.isUsed &&
        (!used || candidate.exact->roundings < used->exact->roundings))
      used = &candidate;
  if (!used)
    return std::nullopt;
  ExprRef wanted = used->exact;
  auto isWanted = [&](const Candidate &candidate) {
    auto exact =
        unify(context, candidate.exact, candidate.indices.size(),
              context.substitute(wanted, used->indices, extents), extents);
    return exact.has_value() &&
           (!computedType.isF64() || candidate.element.isF64());
  };
  const Candidate *best = nullptr;
  auto width = [](const Candidate &candidate) {
    return candidate.element.getIntOrFloatBitWidth();
  };
  for (const Candidate &candidate : candidates) {
    if (!isWanted(candidate))
      continue;
    // A tensor is better than a scalar, a narrow one better than a wide one.
    if (!best || (!candidate.op && best->op) ||
        (!candidate.op == !best->op && width(candidate) < width(*best)))
      best = &candidate;
  }
  if (!best)
    return std::nullopt;
  if (!best->op)
    return Witness{best->value, best->indices};
  SmallVector<unsigned> loops;
  Value tensor = materializeScalar(best->op, best->value, loops, opBuilder);
  if (!tensor)
    return std::nullopt;
  Witness witness = {tensor, {}};
  for (unsigned loop : loops)
    witness.indices.push_back(best->indices[loop]);
  if (!coversRoot(tensor, witness.indices))
    return std::nullopt;
  return witness;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

std::optional<Witness> WitnessFinder::findParameter(ExprRef expr) {
  std::optional<Witness> best;
  auto rank = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getRank();
  };
  auto width = [](Value value) {
    return getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  };
  auto roundings = [&](Value value) {
    return builder.get(value).exact->roundings;
  };
  auto isBetter = [&](Value lhs, Value rhs) {
    return std::make_tuple(roundings(lhs), rank(lhs), width(lhs)) <
           std::make_tuple(roundings(rhs), rank(rhs), width(rhs));
  };
  // A dimension that is read at 0 alone may have any extent; others are read as
  // a whole.
  auto coversParameter = [&](Value value, ArrayRef<AffineExpr> indices) {
    for (auto [dim, index] : llvm::enumerate(indices))
      if (auto position = dyn_cast<AffineDimExpr>(index))
        if (rootExtents[position.getPosition()] !=
            builder.getExtent(value, dim))
          return false;
    return true;
  };
  auto consider = [&](Value value) {
    if (!isa<RankedTensorType>(value.getType()) ||
        !isa<FloatType>(getElementTypeOrSelf(value.getType())))
      return;
    if (best && !isBetter(value, best->tensor))
      return;
    auto indices =
        unify(context, builder.get(value).relaxed, rank(value), expr, extents);
    if (indices && coversParameter(value, *indices))
      best = Witness{value, *indices};
  };
  for (ExprRef leaf : getAllLeaves(expr))
    consider(leaf->value);
  for (Value value : cone.values)
    consider(value);
  return best;
}
