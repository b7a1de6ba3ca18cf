//===- RowBatches.cpp - short rows, several at a time ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A short row is a chain: load, add up, combine the lanes, divide, take a root,
// store. Here as many rows as a vector has lanes take each step together. The
// lanes of all partial sums are combined at once, and what is computed from the
// sums is computed for all rows in one vector; between the steps these values
// are kept in slots, one for each row. Each row's bits are those that it has
// alone.
//
//===----------------------------------------------------------------------===//

#include "RowKernel.h"
#include "RowMoments.h"
#include "norm/Target/RowCode.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Elements of such rows, at most; of 32 bits and more, at most.
static constexpr int64_t kMaxLength = 384, kMaxWideLength = 64;

/// Short rows whose steps take longer than their memory: moments of 16-bit
/// values, or of a few vectors.
bool RowKernel::isWorthBatches(int64_t length) {
  bool moments = llvm::any_of(sweeps, [](ArrayRef<Sweep> phase) {
    return llvm::any_of(phase,
                        [](const Sweep &s) { return s.shift.has_value(); });
  });
  bool narrow = true;
  for (unsigned i = 0; i < loop.getInputs().size(); ++i)
    if (loop.getMap(i).isPermutation())
      narrow &= body.getInput(i).getElementBytes() <= 2;
  return moments && length < kMaxLength && (narrow || length <= kMaxWideLength);
}

bool RowKernel::canBatch() {
  std::optional<int64_t> length = getConstantIntValue(rowLength);
  if (split || overlaps || !length || !isWorthBatches(*length))
    return false;
  if (std::optional<int64_t> rows = getConstantIntValue(fetch.getLastRow());
      rows && *rows + 1 < lanes)
    return false;
  // Scalars that differ from row to row would have to be gathered.
  for (unsigned i = 0; i < loop.getInputs().size(); ++i)
    if (!loop.variesAlongRow(loop.getMap(i)) &&
        llvm::any_of(loop.getMap(i).getResults(), llvm::IsaPred<AffineDimExpr>))
      return false;
  // A function has other bits as a scalar than where vectors approximate it.
  for (Operation &op : loop.getBlock()->without_terminator())
    if (llvm::none_of(op.getResults(),
                      [&](Value v) { return plan.getShape().isVarying(v); }) &&
        isTranscendental(&op))
      return false;
  llvm::SmallSetVector<Type, 1> types;
  for (auto [number, phase] : llvm::enumerate(plan.getPhases())) {
    if (!phase.keeps.empty())
      return false;
    for (const RowSweep &sweep : phase.sweeps)
      types.insert(sweep.reductions.front()->getOperand(0).getType());
    for (Value value : body.collectRowValues(number, plan.getRoots(number)))
      if (!value.getType().isIntOrFloat() ||
          value.getType().getIntOrFloatBitWidth() < 8)
        return false;
  }
  return types.size() == 1;
}

/// A place for a value of each row.
static Value allocateSlot(OpBuilder &builder, Location loc, int64_t lanes,
                          Type type) {
  return memref::AllocaOp::create(builder, loc, MemRefType::get(lanes, type),
                                  builder.getI64IntegerAttr(64));
}

void RowKernel::allocateBatch(OpBuilder &builder) {
  unsigned numPartials = 0;
  Type type;
  for (auto [number, phase] : llvm::enumerate(plan.getPhases())) {
    for (Value value : body.collectRowValues(number, plan.getRoots(number)))
      if (Value &slot = rowSlots[value]; !slot)
        slot = allocateSlot(builder, loc, lanes, value.getType());
    for (const Sweep &sweep : sweeps[number]) {
      Operation *op = sweep.plan->reductions.front();
      type = op->getOperand(0).getType();
      numPartials = std::max<unsigned>(
          numPartials, sweep.shift ? 2 : sweep.plan->reductions.size());
      if (!sweep.shift)
        continue;
      firstSlot = allocateSlot(builder, loc, lanes, type);
      centreSlots[op] = {allocateSlot(builder, loc, lanes, type),
                         allocateSlot(builder, loc, lanes, type)};
    }
  }
  // The last rows may be fewer: what is not written is zero.
  auto vectorType = VectorType::get(lanes, type);
  Value zeros =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(vectorType));
  if (firstSlot)
    vector::StoreOp::create(builder, loc, zeros, firstSlot,
                            getIndex(builder, loc, 0));
  for (unsigned i = 0; i < numPartials; ++i) {
    partials.push_back(memref::AllocaOp::create(
        builder, loc, MemRefType::get(lanes, vectorType)));
    for (int64_t row = 0; row < lanes; ++row)
      memref::StoreOp::create(builder, loc, zeros, partials.back(),
                              getIndex(builder, loc, row));
  }
}

/// for first rows of batches { phase after phase, each for all rows }
void RowKernel::emitBatches(OpBuilder &builder, Value begin, Value end) {
  auto emit = [&](OpBuilder &nested, Location, Value first, ValueRange) {
    Value left = arith::SubIOp::create(nested, loc, end, first);
    Value count =
        arith::MinUIOp::create(nested, loc, left, getIndex(nested, loc, lanes));
    RowBody any = body;
    any.startRow(space.getRowIndices(nested, loc, first));
    valuesOfRows.clear();
    unsigned last = plan.getPhases().size() - 1;
    for (unsigned phase = 0; phase < last; ++phase) {
      keepRowValues(nested, any, phase);
      for (const Sweep &sweep : sweeps[phase])
        if (sweep.shift)
          emitMomentsOfRows(nested, phase, sweep, first, count);
        else
          emitReductionsOfRows(nested, phase, sweep, first, count);
    }
    keepRowValues(nested, any, last);
    forEachRow(nested, last, first, count,
               [&](OpBuilder &inner, Row &row, Value number) {
                 if (streams) {
                   Value own = arith::AddIOp::create(inner, loc, first, number);
                   emitFetchOfRow(inner, arith::AddIOp::create(
                                             inner, loc, own,
                                             getIndex(inner, loc, lanes)));
                 }
                 emitStores(inner, row, /*past=*/streams);
               });
    scf::YieldOp::create(nested, loc);
  };
  scf::ForOp::create(builder, loc, begin, end, getIndex(builder, loc, lanes),
                     ValueRange(), emit);
}

/// Computes what `phase` needs of the rows into its slots.
void RowKernel::keepRowValues(OpBuilder &builder, RowBody &any,
                              unsigned phase) {
  for (Value value : any.collectRowValues(phase, plan.getRoots(phase))) {
    Value vector = any.getValueOfRows(builder, value, valuesOfRows);
    vector::StoreOp::create(builder, loc, vector, rowSlots[value],
                            getIndex(builder, loc, 0));
  }
}

/// Row number `number` of those that begin with `first`, in `phase`.
RowKernel::Row RowKernel::getRowOfBatch(OpBuilder &builder, unsigned phase,
                                        Value first, Value number) {
  Row row{body, fetch, /*fetches=*/false};
  Value position = arith::AddIOp::create(builder, loc, first, number);
  row.body.startRow(space.getRowIndices(builder, loc, position));
  for (Value value : row.body.collectRowValues(phase, plan.getRoots(phase)))
    row.body.setRowValue(
        value, memref::LoadOp::create(builder, loc, rowSlots[value], number));
  for (unsigned earlier = 0; earlier < phase; ++earlier)
    for (const Sweep &sweep : sweeps[earlier]) {
      if (!sweep.shift)
        continue;
      auto op = cast<RowMomentsOp>(sweep.plan->reductions.front());
      auto [shift, distance] = centreSlots[op];
      auto load = [&](Value slot) {
        return row.body.broadcast(
            builder, memref::LoadOp::create(builder, loc, slot, number));
      };
      row.body.setCentre(op, load(shift), load(distance));
    }
  startPhase(builder, row.body, phase);
  return row;
}

void RowKernel::forEachRow(
    OpBuilder &builder, unsigned phase, Value first, Value count,
    function_ref<void(OpBuilder &, Row &, Value number)> emit) {
  scf::ForOp::create(builder, loc, getIndex(builder, loc, 0), count,
                     getIndex(builder, loc, 1), ValueRange(),
                     [&](OpBuilder &body, Location, Value number, ValueRange) {
                       Row row = getRowOfBatch(body, phase, first, number);
                       emit(body, row, number);
                       scf::YieldOp::create(body, loc);
                     });
}

/// Asks for all of a row, which is a short one.
void RowKernel::emitFetchOfRow(OpBuilder &builder, Value number) {
  Value existing =
      arith::MinUIOp::create(builder, loc, number, fetch.getLastRow());
  SmallVector<Value> indices = space.getRowIndices(builder, loc, existing);
  int64_t length = *getConstantIntValue(rowLength);
  for (const RowPhase &phase : plan.getPhases())
    for (unsigned i : phase.fetches) {
      const RowAccess &input = body.getInput(i);
      if (!input.isContiguous())
        continue;
      int64_t line = std::max<int64_t>(kLine / input.getElementBytes(), 1);
      for (int64_t offset = 0; offset < length; offset += line)
        input.at(indices).prefetch(builder, getIndex(builder, loc, offset),
                                   /*near=*/true);
    }
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// Keeps the vectors of partial sums of row number `number`.
void RowKernel::keepPartials(OpBuilder &builder, ArrayRef<Value> sums,
                             Value number) {
  for (auto [sum, place] : llvm::zip(sums, partials))
    memref::StoreOp::create(builder, loc, sum, place, number);
}

/// The vectors of partial sums of row number `number`.
void RowKernel::emitPartialsOfRow(OpBuilder &builder, const Terms &terms,
                                  Value number) {
  keepPartials(builder,
               terms.sweep->reductions.emitPartials(
                   builder, terms.kinds,
                   [&](OpBuilder &nested, Location, const Chunk &chunk,
                       ValueRange accumulators) {
                     ChunkValues values(chunk);
                     return emitTerms(nested, terms, values, accumulators);
                   }),
               number);
}

/// Reduction number `number` of a sweep, of all rows.
Value RowKernel::combinePartials(OpBuilder &builder, Reduction kind,
                                 unsigned number) {
  SmallVector<Value> vectors;
  for (int64_t row = 0; row < lanes; ++row)
    vectors.push_back(memref::LoadOp::create(builder, loc, partials[number],
                                             getIndex(builder, loc, row)));
  return combineLanesOfAll(builder, loc, kind, vectors);
}

void RowKernel::emitReductionsOfRows(OpBuilder &builder, unsigned phase,
                                     const Sweep &sweep, Value first,
                                     Value count) {
  SmallVector<Reduction> kinds;
  forEachRow(builder, phase, first, count,
             [&](OpBuilder &nested, Row &row, Value number) {
               Terms terms = getTerms(nested, row.body, sweep);
               kinds = terms.kinds;
               emitPartialsOfRow(nested, terms, number);
             });
  for (auto [i, op] : llvm::enumerate(sweep.plan->reductions))
    valuesOfRows[op->getResult(0)] = combinePartials(builder, kinds[i], i);
}

/// As for one row (RowSweeps.cpp); where the sweep has to be repeated for one
/// row it is for all, with the same shift for those that were right.
void RowKernel::emitMomentsOfRows(OpBuilder &builder, unsigned phase,
                                  const Sweep &sweep, Value first,
                                  Value count) {
  auto op = cast<RowMomentsOp>(sweep.plan->reductions.front());
  auto [shiftSlot, distanceSlot] = centreSlots[op];
  auto zero = [&](OpBuilder &b) { return getIndex(b, loc, 0); };
  auto type = VectorType::get(lanes, op.getValue().getType());

  forEachRow(builder, phase, first, count,
             [&](OpBuilder &nested, Row &row, Value number) {
               Value start = emitFirst(nested, row.body, op.getValue());
               memref::StoreOp::create(nested, loc, start, firstSlot, number);
               Value vector = row.body.broadcast(nested, start);
               keepPartials(
                   nested,
                   sweep.shift->emitPartials(
                       nested, Reduction::add,
                       [&](OpBuilder &inner, Location, const Chunk &chunk,
                           ValueRange accumulators) {
                         return emitShiftTerms(inner, row.body, op.getValue(),
                                               vector, chunk, accumulators);
                       }),
                   number);
             });
  Value offset =
      divideByCount(builder, loc, combinePartials(builder, Reduction::add, 0),
                    sweep.shift->getCount());
  Value starts =
      vector::LoadOp::create(builder, loc, type, firstSlot, zero(builder));
  Value shift = arith::AddFOp::create(builder, loc, starts, offset);

  // Scales, if there are any, are where distances will be.
  auto emitMoments = [&](OpBuilder &b, Value shifts, Value scales) {
    vector::StoreOp::create(b, loc, shifts, shiftSlot, zero(b));
    if (scales)
      vector::StoreOp::create(b, loc, scales, distanceSlot, zero(b));
    forEachRow(
        b, phase, first, count, [&](OpBuilder &nested, Row &row, Value number) {
          Terms terms{&sweep,  &row.body, {Reduction::add, Reduction::add},
                      nullptr, nullptr,   nullptr};
          auto load = [&](Value slot) -> Value {
            return memref::LoadOp::create(nested, loc, slot, number);
          };
          setShift(nested, terms, load(shiftSlot),
                   scales ? load(distanceSlot) : Value());
          emitPartialsOfRow(nested, terms, number);
        });
    Value sum = combinePartials(b, Reduction::add, 0);
    Value squares = combinePartials(b, Reduction::add, 1);
    return norm::emitShiftedMoments(b, loc, body.getEmitter(), sum, squares,
                                    rowLength);
  };
  ShiftedMoments near = emitMoments(builder, shift, /*scales=*/nullptr);
  SecondLook look = emitSecondLook(builder, loc, shift, near);
  Value exist = vector::CreateMaskOp::create(
      builder, loc, VectorType::get(lanes, builder.getI1Type()),
      ValueRange{count});
  Value far = arith::AndIOp::create(builder, loc, look.needed, exist);
  look.shift = arith::SelectOp::create(builder, loc, far, look.shift, shift);
  Value any =
      vector::ReductionOp::create(builder, loc, vector::CombiningKind::OR, far);
  auto again = scf::IfOp::create(
      builder, loc, any,
      [&](OpBuilder &nested, Location) {
        RowCentre centre = emitRowCentre(
            nested, loc, look, emitMoments(nested, look.shift, look.scale));
        scf::YieldOp::create(
            nested, loc,
            ValueRange{centre.shift, centre.distance, centre.variance});
      },
      [&](OpBuilder &nested, Location) {
        scf::YieldOp::create(nested, loc,
                             ValueRange{shift, near.distance, near.variance});
      });
  for (auto [number, slot] : {std::pair(0, shiftSlot), {1, distanceSlot}})
    vector::StoreOp::create(builder, loc, again.getResult(number), slot,
                            zero(builder));
  valuesOfRows[op.getMean()] = arith::AddFOp::create(
      builder, loc, again.getResult(0), again.getResult(1));
  valuesOfRows[op.getVariance()] = again.getResult(2);
}
