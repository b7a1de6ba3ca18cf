//===- PolynomialTest.cpp - linear forms, expansion, unification ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the solver takes expressions apart with. The laws by which they are made
// are in docs/Laws.md, which LawsTest.cpp runs.
//
//===----------------------------------------------------------------------===//

#include "Expr/Polynomial.h"
#include "Expr/Expansion.h"
#include "Expr/Unify.h"
#include "ExprTest.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
class Polynomial : public ExprTest {
protected:
  /// expr = slope * unknown + rest.
  void linear(StringRef expr, StringRef unknown, StringRef slope,
              StringRef rest) {
    LinearForm form = linearIn(context, parse(expr), parse(unknown));
    EXPECT_EQ(form.slope, parse(slope)) << toString(form.slope);
    EXPECT_EQ(form.rest, parse(rest)) << toString(form.rest);
  }
  /// expr = factor * varying + rest by the position j.
  void affine(StringRef expr, StringRef factor, StringRef varying,
              StringRef rest) {
    AffineForm form = toAffine(context, parse(expr), mask("j"));
    EXPECT_EQ(form.factor, parse(factor)) << toString(form.factor);
    EXPECT_EQ(form.varying, parse(varying)) << toString(form.varying);
    EXPECT_EQ(form.rest, parse(rest)) << toString(form.rest);
  }
  /// The monomials of expr by the position j, `factor : varying` each.
  void expands(StringRef expr, ArrayRef<StringRef> monomials) {
    std::optional<Expansion> expansion =
        expand(context, parse(expr), mask("j"));
    ASSERT_TRUE(expansion);
    ASSERT_EQ(expansion->size(), monomials.size()) << expr.str();
    for (StringRef monomial : monomials) {
      auto [factor, varying] = monomial.split(':');
      EXPECT_TRUE(llvm::any_of(*expansion, [&](const Monomial &found) {
        return found.factor == parse(factor) && found.varying == parse(varying);
      })) << monomial.str();
    }
  }
};
} // namespace

TEST_F(Polynomial, LinearInALeaf) {
  linear("3 * x[i, j] * g[j] + b[j]", "x[i, j]", "3 * g[j]", "b[j]");
  linear("(x[i, j] + c[i]) * g[j]", "x[i, j]", "g[j]", "c[i] * g[j]");
}

TEST_F(Polynomial, NotLinear) {
  linear("x[i, j]^2 + b[j]", "x[i, j]", "0", "x[i, j]^2 + b[j]");
  linear("exp(x[i, j])", "x[i, j]", "0", "exp(x[i, j])");
}

// A sum is taken as a whole, with its number.
TEST_F(Polynomial, LinearInASum) {
  linear("2 * a[i] + 2 * b[i] + c[i]", "a[i] + b[i]", "2", "c[i]");
  linear("2 * a[i] + 6", "a[i] + 3", "2", "0");
  linear("2 * a[i] + 5", "a[i] + 3", "0", "2 * a[i] + 5");
  linear("2 * a[i] + 3 * b[i]", "a[i] + b[i]", "0", "2 * a[i] + 3 * b[i]");
}

// (x + z) r - z r is not x r: z may be infinite.
TEST_F(Polynomial, SlopesDoNotCancel) {
  linear("(x[i, j] + z[i, j]) * r[i] - z[i, j] * r[i]", "r[i]", "0",
         "(x[i, j] + z[i, j]) * r[i] - z[i, j] * r[i]");
  linear("(x[i, j] + 8) * r[i] - 8 * r[i]", "r[i]", "0",
         "(x[i, j] + 8) * r[i] - 8 * r[i]");
}

TEST_F(Polynomial, DivisionWithoutRest) {
  EXPECT_EQ(divideExactly(context, parse("2 * a[i] * g[j] + b[i] * g[j]"),
                          parse("g[j]")),
            parse("2 * a[i] + b[i]"));
  EXPECT_EQ(divideExactly(context, parse("a[i] * g[j] + b[i]"), parse("g[j]")),
            nullptr);
}

TEST_F(Polynomial, Distribution) {
  EXPECT_EQ(distribute(context, parse("g[j]"), parse("a[i] + 3")),
            parse("a[i] * g[j] + 3 * g[j]"));
}

// The mean is taken off the row, a number of the row stays with it.
TEST_F(Polynomial, AffineForm) {
  affine("x[i, j] - sum(l < 8, x[i, l]) / 8", "1", "x[i, j]",
         "-sum(l < 8, x[i, l]) / 8");
  affine("2 * x[i, j] + 2 * c[i]", "2", "x[i, j] + c[i]", "0");
  affine("x[i, j] + 1", "1", "x[i, j] + 1", "0");
  affine("c[i]", "0", "1", "c[i]");
  affine("s[i] * x[i, j] + s[i] * y[i, j]", "s[i]", "x[i, j] + y[i, j]", "0");
}

TEST_F(Polynomial, ExpansionOfASquare) {
  expands("(x[i, j] - sum(l < 8, x[i, l]))^2",
          {"1 : x[i, j]^2", "-2 * sum(l < 8, x[i, l]) : x[i, j]",
           "sum(l < 8, x[i, l])^2 : 1"});
  expands("(x[i, j] + c[i])^2", {"1 : (x[i, j] + c[i])^2"});
}

TEST_F(Polynomial, LinearTermsStayTogether) {
  expands("x[i, j] + c[i] + y[i, j]", {"1 : x[i, j] + y[i, j] + c[i]"});
  expands("x[i, j]^2 + c[i]", {"1 : x[i, j]^2", "c[i] : 1"});
}

// More than kMaxPower.
TEST_F(Polynomial, HighPowersAreNotExpanded) {
  expands("(x[i, j] - sum(l < 8, x[i, l]))^5",
          {"1 : (x[i, j] - sum(l < 8, x[i, l]))^5"});
}

//===----------------------------------------------------------------------===//
// Unification and substitution
//===----------------------------------------------------------------------===//

namespace {
class Unify : public ExprTest {
protected:
  /// expr, over i and j, is target where i and j are `indices`.
  void unifies(StringRef expr, StringRef target, ArrayRef<AffineExpr> indices) {
    auto found = unify(context, parse(expr), 2, parse(target), extents);
    ASSERT_TRUE(found) << expr.str();
    EXPECT_EQ(ArrayRef<AffineExpr>(*found), indices);
  }
  void doesNotUnify(StringRef expr, StringRef target) {
    EXPECT_FALSE(unify(context, parse(expr), 2, parse(target), extents))
        << expr.str();
  }
  AffineExpr d(unsigned number) { return context.dim(number); }
  AffineExpr zero() { return getAffineConstantExpr(0, &mlirContext); }

  SmallVector<int64_t> extents = {4, 8, 16};
};
} // namespace

TEST_F(Unify, TransposedPositions) {
  unifies("x[i, j]", "x[j, i]", {d(1), d(0)});
  unifies("x[i, j] * g[j]", "x[k, i] * g[i]", {d(2), d(0)});
}

TEST_F(Unify, PositionsThatDoNotMatterAreZero) {
  unifies("c[i]", "c[j]", {d(1), zero()});
}

TEST_F(Unify, NeedsOneAssignment) {
  doesNotUnify("x[i, i]", "x[i, j]");
  doesNotUnify("x[i, j] * g[j]", "x[i, j] * g[i]");
  doesNotUnify("x[i, j]", "y[i, j]");
  doesNotUnify("x[i, j]", "2 * x[i, j]");
}

TEST_F(Unify, ThroughSums) {
  unifies("sum(l < 8, x[i, l])", "sum(l < 8, x[k, l])", {d(2), zero()});
  doesNotUnify("sum(l < 8, x[i, l])", "sum(l < 7, x[k, l])");
}

TEST_F(Unify, SubstitutionKeepsTheNormalForm) {
  ExprRef expr = parse("(x[i, j] + x[j, i])^2 / sum(l < 8, x[i, l])");
  EXPECT_EQ(context.substitute(expr, {d(1), d(0)}, {8, 8}),
            parse("(x[i, j] + x[j, i])^2 / sum(l < 8, x[j, l])"));
  // Two leaves become one, and their coefficients add up.
  EXPECT_EQ(
      context.substitute(parse("x[i, j] + x[j, i]"), {d(0), d(0)}, {8, 8}),
      parse("2 * x[i, i]"));
}

TEST_F(Unify, SubstitutionKnowsExtentOne) {
  EXPECT_EQ(context.substitute(parse("x[i, j]"), {d(0), d(1)}, {1, 8}),
            context.leaf(parse("x[i, j]")->value, {zero(), d(1)}));
}
