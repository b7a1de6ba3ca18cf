//===- Instrument.cpp - norms that are watched ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ops.h"

#include "Context.h"

#include <nanobind/stl/string.h>

using namespace norm::python;

namespace {
/// What calls of the libraries that were told of it have measured.
class Instrument {
public:
  Instrument(int64_t k, const std::string &limits) {
    NormInstrumentOptions options = {sizeof(options), k, limits.c_str()};
    NormError *error;
    NormStatus status = normInstrumentCreate(&options, &instrument, &error);
    check(status, error);
  }
  Instrument(const Instrument &) = delete;
  ~Instrument() { normInstrumentDestroy(instrument); }

  nb::str write(int32_t format) const {
    NormText *text = nullptr;
    NormError *error;
    NormStatus status = normInstrumentWrite(instrument, format, &text, &error);
    check(status, error);
    std::unique_ptr<NormText, void (*)(NormText *)> owner(text,
                                                          normTextDestroy);
    return nb::str(normTextGetData(text), normTextGetSize(text));
  }

  NormInstrument *instrument;
};
} // namespace

void norm::python::addInstrument(nb::module_ &module) {
  using nb::arg;
  nb::class_<Instrument>(module, "Instrument")
      .def(nb::init<int64_t, const std::string &>(), arg("k"), arg("limits"))
      .def("write", &Instrument::write, arg("format"))
      .def_prop_ro("address", [](const Instrument &self) {
        return reinterpret_cast<uintptr_t>(self.instrument);
      });
  module.def(
      "set_instrument",
      [](Instrument *instrument) {
        setInstrument(instrument ? instrument->instrument : nullptr);
      },
      arg("instrument").none());
  module.def(
      "name_calls",
      [](const std::string &names) { normInstrumentNameCalls(names.c_str()); },
      arg("names"));
}
