//===- NormWay.cpp - the kernel of this project ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ways.h"

#include "../support/Execution.h"
#include "norm/ExecutionEngine/Compilation.h"

#include "mlir/Parser/Parser.h"

#include <chrono>
#include <memory>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

namespace {
/// The machine code and its call, which point to each other's memory.
struct Kernel {
  run::CompiledFunction function;
  run::PreparedCall call;
};
} // namespace

llvm::Expected<Way> bench::compileNorm(MLIRContext &context, const Cell &cell,
                                       StringRef options,
                                       double &compileSeconds) {
  auto start = std::chrono::steady_clock::now();
  auto module = parseSourceString<ModuleOp>(cell.program(), &context);
  if (!module)
    return llvm::createStringError("the program of " + cell.describe() +
                                   " could not be read");
  auto entry = module->lookupSymbol<func::FuncOp>("main");
  FunctionType types = entry.getFunctionType();
  SmallVector<SmallVector<int64_t>> shapes;
  for (Type type : types.getInputs())
    shapes.emplace_back(cast<RankedTensorType>(type).getShape());

  run::markEntry(entry);
  if (llvm::Error error =
          runStages(*module, run::normStages(cell.threads, 0, options)))
    return error;
  auto function = run::CompiledFunction::create(*module, "main", types);
  if (!function)
    return function.takeError();
  auto call = function->prepare(shapes);
  if (!call)
    return call.takeError();
  compileSeconds +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();

  auto kernel =
      std::make_shared<Kernel>(Kernel{std::move(*function), std::move(*call)});
  return Way{"norm", "", [kernel](const Task &task) {
               unsigned next = 0;
               auto pass = [&](const void *data) {
                 kernel->call.setData(next++, const_cast<void *>(data));
               };
               pass(task.x);
               if (task.residual)
                 pass(task.residual);
               pass(task.scale);
               if (task.op == OpKind::LayerNorm)
                 pass(task.bias);
               pass(task.y);
               if (task.sum)
                 pass(task.sum);
               kernel->call();
             }};
}
