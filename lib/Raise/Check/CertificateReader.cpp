//===- CertificateReader.cpp - tensors of a quoted program ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateReader.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm::raise::certificate;

Reader::Reader(func::FuncOp function, AsmState &names,
               const llvm::DenseMap<Value, Claim> &claims, Terms &terms,
               Statements &statements)
    : names(names), claims(claims), terms(terms), statements(statements) {
  for (Operation &op : function.getOps())
    joinExtents(&op);
}

std::string Reader::getName(Value value) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  value.printAsOperand(stream, names);
  return name;
}

std::string Reader::getComment(Operation *op) {
  std::string comment;
  llvm::raw_string_ostream stream(comment);
  stream << op->getName() << " " << op->getLoc();
  return comment;
}

Poly Reader::read(Value value, const std::vector<Index> &indices) {
  auto op = dyn_cast<linalg::GenericOp>(value.getParentBlock()->getParentOp());
  return op ? readBody(op, value, indices) : at(value, indices);
}

Poly Reader::at(Value value, const std::vector<Index> &indices) {
  std::string key = getElement(value, indices).str();
  if (auto found = known.find(key); found != known.end())
    return found->second;
  if (!terms.getFailure().empty())
    return Poly();
  return known[key] = compute(value, indices);
}

static bool isTensor(Value value) {
  return isa<RankedTensorType>(value.getType());
}

Poly Reader::compute(Value value, const std::vector<Index> &indices) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return getElement(value, indices);
  if (isa<arith::ConstantOp>(op))
    return getNumber(op, indices);
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return readResult(generic, cast<OpResult>(value), indices);
  if ((isa<tensor::FromElementsOp>(op) && op->getNumOperands() == 1) ||
      isa<tensor::SplatOp>(op))
    return at(op->getOperand(0), {});
  if (isa<tensor::CastOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp,
          tensor::ExtractSliceOp>(op)) {
    std::optional<std::vector<Index>> source = getSourceIndices(op, indices);
    return source ? at(op->getOperand(0), *source) : getElement(value, indices);
  }
  bool isElementwise =
      op->getNumRegions() == 0 && op->getNumResults() == 1 &&
      isa<arith::ArithDialect, math::MathDialect>(op->getDialect());
  if (op->getNumRegions() != 0 || (isTensor(value) && !isElementwise))
    return getElement(value, indices);
  std::vector<Poly> operands;
  for (Value operand : op->getOperands())
    if (isElementwise || !isTensor(operand))
      operands.push_back(
          at(operand, isTensor(operand) ? indices : std::vector<Index>()));
  return readScalar(op, indices, operands);
}

/// Where an op that moves elements reads its source; none where that is not
/// known.
std::optional<std::vector<Index>>
Reader::getSourceIndices(Operation *op, const std::vector<Index> &indices) {
  if (isa<tensor::CastOp>(op))
    return isTensor(op->getOperand(0)) ? std::optional(indices) : std::nullopt;
  auto getStatic = [&](Value value, unsigned dim) {
    Extent extent = getDimension(value, dim);
    if (!extent.isStatic())
      terms.fail("a reshape by a dynamic extent");
    return extent.number;
  };
  auto isOne = [&](Value value, unsigned dim) {
    Extent extent = getDimension(value, dim);
    return extent.isStatic() && extent.number == 1;
  };
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    std::vector<Index> source;
    for (const ReassociationIndices &group : expand.getReassociationIndices()) {
      Index index;
      bool isOutermost = true;
      for (int64_t dim : group) {
        index = isOutermost ? indices[dim]
                            : terms.add(indices[dim], index,
                                        getStatic(expand.getResult(), dim));
        isOutermost &= isOne(expand.getResult(), dim);
      }
      source.push_back(index);
    }
    return source;
  }
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    Value tensor = collapse.getSrc();
    std::vector<Index> source(collapse.getSrcType().getRank());
    for (auto [dim, group] :
         llvm::enumerate(collapse.getReassociationIndices())) {
      Index rest = indices[dim];
      for (int64_t inner : llvm::reverse(group)) {
        bool isOutermost = llvm::all_of(group, [&](int64_t other) {
          return other >= inner || isOne(tensor, other);
        });
        if (isOutermost) {
          source[inner] = isOne(tensor, inner) ? Index() : rest;
          break;
        }
        int64_t extent = getStatic(tensor, inner);
        source[inner] = terms.mod(rest, extent);
        rest = terms.floorDiv(rest, extent);
      }
    }
    return source;
  }
  auto slice = cast<tensor::ExtractSliceOp>(op);
  std::vector<Index> source;
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  unsigned next = 0;
  for (auto [dim, mixedOffset, mixedStride] :
       llvm::enumerate(slice.getMixedOffsets(), slice.getMixedStrides())) {
    std::optional<int64_t> offset = getConstantIndex(mixedOffset);
    std::optional<int64_t> stride = getConstantIndex(mixedStride);
    if (!offset || !stride || *offset < 0 || *stride < 0)
      return std::nullopt;
    Index index(*offset);
    if (!dropped.test(dim))
      index = terms.add(index, indices[next++], *stride);
    source.push_back(index);
  }
  return source;
}

//===----------------------------------------------------------------------===//
// Structured ops
//===----------------------------------------------------------------------===//

/// What is added to the accumulator; none where that is not all.
std::optional<SmallVector<Value>> Reader::getSummands(linalg::GenericOp op,
                                                      unsigned number) {
  Value accumulator = op.getRegionOutputArgs()[number];
  Value rest = op.getBlock()->getTerminator()->getOperand(number);
  SmallVector<Value> summands;
  while (rest != accumulator) {
    auto add = rest.getDefiningOp<arith::AddFOp>();
    if (!add || add->getBlock() != op.getBlock())
      return std::nullopt;
    bool isLeft = getSlice(op, add.getLhs()).contains(accumulator);
    if (isLeft == getSlice(op, add.getRhs()).contains(accumulator))
      return std::nullopt;
    rest = isLeft ? add.getLhs() : add.getRhs();
    summands.push_back(isLeft ? add.getRhs() : add.getLhs());
  }
  return summands;
}

/// The body at the loops that the indices are, summed over the others.
Poly Reader::readResult(linalg::GenericOp op, OpResult result,
                        const std::vector<Index> &indices) {
  unsigned number = result.getResultNumber();
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(number));
  std::vector<std::optional<Index>> found(op.getNumLoops());
  for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
    auto loop = dyn_cast<AffineDimExpr>(expr);
    if (loop && !found[loop.getPosition()])
      found[loop.getPosition()] = indices[dim];
    else if (!isa<AffineConstantExpr>(expr))
      return getElement(result, indices);
  }
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  std::vector<Index> loops;
  Variables variables;
  for (auto [loop, index] : llvm::enumerate(found)) {
    if (index) {
      loops.push_back(*index);
      continue;
    }
    Extent extent = getLoopExtent(op, loop);
    if (iterators[loop] == utils::IteratorType::reduction) {
      variables.push_back(terms.fresh(extent));
      loops.push_back(Index::variable(variables.back().name));
      statements.extent(extent);
    } else if (extent.isStatic() && extent.number == 1) {
      loops.emplace_back();
    } else {
      return getElement(result, indices);
    }
  }
  if (op.getNumReductionLoops() == 0)
    return readBody(op, op.getBlock()->getTerminator()->getOperand(number),
                    loops);
  std::optional<SmallVector<Value>> summands = getSummands(op, number);
  if (!summands) {
    statements.note("a reduction that is no sum");
    return getElement(result, indices);
  }
  Poly total = at(op.getDpsInits()[number], indices);
  for (Value summand : *summands)
    total =
        terms.add(total, terms.sum(readBody(op, summand, loops), variables));
  return statements.define(getElement(result, indices), total, getComment(op));
}

/// The values of the body that `value` is computed from.
const llvm::SetVector<Value> &Reader::getSlice(linalg::GenericOp op,
                                               Value value) {
  auto [entry, isNew] = slices.try_emplace(value);
  llvm::SetVector<Value> &slice = entry->second;
  if (isNew) {
    slice.insert(value);
    for (unsigned i = 0; i < slice.size(); ++i)
      if (Operation *producer = slice[i].getDefiningOp();
          producer && producer->getBlock() == op.getBlock())
        slice.insert(producer->operand_begin(), producer->operand_end());
  }
  return slice;
}

Poly Reader::readBody(linalg::GenericOp op, Value scalar,
                      const std::vector<Index> &loops) {
  llvm::SetVector<Value> needed = getSlice(op, scalar);
  llvm::DenseMap<Value, Poly> values;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (!needed.contains(argument))
      continue;
    if (op.isDpsInit(&operand) && op.getNumReductionLoops() > 0) {
      terms.fail("an accumulator is used for more than a sum");
      return Poly();
    }
    std::vector<Index> indices;
    if (isTensor(operand.get()))
      indices = terms.apply(op.getMatchingIndexingMap(&operand), loops);
    values[argument] = at(operand.get(), indices);
  }
  auto getValue = [&](Value value) {
    auto found = values.find(value);
    return found == values.end() ? at(value, {}) : found->second;
  };
  for (Operation &nested : *op.getBlock()) {
    for (Value result : nested.getResults()) {
      if (!needed.contains(result) || !terms.getFailure().empty())
        continue;
      std::string key = getElement(result, loops).str();
      auto found = known.find(key);
      if (found == known.end()) {
        std::vector<Poly> operands;
        for (Value operand : nested.getOperands())
          if (!isTensor(operand))
            operands.push_back(getValue(operand));
        Poly poly = nested.getNumRegions() != 0
                        ? getElement(result, loops)
                        : readScalar(&nested, loops, operands);
        found = known.emplace(key, poly).first;
      }
      values[result] = found->second;
    }
  }
  return getValue(scalar);
}
