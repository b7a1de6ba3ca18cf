//===- Report.cpp - what a module's norms are and cost --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two clones whose ops carry their numbers: one is raised, which tells which
// ops went into which norm; on the other the upstream passes run that somebody
// without norms would run, and its loops are counted.
//
//===----------------------------------------------------------------------===//

#include "norm/Report/Report.h"

#include "Cost.h"
#include "ElementwiseFusion.h"
#include "Origins.h"
#include "RowLoops.h"

#include "norm/Raise/LowerTosa.h"
#include "norm/Raise/Passes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/SetVector.h"

#include <limits>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

namespace {
/// Collects the report of one module.
class Reporter {
public:
  Reporter(ModuleOp module, int64_t dynamicExtent,
           std::optional<Machine> target)
      : module(module), ops(listOps(module)), dynamicExtent(dynamicExtent) {
    report.dynamicExtent = dynamicExtent;
    report.target = target;
  }

  FailureOr<Report> run();

private:
  /// Numbers of ops of the program.
  using Numbers = llvm::DenseSet<int64_t>;

  void addNorm(NormOpInterface op);
  void addBackward(NormBackwardOpInterface op);
  ReportedNorm createNorm(NormRowsOpInterface op);
  void addNorm(NormRowsOpInterface op, ReportedNorm norm);
  void addSources(ReportedNorm &norm, ArrayRef<int64_t> sources);
  Numbers getMembers(ArrayRef<int64_t> sources);
  void findSurvivors(ModuleOp raised);
  SmallVector<unsigned> getNormsOf(Operation *op);
  void countBefore(ModuleOp fused);
  LoopCost countAfter(ModuleOp fused, double *seconds);
  void countTimes(ModuleOp fused);

  ModuleOp module;
  SmallVector<Operation *> ops;
  int64_t dynamicExtent;
  Report report;
  /// For each norm, what of the program computed it.
  SmallVector<Numbers> members;
  /// For each norm, the numbers of the ops that went into it, ascending.
  SmallVector<SmallVector<int64_t>> sourcesOf;
  /// The same the other way round.
  llvm::DenseMap<int64_t, SmallVector<unsigned>> normsOf;
  /// Ops that a raised program still has.
  Numbers survivors;
};
} // namespace

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

/// The ops of a body that a raise left elsewhere in the program (the tail of a
/// loop that went on after the norm, a residual sum before it) are no part of
/// the norm.
void Reporter::findSurvivors(ModuleOp raised) {
  raised->walk([&](Operation *op) {
    if (isa<NormRowsOpInterface>(op))
      return;
    for (int64_t number : getOrigins(op->getLoc()))
      if (ops[number]->getName() == op->getName())
        survivors.insert(number);
  });
}

/// The numbers of `sources` and of the scalars in their bodies.
Reporter::Numbers Reporter::getMembers(ArrayRef<int64_t> sources) {
  Numbers result(sources.begin(), sources.end());
  for (int64_t number : sources) {
    // Ops in a body come right after the op that has it.
    int64_t next = number + 1;
    while (next < int64_t(ops.size()) && ops[number]->isAncestor(ops[next])) {
      if (!survivors.contains(next))
        result.insert(next);
      ++next;
    }
  }
  return result;
}

/// What went into a norm, by the names of ops, and where it was.
void Reporter::addSources(ReportedNorm &norm, ArrayRef<int64_t> sources) {
  SmallVector<Location> locations;
  for (int64_t number : sources) {
    // The zero that a sum starts with is often that of the whole function.
    if (!isa<linalg::FillOp>(ops[number]))
      locations.push_back(ops[number]->getLoc());
    if (norm.isRaised)
      ++norm.sourceOps[ops[number]->getName().getStringRef().str()];
  }
  norm.positions = getPositions(locations);
  if (!norm.isRaised)
    return;
  for (int64_t number : members.back())
    if (isArithmetic(ops[number]))
      ++norm.scalarOps[ops[number]->getName().getStringRef().str()];
}

/// What norms and backwards have in common.
ReportedNorm Reporter::createNorm(NormRowsOpInterface op) {
  ReportedNorm norm;
  norm.kind = op.isCentered()           ? NormKind::layernorm
              : op.getStatisticLength() ? NormKind::prmsnorm
                                        : NormKind::rmsnorm;
  if (auto function = op->getParentOfType<FunctionOpInterface>())
    norm.function = function.getName().str();
  norm.rowLength = op.getRowLength();
  norm.rowCount = op.getRowCount();
  norm.dimensions = llvm::to_vector(op.getDimensions());
  norm.inputType = op.getInputType().getElementType();
  norm.computeType = op.getComputeType();
  norm.epsMode = op.getEpsMode();
  norm.scaleOffset = op.getScaleOffset();
  norm.scaleRounding = op.getScaleRounding().value_or(Type());
  norm.k = op.getStatisticLength();
  norm.isDynamic = !op.getInputType().hasStaticShape();
  if (op.getScale())
    norm.scaleType = getElementTypeOrSelf(op.getScale());
  return norm;
}

/// Adds `norm`, which stands for `op`, with its sources and what it costs.
void Reporter::addNorm(NormRowsOpInterface op, ReportedNorm norm) {
  int64_t parameters = (norm.scaleType ? 1 : 0) + (norm.biasType ? 1 : 0);
  for (int64_t extent : getExtents(op.getInputType(), op.getDimensions()))
    parameters *= ShapedType::isDynamic(extent) ? dynamicExtent : extent;
  norm.parameters = parameters;

  SmallVector<int64_t> sources = getOrigins(op->getLoc());
  llvm::sort(sources);
  sources.erase(llvm::unique(sources), sources.end());
  norm.isRaised =
      sources.size() != 1 || !isa<NormRowsOpInterface>(ops[sources.front()]);
  members.push_back(getMembers(sources));
  addSources(norm, sources);
  sourcesOf.push_back(std::move(sources));
  report.after += norm.after;
  report.norms.push_back(std::move(norm));
}

void Reporter::addNorm(NormOpInterface op) {
  ReportedNorm norm = createNorm(op);
  norm.resultType = op.getInitType().getElementType();
  norm.epsilon = op.getEpsilon().convertToDouble();
  if (op.getBias())
    norm.biasType = getElementTypeOrSelf(op.getBias());
  for (auto [name, init] : {std::pair("statistic", op.getStatisticInit()),
                            std::pair("rstd", op.getRstdInit()),
                            std::pair("mean", op.getMeanDestination())})
    if (init)
      norm.statistics.push_back(name);
  norm.after = getNormCost(op, dynamicExtent);
  addNorm(op, std::move(norm));
}

void Reporter::addBackward(NormBackwardOpInterface op) {
  ReportedNorm norm = createNorm(op);
  norm.epsilon = std::numeric_limits<double>::quiet_NaN();
  if (std::optional<APFloat> epsilon = op.getEpsilon())
    norm.epsilon = epsilon->convertToDouble();
  for (auto [name, init] : {std::pair("dx", op.getDxInit()),
                            std::pair("dscale", op.getDscaleInit()),
                            std::pair("dbias", op.getDbiasInit())}) {
    if (!init)
      continue;
    if (norm.gradients.empty())
      norm.resultType = getElementTypeOrSelf(init);
    norm.gradients.push_back(name);
  }
  norm.after = getBackwardCost(op, dynamicExtent);
  addNorm(op, std::move(norm));
}

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

/// The norms that an op of a clone serves.
SmallVector<unsigned> Reporter::getNormsOf(Operation *op) {
  SmallVector<unsigned> result;
  for (int64_t number : getOrigins(op->getLoc()))
    if (auto found = normsOf.find(number); found != normsOf.end())
      result.append(found->second.begin(), found->second.end());
  return result;
}

void Reporter::countBefore(ModuleOp fused) {
  for (auto [index, numbers] : llvm::enumerate(members))
    for (int64_t number : numbers)
      normsOf[number].push_back(index);
  fused->walk([&](linalg::LinalgOp loop) {
    report.programBefore +=
        getLoopCost(loop, [](Operation *) { return true; }, dynamicExtent);
    llvm::SmallSetVector<unsigned, 2> served;
    loop->walk([&](Operation *op) { served.insert_range(getNormsOf(op)); });
    report.before += getLoopCost(
        loop, [&](Operation *op) { return !getNormsOf(op).empty(); },
        dynamicExtent);
    for (unsigned index : served)
      report.norms[index].before += getLoopCost(
          loop,
          [&](Operation *op) {
            return llvm::is_contained(getNormsOf(op), index);
          },
          dynamicExtent);
  });
}

/// Adds up the loops of a raised program; their times on the target go to
/// `seconds`, if it is not null.
LoopCost Reporter::countAfter(ModuleOp fused, double *seconds) {
  LoopCost sum;
  auto add = [&](const LoopCost &cost, bool isProduct) {
    sum += cost;
    if (seconds)
      *seconds += getSeconds(cost, *report.target, isProduct);
  };
  fused->walk([&](Operation *op) {
    if (auto loop = dyn_cast<linalg::LinalgOp>(op))
      add(getLoopCost(
              loop, [](Operation *) { return true; }, dynamicExtent),
          isMatrixProduct(loop));
    else if (auto norm = dyn_cast<NormOpInterface>(op))
      add(getNormCost(norm, dynamicExtent), false);
    else if (auto backward = dyn_cast<NormBackwardOpInterface>(op))
      add(getBackwardCost(backward, dynamicExtent), false);
    else if (auto rows = dyn_cast<RowLoopOp>(op))
      add(getRowLoopCost(rows, dynamicExtent), false);
  });
  return sum;
}

/// Counts a raised program, and what each norm is of its time.
void Reporter::countTimes(ModuleOp fused) {
  double seconds = 0;
  report.programAfter = countAfter(fused, report.target ? &seconds : nullptr);
  if (!report.target)
    return;
  report.programSeconds = seconds;
  for (ReportedNorm &norm : report.norms)
    if (seconds > 0)
      norm.shareOfTime =
          getSeconds(norm.after, *report.target, /*isMatrixProduct=*/false) /
          seconds;
}

FailureOr<Report> Reporter::run() {
  OwningOpRef<ModuleOp> raised = cloneWithOrigins(module);
  SmallVector<RaiseMiss> misses;
  raiseNorms(*raised, RaisePrecision::Relaxed, /*explain=*/nullptr, &misses);
  for (const RaiseMiss &miss : misses) {
    SmallVector<Location> locations;
    for (int64_t number : getOrigins(miss.loc))
      locations.push_back(ops[number]->getLoc());
    report.misses.push_back({getPositions(locations), miss.reason});
  }
  findSurvivors(*raised);
  raised->walk([&](Operation *op) {
    if (auto norm = dyn_cast<NormOpInterface>(op))
      addNorm(norm);
    else if (auto backward = dyn_cast<NormBackwardOpInterface>(op))
      addBackward(backward);
  });

  OwningOpRef<ModuleOp> fused = cloneWithOrigins(module);
  report.unfusedFunctions = getUnfusedFunctions(module);
  if (failed(fuseElementwise(*fused, /*decompose=*/true,
                             report.unfusedFunctions)) ||
      failed(fuseElementwise(*raised, /*decompose=*/false,
                             report.unfusedFunctions)))
    return failure();
  countBefore(*fused);
  countTimes(*raised);
  // As in the pipelines: rows are fused behind elementwise fusion.
  addRowLoops(*raised, {ops, sourcesOf}, report);
  report.programFused = countAfter(*raised, /*seconds=*/nullptr);
  return std::move(report);
}

FailureOr<Report> norm::createReport(ModuleOp module, int64_t dynamicExtent,
                                     std::optional<Machine> target) {
  // TOSA ops are read as the raise reads them, and counted as the loops that
  // they are.
  OwningOpRef<ModuleOp> program = module.clone();
  raise::LoweredTosa lowered;
  if (failed(lowered.lower(*program)))
    return failure();
  return Reporter(*program, dynamicExtent, target).run();
}
