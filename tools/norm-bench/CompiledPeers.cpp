//===- CompiledPeers.cpp - peers that are compiled when they run ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompiledPeers.h"

#include "Element.h"
#include "Sources.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <vector>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

/// The first line of a file that has one; empty if it cannot be read.
static std::string firstLine(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().split('\n').first.str() : "";
}

/// Compiles `source` with `flags` to a library that needs `dependency` and
/// loads it.
static llvm::Expected<void *> compileAndLoad(StringRef source,
                                             ArrayRef<StringRef> flags,
                                             StringRef dependency) {
  const char *chosen = std::getenv("CC");
  StringRef name = chosen && *chosen ? chosen : "cc";
  auto compiler = llvm::sys::findProgramByName(name);
  if (!compiler || !llvm::sys::fs::can_execute(*compiler))
    return llvm::createStringError("no C compiler '" + name +
                                   "' (CC names another)");
  SmallString<128> folder;
  if (std::error_code code =
          llvm::sys::fs::createUniqueDirectory("norm-bench", folder))
    return llvm::createStringError("no temporary folder: " + code.message());
  llvm::scope_exit cleanUp(
      [&] { (void)llvm::sys::fs::remove_directories(folder); });
  auto file = [&](StringRef name) { return (folder + "/" + name).str(); };
  std::string input = file("peer.c"), object = file("peer.o"),
              library = file("peer.so"), messages = file("messages");
  std::error_code code;
  llvm::raw_fd_ostream(input, code) << source;

  auto execute = [&](ArrayRef<StringRef> arguments) -> llvm::Error {
    SmallVector<StringRef> command = {*compiler};
    command.append(arguments.begin(), arguments.end());
    std::string message;
    if (llvm::sys::ExecuteAndWait(*compiler, command, std::nullopt,
                                  {StringRef(""), StringRef(""), messages},
                                  /*SecondsToWait=*/60, 0, &message) == 0)
      return llvm::Error::success();
    std::string reason = firstLine(messages);
    return llvm::createStringError(
        name + " failed: " + (reason.empty() ? message : reason));
  };
  SmallVector<StringRef> compile(flags);
  compile.append({"-fPIC", "-c", input, "-o", object});
  if (llvm::Error error = execute(compile))
    return error;
  // Without -fopenmp: the runtime that all ways share is loaded already.
  if (llvm::Error error =
          execute({"-shared", object, "-o", library, dependency}))
    return error;
  void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return llvm::createStringError(Twine(dlerror()));
  return handle;
}

llvm::Expected<void *> CompiledPeers::load(StringRef source,
                                           ArrayRef<StringRef> flags,
                                           StringRef library) {
  auto [entry, isNew] = outcomes.try_emplace(llvm::join(flags, " "));
  Outcome &outcome = entry->second;
  if (isNew) {
    auto handle = compileAndLoad(source, flags, library);
    if (handle)
      outcome.handle = *handle;
    else
      outcome.failure = llvm::toString(handle.takeError());
  }
  if (!outcome.handle)
    return llvm::createStringError(outcome.failure);
  return outcome.handle;
}

//===----------------------------------------------------------------------===//
// Plain C
//===----------------------------------------------------------------------===//

/// The functions of peers/plain.c.
using PlainForward = void (*)(int, long, long, long, double, int, const void *,
                              const void *, const void *, const void *, void *,
                              void *);
using PlainBackward = void (*)(long, long, long, int, const void *,
                               const void *, const void *, const void *,
                               const void *, void *, void *, void *);

llvm::Expected<Way> CompiledPeers::plainC(const Cell &cell) {
  std::string storage =
      "-DSTORAGE=" + std::to_string(static_cast<int>(cell.type));
  SmallVector<StringRef> flags = {"-O3", "-march=native", "-ffast-math"};
  if (cell.threads > 1)
    flags.push_back("-fopenmp");
  std::string detail = llvm::join(flags, " ");
  flags.push_back(storage);
  auto library = load(kPlainC, flags, "-lm");
  if (!library)
    return library.takeError();
  void *forward = dlsym(*library, "norm_plain_c");
  void *backward = dlsym(*library, "norm_plain_c_backward");
  if (!forward || !backward)
    return llvm::createStringError("the compiled C loops cannot be found");
  if (isBackward(cell.op))
    return Way{"c", detail, [backward](const Task &task) {
                 reinterpret_cast<PlainBackward>(backward)(
                     task.rows, task.cols, task.k, task.threads, task.dy,
                     task.x, task.scale, task.rstd, task.mean, task.dx,
                     task.dscale, task.dbias);
               }};
  return Way{"c", detail, [forward](const Task &task) {
               reinterpret_cast<PlainForward>(forward)(
                   static_cast<int>(task.op), task.rows, task.cols, task.k,
                   kEpsilon, task.threads, task.x, task.residual, task.scale,
                   task.bias, task.y, task.sum);
             }};
}

//===----------------------------------------------------------------------===//
// oneDNN
//===----------------------------------------------------------------------===//

namespace {
/// A primitive of oneDNN with its parameters.
struct OneDNN {
  using Create = void *(*)(int, int, long, long, double, int, float *, float *,
                           char *, int);
  using Run = void (*)(void *, const void *, void *);
  using Destroy = void (*)(void *);

  using CreateBackward = void *(*)(int, long, long, double, int, int, float *,
                                   float *, char *, int);
  using RunBackward = void (*)(void *, const void **);

  std::vector<float> scale, shift, variance;
  void *primitive = nullptr;
  Destroy destroy = nullptr;

  OneDNN() = default;
  OneDNN(const OneDNN &) = delete;
  ~OneDNN() {
    if (primitive)
      destroy(primitive);
  }
};
} // namespace

llvm::Expected<Way> CompiledPeers::oneDNN(const Cell &cell, const Task &task) {
  auto library = load(kOneDNN, {"-O2"}, "-ldnnl");
  if (!library)
    return library.takeError();
  if (isBackward(cell.op))
    return oneDNNBackward(*library, cell, task);
  auto create =
      reinterpret_cast<OneDNN::Create>(dlsym(*library, "norm_onednn_create"));
  auto run = reinterpret_cast<OneDNN::Run>(dlsym(*library, "norm_onednn_run"));
  auto norm = std::make_shared<OneDNN>();
  norm->destroy =
      reinterpret_cast<OneDNN::Destroy>(dlsym(*library, "norm_onednn_destroy"));
  for (int64_t i = 0; i < cell.cols; ++i) {
    norm->scale.push_back(loadElement(cell.type, task.scale, i));
    norm->shift.push_back(loadElement(cell.type, task.bias, i));
  }
  char name[128] = {};
  norm->primitive =
      create(cell.op == OpKind::LayerNorm, static_cast<int>(cell.type),
             cell.rows, cell.cols, kEpsilon, cell.threads, norm->scale.data(),
             norm->shift.data(), name, sizeof(name));
  if (!norm->primitive)
    return llvm::createStringError(Twine(name));
  return Way{"onednn", name, [norm, run](const Task &task) {
               run(norm->primitive, task.x, task.y);
             }};
}

llvm::Expected<Way> CompiledPeers::oneDNNBackward(void *library,
                                                  const Cell &cell,
                                                  const Task &task) {
  auto create = reinterpret_cast<OneDNN::CreateBackward>(
      dlsym(library, "norm_onednn_create_backward"));
  auto run = reinterpret_cast<OneDNN::RunBackward>(
      dlsym(library, "norm_onednn_run_backward"));
  auto norm = std::make_shared<OneDNN>();
  norm->destroy =
      reinterpret_cast<OneDNN::Destroy>(dlsym(library, "norm_onednn_destroy"));
  for (int64_t i = 0; i < cell.cols; ++i)
    norm->scale.push_back(loadElement(cell.type, task.scale, i));
  for (int64_t row = 0; row < cell.rows; ++row) {
    double rstd = loadElement(Storage::F32, task.rstd, row);
    norm->variance.push_back(1 / (rstd * rstd) - kEpsilon);
  }
  char name[128] = {};
  norm->primitive =
      create(static_cast<int>(cell.type), cell.rows, cell.cols, kEpsilon,
             cell.threads, cell.hasDScale, norm->scale.data(),
             norm->variance.data(), name, sizeof(name));
  if (!norm->primitive)
    return llvm::createStringError(Twine(name));
  return Way{"onednn", name, [norm, run](const Task &task) {
               const void *arrays[] = {task.dy, task.x,      task.mean,
                                       task.dx, task.dscale, task.dbias};
               run(norm->primitive, arrays);
             }};
}
