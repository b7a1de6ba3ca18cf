//===- ExprTest.h - what the tests of row expressions share -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_UNIT_EXPRTEST_H
#define NORM_TEST_UNIT_EXPRTEST_H

#include "ExprParser.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringExtras.h"

#include <gtest/gtest.h>

namespace mlir::norm::raise {

/// A test whose laws are one line each: `equal("a + a", "2 * a")`.
class ExprTest : public testing::Test {
protected:
  ExprRef parse(StringRef text) { return algebra.parse(text); }

  /// Both sides are one node.
  void equal(StringRef lhs, StringRef rhs) {
    EXPECT_EQ(toString(parse(lhs)), toString(parse(rhs))) << lhs.str();
    EXPECT_EQ(parse(lhs), parse(rhs)) << lhs.str() << " = " << rhs.str();
  }
  void differ(StringRef lhs, StringRef rhs) {
    EXPECT_NE(parse(lhs), parse(rhs)) << lhs.str() << " != " << rhs.str();
  }
  /// The set of positions `names`, separated by blanks.
  uint32_t mask(StringRef names) {
    uint32_t result = 0;
    for (StringRef name : llvm::split(names, ' '))
      result |= uint32_t(1) << algebra.getPosition(name);
    return result;
  }

  MLIRContext mlirContext;
  ExprContext context{&mlirContext};
  ExprParser algebra{context, ExprParser::Mode::Algebra};
};

} // namespace mlir::norm::raise

#endif // NORM_TEST_UNIT_EXPRTEST_H
