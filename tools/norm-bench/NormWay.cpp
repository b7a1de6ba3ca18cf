//===- NormWay.cpp - the kernel of this project ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ways.h"

#include "norm/Execution/Program.h"

#include "mlir/Parser/Parser.h"

#include <chrono>
#include <memory>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

/// The arrays of a call, arguments before results; null where there is none.
static SmallVector<const void *> arraysOf(const Task &task) {
  if (isBackward(task.op))
    return {task.dy,   task.x,  task.scale,  task.rstd,
            task.mean, task.dx, task.dscale, task.dbias};
  return {task.x,     task.residual,
          task.scale, task.op == OpKind::LayerNorm ? task.bias : nullptr,
          task.y,     task.sum};
}

/// The call of `program` on `task`, with arguments before results.
static llvm::Expected<std::function<void()>> bindTo(const run::Program &program,
                                                    const Task &task) {
  SmallVector<NormTensor, 8> tensors;
  SmallVector<const NormTensor *, 8> pointers;
  for (const void *data : arraysOf(task)) {
    if (!data)
      continue;
    const run::TensorSpec &spec = program.signature.tensors[tensors.size()];
    tensors.push_back({const_cast<void *>(data),
                       {NORM_DEVICE_CPU, 0},
                       static_cast<int32_t>(spec.shape.size()),
                       spec.type,
                       const_cast<int64_t *>(spec.shape.data()),
                       nullptr,
                       0});
  }
  for (const NormTensor &tensor : tensors)
    pointers.push_back(&tensor);
  return run::bind(program, {pointers.data()});
}

llvm::Expected<Way> bench::compileNorm(MLIRContext &context, const Cell &cell,
                                       StringRef options,
                                       double &compileSeconds) {
  auto start = std::chrono::steady_clock::now();
  auto module = parseSourceString<ModuleOp>(cell.program(), &context);
  if (!module)
    return llvm::createStringError("the program of " + cell.describe() +
                                   " could not be read");
  run::PipelineOptions pipeline;
  pipeline.threads = cell.threads;
  pipeline.more = options.str();
  auto stages = run::normStages(pipeline);
  if (!stages)
    return stages.takeError();
  auto stored =
      run::compile(module->lookupSymbol<func::FuncOp>("main"), *stages);
  if (!stored)
    return stored.takeError();
  auto program = run::link(std::move(*stored), "main");
  if (!program)
    return program.takeError();
  compileSeconds +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  // Arrays are checked when they are first seen, not in the time that is taken:
  // other ways check nothing.
  auto shared = std::make_shared<run::Program>(std::move(*program));
  auto calls =
      std::make_shared<llvm::DenseMap<const void *, std::function<void()>>>();
  return Way{"norm", "", [shared, calls](const Task &task) {
               std::function<void()> &call = (*calls)[task.x];
               if (!call)
                 call = llvm::cantFail(bindTo(*shared, task));
               call();
             }};
}
