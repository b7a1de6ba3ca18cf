//===- DecomposeBackward.cpp - backward ops as linalg ops -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecompositionParts.h"
#include "norm/Dialect/Norm/IR/RowShape.h"
#include "norm/Dialect/Norm/Transforms/BackwardFormula.h"
#include "norm/Dialect/Norm/Transforms/Decompose.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Emits the linalg ops of one backward op.
class BackwardDecomposer : public LinalgEmitter {
public:
  BackwardDecomposer(OpBuilder &builder, NormBackwardOpInterface op)
      : LinalgEmitter(builder, op), op(op) {}

  Value emitDx();
  SmallVector<Value> emitSumsOverRows();
  Value emitLeadingMask();
  Value emitSumDestination(Value destination);
  Value emitRounded(Value sum, Value destination);

private:
  using TermBuilder = function_ref<Value(OpBuilder &, const BackwardScalars &)>;

  Value emitSum(BackwardPart part, Value zeros, OperandRole role,
                TermBuilder term);
  Value emitSumOverRows(BackwardPart part, Value destination, TermBuilder term);
  RowTerms emitRowTerms();

  NormBackwardOpInterface op;
};
} // namespace

/// `zeros` plus the sum of `term` over all elements that share an index of it.
Value BackwardDecomposer::emitSum(BackwardPart part, Value zeros,
                                  OperandRole role, TermBuilder term) {
  BackwardInputs inputs(op, part);
  return emitGeneric(inputs.values, inputs.maps, zeros, getRoleMap(op, role),
                     [&](OpBuilder &body, Location loc, ValueRange arguments) {
                       Value summand = term(body, inputs.getScalars(arguments));
                       return arith::AddFOp::create(body, loc, arguments.back(),
                                                    summand)
                           .getResult();
                     });
}

//===----------------------------------------------------------------------===//
// dx
//===----------------------------------------------------------------------===//

/// mean(m), and c from the sum of m xh, one of each per row.
RowTerms BackwardDecomposer::emitRowTerms() {
  RowTerms terms;
  if (op.isCentered()) {
    Value sum = emitSum(BackwardPart::gradientSum, emitZeros(emitRowsEmpty()),
                        OperandRole::row,
                        [&](OpBuilder &body, const BackwardScalars &at) {
                          return emitGradient(body, op, emitter, at);
                        });
    Value count = emitCount(std::nullopt);
    terms.meanOfGradient = emitPerRow(
        nullptr, sum, [&](OpBuilder &body, Location loc, ValueRange arguments) {
          return emitQuotient(body, loc, arguments[0], count);
        });
  }
  Value sum = emitSum(
      BackwardPart::rowSum, emitZeros(emitRowsEmpty()), OperandRole::row,
      [&](OpBuilder &body, const BackwardScalars &at) -> Value {
        Value gradient = emitGradient(body, op, emitter, at);
        Value normalized = emitNormalized(body, op, emitter, at);
        return arith::MulFOp::create(body, loc, gradient, normalized);
      });
  Value count = emitCount(op.getStatisticLength());
  // With epsilon inside, c is the mean alone.
  SmallVector<Value> inputs = {sum};
  if (op.getEpsMode() == EpsMode::outside)
    inputs.push_back(op.getRstd());
  terms.coefficient = emitPerRow(
      nullptr, inputs, [&](OpBuilder &body, Location, ValueRange arguments) {
        return emitCoefficient(body, op, arguments[0], count, arguments[1]);
      });
  return terms;
}

Value BackwardDecomposer::emitDx() {
  RowTerms terms = emitRowTerms();
  std::optional<LeadingElements> leading;
  if (std::optional<int64_t> k = op.getStatisticLength())
    leading = emitLeadingElements(*k);

  BackwardInputs inputs(op, BackwardPart::dx);
  unsigned numInputs = inputs.values.size();
  for (Value term : {terms.coefficient, terms.meanOfGradient})
    if (term) {
      inputs.values.push_back(term);
      inputs.maps.push_back(getRoleMap(op, OperandRole::row));
    }
  return emitGeneric(
      inputs.values, inputs.maps, op.getDxInit(),
      getRoleMap(op, OperandRole::element),
      [&](OpBuilder &body, Location loc, ValueRange arguments) {
        RowTerms at;
        at.coefficient = arguments[numInputs];
        if (terms.meanOfGradient)
          at.meanOfGradient = arguments[numInputs + 1];
        Value isLeading;
        if (leading)
          isLeading = leading->emitContains(body, loc, op.getDimensions());
        return emitInputGradient(body, op, emitter,
                                 inputs.getScalars(arguments), at, isLeading);
      });
}

bool norm::hasTrailingElements(NormBackwardOpInterface op) {
  std::optional<int64_t> k = op.getStatisticLength();
  return k && *k != op.getRowLength();
}

Value BackwardDecomposer::emitLeadingMask() {
  if (!hasTrailingElements(op))
    return nullptr;
  LeadingElements leading = emitLeadingElements(*op.getStatisticLength());
  Value one = emitConstant(builder, loc, op.getComputeType(), 1.0);
  Value zero = emitConstant(builder, loc, op.getComputeType(), 0.0);
  int64_t rank = op.getDimensions().size();
  return emitGeneric(
      {}, {}, emitEmpty(op.getDimensions()),
      builder.getMultiDimIdentityMap(rank),
      [&](OpBuilder &body, Location loc, ValueRange) {
        Value contains = leading.emitContains(
            body, loc, llvm::to_vector(llvm::seq<int64_t>(0, rank)));
        return arith::SelectOp::create(body, loc, contains, one, zero)
            .getResult();
      });
}

//===----------------------------------------------------------------------===//
// dscale, dbias
//===----------------------------------------------------------------------===//

Value BackwardDecomposer::emitSumDestination(Value destination) {
  bool isCompute =
      getElementTypeOrSelf(destination.getType()) == op.getComputeType();
  return isCompute ? destination : emitEmpty(op.getDimensions());
}

Value BackwardDecomposer::emitRounded(Value sum, Value destination) {
  auto element = cast<FloatType>(getElementTypeOrSelf(destination.getType()));
  if (element == op.getComputeType())
    return sum;
  AffineMap identity =
      builder.getMultiDimIdentityMap(op.getDimensions().size());
  Value rounded =
      emitGeneric(sum, identity, destination, identity,
                  [&](OpBuilder &body, Location loc, ValueRange arguments) {
                    return emitter.convert(body, loc, arguments[0], element);
                  });
  if (isa<MemRefType>(sum.getType()))
    memref::DeallocOp::create(builder, loc, sum);
  return rounded;
}

/// The sum of `term` over rows, in C, and then in `destination`.
Value BackwardDecomposer::emitSumOverRows(BackwardPart part, Value destination,
                                          TermBuilder term) {
  Value zeros = emitZeros(emitSumDestination(destination));
  return emitRounded(emitSum(part, zeros, OperandRole::position, term),
                     destination);
}

SmallVector<Value> BackwardDecomposer::emitSumsOverRows() {
  SmallVector<Value> sums;
  if (Value destination = op.getDscaleInit())
    sums.push_back(
        emitSumOverRows(BackwardPart::dscale, destination,
                        [&](OpBuilder &body, const BackwardScalars &at) {
                          return emitScaleGradient(body, op, emitter, at);
                        }));
  if (Value destination = op.getDbiasInit())
    sums.push_back(emitSumOverRows(
        BackwardPart::dbias, destination,
        [&](OpBuilder &body, const BackwardScalars &at) {
          return emitter.convert(body, loc, at.dy, op.getComputeType());
        }));
  return sums;
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

Value norm::emitSumDestination(OpBuilder &builder, NormBackwardOpInterface op,
                               Value destination) {
  return BackwardDecomposer(builder, op).emitSumDestination(destination);
}

Value norm::emitRoundedSum(OpBuilder &builder, NormBackwardOpInterface op,
                           Value sum, Value destination) {
  return BackwardDecomposer(builder, op).emitRounded(sum, destination);
}

Value norm::emitLeadingMask(OpBuilder &builder, NormBackwardOpInterface op) {
  return BackwardDecomposer(builder, op).emitLeadingMask();
}

FailureOr<SmallVector<Value>>
norm::decomposeNormBackward(OpBuilder &builder, NormBackwardOpInterface op) {
  if (!isa<RankedTensorType>(op.getInput().getType()))
    return failure();
  BackwardDecomposer decomposer(builder, op);
  SmallVector<Value> results;
  if (op.getDxInit())
    results.push_back(decomposer.emitDx());
  llvm::append_range(results, decomposer.emitSumsOverRows());
  return results;
}
