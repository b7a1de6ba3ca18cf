//===- Arithmetic.h - the arithmetics in which a tape is run ----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tape is run in one of two arithmetics.
//
// Exact: real numbers in f64, in which narrowing casts change nothing, and
// beside them elements of a finite field, in which different rational functions
// and roots of them are different numbers, without a tolerance. What has no
// meaning in the field is decided by the real number beside it: a comparison, a
// clamp, a conversion to an integer. A function that is not known, such as exp,
// is a random function of its argument in both.
//
// Typed: each op rounds to the type of its result, integers wrap, NaN and
// infinities go where upstream's lowering lets them go.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_ARITHMETIC_H
#define NORM_LIB_RAISE_CHECK_ARITHMETIC_H

#include "Check/Tape.h"

#include "llvm/ADT/APFloat.h"

namespace mlir::norm::raise {

/// What the leaves of a tape are: random numbers in [-1, 2) times `scale`, or
/// in [1/2, 2) times it. Integers are small and not negative.
struct Leaves {
  uint64_t seed = 0;
  double scale = 1.0;
  bool arePositive = false;
  /// Leaves whose numbers are brought to about one magnitude and multiplied by
  /// `magnitude`: steps of the tape. No square of a row then stands for their
  /// sum.
  ArrayRef<unsigned> scaled = {};
  double magnitude = 1.0;
  /// Leaves that are brought to one magnitude and divided by `magnitude`, as
  /// the rstd of such rows is.
  ArrayRef<unsigned> divided = {};
  /// One element of one leaf that is given, if `special` is a step.
  unsigned special = ~0u;
  size_t element = 0;
  double number = 0.0;
};

/// Runs tapes.
class Arithmetic {
public:
  virtual ~Arithmetic() = default;

  /// The numbers of each slot of `tape`.
  std::vector<Numbers> run(const Tape &tape, const Leaves &leaves);

protected:
  virtual Number makeLeaf(Type type, double real, uint64_t bits) = 0;
  virtual Number makeConstant(const llvm::APFloat &literal) = 0;
  /// `step.op` on vectors of numbers, of which one may stand for many.
  virtual void apply(const Step &step, ArrayRef<const Numbers *> operands,
                     Numbers &result) = 0;
  virtual Number divide(Type type, Number sum, int64_t count) = 0;
  /// A sum so far, plus `weight` times a term.
  virtual Number addTo(Type type, Number sum, int64_t weight, Number term) = 0;
  virtual Number multiply(Type type, Number lhs, Number rhs) = 0;
  virtual Number invertRoot(Type type, Number number) = 0;
};

/// Applies `function` to each of the numbers of `operands`.
template <typename Function>
void forEachNumber(ArrayRef<const Numbers *> operands, Numbers &result,
                   Function function) {
  auto at = [](const Numbers &numbers, size_t i) {
    return numbers.size() == 1 ? numbers.front() : numbers[i];
  };
  SmallVector<Number, 4> point(operands.size());
  for (size_t i = 0; i < result.size(); ++i) {
    for (size_t k = 0; k < operands.size(); ++k)
      point[k] = at(*operands[k], i);
    result[i] = function(ArrayRef<Number>(point));
  }
}

/// A random function of the operands that is named by `op`.
Number applyUnknown(Operation *op, ArrayRef<Number> operands);

/// Whether `predicate` holds.
bool compare(unsigned predicate, double lhs, double rhs);

/// Which of two numbers an op chooses that is a minimum or a maximum: 0 or 1.
unsigned chooseExtremum(Operation *op, double lhs, double rhs);

/// Real numbers, and elements of the field beside them.
class ExactArithmetic : public Arithmetic {
public:
  /// A literal that is one of `lengths`, its reciprocal or a root of these,
  /// times a power of two and rounded, is taken for that number; and so is one
  /// of more than 11 bits that is the reciprocal of one of `literals`.
  ExactArithmetic(ArrayRef<double> lengths, ArrayRef<double> literals)
      : lengths(lengths), literals(literals) {}

  /// Chooses other elements of the field; the real numbers stay.
  void redraw() {
    ++fieldSeed;
    lacksRoot = hasWrongMagnitude = false;
  }

  /// Whether a root was taken of an element that has none.
  bool hasLackedRoot() const { return lacksRoot; }

  /// Whether the magnitude was taken of a number that is positive over the
  /// reals and not in the field, or the other way around.
  bool hasMetWrongSign() const { return hasWrongMagnitude; }

  /// Whether a literal was read that is positive and has no root in the field.
  bool hasNegativeLiteral() const { return hasNegative; }

  /// Whether numbers were added that differ so much in size, or by so little,
  /// that rounding decides the sum.
  bool hasCancelled() const { return cancelled; }

  /// The largest relative error of a literal that was read.
  double getLiteralError() const { return literalError; }

protected:
  Number makeLeaf(Type type, double real, uint64_t bits) override;
  Number makeConstant(const llvm::APFloat &literal) override;
  void apply(const Step &step, ArrayRef<const Numbers *> operands,
             Numbers &result) override;
  Number addTo(Type type, Number sum, int64_t weight, Number term) override;
  Number divide(Type type, Number sum, int64_t count) override;
  Number multiply(Type type, Number lhs, Number rhs) override;
  Number invertRoot(Type type, Number number) override;

private:
  Number applyFloat(Operation *op, ArrayRef<Number> operands);
  Number add(Number lhs, Number rhs);
  Number root(Number number);
  Number raise(Number base, double exponent);

  ArrayRef<double> lengths, literals;
  uint64_t fieldSeed = 0;
  double literalError = 0.0;
  bool lacksRoot = false;
  bool hasWrongMagnitude = false;
  bool hasNegative = false;
  bool cancelled = false;
};

/// `number` rounded to `type`, to nearest and to even unless said otherwise.
double roundTo(Type type, double number,
               llvm::RoundingMode mode = llvm::RoundingMode::NearestTiesToEven);

/// Numbers as the types of the program have them.
class TypedArithmetic : public Arithmetic {
public:
  /// Where `areNarrowWide`, types of 16 bits and fewer keep the numbers that
  /// f32 has.
  explicit TypedArithmetic(bool areNarrowWide = false)
      : areNarrowWide(areNarrowWide) {}

  /// Whether finite numbers gave one that is not.
  bool hasOverflown() const { return overflown; }

protected:
  Number makeLeaf(Type type, double real, uint64_t bits) override;
  Number makeConstant(const llvm::APFloat &literal) override;
  void apply(const Step &step, ArrayRef<const Numbers *> operands,
             Numbers &result) override;
  Number addTo(Type type, Number sum, int64_t weight, Number term) override;
  Number divide(Type type, Number sum, int64_t count) override;
  Number multiply(Type type, Number lhs, Number rhs) override;
  Number invertRoot(Type type, Number number) override;

private:
  double round(Type type, double number) const;
  template <typename Function>
  void applyTo(const Numbers &lhs, const Numbers &rhs, Type type,
               bool isQuotient, Numbers &result, Function function);
  bool applyBasic(const Step &step, ArrayRef<const Numbers *> operands,
                  Numbers &result);
  std::optional<double> applyFloat(Operation *op, ArrayRef<Number> operands);

  bool areNarrowWide;
  bool overflown = false;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_ARITHMETIC_H
