//===- StructuredOps.cpp - row expressions of linalg ops ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ExprReader.h"

#include "Expr/Cancellation.h"
#include "Expr/Limits.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"

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

/// The positions of `op` that are reduced.
static uint32_t getReductionMask(linalg::LinalgOp op) {
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  uint32_t mask = 0;
  for (unsigned dim : reductions)
    mask |= uint32_t(1) << dim;
  return mask;
}

//===----------------------------------------------------------------------===//
// Products of matrices
//===----------------------------------------------------------------------===//

/// `value` before conversions to other types.
static Value skipCasts(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// The factors a, b, .. where the body of `op` yields accumulator + a * b * ..;
/// none where it yields something else.
static SmallVector<Value> getSummandFactors(linalg::LinalgOp op) {
  Operation *terminator = op.getBlock()->getTerminator();
  if (terminator->getNumOperands() != 1)
    return {};
  auto sum =
      skipCasts(terminator->getOperand(0)).getDefiningOp<arith::AddFOp>();
  if (!sum)
    return {};
  Value accumulator = op.getRegionOutputArgs().front();
  bool isLeft = skipCasts(sum.getLhs()) == accumulator;
  if (!isLeft && skipCasts(sum.getRhs()) != accumulator)
    return {};
  SmallVector<Value> factors, worklist = {isLeft ? sum.getRhs() : sum.getLhs()};
  while (!worklist.empty() && factors.size() < kMaxRank) {
    Value part = skipCasts(worklist.pop_back_val());
    if (auto product = part.getDefiningOp<arith::MulFOp>())
      llvm::append_range(worklist, product->getOperands());
    else
      factors.push_back(part);
  }
  return worklist.empty() ? factors : SmallVector<Value>();
}

/// Whether lhs and rhs vary along the reduction, and lhs along a position that
/// rhs lacks.
static bool variesBeside(ExprRef lhs, ExprRef rhs, uint32_t reduction) {
  return lhs->dependsOn(reduction) && rhs->dependsOn(reduction) &&
         (lhs->freeDims & ~rhs->freeDims) != 0;
}

/// Whether two inputs vary along the reduction and each along a parallel loop
/// that the other does not have, as in a product of two matrices.
static bool isMatrixProduct(ArrayRef<ExprRef> inputs, uint32_t reduction) {
  return llvm::any_of(inputs, [&](ExprRef lhs) {
    return llvm::any_of(inputs, [&](ExprRef rhs) {
      return variesBeside(lhs, rhs, reduction) &&
             variesBeside(rhs, lhs, reduction);
    });
  });
}

/// Whether `factors`, all different, are those of a product of a matrix and a
/// vector: w[n, k] * v[k], summed over k. A square is none.
static bool isMatrixVectorProduct(ArrayRef<ExprRef> factors,
                                  uint32_t reduction) {
  bool isProduct = false;
  for (auto [position, lhs] : llvm::enumerate(factors)) {
    if (llvm::is_contained(factors.drop_front(position + 1), lhs))
      return false;
    for (ExprRef rhs : factors)
      isProduct |= !rhs->hasIndex && variesBeside(lhs, rhs, reduction);
  }
  return isProduct;
}

/// Whether a user of `use` reads the value at every index of a loop that the
/// value does not have: how the row reads its statistic.
static bool isReadByRows(OpOperand &use) {
  auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
  if (!op || op.isDpsInit(&use))
    return false;
  AffineMap map = op.getMatchingIndexingMap(&use);
  SmallVector<int64_t> ranges = ExprReader::getLoopRanges(op);
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (ranges[loop] != 1 && !map.isFunctionOfDim(loop) &&
        (op.getNumReductionLoops() == 0 ||
         iterators[loop] == utils::IteratorType::reduction))
      return true;
  return false;
}

/// Whether the loops that `op` reduces, if any, are of one iteration.
static bool reducesUnits(linalg::LinalgOp op) {
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  SmallVector<int64_t> ranges = ExprReader::getLoopRanges(op);
  return llvm::all_of(reductions,
                      [&](unsigned loop) { return ranges[loop] == 1; });
}

bool mlir::norm::raise::isReadAsStatistic(Value value) {
  llvm::SmallSetVector<Value, kMaxStatisticUses> reached;
  reached.insert(value);
  for (unsigned i = 0; i < reached.size() && i < kMaxStatisticUses; ++i) {
    for (OpOperand &use : reached[i].getUses()) {
      if (isReadByRows(use))
        return true;
      Operation *user = use.getOwner();
      auto op = dyn_cast<linalg::LinalgOp>(user);
      bool isElementwise =
          op ? reducesUnits(op) && !op.isDpsInit(&use)
             : user->hasTrait<OpTrait::Elementwise>() ||
                   isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                       tensor::CastOp>(user);
      if (isElementwise)
        reached.insert(user->result_begin(), user->result_end());
    }
  }
  return false;
}

/// Whether `op` multiplies matrices, or a matrix and a vector. Its result is a
/// leaf: the row of a norm behind it, not a part of one.
bool ExprReader::isProduct(linalg::LinalgOp op, ArrayRef<ExprRef> inputs) {
  uint32_t reduction = getReductionMask(op);
  if (isMatrixProduct(inputs, reduction))
    return true;
  if (isOfGradients)
    return false;
  SmallVector<ExprRef> factors;
  for (Value factor : getSummandFactors(op))
    factors.push_back(get(factor).relaxed);
  return isMatrixVectorProduct(factors, reduction) &&
         !isReadAsStatistic(op->getResult(0));
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

void ExprReader::visitBody(linalg::LinalgOp op) {
  for (Operation &nested : *op.getBlock()) {
    ++numVisited;
    if (!nested.hasTrait<OpTrait::IsTerminator>())
      visit(&nested);
  }
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
    // sum_j (z_j - mean(z)) is 0, or a NaN
    if (!isOfGradients && !sum->hasCut && !holdsLeaves(sum, summand))
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
  if (!op.hasPureTensorSemantics())
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
  if (op.getNumReductionLoops() > 0 && isProduct(op, inputs))
    return;
  for (OpResult result : op->getResults()) {
    ValueExpr expr = getResult(op, result.getResultNumber());
    if (expr.relaxed && expr.exact)
      setComputed(result, expr);
  }
}
