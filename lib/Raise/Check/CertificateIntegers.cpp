//===- CertificateIntegers.cpp - integers of a quoted program -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Integers are polynomials in extents and indices, and do not wrap around. So
// n + 3 - 3 is n, min(0, n) is 0 as extents are not negative, and 2 n / 2 is n.
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateReader.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm::raise::certificate;

static bool isScalarInteger(Value value) {
  return value.getType().isIntOrIndex();
}

/// Whether `op` divides and rounds up.
static bool roundsUp(Operation *op) {
  return isa<arith::CeilDivSIOp, arith::CeilDivUIOp>(op);
}

static bool isRemainder(Operation *op) {
  return isa<arith::RemSIOp, arith::RemUIOp>(op);
}

/// `number` by a positive divisor: all terms are multiples of it, or it is a
/// number or an index that is not negative.
std::optional<Poly> Reader::divide(Operation *op, const Poly &number,
                                   int64_t divisor) {
  bool isMultiple = llvm::all_of(number.terms, [&](const auto &entry) {
    const Fraction &coefficient = entry.second.coefficient;
    return coefficient.den == 1 && coefficient.num % divisor == 0;
  });
  if (isMultiple)
    return isRemainder(op) ? Poly() : terms.scale(number, Fraction(1, divisor));
  std::optional<Index> index = toIndex(number);
  if (!index)
    return std::nullopt;
  if (roundsUp(op))
    index = terms.add(*index, Index(divisor - 1));
  std::optional<int64_t> low = terms.bounds(*index).first;
  if (!low || *low < 0)
    return std::nullopt;
  return toPoly(isRemainder(op) ? terms.mod(*index, divisor)
                                : terms.floorDiv(*index, divisor));
}

/// What an op on integers computes; none where that is not known.
std::optional<Poly> Reader::getIntegerMeaning(Operation *op,
                                              ArrayRef<Poly> operands) {
  if (isa<arith::ExtUIOp, arith::IndexCastUIOp>(op))
    return operands[0];
  if (isa<arith::ExtSIOp, arith::IndexCastOp>(op))
    return isTruth(op->getOperand(0)) ? terms.scale(operands[0], Fraction(-1))
                                      : operands[0];
  if (isa<arith::TruncIOp>(op) && !isTruth(op->getResult(0)))
    return operands[0];
  if (isa<arith::AddIOp>(op))
    return terms.add(operands[0], operands[1]);
  if (isa<arith::SubIOp>(op))
    return terms.sub(operands[0], operands[1]);
  if (isa<arith::MulIOp>(op))
    return terms.mul(operands[0], operands[1]);
  bool isSmaller = isa<arith::MinSIOp, arith::MinUIOp>(op);
  if (isSmaller || isa<arith::MaxSIOp, arith::MaxUIOp>(op)) {
    bool isUnsigned = isa<arith::MinUIOp, arith::MaxUIOp>(op);
    for (const Poly &operand : operands)
      if (isUnsigned && !terms.isNonNegative(operand))
        return std::nullopt;
    if (terms.isNonNegative(terms.sub(operands[1], operands[0])))
      return operands[isSmaller ? 0 : 1];
    if (terms.isNonNegative(terms.sub(operands[0], operands[1])))
      return operands[isSmaller ? 1 : 0];
    return std::nullopt;
  }
  if (isRemainder(op) || roundsUp(op) ||
      isa<arith::DivSIOp, arith::DivUIOp, arith::FloorDivSIOp>(op))
    if (std::optional<Fraction> divisor = operands[1].constant();
        divisor && divisor->den == 1 && Fraction(0) < *divisor)
      return divide(op, operands[0], int64_t(divisor->num));
  return std::nullopt;
}

/// An integer outside of all bodies, in extents that are not yet known to be
/// equal, and stated nowhere.
Poly Reader::getWhole(Value value) {
  if (auto found = wholes.find(value); found != wholes.end())
    return found->second;
  Poly whole = getElement(value, {});
  Operation *op = value.getDefiningOp();
  auto dim = value.getDefiningOp<tensor::DimOp>();
  if (isa_and_nonnull<arith::ConstantOp>(op)) {
    whole = getNumber(op, {});
  } else if (dim) {
    if (dim.getConstantIndex() &&
        isa<RankedTensorType>(dim.getSource().getType()))
      whole = terms.extent(trace(dim.getSource(), *dim.getConstantIndex()));
  } else if (op && op->getNumOperands() > 0 &&
             llvm::all_of(op->getOperands(), isScalarInteger)) {
    SmallVector<Poly> operands;
    for (Value operand : op->getOperands())
      operands.push_back(getWhole(operand));
    if (std::optional<Poly> meaning = getIntegerMeaning(op, operands))
      whole = *meaning;
  }
  return wholes[value] = whole;
}

std::optional<int64_t> Reader::getConstantIndex(OpFoldResult index) {
  if (std::optional<int64_t> number = getConstantIntValue(index))
    return number;
  std::optional<Fraction> number = getWhole(cast<Value>(index)).constant();
  return number && number->den == 1 ? std::optional(int64_t(number->num))
                                    : std::nullopt;
}
