//===- norm-compile.cpp - compile ahead of time ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-compile FILE.mlir -o OUT: the public functions of a program as an object
// file or shared library with a C header, or as a bundle for GPUs.
//
//===----------------------------------------------------------------------===//

#include "../support/CommandLine.h"

#include "norm/Bundle/Bundle.h"
#include "norm/Execution/Ahead.h"
#include "norm/Execution/Pipeline.h"
#include "norm/Support/OutputFiles.h"

#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir;
namespace cl = llvm::cl;

namespace {
enum class Emission { object, shared, bundle };

struct Options {
  cl::OptionCategory category{"norm-compile options"};
  cl::opt<std::string> file{cl::Positional, cl::Required, cl::desc("FILE.mlir"),
                            cl::cat(category)};
  cl::opt<std::string> output{"o", cl::Required,
                              cl::desc("File, or folder of a bundle, to write"),
                              cl::value_desc("OUT"), cl::cat(category)};
  cl::list<std::string> targets{
      "target", cl::CommaSeparated,
      cl::desc("host (default), a processor of this machine's architecture "
               "such as x86-64-v3, or NVIDIA chips: sm_90,sm_100"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<Emission> emission{
      "emit", cl::desc("What is written; default by the target and the name"),
      cl::values(clEnumValN(Emission::object, "object", "an object file"),
                 clEnumValN(Emission::shared, "shared", "a shared library"),
                 clEnumValN(Emission::bundle, "bundle",
                            "PTX, cubins and a manifest in a folder")),
      cl::cat(category)};
  cl::opt<std::string> header{
      "header", cl::desc("C header for an object or shared library"),
      cl::value_desc("OUT.h"), cl::cat(category)};
  cl::opt<unsigned> threads{
      "threads",
      cl::desc("Threads of CPU code: 1 (default) needs no OpenMP, 0 takes as "
               "many as the OpenMP runtime says"),
      cl::init(1), cl::cat(category)};
  cl::opt<norm::CubinPolicy> cubins{
      "cubin",
      cl::desc("Whether a bundle has cubins, which NVIDIA's ptxas makes"),
      cl::values(
          clEnumValN(norm::CubinPolicy::automatic, "auto",
                     "where ptxas is found and knows the chip (default)"),
          clEnumValN(norm::CubinPolicy::always, "always",
                     "for each chip, or it is an error"),
          clEnumValN(norm::CubinPolicy::never, "never", "PTX alone")),
      cl::init(norm::CubinPolicy::automatic), cl::cat(category)};
  cl::opt<std::string> toolkit{
      "toolkit",
      cl::desc("Folder of the CUDA toolkit; without it ptxas is looked for in "
               "PATH, CUDA_ROOT, CUDA_HOME, CUDA_PATH and Python's packages"),
      cl::value_desc("folder"), cl::cat(category)};
};
} // namespace

static bool isChip(StringRef target) { return target.starts_with("sm_"); }

/// What is asked for, by --emit, the target or the name of the file.
static llvm::Expected<Emission> getEmission(const Options &options) {
  bool chips = llvm::any_of(options.targets, isChip);
  if (chips && !llvm::all_of(options.targets, isChip))
    return llvm::createStringError(
        "--target expects chips or a processor, got both");
  if (!chips && options.targets.size() > 1)
    return llvm::createStringError("--target expects one processor, got " +
                                   Twine(options.targets.size()));
  if (!options.emission.getNumOccurrences()) {
    if (chips)
      return Emission::bundle;
    return StringRef(options.output).ends_with(".so") ? Emission::shared
                                                      : Emission::object;
  }
  bool bundle = options.emission == Emission::bundle;
  if (bundle && !chips)
    return llvm::createStringError(
        "--emit=bundle expects --target to name chips such as sm_90");
  if (chips && !bundle)
    return llvm::createStringError(
        "chips expect --emit=bundle, got an object or a shared library");
  return options.emission;
}

static llvm::Error writeBundle(ModuleOp module, const Options &options) {
  if (options.header.getNumOccurrences())
    return llvm::createStringError(
        "--header belongs to objects and shared libraries, got a bundle");
  norm::BundleOptions bundle;
  bundle.chips.append(options.targets.begin(), options.targets.end());
  bundle.cubins = options.cubins;
  bundle.toolkit = options.toolkit;
  return norm::writeBundle(module, bundle, options.output);
}

static llvm::Error writeCpuCode(ModuleOp module, const Options &options,
                                Emission emission) {
  if (options.threads > norm::run::kMaxThreads)
    return llvm::createStringError("--threads expects at most " +
                                   Twine(norm::run::kMaxThreads) + ", got " +
                                   Twine(options.threads.getValue()));
  std::vector<std::string> paths{options.output};
  if (options.header.getNumOccurrences())
    paths.push_back(options.header);
  if (llvm::Error error = norm::checkOutputs(paths))
    return error;
  norm::run::AheadOptions ahead;
  if (!options.targets.empty())
    ahead.target = options.targets.front();
  ahead.threads = options.threads;
  ahead.isShared = emission == Emission::shared;
  auto code = norm::run::compileAhead(module, ahead);
  if (!code)
    return code.takeError();
  std::vector<norm::OutputFile> files{
      {options.output,
       [&](llvm::raw_ostream &os) {
         os.write(code->bytes.data(), code->bytes.size());
       },
       /*isExecutable=*/emission == Emission::shared}};
  if (options.header.getNumOccurrences())
    files.push_back({options.header, [&](llvm::raw_ostream &os) {
                       os << norm::run::printHeader(
                           code->functions,
                           llvm::sys::path::filename(options.header));
                     }});
  return norm::writeOutputs(files);
}

static llvm::Error compile(ModuleOp module, const Options &options) {
  llvm::Expected<Emission> emission = getEmission(options);
  if (!emission)
    return emission.takeError();
  if (*emission == Emission::bundle)
    return writeBundle(module, options);
  return writeCpuCode(module, options, *emission);
}

int main(int argc, char **argv) {
  llvm::InitLLVM initLLVM(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  norm::run::parseCommandLine(argc, argv, options.category,
                              "Compile functions with norms ahead of time\n");

  DialectRegistry registry;
  norm::run::prepareCompiler(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  return norm::run::processFile(
      "norm-compile", options.file, context,
      [&](ModuleOp module) { return compile(module, options); });
}
