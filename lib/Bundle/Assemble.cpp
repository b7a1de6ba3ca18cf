//===- Assemble.cpp - cubins by NVIDIA's ptxas ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Images.h"

#include "norm/Bundle/Bundle.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace mlir::norm;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

//===----------------------------------------------------------------------===//
// Where ptxas is
//===----------------------------------------------------------------------===//

static std::optional<std::string> getProgram(const Twine &folder) {
  SmallString<128> program;
  path::append(program, folder, "ptxas");
  if (!fs::can_execute(program))
    return std::nullopt;
  return std::string(program);
}

/// The folders in `folder` whose names start with `prefix`.
static SmallVector<std::string> listFolders(const Twine &folder,
                                            StringRef prefix) {
  SmallVector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error))
    if (path::filename(it->path()).starts_with(prefix))
      found.push_back(it->path());
  llvm::sort(found);
  return found;
}

/// ptxas of the wheels nvidia-cuda-nvcc (CUDA 13) or nvidia-cuda-nvcc-cu12.
static std::optional<std::string> findInWheels() {
  SmallVector<std::string> roots;
  if (auto environment = llvm::sys::Process::GetEnv("VIRTUAL_ENV"))
    roots.push_back(*environment + "/lib");
  if (auto home = llvm::sys::Process::GetEnv("HOME"))
    roots.push_back(*home + "/.local/lib");
  roots.append({"/usr/local/lib", "/usr/lib"});
  for (const std::string &root : roots)
    for (const std::string &python : listFolders(root, "python3"))
      for (StringRef packages : {"site-packages", "dist-packages"})
        for (const std::string &toolkit :
             listFolders(Twine(python) + "/" + packages + "/nvidia", "cu"))
          if (auto program = getProgram(toolkit + "/bin"))
            return program;
  return std::nullopt;
}

llvm::Expected<std::string> norm::findPtxas(StringRef toolkit) {
  if (!toolkit.empty()) {
    for (const Twine &folder : {Twine(toolkit) + "/bin", Twine(toolkit)})
      if (auto program = getProgram(folder.str()))
        return *program;
    return llvm::createStringError("expected ptxas in '" + toolkit + "'");
  }
  if (auto program = llvm::sys::findProgramByName("ptxas"))
    return *program;
  for (const char *variable : {"CUDA_ROOT", "CUDA_HOME", "CUDA_PATH"})
    if (auto folder = llvm::sys::Process::GetEnv(variable))
      if (auto program = getProgram(*folder + "/bin"))
        return *program;
  if (auto program = findInWheels())
    return *program;
  return llvm::createStringError(
      "no ptxas in PATH, CUDA_ROOT, CUDA_HOME, CUDA_PATH or the Python "
      "packages of NVIDIA's compiler");
}

//===----------------------------------------------------------------------===//
// Running it
//===----------------------------------------------------------------------===//

/// What `ptxas -v` prints, kernel by kernel.
static llvm::StringMap<KernelUsage> parseUsage(StringRef log) {
  llvm::Regex entry("Compiling entry function '([^']*)'"),
      spills("([0-9]+) bytes stack frame, ([0-9]+) bytes spill stores, "
             "([0-9]+) bytes spill loads"),
      registers("Used ([0-9]+) registers"), shared("([0-9]+) bytes smem");
  llvm::StringMap<KernelUsage> usage;
  KernelUsage *current = nullptr;
  SmallVector<StringRef> lines, match;
  log.split(lines, '\n');
  auto number = [&](unsigned group) {
    int64_t value = 0;
    (void)match[group].getAsInteger(10, value);
    return value;
  };
  for (StringRef line : lines) {
    if (entry.match(line, &match))
      current = &usage[match[1]];
    if (!current)
      continue;
    if (spills.match(line, &match)) {
      current->stackBytes = number(1);
      current->spillStoreBytes = number(2);
      current->spillLoadBytes = number(3);
    }
    if (registers.match(line, &match))
      current->registers = number(1);
    if (shared.match(line, &match))
      current->sharedBytes = number(1);
  }
  return usage;
}

static llvm::Error writeText(StringRef file, StringRef text) {
  std::error_code error;
  llvm::raw_fd_ostream os(file, error);
  if (!error) {
    os << text;
    os.close();
    error = os.error();
    os.clear_error();
  }
  return error ? llvm::createFileError(file, error) : llvm::Error::success();
}

static llvm::Expected<std::string> readText(StringRef file) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createFileError(file, buffer.getError());
  return (*buffer)->getBuffer().str();
}

llvm::Expected<Cubin> norm::assemble(StringRef ptxas, StringRef ptx,
                                     StringRef chip) {
  SmallString<128> folder;
  if (std::error_code error = fs::createUniqueDirectory("norm-ptxas", folder))
    return llvm::createFileError(folder, error);
  llvm::scope_exit remove([&] { (void)fs::remove_directories(folder); });
  std::string source = (folder + "/kernels.ptx").str(),
              cubin = (folder + "/kernels.cubin").str(),
              log = (folder + "/log").str();
  if (llvm::Error error = writeText(source, ptx))
    return error;
  std::string message, arch = ("-arch=" + chip).str();
  int status = llvm::sys::ExecuteAndWait(
      ptxas, {ptxas, "-v", arch, "-o", cubin, source}, std::nullopt,
      {StringRef(""), StringRef(log), StringRef(log)}, /*SecondsToWait=*/0,
      /*MemoryLimit=*/0, &message);
  llvm::Expected<std::string> output = readText(log);
  if (!output)
    return output.takeError();
  if (status != 0) {
    StringRef reason = message.empty() ? StringRef(*output) : message;
    return llvm::createStringError(ptxas + " makes no code for " + chip + ": " +
                                   reason.trim());
  }
  llvm::Expected<std::string> bytes = readText(cubin);
  if (!bytes)
    return bytes.takeError();
  return Cubin{std::move(*bytes), parseUsage(*output)};
}
