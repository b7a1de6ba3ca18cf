//===- StructuredOps.cpp - row expressions of linalg ops ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ExprReader.h"

#include "Expr/Cancellation.h"
#include "Expr/Limits.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Whether `expr` contains `part`.
static bool contains(ExprRef expr, ExprRef part,
                     llvm::SmallPtrSetImpl<ExprRef> &seen) {
  if (expr == part)
    return true;
  if (!seen.insert(expr).second)
    return false;
  return llvm::any_of(expr->operands, [&](ExprRef operand) {
    return contains(operand, part, seen);
  });
}

/// f where `expr` = accumulator + f and f is free of the accumulator.
static ExprRef getSummand(ExprContext &context, ExprRef expr,
                          ExprRef accumulator) {
  Coefficient constant;
  SmallVector<Term> rest;
  bool found = false;
  for (Term term : context.termsOf(expr, constant)) {
    if (term.operand == accumulator && term.coefficient.isExactly(1))
      found = true;
    else
      rest.push_back(term);
  }
  ExprRef summand = context.add(rest, constant);
  llvm::SmallPtrSet<ExprRef, 16> seen;
  if (!found || contains(summand, accumulator, seen))
    return nullptr;
  return summand;
}

/// Whether two inputs vary along the reduction and each along a parallel loop
/// that the other does not have, as in a matrix product.
static bool isMatrixProduct(linalg::LinalgOp op, ArrayRef<ExprRef> inputs) {
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  uint32_t mask = 0;
  for (unsigned dim : reductions)
    mask |= uint32_t(1) << dim;
  for (ExprRef lhs : inputs)
    for (ExprRef rhs : inputs)
      if (lhs->dependsOn(mask) && rhs->dependsOn(mask) &&
          (lhs->freeDims & ~rhs->freeDims) != 0 &&
          (rhs->freeDims & ~lhs->freeDims) != 0)
        return true;
  return false;
}

void ExprReader::visitBody(linalg::LinalgOp op) {
  for (Operation &nested : *op.getBlock())
    if (!nested.hasTrait<OpTrait::IsTerminator>())
      visit(&nested);
}

/// The expression of one result, in its own dimensions; null expressions where
/// the op is not understood.
ValueExpr ExprReader::getResult(linalg::LinalgOp op, unsigned number) {
  OpOperand *init = op.getDpsInitOperand(number);
  AffineMap map = op.getMatchingIndexingMap(init);
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  auto resultType = cast<RankedTensorType>(init->get().getType());

  // Parallel loops become dimensions of the result.
  SmallVector<AffineExpr> loops(op.getNumLoops());
  for (auto [dim, index] : llvm::enumerate(map.getResults())) {
    if (auto loop = dyn_cast<AffineDimExpr>(index)) {
      if (loops[loop.getPosition()]) // a diagonal: the rest is not written
        return {};
      loops[loop.getPosition()] = context.dim(dim);
    } else if (resultType.getDimSize(dim) != 1)
      return {};
  }
  SmallVector<unsigned> reduced;
  SmallVector<ExprRef> extents;
  SmallVector<int64_t> ranges = getLoopRanges(op);
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if (loops[loop])
      continue;
    loops[loop] = context.dim(loop); // summed over, or of extent 1
    if (iterators[loop] == utils::IteratorType::reduction) {
      reduced.push_back(loop);
      extents.push_back(getLoopExtent(op, loop));
      if (!extents.back())
        return {};
    } else if (ranges[loop] != 1) {
      return {};
    }
  }

  Value yielded = op.getBlock()->getTerminator()->getOperand(number);
  ValueExpr body = get(yielded);
  SmallVector<AffineExpr> resultDims;
  for (int64_t dim = 0; dim < resultType.getRank(); ++dim)
    resultDims.push_back(context.dim(dim));

  if (op.getNumReductionLoops() == 0)
    return {context.substitute(body.relaxed, loops, resultType.getShape()),
            context.substitute(body.exact, loops, resultType.getShape())};

  ExprRef accumulator = get(op.getRegionOutputArgs()[number]).relaxed;
  auto reduce = [&](ExprRef yieldedExpr, ExprRef initial) -> ExprRef {
    Type rounding;
    if (yieldedExpr->kind == Expr::Kind::Round) {
      rounding = yieldedExpr->type;
      yieldedExpr = yieldedExpr->operands.front();
    }
    ExprRef summand = getSummand(context, yieldedExpr, accumulator);
    if (!summand)
      return nullptr;
    ExprRef sum = context.sum(summand, reduced, extents);
    if (!holdsLeaves(sum, summand)) // sum_j (z_j - mean(z)) is 0, or a NaN
      return nullptr;
    sum = context.add(context.substitute(sum, loops, resultType.getShape()),
                      initial);
    return rounding ? context.round(sum, rounding) : sum;
  };
  ValueExpr initial = getAt(init->get(), resultDims, resultType.getShape());
  return {reduce(body.relaxed, initial.relaxed),
          reduce(body.exact, initial.exact)};
}

void ExprReader::visitLinalg(linalg::LinalgOp op) {
  SmallVector<int64_t> ranges = getLoopRanges(op);
  bool isLowRank = op.getNumLoops() <= kMaxRank &&
                   llvm::all_of(op->getOperandTypes(), [](Type type) {
                     auto shaped = dyn_cast<ShapedType>(type);
                     return !shaped || (shaped.hasRank() &&
                                        shaped.getRank() <= int64_t(kMaxRank));
                   });
  if (!op.hasPureTensorSemantics() || !isLowRank)
    return;
  for (AffineMap map : op.getIndexingMapsArray())
    if (map.getNumSymbols() != 0)
      return;

  SmallVector<ExprRef> inputs;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    bool isAccumulator =
        op.isDpsInit(&operand) && op.getNumReductionLoops() > 0;
    if (isAccumulator) {
      set(argument, makeLeaf(argument));
      continue;
    }
    if (!isa<RankedTensorType>(operand.get().getType())) {
      set(argument, get(operand.get()));
      continue;
    }
    AffineMap map = op.getMatchingIndexingMap(&operand);
    set(argument, getAt(operand.get(), map.getResults(), ranges));
    inputs.push_back(values[argument].relaxed);
  }
  visitBody(op);
  if (op.getNumReductionLoops() > 0 && isMatrixProduct(op, inputs))
    return;
  for (OpResult result : op->getResults()) {
    ValueExpr expr = getResult(op, result.getResultNumber());
    if (expr.relaxed && expr.exact && isSmall(expr))
      set(result, expr);
  }
}
