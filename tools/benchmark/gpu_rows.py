# The rows of NVIDIA's table of norms for the H200, and some beyond it, common row
# lengths of models among them: what is compiled, modelled and measured for GPUs.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import collections

Row = collections.namedtuple("Row", "op rows cols graph")

# graph: launches of one CUDA graph, for what takes less time than a launch.
ROWS = [
    Row("rmsnorm", 16384, 4096, 0), Row("rmsnorm", 8192, 8192, 0),
    Row("rmsnorm", 4096, 16384, 0), Row("rmsnorm", 8192, 5120, 0),
    Row("rmsnorm", 4096, 8192, 0), Row("rmsnorm", 2048, 4096, 0),
    Row("rmsnorm", 131072, 128, 0), Row("rmsnorm", 16384, 128, 0),
    Row("layernorm", 1024, 12288, 0), Row("add_rmsnorm", 2048, 4096, 0),
    Row("add_rmsnorm", 2048, 8192, 0), Row("add_rmsnorm", 2048, 16384, 0),
    Row("rmsnorm", 1, 4096, 100), Row("rmsnorm", 1024, 65536, 0),
    Row("rmsnorm", 256, 262144, 0), Row("prmsnorm", 16384, 4096, 0),
    Row("rmsnorm", 65536, 1024, 0), Row("rmsnorm", 32768, 1536, 0),
    Row("rmsnorm", 16384, 2560, 0), Row("rmsnorm", 16384, 3072, 0),
    Row("rmsnorm", 8192, 6144, 0), Row("rmsnorm", 8192, 7168, 0),
    Row("rmsnorm", 4096, 11008, 0), Row("rmsnorm", 4096, 14336, 0),
    Row("rmsnorm", 2048, 32768, 0), Row("rmsnorm", 512, 131072, 0),
    Row("layernorm", 16384, 1024, 0), Row("layernorm", 8192, 5120, 0),
    Row("rmsnorm", 16, 4096, 100), Row("rmsnorm", 1, 5120, 100),
]
DTYPE, BYTES, EPSILON = "bf16", 2, 1e-5


def entry(row):
    """The name of the function for a row."""
    return f"{row.op}_{row.cols}"


def function(op, cols):
    matrix, vector = f"memref<?x{cols}x{DTYPE}>", f"memref<{cols}x{DTYPE}>"
    head = f"func.func @{op}_{cols}("
    tail = f"outs(%y : {matrix}) epsilon = {EPSILON:e}"
    scale = f"ins(%x : {matrix}) scale(%g : {vector})"
    if op == "add_rmsnorm":
        return f"""
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
{head}%a: {matrix}, %r: {matrix}, %g: {vector}, %y: {matrix}, %s: {matrix}) {{
  norm.row_loop ins(%a, %r, %g : {matrix}, {matrix}, {vector})
      outs(%y, %s : {matrix}, {matrix})
      maps = [#id, #id, #row, #id, #id] dimensions = [1] {{
  ^bb0(%a_i: {DTYPE}, %r_i: {DTYPE}, %g_i: {DTYPE}):
    %sum = arith.addf %a_i, %r_i : {DTYPE}
    %x = arith.extf %sum : {DTYPE} to f32
    %square = arith.mulf %x, %x : f32
    %total = norm.row_reduce add %square : f32
    %n = arith.constant {cols}.0 : f32
    %mean = arith.divf %total, %n : f32
    %epsilon = arith.constant {EPSILON:e} : f32
    %shifted = arith.addf %mean, %epsilon : f32
    %rstd = math.rsqrt %shifted : f32
    %t = arith.mulf %x, %rstd : f32
    %g_wide = arith.extf %g_i : {DTYPE} to f32
    %scaled = arith.mulf %t, %g_wide : f32
    %y_i = arith.truncf %scaled : f32 to {DTYPE}
    norm.row_yield %y_i, %sum : {DTYPE}, {DTYPE}
  }}
  return
}}
"""
    if op == "layernorm":
        return f"""
{head}%x: {matrix}, %g: {vector}, %b: {vector}, %y: {matrix}) {{
  norm.layernorm {scale} bias(%b : {vector}) {tail}
  return
}}
"""
    # The first 6.25 % of the row give prmsnorm's statistic.
    k = f" k = {-(-cols // 16)}" if op == "prmsnorm" else ""
    return f"""
{head}%x: {matrix}, %g: {vector}, %y: {matrix}) {{
  norm.{op} {scale} {tail}{k}
  return
}}
"""


def program():
    """One module with a function for each op and row length."""
    pairs = dict.fromkeys((row.op, row.cols) for row in ROWS)
    texts = [function(op, cols) for op, cols in pairs]
    aliases = sorted({line for text in texts for line in text.splitlines()
                      if line.startswith("#")})
    bodies = ["\n".join(line for line in text.splitlines()
                        if not line.startswith("#")) for text in texts]
    return "\n".join(aliases + bodies) + "\n"


def traffic(row):
    """Bytes that a call must read and write."""
    parameters = 2 if row.op == "layernorm" else 1
    matrices = 4 if row.op == "add_rmsnorm" else 2
    return (matrices * row.rows + parameters) * row.cols * BYTES


if __name__ == "__main__":
    print(program(), end="")
