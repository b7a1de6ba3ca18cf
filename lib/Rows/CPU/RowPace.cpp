//===- RowPace.cpp - how far ahead a core runs ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/RowPace.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::norm;

/// Lines from memory and to it that the window holds at best: 13 to 15 gave
/// most on a Zen 5 (docs/Rationale.md).
static constexpr int64_t kLinesInWindow = 15;

void RowPace::begin(OpBuilder &builder) {
  Block *block = builder.getInsertionBlock();
  before = block->empty() ? nullptr : &block->back();
}

/// Whether `op` becomes an operation of the core: those of indices become parts
/// of addresses.
static bool isExecuted(Operation &op) {
  return isa<memref::PrefetchOp>(op) ||
         llvm::any_of(op.getOperandTypes(), llvm::IsaPred<VectorType>) ||
         llvm::any_of(op.getResultTypes(), llvm::IsaPred<VectorType>);
}

void RowPace::end(OpBuilder &builder, Location loc) {
  Block *block = builder.getInsertionBlock();
  auto first = before ? std::next(before->getIterator()) : block->begin();
  int64_t executed = std::count_if(first, block->end(), isExecuted);
  int64_t missing = window * lines / kLinesInWindow - executed;
  if (missing <= 0)
    return;
  std::string text = ".rept " + std::to_string(missing) + "\n\tnop\n\t.endr";
  LLVM::InlineAsmOp::create(builder, loc, TypeRange(), ValueRange(), text,
                            /*constraints=*/"", /*has_side_effects=*/true,
                            /*is_align_stack=*/false, LLVM::TailCallKind::None,
                            LLVM::AsmDialectAttr(),
                            /*operand_attrs=*/ArrayAttr());
}
