//===- Extents.h - what arguments tell of extents ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RUNTIME_EXTENTS_H
#define NORM_LIB_RUNTIME_EXTENTS_H

#include "norm/Runtime/Bundle.h"

namespace normrt {

/// The values of an entry's extents, from the shapes of `arguments`, which are
/// the first ones of the entry; -1 for those that they do not tell.
Result<std::vector<std::int64_t>>
getKnownExtents(const EntryInfo &entry, const std::vector<Argument> &arguments);

/// The values of an entry's extents, from the shapes of all arguments, which
/// are checked.
Result<std::vector<std::int64_t>>
getExtents(const EntryInfo &entry, const std::vector<Argument> &arguments);

} // namespace normrt

#endif // NORM_LIB_RUNTIME_EXTENTS_H
