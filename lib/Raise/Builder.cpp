//===- Builder.cpp - row expressions of structured ops and tensors --------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include "IndexMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Expressions deeper than this become leaves.
static constexpr unsigned kMaxDepth = 200;
/// So do tensors computed from more leaves than this; without reductions in
/// them (a chain of residual sums) from fewer, as they are inputs of norms, not
/// parts.
static constexpr unsigned kMaxSize = 2000;
static constexpr unsigned kMaxElementwiseSize = 12;
/// Loops and ranks above this are not looked into.
static constexpr unsigned kMaxRank = 16;

/// Whether an expression is small enough to be looked into.
static bool isSmall(ValueExpr expr) {
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

ValueExpr RowExprBuilder::makeLeaf(Value value) {
  SmallVector<AffineExpr> indices;
  // A scalar of a body may be another number at every point of the loops.
  if (linalg::LinalgOp op = getEnclosingStructuredOp(value))
    for (auto [loop, range] : llvm::enumerate(op.getStaticLoopRanges()))
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

void RowExprBuilder::set(Value value, ValueExpr expr) {
  if (values.insert_or_assign(value, expr).second)
    known.push_back(value);
}

void RowExprBuilder::forget(size_t mark) {
  for (Value value : ArrayRef<Value>(known).drop_front(mark))
    values.erase(value);
  known.truncate(mark);
}

/// Visits the op that defines `value`, or the structured op in whose body it
/// is.
void RowExprBuilder::compute(Value value) {
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

ValueExpr RowExprBuilder::get(Value value) {
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

ValueExpr RowExprBuilder::getAt(Value value, ArrayRef<AffineExpr> indices,
                                ArrayRef<int64_t> extents) {
  ValueExpr expr = get(value);
  return {context.substitute(expr.relaxed, indices, extents),
          context.substitute(expr.exact, indices, extents)};
}

ExprRef RowExprBuilder::getExtent(Value shaped, int64_t dim) {
  auto type = cast<ShapedType>(shaped.getType());
  if (!type.isDynamicDim(dim))
    return context.constant(double(type.getDimSize(dim)));
  Operation *op = shaped.getDefiningOp();
  auto ofSize = [&](OpFoldResult size) {
    if (std::optional<int64_t> number = getConstantIntValue(size))
      return context.constant(double(*number));
    return get(cast<Value>(size)).relaxed;
  };
  if (auto cast = dyn_cast_or_null<tensor::CastOp>(op))
    return getExtent(cast.getSource(), dim);
  if (auto empty = dyn_cast_or_null<tensor::EmptyOp>(op))
    return ofSize(empty.getMixedSizes()[dim]);
  if (auto splat = dyn_cast_or_null<tensor::SplatOp>(op))
    return ofSize(
        splat.getDynamicSizes()[cast<RankedTensorType>(type).getDynamicDimIndex(
            dim)]);
  if (auto expand = dyn_cast_or_null<tensor::ExpandShapeOp>(op))
    return ofSize(getMixedValues(expand.getStaticOutputShape(),
                                 expand.getOutputShape(),
                                 expand.getContext())[dim]);
  if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op)) {
    SmallVector<Factor> factors;
    for (int64_t source : collapse.getReassociationIndices()[dim])
      factors.push_back({getExtent(collapse.getSrc(), source), 1});
    return context.mul(factors);
  }
  if (auto slice = dyn_cast_or_null<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    int64_t position = -1;
    for (int64_t source = 0; source < int64_t(dropped.size()); ++source) {
      position += !dropped.test(source);
      if (position == dim)
        return ofSize(slice.getMixedSizes()[source]);
    }
  }
  if (auto destination = dyn_cast_or_null<DestinationStyleOpInterface>(op))
    return getExtent(
        destination.getTiedOpOperand(cast<OpResult>(shaped))->get(), dim);
  // An elementwise op has one shape.
  if (op && op->hasTrait<OpTrait::Elementwise>())
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        return getExtent(operand, dim);
  return context.extent(shaped, dim);
}

ExprRef RowExprBuilder::getLoopExtent(linalg::LinalgOp op, unsigned loop) {
  ExprRef extent = nullptr;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [dim, index] : llvm::enumerate(map.getResults())) {
      if (index != context.dim(loop))
        continue;
      ExprRef candidate = getExtent(operand.get(), dim);
      if (candidate->isConstant())
        return candidate;
      extent = extent ? extent : candidate;
    }
  }
  return extent;
}

//===----------------------------------------------------------------------===//
// Structured ops
//===----------------------------------------------------------------------===//

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

void RowExprBuilder::visitBody(linalg::LinalgOp op) {
  for (Operation &nested : *op.getBlock())
    if (!nested.hasTrait<OpTrait::IsTerminator>())
      visit(&nested);
}

/// The expression of one result, in its own dimensions; null expressions where
/// the op is not understood.
ValueExpr RowExprBuilder::getResult(linalg::LinalgOp op, unsigned number) {
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
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
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
    sum = context.add(context.substitute(sum, loops, resultType.getShape()),
                      initial);
    return rounding ? context.round(sum, rounding) : sum;
  };
  ValueExpr initial = getAt(init->get(), resultDims, resultType.getShape());
  return {reduce(body.relaxed, initial.relaxed),
          reduce(body.exact, initial.exact)};
}

void RowExprBuilder::visitLinalg(linalg::LinalgOp op) {
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
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

//===----------------------------------------------------------------------===//
// Ops that only move elements
//===----------------------------------------------------------------------===//

/// result[d0, d1, ..] = source[indices(d0, d1, ..)].
void RowExprBuilder::setView(Value result, Value source,
                             ArrayRef<AffineExpr> indices) {
  SmallVector<int64_t> extents;
  if (auto type = dyn_cast<RankedTensorType>(result.getType()))
    llvm::append_range(extents, type.getShape());
  set(result, getAt(source, indices, extents));
}

static SmallVector<AffineExpr> getExpandedIndices(ExprContext &context,
                                                  tensor::ExpandShapeOp op) {
  // source[g] = row-major position of the dimensions of group g.
  SmallVector<AffineExpr> indices;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    AffineExpr index = getAffineConstantExpr(0, context.getContext());
    int64_t stride = 1;
    for (int64_t dim : llvm::reverse(group)) {
      int64_t extent = op.getResultType().getDimSize(dim);
      if (ShapedType::isDynamic(stride))
        return {};
      if (extent != 1)
        index = index + context.dim(dim) * stride;
      stride = ShapedType::isDynamic(extent) ? extent : stride * extent;
      if (ShapedType::isDynamic(stride) && dim == group.front())
        stride = 1;
    }
    indices.push_back(index);
  }
  return indices;
}

static SmallVector<AffineExpr> getCollapsedIndices(ExprContext &context,
                                                   tensor::CollapseShapeOp op) {
  SmallVector<AffineExpr> indices(op.getSrcType().getRank());
  for (auto [dim, group] : llvm::enumerate(op.getReassociationIndices())) {
    int64_t stride = 1;
    for (int64_t source : llvm::reverse(group)) {
      int64_t extent = op.getSrcType().getDimSize(source);
      if (extent == 1) {
        indices[source] = getAffineConstantExpr(0, context.getContext());
        continue;
      }
      if (ShapedType::isDynamic(stride))
        return {};
      AffineExpr index = context.dim(dim).floorDiv(stride);
      // The outermost index that varies needs no remainder.
      bool isOutermost = llvm::all_of(group, [&](int64_t other) {
        return other >= source || op.getSrcType().getDimSize(other) == 1;
      });
      if (!isOutermost && ShapedType::isDynamic(extent))
        return {};
      indices[source] = isOutermost ? index : index % extent;
      stride = ShapedType::isDynamic(extent) ? extent : stride * extent;
    }
  }
  return indices;
}

static SmallVector<AffineExpr> getSliceIndices(ExprContext &context,
                                               tensor::ExtractSliceOp op) {
  SmallVector<AffineExpr> indices;
  llvm::SmallBitVector dropped = op.getDroppedDims();
  unsigned dim = 0;
  for (auto [source, offset, stride] :
       llvm::enumerate(op.getMixedOffsets(), op.getMixedStrides())) {
    std::optional<int64_t> start = getConstantIntValue(offset);
    std::optional<int64_t> step = getConstantIntValue(stride);
    if (!start || !step)
      return {};
    AffineExpr index = getAffineConstantExpr(*start, context.getContext());
    if (!dropped.test(source))
      index = index + context.dim(dim++) * *step;
    indices.push_back(index);
  }
  return indices;
}

/// Handles ops that reshape, slice, build or read tensors; false for others.
bool RowExprBuilder::visitShapeOp(Operation *op) {
  auto view = [&](Value source, SmallVector<AffineExpr> indices) {
    auto type = cast<RankedTensorType>(source.getType());
    if (int64_t(indices.size()) == type.getRank() &&
        type.getRank() <= int64_t(kMaxRank))
      setView(op->getResult(0), source, indices);
    return true;
  };
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return view(expand.getSrc(), getExpandedIndices(context, expand));
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return view(collapse.getSrc(), getCollapsedIndices(context, collapse));
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return view(slice.getSource(), getSliceIndices(context, slice));
  if (auto cast = dyn_cast<tensor::CastOp>(op)) {
    if (auto type = dyn_cast<RankedTensorType>(cast.getSource().getType())) {
      SmallVector<AffineExpr> indices;
      for (int64_t dim = 0; dim < type.getRank(); ++dim)
        indices.push_back(context.dim(dim));
      if (isa<RankedTensorType>(cast.getType()))
        return view(cast.getSource(), indices);
    }
    return true;
  }
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> number = dim.getConstantIndex();
    if (number && isa<RankedTensorType>(dim.getSource().getType())) {
      ExprRef extent = getExtent(dim.getSource(), *number);
      set(dim, {extent, extent});
    }
    return true;
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    SmallVector<AffineExpr> indices;
    for (Value index : extract.getIndices()) {
      ExprRef expr = get(index).relaxed;
      if (expr->isConstant())
        indices.push_back(getAffineConstantExpr(int64_t(expr->constant.value),
                                                context.getContext()));
      else if (expr->kind == Expr::Kind::Index)
        indices.push_back(expr->indices.front());
      else
        return true;
    }
    SmallVector<int64_t> ranges(kFirstBound, ShapedType::kDynamic);
    if (auto parent = dyn_cast<linalg::LinalgOp>(op->getParentOp()))
      llvm::copy(parent.getStaticLoopRanges(), ranges.begin());
    set(extract, getAt(extract.getTensor(), indices, ranges));
    return true;
  }
  if (auto elements = dyn_cast<tensor::FromElementsOp>(op)) {
    if (elements.getElements().size() == 1)
      set(elements, get(elements.getElements().front()));
    return true;
  }
  if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    set(splat, get(splat.getInput()));
    return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Single ops
//===----------------------------------------------------------------------===//

static bool isNumber(Type type) {
  Type element = getElementTypeOrSelf(type);
  return isa<FloatType, IntegerType, IndexType>(element) &&
         (!isa<ShapedType>(type) || isa<RankedTensorType>(type));
}

void RowExprBuilder::visit(Operation *op) {
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
  ValueExpr result = {evaluate(op, relaxed), nullptr};
  if (!result.relaxed)
    return;
  result.exact = relaxed == exact ? result.relaxed : evaluate(op, exact);
  result = applyRounding(op, result);
  bool isTensor = isa<ShapedType>(type);
  if (isTensor ? isSmall(result) : result.relaxed->depth <= kMaxDepth)
    set(op->getResult(0), result);
}
