//===- EvaluateScalars.cpp - a program in f64 at chosen positions ---------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Evaluator.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

/// What dynamic extents are taken to be.
static constexpr int64_t kPrimes[] = {7, 5, 11, 3, 13};

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

uint64_t mlir::norm::raise::mixBits(uint64_t bits) {
  bits += 0x9e3779b97f4a7c15ull;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ull;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebull;
  return bits ^ (bits >> 31);
}

/// A number in [-1, 2): neither centred nor of one sign.
static double toNumber(uint64_t bits) {
  return double(mixBits(bits) >> 11) * 0x1p-53 * 3 - 1;
}

Numbers Evaluator::getLeaves(Value value, const Positions &positions) {
  uint64_t ordinal = ordinals.try_emplace(value, ordinals.size()).first->second;
  bool isInteger = !isa<FloatType>(getElementTypeOrSelf(value.getType()));
  Numbers numbers;
  for (const Position &position : positions) {
    uint64_t bits = mixBits(seed) ^ mixBits(ordinal + 1);
    for (int64_t index : position)
      bits = mixBits(bits ^ uint64_t(index));
    numbers.push_back(isInteger ? double(bits % 5)
                                : toNumber(bits) * leafScale);
  }
  return numbers;
}

int64_t Evaluator::getExtent(Value shaped, int64_t dim) {
  ExtentOrigin origin = extentClasses.find(shaped, dim);
  if (origin.number)
    return *origin.number;
  std::pair<Value, int64_t> key = {origin.value, origin.dim};
  if (auto found = chosenExtents.find(key); found != chosenExtents.end())
    return found->second;
  // A product may be known to agree with one of its own factors.
  int64_t prime = kPrimes[(chosenExtents.size() + seed) % std::size(kPrimes)];
  chosenExtents[key] = prime;
  Operation *op = origin.value.getDefiningOp();
  if (OpFoldResult size = getSize(op, origin.dim)) {
    BodyValues known;
    llvm::SaveAndRestore inExtent(isInExtent, true);
    double extent =
        evaluateScalar(cast<Value>(size), 1, nullptr, nullptr, known).front();
    // A size by ops that are not known may be any number.
    return extent >= 1 ? chosenExtents[key] = int64_t(extent) : prime;
  }
  if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op)) {
    int64_t extent = 1;
    ReassociationIndices group = collapse.getReassociationIndices()[origin.dim];
    for (int64_t source : group)
      extent *= getExtent(collapse.getSrc(), source);
    return chosenExtents[key] = extent;
  }
  return prime;
}

bool Evaluator::mayBeZero(ExtentOrigin origin) {
  if (origin.number || chosenExtents.contains({origin.value, origin.dim}))
    return false;
  Operation *op = origin.value.getDefiningOp();
  if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op))
    return llvm::any_of(
        collapse.getReassociationIndices()[origin.dim], [&](int64_t source) {
          return mayBeZero(extentClasses.find(collapse.getSrc(), source));
        });
  return !getSize(op, origin.dim); // else it follows from other sizes
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

double Evaluator::getLiteral(const APFloat &literal) {
  const llvm::fltSemantics &semantics = literal.getSemantics();
  int precision = APFloat::semanticsPrecision(semantics);
  literalError = std::max(literalError, std::ldexp(1.0, -precision));
  auto rounded = [&](double value) {
    APFloat number(value);
    bool losesInfo = false;
    number.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
    number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                   &losesInfo);
    return number.convertToDouble();
  };
  APFloat wide = literal;
  bool losesInfo = false;
  wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  double value = wide.convertToDouble();
  if (precision > 11 || value == 0 || !std::isfinite(value))
    return value;
  int exponent = 0;
  double significand = std::frexp(std::abs(value), &exponent);
  for (double length : lengths)
    for (double meant : {length, 1 / length, std::sqrt(length),
                         1 / std::sqrt(length), std::sqrt(2 * length)}) {
      int ignored = 0;
      double own = std::frexp(meant, &ignored);
      if (rounded(own) == 1.0) // up to the next power of two
        own /= 2;
      if (rounded(own) == significand)
        return std::copysign(std::ldexp(own, exponent), value);
    }
  return value;
}

double Evaluator::getConstant(Attribute value) {
  if (auto splat = dyn_cast<SplatElementsAttr>(value))
    return getConstant(splat.getSplatValue<Attribute>());
  if (auto number = dyn_cast<FloatAttr>(value))
    return getLiteral(number.getValue());
  if (auto number = dyn_cast<IntegerAttr>(value))
    return number.getType().isInteger(1)
               ? double(number.getValue().getBoolValue())
               : double(number.getInt());
  return std::nan("");
}

/// The result of an index map on integers; none where it divides by 0.
static std::optional<double> applyMap(affine::AffineApplyOp op,
                                      ArrayRef<double> operands) {
  auto type = IndexType::get(op.getContext());
  SmallVector<Attribute> constants, results;
  for (double operand : operands)
    constants.push_back(IntegerAttr::get(type, int64_t(operand)));
  if (failed(op.getMap().constantFold(constants, results)))
    return std::nullopt;
  return double(cast<IntegerAttr>(results.front()).getInt());
}

/// One op on numbers; what is not known is a random function of its operands.
double Evaluator::applyOp(Operation *op, ArrayRef<double> operands) {
  double a = operands.empty() ? 0 : operands[0];
  double b = operands.size() > 1 ? operands[1] : 0;
  auto unknown = [&]() {
    uint64_t bits = mixBits(seed);
    for (char c : op->getName().getStringRef())
      bits = mixBits(bits ^ uint64_t(c));
    for (double operand : operands)
      bits = mixBits(bits ^ llvm::bit_cast<uint64_t>(operand));
    return toNumber(bits);
  };
  auto keepNaN = [&](double chosen) {
    return std::isnan(a) || std::isnan(b) ? std::nan("") : chosen;
  };
  auto add = [&](double lhs, double rhs) {
    double sum = lhs + rhs;
    double largest = std::max(std::abs(lhs), std::abs(rhs));
    cancelled |= lhs != 0 && rhs != 0 && std::abs(sum) < 1e-7 * largest;
    return sum;
  };
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case<arith::AddFOp, arith::AddIOp>([&](auto) { return add(a, b); })
      .Case<arith::SubFOp, arith::SubIOp>([&](auto) { return add(a, -b); })
      .Case<arith::MulFOp, arith::MulIOp>([&](auto) { return a * b; })
      .Case<arith::DivFOp>([&](auto) { return a / b; })
      .Case<arith::NegFOp>([&](auto) { return -a; })
      .Case<math::FmaOp>([&](auto) { return a * b + operands[2]; })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>(
          [&](auto) { return keepNaN(std::max(a, b)); })
      .Case<arith::MinimumFOp, arith::MinNumFOp>(
          [&](auto) { return keepNaN(std::min(a, b)); })
      .Case<math::SqrtOp>([&](auto) { return std::sqrt(a); })
      .Case<math::RsqrtOp>([&](auto) { return 1 / std::sqrt(a); })
      .Case<math::PowFOp, math::FPowIOp>([&](auto) { return std::pow(a, b); })
      .Case<math::AbsFOp>([&](auto) { return std::abs(a); })
      .Case<math::ExpOp>([&](auto) { return std::exp(a); })
      .Case<math::TanhOp>([&](auto) { return std::tanh(a); })
      .Case<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp,
            arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtSIOp,
            arith::ExtUIOp>([&](auto) { return a; })
      .Case<affine::AffineApplyOp>([&](affine::AffineApplyOp apply) {
        std::optional<double> number = applyMap(apply, operands);
        return number ? *number : unknown();
      })
      .Case<arith::SelectOp>([&](auto) { return a != 0 ? b : operands[2]; })
      .Case<arith::CmpFOp>([&](arith::CmpFOp cmp) {
        return double(arith::applyCmpPredicate(cmp.getPredicate(), APFloat(a),
                                               APFloat(b)));
      })
      .Case<arith::CmpIOp>([&](arith::CmpIOp cmp) {
        if (getElementTypeOrSelf(cmp.getLhs()).isInteger(1))
          return unknown(); // signed, true is -1
        return double(arith::applyCmpPredicate(cmp.getPredicate(),
                                               APInt(64, int64_t(a), true),
                                               APInt(64, int64_t(b), true)));
      })
      .Default([&](Operation *) { return unknown(); });
}

Numbers Evaluator::evaluateScalar(Value scalar, size_t count,
                                  const Positions *loops, linalg::LinalgOp op,
                                  BodyValues &known) {
  auto found = known.find(scalar);
  if (found != known.end())
    return found->second;
  Operation *producer = scalar.getDefiningOp();
  bool isInBody = op && scalar.getParentBlock() == op.getBlock();
  Numbers numbers;
  Attribute constant;
  if (producer && matchPattern(producer, m_Constant(&constant))) {
    numbers.assign(count, getConstant(constant));
  } else if (auto truncate = dyn_cast_or_null<arith::TruncFOp>(producer);
             truncate &&
             matchPattern(truncate.getIn(), m_Constant(&constant)) &&
             isa<FloatAttr>(constant)) {
    // A literal is the number that it is rounded to.
    APFloat number = cast<FloatAttr>(constant).getValue();
    bool losesInfo = false;
    number.convert(cast<FloatType>(truncate.getType()).getFloatSemantics(),
                   APFloat::rmNearestTiesToEven, &losesInfo);
    numbers.assign(count, getLiteral(number));
  } else if (auto index = dyn_cast_or_null<linalg::IndexOp>(producer)) {
    for (const Position &position : *loops)
      numbers.push_back(double(position[index.getDim()]));
  } else if (auto dim = dyn_cast_or_null<tensor::DimOp>(producer);
             dim && dim.getConstantIndex()) {
    // Outside of sizes of tensors that are read, an extent that has nothing to
    // do with the positions asked for may as well be 0: a guard on it decides.
    ExtentOrigin origin =
        extentClasses.find(dim.getSource(), *dim.getConstantIndex());
    bool isGuard = seed == 1 && !isInExtent;
    auto size = isGuard && !origin.number
                    ? dyn_cast_or_null<Value>(
                          getSize(origin.value.getDefiningOp(), origin.dim))
                    : Value();
    if (size && !chosenExtents.contains({origin.value, origin.dim})) {
      numbers = evaluateScalar(size, count, nullptr, nullptr, known);
    } else {
      bool isZero = isGuard && mayBeZero(origin);
      numbers.assign(
          count, isZero ? 0.0 : double(getExtent(origin.value, origin.dim)));
    }
  } else if (auto extract = dyn_cast_or_null<tensor::ExtractOp>(producer)) {
    Positions positions(count);
    for (Value index : extract.getIndices()) {
      Numbers values = evaluateScalar(index, count, loops, op, known);
      for (size_t i = 0; i < count; ++i)
        positions[i].push_back(int64_t(values[i]));
    }
    numbers = evaluateTensor(extract.getTensor(), positions);
  } else if (producer && producer->getNumResults() == 1 &&
             producer->getNumRegions() == 0 && isMemoryEffectFree(producer) &&
             llvm::none_of(producer->getOperandTypes(),
                           [](Type type) { return isa<ShapedType>(type); })) {
    SmallVector<Numbers> operands;
    for (Value operand : producer->getOperands())
      operands.push_back(evaluateScalar(operand, count, loops, op, known));
    SmallVector<double> point(operands.size());
    numbers.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      for (auto [position, operand] : llvm::enumerate(operands))
        point[position] = operand[i];
      numbers.push_back(applyOp(producer, point));
    }
  } else {
    numbers = getLeaves(
        scalar, isInBody && loops ? *loops : Positions(count, Position()));
  }
  return known[scalar] = std::move(numbers);
}

Positions mlir::norm::raise::evaluateIndices(AffineMap map,
                                             const Positions &positions) {
  Positions result;
  result.reserve(positions.size());
  // Maps that only pick dimensions are the rule.
  SmallVector<int64_t> picked; // a dimension, or -1 for the index 0
  for (AffineExpr index : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(index);
    auto constant = dyn_cast<AffineConstantExpr>(index);
    if (!dim && !(constant && constant.getValue() == 0))
      break;
    picked.push_back(dim ? int64_t(dim.getPosition()) : -1);
  }
  bool onlyPicks = picked.size() == map.getNumResults();
  for (const Position &position : positions) {
    Position index;
    if (onlyPicks) {
      for (int64_t dim : picked)
        index.push_back(dim < 0 ? 0 : position[dim]);
    } else {
      SmallVector<int64_t, 4> composed = map.compose(position);
      index.assign(composed.begin(), composed.end());
    }
    result.push_back(std::move(index));
  }
  return result;
}

Numbers Evaluator::evaluateInBody(linalg::LinalgOp op, Value scalar,
                                  const Positions &loops) {
  BodyValues known;
  // Only the arguments that the scalar is computed from are read.
  SmallVector<Value> worklist = {scalar};
  llvm::SmallPtrSet<void *, 16> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (!seen.insert(value.getAsOpaquePointer()).second)
      continue;
    if (Operation *producer = value.getDefiningOp())
      llvm::append_range(worklist, producer->getOperands());
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner() != op.getBlock())
      continue;
    OpOperand *operand = op.getMatchingOpOperand(argument);
    if (op.isDpsInit(operand) && op.getNumReductionLoops() > 0)
      continue;
    if (!isa<RankedTensorType>(operand->get().getType())) {
      known[argument] =
          evaluateScalar(operand->get(), loops.size(), nullptr, nullptr, known);
      continue;
    }
    AffineMap map = op.getMatchingIndexingMap(operand);
    known[argument] =
        evaluateTensor(operand->get(), evaluateIndices(map, loops));
  }
  return evaluateScalar(scalar, loops.size(), &loops, op, known);
}
