//===- Destinations.h - memory of results from the caller -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_BUNDLE_DESTINATIONS_H
#define NORM_BUNDLE_DESTINATIONS_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::norm {

/// f(tensors) -> results  ->  f(tensors, memrefs), which stores results there
///
/// for each public function that nobody calls, whose results are tensors, some
/// of them with extents that are not known: an allocation would be its own. The
/// caller has to know the extents, and memory must not be shared.
void passResultsAsDestinations(ModuleOp module);

} // namespace mlir::norm

#endif // NORM_BUNDLE_DESTINATIONS_H
