//===- RowLanes.cpp - the lanes of partial sums combined ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emit/RowLanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

Value norm::combine(OpBuilder &builder, Location loc, Reduction kind, Value a,
                    Value b) {
  switch (kind) {
  case Reduction::add:
    return arith::AddFOp::create(builder, loc, a, b);
  case Reduction::maximumf:
    return arith::MaximumFOp::create(builder, loc, a, b);
  case Reduction::minimumf:
    return arith::MinimumFOp::create(builder, loc, a, b);
  case Reduction::maxnumf:
    return arith::MaxNumFOp::create(builder, loc, a, b);
  case Reduction::minnumf:
    return arith::MinNumFOp::create(builder, loc, a, b);
  }
  llvm_unreachable("unknown reduction");
}

APFloat norm::getNeutralElement(Reduction kind, FloatType type) {
  const llvm::fltSemantics &semantics = type.getFloatSemantics();
  switch (kind) {
  case Reduction::add:
    return APFloat::getZero(semantics);
  case Reduction::maximumf:
  case Reduction::maxnumf:
    return APFloat::getInf(semantics, /*Negative=*/true);
  case Reduction::minimumf:
  case Reduction::minnumf:
    return APFloat::getInf(semantics);
  }
  llvm_unreachable("unknown reduction");
}

Value norm::combineLanes(OpBuilder &builder, Location loc, Reduction kind,
                         Value vector) {
  int64_t lanes = cast<VectorType>(vector.getType()).getNumElements();
  for (int64_t half = lanes / 2; half > 0; half /= 2) {
    auto slice = [&](int64_t offset) {
      return vector::ExtractStridedSliceOp::create(builder, loc, vector, offset,
                                                   half, 1);
    };
    Value front = slice(0), back = slice(half);
    vector = combine(builder, loc, kind, front, back);
  }
  return vector::ExtractOp::create(builder, loc, vector, 0);
}

namespace {
/// What a lane holds: a part of the sum of a vector.
struct LanePart {
  int64_t vector, part;
};
} // namespace

/// Vectors of partial sums are halved in pairs: the lower parts of both against
/// the upper ones, so that one addition serves both. Parts move within 128 bits
/// where they are that small, which instructions like.
Value norm::combineLanesOfAll(OpBuilder &builder, Location loc, Reduction kind,
                              SmallVector<Value> vectors) {
  auto type = cast<VectorType>(vectors.front().getType());
  int64_t lanes = type.getNumElements();
  assert(static_cast<int64_t>(vectors.size()) == lanes && "one for each lane");
  int64_t small = 128 / type.getElementTypeBitWidth();
  std::vector<std::vector<LanePart>> parts;
  for (int64_t v = 0; v < lanes; ++v) {
    parts.emplace_back();
    for (int64_t part = 0; part < lanes; ++part)
      parts.back().push_back({v, part});
  }
  for (int64_t half = lanes / 2; half > 0; half /= 2) {
    SmallVector<Value> next;
    std::vector<std::vector<LanePart>> nextParts;
    for (size_t pair = 0; pair < vectors.size(); pair += 2) {
      SmallVector<int64_t> lower, upper;
      std::vector<LanePart> kept;
      int64_t piece = 2 * half > small ? lanes : std::min(small, lanes);
      for (int64_t begin = 0; begin < lanes; begin += piece)
        for (int64_t side : {0, 1})
          for (int64_t i = begin; i < begin + piece; ++i) {
            const std::vector<LanePart> &own = parts[pair + side];
            if (own[i].part >= half)
              continue;
            auto other = llvm::find_if(own, [&](const LanePart &p) {
              return p.vector == own[i].vector && p.part == own[i].part + half;
            });
            lower.push_back(side * lanes + i);
            upper.push_back(side * lanes + (other - own.begin()));
            kept.push_back(own[i]);
          }
      auto shuffle = [&](ArrayRef<int64_t> order) {
        return vector::ShuffleOp::create(builder, loc, vectors[pair],
                                         vectors[pair + 1], order);
      };
      Value front = shuffle(lower), back = shuffle(upper);
      next.push_back(combine(builder, loc, kind, front, back));
      nextParts.push_back(std::move(kept));
    }
    vectors = std::move(next);
    parts = std::move(nextParts);
  }
  SmallVector<int64_t> order(lanes);
  for (auto [i, part] : llvm::enumerate(parts.front()))
    order[part.vector] = i;
  return vector::ShuffleOp::create(builder, loc, vectors.front(),
                                   vectors.front(), order);
}
