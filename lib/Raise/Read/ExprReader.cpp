//===- ExprReader.cpp - from IR to row expressions ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ExprReader.h"

#include "Expr/Limits.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

bool mlir::norm::raise::isSmall(ValueExpr expr) {
  auto isOne = [](ExprRef e) {
    return e->depth <= kMaxDepth &&
           e->size <= (e->hasSum ? kMaxSize : kMaxElementwiseSize);
  };
  return isOne(expr.relaxed) && isOne(expr.exact);
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
    values.erase(value);
  known.truncate(mark);
}

/// Visits the op that defines `value`, or the structured op in whose body it
/// is.
void ExprReader::compute(Value value) {
  linalg::LinalgOp enclosing = getEnclosingStructuredOp(value);
  Operation *op = enclosing ? enclosing.getOperation() : value.getDefiningOp();
  if (!op || !active.insert(op).second)
    return;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    visitLinalg(structured);
  else
    visit(op);
  active.erase(op);
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
  bool isTensor = isa<ShapedType>(type);
  if (isTensor ? isSmall(result) : result.relaxed->depth <= kMaxDepth)
    set(op->getResult(0), result);
}
