//===- Nodes.cpp - row expressions: hash-consing, atoms, functions --------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Expr.h"

#include "Expr/IndexMath.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Hash-consing
//===----------------------------------------------------------------------===//

static uint64_t bitsOf(double value) { return llvm::bit_cast<uint64_t>(value); }

/// What makes nodes the same: all that is not derived from it.
static bool isSame(const Expr &a, const Expr &b) {
  auto isSameCoefficient = [](const Coefficient &a, const Coefficient &b) {
    return bitsOf(a.value) == bitsOf(b.value) &&
           bitsOf(a.rest) == bitsOf(b.rest) &&
           a.getLiterals() == b.getLiterals();
  };
  auto isSameBound = [](BoundIndex a, BoundIndex b) {
    return a.dim == b.dim && a.extent == b.extent;
  };
  return a.kind == b.kind && a.operands == b.operands &&
         isSameCoefficient(a.constant, b.constant) &&
         llvm::equal(a.coefficients, b.coefficients, isSameCoefficient) &&
         a.exponents == b.exponents && a.indices == b.indices &&
         llvm::equal(a.bounds, b.bounds, isSameBound) && a.value == b.value &&
         a.number == b.number && a.type == b.type && a.name == b.name &&
         a.attributes == b.attributes;
}

static llvm::hash_code hashOf(const Expr &expr) {
  llvm::hash_code hash = llvm::hash_combine(
      expr.kind, bitsOf(expr.constant.value), expr.value.getAsOpaquePointer(),
      expr.number, expr.type.getAsOpaquePointer(), expr.name,
      expr.attributes.getAsOpaquePointer());
  if (!expr.operands.empty())
    hash = llvm::hash_combine(hash, llvm::hash_combine_range(expr.operands));
  for (const Coefficient &coefficient : expr.coefficients)
    hash = llvm::hash_combine(hash, bitsOf(coefficient.value));
  for (Rational exponent : expr.exponents)
    hash = llvm::hash_combine(hash, exponent.numerator, exponent.denominator);
  if (!expr.indices.empty())
    hash = llvm::hash_combine(hash, llvm::hash_combine_range(expr.indices));
  for (BoundIndex bound : expr.bounds)
    hash = llvm::hash_combine(hash, bound.dim, bound.extent);
  return hash;
}

struct ExprContext::Node : public Expr {
  Node(const Expr &expr, unsigned hash) : Expr(expr), hash(hash) {}
  unsigned hash;
};

unsigned ExprContext::NodeInfo::getHashValue(const Node *node) {
  return node->hash;
}

bool ExprContext::NodeInfo::isEqual(const Prototype &prototype,
                                    const Node *node) {
  return node != getEmptyKey() && node != getTombstoneKey() &&
         node->hash == prototype.hash && isSame(*node, *prototype.expr);
}

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
  case Expr::Kind::Cut:
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
    expr.hasLeaf |= expr.kind == Expr::Kind::Cut || operand->hasLeaf;
    expr.hasF64Leaf |= operand->hasF64Leaf;
    expr.hasIndex |= operand->hasIndex;
    expr.hasDivision |= operand->hasDivision;
    expr.hasCut |= operand->hasCut;
    expr.size = std::min(expr.size + operand->size, 1u << 20);
  }
  expr.hasIndex |=
      expr.kind == Expr::Kind::Index || expr.kind == Expr::Kind::Below;
  expr.skeleton = getSkeleton(expr);
  for (AffineExpr index : expr.indices) {
    uint64_t dims = dimsOf(index);
    expr.freeDims |= uint32_t(dims);
    expr.boundDims |= uint32_t(dims >> kFirstBound);
    expr.hasDivision |= hasDivision(index);
  }
  expr.hasCut |= expr.kind == Expr::Kind::Cut;
  for (BoundIndex index : expr.bounds) {
    if (expr.kind == Expr::Kind::Cut)
      break;
    expr.boundDims &= ~(uint32_t(1) << (index.dim - kFirstBound));
    expr.sumHeight = std::max(expr.sumHeight, index.dim - kFirstBound + 1);
  }
  expr.roundings += expr.kind == Expr::Kind::Round;
  expr.hasSum |= expr.kind == Expr::Kind::Sum;
  expr.hasLeaf |= expr.kind == Expr::Kind::Leaf ||
                  expr.kind == Expr::Kind::Apply ||
                  expr.kind == Expr::Kind::Cut;
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

ExprRef ExprContext::intern(Expr prototype) {
  unsigned hash = unsigned(size_t(hashOf(prototype)));
  auto known = nodes.find_as(Prototype{&prototype, hash});
  if (known != nodes.end())
    return *known;
  prototype.operands = copyInto(allocator, prototype.operands);
  prototype.coefficients = copyInto(allocator, prototype.coefficients);
  prototype.exponents = copyInto(allocator, prototype.exponents);
  prototype.indices = copyInto(allocator, prototype.indices);
  prototype.bounds = copyInto(allocator, prototype.bounds);
  prototype.id = nextId++;
  deriveProperties(prototype);
  auto *node = new (allocator) Node(prototype, hash);
  nodes.insert(node);
  return node;
}

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

ExprRef ExprContext::constant(Coefficient value) {
  Expr expr;
  expr.kind = Expr::Kind::Constant;
  expr.constant = value;
  return intern(expr);
}

ExprRef ExprContext::extent(Value tensor, int64_t dim) {
  Expr expr;
  expr.kind = Expr::Kind::Extent;
  expr.value = tensor;
  expr.number = dim;
  return intern(expr);
}

ExprRef ExprContext::leaf(Value value, ArrayRef<AffineExpr> indices) {
  Expr expr;
  expr.kind = Expr::Kind::Leaf;
  expr.value = value;
  expr.number = ordinals.try_emplace(value, ordinals.size()).first->second;
  expr.indices = indices;
  return intern(expr);
}

ExprRef ExprContext::index(AffineExpr value) {
  if (auto constantValue = dyn_cast<AffineConstantExpr>(value))
    return constant(double(constantValue.getValue()));
  Expr expr;
  expr.kind = Expr::Kind::Index;
  expr.indices = value;
  return intern(expr);
}

ExprRef ExprContext::below(AffineExpr value, int64_t bound) {
  if (auto constantValue = dyn_cast<AffineConstantExpr>(value))
    return constant(constantValue.getValue() < bound ? 1.0 : 0.0);
  Expr expr;
  expr.kind = Expr::Kind::Below;
  expr.indices = value;
  expr.number = bound;
  return intern(expr);
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
  return intern(expr);
}

ExprRef ExprContext::group(ExprRef operand, Limit limit) {
  Expr expr;
  expr.kind = Expr::Kind::Group;
  expr.operands = operand;
  expr.number = int64_t(limit);
  return intern(expr);
}

ExprRef ExprContext::withOperands(ExprRef like, ArrayRef<ExprRef> operands) {
  SmallVector<ExprRef> sorted(operands);
  if (like->kind == Expr::Kind::Max)
    llvm::sort(sorted, [](ExprRef a, ExprRef b) { return a->id < b->id; });
  Expr expr;
  expr.kind = like->kind;
  expr.operands = sorted;
  expr.bounds = like->bounds;
  expr.number = like->number;
  expr.type = like->type;
  expr.name = like->name;
  expr.attributes = like->attributes;
  expr.nonNegative = like->nonNegative;
  return intern(expr);
}

/// |v| = v for v >= 0; |c v| = |c| |v| is left to pow.
ExprRef ExprContext::abs(ExprRef operand) {
  if (isNeverNegative(*this, operand))
    return operand;
  if (operand->isConstant())
    return constant(operand->constant.value < 0 ? -operand->constant
                                                : operand->constant);
  Expr expr;
  expr.kind = Expr::Kind::Abs;
  expr.operands = operand;
  return intern(expr);
}

/// max(0, v) = v where v is provably not negative, and max(-inf, v) = v. A NaN
/// stays one on both sides. Any other bound changes what is below it: -largest
/// is above -inf.
ExprRef ExprContext::max(ExprRef lhs, ExprRef rhs) {
  if (lhs->isConstant() && rhs->isConstant())
    return lhs->constant.value >= rhs->constant.value ? lhs : rhs;
  if (rhs->isConstant())
    std::swap(lhs, rhs);
  bool isLeast = lhs->isConstant() && std::isinf(lhs->constant.value) &&
                 lhs->constant.value < 0;
  if (isLeast || (lhs->isConstant() && lhs->constant.value <= 0 &&
                  isNeverNegative(*this, rhs)))
    return rhs;
  if (lhs->id > rhs->id)
    std::swap(lhs, rhs);
  Expr expr;
  expr.kind = Expr::Kind::Max;
  ExprRef operands[] = {lhs, rhs};
  expr.operands = operands;
  return intern(expr);
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
  return intern(expr);
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

static void collectLeaves(ExprRef expr, bool intoSums,
                          llvm::SmallPtrSetImpl<ExprRef> &seen,
                          SmallVectorImpl<ExprRef> &leaves) {
  if ((!intoSums && expr->kind == Expr::Kind::Sum) || !seen.insert(expr).second)
    return;
  if (expr->kind == Expr::Kind::Leaf)
    leaves.push_back(expr);
  for (ExprRef operand : expr->operands)
    collectLeaves(operand, intoSums, seen, leaves);
}

SmallVector<ExprRef> mlir::norm::raise::getLeaves(ExprRef expr, bool intoSums) {
  llvm::SmallPtrSet<ExprRef, 16> seen;
  SmallVector<ExprRef> leaves;
  collectLeaves(expr, intoSums, seen, leaves);
  return leaves;
}
