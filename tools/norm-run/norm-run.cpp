//===- norm-run.cpp - compile and run one function ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-run FILE.mlir: raises the norms of a program, compiles it for this
// machine and runs one of its functions on array files or random values; with
// --no-raise the same through a fixed pipeline of upstream passes.
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "Instrument.h"
#include "NpyFile.h"

#include "../support/Calls.h"
#include "../support/CommandLine.h"
#include "../support/UpstreamPipeline.h"

#include "norm/Execution/Threads.h"
#include "norm/Rows/PrintSchedule.h"
#include "norm/Support/OutputFiles.h"

#include "mlir/IR/AsmState.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

#include <chrono>

using namespace mlir;
using namespace mlir::norm::run;
namespace cl = llvm::cl;

static constexpr StringLiteral kTool = "norm-run";

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

namespace {
/// The command line.
struct Options {
  cl::OptionCategory category{"norm-run options"};
  cl::opt<std::string> file{cl::Positional, cl::Required, cl::desc("FILE.mlir"),
                            cl::cat(category)};
  cl::opt<std::string> entry{"entry", cl::desc("Function to run"),
                             cl::value_desc("name"), cl::init("main"),
                             cl::cat(category)};
  cl::list<std::string> inputs{
      "input", cl::desc("Array files for the arguments, in order"),
      cl::value_desc("A.npy"), cl::cat(category)};
  cl::opt<uint64_t> random{
      "random", cl::desc("Fill the arguments left over with normal values"),
      cl::value_desc("seed"), cl::cat(category)};
  cl::list<std::string> outputs{"output",
                                cl::desc("Array files for the results, in "
                                         "order; a summary is printed for the "
                                         "results without one"),
                                cl::value_desc("Y.npy"), cl::cat(category)};
  cl::opt<bool> noRaise{
      "no-raise",
      cl::desc("Leave norms as they are and use a fixed pipeline "
               "of upstream passes"),
      cl::cat(category)};
  cl::opt<unsigned> vectorBits{
      "vector-bits",
      cl::desc("Width of a vector register in raised programs: 128, 256, 512, "
               "or 0 for that of this machine (default)"),
      cl::init(0), cl::cat(category)};
  cl::opt<std::string> stores{
      "stores",
      cl::desc("How raised programs store results: plain, streaming (past the "
               "caches), or auto (by their bytes, default)"),
      cl::value_desc("way"), cl::init("auto"), cl::cat(category)};
  cl::opt<unsigned> threads{
      "threads", cl::desc("Number of threads (default: the cores available)"),
      cl::value_desc("N"), cl::cat(category)};
  cl::opt<unsigned> rounds{
      "time",
      cl::desc("Print the time to compile, and the median and minimum "
               "time of this many calls after a warm-up"),
      cl::value_desc("rounds"), cl::cat(category)};
  cl::opt<std::string> object{
      "object",
      cl::desc("Write the machine code that is run, as an object file"),
      cl::value_desc("OUT.o"), cl::cat(category)};
  cl::opt<std::string> instrument{
      "instrument",
      cl::desc("Write what the rows of each norm were, and how much a cheaper "
               "norm would change them, as JSON"),
      cl::value_desc("FILE.json"), cl::cat(category)};
  cl::opt<int64_t> instrumentK{
      "instrument-k",
      cl::desc("Elements of a row that --instrument compares with all of it "
               "(default: 6.25 % of it, rounded up)"),
      cl::value_desc("k"), cl::cat(category)};
  cl::opt<bool> verbose{
      "verbose",
      cl::desc("Print to stderr what the code is made for: vectors, caches and "
               "who told them, threads"),
      cl::cat(category)};
  cl::opt<std::string> printIRAfter{
      "print-ir-after",
      cl::desc("Print the program to stderr after a stage: input, raised, "
               "fused, planned, vector or llvm"),
      cl::value_desc("stage"), cl::cat(category)};
};

/// Seconds since `start`, in milliseconds.
double millisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now() - start)
      .count();
}
} // namespace

/// The options that contradict each other or cannot be met.
static llvm::Error checkOptions(const Options &options) {
  if (options.threads.getNumOccurrences() && options.threads == 0)
    return llvm::createStringError("--threads expects at least 1, got 0");
  if (options.threads > kMaxThreads)
    return llvm::createStringError("--threads expects at most " +
                                   Twine(kMaxThreads) + ", got " +
                                   Twine(options.threads.getValue()));
  if (options.rounds.getNumOccurrences() && options.rounds == 0)
    return llvm::createStringError("--time expects at least 1 round, got 0");
  if (!llvm::is_contained({"auto", "plain", "streaming"},
                          options.stores.getValue()))
    return llvm::createStringError(
        "--stores expects auto, plain or streaming, got '" + options.stores +
        "'");
  if (options.instrument.getNumOccurrences() && options.noRaise)
    return llvm::createStringError(
        "--instrument needs norms, which --no-raise leaves as they are");
  if (options.instrumentK.getNumOccurrences() &&
      (options.instrument.empty() || options.instrumentK < 1))
    return llvm::createStringError(
        "--instrument-k expects at least 1, and --instrument");
  static constexpr StringLiteral stages[] = {"input",   "raised", "fused",
                                             "planned", "vector", "llvm"};
  if (options.printIRAfter.getNumOccurrences() &&
      !llvm::is_contained(stages, options.printIRAfter.getValue()))
    return llvm::createStringError(
        "--print-ir-after expects input, raised, fused, planned, vector or "
        "llvm, got '" +
        options.printIRAfter + "'");
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

/// Prints what each row loop computes when.
static void printPlans(ModuleOp module, const norm::VectorTarget &target) {
  module.walk([&](norm::RowLoopOp loop) {
    llvm::errs() << "row loop at " << loop.getLoc() << ":\n";
    norm::printSchedule(norm::RowSchedule(loop, target), llvm::errs());
  });
}

/// The stages that the options ask for; an error if the program cannot be
/// printed after the one that they name.
static llvm::Expected<SmallVector<Stage>> getStages(const Options &options,
                                                    unsigned threads) {
  PipelineOptions pipeline;
  pipeline.threads = threads;
  pipeline.vectorBits = options.vectorBits;
  pipeline.more = "stores=" + options.stores;
  auto stages =
      options.noRaise
          ? llvm::Expected<SmallVector<Stage>>(upstreamStages(threads))
          : normStages(pipeline);
  if (!stages)
    return stages;
  const std::string &name = options.printIRAfter;
  if (!name.empty() && name != "input" &&
      llvm::none_of(*stages, [&](const Stage &s) { return s.name == name; }))
    return llvm::createStringError("this pipeline has no stage '" + name + "'");
  return stages;
}

/// The threads of a loop, as norm-to-llvm takes them: 0 for as many as the
/// runtime likes, which is what other callers of compiled code ask for, too.
static llvm::Expected<unsigned> getThreads(const Options &options) {
  if (options.threads == 1)
    return 1;
  auto pool = getThreadPool();
  if (pool)
    return options.threads;
  if (options.threads.getNumOccurrences())
    return pool.takeError();
  // Nobody asked for threads: one will do.
  llvm::WithColor::warning(llvm::errs(), kTool)
      << "one thread: " << llvm::toString(pool.takeError()) << "\n";
  return 1;
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

/// Writes the results that have a file, prints a summary of the others.
static llvm::Error deliver(ArrayRef<HostTensor> results,
                           ArrayRef<std::string> files) {
  SmallVector<const HostTensor *> tensors;
  for (const HostTensor &result : results.take_front(files.size()))
    tensors.push_back(&result);
  if (llvm::Error error = writeNpyFiles(files, tensors))
    return error;
  for (size_t i = files.size(); i < results.size(); ++i) {
    llvm::outs() << "result " << i << ": ";
    printSummary(results[i], llvm::outs());
    llvm::outs() << "\n";
  }
  return llvm::Error::success();
}

/// Compiles `entry`, printing its module after the stage that is asked for, and
/// makes it executable. With --time prints how long that took.
static llvm::Expected<Program>
compileEntry(func::FuncOp entry, const Options &options, unsigned threads) {
  std::string name = entry.getName().str();
  auto module = entry->getParentOfType<ModuleOp>();
  FailureOr<norm::VectorTarget> target = norm::VectorTarget::get(
      "cpu", options.vectorBits, options.stores, threads ? threads : 4,
      [&] { return emitError(module.getLoc()); });
  if (failed(target))
    return llvm::createStringError("the program could not be compiled");
  if (options.verbose)
    llvm::WithColor::note(llvm::errs(), kTool)
        << *target << "; "
        << (threads ? std::to_string(threads) : "any number of")
        << " threads\n";
  auto stages = getStages(options, threads);
  if (!stages)
    return stages.takeError();
  if (options.printIRAfter == "input")
    llvm::errs() << module << "\n";
  auto start = std::chrono::steady_clock::now();
  double passes = 0;
  auto stored = compile(entry, *stages, [&](const Stage &stage) {
    passes = millisecondsSince(start);
    if (stage.name != options.printIRAfter)
      return;
    if (stage.name == "planned")
      printPlans(module, *target);
    llvm::errs() << module << "\n";
  });
  if (!stored)
    return stored.takeError();
  if (options.object.getNumOccurrences())
    if (llvm::Error error =
            norm::writeOutput(options.object, stored->object->getBuffer()))
      return error;
  auto program = link(std::move(*stored), name);
  double total = millisecondsSince(start);
  if (program && options.rounds)
    llvm::outs() << llvm::format("compile: %.1f ms (passes %.1f ms, machine "
                                 "code %.1f ms)\n",
                                 total, passes, total - passes);
  return program;
}

static llvm::Error runFile(ModuleOp module, const Options &options) {
  llvm::Expected<func::FuncOp> entry =
      findTensorFunction(module, options.entry);
  if (!entry)
    return entry.takeError();
  unsigned count = entry->getNumResults();
  if (options.outputs.size() > count)
    return llvm::createStringError(
        "function '" + options.entry + "' has " + Twine(count) +
        (count == 1 ? " result" : " results") + ", got " +
        Twine(options.outputs.size()) + " --output files");
  std::vector<std::string> paths(options.outputs.begin(),
                                 options.outputs.end());
  if (options.object.getNumOccurrences())
    paths.push_back(options.object);
  if (options.instrument.getNumOccurrences())
    paths.push_back(options.instrument);
  if (llvm::Error error = norm::checkOutputs(paths))
    return error;
  std::optional<uint64_t> seed;
  if (options.random.getNumOccurrences())
    seed = options.random;
  auto arguments = prepareArguments(*entry, options.inputs, seed);
  if (!arguments)
    return arguments.takeError();
  auto threads = getThreads(options);
  if (!threads)
    return threads.takeError();
  std::optional<norm::Instrumentation> instrumentation;
  if (options.instrument.getNumOccurrences()) {
    auto added = raiseAndInstrument(*entry, options.instrumentK);
    if (!added)
      return added.takeError();
    instrumentation = std::move(*added);
  }
  auto program = compileEntry(*entry, options, *threads);
  if (!program)
    return program.takeError();
  auto results = callOnTensors(*program, *arguments);
  if (!results)
    return results.takeError();
  if (options.rounds) {
    auto times = timeCalls(*program, *arguments, options.rounds);
    if (!times)
      return times.takeError();
    unsigned used =
        *threads ? *threads : llvm::cantFail(getThreadPool()).threads;
    llvm::outs() << llvm::format("time: median %.6e s, minimum %.6e s ",
                                 times->median, times->minimum)
                 << "(" << options.rounds << " rounds, " << used
                 << (used == 1 ? " thread)\n" : " threads)\n");
  }
  if (instrumentation)
    if (llvm::Error error =
            writeProfile(*instrumentation, *results, options.instrument))
      return error;
  return deliver(ArrayRef<HostTensor>(*results).take_front(count),
                 options.outputs);
}

int main(int argc, char **argv) {
  llvm::InitLLVM initLLVM(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  parseCommandLine(argc, argv, options.category,
                   "Raise, compile and run one function on tensors\n");
  if (llvm::Error error = checkOptions(options))
    return fail(kTool, std::move(error));

  DialectRegistry registry;
  prepareCompiler(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  return processFile(kTool, options.file, context,
                     [&](ModuleOp module) { return runFile(module, options); });
}
