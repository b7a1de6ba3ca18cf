# Rows that lie side by side in memory, executed: against f64, and bit by bit against
# the same rows with their elements side by side.
#
#   packed_rows.py NORM_RUN [options]

import sys

import numpy as np

from row_programs import Programs, to_bf16

PROGRAMS = Programs(sys.argv[1:], "")
EPSILON = 1e-5


def program(kind, shape, dims, dtype, n):
    """A norm with scale over `dims` of a tensor of `shape`, of rows of `n` elements."""
    type = f"tensor<{'x'.join(map(str, shape))}x{dtype}>"
    scale = "tensor<" + "x".join(str(shape[d]) for d in dims) + f"x{dtype}>"
    dynamic = [i for i, extent in enumerate(shape) if extent == "?"]
    extents = "".join(f"""
  %i{i} = arith.constant {i} : index
  %d{i} = tensor.dim %x, %i{i} : {type}""" for i in dynamic)
    k = f" k = {max(n // 3, 1)}" if kind == "prmsnorm" else ""
    return f"""
func.func @main(%x: {type}, %g: {scale}) -> {type} {{{extents}
  %e = tensor.empty({", ".join(f"%d{i}" for i in dynamic)}) : {type}
  %y = norm.{kind} ins(%x : {type}) scale(%g : {scale}) outs(%e : {type})
       dimensions = {list(dims)} epsilon = 1.0e-5{k} -> {type}
  return %y : {type}
}}"""


def expected(kind, x, g):
    """Rows of x in f64."""
    part = x[:, :max(x.shape[1] // 3, 1)] if kind == "prmsnorm" else x
    centred = x - x.mean(axis=1, keepdims=True) if kind == "layernorm" else x
    part = centred if kind == "layernorm" else part
    return centred / np.sqrt((part ** 2).mean(axis=1, keepdims=True) + EPSILON) * g


def check(kind, shape, dims, dtype, dynamic):
    random = np.random.default_rng(sum(shape))
    n = int(np.prod([shape[d] for d in dims]))
    x64 = random.standard_normal(shape) + 3 * (kind == "layernorm")
    g64 = random.standard_normal([shape[d] for d in dims])

    def store(values):
        return to_bf16(values) if dtype == "bf16" else values.astype(
            {"f32": np.float32, "f16": np.float16, "f64": np.float64}[dtype])

    def widen(values):
        if dtype == "bf16":
            values = (values.astype(np.uint32) << 16).view(np.float32)
        return values.astype(np.float64)

    x, g = store(x64), store(g64)
    rows = [d for d in range(len(shape)) if d not in dims]
    flat = np.ascontiguousarray(x.transpose(*rows, *dims).reshape(-1, n))
    known = ["?"] * len(shape) if dynamic else shape
    y, = PROGRAMS.run(program(kind, known, dims, dtype, n), [x, g])
    y = y.transpose(*rows, *dims).reshape(-1, n)
    alone, = PROGRAMS.run(program(kind, flat.shape, (1,), dtype, n), [flat, g.reshape(-1)])
    name = f"{kind} of {dims} of {shape}, {dtype}{', unknown extents' if dynamic else ''}:"
    reference = expected(kind, widen(flat), widen(g).reshape(-1))
    tolerance = {"f64": 1e-12, "f32": 3e-6, "f16": 2e-3, "bf16": 1.6e-2}[dtype]
    error = np.abs(widen(y) - reference) / np.maximum(np.abs(reference), 1)
    PROGRAMS.expect(name, error.max(initial=0) < tolerance, "error", error.max(initial=0))
    PROGRAMS.expect(name, y.tobytes() == alone.tobytes(),
                    "other bits than rows of elements side by side")


def turned():
    """x lies side by side, r and y do not; one value for each row is a result, too."""
    x, r = (np.random.default_rng(7).standard_normal((90, 50)).astype(np.float32) for _ in "xr")
    y, sums = PROGRAMS.run("""
#columns = affine_map<(i, j) -> (j, i)>
#rows = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @main(%x: tensor<50x90xf32>, %r: tensor<90x50xf32>) -> (tensor<90x50xf32>, tensor<90xf32>) {
  %e = tensor.empty() : tensor<90x50xf32>
  %s = tensor.empty() : tensor<90xf32>
  %y:2 = norm.row_loop ins(%x, %r : tensor<50x90xf32>, tensor<90x50xf32>)
      outs(%e, %s : tensor<90x50xf32>, tensor<90xf32>)
      maps = [#columns, #rows, #rows, #row] dimensions = [1] {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    %sum = norm.row_reduce add %c : f32
    %d = arith.subf %c, %sum : f32
    norm.row_yield %d, %sum : f32, f32
  } -> tensor<90x50xf32>, tensor<90xf32>
  return %y#0, %y#1 : tensor<90x50xf32>, tensor<90xf32>
}""", [np.ascontiguousarray(x.T), r], results=2)
    total = (x + r).sum(axis=1, dtype=np.float64)
    PROGRAMS.expect("turned x:", np.allclose(sums, total, atol=1e-5), sums, total)
    PROGRAMS.expect("turned x:", np.allclose(y, x + r - sums[:, None], atol=1e-5))


# Squares and what is left of them in rows and elements; channels of images; several
# blocks (20000 rows); rows that are longer than a block's share of the cache.
check("rmsnorm", (64, 96), (0,), "f32", False)
check("rmsnorm", (33, 1000), (0,), "bf16", True)
check("layernorm", (200, 37), (0,), "f32", True)
check("layernorm", (2, 48, 5, 7), (1,), "f32", False)
check("prmsnorm", (100, 20000), (0,), "f32", False)
check("rmsnorm", (70000, 40), (0,), "f32", False)
check("layernorm", (3, 65, 129), (1,), "f16", False)
check("rmsnorm", (17, 31), (0,), "f64", True)
turned()
sys.exit(PROGRAMS.failures != 0)
