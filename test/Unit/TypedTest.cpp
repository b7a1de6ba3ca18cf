//===- TypedTest.cpp - the typed evaluator computes what upstream does ----===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each op that Check/TypedArithmetic.cpp and Check/Integers.cpp evaluate, on
// each type, at the numbers where they have edges, beside upstream's folder.
// For example, maximumf(NaN, 1) is NaN, and maxnumf(NaN, 1) is 1. A result is
// the same to the bit; functions of the C library may differ in the last
// places.
//
//===----------------------------------------------------------------------===//

#include "Check/Arithmetic.h"
#include "Check/Tape.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// How near a float has to be.
enum class Nearness { Bits, Zeros, LastPlaces };

class TypedOps : public testing::Test {
protected:
  TypedOps() {
    context.loadDialect<arith::ArithDialect, func::FuncDialect,
                        math::MathDialect, ub::UBDialect>();
  }

  /// The op `text`, on %a, %b and %c of `types`, gives what upstream folds it
  /// to wherever upstream folds it to a number, and that is somewhere.
  void check(const Twine &text, ArrayRef<StringRef> types,
             Nearness nearness = Nearness::Bits);
  /// The same for each type of floats, of which `text` names none: TYPE.
  void checkFloats(StringRef text, unsigned numOperands,
                   Nearness nearness = Nearness::Bits,
                   ArrayRef<StringRef> types = {"f64", "f32", "f16", "bf16"});
  void checkIntegers(StringRef text, unsigned numOperands,
                     ArrayRef<StringRef> types = {"i1", "i8", "i32", "i64",
                                                  "index"});

  MLIRContext context;

private:
  std::vector<Attribute> getNumbers(Type type);
  void compare(Operation *op, ArrayRef<Attribute> operands, Nearness nearness,
               unsigned &numFolded);
};
} // namespace

std::vector<Attribute> TypedOps::getNumbers(Type type) {
  std::vector<Attribute> numbers;
  auto floating = dyn_cast<FloatType>(type);
  if (!floating) {
    unsigned width = *getIntegerWidth(type);
    for (const APInt &value :
         {APInt(width, 0), APInt(width, 1), APInt::getAllOnes(width),
          APInt::getSignedMinValue(width), APInt::getSignedMaxValue(width),
          APInt(width, 5, false, /*implicitTrunc=*/true),
          APInt(width, 100, false, /*implicitTrunc=*/true)})
      numbers.push_back(IntegerAttr::get(type, value));
    return numbers;
  }
  const llvm::fltSemantics &semantics = floating.getFloatSemantics();
  for (double number : {0.0,
                        -0.0,
                        1.0,
                        -1.0,
                        2.5,
                        -2.5,
                        0.1,
                        -7.75,
                        100.25,
                        65504.0,
                        65519.0,
                        65520.0,
                        2147483648.0,
                        -2147483648.0,
                        1e-8,
                        1e-40,
                        1e30,
                        3.0000001,
                        double(NAN),
                        double(INFINITY),
                        -double(INFINITY)}) {
    APFloat value(number);
    bool losesInfo = false;
    value.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
    numbers.push_back(FloatAttr::get(type, value));
  }
  numbers.push_back(FloatAttr::get(type, APFloat::getLargest(semantics)));
  numbers.push_back(FloatAttr::get(type, APFloat::getSmallest(semantics)));
  return numbers;
}

static std::string toText(ArrayRef<Attribute> operands) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleaveComma(operands, stream);
  return text;
}

/// The number that the typed evaluator makes of `op`.
static Number evaluate(Operation *op, ArrayRef<Attribute> operands) {
  Tape tape;
  for (Attribute operand : operands) {
    Step step;
    step.kind = Step::Kind::Constant;
    step.type = cast<TypedAttr>(operand).getType();
    step.constant = operand;
    step.size = 1;
    tape.steps.push_back(step);
  }
  Step step;
  step.kind = Step::Kind::Apply;
  step.type = op->getResult(0).getType();
  step.op = op;
  for (unsigned i = 0; i < operands.size(); ++i)
    step.operands.push_back(i);
  step.size = 1;
  tape.steps.push_back(step);
  TypedArithmetic arithmetic;
  return arithmetic.run(tape, Leaves()).back()[0];
}

static bool isNear(double found, double wanted, Nearness nearness,
                   const llvm::fltSemantics &semantics) {
  if (std::isnan(found) || std::isnan(wanted))
    return std::isnan(found) && std::isnan(wanted);
  if (found == wanted)
    return nearness != Nearness::Bits ||
           std::signbit(found) == std::signbit(wanted);
  int precision = APFloat::semanticsPrecision(semantics);
  return nearness == Nearness::LastPlaces && std::isfinite(wanted) &&
         std::abs(found - wanted) <=
             std::ldexp(std::abs(wanted), 2 - precision);
}

void TypedOps::compare(Operation *op, ArrayRef<Attribute> operands,
                       Nearness nearness, unsigned &numFolded) {
  SmallVector<OpFoldResult> results;
  if (failed(op->fold(operands, results)) || results.empty())
    return;
  auto folded = dyn_cast<Attribute>(results[0]);
  if (!folded)
    for (auto [operand, value] : llvm::zip(operands, op->getOperands()))
      if (value == cast<Value>(results[0]))
        folded = operand;
  Number found = evaluate(op, operands);
  std::string where =
      (op->getName().getStringRef() + "(" + toText(operands) + ")").str();
  if (auto number = dyn_cast_or_null<FloatAttr>(folded)) {
    ++numFolded;
    double wanted = number.getValueAsDouble();
    EXPECT_TRUE(
        isNear(found.real, wanted, nearness, number.getValue().getSemantics()))
        << where << " = " << found.real << ", upstream " << wanted;
  } else if (auto number = dyn_cast_or_null<IntegerAttr>(folded)) {
    ++numFolded;
    EXPECT_EQ(found.bits, number.getValue().getZExtValue()) << where;
  }
}

void TypedOps::check(const Twine &text, ArrayRef<StringRef> types,
                     Nearness nearness) {
  std::string arguments, body = text.str();
  for (auto [number, type] : llvm::enumerate(types))
    arguments += (number ? ", %" : "%") + std::string(1, char('a' + number)) +
                 ": " + type.str();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(
      "func.func @f(" + arguments + ") {\n" + body + "\nreturn\n}", &context);
  ASSERT_TRUE(module) << body;
  auto function = cast<func::FuncOp>(module->getBody()->front());
  Operation *op = &function.getBody().front().front();
  std::vector<std::vector<Attribute>> numbers;
  for (Value operand : op->getOperands())
    numbers.push_back(getNumbers(operand.getType()));
  unsigned numFolded = 0;
  std::vector<size_t> at(numbers.size(), 0);
  for (bool isDone = false; !isDone;) {
    SmallVector<Attribute> operands;
    for (auto [own, position] : llvm::zip(numbers, at))
      operands.push_back(own[position]);
    compare(op, operands, nearness, numFolded);
    isDone = true;
    for (size_t i = 0; isDone && i < at.size(); ++i) {
      at[i] = (at[i] + 1) % numbers[i].size();
      isDone = at[i] == 0;
    }
  }
  EXPECT_GT(numFolded, 0u) << body;
}

static std::string replaceType(StringRef text, StringRef type) {
  std::string result;
  for (auto [rest, isFirst] = std::pair(text, true); !rest.empty();) {
    auto [head, tail] = rest.split("TYPE");
    result += head.str();
    if (head.size() < rest.size())
      result += type.str();
    rest = tail;
  }
  return result;
}

void TypedOps::checkFloats(StringRef text, unsigned numOperands,
                           Nearness nearness, ArrayRef<StringRef> types) {
  for (StringRef type : types)
    check(replaceType(text, type), SmallVector<StringRef>(numOperands, type),
          nearness);
}

void TypedOps::checkIntegers(StringRef text, unsigned numOperands,
                             ArrayRef<StringRef> types) {
  for (StringRef type : types)
    check(replaceType(text, type), SmallVector<StringRef>(numOperands, type));
}

TEST_F(TypedOps, Arithmetic) {
  for (StringRef op : {"addf", "subf", "mulf", "divf", "remf"})
    checkFloats(("%r = arith." + op + " %a, %b : TYPE").str(), 2);
  checkFloats("%r = arith.negf %a : TYPE", 1);
  checkFloats("%r = math.absf %a : TYPE", 1);
  checkFloats("%r = math.copysign %a, %b : TYPE", 2);
}

// Of two zeros maxnumf and minnumf may give either.
TEST_F(TypedOps, Extrema) {
  for (StringRef op : {"maximumf", "minimumf"})
    checkFloats(("%r = arith." + op + " %a, %b : TYPE").str(), 2);
  for (StringRef op : {"maxnumf", "minnumf"})
    checkFloats(("%r = arith." + op + " %a, %b : TYPE").str(), 2,
                Nearness::Zeros);
}

TEST_F(TypedOps, Comparisons) {
  for (StringRef predicate :
       {"false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt",
        "uge", "ult", "ule", "une", "uno", "true"})
    checkFloats(("%r = arith.cmpf " + predicate + ", %a, %b : TYPE").str(), 2);
  for (StringRef predicate :
       {"eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"})
    checkIntegers(("%r = arith.cmpi " + predicate + ", %a, %b : TYPE").str(),
                  2);
}

TEST_F(TypedOps, Functions) {
  for (StringRef op : {"sqrt", "exp", "exp2", "expm1", "log", "log2", "log10",
                       "log1p", "sin", "cos", "tan", "atan", "tanh", "erf"})
    checkFloats(("%r = math." + op + " %a : TYPE").str(), 1,
                Nearness::LastPlaces, {"f64", "f32"});
  // Not atan2: of two zeros the folder makes NaN, and what is run makes 0.
  checkFloats("%r = math.powf %a, %b : TYPE", 2, Nearness::LastPlaces,
              {"f64", "f32"});
}

TEST_F(TypedOps, RoundingToWholeNumbers) {
  for (StringRef op : {"ceil", "floor", "trunc", "round", "roundeven"})
    checkFloats(("%r = math." + op + " %a : TYPE").str(), 1, Nearness::Bits,
                {"f64", "f32"});
}

TEST_F(TypedOps, CastsOfFloats) {
  for (auto [from, to] : {std::pair("bf16", "f32"),
                          {"f16", "f32"},
                          {"f32", "f64"},
                          {"f16", "f64"}})
    check(Twine("%r = arith.extf %a : ") + from + " to " + to, {from});
  for (auto [from, to] : {std::pair("f64", "f32"),
                          {"f64", "f16"},
                          {"f64", "bf16"},
                          {"f32", "f16"},
                          {"f32", "bf16"}})
    for (StringRef mode : {"", "to_nearest_even", "to_nearest_away", "downward",
                           "upward", "toward_zero"})
      check(Twine("%r = arith.truncf %a ") + mode + " : " + from + " to " + to,
            {from});
}

// A true i1 is -1 where it is signed. What does not fit is poison.
TEST_F(TypedOps, CastsOfIntegers) {
  for (StringRef integer : {"i1", "i8", "i32", "i64"})
    for (StringRef floating : {"f64", "f32", "f16", "bf16"}) {
      for (StringRef op : {"sitofp", "uitofp"})
        check("%r = arith." + op + " %a : " + integer + " to " + floating,
              {integer});
      for (StringRef op : {"fptosi", "fptoui"})
        check("%r = arith." + op + " %a : " + floating + " to " + integer,
              {floating});
    }
  for (auto [from, to] :
       {std::pair("i1", "i8"), {"i1", "i64"}, {"i8", "i32"}, {"i32", "i64"}}) {
    check(Twine("%r = arith.extsi %a : ") + from + " to " + to, {from});
    check(Twine("%r = arith.extui %a : ") + from + " to " + to, {from});
    check(Twine("%r = arith.trunci %a : ") + to + " to " + from, {to});
  }
  for (StringRef integer : {"i1", "i8", "i32", "i64"})
    for (StringRef op : {"index_cast", "index_castui"}) {
      check("%r = arith." + op + " %a : " + integer + " to index", {integer});
      check("%r = arith." + op + " %a : index to " + integer, {"index"});
    }
  for (auto [from, to] : {std::pair("f32", "i32"),
                          {"i32", "f32"},
                          {"f64", "i64"},
                          {"i64", "f64"}})
    check(Twine("%r = arith.bitcast %a : ") + from + " to " + to, {from});
}

// -1 / -1 does not fit i1.
TEST_F(TypedOps, Integers) {
  for (StringRef op : {"addi", "subi", "muli", "andi", "ori", "xori", "maxsi",
                       "minsi", "maxui", "minui", "divui", "remsi", "remui",
                       "ceildivui", "shli", "shrsi", "shrui"})
    checkIntegers(("%r = arith." + op + " %a, %b : TYPE").str(), 2);
  for (StringRef op : {"divsi", "ceildivsi", "floordivsi"})
    checkIntegers(("%r = arith." + op + " %a, %b : TYPE").str(), 2,
                  {"i8", "i32", "i64", "index"});
  checkIntegers("%r = math.absi %a : TYPE", 1, {"i8", "i32", "i64"});
}

TEST_F(TypedOps, Selects) {
  check("%r = arith.select %a, %b, %c : f32", {"i1", "f32", "f32"});
  check("%r = arith.select %a, %b, %c : i32", {"i1", "i32", "i32"});
}
