# Small programs about row loops, executed: what is static, what is kept, which zero
# and which bits come out.
#
#   row_cases.py NORM_RUN [options]
#
# NORM_RUN may be norm-emulate: then kernels of GPUs run, and what is not for them
# is left out.

import sys

import numpy as np

from row_programs import Programs, to_bf16

NORM_RUN, *OPTIONS = sys.argv[1:]
EMULATES = NORM_RUN.endswith("norm-emulate")
EPSILON = 1e-5

MAPS = """
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
"""

PROGRAMS = Programs([NORM_RUN, *OPTIONS], MAPS)
run, expect = PROGRAMS.run, PROGRAMS.expect


def elementwise(body, type, inputs=("%x",), name="%h", init="%e"):
    """A linalg.generic over `inputs`, all of `type`."""
    maps = ", ".join(["#id"] * (len(inputs) + 1))
    arguments = ", ".join(f"%a{i}: {type[1]}" for i in range(len(inputs)))
    return f"""
  {name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = ["parallel", "parallel"]}}
      ins({", ".join(inputs)} : {", ".join([type[0]] * len(inputs))}) outs({init} : {type[0]}) {{
  ^bb0({arguments}, %o: {type[1]}):
    {body}
    linalg.yield %v : {type[1]}
  }} -> {type[0]}"""


def rmsnorm(x):
    return x / np.sqrt(np.mean(x * x, axis=1, keepdims=True) + EPSILON)


def mixed_extents():
    """A dynamic x beside a static scale or result: the row is static."""
    x = np.random.default_rng(0).standard_normal((5, 60)).astype(np.float32)
    for form in ("scale", "result"):
        static = "tensor<5x60xf32>" if form == "result" else "tensor<?x?xf32>"
        init = ("tensor.empty() : tensor<5x60xf32>" if form == "result" else
                "tensor.empty(%m, %n) : tensor<?x?xf32>")
        scale = "" if form == "result" else "scale(%g : tensor<60xf32>)"
        exp = elementwise("%v = math.exp %a0 : f32", ("tensor<?x?xf32>", "f32"))
        text = f"""
func.func @main(%x: tensor<?x?xf32>, %g: tensor<60xf32>) -> {static} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %d = {init}{exp}
  %y = norm.rmsnorm ins(%h : tensor<?x?xf32>) {scale} outs(%d : {static})
       epsilon = 1.0e-5 -> {static}
  return %y : {static}
}}"""
        y, = run(text, [x, np.ones(60, np.float32)])
        expected = rmsnorm(np.exp(x.astype(np.float64)))
        expect(f"mixed extents, {form}", np.allclose(y, expected, rtol=1e-5), y)


def in_place():
    """A sum that is stored by the first sweep, over one of its terms."""
    random = np.random.default_rng(3)
    for dtype, n in (("f32", 500), ("f32", 17), ("bf16", 500)):
        x, r = (random.standard_normal((37, n)).astype(np.float32) for _ in "xr")
        store = to_bf16 if dtype == "bf16" else lambda values: values
        memref, tensor = (f"{kind}<37x{n}x{dtype}>" for kind in ("memref", "tensor"))
        widen, narrow = ("%h = arith.extf %s : bf16 to f32", "%z = arith.truncf %q : f32 to bf16"
                         ) if dtype == "bf16" else ("%h = arith.mulf %s, %one : f32", "%z = arith.mulf %q, %one : f32")
        h, y = run(f"""
func.func @main(%x: {tensor}, %r: {tensor}) -> ({tensor}, {tensor}) {{
  %mx = bufferization.to_buffer %x read_only : {tensor} to {memref}
  %mr = bufferization.to_buffer %r read_only : {tensor} to {memref}
  %sum = memref.alloc() : {memref}
  %out = memref.alloc() : {memref}
  memref.copy %mr, %sum : {memref} to {memref}
  norm.row_loop ins(%mx, %sum : {memref}, {memref}) outs(%sum, %out : {memref}, {memref})
      maps = [#id, #id, #id, #id] dimensions = [1] {{
  ^bb0(%a: {dtype}, %b: {dtype}):
    %one = arith.constant 1.0 : f32
    %s = arith.addf %a, %b : {dtype}
    {widen}
    %square = arith.mulf %h, %h : f32
    %total = norm.row_reduce add %square : f32
    %q = arith.divf %h, %total : f32
    {narrow}
    norm.row_yield %s, %z : {dtype}, {dtype}
  }}
  %th = bufferization.to_tensor %sum restrict : {memref} to {tensor}
  %ty = bufferization.to_tensor %out restrict : {memref} to {tensor}
  return %th, %ty : {tensor}, {tensor}
}}""", [store(x), store(r)], results=2)
        if dtype == "bf16":
            x, r, h, y = ((bits.astype(np.uint32) << 16).view(np.float32)
                          for bits in (store(x), store(r), h, y))
        expected = h.astype(np.float64)
        expect(f"in place, {dtype}, sum", np.allclose(h, x + r, rtol=8e-3 if dtype == "bf16" else 1e-6))
        expected /= (expected ** 2).sum(axis=1, keepdims=True)
        expect(f"in place, {dtype}", np.allclose(y, expected, rtol=8e-3 if dtype == "bf16" else 1e-5), y, expected)


def norm_of(kind, rows, n, dtype, dynamic=False, transposed=False):
    shape = ["?", "?"] if dynamic else [rows, n]
    dims = [1]
    if transposed:
        shape, dims = shape[::-1], [0]
    type = f"tensor<{shape[0]}x{shape[1]}x{dtype}>"
    extents = "%m, %n" if dynamic else ""
    k = " k = 7" if kind == "prmsnorm" else ""
    return f"""
func.func @main(%x: {type}) -> {type} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : {type}
  %n = tensor.dim %x, %c1 : {type}
  %e = tensor.empty({extents}) : {type}
  %y = norm.{kind} ins(%x : {type}) outs(%e : {type}) dimensions = {dims}
       epsilon = 1.0e-5{k} -> {type}
  return %y : {type}
}}"""


def layouts():
    """The same bits whether the elements of a row lie side by side or not, and
    whether extents are known."""
    rng = np.random.default_rng(1)
    for kind in ("rmsnorm", "prmsnorm", "layernorm"):
        for dtype in ("f32", "bf16"):
            for n in (256, 515):
                values = rng.standard_normal((20, n)) + 1
                x = to_bf16(values) if dtype == "bf16" else values.astype("float32")
                alike = {
                    (dynamic, transposed): run(
                        norm_of(kind, 20, n, dtype, dynamic, transposed),
                        [np.ascontiguousarray(x.T) if transposed else x])[0]
                    for dynamic in (False, True) for transposed in (False, True)}
                first = alike[False, False]
                for (dynamic, transposed), y in alike.items():
                    y = y.T if transposed else y
                    # Kernels for rows of unknown length have other sums.
                    if EMULATES and dynamic:
                        continue
                    expect(f"{kind} {dtype} n={n} dynamic={dynamic} "
                           f"transposed={transposed}: other bits",
                           np.ascontiguousarray(y).tobytes() == first.tobytes(),
                           np.count_nonzero(y != first))


def strided(kind, rows, n, dtype, stride, side):
    """A norm of every `stride`-th element, where memory ends with the last one, or
    whose result is every `stride`-th of what it is put into."""
    part = f"tensor<{rows}x{n}x{dtype}>"
    whole = f"tensor<{rows}x{(n - 1) * stride + 1}x{dtype}>"
    slice = f"[0, 0] [{rows}, {n}] [1, {stride}]"
    k = " k = 7" if kind == "prmsnorm" else ""
    norm = f"norm.{kind} ins(%p : {part}) outs(%e : {part}) epsilon = 1.0e-5{k} -> {part}"
    if side == "input":
        return f"""
func.func @main(%x: {whole}) -> {part} {{
  %p = tensor.extract_slice %x{slice} : {whole} to {part}
  %e = tensor.empty() : {part}
  %y = {norm}
  return %y : {part}
}}"""
    return f"""
func.func @main(%p: {part}) -> {whole} {{
  %zero = arith.constant 0.0 : {dtype}
  %none = tensor.empty() : {whole}
  %zeros = linalg.fill ins(%zero : {dtype}) outs(%none : {whole}) -> {whole}
  %e = tensor.extract_slice %zeros{slice} : {whole} to {part}
  %y = {norm}
  %z = tensor.insert_slice %y into %zeros{slice} : {part} into {whole}
  return %z : {whole}
}}"""


def strides():
    """The same bits where elements lie apart, and nothing written between them."""
    rng = np.random.default_rng(4)
    dtypes = {"f32": np.float32, "f64": np.float64, "f16": np.float16, "bf16": None}
    cases = [("rmsnorm", "f32", 515, 2), ("rmsnorm", "bf16", 515, 3), ("prmsnorm", "f32", 256, 3),
             ("prmsnorm", "bf16", 515, 2), ("layernorm", "f32", 515, 4), ("layernorm", "bf16", 256, 2),
             ("rmsnorm", "f64", 515, 5), ("rmsnorm", "f16", 515, 7)]
    for kind, dtype, n, stride in cases[::3] if EMULATES else cases:
        values = rng.standard_normal((20, (n - 1) * stride + 1)) + 1
        x = to_bf16(values) if dtype == "bf16" else values.astype(dtypes[dtype])
        dense = np.ascontiguousarray(x[:, ::stride])
        expected, = run(norm_of(kind, 20, n, dtype), [dense])
        name = f"{kind} {dtype} n={n} stride={stride}"
        y, = run(strided(kind, 20, n, dtype, stride, "input"), [x])
        expect(f"{name}: other bits", y.tobytes() == expected.tobytes(), np.count_nonzero(y != expected))
        z, = run(strided(kind, 20, n, dtype, stride, "result"), [dense])
        expect(f"{name}, result: other bits",
               np.ascontiguousarray(z[:, ::stride]).tobytes() == expected.tobytes(),
               np.count_nonzero(z[:, ::stride] != expected))
        z[:, ::stride] = 0
        expect(f"{name}, result: written between", not z.any())


def runs():
    """The same bits where rows fall into runs that lie apart."""
    rng = np.random.default_rng(5)
    for dtype, inner in (("f32", 32), ("bf16", 64), ("f32", 24), ("bf16", 7)):
        values = rng.standard_normal((20, 8, 2 * inner))
        x = to_bf16(values) if dtype == "bf16" else values.astype(np.float32)
        whole, part = (f"tensor<20x8x{n}x{dtype}>" for n in (2 * inner, inner))
        y, = run(f"""
func.func @main(%x: {whole}) -> {part} {{
  %p = tensor.extract_slice %x[0, 0, {inner}] [20, 8, {inner}] [1, 1, 1] : {whole} to {part}
  %e = tensor.empty() : {part}
  %y = norm.rmsnorm ins(%p : {part}) outs(%e : {part}) dimensions = [1, 2] epsilon = 1.0e-5 -> {part}
  return %y : {part}
}}""", [x])
        dense = np.ascontiguousarray(x[:, :, inner:]).reshape(20, 8 * inner)
        expected, = run(norm_of("rmsnorm", 20, 8 * inner, dtype), [dense])
        expect(f"runs of {inner} {dtype}: other bits", y.tobytes() == expected.tobytes(),
               np.count_nonzero(y.reshape(20, -1) != expected))


def kept_in_16_bits():
    """The same bits for bf16 rows with a dear value, which is kept where the length
    is known."""
    x = to_bf16(np.random.default_rng(2).standard_normal((3, 4096)))
    found = []
    for shape, extents in (("3x4096", ""), ("?x?", "%m, %n")):
        type = f"tensor<{shape}xbf16>"
        body = """%w = arith.extf %a0 : bf16 to f32
    %t = math.exp %w : f32
    %v = arith.truncf %t : f32 to bf16"""
        found.append(run(f"""
func.func @main(%x: {type}) -> {type} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : {type}
  %n = tensor.dim %x, %c1 : {type}
  %e = tensor.empty({extents}) : {type}{elementwise(body, (type, "bf16"))}
  %y = norm.rmsnorm ins(%h : {type}) outs(%e : {type}) epsilon = 1.0e-5 -> {type}
  return %y : {type}
}}""", [x])[0])
    expect("bf16 rows with exp: other bits", found[0].tobytes() == found[1].tobytes(),
           np.count_nonzero(found[0] != found[1]))


def minus_zero():
    """h - mean is -0 for a row of -0, whose mean is 0."""
    x = np.full((4, 64), -0.0, np.float32)
    for dynamic in (False, True):
        y, = run(norm_of("layernorm", 4, 64, "f32", dynamic), [x])
        expect(f"a row of -0, dynamic={dynamic}", np.signbit(y).all(), y[0, :4])


def extrema():
    """-0 is less than 0, in a loop with a norm, in its reductions and outside."""
    a = np.resize(np.array([0.0, -0.0, 0.0, -0.0], np.float32), (4, 16))
    b = np.resize(np.array([0.0, 0.0, -0.0, -0.0], np.float32), (4, 16))
    type = ("tensor<4x16xf32>", "f32")
    for op, signs in (("minimumf", np.signbit(a) | np.signbit(b)),
                      ("maximumf", np.signbit(a) & np.signbit(b))):
        for with_norm in (True, False):
            body = f"%v = arith.{op} %a0, %a1 : f32"
            norm = """
  %n = norm.rmsnorm ins(%h : tensor<4x16xf32>) outs(%e : tensor<4x16xf32>)
       epsilon = 1.0e-05 -> tensor<4x16xf32>""" if with_norm else """
  %n = linalg.add ins(%h, %h : tensor<4x16xf32>, tensor<4x16xf32>) outs(%e : tensor<4x16xf32>)
       -> tensor<4x16xf32>"""
            if EMULATES and not with_norm:
                continue
            h, _ = run(f"""
func.func @main(%x: tensor<4x16xf32>, %z: tensor<4x16xf32>)
    -> (tensor<4x16xf32>, tensor<4x16xf32>) {{
  %e = tensor.empty() : tensor<4x16xf32>{elementwise(body, type, ("%x", "%z"))}{norm}
  return %h, %n : tensor<4x16xf32>, tensor<4x16xf32>
}}""", [a, b], results=2)
            expect(f"{op} of zeros, with a norm: {with_norm}",
                   np.array_equal(np.signbit(h), signs), h[0, :4])
    # A maximum over a row of which one element is 0, and a minimum with one -0.
    for op, x in (("maximumf", np.where(np.arange(16) == 9, 0.0, -0.0)),
                  ("minimumf", np.where(np.arange(16) == 9, -0.0, 0.0))):
        x = np.tile(x.astype(np.float32), (4, 1))
        m, _ = run(f"""
func.func @main(%x: tensor<4x16xf32>) -> (tensor<4xf32>, tensor<4x16xf32>) {{
  %e = tensor.empty() : tensor<4x16xf32>
  %r = tensor.empty() : tensor<4xf32>
  %m, %y = norm.row_loop ins(%x : tensor<4x16xf32>)
      outs(%r, %e : tensor<4xf32>, tensor<4x16xf32>) maps = [#id, #row, #id] dimensions = [1] {{
  ^bb0(%a: f32):
    %b = norm.row_reduce {op} %a : f32
    norm.row_yield %b, %a : f32, f32
  }} -> tensor<4xf32>, tensor<4x16xf32>
  return %m, %y : tensor<4xf32>, tensor<4x16xf32>
}}""", [x], results=2)
        expect(f"{op} over a row of zeros", np.array_equal(
            np.signbit(m), np.full(4, op == "minimumf")), m)


def broadcast():
    """A norm of a value of the row, of which only rstd is used."""
    r = np.array([0.5, -2, 0, 3], np.float32)
    rstd, = run("""
func.func @main(%r: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %e1 = tensor.empty() : tensor<4xf32>
  %b = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%r : tensor<4xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32 } -> tensor<4x64xf32>
  %y, %rstd = norm.rmsnorm ins(%b : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>)
      rstd(%e1 : tensor<4xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return %rstd : tensor<4xf32>
}""", [r])
    expected = 1 / np.sqrt(r.astype(np.float64) ** 2 + EPSILON)
    expect("rstd of a broadcast", np.allclose(rstd, expected, rtol=1e-6), rstd)


def eight_bits_outside():
    """Conversions from and to 8-bit floats without a norm: to nearest even,
    saturating (f8E4M3FN)."""
    x = np.array([[0.0, -0.0, 1.0625, 1.1875, 448, 500, -1e9, 2.0**-10]], np.float32)
    y, = run("""
func.func @main(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %e = tensor.empty() : tensor<1x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<1x8xf32>) outs(%e : tensor<1x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %n = arith.truncf %a : f32 to f8E4M3FN
    %v = arith.extf %n : f8E4M3FN to f32
    linalg.yield %v : f32 } -> tensor<1x8xf32>
  return %y : tensor<1x8xf32>
}""", [x])
    expected = np.array([[0, -0.0, 1, 1.25, 448, 448, -448, 0]], np.float32)
    expect("f8E4M3FN outside of loops", np.array_equal(y, expected), y)


def rounding_modes():
    """truncf with a rounding mode, beside a norm."""
    tie = 1 + 2.0**-24
    row = np.array([tie, -tie, tie * (1 + 2.0**-40), 1 + 2.0**-30, -1 - 2.0**-30, 1e39,
                    -1e39, 1e-46, -1e-46, 0.0, -0.0, np.inf, -np.inf, np.nan, 0.1, -0.1])
    x = np.ascontiguousarray(row[None])
    with np.errstate(over="ignore"):
        nearest = x.astype(np.float32)
    # The numbers of f32 about x.
    up = np.where(nearest < x, np.nextafter(nearest, np.float32(np.inf)), nearest)
    down = np.where(nearest > x, np.nextafter(nearest, np.float32(-np.inf)), nearest)
    ties = np.array([[True, True] + [False] * 14])
    expected = {
        "to_nearest_even": nearest, "upward": up, "downward": down,
        "toward_zero": np.where(np.signbit(x), up, down),
        "to_nearest_away": np.where(ties, np.where(np.signbit(x), down, up), nearest)}
    for mode, numbers in expected.items():
        y, _ = run(f"""
func.func @main(%x: tensor<1x16xf64>) -> (tensor<1x16xf32>, tensor<1x16xf32>) {{
  %e = tensor.empty() : tensor<1x16xf32>
  %h = linalg.generic {{indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}}
      ins(%x : tensor<1x16xf64>) outs(%e : tensor<1x16xf32>) {{
  ^bb0(%a: f64, %o: f32):
    %v = arith.truncf %a {mode} : f64 to f32
    linalg.yield %v : f32 }} -> tensor<1x16xf32>
  %y = norm.rmsnorm ins(%h : tensor<1x16xf32>) outs(%e : tensor<1x16xf32>)
       epsilon = 1.0e-5 -> tensor<1x16xf32>
  return %h, %y : tensor<1x16xf32>, tensor<1x16xf32>
}}""", [x], results=2)
        expect(f"truncf {mode}", np.array_equal(y, numbers, equal_nan=True) and
               np.array_equal(np.signbit(y[:, :13]), np.signbit(x[:, :13])),
               y, numbers)


CASES = [mixed_extents, layouts, strides, runs, kept_in_16_bits, minus_zero, extrema]
if not EMULATES:
    CASES += [broadcast, eight_bits_outside, rounding_modes, in_place]
for case in CASES:
    case()
sys.exit(1 if PROGRAMS.failures else 0)
