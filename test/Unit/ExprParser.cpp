//===- ExprParser.cpp - row expressions from text -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExprParser.h"

#include "Expr/Cancellation.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Tokens
//===----------------------------------------------------------------------===//

void ExprParser::fail(StringRef expected) {
  llvm::report_fatal_error("expected " + Twine(expected) + " at '" + rest +
                           "' in '" + text + "'");
}

bool ExprParser::consume(StringRef token) {
  rest = rest.ltrim();
  return rest.consume_front(token);
}

void ExprParser::expect(StringRef token) {
  if (!consume(token))
    fail(token);
}

StringRef ExprParser::parseName() {
  rest = rest.ltrim();
  StringRef name = rest.take_while([](char c) { return llvm::isAlnum(c); });
  if (name.empty() || !llvm::isAlpha(name.front()))
    fail("a name");
  rest = rest.drop_front(name.size());
  return name;
}

double ExprParser::parseNumber() {
  rest = rest.ltrim();
  bool isNegative = consume("-");
  StringRef digits = rest.take_while(
      [](char c) { return llvm::isDigit(c) || c == '.' || c == 'e'; });
  if (digits.ends_with("e")) // 1e-5
    digits = rest.take_front(
        digits.size() + 1 +
        rest.drop_front(digits.size() + 1).take_while(llvm::isDigit).size());
  double number = 0;
  if (digits.empty() || digits.getAsDouble(number))
    fail("a number");
  rest = rest.drop_front(digits.size());
  return isNegative ? -number : number;
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

ExprRef ExprParser::apply(StringRef name, ArrayRef<ExprRef> operands) {
  OperationName function(("test." + name).str(), context.getContext());
  return context.apply(function.getAsOpaquePointer(), {}, {}, operands,
                       /*nonNegative=*/name == "exp");
}

ExprRef ExprParser::add(ExprRef lhs, double coefficient, ExprRef rhs) {
  Coefficient exact = Coefficient::exact(coefficient);
  if (mode == Mode::Algebra)
    return context.add({{Coefficient::exact(1), lhs}, {exact, rhs}});
  ExprRef sum = addKeepingLeaves(context, lhs, exact, rhs);
  return sum ? sum : apply(coefficient < 0 ? "sub" : "add", {lhs, rhs});
}

ExprRef ExprParser::mul(ExprRef lhs, ExprRef rhs, Rational exponent) {
  if (mode == Mode::Algebra)
    return context.mul({{lhs, 1}, {rhs, exponent}});
  ExprRef product = mulKeepingLeaves(context, lhs, rhs, exponent);
  return product ? product
                 : apply(exponent == Rational(1) ? "mul" : "div", {lhs, rhs});
}

ExprRef ExprParser::parseSum() {
  ExprRef result = parseProduct();
  for (;;) {
    if (consume("+"))
      result = add(result, 1, parseProduct());
    else if (consume("-"))
      result = add(result, -1, parseProduct());
    else
      return result;
  }
}

ExprRef ExprParser::parseProduct() {
  ExprRef result = parsePower();
  for (;;) {
    if (consume("*"))
      result = mul(result, parsePower(), 1);
    else if (consume("/"))
      result = mul(result, parsePower(), -1);
    else
      return result;
  }
}

Rational ExprParser::parseExponent() {
  if (!consume("("))
    return Rational(int64_t(parseNumber()));
  int64_t numerator = int64_t(parseNumber());
  int64_t denominator = consume("/") ? int64_t(parseNumber()) : 1;
  expect(")");
  return Rational(numerator, denominator);
}

ExprRef ExprParser::parsePower() {
  if (consume("-"))
    return context.scale(Coefficient::exact(-1), parsePower());
  ExprRef base = parsePrimary();
  return consume("^") ? context.pow(base, parseExponent()) : base;
}

//===----------------------------------------------------------------------===//
// Atoms, sums and functions
//===----------------------------------------------------------------------===//

unsigned ExprParser::getPosition(StringRef name) {
  auto found = positions.find(name);
  if (found == positions.end())
    fail("the name of a position");
  return found->second;
}

Value ExprParser::getTensor(StringRef name, unsigned rank) {
  Value &tensor = tensors[name];
  if (!tensor) {
    SmallVector<int64_t> shape(rank, ShapedType::kDynamic);
    MLIRContext *owner = context.getContext();
    tensor =
        block.addArgument(RankedTensorType::get(shape, Float32Type::get(owner)),
                          UnknownLoc::get(owner));
  }
  return tensor;
}

ExprRef ExprParser::parseExtent() {
  rest = rest.ltrim();
  if (!rest.empty() && llvm::isDigit(rest.front()))
    return context.constant(parseNumber());
  return context.extent(getTensor(parseName(), 1), 0);
}

AffineExpr ExprParser::parseIndexFactor() {
  rest = rest.ltrim();
  if (llvm::isDigit(rest.front()))
    return getAffineConstantExpr(int64_t(parseNumber()), context.getContext());
  if (consume("(")) {
    AffineExpr inner = parseIndex();
    expect(")");
    return inner;
  }
  return context.dim(getPosition(parseName()));
}

AffineExpr ExprParser::parseIndex() {
  auto parseTerm = [&] {
    AffineExpr term = parseIndexFactor();
    for (;;) {
      if (consume("*"))
        term = term * parseIndexFactor();
      else if (consume("floordiv"))
        term = term.floorDiv(parseIndexFactor());
      else if (consume("mod"))
        term = term % parseIndexFactor();
      else
        return term;
    }
  };
  AffineExpr sum = parseTerm();
  while (consume("+"))
    sum = sum + parseTerm();
  return sum;
}

ExprRef ExprParser::parseLeaf(StringRef name) {
  SmallVector<AffineExpr> indices;
  while (!consume("]")) {
    indices.push_back(parseIndex());
    consume(",");
  }
  return context.leaf(getTensor(name, indices.size()), indices);
}

/// sum(j < 8, k < n, body)
ExprRef ExprParser::parseReduction() {
  SmallVector<unsigned> dims;
  SmallVector<ExprRef> extents;
  SmallVector<std::pair<StringRef, std::optional<unsigned>>> shadowed;
  for (;;) {
    StringRef before = rest;
    rest = rest.ltrim();
    StringRef name = rest.take_while([](char c) { return llvm::isAlnum(c); });
    rest = rest.drop_front(name.size());
    if (name.empty() || !consume("<")) {
      rest = before;
      break;
    }
    extents.push_back(parseExtent());
    expect(",");
    auto found = positions.find(name);
    shadowed.push_back({name, found == positions.end()
                                  ? std::nullopt
                                  : std::optional<unsigned>(found->second)});
    dims.push_back(nextPosition++);
    positions[name] = dims.back();
  }
  ExprRef body = parseSum();
  expect(")");
  for (auto [name, position] : llvm::reverse(shadowed)) {
    positions.erase(name);
    if (position)
      positions[name] = *position;
  }
  return context.sum(body, dims, extents);
}

/// [j < 3]
ExprRef ExprParser::parseBelow() {
  AffineExpr index = parseIndex();
  expect("<");
  int64_t bound = int64_t(parseNumber());
  expect("]");
  return context.below(index, bound);
}

ExprRef ExprParser::parseCall(StringRef name) {
  if (name == "sum")
    return parseReduction();
  if (name == "lit") {
    float number = float(parseNumber());
    expect(")");
    return context.constant(Coefficient::literal(APFloat(number)));
  }
  SmallVector<ExprRef> operands;
  do {
    operands.push_back(parseSum());
  } while (consume(","));
  expect(")");
  if (name == "abs")
    return context.abs(operands[0]);
  if (name == "max")
    return context.max(operands[0], operands[1]);
  if (name == "round")
    return context.round(operands[0], BFloat16Type::get(context.getContext()));
  return apply(name, operands);
}

ExprRef ExprParser::parsePrimary() {
  rest = rest.ltrim();
  if (consume("(")) {
    ExprRef inner = parseSum();
    expect(")");
    return inner;
  }
  if (consume("["))
    return parseBelow();
  if (rest.empty())
    fail("an expression");
  if (llvm::isDigit(rest.front()))
    return context.constant(parseNumber());
  StringRef name = parseName();
  if (consume("["))
    return parseLeaf(name);
  if (consume("("))
    return parseCall(name);
  return context.extent(getTensor(name, 1), 0);
}

ExprRef ExprParser::parse(StringRef input) {
  text = rest = input;
  nextPosition = kFirstSummed;
  ExprRef result = parseSum();
  rest = rest.ltrim();
  if (!rest.empty())
    fail("the end");
  return result;
}
