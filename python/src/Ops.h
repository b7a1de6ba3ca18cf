//===- Ops.h - norms on arrays ----------------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_OPS_H
#define NORM_PYTHON_OPS_H

#include <nanobind/nanobind.h>

namespace norm::python {

/// rmsnorm, prmsnorm, layernorm and add_rmsnorm.
void addOps(nanobind::module_ &module);

/// rmsnorm_backward, prmsnorm_backward and layernorm_backward.
void addGradients(nanobind::module_ &module);

/// compile, raise_norms and report, and the class of compiled functions.
void addPrograms(nanobind::module_ &module);

/// The class of instruments, and set_instrument.
void addInstrument(nanobind::module_ &module);

} // namespace norm::python

#endif // NORM_PYTHON_OPS_H
