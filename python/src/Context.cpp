//===- Context.cpp - the context of the module, and errors ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include <unordered_set>

using namespace norm::python;

nb::object norm::python::getErrorClass(NormStatus status) {
  nb::module_ errors = nb::module_::import_("norm._errors");
  switch (status) {
  case NORM_INVALID_ARGUMENT:
    return errors.attr("ArgumentError");
  case NORM_INVALID_PROGRAM:
    return errors.attr("ProgramError");
  case NORM_UNSUPPORTED:
    return errors.attr("UnsupportedError");
  default:
    return errors.attr("Error");
  }
}

[[noreturn]] static void raise(nb::handle exception) {
  PyErr_SetObject(reinterpret_cast<PyObject *>(Py_TYPE(exception.ptr())),
                  exception.ptr());
  throw nb::python_error();
}

void norm::python::throwError(NormError *error) {
  std::unique_ptr<NormError, void (*)(NormError *)> owner(error,
                                                          normErrorDestroy);
  raise(getErrorClass(normErrorGetStatus(error))(
      nb::str(normErrorGetMessage(error)), nb::str(normErrorGetFile(error)),
      normErrorGetLine(error), normErrorGetColumn(error)));
}

void norm::python::throwArgumentError(const std::string &message) {
  raise(getErrorClass(NORM_INVALID_ARGUMENT)(nb::str(message.c_str())));
}

void norm::python::keepKernel(const std::shared_ptr<NormKernel> &kernel) {
  static auto *kept = new std::unordered_set<std::shared_ptr<NormKernel>>;
  kept->insert(kernel);
}

/// The context, under the interpreter's lock. It is not freed at exit: a thread
/// may still be in a kernel.
static std::shared_ptr<NormContext> &getCurrent() {
  static auto *current = new std::shared_ptr<NormContext>;
  return *current;
}

static unsigned contextNumber = 0;

void norm::python::configure(const std::string &cacheDirectory,
                             unsigned threads) {
  NormContextOptions options = {};
  options.struct_size = sizeof(options);
  options.cache_directory = cacheDirectory.c_str();
  options.threads = threads;
  NormContext *context;
  NormError *error;
  NormStatus status = normContextCreate(&options, &context, &error);
  check(status, error);
  getCurrent() = std::shared_ptr<NormContext>(context, normContextDestroy);
  ++contextNumber;
}

std::shared_ptr<NormContext> norm::python::getContext() {
  if (!getCurrent()) // Reads the settings and calls configure().
    nb::module_::import_("norm._settings").attr("configure")();
  return getCurrent();
}

unsigned norm::python::getContextNumber() { return contextNumber; }

static bool isMeasured = false;

void norm::python::setInstrument(NormInstrument *instrument) {
  NormError *error;
  NormStatus status =
      normContextSetInstrument(getContext().get(), instrument, &error);
  check(status, error);
  isMeasured = instrument;
}

NamedCalls::NamedCalls() : isNamed(isMeasured) {
  if (!isNamed)
    return;
  nb::object place = nb::module_::import_("norm._instrument").attr("place")();
  normInstrumentNameCalls(nb::str(place).c_str());
}

NamedCalls::~NamedCalls() {
  if (isNamed)
    normInstrumentNameCalls(nullptr);
}
