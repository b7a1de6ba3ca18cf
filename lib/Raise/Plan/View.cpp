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

/// Whether `lhs` and `rhs` are read at the same element, counted in the order
/// of memory, wherever a root is.
static bool isSameElement(IndexedType lhs, IndexedType rhs) {
  if (isSameButForUnits(lhs.indices, rhs.indices))
    return true;
  if (!lhs.type.hasStaticShape() || !rhs.type.hasStaticShape() ||
      lhs.type.getNumElements() != rhs.type.getNumElements())
    return false;
  auto getElement = [](IndexedType read) {
    AffineExpr element = getAffineConstantExpr(0, read.type.getContext());
    for (auto [index, extent] :
         llvm::zip_equal(read.indices, read.type.getShape()))
      element = element * extent + index;
    return element;
  };
  unsigned numDims = llvm::bit_width(
      std::max(dimsOf(getElement(lhs)), dimsOf(getElement(rhs))));
  return simplifyAffineExpr(getElement(lhs) - getElement(rhs), numDims, 0) == 0;
}

std::optional<View> mlir::norm::raise::getReshape(IndexedType source,
                                                  IndexedType result) {
  RankedTensorType from = source.type, to = result.type;
  if (!isSameElement(source, result))
    return std::nullopt;
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

/// Adds the positions that `index`, of dimension `outer` of a result, merges:
/// of d0 * 6 + d1 with d1 < 6 these are its quotient and its remainder.
static void divideMerged(AffineExpr index, unsigned outer,
                         ArrayRef<int64_t> extents,
                         llvm::DenseMap<AffineExpr, AffineExpr> &loops,
                         uint64_t &known) {
  LinearIndex linear = toLinear(index);
  llvm::sort(linear.terms, [](const IndexTerm &lhs, const IndexTerm &rhs) {
    return lhs.factor < rhs.factor;
  });
  AffineExpr loop = getAffineDimExpr(outer, index.getContext());
  llvm::DenseMap<AffineExpr, AffineExpr> parts;
  int64_t factor = 1;
  for (auto [position, term] : llvm::enumerate(linear.terms)) {
    auto dim = dyn_cast<AffineDimExpr>(term.atom);
    if (!dim || term.factor != factor || linear.constant != 0)
      return;
    AffineExpr part = loop.floorDiv(factor);
    if (position + 1 < linear.terms.size()) {
      int64_t extent = extents[dim.getPosition()];
      if (ShapedType::isDynamic(extent))
        return;
      part = part % extent;
      factor *= extent;
    }
    parts[dim] = part;
  }
  known |= dimsOf(index);
  for (auto [dim, part] : parts)
    loops[dim] = part;
}

std::optional<View> mlir::norm::raise::getCopy(ArrayRef<AffineExpr> from,
                                               ArrayRef<AffineExpr> to,
                                               RankedTensorType type,
                                               ArrayRef<int64_t> extents) {
  // Positions become loops of the copy.
  MLIRContext *context = type.getContext();
  llvm::DenseMap<AffineExpr, AffineExpr> loops;
  uint64_t known = 0;
  for (auto [loop, index] : llvm::enumerate(to))
    divideMerged(index, loop, extents, loops, known);
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

std::optional<View>
mlir::norm::raise::getOperandView(IndexedType from, IndexedType to,
                                  ArrayRef<int64_t> extents) {
  bool hasSameElements =
      from.type.hasStaticShape() && to.type.hasStaticShape()
          ? from.type.getNumElements() == to.type.getNumElements()
          : from.type == to.type;
  if (hasSameElements)
    if (std::optional<View> reshape = getReshape(from, to))
      return reshape;
  return getCopy(from.indices, to.indices, to.type, extents);
}

bool mlir::norm::raise::isSameButForUnits(ArrayRef<AffineExpr> lhs,
                                          ArrayRef<AffineExpr> rhs) {
  auto isVarying = [](AffineExpr expr) {
    return !isa<AffineConstantExpr>(expr);
  };
  return llvm::equal(llvm::make_filter_range(lhs, isVarying),
                     llvm::make_filter_range(rhs, isVarying));
}
