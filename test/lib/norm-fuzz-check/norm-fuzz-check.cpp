//===- norm-fuzz-check.cpp - compare programs with what they raise to -----===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-fuzz-check FILE.mlir: raises all functions of a module, compiles those
// in which a norm was found together with what they were before, by upstream
// passes alone, runs both on the same random values and prints one line of JSON
// for each function: the norms found, the sums left, the reasons of near misses
// and, for each result, the largest difference relative to its largest value.
// Raising twice and raising a copy must give the same text.
//
// Arguments say what they want to be: `fuzz.shape` is the shape of a dynamic
// tensor, `fuzz.kind` "x" is scaled by each of the function's `fuzz.scales` in
// turn and shifted by half of that, "positive" is not negative.
//
//===----------------------------------------------------------------------===//

#include "norm-run/UpstreamPipeline.h"
#include "support/CommandLine.h"
#include "support/Execution.h"

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/ExecutionEngine/Compilation.h"
#include "norm/Raise/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/xxhash.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;
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

/// The number of structured ops under `function` that reduce.
static int64_t countReductions(func::FuncOp function) {
  int64_t count = 0;
  function.walk([&](linalg::LinalgOp op) {
    count += op.getNumReductionLoops() > 0 && !op.hasPureBufferSemantics();
  });
  return count;
}

/// The function of `starts` (first lines in ascending order, names) that has
/// the line of `loc`.
static StringRef ownerOf(Location loc,
                         ArrayRef<std::pair<unsigned, StringRef>> starts) {
  auto file = loc->findInstanceOf<FileLineColLoc>();
  if (!file)
    return {};
  auto next = llvm::partition_point(
      starts, [&](auto &start) { return start.first <= file.getLine(); });
  return next == starts.begin() ? StringRef() : std::prev(next)->second;
}

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

/// Random arguments of `function`; those of kind "x" at `scale`.
static llvm::Expected<SmallVector<HostTensor>>
makeArguments(func::FuncOp function, double scale, std::mt19937_64 &generator) {
  SmallVector<HostTensor> arguments;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto tensorType = cast<RankedTensorType>(type);
    ArrayRef<int64_t> shape = tensorType.getShape();
    if (auto own =
            function.getArgAttrOfType<DenseI64ArrayAttr>(i, "fuzz.shape"))
      shape = own;
    auto tensor = allocate(tensorType.getElementType(), shape);
    if (!tensor)
      return tensor.takeError();
    fillRandom(*tensor, generator);
    auto kind = function.getArgAttrOfType<StringAttr>(i, "fuzz.kind");
    for (int64_t at = 0, e = kind ? tensor->elementCount() : 0; at < e; ++at) {
      double value = loadElement(*tensor, at);
      storeElement(*tensor, at,
                   kind.getValue() == "x" ? scale * (value + 0.5)
                                          : std::abs(value));
    }
    arguments.push_back(std::move(*tensor));
  }
  return arguments;
}

/// The largest difference of two tensors, relative to the largest value of the
/// first; infinite where one has a NaN that the other has not.
static double compare(const HostTensor &expected, const HostTensor &found) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (expected.shape != found.shape)
    return infinity;
  double largest = 1e-30, difference = 0;
  for (int64_t i = 0, e = expected.elementCount(); i < e; ++i) {
    double a = loadElement(expected, i), b = loadElement(found, i);
    if (a == b || (std::isnan(a) && std::isnan(b)))
      continue;
    if (std::isfinite(a))
      largest = std::max(largest, std::abs(a));
    double apart = std::abs(a - b);
    difference = std::isnan(apart) ? infinity : std::max(difference, apart);
  }
  for (int64_t i = 0, e = expected.elementCount(); i < e; ++i)
    if (double a = std::abs(loadElement(expected, i)); std::isfinite(a))
      largest = std::max(largest, a);
  return difference / largest;
}

/// The differences of the results of `before` and its raised form in
/// `compiled`, the largest of all scales for each.
static llvm::Expected<SmallVector<double>>
runBoth(const CompiledModule &compiled, func::FuncOp before, uint64_t seed) {
  std::string name = before.getName().str();
  auto original = compiled.lookup(name, before.getFunctionType());
  if (!original)
    return original.takeError();
  auto raised = compiled.lookup(name + kSuffix.str(), before.getFunctionType());
  if (!raised)
    return raised.takeError();
  std::mt19937_64 generator(seed ^ llvm::xxh3_64bits(name));
  SmallVector<double> scales = {1.0};
  if (auto own = before->getAttrOfType<DenseF64ArrayAttr>("fuzz.scales"))
    scales.assign(own.asArrayRef().begin(), own.asArrayRef().end());
  SmallVector<double> errors(before.getNumResults(), 0.0);
  for (double scale : scales) {
    auto arguments = makeArguments(before, scale, generator);
    if (!arguments)
      return arguments.takeError();
    auto expected = original->call(*arguments);
    if (!expected)
      return expected.takeError();
    auto found = raised->call(*arguments);
    if (!found)
      return found.takeError();
    for (auto [error, a, b] : llvm::zip_equal(errors, *expected, *found))
      error = std::max(error, compare(a, b));
  }
  return errors;
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

/// The functions of `before` that have a norm op in `after`, both forms.
static OwningOpRef<ModuleOp> pairUp(ModuleOp before, ModuleOp after) {
  OwningOpRef<ModuleOp> pairs = ModuleOp::create(before.getLoc());
  for (auto function : after.getOps<func::FuncOp>()) {
    if (!function.walk([](NormOpInterface) { return WalkResult::interrupt(); })
             .wasInterrupted())
      continue;
    auto original = before.lookupSymbol<func::FuncOp>(function.getName());
    for (func::FuncOp side : {original, function}) {
      auto copy = cast<func::FuncOp>(side->clone());
      if (side == function)
        copy.setName((function.getName() + kSuffix).str());
      markEntry(copy);
      pairs->push_back(copy);
    }
  }
  return pairs;
}

static llvm::Error checkModule(ModuleOp module, StringRef passes, uint64_t seed,
                               RaisePrecision precision) {
  MLIRContext *context = module.getContext();
  SmallVector<std::pair<unsigned, StringRef>> starts;
  for (auto function : module.getOps<func::FuncOp>())
    if (auto file = function.getLoc()->findInstanceOf<FileLineColLoc>())
      starts.push_back({file.getLine(), function.getName()});
  PassManager before(context, ModuleOp::getOperationName());
  if (failed(parsePassPipeline(passes, before)) || failed(before.run(module)))
    return llvm::createStringError("the passes before the raise failed");

  OwningOpRef<ModuleOp> raised = module.clone(), copy = module.clone();
  SmallVector<RaiseMiss> misses, again;
  raiseNorms(*raised, precision, nullptr, &misses);
  if (failed(verify(*raised)))
    return llvm::createStringError("the raised program does not verify");
  raiseNorms(*copy, precision, nullptr, &again);
  std::string text = textOf(*raised);
  bool isDeterministic = text == textOf(*copy);
  raiseNorms(*copy, precision, nullptr, &again);
  if (!isDeterministic || text != textOf(*copy))
    return llvm::createStringError(isDeterministic
                                       ? "the raise is not idempotent"
                                       : "the raise is not deterministic");
  llvm::StringMap<llvm::json::Array> reasons;
  for (const RaiseMiss &miss : misses)
    reasons[ownerOf(miss.loc, starts)].push_back(miss.reason);

  OwningOpRef<ModuleOp> pairs = pairUp(module, *raised);
  if (llvm::Error error = runStages(*pairs, upstreamStages(/*threads=*/1)))
    return error;
  auto compiled = CompiledModule::create(*pairs, /*level=*/0);
  if (!compiled)
    return compiled.takeError();

  for (auto function : raised->getOps<func::FuncOp>()) {
    llvm::json::Object line;
    llvm::json::Array norms;
    function.walk([&](NormOpInterface op) { norms.push_back(describe(op)); });
    if (!norms.empty()) {
      auto original = module.lookupSymbol<func::FuncOp>(function.getName());
      auto errors = runBoth(*compiled, original, seed);
      if (!errors)
        return errors.takeError();
      // JSON has no infinity.
      llvm::json::Array values;
      for (double error : *errors)
        values.push_back(std::min(error, 1e300));
      line["errors"] = std::move(values);
    }
    line["name"] = function.getName();
    line["norms"] = std::move(norms);
    line["reductions"] = countReductions(function);
    line["reasons"] = std::move(reasons[function.getName()]);
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
  if (llvm::Error error = loadRuntimes(/*threads=*/1))
    return fail(kTool, std::move(error));
  return processFile(kTool, file, context, [&](ModuleOp module) {
    return checkModule(module, passes, seed,
                       strict ? RaisePrecision::Strict
                              : RaisePrecision::Relaxed);
  });
}
