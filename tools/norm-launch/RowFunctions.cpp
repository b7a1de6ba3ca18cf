//===- RowFunctions.cpp - what is in the body of a row loop ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowFunctions.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

using namespace launch;

static double maximum(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? NAN : std::max(a, b);
}

static double minimum(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? NAN : std::min(a, b);
}

static std::int64_t toInteger(double a) { return static_cast<std::int64_t>(a); }

#define NORM_OP(name, result)                                                  \
  {name, [](double a, double b, double c) -> double {                          \
     static_cast<void>(a), static_cast<void>(b), static_cast<void>(c);         \
     return result;                                                            \
   }}

/// Ops that depend on their operands alone.
static const std::map<std::string, Function> kFunctions = {
    NORM_OP("arith.addf", a + b),
    NORM_OP("arith.addi", a + b),
    NORM_OP("arith.andi", static_cast<double>(toInteger(a) & toInteger(b))),
    NORM_OP("arith.divf", a / b),
    NORM_OP("arith.extf", a),
    NORM_OP("arith.extsi", a),
    NORM_OP("arith.fptosi", std::trunc(a)),
    NORM_OP("arith.fptoui", std::trunc(a)),
    NORM_OP("arith.index_cast", a),
    NORM_OP("arith.index_castui", a),
    NORM_OP("arith.maximumf", maximum(a, b)),
    NORM_OP("arith.maxnumf", std::fmax(a, b)),
    NORM_OP("arith.minimumf", minimum(a, b)),
    NORM_OP("arith.minnumf", std::fmin(a, b)),
    NORM_OP("arith.mulf", a *b),
    NORM_OP("arith.muli", a *b),
    NORM_OP("arith.negf", -a),
    NORM_OP("arith.ori", static_cast<double>(toInteger(a) | toInteger(b))),
    NORM_OP("arith.select", a != 0 ? b : c),
    NORM_OP("arith.sitofp", a),
    NORM_OP("arith.subf", a - b),
    NORM_OP("arith.subi", a - b),
    NORM_OP("arith.truncf", a),
    NORM_OP("arith.uitofp", a),
    NORM_OP("math.absf", std::fabs(a)),
    NORM_OP("math.ceil", std::ceil(a)),
    NORM_OP("math.copysign", std::copysign(a, b)),
    NORM_OP("math.cos", std::cos(a)),
    NORM_OP("math.erf", std::erf(a)),
    NORM_OP("math.exp", std::exp(a)),
    NORM_OP("math.exp2", std::exp2(a)),
    NORM_OP("math.expm1", std::expm1(a)),
    NORM_OP("math.floor", std::floor(a)),
    NORM_OP("math.fma", std::fma(a, b, c)),
    NORM_OP("math.log", std::log(a)),
    NORM_OP("math.log1p", std::log1p(a)),
    NORM_OP("math.log2", std::log2(a)),
    NORM_OP("math.roundeven", std::nearbyint(a)),
    NORM_OP("math.rsqrt", 1 / std::sqrt(a)),
    NORM_OP("math.sin", std::sin(a)),
    NORM_OP("math.sqrt", std::sqrt(a)),
    NORM_OP("math.tanh", std::tanh(a)),
    NORM_OP("math.trunc", std::trunc(a)),
};
#undef NORM_OP

static bool compare(std::string predicate, double a, double b) {
  bool unordered = std::isnan(a) || std::isnan(b);
  if (predicate == "uno" || predicate == "ord")
    return unordered == (predicate == "uno");
  // Of integers: eq, slt, ult. Of floats: oeq, ueq, olt, ult.
  if (predicate != "eq" && predicate != "ne") {
    if (unordered)
      return predicate[0] == 'u';
    predicate.erase(0, 1);
  }
  return predicate == "eq"   ? a == b
         : predicate == "ne" ? a != b
         : predicate == "lt" ? a < b
         : predicate == "le" ? a <= b
         : predicate == "gt" ? a > b
                             : a >= b;
}

Function launch::getFunction(const normrt::RowOpInfo &op) {
  if (op.name == "arith.cmpf" || op.name == "arith.cmpi") {
    std::string predicate = op.predicate;
    if (predicate.size() < 2)
      throw std::runtime_error("there is no comparison '" + predicate + "'");
    return [predicate](double a, double b, double) {
      return compare(predicate, a, b) ? 1.0 : 0.0;
    };
  }
  auto it = kFunctions.find(op.name);
  if (it == kFunctions.end())
    throw std::runtime_error("there is no reference for " + op.name);
  return it->second;
}

bool launch::isApproximated(const std::string &name) {
  static const std::set<std::string> names = {
      "math.cos", "math.erf",   "math.exp",  "math.exp2", "math.expm1",
      "math.log", "math.log1p", "math.log2", "math.sin",  "math.tanh"};
  return names.count(name) != 0;
}

double launch::reduce(const std::string &kind, const RowValue &value,
                      std::size_t length) {
  bool isMaximum = kind.rfind("max", 0) == 0;
  double result = kind == "add" ? 0.0 : isMaximum ? -INFINITY : INFINITY;
  for (std::size_t i = 0; i < length; ++i) {
    double element = value[value.size() == 1 ? 0 : i];
    result = kind == "add"        ? result + element
             : kind == "maximumf" ? maximum(result, element)
             : kind == "minimumf" ? minimum(result, element)
             : isMaximum          ? std::fmax(result, element)
                                  : std::fmin(result, element);
  }
  return result;
}

std::vector<RowValue> launch::computeMoments(const RowValue &value,
                                             std::size_t length) {
  auto get = [&](std::size_t i) { return value[value.size() == 1 ? 0 : i]; };
  double first = length ? get(0) : NAN, sum = 0, squares = 0;
  for (std::size_t i = 0; i < length; ++i)
    sum += get(i) - first;
  double count = static_cast<double>(length), offset = sum / count;
  RowValue centred(length);
  for (std::size_t i = 0; i < length; ++i) {
    centred[i] = get(i) - first - offset;
    squares += centred[i] * centred[i];
  }
  return {{first + offset}, {squares / count}, std::move(centred)};
}
