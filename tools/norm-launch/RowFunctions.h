//===- RowFunctions.h - what is in the body of a row loop -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_LAUNCH_ROWFUNCTIONS_H
#define NORM_TOOLS_NORM_LAUNCH_ROWFUNCTIONS_H

#include "norm/Runtime/Manifest.h"

#include <functional>
#include <vector>

namespace launch {

/// A value of the body at the elements of a row; one element if it is the same
/// for all.
using RowValue = std::vector<double>;

/// A function of up to three numbers.
using Function = std::function<double(double, double, double)>;

/// What `op`, an elementwise one, computes in f64, without the rounding to its
/// type. Throws if it is not known.
Function getFunction(const normrt::RowOpInfo &op);

/// Whether devices have a polynomial for the function `name`.
bool isApproximated(const std::string &name);

/// The reduction `kind` of the first `length` elements of a row.
double reduce(const std::string &kind, const RowValue &value,
              std::size_t length);

/// Mean, variance and distances from the mean of a row of `length` elements.
std::vector<RowValue> computeMoments(const RowValue &value, std::size_t length);

} // namespace launch

#endif // NORM_TOOLS_NORM_LAUNCH_ROWFUNCTIONS_H
