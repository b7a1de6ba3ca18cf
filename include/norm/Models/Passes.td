//===- Passes.td - passes on whole models ------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_PASSES_TD
#define NORM_MODELS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormFold : Pass<"norm-fold", "::mlir::ModuleOp"> {
  let summary = "Turn layernorms into rmsnorms by centring weights";
  let description = [{
    A layernorm subtracts the mean of its row. That is a linear map C, and
    layernorm(x) = rmsnorm(C x). Where x is a sum of terms, each a product or a
    convolution with weights, rows of a table or a vector, C goes into the weights,
    `C(a W) = a (W C)`, and x has rows of mean 0 from the start. The tensor
    that runs from layer to layer is one sum of all of them: its terms are centred
    if all of its readers are layernorms, on which that makes no difference, or
    more sums. All terms and readers, or none.

    Then scale and bias of a norm go into the products that read it, if all of its
    readers are products: `(g * n + b) W = n (diag(g) W) + b W`.

    Weights that are constants are rewritten; other uses keep the constants
    they had. With `weights=any` weights may be arguments. The function then
    expects new ones, which a function `fold_weights` makes of the old ones
    (NAME_fold_weights for a function NAME other than main). It takes and
    returns those arguments alone that matter: its attributes are the table,
    `norm.takes` the numbers of what it takes, `norm.gives` those of what it
    returns and `norm.changes` what was done to each. An argument with
    another use, as a tied embedding, is not changed.

    Exact but for the rounding of the weights; rows whose mean is large
    against their deviation get more accurate. Remarks of the category `norm-fold`:
    `passed` for each norm that lost its mean, or scale and bias, and for each
    argument that changed, `missed` with the reason. With `certify` each centred
    sum comes with a proof for `norm-check`.
    To be run after norm-raise and canonicalize.

    Before:

    ```mlir
    %w = arith.constant dense<[[1.0, 3.0], [2.0, 8.0]]> : tensor<2x2xf32>
    %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>)
         outs(%zeros : tensor<4x2xf32>) -> tensor<4x2xf32>
    %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>)
         epsilon = 1.000000e-05 -> tensor<4x2xf32>
    ```

    After:

    ```mlir
    %w = arith.constant dense<[[-1.0, 1.0], [-3.0, 3.0]]> : tensor<2x2xf32>
    %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>)
         outs(%zeros : tensor<4x2xf32>) -> tensor<4x2xf32>
    %y = norm.rmsnorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>)
         epsilon = 1.000000e-05 -> tensor<4x2xf32>
    ```
  }];
  let options = [
    Option<"weights", "weights", "std::string", /*default=*/"\"constant\"",
           "constant: constants alone are rewritten; any: arguments, too; a number "
           "n: the first n arguments">,
    Option<"results", "results", "std::string", /*default=*/"\"exact\"",
           "exact: a sum that the function returns stays; centred: it may lose the "
           "mean of each row">,
    Option<"parameters", "parameters", "std::string", /*default=*/"\"fold\"",
           "fold: scale and bias go into the products that read a norm; keep: they "
           "stay">,
    Option<"certify", "certify", "std::string", /*default=*/"\"\"",
           "Folder for a certificate for each sum that was centred">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::norm::NormDialect",
    "::mlir::tensor::TensorDialect"];
}

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

def NormInstrument : Pass<"norm-instrument", "::mlir::ModuleOp"> {
  let summary = "Return statistics of the rows of each norm as further results";
  let description = [{
    Adds results to the function `entry`: for each norm, in program order, one
    value per row of a layernorm's mean and variance, and of another norm's mean,
    mean square and mean square of the first k elements. The attribute
    `norm.watched` lists which norm and which value each is. They are computed by
    row loops beside the norms, which norm-fuse-rows joins with them: x is read
    once. To be run right after norm-raise.

    With `calls` the function keeps its type, and calls, for each norm and before
    it returns, `@norm_watch_f32(i64, memref<?xf32>, memref<?xf32>, memref<?xf32>)`
    or `@norm_watch_f64` with the number of the norm and its values, a layernorm's
    variance twice. That is how `norm-run --instrument` and `norm.instrument()`
    make a profile.

    Norms in loops, in other functions or of rows of unknown length get a
    `missed` remark of the category `norm-instrument`.

    Before:

    ```mlir
    %y = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>)
         epsilon = 1.000000e-05 -> tensor<4x64xf32>
    return %y : tensor<4x64xf32>
    ```

    After:

    ```mlir
    %s:2 = norm.row_loop ins(%x : tensor<4x64xf32>)
           outs(%r, %r : tensor<4xf32>, tensor<4xf32>)
           maps = [#id, #row, #row] dimensions = [1] {
    ^bb0(%x_i: f32):
      %mean, %variance, %centred = norm.row_moments %x_i : f32
      norm.row_yield %mean, %variance : f32, f32
    } -> tensor<4xf32>, tensor<4xf32>
    %y = norm.layernorm ...
    return %y, %s#0, %s#1 : ...
    ```
  }];
  let options = [
    Option<"entry", "entry", "std::string", /*default=*/"\"main\"",
           "The function">,
    Option<"k", "k", "int64_t", /*default=*/"0",
           "Elements that the mean square of leading elements is of; 0 for "
           "6.25 % of the row, rounded up. A prmsnorm has its own">,
    Option<"calls", "calls", "bool", /*default=*/"false",
           "Hand the values to a function instead of returning them">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
    "::mlir::norm::NormDialect", "::mlir::tensor::TensorDialect"];
}

def NormPartial : Pass<"norm-partial", "::mlir::ModuleOp"> {
  let summary = "Turn rmsnorms into prmsnorms where a profile shows no harm";
  let description = [{
    Takes the statistic of an rmsnorm from the first k elements of each row, where
    `norm-run --instrument` has measured that no row changes by more than
    `threshold`. With the same rstd for all elements of a row, the relative change
    of a row is |rstd_k / rstd - 1|, exactly, whatever comes after the norm.

    Never without a profile, and only with one of the same program: of the text
    that norm-raise has made, weights included. To be run right after norm-raise.

    Before:

    ```mlir
    %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>)
         epsilon = 1.000000e-05 -> tensor<4x64xf32>
    ```

    After, with a profile whose largest change is below the threshold:

    ```mlir
    %y = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>)
         k = 4 epsilon = 1.000000e-05 -> tensor<4x64xf32>
    ```

    Remarks of the category `norm-partial` have the measured change: `passed` of
    each norm that changes, `missed` with the reason of each rmsnorm that does not.
  }];
  let options = [
    Option<"threshold", "threshold", "double", /*default=*/"0.0",
           "The largest relative change of a row, above 0 and at most 1">,
    Option<"profile", "profile", "std::string", /*default=*/"\"\"",
           "File of norm-run --instrument">
  ];
  let dependentDialects = ["::mlir::norm::NormDialect"];
}

#endif // NORM_MODELS_PASSES_TD
