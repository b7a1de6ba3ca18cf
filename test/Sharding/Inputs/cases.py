# Sharded programs with their references.

import dataclasses
import os
import typing

import numpy as np

EPSILON = 1e-5


@dataclasses.dataclass
class Case:
    name: str
    # The extents of the grid: "2x2".
    grid: str
    program: str
    # Of a random generator: (values, element) of each argument.
    arguments: typing.Callable
    # Of the arguments as they are stored: the results, in f64.
    reference: typing.Callable
    tolerance: float = 5e-7

    @property
    def processes(self):
        return int(np.prod([int(extent) for extent in self.grid.split("x")]))


HIDDEN, ROWS = "[[], [0]]", "[[0]]"


def name(op, grid, split, **more):
    kind = {HIDDEN: "hidden", ROWS: "rows"}.get(split, "both")
    return "-".join([op, grid, kind] + [f"{key}{value}" for key, value in more.items()])


def annotate(value, split, type_):
    return (f"  %s{value} = shard.sharding @grid split_axes = {split} : !shard.sharding\n"
            f"  %{value}s = shard.shard %{value} to %s{value} : {type_}\n")


#===-----------------------------------------------------------------------===#
# Norms
#===-----------------------------------------------------------------------===#


def statistics(op, x, k=None):
    """mean and rstd of each row, in f64."""
    mean = x.mean(-1, keepdims=True) if op == "layernorm" else np.zeros((*x.shape[:-1], 1))
    of = x[..., :k] if op == "prmsnorm" else x - mean
    return mean, 1 / np.sqrt((of * of).mean(-1, keepdims=True) + EPSILON)


def forward(op, grid, split, rows=4, columns=60, element="f32", mean=0.0, k=7, **more):
    """One norm of x, which `split` annotates, with its statistics."""
    x, g, r = f"tensor<{rows}x{columns}x{element}>", f"tensor<{columns}xf32>", f"tensor<{rows}xf32>"
    k_is = f"k = {k} " if op == "prmsnorm" else ""
    means = f" mean(%r : {r})" if op == "layernorm" else ""
    results = [x, r] + [r] * bool(means)
    program = f"""
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %g: {g}, %b: {g}) -> ({", ".join(results)}) {{
{annotate("x", split, x)}  %e = tensor.empty() : {x}
  %r = tensor.empty() : {r}
  %y:{len(results)} = norm.{op} ins(%xs : {x}) scale(%g : {g}) bias(%b : {g}) outs(%e : {x}) rstd(%r : {r}){means}
       {k_is}epsilon = {EPSILON:.6e} -> ({", ".join(results)})
  return {", ".join(f"%y#{i}" for i in range(len(results)))} : {", ".join(results)}
}}
"""

    def arguments(rng):
        return [(rng.standard_normal((rows, columns)) + mean, element),
                (rng.standard_normal(columns), "f32"), (rng.standard_normal(columns), "f32")]

    def reference(x, g, b):
        centre, rstd = statistics(op, x, k)
        return [(x - centre) * rstd * g + b, rstd[:, 0], centre[:, 0]][:len(results)]

    return Case(name(op, grid, split, **more), grid, program, arguments, reference,
                4e-3 if element == "bf16" else 5e-7)


#===-----------------------------------------------------------------------===#
# Backwards
#===-----------------------------------------------------------------------===#


def backward(op, grid, split, rows=4, columns=60, element="f32", mean=0.0, k=7, outside=False, **more):
    """The gradients of one norm, whose statistics are arguments."""
    x, g, r = f"tensor<{rows}x{columns}x{element}>", f"tensor<{columns}xf32>", f"tensor<{rows}xf32>"
    k_is = f"k = {k} " if op == "prmsnorm" else ""
    means = f" mean(%m : {r})" if op == "layernorm" else ""
    program = f"""
shard.grid @grid(shape = {grid})
func.func @main(%dy: {x}, %x: {x}, %g: {g}, %r: {r}, %m: {r}) -> ({x}, {g}, {g}) {{
{annotate("x", split, x)}  %e = tensor.empty() : {x}
  %f = tensor.empty() : {g}
  %d:3 = norm.{op}_backward ins(%dy, %xs : {x}, {x}) scale(%g : {g}) rstd(%r : {r}){means}
       outs(%e : {x}) dscale(%f : {g}) dbias(%f : {g}) {k_is}-> ({x}, {g}, {g})
  return %d#0, %d#1, %d#2 : {x}, {g}, {g}
}}
"""

    def arguments(rng):
        values = rng.standard_normal((rows, columns)) + mean
        centre, rstd = statistics(op, values, k)
        return [(rng.standard_normal((rows, columns)), element), (values, element),
                (rng.standard_normal(columns), "f32"), (rstd[:, 0], "f32"), (centre[:, 0], "f32")]

    def reference(dy, x, g, r, m):
        r, m = r[:, None], m[:, None]
        normalized, gradient = (x - m) * r, dy * g
        count = k if op == "prmsnorm" else columns
        term = normalized * (gradient * normalized).sum(-1, keepdims=True) / count
        if op == "prmsnorm":
            term[:, k:] = 0
        centre = gradient.mean(-1, keepdims=True) if op == "layernorm" else 0
        return [r * (gradient - centre - term), (dy * normalized).sum(0), dy.sum(0)]

    return Case(name(op + "_backward", grid, split, **more), grid, program, arguments, reference,
                6e-3 if element == "bf16" else 1e-6)


#===-----------------------------------------------------------------------===#
# Other programs
#===-----------------------------------------------------------------------===#


def block():
    """A residual, a norm that is written in linalg, and two products."""
    with open(os.path.join(os.path.dirname(__file__), "block.mlir"), encoding="utf-8") as file:
        program = file.read()

    def arguments(rng):
        shapes = [(6, 64), (6, 64), (64,), (64, 32), (32, 64)]
        return [(rng.standard_normal(shape), "f32") for shape in shapes]

    def reference(x, delta, g, w, v):
        h = x + delta
        return [h + h * statistics("rmsnorm", h)[1] * g @ w @ v]

    return Case("block", "2", program, arguments, reference, 2e-6)


def row_loop(grid):
    """Moments and a sum of leading elements in one loop."""
    x, r = "tensor<4x60xf32>", "tensor<4xf32>"
    program = f"""
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}) -> ({x}, {r}) {{
{annotate("x", HIDDEN, x)}  %e = tensor.empty() : {x}
  %r = tensor.empty() : {r}
  %y:2 = norm.row_loop ins(%xs : {x}) outs(%e, %r : {x}, {r}) maps = [#id, #id, #row] dimensions = [1] {{
  ^bb0(%v: f32):
    %mean, %variance, %centred = norm.row_moments %v : f32
    %q = arith.mulf %centred, %centred : f32
    %s = norm.row_reduce add %q length = 25 : f32
    %z = arith.mulf %centred, %s : f32
    norm.row_yield %z, %variance : f32, f32
  }} -> {x}, {r}
  return %y#0, %y#1 : {x}, {r}
}}
"""

    def reference(x):
        centred = x - x.mean(-1, keepdims=True)
        return [centred * (centred[:, :25] ** 2).sum(-1, keepdims=True), (centred ** 2).mean(-1)]

    return Case(f"row_loop-{grid}", grid, program, lambda rng: [(rng.standard_normal((4, 60)) + 3000, "f32")],
                reference, 1e-6)


def filling(grid, split, rows, columns):
    """The inverse of the zeros that fill up parts is infinite, and nobody's business."""
    x, g, r = f"tensor<{rows}x{columns}xf32>", f"tensor<{columns}xf32>", f"tensor<{rows}xf32>"
    program = f"""
#id = affine_map<(i, j) -> (i, j)>
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %dy: {x}) -> ({x}, {x}, {g}, {g}) {{
{annotate("x", split, x)}  %e = tensor.empty() : {x}
  %f = tensor.empty() : {g}
  %r = tensor.empty() : {r}
  %i = linalg.generic {{indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}} ins(%xs : {x}) outs(%e : {x}) {{
  ^bb0(%a: f32, %o: f32):
    %one = arith.constant 1.0 : f32
    %b = arith.divf %one, %a : f32
    linalg.yield %b : f32
  }} -> {x}
  %y:3 = norm.layernorm ins(%i : {x}) outs(%e : {x}) rstd(%r : {r}) mean(%r : {r}) epsilon = {EPSILON:.6e} -> ({x}, {r}, {r})
  %d:3 = norm.layernorm_backward ins(%dy, %i : {x}, {x}) rstd(%y#1 : {r}) mean(%y#2 : {r})
       outs(%e : {x}) dscale(%f : {g}) dbias(%f : {g}) -> ({x}, {g}, {g})
  return %y#0, %d#0, %d#1, %d#2 : {x}, {x}, {g}, {g}
}}
"""

    def arguments(rng):
        return [(rng.uniform(1, 2, (rows, columns)), "f32"), (rng.standard_normal((rows, columns)), "f32")]

    def reference(x, dy):
        i = 1 / x
        centre, rstd = statistics("layernorm", i)
        y = (i - centre) * rstd
        dx = rstd * (dy - dy.mean(-1, keepdims=True) - y * (dy * y).mean(-1, keepdims=True))
        return [y, dx, (dy * y).sum(0), dy.sum(0)]

    return Case(name("filling", grid, split), grid, program, arguments, reference, 2e-6)


def moved(x_split, y_split, scale_split):
    """Annotations that contradict each other, on a grid of 2 x 2: tensors are moved."""
    x, g = "tensor<4x8xf32>", "tensor<8xf32>"
    program = f"""
shard.grid @grid(shape = 2x2)
func.func @main(%x: {x}, %g: {g}) -> {x} {{
{annotate("x", x_split, x)}{annotate("g", scale_split, g)}  %e = tensor.empty() : {x}
  %y = norm.rmsnorm ins(%xs : {x}) scale(%gs : {g}) outs(%e : {x}) epsilon = {EPSILON:.6e} -> {x}
{annotate("y", y_split, x)}  return %ys : {x}
}}
"""

    def arguments(rng):
        return [(rng.standard_normal((4, 8)), "f32"), (rng.standard_normal(8), "f32")]

    return Case(f"moved-{x_split}-{y_split}-{scale_split}".replace(" ", ""), "2x2", program, arguments,
                lambda x, g: [x * statistics("rmsnorm", x)[1] * g])


def constants(columns):
    """A scale of constants, which is whole in the program and cut in each process."""
    x, g = f"tensor<2x{columns}xf32>", f"tensor<{columns}xf32>"
    values = [float(i + 1) for i in range(columns)]
    program = f"""
shard.grid @grid(shape = 2)
func.func @main(%x: {x}) -> {x} {{
{annotate("x", HIDDEN, x)}  %e = tensor.empty() : {x}
  %g = arith.constant dense<{values}> : {g}
  %b = arith.constant dense<0.5> : {g}
  %y = norm.layernorm ins(%xs : {x}) scale(%g : {g}) bias(%b : {g}) outs(%e : {x}) epsilon = {EPSILON:.6e} -> {x}
  return %y : {x}
}}
"""

    def reference(x):
        centre, rstd = statistics("layernorm", x)
        return [(x - centre) * rstd * np.array(values) + 0.5]

    return Case(f"constants-{columns}", "2", program, lambda rng: [(rng.standard_normal((2, columns)), "f32")], reference)


def heads():
    """Heads of q are split; k has fewer heads than processes, which all have all of them."""
    q, k, g = "tensor<3x8x16xf32>", "tensor<3x2x16xf32>", "tensor<16xf32>"
    program = f"""
shard.grid @grid(shape = 4)
func.func @main(%q: {q}, %k: {k}, %g: {g}) -> ({q}, {k}) {{
{annotate("q", HIDDEN, q)}{annotate("k", "[[]]", k)}  %e = tensor.empty() : {q}
  %f = tensor.empty() : {k}
  %a = norm.rmsnorm ins(%qs : {q}) scale(%g : {g}) outs(%e : {q}) epsilon = {EPSILON:.6e} -> {q}
  %b = norm.rmsnorm ins(%ks : {k}) scale(%g : {g}) outs(%f : {k}) epsilon = {EPSILON:.6e} -> {k}
  return %a, %b : {q}, {k}
}}
"""

    def arguments(rng):
        return [(rng.standard_normal(shape), "f32") for shape in ((3, 8, 16), (3, 2, 16), (16,))]

    def reference(*values):
        *tensors, g = values
        return [x * statistics("rmsnorm", x)[1] * g for x in tensors]

    return Case("heads", "4", program, arguments, reference)


def layers(grid, columns, count=5, hidden=24):
    """Layers in a loop, whose weights are slices of those of all; every second one has a norm behind it."""
    x, gs, g = f"tensor<4x{columns}xf32>", f"tensor<{count}x{columns}xf32>", f"tensor<{columns}xf32>"
    ws, w, h = f"tensor<{count}x{columns}x{hidden}xf32>", f"tensor<{columns}x{hidden}xf32>", f"tensor<4x{hidden}xf32>"
    vs, v = f"tensor<{count}x{hidden}x{columns}xf32>", f"tensor<{hidden}x{columns}xf32>"
    program = f"""
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %gs: {gs}, %ws: {ws}, %vs: {vs}) -> {x} {{
{annotate("x", HIDDEN, x)}  %e = tensor.empty() : {x}
  %f = tensor.empty() : {h}
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = arith.constant {count} : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %xs) -> ({x}) {{
    %g = tensor.extract_slice %gs[%i, 0] [1, {columns}] [1, 1] : {gs} to {g}
    %w = tensor.extract_slice %ws[%i, 0, 0] [1, {columns}, {hidden}] [1, 1, 1] : {ws} to {w}
    %v = tensor.extract_slice %vs[%i, 0, 0] [1, {hidden}, {columns}] [1, 1, 1] : {vs} to {v}
    %y = norm.layernorm ins(%a : {x}) scale(%g : {g}) outs(%e : {x}) epsilon = {EPSILON:.6e} -> {x}
    %p = linalg.fill ins(%zero : f32) outs(%f : {h}) -> {h}
    %m = linalg.matmul ins(%y, %w : {x}, {w}) outs(%p : {h}) -> {h}
    %t = math.tanh %m : {h}
    %q = linalg.fill ins(%zero : f32) outs(%e : {x}) -> {x}
    %o = linalg.matmul ins(%t, %v : {h}, {v}) outs(%q : {x}) -> {x}
    %b = arith.addf %a, %o : {x}
    %odd = arith.remui %i, %c2 : index
    %is_odd = arith.cmpi eq, %odd, %c1 : index
    %c = scf.if %is_odd -> {x} {{
      %z = norm.rmsnorm ins(%b : {x}) scale(%g : {g}) outs(%e : {x}) epsilon = {EPSILON:.6e} -> {x}
      scf.yield %z : {x}
    }} else {{
      scf.yield %b : {x}
    }}
    scf.yield %c : {x}
  }}
  return %r : {x}
}}
"""

    def arguments(rng):
        return [(rng.standard_normal((4, columns)), "f32"), (rng.uniform(0.5, 1.5, (count, columns)), "f32"),
                (rng.standard_normal((count, columns, hidden)) / 8, "f32"),
                (rng.standard_normal((count, hidden, columns)) / 8, "f32")]

    def reference(x, gs, ws, vs):
        for i in range(count):
            centre, rstd = statistics("layernorm", x)
            x = x + np.tanh((x - centre) * rstd * gs[i] @ ws[i]) @ vs[i]
            if i % 2:
                x = x * statistics("rmsnorm", x)[1] * gs[i]
        return [x]

    return Case(f"layers-{grid}-{columns}", grid, program, arguments, reference, 3e-6)


def scaled_layers(grid, columns=9, count=3):
    """Norms in a loop, parts that are filled up, the statistics of each layer kept."""
    x, gs, g = f"tensor<4x{columns}xf32>", f"tensor<{count}x{columns}xf32>", f"tensor<{columns}xf32>"
    rs, r = f"tensor<{count}x4xf32>", "tensor<4xf32>"
    program = f"""
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %gs: {gs}) -> ({x}, {rs}) {{
{annotate("x", HIDDEN, x)}  %e = tensor.empty() : {x}
  %q = tensor.empty() : {r}
  %k = tensor.empty() : {rs}
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant {count} : index
  %z:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %xs, %kept = %k) -> ({x}, {rs}) {{
    %g = tensor.extract_slice %gs[%i, 0] [1, {columns}] [1, 1] : {gs} to {g}
    %y:2 = norm.rmsnorm ins(%a : {x}) scale(%g : {g}) outs(%e : {x}) rstd(%q : {r}) epsilon = {EPSILON:.6e} -> ({x}, {r})
    %more = tensor.insert_slice %y#1 into %kept[%i, 0] [1, 4] [1, 1] : {r} into {rs}
    %b = arith.addf %a, %y#0 : {x}
    scf.yield %b, %more : {x}, {rs}
  }}
  return %z#0, %z#1 : {x}, {rs}
}}
"""

    def reference(x, gs):
        kept = []
        for g in gs:
            rstd = statistics("rmsnorm", x)[1]
            kept.append(rstd[:, 0])
            x = x + x * rstd * g
        return [x, np.array(kept)]

    return Case(f"scaled_layers-{grid}", grid, program,
                lambda rng: [(rng.standard_normal((4, columns)), "f32"), (rng.standard_normal((count, columns)), "f32")],
                reference)


def dynamic(op, grid, split, rows, columns=36, k=7):
    """A norm and its backward on rows of which the program does not know how many there are."""
    x, g, r = f"tensor<?x{columns}xf32>", f"tensor<{columns}xf32>", "tensor<?xf32>"
    k_is = f"k = {k} " if op == "prmsnorm" else ""
    outs, means = f"rstd(%r : {r})", f"rstd(%y#1 : {r})"
    results = [x, r]
    if op == "layernorm":
        outs, means, results = outs + f" mean(%r : {r})", means + f" mean(%y#2 : {r})", [x, r, r]
    types = ", ".join(results)
    program = f"""
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %dy: {x}, %g: {g}) -> ({x}, {r}, {x}, {g}, {g}) {{
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : {x}
{annotate("x", split, x)}  %e = tensor.empty(%d) : {x}
  %f = tensor.empty() : {g}
  %r = tensor.empty(%d) : {r}
  %y:{len(results)} = norm.{op} ins(%xs : {x}) scale(%g : {g}) outs(%e : {x}) {outs} {k_is}epsilon = {EPSILON:.6e} -> ({types})
  %b:3 = norm.{op}_backward ins(%dy, %xs : {x}, {x}) scale(%g : {g}) {means} outs(%e : {x}) dscale(%f : {g}) dbias(%f : {g})
    {k_is}-> ({x}, {g}, {g})
  return %y#0, %y#1, %b#0, %b#1, %b#2 : {x}, {r}, {x}, {g}, {g}
}}
"""

    def arguments(rng):
        return [(rng.standard_normal((rows, columns)), "f32"), (rng.standard_normal((rows, columns)), "f32"),
                (rng.standard_normal(columns), "f32")]

    def reference(x, dy, g):
        centre, rstd = statistics(op, x, k)
        normalized, gradient = (x - centre) * rstd, dy * g
        term = normalized * (gradient * normalized).sum(-1, keepdims=True) / (k if op == "prmsnorm" else columns)
        if op == "prmsnorm":
            term[:, k:] = 0
        centred = gradient - (gradient.mean(-1, keepdims=True) if op == "layernorm" else 0)
        return [normalized * g, rstd[:, 0], rstd * (centred - term), (dy * normalized).sum(0), dy.sum(0)]

    return Case(name("dynamic_" + op, grid, split, rows_=rows), grid, program, arguments, reference, 1e-6)


def reshaped():
    """A product whose columns become heads, which are split, and are columns again."""
    x, y, g = "tensor<3x128xf32>", "tensor<3x8x16xf32>", "tensor<16xf32>"
    program = f"""
shard.grid @grid(shape = 4)
func.func @main(%x: {x}, %g: {g}) -> {x} {{
{annotate("x", HIDDEN, x)}  %e = tensor.empty() : {y}
  %h = tensor.expand_shape %xs [[0], [1, 2]] output_shape [3, 8, 16] : {x} into {y}
  %a = norm.rmsnorm ins(%h : {y}) scale(%g : {g}) outs(%e : {y}) epsilon = {EPSILON:.6e} -> {y}
  %z = tensor.collapse_shape %a [[0], [1, 2]] : {y} into {x}
  return %z : {x}
}}
"""

    def reference(x, g):
        heads = x.reshape(3, 8, 16)
        return [(heads * statistics("rmsnorm", heads)[1] * g).reshape(3, 128)]

    return Case("reshaped", "4", program, lambda rng: [(rng.standard_normal((3, 128)), "f32"), (rng.standard_normal(16), "f32")],
                reference)


def by_hand(op, grid, parts, rows=4, columns=60, mean=0.0):
    """A program of one process: sums over parts pass through collectives."""
    x, g, r = f"tensor<{rows}x{columns // parts}xf32>", f"tensor<{columns // parts}xf32>", f"tensor<{rows}xf32>"
    axis = len(grid.split("x")) - 1

    def total(name, of, body):
        return f"""  %{name}_part = linalg.generic {{indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}}
      ins({of} : {x}) outs(%zeros : {r}) {{
  ^bb0(%a: f32, %sum: f32):
{body}    %next = arith.addf %sum, %v : f32
    linalg.yield %next : f32
  }} -> {r}
  %{name} = shard.all_reduce %{name}_part on @grid grid_axes = [{axis}] : {r} -> {r}
"""

    centre = ""
    if op == "layernorm":
        centre = total("total", "%x", "    %v = arith.mulf %a, %n : f32\n") + f"""
  %c = linalg.generic {{indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}}
      ins(%x, %total : {x}, {r}) outs(%e : {x}) {{
  ^bb0(%a: f32, %m: f32, %o: f32):
    %v = arith.subf %a, %m : f32
    linalg.yield %v : f32
  }} -> {x}
"""
    of = "%c" if centre else "%x"
    squares = total("square", of, "    %v = arith.mulf %a, %a : f32\n")
    program = f"""
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %g: {g}) -> {x} {{
  %zero = arith.constant 0.0 : f32
  %n = arith.constant {1 / columns:.9e} : f32
  %eps = arith.constant {EPSILON:.6e} : f32
  %r = tensor.empty() : {r}
  %e = tensor.empty() : {x}
  %zeros = linalg.fill ins(%zero : f32) outs(%r : {r}) -> {r}
{centre}{squares}
  %y = linalg.generic {{indexing_maps = [#id, #row, #column, #id], iterator_types = ["parallel", "parallel"]}}
      ins({of}, %square, %g : {x}, {r}, {g}) outs(%e : {x}) {{
  ^bb0(%a: f32, %s: f32, %f: f32, %o: f32):
    %m = arith.mulf %s, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    %q = arith.mulf %p, %f : f32
    linalg.yield %q : f32
  }} -> {x}
  return %y : {x}
}}
"""

    def arguments(rng):
        return [(rng.standard_normal((rows, columns)) + mean, "f32"), (rng.standard_normal(columns), "f32")]

    def reference(x, g):
        centre, rstd = statistics(op, x)
        return [(x - centre) * rstd * g]

    return Case(f"by_hand-{op}-{grid}", grid, program, arguments, reference)


#===-----------------------------------------------------------------------===#
# The table
#===-----------------------------------------------------------------------===#

BOTH = "[[0], [1]]"
OPS = ("rmsnorm", "prmsnorm", "layernorm")

# Each op, hidden and rows, two processes to four.
CASES = [make(op, grid, split) for make in (forward, backward) for op in OPS
         for grid, split in (("2", HIDDEN), ("3", HIDDEN), ("4", HIDDEN), ("2", ROWS), ("2x2", BOTH))]
# A mean of many deviations.
CASES += [forward("layernorm", grid, HIDDEN, mean=1e4, mean_="1e4") for grid in ("2", "4")]
# 16 bits.
CASES += [make(op, "2", HIDDEN, element="bf16", type="bf16") for make in (forward, backward) for op in OPS]
# The last part shorter, the last part empty, one element in all.
CASES += [make(op, grid, HIDDEN, columns=columns, columns_=columns) for make in (forward, backward)
          for op in OPS for grid, columns in (("2", 63), ("4", 9))]
CASES += [make(op, "4", HIDDEN, columns=5, k=3, columns_=5) for make in (forward, backward) for op in OPS]
CASES += [make("layernorm", "3", HIDDEN, columns=1, columns_=1) for make in (forward,)]
# Rows that do not divide: dscale and dbias leave the filling out.
CASES += [make(op, "2", ROWS, rows=5, rows_=5) for make in (forward, backward) for op in OPS]
CASES += [make("layernorm", "2x2", BOTH, rows=3, columns=7, shape="3x7") for make in (forward, backward)]
# Other ops around them.
CASES += [block(), row_loop("2"), row_loop("4"), filling("2", HIDDEN, 4, 63), filling("2", ROWS, 5, 8),
          filling("2x2", BOTH, 5, 7)]
# Moves, constants, heads.
CASES += [moved("[[], [0]]", "[[0]]", "[[1]]"), moved("[[0], [1]]", "[[]]", "[[1]]"),
          by_hand("rmsnorm", "4", 4), by_hand("rmsnorm", "2x2", 2), by_hand("layernorm", "3", 3, mean=1e4),
          moved("[[0, 1]]", "[[], [1, 0]]", "[[]]"), constants(6), constants(5), heads()]
# Loops over layers, branches, reshapes.
CASES += [layers("2", 48), layers("3", 48), reshaped(), scaled_layers("2"), scaled_layers("4")]
# Extents that the program does not know.
CASES += [dynamic(op, grid, split, rows=rows) for op in OPS for grid, split in (("2", HIDDEN), ("3", ROWS), ("2x2", BOTH))
          for rows in (5, 1)]
