//===- Compile.cpp - from a program to a kernel that can be stored --------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include "mlir/Dialect/OpenMP/OpenMPDialect.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;

/// Barriers are between all threads of a team, and a caller's pool has none.
static llvm::Error refuseOpenMP(ModuleOp module) {
  Operation *found = nullptr;
  module.walk([&](Operation *op) {
    if (!isa_and_nonnull<omp::OpenMPDialect>(op->getDialect()))
      return WalkResult::advance();
    found = op;
    return WalkResult::interrupt();
  });
  if (!found)
    return llvm::Error::success();
  return makeFailure(NORM_UNSUPPORTED, found->getLoc(),
                     "expected a program without OpenMP in a context with "
                     "parallel_for, got " +
                         found->getName().getStringRef());
}

static llvm::Expected<StoredKernel>
compileHere(const Request &request, std::vector<StoredRemark> *remarks) {
  Session session(remarks);
  if (llvm::Error error = session.parse(request.program, request.fileName))
    return error;
  auto entry = findEntry(session.getModule(), request.entry);
  if (!entry)
    return entry.takeError();
  if (request.hasParallelFor)
    if (llvm::Error error = refuseOpenMP(session.getModule()))
      return error;
  PipelineOptions options;
  options.raises = request.raises;
  options.isStrict = request.isStrict;
  options.threads = request.threads;
  auto stages = normStages(options);
  if (!stages)
    return stages.takeError();
  auto kernel = run::compile(*entry, *stages);
  if (!kernel)
    return session.explain(kernel.takeError());
  return kernel;
}

llvm::Expected<StoredKernel> capi::compile(const Request &request,
                                           std::vector<StoredRemark> *remarks) {
  std::optional<llvm::Expected<StoredKernel>> kernel;
  runOnLargeStack([&] { kernel.emplace(compileHere(request, remarks)); });
  return std::move(*kernel);
}
