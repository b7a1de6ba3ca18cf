//===- RowLoopTest.cpp - row loops through upstream's interfaces ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What no pass of upstream asks for, and plans for machines that no option
// names. Tiling and bounds are in test/Dialect/Norm.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Rows/RowSchedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;

/// %t is x transposed; %r has a dimension of extent 1; only %g tells n.
static constexpr StringLiteral kProgram = R"(
func.func @f(%x: tensor<8x?xf32>, %t: tensor<?x?xf32>, %g: tensor<60xf32>,
             %r: tensor<?x1xf32>, %c: f32, %y: tensor<?x?xf32>)
    -> tensor<?x?xf32> {
  %0 = norm.row_loop ins(%x, %t, %g, %r, %c : tensor<8x?xf32>,
          tensor<?x?xf32>, tensor<60xf32>, tensor<?x1xf32>, f32)
      outs(%y : tensor<?x?xf32>)
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j, i)>,
              affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, 0)>,
              affine_map<(i, j) -> ()>, affine_map<(i, j) -> (i, j)>]
      dimensions = [1] {
  ^bb0(%x_i: f32, %t_i: f32, %g_i: f32, %r_i: f32, %c_i: f32):
    norm.row_yield %x_i : f32
  } -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
})";

TEST(RowLoop, IndexingMapOpInterface) {
  DialectRegistry registry;
  registry.insert<norm::NormDialect, func::FuncDialect>();
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(kProgram, &context);
  ASSERT_TRUE(module);
  norm::RowLoopOp loop;
  module->walk([&](norm::RowLoopOp op) { loop = op; });
  auto maps = cast<IndexingMapOpInterface>(loop.getOperation());

  EXPECT_EQ(maps.getIndexingMapsArray(), loop.getMaps());
  EXPECT_EQ(maps.getMatchingIndexingMap(&loop->getOpOperand(1)),
            loop.getMap(1));
  // Of the loop, what any operand tells; of operands, their own extents.
  EXPECT_EQ(maps.getStaticLoopRanges(), (SmallVector<int64_t>{8, 60}));
  EXPECT_EQ(maps.getStaticOperandShape(&loop->getOpOperand(3)),
            (SmallVector<int64_t>{ShapedType::kDynamic, 1}));
  EXPECT_TRUE(maps.getStaticOperandShape(&loop->getOpOperand(4)).empty());
  // The extents of all operands one after the other give those of the loop.
  EXPECT_EQ(maps.getLoopsToShapesMap().getNumResults(), 9u);
  EXPECT_EQ(maps.getShapesToLoopsMap().compose({8, 60, 60, 8, 60, 8, 1, 8, 60}),
            (SmallVector<int64_t>{8, 60}));
}

/// A gradient of rows of 4096, T being its type.
static constexpr StringLiteral kGradient = R"(
func.func @f(%dy: tensor<64x4096xT>, %x: tensor<64x4096xT>,
             %y: tensor<64x4096xT>, %s: tensor<4096xT>)
    -> (tensor<64x4096xT>, tensor<4096xT>) {
  %0:2 = norm.row_loop ins(%dy, %x : tensor<64x4096xT>, tensor<64x4096xT>)
      outs(%y, %s : tensor<64x4096xT>, tensor<4096xT>)
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>,
              affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>]
      accumulate = [0] dimensions = [1] {
  ^bb0(%dy_i: T, %x_i: T):
    %p = arith.mulf %dy_i, %x_i : T
    %sum = norm.row_reduce add %p : T
    %dx = arith.subf %dy_i, %sum : T
    norm.row_yield %dx, %p : T, T
  } -> tensor<64x4096xT>, tensor<4096xT>
  return %0#0, %0#1 : tensor<64x4096xT>, tensor<4096xT>
})";

/// Batches are whole groups of rows that are stored side by side, also where
/// there are fewer lanes than such rows: two of f64 in 128 bits.
TEST(RowSchedule, BatchesAreWholeGroups) {
  DialectRegistry registry;
  registry.insert<norm::NormDialect, func::FuncDialect, arith::ArithDialect>();
  MLIRContext context(registry);
  for (StringRef type : {"f32", "f64"}) {
    std::string text;
    for (char c : kGradient)
      text += c == 'T' ? type.str() : std::string(1, c);
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    ASSERT_TRUE(module);
    norm::RowLoopOp loop;
    module->walk([&](norm::RowLoopOp op) { loop = op; });
    for (unsigned bits : {128, 256, 512}) {
      norm::VectorTarget cpu;
      cpu.bits = bits;
      cpu.caches.levels = {{1, 32 << 10, 1}, {2, 1 << 20, 1}, {3, 32 << 20, 8}};
      norm::RowSchedule schedule(loop, norm::RowTarget(cpu));
      ASSERT_TRUE(schedule.getColumns()) << type.str() << bits;
      EXPECT_EQ(schedule.getBatch() % schedule.getColumns()->rows, 0)
          << type.str() << bits;
    }
  }
}
