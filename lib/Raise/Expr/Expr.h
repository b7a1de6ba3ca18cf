//===- Expr.h - row expressions in normal form ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row expression is what a program computes at one position of an iteration
// space: leaves are (value, access), operators are n-ary sums and products with
// rational powers, reductions over index ranges, and opaque functions. Nodes
// are hash-consed: equal expressions are one node, and comparison is pointer
// comparison. The functions of ExprContext are the laws; each normalizes.
//
// Shape of the normal form:
//   Add  = constant + sum_i coefficient_i * term_i; terms are not Add, Constant
//   Mul  = prod_i factor_i ^ exponent_i; factors are not Mul, Constant; an Add
//          factor has leading coefficient 1 (see takeCoefficient)
//   Sum  = sum over bound indices of a product that varies with all of them
// Dimensions 0 to 31 of index expressions are positions of the space in which
// the expression lives, 32 to 63 are indices bound by a Sum. A Sum binds 32 + h
// up, where h is the first number that its body does not bind, so equal sums
// are one node whatever the names of their indices were.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_EXPR_H
#define NORM_LIB_RAISE_EXPR_EXPR_H

#include "Expr/Coefficient.h"
#include "Expr/Limits.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/Allocator.h"

#include <optional>

namespace mlir::norm::raise {

class Expr;
class ExprContext;
using ExprRef = const Expr *;

/// An index that a Sum binds: it runs from 0 to `extent`.
struct BoundIndex {
  unsigned dim;
  ExprRef extent;
};

/// One node of the normal form.
class Expr {
public:
  enum class Kind {
    Constant, ///< a coefficient
    Extent,   ///< a dynamic extent: dimension `dim` of `value`
    Leaf,     ///< `value` at `indices`
    Index,    ///< the integer `indices[0]`
    Below,    ///< 1 where `indices[0]` < bound, 0 elsewhere
    Add,      ///< constant + sum of coefficient * operand
    Mul,      ///< product of operand ^ exponent
    Sum,      ///< sum of the operand over bound indices
    Abs,      ///< |operand|
    Max,      ///< the maximum of the operands
    Round,    ///< the operand rounded to `type`
    Group,    ///< the operand, not looked into; `number`: the Limit, if any
    Cut,      ///< a sum for whose indices no number is left: a function of the
              ///< operands, its positions
    Apply,    ///< an opaque function of the operands
  };

  Kind kind;
  unsigned id = 0;
  ArrayRef<ExprRef> operands;
  ArrayRef<Coefficient> coefficients; ///< Add: one per operand
  Coefficient constant;               ///< Constant, Add
  ArrayRef<Rational> exponents;       ///< Mul: one per operand
  ArrayRef<AffineExpr> indices;       ///< Leaf, Index, Below
  ArrayRef<BoundIndex> bounds;        ///< Sum
  Value value;                        ///< Leaf, Extent
  int64_t number = 0;                 ///< Extent: dim; Below: bound;
                                      ///< Leaf: ordinal of the value;
                                      ///< Group: Limit; Cut: names the sum
  Type type;                          ///< Round, Apply: element type
  const void *name = nullptr;         ///< Apply: operation name
  Attribute attributes;               ///< Apply: attribute dictionary

  uint32_t freeDims = 0;    ///< positions that the value depends on
  uint32_t boundDims = 0;   ///< bound indices that occur, less 32
  unsigned sumHeight = 0;   ///< numbers 32 .. 32 + height - 1 are bound within
  unsigned depth = 0;       ///< longest path to a leaf
  unsigned size = 1;        ///< number of leaves, each as often as it occurs
  bool hasIndex = false;    ///< contains Index or Below
  bool hasDivision = false; ///< contains an index with floordiv or mod
  bool hasCut = false;      ///< contains a Cut
  /// A hash that substitution of positions does not change: of two expressions
  /// that differ in it none is the other at other positions.
  size_t skeleton = 0;
  unsigned roundings = 0;   ///< most Round nodes on a path to a leaf
  bool nonNegative = false; ///< provably >= 0 or NaN
  bool positive = false;    ///< provably > 0 or NaN
  bool hasSum = false;      ///< contains a Sum
  bool hasLeaf = false;     ///< contains a Leaf or an opaque function
  bool hasF64Leaf = false;  ///< contains a leaf of f64 elements

  bool isConstant() const { return kind == Kind::Constant; }
  bool isZero() const { return isConstant() && constant.isExactly(0.0); }
  bool isOne() const { return isConstant() && constant.isExactly(1.0); }
  /// Whether the value changes along one of the positions in `mask`.
  bool dependsOn(uint32_t mask) const { return (freeDims & mask) != 0; }
};

/// coefficient * operand, as in Add.
struct Term {
  Coefficient coefficient;
  ExprRef operand;
};

/// operand ^ exponent, as in Mul.
struct Factor {
  ExprRef operand;
  Rational exponent;
};

/// Owns the nodes and knows the laws. Tests put wrong laws in the place of
/// those that are virtual.
class ExprContext {
public:
  explicit ExprContext(MLIRContext *context) : context(context) {
    for (unsigned number = 0; number < kMaxDims; ++number)
      dims.push_back(getAffineDimExpr(number, context));
  }

  virtual ~ExprContext() = default;

  MLIRContext *getContext() const { return context; }

  // Atoms.
  ExprRef constant(Coefficient value);
  ExprRef constant(double value) { return constant(Coefficient::exact(value)); }
  ExprRef extent(Value tensor, int64_t dim);
  ExprRef leaf(Value value, ArrayRef<AffineExpr> indices);
  ExprRef index(AffineExpr value);
  ExprRef below(AffineExpr value, int64_t bound);
  ExprRef apply(const void *name, Attribute attributes, Type type,
                ArrayRef<ExprRef> operands, bool nonNegative = false);

  // Laws.
  ExprRef add(ArrayRef<Term> summands,
              Coefficient constant = Coefficient::exact(0.0));
  ExprRef add(ExprRef lhs, ExprRef rhs) {
    return add({{Coefficient::exact(1), lhs}, {Coefficient::exact(1), rhs}});
  }
  ExprRef sub(ExprRef lhs, ExprRef rhs) {
    return add({{Coefficient::exact(1), lhs}, {Coefficient::exact(-1), rhs}});
  }
  ExprRef scale(Coefficient coefficient, ExprRef operand) {
    return add({{coefficient, operand}});
  }
  virtual ExprRef mul(ArrayRef<Factor> inputs);
  ExprRef mul(ExprRef lhs, ExprRef rhs) { return mul({{lhs, 1}, {rhs, 1}}); }
  ExprRef div(ExprRef lhs, ExprRef rhs) { return mul({{lhs, 1}, {rhs, -1}}); }
  ExprRef pow(ExprRef operand, Rational exponent) {
    return mul({{operand, exponent}});
  }
  ExprRef abs(ExprRef operand);
  ExprRef max(ExprRef lhs, ExprRef rhs);
  ExprRef round(ExprRef operand, Type type);
  ExprRef group(ExprRef operand, Limit limit = Limit::None);
  /// The sum of `body` over `bounds` where there is no number left for them.
  ExprRef cutSum(ExprRef body, ArrayRef<BoundIndex> bounds);

  /// The sum of `body` over the positions `dims`, whose extents are `extents`.
  virtual ExprRef sum(ExprRef body, ArrayRef<unsigned> dims,
                      ArrayRef<ExprRef> extents);

  /// The sum over the indices `bounds` (numbers of 32 and up, as in a Sum node)
  /// of an expression in them.
  ExprRef sumOver(ExprRef body, ArrayRef<BoundIndex> bounds);

  /// `expr` with position i replaced by `replacements[i]`, an index expression
  /// over positions with the given extents. Replacements of bound indices are
  /// in `boundReplacements` (number, expression), the ranges of bound indices
  /// that occur in replacements in `boundRanges`.
  virtual ExprRef
  substitute(ExprRef expr, ArrayRef<AffineExpr> replacements,
             ArrayRef<int64_t> extents,
             ArrayRef<std::pair<unsigned, AffineExpr>> boundReplacements = {},
             ArrayRef<BoundIndex> boundRanges = {});

  /// A value whose expression was cut off, so that it is a leaf.
  struct CutValue {
    Limit limit;
    SmallVector<Value> reads; ///< what it is computed from
  };
  void setCut(Value value, Limit limit, ArrayRef<Value> reads) {
    cuts[value] = {limit, SmallVector<Value>(reads)};
  }
  /// How `value` was cut off; null where it was not.
  const CutValue *getCut(Value value) const {
    auto found = cuts.find(value);
    return found == cuts.end() ? nullptr : &found->second;
  }

  /// The number that `extent` is known to be no less than.
  void setLeast(ExprRef extent, int64_t least) { leasts[extent] = least; }
  int64_t getLeast(ExprRef extent) const { return leasts.lookup(extent); }

  AffineExpr dim(unsigned number) { return dims[number]; }
  /// The positions, each replaced by itself.
  ArrayRef<AffineExpr> getIdentity() const {
    return ArrayRef<AffineExpr>(dims).take_front(kFirstBound);
  }

  /// The terms of `expr` seen as an Add: itself when it is none.
  SmallVector<Term> termsOf(ExprRef expr, Coefficient &constant);
  /// The factors of `expr` seen as a Mul, and its numeric coefficient.
  SmallVector<Factor> factorsOf(ExprRef expr, Coefficient &coefficient);

  /// `expr` = coefficient * primitive, where a sum of several terms is
  /// primitive if its leading coefficient is 1 (or -1 where `keepSign`).
  ExprRef takeCoefficient(ExprRef expr, Coefficient &coefficient,
                          bool keepSign = false);

  /// `product` without the factor `operand` ^ `exponent`, which it has.
  ExprRef withoutFactor(ExprRef product, ExprRef operand, Rational exponent);

  /// `like` with other operands, by no law but the order of a maximum: for
  /// operands that are those of `like` under other names.
  ExprRef withOperands(ExprRef like, ArrayRef<ExprRef> operands);

  /// Number of nodes made so far, of nodes that substitutions looked at, and of
  /// roots that were solved for a norm.
  unsigned size() const { return nextId; }
  unsigned numSubstituted = 0;
  unsigned numSolved = 0;

private:
  /// A node as it is stored, and one that is looked for.
  struct Node;
  struct Prototype {
    const Expr *expr;
    unsigned hash;
  };
  struct NodeInfo : llvm::DenseMapInfo<const Node *> {
    static unsigned getHashValue(const Node *node);
    static unsigned getHashValue(const Prototype &prototype) {
      return prototype.hash;
    }
    static bool isEqual(const Node *a, const Node *b) { return a == b; }
    static bool isEqual(const Prototype &prototype, const Node *node);
  };

  ExprRef intern(Expr prototype);
  ExprRef makeAdd(ArrayRef<Term> terms, Coefficient constant);
  ExprRef makeMul(ArrayRef<Factor> factors);
  ExprRef makeSum(ExprRef body, SmallVector<BoundIndex> bounds);
  ExprRef bindPositions(ExprRef varying, ArrayRef<unsigned> dims,
                        ArrayRef<ExprRef> extents);

  MLIRContext *context;
  SmallVector<AffineExpr> dims;
  llvm::BumpPtrAllocator allocator;
  llvm::DenseSet<const Node *, NodeInfo> nodes;
  llvm::DenseMap<Value, int64_t> ordinals;
  llvm::DenseMap<Value, CutValue> cuts;
  llvm::DenseMap<ExprRef, int64_t> leasts;
  unsigned nextId = 0;
};

/// u where `expr` is u^2 by the form of its exponents; null otherwise.
ExprRef getSquareRoot(ExprContext &context, ExprRef expr);

/// The leaves of `expr`, those inside of sums only where `intoSums`.
SmallVector<ExprRef> getLeaves(ExprRef expr, bool intoSums);

/// The product of the extents of `bounds`.
ExprRef getLength(ExprContext &context, ArrayRef<BoundIndex> bounds);

/// Whether `expr` is mean(u^2) - mean(u)^2 up to a positive factor and a
/// non-negative rest: a variance, and so not negative (Jensen).
bool isVariance(ExprContext &context, ExprRef expr);

/// Whether `sum` adds up products of different values.
bool isSumOfProduct(ExprRef sum);

/// Whether `expr` reads such a sum, not under a root or a divisor, as gradients
/// do.
bool mayBeGradient(ExprRef expr);

/// Whether `expr` is not negative, or NaN: by its form, as a variance, as a
/// square that was expanded, or as a product of such.
bool isNeverNegative(ExprContext &context, ExprRef expr);

/// `expr` in readable mathematics: `x[d0, d1] * (sum(x^2) / 64 + 1e-5)^(-1/2)`.
std::string toString(ExprRef expr);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_EXPR_H
