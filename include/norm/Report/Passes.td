//===- Passes.td - the pass that reports on norms ----------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_REPORT_PASSES_TD
#define NORM_REPORT_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormReport : Pass<"norm-report", "::mlir::ModuleOp"> {
  let summary = "Report each norm: what it is, what went into it, what it costs";
  let description = [{
    Lists the norms of a module in program order: kind, place in the program,
    row length and count, types, epsilon, scale, bias, k, the ops that went into
    it, and loops, arithmetic operations and bytes of memory traffic before and
    after. Near misses are listed with the reason. The module is not changed: the
    pass works on clones, raised as `norm-raise` does; functions that hold TOSA
    ops are lowered first, as there, and listed and counted as what they become.

    - *before*: the loops that upstream passes leave of the program that was not
      raised (generalize, convert-elementwise-to-linalg, fuse-elementwise-ops),
      as far as they compute the norm. A loop reads each of its operands and
      writes each of its results once, whatever a cache might save. A norm that
      the program wrote as a norm op is decomposed first; one on memrefs has no
      before. Fusion takes a time that grows faster than the program: a function
      of more than 2000 loops is counted without it, and the report says so.
    - *after*: one loop that reads x, scale and bias once and writes y and the
      statistics that are used.

    Operations are additions, multiplications, divisions, roots and other
    functions of floating point numbers, a fused multiply-add counts as two;
    casts, comparisons and selections are not counted. An extent that is not
    known is taken as `dynamic-extent`, and the norm is marked with `*`.

    - *fused*: the loops over rows that `norm-fuse-rows` makes of the norms and
      their neighbours, which ops are in each, what stays outside and why.

    The totals add up the norms, counting a loop that serves two norms once; the
    line "program" has all structured loops of the module, norms or not. The share
    of a norm is that of the bytes of the program with its norms, and with a
    target that of its time: for each loop the longer of bytes over bandwidth and
    operations over peak, that of the matrix units for products of 16-bit floats.

    `measured` is a file of lines of `norm-bench --json`: times of norms of the
    same kind, type and shape stand beside the predicted ones. `baseline` is an
    earlier report, written with `format=json`: the report says what changed since.
    `sources` is a folder: of files in it and below, the lines that locations name
    are shown.
  }];
  let options = [
    Option<"format", "format", "std::string", /*default=*/"\"table\"",
           "table; json with \"schema\": 1; or html, a page for a browser">,
    Option<"file", "file", "std::string", /*default=*/"\"\"",
           "File to write, replaced as a whole; standard error if empty">,
    Option<"target", "target", "std::string", /*default=*/"\"\"",
           "Machine for predicted times, bytes over its memory bandwidth: "
           "ddr4-2ch, ddr5-2ch, ddr5-12ch, v100, a100, l4, rtx4090, h100, h200, "
           "b200; no times if empty">,
    Option<"dynamicExtent", "dynamic-extent", "int64_t", /*default=*/"1",
           "What a dynamic extent is taken as where operations and bytes are "
           "counted">,
    Option<"measured", "measured", "std::string", /*default=*/"\"\"",
           "File of lines of norm-bench --json, whose times stand beside the "
           "predicted ones; none if empty">,
    Option<"baseline", "baseline", "std::string", /*default=*/"\"\"",
           "File of an earlier report with format=json, with which this one is "
           "compared; none if empty">,
    Option<"sources", "sources", "std::string", /*default=*/"\"\"",
           "Folder whose files are read, for the lines that locations name; none "
           "if empty">,
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect",
    "::mlir::norm::NormDialect",
    "::mlir::tensor::TensorDialect",
  ];
}

#endif // NORM_REPORT_PASSES_TD
