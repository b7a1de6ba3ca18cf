//===- NormTransformOps.td - scripts that lower norms ------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMOPS_NORMTRANSFORMOPS_TD
#define NORM_DIALECT_NORM_TRANSFORMOPS_NORMTRANSFORMOPS_TD

include "mlir/Dialect/Transform/IR/TransformDialect.td"
include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/OpBase.td"

/// The target is consumed, with all handles to what is below it, as that is
/// rewritten, and comes back as the first result.
class NormTransformOp<string mnemonic>
    : Op<Transform_Dialect, "norm." # mnemonic,
         [FunctionalStyleTransformOpTrait, MemoryEffectsOpInterface,
          DeclareOpInterfaceMethods<TransformOpInterface>]> {
  let cppNamespace = "::mlir::norm";
  let assemblyFormat =
      "$target attr-dict `:` functional-type(operands, results)";
}

def NormTransformRaiseOp : NormTransformOp<"raise"> {
  let summary = "Find norms in linalg, arith, math and tensor ops by algebra";
  let description = [{
    Does to each module of `target` what the pass `norm-raise` does, remarks
    included. Returns the modules and, in program order, the norm ops in them.

    - `precision`: `"relaxed"` or `"strict"`, as in the pass.
    - `keep_tosa`: functions that hold TOSA ops are not looked into.
    - `required`: fails silenceably where a module has no norm op in the end,
      with a note for each near miss that says why it is none.

    A target that is no module is a silenceable failure, and nothing is changed.

    ```mlir
    %raised, %norms = transform.norm.raise %module {required}
        : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    ```
  }];
  let arguments = (ins TransformHandleTypeInterface:$target,
                       DefaultValuedStrAttr<StrAttr, "relaxed">:$precision,
                       UnitAttr:$keep_tosa, UnitAttr:$required);
  let results = (outs TransformHandleTypeInterface:$updated,
                      TransformHandleTypeInterface:$norms);
  let hasVerifier = 1;
}

def NormTransformFuseRowsOp : NormTransformOp<"fuse_rows"> {
  let summary = "Fuse norm ops and their row-local neighbours into row loops";
  let description = [{
    Does to what is below each op of `target` what the pass `norm-fuse-rows`
    does, remarks included. Returns the targets and, in program order, the row
    loops below them.

    - `required`: fails silenceably where there is no row loop in the end.

    ```mlir
    %fused, %loops = transform.norm.fuse_rows %function
        : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    ```
  }];
  let arguments = (ins TransformHandleTypeInterface:$target,
                       UnitAttr:$required);
  let results = (outs TransformHandleTypeInterface:$updated,
                      TransformHandleTypeInterface:$loops);
}

def NormTransformVectorizeRowsOp : NormTransformOp<"vectorize_rows"> {
  let summary = "Turn norm ops on memrefs into row loops of vector code";
  let description = [{
    Does to what is below each op of `target` what the pass
    `norm-vectorize-rows` does, and returns the targets. A norm op or row loop
    that has no vector code is a silenceable failure that says why; all row
    loops below that target stay, and norm ops on memrefs are row loops then.

    - `unit`: `"cpu"`, `"sse2"`, `"avx2"`, `"avx512"`, `"avx512bf16"` or
      `"neon"`, as the option `target` of the pass.
    - `vector_bits`: 128, 256, 512, or 0 for those of this machine, with
      `unit = "cpu"`.
    - `stores`: `"auto"`, `"plain"` or `"streaming"`, as in the pass.
    - `threads`: how many there are.

    ```mlir
    %vectors = transform.norm.vectorize_rows %function {vector_bits = 256}
        : (!transform.any_op) -> !transform.any_op
    ```
  }];
  let arguments = (ins
      TransformHandleTypeInterface:$target,
      DefaultValuedStrAttr<StrAttr, "cpu">:$unit,
      ConfinedAttr<DefaultValuedAttr<I64Attr, "0">,
                   [IntNonNegative]>:$vector_bits,
      DefaultValuedStrAttr<StrAttr, "auto">:$stores,
      ConfinedAttr<DefaultValuedAttr<I64Attr, "1">, [IntPositive]>:$threads);
  let results = (outs TransformHandleTypeInterface:$updated);
  let hasVerifier = 1;
}

#endif // NORM_DIALECT_NORM_TRANSFORMOPS_NORMTRANSFORMOPS_TD
