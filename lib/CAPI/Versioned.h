//===- Versioned.h - structs that may grow ----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_VERSIONED_H
#define NORM_LIB_CAPI_VERSIONED_H

#include "Status.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cstring>

namespace mlir::norm::capi {

/// Whether a struct may be that large: it ends where a field may begin, so that
/// no half of a pointer is read.
inline bool isStructSize(size_t size) {
  return size >= sizeof(size_t) && size <= 4096 && size % sizeof(size_t) == 0;
}

/// A copy of a struct whose caller may know fewer or more fields than this
/// library. Those that the caller does not know are zero; those that this
/// library does not know have to be.
template <typename T>
llvm::Expected<T> copyVersioned(const T *given, llvm::StringRef name) {
  T copy;
  std::memset(&copy, 0, sizeof(T));
  copy.struct_size = sizeof(T);
  if (!given)
    return copy;
  size_t size = given->struct_size;
  if (!isStructSize(size))
    return makeFailure(NORM_INVALID_ARGUMENT, "expected struct_size of " +
                                                  name + " to be its size, " +
                                                  llvm::Twine(sizeof(T)) +
                                                  ", got " + llvm::Twine(size));
  auto *bytes = reinterpret_cast<const char *>(given);
  for (size_t i = sizeof(T); i < size; ++i)
    if (bytes[i])
      return makeFailure(NORM_INVALID_ARGUMENT,
                         "expected fields of " + name +
                             " that this version knows, got later ones");
  std::memcpy(&copy, given, std::min(size, sizeof(T)));
  copy.struct_size = sizeof(T);
  return copy;
}

/// Writes `made` to `given`, of whose caller may know fewer fields, or more,
/// which become zero.
template <typename T>
llvm::Error writeVersioned(T made, T *given, llvm::StringRef name) {
  size_t size = given->struct_size;
  if (!isStructSize(size))
    return rejectArgument("expected struct_size of " + name +
                          " to be its size, " + llvm::Twine(sizeof(T)) +
                          ", got " + llvm::Twine(size));
  std::memset(reinterpret_cast<void *>(given), 0, size);
  std::memcpy(reinterpret_cast<void *>(given), &made,
              std::min(size, sizeof(T)));
  given->struct_size = size;
  return llvm::Error::success();
}

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_VERSIONED_H
