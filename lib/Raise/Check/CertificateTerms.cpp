//===- CertificateTerms.cpp - polynomials of a certificate ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateTerms.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm::raise::certificate;

/// Terms of one polynomial.
static constexpr size_t kMaxPolyTerms = 512;
/// Powers of sums above this one are not multiplied out.
static constexpr unsigned kMaxPolyPower = 8;

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

std::string
mlir::norm::raise::certificate::toString(const PowerProduct &monomial) {
  std::vector<std::string> parts;
  for (const auto &[name, power] : monomial)
    parts.push_back(power == 1 ? name : name + "^" + std::to_string(power));
  return llvm::join(parts, "*");
}

std::string mlir::norm::raise::certificate::toString(const Fraction &number) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << number.num;
  if (number.den != 1)
    stream << "/" << number.den;
  return text;
}

std::string Poly::str() const {
  std::vector<std::string> parts;
  for (const auto &[text, term] : terms) {
    std::string number = toString(term.coefficient);
    parts.push_back(text.empty()                      ? number
                    : term.coefficient == Fraction(1) ? text
                                                      : number + "*" + text);
  }
  return parts.empty() ? "0" : llvm::join(parts, " + ");
}

//===----------------------------------------------------------------------===//
// Polynomials
//===----------------------------------------------------------------------===//

void Poly::add(const PowerProduct &monomial, const Fraction &coefficient) {
  if (coefficient == Fraction(0))
    return;
  auto [entry, isNew] =
      terms.try_emplace(toString(monomial), Term{monomial, coefficient});
  if (isNew)
    return;
  entry->second.coefficient = entry->second.coefficient + coefficient;
  if (entry->second.coefficient == Fraction(0))
    terms.erase(entry);
}

std::optional<Fraction> Poly::constant() const {
  if (terms.empty())
    return Fraction(0);
  const Term &first = terms.begin()->second;
  if (terms.size() == 1 && first.monomial.empty())
    return first.coefficient;
  return std::nullopt;
}

bool Poly::isAtom() const {
  if (terms.size() != 1)
    return false;
  const Term &term = terms.begin()->second;
  return term.coefficient == Fraction(1) && term.monomial.size() == 1 &&
         term.monomial.begin()->second == 1;
}

Poly Terms::add(const Poly &lhs, const Poly &rhs) {
  Poly total = lhs;
  for (const auto &[text, term] : rhs.terms)
    total.add(term.monomial, term.coefficient);
  if (total.terms.size() > kMaxPolyTerms) {
    fail("a sum of products has too many terms");
    return Poly();
  }
  return total;
}

Poly Terms::scale(const Poly &poly, const Fraction &factor) {
  Poly result;
  for (const auto &[text, term] : poly.terms)
    result.add(term.monomial, term.coefficient * factor);
  return result;
}

/// The name of a where `name` is 1/a; none for others.
std::optional<std::string> Terms::getInverse(const std::string &name) const {
  const Atom &atom = get(name);
  if (atom.kind != Atom::Kind::Apply || atom.name != "1/" ||
      !atom.operands[0].isAtom())
    return std::nullopt;
  return atom.operands[0].str();
}

/// |a|^2 = a^2, sqrt(a)^2 = a, a (1/a) = 1, and a condition is 0 or 1. What
/// squares become is added to `factors`.
PowerProduct Terms::reducePowers(PowerProduct powers,
                                 std::vector<Poly> &factors) {
  for (auto &[name, power] : powers) {
    std::optional<std::string> inverse = getInverse(name);
    auto found = inverse ? powers.find(*inverse) : powers.end();
    if (found == powers.end())
      continue;
    unsigned both = std::min(power, found->second);
    power -= both;
    found->second -= both;
  }
  PowerProduct reduced;
  for (auto [name, power] : powers) {
    const Atom &atom = get(name);
    if (atom.kind == Atom::Kind::Below)
      power = std::min(power, 1u);
    if (atom.kind == Atom::Kind::Apply && power > 1 &&
        (atom.name == "abs" || atom.name == "sqrt")) {
      Poly inner = atom.operands[0];
      if (atom.name == "abs")
        inner = mul(inner, inner);
      factors.insert(factors.end(), power / 2, inner);
      power %= 2;
    }
    if (power > 0)
      reduced[name] = power;
  }
  return reduced;
}

Poly Terms::mul(const Poly &lhs, const Poly &rhs) {
  if (lhs.terms.size() * rhs.terms.size() > 4 * kMaxPolyTerms)
    fail("a sum of products has too many terms");
  if (!failure.empty())
    return Poly();
  Poly total;
  for (const auto &[leftText, left] : lhs.terms)
    for (const auto &[rightText, right] : rhs.terms) {
      PowerProduct powers = left.monomial;
      for (const auto &[name, power] : right.monomial)
        powers[name] += power;
      std::vector<Poly> factors;
      Poly product;
      powers = reducePowers(std::move(powers), factors);
      product.add(powers, left.coefficient * right.coefficient);
      for (const Poly &factor : factors)
        product = mul(product, factor);
      total = add(total, product);
    }
  return total;
}

Poly Terms::power(const Poly &poly, unsigned exponent) {
  if (exponent > kMaxPolyPower && poly.terms.size() > 1) {
    fail("a power is too high");
    return Poly();
  }
  Poly result = Fraction(1);
  for (unsigned i = 0; i < exponent; ++i)
    result = mul(result, poly);
  return result;
}

bool Terms::hasVariables(const Poly &poly) const {
  return llvm::any_of(poly.terms, [&](const auto &entry) {
    return llvm::any_of(entry.second.monomial, [&](const auto &factor) {
      return !get(factor.first).variables.empty();
    });
  });
}

/// The multiple of `poly` whose first coefficient is 1 or -1.
Poly Terms::getDirection(const Poly &poly) const {
  if (poly.terms.empty())
    return poly;
  Poly direction;
  Fraction size = abs(poly.terms.begin()->second.coefficient);
  for (const auto &[text, term] : poly.terms)
    direction.add(term.monomial, term.coefficient / size);
  return direction;
}

bool Terms::isNonNegative(const Poly &poly) const {
  if (nonNegative.count(getDirection(poly).str()))
    return true;
  return llvm::all_of(poly.terms, [&](const auto &entry) {
    const Poly::Term &term = entry.second;
    return Fraction(0) < term.coefficient &&
           llvm::all_of(
               term.monomial,
               [&](const auto &factor) {
                 const Atom &atom = get(factor.first);
                 bool isRoot = atom.kind == Atom::Kind::Apply &&
                               (atom.name == "abs" || atom.name == "sqrt");
                 bool isIndex =
                     atom.kind == Atom::Kind::Element && atom.name == "index";
                 bool isQuotient = atom.kind == Atom::Kind::Apply &&
                                   atom.name == "1/" &&
                                   isNonNegative(atom.operands[0]);
                 return factor.second % 2 == 0 || isRoot || isIndex ||
                        isQuotient || atom.kind == Atom::Kind::Below ||
                        nonNegative.count(factor.first);
               });
  });
}

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

/// Whether a variable is one of a sum, not a position of the root.
static bool isBound(const std::string &name) { return name[0] != 'd'; }

Poly Terms::makeAtom(std::string text, Atom atom) {
  auto [entry, isNew] = atoms.try_emplace(text, std::move(atom));
  if (isNew) {
    Atom &own = entry->second;
    auto insert = [&](const std::set<std::string> &names) {
      for (const std::string &name : names)
        if (isBound(name))
          own.variables.insert(name);
    };
    for (const Index &index : own.indices)
      insert(index.variables());
    for (const Poly &operand : own.operands)
      for (const auto &[ignored, term] : operand.terms)
        for (const auto &[name, power] : term.monomial)
          insert(get(name).variables);
    for (const auto &[name, power] : own.body)
      insert(get(name).variables);
    for (const Variable &variable : own.bounds)
      own.variables.erase(variable.name);
  }
  Poly poly;
  poly.add({{std::move(text), 1}}, Fraction(1));
  return poly;
}

Poly Terms::element(const std::string &value, std::vector<Index> indices) {
  std::vector<std::string> texts;
  texts.reserve(indices.size());
  for (const Index &index : indices)
    texts.push_back(index.str());
  std::string text =
      indices.empty() ? value : value + "[" + llvm::join(texts, ", ") + "]";
  Atom atom = {Atom::Kind::Element, value, std::move(indices)};
  return makeAtom(std::move(text), std::move(atom));
}

Poly Terms::symbol(const std::string &name) {
  return makeAtom(name, {Atom::Kind::Symbol, name});
}

Poly Terms::apply(const std::string &name, std::vector<Poly> operands) {
  std::vector<std::string> texts;
  texts.reserve(operands.size());
  for (const Poly &operand : operands)
    texts.push_back(operand.str());
  Atom atom = {Atom::Kind::Apply, name};
  atom.operands = std::move(operands);
  return makeAtom(name + "(" + llvm::join(texts, ", ") + ")", std::move(atom));
}

/// 1 where `index` < `bound`, 0 elsewhere.
Poly Terms::below(Index index, int64_t bound) {
  bound -= index.constant;
  index.constant = 0;
  // -e < b is not (e < 1 - b)
  if (!index.isConstant() && index.terms.begin()->second.coefficient < 0)
    return sub(Fraction(1), below(scale(index, -1), 1 - bound));
  auto [low, high] = bounds(index);
  if (high && *high < bound)
    return Fraction(1);
  if (low && *low >= bound)
    return Poly();
  // 4 a + b < 8 is a < 2 for b < 4
  std::set<int64_t, std::greater<int64_t>> factors;
  for (const auto &[text, term] : index.terms)
    if (term.coefficient > 1)
      factors.insert(term.coefficient);
  for (int64_t factor : factors) {
    Index whole, rest;
    for (const auto &[text, term] : index.terms)
      if (term.coefficient % factor == 0)
        whole.add(term.base, term.coefficient / factor);
      else
        rest.add(term.base, term.coefficient);
    auto [least, most] = bounds(rest);
    if (bound % factor == 0 && least == 0 && most && *most < factor)
      return below(whole, bound / factor);
  }
  std::string text = "[" + index.str() + " < " + std::to_string(bound) + "]";
  Atom atom = {Atom::Kind::Below, "", {index}};
  atom.bound = bound;
  return makeAtom(std::move(text), std::move(atom));
}

Poly Terms::extent(const Extent &extent) {
  Poly poly = Fraction(extent.number);
  for (const std::string &name : extent.symbols) {
    Poly factor = symbol(name);
    setNonNegative(factor);
    poly = mul(poly, factor);
  }
  return poly;
}
