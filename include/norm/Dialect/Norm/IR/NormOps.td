//===- NormOps.td - the norm ops ---------------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMOPS_TD
#define NORM_DIALECT_NORM_IR_NORMOPS_TD

include "norm/Dialect/Norm/IR/NormAttributes.td"
include "norm/Dialect/Norm/IR/NormBackwardOps.td"
include "norm/Dialect/Norm/IR/NormDialect.td"
include "norm/Dialect/Norm/IR/NormInterfaces.td"
include "norm/Dialect/Norm/IR/NormRowOps.td"
include "norm/Dialect/Norm/IR/NormTiling.td"
include "mlir/Dialect/Arith/IR/ArithBase.td"
include "mlir/Dialect/Arith/IR/ArithOpsInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// The base class
//===----------------------------------------------------------------------===//

/// What the three ops share: input, scale, bias, destinations, attributes.
///
/// `extraInits` are destinations beyond y, statistic and rstd, `extraAttributes`
/// attributes of one op alone.
class Norm_NormOp<string mnemonic, dag extraInits, dag extraResults,
                  dag extraAttributes, list<Trait> traits = []>
    : Op<Norm_Dialect, mnemonic, !listconcat([
        AttrSizedOperandSegments,
        AttrSizedResultSegments,
        DestinationStyleOpInterface,
        ConditionallySpeculatable,
        Norm_NormOpInterface,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
            ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<ArithFastMathInterface>,
        Norm_TilingInterface.declaration],
        traits)> {

  let arguments = !con(
      (ins Norm_Shaped:$input,
           Optional<Norm_Shaped>:$scale,
           Optional<Norm_Shaped>:$bias,
           Norm_Shaped:$init,
           Optional<Norm_Shaped>:$statistic_init,
           Optional<Norm_Shaped>:$rstd_init),
      extraInits,
      (ins F64Attr:$epsilon,
           DefaultValuedAttr<Norm_EpsMode, "::mlir::norm::EpsMode::inside">
               :$eps_mode,
           DenseI64ArrayAttr:$dimensions,
           DefaultValuedAttr<I64Attr, "0">:$scale_offset,
           OptionalAttr<TypeAttr>:$scale_rounding,
           DefaultValuedAttr<Arith_FastMathAttr,
               "::mlir::arith::FastMathFlags::none">:$fastmath),
      extraAttributes);

  let results = !con(
      (outs Optional<AnyRankedTensor>:$y,
            Optional<AnyRankedTensor>:$statistic,
            Optional<AnyRankedTensor>:$rstd),
      extraResults);

  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;

  /// What an op alone declares, in addition.
  code opClassDeclaration = "";

  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::norm::detail::getInits(getOperation(), getInitMutable());
    }
    ::mlir::norm::OperandKind getOperandKind(unsigned number) {
      return ::mlir::norm::detail::getOperandKind(
          {{"input", OperandRole::element}, {"scale", OperandRole::position},
           {"bias", OperandRole::position},
           {"destination", OperandRole::element},
           {"statistic", OperandRole::row}, {"rstd", OperandRole::row},
           {"mean", OperandRole::row}},
          getProperties().operandSegmentSizes, number);
    }
    ::mlir::Speculation::Speculatability getSpeculatability() {
      return hasPureTensorSemantics() ? ::mlir::Speculation::Speculatable
                                      : ::mlir::Speculation::NotSpeculatable;
    }
  }] # opClassDeclaration;

  let extraClassDefinition = Norm_TilingInterface.definitions;
}

//===----------------------------------------------------------------------===//
// rmsnorm
//===----------------------------------------------------------------------===//

def Norm_RMSNormOp : Norm_NormOp<"rmsnorm", (ins), (outs), (ins)> {
  let summary = "root mean square normalization";
  let description = [{
    For each row x[0..n), computed in C (f32, or f64 where x is f64):

    ```
    s    = (1/n) * sum_i x_i^2
    rstd = 1 / sqrt(s + epsilon)          eps_mode = inside (the default)
         = 1 / (sqrt(s) + epsilon)        eps_mode = outside
    y_i  = x_i * rstd * (scale_offset + scale_i) + bias_i
    ```

    Zhang and Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019,
    arXiv:1910.07467.

    Operands and attributes:
      - `ins`: x, a ranked tensor or memref of floats.
      - `scale`, `bias` (optional): shaped as the normalized dimensions.
      - `outs`: the destination of y, shaped as x.
      - `statistic`, `rstd` (optional): destinations of one value of C per row.
      - `epsilon`: finite and at least 0.
      - `eps_mode`: `inside` or `outside` of the square root.
      - `dimensions`: the normalized dimensions, strictly ascending; the last
        one when left out.
      - `scale_offset`: 0 or 1; with 1 the factor is (1 + scale).
      - `scale_rounding`: a float type; the normalized value is rounded to it
        before the scale, and products and sums to the wider of it and the
        scale's type.
      - `fastmath`: flags that rewrites of the op may use.

    Constraints (C is the compute type):
      - rmsnorm_c1: x, scale, bias and y have float elements of at most 64 bits.
      - rmsnorm_c2: x has rank 1 or more.
      - rmsnorm_c3: `dimensions` is not empty, strictly ascending, in range.
      - rmsnorm_c4: scale has the shape of the normalized dimensions.
      - rmsnorm_c5: bias has the shape of the normalized dimensions.
      - rmsnorm_c6: the destination of y has the shape of x.
      - rmsnorm_c7: destinations of statistics have the shape of x without the
        normalized dimensions, and element type C.
      - rmsnorm_c8: epsilon is finite and at least 0.
      - rmsnorm_c9: `scale_offset` is 0 or 1, and 1 needs a scale.
      - rmsnorm_c10: `scale_rounding` is f64, f32, f16, bf16, f8E4M3FN or
        f8E5M2, no wider than C, and needs a scale.
      - rmsnorm_c11: operands are all tensors or all memrefs.

    Example:

    ```mlir
    %y = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>)
         outs(%init : tensor<4x64xbf16>) epsilon = 1.000000e-05
         -> tensor<4x64xbf16>
    ```
  }];
}

//===----------------------------------------------------------------------===//
// prmsnorm
//===----------------------------------------------------------------------===//

def Norm_PRMSNormOp : Norm_NormOp<"prmsnorm", (ins), (outs), (ins I64Attr:$k)> {
  let summary = "partial root mean square normalization";
  let description = [{
    RMSNorm whose statistic is taken from the first k elements of each row; all
    n elements are scaled by it:

    ```
    s    = (1/k) * sum_{i<k} x_i^2
    rstd = 1 / sqrt(s + epsilon), or 1 / (sqrt(s) + epsilon)
    y_i  = x_i * rstd * (scale_offset + scale_i) + bias_i        for all i < n
    ```

    arXiv:1910.07467, section 5, takes k = ceil(n * 6.25 %).

    Operands, attributes and constraints are those of `norm.rmsnorm`
    (prmsnorm_c1 to prmsnorm_c11), and:
      - `k`: how many leading elements of the row give the statistic.
      - prmsnorm_c12: 1 <= k, and k <= n where n is static.

    Example:

    ```mlir
    %y = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
         k = 4 epsilon = 1.000000e-05 -> tensor<4x64xf32>
    ```
  }];
  let opClassDeclaration = [{
    ::std::optional<int64_t> getStatisticLength() { return getK(); }
  }];
}

//===----------------------------------------------------------------------===//
// layernorm
//===----------------------------------------------------------------------===//

def Norm_LayerNormOp : Norm_NormOp<"layernorm",
    (ins Optional<Norm_Shaped>:$mean_init), (outs Optional<AnyRankedTensor>:$mean),
    (ins)> {
  let summary = "layer normalization";
  let description = [{
    For each row x[0..n), computed in C (f32, or f64 where x is f64):

    ```
    mean = (1/n) * sum_i x_i
    s    = (1/n) * sum_i (x_i - mean)^2
    rstd = 1 / sqrt(s + epsilon), or 1 / (sqrt(s) + epsilon)
    y_i  = (x_i - mean) * rstd * (scale_offset + scale_i) + bias_i
    ```

    The variance is the biased one, clamped at 0 before epsilon is added. Ba,
    Kiros, Hinton, "Layer Normalization", arXiv:1607.06450.

    Operands, attributes and constraints are those of `norm.rmsnorm`
    (layernorm_c1 to layernorm_c11); `mean` is one more optional destination,
    of one value of C per row.

    Example:

    ```mlir
    %y, %mean = norm.layernorm ins(%x : tensor<4x64xf32>)
        scale(%g : tensor<64xf32>) bias(%b : tensor<64xf32>)
        outs(%init : tensor<4x64xf32>) mean(%m : tensor<4xf32>)
        epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
    ```
  }];
  let opClassDeclaration = [{
    bool isCentered() { return true; }
    ::mlir::Value getMeanDestination() { return getMeanInit(); }
    ::mlir::Value getMeanResult() { return getMean(); }
  }];
}

#endif // NORM_DIALECT_NORM_IR_NORMOPS_TD
