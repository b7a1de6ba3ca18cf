//===- Witness.cpp - values of the program that an expression is ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/Witness.h"

#include "Expr/IndexMath.h"
#include "Expr/Unify.h"

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

bool WitnessFinder::coversRoot(Value tensor,
                               ArrayRef<AffineExpr> indices) const {
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
    ExprRef expr = builder.read(result);
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

/// Visits the numbers in the bodies of the cone.
void WitnessFinder::forEachScalar(
    llvm::function_ref<void(Value value, linalg::LinalgOp op)> visit) const {
  for (Operation *op : cone.ops)
    if (auto structured = dyn_cast<linalg::LinalgOp>(op))
      for (Operation &nested : *structured.getBlock())
        if (nested.getNumResults() == 1 &&
            isa<FloatType>(nested.getResult(0).getType()))
          visit(nested.getResult(0), structured);
}

SmallVector<WitnessFinder::Candidate>
WitnessFinder::collectCandidates(ExprRef input, uint32_t rowMask) {
  SmallVector<Candidate> candidates;
  // Where one dimension holds rows and parts of rows, the op cannot tell them
  // apart.
  auto mixes = [&](AffineExpr index) {
    uint32_t dims = uint32_t(dimsOf(index));
    return (dims & rowMask) != 0 && (dims & ~rowMask) != 0;
  };
  auto consider = [&](Value value, linalg::LinalgOp op, unsigned rank) {
    ValueExpr expr = builder.get(value);
    std::optional<SmallVector<AffineExpr>> indices =
        unify(context, builder.read(value), rank, input, extents);
    if (!indices || (!op && (!coversRoot(value, *indices) ||
                             llvm::any_of(*indices, mixes))))
      return;
    candidates.push_back({value, op, *indices, expr.exact,
                          getElementTypeOrSelf(value.getType()),
                          isUsedForOther(value, input)});
  };
  for (Value value : cone.values)
    consider(value, nullptr, cast<RankedTensorType>(value.getType()).getRank());
  forEachScalar([&](Value value, linalg::LinalgOp op) {
    consider(value, op, op.getNumLoops());
  });
  return candidates;
}

std::optional<Witness> WitnessFinder::findInput(ExprRef input, uint32_t rowMask,
                                                Type computedType,
                                                bool preferGiven,
                                                OpBuilder &opBuilder) {
  SmallVector<Candidate> candidates = collectCandidates(input, rowMask);
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
  // One that the program computes from nothing, as far as the raise looks: its
  // producers are not computed twice, and may die.
  auto isGiven = [&](const Candidate &candidate) {
    ExprRef expr = builder.get(candidate.value).exact;
    return expr->kind == Expr::Kind::Leaf && expr->value == candidate.value;
  };
  for (const Candidate &candidate : candidates) {
    if (!isWanted(candidate))
      continue;
    // A tensor is better than a scalar, a narrow one better than a wide one.
    if (!best || (!candidate.op && best->op) ||
        (!candidate.op == !best->op && width(candidate) < width(*best)) ||
        (!best->op &&
         (preferGiven || candidate.value.getType() == best->value.getType()) &&
         isGiven(candidate) && !isGiven(*best)))
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
        unify(context, builder.read(value), rank(value), expr, extents);
    if (indices && coversParameter(value, *indices))
      best = Witness{value, *indices};
  };
  for (ExprRef leaf : getLeaves(expr, /*intoSums=*/true))
    consider(leaf->value);
  for (Value value : cone.values)
    consider(value);
  return best;
}

//===----------------------------------------------------------------------===//
// Gates, multiples
//===----------------------------------------------------------------------===//

std::optional<Witness>
WitnessFinder::findBeside(ExprRef expr, OpBuilder &opBuilder,
                          SmallVectorImpl<Operation *> &made) {
  if (std::optional<Witness> given = findParameter(expr))
    return given;
  std::optional<Witness> found;
  forEachScalar([&](Value value, linalg::LinalgOp op) {
    if (found || op.getNumReductionLoops() > 0)
      return;
    auto indices =
        unify(context, builder.read(value), op.getNumLoops(), expr, extents);
    if (!indices)
      return;
    SmallVector<unsigned> loops;
    Value tensor = materializeScalar(op, value, loops, opBuilder);
    if (!tensor)
      return;
    made.push_back(tensor.getDefiningOp());
    found = Witness{tensor, {}};
    for (unsigned loop : loops)
      found->indices.push_back((*indices)[loop]);
  });
  return found;
}

std::optional<Coefficient> WitnessFinder::findMultiple(ExprRef input) {
  Coefficient wanted;
  ExprRef primitive = context.takeCoefficient(input, wanted);
  std::optional<Coefficient> found;
  auto consider = [&](Value value, unsigned rank) {
    Coefficient own;
    ExprRef part = context.takeCoefficient(builder.read(value), own);
    Coefficient factor = own * wanted.pow(-1);
    if (!found && own.value * wanted.value > 0 && !factor.matches(1.0) &&
        unify(context, part, rank, primitive, extents))
      found = factor;
  };
  for (Value value : cone.values)
    consider(value, cast<RankedTensorType>(value.getType()).getRank());
  forEachScalar([&](Value value, linalg::LinalgOp op) {
    consider(value, op.getNumLoops());
  });
  return found;
}
