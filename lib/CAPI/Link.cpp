//===- Link.cpp - a stored kernel made callable ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"
#include "OpenMP.h"

#include <dlfcn.h>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

/// The conversions of 16-bit floats that a processor may lack, as the
/// distribution's library names them. Most programs need none.
static void addFloat16Helpers(llvm::StringMap<void *> &symbols) {
  void *library = nullptr;
  for (const char *name :
       {"libmlir_float16_utils.so.22.1", "libmlir_float16_utils.so"})
    if (!library)
      library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return;
  for (const char *name :
       {"__truncsfbf2", "__truncdfbf2", "__truncsfhf2", "__truncdfhf2",
        "__extendhfsf2", "__gnu_f2h_ieee", "__gnu_h2f_ieee"})
    if (void *address = dlsym(library, name))
      symbols[name] = address;
}

/// What compiled code calls that a process may not have, or not for all to see.
static const llvm::StringMap<void *> &getSymbols() {
  static const auto *symbols = [] {
    auto *created = new llvm::StringMap<void *>(getOpenMPSymbols());
    addFloat16Helpers(*created);
    return created;
  }();
  return *symbols;
}

llvm::Expected<std::shared_ptr<const Program>> capi::link(StoredKernel stored,
                                                          StringRef entry) {
  auto code = run::Code::load(std::move(stored.object), getSymbols());
  if (!code)
    return code.takeError();
  auto function = (*code)->lookup(entry);
  if (!function)
    return function.takeError();
  return std::make_shared<Program>(
      Program{std::move(stored.signature), std::move(*code), *function});
}
