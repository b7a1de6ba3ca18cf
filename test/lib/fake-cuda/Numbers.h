//===- Numbers.h - types of PTX and their numbers ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_LIB_FAKE_CUDA_NUMBERS_H
#define NORM_TEST_LIB_FAKE_CUDA_NUMBERS_H

#include "Ptx.h"

namespace fake {

/// "u32", "f16x2", "pred".
struct Type {
  enum Kind { integer, natural, bits, real, brain, predicate };
  Kind kind;
  unsigned width;
  /// Two in one register, of `width` bits each.
  bool isPair = false;

  bool isFloat() const { return kind == real || kind == brain; }
};

/// Whether `text` is a type, which is stored.
bool parseType(const std::string &text, Type &type);

inline uint64_t truncate(uint64_t bits, unsigned width) {
  return width >= 64 ? bits : bits & ((uint64_t(1) << width) - 1);
}

inline int64_t extend(uint64_t bits, unsigned width) {
  return static_cast<int64_t>(bits << (64 - width)) >> (64 - width);
}

/// The float of `type` that `bits` are, which f64 holds.
double toDouble(uint64_t bits, Type type);

/// `value` rounded to a float of `type`, ties to even.
uint64_t fromDouble(double value, Type type);

} // namespace fake

#endif // NORM_TEST_LIB_FAKE_CUDA_NUMBERS_H
