//===- bind-arguments.cpp - what the runtime says of arguments ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bind-arguments BUNDLE ENTRY [TYPE:N[xN...]:ADDRESS ...] [workspace:N:ADDRESS]
//                [shapes]
//
// Binds arguments, and a workspace of N bytes, to an entry and launches it, or
// prints what is wrong. With `shapes` it prints those of the arguments behind
// the ones that are given.
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

static Status printShapes(const LoadedBundle &loaded, const char *entry,
                          const std::vector<Argument> &first) {
  auto shapes = loaded.inferShapes(entry, first);
  if (!shapes)
    return shapes.error();
  for (const std::vector<std::int64_t> &shape : *shapes) {
    std::printf("shape");
    for (std::int64_t extent : shape)
      std::printf(" %lld", static_cast<long long>(extent));
    std::printf("\n");
  }
  return Done();
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
  bool infers = false;
  for (int i = 3; i < argc; ++i) {
    if (argv[i] == std::string("shapes")) {
      infers = true;
      continue;
    }
    Argument argument = parseArgument(argv[i]);
    if (argument.type == "workspace")
      workspace = {argument.pointerOrBits, argument.shape.front()};
    else
      arguments.push_back(argument);
  }
  if (infers)
    return printShapes(*loaded, argv[2], arguments);
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
  Status status = call->launch(/*stream=*/nullptr);
  if (status)
    std::printf("launched\n");
  return status;
}

int main(int argc, char **argv) {
  if (argc < 3)
    return 2;
  Status status = run(argc, argv);
  if (!status)
    std::printf("%s\n", status.error().message.c_str());
  return status ? 0 : 1;
}
