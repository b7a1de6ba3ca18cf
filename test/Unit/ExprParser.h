//===- ExprParser.h - row expressions from text -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a law says, as text:
//   sum(j < 8, (x[i, j] + c[i])^2)
//   x[i]^(1/2), abs(a[]), max(a[], 0), round(a[]), exp(a[]), [j < 3], lit(0.1)
// i, j, k, l are the first four positions; a sum binds a position of its own.
// x[i, j] is a tensor named x; an extent is a number or a dynamic one, n.
// exp is opaque and not negative, every other unknown function f(a) opaque.
// lit(0.1) is 0.1 as an f32 literal of a program; other numbers are exact.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_UNIT_EXPRPARSER_H
#define NORM_TEST_UNIT_EXPRPARSER_H

#include "Expr/Expr.h"

#include "mlir/IR/Block.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::norm::raise {

/// Makes row expressions from text. A text that is none ends the test run.
class ExprParser {
public:
  /// How operators are read: as the solver's algebra, in which terms cancel, or
  /// as ops of a program, which keep their leaves (Expr/Cancellation.h).
  enum class Mode { Algebra, Program };

  ExprParser(ExprContext &context, Mode mode) : context(context), mode(mode) {}

  ExprRef parse(StringRef input);

  /// The position that `name` stands for.
  unsigned getPosition(StringRef name);

private:
  ExprRef parseSum();
  ExprRef parseProduct();
  ExprRef parsePower();
  ExprRef parsePrimary();
  ExprRef parseReduction();
  ExprRef parseCall(StringRef name);
  ExprRef parseBelow();
  ExprRef parseLeaf(StringRef name);
  ExprRef parseExtent();
  Rational parseExponent();
  AffineExpr parseIndex();
  AffineExpr parseIndexFactor();

  ExprRef apply(StringRef name, ArrayRef<ExprRef> operands);
  ExprRef add(ExprRef lhs, double coefficient, ExprRef rhs);
  ExprRef mul(ExprRef lhs, ExprRef rhs, Rational exponent);
  Value getTensor(StringRef name, unsigned rank);

  StringRef parseName();
  double parseNumber();
  bool consume(StringRef token);
  void expect(StringRef token);
  [[noreturn]] void fail(StringRef expected);

  ExprContext &context;
  Mode mode;
  /// Positions of sums; those in front have names of their own.
  static constexpr unsigned kFirstSummed = 4;
  unsigned nextPosition = kFirstSummed;
  StringRef text, rest;
  Block block; ///< its arguments are the tensors
  llvm::StringMap<Value> tensors;
  llvm::StringMap<unsigned> positions = {
      {"i", 0}, {"j", 1}, {"k", 2}, {"l", 3}};
};

} // namespace mlir::norm::raise

#endif // NORM_TEST_UNIT_EXPRPARSER_H
