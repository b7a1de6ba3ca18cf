//===- ChoosePacking.cpp - rows that lie side by side ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule/ChoosePacking.h"

using namespace mlir;
using namespace mlir::norm;

/// The dim of rows that lie side by side in an operand of type `type`: it is
/// that of its last extent, with distance 1.
static std::optional<int64_t> getDimSideBySide(Type type, AffineMap map,
                                               ArrayRef<int64_t> rowDims) {
  auto memref = dyn_cast<ShapedType>(type);
  if (!memref || map.getNumResults() == 0)
    return std::nullopt;
  auto last = dyn_cast<AffineDimExpr>(map.getResults().back());
  if (!last || !llvm::is_contained(rowDims, int64_t(last.getPosition())))
    return std::nullopt;
  SmallVector<int64_t> strides;
  int64_t offset;
  if (auto strided = dyn_cast<MemRefType>(type);
      strided && (failed(strided.getStridesAndOffset(strides, offset)) ||
                  strides.back() != 1))
    return std::nullopt;
  return last.getPosition();
}

std::optional<RowPacking> norm::choosePacking(const RowSchedule &schedule,
                                              int64_t lanes) {
  const RowLayout &layout = schedule.getLayout();
  RowLoopOp loop = schedule.getLoop();
  if (schedule.accumulates() || layout.getElementDims().size() != 1)
    return std::nullopt;
  auto isFew = [&](int64_t dim) {
    int64_t extent = layout.getExtents()[dim];
    return ShapedType::isStatic(extent) && extent < lanes;
  };
  if (isFew(layout.getElementDims().front()))
    return std::nullopt;
  std::optional<RowPacking> packing;
  for (auto [number, type] : llvm::enumerate(loop->getOperandTypes())) {
    if (!schedule.getShape().variesAlongRow(number) ||
        layout.isContiguous(number))
      continue;
    std::optional<int64_t> dim =
        getDimSideBySide(type, layout.getMaps()[number], layout.getRowDims());
    if (!dim || isFew(*dim) || (packing && packing->dim != *dim))
      continue;
    if (!packing)
      packing = RowPacking{*dim, {}};
    packing->operands.push_back(number);
  }
  return packing;
}
