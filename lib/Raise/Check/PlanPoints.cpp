//===- PlanPoints.cpp - where a plan is evaluated -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/PlanPoints.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Elements of one row at which the root is compared.
static constexpr uint64_t kComparedPoints = 6;

int64_t mlir::norm::raise::extentOf(const Witness &witness, unsigned dim,
                                    SampledExtents &sampled) {
  Size size = getSize(witness, dim);
  if (!size.value)
    return size.dim;
  if (size.value.getType().isIndex())
    return sampled.evaluateIndex(size.value).value_or(3);
  return sampled.getExtent(size.value, size.dim);
}

void mlir::norm::raise::makeRoomForSlices(
    const llvm::SetVector<Operation *> &ops, SampledExtents &sampled) {
  for (Operation *op : ops) {
    auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
    if (!slice)
      continue;
    for (int64_t dim = 0; dim < slice.getSourceType().getRank(); ++dim) {
      std::optional<int64_t> size =
          getConstantIntValue(slice.getMixedSizes()[dim]);
      std::optional<int64_t> stride =
          getConstantIntValue(slice.getMixedStrides()[dim]);
      int64_t offset =
          getConstantIntValue(slice.getMixedOffsets()[dim]).value_or(0);
      if (size && stride)
        sampled.setAtLeast(slice.getSource(), dim,
                           offset + (*size - 1) * *stride + 1);
    }
  }
}

SmallVector<int64_t>
mlir::norm::raise::getRootExtents(const NormPlan &plan,
                                  SampledExtents &sampled) {
  SmallVector<int64_t> extents;
  for (auto [dim, extent] : llvm::enumerate(plan.root.staticExtents)) {
    extents.push_back(extent);
    if (!ShapedType::isDynamic(extent))
      continue;
    extents.back() = 3;
    for (auto [inputDim, index] : llvm::enumerate(plan.input.indices))
      if (auto position = dyn_cast<AffineDimExpr>(index);
          position && position.getPosition() == dim)
        extents.back() = extentOf(plan.input, inputDim, sampled);
  }
  return extents;
}

Position mlir::norm::raise::getStart(ArrayRef<int64_t> extents,
                                     uint64_t number) {
  Position start;
  for (auto [dim, extent] : llvm::enumerate(extents))
    start.push_back(int64_t(number * 5 + dim * 3 + 1) %
                    std::max<int64_t>(extent, 1));
  return start;
}

Positions mlir::norm::raise::getPoints(const NormPlan &plan,
                                       const Position &start,
                                       ArrayRef<int64_t> extents,
                                       uint64_t number,
                                       const SampledExtents &sampled) {
  Positions points;
  for (uint64_t i = 0; i < kComparedPoints; ++i) {
    Position point = start;
    for (unsigned dim = 0; dim < extents.size(); ++dim) {
      if (!(plan.match.rowMask >> dim & 1))
        continue;
      SmallVector<Sample> samples = sampled.sample(extents[dim]);
      size_t chosen = i == 0 ? 0
                      : i == 1
                          ? samples.size() - 1
                          : mixBits(number * 64 + i * 8 + dim) % samples.size();
      point[dim] = samples[chosen].index;
    }
    points.push_back(std::move(point));
  }
  return points;
}

unsigned mlir::norm::raise::askAt(const Witness &witness,
                                  const Positions &positions,
                                  TapeBuilder &builder) {
  if (witness.number)
    return builder.askNumber(*witness.number);
  if (!witness.op)
    return builder.askTensor(witness.value, positions);
  Positions loops;
  for (const Position &position : positions) {
    Position point(linalg::LinalgOp(witness.op).getNumLoops(), 0);
    for (auto [dim, loop] : llvm::enumerate(witness.loops))
      point[loop] = position[dim];
    loops.push_back(std::move(point));
  }
  return builder.askScalar(witness.op, witness.value, std::move(loops));
}

unsigned mlir::norm::raise::evaluateWitness(const Witness &witness,
                                            const Positions &points,
                                            AffineMap map,
                                            TapeBuilder &builder) {
  return askAt(witness, evaluateIndices(map, points), builder);
}

unsigned mlir::norm::raise::askRoot(const Point &root, const Positions &points,
                                    TapeBuilder &builder) {
  if (auto structured = dyn_cast<linalg::LinalgOp>(root.owner))
    return builder.askScalar(structured, root.value, points);
  return builder.askTensor(root.value, points);
}
