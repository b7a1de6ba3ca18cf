//===- GroupReductions.cpp - reductions across threads --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupReductions.h"

#include "../Dialect/Norm/Transforms/RowReductions.h"
#include "RowStrategy.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::norm;

static Value getIndex(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

/// Each lane combined with all lanes that differ from it in the low bits, below
/// `lanes`. a + b = b + a, so that the lanes agree to the bit. The whole warp
/// takes part, as the mask of active lanes follows from the width.
static void emitButterfly(OpBuilder &builder, Location loc, int64_t lanes,
                          ArrayRef<Reduction> kinds,
                          MutableArrayRef<Value> values) {
  for (int64_t distance = lanes / 2; distance > 0; distance /= 2)
    for (auto [kind, value] : llvm::zip(kinds, values)) {
      auto partner = gpu::ShuffleOp::create(builder, loc, value, distance,
                                            kWarpSize, gpu::ShuffleMode::XOR);
      value = combine(builder, loc, kind, value, partner.getShuffleResult());
    }
}

/// Memory that the threads of a block share, of `warps` elements of `type`.
static Value addWorkgroupMemory(gpu::LaunchOp launch, Location loc,
                                int64_t warps, Type type) {
  auto space = gpu::AddressSpaceAttr::get(
      launch.getContext(), gpu::GPUDialect::getWorkgroupAddressSpace());
  auto memory =
      MemRefType::get(warps, type, MemRefLayoutAttrInterface(), space);
  return launch.addWorkgroupAttribution(memory, loc);
}

/// The results of warps, exchanged in memory.
static void emitExchange(OpBuilder &builder, Location loc,
                         const ThreadGroup &group,
                         MutableArrayRef<Value> values) {
  int64_t warps = group.threads / kWarpSize;
  Value size = getIndex(builder, loc, kWarpSize);
  Value lane = arith::RemUIOp::create(builder, loc, group.thread, size);
  Value warp = arith::DivUIOp::create(builder, loc, group.thread, size);
  Value zero = getIndex(builder, loc, 0);
  Value first =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, lane, zero);
  SmallVector<Value> memories;
  for (Value value : values)
    memories.push_back(
        addWorkgroupMemory(group.launch, loc, warps, value.getType()));
  scf::IfOp::create(builder, loc, first, [&](OpBuilder &body, Location loc) {
    for (auto [value, memory] : llvm::zip(values, memories))
      memref::StoreOp::create(body, loc, value, memory, warp);
    scf::YieldOp::create(body, loc);
  });
  gpu::BarrierOp::create(builder, loc);
  Value which =
      arith::RemUIOp::create(builder, loc, lane, getIndex(builder, loc, warps));
  for (auto [value, memory] : llvm::zip(values, memories))
    value = memref::LoadOp::create(builder, loc, memory, which);
}

SmallVector<Value> norm::reduceOverGroup(OpBuilder &builder, Location loc,
                                         const ThreadGroup &group,
                                         ArrayRef<Reduction> kinds,
                                         ValueRange values) {
  SmallVector<Value> results(values);
  emitButterfly(builder, loc, std::min(group.threads, kWarpSize), kinds,
                results);
  if (group.threads > kWarpSize) {
    emitExchange(builder, loc, group, results);
    emitButterfly(builder, loc, group.threads / kWarpSize, kinds, results);
  }
  return results;
}
