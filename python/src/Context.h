//===- Context.h - the context of the module, and errors --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_CONTEXT_H
#define NORM_PYTHON_CONTEXT_H

#include "norm-c/Norm.h"

#include <nanobind/nanobind.h>

#include <memory>
#include <string>

namespace norm::python {

namespace nb = nanobind;

/// Raises the exception of norm that `error` stands for, and destroys it.
[[noreturn]] void throwError(NormError *error);

/// Raises norm.ArgumentError.
[[noreturn]] void throwArgumentError(const std::string &message);

inline void check(NormStatus status, NormError *error) {
  if (status != NORM_SUCCESS)
    throwError(error);
}

/// Keeps a kernel that was called on a device until the process ends: nobody
/// knows when what is enqueued has run, or whether a graph has calls of it.
void keepKernel(const std::shared_ptr<NormKernel> &kernel);

/// The context that all calls share, made when it is first used. It may be
/// replaced, and lives as long as someone holds it.
std::shared_ptr<NormContext> getContext();

/// How often it was replaced.
unsigned getContextNumber();

/// Replaces it.
void configure(const std::string &cacheDirectory, unsigned threads);

/// Measures the calls of this module from now on; NULL for none.
void setInstrument(NormInstrument *instrument);

/// Names what the thread calls while it lives, where calls are measured, by the
/// place in the program of Python.
class NamedCalls {
public:
  NamedCalls();
  NamedCalls(const NamedCalls &) = delete;
  ~NamedCalls();

private:
  bool isNamed;
};

/// The classes of exceptions, which norm/_errors.py has.
nb::object getErrorClass(NormStatus status);

} // namespace norm::python

#endif // NORM_PYTHON_CONTEXT_H
