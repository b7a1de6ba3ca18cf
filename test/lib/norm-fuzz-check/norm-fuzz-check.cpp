//===- norm-fuzz-check.cpp - compare programs with what they raise to -----===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-fuzz-check FILE.mlir: raises all functions of a module, compiles those
// in which a norm was found together with what they were before, by upstream
// passes alone, runs both on the same values (Samples.h) and prints one line of
// JSON for each function: the norms and gradients found, the sums left, the
// reasons of near misses, the ops on floats left, for each result the largest
// difference relative to its largest value, and what differs where one element
// of one argument is NaN, infinite, the largest or the smallest number, or
// where rows are scaled far up or down. With --again, raising twice and raising
// a copy must give the same text.
//
// Arguments say what they want to be: `fuzz.shape` is the shape of a dynamic
// tensor, `fuzz.also` another one to try, `fuzz.kind` "x" is scaled by each of
// the function's `fuzz.scales` in turn and shifted by half of that, "positive"
// is not negative, and "huge" is far larger than rows are.
//
//===----------------------------------------------------------------------===//

#include "Samples.h"

#include "support/Calls.h"
#include "support/CommandLine.h"
#include "support/UpstreamPipeline.h"

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Raise/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;
using namespace mlir::norm::fuzz;
namespace cl = llvm::cl;

static constexpr StringLiteral kTool = "norm-fuzz-check";
static constexpr StringLiteral kSuffix = ".raised";

static std::string textOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream(text) << module;
  return text;
}

//===----------------------------------------------------------------------===//
// What was found
//===----------------------------------------------------------------------===//

/// The attributes of a norm op, as a recipe says what it expects.
static llvm::json::Value describe(NormOpInterface op) {
  llvm::json::Object norm;
  norm["op"] = op->getName().stripDialect();
  norm["epsilon"] = op.getEpsilon().convertToDouble();
  norm["outside"] = op.getEpsMode() == EpsMode::outside;
  norm["dimensions"] = llvm::json::Array(op.getDimensions());
  if (std::optional<int64_t> k = op.getStatisticLength())
    norm["k"] = *k;
  norm["scale"] = op.getScale() != nullptr;
  norm["bias"] = op.getBias() != nullptr;
  norm["offset"] = static_cast<int64_t>(op.getScaleOffset());
  norm["rounded"] = op.getScaleRounding().has_value();
  return norm;
}

/// What a backward op is asked for, and of what.
static llvm::json::Value describe(NormBackwardOpInterface op) {
  llvm::json::Object gradient;
  gradient["op"] = op->getName().stripDialect();
  gradient["dx"] = op.getDxInit() != nullptr;
  gradient["dscale"] = op.getDscaleInit() != nullptr;
  gradient["dbias"] = op.getDbiasInit() != nullptr;
  gradient["scale"] = op.getScale() != nullptr;
  if (std::optional<int64_t> k = op.getStatisticLength())
    gradient["k"] = *k;
  return gradient;
}

/// The number of structured ops under `function` that reduce.
static int64_t countReductions(func::FuncOp function) {
  int64_t count = 0;
  function.walk([&](linalg::LinalgOp op) {
    count += op.getNumReductionLoops() > 0 && !op.hasPureBufferSemantics();
  });
  return count;
}

/// The function of `starts` (first lines in ascending order, names) that has
/// the line of `loc`; if there is one function only, it has any.
static StringRef ownerOf(Location loc,
                         ArrayRef<std::pair<unsigned, StringRef>> starts) {
  if (starts.size() == 1)
    return starts.front().second;
  auto file = loc->findInstanceOf<FileLineColLoc>();
  if (!file)
    return {};
  const auto *next = llvm::partition_point(
      starts, [&](auto &start) { return start.first <= file.getLine(); });
  return next == starts.begin() ? StringRef() : std::prev(next)->second;
}

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

namespace {
/// What is checked, and how.
struct Checks {
  std::string passes;
  uint64_t seed;
  bool strict;
  /// Raise a copy, and raise it again; reports the remarks.
  bool again;
  /// Random values alone.
  bool ordinary;
};

/// What runs of a program and its raised form have shown.
struct Findings {
  /// Of each result the largest difference on ordinary values, from the program
  /// as written and from the program in f64.
  SmallVector<double> errors, exact;
  /// Differences at the edges, the first of each kind.
  llvm::json::Array edges;
};
} // namespace

/// Errors, the largest at most 1e300: JSON has no infinity.
static llvm::json::Array numbers(ArrayRef<double> errors) {
  llvm::json::Array values;
  for (double error : errors)
    values.push_back(std::min(error, 1e300));
  return values;
}

/// Numbers as text, since JSON has neither NaN nor infinity.
static std::string textOf(double value) {
  return llvm::formatv("{0:e6}", value).str();
}

/// Adds what `difference` is, in result `result` of `sample`, to `edges`.
static void note(llvm::json::Array &edges, const Sample &sample,
                 unsigned result, const Difference &difference) {
  bool isKnown = llvm::any_of(edges, [&](const llvm::json::Value &edge) {
    return edge.getAsObject()->getString("what") == difference.what;
  });
  if (isKnown)
    return;
  edges.push_back(llvm::json::Object{
      {"what", difference.what},
      {"sample", sample.name},
      {"finite", sample.kind != Sample::Kind::NonFinite},
      {"result", static_cast<int64_t>(result)},
      {"element", difference.element},
      {"written", textOf(difference.written)},
      {"raised", textOf(difference.raised)},
  });
}

namespace {
/// A module as machine code, with the signatures of its functions.
struct CompiledModule {
  llvm::StringMap<Signature> signatures;
  std::shared_ptr<Code> code;

  /// Compiles `module`, which is used up, by upstream passes alone.
  static llvm::Expected<CompiledModule> create(ModuleOp module);

  llvm::Expected<run::Program> lookup(StringRef name) const {
    auto function = code->lookup(name);
    if (!function)
      return function.takeError();
    return run::Program{signatures.at(name), code, *function};
  }
};
} // namespace

llvm::Expected<CompiledModule> CompiledModule::create(ModuleOp module) {
  CompiledModule compiled;
  for (auto function : module.getOps<func::FuncOp>()) {
    auto signature = getSignature(function);
    if (!signature)
      return signature.takeError();
    compiled.signatures[function.getName()] = std::move(*signature);
    markEntry(function);
  }
  if (llvm::Error error = runStages(module, upstreamStages(/*threads=*/1)))
    return error;
  for (const auto &[name, signature] : compiled.signatures)
    if (llvm::Error error = checkInterface(module, name, signature))
      return error;
  auto target = getCpuTarget();
  if (!target)
    return target.takeError();
  auto object = emitObject(module, *target, /*optimizes=*/false);
  if (!object)
    return object.takeError();
  auto code = Code::load(std::move(*object));
  if (!code)
    return code.takeError();
  compiled.code = std::move(*code);
  return compiled;
}

namespace {
/// The functions of one program: as written, raised, and in f64.
struct Forms {
  run::Program written, raised;
  std::optional<run::Program> exact;

  static llvm::Expected<Forms> lookup(const CompiledModule &pairs,
                                      StringRef name,
                                      const CompiledModule *inF64) {
    auto written = pairs.lookup(name);
    if (!written)
      return written.takeError();
    auto raised = pairs.lookup((name + kSuffix).str());
    if (!raised)
      return raised.takeError();
    Forms forms{std::move(*written), std::move(*raised), std::nullopt};
    if (!inF64 || !inF64->signatures.contains(name))
      return forms;
    auto exact = inF64->lookup(name);
    if (!exact)
      return exact.takeError();
    forms.exact = std::move(*exact);
    return forms;
  }
};
} // namespace

/// Raises each of `errors` to how far the results `found` are from `expected`;
/// without `expected` there are no errors.
static void grow(MutableArrayRef<double> errors, ArrayRef<HostTensor> expected,
                 ArrayRef<HostTensor> found) {
  for (auto [error, a, b] : llvm::zip(errors, expected, found))
    error = std::max(error, compare(a, b));
}

/// Runs a program and its raised form on samples of inputs.
static llvm::Expected<Findings>
runBoth(const Forms &program, func::FuncOp before, const Checks &checks) {
  std::mt19937_64 generator(checks.seed ^ llvm::xxh3_64bits(before.getName()));
  double tolerance = 1e-9;
  if (auto own = before->getAttrOfType<FloatAttr>("fuzz.tolerance"))
    tolerance = own.getValueAsDouble();
  Findings findings;
  findings.errors.assign(before.getNumResults(), 0.0);
  findings.exact.assign(program.exact ? before.getNumResults() : 0, 0.0);
  SmallVector<double> magnitudes;
  for (const Sample &sample : samplesOf(before, generator)) {
    if (checks.ordinary && sample.kind != Sample::Kind::Ordinary)
      continue;
    auto arguments = makeArguments(before, sample, generator);
    if (!arguments)
      return arguments.takeError();
    auto written = callOnTensors(program.written, *arguments);
    if (!written)
      return written.takeError();
    auto raised = callOnTensors(program.raised, *arguments);
    if (!raised)
      return raised.takeError();
    if (magnitudes.empty())
      magnitudes = llvm::map_to_vector(*written, largestFinite);
    SmallVector<HostTensor> inF64;
    if (program.exact) {
      auto exact = callOnTensors(*program.exact, *arguments);
      if (!exact)
        return exact.takeError();
      inF64 = std::move(*exact);
    }
    if (sample.kind == Sample::Kind::Ordinary) {
      grow(findings.errors, *written, *raised);
      grow(findings.exact, inF64, *raised);
      continue;
    }
    for (unsigned i = 0, e = before.getNumResults(); i < e; ++i)
      for (const Difference &difference : compareElements(
               (*written)[i], (*raised)[i], inF64.empty() ? nullptr : &inF64[i],
               tolerance, magnitudes[i], sample.kind))
        note(findings.edges, sample, i, difference);
  }
  return findings;
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

/// The functions of `before` that have a norm op in `after`, both forms.
static OwningOpRef<ModuleOp> pairUp(ModuleOp before, ModuleOp after) {
  OwningOpRef<ModuleOp> pairs = ModuleOp::create(before.getLoc());
  for (auto function : after.getOps<func::FuncOp>()) {
    if (!function
             .walk([](NormRowsOpInterface) { return WalkResult::interrupt(); })
             .wasInterrupted())
      continue;
    auto original = before.lookupSymbol<func::FuncOp>(function.getName());
    for (func::FuncOp side : {original, function}) {
      auto copy = cast<func::FuncOp>(side->clone());
      if (side == function)
        copy.setName((function.getName() + kSuffix).str());
      pairs->push_back(copy);
    }
  }
  return pairs;
}

/// The number of ops under `function` that say how they round.
static int64_t countRoundingModes(func::FuncOp function) {
  int64_t count = 0;
  function.walk([&](arith::ArithRoundingModeInterface op) {
    count += op.getRoundingModeAttr() != nullptr;
  });
  return count;
}

/// The number of ops on floats under `function` beside norms and casts.
static int64_t countArithmetic(func::FuncOp function) {
  int64_t count = 0;
  function.walk([&](arith::ArithFastMathInterface op) {
    count += !isa<CastOpInterface>(op.getOperation());
  });
  return count;
}

/// Remarks by the name of the function they are in.
using Remarks = llvm::StringMap<llvm::json::Array>;

/// Raises `module` and returns what it remarks.
static Remarks
raiseWithRemarks(ModuleOp module, RaisePrecision precision,
                 ArrayRef<std::pair<unsigned, StringRef>> starts) {
  MLIRContext *context = module.getContext();
  Remarks remarks;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Remark)
      return failure();
    remarks[ownerOf(diagnostic.getLocation(), starts)].push_back(
        diagnostic.str());
    return success();
  });
  remark::RemarkCategories categories;
  categories.passed = categories.analysis = ".*";
  (void)remark::enableOptimizationRemarks(
      *context, nullptr, std::make_unique<remark::RemarkEmittingPolicyAll>(),
      categories, /*printAsEmitRemarks=*/true);
  raiseNorms(module, precision);
  context->setRemarkEngine(nullptr);
  return remarks;
}

/// `inF64` holds programs of `module` with all arithmetic in f64, or is null.
static llvm::Error checkModule(ModuleOp module, ModuleOp inF64,
                               const Checks &checks) {
  RaisePrecision precision =
      checks.strict ? RaisePrecision::Strict : RaisePrecision::Relaxed;
  MLIRContext *context = module.getContext();
  SmallVector<std::pair<unsigned, StringRef>> starts;
  for (auto function : module.getOps<func::FuncOp>())
    if (auto file = function.getLoc()->findInstanceOf<FileLineColLoc>())
      starts.push_back({file.getLine(), function.getName()});
  PassManager before(context, ModuleOp::getOperationName());
  if (failed(parsePassPipeline(checks.passes, before)) ||
      failed(before.run(module)) || failed(verify(module)))
    return llvm::createStringError("the passes before the raise failed");

  OwningOpRef<ModuleOp> raised = module.clone();
  SmallVector<RaiseMiss> misses;
  raiseNorms(*raised, precision, nullptr, &misses);
  if (failed(verify(*raised)))
    return llvm::createStringError("the raised program does not verify");
  Remarks remarks;
  if (checks.again) {
    OwningOpRef<ModuleOp> copy = module.clone();
    remarks = raiseWithRemarks(*copy, precision, starts);
    std::string text = textOf(*raised);
    if (text != textOf(*copy))
      return llvm::createStringError("the raise is not deterministic");
    raiseWithRemarks(*copy, precision, starts);
    if (text != textOf(*copy))
      return llvm::createStringError("the raise is not idempotent");
  }
  llvm::StringMap<llvm::json::Array> reasons;
  for (const RaiseMiss &miss : misses)
    reasons[ownerOf(miss.loc, starts)].push_back(miss.reason);

  OwningOpRef<ModuleOp> pairs = pairUp(module, *raised);
  auto compiled = CompiledModule::create(*pairs);
  if (!compiled)
    return compiled.takeError();
  OwningOpRef<ModuleOp> loweredInF64;
  std::optional<CompiledModule> compiledInF64;
  if (inF64) {
    loweredInF64 = inF64.clone();
    auto exact = CompiledModule::create(*loweredInF64);
    if (!exact)
      return exact.takeError();
    compiledInF64.emplace(std::move(*exact));
  }

  for (auto function : raised->getOps<func::FuncOp>()) {
    llvm::json::Object line;
    llvm::json::Array norms;
    function.walk([&](NormOpInterface op) { norms.push_back(describe(op)); });
    llvm::json::Array gradients;
    function.walk(
        [&](NormBackwardOpInterface op) { gradients.push_back(describe(op)); });
    if (!norms.empty() || !gradients.empty()) {
      auto original = module.lookupSymbol<func::FuncOp>(function.getName());
      auto program = Forms::lookup(*compiled, function.getName(),
                                   compiledInF64 ? &*compiledInF64 : nullptr);
      if (!program)
        return program.takeError();
      auto findings = runBoth(*program, original, checks);
      if (!findings)
        return findings.takeError();
      line["errors"] = numbers(findings->errors);
      if (program->exact)
        line["exact"] = numbers(findings->exact);
      line["edges"] = std::move(findings->edges);
      line["modes"] = llvm::json::Array{countRoundingModes(original),
                                        countRoundingModes(function)};
    }
    line["name"] = function.getName();
    line["norms"] = std::move(norms);
    line["gradients"] = std::move(gradients);
    line["reductions"] = countReductions(function);
    line["arithmetic"] = countArithmetic(function);
    line["reasons"] = std::move(reasons[function.getName()]);
    line["remarks"] = std::move(remarks[function.getName()]);
    llvm::outs() << llvm::json::Value(std::move(line)) << "\n";
  }
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM initLLVM(argc, argv);
  cl::ResetCommandLineParser();
  cl::opt<std::string> file(cl::Positional, cl::Required,
                            cl::desc("FILE.mlir"));
  cl::opt<std::string> passes("before",
                              cl::desc("Passes on the module before the raise"),
                              cl::value_desc("pipeline"));
  cl::opt<uint64_t> seed("seed", cl::desc("Seed of the random values"),
                         cl::init(0));
  cl::opt<std::string> exact("exact", cl::desc("The same programs in f64"),
                             cl::value_desc("file"));
  cl::opt<bool> again("again", cl::desc("Raise a copy, and raise it again; "
                                        "reports the remarks"));
  cl::opt<bool> ordinary("ordinary", cl::desc("Random values alone"));
  cl::opt<bool> strict("strict", cl::desc("Raise by the strict precision"));
  cl::ParseCommandLineOptions(argc, argv,
                              "Compare programs with what they raise to\n");

  mlir::registerAllPasses();
  DialectRegistry registry;
  prepareCompiler(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.allowUnregisteredDialects();
  // Only dialects that the program's text names are loaded: raiseNorms has to
  // load what it builds.
  return processFile(kTool, file, context, [&](ModuleOp module) {
    OwningOpRef<ModuleOp> inF64;
    if (!exact.empty() && !(inF64 = parseSourceFile<ModuleOp>(exact, &context)))
      return llvm::createStringError("expected a module in '%s'",
                                     exact.c_str());
    return checkModule(module, inF64 ? *inF64 : ModuleOp(),
                       {passes, seed, strict, again, ordinary});
  });
}
