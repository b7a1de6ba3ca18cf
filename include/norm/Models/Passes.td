//===- Passes.td - passes on whole models ------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_PASSES_TD
#define NORM_MODELS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormSink : Pass<"norm-sink"> {
  let summary = "Move the factor of each norm's rows behind matrix products";
  let description = [{
    A norm multiplies each row by a number, rstd, which commutes with a product
    of matrices over that row:

    ```
    rmsnorm(x, g, b) W   = rstd * (x W') + b W,   W' = diag(g) W
    layernorm(x, g, b) W = rstd * (x W' - mean * colsum(W')) + b W
    ```

    What is left of the norm is a reduction; the normalized tensor is neither
    written nor read. To be run after norm-raise and canonicalize, before
    norm-fuse-rows. The epilogue is elementwise and fuses with its neighbours.

    Before:

    ```mlir
    %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>)
         epsilon = 1.000000e-05 -> tensor<4x64xf32>
    %p = linalg.matmul ins(%y, %w : tensor<4x64xf32>, tensor<64x32xf32>)
         outs(%zeros : tensor<4x32xf32>) -> tensor<4x32xf32>
    ```

    After:

    ```mlir
    %_, %rstd = norm.rmsnorm ins(%x : tensor<4x64xf32>)
         outs(%e : tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
         epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
    %xw = linalg.matmul ins(%x, %w : tensor<4x64xf32>, tensor<64x32xf32>)
         outs(%zeros : tensor<4x32xf32>) -> tensor<4x32xf32>
    %p = linalg.generic ins(%xw, %rstd : tensor<4x32xf32>, tensor<4xf32>) ...
    ```

    All readers of the normalized tensor have to be products over the row, or the
    norm stays. A `passed` remark of the category `norm-sink` says how many
    products there are, a `missed` one what stands in the way: a reader that is
    no product, statistics that a gradient uses, a type that may not hold the
    range of x, weights that are not constant. Sums are taken in another
    order, and roundings to 16 bits before the product go, hence `precision`.
  }];
  let options = [
    Option<"precision", "precision", "std::string", /*default=*/"\"relaxed\"",
           "relaxed: every norm; strict: those with the flag reassoc, without "
           "scale_rounding">,
    Option<"weights", "weights", "std::string", /*default=*/"\"constant\"",
           "constant: products with weights are rewritten where scale, bias and "
           "weights are constants; any: others, too, by ops in the program, which "
           "read and write the weights in each call">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"];
}

#endif // NORM_MODELS_PASSES_TD
