//===- FlatSum.h - row expressions multiplied out ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The normal form of a row expression keeps products of sums as they are. A
// gradient is solved as a polynomial: every product of sums is multiplied out,
// inside of row sums, too, and each row sum is one of a single product. What is
// under a root or below a division stays one atom. Example: with s = x - mu,
//   r (m - s r^2 sum(s m) / n)
// is four products:
//   r m - x r^3 sum(x m)/n + x mu r^3 sum(m)/n + mu r^3 sum(x m)/n
//       - mu^2 r^3 sum(m)/n
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_FLATSUM_H
#define NORM_LIB_RAISE_EXPR_FLATSUM_H

#include "Expr/Expr.h"

#include "llvm/ADT/MapVector.h"

namespace mlir::norm::raise {

/// A sum of coefficient * product, where no factor of a product is a sum of
/// terms to a positive power. A number is a multiple of the product 1.
class FlatSum {
public:
  using Products = llvm::MapVector<ExprRef, Coefficient>;

  FlatSum() = default;

  void add(ExprContext &context, Coefficient coefficient, ExprRef product);
  void add(ExprContext &context, Coefficient coefficient, const FlatSum &other);

  bool isZero() const { return products.empty(); }
  size_t size() const { return products.size(); }
  const Products &getProducts() const { return products; }
  /// The coefficient of `product`, 0 where there is none.
  Coefficient lookup(ExprRef product) const;
  /// One of the products of a sum that is not 0.
  ExprRef getFirst() const {
    assert(!isZero() && "0 has no products");
    return products.begin()->first;
  }

  /// The same where coefficients of 1 and -1 but for the rounding of literals
  /// are just that.
  FlatSum withExactUnits(ExprContext &context) const;

  /// The same as an expression.
  ExprRef toExpr(ExprContext &context) const;

private:
  Products products;
};

/// lhs * rhs; none where it would have too many products.
std::optional<FlatSum> multiply(ExprContext &context, const FlatSum &lhs,
                                const FlatSum &rhs);

/// `expr` multiplied out; none where that has too many products.
std::optional<FlatSum> multiplyOut(ExprContext &context, ExprRef expr);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_FLATSUM_H
