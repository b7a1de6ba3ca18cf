//===- ThreadShared.cpp - a thread's part of a row in shared memory -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first sweep over a row that registers do not hold keeps leading chunks in
// shared memory, where later sweeps find them. A thread reads what it wrote
// itself: there is no barrier.
//
//===----------------------------------------------------------------------===//

#include "ThreadKernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Chunks follow each other from an address on that is a multiple of 16.
static llvm::MaybeAlign getSharedAlignment(VectorType type) {
  int64_t bytes = type.getNumElements() * type.getElementTypeBitWidth() / 8;
  return llvm::Align(std::min<int64_t>(16, bytes & -bytes));
}

/// Views of the dynamic shared memory, one behind the other.
void ThreadKernel::allocateShared(OpBuilder &builder) {
  if (strategy.sharedInputs.empty())
    return;
  auto space = gpu::AddressSpaceAttr::get(
      builder.getContext(), gpu::GPUDialect::getWorkgroupAddressSpace());
  auto type = [&](int64_t size, Type element) {
    return MemRefType::get(size, element, MemRefLayoutAttrInterface(), space);
  };
  Value bytes = gpu::DynamicSharedMemoryOp::create(
      builder, loc, type(ShapedType::kDynamic, builder.getI8Type()));
  int64_t size = strategy.getSharedLength() / strategy.blocks, start = 0;
  for (unsigned input : strategy.sharedInputs) {
    Type element = loop.getBlock()->getArgument(input).getType();
    Value view =
        memref::ViewOp::create(builder, loc, type(size, element), bytes,
                               getIndex(builder, loc, start), ValueRange());
    shared.push_back(castToNumber(builder, view));
    start += size * llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  }
}

/// Where the thread keeps chunk number `i` of those from `base` on.
static Value getPlace(OpBuilder &builder, Location loc,
                      const RowStrategy &strategy, Value thread, Value base,
                      int64_t i) {
  Value start = arith::DivUIOp::create(builder, loc, base,
                                       getIndex(builder, loc, strategy.blocks));
  Value inStep = arith::MulIOp::create(builder, loc, thread,
                                       getIndex(builder, loc, strategy.lanes));
  Value before = getIndex(builder, loc, i * strategy.lanes * strategy.threads);
  Value place = arith::AddIOp::create(builder, loc, start, inStep);
  return arith::AddIOp::create(builder, loc, place, before);
}

SmallVector<Value> ThreadKernel::loadShared(OpBuilder &builder, Value base,
                                            ArrayRef<ChunkValues> chunks) {
  SmallVector<Value> vectors;
  for (auto [number, values] : llvm::enumerate(chunks))
    for (Value memory : shared) {
      auto type = VectorType::get(
          strategy.lanes, cast<MemRefType>(memory.getType()).getElementType());
      Value place =
          getPlace(builder, loc, strategy, group.thread, base, number);
      auto load = [&](OpBuilder &body) -> Value {
        return vector::LoadOp::create(body, loc, type, memory, place,
                                      /*nontemporal=*/false,
                                      getSharedAlignment(type));
      };
      if (!values.chunk.exists) {
        vectors.push_back(load(builder));
        continue;
      }
      auto guarded = scf::IfOp::create(
          builder, loc, values.chunk.exists,
          [&](OpBuilder &body, Location loc) {
            scf::YieldOp::create(body, loc, load(body));
          },
          [&](OpBuilder &body, Location loc) {
            Value zeros =
                arith::ConstantOp::create(body, loc, body.getZeroAttr(type));
            scf::YieldOp::create(body, loc, zeros);
          });
      vectors.push_back(guarded.getResult(0));
    }
  return vectors;
}

void ThreadKernel::storeShared(OpBuilder &builder, Value base,
                               MutableArrayRef<ChunkValues> chunks) {
  for (auto [number, values] : llvm::enumerate(chunks))
    for (auto [input, memory] : llvm::zip(strategy.sharedInputs, shared)) {
      Value vector = values.vectors.lookup(loop.getBlock()->getArgument(input));
      Value place =
          getPlace(builder, loc, strategy, group.thread, base, number);
      auto store = [&](OpBuilder &body) {
        vector::StoreOp::create(
            body, loc, vector, memory, place, /*nontemporal=*/false,
            getSharedAlignment(cast<VectorType>(vector.getType())));
      };
      if (!values.chunk.exists) {
        store(builder);
        continue;
      }
      scf::IfOp::create(builder, loc, values.chunk.exists,
                        [&](OpBuilder &body, Location loc) {
                          store(body);
                          scf::YieldOp::create(body, loc);
                        });
    }
}

/// Gives the chunks from `base` on what shared memory has of them, or has it
/// keep what they load. All of them lie before the end of what is kept, or
/// none.
void ThreadKernel::fetch(OpBuilder &builder, Value base,
                         MutableArrayRef<ChunkValues> chunks) {
  if (shared.empty())
    return;
  Value kept =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, base,
                            getIndex(builder, loc, strategy.getSharedLength()));
  auto load = [&](OpBuilder &body) {
    SmallVector<Value> vectors;
    for (ChunkValues &values : chunks)
      for (unsigned input : strategy.sharedInputs)
        vectors.push_back(
            this->body.getInput(input).at(rowIndices).load(body, values.chunk));
    return vectors;
  };
  SmallVector<Value> vectors;
  if (sharedFilled) {
    auto either = scf::IfOp::create(
        builder, loc, kept,
        [&](OpBuilder &body, Location loc) {
          scf::YieldOp::create(body, loc, loadShared(body, base, chunks));
        },
        [&](OpBuilder &body, Location loc) {
          scf::YieldOp::create(body, loc, load(body));
        });
    vectors = llvm::to_vector_of<Value>(either.getResults());
  } else {
    vectors = load(builder);
  }
  auto next = vectors.begin();
  for (ChunkValues &values : chunks)
    for (unsigned input : strategy.sharedInputs)
      values.vectors[loop.getBlock()->getArgument(input)] = *next++;
  if (!sharedFilled)
    scf::IfOp::create(builder, loc, kept, [&](OpBuilder &body, Location loc) {
      storeShared(body, base, chunks);
      scf::YieldOp::create(body, loc);
    });
}
