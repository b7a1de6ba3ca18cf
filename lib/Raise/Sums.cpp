//===- Sums.cpp - row expressions: reductions and substitution ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The laws of sums over index ranges:
//   sum(c * f) = c * sum(f)                      c does not vary
//   sum(f + g) = sum(f) + sum(g)                 where f or g is a power
//   sum((k u + c)^p) = sum_j binomial(p, j) k^j c^(p-j) sum(u^j)
//   sum(1) = n
//   sum_i sum_j f = sum_(i,j) f
//   sum_(i<a, j<b) f(b i + j) = sum_(r<ab) f(r)  and back where f is torn
//   sum_(i<n) [i < k] f = sum_(i<k) f            k <= n
//
//===----------------------------------------------------------------------===//

#include "Expr.h"
#include "IndexMath.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Terms that an expansion may have; beyond it stays one opaque product.
static constexpr size_t kMaxExpansion = 32;
/// Powers of sums up to this one are expanded.
static constexpr int64_t kMaxPower = 4;

//===----------------------------------------------------------------------===//
// Affine form
//===----------------------------------------------------------------------===//

/// A product split into what varies and what does not.
struct SplitProduct {
  ExprRef factor;
  ExprRef varying;
};

static SplitProduct splitProduct(ExprContext &context, ExprRef expr,
                                 uint32_t mask) {
  Coefficient coefficient;
  SmallVector<Factor> fixed, varying;
  for (Factor factor : context.factorsOf(expr, coefficient))
    (factor.operand->dependsOn(mask) ? varying : fixed).push_back(factor);
  Coefficient inner;
  ExprRef primitive = context.takeCoefficient(context.mul(varying), inner);
  return {context.scale(coefficient * inner, context.mul(fixed)), primitive};
}

/// The part of terms that varies, as factor * varying: a factor that all share
/// moves out, else only the leading coefficient does.
static SplitProduct splitTerms(ExprContext &context, ArrayRef<Term> terms,
                               uint32_t mask) {
  if (terms.size() == 1) {
    SplitProduct split = splitProduct(context, terms[0].operand, mask);
    return {context.scale(terms[0].coefficient, split.factor), split.varying};
  }
  SmallVector<Term> varying;
  ExprRef shared = nullptr;
  bool isShared = true;
  for (Term term : terms) {
    SplitProduct split = splitProduct(context, term.operand, mask);
    isShared &= !shared || shared == split.factor;
    shared = split.factor;
    varying.push_back({term.coefficient, split.varying});
  }
  if (!isShared) {
    varying.assign(terms.begin(), terms.end());
    shared = context.constant(1.0);
  }
  Coefficient leading;
  ExprRef primitive = context.takeCoefficient(context.add(varying), leading);
  return {context.scale(leading, shared), primitive};
}

AffineForm mlir::norm::raise::toAffine(ExprContext &context, ExprRef expr,
                                       uint32_t mask) {
  ExprRef zero = context.constant(0.0);
  if (!expr->dependsOn(mask))
    return {zero, context.constant(1.0), expr};
  if (expr->kind != Expr::Kind::Add) {
    SplitProduct split = splitProduct(context, expr, mask);
    return {split.factor, split.varying, zero};
  }
  Coefficient constant;
  SmallVector<Term> fixed, varying;
  for (Term term : context.termsOf(expr, constant))
    (term.operand->dependsOn(mask) ? varying : fixed).push_back(term);
  SplitProduct split = splitTerms(context, varying, mask);
  return {split.factor, split.varying, context.add(fixed, constant)};
}

//===----------------------------------------------------------------------===//
// Expansion in what does not vary
//===----------------------------------------------------------------------===//

namespace {
/// factor * varying; `varying` is 1 for the part that does not vary.
struct Monomial {
  ExprRef factor;
  ExprRef varying;
};
using Expansion = SmallVector<Monomial>;
} // namespace

/// (k u + c)^p as an expansion; the power itself where it is not expanded.
static Expansion expandPower(ExprContext &context, Factor factor,
                             uint32_t mask) {
  ExprRef one = context.constant(1.0);
  int64_t power = factor.exponent.numerator;
  bool isSmall =
      factor.exponent.isInteger() && power >= 1 && power <= kMaxPower;
  if (!isSmall || factor.operand->kind != Expr::Kind::Add)
    return {{one, context.mul({factor})}};
  AffineForm affine = toAffine(context, factor.operand, mask);
  Expansion expansion;
  int64_t binomial = 1;
  for (int64_t i = power; i >= 0; --i) {
    if (affine.rest->isZero() && i != power)
      break;
    ExprRef coefficient =
        context.mul({{affine.factor, i}, {affine.rest, power - i}});
    coefficient = context.scale(Coefficient::exact(binomial), coefficient);
    expansion.push_back({coefficient, context.pow(affine.varying, i)});
    binomial = binomial * i / (power - i + 1);
  }
  return expansion;
}

static std::optional<Expansion> expand(ExprContext &context, ExprRef expr,
                                       uint32_t mask);

static std::optional<Expansion> expandProduct(ExprContext &context,
                                              ExprRef expr, uint32_t mask) {
  ExprRef one = context.constant(1.0);
  Coefficient coefficient;
  SmallVector<Factor> fixed, varying;
  for (Factor factor : context.factorsOf(expr, coefficient))
    (factor.operand->dependsOn(mask) ? varying : fixed).push_back(factor);
  ExprRef outer = context.scale(coefficient, context.mul(fixed));
  Expansion product = {{outer, one}};
  // A sum times what does not vary is a sum, whose terms are told apart.
  if (varying.size() == 1 && varying[0].exponent == Rational(1) &&
      varying[0].operand->kind == Expr::Kind::Add) {
    std::optional<Expansion> inner = expand(context, varying[0].operand, mask);
    if (!inner)
      return std::nullopt;
    for (Monomial &monomial : *inner)
      monomial.factor = context.mul(outer, monomial.factor);
    return inner;
  }
  for (Factor factor : varying) {
    Expansion power = expandPower(context, factor, mask);
    Expansion next;
    for (Monomial lhs : product)
      for (Monomial rhs : power)
        next.push_back({context.mul(lhs.factor, rhs.factor),
                        context.mul(lhs.varying, rhs.varying)});
    if (next.size() > kMaxExpansion)
      return std::nullopt;
    product = std::move(next);
  }
  return product;
}

/// Whether a term counts as a power of row elements: such terms of a sum are
/// summed one by one, all others together.
static bool isNonlinear(ExprContext &context, ExprRef expr, uint32_t mask) {
  auto hasPower = [&](ExprRef product) {
    Coefficient coefficient;
    return llvm::any_of(context.factorsOf(product, coefficient), [&](Factor f) {
      // A partial sum of powers, too: its outer sum is to meet the whole one.
      bool isSumOfPowers =
          f.operand->kind == Expr::Kind::Sum &&
          llvm::any_of(f.operand->operands.front()->exponents,
                       [](Rational e) { return e != Rational(1); });
      return f.operand->dependsOn(mask) &&
             (f.exponent != Rational(1) || isSumOfPowers);
    });
  };
  if (hasPower(expr))
    return true;
  std::optional<Expansion> expansion = expandProduct(context, expr, mask);
  return !expansion || llvm::any_of(*expansion, [&](Monomial monomial) {
    return hasPower(monomial.varying);
  });
}

/// `expr` as a sum of products factor * varying.
static std::optional<Expansion> expand(ExprContext &context, ExprRef expr,
                                       uint32_t mask) {
  ExprRef one = context.constant(1.0);
  if (!expr->dependsOn(mask))
    return Expansion{{expr, one}};
  if (expr->kind != Expr::Kind::Add)
    return expandProduct(context, expr, mask);

  Coefficient constant;
  SmallVector<Term> fixed, linear;
  Expansion expansion;
  for (Term term : context.termsOf(expr, constant)) {
    if (!term.operand->dependsOn(mask)) {
      fixed.push_back(term);
    } else if (!isNonlinear(context, term.operand, mask)) {
      linear.push_back(term);
    } else {
      std::optional<Expansion> inner = expand(context, term.operand, mask);
      if (!inner || expansion.size() + inner->size() > kMaxExpansion)
        return std::nullopt;
      for (Monomial monomial : *inner)
        expansion.push_back({context.scale(term.coefficient, monomial.factor),
                             monomial.varying});
    }
  }
  ExprRef rest = context.add(fixed, constant);
  if (!rest->isZero())
    expansion.push_back({rest, one});
  if (!linear.empty()) {
    SplitProduct split = splitTerms(context, linear, mask);
    expansion.push_back({split.factor, split.varying});
  }
  return expansion;
}

//===----------------------------------------------------------------------===//
// Bound indices
//===----------------------------------------------------------------------===//

ExprRef mlir::norm::raise::getLength(ExprContext &context,
                                     ArrayRef<BoundIndex> bounds) {
  SmallVector<Factor> factors;
  for (BoundIndex bound : bounds)
    factors.push_back({bound.extent, 1});
  return context.mul(factors);
}

static int64_t getStaticExtent(ExprRef extent) {
  return extent->isConstant() ? int64_t(extent->constant.value)
                              : ShapedType::kDynamic;
}

/// Calls `visit` for every leaf and index of `expr` once.
static void walkIndexed(ExprRef expr, uint32_t boundDims,
                        llvm::SmallPtrSetImpl<ExprRef> &seen,
                        llvm::function_ref<void(ExprRef)> visit) {
  if ((expr->boundDims & boundDims) == 0 || !seen.insert(expr).second)
    return;
  if (!expr->indices.empty())
    visit(expr);
  for (ExprRef operand : expr->operands)
    walkIndexed(operand, boundDims, seen, visit);
}

static SmallVector<ExprRef> getIndexed(ExprRef body,
                                       ArrayRef<BoundIndex> bounds) {
  uint32_t mask = 0;
  for (BoundIndex bound : bounds)
    mask |= uint32_t(1) << (bound.dim - kFirstBound);
  llvm::SmallPtrSet<ExprRef, 16> seen;
  SmallVector<ExprRef> indexed;
  walkIndexed(body, mask, seen, [&](ExprRef e) { indexed.push_back(e); });
  return indexed;
}

/// The factor of dimension `dim` in a linear index; none where the dimension
/// occurs inside a floordiv or mod.
static std::optional<int64_t> getFactor(const LinearIndex &linear,
                                        unsigned dim) {
  int64_t factor = 0;
  for (IndexTerm term : linear.terms) {
    auto atom = dyn_cast<AffineDimExpr>(term.atom);
    if (atom && atom.getPosition() == dim)
      factor = term.factor;
    else if (!atom && (dimsOf(term.atom) >> dim & 1))
      return std::nullopt;
  }
  return factor;
}

/// Whether every index that uses outer or inner uses extent * outer + inner.
static bool canMerge(ArrayRef<ExprRef> indexed, BoundIndex outer,
                     BoundIndex inner) {
  int64_t extent = getStaticExtent(inner.extent);
  if (ShapedType::isDynamic(extent))
    return false;
  for (ExprRef expr : indexed) {
    for (AffineExpr index : expr->indices) {
      LinearIndex linear = toLinear(index);
      std::optional<int64_t> outerFactor = getFactor(linear, outer.dim);
      std::optional<int64_t> innerFactor = getFactor(linear, inner.dim);
      if (!outerFactor || !innerFactor || *outerFactor != *innerFactor * extent)
        return false;
    }
  }
  return true;
}

/// An index r < a * b that is used as r floordiv b or r mod b.
struct SplitIndex {
  unsigned position;
  int64_t divisor;
};

static std::optional<SplitIndex> findSplit(ArrayRef<ExprRef> indexed,
                                           ArrayRef<BoundIndex> bounds) {
  for (ExprRef expr : indexed) {
    for (AffineExpr index : expr->indices) {
      for (IndexTerm term : toLinear(index).terms) {
        auto binary = dyn_cast<AffineBinaryOpExpr>(term.atom);
        auto dim = binary ? dyn_cast<AffineDimExpr>(binary.getLHS()) : nullptr;
        auto divisor =
            binary ? dyn_cast<AffineConstantExpr>(binary.getRHS()) : nullptr;
        if (!dim || !divisor || divisor.getValue() <= 0)
          continue;
        for (auto [position, bound] : llvm::enumerate(bounds)) {
          int64_t extent = getStaticExtent(bound.extent);
          if (bound.dim == dim.getPosition() &&
              !ShapedType::isDynamic(extent) &&
              extent % divisor.getValue() == 0)
            return SplitIndex{unsigned(position), divisor.getValue()};
        }
      }
    }
  }
  return std::nullopt;
}

/// Where an index is first used: an order that does not depend on its number.
static std::tuple<int64_t, size_t, int64_t> getKey(ArrayRef<ExprRef> indexed,
                                                   unsigned dim) {
  auto key = std::make_tuple(INT64_MAX, size_t(0), int64_t(0));
  for (ExprRef expr : indexed) {
    for (auto [position, index] : llvm::enumerate(expr->indices)) {
      if ((dimsOf(index) >> dim & 1) == 0)
        continue;
      int64_t factor = getFactor(toLinear(index), dim).value_or(0);
      key = std::min(key, std::make_tuple(expr->number, position, -factor));
    }
  }
  return key;
}

//===----------------------------------------------------------------------===//
// Sum nodes
//===----------------------------------------------------------------------===//

/// The body of a sum with [r < k] taken into the range of r.
static ExprRef restrictRanges(ExprContext &context, ExprRef body,
                              SmallVectorImpl<BoundIndex> &bounds) {
  Coefficient coefficient;
  SmallVector<Factor> kept;
  for (Factor factor : context.factorsOf(body, coefficient)) {
    BoundIndex *restricted = nullptr;
    if (factor.operand->kind == Expr::Kind::Below &&
        factor.exponent.numerator > 0)
      for (BoundIndex &bound : bounds)
        if (factor.operand->indices[0] == context.dim(bound.dim) &&
            bound.extent->isConstant())
          restricted = &bound;
    if (!restricted) {
      kept.push_back(factor);
      continue;
    }
    double limit = std::max<double>(0.0, double(factor.operand->number));
    if (limit < restricted->extent->constant.value)
      restricted->extent = context.constant(limit);
  }
  return context.mul(kept);
}

ExprRef ExprContext::makeSum(ExprRef body, SmallVector<BoundIndex> bounds) {
  body = restrictRanges(*this, body, bounds);
  while (body->kind == Expr::Kind::Sum) {
    llvm::append_range(bounds, body->bounds);
    body = body->operands.front();
  }
  auto boundMask = [](BoundIndex bound) {
    return uint32_t(1) << (bound.dim - kFirstBound);
  };
  unsigned firstFree = kFirstBound + body->sumHeight;
  for (BoundIndex bound : bounds)
    firstFree = std::max(firstFree, bound.dim + 1);

  // Replaces bound indices of the body; other positions stay.
  SmallVector<AffineExpr> identity;
  for (unsigned i = 0; i < kFirstBound; ++i)
    identity.push_back(dim(i));
  SmallVector<int64_t> unknown(kFirstBound, ShapedType::kDynamic);
  auto rewrite = [&](ArrayRef<std::pair<unsigned, AffineExpr>> replacements,
                     SmallVector<BoundIndex> newBounds) {
    body = substitute(body, identity, unknown, replacements, newBounds);
    bounds = std::move(newBounds);
  };

  for (bool changed = true; changed && firstFree + 2 < kMaxDims;) {
    changed = false;
    SmallVector<ExprRef> indexed = getIndexed(body, bounds);
    if (std::optional<SplitIndex> split = findSplit(indexed, bounds)) {
      BoundIndex old = bounds[split->position];
      int64_t extent = getStaticExtent(old.extent);
      SmallVector<BoundIndex> next = bounds;
      next[split->position] = {firstFree,
                               constant(double(extent / split->divisor))};
      next.push_back({firstFree + 1, constant(double(split->divisor))});
      rewrite({{old.dim, dim(firstFree) * split->divisor + dim(firstFree + 1)}},
              next);
      firstFree += 2;
      changed = true;
      continue;
    }
    for (unsigned i = 0; i < bounds.size() && !changed; ++i) {
      for (unsigned j = 0; j < bounds.size() && !changed; ++j) {
        if (i == j || !canMerge(indexed, bounds[i], bounds[j]))
          continue;
        SmallVector<BoundIndex> next = bounds;
        BoundIndex outer = bounds[i];
        next[j].extent = mul(outer.extent, bounds[j].extent);
        next.erase(next.begin() + i);
        rewrite({{outer.dim, getAffineConstantExpr(0, context)}}, next);
        changed = true;
      }
    }
  }

  // An index that the body does not use counts its extent.
  SmallVector<Factor> counted;
  llvm::erase_if(bounds, [&](BoundIndex bound) {
    if (body->boundDims & boundMask(bound))
      return false;
    counted.push_back({bound.extent, 1});
    return true;
  });
  if (bounds.empty())
    return mul(body, mul(counted));

  SmallVector<ExprRef> indexed = getIndexed(body, bounds);
  llvm::stable_sort(bounds, [&](BoundIndex lhs, BoundIndex rhs) {
    return getKey(indexed, lhs.dim) < getKey(indexed, rhs.dim);
  });
  SmallVector<std::pair<unsigned, AffineExpr>> renaming;
  SmallVector<BoundIndex> renamed = bounds;
  bool isCanonical = true;
  for (auto [position, bound] : llvm::enumerate(renamed)) {
    unsigned number = kFirstBound + body->sumHeight + position;
    isCanonical &= number == bound.dim;
    renaming.push_back({bound.dim, dim(number)});
    bound.dim = number;
  }
  if (!isCanonical)
    rewrite(renaming, renamed);

  Expr expr;
  expr.kind = Expr::Kind::Sum;
  expr.operands = body;
  expr.bounds = bounds;
  ExprRef result = intern(std::move(expr));
  return counted.empty() ? result : mul(result, mul(counted));
}

ExprRef ExprContext::sum(ExprRef body, ArrayRef<unsigned> dims,
                         ArrayRef<ExprRef> extents) {
  uint32_t mask = 0;
  for (unsigned dim : dims)
    mask |= uint32_t(1) << dim;
  std::optional<Expansion> expansion = expand(*this, body, mask);
  if (!expansion)
    expansion = Expansion{{constant(1.0), group(body)}};

  SmallVector<AffineExpr> identity;
  for (unsigned i = 0; i < kFirstBound; ++i)
    identity.push_back(dim(i));
  SmallVector<int64_t> unknown(kFirstBound, ShapedType::kDynamic);

  SmallVector<Term> terms;
  for (Monomial monomial : *expansion) {
    SmallVector<Factor> factors = {{monomial.factor, 1}};
    SmallVector<AffineExpr> replacements = identity;
    SmallVector<BoundIndex> bounds;
    unsigned number = kFirstBound + monomial.varying->sumHeight;
    for (auto [dimension, extent] : llvm::zip(dims, extents)) {
      if (!monomial.varying->dependsOn(uint32_t(1) << dimension)) {
        factors.push_back({extent, 1});
        continue;
      }
      replacements[dimension] = dim(number);
      bounds.push_back({number++, extent});
    }
    if (!bounds.empty()) {
      ExprRef bound =
          substitute(monomial.varying, replacements, unknown, {}, bounds);
      factors.push_back({makeSum(bound, bounds), 1});
    }
    terms.push_back({Coefficient::exact(1), mul(factors)});
  }
  return add(terms);
}

ExprRef ExprContext::sumOver(ExprRef body, ArrayRef<BoundIndex> bounds) {
  // Bound indices take positions that the body does not use.
  SmallVector<std::pair<unsigned, AffineExpr>> replacements;
  SmallVector<unsigned> dims;
  SmallVector<ExprRef> extents;
  unsigned position = kFirstBound;
  for (BoundIndex bound : bounds) {
    do {
      --position;
    } while (position > 0 && body->dependsOn(uint32_t(1) << position));
    replacements.push_back({bound.dim, dim(position)});
    dims.push_back(position);
    extents.push_back(bound.extent);
  }
  SmallVector<AffineExpr> identity;
  for (unsigned i = 0; i < kFirstBound; ++i)
    identity.push_back(dim(i));
  SmallVector<int64_t> unknown(kFirstBound, ShapedType::kDynamic);
  return sum(substitute(body, identity, unknown, replacements), dims, extents);
}

//===----------------------------------------------------------------------===//
// Substitution
//===----------------------------------------------------------------------===//

namespace {
/// One substitution: replacements, ranges and results so far.
class Substitution {
public:
  Substitution(ExprContext &context, ArrayRef<AffineExpr> replacements,
               ArrayRef<int64_t> extents,
               ArrayRef<std::pair<unsigned, AffineExpr>> boundReplacements,
               ArrayRef<BoundIndex> boundRanges)
      : context(context), dims(replacements.begin(), replacements.end()),
        extents(kMaxDims, ShapedType::kDynamic) {
    llvm::copy(extents, this->extents.begin());
    for (unsigned i = dims.size(); i < kMaxDims; ++i)
      dims.push_back(context.dim(i));
    for (auto [number, expr] : boundReplacements) {
      dims[number] = expr;
      changedBound |= uint32_t(1) << (number - kFirstBound);
    }
    for (auto [number, expr] : llvm::enumerate(replacements))
      if (expr != context.dim(number) || this->extents[number] == 1)
        changedFree |= uint32_t(1) << number;
    setRanges(boundRanges);
  }

  ExprRef apply(ExprRef expr, ExprRef scope);

private:
  void setRanges(ArrayRef<BoundIndex> bounds) {
    for (BoundIndex bound : bounds)
      extents[bound.dim] = getStaticExtent(bound.extent);
  }
  SmallVector<AffineExpr> applyToIndices(ArrayRef<AffineExpr> indices);
  ExprRef rebuild(ExprRef expr, ExprRef scope);

  ExprContext &context;
  SmallVector<AffineExpr> dims;
  SmallVector<int64_t> extents;
  uint32_t changedFree = 0, changedBound = 0;
  /// Results by node and, for nodes with bound indices, the sum around them.
  llvm::DenseMap<std::pair<ExprRef, ExprRef>, ExprRef> results;

  friend class mlir::norm::raise::ExprContext;
};
} // namespace

SmallVector<AffineExpr>
Substitution::applyToIndices(ArrayRef<AffineExpr> indices) {
  SmallVector<AffineExpr> result;
  for (AffineExpr index : indices)
    result.push_back(simplifyIndex(index.replaceDims(dims), [&](unsigned dim) {
      return dim < extents.size() ? extents[dim] : ShapedType::kDynamic;
    }));
  return result;
}

ExprRef Substitution::apply(ExprRef expr, ExprRef scope) {
  if ((expr->freeDims & changedFree) == 0 &&
      (expr->boundDims & changedBound) == 0)
    return expr;
  auto key = std::make_pair(expr, expr->boundDims ? scope : nullptr);
  auto found = results.find(key);
  if (found != results.end())
    return found->second;
  ExprRef result = rebuild(expr, scope);
  results[key] = result;
  return result;
}

ExprRef Substitution::rebuild(ExprRef expr, ExprRef scope) {
  switch (expr->kind) {
  case Expr::Kind::Leaf:
    return context.leaf(expr->value, applyToIndices(expr->indices));
  case Expr::Kind::Index:
    return context.index(applyToIndices(expr->indices).front());
  case Expr::Kind::Below:
    return context.below(applyToIndices(expr->indices).front(), expr->number);
  case Expr::Kind::Constant:
  case Expr::Kind::Extent:
    return expr;
  default:
    break;
  }
  if (expr->kind == Expr::Kind::Sum) {
    SmallVector<int64_t> saved = extents;
    setRanges(expr->bounds);
    ExprRef body = apply(expr->operands.front(), expr);
    extents = saved;
    return context.sumOver(body, expr->bounds);
  }
  SmallVector<ExprRef> operands;
  for (ExprRef operand : expr->operands)
    operands.push_back(apply(operand, scope));
  switch (expr->kind) {
  case Expr::Kind::Add: {
    SmallVector<Term> terms;
    for (auto [coefficient, operand] : llvm::zip(expr->coefficients, operands))
      terms.push_back({coefficient, operand});
    return context.add(terms, expr->constant);
  }
  case Expr::Kind::Mul: {
    SmallVector<Factor> factors;
    for (auto [operand, exponent] : llvm::zip(operands, expr->exponents))
      factors.push_back({operand, exponent});
    return context.mul(factors);
  }
  case Expr::Kind::Abs:
    return context.abs(operands[0]);
  case Expr::Kind::Max:
    return context.max(operands[0], operands[1]);
  case Expr::Kind::Round:
    return context.round(operands[0], expr->type);
  case Expr::Kind::Group:
    return context.group(operands[0]);
  default:
    return context.apply(expr->name, expr->attributes, expr->type, operands,
                         expr->nonNegative);
  }
}

ExprRef ExprContext::substitute(
    ExprRef expr, ArrayRef<AffineExpr> replacements, ArrayRef<int64_t> extents,
    ArrayRef<std::pair<unsigned, AffineExpr>> boundReplacements,
    ArrayRef<BoundIndex> boundRanges) {
  return Substitution(*this, replacements, extents, boundReplacements,
                      boundRanges)
      .apply(expr, nullptr);
}

//===----------------------------------------------------------------------===//
// Facts about sums
//===----------------------------------------------------------------------===//

ExprRef mlir::norm::raise::getSquareRoot(ExprContext &context, ExprRef expr) {
  Coefficient coefficient;
  SmallVector<Factor> factors = context.factorsOf(expr, coefficient);
  if (factors.empty() || !coefficient.isExactly(1))
    return nullptr;
  for (Factor &factor : factors) {
    if (!factor.exponent.isEvenInteger())
      return nullptr;
    factor.exponent = factor.exponent * Rational(1, 2);
  }
  return context.mul(factors);
}

bool mlir::norm::raise::isVariance(ExprContext &context, ExprRef expr) {
  Coefficient constant;
  for (Term term : context.termsOf(expr, constant)) {
    Coefficient coefficient;
    SmallVector<Factor> factors = context.factorsOf(term.operand, coefficient);
    for (Factor factor : factors) {
      if (factor.operand->kind != Expr::Kind::Sum ||
          factor.exponent != Rational(1))
        continue;
      ExprRef root = getSquareRoot(context, factor.operand->operands.front());
      if (!root)
        continue;
      // expr - weight * (sum(u^2) - sum(u)^2 / n), with the weight of sum(u^2).
      ExprRef weight =
          context.scale(term.coefficient,
                        context.withoutFactor(term.operand, factor.operand, 1));
      if (!weight->nonNegative)
        continue;
      ExprRef sum = context.sumOver(root, factor.operand->bounds);
      ExprRef length = getLength(context, factor.operand->bounds);
      ExprRef spread =
          context.sub(factor.operand, context.mul({{sum, 2}, {length, -1}}));
      Coefficient ignored;
      SmallVector<Term> rest = {{Coefficient::exact(1), expr}};
      for (Term part : context.termsOf(spread, ignored))
        rest.push_back({-part.coefficient, context.mul(weight, part.operand)});
      if (context.add(rest)->nonNegative)
        return true;
    }
  }
  return false;
}
