//===- program.cpp - programs through the C interface for libFuzzer -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input is a program as text: it is raised, reported on and compiled, and
// never called.
//
//===----------------------------------------------------------------------===//

#include "norm-c/Norm.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static NormContext *context = [] {
    NormContext *made = nullptr;
    normContextCreate(nullptr, &made, nullptr);
    return made;
  }();
  auto *text = reinterpret_cast<const char *>(data);
  NormText *result = nullptr;
  if (normRaise(context, text, size, nullptr, &result, nullptr) != NORM_SUCCESS)
    return 0;
  normTextDestroy(result);
  result = nullptr;
  normReport(context, text, size, nullptr, nullptr, &result, nullptr);
  normTextDestroy(result);
  NormKernel *kernel = nullptr;
  if (normCompile(context, text, size, nullptr, &kernel, nullptr) ==
      NORM_SUCCESS)
    normKernelDestroy(kernel);
  return 0;
}
