#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a module of functions with a norm, a near miss and a plain reduction
in turn.

usage: remarks.py COUNT
"""
import sys

MATRIX, ROW = "tensor<4x64xf32>", "tensor<4xf32>"

print("#id = affine_map<(d0, d1) -> (d0, d1)>\n#row = affine_map<(d0, d1) -> (d0)>")
for number in range(int(sys.argv[1])):
    kind = ["norm", "near_miss", "reduction"][number % 3]
    divisor = 63.0 if kind == "near_miss" else 64.0
    root = "math.rsqrt" if kind != "reduction" else "math.exp"
    print(
        f"""func.func @{kind}_{number}(%x: {MATRIX}, %zero: {ROW}) -> {MATRIX} {{
  %z = arith.constant 0.0 : f32
  %n = arith.constant {divisor} : f32
  %e = arith.constant 1.0e-5 : f32
  %f = linalg.fill ins(%z : f32) outs(%zero : {ROW}) -> {ROW}
  %s = linalg.generic {{indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}} ins(%x : {MATRIX}) outs(%f : {ROW}) {{
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  }} -> {ROW}
  %init = tensor.empty() : {MATRIX}
  %y = linalg.generic {{indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}} ins(%x, %s : {MATRIX}, {ROW}) outs(%init : {MATRIX}) {{
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = {root} %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  }} -> {MATRIX}
  return %y : {MATRIX}
}}"""
    )
