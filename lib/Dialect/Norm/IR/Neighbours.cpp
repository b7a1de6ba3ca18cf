//===- Neighbours.cpp - ops that a norm may absorb ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Neighbours.h"
#include "norm/Dialect/Norm/IR/NormDescription.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::detail;

//===----------------------------------------------------------------------===//
// Elementwise ops, however they are spelled
//===----------------------------------------------------------------------===//

namespace {
/// An operand of an elementwise op: a tensor with the map by which the op reads
/// it, or a constant of the op's body (then the tensor is null).
struct Read {
  Value tensor;
  AffineMap map;
  /// The value in the body, widening casts removed.
  Value element;
};

/// An op on one scalar operation with its operands and the types around it.
struct Elementwise {
  /// The operation in the body (or the op itself), casts around it removed.
  Operation *scalar = nullptr;
  SmallVector<Read> reads;
  /// The type in which `scalar` computes.
  FloatType computed;
  /// The element type of the result.
  FloatType stored;
};
} // namespace

static FloatType getFloatType(Value value) {
  return dyn_cast<FloatType>(getElementTypeOrSelf(value.getType()));
}

/// Whether `op` rounds to nearest even.
static bool hasDefaultRounding(arith::TruncFOp op) {
  return !op.getRoundingmode() ||
         *op.getRoundingmode() == arith::RoundingMode::to_nearest_even;
}

/// `value` before a widening cast, which changes no number.
static Value skipWidening(Value value) {
  auto extension = value.getDefiningOp<arith::ExtFOp>();
  return extension ? extension.getIn() : value;
}

/// `value` before one cast, if there is one.
static Value skipCast(Value value) {
  auto truncation = value.getDefiningOp<arith::TruncFOp>();
  if (truncation && hasDefaultRounding(truncation))
    return truncation.getIn();
  return skipWidening(value);
}

/// Whether `op` has parallel loops only, one result with the identity map, and
/// a body that does not look at the destination.
static bool isElementwise(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics() || op->getNumResults() != 1 ||
      op.getNumLoops() != op.getNumParallelLoops())
    return false;
  OpOperand *init = op.getDpsInitOperand(0);
  return op.getMatchingIndexingMap(init).isIdentity() &&
         op.getMatchingBlockArgument(init).use_empty();
}

/// What the body of `op` reads as `element`.
static std::optional<Read> getRead(linalg::LinalgOp op, Value element) {
  if (auto argument = dyn_cast<BlockArgument>(element);
      argument && argument.getOwner() == op.getBlock()) {
    OpOperand *operand = op.getMatchingOpOperand(argument);
    return Read{operand->get(), op.getMatchingIndexingMap(operand), element};
  }
  if (matchPattern(element, m_Constant()))
    return Read{Value(), AffineMap(), element};
  return std::nullopt;
}

/// A linalg op with a body of one operation, beside casts.
static std::optional<Elementwise> matchLinalg(linalg::LinalgOp op) {
  if (!isElementwise(op))
    return std::nullopt;
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  Value result = skipCast(yielded);
  Elementwise elementwise;
  elementwise.scalar = result.getDefiningOp();
  elementwise.computed = getFloatType(result);
  elementwise.stored = getFloatType(yielded);
  if (!elementwise.scalar || !elementwise.computed || !elementwise.stored ||
      elementwise.scalar->getBlock() != op.getBlock())
    return std::nullopt;
  for (Value operand : elementwise.scalar->getOperands()) {
    std::optional<Read> read = getRead(op, skipWidening(operand));
    if (!read)
      return std::nullopt;
    elementwise.reads.push_back(*read);
  }
  return elementwise;
}

/// An arith op on tensors.
static std::optional<Elementwise> matchArith(Operation *op) {
  if (op->getNumResults() != 1 || !OpTrait::hasElementwiseMappableTraits(op))
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !isa<FloatType>(type.getElementType()))
    return std::nullopt;
  Elementwise elementwise;
  elementwise.scalar = op;
  elementwise.computed = elementwise.stored =
      cast<FloatType>(type.getElementType());
  AffineMap identity =
      AffineMap::getMultiDimIdentityMap(type.getRank(), op->getContext());
  for (Value operand : op->getOperands())
    elementwise.reads.push_back({operand, identity, operand});
  return elementwise;
}

static std::optional<Elementwise> matchElementwise(Operation *op) {
  if (!op)
    return std::nullopt;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return matchLinalg(linalgOp);
  return matchArith(op);
}

/// The other operand of a commutative `elementwise` that reads `value` itself.
static std::optional<Read> getOtherRead(const Elementwise &elementwise,
                                        Value value) {
  if (elementwise.reads.size() != 2)
    return std::nullopt;
  for (auto [read, other] :
       {std::pair(elementwise.reads[0], elementwise.reads[1]),
        std::pair(elementwise.reads[1], elementwise.reads[0])})
    if (read.tensor == value && read.map.isIdentity() && other.tensor != value)
      return other;
  return std::nullopt;
}

Value norm::detail::getDestination(Operation *op) {
  auto dps = dyn_cast<DestinationStyleOpInterface>(op);
  return dps ? dps.getDpsInits()[0] : Value();
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

std::optional<double> norm::detail::getSplat(Value value) {
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    return getSplat(fill.getInputs()[0]);
  if (auto splat = value.getDefiningOp<tensor::SplatOp>())
    return getSplat(splat.getInput());
  Attribute attribute;
  if (!matchPattern(value, m_Constant(&attribute)))
    return std::nullopt;
  if (auto dense = dyn_cast<SplatElementsAttr>(attribute);
      dense && isa<FloatType>(dense.getElementType()))
    attribute = dense.getSplatValue<Attribute>();
  auto number = dyn_cast<FloatAttr>(attribute);
  if (!number || number.getType().getIntOrFloatBitWidth() > 64)
    return std::nullopt;
  return number.getValueAsDouble();
}

/// The constant that an elementwise op reads everywhere.
static std::optional<double> getConstant(const Read &read) {
  return getSplat(read.tensor ? read.tensor : read.element);
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

static std::optional<Cast> makeCast(Value source, FloatType from,
                                    FloatType to) {
  return Cast{source, isHeldBy(from, to)};
}

std::optional<Cast> norm::detail::matchCast(Operation *op) {
  if (!op || op->getNumResults() != 1)
    return std::nullopt;
  Operation *scalar = op;
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (linalgOp) {
    if (!isElementwise(linalgOp))
      return std::nullopt;
    scalar =
        linalgOp.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  }
  auto truncation = dyn_cast_or_null<arith::TruncFOp>(scalar);
  if (!isa_and_nonnull<arith::ExtFOp, arith::TruncFOp>(scalar) ||
      (truncation && !hasDefaultRounding(truncation)))
    return std::nullopt;
  Value source = scalar->getOperand(0);
  FloatType from = getFloatType(source);
  FloatType to = getFloatType(scalar->getResult(0));
  if (!linalgOp)
    return isa<RankedTensorType>(source.getType()) ? makeCast(source, from, to)
                                                   : std::nullopt;
  std::optional<Read> read = getRead(linalgOp, source);
  if (!read || !read->tensor || !read->map.isIdentity())
    return std::nullopt;
  return makeCast(read->tensor, from, to);
}

//===----------------------------------------------------------------------===//
// Vectors along the row
//===----------------------------------------------------------------------===//

/// Whether `map` picks exactly `dimensions`, in this order.
static bool picksDimensions(AffineMap map, ArrayRef<int64_t> dimensions) {
  return llvm::all_of_zip(map.getResults(), dimensions,
                          [](AffineExpr expr, int64_t dim) {
                            auto position = dyn_cast<AffineDimExpr>(expr);
                            return position && position.getPosition() == dim;
                          });
}

/// The vector along `dimensions` that `tensor`, shaped as x, is the broadcast
/// of.
static Value getBroadcastVector(Value tensor, ArrayRef<int64_t> dimensions) {
  auto op = tensor.getDefiningOp<linalg::LinalgOp>();
  if (!op || !isElementwise(op))
    return nullptr;
  std::optional<Read> read =
      getRead(op, skipWidening(op.getBlock()->getTerminator()->getOperand(0)));
  if (!read || !read->tensor || !picksDimensions(read->map, dimensions))
    return nullptr;
  return read->tensor;
}

template <typename ScalarOp>
static std::optional<RowOperation>
matchRowOperation(Operation *op, Value value, ArrayRef<int64_t> dimensions) {
  std::optional<Elementwise> elementwise = matchElementwise(op);
  if (!elementwise || !isa<ScalarOp>(elementwise->scalar))
    return std::nullopt;
  std::optional<Read> other = getOtherRead(*elementwise, value);
  if (!other || !other->tensor)
    return std::nullopt;
  Value vector;
  if (picksDimensions(other->map, dimensions))
    vector = other->tensor;
  else if (other->map.isIdentity())
    vector = getBroadcastVector(other->tensor, dimensions);
  if (!vector || !getFloatType(vector))
    return std::nullopt;
  return RowOperation{vector, elementwise->computed, elementwise->stored};
}

std::optional<RowOperation>
norm::detail::matchRowProduct(Operation *op, Value value,
                              ArrayRef<int64_t> dimensions) {
  return matchRowOperation<arith::MulFOp>(op, value, dimensions);
}

std::optional<RowOperation>
norm::detail::matchRowSum(Operation *op, Value value,
                          ArrayRef<int64_t> dimensions) {
  return matchRowOperation<arith::AddFOp>(op, value, dimensions);
}

std::optional<OnePlus> norm::detail::matchOnePlus(Value result) {
  std::optional<Elementwise> elementwise =
      matchElementwise(result.getDefiningOp());
  if (!elementwise || !isa<arith::AddFOp>(elementwise->scalar) ||
      elementwise->computed != elementwise->stored)
    return std::nullopt;
  for (auto [read, other] :
       {std::pair(elementwise->reads[0], elementwise->reads[1]),
        std::pair(elementwise->reads[1], elementwise->reads[0])})
    if (read.tensor && read.map.isIdentity() && getConstant(other) == 1.0)
      return OnePlus{read.tensor, elementwise->computed};
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Scalings and shifts
//===----------------------------------------------------------------------===//

std::optional<ScaledValue> norm::detail::matchConstantScaling(Value result) {
  std::optional<Elementwise> elementwise =
      matchElementwise(result.getDefiningOp());
  if (!elementwise || elementwise->reads.empty())
    return std::nullopt;
  SmallVector<Read> &reads = elementwise->reads;
  auto scaled =
      [&](const Read &read,
          std::optional<double> factor) -> std::optional<ScaledValue> {
    if (!read.tensor || !read.map.isIdentity() || !factor)
      return std::nullopt;
    return ScaledValue{read.tensor, *factor};
  };
  if (isa<arith::NegFOp>(elementwise->scalar))
    return scaled(reads[0], -1.0);
  if (isa<arith::MulFOp>(elementwise->scalar)) {
    if (auto match = scaled(reads[0], getConstant(reads[1])))
      return match;
    return scaled(reads[1], getConstant(reads[0]));
  }
  if (isa<arith::DivFOp>(elementwise->scalar))
    if (std::optional<double> divisor = getConstant(reads[1]))
      return scaled(reads[0], 1.0 / *divisor);
  return std::nullopt;
}

/// Whether `read` is the same for all elements of a row.
static bool isRowConstant(const Read &read, ArrayRef<int64_t> dimensions) {
  if (std::optional<double> constant = getConstant(read))
    return std::isfinite(*constant);
  return read.tensor && llvm::none_of(dimensions, [&](int64_t dim) {
           return read.map.isFunctionOfDim(dim);
         });
}

std::optional<ShiftedValue>
norm::detail::matchRowShift(Value result, ArrayRef<int64_t> dimensions) {
  std::optional<Elementwise> elementwise =
      matchElementwise(result.getDefiningOp());
  if (!elementwise || !isa<arith::AddFOp, arith::SubFOp>(elementwise->scalar))
    return std::nullopt;
  auto shifted = [&](const Read &read,
                     const Read &shift) -> std::optional<ShiftedValue> {
    if (!read.tensor || !read.map.isIdentity() ||
        !isRowConstant(shift, dimensions))
      return std::nullopt;
    return ShiftedValue{read.tensor,
                        getConstant(shift) ? Value() : shift.tensor,
                        isa<arith::SubFOp>(elementwise->scalar)};
  };
  if (auto match = shifted(elementwise->reads[0], elementwise->reads[1]))
    return match;
  if (isa<arith::AddFOp>(elementwise->scalar))
    return shifted(elementwise->reads[1], elementwise->reads[0]);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Means
//===----------------------------------------------------------------------===//

/// Whether `value` is the plain sum of `source` over `dimensions`, from 0.
static bool isRowSum(Value value, Value source, ArrayRef<int64_t> dimensions) {
  auto op = value.getDefiningOp<linalg::LinalgOp>();
  if (!op || op->getNumResults() != 1 || op.getNumDpsInputs() != 1 ||
      op.getDpsInputOperand(0)->get() != source ||
      !op.getMatchingIndexingMap(op.getDpsInputOperand(0)).isIdentity() ||
      getSplat(op.getDpsInits()[0]) != 0.0)
    return false;
  SmallVector<unsigned> reduced;
  op.getReductionDims(reduced);
  if (!llvm::equal(reduced, dimensions))
    return false;
  auto sum = op.getBlock()
                 ->getTerminator()
                 ->getOperand(0)
                 .getDefiningOp<arith::AddFOp>();
  return sum &&
         llvm::all_of(sum->getOperands(), llvm::IsaPred<BlockArgument>) &&
         sum.getLhs() != sum.getRhs();
}

bool norm::detail::isRowMean(Value value, Value source,
                             ArrayRef<int64_t> dimensions) {
  if (auto norm = value.getDefiningOp<LayerNormOp>())
    return norm.getMean() == value && norm.getInput() == source &&
           norm.getDimensions() == dimensions;
  std::optional<Elementwise> elementwise =
      matchElementwise(value.getDefiningOp());
  int64_t n = getRowLength(cast<ShapedType>(source.getType()), dimensions);
  if (!elementwise || ShapedType::isDynamic(n) ||
      elementwise->reads.size() != 2)
    return false;
  const Read &sum = elementwise->reads[0];
  std::optional<double> number = getConstant(elementwise->reads[1]);
  if (!sum.tensor || !sum.map.isIdentity() || !number ||
      !isRowSum(sum.tensor, source, dimensions))
    return false;
  if (isa<arith::DivFOp>(elementwise->scalar))
    return *number == double(n);
  // A reciprocal is one up to a rounding of the type that it is written in.
  return isa<arith::MulFOp>(elementwise->scalar) &&
         std::abs(*number * double(n) - 1.0) < 1e-7;
}
