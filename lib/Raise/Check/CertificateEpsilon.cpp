//===- CertificateEpsilon.cpp - the epsilon that a program reads ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateEpsilon.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise::certificate;

/// The root of a number that is the square of one.
static std::optional<Fraction> getExactRoot(const Fraction &number) {
  auto root = [](const DynamicAPInt &square) -> std::optional<DynamicAPInt> {
    if (!(DynamicAPInt(0) < square && square < DynamicAPInt(int64_t(1) << 50)))
      return std::nullopt;
    DynamicAPInt own(int64_t(std::lround(std::sqrt(double(int64_t(square))))));
    return own * own == square ? std::optional(own) : std::nullopt;
  };
  std::optional<DynamicAPInt> num = root(number.num), den = root(number.den);
  return num && den ? std::optional(Fraction(*num, *den)) : std::nullopt;
}

/// The factor by which `lhs` is `rhs`, by a term that both have.
static std::optional<Fraction> getRatio(const Poly &lhs, const Poly &rhs) {
  for (const auto &[text, term] : lhs.terms)
    if (auto found = rhs.terms.find(text);
        !text.empty() && found != rhs.terms.end())
      return term.coefficient / found->second.coefficient;
  return std::nullopt;
}

static std::optional<Fraction> getNumber(const Poly &poly) {
  auto found = poly.terms.find("");
  return found == poly.terms.end() ? std::nullopt
                                   : std::optional(found->second.coefficient);
}

/// c / a, and c / a sqrt(b / a'), in 1 / (a sqrt(v) + c).
static void collectBesideRoot(const Poly &divisor, const Poly &statistic,
                              const Terms &terms,
                              SmallVectorImpl<Fraction> &epsilons) {
  std::optional<Fraction> number = getNumber(divisor);
  for (const auto &[text, term] : divisor.terms) {
    if (!number || text.empty())
      continue;
    Fraction share = *number / term.coefficient;
    epsilons.push_back(share);
    const Atom &atom = terms.get(term.monomial.begin()->first);
    if (atom.kind != Atom::Kind::Apply || atom.name != "sqrt")
      continue;
    if (auto ratio = getRatio(statistic, atom.operands[0]))
      if (std::optional<Fraction> root = getExactRoot(*ratio))
        epsilons.push_back(share * *root);
  }
}

SmallVector<Fraction> mlir::norm::raise::certificate::getEpsilons(
    Statements &statements, const Terms &terms, const Poly &statistic,
    EpsMode mode) {
  SmallVector<Fraction> epsilons;
  Poly expanded = statements.expand(statistic);
  if (mode == EpsMode::outside) {
    for (const Poly &divisor : statements.getDivisors())
      collectBesideRoot(divisor, expanded, terms, epsilons);
    return epsilons;
  }
  // The root of a quotient is read as well: sqrt(1 / (v + epsilon)).
  for (ArrayRef<Poly> polys : {statements.getRoots(), statements.getDivisors()})
    for (const Poly &poly : polys)
      if (std::optional<Fraction> number = getNumber(poly))
        if (std::optional<Fraction> ratio = getRatio(expanded, poly))
          epsilons.push_back(*number * *ratio);
  return epsilons;
}
