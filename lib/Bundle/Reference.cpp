//===- Reference.cpp - what an entry computes -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Row loops are scalar code, so that a few lines of any language can evaluate
// them: norm-launch does it in f64 to check what a device computed.
//
//===----------------------------------------------------------------------===//

#include "Entries.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

/// A constant as a number, or as text where JSON has none for it.
static llvm::json::Value getConstant(Attribute value) {
  if (auto integer = dyn_cast<IntegerAttr>(value))
    return integer.getType().isInteger(1) ? int64_t(integer.getValue() == 1)
                                          : integer.getValue().getSExtValue();
  APFloat number = cast<FloatAttr>(value).getValue();
  if (number.isFinite())
    return cast<FloatAttr>(value).getValueAsDouble();
  return number.isNaN() ? "nan" : number.isNegative() ? "-inf" : "inf";
}

static llvm::json::Object describeOp(Operation &op,
                                     DenseMap<Value, int64_t> &numbers) {
  llvm::json::Array operands;
  for (Value operand : op.getOperands())
    operands.push_back(numbers.lookup(operand));
  llvm::json::Object text{{"op", op.getName().getStringRef()},
                          {"operands", std::move(operands)}};
  for (Value result : op.getResults())
    numbers.try_emplace(result, numbers.size());
  if (op.getNumResults() != 0)
    text["type"] = getTypeName(op.getResult(0).getType());
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    text["value"] = getConstant(constant.getValue());
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    text["predicate"] = arith::stringifyCmpFPredicate(compare.getPredicate());
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    text["predicate"] = arith::stringifyCmpIPredicate(compare.getPredicate());
  if (auto reduce = dyn_cast<RowReduceOp>(op)) {
    text["kind"] = stringifyReduction(reduce.getKind());
    if (reduce.getLength())
      text["length"] = static_cast<int64_t>(*reduce.getLength());
  }
  return text;
}

/// The loop, or null if an operand is a part of an argument, or rows are added
/// up.
static llvm::json::Value describeLoop(RowLoopOp loop, const Extents &extents) {
  if (!loop.getAccumulate().empty())
    return nullptr;
  llvm::json::Array operands, body, dimensions, loopExtents;
  SmallVector<llvm::json::Value> found(loop.getNumDims(), nullptr);
  for (auto [operand, map] : llvm::zip(loop->getOperands(), loop.getMaps())) {
    std::optional<unsigned> argument = getArgumentNumber(operand);
    if (!argument)
      return nullptr;
    llvm::json::Array dims;
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      auto position = dyn_cast<AffineDimExpr>(expr);
      dims.push_back(position ? int64_t(position.getPosition()) : -1);
      if (position)
        found[position.getPosition()] = extents.get(*argument, dim);
    }
    operands.push_back(
        llvm::json::Object{{"argument", *argument}, {"map", std::move(dims)}});
  }
  for (int64_t dim : loop.getDimensions())
    dimensions.push_back(dim);
  for (llvm::json::Value &extent : found)
    loopExtents.push_back(std::move(extent));
  DenseMap<Value, int64_t> numbers;
  for (BlockArgument argument : loop.getBlock()->getArguments())
    numbers.try_emplace(argument, numbers.size());
  for (Operation &op : loop.getBlock()->without_terminator())
    body.push_back(describeOp(op, numbers));
  llvm::json::Array results;
  for (Value value : loop.getYield().getValues())
    results.push_back(numbers.lookup(value));
  return llvm::json::Object{
      {"extents", std::move(loopExtents)},
      {"row", std::move(dimensions)},
      {"inputs", int64_t(loop.getInputs().size())},
      {"operands", std::move(operands)},
      {"body", std::move(body)},
      {"results", std::move(results)},
  };
}

llvm::json::Value norm::describeReference(func::FuncOp function,
                                          const Extents &extents) {
  llvm::json::Array loops;
  bool complete = true;
  function.walk([&](RowLoopOp loop) {
    loops.push_back(describeLoop(loop, extents));
    complete &= loops.back().getAsObject() != nullptr;
  });
  if (!complete)
    return nullptr;
  return loops;
}
