//===- WidenSums.cpp - 16-bit sums in f32 ---------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpstreamPipeline.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// The addition that accumulates into the only output of `op`; null if `op` is
/// no plain sum of 16-bit floats over at least one dimension.
static arith::AddFOp matchShortSum(linalg::GenericOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInits() != 1 ||
      op.getNumResults() != 1)
    return nullptr;
  BlockArgument accumulator = op.getRegionOutputArgs().front();
  if (!isa<Float16Type, BFloat16Type>(accumulator.getType()) ||
      !accumulator.hasOneUse())
    return nullptr;
  auto sum = dyn_cast<arith::AddFOp>(*accumulator.user_begin());
  if (!sum || op.getBlock()->getTerminator()->getOperand(0) != sum)
    return nullptr;
  return sum;
}

/// sum in f16 or bf16 -> extf of the init, sum in f32, truncf of the result
///
/// A running sum kept in bf16 stops growing at 256 times its terms. Frameworks
/// export such sums and compute them in f32, which is what is recorded of them.
static void widen(linalg::GenericOp op, arith::AddFOp sum) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto narrowType = cast<RankedTensorType>(op.getResult(0).getType());
  Type wide = builder.getF32Type();
  RankedTensorType wideType = narrowType.clone(wide);

  op.getDpsInitsMutable()[0].set(arith::ExtFOp::create(
      builder, loc, wideType, op.getDpsInitOperand(0)->get()));
  op.getResult(0).setType(wideType);
  BlockArgument accumulator = op.getRegionOutputArgs().front();
  accumulator.setType(wide);

  builder.setInsertionPoint(sum);
  Value term = sum.getLhs() == accumulator ? sum.getRhs() : sum.getLhs();
  Value wideTerm = arith::ExtFOp::create(builder, sum.getLoc(), wide, term);
  Value wideSum =
      arith::AddFOp::create(builder, sum.getLoc(), accumulator, wideTerm);
  op.getBlock()->getTerminator()->setOperand(0, wideSum);
  sum.erase();

  builder.setInsertionPointAfter(op);
  Operation *narrowed =
      arith::TruncFOp::create(builder, loc, narrowType, op.getResult(0));
  op.getResult(0).replaceAllUsesExcept(narrowed->getResult(0), narrowed);
}

namespace {
struct WidenSums : PassWrapper<WidenSums, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(WidenSums)

  StringRef getArgument() const override { return "norm-run-widen-sums"; }
  StringRef getDescription() const override {
    return "Accumulate sums of 16-bit floats in f32";
  }

  void runOnOperation() override {
    getOperation().walk([](linalg::GenericOp op) {
      if (arith::AddFOp sum = matchShortSum(op);
          sum && op.hasPureTensorSemantics())
        widen(op, sum);
    });
  }
};
} // namespace

std::unique_ptr<Pass> run::createWidenSumsPass() {
  return std::make_unique<WidenSums>();
}
