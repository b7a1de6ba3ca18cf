//===- NormDialect.td - the norm dialect -------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMDIALECT_TD
#define NORM_DIALECT_NORM_IR_NORMDIALECT_TD

include "mlir/IR/OpBase.td"

def Norm_Dialect : Dialect {
  let name = "norm";
  let cppNamespace = "::mlir::norm";
  let summary = "Normalization layers: RMSNorm, partial RMSNorm and LayerNorm";
  let description = [{
    Three ops in destination-passing style, one for each normalization layer
    that is in wide use: `norm.rmsnorm`, `norm.prmsnorm` and `norm.layernorm`;
    for each the op of its gradients, `norm.rmsnorm_backward` and so on; and
    `norm.row_loop`, what they are fused into with their neighbours.
    A *row* is the set of the normalized `dimensions`, flattened in row-major
    order; every op takes one statistic per row and scales the row by it.

    Arithmetic is in the compute type C: f32, or f64 where the input is f64.
    The element types of the input, the scale, the bias and the result are
    independent of each other.
  }];
  let dependentDialects = [
    "arith::ArithDialect", "linalg::LinalgDialect", "tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 0;
  let hasCanonicalizer = 1;
  let hasConstantMaterializer = 1;
}

/// A ranked tensor or a memref of any element type; the verifier says which
/// element types are accepted.
def Norm_Shaped : AnyTypeOf<[AnyRankedTensor, AnyMemRef],
                            "ranked tensor or memref">;

#endif // NORM_DIALECT_NORM_IR_NORMDIALECT_TD
