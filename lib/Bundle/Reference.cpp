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
#include "mlir/Dialect/MemRef/IR/MemRef.h"
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

namespace {
/// Describes the loops of one function.
class ReferenceWriter {
public:
  explicit ReferenceWriter(const Extents &extents) : extents(extents) {}

  /// The loop, or null if an operand is a part of an argument.
  llvm::json::Value describeLoop(RowLoopOp loop);
  llvm::json::Array takeTemporaries() { return std::move(temporaries); }

private:
  /// An operand as the manifest names it, and the extents of its dimensions.
  struct Place {
    llvm::json::Object text;
    SmallVector<llvm::json::Value> shape;
  };

  std::optional<Place> getPlace(Value operand);
  std::optional<Place> getTemporary(memref::AllocOp alloc);

  const Extents &extents;
  DenseMap<Operation *, int64_t> temporaryNumbers;
  llvm::json::Array temporaries;
};
} // namespace

/// Memory between loops, if its extents are numbers and those of arguments.
std::optional<ReferenceWriter::Place>
ReferenceWriter::getTemporary(memref::AllocOp alloc) {
  Place place;
  auto dynamic = alloc.getDynamicSizes().begin();
  for (int64_t extent : alloc.getType().getShape()) {
    if (!ShapedType::isDynamic(extent)) {
      place.shape.push_back(extent);
      continue;
    }
    auto dim = (*dynamic++).getDefiningOp<memref::DimOp>();
    std::optional<int64_t> number = dim ? dim.getConstantIndex() : std::nullopt;
    std::optional<unsigned> argument =
        number ? getArgumentNumber(dim.getSource()) : std::nullopt;
    if (!argument)
      return std::nullopt;
    place.shape.push_back(extents.get(*argument, *number));
  }
  auto [number, isNew] =
      temporaryNumbers.try_emplace(alloc, temporaries.size());
  if (isNew)
    temporaries.push_back(llvm::json::Object{
        {"type", getTypeName(alloc.getType().getElementType())},
        {"shape", llvm::json::Array(place.shape)}});
  place.text["temporary"] = number->second;
  return place;
}

std::optional<ReferenceWriter::Place> ReferenceWriter::getPlace(Value operand) {
  if (auto alloc = operand.getDefiningOp<memref::AllocOp>())
    return getTemporary(alloc);
  std::optional<unsigned> argument = getArgumentNumber(operand);
  if (!argument || !extents.isContiguous(*argument))
    return std::nullopt;
  Place place{llvm::json::Object{{"argument", *argument}}, {}};
  if (auto type = dyn_cast<MemRefType>(operand.getType()))
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      place.shape.push_back(extents.get(*argument, dim));
  return place;
}

llvm::json::Value ReferenceWriter::describeLoop(RowLoopOp loop) {
  llvm::json::Array operands, body, results;
  SmallVector<llvm::json::Value> found(loop.getNumDims(), nullptr);
  for (auto [operand, map] : llvm::zip(loop->getOperands(), loop.getMaps())) {
    std::optional<Place> place = getPlace(operand);
    if (!place)
      return nullptr;
    llvm::json::Array dims;
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      auto position = dyn_cast<AffineDimExpr>(expr);
      dims.push_back(position ? int64_t(position.getPosition()) : -1);
      if (position)
        found[position.getPosition()] = place->shape[dim];
    }
    place->text["map"] = std::move(dims);
    operands.push_back(std::move(place->text));
  }
  DenseMap<Value, int64_t> numbers;
  for (BlockArgument argument : loop.getBlock()->getArguments())
    numbers.try_emplace(argument, numbers.size());
  for (Operation &op : loop.getBlock()->without_terminator())
    body.push_back(describeOp(op, numbers));
  for (Value value : loop.getYield().getValues())
    results.push_back(numbers.lookup(value));
  llvm::json::Object text{
      {"extents", llvm::json::Array(found)},
      {"row", llvm::json::Array(loop.getDimensions())},
      {"inputs", int64_t(loop.getInputs().size())},
      {"operands", std::move(operands)},
      {"body", std::move(body)},
      {"results", std::move(results)},
  };
  if (!loop.getAccumulate().empty())
    text["accumulate"] = llvm::json::Array(loop.getAccumulate());
  return text;
}

Reference norm::describeReference(func::FuncOp function,
                                  const Extents &extents) {
  ReferenceWriter writer(extents);
  llvm::json::Array loops;
  bool complete = true;
  function.walk([&](RowLoopOp loop) {
    loops.push_back(writer.describeLoop(loop));
    complete &= loops.back().getAsObject() != nullptr;
  });
  if (!complete)
    return {nullptr, {}};
  return {std::move(loops), writer.takeTemporaries()};
}
