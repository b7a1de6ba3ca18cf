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
#include "Options.h"
#include "Processes.h"

#include "../support/Calls.h"
#include "../support/CommandLine.h"
#include "../support/UpstreamPipeline.h"

#include "norm/Execution/Threads.h"
#include "norm/Rows/PrintSchedule.h"
#include "norm/Sharding/Passes.h"
#include "norm/Support/OutputFiles.h"

#include "mlir/IR/AsmState.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

#include <chrono>

using namespace mlir;
using namespace mlir::norm::run;

static constexpr StringLiteral kTool = "norm-run";

/// Milliseconds since `start`.
static double millisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now() - start)
      .count();
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
static llvm::Expected<SmallVector<Stage>>
getStages(const Options &options, unsigned threads, bool isSharded) {
  PipelineOptions pipeline;
  // Parts of rows are not to be taken for rows.
  pipeline.raises = !isSharded;
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
  if (!name.empty() && name != "input" && !(isSharded && name == "sharded") &&
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
static llvm::Expected<Program> compileEntry(func::FuncOp entry,
                                            const Options &options,
                                            unsigned threads, bool isSharded) {
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
  auto stages = getStages(options, threads, isSharded);
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

/// Makes of `module`, whose program is one for several processes, that of each
/// of them; `entry` is the function afterwards.
static llvm::Error shardEntry(ModuleOp module, func::FuncOp &entry,
                              const Options &options) {
  if (options.noRaise || options.instrument.getNumOccurrences() ||
      options.calls > 1)
    return llvm::createStringError("--no-raise, --instrument and --calls are "
                                   "for programs of one process");
  norm::NormShardToMPIOptions sharding;
  sharding.deterministic = options.deterministic.getValue();
  PassManager pm(module.getContext());
  norm::buildNormShardToMPIPipeline(pm, sharding);
  if (failed(pm.run(module)))
    return llvm::createStringError("the program could not be compiled");
  if (options.printIRAfter == "sharded")
    llvm::errs() << module << "\n";
  auto found = findTensorFunction(module, options.entry);
  if (!found)
    return found.takeError();
  entry = *found;
  return llvm::Error::success();
}

/// How the results are cut, before the program is used up.
static SmallVector<std::optional<Part>> getResultParts(func::FuncOp entry) {
  SmallVector<std::optional<Part>> parts;
  for (unsigned i = 0; i < entry.getNumResults(); ++i)
    parts.push_back(Part::ofResult(entry, i));
  return parts;
}

/// Delivers the results of several processes: each one's part where the name of
/// the file has %r, the whole by the first process elsewhere.
static llvm::Error deliverParts(const Processes &processes,
                                ArrayRef<std::optional<Part>> parts,
                                SmallVector<HostTensor> results,
                                ArrayRef<std::string> files) {
  int64_t rank = processes.getRank();
  std::vector<std::string> paths;
  SmallVector<const HostTensor *> written;
  for (size_t i = 0; i < results.size(); ++i) {
    auto [path, isOwn] =
        insertRank(i < files.size() ? StringRef(files[i]) : StringRef(), rank);
    if (parts[i] && !isOwn) {
      auto whole = processes.assemble(*parts[i], results[i]);
      if (!whole)
        return whole.takeError();
      results[i] = std::move(*whole);
    }
    if (rank != 0 && !isOwn)
      continue;
    if (i < files.size()) {
      paths.push_back(path);
      written.push_back(&results[i]);
      continue;
    }
    llvm::outs() << "result " << i << ": ";
    printSummary(results[i], llvm::outs());
    llvm::outs() << "\n";
  }
  return writeNpyFiles(paths, written);
}

/// Calls `program` as often as the options say, with arguments of its own each
/// time; the results are those of the last call.
static llvm::Expected<SmallVector<HostTensor>>
callProgram(const Program &program, const Options &options,
            SmallVector<HostTensor> &arguments,
            llvm::function_ref<llvm::Expected<SmallVector<HostTensor>>(int64_t)>
                prepare,
            llvm::function_ref<void()> finished) {
  for (unsigned number = 1;; ++number) {
    auto results = callOnTensors(program, arguments);
    if (!results)
      return results.takeError();
    finished();
    if (number == options.calls)
      return results;
    auto next = prepare(number + 1);
    if (!next)
      return next.takeError();
    arguments = std::move(*next);
  }
}

static llvm::Error timeProgram(const Program &program, const Options &options,
                               MutableArrayRef<HostTensor> arguments,
                               unsigned threads) {
  auto times = timeCalls(program, arguments, options.rounds);
  if (!times)
    return times.takeError();
  unsigned used = threads ? threads : llvm::cantFail(getThreadPool()).threads;
  llvm::outs() << llvm::format("time: median %.6e s, minimum %.6e s ",
                               times->median, times->minimum)
               << "(" << options.rounds << " rounds, " << used
               << (used == 1 ? " thread)\n" : " threads)\n");
  return llvm::Error::success();
}

/// All files that are written.
static std::vector<std::string> getOutputs(const Options &options) {
  std::vector<std::string> paths(options.outputs.begin(),
                                 options.outputs.end());
  if (options.object.getNumOccurrences())
    paths.push_back(options.object);
  if (options.instrument.getNumOccurrences())
    paths.push_back(options.instrument);
  return paths;
}

static llvm::Error writeProfile(const norm::Profile &profile,
                                const Options &options) {
  if (llvm::Error error = norm::writeOutput(
          options.instrument, printProfile(profile, options.instrumentFormat)))
    return error;
  std::string excesses = norm::describeExcesses(profile);
  return excesses.empty()
             ? llvm::Error::success()
             : llvm::createStringError("limit exceeded: " + excesses);
}

static llvm::Error runFile(ModuleOp module, const Options &options,
                           std::optional<Processes> &processes) {
  llvm::Expected<func::FuncOp> entry =
      findTensorFunction(module, options.entry);
  if (!entry)
    return entry.takeError();
  if (std::optional<int64_t> count = getProcessCount(module)) {
    auto started = Processes::start(options.mpi, *count);
    if (!started)
      return started.takeError();
    processes = *started;
    if (llvm::Error error = shardEntry(module, *entry, options))
      return error;
  }
  int64_t rank = processes ? processes->getRank() : 0;
  SmallVector<std::optional<Part>> parts = getResultParts(*entry);
  unsigned count = entry->getNumResults();
  if (options.outputs.size() > count)
    return llvm::createStringError(
        "function '" + options.entry + "' has " + Twine(count) +
        (count == 1 ? " result" : " results") + ", got " +
        Twine(options.outputs.size()) + " --output files");
  if (llvm::Error error = norm::checkOutputs(getOutputs(options)))
    return error;
  // The types of arguments, whose function is used up by compilation.
  OwningOpRef<func::FuncOp> signature(entry->clone());
  auto prepare = [&](int64_t call) {
    std::vector<std::string> inputs;
    for (const std::string &input : options.inputs)
      inputs.push_back(insertCall(input, call));
    std::optional<uint64_t> seed;
    if (options.random.getNumOccurrences())
      seed = options.random + call - 1;
    return prepareArguments(*signature, inputs, seed, rank);
  };
  auto arguments = prepare(1);
  if (!arguments)
    return arguments.takeError();
  auto threads = getThreads(options);
  if (!threads)
    return threads.takeError();
  auto limits = norm::parseLimits(options.instrumentLimit);
  if (!limits)
    return limits.takeError();
  norm::Instrumentation instrumentation;
  if (options.instrument.getNumOccurrences()) {
    auto added = raiseAndInstrument(*entry, options.instrumentK);
    if (!added)
      return added.takeError();
    instrumentation = std::move(*added);
  }
  auto program = compileEntry(*entry, options, *threads, processes.has_value());
  if (!program)
    return program.takeError();
  Watch watch(instrumentation.profile, *limits);
  auto called = callProgram(*program, options, *arguments, prepare,
                            [&] { watch.finishCall(); });
  if (!called)
    return called.takeError();
  if (options.rounds)
    if (llvm::Error error =
            timeProgram(*program, options, *arguments, *threads))
      return error;
  if (processes)
    return deliverParts(*processes, parts, std::move(*called), options.outputs);
  if (llvm::Error error = deliver(*called, options.outputs))
    return error;
  return options.instrument.getNumOccurrences()
             ? writeProfile(instrumentation.profile, options)
             : llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM initLLVM(argc, argv);
  llvm::cl::ResetCommandLineParser();
  Options options;
  parseCommandLine(argc, argv, options.category,
                   "Raise, compile and run one function on tensors\n");
  if (llvm::Error error = checkOptions(options))
    return fail(kTool, std::move(error));

  DialectRegistry registry;
  prepareCompiler(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  std::optional<Processes> processes;
  int status = processFile(kTool, options.file, context, [&](ModuleOp module) {
    return runFile(module, options, processes);
  });
  if (processes)
    processes->finish(/*isError=*/status != 0);
  return status;
}
