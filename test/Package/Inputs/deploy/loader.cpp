//===- loader.cpp - opens a bundle where there is no compiler -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Runtime/Bundle.h"

#include <cstdio>

int main() {
  auto bundle = normrt::Bundle::open("there-is-none.bundle");
  std::puts(bundle ? "opened" : "no bundle");
  return 0;
}
