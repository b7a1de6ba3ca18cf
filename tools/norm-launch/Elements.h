//===- Elements.h - elements of arrays as doubles ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_LAUNCH_ELEMENTS_H
#define NORM_TOOLS_NORM_LAUNCH_ELEMENTS_H

#include <cstdint>
#include <string>

namespace launch {

/// The element of `type`, as a manifest names it, at `data`.
double load(const std::string &type, const char *data);

/// Stores `value`, rounded to nearest even, as an element of `type`.
void store(const std::string &type, double value, char *data);

/// `value` rounded to f16, bf16 or f32; as it is for any other type.
double roundTo(const std::string &type, double value);

/// The distance of neighbours of `type` at `value`; 0 for integers.
double spacing(const std::string &type, double value);

/// Whether `type` is one of integers.
bool isInteger(const std::string &type);

} // namespace launch

#endif // NORM_TOOLS_NORM_LAUNCH_ELEMENTS_H
