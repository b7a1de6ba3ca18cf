//===- RowLoopTest.cpp - row loops through upstream's interfaces ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What no pass of upstream asks for. Tiling and bounds are in
// test/Dialect/Norm.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/NormOps.h"

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
