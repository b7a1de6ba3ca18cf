//===- CertificateTerms.h - terms of a certificate --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A certificate speaks of polynomials with rational coefficients. Their atoms
// are named by what they are, so that equal names are equal values:
//
//   %arg0[d0, d1]                  an element, d0 and d1 the position of the
//   root %7[d0, d1]                     what an op computes there [d1 < 8] a
//   condition on an index: 1 or 0 sum(%arg0[d0, j0]^2, j0 < 64)  a sum over the
//   row
//
// Sums are linear and nothing else. With m = %7[d0],
//   sum((x[j] - m)^2, j < n) = sum(x[j]^2) - 2 m sum(x[j]) + n m^2
// is what three rules give: sum(a + b) = sum(a) + sum(b); sum(c a) = c sum(a)
// where c does not vary; sum(1) = n. Beside them an index may be renamed, split
// (j = 4 a + b where j floordiv 4 is read) and joined (4 a + b = j).
//
// This shares nothing with the normal form in Expr. tools/norm-check has the
// same once more, and compares.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_CERTIFICATETERMS_H
#define NORM_LIB_RAISE_CHECK_CERTIFICATETERMS_H

#include "mlir/Analysis/Presburger/Fraction.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/StringRef.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mlir::norm::raise::certificate {

using presburger::Fraction;

class Index;

/// What an index is a multiple of: a variable, or the quotient or remainder of
/// an index by a number.
struct IndexBase {
  enum class Kind { Variable, Quotient, Remainder } kind;
  std::string name;                   ///< Variable
  std::shared_ptr<const Index> index; ///< else
  int64_t divisor = 1;                ///< else

  std::string str() const;
};

/// constant + sum of coefficient * base, by the texts of the bases.
class Index {
public:
  struct Term {
    IndexBase base;
    int64_t coefficient;
  };
  std::map<std::string, Term> terms;
  int64_t constant = 0;

  Index(int64_t constant = 0) : constant(constant) {}
  static Index variable(std::string name);

  bool isConstant() const { return terms.empty(); }
  bool isVariable(const std::string &name) const;
  /// Adds coefficient * base.
  void add(const IndexBase &base, int64_t coefficient);
  std::string str() const;
  void collectVariables(std::set<std::string> &names) const;
  std::set<std::string> variables() const;
  /// The divisors of quotients and remainders that contain a variable.
  void collectDivisors(const std::string &name, std::set<int64_t> &found) const;
};

/// A number times dynamic extents, which have names.
struct Extent {
  int64_t number = 1;
  std::multiset<std::string> symbols;

  bool isStatic() const { return symbols.empty(); }
  bool operator==(const Extent &other) const {
    return number == other.number && symbols == other.symbols;
  }
  Extent operator*(const Extent &other) const;
  std::string str() const;
};

/// A variable of a sum.
struct Variable {
  std::string name;
  Extent extent;
};
using Variables = std::vector<Variable>;

/// A product of atoms, by name, with positive powers.
using PowerProduct = std::map<std::string, unsigned>;
std::string toString(const PowerProduct &monomial);
std::string toString(const Fraction &number);

/// Monomials, by their text, with their coefficients; none is 0.
struct Poly {
  struct Term {
    PowerProduct monomial;
    Fraction coefficient;
  };
  std::map<std::string, Term> terms;

  Poly() = default;
  Poly(const Fraction &number) { add({}, number); }

  void add(const PowerProduct &monomial, const Fraction &coefficient);
  /// The number that it is; none for others.
  std::optional<Fraction> constant() const;
  /// Whether it is one atom and nothing else.
  bool isAtom() const;
  std::string str() const;
};

/// What a name stands for.
struct Atom {
  enum class Kind { Symbol, Element, Below, Apply, Sum } kind;
  std::string name;           ///< Element: of the value; Apply: of the function
  std::vector<Index> indices; ///< Element, Below
  int64_t bound = 0;          ///< Below
  std::vector<Poly> operands; ///< Apply
  Variables bounds;           ///< Sum
  PowerProduct body;          ///< Sum
  std::set<std::string> variables; ///< of sums, free in it
};

/// Owns the atoms, and knows the rules.
class Terms {
public:
  using Values = std::map<std::string, Index>;

  // Indices.
  Index add(const Index &lhs, const Index &rhs, int64_t factor = 1);
  Index scale(const Index &index, int64_t factor) {
    return add(Index(), index, factor);
  }
  Index floorDiv(const Index &index, int64_t divisor);
  Index mod(const Index &index, int64_t divisor);
  Index substitute(const Index &index, const Values &values);
  /// The results of `map`; what is no index makes the certificate fail.
  std::vector<Index> apply(AffineMap map, ArrayRef<Index> operands);
  /// The least and the largest value, none where unknown.
  std::pair<std::optional<int64_t>, std::optional<int64_t>>
  bounds(const Index &index);
  /// The variable `name` runs up to `extent`.
  void setRange(const std::string &name, const Extent &extent);
  /// A new variable.
  Variable fresh(const Extent &extent);

  // Atoms.
  Poly element(const std::string &value, std::vector<Index> indices);
  Poly symbol(const std::string &name);
  Poly apply(const std::string &name, std::vector<Poly> operands);
  Poly below(Index index, int64_t bound);
  Poly extent(const Extent &extent);
  /// Says that `poly` is not negative, nor are its positive multiples.
  void setNonNegative(const Poly &poly) {
    nonNegative.insert(getDirection(poly).str());
  }
  const Atom &get(const std::string &name) const { return atoms.at(name); }

  // Polynomials.
  Poly add(const Poly &lhs, const Poly &rhs);
  Poly sub(const Poly &lhs, const Poly &rhs) {
    return add(lhs, scale(rhs, Fraction(-1)));
  }
  Poly scale(const Poly &poly, const Fraction &factor);
  Poly mul(const Poly &lhs, const Poly &rhs);
  Poly power(const Poly &poly, unsigned exponent);
  Poly sum(const Poly &poly, const Variables &variables);
  bool hasVariables(const Poly &poly) const;
  /// Whether `poly` was said to be so, or no term of it is negative.
  bool isNonNegative(const Poly &poly) const;

  /// Why the certificate cannot be made; the first reason counts.
  void fail(llvm::StringRef reason) {
    if (failure.empty())
      failure = reason.str();
  }
  const std::string &getFailure() const { return failure; }

private:
  Poly makeAtom(std::string text, Atom atom);
  Poly substitute(const Poly &poly, const Values &values);
  Poly substitute(const std::string &name, const Values &values);
  PowerProduct reducePowers(PowerProduct powers, std::vector<Poly> &factors);
  std::optional<std::string> getInverse(const std::string &name) const;
  PowerProduct rename(const PowerProduct &monomial, const Values &values);
  std::pair<Variables, PowerProduct> renameApart(const Atom &sum);
  Poly sumOf(Variables variables, PowerProduct monomial);
  Poly sumOfParts(const Variables &variables, const PowerProduct &monomial);
  Poly makeSum(const Variables &variables, const PowerProduct &monomial);
  using Replaced = std::optional<std::pair<Variables, Poly>>;
  Replaced split(const Variables &variables, const PowerProduct &monomial);
  Replaced join(const Variables &variables, const PowerProduct &monomial);
  Replaced narrow(const Variables &variables, const PowerProduct &monomial);
  void collectIndices(const std::string &name, std::vector<Index> &indices);
  std::vector<Index> getIndices(const PowerProduct &monomial);
  static Poly toPoly(const PowerProduct &monomial);
  Poly getDirection(const Poly &poly) const;

  std::map<std::string, Atom> atoms;
  std::map<std::string, std::optional<int64_t>> ranges;
  std::set<std::string> nonNegative;
  unsigned numFresh = 0;
  std::string failure;
};

} // namespace mlir::norm::raise::certificate

#endif // NORM_LIB_RAISE_CHECK_CERTIFICATETERMS_H
