# Sums over rows of row loops, executed: dx, dscale and dbias of norms against f64,
# and which bits come out.
#
#   row_sums.py NORM_RUN [options]

import itertools
import sys

import numpy as np

from row_programs import Programs, to_bf16

NORM_RUN, *OPTIONS = sys.argv[1:]

MAPS = """
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#element = affine_map<(i, j) -> (j)>
#cube = affine_map<(p, r, j) -> (p, r, j)>
#outer = affine_map<(p, r, j) -> (p, j)>
#inner = affine_map<(p, r, j) -> (r, j)>
#last = affine_map<(p, r, j) -> (j)>
"""

PROGRAMS = Programs([NORM_RUN, *OPTIONS], MAPS)
run, expect = PROGRAMS.run, PROGRAMS.expect


def from_bf16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


def get_body(x, c, outputs):
    """The backward of an RMSNorm with scale: what `outputs` asks for."""
    def widen(name):
        if x == c:
            return f"%{name}_w = arith.addf %{name}_i, %zero : {c}"
        return f"%{name}_w = arith.extf %{name}_i : {x} to {c}"
    narrow = (f"%dx_n = arith.addf %dx_i, %zero : {c}" if x == c else
              f"%dx_n = arith.truncf %dx_i : {c} to {x}")
    values = {"dx": ("%dx_n", x), "dscale": ("%ds_i", c), "dbias": ("%dy_w", c)}
    yields = ", ".join(values[o][0] for o in outputs)
    types = ", ".join(values[o][1] for o in outputs)
    return f"""
    %zero = arith.constant -0.0 : {c}
    {widen("dy")}
    {widen("x")}
    %m = arith.mulf %dy_w, %g_i : {c}
    %mx = arith.mulf %m, %x_w : {c}
    %sum = norm.row_reduce add %mx : {c}
    %length = norm.row_length
    %length_i = arith.index_cast %length : index to i64
    %n = arith.sitofp %length_i : i64 to {c}
    %mean = arith.divf %sum, %n : {c}
    %r2 = arith.mulf %r_i, %r_i : {c}
    %r3 = arith.mulf %r2, %r_i : {c}
    %f = arith.mulf %mean, %r3 : {c}
    %first = arith.mulf %m, %r_i : {c}
    %second = arith.mulf %x_w, %f : {c}
    %dx_i = arith.subf %first, %second : {c}
    {narrow}
    %xh = arith.mulf %x_w, %r_i : {c}
    %ds_i = arith.mulf %dy_w, %xh : {c}
    norm.row_yield {yields} : {types}"""


def backward(m, n, x, c, outputs, kind):
    """On tensors of static or dynamic extents."""
    def get(dims, element):
        if kind == "dynamic":
            dims = ["?"] * len(dims)
        return f"tensor<{'x'.join(str(d) for d in dims)}x{element}>"
    shapes = {"dx": ([m, n], x, "#id"), "dscale": ([n], c, "#element"),
              "dbias": ([n], c, "#element")}
    results = [get(*shapes[o][:2]) for o in outputs]
    extents = {"dx": "(%rows, %columns)", "dscale": "(%columns)", "dbias": "(%columns)"}
    inits = [f"%e{i} = tensor.empty{extents[o] if kind == 'dynamic' else '()'}"
             f" : {result}" for i, (o, result) in enumerate(zip(outputs, results))]
    maps = ", ".join(["#id", "#id", "#element", "#row"] +
                     [shapes[o][2] for o in outputs])
    sums = any(o != "dx" for o in outputs)
    data, weight, rows = get([m, n], x), get([n], c), get([m], c)
    names = ", ".join(f"%y#{i}" for i in range(len(outputs)))
    types = ", ".join(results)
    return f"""
func.func @main(%dy: {data}, %x: {data}, %g: {weight}, %r: {rows}) -> ({types}) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %x, %c0 : {data}
  %columns = tensor.dim %x, %c1 : {data}
  {chr(10).join(inits)}
  %y:{len(outputs)} = norm.row_loop ins(%dy, %x, %g, %r : {data}, {data}, {weight}, {rows})
      outs({", ".join(f"%e{i}" for i in range(len(outputs)))} : {types})
      maps = [{maps}] {"accumulate = [0]" if sums else ""} dimensions = [1] {{
  ^bb0(%dy_i: {x}, %x_i: {x}, %g_i: {c}, %r_i: {c}):{get_body(x, c, outputs)}
  }} -> {types}
  return {names} : {types}
}}"""


def make_inputs(m, n, x, c, seed=0):
    rng = np.random.default_rng(seed)
    dy, v = rng.standard_normal((2, m, n))
    v += 0.5
    types = {"f32": np.float32, "f64": np.float64, "f16": np.float16}
    narrow = to_bf16 if x == "bf16" else lambda a: a.astype(types[x])
    dy, v = narrow(dy), narrow(v)
    wide = from_bf16 if x == "bf16" else lambda a: a.astype(np.float64)
    r = 1 / np.sqrt(np.mean(wide(v) ** 2, axis=1) + 1e-5)
    g = rng.standard_normal(n)
    return [dy, v, g.astype(types[c]), r.astype(types[c])], wide


def get_reference(arrays, wide):
    dy, v = (wide(a) for a in arrays[:2])
    g, r = (a.astype(np.float64) for a in arrays[2:])
    m, r = dy * g, r[:, None]
    n = max(v.shape[1], 1)
    dx = m * r - v * r ** 3 / n * np.sum(m * v, axis=1, keepdims=True)
    return {"dx": dx, "dscale": np.sum(dy * v * r, axis=0),
            "dbias": np.sum(dy, axis=0)}


def is_near(got, expected, kind, x, c, m):
    epsilon = {"f32": 2.0 ** -24, "f64": 2.0 ** -53}[c]
    if kind == "dx":
        narrow = {"bf16": 2.0 ** -8, "f16": 2.0 ** -11}.get(x, 0)
        # Of a row of one element the two terms all but cancel.
        largest = max(np.abs(expected).max(initial=0), 1)
        return np.all(np.abs(got - expected) <= (8 * epsilon + narrow) * largest)
    scale = np.sqrt(max(m, 1)) * max(np.abs(expected).max(initial=0), 1)
    return np.all(np.abs(got - expected) <= 8 * epsilon * scale)


def accuracy():
    """All types and subsets; rows of one element, no rows, and as many as make
    whole blocks and trees or do not."""
    subsets = [["dx", "dscale", "dbias"], ["dscale"], ["dbias", "dx"]]
    sizes = [(1, 1), (0, 5), (3, 7), (64, 33), (65, 128), (200, 1), (577, 100),
             (7, 4099), (131, 2048), (33, 17000)]
    types = [("f32", "f32"), ("f64", "f64"), ("bf16", "f32"), ("f16", "f32")]
    cases = enumerate(itertools.product(sizes, types))
    for number, ((m, n), (x, c)) in list(cases)[::2 if OPTIONS else 1]:
        arrays, wide = make_inputs(m, n, x, c)
        expected = get_reference(arrays, wide)
        outputs = subsets[number % 3]
        kind = ["static", "dynamic"][number // 3 % 2]
        got = run(backward(m, n, x, c, outputs, kind), arrays, len(outputs))
        for name, result in zip(outputs, got):
            value = (from_bf16(result) if result.dtype == np.uint16 else
                     result.astype(np.float64))
            expect(f"{m}x{n} {x} {c} {kind} {outputs} {name}",
                   value.shape == expected[name].shape and
                   is_near(value, expected[name], name, x, c, m),
                   value - expected[name])


def bits():
    """The same for threads, for extents that are known or not, and for halves of a
    batch that are added up."""
    outputs = ["dx", "dscale", "dbias"]
    for m, n, x in [(256, 96, "f32"), (129, 1000, "bf16"), (1024, 64, "f32"),
                    (512, 96, "bf16"), (833, 33, "f32"),
                    (3, 70000, "f32"), (96, 16384, "bf16")]:
        arrays, _ = make_inputs(m, n, x, "f32")
        first = run(backward(m, n, x, "f32", outputs, "static"), arrays, 3,
                    ["--threads=1"])
        for kind, options in [("static", ["--threads=2"]),
                              ("dynamic", ["--threads=1"]),
                              ("dynamic", ["--threads=2"]),
                              ("static", ["--stores=streaming", "--threads=1"]),
                              ("static", ["--stores=plain", "--threads=2"])]:
            again = run(backward(m, n, x, "f32", outputs, kind), arrays, 3, options)
            for name, a, b in zip(outputs, first, again):
                expect(f"bits {m}x{n} {x} {kind} {options} {name}",
                       a.tobytes() == b.tobytes())
        if m % 128:
            continue
        half = m // 2
        parts = [run(backward(half, n, x, "f32", outputs, "static"),
                     [a[cut] if a.shape[0] == m else a for a in arrays], 3)
                 for cut in (slice(0, half), slice(half, m))]
        expect(f"halves {m}x{n}", np.concatenate([p[0] for p in parts]).tobytes() ==
               first[0].tobytes())
        for i in (1, 2):
            expect(f"halves {m}x{n} {outputs[i]}",
                   (parts[0][i] + parts[1][i]).tobytes() == first[i].tobytes())


def tree():
    """The tree itself: rows of a block one after the other from 0 on, 64 of them, and
    blocks pairwise, however many tasks share them."""
    n = 40
    for m in (64, 65, 448, 449, 833, 1024):
        arrays, _ = make_inputs(m, n, "f32", "f32")
        level = []
        for begin in range(0, m, 64):
            block = np.zeros(n, np.float32)
            for row in arrays[0][begin:begin + 64]:
                block = block + row
            level.append(block)
        while len(level) > 1:
            pairs = [a + b for a, b in zip(level[::2], level[1::2])]
            level = pairs + level[len(pairs) * 2:]
        for kind, threads in itertools.product(["static", "dynamic"], [1, 2, 3]):
            _, got = run(backward(m, n, "f32", "f32", ["dx", "dbias"], kind), arrays,
                         2, [f"--threads={threads}"])
            expect(f"tree of {m} {kind} {threads}", got.tobytes() == level[0].tobytes())


def sums(p, r, n, dims, kind):
    """Sums of one input over dims of a cube of rows, and the row's largest."""
    def get(extents, element="f32"):
        if kind == "dynamic":
            extents = ["?"] * len(extents)
        return f"tensor<{'x'.join(str(d) for d in extents)}x{element}>"
    shape, map, extents = {
        (0,): ([r, n], "#inner", "(%r, %n)"), (1,): ([p, n], "#outer", "(%p, %n)"),
        (0, 1): ([n], "#last", "(%n)")}[dims]
    extents = extents if kind == "dynamic" else "()"
    data, result = get([p, r, n]), get(shape)
    return f"""
func.func @main(%x: {data}) -> {result} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %p = tensor.dim %x, %c0 : {data}
  %r = tensor.dim %x, %c1 : {data}
  %n = tensor.dim %x, %c2 : {data}
  %e = tensor.empty{extents} : {result}
  %y = norm.row_loop ins(%x : {data}) outs(%e : {result})
      maps = [#cube, {map}] accumulate = {list(dims)} dimensions = [2] {{
  ^bb0(%x_i: f32):
    %max = norm.row_reduce maximumf %x_i : f32
    %y_i = arith.addf %x_i, %max : f32
    norm.row_yield %y_i : f32
  }} -> {result}
  return %y : {result}
}}"""


def blocks():
    """Sums over some dims of rows, which may be empty."""
    for (p, r, n), dims, kind in itertools.product(
            [(4, 64, 48), (3, 5, 130), (70, 3, 16), (2, 0, 9), (0, 4, 8), (2, 3, 0)],
            [(0,), (1,), (0, 1)], ["static", "dynamic"]):
        x = np.random.default_rng(3).standard_normal((p, r, n)).astype(np.float32)
        got, = run(sums(p, r, n, dims, kind), [x], 1)
        wide = x.astype(np.float64)
        largest = wide.max(axis=2, keepdims=True, initial=-np.inf)
        expected = (wide + largest if n else wide).sum(axis=dims)
        expect(f"sum of {p}x{r}x{n} over {dims} {kind}",
               got.shape == expected.shape and
               is_near(got, expected, "sum", "f32", "f32", p * r), got - expected)


def strides():
    """Results whose rows and elements lie apart: the same bits as side by side."""
    m, n = 150, 77
    arrays, _ = make_inputs(m, n, "f32", "f32")
    data, weight, rows = f"tensor<{m}x{n}xf32>", f"tensor<{n}xf32>", f"tensor<{m}xf32>"
    text = f"""
func.func @main(%dy: {data}, %x: {data}, %g: {weight}, %r: {rows}) -> (tensor<{m}x400xf32>, tensor<160xf32>) {{
  %c = arith.constant 7.0 : f32
  %e0 = tensor.empty() : tensor<{m}x400xf32>
  %e1 = tensor.empty() : tensor<160xf32>
  %b0 = linalg.fill ins(%c : f32) outs(%e0 : tensor<{m}x400xf32>) -> tensor<{m}x400xf32>
  %b1 = linalg.fill ins(%c : f32) outs(%e1 : tensor<160xf32>) -> tensor<160xf32>
  %s0 = tensor.extract_slice %b0[0, 5] [{m}, {n}] [1, 3] : tensor<{m}x400xf32> to {data}
  %s1 = tensor.extract_slice %b1[1] [{n}] [2] : tensor<160xf32> to {weight}
  %y:2 = norm.row_loop ins(%dy, %x, %g, %r : {data}, {data}, {weight}, {rows})
      outs(%s0, %s1 : {data}, {weight})
      maps = [#id, #id, #element, #row, #id, #element] accumulate = [0] dimensions = [1] {{
  ^bb0(%dy_i: f32, %x_i: f32, %g_i: f32, %r_i: f32):{get_body("f32", "f32", ["dx", "dscale"])}
  }} -> {data}, {weight}
  %z0 = tensor.insert_slice %y#0 into %b0[0, 5] [{m}, {n}] [1, 3] : {data} into tensor<{m}x400xf32>
  %z1 = tensor.insert_slice %y#1 into %b1[1] [{n}] [2] : {weight} into tensor<160xf32>
  return %z0, %z1 : tensor<{m}x400xf32>, tensor<160xf32>
}}"""
    dense = run(backward(m, n, "f32", "f32", ["dx", "dscale"], "static"), arrays, 2)
    apart = run(text, arrays, 2)
    for whole, taken, expected in [(apart[0], (slice(None), slice(5, 5 + 3 * n, 3)), dense[0]),
                                   (apart[1], slice(1, 1 + 2 * n, 2), dense[1])]:
        expect("strides", whole[taken].tobytes() == expected.tobytes())
        left = whole.copy()
        left[taken] = 7
        expect("beside strides", np.all(left == 7))


def fused():
    """Sums beside a norm, which its loop takes in: of an input, of the result and of
    a product of inputs."""
    m, n = 211, 130
    data, sum = f"tensor<{m}x{n}xf32>", f"tensor<{n}xf32>"

    def add(name, value):
        return f"""
  %{name} = linalg.generic {{indexing_maps = [#id, #element], iterator_types = ["reduction", "parallel"]}}
      ins(%{value} : {data}) outs(%zeros : {sum}) {{
  ^bb0(%a: f32, %o: f32):
    %v = arith.addf %a, %o fastmath<reassoc> : f32
    linalg.yield %v : f32
  }} -> {sum}"""
    text = f"""
func.func @main(%x: {data}, %dy: {data}) -> ({data}, {sum}, {sum}, {sum}) {{
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : {data}
  %s = tensor.empty() : {sum}
  %zeros = linalg.fill ins(%zero : f32) outs(%s : {sum}) -> {sum}{add("dbias", "dy")}
  %y = norm.rmsnorm ins(%x : {data}) outs(%e : {data}) epsilon = 1.0e-5 -> {data}
  %p = linalg.generic {{indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}}
      ins(%x, %dy : {data}, {data}) outs(%e : {data}) {{
  ^bb0(%a: f32, %b: f32, %o: f32):
    %v = arith.mulf %a, %b : f32
    linalg.yield %v : f32
  }} -> {data}{add("of_product", "p")}{add("of_result", "y")}
  return %y, %dbias, %of_product, %of_result : {data}, {sum}, {sum}, {sum}
}}"""
    x, dy = np.random.default_rng(5).standard_normal((2, m, n)).astype(np.float32)
    got = run(text, [x, dy], 4)
    wide, gradient = x.astype(np.float64), dy.astype(np.float64)
    y = wide / np.sqrt(np.mean(wide ** 2, axis=1, keepdims=True) + 1e-5)
    for name, a, b in zip(["y", "dbias", "of product", "of result"], got,
                          [y, gradient.sum(0), (wide * gradient).sum(0), y.sum(0)]):
        expect(f"fused {name}", is_near(a, b, "sum", "f32", "f32", m), a - b)


accuracy()
fused()
if not OPTIONS:
    bits()
    tree()
blocks()
strides()
sys.exit(PROGRAMS.failures != 0)
