//===- RowLoops.cpp - what norm-fuse-rows makes of norms ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowLoops.h"

#include "Cost.h"
#include "Origins.h"

#include "norm/Dialect/Norm/Transforms/FuseRows.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

/// The values of the body of `loop` that vary along the row.
static llvm::DenseSet<Value> getVarying(RowLoopOp loop) {
  llvm::DenseSet<Value> varying;
  for (BlockArgument argument : loop.getBlock()->getArguments())
    if (loop.variesAlongRow(loop.getMap(argument.getArgNumber())))
      varying.insert(argument);
  for (Operation &op : *loop.getBlock()) {
    if (isa<RowReduceOp>(op))
      continue;
    if (auto moments = dyn_cast<RowMomentsOp>(op)) {
      varying.insert(moments.getCentred());
      continue;
    }
    if (isa<RowIndexOp>(op) || llvm::any_of(op.getOperands(), [&](Value value) {
          return varying.contains(value);
        }))
      varying.insert(op.result_begin(), op.result_end());
  }
  return varying;
}

LoopCost report::getRowLoopCost(RowLoopOp loop, int64_t dynamicExtent) {
  SmallVector<int64_t> extents = loop.getStaticLoopRanges();
  int64_t elements = getProduct(extents, dynamicExtent), rows = 1;
  for (int64_t dimension : loop.getRowDimensions())
    rows *= getProduct(extents[dimension], dynamicExtent);

  LoopCost cost;
  cost.loops = 1;
  llvm::DenseSet<Value> varying = getVarying(loop);
  for (Operation &op : *loop.getBlock()) {
    if (auto reduce = dyn_cast<RowReduceOp>(op))
      cost.operations += rows > 0 && reduce.getLength()
                             ? rows * int64_t(*reduce.getLength())
                             : elements;
    // Two sums of differences, and their divisions.
    else if (isa<RowMomentsOp>(op))
      cost.operations += 5 * elements + 3 * rows;
    else if (isArithmetic(&op))
      cost.operations += varying.contains(op.getResult(0)) ? elements : rows;
  }
  for (unsigned output = 0; output < loop.getInits().size(); ++output)
    if (loop.isAccumulated(output))
      cost.operations += elements;
  for (Value operand : loop->getOperands())
    cost.bytes += getBytes(operand, dynamicExtent);
  return cost;
}

//===----------------------------------------------------------------------===//
// What is in a loop
//===----------------------------------------------------------------------===//

/// The op of a function, or of a loop in it, that holds the scalar `op`.
static Operation *getHolder(Operation *op) {
  for (Operation *parent = op; parent; parent = parent->getParentOp())
    if (isa<linalg::LinalgOp>(parent))
      return parent;
  return op;
}

static std::string getFunctionName(Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return function ? function.getName().str() : "";
}

static ReportedRowLoop describe(RowLoopOp loop, const NormSources &sources,
                                int64_t dynamicExtent) {
  ReportedRowLoop result;
  result.function = getFunctionName(loop);
  result.cost = getRowLoopCost(loop, dynamicExtent);

  llvm::SmallSetVector<int64_t, 32> origins;
  loop->walk([&](Operation *op) {
    for (int64_t number : getOrigins(op->getLoc()))
      origins.insert(number);
  });
  llvm::DenseSet<Operation *> ofNorms;
  for (auto [index, numbers] : llvm::enumerate(sources.ofNorm)) {
    if (!llvm::all_of(numbers, [&](int64_t n) { return origins.contains(n); }))
      continue;
    result.norms.push_back(index);
    for (int64_t number : numbers)
      ofNorms.insert(sources.ops[number]);
  }

  llvm::SmallSetVector<Operation *, 8> neighbours;
  for (int64_t number : origins) {
    Operation *holder = getHolder(sources.ops[number]);
    if (!ofNorms.contains(holder) && !isa<NormRowsOpInterface>(holder) &&
        !holder->hasTrait<OpTrait::ConstantLike>())
      neighbours.insert(holder);
  }
  SmallVector<Location> locations;
  for (Operation *neighbour : neighbours) {
    ++result.neighbours[neighbour->getName().getStringRef().str()];
    locations.push_back(neighbour->getLoc());
  }
  result.positions = getPositions(locations);
  return result;
}

void report::addRowLoops(ModuleOp raised, const NormSources &sources,
                         Report &report) {
  IRRewriter rewriter(raised.getContext());
  SmallVector<UnfusedNeighbour> outside = fuseRows(rewriter, raised);
  raised->walk([&](RowLoopOp loop) {
    ReportedRowLoop described = describe(loop, sources, report.dynamicExtent);
    for (size_t norm : described.norms)
      report.norms[norm].rowLoop = report.rowLoops.size();
    report.rowLoops.push_back(std::move(described));
  });
  for (const UnfusedNeighbour &neighbour : outside) {
    SmallVector<Location> locations;
    for (int64_t number : getOrigins(neighbour.op->getLoc()))
      locations.push_back(sources.ops[number]->getLoc());
    report.outside.push_back({neighbour.op->getName().getStringRef().str(),
                              getPositions(locations), neighbour.reason});
  }
}
