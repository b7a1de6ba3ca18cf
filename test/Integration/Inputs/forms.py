# Runs op forms twice, as a row loop of vector code and decomposed into linalg
# that upstream passes compile, and compares the results:
#
#   forms.py NORM_OPT NORM_RUN [norm-run options]
#
# The forms cover element types and their mixtures, normalized dimensions anywhere,
# roundings, offsets, statistics, and row lengths about those of vectors.

import subprocess
import sys
import tempfile

import numpy as np

NORM_OPT, NORM_RUN, *OPTIONS = sys.argv[1:]
NUMPY = {"f64": np.float64, "f32": np.float32, "f16": np.float16}
# Largest difference relative to the largest value: some units in the last place.
TOLERANCE = {"f64": 1e-13, "f32": 2e-6, "f16": 2e-3, "bf16": 1.6e-2}


class Form:
    """One norm op over `shape`, with the types of x, scale, bias and y."""

    def __init__(self, kind, shape, dims, x="f32", scale=None, bias=None, y=None,
                 attributes="", statistics=(), dynamic=False):
        self.kind, self.shape, self.dims = kind, shape, dims
        self.types = {"x": x, "scale": scale, "bias": bias, "y": y or x}
        self.attributes, self.statistics = attributes, statistics
        self.dynamic = dynamic

    def __str__(self):
        types = " ".join(f"{k}={v}" for k, v in self.types.items() if v)
        return f"{self.kind} {self.shape} {self.dims} {types} {self.attributes}"

    def tensor(self, extents, element):
        extents = ["?" if self.dynamic else str(e) for e in extents]
        return f"tensor<{'x'.join(extents + [element])}>"

    def operands(self):
        """Names, shapes and types of the arguments."""
        row = [self.shape[d] for d in self.dims]
        shapes = {"x": list(self.shape), "scale": row, "bias": row}
        return [(n, shapes[n], self.types[n]) for n in shapes if self.types[n]]

    def results(self):
        compute = "f64" if self.types["x"] == "f64" else "f32"
        rows = [e for d, e in enumerate(self.shape) if d not in self.dims]
        return ([("y", list(self.shape), self.types["y"])] +
                [(s, rows, compute) for s in self.statistics])

    def text(self):
        typed = {n: self.tensor(s, t) for n, s, t in self.operands()}
        out = {n: self.tensor(s, t) for n, s, t in self.results()}
        lines = []
        rows = [d for d in range(len(self.shape)) if d not in self.dims]
        for name in out:
            dims = range(len(self.shape)) if name == "y" else rows
            sizes = ""
            if self.dynamic:
                for d in dims:
                    lines.append(f"%{name}c{d} = arith.constant {d} : index")
                    lines.append(f"%{name}d{d} = tensor.dim %x, %{name}c{d} : "
                                 f"{typed['x']}")
                sizes = ", ".join(f"%{name}d{d}" for d in dims)
            lines.append(f"%{name}i = tensor.empty({sizes}) : {out[name]}")
        clauses = [f"ins(%x : {typed['x']})"]
        clauses += [f"{n}(%{n} : {typed[n]})" for n in ("scale", "bias")
                    if n in typed]
        clauses += [f"outs(%yi : {out['y']})"]
        clauses += [f"{s}(%{s}i : {out[s]})" for s in self.statistics]
        results = ", ".join(f"%{n}" for n in out)
        types = ", ".join(out.values())
        lines.append(f"{results} = norm.{self.kind} {' '.join(clauses)} "
                     f"dimensions = [{', '.join(map(str, self.dims))}] "
                     f"epsilon = 1.0e-5 {self.attributes} -> "
                     + (f"({types})" if len(out) > 1 else types))
        arguments = ", ".join(f"%{n}: {t}" for n, t in typed.items())
        body = "\n  ".join(lines)
        return (f"func.func @main({arguments}) -> ({types}) {{\n  {body}\n"
                f"  return {results} : {types}\n}}\n")


def store(values, element):
    if element == "bf16":
        bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
        return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    return values.astype(NUMPY[element])


def widen(array, element):
    if element == "bf16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float64)


def run(file, form, folder, options):
    """The results of one program."""
    command = [NORM_RUN, file, *options]
    command += [f"--input={folder}/{n}.npy" for n, _, _ in form.operands()]
    command += [f"--output={folder}/out_{n}.npy" for n, _, _ in form.results()]
    subprocess.run(command, check=True)
    return [np.load(f"{folder}/out_{n}.npy") for n, _, _ in form.results()]


def check(form, rng):
    """None, or what differs."""
    with tempfile.TemporaryDirectory() as folder:
        text, decomposed = f"{folder}/form.mlir", f"{folder}/decomposed.mlir"
        with open(text, "w", encoding="utf-8") as file:
            file.write(form.text())
        subprocess.run([NORM_OPT, text, "--norm-decompose", "-o", decomposed],
                       check=True)
        for name, shape, element in form.operands():
            values = rng.standard_normal(shape) + (name == "scale")
            np.save(f"{folder}/{name}.npy", store(values, element))
        found = run(text, form, folder, OPTIONS)
        expected = run(decomposed, form, folder, ["--no-raise", "--threads=1"])
    for (name, _, element), a, b in zip(form.results(), found, expected):
        a, b = widen(a, element), widen(b, element)
        if a.shape != b.shape:
            return f"{name}: shape {a.shape}, expected {b.shape}"
        scale = np.abs(b).max(initial=0.0)
        # What is computed or rounded in a narrower type differs by its unit.
        compute = "f64" if form.types["x"] == "f64" else "f32"
        precision = max([TOLERANCE[element], TOLERANCE[compute]] + [
            TOLERANCE[t] for t in TOLERANCE if f"rounding = {t}" in
            form.attributes])
        error = np.abs(a - b).max(initial=0.0)
        if not error <= precision * scale:
            return f"{name}: difference {error:.3g}, largest value {scale:.3g}"
    return None


ALL = ("statistic", "rstd", "mean")
FORMS = [
    # Types and their mixtures.
    *[Form(kind, (3, 100), [1], x, scale, bias, y, extra)
      for kind, extra in [("rmsnorm", ""), ("prmsnorm", "k = 37"),
                          ("layernorm", "")]
      for x, scale, bias, y in [
          ("bf16", "bf16", None, None), ("f16", "f16", "f16", None),
          ("f64", "f64", "f64", None), ("bf16", "f32", "f16", "f32"),
          ("f16", None, "bf16", "bf16"), ("f32", "f64", None, "f16"),
          ("f64", "bf16", None, "f16"), ("f64", None, "f32", "bf16"),
          ("f32", None, None, "f64")]],
    # Roundings before the scale, offsets.
    *[Form("rmsnorm", (3, 70), [1], x, scale, bias, y,
           f"scale_rounding = {rounding} scale_offset = {offset}")
      for offset in (0, 1)
      for x, scale, bias, y, rounding in [
          ("bf16", "bf16", None, "bf16", "bf16"),
          ("f16", "f16", "f16", "f16", "f16"),
          ("f32", "f32", "bf16", "f32", "bf16"),
          ("bf16", "f16", "f32", "f32", "bf16"),
          ("f64", "f64", "f64", "f64", "f32"),
          ("f32", "f64", None, "f32", "f16")]],
    # Dimensions: the middle, the first, several, all, with gaps.
    *[Form(kind, (4, 3, 5, 7), dims, scale="f32", bias="f32",
           attributes=extra, statistics=statistics, dynamic=dynamic)
      for kind, extra, statistics in [("layernorm", "", ALL),
                                      ("prmsnorm", "k = 3", ALL[:2])]
      for dims in ([3], [2], [0], [1, 2], [2, 3], [0, 2], [0, 1, 2, 3])
      for dynamic in (False, True)],
    Form("rmsnorm", (5, 33), [1], attributes="eps_mode = outside",
         statistics=ALL[:2]),
    # Row lengths about those of vectors, groups and blocks.
    *[Form("layernorm", (2, n), [1], "f32", "f32", dynamic=n % 2 == 0)
      for n in (1, 15, 16, 17, 64, 127, 2048, 2049, 5000)],
    *[Form("rmsnorm", (2, n), [1], "f64") for n in (3, 8, 1024, 1025)],
    # More than a task of rows; the first extent alone would not fill one.
    Form("rmsnorm", (70, 9, 97), [2], "bf16", "f32", y="f32"),
]

failures = 0
generator = np.random.default_rng(7)
for item in FORMS:
    reason = check(item, generator)
    if reason:
        failures += 1
        print(f"{item}: {reason}")
print(f"{len(FORMS) - failures} of {len(FORMS)} forms as decomposed")
sys.exit(1 if failures else 0)
