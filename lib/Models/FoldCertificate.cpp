//===- FoldCertificate.cpp - proofs for streams ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FoldCertificate.h"

#include "LinearSum.h"
#include "RowProduct.h"
#include "Weights.h"

#include "norm/Raise/Certificates.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

namespace {
/// Writes one sum of a stream into a function of its own, before and after.
class SumQuotation {
public:
  explicit SumQuotation(const ResidualStream &stream);

  /// A value of the stream with the old weights and with the new ones.
  struct Pair {
    Value before;
    Value after;
  };
  Pair quote(Value value);
  /// Lists of rows that were taken as they are.
  SmallVector<Operation *> lists;

private:
  Value getLeaf(Value value);
  Pair getCentredLeaf(Value value, int64_t dim);
  Pair quoteOperand(OpOperand &operand);
  Pair quoteOp(Operation *op);

  const ResidualStream &stream;
  llvm::DenseMap<OpOperand *, int64_t> terms;
  OwningOpRef<func::FuncOp> function;
  OpBuilder builder;
  llvm::DenseMap<Value, Value> leaves;
  llvm::DenseMap<Value, Value> centred;
  llvm::DenseMap<Value, Pair> known;
};
} // namespace

SumQuotation::SumQuotation(const ResidualStream &stream)
    : stream(stream), builder(stream.norms.front()->getContext()) {
  function = func::FuncOp::create(builder.getUnknownLoc(), "sum",
                                  builder.getFunctionType({}, {}));
  builder.setInsertionPointToStart(function->addEntryBlock());
  for (const StreamTerm &term : stream.terms)
    terms[term.weights] = term.dim;
}

/// What is the same on both sides: an argument, or a number.
Value SumQuotation::getLeaf(Value value) {
  Value &leaf = leaves[value];
  if (leaf)
    return leaf;
  Operation *op = value.getDefiningOp();
  bool isScalar = !isa<ShapedType>(value.getType());
  if (op && isScalar && op->getNumRegions() == 0 && isMemoryEffectFree(op) &&
      llvm::none_of(op->getOperandTypes(), llvm::IsaPred<ShapedType>)) {
    IRMapping map;
    for (Value operand : op->getOperands())
      map.map(operand, getLeaf(operand));
    return leaves[value] = builder.clone(*op, map)->getResult(
               cast<OpResult>(value).getResultNumber());
  }
  return leaf = function->front().addArgument(value.getType(), value.getLoc());
}

/// A tensor as it is, and without the means of its rows.
SumQuotation::Pair SumQuotation::getCentredLeaf(Value value, int64_t dim) {
  Value leaf = getLeaf(value);
  Value &after = centred[value];
  if (!after)
    after = centreWeights(builder, value.getLoc(), {leaf, unsigned(dim)});
  return {leaf, after};
}

SumQuotation::Pair SumQuotation::quoteOperand(OpOperand &operand) {
  if (auto term = terms.find(&operand); term != terms.end())
    return getCentredLeaf(operand.get(), term->second);
  auto op = dyn_cast<linalg::LinalgOp>(operand.getOwner());
  if (op && op.isDpsInit(&operand) &&
      op.payloadUsesValueFromOperand(&operand) && isZeros(operand.get())) {
    Type element = getElementTypeOrSelf(operand.get());
    Value zero = arith::ConstantOp::create(builder, op.getLoc(),
                                           builder.getZeroAttr(element));
    Value zeros = linalg::FillOp::create(builder, op.getLoc(), zero,
                                         getLeaf(operand.get()))
                      .getResult(0);
    return {zeros, zeros};
  }
  bool isRead = !op || op.payloadUsesValueFromOperand(&operand);
  if (isRead && stream.dims.contains(operand.get()))
    return quote(operand.get());
  Value leaf = getLeaf(operand.get());
  return {leaf, leaf};
}

SumQuotation::Pair SumQuotation::quoteOp(Operation *op) {
  IRMapping before, after;
  for (OpOperand &operand : op->getOpOperands()) {
    Pair pair = quoteOperand(operand);
    before.map(operand.get(), pair.before);
    after.map(operand.get(), pair.after);
  }
  op->walk([&](Operation *inner) {
    for (Value value : inner->getOperands())
      if (inner != op && !op->isAncestor(value.getParentBlock()->getParentOp()))
        for (IRMapping *map : {&before, &after})
          map->map(value, getLeaf(value));
  });
  return {builder.clone(*op, before)->getResult(0),
          builder.clone(*op, after)->getResult(0)};
}

SumQuotation::Pair SumQuotation::quote(Value value) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  Operation *op = value.getDefiningOp();
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  bool isQuoted = structured
                      ? isLinearSum(structured) || multipliesAndAdds(structured)
                      : isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp,
                            tensor::ExtractSliceOp>(op);
  if (!structured && !isQuoted)
    lists.push_back(op);
  Pair pair =
      isQuoted ? quoteOp(op) : getCentredLeaf(value, stream.dims.lookup(value));
  known[value] = pair;
  return pair;
}

void models::certifyStream(StringRef name, const ResidualStream &stream,
                           SmallVectorImpl<RaiseCertificate> &certificates) {
  llvm::SetVector<Value> sums;
  for (NormOpInterface norm : stream.norms)
    sums.insert(norm.getInput());
  std::string file = (name + ".fold").str();
  for (unsigned i = 0; i < sums.size(); ++i) {
    SumQuotation quotation(stream);
    SumQuotation::Pair pair = quotation.quote(sums[i]);
    certificates.push_back(certifyCentring(file, pair.before, pair.after,
                                           stream.dims.lookup(sums[i])));
    for (Operation *list : quotation.lists)
      for (Value part : list->getOperands())
        if (stream.dims.contains(part))
          sums.insert(part);
  }
}
