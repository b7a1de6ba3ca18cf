//===- CertificateSums.cpp - sums of a certificate ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sum of a monomial becomes a product of symbols. Example, for a row of 12
// that was reshaped to 3 x 4 (c does not vary along it):
//   sum(c x[a, b] x[a, b], a < 3, b < 4)  = c sum(x[j0, j1]^2, j0 < 3, j1 < 4)
//   sum(c x[j floordiv 4, j mod 4]^2, j < 12) is the same, by j = 4 a + b
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateTerms.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::norm::raise::certificate;

/// Dimensions of one sum: all orders of them are tried for its name.
static constexpr size_t kMaxVariables = 4;

//===----------------------------------------------------------------------===//
// Substitution
//===----------------------------------------------------------------------===//

Poly Terms::toPoly(const PowerProduct &monomial) {
  Poly poly;
  poly.add(monomial, Fraction(1));
  return poly;
}

Poly Terms::substitute(const Poly &poly, const Values &values) {
  Poly total;
  for (const auto &[text, term] : poly.terms) {
    Poly product = term.coefficient;
    for (const auto &[name, power] : term.monomial)
      product = mul(product, this->power(substitute(name, values), power));
    total = add(total, product);
  }
  return total;
}

Poly Terms::substitute(const std::string &name, const Values &values) {
  Atom atom = get(name);
  if (llvm::none_of(atom.variables, [&](const std::string &variable) {
        return values.count(variable) != 0;
      }))
    return toPoly({{name, 1}});
  if (atom.kind == Atom::Kind::Sum) {
    auto [variables, monomial] = renameApart(atom);
    return sum(substitute(toPoly(monomial), values), variables);
  }
  for (Index &index : atom.indices)
    index = substitute(index, values);
  for (Poly &operand : atom.operands)
    operand = substitute(operand, values);
  if (atom.kind == Atom::Kind::Element)
    return element(atom.name, std::move(atom.indices));
  if (atom.kind == Atom::Kind::Below)
    return below(atom.indices[0], atom.bound);
  return apply(atom.name, std::move(atom.operands));
}

/// A monomial in other variables; it stays a monomial.
PowerProduct Terms::rename(const PowerProduct &monomial, const Values &values) {
  Poly poly = substitute(toPoly(monomial), values);
  if (poly.terms.size() == 1 &&
      poly.terms.begin()->second.coefficient == Fraction(1))
    return poly.terms.begin()->second.monomial;
  fail("a condition on an index is not understood");
  return {};
}

/// The variables and the body of a sum, with variables of its own.
std::pair<Variables, PowerProduct> Terms::renameApart(const Atom &sum) {
  Variables variables;
  Values values;
  for (const Variable &variable : sum.bounds) {
    variables.push_back(fresh(variable.extent));
    values[variable.name] = Index::variable(variables.back().name);
  }
  return {variables, rename(sum.body, values)};
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

void Terms::collectIndices(const std::string &name,
                           std::vector<Index> &indices) {
  const Atom &atom = get(name);
  llvm::append_range(indices, atom.indices);
  for (const Poly &operand : atom.operands)
    for (const auto &[text, term] : operand.terms)
      for (const auto &[inner, power] : term.monomial)
        collectIndices(inner, indices);
  for (const auto &[inner, power] : atom.body)
    collectIndices(inner, indices);
}

std::vector<Index> Terms::getIndices(const PowerProduct &monomial) {
  std::vector<Index> indices;
  for (const auto &[name, power] : monomial)
    collectIndices(name, indices);
  return indices;
}

/// `variables` with those of `own` in place of the one at `position`.
static Variables replaceAt(const Variables &variables, size_t position,
                           const Variables &own) {
  Variables result = variables;
  result.erase(result.begin() + position);
  result.insert(result.begin() + position, own.begin(), own.end());
  return result;
}

/// k = c a + b where k floordiv c or k mod c is read.
Terms::Replaced Terms::split(const Variables &variables,
                             const PowerProduct &monomial) {
  std::vector<Index> indices = getIndices(monomial);
  for (auto [position, variable] : llvm::enumerate(variables)) {
    std::set<int64_t> divisors;
    for (const Index &index : indices)
      index.collectDivisors(variable.name, divisors);
    for (int64_t c : llvm::reverse(divisors)) {
      if (variable.extent.number % c != 0)
        continue;
      Extent outer = variable.extent, inner;
      outer.number /= c;
      inner.number = c;
      Variable a = fresh(outer), b = fresh(inner);
      Index whole = add(Index::variable(b.name), Index::variable(a.name), c);
      return {{replaceAt(variables, position, {a, b}),
               substitute(toPoly(monomial), {{variable.name, whole}})}};
    }
  }
  return std::nullopt;
}

/// Whether every index that reads one of them reads f (size * a + b).
static bool isReadAsOne(const std::vector<Index> &indices, const Variable &a,
                        const Variable &b, int64_t size) {
  bool isRead = false;
  for (const Index &index : indices) {
    std::set<std::string> variables = index.variables();
    if (!variables.count(a.name) && !variables.count(b.name))
      continue;
    isRead = true;
    std::set<int64_t> divisors;
    index.collectDivisors(a.name, divisors);
    index.collectDivisors(b.name, divisors);
    auto first = index.terms.find(a.name), second = index.terms.find(b.name);
    if (!divisors.empty() || first == index.terms.end() ||
        second == index.terms.end() ||
        first->second.coefficient != size * second->second.coefficient)
      return false;
  }
  return isRead;
}

/// B a + b = k where b < B and nothing else of a and b is read.
Terms::Replaced Terms::join(const Variables &variables,
                            const PowerProduct &monomial) {
  std::vector<Index> indices = getIndices(monomial);
  for (const Variable &a : variables)
    for (const Variable &b : variables) {
      if (a.name == b.name || !b.extent.isStatic() ||
          !isReadAsOne(indices, a, b, b.extent.number))
        continue;
      // f (B a + b) becomes f k: k stands in for b, 0 for a.
      Variable k = fresh(a.extent * b.extent);
      Variables left;
      for (const Variable &variable : variables)
        if (variable.name != a.name && variable.name != b.name)
          left.push_back(variable);
      left.push_back(k);
      return {{left,
               substitute(toPoly(monomial), {{b.name, Index::variable(k.name)},
                                             {a.name, Index()}})}};
    }
  return std::nullopt;
}

/// The sum over j < n of what counts for j < c is one over j < min(c, n).
Terms::Replaced Terms::narrow(const Variables &variables,
                              const PowerProduct &monomial) {
  for (const auto &[name, power] : monomial) {
    const Atom &atom = get(name);
    if (atom.kind != Atom::Kind::Below)
      continue;
    for (auto [position, variable] : llvm::enumerate(variables)) {
      if (!atom.indices[0].isVariable(variable.name) ||
          !variable.extent.isStatic())
        continue;
      Extent narrowed;
      narrowed.number =
          std::max<int64_t>(0, std::min(variable.extent.number, atom.bound));
      PowerProduct rest = monomial;
      rest.erase(name);
      Variable own = fresh(narrowed);
      return {{replaceAt(variables, position, {own}),
               substitute(toPoly(rest),
                          {{variable.name, Index::variable(own.name)}})}};
    }
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

Poly Terms::sum(const Poly &poly, const Variables &variables) {
  Poly total;
  for (const auto &[text, term] : poly.terms)
    if (failure.empty())
      total =
          add(total, scale(sumOf(variables, term.monomial), term.coefficient));
  return total;
}

Poly Terms::sumOf(Variables variables, PowerProduct monomial) {
  // One position has index 0.
  for (auto [position, variable] : llvm::enumerate(variables))
    if (variable.extent.isStatic() && variable.extent.number == 1)
      return sum(substitute(toPoly(monomial), {{variable.name, Index()}}),
                 replaceAt(variables, position, {}));
  auto isInner = [&](const auto &factor) {
    const Atom &atom = get(factor.first);
    return atom.kind == Atom::Kind::Sum &&
           llvm::any_of(variables, [&](const Variable &variable) {
             return atom.variables.count(variable.name) != 0;
           });
  };
  // Sums of sums are one.
  for (;;) {
    auto inner = llvm::find_if(monomial, isInner);
    if (inner == monomial.end() || !failure.empty())
      break;
    Atom atom = get(inner->first);
    if (--inner->second == 0)
      monomial.erase(inner);
    auto [own, body] = renameApart(atom);
    llvm::append_range(variables, own);
    for (const auto &[name, power] : body)
      monomial[name] += power;
    std::vector<Poly> factors;
    monomial = reducePowers(std::move(monomial), factors);
    if (!factors.empty())
      fail("a product of sums is not understood");
  }
  if (!failure.empty())
    return Poly();
  Replaced replaced = split(variables, monomial);
  if (!replaced)
    replaced = join(variables, monomial);
  if (!replaced)
    replaced = narrow(variables, monomial);
  if (replaced)
    return sum(replaced->second, replaced->first);
  return sumOfParts(variables, monomial);
}

/// What does not vary leaves the sum, and factors without a common variable are
/// sums of their own: sum(f[a] g[b], a, b) = sum(f[a], a) sum(g[b], b).
Poly Terms::sumOfParts(const Variables &variables,
                       const PowerProduct &monomial) {
  Poly result = Fraction(1);
  PowerProduct left = monomial;
  std::vector<bool> isDone(variables.size(), false);
  for (size_t first = 0; first < variables.size(); ++first) {
    if (isDone[first])
      continue;
    PowerProduct factors;
    std::set<std::string> part = {variables[first].name};
    for (bool grows = true; grows;) {
      grows = false;
      for (const auto &[name, power] : PowerProduct(left)) {
        const std::set<std::string> &own = get(name).variables;
        if (llvm::none_of(own, [&](const std::string &variable) {
              return part.count(variable) != 0;
            }))
          continue;
        factors[name] = power;
        left.erase(name);
        grows = true;
        for (const Variable &variable : variables)
          if (own.count(variable.name))
            part.insert(variable.name);
      }
    }
    Variables own;
    for (auto [position, variable] : llvm::enumerate(variables))
      if (part.count(variable.name)) {
        own.push_back(variable);
        isDone[position] = true;
      }
    result = mul(result, factors.empty() ? extent(own[0].extent)
                                         : makeSum(own, factors));
  }
  return mul(result, toPoly(left));
}

/// The symbol of a sum, under names that do not depend on where it came from:
/// those that give the least text.
Poly Terms::makeSum(const Variables &variables, const PowerProduct &monomial) {
  if (variables.size() > kMaxVariables) {
    fail("a sum has too many dimensions");
    return Poly();
  }
  std::set<std::string> free;
  for (const auto &[name, power] : monomial)
    free.insert(get(name).variables.begin(), get(name).variables.end());
  std::vector<std::string> names;
  for (unsigned number = 0; names.size() < variables.size(); ++number)
    if (std::string name = "j" + std::to_string(number); !free.count(name))
      names.push_back(name);
  std::vector<size_t> order(variables.size());
  for (auto [position, number] : llvm::enumerate(order))
    number = position;
  std::string best;
  Atom atom = {Atom::Kind::Sum, ""};
  do {
    Values values;
    Variables bounds;
    std::vector<std::string> limits;
    for (auto [name, number] : llvm::zip(names, order)) {
      values[variables[number].name] = Index::variable(name);
      bounds.push_back({name, variables[number].extent});
      limits.push_back(name + " < " + bounds.back().extent.str());
    }
    PowerProduct body = rename(monomial, values);
    std::string text =
        "sum(" + toString(body) + ", " + llvm::join(limits, ", ") + ")";
    if (best.empty() || text < best) {
      best = std::move(text);
      atom.bounds = std::move(bounds);
      atom.body = std::move(body);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return makeAtom(std::move(best), std::move(atom));
}
