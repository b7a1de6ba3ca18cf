//===- SharedFunctions.cpp - what several ops read as one value -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/SharedFunctions.h"

#include "Read/ExprReader.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// The degree of an expression in functions that are cut off, as far as they
/// vary along `dims`. What is no polynomial counts for two, and so does a sum
/// of different functions.
class DegreeFinder {
public:
  DegreeFinder(uint32_t dims, const llvm::DenseSet<Value> &functions)
      : dims(dims), functions(functions) {}

  unsigned run(ExprRef expr) {
    // A statistic is a function of the row; what varies less is none of the
    // elements.
    if (expr->kind == Expr::Kind::Sum || (dims & ~expr->freeDims) != 0)
      return 0;
    auto [entry, isNew] = degrees.try_emplace(expr, 0);
    if (!isNew)
      return entry->second;
    unsigned degree = std::min(compute(expr), 2u);
    degrees[expr] = degree;
    return degree;
  }

private:
  unsigned compute(ExprRef expr);
  bool readsElements(ExprRef expr) const;

  uint32_t dims;
  const llvm::DenseSet<Value> &functions;
  llvm::DenseMap<ExprRef, unsigned> degrees;
};
} // namespace

/// Whether `expr` reads a value that varies along all dimensions, not summed
/// up. A statistic is a root of sums alone.
bool DegreeFinder::readsElements(ExprRef expr) const {
  return llvm::any_of(getLeaves(expr, /*intoSums=*/false), [&](ExprRef leaf) {
    return (dims & ~leaf->freeDims) == 0;
  });
}

unsigned DegreeFinder::compute(ExprRef expr) {
  unsigned degree = 0;
  switch (expr->kind) {
  case Expr::Kind::Leaf:
    return functions.contains(expr->value) ? 1 : 0;
  case Expr::Kind::Apply:
  case Expr::Kind::Abs:
  case Expr::Kind::Max:
    return readsElements(expr) ? 2 : 0;
  case Expr::Kind::Mul:
    for (auto [operand, exponent] :
         llvm::zip(expr->operands, expr->exponents)) {
      bool isPower = !exponent.isInteger() || exponent.numerator < 0;
      if (isPower && readsElements(operand))
        return 2;
      degree += isPower ? 0 : unsigned(exponent.numerator) * run(operand);
    }
    return degree;
  default: {
    unsigned numFunctions = 0;
    for (ExprRef operand : expr->operands) {
      degree = std::max(degree, run(operand));
      numFunctions += run(operand) > 0;
    }
    return numFunctions > 1 ? 2 : degree;
  }
  }
}

/// Whether `value`, in whatever shape, is read more than once.
static bool isShared(Value value) {
  unsigned numReads = 0;
  SmallVector<Value> todo = {value};
  while (!todo.empty() && numReads < 2)
    for (Operation *user : todo.pop_back_val().getUsers()) {
      if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(
              user))
        todo.push_back(user->getResult(0));
      else
        ++numReads;
    }
  return numReads > 1;
}

bool mlir::norm::raise::isSharedFunction(
    Value value, ExprRef expr, const llvm::DenseSet<Value> &functions) {
  return expr->freeDims != 0 && isShared(value) &&
         DegreeFinder(expr->freeDims, functions).run(expr) > 1 &&
         !isReadAsStatistic(value);
}

/// The dimensions of `value` along which ops add it up, or a function of it
/// alone, to what its rows read back.
static uint32_t getStatisticDims(Value value, unsigned depth) {
  uint32_t dims = 0;
  for (OpOperand &use : value.getUses()) {
    auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
    if (!op || op.isDpsInit(&use) || !op.hasPureTensorSemantics() ||
        !llvm::all_equal(op.getDpsInputs()))
      continue;
    Value result = use.getOwner()->getResult(0);
    if (op.getNumReductionLoops() == 0) {
      if (depth > 0 && op.getMatchingIndexingMap(&use) ==
                           op.getMatchingIndexingMap(op.getDpsInitOperand(0)))
        dims |= getStatisticDims(result, depth - 1);
      continue;
    }
    if (!isReadAsStatistic(result))
      continue;
    SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
    AffineMap map = op.getMatchingIndexingMap(&use);
    for (auto [dim, index] : llvm::enumerate(map.getResults()))
      if (auto loop = dyn_cast<AffineDimExpr>(index);
          loop &&
          iterators[loop.getPosition()] == utils::IteratorType::reduction)
        dims |= uint32_t(1) << dim;
  }
  return dims;
}

/// How many ops there may be from a row to the sum of its squares.
static constexpr unsigned kMaxOpsToSquare = 2;

bool mlir::norm::raise::isRowOfNorm(Value value, ExprRef expr) {
  bool isSum = expr->kind == Expr::Kind::Add && expr->operands.size() > 1;
  if (!isSum || !isShared(value) || mayBeGradient(expr))
    return false;
  uint32_t dims = getStatisticDims(value, kMaxOpsToSquare);
  return dims != 0 && llvm::all_of(expr->operands, [&](ExprRef term) {
           return (term->freeDims & dims) != 0;
         });
}
