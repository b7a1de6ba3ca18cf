//===- Cost.cpp - operations and bytes of loops ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cost.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

LoopCost &LoopCost::operator+=(const LoopCost &other) {
  loops += other.loops;
  operations += other.operations;
  bytes += other.bytes;
  return *this;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

int64_t report::getProduct(ArrayRef<int64_t> extents, int64_t dynamicExtent) {
  int64_t product = 1;
  for (int64_t extent : extents)
    product *= ShapedType::isDynamic(extent) ? dynamicExtent : extent;
  return product;
}

/// The bytes of a tensor or memref; 0 for scalars.
static int64_t getTypeBytes(Type type, int64_t dynamicExtent) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.hasRank())
    return 0;
  Type element = shaped.getElementType();
  int64_t bits = 64;
  if (element.isIntOrFloat())
    bits = element.getIntOrFloatBitWidth();
  else if (auto complex = dyn_cast<ComplexType>(element))
    bits = 2 * complex.getElementType().getIntOrFloatBitWidth();
  return getProduct(shaped.getShape(), dynamicExtent) *
         llvm::divideCeil(bits, 8);
}

int64_t report::getBytes(Value value, int64_t dynamicExtent) {
  return value ? getTypeBytes(value.getType(), dynamicExtent) : 0;
}

//===----------------------------------------------------------------------===//
// Times
//===----------------------------------------------------------------------===//

double report::getSeconds(const LoopCost &cost, const Machine &target,
                          bool isMatrixProduct) {
  double seconds = cost.bytes / target.bandwidth;
  double peak = isMatrixProduct ? target.matrixPeak : target.peak;
  return peak > 0 ? std::max(seconds, cost.operations / peak) : seconds;
}

bool report::isMatrixProduct(linalg::LinalgOp loop) {
  if (!linalg::isaContractionOpInterface(loop))
    return false;
  return llvm::all_of(loop.getDpsInputs(), [](Value operand) {
    auto type = dyn_cast<FloatType>(getElementTypeOrSelf(operand));
    return type && type.getWidth() <= 16;
  });
}

//===----------------------------------------------------------------------===//
// Structured loops
//===----------------------------------------------------------------------===//

/// Floating point operations of one execution of `op`.
static int64_t getOperations(Operation *op) {
  if (!isArithmetic(op))
    return 0;
  return isa<math::FmaOp>(op) ? 2 : 1;
}

bool report::isArithmetic(Operation *op) {
  if (op->getNumResults() != 1 || !isa<FloatType>(op->getResult(0).getType()))
    return false;
  if (isa_and_nonnull<math::MathDialect>(op->getDialect()))
    return true;
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
             arith::RemFOp, arith::NegFOp, arith::MaximumFOp, arith::MinimumFOp,
             arith::MaxNumFOp, arith::MinNumFOp>(op);
}

/// Everything in `body` that `roots` are computed from, roots included.
static llvm::SetVector<Value> getSlice(Block *body, ArrayRef<Value> roots) {
  llvm::SetVector<Value> slice(roots.begin(), roots.end());
  for (unsigned i = 0; i < slice.size(); ++i)
    if (Operation *producer = slice[i].getDefiningOp();
        producer && body->findAncestorOpInBlock(*producer))
      producer->walk([&](Operation *nested) {
        slice.insert(nested->operand_begin(), nested->operand_end());
      });
  return slice;
}

LoopCost report::getLoopCost(linalg::LinalgOp loop, Membership isMember,
                             int64_t dynamicExtent) {
  Block *body = loop.getBlock();
  LoopCost cost;
  int64_t operations = 0;
  SmallVector<Value> members;
  for (Operation &scalar : body->without_terminator())
    scalar.walk([&](Operation *op) {
      if (!isMember(op))
        return;
      operations += getOperations(op);
      members.append(op->result_begin(), op->result_end());
    });
  bool hasScalars = !body->without_terminator().empty();
  if (hasScalars ? members.empty() : !isMember(loop))
    return cost;

  SmallVector<int64_t> extents = loop.getStaticLoopRanges();
  cost.loops = 1;
  cost.operations = operations * getProduct(extents, dynamicExtent);
  auto isRead = [&](Value argument, const llvm::SetVector<Value> &slice) {
    return !hasScalars || slice.contains(argument);
  };
  llvm::SetVector<Value> needed = getSlice(body, members);
  for (OpOperand &operand : loop->getOpOperands()) {
    BlockArgument argument = loop.getMatchingBlockArgument(&operand);
    if (!argument.use_empty() && isRead(argument, needed))
      cost.bytes += getBytes(operand.get(), dynamicExtent);
  }
  Operation *yield = body->getTerminator();
  for (OpOperand &init : loop.getDpsInitsMutable()) {
    int64_t number = init.getOperandNumber() - loop.getNumDpsInputs();
    auto slice = getSlice(body, yield->getOperand(number));
    if (!hasScalars ||
        llvm::any_of(members, [&](Value v) { return slice.contains(v); }))
      cost.bytes += getBytes(init.get(), dynamicExtent);
  }
  return cost;
}

//===----------------------------------------------------------------------===//
// Norm ops
//===----------------------------------------------------------------------===//

LoopCost report::getNormCost(NormOpInterface op, int64_t dynamicExtent) {
  SmallVector<int64_t> rowExtents =
      getExtents(op.getInputType(), op.getDimensions());
  SmallVector<int64_t> otherExtents =
      getExtents(op.getInputType(), op.getRowDimensions());
  int64_t rowLength = getProduct(rowExtents, dynamicExtent);
  int64_t rowCount = getProduct(otherExtents, dynamicExtent);

  // Statistic: square and add, after a subtraction for layernorm, whose mean is
  // one more sum. Result: the product with rstd, again after a subtraction; the
  // scale, its offset and the bias. Of the row: 1/n, epsilon, root, reciprocal.
  // A result that nothing reads, as behind norm-sink, is not written.
  bool isWritten = !op.getY() || !op.getY().use_empty();
  int64_t ofStatistic = op.isCentered() ? 4 : 2;
  int64_t ofResult = 0;
  if (isWritten)
    ofResult = (op.isCentered() ? 2 : 1) + (op.getScale() ? 1 : 0) +
               (op.getScaleOffset() ? 1 : 0) + (op.getBias() ? 1 : 0);
  int64_t ofRow = op.isCentered() ? 5 : 4;
  int64_t statisticLength = op.getStatisticLength().value_or(rowLength);

  LoopCost cost;
  cost.loops = 1;
  cost.operations =
      rowCount * (ofStatistic * statisticLength + ofResult * rowLength + ofRow);
  for (Value value : {op.getInput(), op.getScale(), op.getBias(),
                      isWritten ? op.getInit() : Value(), op.getStatisticInit(),
                      op.getRstdInit(), op.getMeanDestination()})
    cost.bytes += getBytes(value, dynamicExtent);
  return cost;
}

LoopCost report::getBackwardCost(NormBackwardOpInterface op,
                                 int64_t dynamicExtent) {
  int64_t rowLength = getProduct(
      getExtents(op.getInputType(), op.getDimensions()), dynamicExtent);
  int64_t rowCount = getProduct(
      getExtents(op.getInputType(), op.getRowDimensions()), dynamicExtent);

  // xh: a product, after a subtraction for layernorm. dx: the product with the
  // scale, the sum of m xh, xh c, the difference and the product with rstd; of
  // m a sum and a difference for layernorm. dscale: a product and a sum. dbias:
  // a sum. Of the row: the means, and rms with epsilon outside.
  bool dx = op.getDxInit() != nullptr, dscale = op.getDscaleInit() != nullptr;
  int64_t ofElement = 0, ofRow = 0;
  if (dx || dscale)
    ofElement += op.isCentered() ? 2 : 1;
  if (dx) {
    ofElement += 5 + (op.isCentered() ? 2 : 0) + (op.getScale() ? 1 : 0) +
                 (op.getScaleOffset() ? 1 : 0) + (op.getDres() ? 1 : 0);
    ofRow += (op.isCentered() ? 2 : 1) +
             (op.getEpsMode() == EpsMode::outside ? 3 : 0);
  }
  if (dscale)
    ofElement += 2;
  if (op.getDbiasInit())
    ofElement += 1;

  LoopCost cost;
  cost.loops = 1;
  cost.operations = rowCount * (ofElement * rowLength + ofRow);
  auto dps = cast<DestinationStyleOpInterface>(op.getOperation());
  for (OpOperand &operand : op->getOpOperands())
    if (dps.isDpsInit(&operand) || op.isOperandRead(operand.getOperandNumber()))
      cost.bytes += getBytes(operand.get(), dynamicExtent);
  return cost;
}
