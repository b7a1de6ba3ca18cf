//===- Context.cpp - settings and the kernels made under them -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include "Versioned.h"
#include "norm/Version.h"

#include "llvm/Config/llvm-config.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;

/// All that the machine code depends on.
static std::string getKey(const Request &request, StringRef host) {
  std::string key;
  llvm::raw_string_ostream(key)
      << "norm " << NORM_VERSION_STRING << ", LLVM " << LLVM_VERSION_STRING
      << ", host " << host << ", threads " << request.threads << ", raises "
      << request.raises << ", entry " << request.entry.size() << ' '
      << request.entry << ", program " << request.program;
  return key;
}

llvm::Expected<std::shared_ptr<const Program>>
NormContext::get(Request request, std::vector<StoredRemark> *remarks) {
  request.threads = threads;
  std::string key = getKey(request, describeHost());
  if (std::optional<StoredKernel> stored = cache.load(key)) {
    auto linked = link(std::move(*stored), request.entry);
    if (linked) {
      ++loaded;
      return std::make_shared<const Program>(std::move(*linked));
    }
    llvm::consumeError(linked.takeError());
  }
  auto kernel = capi::compile(request, remarks);
  if (!kernel)
    return kernel.takeError();
  ++compiled;
  cache.store(key, kernel->signature, kernel->object->getBuffer());
  auto linked = link(std::move(*kernel), request.entry);
  if (!linked)
    return linked.takeError();
  return std::make_shared<const Program>(std::move(*linked));
}

llvm::Expected<std::shared_ptr<const Program>>
NormContext::get(const OpSpec &spec) {
  std::string text = getProgram(spec);
  std::shared_ptr<Slot> slot;
  {
    std::lock_guard<std::mutex> lock(mutex);
    std::shared_ptr<Slot> &found = slots[text];
    if (!found)
      found = std::make_shared<Slot>();
    slot = found;
  }
  std::lock_guard<std::mutex> lock(slot->mutex);
  if (slot->program)
    return slot->program;
  Request request;
  request.program = text;
  request.raises = false;
  auto program = get(request, nullptr);
  if (program)
    slot->program = *program;
  return program;
}

//===----------------------------------------------------------------------===//
// The interface
//===----------------------------------------------------------------------===//

NormStatus normContextCreate(const NormContextOptions *options,
                             NormContext **context, NormError **error) {
  if (context)
    *context = nullptr;
  auto create = [&]() -> llvm::Error {
    if (!context)
      return makeFailure(NORM_INVALID_ARGUMENT,
                         "expected a place for the context, got NULL");
    auto copy = copyVersioned(options, "context options");
    if (!copy)
      return copy.takeError();
    if (copy->threads > 1024)
      return makeFailure(NORM_INVALID_ARGUMENT,
                         "expected at most 1024 threads, got " +
                             Twine(copy->threads));
    *context = new NormContext(
        copy->cache_directory ? copy->cache_directory : "", copy->threads);
    return llvm::Error::success();
  };
  return finish(create(), error);
}

const char *normContextGetCacheDirectory(const NormContext *context) {
  return context ? context->cache.getFolder().c_str() : "";
}

void normContextGetCounts(const NormContext *context, uint64_t *compiled,
                          uint64_t *loaded) {
  if (compiled)
    *compiled = context ? context->compiled.load() : 0;
  if (loaded)
    *loaded = context ? context->loaded.load() : 0;
}

void normContextDestroy(NormContext *context) { delete context; }
