//===- TorchPeers.cpp - PyTorch beside a cell -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TorchPeers.h"

#include "Sources.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <limits>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

static std::string outputsOf(const Cell &cell) {
  SmallVector<StringRef> names;
  if (cell.hasDX)
    names.push_back("dx");
  if (cell.hasDScale)
    names.push_back("dscale");
  if (cell.hasDBias)
    names.push_back("dbias");
  return llvm::join(names, ",");
}

/// "NAME LEAST MEDIAN VERSION".
static std::optional<WayResult> parseWay(StringRef line) {
  SmallVector<StringRef> words;
  line.split(words, ' ');
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  WayResult way{"", "", {}, {none, none}};
  if (words.size() != 4 || words[1].getAsDouble(way.timing.minimum) ||
      words[2].getAsDouble(way.timing.median))
    return std::nullopt;
  way.name = words[0].str();
  way.detail = words[3].str();
  return way;
}

llvm::Expected<SmallVector<WayResult>>
bench::torchPeers(const Cell &cell, StringRef python, double seconds) {
  auto program = llvm::sys::findProgramByName(python);
  if (!program || !llvm::sys::fs::can_execute(*program))
    return llvm::createStringError("no interpreter '" + python + "'");
  SmallString<128> script, output, messages;
  llvm::scope_exit cleanUp([&] {
    for (StringRef file : {script.str(), output.str(), messages.str()})
      if (!file.empty())
        (void)llvm::sys::fs::remove(file);
  });
  int descriptor;
  if (llvm::sys::fs::createTemporaryFile("norm-bench", "py", descriptor,
                                         script) ||
      llvm::sys::fs::createTemporaryFile("norm-bench", "out", output) ||
      llvm::sys::fs::createTemporaryFile("norm-bench", "err", messages))
    return llvm::createStringError("no temporary files");
  llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true) << kTorch;
  std::string rows = std::to_string(cell.rows),
              cols = std::to_string(cell.cols),
              threads = std::to_string(cell.threads), outputs = outputsOf(cell),
              time = std::to_string(seconds);
  StringRef command[] = {*program,          script,  nameOf(cell.op),
                         nameOf(cell.type), rows,    cols,
                         threads,           outputs, time};
  int status = llvm::sys::ExecuteAndWait(
      *program, command, std::nullopt,
      {StringRef(""), output.str(), messages.str()}, /*SecondsToWait=*/600);
  auto text = llvm::MemoryBuffer::getFile(output);
  SmallVector<WayResult> ways;
  SmallVector<StringRef> lines;
  if (text)
    (*text)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines)
    if (std::optional<WayResult> way = parseWay(line))
      ways.push_back(std::move(*way));
  if (status != 0 || ways.empty()) {
    auto reason = llvm::MemoryBuffer::getFile(messages);
    StringRef last =
        reason ? (*reason)->getBuffer().rtrim().rsplit('\n').second : "";
    return llvm::createStringError(python + " failed: " + last);
  }
  return ways;
}
