//===- BoundIndices.cpp - how a sum uses its bound indices ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two sums over one row may cut it differently. What they do with their bound
// indices tells:
//   sum(x[8 i + j], i < 4, j < 8)
// Every index has i eight times as often as j < 8: they merge to r < 32.
//   sum(x[r floordiv 8, r mod 8], r < 32)
// r is torn by 8, which divides 32: it splits to i < 4, j < 8, for x[i, j].
// An index that is used as 8 i + j in one place and as i in another does
// neither. The order of bound indices is that in which leaves use them, so that
// renamed sums are equal.
//
//===----------------------------------------------------------------------===//

#include "Expr/BoundIndices.h"

#include "Expr/IndexMath.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::norm::raise;

ExprRef mlir::norm::raise::getLength(ExprContext &context,
                                     ArrayRef<BoundIndex> bounds) {
  SmallVector<Factor> factors;
  for (BoundIndex bound : bounds)
    factors.push_back({bound.extent, 1});
  return context.mul(factors);
}

int64_t mlir::norm::raise::getStaticExtent(ExprRef extent) {
  bool isNumber = extent->isConstant() && extent->constant.value >= 0 &&
                  extent->constant.value <= double(kMaxNumber);
  return isNumber ? int64_t(extent->constant.value) : ShapedType::kDynamic;
}

/// Calls `visit` for every leaf and index of `expr` once.
static void walkIndexed(ExprRef expr, uint32_t boundDims,
                        llvm::SmallPtrSetImpl<ExprRef> &seen,
                        llvm::function_ref<void(ExprRef)> visit) {
  if ((expr->boundDims & boundDims) == 0 || !seen.insert(expr).second)
    return;
  if (!expr->indices.empty())
    visit(expr);
  for (ExprRef operand : expr->operands)
    walkIndexed(operand, boundDims, seen, visit);
}

SmallVector<ExprRef>
mlir::norm::raise::getIndexed(ExprRef body, ArrayRef<BoundIndex> bounds) {
  uint32_t mask = 0;
  for (BoundIndex bound : bounds)
    mask |= uint32_t(1) << (bound.dim - kFirstBound);
  llvm::SmallPtrSet<ExprRef, 16> seen;
  SmallVector<ExprRef> indexed;
  walkIndexed(body, mask, seen, [&](ExprRef e) { indexed.push_back(e); });
  return indexed;
}

/// The factor of dimension `dim` in a linear index; none where the dimension
/// occurs inside a floordiv or mod.
static std::optional<int64_t> getFactor(const LinearIndex &linear,
                                        unsigned dim) {
  int64_t factor = 0;
  for (IndexTerm term : linear.terms) {
    auto atom = dyn_cast<AffineDimExpr>(term.atom);
    if (atom && atom.getPosition() == dim)
      factor = term.factor;
    else if (!atom && (dimsOf(term.atom) >> dim & 1))
      return std::nullopt;
  }
  return factor;
}

bool mlir::norm::raise::canMerge(ArrayRef<ExprRef> indexed, BoundIndex outer,
                                 BoundIndex inner) {
  int64_t extent = getStaticExtent(inner.extent);
  if (ShapedType::isDynamic(extent))
    return false;
  for (ExprRef expr : indexed) {
    for (AffineExpr index : expr->indices) {
      LinearIndex linear = toLinear(index);
      std::optional<int64_t> outerFactor = getFactor(linear, outer.dim);
      std::optional<int64_t> innerFactor = getFactor(linear, inner.dim);
      int64_t joined;
      if (!outerFactor || !innerFactor ||
          llvm::MulOverflow(*innerFactor, extent, joined) ||
          *outerFactor != joined)
        return false;
    }
  }
  return true;
}

std::optional<SplitIndex>
mlir::norm::raise::findSplit(ArrayRef<ExprRef> indexed,
                             ArrayRef<BoundIndex> bounds) {
  for (ExprRef expr : indexed) {
    for (AffineExpr index : expr->indices) {
      for (IndexTerm term : toLinear(index).terms) {
        auto binary = dyn_cast<AffineBinaryOpExpr>(term.atom);
        auto dim = binary ? dyn_cast<AffineDimExpr>(binary.getLHS()) : nullptr;
        auto divisor =
            binary ? dyn_cast<AffineConstantExpr>(binary.getRHS()) : nullptr;
        if (!dim || !divisor || divisor.getValue() <= 0)
          continue;
        for (auto [position, bound] : llvm::enumerate(bounds)) {
          int64_t extent = getStaticExtent(bound.extent);
          if (bound.dim == dim.getPosition() &&
              !ShapedType::isDynamic(extent) &&
              extent % divisor.getValue() == 0)
            return SplitIndex{unsigned(position), divisor.getValue()};
        }
      }
    }
  }
  return std::nullopt;
}

std::tuple<int64_t, size_t, int64_t>
mlir::norm::raise::getKey(ArrayRef<ExprRef> indexed, unsigned dim) {
  auto key = std::make_tuple(INT64_MAX, size_t(0), int64_t(0));
  for (ExprRef expr : indexed) {
    for (auto [position, index] : llvm::enumerate(expr->indices)) {
      if ((dimsOf(index) >> dim & 1) == 0)
        continue;
      int64_t factor = getFactor(toLinear(index), dim).value_or(0);
      key = std::min(key, std::make_tuple(expr->number, position, -factor));
    }
  }
  return key;
}
