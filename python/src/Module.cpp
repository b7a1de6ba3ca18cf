//===- Module.cpp - the extension module norm._norm -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Array.h"
#include "Context.h"
#include "Ops.h"

#include <nanobind/stl/string.h>

using namespace norm::python;

NB_MODULE(_norm, module) {
  module.attr("__version__") = normGetReleaseVersion();
  module.def("configure", configure, nb::arg("cache_directory"),
             nb::arg("threads"));
  module.def("get_cache_directory", [] {
    return std::string(normContextGetCacheDirectory(getContext().get()));
  });
  module.def("get_counts", [] {
    uint64_t compiled, loaded;
    normContextGetCounts(getContext().get(), &compiled, &loaded);
    return nb::make_tuple(compiled, loaded);
  });
  module.def("to_unversioned", toUnversioned, nb::arg("capsule"));
  addOps(module);
  addGradients(module);
  addPrograms(module);
  addInstrument(module);
}
