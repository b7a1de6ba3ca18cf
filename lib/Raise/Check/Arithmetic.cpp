//===- Arithmetic.cpp - running a tape ------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::norm::raise;

std::vector<Numbers> Arithmetic::run(const Tape &tape, const Leaves &leaves) {
  std::vector<Numbers> slots(tape.steps.size());
  llvm::DenseMap<Value, uint64_t> ordinals;
  for (auto [number, step] : llvm::enumerate(tape.steps)) {
    Numbers &result = slots[number];
    result.resize(step.size);
    SmallVector<const Numbers *, 4> operands;
    for (unsigned operand : step.operands)
      operands.push_back(&slots[operand]);
    switch (step.kind) {
    case Step::Kind::Leaf: {
      uint64_t ordinal =
          ordinals.try_emplace(step.leaf, ordinals.size()).first->second;
      bool isScaled = llvm::is_contained(leaves.scaled, number);
      bool isDivided = llvm::is_contained(leaves.divided, number);
      std::optional<unsigned> width = getIntegerWidth(step.type);
      for (size_t i = 0; i < step.size; ++i) {
        uint64_t bits =
            mixBits(mixBits(leaves.seed) ^ mixBits(ordinal + 1) ^ step.keys[i]);
        if (width) {
          result[i].bits = bits % (*width == 1 ? 2 : 5);
          continue;
        }
        double real = toReal(bits);
        if (leaves.arePositive)
          real = (real + 2) / 2;
        if (isScaled || isDivided) // of about one magnitude
          real = std::copysign(0.75 + std::abs(real) / 8, real) *
                 (isScaled ? leaves.magnitude : 1 / leaves.magnitude);
        real *= leaves.scale;
        if (number == leaves.special && i == leaves.element)
          real = leaves.number;
        result[i] = makeLeaf(step.type, real, bits);
      }
      break;
    }
    case Step::Kind::Constant:
      if (auto literal = dyn_cast<FloatAttr>(step.constant))
        result[0] = makeConstant(literal.getValue());
      else
        result[0].bits =
            cast<IntegerAttr>(step.constant).getValue().getZExtValue();
      break;
    case Step::Kind::Integers:
      for (size_t i = 0; i < step.size; ++i)
        result[i].bits = step.keys[i];
      break;
    case Step::Kind::Gather: {
      const Numbers &source = *operands[0];
      for (size_t i = 0; i < step.size; ++i)
        result[i] = source[source.size() == 1 ? 0 : step.keys[i]];
      break;
    }
    case Step::Kind::Choose:
      for (size_t i = 0; i < step.size; ++i) {
        const Numbers &source = *operands[step.keys[i] ? 0 : 1];
        result[i] = source[source.size() == 1 ? 0 : i];
      }
      break;
    case Step::Kind::Apply:
      apply(step, operands, result);
      break;
    case Step::Kind::Mean: {
      const Numbers &terms = *operands[0];
      int64_t count = 0;
      for (int64_t weight : step.weights)
        count += weight;
      for (size_t i = 0; i < step.size; ++i) {
        for (auto [k, weight] : llvm::enumerate(step.weights)) {
          size_t place = terms.size() == 1 ? 0 : i * step.weights.size() + k;
          result[i] = addTo(step.type, result[i], weight, terms[place]);
        }
        result[i] = divide(step.type, result[i], count);
      }
      break;
    }
    case Step::Kind::Scaled:
      forEachNumber(operands, result, [&](ArrayRef<Number> at) {
        return multiply(step.type, addTo(step.type, at[0], -1, at[1]), at[2]);
      });
      break;
    case Step::Kind::Root:
      forEachNumber(operands, result, [&](ArrayRef<Number> at) {
        return invertRoot(step.type, addTo(step.type, at[0], 1, at[1]));
      });
      break;
    case Step::Kind::Sum: {
      auto at = [](const Numbers &numbers, size_t i) {
        return numbers.size() == 1 ? numbers.front() : numbers[i];
      };
      for (size_t i = 0; i < step.size; ++i) {
        result[i] = at(*operands[0], i);
        for (auto [k, weight] : llvm::enumerate(step.weights))
          for (const Numbers *terms : ArrayRef(operands).drop_front())
            result[i] = addTo(step.type, result[i], weight,
                              at(*terms, i * step.weights.size() + k));
      }
      break;
    }
    }
  }
  return slots;
}

Number mlir::norm::raise::applyUnknown(Operation *op,
                                       ArrayRef<Number> operands) {
  uint64_t name = 0;
  for (char c : op->getName().getStringRef())
    name = mixBits(name ^ uint64_t(c));
  uint64_t real = name, field = name + 1;
  for (auto [value, number] : llvm::zip(op->getOperands(), operands)) {
    bool isInteger = getIntegerWidth(value.getType()).has_value();
    real = mixBits(real ^ (isInteger ? number.bits
                                     : llvm::bit_cast<uint64_t>(number.real)));
    field = mixBits(field ^ number.bits);
  }
  Number result = {toReal(real), field};
  if (std::optional<unsigned> width =
          getIntegerWidth(op->getResult(0).getType()))
    result.bits = real % (*width == 1 ? 2 : 5);
  return result;
}

bool mlir::norm::raise::compare(unsigned predicate, double lhs, double rhs) {
  bool isUnordered = std::isnan(lhs) || std::isnan(rhs);
  using Predicate = arith::CmpFPredicate;
  switch (Predicate(predicate)) {
  case Predicate::AlwaysFalse:
    return false;
  case Predicate::AlwaysTrue:
    return true;
  case Predicate::ORD:
    return !isUnordered;
  case Predicate::UNO:
    return isUnordered;
  case Predicate::OEQ:
    return lhs == rhs;
  case Predicate::OGT:
    return lhs > rhs;
  case Predicate::OGE:
    return lhs >= rhs;
  case Predicate::OLT:
    return lhs < rhs;
  case Predicate::OLE:
    return lhs <= rhs;
  case Predicate::ONE:
    return !isUnordered && lhs != rhs;
  case Predicate::UEQ:
    return isUnordered || lhs == rhs;
  case Predicate::UGT:
    return isUnordered || lhs > rhs;
  case Predicate::UGE:
    return isUnordered || lhs >= rhs;
  case Predicate::ULT:
    return isUnordered || lhs < rhs;
  case Predicate::ULE:
    return isUnordered || lhs <= rhs;
  case Predicate::UNE:
    return isUnordered || lhs != rhs;
  }
  llvm_unreachable("a predicate of cmpf");
}

unsigned mlir::norm::raise::chooseExtremum(Operation *op, double lhs,
                                           double rhs) {
  bool keepsNaN = isa<arith::MaximumFOp, arith::MinimumFOp>(op);
  if (std::isnan(lhs))
    return keepsNaN ? 0 : 1;
  if (std::isnan(rhs))
    return keepsNaN ? 1 : 0;
  bool isMaximum = isa<arith::MaximumFOp, arith::MaxNumFOp>(op);
  if (lhs == rhs) // -0 is less than 0
    return std::signbit(lhs) == isMaximum ? 1 : 0;
  return (lhs < rhs) == isMaximum ? 1 : 0;
}
