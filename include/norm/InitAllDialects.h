//===- InitAllDialects.h - registration of the norm dialect -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_INITALLDIALECTS_H
#define NORM_INITALLDIALECTS_H

#include "norm/Dialect/Norm/IR/NormDialect.h"
#include "norm/Dialect/Norm/IR/ValueBoundsOpInterfaceImpl.h"
#include "norm/Dialect/Norm/Transforms/BufferizableOpInterfaceImpl.h"
#include "norm/Dialect/Norm/Transforms/Decompose.h"
#include "norm/Dialect/Norm/Transforms/PartialReduction.h"
#include "norm/Sharding/ShardingModels.h"

namespace mlir::norm {

/// Adds the norm dialect and all its external interface models to `registry`.
inline void registerAllDialects(DialectRegistry &registry) {
  registry.insert<NormDialect>();
  registerValueBoundsOpInterfaceExternalModels(registry);
  registerAggregatedOpInterfaceExternalModels(registry);
  registerBufferizableOpInterfaceExternalModels(registry);
  registerPartialReductionOpInterfaceExternalModels(registry);
  registerShardingInterfaceExternalModels(registry);
}

} // namespace mlir::norm

#endif // NORM_INITALLDIALECTS_H
