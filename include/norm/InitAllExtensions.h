//===- InitAllExtensions.h - norm in other dialects -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_INITALLEXTENSIONS_H
#define NORM_INITALLEXTENSIONS_H

#include "norm/Dialect/Norm/TransformOps/NormTransformOps.h"

namespace mlir::norm {

/// Adds what norm has in other dialects to `registry`: the ops `transform.norm`
/// of the transform dialect, which are there where that dialect is loaded.
inline void registerAllExtensions(DialectRegistry &registry) {
  registerTransformDialectExtension(registry);
}

} // namespace mlir::norm

#endif // NORM_INITALLEXTENSIONS_H
