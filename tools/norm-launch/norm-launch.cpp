//===- norm-launch.cpp - run and time bundles -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-launch BUNDLE: loads a bundle as a program without a compiler does,
// checks what a device makes of it, and times it.
//
//===----------------------------------------------------------------------===//

#include "Timing.h"

#include "norm/Version.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>

using namespace launch;
using normrt::Result;
using normrt::Status;

static const char *const kHelp =
    R"(USAGE: norm-launch BUNDLE [options]

Loads a bundle of norm-compile, without a compiler, and launches it

  --entry=NAME     the function; not needed if the bundle has one
  --rows=R         value of the extent that counts rows, where it is open (1024)
  --cols=C         value of the extent that is the row length, where it is open
                   (4096)
  --device=N       number of the device (0)
  --check          compare results with a reference in f64 on the host
  --time=ROUNDS    time calls with events beside a device copy of the same bytes
  --graph=CALLS    with --time: time a graph of this many calls
  --list           say what the bundle has; needs no driver
  --json           one line of JSON
  --version, --help

Exit status: 0 right, 1 a wrong result or an error, 2 usage, 77 no driver or no
device.
)";

namespace {
struct Options {
  std::string bundle, entry;
  std::int64_t rows = 1024, columns = 4096;
  int device = 0;
  bool check = false, list = false, json = false, hasRows = false;
  unsigned rounds = 0, graph = 0;
};

/// How the program ends, as all tools of the project.
enum ExitStatus {
  kDone = 0,
  /// A wrong result, or an error.
  kFailed = 1,
  kUsage = 2,
  /// There is no driver or no device.
  kNoDevice = 77
};
} // namespace

static int fail(const std::string &message, ExitStatus status = kFailed) {
  std::fflush(stdout);
  std::fprintf(stderr, "norm-launch: error: %s\n", message.c_str());
  return status;
}

/// What was printed is lost where standard output is full or closed.
static int finish() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout))
    return fail("cannot write to standard output");
  return kDone;
}

//===----------------------------------------------------------------------===//
// The command line
//===----------------------------------------------------------------------===//

static Result<std::int64_t> parseNumber(const std::string &name,
                                        const std::string &text,
                                        std::int64_t least, std::int64_t most) {
  char *end = nullptr;
  errno = 0;
  long long value = std::strtoll(text.c_str(), &end, 10);
  bool isNumber = !text.empty() && !*end;
  if (isNumber && (errno || value > most) && value >= least)
    return normrt::Error{name + " expects a number of at most " +
                         std::to_string(most) + ", got '" + text + "'"};
  if (!isNumber || errno || value < least)
    return normrt::Error{name + " expects a number of at least " +
                         std::to_string(least) + ", got '" + text + "'"};
  return value;
}

static Result<Options> parseOptions(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument.rfind("--", 0) != 0) {
      if (!options.bundle.empty())
        return normrt::Error{"expected one bundle, got '" + argument +
                             "', too"};
      options.bundle = argument;
      continue;
    }
    std::size_t equals = argument.find('=');
    std::string name = argument.substr(0, equals), text;
    if (equals != std::string::npos)
      text = argument.substr(equals + 1);
    bool isFlag = equals == std::string::npos;
    if (isFlag && name == "--check") {
      options.check = true;
    } else if (isFlag && name == "--list") {
      options.list = true;
    } else if (isFlag && name == "--json") {
      options.json = true;
    } else if (!isFlag && name == "--entry") {
      options.entry = text;
    } else if (!isFlag &&
               (name == "--rows" || name == "--cols" || name == "--device" ||
                name == "--time" || name == "--graph")) {
      bool mayBeZero = name == "--rows" || name == "--device",
           isExtent = name == "--rows" || name == "--cols";
      Result<std::int64_t> value = parseNumber(name, text, mayBeZero ? 0 : 1,
                                               isExtent ? 1ll << 40 : 1000000);
      if (!value)
        return value.error();
      if (name == "--rows") {
        options.rows = *value;
        options.hasRows = true;
      } else if (name == "--cols") {
        options.columns = *value;
      } else if (name == "--device") {
        options.device = static_cast<int>(*value);
      } else if (name == "--time") {
        options.rounds = static_cast<unsigned>(*value);
      } else {
        options.graph = static_cast<unsigned>(*value);
      }
    } else {
      return normrt::Error{"unknown option '" + argument + "'; see --help"};
    }
  }
  if (options.bundle.empty())
    return normrt::Error{"expected a bundle; see --help"};
  if (options.graph && !options.rounds)
    return normrt::Error{"--graph expects --time"};
  return options;
}

//===----------------------------------------------------------------------===//
// What is printed
//===----------------------------------------------------------------------===//

static std::string getText(const normrt::Expr &expr,
                           const normrt::EntryInfo &entry) {
  return expr.kind == normrt::Expr::Kind::constant
             ? std::to_string(expr.value)
             : entry.extents[static_cast<std::size_t>(expr.value)];
}

static void printList(const normrt::Manifest &manifest) {
  for (const normrt::EntryInfo &entry : manifest.entries) {
    std::printf("%s\n", entry.name.c_str());
    for (const normrt::ArgumentInfo &argument : entry.arguments) {
      std::string shape;
      for (const normrt::Expr &extent : argument.shape)
        shape += (shape.empty() ? "" : ", ") + getText(extent, entry);
      std::printf("  %s: %s [%s]%s%s\n", argument.name.c_str(),
                  argument.type.c_str(), shape.c_str(),
                  argument.isRead ? " read" : "",
                  argument.isWritten ? " written" : "");
    }
    for (const normrt::ImageInfo &image : manifest.images) {
      for (const normrt::LaunchInfo &launch : image.launches.at(entry.name)) {
        std::printf("  sm_%d %s: %s", image.chip, image.cubin ? "cubin" : "PTX",
                    launch.kernel.c_str());
        if (!launch.strategy.empty())
          std::printf(", %s", launch.strategy.c_str());
        if (launch.registers)
          std::printf(", %d registers, %d bytes spilled", *launch.registers,
                      *launch.spilledBytes);
        std::printf("\n");
      }
      if (!image.workspaces.at(entry.name).empty())
        std::printf("  sm_%d workspaces: %zu\n", image.chip,
                    image.workspaces.at(entry.name).size());
    }
  }
}

static nlohmann::json describe(const Times &times) {
  return {{"median_seconds", times.median}, {"seconds", times.least}};
}

static void printResults(const Options &options, const Task &task,
                         const std::optional<CheckResult> &check,
                         const std::optional<TimingResult> &timing) {
  std::string code = task.loaded.isCubin() ? "cubin" : "ptx";
  if (options.json) {
    nlohmann::json text = {{"schema", 1},
                           {"entry", task.entry.name},
                           {"device", task.device.name()},
                           {"device_chip", task.device.chip()},
                           {"chip", "sm_" + std::to_string(task.loaded.chip())},
                           {"code", code},
                           {"extents", nlohmann::json::object()}};
    for (std::size_t i = 0; i < task.extents.size(); ++i)
      text["extents"][task.entry.extents[i]] = task.extents[i];
    if (check)
      text["check"] = {{"elements", check->checked},
                       {"wrong", check->wrong},
                       {"max_error", check->maxError},
                       {"max_error_to_bound", check->maxErrorToBound}};
    if (timing) {
      text["time"] = {{"call", describe(timing->call)},
                      {"copy", describe(timing->copy)},
                      {"events", describe(timing->events)},
                      {"bytes", timing->bytes},
                      {"sets", timing->sets},
                      {"graph", timing->graph},
                      {"rounds", options.rounds}};
    }
    std::printf("%s\n", text.dump().c_str());
    return;
  }
  std::printf("%s on %s (%s), %s of sm_%d\n", task.entry.name.c_str(),
              task.device.name().c_str(), task.device.chip().c_str(),
              code.c_str(), task.loaded.chip());
  if (check)
    std::printf("check: %lld elements, %lld wrong, largest error %.3g, %.2f of "
                "its bound\n",
                static_cast<long long>(check->checked),
                static_cast<long long>(check->wrong), check->maxError,
                check->maxErrorToBound);
  if (timing) {
    double bytes = static_cast<double>(timing->bytes);
    std::printf("time: median %.3f us, least %.3f us, %.0f GB/s\n",
                timing->call.median * 1e6, timing->call.least * 1e6,
                bytes / timing->call.median / 1e9);
    std::printf("copy: median %.3f us, least %.3f us, %.0f GB/s; %.3f of the "
                "copy's speed; events alone %.3f us\n",
                timing->copy.median * 1e6, timing->copy.least * 1e6,
                bytes / timing->copy.median / 1e9,
                timing->copy.median / timing->call.median,
                timing->events.median * 1e6);
  }
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

/// Extents of rows have --cols, the first other one --rows.
static Status setExtents(const Options &options, Task &task) {
  bool rowsUsed = false;
  for (bool isLength : getRowLengthExtents(task.entry)) {
    task.extents.push_back(isLength   ? options.columns
                           : rowsUsed ? 1
                                      : options.rows);
    rowsUsed |= !isLength;
  }
  if (options.hasRows && !rowsUsed)
    return normrt::Error{"--rows: the number of rows of " + task.entry.name +
                         " is not open"};
  if (options.check || options.rounds)
    return checkMemory(task);
  return normrt::Done();
}

static int run(const Options &options) {
  Result<normrt::Bundle> bundle = normrt::Bundle::open(options.bundle);
  if (!bundle)
    return fail(bundle.error().message);
  if (options.list) {
    printList(bundle->manifest());
    return finish();
  }
  Result<const normrt::EntryInfo *> entry = bundle->entry(options.entry);
  if (!entry)
    return fail(entry.error().message);
  Result<normrt::Device> device = normrt::Device::open(options.device);
  if (!device)
    return fail(device.error().message, kNoDevice);
  Result<normrt::LoadedBundle> loaded =
      normrt::LoadedBundle::load(*bundle, *device);
  if (!loaded)
    return fail(loaded.error().message);
  Task task{*device, *loaded, **entry, {}};
  if (Status status = setExtents(options, task); !status)
    return fail(status.error().message);
  std::optional<CheckResult> check;
  std::optional<TimingResult> timing;
  if (options.check) {
    Result<CheckResult> result =
        launch::check(task, /*seed=*/1, /*elements=*/1 << 20);
    if (!result)
      return fail(result.error().message);
    check = *result;
  }
  if (options.rounds) {
    Result<TimingResult> result =
        launch::time(task, options.rounds, options.graph);
    if (!result)
      return fail(result.error().message);
    timing = *result;
  }
  printResults(options, task, check, timing);
  if (check && check->wrong)
    return fail(std::to_string(check->wrong) +
                " elements are wrong, the first: " + check->first);
  return finish();
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--help") == 0) {
      std::fputs(kHelp, stdout);
      return finish();
    }
    if (std::strcmp(argv[i], "--version") == 0) {
      std::printf("norm %s\n  bundle schema %d\n", NORM_VERSION_STRING,
                  normrt::kManifestSchema);
      return finish();
    }
  }
  Result<Options> options = parseOptions(argc, argv);
  if (!options)
    return fail(options.error().message, kUsage);
  try {
    return run(*options);
  } catch (const std::bad_alloc &) {
    return fail("out of memory");
  }
}
