//===- MemoryEffects.h - effects and shapes of all ops ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_IR_MEMORYEFFECTS_H
#define NORM_LIB_DIALECT_NORM_IR_MEMORYEFFECTS_H

#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::norm::detail {

/// Memref inputs that a result depends on are read, and memref destinations
/// written, never read.
void getMemoryEffects(
    DestinationStyleOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects);

/// Each result has the shape of the destination that it is tied to.
LogicalResult reifyShapes(DestinationStyleOpInterface op, OpBuilder &builder,
                          ReifiedRankedShapedTypeDims &shapes);

} // namespace mlir::norm::detail

#endif // NORM_LIB_DIALECT_NORM_IR_MEMORYEFFECTS_H
