//===- WitnessFinder.cpp - witnesses among the values of a cone -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/WitnessFinder.h"

#include "Expr/IndexMath.h"
#include "Expr/Unify.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm::raise;

static unsigned getRank(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getRank();
}

/// The dimensions of more than one element: fewer are less to read.
static unsigned getNumExtents(Value tensor) {
  return llvm::count_if(cast<RankedTensorType>(tensor.getType()).getShape(),
                        [](int64_t extent) { return extent != 1; });
}

static unsigned getWidth(Value value) {
  return getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
}

std::optional<SmallVector<AffineExpr>>
WitnessFinder::unifyWith(Value value, unsigned rank, ExprRef target) const {
  return unify(context, reader.read(value), rank, target, root.staticExtents);
}

/// Gives each dimension that `value` does not vary along a position of the root
/// that no other one has: any will do, and the tensor that a broadcast has made
/// is read as a whole.
void WitnessFinder::spread(Value value,
                           SmallVectorImpl<AffineExpr> &indices) const {
  ExprRef expr = reader.read(value);
  uint64_t used = 0;
  for (AffineExpr index : indices)
    used |= uint64_t(dimsOf(index));
  for (auto [dim, index] : llvm::enumerate(indices)) {
    if (expr->dependsOn(uint32_t(1) << dim))
      continue;
    ExprRef extent = reader.getExtent(value, dim);
    for (unsigned position = 0; position < root.extents.size(); ++position)
      if (!(used >> position & 1) && root.staticExtents[position] != 1 &&
          root.extents[position] == extent) {
        index = context.dim(position);
        used |= uint64_t(1) << position;
        break;
      }
  }
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

/// The witness of `value` at `indices`, of its dimensions or of all loops of
/// `op`; none for a scalar of which no tensor can be made.
std::optional<Witness>
WitnessFinder::asWitness(Value value, linalg::LinalgOp op,
                         ArrayRef<AffineExpr> indices) const {
  if (!op)
    return Witness{value, SmallVector<AffineExpr>(indices)};
  std::optional<SmallVector<unsigned>> loops = getLoopsOf(op, value);
  if (!loops)
    return std::nullopt;
  Witness witness{value, {}, op, *loops};
  for (unsigned loop : *loops)
    witness.indices.push_back(indices[loop]);
  return witness;
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

bool WitnessFinder::coversRoot(const Witness &witness) const {
  RankedTensorType type = getType(witness);
  for (auto [dim, index] : llvm::enumerate(witness.indices)) {
    if (auto position = dyn_cast<AffineDimExpr>(index)) {
      if (root.extents[position.getPosition()] !=
          getExtent(reader, witness, dim))
        return false;
      continue;
    }
    auto range = rangeOf(index, [&](unsigned d) {
      return d < root.staticExtents.size() ? root.staticExtents[d]
                                           : ShapedType::kDynamic;
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
    auto type = dyn_cast<RankedTensorType>(result.getType());
    unsigned rank = type ? unsigned(type.getRank()) : kFirstBound;
    return unifyWith(result, rank, input).has_value();
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
WitnessFinder::collectCandidates(ExprRef input, uint32_t rowMask) {
  SmallVector<Candidate> candidates;
  // Where one dimension holds rows and parts of rows, the op cannot tell them
  // apart.
  auto mixes = [&](AffineExpr index) {
    uint32_t dims = uint32_t(dimsOf(index));
    return (dims & rowMask) != 0 && (dims & ~rowMask) != 0;
  };
  auto consider = [&](Value value, linalg::LinalgOp op, unsigned rank) {
    auto indices = unifyWith(value, rank, input);
    if (!indices)
      return;
    if (!op && takesBroadcasts)
      spread(value, *indices);
    // What cannot be made still tells what the program reads.
    Witness witness =
        asWitness(value, op, *indices).value_or(Witness{Value(), *indices, op});
    if (!op && (!coversRoot(witness) || llvm::any_of(*indices, mixes)))
      return;
    ExprRef exact = context.substitute(reader.get(value).exact, *indices,
                                       root.staticExtents);
    candidates.push_back({witness, exact, isUsedForOther(value, input)});
  };
  for (Value value : cone.values)
    consider(value, nullptr, getRank(value));
  forEachScalar([&](Value value, linalg::LinalgOp op) {
    consider(value, op, op.getNumLoops());
  });
  return candidates;
}

/// Of the candidates that the program reads the one with the fewest roundings.
const WitnessFinder::Candidate *
WitnessFinder::getLeastRounded(ArrayRef<Candidate> candidates) const {
  const Candidate *least = nullptr;
  for (const Candidate &candidate : candidates)
    if (candidate.isUsed &&
        (!least || candidate.exact->roundings < least->exact->roundings))
      least = &candidate;
  return least;
}

bool WitnessFinder::isGiven(Value value) const {
  ExprRef expr = reader.get(value).exact;
  return expr->kind == Expr::Kind::Leaf && expr->value == value;
}

/// Whether `lhs` is there before `rhs`, in one block.
static bool isComputedBefore(const Witness &lhs, const Witness &rhs) {
  auto getOp = [](const Witness &witness) {
    return witness.op ? linalg::LinalgOp(witness.op).getOperation()
                      : Value(witness.value).getDefiningOp();
  };
  Operation *left = getOp(lhs), *right = getOp(rhs);
  return left && right && left->getBlock() == right->getBlock() &&
         left->isBeforeInBlock(right);
}

std::optional<Witness> WitnessFinder::findInput(ExprRef input, uint32_t rowMask,
                                                Type computedType,
                                                bool preferEarly) {
  SmallVector<Candidate> candidates = collectCandidates(input, rowMask);
  const Candidate *used = getLeastRounded(candidates);
  if (!used)
    return std::nullopt;
  auto isWanted = [&](const Candidate &candidate) {
    return candidate.witness.value &&
           context.sub(candidate.exact, used->exact)->isZero() &&
           (!computedType.isF64() ||
            getElementTypeOrSelf(candidate.witness.value.getType()).isF64());
  };
  // A dimension of the op is of the row or beside it: x of two groups of 128 is
  // not read at g * 128 + j.
  auto isMixed = [&](const Witness &witness) {
    return llvm::any_of(witness.indices, [&](AffineExpr index) {
      uint32_t dims = uint32_t(dimsOf(index));
      return (dims & rowMask) != 0 && (dims & ~rowMask) != 0;
    });
  };
  // A tensor is better than a scalar, a narrow one better than a wide one.
  auto isBetter = [&](const Witness &lhs, const Witness &rhs) {
    if (preferEarly) {
      if (isMixed(lhs) != isMixed(rhs))
        return isMixed(rhs);
      bool isLeftGiven = !lhs.op && isGiven(lhs.value);
      bool isRightGiven = !rhs.op && isGiven(rhs.value);
      return isLeftGiven != isRightGiven ? isLeftGiven
                                         : isComputedBefore(lhs, rhs);
    }
    if (!lhs.op != !rhs.op)
      return !lhs.op;
    if (!lhs.op && lhs.value.getType() == rhs.value.getType() &&
        isGiven(lhs.value) != isGiven(rhs.value))
      return isGiven(lhs.value);
    return getWidth(lhs.value) < getWidth(rhs.value);
  };
  std::optional<Witness> best;
  for (const Candidate &candidate : candidates)
    if (isWanted(candidate) && (!best || isBetter(candidate.witness, *best)))
      best = candidate.witness;
  return best;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

std::optional<Witness> WitnessFinder::findParameter(ExprRef expr,
                                                    bool preferEarly) {
  std::optional<Witness> best;
  auto badness = [&](Value value) {
    bool isLate = preferEarly && !isGiven(value);
    return std::make_tuple(reader.get(value).exact->roundings, isLate,
                           getNumExtents(value), getRank(value),
                           getWidth(value));
  };
  // A dimension that is read at 0 alone may have any extent; others are read as
  // a whole.
  auto coversParameter = [&](Value value, ArrayRef<AffineExpr> indices) {
    for (auto [dim, index] : llvm::enumerate(indices))
      if (auto position = dyn_cast<AffineDimExpr>(index))
        if (root.extents[position.getPosition()] !=
            reader.getExtent(value, dim))
          return false;
    return true;
  };
  auto consider = [&](Value value) {
    if (!isa<RankedTensorType>(value.getType()) ||
        !isa<FloatType>(getElementTypeOrSelf(value.getType())))
      return;
    if (best && badness(value) >= badness(best->value))
      return;
    auto indices = unifyWith(value, getRank(value), expr);
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

std::optional<Witness> WitnessFinder::findBeside(ExprRef expr) {
  if (std::optional<Witness> given = findParameter(expr))
    return given;
  std::optional<Witness> found;
  forEachScalar([&](Value value, linalg::LinalgOp op) {
    if (found)
      return;
    if (auto indices = unifyWith(value, op.getNumLoops(), expr))
      found = asWitness(value, op, *indices);
  });
  return found;
}

/// What a value, a sum that begins with `own`, may be times the sum `expr`:
/// which term of a sum leads depends on the indices that it is read at.
static SmallVector<Coefficient> getRatios(Coefficient own, ExprRef expr) {
  SmallVector<Coefficient> ratios;
  if (expr->kind != Expr::Kind::Add || own.error() != 0)
    return ratios;
  for (Coefficient other : expr->coefficients)
    if (Coefficient ratio = own * other.pow(-1);
        other.error() == 0 && !llvm::is_contained(ratios, ratio))
      ratios.push_back(ratio);
  return ratios;
}

SmallVector<Coefficient> WitnessFinder::findMultiples(ExprRef expr) {
  Coefficient wanted;
  ExprRef primitive = context.takeCoefficient(expr, wanted);
  SmallVector<Coefficient> found;
  auto consider = [&](Value value, unsigned rank) {
    Coefficient own;
    ExprRef read = reader.read(value);
    ExprRef part = context.takeCoefficient(read, own);
    if (own.value * wanted.value == 0)
      return;
    auto add = [&](Coefficient multiple, ExprRef lhs, ExprRef rhs) {
      if (!llvm::is_contained(found, multiple) &&
          unify(context, lhs, rank, rhs, root.staticExtents))
        found.push_back(multiple);
    };
    add(own * wanted.pow(-1), part, primitive);
    if (read->kind == Expr::Kind::Add &&
        read->operands.size() == expr->operands.size())
      for (Coefficient ratio : getRatios(own, expr))
        add(ratio, context.scale(ratio.pow(-1), read), expr);
  };
  for (Value value : cone.values)
    consider(value, getRank(value));
  forEachScalar([&](Value value, linalg::LinalgOp op) {
    consider(value, op.getNumLoops());
  });
  return found;
}

std::optional<Coefficient> WitnessFinder::findMultiple(ExprRef input) {
  for (Coefficient multiple : findMultiples(input))
    if (multiple.value > 0 && !multiple.matches(1.0))
      return multiple;
  return std::nullopt;
}
