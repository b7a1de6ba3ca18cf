//===- Print.cpp - row expressions in readable mathematics ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Expr.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Deeper parts are printed as `..`.
static constexpr unsigned kMaxPrintDepth = 24;

static void printIndices(llvm::raw_ostream &os, ArrayRef<AffineExpr> indices) {
  if (indices.empty())
    return;
  os << '[';
  llvm::interleaveComma(indices, os);
  os << ']';
}

static void printExponent(llvm::raw_ostream &os, Rational exponent) {
  if (exponent == Rational(1))
    return;
  if (exponent.isInteger() && exponent.numerator > 0)
    os << '^' << exponent.numerator;
  else if (exponent.isInteger())
    os << "^(" << exponent.numerator << ')';
  else
    os << "^(" << exponent.numerator << '/' << exponent.denominator << ')';
}

static void print(llvm::raw_ostream &os, ExprRef expr, unsigned depth);

static void printFactor(llvm::raw_ostream &os, ExprRef expr, unsigned depth) {
  bool needsParentheses =
      expr->kind == Expr::Kind::Add || expr->kind == Expr::Kind::Mul;
  if (needsParentheses)
    os << '(';
  print(os, expr, depth);
  if (needsParentheses)
    os << ')';
}

static void printSum(llvm::raw_ostream &os, ExprRef expr, unsigned depth) {
  os << "sum(";
  print(os, expr->operands.front(), depth);
  for (BoundIndex bound : expr->bounds) {
    os << ", d" << bound.dim << " < ";
    print(os, bound.extent, depth);
  }
  os << ')';
}

static void printAdd(llvm::raw_ostream &os, ExprRef expr, unsigned depth) {
  bool isFirst = true;
  for (auto [operand, coefficient] :
       llvm::zip(expr->operands, expr->coefficients)) {
    bool isNegative = coefficient.value < 0;
    os << (isFirst ? (isNegative ? "-" : "") : (isNegative ? " - " : " + "));
    double magnitude = std::abs(coefficient.value);
    if (magnitude != 1.0)
      os << llvm::format("%.9g * ", magnitude);
    printFactor(os, operand, depth);
    isFirst = false;
  }
  if (expr->constant.value != 0)
    os << llvm::format(" + %.9g", expr->constant.value);
}

static void print(llvm::raw_ostream &os, ExprRef expr, unsigned depth) {
  if (depth > kMaxPrintDepth) {
    os << "..";
    return;
  }
  ++depth;
  auto printCall = [&](StringRef name) {
    os << name << '(';
    llvm::interleaveComma(expr->operands, os,
                          [&](ExprRef operand) { print(os, operand, depth); });
    os << ')';
  };
  switch (expr->kind) {
  case Expr::Kind::Constant:
    os << llvm::format("%.9g", expr->constant.value);
    return;
  case Expr::Kind::Extent:
    os << "dim(";
    expr->value.printAsOperand(os, OpPrintingFlags());
    os << ", " << expr->number << ')';
    return;
  case Expr::Kind::Leaf:
    expr->value.printAsOperand(os, OpPrintingFlags());
    return printIndices(os, expr->indices);
  case Expr::Kind::Index:
    os << expr->indices.front();
    return;
  case Expr::Kind::Below:
    os << '[' << expr->indices.front() << " < " << expr->number << ']';
    return;
  case Expr::Kind::Add:
    return printAdd(os, expr, depth);
  case Expr::Kind::Mul:
    llvm::interleave(
        llvm::zip(expr->operands, expr->exponents), os,
        [&](auto factor) {
          printFactor(os, std::get<0>(factor), depth);
          printExponent(os, std::get<1>(factor));
        },
        " * ");
    return;
  case Expr::Kind::Sum:
    return printSum(os, expr, depth);
  case Expr::Kind::Abs:
    return printCall("abs");
  case Expr::Kind::Max:
    return printCall("max");
  case Expr::Kind::Round: {
    std::string name;
    llvm::raw_string_ostream(name) << expr->type;
    return printCall(name);
  }
  case Expr::Kind::Group:
    return printCall("");
  case Expr::Kind::Apply:
    return printCall(
        OperationName::getFromOpaquePointer(expr->name).getStringRef());
  }
}

std::string mlir::norm::raise::toString(ExprRef expr) {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, expr, 0);
  return text;
}
