//===- OpsTest.cpp - ops mean what upstream says --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each op that the reader knows, read and folded by upstream, at the numbers
// where floating point and integers have edges. An op whose law fails at one of
// them has to be opaque.
//
//===----------------------------------------------------------------------===//

#include "ExprTest.h"
#include "ExprValue.h"
#include "Read/ExprReader.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::raise;

static constexpr float kLargest = std::numeric_limits<float>::max();
static constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Numbers at which ops differ from the arithmetic of real numbers.
static const float kNumbers[] = {0.0f,   -0.0f,    1.0f,      -1.0f,
                                 2.5f,   NAN,      kInfinity, -kInfinity,
                                 1e-40f, kLargest, -kLargest};
/// What can be under a root of a mean of squares.
static const float kUnderRoots[] = {0.0f, 1.0f, 2.5f, NAN, kInfinity, 1e-40f};

namespace {
class Ops : public ExprTest {
protected:
  Ops() {
    mlirContext.loadDialect<arith::ArithDialect, func::FuncDialect,
                            math::MathDialect>();
  }

  /// Reads `body`, ops on %a and %b of f32 of which the last is %r.
  void read(StringRef body, StringRef type);
  /// Upstream's value of %r for %a = a and %b = b; none where it does not fold.
  std::optional<double> fold(float a, float b);

  /// %r is no opaque function, and its value is upstream's.
  void known(StringRef body, ArrayRef<float> numbers = kNumbers,
             StringRef type = "f32");
  void opaque(StringRef body, StringRef type = "f32");

  OwningOpRef<ModuleOp> module;
  Block *block = nullptr;
  ExprRef expr = nullptr;
};
} // namespace

static bool hasApply(ExprRef expr) {
  return expr->kind == Expr::Kind::Apply ||
         llvm::any_of(expr->operands, hasApply);
}

void Ops::read(StringRef body, StringRef type) {
  std::string text = "func.func @f(%a: f32, %b: f32) -> " + type.str() +
                     " {\n" + body.str() + "\nreturn %r : " + type.str() +
                     "\n}";
  module = parseSourceString<ModuleOp>(text, &mlirContext);
  ASSERT_TRUE(module) << text;
  auto function = cast<func::FuncOp>(module->getBody()->front());
  block = &function.getBody().front();
  ExprReader reader(context);
  expr = reader.get(block->getTerminator()->getOperand(0)).exact;
}

std::optional<double> Ops::fold(float a, float b) {
  Builder builder(&mlirContext);
  llvm::DenseMap<Value, Attribute> values;
  values[block->getArgument(0)] = builder.getF32FloatAttr(a);
  values[block->getArgument(1)] = builder.getF32FloatAttr(b);
  for (Operation &op : block->without_terminator()) {
    SmallVector<Attribute> operands;
    for (Value operand : op.getOperands())
      operands.push_back(values[operand]);
    SmallVector<OpFoldResult> results;
    if (failed(op.fold(operands, results)) || results.empty())
      return std::nullopt;
    auto folded = dyn_cast<Attribute>(results[0]);
    values[op.getResult(0)] = folded ? folded : values[cast<Value>(results[0])];
  }
  Attribute result = values[block->getTerminator()->getOperand(0)];
  auto number = dyn_cast_or_null<FloatAttr>(result);
  return number ? std::optional<double>(number.getValueAsDouble())
                : std::nullopt;
}

static bool isSame(double lhs, double rhs) {
  if (std::isnan(lhs) || std::isnan(rhs))
    return std::isnan(lhs) && std::isnan(rhs);
  return lhs == rhs || std::abs(lhs - rhs) <= 1e-6 * std::abs(rhs);
}

void Ops::known(StringRef body, ArrayRef<float> numbers, StringRef type) {
  read(body, type);
  ASSERT_TRUE(module);
  EXPECT_FALSE(hasApply(expr)) << body.str() << "\n" << toString(expr);
  Value first = block->getArgument(0);
  unsigned folded = 0;
  for (float a : numbers)
    for (float b : kNumbers) {
      std::optional<double> wanted = fold(a, b);
      if (!wanted)
        continue;
      ++folded;
      double found =
          evaluate(expr, {}, [&](ExprRef leaf, ArrayRef<int64_t>) -> double {
            return leaf->value == first ? a : b;
          });
      EXPECT_TRUE(isSame(float(found), *wanted))
          << body.str() << " at " << a << ", " << b << ": " << found
          << ", upstream " << *wanted;
    }
  EXPECT_GT(folded, 0u) << body.str();
}

void Ops::opaque(StringRef body, StringRef type) {
  read(body, type);
  ASSERT_TRUE(module);
  EXPECT_TRUE(hasApply(expr) || expr->kind == Expr::Kind::Leaf)
      << body.str() << "\n"
      << toString(expr);
}

TEST_F(Ops, Arithmetic) {
  known("%r = arith.addf %a, %b : f32");
  known("%r = arith.subf %a, %b : f32");
  known("%r = arith.mulf %a, %b : f32");
  known("%r = arith.divf %a, %b : f32");
  known("%r = arith.negf %a : f32");
  known("%r = math.absf %a : f32");
}

TEST_F(Ops, ArithmeticThatLosesALeaf) {
  opaque("%r = arith.subf %a, %a : f32");
  opaque("%s = arith.addf %a, %b : f32\n%r = arith.subf %s, %b : f32");
  opaque("%c = arith.constant 0.0 : f32\n%r = arith.mulf %a, %c : f32");
  opaque("%p = arith.mulf %a, %a : f32\n%n = arith.negf %p : f32\n"
         "%r = math.fma %a, %a, %n : f32");
}

TEST_F(Ops, Maxima) {
  known("%r = arith.maximumf %a, %b : f32");
  known("%r = arith.minimumf %a, %b : f32");
  known("%s = arith.mulf %a, %a : f32\n%c = arith.constant 0.0 : f32\n"
        "%r = arith.maximumf %s, %c : f32");
  known("%c = arith.constant 0xFF800000 : f32\n"
        "%r = arith.maximumf %a, %c : f32");
  // They drop a NaN.
  opaque("%r = arith.maxnumf %a, %b : f32");
  opaque("%r = arith.minnumf %a, %b : f32");
}

// -largest is no bound of all numbers.
TEST_F(Ops, ClampsAtTheEndsOfTheRange) {
  known("%c = arith.constant -3.40282347E+38 : f32\n"
        "%r = arith.maximumf %a, %c : f32");
  known("%c = arith.constant 3.40282347E+38 : f32\n"
        "%r = arith.minimumf %a, %c : f32");
}

TEST_F(Ops, Roots) {
  known("%r = math.sqrt %a : f32", kUnderRoots);
  known("%c = arith.constant 2.0 : f32\n%r = math.powf %a, %c : f32");
  known("%c = arith.constant 0.5 : f32\n%r = math.powf %a, %c : f32",
        kUnderRoots);
  known("%c = arith.constant -0.5 : f32\n%r = math.powf %a, %c : f32",
        kUnderRoots);
  opaque("%c = arith.constant 0.3 : f32\n%r = math.powf %a, %c : f32");
}

TEST_F(Ops, Selects) {
  StringRef zero = "%z = arith.constant 0.0 : f32\n";
  auto select = [&](StringRef predicate, StringRef lhs, StringRef rhs) {
    return (zero + "%c = arith.cmpf " + predicate + ", " + lhs + ", " + rhs +
            " : f32\n%r = arith.select %c, ")
        .str();
  };
  known(select("ugt", "%a", "%z") + "%a, %z : f32");
  known(select("uge", "%a", "%z") + "%a, %z : f32");
  known(select("olt", "%a", "%z") + "%z, %a : f32");
  known(select("ole", "%a", "%z") + "%z, %a : f32");
  // A NaN becomes 0.
  opaque(select("ogt", "%a", "%z") + "%a, %z : f32");
  opaque(select("oge", "%a", "%z") + "%a, %z : f32");
  opaque(select("ult", "%a", "%z") + "%z, %a : f32");
  opaque(select("ule", "%a", "%z") + "%z, %a : f32");
  // A NaN of one of them is dropped.
  opaque(select("ogt", "%a", "%b") + "%a, %b : f32");
  opaque(select("ugt", "%a", "%b") + "%a, %b : f32");
  // A mask of finite numbers.
  opaque("%z = arith.constant 0.0 : f32\n%d = arith.subf %a, %a : f32\n"
         "%c = arith.cmpf oeq, %d, %z : f32\n"
         "%r = arith.select %c, %a, %z : f32");
  opaque("%z = arith.constant 0.0 : f32\n%c = arith.cmpf oeq, %a, %a : f32\n"
         "%r = arith.select %c, %a, %z : f32");
}

TEST_F(Ops, ComparisonsOfNumbers) {
  for (StringRef predicate : {"oeq", "ogt", "oge", "olt", "ole", "one", "ord",
                              "ueq", "ugt", "uge", "ult", "ule", "une", "uno"})
    for (StringRef number : {"1.0", "2.0", "3.0"})
      known(("%x = arith.constant 2.0 : f32\n%y = arith.constant " + number +
             " : f32\n%c = arith.cmpf " + predicate +
             ", %x, %y : f32\n%r = arith.select %c, %a, %b : f32")
                .str());
  for (StringRef predicate :
       {"eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"})
    for (StringRef number : {"-1", "0", "1"})
      known(("%x = arith.constant 0 : i8\n%y = arith.constant " + number +
             " : i8\n%c = arith.cmpi " + predicate +
             ", %x, %y : i8\n%r = arith.select %c, %a, %b : f32")
                .str());
}

TEST_F(Ops, RoundingModes) {
  known("%h = arith.extf %a : f32 to f64\n%r = arith.truncf %h : f64 to f32");
  opaque("%r = arith.truncf %a toward_zero : f32 to bf16", "bf16");
  opaque("%r = arith.truncf %a upward : f32 to f16", "f16");
}

// The number of a constant, made a float: what wraps around is opaque.
TEST_F(Ops, IntegerConversions) {
  auto convert = [](StringRef number, StringRef from, StringRef steps) {
    std::string type = from == "i1" ? "" : (" : " + from).str();
    return ("%x = arith.constant " + number + type + "\n" + steps).str();
  };
  known(convert("-3", "i32", "%r = arith.sitofp %x : i32 to f32"));
  known(convert("5", "i8", "%r = arith.uitofp %x : i8 to f32"));
  known(convert("true", "i1", "%r = arith.uitofp %x : i1 to f32"));
  known(convert("true", "i1",
                "%y = arith.extui %x : i1 to i32\n"
                "%r = arith.sitofp %y : i32 to f32"));
  known(convert("7", "index",
                "%y = arith.index_cast %x : index to i64\n"
                "%r = arith.sitofp %y : i64 to f32"));
  known(convert("7", "i32",
                "%y = arith.constant 9 : i32\n%s = arith.subi %x, %y : i32\n"
                "%r = arith.sitofp %s : i32 to f32"));
  // A true i1 is -1 as a signed number.
  known(convert("true", "i1", "%r = arith.sitofp %x : i1 to f32"));
  known(convert("true", "i1",
                "%y = arith.extsi %x : i1 to i32\n"
                "%r = arith.sitofp %y : i32 to f32"));
  known(convert("true", "i1",
                "%y = arith.index_cast %x : i1 to index\n"
                "%s = arith.index_cast %y : index to i64\n"
                "%r = arith.sitofp %s : i64 to f32"));
  // They wrap around.
  opaque(convert("-3", "i8", "%r = arith.uitofp %x : i8 to f32"));
  opaque(convert("300", "index",
                 "%y = arith.index_cast %x : index to i8\n"
                 "%r = arith.sitofp %y : i8 to f32"));
  opaque(convert("100", "i8",
                 "%s = arith.addi %x, %x : i8\n"
                 "%r = arith.sitofp %s : i8 to f32"));
  opaque(convert("300", "i32",
                 "%y = arith.trunci %x : i32 to i8\n"
                 "%r = arith.sitofp %y : i8 to f32"));
}
