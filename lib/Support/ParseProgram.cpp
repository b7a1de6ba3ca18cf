//===- ParseProgram.cpp - text or bytecode as a module --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's parser (22.1) takes a value that is used before the nested region that
// defines it, as in
//
//     func.call @g(%v) : (f32) -> ()
//     linalg.generic .. {
//       %v = ..
//     ^bb1:
//       an error of syntax
//
// and makes the call an operand of %v when it comes to its definition. At the
// error it destroys the region. Parsers of ops that hold the region by
// themselves do not drop the uses of its values first, so that the call has an
// operand in freed memory, and writes there when it is destroyed. Such a
// program is wrong, as no value of a region is visible outside of it, but the
// verifier would be the one to say so.
//
// So uses are dropped at the first error of syntax, before anything is
// destroyed: nothing of the program is kept then. What was parsed so far is
// recorded for that, as it is for editors. Errors of the verifier are others:
// there the program is whole, and is verified on.
//
//===----------------------------------------------------------------------===//

#include "norm/Support/ParseProgram.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;

/// Leaves no operand that is a value of the program.
static void dropUses(const AsmParserState &parsed) {
  for (const AsmParserState::OperationDefinition &definition :
       parsed.getOpDefs())
    definition.op->dropAllUses();
  for (const AsmParserState::BlockDefinition &definition :
       parsed.getBlockDefs())
    for (BlockArgument argument : definition.block->getArguments())
      argument.dropAllUses();
}

static OwningOpRef<ModuleOp> parseText(const llvm::SourceMgr &sources,
                                       MLIRContext *context) {
  AsmParserState parsed;
  bool isFirst = true;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error && isFirst) {
      isFirst = false;
      dropUses(parsed);
    }
    return failure(); // To whom the error is for.
  });
  Block block;
  ParserConfig config(context, /*verifyAfterParse=*/false);
  if (failed(parseAsmSourceFile(sources, &block, config, &parsed)))
    return nullptr;
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  Location start =
      FileLineColLoc::get(context, buffer->getBufferIdentifier(), 0, 0);
  return mlir::detail::constructContainerOpForParserIfNecessary<ModuleOp>(
      &block, context, start);
}

OwningOpRef<ModuleOp> norm::parseProgram(const llvm::SourceMgr &sources,
                                         MLIRContext *context) {
  if (isBytecode(*sources.getMemoryBuffer(sources.getMainFileID())))
    return parseSourceFile<ModuleOp>(sources, context);
  OwningOpRef<ModuleOp> module = parseText(sources, context);
  if (module && failed(verify(*module)))
    return nullptr;
  return module;
}
