//===- Compat.cpp - functions of newer C libraries ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM was configured for the C library of the distribution. What it calls and
// older C libraries lack is here, so that a wheel loads beside these as well.
//
//===----------------------------------------------------------------------===//

#include <cstdint>
#include <cstdlib>
#include <sys/random.h>

/// A random number; of glibc since 2.36. LLVM takes it for names of temporary
/// files.
extern "C" uint32_t arc4random() noexcept {
  uint32_t number;
  if (getrandom(&number, sizeof(number), 0) != sizeof(number))
    std::abort();
  return number;
}
