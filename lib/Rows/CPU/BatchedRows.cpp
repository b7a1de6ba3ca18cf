//===- BatchedRows.cpp - short rows, several at a time --------------------===//
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

#include "CPU/RowOrders.h"
#include "CPU/RowWriter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
class BatchedRows : public RowOrderEmitter, public StepInterpreter {
public:
  BatchedRows(OpBuilder &builder, const RowContext &context, bool streams);
  void emitRows(OpBuilder &builder, Value begin, Value end) override;

private:
  void emitRowCode(OpBuilder &builder, const RowStep &step) override;
  /// Sweeps from it find it, and keep it for all rows.
  Value emitFirst(OpBuilder &, RowMomentsOp) override { return nullptr; }
  Value getFirst(OpBuilder &builder, const Moments &) override;
  SmallVector<Value> emitSweep(OpBuilder &builder, const RowStep &sweep,
                               const MomentsOperands &operands,
                               bool again) override;
  SmallVector<Value> emitCombine(OpBuilder &builder, const RowStep &sweep,
                                 ArrayRef<Value>) override;
  Value getCount(const RowStep &sweep) override {
    return context.getReductions(sweep).getCount();
  }
  const FormulaEmitter &getEmitter() override {
    return context.body.getEmitter();
  }
  Value emitNeed(OpBuilder &builder, SecondLook &look, Value shift) override;
  void setResult(OpBuilder &, Operation *reduction, Value result) override {
    valuesOfRows[reduction->getResult(0)] = result;
  }
  void setCentre(OpBuilder &builder, RowMomentsOp op,
                 const RowCentre &centre) override;

  Value allocateSlot(OpBuilder &builder, Type type);
  void allocatePartials(OpBuilder &builder, Type type, unsigned number);
  CPURow getRow(OpBuilder &builder, unsigned phase, Value number);
  void forEachRow(OpBuilder &builder, unsigned phase,
                  function_ref<void(OpBuilder &, CPURow &, Value number)> emit);
  void forEachGroup(OpBuilder &builder, unsigned phase, int64_t size,
                    function_ref<void(OpBuilder &, ArrayRef<CPURow *>)> emit);
  void emitStores(OpBuilder &builder, unsigned phase);
  void emitColumns(OpBuilder &builder, unsigned phase);
  void emitColumns(OpBuilder &builder, unsigned phase, bool past);
  bool mayBeginWithLines() const;
  void collectRowInputs(OpBuilder &builder);
  void emitPrefetchOfRow(OpBuilder &builder, Value number);

  const RowContext &context;
  bool streams;
  RowWriter writer;
  /// Vectors of partial sums, one for each row, of each term of a sweep.
  SmallVector<Value> partials;
  /// A value for each row: row values that a phase needs; of moments the shift
  /// and the distance; and the first elements.
  DenseMap<Value, Value> rowSlots;
  DenseMap<Operation *, std::pair<Value, Value>> centreSlots;
  Value firstSlot;
  /// Inputs of which a row has one element, and a place for each row's.
  SmallVector<std::pair<unsigned, Value>> rowInputs;
  /// The first row of the batch, and how many there are.
  Value first, count;
  /// Its row values, as vectors.
  DenseMap<Value, Value> valuesOfRows;
};
} // namespace

//===----------------------------------------------------------------------===//
// What batches share
//===----------------------------------------------------------------------===//

/// A place for a value of each row. The last rows may be fewer: what is not
/// written is zero.
Value BatchedRows::allocateSlot(OpBuilder &builder, Type type) {
  Value slot = memref::AllocaOp::create(builder, loc,
                                        MemRefType::get(context.lanes, type),
                                        builder.getI64IntegerAttr(64));
  Value zeros = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(VectorType::get(context.lanes, type)));
  vector::StoreOp::create(builder, loc, zeros, slot, getIndex(builder, loc, 0));
  return slot;
}

/// What rows that do not exist do not write is zero, too.
void BatchedRows::allocatePartials(OpBuilder &builder, Type type,
                                   unsigned number) {
  auto vectorType = VectorType::get(context.lanes, type);
  Value zeros =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(vectorType));
  for (unsigned i = 0; i < number; ++i) {
    partials.push_back(memref::AllocaOp::create(
        builder, loc, MemRefType::get(context.lanes, vectorType)));
    for (int64_t row = 0; row < context.lanes; ++row)
      memref::StoreOp::create(builder, loc, zeros, partials.back(),
                              getIndex(builder, loc, row));
  }
}

BatchedRows::BatchedRows(OpBuilder &builder, const RowContext &context,
                         bool streams)
    : StepInterpreter(context.schedule), context(context), streams(streams),
      writer(context) {
  for (unsigned i = 0; i < schedule.getLoop().getInputs().size(); ++i)
    if (!schedule.getShape().variesAlongRow(i) &&
        llvm::any_of(schedule.getLoop().getMap(i).getResults(),
                     llvm::IsaPred<AffineDimExpr>))
      rowInputs.emplace_back(
          i, allocateSlot(builder, context.body.getInput(i).getElementType()));
  unsigned numPartials = 0;
  Type type;
  for (const RowStep &step : schedule.getSteps()) {
    for (Value value : step.values)
      if (Value &slot = rowSlots[value]; !slot)
        slot = allocateSlot(builder, value.getType());
    if (step.kind != RowStep::Kind::sweep)
      continue;
    type = step.getType();
    numPartials = std::max<unsigned>(numPartials, step.terms.size());
    if (step.terms.front().kind != RowTerm::Kind::fromFirst)
      continue;
    if (!firstSlot)
      firstSlot = allocateSlot(builder, type);
    Value shift = allocateSlot(builder, type);
    centreSlots[step.terms.front().op] = {shift, allocateSlot(builder, type)};
  }
  allocatePartials(builder, type, numPartials);
}

//===----------------------------------------------------------------------===//
// One batch
//===----------------------------------------------------------------------===//

/// for first rows of batches { step after step, each for all rows }
void BatchedRows::emitRows(OpBuilder &builder, Value begin, Value end) {
  unsigned last = schedule.getNumPhases() - 1;
  Value batch = getIndex(builder, loc, schedule.getBatch());
  auto emit = [&](OpBuilder &nested, Location, Value start, ValueRange) {
    first = start;
    Value left = arith::SubIOp::create(nested, loc, end, first);
    count = arith::MinUIOp::create(nested, loc, left, batch);
    valuesOfRows.clear();
    clear();
    collectRowInputs(nested);
    runAll(nested);
    if (schedule.getColumns())
      emitColumns(nested, last);
    else
      emitStores(nested, last);
    scf::YieldOp::create(nested, loc);
  };
  scf::ForOp::create(builder, loc, begin, end, batch, ValueRange(), emit);
}

/// All results of the batch, row by row.
void BatchedRows::emitStores(OpBuilder &builder, unsigned phase) {
  forEachRow(builder, phase, [&](OpBuilder &inner, CPURow &row, Value number) {
    if (streams) {
      Value own = arith::AddIOp::create(inner, loc, first, number);
      emitPrefetchOfRow(
          inner, arith::AddIOp::create(inner, loc, own,
                                       getIndex(inner, loc, context.lanes)));
    }
    writer.emit(inner, row, /*past=*/streams);
  });
}

/// Whether rows may begin with lines of all results that they have: then all do
/// if one does.
bool BatchedRows::mayBeginWithLines() const {
  int64_t line = context.getTarget().caches.line;
  bool some = false;
  for (auto [number, output] : llvm::enumerate(context.outputs)) {
    if (!context.isStored(number))
      continue;
    int64_t bytes = schedule.getShape().getLength() * output.getElementBytes();
    if (!output.isDense() || bytes % line != 0)
      return false;
    some = true;
  }
  return some;
}

void BatchedRows::emitColumns(OpBuilder &builder, unsigned phase) {
  if (!streams || !mayBeginWithLines())
    return emitColumns(builder, phase, /*past=*/false);
  RowBody any = context.body;
  any.startRow(context.space.getRowIndices(builder, loc, first));
  auto [head, exists] = writer.emitCommonHead(builder, any);
  Value begins = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       head, getIndex(builder, loc, 0));
  auto emit = [&](bool past) {
    return [this, phase, past](OpBuilder &nested, Location) {
      emitColumns(nested, phase, past);
      scf::YieldOp::create(nested, loc);
    };
  };
  scf::IfOp::create(builder, loc, begins, emit(true), emit(false));
}

/// All results of the batch, some columns of all rows at a time: what the rows
/// have in common, such as the scale and sums over rows, is in the nearest
/// cache for all rows but the first.
void BatchedRows::emitColumns(OpBuilder &builder, unsigned phase, bool past) {
  Value columns = getIndex(builder, loc, schedule.getColumns()->elements);
  scf::ForOp::create(
      builder, loc, getIndex(builder, loc, 0), context.rowLength, columns,
      ValueRange(), [&](OpBuilder &body, Location, Value begin, ValueRange) {
        Value end = arith::AddIOp::create(body, loc, begin, columns);
        end = body.createOrFold<arith::MinUIOp>(loc, end, context.rowLength);
        forEachGroup(body, phase, schedule.getColumns()->rows,
                     [&](OpBuilder &inner, ArrayRef<CPURow *> rows) {
                       writer.emitBetween(inner, rows, begin, end, past);
                     });
        scf::YieldOp::create(body, loc);
      });
  forEachRow(builder, phase, [&](OpBuilder &inner, CPURow &row, Value) {
    writer.emitRowValues(inner, row.getBody());
  });
}

/// Row number `number` of the batch, in `phase`.
CPURow BatchedRows::getRow(OpBuilder &builder, unsigned phase, Value number) {
  CPURow row(context);
  row.start(builder, arith::AddIOp::create(builder, loc, first, number),
            /*fromMemory=*/streams && schedule.getColumns());
  RowBody &body = row.getBody();
  const RowStep &rowCode = schedule.getSteps(phase).front();
  for (Value value : rowCode.values)
    body.setRowValue(
        value, memref::LoadOp::create(builder, loc, rowSlots[value], number));
  for (const RowStep &step : schedule.getSteps()) {
    if (step.kind != RowStep::Kind::centre || step.phase >= phase)
      continue;
    auto [shift, distance] = centreSlots[step.moments];
    auto load = [&](Value slot) {
      return body.broadcast(builder,
                            memref::LoadOp::create(builder, loc, slot, number));
    };
    Value distanceVector = load(distance);
    body.setCentre(step.moments, load(shift), distanceVector);
  }
  body.startPhase(builder, rowCode);
  return row;
}

void BatchedRows::forEachRow(
    OpBuilder &builder, unsigned phase,
    function_ref<void(OpBuilder &, CPURow &, Value number)> emit) {
  scf::ForOp::create(builder, loc, getIndex(builder, loc, 0), count,
                     getIndex(builder, loc, 1), ValueRange(),
                     [&](OpBuilder &body, Location, Value number, ValueRange) {
                       CPURow row = getRow(body, phase, number);
                       emit(body, row, number);
                       scf::YieldOp::create(body, loc);
                     });
}

/// `size` rows at a time, and one by one what is left.
void BatchedRows::forEachGroup(
    OpBuilder &builder, unsigned phase, int64_t size,
    function_ref<void(OpBuilder &, ArrayRef<CPURow *>)> emit) {
  Value step = getIndex(builder, loc, size);
  Value groups = builder.createOrFold<arith::DivUIOp>(loc, count, step);
  Value whole = builder.createOrFold<arith::MulIOp>(loc, groups, step);
  auto emitGroups = [&](Value begin, Value end, int64_t size) {
    scf::ForOp::create(
        builder, loc, begin, end, getIndex(builder, loc, size), ValueRange(),
        [&](OpBuilder &body, Location, Value number, ValueRange) {
          SmallVector<CPURow, 2> rows;
          SmallVector<CPURow *, 2> group;
          rows.reserve(size);
          for (int64_t i = 0; i < size; ++i) {
            rows.push_back(getRow(body, phase,
                                  body.createOrFold<arith::AddIOp>(
                                      loc, number, getIndex(body, loc, i))));
            group.push_back(&rows.back());
          }
          emit(body, group);
          scf::YieldOp::create(body, loc);
        });
  };
  emitGroups(getIndex(builder, loc, 0), whole, size);
  // Tasks with sums over rows are whole blocks, and these are whole batches:
  // what is left is of the last one.
  std::optional<int64_t> rows = schedule.getLayout().getRowCount();
  bool none = schedule.accumulates() && schedule.getBatch() % size == 0 &&
              rows && *rows % size == 0;
  if (size > 1 && !none)
    emitGroups(whole, count, 1);
}

/// Asks for all of a row, which is a short one.
void BatchedRows::emitPrefetchOfRow(OpBuilder &builder, Value number) {
  Value existing = arith::MinUIOp::create(builder, loc, number,
                                          context.prefetch.getLastRow());
  SmallVector<Value> indices =
      context.space.getRowIndices(builder, loc, existing);
  int64_t length = *getConstantIntValue(context.rowLength);
  for (const RowStep &step : schedule.getSteps())
    for (unsigned i : step.ahead) {
      const RowAccess &input = context.body.getInput(i);
      if (!input.isContiguous())
        continue;
      int64_t line = std::max<int64_t>(
          context.getTarget().caches.line / input.getElementBytes(), 1);
      for (int64_t offset = 0; offset < length; offset += line)
        input.at(indices).prefetch(builder, getIndex(builder, loc, offset),
                                   /*near=*/true);
    }
}

//===----------------------------------------------------------------------===//
// The verbs
//===----------------------------------------------------------------------===//

/// One element of each row, as vectors of all rows; those of rows that do not
/// exist are what earlier ones had.
void BatchedRows::collectRowInputs(OpBuilder &builder) {
  if (rowInputs.empty())
    return;
  scf::ForOp::create(
      builder, loc, getIndex(builder, loc, 0), count, getIndex(builder, loc, 1),
      ValueRange(), [&](OpBuilder &body, Location, Value number, ValueRange) {
        Value row = arith::AddIOp::create(body, loc, first, number);
        SmallVector<Value> indices =
            context.space.getRowIndices(body, loc, row);
        for (auto [input, slot] : rowInputs)
          memref::StoreOp::create(
              body, loc,
              context.body.getInput(input).at(indices).loadElement(body), slot,
              number);
        scf::YieldOp::create(body, loc);
      });
  for (auto [input, slot] : rowInputs) {
    Type element = context.body.getInput(input).getElementType();
    valuesOfRows[schedule.getLoop().getBlock()->getArgument(input)] =
        vector::LoadOp::create(builder, loc,
                               VectorType::get(context.lanes, element), slot,
                               getIndex(builder, loc, 0));
  }
}

/// Computes what a phase needs of the rows into its slots.
void BatchedRows::emitRowCode(OpBuilder &builder, const RowStep &step) {
  RowBody any = context.body;
  any.startRow(context.space.getRowIndices(builder, loc, first));
  for (Value value : step.values) {
    Value vector = any.getValueOfRows(builder, value, valuesOfRows);
    vector::StoreOp::create(builder, loc, vector, rowSlots[value],
                            getIndex(builder, loc, 0));
  }
}

Value BatchedRows::getFirst(OpBuilder &builder, const Moments &) {
  auto element = cast<MemRefType>(firstSlot.getType()).getElementType();
  return vector::LoadOp::create(builder, loc,
                                VectorType::get(context.lanes, element),
                                firstSlot, getIndex(builder, loc, 0));
}

/// Of moments, shifts lie in slots, and scales, if there are any, where
/// distances will be.
SmallVector<Value> BatchedRows::emitSweep(OpBuilder &builder,
                                          const RowStep &sweep,
                                          const MomentsOperands &operands,
                                          bool) {
  const RowTerm &term = sweep.terms.front();
  auto [shifts, scales] = centreSlots.lookup(term.op);
  auto keep = [&](Value vector, Value slot) {
    if (vector)
      vector::StoreOp::create(builder, loc, vector, slot,
                              getIndex(builder, loc, 0));
  };
  keep(operands.shift, shifts);
  keep(operands.scale, scales);
  forEachRow(
      builder, sweep.phase, [&](OpBuilder &nested, CPURow &row, Value number) {
        auto load = [&](Value vector, Value slot) -> Value {
          return vector ? memref::LoadOp::create(nested, loc, slot, number)
                              .getResult()
                        : Value();
        };
        MomentsOperands own;
        if (term.kind == RowTerm::Kind::fromFirst) {
          own.first = row.emitFirst(nested, cast<RowMomentsOp>(term.op));
          memref::StoreOp::create(nested, loc, own.first, firstSlot, number);
        }
        own.scale = load(operands.scale, scales);
        own.shift = load(operands.shift, shifts);
        TermEmitter terms{row.getBody(), sweep, own, /*skipsZeros=*/true};
        terms.broadcast(nested);
        SmallVector<Value> sums = context.getReductions(sweep).emitPartials(
            nested, getKinds(sweep),
            [&](OpBuilder &inner, Location, const Chunk &chunk,
                ValueRange accumulators) {
              ChunkValues values(chunk);
              return terms.emit(inner, values, accumulators);
            });
        for (auto [sum, place] : llvm::zip(sums, partials))
          memref::StoreOp::create(nested, loc, sum, place, number);
      });
  return {};
}

SmallVector<Value> BatchedRows::emitCombine(OpBuilder &builder,
                                            const RowStep &sweep,
                                            ArrayRef<Value>) {
  SmallVector<Value> results;
  for (auto [term, place] : llvm::zip(sweep.terms, partials)) {
    SmallVector<Value> vectors;
    for (int64_t row = 0; row < context.lanes; ++row)
      vectors.push_back(memref::LoadOp::create(builder, loc, place,
                                               getIndex(builder, loc, row)));
    results.push_back(combineLanesOfAll(builder, loc, term.reduction, vectors));
  }
  return results;
}

/// Where the sweep has to be repeated for one row it is for all, with the same
/// shift for those that were right.
Value BatchedRows::emitNeed(OpBuilder &builder, SecondLook &look, Value shift) {
  Value exist = vector::CreateMaskOp::create(
      builder, loc, VectorType::get(context.lanes, builder.getI1Type()),
      ValueRange{count});
  Value far = arith::AndIOp::create(builder, loc, look.needed, exist);
  look.shift = arith::SelectOp::create(builder, loc, far, look.shift, shift);
  return vector::ReductionOp::create(builder, loc, vector::CombiningKind::OR,
                                     far);
}

void BatchedRows::setCentre(OpBuilder &builder, RowMomentsOp op,
                            const RowCentre &centre) {
  auto [shift, distance] = centreSlots[op];
  vector::StoreOp::create(builder, loc, centre.shift, shift,
                          getIndex(builder, loc, 0));
  vector::StoreOp::create(builder, loc, centre.distance, distance,
                          getIndex(builder, loc, 0));
  valuesOfRows[op.getMean()] =
      arith::AddFOp::create(builder, loc, centre.shift, centre.distance);
  valuesOfRows[op.getVariance()] = centre.variance;
}

std::unique_ptr<RowOrderEmitter>
norm::makeBatchedRows(OpBuilder &builder, const RowContext &context,
                      bool streams) {
  return std::make_unique<BatchedRows>(builder, context, streams);
}
