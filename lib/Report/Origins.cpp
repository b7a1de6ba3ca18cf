//===- Origins.cpp - where the ops of a rewritten program come from -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Origins.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

/// The key of an op's number in the metadata of its location.
static constexpr StringLiteral kOrigin = "norm.origin";

SmallVector<Operation *> report::listOps(ModuleOp module) {
  SmallVector<Operation *> ops;
  module->walk<WalkOrder::PreOrder>([&](Operation *op) { ops.push_back(op); });
  return ops;
}

OwningOpRef<ModuleOp> report::cloneWithOrigins(ModuleOp module) {
  OwningOpRef<ModuleOp> clone = module.clone();
  Builder builder(module.getContext());
  for (auto [number, op] : llvm::enumerate(listOps(*clone))) {
    NamedAttribute origin(kOrigin, builder.getI64IntegerAttr(number));
    op->setLoc(FusedLoc::get(builder.getContext(), op->getLoc(),
                             builder.getDictionaryAttr(origin)));
  }
  return clone;
}

/// The number that `loc` itself carries.
static std::optional<int64_t> getOrigin(FusedLoc loc) {
  auto metadata = dyn_cast_or_null<DictionaryAttr>(loc.getMetadata());
  if (!metadata)
    return std::nullopt;
  auto number = metadata.getAs<IntegerAttr>(kOrigin);
  return number ? std::optional(number.getInt()) : std::nullopt;
}

static void collectOrigins(Location loc, SmallVectorImpl<int64_t> &numbers) {
  if (auto fused = dyn_cast<FusedLoc>(loc)) {
    if (std::optional<int64_t> number = getOrigin(fused)) {
      numbers.push_back(*number);
      return;
    }
    for (Location part : fused.getLocations())
      collectOrigins(part, numbers);
  } else if (auto name = dyn_cast<NameLoc>(loc)) {
    collectOrigins(name.getChildLoc(), numbers);
  } else if (auto call = dyn_cast<CallSiteLoc>(loc)) {
    collectOrigins(call.getCallee(), numbers);
  }
}

SmallVector<int64_t> report::getOrigins(Location loc) {
  SmallVector<int64_t> numbers;
  collectOrigins(loc, numbers);
  return numbers;
}

static void collectPositions(Location loc,
                             SmallVectorImpl<FileLineColRange> &positions) {
  if (auto position = dyn_cast<FileLineColRange>(loc)) {
    positions.push_back(position);
  } else if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      collectPositions(part, positions);
  } else if (auto name = dyn_cast<NameLoc>(loc)) {
    collectPositions(name.getChildLoc(), positions);
  } else if (auto call = dyn_cast<CallSiteLoc>(loc)) {
    collectPositions(call.getCallee(), positions);
  } else if (auto opaque = dyn_cast<OpaqueLoc>(loc)) {
    collectPositions(opaque.getFallbackLocation(), positions);
  }
}

SmallVector<SourcePosition> report::getPositions(ArrayRef<Location> locations) {
  SmallVector<FileLineColRange> ranges;
  for (Location loc : locations)
    collectPositions(loc, ranges);
  llvm::SmallSetVector<Attribute, 16> seen;
  SmallVector<SourcePosition> positions;
  for (FileLineColRange range : ranges)
    if (seen.insert(range))
      positions.push_back({range.getFilename().str(), range.getStartLine(),
                           range.getStartColumn()});
  return positions;
}
