//===- ExprReader.cpp - from IR to row expressions ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ExprReader.h"

#include "Expr/Limits.h"
#include "Read/SharedFunctions.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Whether `expr` is a sum whose terms vary wherever it does: no mean or bias
/// is among them.
static bool isResidualSum(ExprRef expr) {
  return expr->kind == Expr::Kind::Add &&
         llvm::all_of(expr->operands, [&](ExprRef term) {
           return term->freeDims == expr->freeDims;
         });
}

/// The limit that an expression exceeds.
static Limit getLimit(ExprRef expr, bool isTensor) {
  if (expr->hasCut)
    return Limit::BoundIndices;
  if (expr->depth > kMaxDepth)
    return Limit::Depth;
  if (expr->size > kMaxSize)
    return Limit::Size;
  if (!isTensor || expr->hasSum)
    return Limit::None;
  if (expr->size > kMaxElementwiseSize)
    return Limit::ElementwiseSize;
  if (expr->size > kMaxResidualSize && isResidualSum(expr))
    return Limit::ResidualSize;
  return Limit::None;
}

bool mlir::norm::raise::exceedsRank(Operation *op) {
  auto isHigh = [](Type type) {
    auto shaped = dyn_cast<ShapedType>(type);
    return shaped && shaped.hasRank() && shaped.getRank() > int64_t(kMaxRank);
  };
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  return (structured && structured.getNumLoops() > kMaxRank) ||
         llvm::any_of(op->getOperandTypes(), isHigh) ||
         llvm::any_of(op->getResultTypes(), isHigh);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// The linalg op in whose body `value` is defined, or null.
static linalg::LinalgOp getEnclosingStructuredOp(Value value) {
  Operation *parent = value.getParentBlock()->getParentOp();
  auto structured = dyn_cast<linalg::LinalgOp>(parent);
  return structured ? structured : parent->getParentOfType<linalg::LinalgOp>();
}

ValueExpr ExprReader::makeLeaf(Value value) {
  SmallVector<AffineExpr> indices;
  // A scalar of a body may be another number at every point of the loops.
  if (linalg::LinalgOp op = getEnclosingStructuredOp(value))
    for (auto [loop, range] : llvm::enumerate(getLoopRanges(op)))
      if (range != 1 && loop < kFirstBound)
        indices.push_back(context.dim(loop));
  if (auto type = dyn_cast<RankedTensorType>(value.getType());
      type && type.getRank() <= int64_t(kFirstBound))
    for (auto [dim, extent] : llvm::enumerate(type.getShape()))
      indices.push_back(extent == 1
                            ? getAffineConstantExpr(0, context.getContext())
                            : context.dim(dim));
  ExprRef leaf = context.leaf(value, indices);
  return {leaf, leaf};
}

void ExprReader::set(Value value, ValueExpr expr) {
  if (values.insert_or_assign(value, expr).second)
    known.push_back(value);
}

void ExprReader::forget(size_t mark) {
  for (Value value : ArrayRef<Value>(known).drop_front(mark))
    values.erase(value), uncut.erase(value);
  known.truncate(mark);
}

/// Whether a norm that the program has reads its rows from `value`.
static bool isInputOfNorm(Value value) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    auto norm = dyn_cast<NormOpInterface>(user);
    return norm && norm.getInput() == value;
  });
}

/// Sets `value` to a leaf that varies where `expr`, which it stands for, does.
void ExprReader::setLeafFor(Value value, ValueExpr expr) {
  uncut[value] = expr;
  ExprRef leaf = makeLeaf(value).relaxed;
  uint32_t varying = expr.relaxed->freeDims | expr.exact->freeDims;
  SmallVector<AffineExpr> indices(leaf->indices);
  for (AffineExpr &index : indices)
    if (auto dim = dyn_cast<AffineDimExpr>(index);
        dim && !(varying >> dim.getPosition() & 1))
      index = getAffineConstantExpr(0, context.getContext());
  leaf = context.leaf(value, indices);
  set(value, {leaf, leaf});
}

/// Makes a leaf of `value` where it is a shared function and these are cut off;
/// whether it did. The first look cuts none, and only has to know of one.
bool ExprReader::cutSharedFunction(Value value, ValueExpr expr) {
  if (!isOfGradients || (sawFunction && !cutsFunctions) ||
      !isSharedFunction(value, expr.relaxed, functions))
    return false;
  sawFunction = true;
  if (!cutsFunctions)
    return false;
  functions.insert(value);
  setLeafFor(value, expr);
  return true;
}

void ExprReader::setComputed(Value value, ValueExpr expr) {
  bool isTensor = isa<ShapedType>(value.getType());
  // Of a long residual sum, or of another norm's result, a gradient is a
  // product of too many terms.
  if (isOfGradients && isTensor &&
      (isInputOfNorm(value) || isRowOfNorm(value, expr.relaxed))) {
    uncut[value] = expr;
    return set(value, makeLeaf(value));
  }
  if (isTensor && cutSharedFunction(value, expr))
    return;
  Limit limit = getLimit(expr.relaxed, isTensor);
  if (limit == Limit::None)
    limit = getLimit(expr.exact, isTensor);
  if (limit == Limit::None)
    return set(value, expr);
  llvm::SmallSetVector<Value, 16> reads;
  for (ExprRef leaf : getLeaves(expr.relaxed, /*intoSums=*/true))
    reads.insert(leaf->value);
  context.setCut(value, limit, reads.getArrayRef());
  setLeafFor(value, expr);
}

/// The op that gives `value` its expression: the one that defines it, or the
/// structured op in whose body it is.
static Operation *getReader(Value value) {
  if (linalg::LinalgOp enclosing = getEnclosingStructuredOp(value))
    return enclosing;
  return value.getDefiningOp();
}

/// Calls `visit` for the values that the expressions of `op` are made from.
void ExprReader::forEachOperand(Operation *op,
                                llvm::function_ref<void(Value)> visit) {
  // What other regions compute is not looked into.
  if (op->getNumRegions() != 0 && !isa<linalg::LinalgOp>(op))
    return;
  llvm::for_each(op->getOperands(), visit);
  for (Region &region : op->getRegions())
    region.walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (operand.getParentBlock() != nested->getBlock() &&
            !op->isAncestor(operand.getParentBlock()->getParentOp()))
          visit(operand);
    });
  // A size may have been read off a tensor that was given it.
  auto dim = dyn_cast<tensor::DimOp>(op);
  if (!dim || !dim.getConstantIndex() ||
      !isa<RankedTensorType>(dim.getSource().getType()))
    return;
  ExtentOrigin origin =
      extentClasses.find(dim.getSource(), *dim.getConstantIndex());
  if (origin.number)
    return;
  if (auto size = dyn_cast_if_present<Value>(
          getSize(origin.value.getDefiningOp(), origin.dim)))
    visit(size);
}

/// Gives the values of `op` their expressions, those of its operands given.
void ExprReader::visitKnown(Operation *op) {
  ++numVisited;
  if (exceedsRank(op))
    for (Value result : op->getResults())
      context.setCut(result, Limit::Rank,
                     SmallVector<Value>(op->getOperands()));
  else if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    visitLinalg(structured);
  else
    visit(op);
  for (Value result : op->getResults())
    if (!values.contains(result))
      set(result, makeLeaf(result));
}

/// Visits the op that gives `value` its expression, after those of what it
/// depends on. A program may be deeper than a stack, so this does not recurse.
void ExprReader::compute(Value value) {
  SmallVector<std::pair<Value, bool>> worklist = {{value, false}};
  while (!worklist.empty()) {
    auto [next, isReady] = worklist.back();
    Operation *op = getReader(next);
    if (isReady) {
      worklist.pop_back();
      visitKnown(op);
      active.erase(op);
      continue;
    }
    if (values.contains(next) || !op || !active.insert(op).second) {
      worklist.pop_back();
      continue;
    }
    worklist.back().second = true;
    forEachOperand(op, [&](Value operand) {
      if (!values.contains(operand))
        worklist.push_back({operand, false});
    });
  }
}

ValueExpr ExprReader::get(Value value) {
  auto found = values.find(value);
  if (found == values.end()) {
    compute(value);
    found = values.find(value);
  }
  if (found == values.end()) {
    set(value, makeLeaf(value));
    found = values.find(value);
  }
  return found->second;
}

ValueExpr ExprReader::getAt(Value value, ArrayRef<AffineExpr> indices,
                            ArrayRef<int64_t> extents) {
  ValueExpr expr = get(value);
  return {context.substitute(expr.relaxed, indices, extents),
          context.substitute(expr.exact, indices, extents)};
}

//===----------------------------------------------------------------------===//
// Single ops
//===----------------------------------------------------------------------===//

static bool isNumber(Type type) {
  Type element = getElementTypeOrSelf(type);
  return isa<FloatType, IntegerType, IndexType>(element) &&
         (!isa<ShapedType>(type) || isa<RankedTensorType>(type));
}

void ExprReader::visit(Operation *op) {
  if (auto norm = dyn_cast<NormOpInterface>(op))
    return visitNorm(norm);
  if (visitShapeOp(op) || op->getNumResults() != 1 ||
      op->getNumRegions() != 0 || !isNumber(op->getResult(0).getType()) ||
      !isMemoryEffectFree(op) ||
      isa_and_nonnull<tensor::TensorDialect>(op->getDialect()))
    return;
  // Ops on whole tensors count as elementwise only if they say so.
  Type type = op->getResult(0).getType();
  bool isConstant = matchPattern(op, m_Constant());
  if (isa<ShapedType>(type) && !isConstant &&
      !op->hasTrait<OpTrait::Elementwise>())
    return;
  SmallVector<ExprRef> relaxed, exact;
  for (Value operand : op->getOperands()) {
    if (!isNumber(operand.getType()))
      return;
    ValueExpr expr = get(operand);
    relaxed.push_back(expr.relaxed);
    exact.push_back(expr.exact);
  }
  ValueExpr result = evaluateBoth(op, relaxed, exact);
  if (!result.relaxed)
    return;
  result = applyRounding(op, result);
  setComputed(op->getResult(0), result);
}
