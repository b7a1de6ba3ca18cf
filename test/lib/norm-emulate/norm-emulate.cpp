//===- norm-emulate.cpp - run GPU kernels on the CPU ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-emulate FILE.mlir --input=X.npy ... --output=Y.npy ... --seed=N
//
// Compiles the functions of a program to GPU kernels and runs @main: the host
// code op by op, each thread of a block as a fiber, in an order that the seed
// decides. Reported as errors: barriers, of a block and of a cluster, and
// shuffles that not all threads come to, accesses to memory of blocks that do
// not run, races between barriers, accesses that are out of bounds or not
// aligned, reads of workgroup memory that was never written. A program that has
// kernels already is run as it is.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"
#include "norm-run/Arguments.h"
#include "norm-run/NpyFile.h"

#include "norm/InitAllDialects.h"
#include "norm/Pipelines/Pipelines.h"

#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::emulate;
namespace cl = llvm::cl;

static int fail(llvm::Error error) {
  llvm::WithColor::error(llvm::errs(), "norm-emulate")
      << llvm::toString(std::move(error)) << "\n";
  return 1;
}

/// Tensors become memrefs, norms kernels; the host computes the rest. Nothing
/// is freed: results live as long as the process.
static LogicalResult compile(ModuleOp module,
                             const NormKernelsOptions &options) {
  if (!module.getOps<gpu::GPUModuleOp>().empty())
    return success();
  PassManager pm(module.getContext());
  buildNormFusionPipeline(pm, "gpu");
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  pm.addPass(bufferization::createEmptyTensorToAllocTensorPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  pm.addPass(createCanonicalizerPass());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  buildNormKernelsPipeline(pm, options);
  return pm.run(module);
}

/// Copies between a tensor and memory of the emulator, whose host is the
/// accessor.
static Datum fromTensor(const run::HostTensor &tensor, Type type) {
  Type element = cast<RankedTensorType>(type).getElementType();
  auto view = allocate(MemRefType::get(tensor.shape, element), {});
  int64_t bytes = run::getElementBytes(tensor.type);
  std::string problem;
  for (int64_t i = 0; i < tensor.elementCount(); ++i) {
    uint64_t bits = 0;
    std::memcpy(&bits, tensor.data.get() + i * bytes, bytes);
    view->buffer->store(i, bits, Accessor(), problem);
  }
  return {{}, view};
}

static llvm::Expected<run::HostTensor> toTensor(const View &view, Type type) {
  llvm::Expected<run::HostTensor> tensor =
      run::allocate(*run::getDataType(type), view.sizes);
  if (!tensor)
    return tensor.takeError();
  int64_t bytes = run::getElementBytes(tensor->type);
  std::string problem;
  for (int64_t i = 0; i < tensor->elementCount(); ++i) {
    uint64_t bits = view.buffer->load(i, Accessor(), problem);
    std::memcpy(tensor->data.get() + i * bytes, &bits, bytes);
  }
  return tensor;
}

static int runMain(ModuleOp module, ArrayRef<std::string> inputs,
                   ArrayRef<std::string> outputs,
                   const NormKernelsOptions &options, Launch &launch) {
  auto entry = module.lookupSymbol<func::FuncOp>("main");
  SmallVector<Datum> arguments;
  if (entry && entry.getNumArguments() != 0) {
    auto tensors = run::prepareArguments(entry, inputs, std::nullopt);
    if (!tensors)
      return fail(tensors.takeError());
    for (auto [tensor, type] : llvm::zip(*tensors, entry.getArgumentTypes()))
      arguments.push_back(fromTensor(tensor, type));
  }
  if (failed(compile(module, options)))
    return 1;
  entry = module.lookupSymbol<func::FuncOp>("main");
  if (!entry)
    return fail(llvm::createStringError("expected a function @main"));

  FailureOr<SmallVector<Datum>> results =
      Interpreter(launch).run(entry.getBody(), arguments);
  if (failed(results))
    return 1;
  std::vector<run::HostTensor> tensors;
  SmallVector<const run::HostTensor *> pointers;
  for (auto [result, type] : llvm::zip(*results, entry.getResultTypes())) {
    auto tensor =
        toTensor(*result.view, cast<MemRefType>(type).getElementType());
    if (!tensor)
      return fail(tensor.takeError());
    tensors.push_back(std::move(*tensor));
  }
  if (outputs.size() > tensors.size())
    return fail(
        llvm::createStringError("expected as many --output as results"));
  for (size_t i = 0; i < outputs.size(); ++i)
    pointers.push_back(&tensors[i]);
  if (llvm::Error error = run::writeNpyFiles(outputs, pointers))
    return fail(std::move(error));
  return 0;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::opt<std::string> file(cl::Positional, cl::Required,
                            cl::desc("FILE.mlir"));
  cl::list<std::string> inputs("input", cl::desc("Array files of arguments"));
  cl::list<std::string> outputs("output", cl::desc("Array files of results"));
  cl::opt<uint64_t> seed("seed", cl::desc("Decides the order of threads"),
                         cl::init(0));
  cl::opt<uint64_t> approximation(
      "approximation",
      cl::desc("Decides what rsqrt.approx gives, within its error"),
      cl::init(0));
  cl::opt<std::string> chip("chip", cl::desc("The chip, sm_70 to sm_121"),
                            cl::init("sm_90"));
  cl::opt<bool> rowsInTurn(
      "rows-in-turn", cl::desc("As for norm-rows-to-kernels"), cl::init(true));
  cl::opt<bool> dependentLaunch("dependent-launch",
                                cl::desc("As for norm-rows-to-kernels"));
  cl::ParseCommandLineOptions(argc, argv, "runs GPU kernels on the CPU\n");

  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::norm::registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(file, sources, &context);
  if (!module)
    return 1;
  Launch launch{std::mt19937_64(seed), approximation};
  NormKernelsOptions options;
  options.chip = chip;
  options.rowsInTurn = rowsInTurn;
  options.dependentLaunch = dependentLaunch;
  return runMain(*module, inputs, outputs, options, launch);
}
