//===- IndexMathTest.cpp - index expressions with known ranges ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/IndexMath.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/MLIRContext.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
class IndexMath : public testing::Test {
protected:
  /// d0 in [0, 4), d1 in [0, 128), d2 unknown, d3 in [0, 1).
  static int64_t extentOf(unsigned dim) {
    static constexpr int64_t kExtents[] = {4, 128, ShapedType::kDynamic, 1};
    return dim < 4 ? kExtents[dim] : ShapedType::kDynamic;
  }
  AffineExpr simplify(AffineExpr expr) { return simplifyIndex(expr, extentOf); }

  MLIRContext context;
  AffineExpr d0 = getAffineDimExpr(0, &context);
  AffineExpr d1 = getAffineDimExpr(1, &context);
  AffineExpr d2 = getAffineDimExpr(2, &context);
  AffineExpr d3 = getAffineDimExpr(3, &context);
};
} // namespace

// (128 d0 + d1) floordiv 128 = d0 since d1 < 128.
TEST_F(IndexMath, DivisionByTheExtent) {
  EXPECT_EQ(simplify((d0 * 128 + d1).floorDiv(128)), d0);
  EXPECT_EQ(simplify((d0 * 128 + d1) % 128), d1);
}

// d2 may be 128 or more.
TEST_F(IndexMath, DivisionWithAnUnknownRange) {
  EXPECT_NE(simplify((d0 * 128 + d2).floorDiv(128)), d0);
  EXPECT_NE(simplify((d0 * 128 + d2) % 128), d2);
}

// 4 d1 + d0 with d0 < 4, but not 2 d1 + d0.
TEST_F(IndexMath, DivisionByAnotherNumber) {
  EXPECT_EQ(simplify((d1 * 4 + d0).floorDiv(4)), d1);
  EXPECT_NE(simplify((d1 * 2 + d0).floorDiv(2)), d1);
}

TEST_F(IndexMath, ConstantsBesideMultiples) {
  EXPECT_EQ(simplify((d0 * 128 + 130).floorDiv(128)), d0 + 1);
  EXPECT_EQ(simplify((d0 * 128 + 130) % 128),
            getAffineConstantExpr(2, &context));
}

TEST_F(IndexMath, DimensionOfExtentOneIsZero) {
  EXPECT_EQ(simplify(d3 + d0), d0);
}

TEST_F(IndexMath, Range) {
  auto range = rangeOf(d0 * 2 + d1 + 5, extentOf);
  ASSERT_TRUE(range);
  EXPECT_EQ(*range, std::make_pair(int64_t(5), int64_t(3 * 2 + 127 + 5)));
  EXPECT_FALSE(rangeOf(d2, extentOf));
}

TEST_F(IndexMath, LinearFormIsSortedAndCollected) {
  LinearIndex linear = toLinear(d1 + d0 * 3 + d1 * 2 + 7);
  ASSERT_EQ(linear.terms.size(), 2u);
  EXPECT_EQ(linear.terms[0].atom, d0);
  EXPECT_EQ(linear.terms[1].factor, 3);
  EXPECT_EQ(linear.constant, 7);
}

TEST_F(IndexMath, DimensionsOf) {
  EXPECT_EQ(dimsOf(d0 + d2.floorDiv(3)), 0b101u);
}
