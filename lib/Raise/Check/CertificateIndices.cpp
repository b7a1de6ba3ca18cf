//===- CertificateIndices.cpp - indices and extents of a certificate ------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateTerms.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm::raise::certificate;

static constexpr const char *kNoIndex = "an index is not understood";

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

std::string IndexBase::str() const {
  if (kind == Kind::Variable)
    return name;
  return "(" + index->str() + ") " +
         (kind == Kind::Quotient ? "floordiv " : "mod ") +
         std::to_string(divisor);
}

std::string Index::str() const {
  std::vector<std::string> parts;
  parts.reserve(terms.size() + 1);
  for (const auto &[text, term] : terms)
    parts.push_back(term.coefficient == 1
                        ? text
                        : std::to_string(term.coefficient) + "*" + text);
  if (constant != 0 || parts.empty())
    parts.push_back(std::to_string(constant));
  return llvm::join(parts, " + ");
}

Extent Extent::operator*(const Extent &other) const {
  Extent product = *this;
  product.number *= other.number;
  product.symbols.insert(other.symbols.begin(), other.symbols.end());
  return product;
}

std::string Extent::str() const {
  std::vector<std::string> parts(symbols.begin(), symbols.end());
  if (number != 1 || parts.empty())
    parts.insert(parts.begin(), std::to_string(number));
  return llvm::join(parts, "*");
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

Index Index::variable(std::string name) {
  Index index;
  index.add({IndexBase::Kind::Variable, std::move(name), nullptr}, 1);
  return index;
}

bool Index::isVariable(const std::string &name) const {
  return constant == 0 && terms.size() == 1 && terms.begin()->first == name &&
         terms.begin()->second.coefficient == 1;
}

void Index::add(const IndexBase &base, int64_t coefficient) {
  if (coefficient == 0)
    return;
  auto [entry, isNew] = terms.try_emplace(base.str(), Term{base, coefficient});
  if (!isNew && (entry->second.coefficient += coefficient) == 0)
    terms.erase(entry);
}

void Index::collectVariables(std::set<std::string> &names) const {
  for (const auto &[text, term] : terms) {
    if (term.base.kind == IndexBase::Kind::Variable)
      names.insert(term.base.name);
    else
      term.base.index->collectVariables(names);
  }
}

std::set<std::string> Index::variables() const {
  std::set<std::string> names;
  collectVariables(names);
  return names;
}

void Index::collectDivisors(const std::string &name,
                            std::set<int64_t> &found) const {
  for (const auto &[text, term] : terms)
    if (term.base.kind != IndexBase::Kind::Variable &&
        term.base.index->variables().count(name)) {
      found.insert(term.base.divisor);
      term.base.index->collectDivisors(name, found);
    }
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

void Terms::setRange(const std::string &name, const Extent &extent) {
  ranges[name] =
      extent.isStatic() ? std::optional<int64_t>(extent.number) : std::nullopt;
}

Variable Terms::fresh(const Extent &extent) {
  Variable variable = {"t" + std::to_string(numFresh++), extent};
  setRange(variable.name, extent);
  return variable;
}

/// c * (e floordiv c) + e mod c = e
static bool joinRemainder(Index &index) {
  for (const auto &[text, term] : index.terms) {
    if (term.base.kind != IndexBase::Kind::Remainder)
      continue;
    IndexBase remainder = term.base, quotient = term.base;
    quotient.kind = IndexBase::Kind::Quotient;
    int64_t factor = term.coefficient;
    auto found = index.terms.find(quotient.str());
    if (found == index.terms.end() ||
        found->second.coefficient != factor * remainder.divisor)
      continue;
    index.add(quotient, -factor * remainder.divisor);
    index.add(remainder, -factor);
    for (const auto &[innerText, inner] : remainder.index->terms)
      index.add(inner.base, inner.coefficient * factor);
    index.constant += remainder.index->constant * factor;
    return true;
  }
  return false;
}

Index Terms::add(const Index &lhs, const Index &rhs, int64_t factor) {
  Index total = lhs;
  for (const auto &[text, term] : rhs.terms)
    total.add(term.base, term.coefficient * factor);
  total.constant += rhs.constant * factor;
  while (joinRemainder(total))
    continue;
  return total;
}

std::pair<std::optional<int64_t>, std::optional<int64_t>>
Terms::bounds(const Index &index) {
  std::optional<int64_t> low = index.constant, high = index.constant;
  for (const auto &[text, term] : index.terms) {
    std::optional<int64_t> most;
    if (term.base.kind == IndexBase::Kind::Variable) {
      auto range = ranges.find(term.base.name);
      if (range != ranges.end() && range->second)
        most = *range->second - 1;
    } else if (term.base.kind == IndexBase::Kind::Remainder) {
      most = term.base.divisor - 1;
    } else if (std::optional<int64_t> inner = bounds(*term.base.index).second) {
      most = *inner / term.base.divisor;
    }
    std::optional<int64_t> &end = term.coefficient > 0 ? high : low;
    end = end && most ? std::optional(*end + term.coefficient * *most)
                      : std::nullopt;
  }
  return {low, high};
}

/// The part of `index` that is a multiple of `divisor`, divided by it, and the
/// rest.
static std::pair<Index, Index> splitMultiples(const Index &index,
                                              int64_t divisor) {
  int64_t remainder = ((index.constant % divisor) + divisor) % divisor;
  Index whole((index.constant - remainder) / divisor), rest(remainder);
  for (const auto &[text, term] : index.terms) {
    if (term.coefficient % divisor == 0)
      whole.add(term.base, term.coefficient / divisor);
    else
      rest.add(term.base, term.coefficient);
  }
  return {whole, rest};
}

Index Terms::floorDiv(const Index &index, int64_t divisor) {
  auto [whole, rest] = splitMultiples(index, divisor);
  auto [low, high] = bounds(rest);
  if (!low || *low < 0) {
    fail(kNoIndex);
    return Index();
  }
  if (high && *high < divisor)
    return whole;
  if (whole.isConstant() && whole.constant == 0 && rest.terms.size() == 1 &&
      rest.constant == 0) {
    const Index::Term &term = rest.terms.begin()->second;
    if (term.base.kind == IndexBase::Kind::Quotient && term.coefficient == 1)
      return floorDiv(*term.base.index, term.base.divisor * divisor);
  }
  Index quotient;
  quotient.add({IndexBase::Kind::Quotient, "",
                std::make_shared<const Index>(rest), divisor},
               1);
  return add(whole, quotient);
}

Index Terms::mod(const Index &index, int64_t divisor) {
  Index rest = splitMultiples(index, divisor).second;
  auto [low, high] = bounds(rest);
  if (!low || *low < 0) {
    fail(kNoIndex);
    return Index();
  }
  if (high && *high < divisor)
    return rest;
  Index remainder;
  remainder.add({IndexBase::Kind::Remainder, "",
                 std::make_shared<const Index>(rest), divisor},
                1);
  return remainder;
}

Index Terms::substitute(const Index &index, const Values &values) {
  Index total(index.constant);
  for (const auto &[text, term] : index.terms) {
    Index replaced;
    if (term.base.kind == IndexBase::Kind::Variable) {
      auto value = values.find(term.base.name);
      replaced = value != values.end() ? value->second
                                       : Index::variable(term.base.name);
    } else {
      Index inner = substitute(*term.base.index, values);
      replaced = term.base.kind == IndexBase::Kind::Quotient
                     ? floorDiv(inner, term.base.divisor)
                     : mod(inner, term.base.divisor);
    }
    total = add(total, replaced, term.coefficient);
  }
  return total;
}

std::vector<Index> Terms::apply(AffineMap map, ArrayRef<Index> operands) {
  auto visit = [&](auto &&self, AffineExpr expr) -> Index {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return operands[dim.getPosition()];
    if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
      return operands[map.getNumDims() + symbol.getPosition()];
    if (auto number = dyn_cast<AffineConstantExpr>(expr))
      return Index(number.getValue());
    auto binary = cast<AffineBinaryOpExpr>(expr);
    Index lhs = self(self, binary.getLHS()), rhs = self(self, binary.getRHS());
    if (binary.getKind() == AffineExprKind::Add)
      return add(lhs, rhs);
    if (binary.getKind() == AffineExprKind::Mul &&
        (lhs.isConstant() || rhs.isConstant()))
      return rhs.isConstant() ? scale(lhs, rhs.constant)
                              : scale(rhs, lhs.constant);
    if (rhs.isConstant() && rhs.constant > 0) {
      if (binary.getKind() == AffineExprKind::FloorDiv)
        return floorDiv(lhs, rhs.constant);
      if (binary.getKind() == AffineExprKind::Mod)
        return mod(lhs, rhs.constant);
    }
    fail(kNoIndex);
    return Index();
  };
  std::vector<Index> results;
  for (AffineExpr expr : map.getResults())
    results.push_back(visit(visit, expr));
  return results;
}
