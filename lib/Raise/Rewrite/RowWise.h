//===- RowWise.h - the IR that a plan asks for ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_REWRITE_ROWWISE_H
#define NORM_LIB_RAISE_REWRITE_ROWWISE_H

#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// The element of a result, from those of the inputs.
using RowWiseBody =
    llvm::function_ref<Value(OpBuilder &, Location, ValueRange inputs)>;

/// result[d0, d1, ..] = body(inputs[0][maps[0](d0, d1, ..)], ..), an op without
/// reductions over dimensions of the given sizes.
Value makeRowWise(OpBuilder &builder, Location loc, ArrayRef<Value> inputs,
                  ArrayRef<AffineMap> maps, ArrayRef<OpFoldResult> sizes,
                  Type element, RowWiseBody body);

/// The size as an attribute or a value.
OpFoldResult makeSize(OpBuilder &builder, Location loc, Size size);

/// `value` as `view` says; `dynamicSizes` are those of the dynamic dimensions
/// of a copy.
Value makeView(OpBuilder &builder, Location loc, Value value, const View &view,
               ArrayRef<OpFoldResult> dynamicSizes = {});

/// The tensor that `witness` is: of the program, or made in front of the op
/// that has the scalar in its body.
Value makeTensor(OpBuilder &builder, const Witness &witness);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_REWRITE_ROWWISE_H
