//===- norm-bench.cpp - time norms beside a copy and peers ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-bench --op=... --dtype=... --rows=... --cols=...: compiles one norm for
// this machine, checks it against its definition, and times it in turn with
// copies of the same bytes and other ways to compute it.
//
//===----------------------------------------------------------------------===//

#include "CompiledPeers.h"
#include "Grid.h"
#include "TorchPeers.h"

#include "../support/CommandLine.h"

#include "norm/Execution/Pipeline.h"
#include "norm/Execution/Threads.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/WithColor.h"

#include <dlfcn.h>
#include <thread>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;
namespace cl = llvm::cl;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

namespace {
/// The command line.
struct Options {
  cl::OptionCategory category{"norm-bench options"};
  cl::list<std::string> ops{
      "op",
      cl::desc("rmsnorm, prmsnorm, layernorm, add-rmsnorm, "
               "rmsnorm-backward, prmsnorm-backward, "
               "layernorm-backward"),
      cl::value_desc("op,..."), cl::CommaSeparated, cl::cat(category)};
  cl::list<std::string> types{
      "dtype", cl::desc("Element type: f32, bf16, f16, f64"),
      cl::value_desc("type,..."), cl::CommaSeparated, cl::cat(category)};
  cl::list<int64_t> rows{"rows", cl::desc("Rows"), cl::value_desc("R,..."),
                         cl::CommaSeparated, cl::cat(category)};
  cl::list<int64_t> cols{"cols", cl::desc("Elements of a row"),
                         cl::value_desc("D,..."), cl::CommaSeparated,
                         cl::cat(category)};
  cl::opt<std::string> grid{
      "grid",
      cl::desc("Instead of --rows and --cols: 'issue' is 1, 8, 128, 2048 and "
               "32768 rows of 4096, 131072x128, 16384x1024, 512x65536, "
               "1x262144 and 4096x4095; 'lengths' is 2^24 elements in rows of "
               "64, 128, ... 262144"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<int64_t> k{"k",
                     cl::desc("Elements of the statistic of prmsnorm "
                              "(default: 6.25 % of D, rounded up)"),
                     cl::value_desc("K"), cl::cat(category)};
  cl::list<std::string> outputs{
      "outputs",
      cl::desc("What a backward computes: dx, dscale, dbias (default: dx and "
               "dscale, and dbias of layernorm)"),
      cl::value_desc("output,..."), cl::CommaSeparated, cl::cat(category)};
  cl::list<unsigned> threads{
      "threads", cl::desc("Threads (default: the cores available)"),
      cl::value_desc("T,..."), cl::CommaSeparated, cl::cat(category)};
  cl::opt<bool> cold{"cold",
                     cl::desc("Rotate over arrays of twice the last-level "
                              "cache, so that each call reads memory"),
                     cl::cat(category)};
  cl::opt<bool> peers{"peers",
                      cl::desc("Time other ways, too: a plain C loop, "
                               "intrinsics (default without --json)"),
                      cl::cat(category)};
  cl::opt<std::string> torch{
      "torch",
      cl::desc("Time PyTorch, eager and compiled, in this interpreter after "
               "each cell, on arrays of its own; there is no prmsnorm"),
      cl::value_desc("PYTHON"), cl::cat(category)};
  cl::opt<std::string> isa{
      "isa",
      cl::desc("Instructions of the intrinsics and copies: sse2, avx2, avx512, "
               "avx512bf16 (default: the widest of this machine)"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<bool> json{
      "json", cl::desc("Print one line of JSON for each cell, not a table"),
      cl::cat(category)};
  cl::opt<unsigned> rounds{
      "rounds", cl::desc("Rounds (default: as many as --seconds allow)"),
      cl::value_desc("N"), cl::init(0), cl::cat(category)};
  cl::opt<double> seconds{
      "seconds",
      cl::desc("Time for the rounds of a cell in seconds (default: 1)"),
      cl::value_desc("S"), cl::init(1), cl::cat(category)};
  cl::opt<std::string> pipelineOptions{
      "norm-to-llvm", cl::desc("More options of the pipeline norm-to-llvm"),
      cl::value_desc("options"), cl::cat(category)};
  cl::opt<bool> printProgram{
      "print-program",
      cl::desc("Print the programs of the cells and measure nothing"),
      cl::cat(category)};
};
} // namespace

/// Prints an error and gives the exit status.
static int fail(llvm::Error error) {
  return run::fail("norm-bench", std::move(error));
}

static void note(const Twine &text) {
  llvm::WithColor::note(llvm::errs(), "norm-bench") << text << "\n";
}

/// The cells that are asked for.
static llvm::Expected<SmallVector<Cell>> readCells(const Options &options) {
  unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  CellLists lists;
  lists.ops.assign(options.ops.begin(), options.ops.end());
  lists.types.assign(options.types.begin(), options.types.end());
  lists.rows.assign(options.rows.begin(), options.rows.end());
  lists.cols.assign(options.cols.begin(), options.cols.end());
  lists.grid = options.grid;
  if (options.k.getNumOccurrences()) {
    if (!llvm::is_contained(lists.ops, "prmsnorm") &&
        !llvm::is_contained(lists.ops, "prmsnorm-backward"))
      return llvm::createStringError(
          "--k belongs to prmsnorm, got no such --op");
    lists.k = options.k;
  }
  lists.outputs.assign(options.outputs.begin(), options.outputs.end());
  if (!lists.outputs.empty() && llvm::none_of(lists.ops, [](StringRef op) {
        return op.ends_with("-backward");
      }))
    return llvm::createStringError(
        "--outputs belongs to backwards, got no such --op");
  if (!(options.seconds > 0))
    return llvm::createStringError(
        "--seconds expects a positive number, got " +
        Twine(llvm::formatv("{0:f0}", options.seconds.getValue()).str()));
  lists.threads.assign(options.threads.begin(), options.threads.end());
  if (lists.threads.empty())
    lists.threads.push_back(cores);
  for (unsigned threads : lists.threads)
    if (threads == 0)
      return llvm::createStringError("--threads expects at least 1, got 0");
    else if (threads > cores)
      note("expected at most " + Twine(cores) +
           " threads, as many as cores, "
           "got " +
           Twine(threads) + "; they take turns");
  return makeCells(lists);
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

namespace {
/// What all cells of a run share.
struct Session {
  MLIRContext &context;
  const Options &options;
  const KernelSet *kernels;
  bool withPeers;
  CompiledPeers compiled;
};

/// A line on a terminal that says how far things are; nothing elsewhere.
class Progress {
public:
  Progress(size_t cells) : cells(cells) {}
  ~Progress() { clear(); }

  void show(size_t number, const Cell &cell, const Twine &step) {
    if (!terminal)
      return;
    llvm::errs() << "\r\033[K[" << number << "/" << cells << "] "
                 << cell.describe() << ": " << step;
  }
  void clear() {
    if (terminal)
      llvm::errs() << "\r\033[K";
  }

private:
  bool terminal = llvm::sys::Process::StandardErrIsDisplayed();
  size_t cells;
};
} // namespace

/// How many slots a ring must have to be twice the last-level cache, within a
/// quarter of the memory that is left.
static int64_t ringSlots(const Cell &cell, CellResult &result) {
  int64_t each = cell.matrices() * cell.matrixBytes();
  int64_t wanted = 2 * lastLevelCache(), allowed = availableMemory() / 4;
  if (wanted > allowed)
    result.notes.push_back("the arrays in turn are less than twice the "
                           "last-level cache, as memory is short");
  return std::max<int64_t>(2, std::min(wanted, allowed) / each + 1);
}

/// One call of `way` on spoilt outputs, and how near the results are.
static Accuracy check(const Way &way, const Workspace &workspace) {
  Task task = workspace.task(0);
  spoilOutputs(task);
  way.call(task);
  return checkOutputs(task);
}

/// The largest error at which a peer still counts as right, as a part of M:
/// peers sum in the order that is fastest, over all rows in a backward.
static double peerTolerance(const Cell &cell) {
  switch (cell.type) {
  case Storage::F64:
    return 1e-12;
  case Storage::F32:
    return isBackward(cell.op) ? 1e-4 : 1e-5;
  case Storage::BF16:
    return 2e-2;
  case Storage::F16:
    return 3e-3;
  }
  llvm_unreachable("all types are handled");
}

/// The peers that compute the cell rightly, with their accuracy.
static SmallVector<std::pair<Way, Accuracy>>
findPeers(Session &session, const Cell &cell, const Workspace &workspace,
          CellResult &result) {
  SmallVector<Way> candidates = intrinsics(cell, session.kernels);
  if (candidates.empty() && !isBackward(cell.op))
    result.notes.push_back("no intrinsics for " + nameOf(cell.type).str() +
                           " on this machine");
  auto plain = session.compiled.plainC(cell);
  if (plain)
    candidates.insert(candidates.begin(), std::move(*plain));
  else
    result.notes.push_back("no plain C loop: " +
                           llvm::toString(plain.takeError()));
  if (CompiledPeers::oneDNNHas(cell)) {
    auto oneDNN = session.compiled.oneDNN(cell, workspace.task(0));
    if (oneDNN)
      candidates.push_back(std::move(*oneDNN));
    else
      result.notes.push_back("no oneDNN: " +
                             llvm::toString(oneDNN.takeError()));
  }
  SmallVector<std::pair<Way, Accuracy>> peers;
  for (Way &way : candidates) {
    Accuracy accuracy = check(way, workspace);
    if (accuracy.error <= peerTolerance(cell))
      peers.emplace_back(std::move(way), accuracy);
    else
      result.notes.push_back(way.name + " is wrong and left out, error " +
                             std::to_string(accuracy.error) +
                             " of the largest result");
  }
  return peers;
}

static llvm::Expected<CellResult>
measureCell(Session &session, const Cell &cell,
            function_ref<void(const Twine &)> progress) {
  CellResult result;
  result.cell = cell;
  progress("filling arrays");
  const Options &options = session.options;
  if (options.cold)
    result.slots = ringSlots(cell, result);
  auto workspace = Workspace::create(cell, result.slots);
  if (!workspace)
    return workspace.takeError();
  progress("compiling");
  auto norm = compileNorm(session.context, cell, options.pipelineOptions,
                          result.compileSeconds);
  if (!norm)
    return norm.takeError();
  result.norm.accuracy = check(*norm, *workspace);

  SmallVector<Way> ways = {std::move(*norm)};
  ways.append(limits(cell, session.kernels));
  size_t firstPeer = ways.size();
  SmallVector<Accuracy> accuracies;
  if (session.withPeers)
    for (auto &[way, accuracy] : findPeers(session, cell, *workspace, result)) {
      ways.push_back(way);
      accuracies.push_back(accuracy);
    }

  Schedule schedule;
  schedule.rounds = options.rounds;
  schedule.seconds = options.seconds;
  SmallVector<Timing> timings =
      measure(ways, *workspace, schedule, result.rounds,
              [&](unsigned done, unsigned all) {
                progress("round " + Twine(done) + " of " + Twine(all));
              });
  result.norm.timing = timings[0];
  for (size_t i = 1; i < firstPeer; ++i)
    result.copies.push_back({ways[i].name, ways[i].detail, timings[i], {}});
  for (size_t i = firstPeer; i < ways.size(); ++i)
    result.peers.push_back(
        {ways[i].name, ways[i].detail, timings[i], accuracies[i - firstPeer]});
  if (!options.torch.empty() && !cell.isPartial()) {
    progress("PyTorch");
    auto peers = torchPeers(cell, options.torch, options.seconds);
    if (peers)
      llvm::append_range(result.peers, *peers);
    else
      result.notes.push_back("no PyTorch: " +
                             llvm::toString(peers.takeError()));
  }
  return result;
}

/// Makes the pool that compiled code uses that of the peers, which are compiled
/// with OpenMP, too.
static llvm::Error sharePool() {
  auto pool = run::getThreadPool();
  if (!pool)
    return pool.takeError();
  if (!dlopen(pool->library.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL))
    return llvm::createStringError(Twine(dlerror()));
  return llvm::Error::success();
}

/// Measures all cells; the exit status.
static int measureCells(MLIRContext &context, ArrayRef<Cell> cells,
                        const Options &options) {
  unsigned threads = 1;
  for (const Cell &cell : cells)
    threads = std::max(threads, cell.threads);
  if (threads > 1)
    if (llvm::Error error = sharePool())
      return fail(std::move(error));
  bool withPeers = options.peers.getNumOccurrences() ? options.peers.getValue()
                                                     : !options.json;
  auto kernels = findKernels(options.isa);
  if (!kernels)
    return fail(kernels.takeError());
  Session session{context, options, *kernels, withPeers, {}};
  Progress progress(cells.size());
  bool headed = false, wrong = false;
  // What holds for many cells is said once.
  llvm::StringSet<> said;
  for (auto [i, cell] : llvm::enumerate(cells)) {
    auto result =
        measureCell(session, cell, [&, number = i + 1](const Twine &step) {
          progress.show(number, cells[number - 1], step);
        });
    progress.clear();
    if (!result) {
      fail(result.takeError());
      continue;
    }
    if (options.json) {
      printJson(*result, llvm::outs());
    } else {
      if (!headed)
        printTableHead(llvm::outs(), withPeers);
      printTableRow(*result, llvm::outs(), withPeers);
      for (StringRef text : result->notes)
        if (said.insert(text).second)
          note(text);
    }
    llvm::outs().flush();
    headed = true;
    if (!(result->norm.accuracy.share <= 1)) {
      wrong = true;
      fail(llvm::createStringError(
          cell.describe() +
          ": expected an error within the bound of the op, "
          "got " +
          std::to_string(result->norm.accuracy.share) + " times the bound"));
    }
  }
  return headed && !wrong ? 0 : 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM initLLVM(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  run::parseCommandLine(
      argc, argv, options.category,
      "Time a norm beside a copy of the same bytes and other ways\n");
  auto cells = readCells(options);
  if (!cells)
    return fail(cells.takeError());
  if (options.printProgram) {
    StringRef separator;
    for (const Cell &cell : *cells) {
      llvm::outs() << separator << "// " << cell.describe() << "\n"
                   << cell.program();
      separator = "// -----\n";
    }
    return 0;
  }
  DialectRegistry registry;
  run::prepareCompiler(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  return measureCells(context, *cells, options);
}
