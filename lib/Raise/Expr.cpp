//===- Expr.cpp - row expressions: nodes, sums, products, powers ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr.h"

#include "IndexMath.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// An Add of more terms keeps what is added to it as one term.
static constexpr size_t kMaxTerms = 24;

//===----------------------------------------------------------------------===//
// Hash-consing
//===----------------------------------------------------------------------===//

struct ExprContext::Node : public llvm::FoldingSetNode, public Expr {
  explicit Node(Expr &&expr) : Expr(std::move(expr)) {}
  void Profile(llvm::FoldingSetNodeID &nodeId) const { profile(*this, nodeId); }

  static void profile(Coefficient coefficient, llvm::FoldingSetNodeID &nodeId) {
    nodeId.AddInteger(llvm::bit_cast<uint64_t>(coefficient.value));
    nodeId.AddInteger(llvm::bit_cast<uint64_t>(coefficient.error));
  }

  static void profile(const Expr &expr, llvm::FoldingSetNodeID &nodeId) {
    nodeId.AddInteger(unsigned(expr.kind));
    nodeId.AddInteger(expr.operands.size());
    for (ExprRef operand : expr.operands)
      nodeId.AddPointer(operand);
    for (Coefficient coefficient : expr.coefficients)
      profile(coefficient, nodeId);
    profile(expr.constant, nodeId);
    for (Rational exponent : expr.exponents) {
      nodeId.AddInteger(exponent.numerator);
      nodeId.AddInteger(exponent.denominator);
    }
    nodeId.AddInteger(expr.indices.size());
    for (AffineExpr index : expr.indices)
      nodeId.AddPointer(index.getAsOpaquePointer());
    nodeId.AddInteger(expr.bounds.size());
    for (BoundIndex bound : expr.bounds) {
      nodeId.AddInteger(bound.dim);
      nodeId.AddPointer(bound.extent);
    }
    nodeId.AddPointer(expr.value.getAsOpaquePointer());
    nodeId.AddInteger(expr.number);
    nodeId.AddPointer(expr.type.getAsOpaquePointer());
    nodeId.AddPointer(expr.name);
    nodeId.AddPointer(expr.attributes.getAsOpaquePointer());
  }
};

/// What is known of the sign of a product.
static void setSignOfMul(Expr &expr) {
  expr.nonNegative = expr.positive = true;
  for (auto [operand, exponent] : llvm::zip(expr.operands, expr.exponents)) {
    // A root of even order is not negative where it is defined.
    bool isSquare = exponent.isEvenInteger() || exponent.denominator % 2 == 0;
    expr.nonNegative &= isSquare || operand->nonNegative;
    expr.positive &= operand->positive;
  }
}

static void setSignOfAdd(Expr &expr) {
  bool allNonNegative = expr.constant.value >= 0, somePositive = false;
  for (auto [operand, coefficient] :
       llvm::zip(expr.operands, expr.coefficients)) {
    allNonNegative &= operand->nonNegative && coefficient.value > 0;
    somePositive |= operand->positive;
  }
  expr.nonNegative = allNonNegative;
  expr.positive = allNonNegative && (expr.constant.value > 0 || somePositive);
}

static void setSign(Expr &expr) {
  auto isNonNegative = [](ExprRef e) { return e->nonNegative; };
  auto isPositive = [](ExprRef e) { return e->positive; };
  switch (expr.kind) {
  case Expr::Kind::Constant:
    expr.nonNegative = expr.constant.value >= 0;
    expr.positive = expr.constant.value > 0;
    return;
  case Expr::Kind::Extent:
    // A position exists only where every extent is at least 1.
    expr.nonNegative = expr.positive = true;
    return;
  case Expr::Kind::Below:
  case Expr::Kind::Abs:
    expr.nonNegative = true;
    return;
  case Expr::Kind::Add:
    return setSignOfAdd(expr);
  case Expr::Kind::Mul:
    return setSignOfMul(expr);
  case Expr::Kind::Sum:
  case Expr::Kind::Round:
  case Expr::Kind::Group:
    expr.nonNegative = expr.operands.front()->nonNegative;
    return;
  case Expr::Kind::Max:
    expr.nonNegative = llvm::any_of(expr.operands, isNonNegative);
    expr.positive = llvm::any_of(expr.operands, isPositive);
    return;
  case Expr::Kind::Leaf:
  case Expr::Kind::Index:
  case Expr::Kind::Apply:
    return;
  }
}

/// The hash of a node but for positions, bound numbers and coefficients;
/// operands count without order, because it follows node numbers.
static size_t getSkeleton(const Expr &expr) {
  size_t operands = 0;
  for (auto [position, operand] : llvm::enumerate(expr.operands)) {
    Rational exponent =
        expr.exponents.empty() ? Rational(1) : expr.exponents[position];
    operands += llvm::hash_combine(operand->skeleton, exponent.numerator,
                                   exponent.denominator);
  }
  size_t own = expr.kind == Expr::Kind::Leaf || expr.kind == Expr::Kind::Extent
                   ? llvm::hash_value(expr.value.getAsOpaquePointer())
                   : llvm::hash_value(expr.name);
  return llvm::hash_combine(unsigned(expr.kind), own, operands);
}

/// Everything about a node that follows from its parts.
static void deriveProperties(Expr &expr) {
  if (!expr.operands.empty())
    expr.size = 0;
  for (ExprRef operand : expr.operands) {
    expr.freeDims |= operand->freeDims;
    expr.boundDims |= operand->boundDims;
    expr.sumHeight = std::max(expr.sumHeight, operand->sumHeight);
    expr.depth = std::max(expr.depth, operand->depth + 1);
    expr.roundings = std::max(expr.roundings, operand->roundings);
    expr.hasSum |= operand->hasSum;
    expr.hasF64Leaf |= operand->hasF64Leaf;
    expr.hasIndex |= operand->hasIndex;
    expr.size = std::min(expr.size + operand->size, 1u << 20);
  }
  expr.hasIndex |=
      expr.kind == Expr::Kind::Index || expr.kind == Expr::Kind::Below;
  expr.skeleton = getSkeleton(expr);
  for (AffineExpr index : expr.indices) {
    uint64_t dims = dimsOf(index);
    expr.freeDims |= uint32_t(dims);
    expr.boundDims |= uint32_t(dims >> kFirstBound);
  }
  for (BoundIndex index : expr.bounds) {
    expr.boundDims &= ~(uint32_t(1) << (index.dim - kFirstBound));
    expr.sumHeight = std::max(expr.sumHeight, index.dim - kFirstBound + 1);
  }
  expr.roundings += expr.kind == Expr::Kind::Round;
  expr.hasSum |= expr.kind == Expr::Kind::Sum;
  if (expr.kind == Expr::Kind::Leaf)
    expr.hasF64Leaf = getElementTypeOrSelf(expr.value.getType()).isF64();
  bool keepSign = expr.nonNegative;
  setSign(expr);
  expr.nonNegative |= keepSign;
}

template <typename T>
static ArrayRef<T> copyInto(llvm::BumpPtrAllocator &allocator,
                            ArrayRef<T> array) {
  return array.copy(allocator);
}

ExprRef ExprContext::intern(Expr &&prototype) {
  llvm::FoldingSetNodeID nodeId;
  Node::profile(prototype, nodeId);
  void *position = nullptr;
  if (Node *node = nodes.FindNodeOrInsertPos(nodeId, position))
    return node;
  prototype.operands = copyInto(allocator, prototype.operands);
  prototype.coefficients = copyInto(allocator, prototype.coefficients);
  prototype.exponents = copyInto(allocator, prototype.exponents);
  prototype.indices = copyInto(allocator, prototype.indices);
  prototype.bounds = copyInto(allocator, prototype.bounds);
  prototype.id = nextId++;
  deriveProperties(prototype);
  auto *node = new (allocator) Node(std::move(prototype));
  nodes.InsertNode(node, position);
  return node;
}

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

ExprRef ExprContext::constant(Coefficient value) {
  Expr expr;
  expr.kind = Expr::Kind::Constant;
  expr.constant = value;
  return intern(std::move(expr));
}

ExprRef ExprContext::extent(Value tensor, int64_t dim) {
  Expr expr;
  expr.kind = Expr::Kind::Extent;
  expr.value = tensor;
  expr.number = dim;
  return intern(std::move(expr));
}

ExprRef ExprContext::leaf(Value value, ArrayRef<AffineExpr> indices) {
  Expr expr;
  expr.kind = Expr::Kind::Leaf;
  expr.value = value;
  expr.number = ordinals.try_emplace(value, ordinals.size()).first->second;
  expr.indices = indices;
  return intern(std::move(expr));
}

ExprRef ExprContext::index(AffineExpr value) {
  if (auto constantValue = dyn_cast<AffineConstantExpr>(value))
    return constant(double(constantValue.getValue()));
  Expr expr;
  expr.kind = Expr::Kind::Index;
  expr.indices = value;
  return intern(std::move(expr));
}

ExprRef ExprContext::below(AffineExpr value, int64_t bound) {
  if (auto constantValue = dyn_cast<AffineConstantExpr>(value))
    return constant(constantValue.getValue() < bound ? 1.0 : 0.0);
  Expr expr;
  expr.kind = Expr::Kind::Below;
  expr.indices = value;
  expr.number = bound;
  return intern(std::move(expr));
}

ExprRef ExprContext::apply(const void *name, Attribute attributes, Type type,
                           ArrayRef<ExprRef> operands, bool nonNegative) {
  Expr expr;
  expr.kind = Expr::Kind::Apply;
  expr.name = name;
  expr.attributes = attributes;
  expr.type = type;
  expr.operands = operands;
  expr.nonNegative = nonNegative;
  return intern(std::move(expr));
}

ExprRef ExprContext::group(ExprRef operand) {
  Expr expr;
  expr.kind = Expr::Kind::Group;
  expr.operands = operand;
  return intern(std::move(expr));
}

/// |v| = v for v >= 0; |c v| = |c| |v| is left to pow.
ExprRef ExprContext::abs(ExprRef operand) {
  if (operand->nonNegative)
    return operand;
  if (operand->isConstant())
    return constant(
        {std::abs(operand->constant.value), operand->constant.error});
  Expr expr;
  expr.kind = Expr::Kind::Abs;
  expr.operands = operand;
  return intern(std::move(expr));
}

/// max(0, v) = v where v is provably not negative.
ExprRef ExprContext::max(ExprRef lhs, ExprRef rhs) {
  if (lhs->isConstant() && rhs->isConstant())
    return lhs->constant.value >= rhs->constant.value ? lhs : rhs;
  if (rhs->isConstant())
    std::swap(lhs, rhs);
  if (lhs->isConstant() && lhs->constant.value <= 0 &&
      (rhs->nonNegative || isVariance(*this, rhs)))
    return rhs;
  if (lhs->id > rhs->id)
    std::swap(lhs, rhs);
  Expr expr;
  expr.kind = Expr::Kind::Max;
  ExprRef operands[] = {lhs, rhs};
  expr.operands = operands;
  return intern(std::move(expr));
}

ExprRef ExprContext::round(ExprRef operand, Type type) {
  if (operand->kind == Expr::Kind::Round && operand->type == type)
    return operand;
  if (operand->kind == Expr::Kind::Leaf &&
      getElementTypeOrSelf(operand->value.getType()) == type)
    return operand;
  if (operand->isConstant()) {
    auto floatType = cast<FloatType>(type);
    APFloat value(operand->constant.value);
    bool losesInfo = false;
    value.convert(floatType.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
    if (!losesInfo)
      return operand;
    return constant(Coefficient::literal(value));
  }
  Expr expr;
  expr.kind = Expr::Kind::Round;
  expr.operands = operand;
  expr.type = type;
  return intern(std::move(expr));
}

//===----------------------------------------------------------------------===//
// Sums of terms
//===----------------------------------------------------------------------===//

SmallVector<Term> ExprContext::termsOf(ExprRef expr, Coefficient &constant) {
  constant = Coefficient::exact(0);
  if (expr->isConstant()) {
    constant = expr->constant;
    return {};
  }
  if (expr->kind != Expr::Kind::Add)
    return {{Coefficient::exact(1), expr}};
  constant = expr->constant;
  SmallVector<Term> terms;
  for (auto [operand, coefficient] :
       llvm::zip(expr->operands, expr->coefficients))
    terms.push_back({coefficient, operand});
  return terms;
}

ExprRef ExprContext::makeAdd(ArrayRef<Term> terms, Coefficient constantTerm) {
  if (terms.empty())
    return constant(constantTerm);
  if (terms.size() == 1 && constantTerm.isExactly(0) &&
      terms.front().coefficient.isExactly(1) &&
      terms.front().coefficient.error == 0)
    return terms.front().operand;
  SmallVector<ExprRef> operands;
  SmallVector<Coefficient> coefficients;
  for (Term term : terms) {
    operands.push_back(term.operand);
    coefficients.push_back(term.coefficient);
  }
  Expr expr;
  expr.kind = Expr::Kind::Add;
  expr.operands = operands;
  expr.coefficients = coefficients;
  expr.constant = constantTerm;
  return intern(std::move(expr));
}

/// Flattens nested sums, collects like terms, drops terms whose coefficient is
/// zero within the precision of the literals it came from.
ExprRef ExprContext::add(ArrayRef<Term> summands, Coefficient constantTerm) {
  SmallVector<Term> flat;
  for (Term summand : summands) {
    if (summand.coefficient.isExactly(0))
      continue;
    Coefficient inner;
    SmallVector<Term> terms = termsOf(summand.operand, inner);
    if (terms.size() > 1 && flat.size() + terms.size() > kMaxTerms) {
      flat.push_back({summand.coefficient, group(summand.operand)});
      continue;
    }
    constantTerm = constantTerm + inner * summand.coefficient;
    for (Term term : terms)
      flat.push_back({term.coefficient * summand.coefficient, term.operand});
  }
  // A constant is zero only if it is exactly so: it may be an epsilon.
  llvm::stable_sort(flat, [](Term lhs, Term rhs) {
    return lhs.operand->id < rhs.operand->id;
  });
  SmallVector<Term> terms;
  for (Term term : flat) {
    if (!terms.empty() && terms.back().operand == term.operand)
      terms.back().coefficient = terms.back().coefficient + term.coefficient;
    else
      terms.push_back(term);
  }
  llvm::erase_if(terms, [](Term term) {
    return term.coefficient.isExactly(0) || term.coefficient.error >= 1.0;
  });
  return makeAdd(terms, constantTerm);
}

//===----------------------------------------------------------------------===//
// Products of powers
//===----------------------------------------------------------------------===//

SmallVector<Factor> ExprContext::factorsOf(ExprRef expr,
                                           Coefficient &coefficient) {
  coefficient = Coefficient::exact(1);
  if (expr->isConstant()) {
    coefficient = expr->constant;
    return {};
  }
  if (expr->kind == Expr::Kind::Add && expr->operands.size() == 1 &&
      expr->constant.isExactly(0)) {
    coefficient = expr->coefficients.front();
    expr = expr->operands.front();
  }
  if (expr->kind != Expr::Kind::Mul)
    return {{expr, 1}};
  SmallVector<Factor> factors;
  for (auto [operand, exponent] : llvm::zip(expr->operands, expr->exponents))
    factors.push_back({operand, exponent});
  return factors;
}

ExprRef ExprContext::makeMul(ArrayRef<Factor> factors) {
  if (factors.empty())
    return constant(1.0);
  if (factors.size() == 1 && factors.front().exponent == Rational(1))
    return factors.front().operand;
  SmallVector<ExprRef> operands;
  SmallVector<Rational> exponents;
  for (Factor factor : factors) {
    operands.push_back(factor.operand);
    exponents.push_back(factor.exponent);
  }
  Expr expr;
  expr.kind = Expr::Kind::Mul;
  expr.operands = operands;
  expr.exponents = exponents;
  return intern(std::move(expr));
}

/// (a^p)^q = a^(p q): for an integer q where p is one or a is not negative; for
/// another q with even p as |a|^(p q), else only where a is not negative.
static std::optional<Factor> raiseFactor(ExprContext &context, Factor factor,
                                         Rational exponent) {
  Rational product = factor.exponent * exponent;
  if (factor.operand->nonNegative || exponent == Rational(1))
    return Factor{factor.operand, product};
  if (factor.exponent.isInteger() && exponent.isInteger())
    return Factor{factor.operand, product};
  if (factor.exponent.isEvenInteger() && product.isEvenInteger())
    return Factor{factor.operand, product};
  if (factor.exponent.isEvenInteger())
    return Factor{context.abs(factor.operand), product};
  if (factor.exponent == Rational(1))
    return Factor{factor.operand, product};
  // A root of a: where it is defined a is not negative, and it stays a root.
  if (!factor.exponent.isInteger() && !product.isInteger())
    return Factor{factor.operand, product};
  return std::nullopt;
}

/// c^q for a numeric coefficient; none for a root of a negative number.
static std::optional<Coefficient> raiseCoefficient(Coefficient coefficient,
                                                   Rational exponent) {
  if (!exponent.isInteger() && coefficient.value < 0)
    return std::nullopt;
  if (exponent.numerator < 0 && coefficient.value == 0)
    return std::nullopt;
  return coefficient.pow(exponent);
}

ExprRef ExprContext::takeCoefficient(ExprRef expr, Coefficient &coefficient,
                                     bool keepSign) {
  bool isSum = expr->kind == Expr::Kind::Add &&
               (expr->operands.size() > 1 || !expr->constant.isExactly(0));
  if (!isSum) {
    SmallVector<Factor> factors = factorsOf(expr, coefficient);
    return makeMul(factors);
  }
  // The leading term: the first one whose coefficient is known exactly, so that
  // dividing by it makes no other coefficient less exact.
  size_t leading = 0;
  for (auto [position, candidate] : llvm::enumerate(expr->coefficients)) {
    if (candidate.error == 0) {
      leading = position;
      break;
    }
  }
  coefficient = expr->coefficients[leading];
  bool isNegative = keepSign && coefficient.value < 0;
  if (isNegative)
    coefficient = -coefficient;
  if (coefficient.isExactly(1.0) && coefficient.error == 0)
    return expr;
  // Divide term by term, so that the leading coefficient becomes exactly 1.
  Coefficient inverse = coefficient.pow(-1);
  SmallVector<Term> terms;
  // Numbers written alike mean the same: their quotient is 1, not nearly so.
  Coefficient divisor = expr->coefficients[leading];
  auto divide = [&](Coefficient number) {
    bool isSame =
        number.value == divisor.value && number.error == divisor.error;
    return isSame
               ? Coefficient::exact(divisor.value * inverse.value < 0 ? -1 : 1)
               : number * inverse;
  };
  for (auto [operand, factor] : llvm::zip(expr->operands, expr->coefficients))
    terms.push_back({divide(factor), operand});
  terms[leading].coefficient = Coefficient::exact(isNegative ? -1 : 1);
  return makeAdd(terms, divide(expr->constant));
}

ExprRef ExprContext::withoutFactor(ExprRef product, ExprRef operand,
                                   Rational exponent) {
  Coefficient coefficient;
  SmallVector<Factor> factors = factorsOf(product, coefficient);
  llvm::erase_if(factors, [&](Factor factor) {
    return factor.operand == operand && factor.exponent == exponent;
  });
  return scale(coefficient, makeMul(factors));
}

/// Whether a^p * a^q = a^(p + q) holds for all a at which both sides count.
static bool canMergePowers(ExprRef base, Rational lhs, Rational rhs) {
  if (base->positive)
    return true;
  bool sameSign = (lhs.numerator > 0) == (rhs.numerator > 0);
  if (!sameSign)
    return false; // a / a = 1 fails at a = 0
  if (lhs.isInteger() && rhs.isInteger())
    return true;
  return base->nonNegative || !(lhs + rhs).isInteger();
}

/// n^p * (a + b) = n^p * a + n^p * b for extents n: they are numbers, and stand
/// where the coefficients of known extents would. Null for other products.
static ExprRef distributeExtents(ExprContext &context,
                                 ArrayRef<Factor> factors) {
  const Factor *sum = nullptr;
  SmallVector<Factor> extents;
  for (const Factor &factor : factors) {
    bool isSum = factor.operand->kind == Expr::Kind::Add &&
                 factor.exponent == Rational(1);
    if (factor.operand->kind == Expr::Kind::Extent)
      extents.push_back(factor);
    else if (isSum && !sum)
      sum = &factor;
    else
      return nullptr;
  }
  if (!sum || extents.empty())
    return nullptr;
  ExprRef scale = context.mul(extents);
  Coefficient constant;
  SmallVector<Term> terms;
  for (Term term : context.termsOf(sum->operand, constant))
    terms.push_back({term.coefficient, context.mul(scale, term.operand)});
  terms.push_back({constant, scale});
  return context.add(terms);
}

ExprRef ExprContext::mul(ArrayRef<Factor> inputs) {
  Coefficient coefficient = Coefficient::exact(1);
  SmallVector<Factor> flat;
  for (Factor input : inputs) {
    if (input.exponent == Rational(0))
      continue;
    Coefficient inner;
    SmallVector<Factor> factors = factorsOf(input.operand, inner);
    std::optional<Coefficient> raised = raiseCoefficient(inner, input.exponent);
    if (!raised) { // root of a negative number: not looked into
      flat.push_back({group(input.operand), input.exponent});
      continue;
    }
    SmallVector<Factor> powers;
    bool opaque = factors.size() > 1 && !input.exponent.isInteger() &&
                  llvm::any_of(factors, [](Factor f) {
                    return !f.operand->nonNegative &&
                           !f.exponent.isEvenInteger() &&
                           f.exponent.denominator % 2 != 0;
                  });
    for (Factor factor : factors) {
      std::optional<Factor> power = raiseFactor(*this, factor, input.exponent);
      opaque |= !power;
      if (power)
        powers.push_back(*power);
    }
    if (opaque) { // (a b)^q = a^q b^q needs a, b >= 0
      flat.push_back({group(input.operand), input.exponent});
      continue;
    }
    coefficient = coefficient * *raised;
    for (Factor power : powers) {
      if (power.operand->kind == Expr::Kind::Add) {
        Coefficient leading;
        ExprRef primitive =
            takeCoefficient(power.operand, leading,
                            /*keepSign=*/!power.exponent.isInteger());
        coefficient = coefficient * leading.pow(power.exponent);
        power.operand = primitive;
      }
      if (power.operand->kind == Expr::Kind::Mul || power.operand->isConstant())
        power.operand = group(power.operand);
      flat.push_back(power);
    }
  }
  if (coefficient.isExactly(0))
    return constant(0.0);

  for (Factor &factor : flat) // |a|^2 = a^2
    if (factor.operand->kind == Expr::Kind::Abs &&
        factor.exponent.isEvenInteger())
      factor.operand = factor.operand->operands.front();
  llvm::stable_sort(flat, [](Factor lhs, Factor rhs) {
    return lhs.operand->id < rhs.operand->id;
  });
  SmallVector<Factor> factors;
  for (Factor factor : flat) {
    if (factors.empty() || factors.back().operand != factor.operand) {
      factors.push_back(factor);
      continue;
    }
    Factor &last = factors.back();
    if (factor.operand->kind == Expr::Kind::Below) { // 0 and 1 are idempotent
      last.exponent = 1;
    } else if (canMergePowers(factor.operand, last.exponent, factor.exponent)) {
      last.exponent = last.exponent + factor.exponent;
    } else {
      factors.push_back({group(factor.operand), factor.exponent});
    }
  }
  llvm::erase_if(factors, [](Factor f) { return f.exponent == Rational(0); });
  bool hasEvenAbs = llvm::any_of(factors, [](Factor f) {
    return f.operand->kind == Expr::Kind::Abs && f.exponent.isEvenInteger();
  });
  if (hasEvenAbs) // |a| |a| b = a^2 b
    return scale(coefficient, mul(factors));
  llvm::stable_sort(factors, [](Factor lhs, Factor rhs) {
    return lhs.operand->id < rhs.operand->id;
  });
  ExprRef product = distributeExtents(*this, factors);
  if (!product)
    product = makeMul(factors);
  // A lone Add takes its coefficient inside, so that sums stay flat.
  return scale(coefficient, product);
}
