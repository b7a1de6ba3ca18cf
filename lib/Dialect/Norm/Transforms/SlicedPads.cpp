//===- SlicedPads.cpp - padding by negative amounts -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Along a dimension of n elements, `tensor.pad` by `low` and `high` makes
// m = n + low + high:
//
//   result[i] = source[i - low]   where 0 <= i - low < n
//             = the padding       elsewhere
//
// A negative amount takes elements away. Upstream's bufferization copies all n
// into the m, and writes past them; its folder takes low = -1, high = 1 for no
// padding, as source and result have one type (LLVM 22.1). What is left of the
// source is a slice, and the result is padded to m around it:
//
//   begin = max(0, min(-low, n - 1))
//   size  = max(0, min(n, n + high) - max(0, -low))
//   low'  = max(0, min(low, m - 1))
//   high' = m - low' - size
//
// Example: n = 5, low = -2 and high = 3 leave 3 elements from 2 on, padded by 0
// and 3. Where nothing is left, as of n = 2, low = -4 and high = 5, begin and
// low' stay inside, as verifiers want first elements that exist. Of what is
// known to be empty there is no slice: `tensor.generate` makes the padding.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMSLICEDPADS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Whether `amount` is negative, or may be at run time.
static bool mayCut(OpFoldResult amount) {
  std::optional<int64_t> number = getConstantIntValue(amount);
  return !number || *number < 0;
}

namespace {
/// What is left of one dimension of a source, how it is padded, and to what
/// extent.
struct PaddedSlice {
  OpFoldResult begin, size, low, high, padded;
};

/// Numbers of indices, folded where they are known.
class IndexArithmetic {
public:
  IndexArithmetic(OpBuilder &builder, Location loc)
      : builder(builder), loc(loc) {}

  PaddedSlice slice(OpFoldResult extent, OpFoldResult low, OpFoldResult high) {
    MLIRContext *context = builder.getContext();
    AffineExpr a, b, c, zero = getAffineConstantExpr(0, context);
    bindSymbols(context, a, b, c);
    OpFoldResult padded = apply(a + b + c, {extent, low, high});
    OpFoldResult begin = max({zero, a}, {min({-a, b - 1}, {low, extent})});
    OpFoldResult size = max({zero, a - b}, {min({a, a + b}, {extent, high}),
                                            max({zero, -a}, {low})});
    OpFoldResult left = max({zero, a}, {min({a, b - 1}, {low, padded})});
    return {begin, size, left, apply(a - b - c, {padded, left, size}), padded};
  }

private:
  OpFoldResult apply(AffineExpr result, ArrayRef<OpFoldResult> symbols) {
    return affine::makeComposedFoldedAffineApply(builder, loc, result, symbols);
  }
  OpFoldResult min(ArrayRef<AffineExpr> of, ArrayRef<OpFoldResult> symbols) {
    return affine::makeComposedFoldedAffineMin(builder, loc, map(of, symbols),
                                               symbols);
  }
  OpFoldResult max(ArrayRef<AffineExpr> of, ArrayRef<OpFoldResult> symbols) {
    return affine::makeComposedFoldedAffineMax(builder, loc, map(of, symbols),
                                               symbols);
  }
  AffineMap map(ArrayRef<AffineExpr> of, ArrayRef<OpFoldResult> symbols) {
    return AffineMap::get(0, symbols.size(), of, builder.getContext());
  }

  OpBuilder &builder;
  Location loc;
};
} // namespace

/// `op` with amounts that are zero and more, of a slice of its source.
static void sliceSource(tensor::PadOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  IndexArithmetic indices(builder, loc);
  SmallVector<OpFoldResult> begins, sizes, lows, highs;
  SmallVector<Value> unknownExtents;
  for (auto [dim, extent, low, high] :
       llvm::enumerate(tensor::getMixedSizes(builder, loc, op.getSource()),
                       op.getMixedLowPad(), op.getMixedHighPad())) {
    PaddedSlice slice = indices.slice(extent, low, high);
    begins.push_back(slice.begin);
    sizes.push_back(slice.size);
    lows.push_back(slice.low);
    highs.push_back(slice.high);
    if (op.getType().isDynamicDim(dim))
      unknownExtents.push_back(
          getValueOrCreateConstantIndexOp(builder, loc, slice.padded));
  }
  Operation *padded;
  if (llvm::any_of(sizes, isZeroInteger)) {
    padded =
        tensor::GenerateOp::create(builder, loc, op.getType(), unknownExtents);
  } else {
    SmallVector<OpFoldResult> ones(sizes.size(), builder.getIndexAttr(1));
    Value left = tensor::ExtractSliceOp::create(builder, loc, op.getSource(),
                                                begins, sizes, ones);
    padded = tensor::PadOp::create(builder, loc, op.getType(), left, lows,
                                   highs, op.getNofold());
  }
  padded->getRegion(0).takeBody(op.getRegion());
  op.replaceAllUsesWith(padded->getResult(0));
  op.erase();
}

namespace {
struct SlicedPads : norm::impl::NormSlicedPadsBase<SlicedPads> {
  void runOnOperation() override {
    getOperation()->walk([](tensor::PadOp op) {
      if (llvm::any_of(op.getMixedLowPad(), mayCut) ||
          llvm::any_of(op.getMixedHighPad(), mayCut))
        sliceSource(op);
    });
  }
};
} // namespace
