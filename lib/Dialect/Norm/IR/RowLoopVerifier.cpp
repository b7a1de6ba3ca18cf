//===- RowLoopVerifier.cpp - the constraints of row loops -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Labels are those of the op descriptions and of row-loop-invalid.mlir.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/RowShape.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

static int64_t getRank(Value operand) {
  auto type = dyn_cast<ShapedType>(operand.getType());
  return type ? type.getRank() : 0;
}

/// c1: one map for each operand, of its rank. c2: projected permutations.
static LogicalResult verifyMaps(RowLoopOp loop) {
  SmallVector<AffineMap> maps = loop.getMaps();
  if (maps.size() != loop.getNumOperands())
    return loop.emitOpError("expected ")
           << loop.getNumOperands() << " maps, one for each operand, got "
           << maps.size();
  for (auto [number, operand, map] :
       llvm::enumerate(loop.getOperands(), maps)) {
    if (map.getNumDims() != maps.front().getNumDims() || map.getNumSymbols())
      return loop.emitOpError("expected map ")
             << number << " to have " << maps.front().getNumDims()
             << " dimensions and no symbols, got " << AffineMapAttr::get(map);
    if (map.getNumResults() != getRank(operand))
      return loop.emitOpError("expected map ")
             << number << " to have " << getRank(operand)
             << " results, one for each dimension of its operand, got "
             << AffineMapAttr::get(map);
    if (!map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return loop.emitOpError("expected map ")
             << number << " to be a projected permutation, got "
             << AffineMapAttr::get(map);
  }
  return success();
}

/// c3: not empty, strictly ascending, in range.
static LogicalResult verifyDimensions(RowLoopOp loop) {
  ArrayRef<int64_t> dimensions = loop.getDimensions();
  if (dimensions.empty() || dimensions.front() < 0 ||
      dimensions.back() >= loop.getNumDims() ||
      llvm::adjacent_find(dimensions, std::greater_equal<>()) !=
          dimensions.end())
    return loop.emitOpError("expected dimensions to be strictly ascending in "
                            "[0, ")
           << loop.getNumDims() << "), got [" << dimensions << "]";
  return success();
}

/// c9: accumulated dimensions are some of the rows', and a destination has them
/// added up. c10: in f32 or f64.
static LogicalResult verifyAccumulate(RowLoopOp loop) {
  ArrayRef<int64_t> accumulate = loop.getAccumulate();
  if (accumulate.empty())
    return success();
  SmallVector<int64_t> rowDims = loop.getRowDimensions();
  bool ascending = llvm::adjacent_find(accumulate, std::greater_equal<>()) ==
                   accumulate.end();
  if (!ascending || llvm::any_of(accumulate, [&](int64_t dim) {
        return !llvm::is_contained(rowDims, dim);
      }))
    return loop.emitOpError("expected accumulate to be strictly ascending "
                            "dimensions of rows, which are [")
           << rowDims << "], got [" << accumulate << "]";
  bool some = false;
  for (auto [number, init] : llvm::enumerate(loop.getInits())) {
    if (!loop.isAccumulated(number))
      continue;
    some = true;
    Type element = getElementTypeOrSelf(init);
    if (!element.isF32() && !element.isF64())
      return loop.emitOpError("expected destination ")
             << number << ", which takes a sum over rows, to have elements f32 "
             << "or f64, got " << element;
  }
  if (!some)
    return loop.emitOpError("expected a destination that varies along the row "
                            "and whose map leaves out the dimensions [")
           << accumulate << "], over which rows are added up, got none";
  return success();
}

/// c4: destinations name the dimensions of the loop, without those that are
/// added up where they take a sum, or those of its rows.
static LogicalResult verifyDestinations(RowLoopOp loop) {
  for (int64_t dim = 0; dim < loop.getNumDims(); ++dim)
    if (llvm::none_of(loop.getMaps(),
                      [&](AffineMap map) { return map.isFunctionOfDim(dim); }))
      return loop.emitOpError("expected a map that names dimension ") << dim;
  unsigned numInputs = loop.getInputs().size();
  SmallVector<int64_t> rowDims = loop.getRowDimensions();
  for (unsigned i = 0, end = loop.getInits().size(); i < end; ++i) {
    AffineMap map = loop.getMap(numInputs + i);
    size_t expected = !loop.variesAlongRow(map) ? rowDims.size()
                      : loop.isAccumulated(i)
                          ? loop.getNumDims() - loop.getAccumulate().size()
                          : loop.getNumDims();
    size_t named = 0;
    for (int64_t dim = 0; dim < loop.getNumDims(); ++dim)
      named += map.isFunctionOfDim(dim);
    if (named != expected)
      return loop.emitOpError("expected the map of destination ")
             << i << " to name " << expected << " dimensions, got "
             << AffineMapAttr::get(map);
  }
  return success();
}

/// c5: extents of one dimension are equal, and 1 where a map is 0.
static LogicalResult verifyExtents(RowLoopOp loop) {
  RowShape shape(loop);
  ArrayRef<int64_t> extents = shape.getExtents();
  for (auto [number, operand, map] :
       llvm::enumerate(loop.getOperands(), loop.getMaps())) {
    auto type = dyn_cast<ShapedType>(operand.getType());
    if (!type)
      continue;
    for (auto [position, result] : llvm::enumerate(map.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(result);
      int64_t expected = dim ? extents[dim.getPosition()] : 1;
      int64_t actual = type.getDimSize(position);
      if (actual != expected && !ShapedType::isDynamic(actual))
        return loop.emitOpError("expected dimension ")
               << position << " of operand " << number << " to have extent "
               << expected << ", got " << actual;
    }
  }
  return success();
}

/// c6: element types. c7: no value that varies in a destination of row values.
static LogicalResult verifyArguments(RowLoopOp loop) {
  Block *body = loop.getBlock();
  if (body->getNumArguments() != loop.getInputs().size())
    return loop.emitOpError("expected the body to have ")
           << loop.getInputs().size() << " arguments, got "
           << body->getNumArguments();
  for (auto [number, input, argument] :
       llvm::enumerate(loop.getInputs(), body->getArguments()))
    if (getElementTypeOrSelf(input) != argument.getType())
      return loop.emitOpError("expected argument ")
             << number << " of the body to be " << getElementTypeOrSelf(input)
             << ", got " << argument.getType();
  return success();
}

static LogicalResult verifyYield(RowLoopOp loop) {
  RowShape shape(loop);
  Block *body = loop.getBlock();
  auto yield = dyn_cast<RowYieldOp>(body->getTerminator());
  if (!yield || yield.getNumOperands() != loop.getInits().size())
    return loop.emitOpError("expected norm.row_yield of ")
           << loop.getInits().size() << " values";
  for (auto [number, init, value] :
       llvm::enumerate(loop.getInits(), yield.getValues())) {
    if (getElementTypeOrSelf(init) != value.getType())
      return yield.emitOpError("expected value ")
             << number << " to be " << getElementTypeOrSelf(init) << ", got "
             << value.getType();
    AffineMap map = loop.getMap(loop.getInputs().size() + number);
    if (!loop.variesAlongRow(map) && shape.isVarying(value))
      return yield.emitOpError("expected value ")
             << number << " to be one for the row, as its destination is";
  }
  return success();
}

/// c8: all tensors or all memrefs; inputs may be scalars.
static LogicalResult verifyTypes(RowLoopOp loop) {
  if (loop.getInits().empty())
    return loop.emitOpError("expected at least one destination, got none");
  bool tensors = isa<RankedTensorType>(loop.getInits().front().getType());
  for (auto [number, operand] : llvm::enumerate(loop.getOperands())) {
    Type type = operand.getType();
    bool fits = tensors ? isa<RankedTensorType>(type) : isa<MemRefType>(type);
    bool scalar =
        number < loop.getInputs().size() && type.isIntOrIndexOrFloat();
    if (!fits && !scalar)
      return loop.emitOpError("expected all operands to be ")
             << (tensors ? "ranked tensors" : "memrefs")
             << " like the first destination, got " << type;
  }
  return success();
}

LogicalResult RowLoopOp::verify() {
  for (auto verifyOne :
       {verifyTypes, verifyMaps, verifyDimensions, verifyAccumulate,
        verifyDestinations, verifyArguments, verifyExtents, verifyYield})
    if (failed(verifyOne(*this)))
      return failure();
  return success();
}

LogicalResult RowReduceOp::verify() {
  std::optional<uint64_t> length = getLength();
  if (!length)
    return success();
  RowShape shape(cast<RowLoopOp>((*this)->getParentOp()));
  int64_t row = shape.getLength();
  auto signedLength = static_cast<int64_t>(*length);
  if (signedLength < 1 || (shape.hasStaticLength() && signedLength > row))
    return emitOpError("expected length in [1, ")
           << (shape.hasStaticLength() ? std::to_string(row) : std::string("n"))
           << "], got " << signedLength;
  return success();
}
