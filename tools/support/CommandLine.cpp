//===- CommandLine.cpp - how the tools begin and fail ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"

#include "norm/Dialect/Norm/IR/NormDialect.h"
#include "norm/Support/InputFiles.h"
#include "norm/Support/ParseProgram.h"
#include "norm/Version.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::norm;

static void printVersion(llvm::raw_ostream &os) {
  os << "norm " << NORM_VERSION_STRING << "\n  LLVM version "
     << LLVM_VERSION_STRING << "\n  text version " << kTextVersion << "\n";
}

void run::parseCommandLine(int argc, char **argv,
                           llvm::cl::OptionCategory &category,
                           StringRef overview) {
  llvm::cl::SetVersionPrinter(printVersion);
  llvm::cl::HideUnrelatedOptions(category);
  llvm::cl::ParseCommandLineOptions(argc, argv, overview);
}

int run::fail(StringRef tool, llvm::Error error) {
  // One write: other processes may have something to say at the same time.
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::WithColor::error(stream, tool)
      << llvm::toString(std::move(error)) << "\n";
  llvm::errs() << text;
  return 1;
}

int run::processFile(StringRef tool, StringRef file, MLIRContext &context,
                     function_ref<llvm::Error(ModuleOp)> process) {
  auto input = readProgram(file);
  if (!input)
    return fail(tool, input.takeError());
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(*input), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  OwningOpRef<ModuleOp> module = parseProgram(sources, &context);
  if (!module)
    return 1;
  if (llvm::Error error = process(*module))
    return fail(tool, std::move(error));
  return 0;
}
