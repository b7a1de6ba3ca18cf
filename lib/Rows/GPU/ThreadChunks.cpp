//===- ThreadChunks.cpp - the chunks of a row that a thread has -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GPU/ThreadChunks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::norm;

ThreadChunks::ThreadChunks(OpBuilder &builder, const RowSchedule &schedule,
                           const RowStrategy &strategy, Value rowLength,
                           const ThreadGroup &group)
    : shape(schedule.getShape()), strategy(strategy),
      loc(RowLoopOp(schedule.getLoop()).getLoc()), rowLength(rowLength) {
  Value thread = group.thread;
  if (group.rank) {
    Value before = arith::MulIOp::create(builder, loc, group.rank,
                                         getIndex(builder, loc, group.threads));
    thread = arith::AddIOp::create(builder, loc, before, thread);
  }
  first = arith::MulIOp::create(builder, loc, thread,
                                getIndex(builder, loc, strategy.lanes));
}

Chunk ThreadChunks::get(OpBuilder &builder, Value base, bool whole) const {
  Value position = arith::AddIOp::create(builder, loc, base, first);
  Chunk chunk{position, nullptr, strategy.lanes};
  if (!whole)
    chunk.exists = isBelow(builder, loc, position, rowLength);
  return chunk;
}

Chunk ThreadChunks::getHeld(OpBuilder &builder, int64_t number) const {
  return get(builder, getIndex(builder, loc, number * strategy.getStep()),
             /*whole=*/(number + 1) * strategy.getStep() <= shape.getLength());
}

Chunk ThreadChunks::getOrigin(OpBuilder &builder) const {
  Chunk chunk{getIndex(builder, loc, 0), nullptr, strategy.lanes};
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

SmallVector<Value> ThreadChunks::forEach(OpBuilder &builder,
                                         const RowBody &body,
                                         SharedPart &shared, Value begin,
                                         Value end, ValueRange carried,
                                         Builder emit) const {
  Value step = getIndex(builder, loc, strategy.getStep());
  Value group =
      getIndex(builder, loc, strategy.chunksAtATime * strategy.getStep());
  Value length = arith::SubIOp::create(builder, loc, end, begin);
  Value rest = arith::RemUIOp::create(builder, loc, length, group);
  Value middle = arith::SubIOp::create(builder, loc, end, rest);
  auto groups = scf::ForOp::create(
      builder, loc, begin, middle, group, carried,
      [&](OpBuilder &inner, Location loc, Value base, ValueRange values) {
        keepRolled(inner, loc);
        SmallVector<ChunkValues> chunks;
        for (int64_t i = 0; i < strategy.chunksAtATime; ++i) {
          Value start = arith::AddIOp::create(
              inner, loc, base, getIndex(inner, loc, i * strategy.getStep()));
          chunks.emplace_back(get(inner, start, /*whole=*/true));
        }
        shared.fetch(inner, body, base, chunks);
        SmallVector<Value> next(values);
        for (ChunkValues &chunk : chunks)
          next = emit(inner, chunk, /*whole=*/true, next);
        scf::YieldOp::create(inner, loc, next);
      });
  auto singles = scf::ForOp::create(
      builder, loc, middle, end, step, groups.getResults(),
      [&](OpBuilder &inner, Location loc, Value base, ValueRange values) {
        ChunkValues chunk(get(inner, base, /*whole=*/false));
        shared.fetch(inner, body, base, chunk);
        scf::YieldOp::create(inner, loc,
                             emit(inner, chunk, /*whole=*/false, values));
      });
  return llvm::to_vector_of<Value>(singles.getResults());
}
