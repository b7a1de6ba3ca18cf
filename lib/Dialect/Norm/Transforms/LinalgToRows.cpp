//===- LinalgToRows.cpp - linalg ops as loops over rows -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgToRows.h"

#include "norm/Target/RowCode.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Dims
//===----------------------------------------------------------------------===//

AffineMap RowDims::translate(AffineMap map) const {
  SmallVector<AffineExpr> results =
      llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) {
        return expr.replaceDims(exprs);
      });
  return AffineMap::get(numDims, 0, results, map.getContext());
}

SmallVector<int64_t> RowDims::translate(ArrayRef<int64_t> own) const {
  SmallVector<int64_t> translated = llvm::map_to_vector(own, [&](int64_t dim) {
    return int64_t(cast<AffineDimExpr>(exprs[dim]).getPosition());
  });
  llvm::sort(translated);
  return translated;
}

bool RowDims::isAlongRow(unsigned dim) const {
  auto expr = dyn_cast<AffineDimExpr>(exprs[dim]);
  return expr && llvm::is_contained(dimensions, expr.getPosition());
}

std::optional<RowDims> norm::matchRowDims(AffineMap own, AffineMap map,
                                          ArrayRef<int64_t> dimensions) {
  RowDims dims{SmallVector<AffineExpr>(own.getNumDims()), map.getNumDims(),
               llvm::to_vector(dimensions)};
  for (auto [from, to] : llvm::zip_equal(own.getResults(), map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(from);
    if (!dim)
      continue;
    AffineExpr &expr = dims.exprs[dim.getPosition()];
    if (expr && expr != to)
      return std::nullopt;
    expr = to;
  }
  if (!llvm::all_of(dims.exprs, [](AffineExpr e) { return bool(e); }))
    return std::nullopt;
  return dims;
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

namespace {
/// A reduction over rows: the op that combines, its kind, and what it combines
/// with the accumulator.
struct RowReduction {
  Operation *combiner;
  Reduction kind;
  Value term;
};
} // namespace

static std::optional<Reduction> getKind(Operation *op) {
  // A sum in another order is rounded otherwise.
  if (auto add = dyn_cast<arith::AddFOp>(op))
    return bitEnumContainsAny(add.getFastmath(), arith::FastMathFlags::reassoc)
               ? std::optional(Reduction::add)
               : std::nullopt;
  if (isa<arith::MaximumFOp>(op))
    return Reduction::maximumf;
  if (isa<arith::MinimumFOp>(op))
    return Reduction::minimumf;
  if (isa<arith::MaxNumFOp>(op))
    return Reduction::maxnumf;
  if (isa<arith::MinNumFOp>(op))
    return Reduction::minnumf;
  return std::nullopt;
}

static std::optional<RowReduction> matchRowReduction(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1)
    return std::nullopt;
  SmallVector<Operation *> combiners;
  Value term = matchReduction(op.getRegionOutputArgs(), 0, combiners);
  if (!term || combiners.size() != 1)
    return std::nullopt;
  std::optional<Reduction> kind = getKind(combiners.front());
  if (!kind)
    return std::nullopt;
  return RowReduction{combiners.front(), *kind, term};
}

//===----------------------------------------------------------------------===//
// What can be a loop over rows
//===----------------------------------------------------------------------===//

/// Values from outside that the body of `op` uses, without constants.
static SmallVector<Value> getCaptures(linalg::LinalgOp op) {
  llvm::SetVector<Value> captures;
  getUsedValuesDefinedAbove(op->getRegion(0), captures);
  return llvm::filter_to_vector(
      captures, [](Value value) { return !matchPattern(value, m_Constant()); });
}

SmallVector<int64_t> norm::getAddedUpDims(linalg::LinalgOp op,
                                          const RowDims &dims) {
  // Each dim of the loop is one of the op, so that each element is added once.
  if (op.getNumLoops() != dims.numDims)
    return {};
  SmallVector<int64_t> reduced;
  llvm::SmallDenseSet<AffineExpr> seen;
  for (auto [dim, kind] : llvm::enumerate(op.getIteratorTypesArray())) {
    AffineExpr expr = dims.exprs[dim];
    if (!isa<AffineDimExpr>(expr) || !seen.insert(expr).second)
      return {};
    if (kind != utils::IteratorType::reduction)
      continue;
    if (dims.isAlongRow(dim))
      return {};
    reduced.push_back(dim);
  }
  return dims.translate(reduced);
}

/// Why the sum over rows `op` is none that a loop takes beside its stores.
static std::string getSumObstacle(linalg::LinalgOp op,
                                  const RowTarget &target) {
  std::optional<RowReduction> reduction = matchRowReduction(op);
  if (!reduction || reduction->kind != Reduction::add)
    return "its reduction over rows is no sum under reassoc";
  if (!reduction->term.getType().isF32() && !reduction->term.getType().isF64())
    return "its sum over rows is narrower than f32";
  Value init = op.getDpsInits()[0];
  auto fill = init.getDefiningOp<linalg::FillOp>();
  if (!matchPattern(fill ? fill.getInputs()[0] : init, m_PosZeroFloat()))
    return "its sum over rows does not begin at 0";
  return "";
}

/// Parallel dims are those of rows and elements, or reduced ones are exactly
/// the elements, or some of the rows.
static std::string getIteratorObstacle(linalg::LinalgOp op, const RowDims &dims,
                                       const RowTarget &target) {
  if (op.getNumReductionLoops() == 0)
    return "";
  if (!getAddedUpDims(op, dims).empty())
    return getSumObstacle(op, target);
  for (auto [dim, kind] : llvm::enumerate(op.getIteratorTypesArray()))
    if ((kind == utils::IteratorType::reduction) != dims.isAlongRow(dim))
      return "it reduces over something else than the row";
  if (!matchRowReduction(op))
    return "its reduction is no maximum or minimum, nor a sum under reassoc";
  return "";
}

/// Whether dims of `type` that `map` has 0 for are known to have extent 1.
static bool hasUnitExtents(Type type, AffineMap map) {
  return llvm::all_of(llvm::enumerate(map.getResults()), [&](auto result) {
    return isa<AffineDimExpr>(result.value()) ||
           cast<ShapedType>(type).getDimSize(result.index()) == 1;
  });
}

std::string norm::getRowObstacle(linalg::LinalgOp op, const RowDims &dims,
                                 const RowTarget &target) {
  if (!op.hasPureTensorSemantics())
    return "it is not on tensors";
  if (std::string obstacle = getIteratorObstacle(op, dims, target);
      !obstacle.empty())
    return obstacle;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = dims.translate(op.getMatchingIndexingMap(&operand));
    if (!map.isProjectedPermutation(true))
      return "it reads something else than its row";
    if (!hasUnitExtents(operand.get().getType(), map))
      return "it reads one row of several";
  }
  for (OpOperand &operand : op->getOpOperands())
    if (std::string obstacle = getElementObstacle(operand.get().getType());
        !obstacle.empty())
      return obstacle;
  for (Value capture : getCaptures(op))
    if (!capture.getType().isIntOrIndexOrFloat())
      return "its body uses a value that is no scalar";
  for (Operation &nested : *op.getBlock())
    if (std::string obstacle = getVectorObstacle(&nested, target);
        !isa<linalg::YieldOp>(nested) && !obstacle.empty())
      return obstacle;
  return "";
}

//===----------------------------------------------------------------------===//
// Conversion
//===----------------------------------------------------------------------===//

/// The result of a reduction: the row's, combined with what was there before.
/// 16-bit floats are widened, which keeps maxima and minima.
static Value emitReduction(OpBuilder &builder, Location loc,
                           const RowReduction &reduction, Value term,
                           Value before) {
  Type type = term.getType();
  bool narrow = type.getIntOrFloatBitWidth() < 32;
  if (narrow)
    term = arith::ExtFOp::create(builder, loc, builder.getF32Type(), term);
  Value result = RowReduceOp::create(builder, loc, reduction.kind, term,
                                     /*length=*/IntegerAttr());
  if (narrow)
    result = arith::TruncFOp::create(builder, loc, type, result);
  Operation *combined = builder.clone(*reduction.combiner);
  combined->setOperands({before, result});
  return combined->getResult(0);
}

RowLoopOp norm::convertLinalgToRows(OpBuilder &builder, linalg::LinalgOp op,
                                    const RowDims &dims) {
  // What the body reads: inputs, destinations that it uses, scalars.
  SmallVector<Value> inputs, arguments;
  SmallVector<AffineMap> maps;
  SmallVector<int64_t> addedUp = getAddedUpDims(op, dims);
  auto addInput = [&](Value value, AffineMap map, Value argument) {
    inputs.push_back(value);
    maps.push_back(map);
    arguments.push_back(argument);
  };
  for (OpOperand &operand : op->getOpOperands())
    if (op.payloadUsesValueFromOperand(&operand) &&
        (addedUp.empty() || !op.isDpsInit(&operand)))
      addInput(operand.get(),
               dims.translate(op.getMatchingIndexingMap(&operand)),
               op.getMatchingBlockArgument(&operand));
  AffineMap scalar = AffineMap::get(dims.numDims, 0, builder.getContext());
  for (Value capture : getCaptures(op))
    addInput(capture, scalar, capture);
  for (OpOperand &init : op.getDpsInitsMutable())
    maps.push_back(dims.translate(op.getMatchingIndexingMap(&init)));

  auto loop = RowLoopOp::create(builder, op.getLoc(), inputs, op.getDpsInits(),
                                maps, dims.dimensions, addedUp);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBlock());
  IRMapping mapping;
  mapping.map(arguments, loop.getBlock()->getArguments());
  llvm::SetVector<Value> above;
  getUsedValuesDefinedAbove(op->getRegion(0), above);
  for (Value value : above)
    if (!mapping.contains(value))
      builder.clone(*value.getDefiningOp(), mapping);

  std::optional<RowReduction> reduction;
  if (op.getNumReductionLoops() != 0)
    reduction = matchRowReduction(op);
  SmallVector<Value> results;
  for (Operation &nested : op.getBlock()->without_terminator())
    if (!reduction || &nested != reduction->combiner)
      builder.clone(nested, mapping);
  if (!addedUp.empty())
    results.push_back(mapping.lookup(reduction->term));
  else if (reduction)
    results.push_back(emitReduction(
        builder, op.getLoc(), *reduction, mapping.lookup(reduction->term),
        mapping.lookup(op.getRegionOutputArgs()[0])));
  else
    for (Value value : op.getBlock()->getTerminator()->getOperands())
      results.push_back(mapping.lookup(value));
  RowYieldOp::create(builder, op.getLoc(), results);
  return loop;
}
