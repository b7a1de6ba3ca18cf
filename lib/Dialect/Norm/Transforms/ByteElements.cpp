//===- ByteElements.cpp - integers of less than a byte in memory ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An element of i1 takes a byte in a memref, whose other bits are 0. Upstream's
// lowering of a load or a store of it fails an assertion (LLVM 22.1) and, where
// there are none, makes one of i1, which LLVM's loop vectorizer does not take.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMBYTEELEMENTS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Whether elements of `type` are integers of less than a byte.
static bool hasNarrowElements(MemRefType type) {
  auto element = dyn_cast<IntegerType>(type.getElementType());
  return element && element.isSignless() && element.getWidth() < 8;
}

/// `memref` as one of bytes. The lowering has one type for both, so that the
/// cast folds.
static Value asBytes(OpBuilder &builder, Value memref) {
  MemRefType type = MemRefType::Builder(cast<MemRefType>(memref.getType()))
                        .setElementType(builder.getI8Type());
  return UnrealizedConversionCastOp::create(builder, memref.getLoc(), type,
                                            memref)
      .getResult(0);
}

static void loadByte(memref::LoadOp op) {
  OpBuilder builder(op);
  Value byte = memref::LoadOp::create(builder, op.getLoc(),
                                      asBytes(builder, op.getMemRef()),
                                      op.getIndices(), op.getNontemporal());
  op.replaceAllUsesWith(
      arith::TruncIOp::create(builder, op.getLoc(), op.getType(), byte)
          .getResult());
  op.erase();
}

static void storeByte(memref::StoreOp op) {
  OpBuilder builder(op);
  Value byte = arith::ExtUIOp::create(builder, op.getLoc(), builder.getI8Type(),
                                      op.getValueToStore());
  memref::StoreOp::create(builder, op.getLoc(), byte,
                          asBytes(builder, op.getMemRef()), op.getIndices(),
                          op.getNontemporal());
  op.erase();
}

namespace {
struct ByteElements : norm::impl::NormByteElementsBase<ByteElements> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto load = dyn_cast<memref::LoadOp>(op)) {
        if (hasNarrowElements(load.getMemRefType()))
          loadByte(load);
      } else if (auto store = dyn_cast<memref::StoreOp>(op)) {
        if (hasNarrowElements(store.getMemRefType()))
          storeByte(store);
      }
    });
  }
};
} // namespace
