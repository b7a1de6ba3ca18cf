//===- NormBackwardOps.td - the gradients of the norm ops --*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMBACKWARDOPS_TD
#define NORM_DIALECT_NORM_IR_NORMBACKWARDOPS_TD

include "norm/Dialect/Norm/IR/NormAttributes.td"
include "norm/Dialect/Norm/IR/NormDialect.td"
include "norm/Dialect/Norm/IR/NormInterfaces.td"
include "norm/Dialect/Norm/IR/NormTiling.td"
include "mlir/Dialect/Arith/IR/ArithBase.td"
include "mlir/Dialect/Arith/IR/ArithOpsInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// The base class
//===----------------------------------------------------------------------===//

/// What the three ops share: dy, x, scale, rstd, the residual gradient,
/// destinations, attributes.
///
/// `mean` is the operand of layernorm and `meanKind` its kind, `extraAttributes`
/// are attributes of one op alone.
class Norm_NormBackwardOp<string mnemonic, dag mean, string meanKind,
                          dag extraAttributes, list<Trait> traits = []>
    : Op<Norm_Dialect, mnemonic, !listconcat([
        AttrSizedOperandSegments,
        AttrSizedResultSegments,
        DestinationStyleOpInterface,
        ConditionallySpeculatable,
        Norm_NormBackwardOpInterface,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
            ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<ArithFastMathInterface>,
        Norm_TilingInterface.declaration],
        traits)> {

  let arguments = !con(
      (ins Norm_Shaped:$dy,
           Norm_Shaped:$input,
           Optional<Norm_Shaped>:$scale,
           Norm_Shaped:$rstd),
      mean,
      (ins Optional<Norm_Shaped>:$dres,
           Optional<Norm_Shaped>:$dx_init,
           Optional<Norm_Shaped>:$dscale_init,
           Optional<Norm_Shaped>:$dbias_init,
           OptionalAttr<F64Attr>:$epsilon,
           DefaultValuedAttr<Norm_EpsMode, "::mlir::norm::EpsMode::inside">
               :$eps_mode,
           DenseI64ArrayAttr:$dimensions,
           DefaultValuedAttr<I64Attr, "0">:$scale_offset,
           OptionalAttr<TypeAttr>:$scale_rounding,
           DefaultValuedAttr<Arith_FastMathAttr,
               "::mlir::arith::FastMathFlags::none">:$fastmath),
      extraAttributes);

  let results = (outs Optional<AnyRankedTensor>:$dx,
                      Optional<AnyRankedTensor>:$dscale,
                      Optional<AnyRankedTensor>:$dbias);

  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;

  /// What an op alone declares, in addition.
  code opClassDeclaration = "";

  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      unsigned count = bool(getDxInit()) + bool(getDscaleInit()) +
                       bool(getDbiasInit());
      return ::mlir::MutableOperandRange(
          getOperation(), getOperation()->getNumOperands() - count, count);
    }
    ::mlir::Speculation::Speculatability getSpeculatability() {
      return hasPureTensorSemantics() ? ::mlir::Speculation::Speculatable
                                      : ::mlir::Speculation::NotSpeculatable;
    }
    ::mlir::norm::OperandKind getOperandKind(unsigned number) {
      return ::mlir::norm::detail::getOperandKind(
          {{"dy", OperandRole::element}, {"input", OperandRole::element},
           {"scale", OperandRole::position}, {"rstd", OperandRole::row},
  }] # meanKind # [{
           {"dres", OperandRole::element}, {"dx", OperandRole::element},
           {"dscale", OperandRole::position}, {"dbias", OperandRole::position}},
          getProperties().operandSegmentSizes, number);
    }
  }] # opClassDeclaration;

  let extraClassDefinition = Norm_TilingInterface.definitions;
}

//===----------------------------------------------------------------------===//
// rmsnorm_backward
//===----------------------------------------------------------------------===//

def Norm_RMSNormBackwardOp : Norm_NormBackwardOp<"rmsnorm_backward",
    (ins), "", (ins)> {
  let summary = "gradients of a root mean square normalization";
  let description = [{
    Computed in C (f32, or f64 where x is f64), with the operand r = rstd of
    each row and m_i = dy_i * (scale_offset + scale_i):

    ```
    dx_i     = r m_i - x_i r^3/n * sum_j m_j x_j          (+ dres_i)
    dscale_i = sum over rows of dy_i * x_i r
    dbias_i  = sum over rows of dy_i
    ```

    The op is defined by this formula in its operands, whatever they are: that
    r is 1/sqrt(mean of x^2 + epsilon) makes it a gradient, and is not needed
    for its meaning. With `eps_mode = outside` the operand is
    q = 1/(rms + epsilon), and with rms = 1/q - epsilon

    ```
    dx_i     = q m_i - x_i q^2/(n rms) * sum_j m_j x_j
    dscale_i = sum over rows of dy_i * x_i q
    ```

    where the second term of dx is 0 for rms = 0.

    dx, dscale and dbias are there if their destination is. What no result
    needs is not read: scale and dres belong to dx, and dbias is a sum of dy
    alone. dscale and dbias are added up in C in an order that does not depend
    on threads; of no rows they are 0.

    Operands and attributes:
      - `ins`: dy and x, ranked tensors or memrefs of floats.
      - `scale` (optional): shaped as the normalized dimensions.
      - `rstd`: one value of C per row.
      - `dres` (optional): shaped as x, a residual's gradient, which is added to
        dx in C, before dx is rounded.
      - `outs`, `dscale`, `dbias` (each optional): the destinations of dx, shaped
        as x, and of dscale and dbias, shaped as the normalized dimensions.
      - `eps_mode`: `inside` (the default) or `outside` of the square root.
      - `epsilon`: with `outside` only, finite and at least 0.
      - `dimensions`: the normalized dimensions, strictly ascending; the last
        one when left out.
      - `scale_offset`: 0 or 1; with 1 the factor is (1 + scale).
      - `scale_rounding`: a float type, to which x_i r is rounded in dscale, as
        the norm itself rounded it before the scale.
      - `fastmath`: flags that rewrites of the op may use.

    Constraints (C is the compute type):
      - rmsnorm_backward_c1: dy, x, scale, dres, dx, dscale and dbias have float
        elements of at most 64 bits.
      - rmsnorm_backward_c2: x has rank 1 or more.
      - rmsnorm_backward_c3: `dimensions` is not empty, strictly ascending, in
        range.
      - rmsnorm_backward_c4: scale, dscale and dbias have the shape of the
        normalized dimensions.
      - rmsnorm_backward_c5: dy, dres and dx have the shape of x.
      - rmsnorm_backward_c6: rstd has the shape of x without the normalized
        dimensions, and element type C.
      - rmsnorm_backward_c7: at least one of dx, dscale and dbias has a
        destination, and dx has one where dres is added to it.
      - rmsnorm_backward_c8: `epsilon` is there with `eps_mode = outside`, where
        it is finite and at least 0, and only there.
      - rmsnorm_backward_c9: `scale_offset` is 0 or 1, and 1 needs a scale.
      - rmsnorm_backward_c10: `scale_rounding` is f64, f32, f16, bf16, f8E4M3FN
        or f8E5M2, and no wider than C.
      - rmsnorm_backward_c11: operands are all tensors or all memrefs; of
        memrefs no destination is another operand, but dx may be dy, x or dres.

    Example:

    ```mlir
    %dx, %dg = norm.rmsnorm_backward
        ins(%dy, %x : tensor<4x64xbf16>, tensor<4x64xbf16>)
        scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
        outs(%e : tensor<4x64xbf16>) dscale(%f : tensor<64xf32>)
        -> (tensor<4x64xbf16>, tensor<64xf32>)
    ```
  }];
}

//===----------------------------------------------------------------------===//
// prmsnorm_backward
//===----------------------------------------------------------------------===//

def Norm_PRMSNormBackwardOp : Norm_NormBackwardOp<"prmsnorm_backward",
    (ins), "", (ins I64Attr:$k)> {
  let summary = "gradients of a partial root mean square normalization";
  let description = [{
    The statistic is that of the first k elements of the row, so only they have
    a part in it; the sum is one of the whole row:

    ```
    dx_i = r m_i - [i < k] * x_i r^3/k * sum_{j<n} m_j x_j     (+ dres_i)
    ```

    With `eps_mode = outside`,

    ```
    dx_i = q m_i - [i < k] * x_i q^2/(k rms) * sum_{j<n} m_j x_j
    ```

    dscale and dbias, operands, attributes and constraints are those of
    `norm.rmsnorm_backward` (prmsnorm_backward_c1 to prmsnorm_backward_c11),
    and:
      - `k`: how many leading elements of the row give the statistic.
      - prmsnorm_backward_c12: 1 <= k, and k <= n where n is static.

    Example:

    ```mlir
    %dx = norm.prmsnorm_backward
        ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>)
        rstd(%r : tensor<4xf32>) outs(%e : tensor<4x64xf32>) k = 4
        -> tensor<4x64xf32>
    ```
  }];
  let opClassDeclaration = [{
    ::std::optional<int64_t> getStatisticLength() { return getK(); }
  }];
}

//===----------------------------------------------------------------------===//
// layernorm_backward
//===----------------------------------------------------------------------===//

def Norm_LayerNormBackwardOp : Norm_NormBackwardOp<"layernorm_backward",
    (ins Norm_Shaped:$mean), "{\"mean\", OperandRole::row},", (ins)> {
  let summary = "gradients of a layer normalization";
  let description = [{
    With the operands r = rstd and mu = mean of each row,
    xh_i = (x_i - mu) r and m_i = dy_i * (scale_offset + scale_i):

    ```
    dx_i     = r (m_i - mean(m) - xh_i * mean(xh m))          (+ dres_i)
    dscale_i = sum over rows of dy_i * xh_i
    dbias_i  = sum over rows of dy_i
    ```

    where mean(v) = (1/n) sum_j v_j. With `eps_mode = outside` the operand is
    q = 1/(sigma + epsilon), and with sigma = 1/q - epsilon

    ```
    dx_i     = q (m_i - mean(m)) - (x_i - mu) q^2/sigma * mean((x - mu) m)
    dscale_i = sum over rows of dy_i * (x_i - mu) q
    ```

    where the last term of dx is 0 for sigma = 0.

    Operands, attributes and constraints are those of `norm.rmsnorm_backward`
    (layernorm_backward_c1 to layernorm_backward_c11); `mean` is one more
    operand, of one value of C per row, to which c6 applies as to rstd.

    Example:

    ```mlir
    %dx, %dg, %db = norm.layernorm_backward
        ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>)
        scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
        mean(%mu : tensor<4xf32>) outs(%e : tensor<4x64xf32>)
        dscale(%f : tensor<64xf32>) dbias(%f : tensor<64xf32>)
        -> (tensor<4x64xf32>, tensor<64xf32>, tensor<64xf32>)
    ```
  }];
  let opClassDeclaration = [{
    bool isCentered() { return true; }
    ::mlir::Value getMeanOperand() { return getMean(); }
  }];
}

#endif // NORM_DIALECT_NORM_IR_NORMBACKWARDOPS_TD
