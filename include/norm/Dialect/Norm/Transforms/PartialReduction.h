//===- PartialReduction.h - partial statistics ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_PARTIALREDUCTION_H
#define NORM_DIALECT_NORM_TRANSFORMS_PARTIALREDUCTION_H

namespace mlir {
class DialectRegistry;

namespace norm {

/// Lets the norm ops on tensors be tiled along the row by
/// PartialReductionOpInterface
/// (`transform.structured.tile_reduction_using_for`): the loop gathers partial
/// statistics, one per element of a tile, after it they are merged and y is
/// computed. Offered for the strategy PartialReductionOuterReduction with all
/// normalized dimensions tiled.
///
/// The backward ops on tensors are tiled along the rows, for dscale and dbias
/// (`transform.structured.tile_reduction_using_forall`): blocks of rows have
/// sums of their own, which are added up. Offered for the strategy
/// PartialReductionOuterParallel with all dimensions of the rows tiled.
void registerPartialReductionOpInterfaceExternalModels(
    DialectRegistry &registry);

} // namespace norm
} // namespace mlir

#endif // NORM_DIALECT_NORM_TRANSFORMS_PARTIALREDUCTION_H
