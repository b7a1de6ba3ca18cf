//===- bind-arguments.cpp - what the runtime says of arguments ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bind-arguments BUNDLE ENTRY [TYPE:N[xN...]:ADDRESS ...] [workspace:N:ADDRESS]
//
// Binds arguments, and a workspace of N bytes, to an entry and launches it, or
// prints what is wrong.
//
//===----------------------------------------------------------------------===//

#include "norm/Runtime/Bundle.h"

#include <cstdio>
#include <cstdlib>
#include <optional>

using namespace normrt;

static Argument parseArgument(const std::string &text) {
  std::size_t first = text.find(':'), last = text.rfind(':');
  Argument argument;
  argument.type = text.substr(0, first);
  argument.pointerOrBits = std::strtoull(text.c_str() + last + 1, nullptr, 0);
  for (std::size_t at = first; at + 1 < last;
       at = text.find_first_of("x:", at + 1))
    argument.shape.push_back(std::atoll(text.c_str() + at + 1));
  return argument;
}

static Status run(int argc, char **argv) {
  Result<Bundle> bundle = Bundle::open(argv[1]);
  if (!bundle)
    return bundle.error();
  Result<Device> device = Device::open();
  if (!device)
    return device.error();
  Result<LoadedBundle> loaded = LoadedBundle::load(*bundle, *device);
  if (!loaded)
    return loaded.error();
  std::vector<Argument> arguments;
  std::optional<Workspace> workspace;
  for (int i = 3; i < argc; ++i) {
    Argument argument = parseArgument(argv[i]);
    if (argument.type == "workspace")
      workspace = {argument.pointerOrBits, argument.shape.front()};
    else
      arguments.push_back(argument);
  }
  if (workspace) {
    Result<std::int64_t> bytes =
        loaded->countWorkspaceBytes(argv[2], arguments);
    if (!bytes)
      return bytes.error();
    std::printf("workspace of %lld bytes\n", static_cast<long long>(*bytes));
    std::fflush(stdout);
  }
  Result<BoundCall> call =
      loaded->bind(argv[2], arguments, workspace ? &*workspace : nullptr);
  if (!call)
    return call.error();
  return call->launch(/*stream=*/nullptr);
}

int main(int argc, char **argv) {
  if (argc < 3)
    return 2;
  Status status = run(argc, argv);
  std::printf("%s\n", status ? "launched" : status.error().message.c_str());
  return status ? 0 : 1;
}
