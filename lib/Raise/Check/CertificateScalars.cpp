//===- CertificateScalars.cpp - scalar ops of a quoted program ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The meaning of one op over the reals. A truth is 1 or 0. Comparisons of
// indices are exact; those of numbers are cases; nothing is NaN. An op that is
// not listed is a function of its operands and attributes.
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateReader.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::norm::raise::certificate;

/// Powers above this one, and multiples of 1/2 above it, are functions.
static constexpr int64_t kMaxTwicePower = 16;

Poly Reader::readScalar(Operation *op, const std::vector<Index> &loops,
                        const std::vector<Poly> &operands) {
  Poly meaning = getMeaning(op, loops, operands);
  // Integers have no names, so that an index stays one.
  if (isa<arith::ConstantOp, arith::SIToFPOp, arith::UIToFPOp>(op) ||
      getElementTypeOrSelf(op->getResult(0)).isIntOrIndex())
    return meaning;
  noteSign(op, operands, meaning);
  return statements.define(getElement(op->getResult(0), loops), meaning,
                           getComment(op));
}

/// An op with its attributes, but for fast-math flags, as a name.
static std::string getFunctionName(Operation *op) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  stream << op->getName();
  const char *separator = " {";
  // Sorted by name, as dictionaries are.
  for (NamedAttribute attribute : op->getAttrDictionary()) {
    if (attribute.getName() == "fastmath")
      continue;
    stream << separator << attribute.getName().getValue() << " = "
           << attribute.getValue();
    separator = ", ";
  }
  if (separator[0] == ',')
    stream << "}";
  return name;
}

Poly Reader::getMeaning(Operation *op, const std::vector<Index> &loops,
                        const std::vector<Poly> &operands) {
  Value result = op->getResult(0);
  if (std::optional<Poly> integer = getIntegerMeaning(op, operands))
    return *integer;
  if (isa<arith::ConstantOp>(op) ||
      (isa<arith::TruncFOp>(op) && claims.contains(result)))
    return getNumber(op, loops);
  if (auto index = dyn_cast<linalg::IndexOp>(op))
    return toPoly(loops[index.getDim()]);
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op))
    if (std::optional<std::vector<Index>> indices = toIndices(operands))
      return toPoly(terms.apply(apply.getMap(), *indices)[0]);
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    if (!dim.getConstantIndex() ||
        !isa<RankedTensorType>(dim.getSource().getType()))
      return getElement(result, loops);
    return statements.extent(
        getDimension(dim.getSource(), *dim.getConstantIndex()));
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    std::optional<std::vector<Index>> indices = toIndices(operands);
    return indices ? at(extract.getTensor(), *indices)
                   : getElement(result, loops);
  }
  if (isa<arith::ExtFOp, arith::TruncFOp, arith::UIToFPOp>(op))
    return operands[0];
  if (isa<arith::SIToFPOp>(op))
    return isTruth(op->getOperand(0)) ? terms.scale(operands[0], Fraction(-1))
                                      : operands[0];
  if (isa<arith::AddFOp>(op))
    return terms.add(operands[0], operands[1]);
  if (isa<arith::SubFOp>(op))
    return terms.sub(operands[0], operands[1]);
  if (isa<arith::MulFOp>(op) || (isa<arith::AndIOp>(op) && isTruth(result)))
    return terms.mul(operands[0], operands[1]);
  if (isa<arith::DivFOp>(op))
    return terms.mul(operands[0], statements.reciprocal(operands[1]));
  if (isa<arith::NegFOp>(op))
    return terms.scale(operands[0], Fraction(-1));
  if (isa<math::FmaOp>(op))
    return terms.add(terms.mul(operands[0], operands[1]), operands[2]);
  if (isa<math::SqrtOp>(op))
    return statements.root(operands[0]);
  if (isa<math::RsqrtOp>(op))
    return statements.reciprocal(statements.root(operands[0]));
  if (isa<math::PowFOp, math::FPowIOp, math::IPowIOp>(op))
    return getPower(op, operands);
  if (isa<math::AbsFOp>(op)) {
    if (isNonNegative(operands[0]))
      return operands[0];
    if (!terms.hasVariables(operands[0]))
      return statements.choice("abs", operands,
                               "(ite (>= {0} 0.0) {0} (- {0}))");
    statements.note("abs");
    bool isAbs = operands[0].isAtom() &&
                 StringRef(operands[0].str()).starts_with("abs(");
    return isAbs ? operands[0] : terms.apply("abs", operands);
  }
  if (std::optional<Poly> clamped = getClamped(op, operands))
    return *clamped;
  if (isa<arith::MaximumFOp, arith::MaxNumFOp>(op))
    return statements.choice("max", operands, "(ite (>= {0} {1}) {0} {1})");
  if (isa<arith::MinimumFOp, arith::MinNumFOp>(op))
    return statements.choice("min", operands, "(ite (<= {0} {1}) {0} {1})");
  if (isa<arith::OrIOp>(op) && isTruth(result))
    return terms.sub(terms.add(operands[0], operands[1]),
                     terms.mul(operands[0], operands[1]));
  if (isa<arith::XOrIOp>(op) && isTruth(result))
    return terms.sub(
        terms.add(operands[0], operands[1]),
        terms.scale(terms.mul(operands[0], operands[1]), Fraction(2)));
  if (isa<arith::SelectOp>(op))
    return getSelect(operands);
  if (isa<arith::CmpIOp, arith::CmpFOp>(op))
    return getComparison(op, operands);
  return statements.function(getFunctionName(op), operands);
}

/// max(a, c) = a where a >= 0 >= c or c is -inf, and min(a, c) likewise.
std::optional<Poly> Reader::getClamped(Operation *op, ArrayRef<Poly> operands) {
  bool isMaximum = isa<arith::MaximumFOp, arith::MaxNumFOp>(op);
  if (!isMaximum && !isa<arith::MinimumFOp, arith::MinNumFOp>(op))
    return std::nullopt;
  Fraction sign(isMaximum ? 1 : -1);
  for (auto [own, other] : {std::pair(0, 1), std::pair(1, 0)}) {
    Value bound = op->getOperand(other);
    if (isMaximum ? matchPattern(bound, m_NegInfFloat())
                  : matchPattern(bound, m_PosInfFloat()))
      return operands[own];
    std::optional<Fraction> number = operands[other].constant();
    if (number && !(Fraction(0) < sign * *number) &&
        isNonNegative(terms.scale(operands[own], sign)))
      return operands[own];
  }
  return std::nullopt;
}

/// Notes that `meaning` is not negative where that follows from the operands:
/// (x + y)^2 multiplied out no longer says so.
void Reader::noteSign(Operation *op, ArrayRef<Poly> operands,
                      const Poly &meaning) {
  auto isPositive = [&](const Poly &poly) { return isNonNegative(poly); };
  bool areAll = llvm::all_of(operands, isPositive);
  std::optional<Fraction> exponent;
  if (isa<math::PowFOp, math::FPowIOp, math::IPowIOp>(op))
    exponent = operands[1].constant();
  bool isEven = exponent && exponent->den == 1 && exponent->num % 2 == 0;
  bool isSquare =
      isa<arith::MulFOp>(op) && operands[0].str() == operands[1].str();
  bool isLarge = isa<arith::MaximumFOp, arith::MaxNumFOp>(op) &&
                 llvm::any_of(operands, isPositive);
  if (isEven || isSquare || isLarge || isa<math::AbsFOp>(op) ||
      (areAll && isa<arith::AddFOp, arith::MulFOp, arith::DivFOp,
                     arith::MinimumFOp, arith::MinNumFOp, math::FmaOp>(op)))
    terms.setNonNegative(meaning);
}

/// What a literal stands for; an element of a constant that is no number.
Poly Reader::getNumber(Operation *op, const std::vector<Index> &loops) {
  Value value = op->getResult(0);
  if (auto claim = claims.find(value); claim != claims.end()) {
    Poly number = claim->second.number;
    if (claim->second.kind == Claim::Kind::Number)
      return number;
    Poly root = statements.root(number);
    if (claim->second.kind == Claim::Kind::FourthRoot)
      return statements.root(root);
    return claim->second.kind == Claim::Kind::Root
               ? root
               : statements.reciprocal(root);
  }
  Attribute attribute = cast<arith::ConstantOp>(op).getValue();
  if (auto splat = dyn_cast<SplatElementsAttr>(attribute))
    attribute = splat.getSplatValue<Attribute>();
  if (auto number = dyn_cast<IntegerAttr>(attribute)) {
    APInt bits = number.getValue();
    if (number.getType().isInteger(1))
      return Fraction(bits.getZExtValue());
    if (bits.getSignificantBits() <= 64)
      return Fraction(bits.getSExtValue());
  }
  return getElement(value, loops);
}

Poly Reader::getPower(Operation *op, const std::vector<Poly> &operands) {
  std::optional<Fraction> exponent = operands[1].constant();
  if (exponent) {
    Fraction twice = *exponent * Fraction(2);
    if (twice.den == 1 && abs(twice) <= Fraction(kMaxTwicePower)) {
      int64_t number = int64_t(twice.num);
      bool isWhole = number % 2 == 0;
      Poly base = isWhole ? operands[0] : statements.root(operands[0]);
      if (number < 0)
        base = statements.reciprocal(base);
      return terms.power(base, std::abs(number) / (isWhole ? 2 : 1));
    }
  }
  return statements.function(op->getName().getStringRef().str(), operands);
}

Poly Reader::getSelect(const std::vector<Poly> &operands) {
  const Poly &condition = operands[0];
  if (std::optional<Fraction> number = condition.constant())
    return *number != Fraction(0) ? operands[1] : operands[2];
  bool isOfIndices = llvm::all_of(condition.terms, [&](const auto &entry) {
    return llvm::all_of(entry.second.monomial, [&](const auto &factor) {
      return terms.get(factor.first).kind == Atom::Kind::Below;
    });
  });
  if (isOfIndices)
    return terms.add(terms.mul(condition, operands[1]),
                     terms.mul(terms.sub(Fraction(1), condition), operands[2]));
  return statements.choice("select", operands, "(ite (= {0} 1.0) {1} {2})");
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

/// A number that is affine in indices, with whole coefficients; none for
/// others.
std::optional<Index> Reader::toIndex(const Poly &poly) {
  Index index;
  for (const auto &[text, term] : poly.terms) {
    if (term.coefficient.den != 1)
      return std::nullopt;
    int64_t coefficient = int64_t(term.coefficient.num);
    if (term.monomial.empty()) {
      index.constant += coefficient;
      continue;
    }
    auto [name, power] = *term.monomial.begin();
    const Atom &atom = terms.get(name);
    if (term.monomial.size() != 1 || power != 1 ||
        atom.kind != Atom::Kind::Element || atom.name != "index")
      return std::nullopt;
    index = terms.add(index, atom.indices[0], coefficient);
  }
  return index;
}

std::optional<std::vector<Index>>
Reader::toIndices(const std::vector<Poly> &polys) {
  std::vector<Index> indices;
  for (const Poly &poly : polys) {
    std::optional<Index> index = toIndex(poly);
    if (!index)
      return std::nullopt;
    indices.push_back(*index);
  }
  return indices;
}

/// An index as a number.
Poly Reader::toPoly(const Index &index) {
  Poly poly = Fraction(index.constant);
  for (const auto &[text, term] : index.terms) {
    Index base;
    base.add(term.base, 1);
    poly = terms.add(poly, terms.scale(terms.element("index", {base}),
                                       Fraction(term.coefficient)));
  }
  return poly;
}

Poly Reader::getComparison(Operation *op, const std::vector<Poly> &operands) {
  if (auto compareFloats = dyn_cast<arith::CmpFOp>(op))
    return compare(
        arith::stringifyCmpFPredicate(compareFloats.getPredicate()).str(),
        operands);
  auto cmp = cast<arith::CmpIOp>(op);
  std::string predicate =
      arith::stringifyCmpIPredicate(cmp.getPredicate()).str();
  auto mayBeNegative = [&](const Poly &poly) {
    std::optional<Index> index = toIndex(poly);
    std::optional<int64_t> low = index ? terms.bounds(*index).first : -1;
    return !low || *low < 0;
  };
  // An unsigned comparison of what is not negative is the signed one.
  if (isTruth(cmp.getLhs()) ||
      (predicate[0] == 'u' && llvm::any_of(operands, mayBeNegative)))
    return statements.function("arith.cmpi " + predicate, operands);
  return compare("o" + predicate.substr(predicate.size() - 2), operands);
}

/// Over the reals: nothing is unordered.
Poly Reader::compare(const std::string &name,
                     const std::vector<Poly> &operands) {
  StringRef predicate = name;
  if (predicate == "true" || predicate == "ord")
    return Fraction(1);
  if (predicate == "false" || predicate == "uno")
    return Poly();
  StringRef kind = predicate.drop_front();
  if (std::optional<std::vector<Index>> indices = toIndices(operands)) {
    Index distance = terms.add((*indices)[0], (*indices)[1], -1);
    Poly less = terms.below(distance, 0), most = terms.below(distance, 1);
    Poly equal = terms.sub(most, less);
    return kind == "lt"   ? less
           : kind == "le" ? most
           : kind == "gt" ? terms.sub(Fraction(1), most)
           : kind == "ge" ? terms.sub(Fraction(1), less)
           : kind == "eq" ? equal
                          : terms.sub(Fraction(1), equal);
  }
  if (std::optional<Fraction> difference =
          terms.sub(operands[0], operands[1]).constant()) {
    int sign = presburger::compare(*difference, Fraction(0));
    bool isTrue = kind == "eq"   ? sign == 0
                  : kind == "ne" ? sign != 0
                  : kind == "lt" ? sign < 0
                  : kind == "le" ? sign <= 0
                  : kind == "gt" ? sign > 0
                                 : sign >= 0;
    return Fraction(isTrue);
  }
  StringRef sign = kind == "eq"   ? "="
                   : kind == "ne" ? "distinct"
                   : kind == "lt" ? "<"
                   : kind == "le" ? "<="
                   : kind == "gt" ? ">"
                                  : ">=";
  return statements.choice(kind.str(), operands,
                           ("(ite (" + sign + " {0} {1}) 1.0 0.0)").str());
}
