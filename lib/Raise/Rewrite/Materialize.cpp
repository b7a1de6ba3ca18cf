//===- Materialize.cpp - a scalar of a body as a tensor -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/Witness.h"

#include "Expr/IndexMath.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm::raise;

Value mlir::norm::raise::materializeScalar(linalg::LinalgOp op, Value scalar,
                                           SmallVectorImpl<unsigned> &loops,
                                           OpBuilder &opBuilder) {
  OpBuilder::InsertionGuard guard(opBuilder);
  Location loc = op.getLoc();
  // What is left of the body, once it reads the norm, stands in front of `op`.
  opBuilder.setInsertionPoint(op);
  llvm::SetVector<Value> slice = getBodySlice(op, scalar);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  SmallVector<BlockArgument> arguments;
  uint64_t usedLoops = 0;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (!slice.contains(argument))
      continue;
    if (op.isDpsInit(&operand) && op.getNumReductionLoops() > 0)
      return nullptr;
    inputs.push_back(operand.get());
    maps.push_back(op.getMatchingIndexingMap(&operand));
    arguments.push_back(argument);
    for (AffineExpr index : maps.back().getResults())
      usedLoops |= dimsOf(index);
  }
  for (Value value : slice)
    if (auto index = value.getDefiningOp<linalg::IndexOp>())
      usedLoops |= uint64_t(1) << index.getDim();

  // The extent of each loop, from an operand that has it.
  SmallVector<OpFoldResult> sizes;
  SmallVector<AffineExpr> renumbered(op.getNumLoops(),
                                     opBuilder.getAffineConstantExpr(0));
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if ((usedLoops >> loop & 1) == 0)
      continue;
    OpFoldResult size;
    for (auto [input, map] : llvm::zip(inputs, maps))
      for (auto [dim, index] : llvm::enumerate(map.getResults()))
        if (!size && index == opBuilder.getAffineDimExpr(loop))
          size = tensor::getMixedSize(opBuilder, loc, input, dim);
    if (!size)
      return nullptr;
    renumbered[loop] = opBuilder.getAffineDimExpr(loops.size());
    loops.push_back(loop);
    sizes.push_back(size);
  }
  for (AffineMap &map : maps)
    map = map.replaceDimsAndSymbols(renumbered, {}, loops.size(), 0);
  Value empty =
      tensor::EmptyOp::create(opBuilder, loc, sizes, scalar.getType());
  maps.push_back(opBuilder.getMultiDimIdentityMap(loops.size()));
  SmallVector<utils::IteratorType> iterators(loops.size(),
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      opBuilder, loc, empty.getType(), inputs, empty, maps, iterators,
      [&](OpBuilder &bodyBuilder, Location bodyLoc, ValueRange newArguments) {
        IRMapping mapping;
        for (auto [from, to] : llvm::zip(arguments, newArguments))
          mapping.map(from, to);
        for (Operation &nested : op.getBlock()->without_terminator()) {
          if (llvm::none_of(nested.getResults(), [&](Value result) {
                return slice.contains(result);
              }))
            continue;
          if (auto index = dyn_cast<linalg::IndexOp>(nested)) {
            auto loop = llvm::find(loops, index.getDim()) - loops.begin();
            mapping.map(index.getResult(),
                        linalg::IndexOp::create(bodyBuilder, bodyLoc, loop));
            continue;
          }
          bodyBuilder.clone(nested, mapping);
        }
        linalg::YieldOp::create(bodyBuilder, bodyLoc,
                                mapping.lookupOrDefault(scalar));
      });
  return generic.getResult(0);
}
