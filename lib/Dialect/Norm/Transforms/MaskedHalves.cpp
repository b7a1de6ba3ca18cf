//===- MaskedHalves.cpp - masked 16-bit floats as integers ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMMASKEDHALVES
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// The vector of i16 for a vector of f16 or bf16; null for other types.
static VectorType getIntegerType(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector || !isa<Float16Type, BFloat16Type>(vector.getElementType()))
    return nullptr;
  return cast<VectorType>(
      vector.clone(IntegerType::get(type.getContext(), 16)));
}

/// `value` as bits of type `type`.
static Value castBits(OpBuilder &builder, Location loc, Type type,
                      Value value) {
  return LLVM::BitcastOp::create(builder, loc, type, value);
}

static void rewriteLoad(LLVM::MaskedLoadOp load) {
  Type type = load.getRes().getType();
  VectorType integers = getIntegerType(type);
  if (!integers)
    return;
  OpBuilder builder(load);
  Location loc = load.getLoc();
  for (OpOperand &missing : load.getPassThruMutable())
    missing.set(castBits(builder, loc, integers, missing.get()));
  load.getRes().setType(integers);
  builder.setInsertionPointAfter(load);
  Value floats = castBits(builder, loc, type, load.getRes());
  load.getRes().replaceAllUsesExcept(floats, floats.getDefiningOp());
}

static void rewriteStore(LLVM::MaskedStoreOp store) {
  VectorType integers = getIntegerType(store.getValue().getType());
  if (!integers)
    return;
  OpBuilder builder(store);
  store.getValueMutable().assign(
      castBits(builder, store.getLoc(), integers, store.getValue()));
}

/// The one lane that a constant `mask` has, or none.
static std::optional<int64_t> getOnlyLane(Value mask) {
  DenseIntElementsAttr lanes;
  if (!matchPattern(mask, m_Constant(&lanes)))
    return std::nullopt;
  std::optional<int64_t> only;
  for (auto [lane, isOn] : llvm::enumerate(lanes.getValues<bool>())) {
    if (isOn && only)
      return std::nullopt;
    if (isOn)
      only = lane;
  }
  return only;
}

/// masked.store of one lane -> store of that element
///
/// LLVM 22 does the same for x86, but where the value is a truncation it stores
/// the element before that: four bytes for two, over the next row's first.
static void rewriteOneLane(LLVM::MaskedStoreOp store) {
  std::optional<int64_t> lane = getOnlyLane(store.getMask());
  if (!lane)
    return;
  OpBuilder builder(store);
  Location loc = store.getLoc();
  Value index = LLVM::ConstantOp::create(builder, loc, builder.getI64Type(),
                                         builder.getI64IntegerAttr(*lane));
  Value element =
      LLVM::ExtractElementOp::create(builder, loc, store.getValue(), index);
  Value pointer = store.getData();
  if (*lane != 0)
    pointer =
        LLVM::GEPOp::create(builder, loc, pointer.getType(), element.getType(),
                            pointer, ArrayRef<LLVM::GEPArg>{index});
  unsigned alignment = *lane == 0 ? store.getAlignment() : 1;
  LLVM::StoreOp::create(builder, loc, element, pointer, alignment);
  store.erase();
}

/// non-temporal store of 16-bit floats -> of 32-bit floats with the same bits
///
/// LLVM has patterns for the latter only, and stores the former plainly. The
/// fence is no instruction; it keeps LLVM from storing what was cast.
static void rewriteStreaming(LLVM::StoreOp store) {
  VectorType halves = getIntegerType(store.getValue().getType());
  if (!halves || !store.getNontemporal() || halves.getNumElements() % 2 != 0)
    return;
  OpBuilder builder(store);
  Location loc = store.getLoc();
  auto words =
      VectorType::get(halves.getNumElements() / 2, builder.getF32Type());
  auto fence = LLVM::CallIntrinsicOp::create(
      builder, loc, words, builder.getStringAttr("llvm.arithmetic.fence"),
      castBits(builder, loc, words, store.getValue()));
  store.getValueMutable().assign(fence.getResult(0));
}

namespace {
struct MaskedHalves : norm::impl::NormMaskedHalvesBase<MaskedHalves> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto load = dyn_cast<LLVM::MaskedLoadOp>(op))
        rewriteLoad(load);
      if (auto plain = dyn_cast<LLVM::StoreOp>(op))
        rewriteStreaming(plain);
      auto store = dyn_cast<LLVM::MaskedStoreOp>(op);
      if (!store)
        return;
      rewriteStore(store);
      rewriteOneLane(store);
    });
  }
};
} // namespace
