//===- StepInterpreter.cpp - the steps of a schedule as code --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The variance comes from d = v - c with c near the mean:
//
//   c    = v_0 + mean of (v_i - v_0)
//   s    = max(0, mean(d^2) - mean(d)^2)
//   mean = c + mean(d)
//
// d is exact where it matters, and c is exactly v_0 if the row is constant,
// whose y is then bias. The relative error of s is that of the sums times 1 +
// mean(d)^2 / s.
//
// On CPUs c is the mean of the first elements. Where mean(d)^2 exceeds s, these
// are not like the row, and where s is NaN a difference or a sum left the
// range: the sweep is repeated (RowMoments.h). On GPUs it is that of all
// elements, as two roundings leave it: it misses the mean by little even if v_0
// is an outlier, as no element is further from the mean than sqrt(n) standard
// deviations. Differences from v_0 are scaled down by a power of two there, so
// that c exists wherever the mean does; those from c may still leave the range.
//
//===----------------------------------------------------------------------===//

#include "Emit/StepInterpreter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::norm;

void StepInterpreter::runAll(OpBuilder &builder) {
  for (const RowStep &step : schedule.getSteps())
    run(builder, step);
}

void StepInterpreter::run(OpBuilder &builder, const RowStep &step) {
  const RowStep &sweep = schedule.getSteps()[step.sweep];
  switch (step.kind) {
  case RowStep::Kind::rowCode:
    return emitRowCode(builder, step);
  case RowStep::Kind::first:
    moments[step.moments].first = emitFirst(builder, step.moments);
    return;
  case RowStep::Kind::sweep:
    partials[schedule.getNumber(step)] =
        emitSweep(builder, step, getOperands(builder, step), /*again=*/false);
    return;
  case RowStep::Kind::combine:
    return combineSums(builder, sweep);
  case RowStep::Kind::shift:
    return emitShift(builder, step);
  case RowStep::Kind::moments:
    moments[step.moments].moments = emitMoments(builder, sweep, getSums(sweep));
    return;
  case RowStep::Kind::repeat:
    return emitRepeat(builder, step);
  case RowStep::Kind::centre:
    return emitCentre(builder, step);
  case RowStep::Kind::store:
  case RowStep::Kind::accumulate:
    return;
  }
}

/// What sweeps from v_0 and from the shift need. Without a second look (GPUs)
/// differences from v_0 are scaled.
MomentsOperands StepInterpreter::getOperands(OpBuilder &builder,
                                             const RowStep &sweep) {
  MomentsOperands operands;
  RowTerm::Kind kind = sweep.terms.front().kind;
  if (kind == RowTerm::Kind::value)
    return operands;
  const Moments &own = moments[sweep.terms.front().op];
  if (kind == RowTerm::Kind::fromShift) {
    operands.shift = own.shift;
    return operands;
  }
  operands.first = own.first;
  if (schedule.getTarget().isGPU()) {
    Type type = own.first.getType();
    operands.first = arith::MulFOp::create(
        builder, loc, own.first, emitConstant(builder, loc, type, -kSumScale));
    operands.scale = emitConstant(builder, loc, type, kSumScale);
  }
  return operands;
}

void StepInterpreter::combineSums(OpBuilder &builder, const RowStep &sweep) {
  SmallVector<Value> &results = getSums(sweep);
  results = emitCombine(builder, sweep, partials[schedule.getNumber(sweep)]);
  for (auto [term, result] : llvm::zip(sweep.terms, results))
    if (term.kind == RowTerm::Kind::value)
      setResult(builder, term.op, result);
}

void StepInterpreter::emitShift(OpBuilder &builder, const RowStep &step) {
  const RowStep &sweep = schedule.getSteps()[step.sweep];
  Moments &own = moments[step.moments];
  Value offset =
      divideByCount(builder, loc, getSums(sweep)[0], getCount(sweep));
  Value first = getFirst(builder, own);
  own.shift =
      schedule.getTarget().isGPU()
          ? getEmitter().multiplyAdd(
                builder, loc, offset,
                emitConstant(builder, loc, offset.getType(), 1 / kSumScale),
                first)
          : arith::AddFOp::create(builder, loc, first, offset).getResult();
}

ShiftedMoments StepInterpreter::emitMoments(OpBuilder &builder,
                                            const RowStep &sweep,
                                            ArrayRef<Value> sums) {
  return emitShiftedMoments(builder, loc, getEmitter(), sums[0], sums[1],
                            getCount(sweep));
}

void StepInterpreter::emitRepeat(OpBuilder &builder, const RowStep &step) {
  const RowStep &sweep = schedule.getSteps()[step.sweep];
  Moments &own = moments[step.moments];
  SecondLook look = emitSecondLook(builder, loc, own.shift, own.moments);
  Value needed = emitNeed(builder, look, own.shift);
  auto again = scf::IfOp::create(
      builder, loc, needed,
      [&](OpBuilder &nested, Location) {
        MomentsOperands operands;
        operands.shift = look.shift;
        operands.scale = look.scale;
        SmallVector<Value> better = emitCombine(
            nested, sweep, emitSweep(nested, sweep, operands, /*again=*/true));
        RowCentre centre = emitRowCentre(nested, loc, look,
                                         emitMoments(nested, sweep, better));
        scf::YieldOp::create(
            nested, loc,
            ValueRange{centre.shift, centre.distance, centre.variance});
      },
      [&](OpBuilder &nested, Location) {
        scf::YieldOp::create(
            nested, loc,
            ValueRange{own.shift, own.moments.distance, own.moments.variance});
      });
  own.centre = {again.getResult(0), again.getResult(1), again.getResult(2)};
}

void StepInterpreter::emitCentre(OpBuilder &builder, const RowStep &step) {
  Moments &own = moments[step.moments];
  if (!own.centre)
    own.centre = emitRowCentre(builder, loc, own.shift, own.moments);
  setCentre(builder, step.moments, *own.centre);
}
