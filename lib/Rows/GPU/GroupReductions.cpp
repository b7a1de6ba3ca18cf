//===- GroupReductions.cpp - reductions across threads --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GPU/GroupReductions.h"

#include "Emit/RowLanes.h"
#include "Emit/RowSpace.h"
#include "norm/Rows/RowStrategy.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

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

/// Memory that the threads of a block share, of `size` elements of `type` for
/// each row of those that it computes in turn.
static Value addWorkgroupMemory(const ThreadGroup &group, Location loc,
                                int64_t size, Type type) {
  gpu::LaunchOp launch = group.launch;
  auto space = gpu::AddressSpaceAttr::get(
      launch.getContext(), gpu::GPUDialect::getWorkgroupAddressSpace());
  // One row is read while the next is written, and not the one after it, as
  // there is a barrier between them.
  int64_t rows = group.parity ? 2 : 1;
  auto memory =
      MemRefType::get(rows * size, type, MemRefLayoutAttrInterface(), space);
  return launch.addWorkgroupAttribution(memory, loc);
}

/// The first element of the row's part of memory of `size` elements a row.
static Value getPart(OpBuilder &builder, Location loc, const ThreadGroup &group,
                     int64_t size) {
  if (!group.parity)
    return getIndex(builder, loc, 0);
  return arith::MulIOp::create(builder, loc, group.parity,
                               getIndex(builder, loc, size));
}

namespace {
/// Where the results of all warps lie in shared memory, one behind the other.
struct Exchange {
  Exchange(OpBuilder &builder, Location loc, const ThreadGroup &group,
           ValueRange values);
  void storeNeutral(OpBuilder &builder, Location loc, const ThreadGroup &group,
                    ArrayRef<Reduction> kinds) const;
  void load(OpBuilder &builder, Location loc, ArrayRef<Reduction> kinds,
            MutableArrayRef<Value> values) const;

  /// Results, what they and the neutral elements behind them are, a power of
  /// two, and how many of these each lane takes.
  int64_t results, size, share;
  /// One for each value.
  SmallVector<Value> memories;
  /// The first element of those of this row, and lane and warp of the thread.
  Value part, lane, warp;
};
} // namespace

/// A lane takes 16 bytes of f32: an access costs no more than a shuffle.
Exchange::Exchange(OpBuilder &builder, Location loc, const ThreadGroup &group,
                   ValueRange values) {
  results = group.threads / kWarpSize * group.blocks;
  size = llvm::PowerOf2Ceil(results);
  share = std::max(std::min<int64_t>(size, 4), size / kWarpSize);
  Value lanes = getIndex(builder, loc, kWarpSize);
  lane = arith::RemUIOp::create(builder, loc, group.thread, lanes);
  warp = arith::DivUIOp::create(builder, loc, group.thread, lanes);
  part = getPart(builder, loc, group, size);
  for (Value value : values)
    memories.push_back(addWorkgroupMemory(group, loc, size, value.getType()));
}

/// Fills up what no warp writes.
void Exchange::storeNeutral(OpBuilder &builder, Location loc,
                            const ThreadGroup &group,
                            ArrayRef<Reduction> kinds) const {
  if (size == results)
    return;
  Value stores = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                       group.thread,
                                       getIndex(builder, loc, size - results));
  scf::IfOp::create(builder, loc, stores, [&](OpBuilder &body, Location loc) {
    Value slot = arith::AddIOp::create(body, loc, part, group.thread);
    slot = arith::AddIOp::create(body, loc, slot, getIndex(body, loc, results));
    for (auto [kind, memory] : llvm::zip(kinds, memories)) {
      auto type = cast<FloatType>(getElementTypeOrSelf(memory));
      Value neutral = arith::ConstantOp::create(
          body, loc, body.getFloatAttr(type, getNeutralElement(kind, type)));
      memref::StoreOp::create(body, loc, neutral, memory, slot);
    }
    scf::YieldOp::create(body, loc);
  });
}

/// Gives each lane its share, combined: one after the other in memory.
void Exchange::load(OpBuilder &builder, Location loc, ArrayRef<Reduction> kinds,
                    MutableArrayRef<Value> values) const {
  Value which = arith::RemUIOp::create(builder, loc, lane,
                                       getIndex(builder, loc, size / share));
  which =
      arith::MulIOp::create(builder, loc, which, getIndex(builder, loc, share));
  which = arith::AddIOp::create(builder, loc, which, part);
  for (auto [kind, value, memory] : llvm::zip(kinds, values, memories)) {
    auto type = VectorType::get(share, value.getType());
    int64_t bytes = share * value.getType().getIntOrFloatBitWidth() / 8;
    Value all = vector::LoadOp::create(
        builder, loc, type, castToNumber(builder, memory), which,
        /*nontemporal=*/false, llvm::MaybeAlign(std::min<int64_t>(bytes, 16)));
    value = combineLanes(builder, loc, kind, all);
  }
}

/// The results of the warps of a block, exchanged in memory.
static void emitExchange(OpBuilder &builder, Location loc,
                         const ThreadGroup &group, const Exchange &exchange,
                         ArrayRef<Reduction> kinds, ArrayRef<Value> values) {
  Value first = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                      exchange.lane, getIndex(builder, loc, 0));
  Value slot =
      arith::AddIOp::create(builder, loc, exchange.part, exchange.warp);
  scf::IfOp::create(builder, loc, first, [&](OpBuilder &body, Location loc) {
    for (auto [value, memory] : llvm::zip(values, exchange.memories))
      memref::StoreOp::create(body, loc, value, memory, slot);
    scf::YieldOp::create(body, loc);
  });
  exchange.storeNeutral(builder, loc, group, kinds);
  gpu::BarrierOp::create(builder, loc);
}

/// Stores `value` as element `index` of `memory` in block number `rank` of the
/// cluster.
static void storeRemote(OpBuilder &builder, Location loc, Value value,
                        Value memory, Value index, Value rank) {
  int64_t bytes = value.getType().getIntOrFloatBitWidth() / 8;
  auto toInteger = [&](Value v, unsigned width) -> Value {
    return arith::IndexCastOp::create(builder, loc,
                                      builder.getIntegerType(width), v);
  };
  auto pointer = [&](NVVM::NVVMMemorySpace space) {
    return LLVM::LLVMPointerType::get(builder.getContext(),
                                      static_cast<unsigned>(space));
  };
  Value base =
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, memory);
  Value distance =
      arith::MulIOp::create(builder, loc, index, getIndex(builder, loc, bytes));
  Value address = arith::AddIOp::create(builder, loc, base, distance);
  Value local = LLVM::IntToPtrOp::create(builder, loc,
                                         pointer(NVVM::NVVMMemorySpace::Shared),
                                         toInteger(address, 64),
                                         /*dereferenceable=*/nullptr);
  Value remote = NVVM::MapaOp::create(
      builder, loc, pointer(NVVM::NVVMMemorySpace::SharedCluster), local,
      toInteger(rank, 32));
  LLVM::StoreOp::create(builder, loc, value, remote);
}

void norm::announceBlock(OpBuilder &builder, Location loc,
                         const ThreadGroup &group) {
  if (group.blocks > 1)
    NVVM::ClusterArriveRelaxedOp::create(builder, loc, builder.getUnitAttr());
}

Value norm::castToNumber(OpBuilder &builder, Value memory) {
  auto type = cast<MemRefType>(memory.getType());
  auto space = builder.getI64IntegerAttr(
      static_cast<int64_t>(NVVM::NVVMMemorySpace::Shared));
  return memref::MemorySpaceCastOp::create(
      builder, memory.getLoc(),
      MemRefType::get(type.getShape(), type.getElementType(), type.getLayout(),
                      space),
      memory);
}

/// The results of the warps of a cluster: each warp sends its own to all
/// blocks, one lane to each.
static void emitClusterExchange(OpBuilder &builder, Location loc,
                                ThreadGroup &group, const Exchange &exchange,
                                ArrayRef<Reduction> kinds,
                                ArrayRef<Value> values) {
  auto aligned = builder.getUnitAttr();
  if (!group.started)
    NVVM::ClusterWaitOp::create(builder, loc, aligned);
  group.started = true;
  Value blocks = getIndex(builder, loc, group.blocks);
  Value slot = arith::MulIOp::create(builder, loc, exchange.warp, blocks);
  slot = arith::AddIOp::create(builder, loc, slot, group.rank);
  slot = arith::AddIOp::create(builder, loc, slot, exchange.part);
  Value sends = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                      exchange.lane, blocks);
  scf::IfOp::create(builder, loc, sends, [&](OpBuilder &body, Location loc) {
    for (auto [value, memory] : llvm::zip(values, exchange.memories))
      storeRemote(body, loc, value, memory, slot, exchange.lane);
    scf::YieldOp::create(body, loc);
  });
  exchange.storeNeutral(builder, loc, group, kinds);
  NVVM::ClusterArriveOp::create(builder, loc, aligned);
  NVVM::ClusterWaitOp::create(builder, loc, aligned);
}

SmallVector<Value> norm::reduceOverGroup(OpBuilder &builder, Location loc,
                                         ThreadGroup &group,
                                         ArrayRef<Reduction> kinds,
                                         ValueRange values) {
  SmallVector<Value> results(values);
  emitButterfly(builder, loc, std::min(group.threads, kWarpSize), kinds,
                results);
  if (group.threads <= kWarpSize)
    return results;
  Exchange exchange(builder, loc, group, results);
  if (group.blocks > 1)
    emitClusterExchange(builder, loc, group, exchange, kinds, results);
  else
    emitExchange(builder, loc, group, exchange, kinds, results);
  exchange.load(builder, loc, kinds, results);
  emitButterfly(builder, loc, exchange.size / exchange.share, kinds, results);
  return results;
}
