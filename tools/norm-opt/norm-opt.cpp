//===- norm-opt.cpp - mlir-opt with the norm dialect and its passes -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OrderedRemarks.h"

#include "norm/InitAllDialects.h"
#include "norm/InitAllExtensions.h"
#include "norm/InitAllPasses.h"
#include "norm/Support/InputFiles.h"
#include "norm/Support/OutputFiles.h"
#include "norm/Version.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Regex.h"

using namespace mlir;

/// The files that the report passes of `config` write, out of the text of its
/// pipeline: "norm-report{format=json file=PATH}".
static FailureOr<std::vector<std::string>>
getReportFiles(const MlirOptMainConfig &config) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  PassManager passes(&context);
  if (failed(config.setupPassPipeline(passes)))
    return failure();
  std::string text;
  llvm::raw_string_ostream os(text);
  passes.printAsTextualPipeline(os);
  std::vector<std::string> files;
  llvm::Regex report("norm-report\\{([^}]* )?file=([^ }]+)");
  SmallVector<StringRef> parts;
  for (StringRef rest = text; report.match(rest, &parts);
       rest = StringRef(parts[0].end(), rest.end() - parts[0].end()))
    files.push_back(parts[2].str());
  return files;
}

/// Whether all outputs can be written, each to a file of its own.
static LogicalResult checkOutputs(const MlirOptMainConfig &config,
                                  StringRef outputFile) {
  FailureOr<std::vector<std::string>> outputs = getReportFiles(config);
  if (failed(outputs))
    return failure();
  outputs->push_back(outputFile.str());
  if (!config.getRemarksOutputFile().empty())
    outputs->push_back(config.getRemarksOutputFile());
  if (llvm::Error error = norm::checkOutputs(*outputs)) {
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
    return failure();
  }
  return success();
}

/// Runs the passes. An output file is written at the end: whatever goes wrong,
/// it has what it had before.
static LogicalResult run(StringRef inputFile, StringRef outputFile,
                         DialectRegistry &registry,
                         const MlirOptMainConfig &config) {
  if (inputFile == "-" && llvm::sys::Process::StandardInIsUserInput())
    llvm::errs() << "(reading standard input: ctrl-d ends it)\n";
  auto input = norm::readProgram(inputFile);
  if (!input) {
    llvm::errs() << "error: " << llvm::toString(input.takeError()) << "\n";
    return failure();
  }
  if (outputFile == "-")
    return MlirOptMain(llvm::outs(), std::move(*input), registry, config);
  std::string text;
  llvm::raw_string_ostream os(text);
  if (failed(MlirOptMain(os, std::move(*input), registry, config)))
    return failure();
  if (llvm::Error failed = norm::writeOutput(outputFile, text)) {
    llvm::errs() << "error: " << llvm::toString(std::move(failed)) << "\n";
    return failure();
  }
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  registerAllPasses();
  norm::registerAllPasses();

  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  // gpu-module-to-binary translates to LLVM IR.
  registerAllGPUToLLVMIRTranslations(registry);
  norm::registerAllDialects(registry);
  norm::registerAllExtensions(registry);

  llvm::cl::AddExtraVersionPrinter([](llvm::raw_ostream &os) {
    os << "norm " NORM_VERSION_STRING ", dialect text version "
       << norm::kTextVersion << "\n";
  });
  auto [inputFile, outputFile] = registerAndParseCLIOptions(
      argc, argv, "norm optimizer driver\n", registry);
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  // What lists and exits is upstream's.
  if (config.shouldShowDialects() || config.shouldListPasses())
    return asMainReturnCode(
        MlirOptMain(argc, argv, inputFile, outputFile, registry));
  if (failed(checkOutputs(config, outputFile)))
    return 1;
  norm::orderFinalRemarks(config);
  return asMainReturnCode(run(inputFile, outputFile, registry, config));
}
