//===- SharedPart.cpp - a thread's part of a row in shared memory ---------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GPU/SharedPart.h"

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

SharedPart::SharedPart(OpBuilder &builder, RowLoopOp loop,
                       const RowStrategy &strategy, const ThreadGroup &group)
    : loop(loop), loc(loop.getLoc()), strategy(strategy), thread(group.thread) {
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
    memory.push_back(castToNumber(builder, view));
    start += size * llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  }
}

/// Where the thread keeps chunk number `number` of those from `base` on.
Value SharedPart::getPlace(OpBuilder &builder, Value base,
                           int64_t number) const {
  Value start = arith::DivUIOp::create(builder, loc, base,
                                       getIndex(builder, loc, strategy.blocks));
  Value inStep = arith::MulIOp::create(builder, loc, thread,
                                       getIndex(builder, loc, strategy.lanes));
  Value before =
      getIndex(builder, loc, number * strategy.lanes * strategy.threads);
  Value place = arith::AddIOp::create(builder, loc, start, inStep);
  return arith::AddIOp::create(builder, loc, place, before);
}

SmallVector<Value> SharedPart::load(OpBuilder &builder, Value base,
                                    ArrayRef<ChunkValues> chunks) const {
  SmallVector<Value> vectors;
  for (auto [number, values] : llvm::enumerate(chunks))
    for (Value kept : memory) {
      auto type = VectorType::get(
          strategy.lanes, cast<MemRefType>(kept.getType()).getElementType());
      Value place = getPlace(builder, base, number);
      auto loadOne = [&](OpBuilder &body) -> Value {
        return vector::LoadOp::create(body, loc, type, kept, place,
                                      /*nontemporal=*/false,
                                      getSharedAlignment(type));
      };
      if (!values.chunk.exists) {
        vectors.push_back(loadOne(builder));
        continue;
      }
      auto guarded = scf::IfOp::create(
          builder, loc, values.chunk.exists,
          [&](OpBuilder &body, Location loc) {
            scf::YieldOp::create(body, loc, loadOne(body));
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

void SharedPart::store(OpBuilder &builder, Value base,
                       MutableArrayRef<ChunkValues> chunks) {
  for (auto [number, values] : llvm::enumerate(chunks))
    for (auto [input, kept] : llvm::zip(strategy.sharedInputs, memory)) {
      Value vector = values.vectors.lookup(loop.getBlock()->getArgument(input));
      Value place = getPlace(builder, base, number);
      auto storeOne = [&](OpBuilder &body) {
        vector::StoreOp::create(
            body, loc, vector, kept, place, /*nontemporal=*/false,
            getSharedAlignment(cast<VectorType>(vector.getType())));
      };
      if (!values.chunk.exists) {
        storeOne(builder);
        continue;
      }
      scf::IfOp::create(builder, loc, values.chunk.exists,
                        [&](OpBuilder &body, Location loc) {
                          storeOne(body);
                          scf::YieldOp::create(body, loc);
                        });
    }
}

void SharedPart::fetch(OpBuilder &builder, const RowBody &row, Value base,
                       MutableArrayRef<ChunkValues> chunks) {
  if (memory.empty())
    return;
  Value kept =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, base,
                            getIndex(builder, loc, strategy.getSharedLength()));
  auto loadAll = [&](OpBuilder &body) {
    SmallVector<Value> vectors;
    for (ChunkValues &values : chunks)
      for (unsigned input : strategy.sharedInputs)
        vectors.push_back(row.getInput(input)
                              .at(row.getRowIndices())
                              .load(body, values.chunk));
    return vectors;
  };
  SmallVector<Value> vectors;
  if (filled) {
    auto either = scf::IfOp::create(
        builder, loc, kept,
        [&](OpBuilder &body, Location loc) {
          scf::YieldOp::create(body, loc, load(body, base, chunks));
        },
        [&](OpBuilder &body, Location loc) {
          scf::YieldOp::create(body, loc, loadAll(body));
        });
    vectors = llvm::to_vector_of<Value>(either.getResults());
  } else {
    vectors = loadAll(builder);
  }
  auto *next = vectors.begin();
  for (ChunkValues &values : chunks)
    for (unsigned input : strategy.sharedInputs)
      values.vectors[loop.getBlock()->getArgument(input)] = *next++;
  if (!filled)
    scf::IfOp::create(builder, loc, kept, [&](OpBuilder &body, Location loc) {
      store(body, base, chunks);
      scf::YieldOp::create(body, loc);
    });
}
