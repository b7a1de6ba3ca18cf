//===- CompiledPeer.cpp - peers that are compiled when they run -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C sources that come with norm-bench are compiled with the user's compiler for
// the user's machine, as a user would compile them.
//
//===----------------------------------------------------------------------===//

#include "Sources.h"
#include "Ways.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <dlfcn.h>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

/// The first line of a file that has one; empty if it cannot be read.
static std::string firstLine(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().split('\n').first.str() : "";
}

/// Compiles `source` with `flags` to a library and loads it; it stays loaded.
static llvm::Expected<void *> compileAndLoad(StringRef source,
                                             ArrayRef<StringRef> flags) {
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
  llvm::scope_exit cleanUp([&] { llvm::sys::fs::remove_directories(folder); });
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
  if (llvm::Error error = execute({"-shared", object, "-o", library, "-lm"}))
    return error;
  void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return llvm::createStringError(Twine(dlerror()));
  return handle;
}

llvm::Expected<Way> bench::plainC(const Cell &cell) {
  std::string storage =
      "-DSTORAGE=" + std::to_string(static_cast<int>(cell.type));
  SmallVector<StringRef> flags = {"-O3", "-march=native", "-ffast-math"};
  if (cell.threads > 1)
    flags.push_back("-fopenmp");
  std::string detail = llvm::join(flags, " ");
  flags.push_back(storage);
  auto library = compileAndLoad(kPlainC, flags);
  if (!library)
    return library.takeError();
  using Function =
      void (*)(int, long, long, long, double, int, const void *, const void *,
               const void *, const void *, void *, void *);
  auto function = reinterpret_cast<Function>(dlsym(*library, "norm_plain_c"));
  if (!function)
    return llvm::createStringError("the compiled C loop cannot be found");
  return Way{"c", detail, [function](const Task &task) {
               function(static_cast<int>(task.op), task.rows, task.cols, task.k,
                        kEpsilon, task.threads, task.x, task.residual,
                        task.scale, task.bias, task.y, task.sum);
             }};
}
