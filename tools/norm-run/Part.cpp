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

int64_t Part::countParts(unsigned dim) const {
  int64_t count = 1;
  for (int64_t axis : split[dim])
    count *= grid[axis];
  return count;
}

int64_t Part::getNumber(unsigned dim, int64_t rank) const {
  SmallVector<int64_t> position(grid.size());
  for (int64_t axis = grid.size() - 1; axis >= 0; --axis) {
    position[axis] = rank % grid[axis];
    rank /= grid[axis];
  }
  int64_t number = 0;
  for (int64_t axis : split[dim])
    number = number * grid[axis] + position[axis];
  return number;
}

Part Part::resolve(ArrayRef<int64_t> whole) const {
  Part resolved = *this;
  resolved.dynamic.resize(extents.size());
  for (unsigned dim = 0; dim < extents.size(); ++dim) {
    if (!ShapedType::isDynamic(extents[dim]))
      continue;
    resolved.extents[dim] = whole[dim];
    int64_t count = countParts(dim),
            length = llvm::divideCeil(whole[dim], count);
    for (int64_t number = 0; number < count; ++number)
      resolved.dynamic[dim].push_back(
          std::clamp<int64_t>(whole[dim] - number * length, 0, length));
  }
  return resolved;
}

Part Part::resolveParts(ArrayRef<int64_t> shapes) const {
  Part resolved = *this;
  int64_t rank = extents.size(), processes = 1;
  for (int64_t extent : grid)
    processes *= extent;
  resolved.dynamic.resize(rank);
  for (int64_t dim = 0; dim < rank; ++dim) {
    if (!ShapedType::isDynamic(extents[dim]))
      continue;
    std::vector<int64_t> parts(countParts(dim));
    for (int64_t process = 0; process < processes; ++process)
      parts[getNumber(dim, process)] = shapes[process * rank + dim];
    resolved.extents[dim] = llvm::sum_of(parts, int64_t(0));
    resolved.dynamic[dim] = parts;
  }
  return resolved;
}

SmallVector<Part::Stretch> Part::getStretches(int64_t rank) const {
  SmallVector<Stretch> stretches;
  for (unsigned dim = 0; dim < extents.size(); ++dim) {
    int64_t number = getNumber(dim, rank);
    if (dim < dynamic.size() && !dynamic[dim].empty()) {
      ArrayRef<int64_t> parts = dynamic[dim];
      stretches.push_back({llvm::sum_of(parts.take_front(number), int64_t(0)),
                           parts[number], parts[number]});
      continue;
    }
    int64_t length = llvm::divideCeil(extents[dim], countParts(dim)),
            begin = number * length;
    stretches.push_back(
        {begin, length, std::clamp<int64_t>(extents[dim] - begin, 0, length)});
  }
  return stretches;
}

void Part::walk(
    int64_t rank,
    llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) const {
  SmallVector<Stretch> stretches = getStretches(rank);
  SmallVector<int64_t> index(extents.size(), 0);
  if (llvm::any_of(stretches,
                   [](const Stretch &stretch) { return stretch.valid == 0; }))
    return;
  int64_t last = extents.size() - 1;
  while (true) {
    int64_t whole = 0, part = 0;
    for (size_t dim = 0; dim < extents.size(); ++dim) {
      whole = whole * extents[dim] + stretches[dim].begin + index[dim];
      part = part * stretches[dim].extent + index[dim];
    }
    visit(whole, part, stretches[last].valid);
    int64_t dim = last - 1;
    while (dim >= 0 && ++index[dim] == stretches[dim].valid)
      index[dim--] = 0;
    if (dim < 0)
      return;
  }
}

llvm::Expected<HostTensor> Part::cut(const HostTensor &whole,
                                     int64_t rank) const {
  SmallVector<int64_t> own;
  for (const Stretch &stretch : getStretches(rank))
    own.push_back(stretch.extent);
  llvm::Expected<HostTensor> part = allocate(whole.type, own);
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
