//===- View.cpp - how a tensor is brought into another shape --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/View.h"

#include "Expr/IndexMath.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace mlir::norm::raise;

std::optional<View> mlir::norm::raise::getReshape(RankedTensorType from,
                                                  RankedTensorType to) {
  if (from == to)
    return View{View::Kind::Same, to, {}, {}};
  // A cast keeps every dimension in its place, also those of extent 1.
  if (from.getRank() == to.getRank()) {
    bool hasSameUnits = llvm::equal(
        from.getShape(), to.getShape(),
        [](int64_t lhs, int64_t rhs) { return (lhs == 1) == (rhs == 1); });
    if (!hasSameUnits || !tensor::CastOp::areCastCompatible(from, to))
      return std::nullopt;
    return View{View::Kind::Cast, to, {}, {}};
  }
  if (!from.hasStaticShape() || !to.hasStaticShape())
    return std::nullopt;
  auto groups = getReassociationIndicesForReshape(from, to);
  if (!groups)
    return std::nullopt;
  View::Kind kind =
      from.getRank() > to.getRank() ? View::Kind::Collapse : View::Kind::Expand;
  return View{kind, to, *groups, {}};
}

/// Adds positions d that `to` has as d floordiv c and d mod c to `loops`.
static void joinHalves(ArrayRef<AffineExpr> to,
                       llvm::DenseMap<AffineExpr, AffineExpr> &loops,
                       uint64_t &known) {
  auto asHalf = [](AffineExpr index, AffineExprKind kind) {
    auto half = dyn_cast<AffineBinaryOpExpr>(index);
    bool isHalf = half && half.getKind() == kind &&
                  isa<AffineDimExpr>(half.getLHS()) &&
                  isa<AffineConstantExpr>(half.getRHS());
    return isHalf ? half : AffineBinaryOpExpr(nullptr);
  };
  for (auto [outer, index] : llvm::enumerate(to))
    for (auto [inner, other] : llvm::enumerate(to)) {
      auto quotient = asHalf(index, AffineExprKind::FloorDiv);
      auto remainder = asHalf(other, AffineExprKind::Mod);
      if (!quotient || !remainder || quotient.getLHS() != remainder.getLHS() ||
          quotient.getRHS() != remainder.getRHS())
        continue;
      MLIRContext *context = index.getContext();
      loops[quotient.getLHS()] =
          getAffineDimExpr(outer, context) * quotient.getRHS() +
          getAffineDimExpr(inner, context);
      known |= dimsOf(index);
    }
}

std::optional<View> mlir::norm::raise::getCopy(ArrayRef<AffineExpr> from,
                                               ArrayRef<AffineExpr> to,
                                               RankedTensorType type) {
  // Positions become loops of the copy.
  MLIRContext *context = type.getContext();
  llvm::DenseMap<AffineExpr, AffineExpr> loops;
  uint64_t known = 0;
  for (auto [loop, index] : llvm::enumerate(to)) {
    if (!isa<AffineDimExpr>(index))
      continue;
    loops[index] = getAffineDimExpr(loop, context);
    known |= dimsOf(index);
  }
  joinHalves(to, loops, known);
  SmallVector<AffineExpr> indices;
  for (AffineExpr index : from) {
    if (dimsOf(index) & ~known)
      return std::nullopt;
    indices.push_back(index.replace(loops));
  }
  return View{View::Kind::Copy,
              type,
              {},
              AffineMap::get(to.size(), 0, indices, context)};
}

bool mlir::norm::raise::isSameButForUnits(ArrayRef<AffineExpr> lhs,
                                          ArrayRef<AffineExpr> rhs) {
  auto isVarying = [](AffineExpr expr) {
    return !isa<AffineConstantExpr>(expr);
  };
  return llvm::equal(llvm::make_filter_range(lhs, isVarying),
                     llvm::make_filter_range(rhs, isVarying));
}
