//===- Passes.td - passes on norm ops ----------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
#define NORM_DIALECT_NORM_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormDecompose : Pass<"norm-decompose"> {
  let summary = "Decompose norm ops on tensors into linalg on tensors";
  let description = [{
    Writes each norm op as fills, row sums and elementwise `linalg.generic` ops
    that compute exactly what the op's formula says: statistics in C, roundings
    where the formula has them, layernorm's variance from centred squares. No
    norm op on tensors is left. `norm-raise` finds the op again.

    Before:

    ```mlir
    %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
         epsilon = 1.000000e-05 -> tensor<4x64xf32>
    ```

    After:

    ```mlir
    %sum = linalg.generic {...["parallel", "reduction"]} ins(%x) outs(%zeros)
           // sum of x * x
    %s = linalg.generic {...["parallel"]} ins(%sum) outs(%e)     // sum / 64
    %rstd = linalg.generic {...["parallel"]} ins(%s) outs(%e)
           // rsqrt(s + epsilon)
    %y = linalg.generic {...["parallel", "parallel"]} ins(%x, %rstd) outs(%init)
           // x * rstd
    ```
  }];
  let dependentDialects = [
    "arith::ArithDialect", "linalg::LinalgDialect", "math::MathDialect",
    "tensor::TensorDialect"];
}

def NormCollapseDimensions : Pass<"norm-collapse-dimensions"> {
  let summary = "Bring norms of trailing dimensions to rows and row";
  let description = [{
    Collapses the dimensions of the rows into one, and the normalized ones, where
    they are the trailing ones, into another; unit dimensions go with them. The
    op stays between reshapes that move no element. Norms on memrefs, and of
    dimensions that are not trailing, are left as they are.

    Before:

    ```mlir
    %y = norm.rmsnorm ins(%x : tensor<2x3x8x4xf32>) scale(%g : tensor<8x4xf32>)
         outs(%init : tensor<2x3x8x4xf32>) dimensions = [2, 3]
         epsilon = 1.000000e-05 -> tensor<2x3x8x4xf32>
    ```

    After:

    ```mlir
    %0 = tensor.collapse_shape %x [[0, 1], [2, 3]]
         : tensor<2x3x8x4xf32> into tensor<6x32xf32>
    ...
    %3 = norm.rmsnorm ins(%0 : tensor<6x32xf32>) scale(%2 : tensor<32xf32>)
         outs(%1 : tensor<6x32xf32>) epsilon = 1.000000e-05 -> tensor<6x32xf32>
    %y = tensor.expand_shape %3 [[0, 1], [2, 3]] output_shape [2, 3, 8, 4]
         : tensor<6x32xf32> into tensor<2x3x8x4xf32>
    ```
  }];
  let dependentDialects = ["tensor::TensorDialect"];
}

def NormStaticResultsToOutParams
    : Pass<"norm-static-results-to-out-params", "mlir::ModuleOp"> {
  let summary = "Turn results of static shape into out-params";
  let description = [{
    After bufferization: a function all of whose results are memrefs of static
    shape takes them as arguments instead, which the caller allocates. A function
    with a result of dynamic shape keeps returning all its results, as only the
    function itself can tell their sizes.

    ```mlir
    func.func @f(%x: memref<4xf32>) -> memref<4xf32>
    func.func @f(%x: memref<4xf32>, %y: memref<4xf32>)      // after
    ```
  }];
  let dependentDialects = ["bufferization::BufferizationDialect",
                           "memref::MemRefDialect"];
}

#endif // NORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
