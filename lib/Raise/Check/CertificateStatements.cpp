//===- CertificateStatements.cpp - what a certificate states --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateStatements.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm::raise::certificate;

/// Terms of a polynomial in which names are replaced by what they stand for.
static constexpr size_t kMaxExpanded = 64;

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

static std::string toSMT(const Fraction &number) {
  Fraction size = abs(number);
  std::string text = toString(Fraction(size.num)) + ".0";
  if (size.den != 1)
    text = "(/ " + text + " " + toString(Fraction(size.den)) + ".0)";
  return number < Fraction(0) ? "(- " + text + ")" : text;
}

static std::string apply(llvm::StringRef name,
                         const std::vector<std::string> &parts) {
  if (parts.size() == 1)
    return parts[0];
  return ("(" + name + " " + llvm::join(parts, " ") + ")").str();
}

static std::string quoteName(const std::string &name) {
  return "|" + name + "|";
}

std::string mlir::norm::raise::certificate::toSMT(const Poly &poly) {
  std::vector<std::string> summands;
  for (const auto &[text, term] : poly.terms) {
    std::vector<std::string> factors;
    if (term.coefficient != Fraction(1) || term.monomial.empty())
      factors.push_back(::toSMT(term.coefficient));
    for (const auto &[name, power] : term.monomial)
      factors.insert(factors.end(), power, quoteName(name));
    summands.push_back(::apply("*", factors));
  }
  return summands.empty() ? "0.0" : ::apply("+", summands);
}

std::string Statements::getText() const {
  return llvm::join(lines, "\n") + "\n";
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

Poly Statements::state(const std::string &name, const std::string &text) {
  if (stated.insert(name).second)
    lines.push_back(text);
  return terms.symbol(name);
}

/// The root `name` of `poly`: at least 0, with `poly` as its square.
std::string Statements::defineRoot(const std::string &name, const Poly &poly) {
  declare(poly);
  roots.push_back(poly);
  std::string own = quoteName(name);
  return "(declare-const " + own + " Real)\n(assert (>= " + own +
         " 0.0))\n(assert (= (* " + own + " " + own + ") " + toSMT(poly) + "))";
}

/// The reciprocal `name` of `poly`: their product is 1.
std::string Statements::defineReciprocal(const std::string &name,
                                         const Poly &poly) {
  declare(poly);
  divisors.push_back(poly);
  std::string own = quoteName(name);
  return "(declare-const " + own + " Real)\n(assert (= (* " + own + " " +
         toSMT(poly) + ") 1.0))";
}

/// States the root or the reciprocal that `name` is, which was made as one that
/// varies with a sum, and does not where that sum has one element.
bool Statements::declareFunction(const std::string &name) {
  const Atom &atom = terms.get(name);
  bool isRoot = atom.name == "sqrt";
  if (atom.kind != Atom::Kind::Apply || (!isRoot && atom.name != "1/") ||
      terms.hasVariables(atom.operands[0]))
    return false;
  Poly operand = atom.operands[0];
  lines.push_back(isRoot ? defineRoot(name, operand)
                         : defineReciprocal(name, operand));
  return true;
}

/// Elements, sums and conditions are declared where they are used first.
void Statements::declare(const Poly &poly) {
  for (const auto &[text, term] : poly.terms)
    for (const auto &[name, power] : term.monomial) {
      if (!stated.insert(name).second || declareFunction(name))
        continue;
      lines.push_back("(declare-const " + quoteName(name) + " Real)");
      if (terms.get(name).kind == Atom::Kind::Below)
        lines.push_back("(assert (or (= " + quoteName(name) +
                        " 0.0) (= " + quoteName(name) + " 1.0)))");
    }
}

static std::string makeDefinition(const std::string &name,
                                  const std::string &text) {
  return "(define-fun " + quoteName(name) + " () Real " + text + ")";
}

Poly Statements::define(const Poly &element, const Poly &poly,
                        const std::string &comment) {
  if (terms.hasVariables(element) || terms.hasVariables(poly) ||
      poly.constant() || poly.isAtom())
    return poly;
  std::string name = element.str();
  definitions.emplace(name, poly);
  declare(poly);
  if (!stated.count(name))
    lines.push_back("; " + comment);
  return state(name, makeDefinition(name, toSMT(poly)));
}

Poly Statements::defineAlways(const std::string &name, const Poly &poly) {
  definitions.emplace(name, poly);
  declare(poly);
  return state(name, makeDefinition(name, toSMT(poly)));
}

Poly Statements::expandName(const std::string &name) {
  auto definition = definitions.find(name);
  if (definition == definitions.end()) {
    Poly atom;
    atom.add({{name, 1}}, Fraction(1));
    return atom;
  }
  if (auto found = expanded.find(name); found != expanded.end())
    return found->second;
  return expanded[name] = expand(definition->second);
}

Poly Statements::expand(const Poly &poly) {
  Poly total;
  for (const auto &[text, term] : poly.terms) {
    Poly product = term.coefficient;
    for (const auto &[name, power] : term.monomial) {
      Poly factor = expandName(name);
      for (unsigned i = 0; i < power; ++i) {
        if (product.terms.size() * factor.terms.size() > kMaxExpanded)
          return poly;
        product = terms.mul(product, factor);
      }
    }
    total = terms.add(total, product);
    if (total.terms.size() > kMaxExpanded)
      return poly;
  }
  return total;
}

Poly Statements::extent(const Extent &extent) {
  for (const std::string &name : extent.symbols)
    state(name, "(declare-const " + quoteName(name) +
                    " Real)\n(assert (>= " + quoteName(name) + " 0.0))");
  return terms.extent(extent);
}

void Statements::note(const std::string &what) {
  if (!llvm::is_contained(notes, what))
    notes.push_back(what);
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// 1 / (c a b^2) = 1/c (1/a) (1/b)^2, and 1 / (1/a) = a
Poly Statements::reciprocal(const Poly &named) {
  Poly poly = terms.hasVariables(named) ? named : expand(named);
  if (std::optional<Fraction> number = poly.constant()) {
    if (*number != Fraction(0))
      return Fraction(1) / *number;
    terms.fail("a division by 0");
    return Poly();
  }
  const Poly::Term &first = poly.terms.begin()->second;
  if (poly.terms.size() == 1 && !poly.isAtom()) {
    Poly result = Fraction(1) / first.coefficient;
    for (const auto &[name, power] : first.monomial) {
      Poly atom;
      atom.add({{name, 1}}, Fraction(1));
      result = terms.mul(result, terms.power(reciprocal(atom), power));
    }
    return result;
  }
  Poly quotient = terms.apply("1/", {poly});
  if (poly.isAtom()) {
    const Atom &atom = terms.get(poly.str());
    if (atom.kind == Atom::Kind::Apply && atom.name == "1/")
      return atom.operands[0];
  }
  if (terms.hasVariables(poly)) {
    note("1/");
    return quotient;
  }
  std::string name = quotient.str();
  return state(name, defineReciprocal(name, poly));
}

Poly Statements::root(const Poly &named) {
  Poly poly = terms.hasVariables(named) ? named : expand(named);
  Poly root = terms.apply("sqrt", {poly});
  if (terms.hasVariables(poly)) {
    note("sqrt");
    return root;
  }
  std::string name = root.str();
  return state(name, defineRoot(name, poly));
}

/// The name of the only atom of `poly`.
static std::string getOnlyName(const Poly &poly) {
  return poly.terms.begin()->second.monomial.begin()->first;
}

Poly Statements::choice(const std::string &name,
                        const std::vector<Poly> &operands,
                        llvm::StringRef pattern) {
  auto varies = [&](const Poly &poly) { return terms.hasVariables(poly); };
  if (llvm::any_of(operands, varies)) {
    note(name);
    return terms.apply(name, operands);
  }
  std::string text;
  for (const Poly &operand : operands)
    declare(operand);
  for (size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '{') {
      text += pattern[at];
      continue;
    }
    text += toSMT(operands[pattern[at + 1] - '0']);
    at += 2;
  }
  std::string own = getOnlyName(terms.apply(name, operands));
  return state(own, makeDefinition(own, text));
}

Poly Statements::function(const std::string &name,
                          const std::vector<Poly> &operands) {
  note(name);
  Poly applied = terms.apply(name, operands);
  auto varies = [&](const Poly &poly) { return terms.hasVariables(poly); };
  if (operands.empty() || llvm::any_of(operands, varies))
    return applied;
  std::vector<std::string> sorts(operands.size(), "Real"), texts;
  for (const Poly &operand : operands) {
    declare(operand);
    texts.push_back(toSMT(operand));
  }
  std::string kind = name + "/" + std::to_string(operands.size());
  if (stated.insert(kind).second) {
    lines.push_back("(declare-fun " + quoteName(kind) + " (" +
                    llvm::join(sorts, " ") + ") Real)");
    ++numFunctions;
  }
  std::string own = getOnlyName(applied);
  return state(own, makeDefinition(own, "(" + quoteName(kind) + " " +
                                            llvm::join(texts, " ") + ")"));
}
