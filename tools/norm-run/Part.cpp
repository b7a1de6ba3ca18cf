//===- Part.cpp - a process's part of a tensor ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Part.h"

#include "mlir/Dialect/Shard/IR/ShardOps.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace mlir::norm::run;

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

Part::Part(DictionaryAttr attribute) {
  auto integers = [](Attribute array) {
    return llvm::to_vector(cast<DenseI64ArrayAttr>(array).asArrayRef());
  };
  extents = integers(attribute.get("extents"));
  grid = integers(attribute.get("grid"));
  for (Attribute axes : attribute.getAs<ArrayAttr>("split"))
    split.push_back(integers(axes));
}

std::optional<Part> Part::find(func::FuncOp entry, StringRef list,
                               unsigned number) {
  auto parts = entry->getAttrOfType<DictionaryAttr>("norm.parts");
  if (!parts)
    return std::nullopt;
  auto attribute =
      dyn_cast<DictionaryAttr>(parts.getAs<ArrayAttr>(list)[number]);
  return attribute ? std::optional(Part(attribute)) : std::nullopt;
}

std::optional<int64_t> norm::run::getProcessCount(ModuleOp module) {
  for (auto grid : module.getOps<shard::GridOp>())
    if (!ShapedType::isDynamicShape(grid.getShape()))
      return ShapedType::getNumElements(grid.getShape());
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

SmallVector<int64_t> Part::getPartExtents() const {
  SmallVector<int64_t> own = extents;
  for (auto [extent, axes] : llvm::zip_equal(own, split)) {
    int64_t processes = 1;
    for (int64_t axis : axes)
      processes *= grid[axis];
    extent = llvm::divideCeil(extent, processes);
  }
  return own;
}

SmallVector<int64_t> Part::getOffsets(int64_t rank) const {
  SmallVector<int64_t> position(grid.size()), offsets = getPartExtents();
  for (int64_t axis = grid.size() - 1; axis >= 0; --axis) {
    position[axis] = rank % grid[axis];
    rank /= grid[axis];
  }
  for (auto [offset, axes] : llvm::zip_equal(offsets, split)) {
    int64_t number = 0;
    for (int64_t axis : axes)
      number = number * grid[axis] + position[axis];
    offset *= number;
  }
  return offsets;
}

void Part::walk(
    int64_t rank,
    llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) const {
  SmallVector<int64_t> own = getPartExtents(), offsets = getOffsets(rank);
  SmallVector<int64_t> index(extents.size(), 0);
  // Along each dimension, what is of the whole and no filling.
  SmallVector<int64_t> valid;
  for (auto [extent, all, offset] : llvm::zip_equal(own, extents, offsets))
    valid.push_back(std::clamp<int64_t>(all - offset, 0, extent));
  if (llvm::is_contained(valid, 0))
    return;
  int64_t last = extents.size() - 1;
  while (true) {
    int64_t whole = 0, part = 0;
    for (size_t dim = 0; dim < extents.size(); ++dim) {
      whole = whole * extents[dim] + offsets[dim] + index[dim];
      part = part * own[dim] + index[dim];
    }
    visit(whole, part, valid[last]);
    int64_t dim = last - 1;
    while (dim >= 0 && ++index[dim] == valid[dim])
      index[dim--] = 0;
    if (dim < 0)
      return;
  }
}

llvm::Expected<HostTensor> Part::cut(const HostTensor &whole,
                                     int64_t rank) const {
  llvm::Expected<HostTensor> part = allocate(whole.type, getPartExtents());
  if (!part)
    return part;
  size_t bytes =
      whole.elementCount() ? whole.byteCount() / whole.elementCount() : 0;
  walk(rank, [&](int64_t from, int64_t to, int64_t count) {
    std::memcpy(part->data.get() + to * bytes, whole.data.get() + from * bytes,
                count * bytes);
  });
  return part;
}

void Part::place(HostTensor &whole, const char *part, int64_t rank) const {
  size_t bytes =
      whole.elementCount() ? whole.byteCount() / whole.elementCount() : 0;
  walk(rank, [&](int64_t to, int64_t from, int64_t count) {
    std::memcpy(whole.data.get() + to * bytes, part + from * bytes,
                count * bytes);
  });
}
