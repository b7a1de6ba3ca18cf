//===- Context.cpp - settings and the kernels made under them -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include "Versioned.h"
#include "norm/Execution/Threads.h"
#include "norm/Version.h"

#include "mlir/IR/Verifier.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/TargetParser/Host.h"

#include <dlfcn.h>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;

/// Size and time of the files that hold norm, MLIR and LLVM: another build of
/// one version makes other code, which may be what mends a kernel.
static std::string describeFiles() {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (void *address : {reinterpret_cast<void *>(&capi::getKey),
                        reinterpret_cast<void *>(&mlir::verify),
                        reinterpret_cast<void *>(&llvm::sys::getHostCPUName)}) {
    Dl_info info;
    llvm::sys::fs::file_status status;
    if (dladdr(address, &info) && info.dli_fname &&
        !llvm::sys::fs::status(info.dli_fname, status))
      os << status.getSize() << " of "
         << status.getLastModificationTime().time_since_epoch().count() << ' ';
  }
  return text;
}

std::string capi::getKey(const Request &request, StringRef machine) {
  static const std::string files = describeFiles();
  std::string key;
  llvm::raw_string_ostream(key)
      << "norm " << NORM_VERSION_STRING << ", LLVM " << LLVM_VERSION_STRING
      << ", files " << files << ", " << machine << ", threads "
      << request.threads << ", raises " << request.raises << ", strict "
      << request.isStrict << ", pool " << request.hasParallelFor << ", entry "
      << request.entry.size() << ' ' << request.entry << ", program "
      << request.program;
  return key;
}

llvm::Expected<NormContext::Made>
NormContext::get(Request request, std::vector<StoredRemark> *remarks) {
  request.threads = threads;
  request.hasParallelFor = host && host->parallelFor.function;
  auto make = [&](Program program) -> Made {
    auto recipe = std::make_shared<Recipe>(request);
    return {std::make_shared<const Program>(std::move(program)), recipe,
            std::make_shared<DeviceKernels>(recipe, cache, counts), nullptr};
  };
  std::string key = getKey(request, "host " + describeHost());
  if (std::optional<StoredKernel> stored = cache.load(key)) {
    auto linked = link(std::move(*stored), request.entry);
    if (linked) {
      ++counts->loaded;
      return make(std::move(*linked));
    }
    llvm::consumeError(linked.takeError());
  }
  auto kernel = capi::compile(request, remarks);
  if (!kernel)
    return kernel.takeError();
  ++counts->compiled;
  cache.store(key, kernel->signature, kernel->object->getBuffer());
  auto linked = link(std::move(*kernel), request.entry);
  if (!linked)
    return linked.takeError();
  return make(std::move(*linked));
}

llvm::Expected<NormContext::Made> NormContext::get(const OpSpec &spec) {
  std::shared_ptr<Slot> slot;
  {
    std::lock_guard<std::mutex> lock(mutex);
    std::shared_ptr<Slot> &found = slots[spec.program];
    if (!found)
      found = std::make_shared<Slot>();
    slot = found;
  }
  std::lock_guard<std::mutex> lock(slot->mutex);
  if (slot->made.program)
    return slot->made;
  Request request;
  request.program = spec.program;
  request.fileName = "";
  request.raises = false;
  auto made = get(request, nullptr);
  if (!made)
    return made;
  made->stridedDevices = made->devices;
  request.program = spec.denseProgram;
  made->devices = std::make_shared<DeviceKernels>(
      std::make_shared<Recipe>(request), cache, counts);
  slot->made = *made;
  return made;
}

NormContext::NormContext(const NormContextOptions &options)
    : cache(options.cache_directory ? options.cache_directory : ""),
      threads(options.threads) {
  if (options.parallel_for || options.allocate)
    host = std::make_shared<Host>(
        Host{{options.parallel_for, options.parallel_for_data, options.threads},
             {options.allocate, options.deallocate, options.allocator_data}});
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
      return rejectArgument("expected at most 1024 threads, got " +
                            Twine(copy->threads));
    if (copy->parallel_for && !copy->threads)
      return rejectArgument("expected threads beside parallel_for, got 0");
    if (!copy->allocate != !copy->deallocate)
      return rejectArgument("expected allocate and deallocate, or neither");
    *context = new NormContext(*copy);
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
    *compiled = context ? context->counts->compiled.load() : 0;
  if (loaded)
    *loaded = context ? context->counts->loaded.load() : 0;
}

NormStatus normContextDescribeThreads(const NormContext *context,
                                      NormText **text, NormError **error) {
  if (text)
    *text = nullptr;
  auto describe = [&]() -> llvm::Error {
    if (!context || !text)
      return rejectArgument(
          "expected a context and a place for the text, got NULL");
    auto made = std::make_unique<NormText>();
    if (context->threads == 1)
      made->data = "the calling thread: the context has one";
    else if (context->host && context->host->parallelFor.function)
      made->data = "the caller";
    else if (auto pool = getThreadPool())
      made->data = pool->library;
    else
      made->data = "the calling thread: " + llvm::toString(pool.takeError());
    *text = made.release();
    return llvm::Error::success();
  };
  return finish(describe(), error);
}

void normContextDestroy(NormContext *context) { delete context; }
