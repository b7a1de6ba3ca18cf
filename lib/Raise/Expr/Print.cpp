//===- Print.cpp - row expressions in readable mathematics ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The root of an rmsnorm of 64 elements prints as
//   8 * (%x[d0, d1] * (sum(%x[d0, d32]^2, d32 < 64) + 0.00064)^(-1/2))
// A node that occurs often is printed often, so that the text may be much
// longer than the expression: it is bounded, and ends with `..`.
//
//===----------------------------------------------------------------------===//

#include "Expr/Expr.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::norm::raise;

static void printIndices(llvm::raw_ostream &os, ArrayRef<AffineExpr> indices) {
  if (indices.empty())
    return;
  os << '[';
  llvm::interleaveComma(indices, os);
  os << ']';
}

/// A name that takes no walk over the program to find: `%arg0`, or the op and a
/// number, `%linalg.generic:7`.
static void printValue(llvm::raw_ostream &os, Value value, int64_t number) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    os << "%arg" << argument.getArgNumber();
  else
    os << '%' << value.getDefiningOp()->getName() << ':' << number;
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

namespace {
/// Prints one expression, as far as the limits go.
class Printer {
public:
  explicit Printer(llvm::raw_ostream &os) : os(os) {}
  void print(ExprRef expr, unsigned depth);

private:
  void printFactor(ExprRef expr, unsigned depth);
  void printSum(ExprRef expr, unsigned depth);
  void printAdd(ExprRef expr, unsigned depth);
  void printMul(ExprRef expr, unsigned depth);
  void printCall(StringRef name, ExprRef expr, unsigned depth);

  llvm::raw_ostream &os;
  unsigned numPrinted = 0;
};
} // namespace

void Printer::printFactor(ExprRef expr, unsigned depth) {
  bool needsParentheses =
      expr->kind == Expr::Kind::Add || expr->kind == Expr::Kind::Mul;
  if (needsParentheses)
    os << '(';
  print(expr, depth);
  if (needsParentheses)
    os << ')';
}

void Printer::printSum(ExprRef expr, unsigned depth) {
  os << "sum(";
  print(expr->operands.front(), depth);
  for (BoundIndex bound : expr->bounds) {
    os << ", d" << bound.dim << " < ";
    print(bound.extent, depth);
  }
  os << ')';
}

void Printer::printAdd(ExprRef expr, unsigned depth) {
  bool isFirst = true;
  for (auto [operand, coefficient] :
       llvm::zip(expr->operands, expr->coefficients)) {
    bool isNegative = coefficient.value < 0;
    os << (isFirst ? (isNegative ? "-" : "") : (isNegative ? " - " : " + "));
    double magnitude = std::abs(coefficient.value);
    if (magnitude != 1.0)
      os << llvm::format("%.9g * ", magnitude);
    printFactor(operand, depth);
    isFirst = false;
  }
  if (expr->constant.value != 0)
    os << llvm::format(" + %.9g", expr->constant.value);
}

void Printer::printMul(ExprRef expr, unsigned depth) {
  llvm::interleave(
      llvm::zip(expr->operands, expr->exponents), os,
      [&](auto factor) {
        printFactor(std::get<0>(factor), depth);
        printExponent(os, std::get<1>(factor));
      },
      " * ");
}

void Printer::printCall(StringRef name, ExprRef expr, unsigned depth) {
  os << name << '(';
  llvm::interleaveComma(expr->operands, os,
                        [&](ExprRef operand) { print(operand, depth); });
  os << ')';
}

void Printer::print(ExprRef expr, unsigned depth) {
  if (depth > kMaxPrintDepth || numPrinted++ >= kMaxPrintedNodes) {
    os << "..";
    return;
  }
  ++depth;
  switch (expr->kind) {
  case Expr::Kind::Constant:
    os << llvm::format("%.9g", expr->constant.value);
    return;
  case Expr::Kind::Extent:
    os << "dim(";
    printValue(os, expr->value, 0);
    os << ", " << expr->number << ')';
    return;
  case Expr::Kind::Leaf:
    printValue(os, expr->value, expr->number);
    return printIndices(os, expr->indices);
  case Expr::Kind::Index:
    os << expr->indices.front();
    return;
  case Expr::Kind::Below:
    os << '[' << expr->indices.front() << " < " << expr->number << ']';
    return;
  case Expr::Kind::Add:
    return printAdd(expr, depth);
  case Expr::Kind::Mul:
    return printMul(expr, depth);
  case Expr::Kind::Sum:
    return printSum(expr, depth);
  case Expr::Kind::Abs:
    return printCall("abs", expr, depth);
  case Expr::Kind::Max:
    return printCall("max", expr, depth);
  case Expr::Kind::Round: {
    std::string name;
    llvm::raw_string_ostream(name) << expr->type;
    return printCall(name, expr, depth);
  }
  case Expr::Kind::Cut:
    return printCall("cut", expr, depth);
  case Expr::Kind::Group:
    return printCall("", expr, depth);
  case Expr::Kind::Apply:
    return printCall(
        OperationName::getFromOpaquePointer(expr->name).getStringRef(), expr,
        depth);
  }
}

std::string mlir::norm::raise::toString(ExprRef expr) {
  std::string text;
  llvm::raw_string_ostream os(text);
  Printer(os).print(expr, 0);
  return text;
}
