//===- Compile.cpp - from a program to a kernel that can be stored --------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include "norm/Models/Passes.h"

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

/// The function to compile, in a program that `session` reads.
static llvm::Expected<func::FuncOp> readEntry(Session &session,
                                              const Request &request) {
  if (llvm::Error error = session.parse(request.program, request.fileName))
    return error;
  auto entry = findEntry(session.getModule(), request.entry);
  if (entry && request.hasParallelFor)
    if (llvm::Error error = refuseOpenMP(session.getModule()))
      return error;
  return entry;
}

/// Machine code; norms are looked for if `raises`.
static llvm::Expected<StoredKernel> compileEntry(Session &session,
                                                 func::FuncOp entry,
                                                 const Request &request,
                                                 bool raises) {
  PipelineOptions options;
  options.raises = raises;
  options.isStrict = request.isStrict;
  options.threads = request.threads;
  auto stages = normStages(options);
  if (!stages)
    return stages.takeError();
  auto kernel = run::compile(entry, *stages);
  if (!kernel)
    return session.explain(kernel.takeError());
  return kernel;
}

llvm::Expected<StoredKernel> capi::compile(const Request &request,
                                           std::vector<StoredRemark> *remarks) {
  std::optional<llvm::Expected<StoredKernel>> kernel;
  runOnLargeStack([&] {
    Session session(remarks);
    auto entry = readEntry(session, request);
    if (entry)
      kernel.emplace(compileEntry(session, *entry, request, request.raises));
    else
      kernel.emplace(entry.takeError());
  });
  return std::move(*kernel);
}

static llvm::Expected<WatchedKernel> compileWatchedHere(const Request &request,
                                                        int64_t k) {
  Session session(/*remarks=*/nullptr);
  auto entry = readEntry(session, request);
  if (!entry)
    return entry.takeError();
  session.loadDialects(*createNormInstrument());
  if (request.raises) {
    PassManager pm(session.getModule().getContext());
    pm.addPass(run::createRaise(request.isStrict));
    if (llvm::Error error = session.run(pm))
      return error;
    entry = findEntry(session.getModule(), request.entry);
    if (!entry)
      return entry.takeError();
  }
  auto instrumentation = instrumentNorms(*entry, k, Delivery::calls);
  if (!instrumentation)
    return instrumentation.takeError();
  WatchedKernel made;
  made.instrumentation = std::move(*instrumentation);
  if (request.fileName.empty())
    for (NormProfile &norm : made.instrumentation.profile.norms)
      norm.location.clear();
  if (made.instrumentation.profile.norms.empty())
    return made;
  auto kernel = compileEntry(session, *entry, request, /*raises=*/false);
  if (!kernel)
    return kernel.takeError();
  auto linked = link(std::move(*kernel), request.entry);
  if (!linked)
    return linked.takeError();
  made.program = std::move(*linked);
  return made;
}

llvm::Expected<WatchedKernel> capi::compileWatched(const Request &request,
                                                   int64_t k) {
  std::optional<llvm::Expected<WatchedKernel>> kernel;
  runOnLargeStack([&] { kernel.emplace(compileWatchedHere(request, k)); });
  return std::move(*kernel);
}
