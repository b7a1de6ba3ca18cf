//===- OddStatistic.cpp - statistics that are nearly ones -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/OddStatistic.h"

#include "Expr/IndexMath.h"
#include "Expr/Limits.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Reductions that are no sums
//===----------------------------------------------------------------------===//

/// Whether `op` reads `value`, or a tensor that a few ops compute from it.
static bool isComputedFrom(Operation *op, Value value) {
  llvm::SmallSetVector<Operation *, kMaxOpsToRow> ops;
  ops.insert(op);
  for (unsigned i = 0; i < ops.size() && i < kMaxOpsToRow; ++i)
    for (Value operand : ops[i]->getOperands()) {
      if (operand == value)
        return true;
      if (Operation *producer = operand.getDefiningOp())
        ops.insert(producer);
    }
  return false;
}

/// Whether an operand of `op` is a sum that is computed from `row`.
static bool sumsRow(Operation *op, Value row) {
  return llvm::any_of(op->getOperands(), [&](Value operand) {
    auto sum = operand.getDefiningOp<linalg::LinalgOp>();
    return sum && sum.getNumReductionLoops() > 0 && isComputedFrom(sum, row);
  });
}

/// How the reduction that gives `leaf` combines elements of `row`, where that
/// is no addition of floating-point numbers; else empty.
static std::string describeReduction(ExprRef leaf, ExprRef row) {
  auto op = leaf->value.getDefiningOp<linalg::LinalgOp>();
  if (!op || op.getNumReductionLoops() == 0 || !isComputedFrom(op, row->value))
    return "";
  Type element = getElementTypeOrSelf(leaf->value.getType());
  if (!isa<FloatType>(element))
    return llvm::formatv("the statistic is computed in {0}, not in floating "
                         "point",
                         element);
  unsigned number = cast<OpResult>(leaf->value).getResultNumber();
  Operation *combiner =
      op.getBlock()->getTerminator()->getOperand(number).getDefiningOp();
  if (!combiner || isa<arith::AddFOp>(combiner))
    return "";
  return llvm::formatv("the statistic is reduced by {0}, not by addition",
                       combiner->getName());
}

//===----------------------------------------------------------------------===//
// Sums that leave the program
//===----------------------------------------------------------------------===//

/// The number of elements of `row` along the positions that `base` does not
/// vary along; dynamic where one of them is.
static int64_t getRowLength(ExprRef row, ExprRef base) {
  auto type = dyn_cast<RankedTensorType>(row->value.getType());
  if (!type)
    return ShapedType::kDynamic;
  int64_t length = 1;
  for (auto [dim, index] : llvm::enumerate(row->indices)) {
    bool isAlongRow = (uint32_t(dimsOf(index)) & ~base->freeDims) != 0;
    if (!isAlongRow)
      continue;
    if (int64_t(dim) >= type.getRank() || type.isDynamicDim(dim))
      return ShapedType::kDynamic;
    length *= type.getDimSize(dim);
  }
  return length;
}

/// The divisor d of `leaf` in number * base^(-1/2), which is (leaf / d +
/// ..)^(-1/2) with d = number^2 over the factor of the leaf; as text.
static std::string describeDivisor(ExprContext &context, ExprRef base,
                                   ExprRef leaf, double number) {
  Coefficient constant;
  for (Term term : context.termsOf(base, constant))
    if (term.operand == leaf && term.coefficient.value > 0)
      return llvm::formatv(
          " and is divided by {0}",
          int64_t(std::llround(number * number / term.coefficient.value)));
  return "";
}

/// How many buffers are followed from a tensor to the sum that went in.
static constexpr unsigned kMaxBuffers = 8;

/// The op on buffers that a sum of `row` passes through on its way to `op`,
/// which reads a buffer as a tensor: as mpi.allreduce does. Null for others.
static Operation *findBufferOp(Operation *op, Value row) {
  if (op->getName().getStringRef() != "bufferization.to_tensor")
    return nullptr;
  Operation *through = nullptr;
  bool readsSum = false;
  llvm::SetVector<Value> buffers;
  buffers.insert(op->getOperand(0));
  for (unsigned i = 0; i < buffers.size() && i < kMaxBuffers; ++i) {
    Operation *producer = buffers[i].getDefiningOp();
    if (producer && producer->getNumOperands() == 1 &&
        isa<TensorType>(producer->getOperand(0).getType()))
      readsSum |= sumsRow(producer, row);
    for (Operation *user : buffers[i].getUsers()) {
      unsigned numBuffers =
          llvm::count_if(user->getOperandTypes(), llvm::IsaPred<MemRefType>);
      if (numBuffers < 2)
        continue;
      for (Value operand : user->getOperands())
        if (isa<MemRefType>(operand.getType()))
          buffers.insert(operand);
      if (!isa<linalg::LinalgOp>(user) &&
          user->getName().getStringRef() != "memref.copy")
        through = user;
    }
  }
  return readsSum ? through : nullptr;
}

/// Words for a row that is sharded: the sum over the part of the row that this
/// program has passes through an op that is no part of it, such as the call of
/// an all-reduce. Empty where `leaf` is no such value.
static std::string describeShard(ExprContext &context, ExprRef base,
                                 ExprRef leaf, ExprRef row, double number) {
  Operation *op = leaf->value.getDefiningOp();
  if (!op || isa<linalg::LinalgOp>(op) || op->hasTrait<OpTrait::Elementwise>())
    return "";
  if (Operation *through = findBufferOp(op, row->value))
    op = through;
  else if (!sumsRow(op, row->value))
    return "";
  std::string name = op->getName().getStringRef().str();
  if (auto call = dyn_cast<CallOpInterface>(op))
    if (auto symbol = dyn_cast<SymbolRefAttr>(call.getCallableForCallee()))
      name += (" @" + symbol.getLeafReference().getValue()).str();
  int64_t length = getRowLength(row, base);
  std::string elements = ShapedType::isDynamic(length)
                             ? "elements"
                             : llvm::formatv("{0} elements", length).str();
  return llvm::formatv(
      "the row is a shard: the sum over its {0} passes through {1}{2}",
      elements, name, describeDivisor(context, base, leaf, number));
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// Calls `visit` for `expr` and all that it is computed from.
static void walk(ExprRef expr, llvm::SmallPtrSetImpl<ExprRef> &seen,
                 llvm::function_ref<void(ExprRef)> visit) {
  if (!seen.insert(expr).second)
    return;
  visit(expr);
  for (ExprRef operand : expr->operands)
    walk(operand, seen, visit);
}

/// The first operand of `expr`, a maximum, that is a number; or null.
static ExprRef getBound(ExprRef expr) {
  if (expr->kind != Expr::Kind::Max)
    return nullptr;
  for (ExprRef operand : expr->operands)
    if (operand->isConstant())
      return operand;
  return nullptr;
}

/// The innermost clamp of a statistic, which is the one that was written first.
static std::string describeClamp(ExprContext &context, ExprRef base) {
  Coefficient constant;
  for (Term term : context.termsOf(base, constant))
    if (ExprRef bound = getBound(term.operand)) {
      for (ExprRef operand : term.operand->operands)
        if (std::string inner = describeClamp(context, operand); !inner.empty())
          return inner;
      bool isLeast = term.coefficient.value > 0;
      return llvm::formatv("the statistic is clamped to at {0} {1:e6}",
                           isLeast ? "least" : "most",
                           bound->constant.value * term.coefficient.value +
                               0.0);
    }
  return "";
}

/// An op that stands between the statistic and the root and gives another
/// number for some of its values.
static std::string describeChoice(ExprRef part) {
  if (part->kind != Expr::Kind::Apply || !part->hasSum)
    return "";
  StringRef name =
      OperationName::getFromOpaquePointer(part->name).getStringRef();
  if (name == arith::MaxNumFOp::getOperationName() ||
      name == arith::MinNumFOp::getOperationName())
    return llvm::formatv("{0} drops a NaN of the statistic, which the op keeps",
                         name);
  if (name == arith::SelectOp::getOperationName())
    return "the statistic is selected by a comparison that may be false, or "
           "drops a NaN";
  return "";
}

/// What `base`, under a root, computes from the row of `row` instead of a mean
/// of squares; empty where it is not computed from it.
static std::string describeBase(ExprContext &context, ExprRef base, ExprRef row,
                                double number) {
  bool readsRow = false;
  ExprRef oddSum = nullptr;
  std::string reduction, choice;
  llvm::SmallPtrSet<ExprRef, 16> seen;
  walk(base, seen, [&](ExprRef part) {
    if (choice.empty())
      choice = describeChoice(part);
    if (part->kind == Expr::Kind::Leaf) {
      readsRow |= part->value == row->value;
      if (reduction.empty())
        reduction = describeReduction(part, row);
      if (reduction.empty())
        reduction = describeShard(context, base, part, row, number);
    }
    if (part->kind == Expr::Kind::Sum && !oddSum &&
        !getSquareRoot(context, part->operands.front()))
      oddSum = part;
  });
  if (!reduction.empty())
    return reduction;
  if (!readsRow)
    return "";
  if (std::string clamp = describeClamp(context, base); !clamp.empty())
    return clamp;
  if (!choice.empty())
    return choice;
  if (oddSum) {
    std::string summand = toString(oddSum->operands.front());
    if (summand.size() > kMaxQuote)
      return "the statistic sums what is no square";
    return llvm::formatv("the statistic sums {0}, which is no square", summand);
  }
  if (!base->hasSum)
    return "the statistic is taken from one element, not from a sum over the "
           "row";
  // A sum that stands by itself has been looked at already.
  Coefficient constant, coefficient;
  for (Term term : context.termsOf(base, constant))
    for (Factor factor : context.factorsOf(term.operand, coefficient))
      if (factor.operand->kind == Expr::Kind::Sum &&
          factor.exponent == Rational(1))
        return "";
  return "the statistic is not a mean of squares of the row, but computed from "
         "one";
}

/// `base` where `expr` = weight * base^(1/2) + rest; or null.
static ExprRef getBaseOfRoot(ExprContext &context, ExprRef expr) {
  Coefficient constant, coefficient;
  for (Term term : context.termsOf(expr, constant))
    for (Factor factor : context.factorsOf(term.operand, coefficient))
      if (factor.exponent == Rational(1, 2))
        return factor.operand;
  return nullptr;
}

/// What is odd about one factor of a product that scales `number` * `row`.
static std::optional<OddStatistic> describeFactor(ExprContext &context,
                                                  Factor factor, ExprRef row,
                                                  double number) {
  auto describe = [&](ExprRef base) -> std::optional<OddStatistic> {
    std::string reason = describeBase(context, base, row, number);
    if (reason.empty())
      return std::nullopt;
    return OddStatistic{std::move(reason), factor.operand};
  };
  if (factor.exponent == Rational(-1, 2))
    return describe(factor.operand);
  if (factor.exponent == Rational(1, 2)) {
    bool sumsRow =
        llvm::any_of(getLeaves(factor.operand, /*intoSums=*/true),
                     [&](ExprRef leaf) { return leaf->value == row->value; });
    if (!sumsRow || !factor.operand->hasSum)
      return std::nullopt;
    return OddStatistic{"the row is multiplied by the root of the statistic, "
                        "not divided by it",
                        factor.operand};
  }
  if (factor.exponent != Rational(-1))
    return std::nullopt;
  if (ExprRef base = getBaseOfRoot(context, factor.operand))
    return describe(base);
  if (ExprRef bound = getBound(factor.operand))
    for (ExprRef operand : factor.operand->operands)
      if (ExprRef base = getBaseOfRoot(context, operand))
        if (llvm::any_of(getLeaves(base, /*intoSums=*/true), [&](ExprRef leaf) {
              return leaf->value == row->value;
            }))
          return OddStatistic{
              llvm::formatv("the root of the statistic is clamped to at least "
                            "{0:e6}, where epsilon would be added",
                            bound->constant.value),
              factor.operand};
  return std::nullopt;
}

/// What is odd about a factor that is the rounding of a reciprocal root: the op
/// does not round rstd.
static std::optional<OddStatistic> describeRounding(ExprContext &context,
                                                    ExprRef factor) {
  if (factor->kind != Expr::Kind::Round || !factor->hasSum)
    return std::nullopt;
  Coefficient coefficient;
  ExprRef rounded = factor->operands.front();
  for (Factor part : context.factorsOf(rounded, coefficient))
    if (part.operand->hasSum && part.exponent == Rational(-1, 2))
      return OddStatistic{
          llvm::formatv("rstd is rounded to {0} before it meets the row, which "
                        "the op does not do",
                        factor->type),
          factor};
  return std::nullopt;
}

/// The same for `number` * `product`.
static std::optional<OddStatistic>
findInProduct(ExprContext &context, ExprRef product, double number) {
  if (product->kind != Expr::Kind::Mul)
    return std::nullopt;
  for (auto [operand, exponent] :
       llvm::zip(product->operands, product->exponents)) {
    if (exponent == Rational(1) && (product->freeDims & ~operand->freeDims))
      if (auto odd = describeRounding(context, operand))
        return odd;
    if (exponent == Rational(1) || operand->isConstant())
      continue;
    // What varies where the factor does not is an element of the row.
    for (ExprRef other : product->operands) {
      if (other == operand || (other->freeDims & ~operand->freeDims) == 0)
        continue;
      for (ExprRef leaf : getLeaves(other, /*intoSums=*/false))
        if (leaf->freeDims & ~operand->freeDims)
          if (auto odd =
                  describeFactor(context, {operand, exponent}, leaf, number))
            return odd;
    }
  }
  return std::nullopt;
}

std::optional<OddStatistic>
mlir::norm::raise::findOddStatistic(ExprContext &context, ExprRef root) {
  Coefficient constant;
  for (Term term : context.termsOf(root, constant))
    if (auto odd = findInProduct(context, term.operand, term.coefficient.value))
      return odd;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Complex numbers
//===----------------------------------------------------------------------===//

bool mlir::norm::raise::isComplexQuotientByRoot(Value value) {
  Operation *op = value.getDefiningOp();
  auto isOp = [](Operation *op, StringRef name) {
    return op && op->getName().getStringRef() == name;
  };
  if (!isOp(op, "complex.mul") && !isOp(op, "complex.div"))
    return false;
  auto structured = dyn_cast<linalg::LinalgOp>(op->getParentOp());
  if (!structured)
    return false;
  auto isReduced = [&](Value part) {
    auto argument = dyn_cast<BlockArgument>(part);
    if (!argument || argument.getOwner() != structured.getBlock())
      return false;
    auto producer = structured.getMatchingOpOperand(argument)
                        ->get()
                        .getDefiningOp<linalg::LinalgOp>();
    return producer && producer.getNumReductionLoops() > 0;
  };
  llvm::SmallSetVector<Operation *, kMaxOpsToRow> ops;
  ops.insert(op);
  bool hasRoot = false;
  for (unsigned i = 0; i < ops.size() && i < kMaxOpsToRow; ++i) {
    hasRoot |= isOp(ops[i], "complex.rsqrt") || isOp(ops[i], "complex.sqrt");
    for (Value operand : ops[i]->getOperands()) {
      if (hasRoot && isReduced(operand))
        return true;
      if (Operation *producer = operand.getDefiningOp();
          producer && producer->getBlock() == op->getBlock())
        ops.insert(producer);
    }
  }
  return false;
}
