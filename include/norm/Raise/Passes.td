//===- Passes.td - passes that find norms ------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_RAISE_PASSES_TD
#define NORM_RAISE_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormRaise : Pass<"norm-raise", "::mlir::ModuleOp"> {
  let summary = "Find norms in linalg, arith, math and tensor ops by algebra";
  let description = [{
    Gives every value a row expression in normal form, solves the expression of
    each root for a norm, and replaces it by `norm.rmsnorm`, `norm.prmsnorm` or
    `norm.layernorm`. What is not mathematically that norm stays as it is; a near
    miss gets a `missed` remark of category `norm-raise` that says why, a raised
    norm a `passed` remark.

    Before:

    ```mlir
    %s = linalg.generic {indexing_maps = [#id, #row],
                         iterator_types = ["parallel", "reduction"]}
         ins(%x : tensor<4x64xf32>) outs(%zero : tensor<4xf32>) {
    ^bb0(%in: f32, %acc: f32):
      %square = arith.mulf %in, %in : f32
      %sum = arith.addf %acc, %square : f32
      linalg.yield %sum : f32
    } -> tensor<4xf32>
    %y = linalg.generic {indexing_maps = [#id, #row, #id],
                         iterator_types = ["parallel", "parallel"]}
         ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>)
         outs(%empty : tensor<4x64xf32>) {
    ^bb0(%in: f32, %sum: f32, %out: f32):
      %mean = arith.divf %sum, %n : f32
      %shifted = arith.addf %mean, %epsilon : f32
      %rstd = math.rsqrt %shifted : f32
      %scaled = arith.mulf %in, %rstd : f32
      linalg.yield %scaled : f32
    } -> tensor<4x64xf32>
    ```

    After:

    ```mlir
    %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
         epsilon = 1.000000e-05 -> tensor<4x64xf32>
    ```

    A function that holds TOSA ops goes through upstream's lowering to linalg
    first, and is put back as it was if there is no norm in it.

    The pass runs on modules, not on functions in parallel, because remarks are
    emitted in program order from one thread.
  }];
  let options = [
    Option<"precision", "precision", "std::string", /*default=*/"\"relaxed\"",
           "relaxed: roundings to 16 bits in mid-chain, and statistics taken in "
           "f64 of values of f32 or less, may be dropped; strict: the sequence "
           "of narrowing casts is kept">,
    Option<"explain", "explain", "bool", /*default=*/"false",
           "print to stderr, for each candidate, its row expression in normal "
           "form and what was made of it">,
    Option<"field", "field", "std::string", /*default=*/"\"on\"",
           "on: each raise is checked in a finite field, without a tolerance, "
           "and in f64 beside it; off: in f64 alone">,
    Option<"work", "work", "bool", /*default=*/"false",
           "print one line to stderr that says how much was looked at: counts "
           "that grow with the program, whatever the machine">,
    Option<"certify", "certify", "std::string", /*default=*/"\"\"",
           "write a proof of each raise to this folder, which is made if it is "
           "not there: a file FUNCTION.NUMBER.smt2 in SMT-LIB 2 for norm-check">,
    Option<"lowerTosa", "lower-tosa", "bool", /*default=*/"true",
           "bring functions that hold TOSA ops to linalg by upstream's lowering; "
           "those in which no norm is found stay as they were">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect",
    "::mlir::norm::NormDialect",
    "::mlir::tensor::TensorDialect",
  ];
}

#endif // NORM_RAISE_PASSES_TD
