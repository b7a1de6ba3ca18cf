//===- CertificateExtents.cpp - extents of a quoted program ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An extent is a number times dynamic extents, which are followed to where they
// come from: `dim(%arg0, 1)`. A loop has one extent, so that the dimensions it
// runs along have the same; so have the tensors that an op takes element by
// element. Nothing else makes extents equal.
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateReader.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm::raise::certificate;

static Extent makeExtent(int64_t number) {
  Extent extent;
  extent.number = number;
  return extent;
}

static Extent makeExtent(std::string symbol) {
  Extent extent;
  extent.symbols.insert(std::move(symbol));
  return extent;
}

/// The tensors and their dimensions that are read at `loop` itself.
static SmallVector<std::pair<Value, unsigned>> getReaders(linalg::GenericOp op,
                                                          unsigned loop) {
  SmallVector<std::pair<Value, unsigned>> readers;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [dim, index] : llvm::enumerate(map.getResults()))
      if (auto position = dyn_cast<AffineDimExpr>(index);
          position && position.getPosition() == loop)
        readers.push_back({operand.get(), dim});
  }
  return readers;
}

/// Whether the elements of the result of `op` follow from those of its
/// operands.
static bool isScalarMath(Operation *op) {
  return op->getNumRegions() == 0 && op->getNumResults() == 1 &&
         (op->getName().getDialectNamespace() == "arith" ||
          op->getName().getDialectNamespace() == "math") &&
         !isa<arith::ConstantOp>(op);
}

/// All of `dims` have one extent.
void Reader::joinExtents(ArrayRef<std::pair<Value, unsigned>> dims) {
  auto isSymbol = [](const Extent &extent) {
    return extent.number == 1 && extent.symbols.size() == 1;
  };
  SmallVector<Extent> found;
  for (auto [value, dim] : dims)
    found.push_back(getDimension(value, dim));
  for (size_t other = 1; other < found.size(); ++other) {
    Extent first = resolve(found[0]), second = resolve(found[other]);
    if (first == second)
      continue;
    for (const auto &[a, b] :
         {std::pair(first, second), std::pair(second, first)}) {
      if (!isSymbol(a) || b.symbols.count(*a.symbols.begin()) ||
          (isSymbol(b) && *a.symbols.begin() < *b.symbols.begin()))
        continue;
      classes[*a.symbols.begin()] = b;
      break;
    }
  }
}

void Reader::joinExtents(Operation *op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
    for (unsigned loop = 0; loop < generic.getNumLoops(); ++loop)
      joinExtents(getReaders(generic, loop));
    return;
  }
  auto type = op->getNumResults() == 1
                  ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                  : nullptr;
  if (!type || !isScalarMath(op))
    return;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    SmallVector<std::pair<Value, unsigned>> dims;
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        dims.push_back({operand, unsigned(dim)});
    joinExtents(dims);
  }
}

Extent Reader::resolve(const Extent &extent) {
  Extent result = makeExtent(extent.number);
  for (const std::string &name : extent.symbols) {
    auto found = classes.find(name);
    result = result * (found == classes.end() ? makeExtent(name)
                                              : resolve(found->second));
  }
  return result;
}

Extent Reader::trace(Value value, unsigned dim) {
  for (;;) {
    auto type = cast<RankedTensorType>(value.getType());
    if (!type.isDynamicDim(dim))
      return makeExtent(type.getDimSize(dim));
    Extent unknown =
        makeExtent("dim(" + getName(value) + ", " + std::to_string(dim) + ")");
    Operation *op = value.getDefiningOp();
    if (!op)
      return unknown;
    if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
      value = generic.getDpsInits()[cast<OpResult>(value).getResultNumber()];
    } else if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
      return getSize(empty.getMixedSizes()[dim]);
    } else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
      return getSize(expand.getMixedOutputShape()[dim]);
    } else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
      Extent product;
      ReassociationIndices group = collapse.getReassociationIndices()[dim];
      for (int64_t source : group)
        product = product * trace(collapse.getSrc(), source);
      return product;
    } else if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
      llvm::SmallBitVector dropped = slice.getDroppedDims();
      unsigned source = 0;
      for (unsigned left = dim;; ++source)
        if (!dropped.test(source) && left-- == 0)
          break;
      return getSize(slice.getMixedSizes()[source]);
    } else if (isa<tensor::CastOp>(op) || isScalarMath(op)) {
      auto operand = llvm::find_if(op->getOperands(), [](Value operand) {
        return isa<RankedTensorType>(operand.getType());
      });
      if (operand == op->operand_end())
        return unknown;
      value = *operand;
    } else {
      return unknown;
    }
  }
}

/// The extent that a scalar stands for: a number times names.
Extent Reader::getSize(OpFoldResult size) {
  if (std::optional<int64_t> number = getConstantIntValue(size);
      number && *number >= 0)
    return makeExtent(*number);
  Value value = cast<Value>(size);
  Poly whole = getWhole(value);
  if (std::optional<Fraction> number = whole.constant();
      number && !(*number < Fraction(0)))
    return makeExtent(int64_t(number->num));
  const Poly::Term &term = whole.terms.begin()->second;
  if (whole.terms.size() != 1 || term.coefficient.den != 1 ||
      term.coefficient < Fraction(0)) {
    statements.note("an extent that is a sum");
    return makeExtent(getName(value));
  }
  Extent extent = makeExtent(int64_t(term.coefficient.num));
  for (const auto &[name, power] : term.monomial)
    for (unsigned i = 0; i < power; ++i)
      extent.symbols.insert(name);
  return extent;
}

Extent Reader::getLoopExtent(linalg::GenericOp op, unsigned loop) {
  SmallVector<std::pair<Value, unsigned>> readers = getReaders(op, loop);
  if (!readers.empty())
    return getDimension(readers[0].first, readers[0].second);
  terms.fail("the extent of a loop is not known");
  return Extent();
}

Extent Reader::getExtent(Value value, unsigned dim) {
  auto op = dyn_cast<linalg::GenericOp>(value.getParentBlock()->getParentOp());
  return op ? getLoopExtent(op, dim) : getDimension(value, dim);
}
