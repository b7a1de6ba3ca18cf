# Runs backward ops and compares each element of dx, dscale and dbias with the
# definition in f64:
#
#   backward.py NORM_RUN subsets|types|shapes|attributes|edges [norm-run options]
#
# subsets: all kinds and all subsets of results, with and without scale and
# residual gradient. types: of x and of the parameters, of which dscale and dbias
# are independent, over so many rows that a sum in 16 bits is wrong. shapes:
# several dimensions of rows and of the row, not the last one, dynamic ones.
# attributes: 1 + g, scale_rounding, epsilon outside, k < n. edges: rows of zeros
# and of one value, a large mean, no rows, rows of one element and of none.
# PREPARE in the environment has options of norm-opt, which then runs before.
#
# The reference itself is compared with differences of the forward.

import itertools
import math
import os
import subprocess
import sys
import tempfile

import numpy as np

NORM_RUN, TASK, *OPTIONS = sys.argv[1:]
KINDS = ["rmsnorm", "prmsnorm", "layernorm"]
SUBSETS = [s for n in (1, 2, 3)
           for s in itertools.combinations(["dx", "dscale", "dbias"], n)]
DTYPES = {"f16": np.float16, "f32": np.float32, "f64": np.float64}
UNIT = {"f16": 2.0**-11, "bf16": 2.0**-8, "f32": 2.0**-24, "f64": 2.0**-53}
failures = 0


def store(values, element):
    """Float64 values in storage type `element`."""
    if element != "bf16":
        return values.astype(DTYPES[element])
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def widen(array, element):
    """An array in its storage type, as float64."""
    if element == "bf16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float64)


#===----------------------------------------------------------------------===//
# Definition
#===----------------------------------------------------------------------===//

def statistics(kind, x, k, epsilon, outside):
    """rstd and mean of rows, in f64."""
    mean = x.mean(axis=1, keepdims=True) if kind == "layernorm" else 0.0 * x[:, :1]
    part = x[:, :k] if kind == "prmsnorm" else x
    s = np.mean((part - mean) ** 2, axis=1, keepdims=True)
    rstd = 1 / (np.sqrt(s) + epsilon) if outside else 1 / np.sqrt(s + epsilon)
    return rstd, mean


def backward(kind, dy, x, factor, rstd, mean, k, epsilon, outside, round_xh):
    """dx, dscale, dbias and what their errors are relative to; x is (rows, n)."""
    n = x.shape[1]
    m = dy * factor
    centred = x - mean
    xh = centred * rstd
    length = k if kind == "prmsnorm" else n
    leading = (np.arange(n) < length).astype(np.float64)
    total = np.sum(m * centred, axis=1, keepdims=True)
    sizes = np.sum(np.abs(m * centred), axis=1, keepdims=True)
    if outside:
        rms = 1 / rstd - epsilon
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = np.where(rms == 0, 0.0, rstd**2 / (length * rms))
    else:
        weight = rstd**3 / max(length, 1)
    means = m.mean(axis=1, keepdims=True) if kind == "layernorm" and n else 0.0
    means_size = np.abs(m).mean(axis=1, keepdims=True) if kind == "layernorm" and n else 0.0
    dx = rstd * (m - means) - leading * centred * weight * total
    size = rstd * (np.abs(m) + means_size) + np.abs(centred * weight) * sizes
    terms = dy * round_xh(xh)
    return {"dx": (dx, np.max(size, axis=1, keepdims=True, initial=0.0) + 0 * dx),
            "dscale": (terms.sum(axis=0), np.abs(terms).sum(axis=0)),
            "dbias": (dy.sum(axis=0), np.abs(dy).sum(axis=0))}


def check_reference():
    """The reference against central differences of the forward."""
    rng = np.random.default_rng(0)
    for kind, outside in itertools.product(KINDS, [False, True]):
        x, dy = rng.standard_normal((2, 3, 6))
        g, epsilon, k = rng.standard_normal(6), 1e-2, 4

        def loss(x, g, b):
            rstd, mean = statistics(kind, x, k, epsilon, outside)
            return np.sum(dy * ((x - mean) * rstd * g + b))

        rstd, mean = statistics(kind, x, k, epsilon, outside)
        found = backward(kind, dy, x, g, rstd, mean, k, epsilon, outside, lambda v: v)
        at = {"dx": x, "dscale": g, "dbias": np.zeros(6)}
        for name, point in at.items():
            expected = np.zeros(point.shape)
            for index in np.ndindex(point.shape):
                step = np.zeros(point.shape)
                step[index] = 1e-5
                up, down = ([v + s * step if n == name else v
                             for n, v in at.items()] for s in (1, -1))
                expected[index] = (loss(*up) - loss(*down)) / 2e-5
            worst = np.max(np.abs(found[name][0] - expected))
            if worst > 1e-8:
                fail(f"reference of {kind} outside={outside} {name}: off by {worst}")


#===----------------------------------------------------------------------===//
# Cases
#===----------------------------------------------------------------------===//

def fail(message):
    global failures
    failures += 1
    print(message)


class Case:
    """A backward op on values of its own. `types` are those of dy, x, scale and
    dres, dx, dscale, dbias; `dims` the normalized dimensions."""

    def __init__(self, kind, outputs=("dx", "dscale", "dbias"), shape=(7, 40),
                 dims=(-1,), x="f32", dy=None, parameters="f32", scale=True,
                 dres=False, offset=0, rounding=None, outside=False, k=None,
                 epsilon=1e-5, dynamic=False, values=None, exact=False, name=""):
        self.kind, self.outputs, self.shape, self.x = kind, outputs, shape, x
        self.dims = sorted(d % len(shape) for d in dims)
        self.rows = [d for d in range(len(shape)) if d not in self.dims]
        self.dy, self.parameters, self.scale = dy or x, parameters, scale
        self.dres, self.offset, self.rounding = dres, offset, rounding
        self.outside, self.epsilon, self.dynamic = outside, epsilon, dynamic
        self.compute = "f64" if x == "f64" else "f32"
        self.name, self.exact = name, exact
        self.n = math.prod(shape[d] for d in self.dims)
        self.k = k or max(1, self.n // 3)
        self.make(values)

    def make(self, values):
        rng = np.random.default_rng(self.n + 31 * len(self.shape))
        x = values if values is not None else rng.standard_normal(self.shape)
        self.stored = {"dy": store(rng.standard_normal(self.shape), self.dy),
                       "x": store(x, self.x)}
        extents = [self.shape[d] for d in self.dims]
        self.stored["g"] = store(1 + 0.5 * rng.standard_normal(extents), self.parameters)
        self.stored["d"] = store(rng.standard_normal(self.shape), self.x)
        rows = self.to_rows(widen(self.stored["x"], self.x))
        if self.exact:
            # x r and x - mean are exact in C.
            rstd = np.exp2(rng.integers(-2, 3, (len(rows), 1)))
            mean = rng.integers(-2, 3, (len(rows), 1)).astype(np.float64)
        else:
            with np.errstate(invalid="ignore", divide="ignore"):
                rstd, mean = (statistics(self.kind, rows, self.k, self.epsilon,
                                         self.outside) if self.n
                              else np.ones((2, len(rows), 1)))
        row_shape = [self.shape[d] for d in self.rows]
        self.stored["r"] = store(rstd.reshape(row_shape), self.compute)
        self.stored["mu"] = store(mean.reshape(row_shape), self.compute)

    def to_rows(self, array):
        moved = np.transpose(array, self.rows + self.dims)
        return moved.reshape(math.prod(self.shape[d] for d in self.rows), self.n)

    def from_rows(self, rows):
        order = self.rows + self.dims
        moved = rows.reshape([self.shape[d] for d in order])
        return np.transpose(moved, np.argsort(order))

    def element(self, name):
        return {"dy": self.dy, "x": self.x, "d": self.x, "dx": self.x,
                "r": self.compute, "mu": self.compute}.get(name, self.parameters)

    def type(self, name):
        if name in ("dy", "x", "d", "dx"):
            extents = self.shape
        else:
            extents = [self.shape[d] for d in (self.rows if name in ("r", "mu") else self.dims)]
        extents = ["?" if self.dynamic else str(e) for e in extents]
        return f"tensor<{'x'.join([*extents, self.element(name)])}>"

    def operands(self):
        names = ["dy", "x"] + ["g"] * self.scale + ["r"]
        return names + ["mu"] * (self.kind == "layernorm") + ["d"] * self.dres

    def text(self, function):
        groups = {"g": "scale", "r": "rstd", "mu": "mean", "d": "dres", "dx": "outs",
                  "dscale": "dscale", "dbias": "dbias"}
        lines, parts = [], []
        for name in self.operands()[2:]:
            parts.append(f"{groups[name]}(%{name} : {self.type(name)})")
        for output in self.outputs:
            dims = range(len(self.shape)) if output == "dx" else self.dims
            extents = []
            for d in dims if self.dynamic else []:
                lines.append(f"%i{output}{d} = arith.constant {d} : index")
                lines.append(f"%e{output}{d} = tensor.dim %x, %i{output}{d} : {self.type('x')}")
                extents.append(f"%e{output}{d}")
            lines.append(f"%{output} = tensor.empty({', '.join(extents)}) : {self.type(output)}")
            parts.append(f"{groups[output]}(%{output} : {self.type(output)})")
        parts.append(f"dimensions = [{', '.join(map(str, self.dims))}]")
        if self.kind == "prmsnorm":
            parts.append(f"k = {self.k}")
        if self.outside:
            parts.append(f"epsilon = {self.epsilon:e} eps_mode = outside")
        if self.offset:
            parts.append("scale_offset = 1")
        if self.rounding:
            parts.append(f"scale_rounding = {self.rounding}")
        arguments = ", ".join(f"%{n}: {self.type(n)}" for n in self.operands())
        results = ", ".join(self.type(o) for o in self.outputs)
        values = ", ".join(f"%0#{i}" for i in range(len(self.outputs)))
        body = "\n  ".join(lines)
        return f"""func.func @{function}({arguments}) -> ({results}) {{
  {body}
  %0:{len(self.outputs)} = norm.{self.kind}_backward ins(%dy, %x : {self.type('dy')}, {self.type('x')})
      {' '.join(parts)} -> ({results})
  return {values} : {results}
}}
"""

    def expected(self):
        """For each output its value and its bound, in its shape."""
        wide = {n: widen(a, self.element(n)) for n, a in self.stored.items()}
        factor = self.offset + wide["g"].reshape(-1) if self.scale else 1.0
        rows = len(self.to_rows(wide["x"]))
        rounding = self.rounding

        def round_xh(xh):
            return widen(store(xh, rounding), rounding) if rounding else xh

        with np.errstate(invalid="ignore", divide="ignore"):
            found = backward(
                self.kind, self.to_rows(wide["dy"]), self.to_rows(wide["x"]), factor,
                wide["r"].reshape(-1, 1),
                wide["mu"].reshape(-1, 1) if self.kind == "layernorm" else 0.0,
                self.k, self.epsilon, self.outside, round_xh)
        unit = UNIT[self.compute]
        results = {}
        for name in self.outputs:
            value, size = found[name]
            if name == "dx":
                value, size = self.from_rows(value), self.from_rows(size)
                if self.dres:
                    value, size = value + wide["d"], size + np.abs(wide["d"])
                bound = 8 * unit * size
            else:
                extents = [self.shape[d] for d in self.dims]
                value, size = value.reshape(extents), size.reshape(extents)
                bound = (4 + math.sqrt(rows)) * unit * size
            bound = bound + 1.01 * UNIT[self.element(name)] * np.abs(value) + 1e-30
            if self.element(name) == "f16":
                bound = bound + 2.0**-25
            results[name] = value, bound
        return results

    def check(self, arrays):
        for name, array in zip(self.outputs, arrays):
            value, bound = self.expected()[name]
            what = (f"{self.kind} {self.name} {name} of {','.join(self.outputs)}: x {self.x}, "
                    f"shape {self.shape}")
            if array.shape != value.shape:
                fail(f"{what}: shape is {array.shape}, expected {value.shape}")
                continue
            error = np.abs(widen(array, self.element(name)) - value)
            excess = np.where(np.isnan(error), math.inf, error / bound)
            if not np.max(excess, initial=0.0) <= 1:
                fail(f"{what}: error is {np.max(excess):.3g} times the bound")


def run_batch(cases):
    functions, calls, arguments, results, types, inputs = [], [], [], [], [], []
    for number, case in enumerate(cases):
        functions.append(case.text(f"f{number}"))
        names = case.operands()
        given = [f"%x{number}_{name}" for name in names]
        ins, outs = [case.type(n) for n in names], [case.type(o) for o in case.outputs]
        arguments += [f"{g}: {t}" for g, t in zip(given, ins)]
        inputs += [case.stored[n] for n in names]
        calls.append(f"  %r{number}:{len(outs)} = func.call @f{number}({', '.join(given)}) : "
                     f"({', '.join(ins)}) -> ({', '.join(outs)})")
        results += [f"%r{number}#{i}" for i in range(len(outs))]
        types += outs
    text = ("".join(functions) + f"func.func @main({', '.join(arguments)}) -> "
            f"({', '.join(types)}) {{\n" + "\n".join(calls) +
            f"\n  return {', '.join(results)} : {', '.join(types)}\n}}\n")
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/program.mlir"
        with open(program, "w", encoding="utf-8") as file:
            file.write(text)
        if "PREPARE" in os.environ:
            prepared = f"{folder}/prepared.mlir"
            subprocess.run(["norm-opt", program, *os.environ["PREPARE"].split(),
                            "-o", prepared], check=True)
            program = prepared
        command = [NORM_RUN, program, *OPTIONS]
        for i, array in enumerate(inputs):
            np.save(f"{folder}/x{i}.npy", array)
            command.append(f"--input={folder}/x{i}.npy")
        command += [f"--output={folder}/y{i}.npy" for i in range(len(types))]
        status = subprocess.run(command).returncode
        if status != 0:
            sys.exit(f"norm-run ends with status {status}")
        arrays = iter([np.load(f"{folder}/y{i}.npy") for i in range(len(types))])
    for case in cases:
        case.check([next(arrays) for _ in case.outputs])


def run_all(cases):
    size = 8 if any(case.dynamic for case in cases) else 24
    for first in range(0, len(cases), size):
        run_batch(cases[first:first + size])


#===----------------------------------------------------------------------===//
# Tasks
#===----------------------------------------------------------------------===//

def subsets():
    for kind in KINDS:
        run_all([Case(kind, outputs, scale=scale, dres=dres)
                 for outputs in SUBSETS for scale in (True, False)
                 for dres in ((True, False) if "dx" in outputs else (False,))])


def types():
    cases = []
    for kind in KINDS:
        for x in ("f32", "bf16", "f16", "f64"):
            for parameters in ("f32", x):
                cases.append(Case(kind, x=x, parameters=parameters, dres=True))
        cases.append(Case(kind, x="bf16", dy="f32"))
        cases.append(Case(kind, shape=(4096, 17), x="bf16", parameters="f32"))
        cases.append(Case(kind, shape=(4096, 17), x="bf16", parameters="bf16"))
        cases.append(Case(kind, shape=(3, 4099), x="f32"))
    run_all(cases)


def shapes():
    run_all([Case(kind, shape=shape, dims=dims, dres=True) for kind in KINDS
             for shape, dims in [((40,), (0,)), ((2, 3, 40), (2,)), ((2, 3, 4, 5), (2, 3)),
                                 ((6, 5), (0,)), ((3, 4, 5), (0, 2)), ((2, 3, 4), (0, 1, 2))]])
    run_all([Case(kind, outputs, shape=shape, dims=dims, dynamic=True) for kind in KINDS
             for shape, dims in [((7, 40), (1,)), ((2, 3, 5), (1, 2)), ((6, 5, 3), (1,))]
             for outputs in SUBSETS[-2:]])


def attributes():
    cases = []
    few = np.round(np.random.default_rng(3).standard_normal((7, 40)) * 1024) / 1024
    for kind in KINDS:
        cases.append(Case(kind, offset=1, name="1 + g"))
        cases.append(Case(kind, x="bf16", offset=1, name="1 + g"))
        for rounding in ("bf16", "f16"):
            cases.append(Case(kind, rounding=rounding, values=few, exact=True,
                              name=f"scale_rounding = {rounding}"))
        for epsilon in (1e-5, 0.5):
            cases.append(Case(kind, outside=True, epsilon=epsilon, dres=True, name="outside"))
    for k in (1, 39, 40):
        cases.append(Case("prmsnorm", k=k, name=f"k = {k}"))
        cases.append(Case("prmsnorm", k=k, outside=True, name=f"outside, k = {k}"))
    cases.append(Case("prmsnorm", shape=(3, 4, 5), dims=(0, 2), k=7, name="k = 7 of two"))
    run_all(cases)
    run_all([Case("prmsnorm", k=7, dynamic=True, name="k = 7 of any")])
    # What the case of scale_rounding would miss if nothing were rounded.
    case = Case("rmsnorm", rounding="bf16", values=few, exact=True)
    value, bound = case.expected()["dscale"]
    case.rounding = None
    if np.all(np.abs(case.expected()["dscale"][0] - value) <= bound):
        fail("scale_rounding makes no difference")


def edges():
    rng = np.random.default_rng(5)
    zeros = rng.standard_normal((4, 40))
    zeros[1:3] = 0.0
    same = rng.standard_normal((4, 40))
    same[2] = 0.75
    cases = []
    for kind in KINDS:
        for outside in (False, True):
            cases.append(Case(kind, shape=(4, 40), values=zeros, outside=outside,
                              epsilon=2.0**-10, name="zeros"))
            cases.append(Case(kind, shape=(4, 40), values=same, outside=outside,
                              epsilon=2.0**-10, name="one value"))
        for scale in (1e-15, 1e15):
            cases.append(Case(kind, shape=(4, 40), values=scale * rng.standard_normal((4, 40)),
                              epsilon=0.0 if scale > 1 else 1e-30, name=f"values of {scale}"))
        cases.append(Case(kind, shape=(5, 1), name="n = 1"))
        cases.append(Case(kind, shape=(1, 40), name="one row"))
        cases.append(Case(kind, shape=(0, 40), name="no rows"))
        if kind != "prmsnorm":
            cases.append(Case(kind, shape=(3, 0), name="n = 0"))
    for ratio in (1e2, 1e4):
        cases.append(Case("layernorm", shape=(4, 513), values=ratio +
                          rng.standard_normal((4, 513)), name=f"mean/std {ratio}"))
    run_all(cases)
    run_all([Case(kind, shape=(0, 40), dynamic=True, name="no rows") for kind in KINDS])


check_reference()
{"subsets": subsets, "types": types, "shapes": shapes,
 "attributes": attributes, "edges": edges}[TASK]()
sys.exit(failures != 0)
