//===- parse.cpp - reads programs through the C interface -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// parse FILE..: raises each program, and prints the status and the message.
//
//===----------------------------------------------------------------------===//

#include "norm-c/Norm.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char **argv) {
  NormContext *context = nullptr;
  if (normContextCreate(nullptr, &context, nullptr) != NORM_SUCCESS)
    return 1;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i]);
    std::string text(std::istreambuf_iterator<char>(file), {});
    NormText *raised = nullptr;
    NormError *error = nullptr;
    NormStatus status =
        normRaise(context, text.data(), text.size(), nullptr, &raised, &error);
    std::printf("status %d: %s\n", status,
                error ? normErrorGetMessage(error) : "");
    normErrorDestroy(error);
    normTextDestroy(raised);
  }
  normContextDestroy(context);
}
