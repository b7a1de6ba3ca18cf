//===- ThreadKernel.cpp - the code of one thread --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadKernel.h"

#include "../Dialect/Norm/Transforms/RowMoments.h"
#include "../Dialect/Norm/Transforms/RowReductions.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

ThreadKernel::ThreadKernel(OpBuilder &builder, RowLoopOp loop,
                           const RowPlan &plan, const RowSpace &space,
                           const RowStrategy &strategy, Value rowLength,
                           ThreadGroup group)
    : loop(loop), loc(loop.getLoc()), plan(plan), space(space),
      strategy(strategy), rowLength(rowLength), group(group),
      body(builder, loop, plan, VectorTarget::gpu(), strategy.lanes,
           llvm::map_to_vector(llvm::seq<unsigned>(0, loop.getInputs().size()),
                               [&](unsigned i) {
                                 RowAccess access(loc, space, i);
                                 access.assumeAlignedChunks(strategy.lanes);
                                 return access;
                               }),
           rowLength) {
  for (unsigned i = 0, end = loop.getInits().size(); i < end; ++i) {
    outputs.emplace_back(loc, space, loop.getInputs().size() + i);
    outputs.back().assumeAlignedChunks(strategy.lanes);
  }
  Value thread = group.thread;
  if (group.rank) {
    Value before = arith::MulIOp::create(builder, loc, group.rank,
                                         getIndex(builder, loc, group.threads));
    thread = arith::AddIOp::create(builder, loc, before, thread);
  }
  first = arith::MulIOp::create(builder, loc, thread,
                                getIndex(builder, loc, strategy.lanes));
  planLoads();
  allocateShared(builder);
}

void ThreadKernel::emit(OpBuilder &builder, Value row, Value stored,
                        ValueRange loaded, Value parity) {
  group.parity = parity;
  rowIndices = space.getRowIndices(builder, loc, row);
  body.startRow(rowIndices);
  registers.clear();
  sharedFilled = false;
  for (int64_t c = 0; c < strategy.chunks.value_or(0); ++c)
    registers.emplace_back(getHeldChunk(builder, c));
  origin.emplace(getHeldChunk(builder, kOrigin));
  for (auto [load, vector] : llvm::zip(rowLoads, loaded))
    getHeld(load.second).vectors[loop.getBlock()->getArgument(load.first)] =
        vector;
  for (auto [input, chunk] : commonLoads)
    body.getVector(builder, loop.getBlock()->getArgument(input),
                   getHeld(chunk));
  for (auto [number, phase] : llvm::enumerate(plan.getPhases())) {
    body.startPhase(builder, number, plan.getRoots(number));
    for (const RowSweep &sweep : phase.sweeps)
      if (auto moments = dyn_cast<RowMomentsOp>(sweep.reductions.front()))
        emitMoments(builder, moments);
      else
        emitReductions(builder, sweep);
  }
  auto store = [&](OpBuilder &builder, Location loc) {
    emitStores(builder);
    emitRowValues(builder);
    if (stored)
      scf::YieldOp::create(builder, loc);
  };
  if (stored)
    scf::IfOp::create(builder, loc, stored, store);
  else
    store(builder, loc);
}

//===----------------------------------------------------------------------===//
// Loads ahead
//===----------------------------------------------------------------------===//

/// The row, and as much of what all rows have in common as the strategy has
/// registers for: the loads are under way while threads wait for each other.
/// What rows have in common is loaded anew for each, from the first-level
/// cache; kept in registers, it would be kept as LLVM converts it, which takes
/// twice as many for 16-bit floats.
void ThreadKernel::planLoads() {
  if (!strategy.chunks)
    return;
  int64_t words = 0;
  auto add = [&](unsigned input, int64_t chunk) {
    if (!plan.getShape().isCommonToRows(input)) {
      rowLoads.emplace_back(input, chunk);
      return;
    }
    Type type = loop.getBlock()->getArgument(input).getType();
    words +=
        llvm::divideCeil(strategy.lanes * type.getIntOrFloatBitWidth(), 32);
    if (words <= strategy.commonWords)
      commonLoads.emplace_back(input, chunk);
  };
  llvm::SmallSetVector<unsigned, 4> inputs;
  for (const RowPhase &phase : plan.getPhases())
    inputs.insert(phase.loads.begin(), phase.loads.end());
  for (unsigned input : inputs)
    for (int64_t c = 0; c < *strategy.chunks; ++c)
      add(input, c);
  for (const RowPhase &phase : plan.getPhases())
    for (const RowSweep &sweep : phase.sweeps)
      if (isa<RowMomentsOp>(sweep.reductions.front()))
        for (unsigned input : phase.loads)
          add(input, kOrigin);
}

SmallVector<Value> ThreadKernel::loadRow(OpBuilder &builder, Value row) {
  SmallVector<Value> indices = space.getRowIndices(builder, loc, row);
  return llvm::map_to_vector(rowLoads, [&](const Load &each) {
    return body.getInput(each.first)
        .at(indices)
        .load(builder, getHeldChunk(builder, each.second));
  });
}

SmallVector<Value> ThreadKernel::getNoRow(OpBuilder &builder) {
  return llvm::map_to_vector(rowLoads, [&](const Load &each) -> Value {
    auto type = VectorType::get(
        strategy.lanes, loop.getBlock()->getArgument(each.first).getType());
    return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  });
}

//===----------------------------------------------------------------------===//
// Chunks
//===----------------------------------------------------------------------===//

/// The thread's chunk of those that start at `base`. The row length is a
/// multiple of `lanes`, so a chunk exists as a whole or not at all.
Chunk ThreadKernel::getChunk(OpBuilder &builder, Value base, bool whole) {
  Value position = arith::AddIOp::create(builder, loc, base, first);
  Chunk chunk{position, nullptr, strategy.lanes};
  if (!whole)
    chunk.exists = isBelow(builder, loc, position, rowLength);
  return chunk;
}

/// A chunk that is loaded ahead.
Chunk ThreadKernel::getHeldChunk(OpBuilder &builder, int64_t number) {
  if (number != kOrigin)
    return getChunk(builder,
                    getIndex(builder, loc, number * strategy.getStep()),
                    /*whole=*/(number + 1) * strategy.getStep() <=
                        plan.getShape().getLength());
  Chunk chunk{getIndex(builder, loc, 0), nullptr, strategy.lanes};
  const RowShape &shape = plan.getShape();
  if (!shape.hasStaticLength() || shape.getLength() == 0)
    chunk.exists = isBelow(builder, loc, chunk.position, rowLength);
  return chunk;
}

/// Keeps the assembler from loading many groups of chunks of a long row ahead,
/// which spills. To be emitted first in the body of the loop.
static void keepRolled(OpBuilder &builder, Location loc) {
  LLVM::InlineAsmOp::create(
      builder, loc, TypeRange(), ValueRange(), ".pragma \"nounroll\";",
      /*constraints=*/"", /*has_side_effects=*/true, /*is_align_stack=*/false,
      LLVM::tailcallkind::TailCallKind::None,
      LLVM::AsmDialectAttr::get(builder.getContext(), LLVM::AsmDialect::AD_ATT),
      /*operand_attrs=*/ArrayAttr());
}

/// Emits `emit` for the thread's chunks of [begin, end), several at a time as
/// long as all of them exist.
SmallVector<Value> ThreadKernel::forEachChunk(
    OpBuilder &builder, Value begin, Value end, ValueRange carried,
    function_ref<SmallVector<Value>(OpBuilder &, ChunkValues &, bool whole,
                                    ValueRange)>
        emit) {
  Value step = getIndex(builder, loc, strategy.getStep());
  Value group =
      getIndex(builder, loc, strategy.chunksAtATime * strategy.getStep());
  Value length = arith::SubIOp::create(builder, loc, end, begin);
  Value rest = arith::RemUIOp::create(builder, loc, length, group);
  Value middle = arith::SubIOp::create(builder, loc, end, rest);
  auto groups = scf::ForOp::create(
      builder, loc, begin, middle, group, carried,
      [&](OpBuilder &body, Location loc, Value base, ValueRange values) {
        keepRolled(body, loc);
        SmallVector<ChunkValues> chunks;
        for (int64_t i = 0; i < strategy.chunksAtATime; ++i) {
          Value start = arith::AddIOp::create(
              body, loc, base, getIndex(body, loc, i * strategy.getStep()));
          chunks.emplace_back(getChunk(body, start, /*whole=*/true));
        }
        fetch(body, base, chunks);
        SmallVector<Value> next(values);
        for (ChunkValues &chunk : chunks)
          next = emit(body, chunk, /*whole=*/true, next);
        scf::YieldOp::create(body, loc, next);
      });
  auto singles = scf::ForOp::create(
      builder, loc, middle, end, step, groups.getResults(),
      [&](OpBuilder &body, Location loc, Value base, ValueRange values) {
        ChunkValues chunk(getChunk(body, base, /*whole=*/false));
        fetch(body, base, chunk);
        scf::YieldOp::create(body, loc,
                             emit(body, chunk, /*whole=*/false, values));
      });
  return llvm::to_vector_of<Value>(singles.getResults());
}

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

bool ThreadKernel::isVarying(unsigned output) {
  return loop.variesAlongRow(loop.getMap(loop.getInputs().size() + output));
}

/// All results of the chunk are computed, and so its inputs read, before the
/// first is stored; a result may take the memory of an input.
void ThreadKernel::storeChunk(OpBuilder &builder, ChunkValues &values) {
  SmallVector<Value> results;
  for (auto [number, value] : llvm::enumerate(loop.getYield().getValues()))
    results.push_back(isVarying(number) ? body.getVector(builder, value, values)
                                        : Value());
  for (auto [output, result] : llvm::zip(outputs, results))
    if (result)
      output.at(rowIndices).store(builder, result, values.chunk);
}

void ThreadKernel::emitStores(OpBuilder &builder) {
  if (strategy.chunks) {
    for (ChunkValues &values : registers)
      storeChunk(builder, values);
    return;
  }
  forEachChunk(builder, getIndex(builder, loc, 0), rowLength, ValueRange(),
               [&](OpBuilder &inner, ChunkValues &values, bool,
                   ValueRange) -> SmallVector<Value> {
                 storeChunk(inner, values);
                 return {};
               });
}

/// Results that are one for the row, by its first thread, in a cluster of that
/// of the first block.
void ThreadKernel::emitRowValues(OpBuilder &builder) {
  SmallVector<unsigned> scalars;
  for (unsigned i = 0; i < outputs.size(); ++i)
    if (!isVarying(i))
      scalars.push_back(i);
  if (scalars.empty())
    return;
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        first, getIndex(builder, loc, 0));
  scf::IfOp::create(builder, loc, isFirst, [&](OpBuilder &inner, Location loc) {
    for (unsigned i : scalars)
      outputs[i]
          .at(rowIndices)
          .storeScalar(inner,
                       body.getRowValue(inner, loop.getYield().getValues()[i]));
    scf::YieldOp::create(inner, loc);
  });
}
