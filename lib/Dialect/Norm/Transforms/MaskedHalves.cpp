//===- MaskedHalves.cpp - masked 16-bit floats as integers ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

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

namespace {
struct MaskedHalves : norm::impl::NormMaskedHalvesBase<MaskedHalves> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto load = dyn_cast<LLVM::MaskedLoadOp>(op))
        rewriteLoad(load);
      else if (auto store = dyn_cast<LLVM::MaskedStoreOp>(op))
        rewriteStore(store);
    });
  }
};
} // namespace
