# Runs norm ops on rows that are hard to normalise and compares each element with
# an f64 reference, within the bounds of accuracy that the ops promise:
#
#   norms.py NORM_RUN accuracy|edges|bits [norm-run options]
#
# accuracy: rows of few values, with outliers, sorted, with a large mean, at row
# lengths from 1 to 262144. edges: zeros, NaN, infinities, the largest f16.
# bits: the same bits for one thread and two, for a row alone and in a batch.
# range: layernorms whose differences, sums or squares leave the range of the type
# in which they are computed; decomposed_range and split_range, the same as linalg
# ops and in parts of rows (norm-opt is in PATH).
#
# NORM_RUN may be norm-emulate, which takes seeds where norm-run takes threads.
# For it: strategies: rows about the limits of the ways in which threads of a GPU
# share them, and all_strategies the same for all types and kinds, and the longest
# rows; in_turn: the same bits for more rows than a small GPU has blocks; seeds:
# the same bits, and no error, for 200 orders of threads.

import os
import subprocess
import sys
import tempfile

import numpy as np

NORM_RUN, TASK, *OPTIONS = sys.argv[1:]
EPSILON = 1e-5
EMULATES = NORM_RUN.endswith("norm-emulate")
ORDER = "--seed" if EMULATES else "--threads"
failures = 0


def bf16_round(values):
    """Float32 values rounded to bfloat16, to nearest even, as uint16 bits."""
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def widen(array, dtype):
    """An array in its storage type, as float64."""
    if dtype == "bf16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float64)


def store(values, dtype):
    """Float64 values in storage type `dtype`."""
    if dtype == "bf16":
        return bf16_round(values)
    return values.astype({"f16": np.float16, "f32": np.float32,
                          "f64": np.float64}[dtype])


def program(kind, n, dtype, affine, epsilon, k):
    """A function that normalises any number of rows of length n, or of any ("?")."""
    matrix, row = f"tensor<?x{n}x{dtype}>", f"tensor<{n}x{dtype}>"
    extents = "%rows"
    length = ""
    if n == "?":
        extents += ", %n"
        length = f"%c1 = arith.constant 1 : index\n  %n = tensor.dim %x, %c1 : {matrix}"
    scale = f"scale(%scale : {row}) bias(%bias : {row})" if affine else ""
    arguments = f"%x: {matrix}"
    arguments += f", %scale: {row}, %bias: {row}" if affine else ""
    extra = f" k = {k}" if kind == "prmsnorm" else ""
    return f"""
func.func @main({arguments}) -> {matrix} {{
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : {matrix}
  {length}
  %init = tensor.empty({extents}) : {matrix}
  %y = norm.{kind} ins(%x : {matrix}) {scale} outs(%init : {matrix})
       epsilon = {epsilon:e}{extra} -> {matrix}
  return %y : {matrix}
}}
"""


def run(text, arrays, threads=1):
    """The result of `text` on `arrays`."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/program.mlir", "w", encoding="utf-8") as file:
            file.write(text)
        command = [NORM_RUN, f"{folder}/program.mlir", f"{ORDER}={threads}",
                   f"--output={folder}/y.npy", *OPTIONS]
        for i, array in enumerate(arrays):
            np.save(f"{folder}/x{i}.npy", array)
            command.append(f"--input={folder}/x{i}.npy")
        subprocess.run(command, check=True)
        return np.load(f"{folder}/y.npy")


def reference(kind, x, scale, bias, epsilon, k):
    """The definition in f64: y and the magnitude M of each row."""
    if kind == "layernorm":
        # The same result, and exact zeros for a row of equal elements.
        x = x - x[:, :1]
    mean = x.mean(axis=1, keepdims=True) if kind == "layernorm" else 0.0
    part = x[:, :k] if kind == "prmsnorm" else x
    statistic = np.mean((part - mean) ** 2, axis=1, keepdims=True)
    t = (x - mean) / np.sqrt(statistic + epsilon)
    magnitude = np.max(np.abs(t * scale) + np.abs(bias), axis=1, keepdims=True)
    return t * scale + bias, np.maximum(magnitude, 1e-30)


def spacing(values, dtype):
    """The distance of neighbouring numbers of `dtype` at `values`."""
    digits, least = {"f16": (10, -24), "bf16": (7, -133)}[dtype]
    exponent = np.frexp(np.abs(values))[1] - 1
    return np.exp2(np.maximum(exponent - digits, least))


def bound(y, magnitude, dtype):
    if dtype == "f64":
        return 1e-14 * magnitude
    if dtype == "f32":
        return 5e-7 * magnitude
    least = 2.0 ** (-24 if dtype == "f16" else -126)
    return spacing(y, dtype) / 2 + 5e-7 * magnitude + least / 2


def fail(message):
    global failures
    failures += 1
    print(message)


#===----------------------------------------------------------------------===//
# Accuracy
#===----------------------------------------------------------------------===//

def hard_rows(n, kind, dtype):
    """Names and rows of length n."""
    rng = np.random.default_rng(n)
    normal = rng.standard_normal(n)
    signs = np.where(rng.random(n) < 0.5, -1.0, 1.0)
    outlier = rng.standard_normal(n)
    outlier[n // 3] = 1e4
    first = rng.standard_normal(n)
    first[: max(1, n // 100)] = 1e3
    rows = {"normal": normal, "all 0.1": np.full(n, 0.1),
            "all 0.7": np.full(n, 0.7), "+-0.7": 0.7 * signs,
            "few values": rng.integers(1, 4, n) * 0.3,
            "one outlier": outlier, "outliers first": first,
            "ascending": np.sort(normal), "descending": -np.sort(normal),
            "small": 1e-3 * normal, "large": 1e4 * normal}
    if kind == "layernorm" and dtype == "f32":
        rows["mean/std 1e3"] = normal + 1e3
        rows["mean/std 1e6"] = normal + 1e6
        rows["mean/std -1e6, sorted"] = np.sort(normal) - 1e6
    return rows


def check_accuracy(kind, n, dtype, affine, names=None, dynamic=False):
    rows = hard_rows(n, kind, dtype)
    if names:
        rows = {name: rows[name] for name in names}
    rng = np.random.default_rng(1)
    k = max(1, -(-n // 16))
    x = store(np.stack(list(rows.values())), dtype)
    scale = store(1 + 0.5 * rng.standard_normal(n), dtype)
    bias = store(rng.standard_normal(n), dtype)
    found = run(program(kind, "?" if dynamic else n, dtype, affine, EPSILON, k),
                [x, scale, bias] if affine else [x])
    expected, magnitude = reference(
        kind, widen(x, dtype), widen(scale, dtype) if affine else 1.0,
        widen(bias, dtype) if affine else 0.0, EPSILON, k)
    error = np.abs(widen(found, dtype) - expected)
    excess = error / bound(expected, magnitude, dtype)
    for name, worst in zip(rows, excess.max(axis=1)):
        if not worst <= 1:
            fail(f"{kind} {dtype} n={n} {'affine ' if affine else ''}{name}: "
                 f"error is {worst:.3g} times the bound")


def accuracy():
    for kind in ["rmsnorm", "prmsnorm", "layernorm"]:
        for n in [1, 2, 7, 16, 63, 515, 4096, 65536, 262144]:
            # An emulator takes its time.
            few = ["all 0.1"] if EMULATES and n > 4096 else None
            if EMULATES and n == 262144 and kind != "rmsnorm":
                continue
            check_accuracy(kind, n, "f32", affine=n in (7, 515, 4096),
                           names=few)
        for dtype in ["bf16", "f16"]:
            for n in [5, 515, 4096]:
                check_accuracy(kind, n, dtype, affine=n == 515)
        check_accuracy(kind, 515, "f64", affine=True)
    if not EMULATES:
        check_accuracy("rmsnorm", 262144, "bf16", affine=False)
        check_accuracy("layernorm", 262144, "bf16", affine=False)


#===----------------------------------------------------------------------===//
# Edges
#===----------------------------------------------------------------------===//

def expect(name, found, expected):
    if not np.array_equal(found, expected, equal_nan=True):
        fail(f"{name}: found {found}, expected {expected}")


def edges():
    nan, inf = np.nan, np.inf
    n, k = 20, 4
    ones, bias = np.ones(n, np.float32), np.full(n, 0.25, np.float32)
    for kind in ["rmsnorm", "prmsnorm", "layernorm"]:
        row = np.linspace(-1, 1, n)
        zero, early, late, infinite = (row.copy() for _ in range(4))
        zero[:] = 0
        early[1] = nan
        late[n - 1] = nan
        infinite[2] = inf
        x = np.stack([zero, early, late, infinite]).astype(np.float32)
        text = program(kind, n, "f32", True, EPSILON, k)
        y = run(text, [x, ones, bias])
        expect(f"{kind} zeros", y[0], bias)
        expect(f"{kind} NaN", y[1], np.full(n, nan, np.float32))
        if kind == "prmsnorm":
            expect(f"{kind} NaN behind k", np.isnan(y[2]),
                   np.arange(n) == n - 1)
        else:
            expect(f"{kind} NaN at the end", y[2], np.full(n, nan))
        if kind == "layernorm":
            expect(f"{kind} inf", y[3], np.full(n, nan, np.float32))
        else:
            expect(f"{kind} inf", y[3],
                   np.where(np.arange(n) == 2, nan, bias).astype(np.float32))
        text = program(kind, n, "f32", False, 0.0, k)
        expect(f"{kind} zeros, epsilon 0", run(text, [x[:1]])[0],
               np.full(n, nan, np.float32))
        expect(f"{kind} no rows", run(text, [x[:0]]).shape, (0, n))
        expect(f"{kind} empty rows",
               run(program(kind, 0, "f32", False, EPSILON, 0),
                   [x[:, :0]]).shape, (4, 0)) if kind != "prmsnorm" else None
        # The square of the largest f16 is computed in f32.
        large = np.where(np.arange(n) % 2, 65504, -65504).astype(np.float16)
        y = run(program(kind, n, "f16", False, EPSILON, k), [large[None]])
        expect(f"{kind} f16 at 65504", y[0], np.sign(large))


#===----------------------------------------------------------------------===//
# Range
#===----------------------------------------------------------------------===//

def largest(dtype):
    """The largest number of the type in which rows of `dtype` are computed."""
    return np.finfo(np.float64 if dtype == "f64" else np.float32).max


def range_rows(n, most):
    """Names and rows of length n, of numbers up to `most`."""
    rng = np.random.default_rng(n)
    normal = rng.standard_normal(n)

    def with_one(at, value):
        row = normal.copy()
        row[at] = value
        return row

    def constant(value, at=0, other=None):
        row = np.full(n, value)
        row[at] = value if other is None else other
        return row

    pattern = np.resize(np.array([0.9, -0.9, 0.3, -0.3]) * most, n)
    halves = np.where(np.arange(n) < n // 2, 0.9, 0.8) * most
    return {
        "large in turn": pattern, "normal": normal,
        "one large number, first": with_one(0, most / 30),
        "one large number, last": with_one(n - 1, -most / 30),
        "the largest number, behind the first": with_one(min(n - 1, 70), most),
        "large and equal": constant(0.6 * most), "largest": constant(most),
        "largest, but for the first": constant(most, 0, -most),
        "largest, but for the last": constant(most, n - 1, -most),
        "outliers first": np.where(np.arange(n) < 64, 0.99, -0.99) * most,
        "two large numbers": halves, "ascending": np.sort(pattern),
        "squares out of range": np.sqrt(most) * 16 * normal,
        "near a large number": 0.9 * most * (1 + 1e-6 * normal),
        "a NaN": with_one(n // 2, np.nan), "inf": with_one(n // 2, np.inf),
        "-inf among large numbers": constant(most, n // 2, -np.inf),
        "all -0": np.full(n, -0.0)}


def range_reference(x, most):
    """The definition with a wider exponent, each value of it clamped to the type."""

    def clamp(values):
        return np.where(np.abs(values) > most,
                        np.copysign(np.longdouble(np.inf), values), values)

    with np.errstate(all="ignore"):
        mean = x.mean(axis=1, keepdims=True)
        centred = clamp(x - mean)
        statistic = clamp(np.mean(centred ** 2, axis=1, keepdims=True))
        y = centred / np.sqrt(statistic + np.longdouble(EPSILON))
        # rstd is 0 where the statistic is inf.
        return np.where(np.isinf(statistic) & np.isinf(centred), np.nan, y), mean


def check_range(n, dtype, dynamic, threads, repeat=1, alone=None, run=run):
    most = float(largest(dtype))
    rows = range_rows(n, most)
    if alone:
        rows = {name: rows[name] for name in alone}
    values = np.tile(np.stack(list(rows.values())), (repeat, 1))
    if dtype == "bf16":
        # Its largest number is less than that of f32.
        least = float(widen(np.array([0x7F7F], np.uint16), "bf16")[0])
        values = np.where(np.isinf(values), values, np.clip(values, -least, least))
    x = store(values, dtype)
    wide = widen(x, dtype).astype(np.longdouble)
    expected, _ = range_reference(wide, most)
    found = run(program("layernorm", "?" if dynamic else n, dtype, False,
                        EPSILON, 1), [x], threads).view(x.dtype)
    found = widen(found, dtype)
    for row, name in enumerate(list(rows) * repeat):
        known = ~np.isnan(expected[row])
        # The mean of rows near the end of the range has few digits of the rest.
        slack = 1e-5 if dtype != "bf16" else 1e-2
        error = np.abs(found[row] - expected[row])[known]
        if not np.all(error <= slack * max(1.0, float(np.max(np.abs(
                expected[row][known]), initial=0.0)))):
            fail(f"layernorm {dtype} n={n} dynamic={dynamic} threads={threads} "
                 f"{name}: {found[row][:8]}, expected {expected[row][:8]}")
        if not known.any() and not np.isnan(found[row]).all():
            fail(f"layernorm {dtype} n={n} {name}: a number instead of NaN")


def check_ranges(lengths, run=run, kinds=("f32", "bf16", "f64")):
    for dtype in kinds:
        for n in lengths:
            for dynamic in (False, True):
                check_range(n, dtype, dynamic, threads=1, run=run)


def range_():
    check_ranges([1, 2, 4, 7, 64, 96, 515] + ([] if EMULATES else [4096, 70001]))
    # As many rows as are taken at a time.
    check_range(96, "bf16", False, threads=1, repeat=4)
    check_range(40, "f32", False, threads=2, repeat=9)
    check_range(2048, "f32", False, threads=1)
    for name in ["largest, but for the first", "outliers first", "two large numbers",
                 "squares out of range", "large and equal"]:
        # Threads share the row.
        check_range(20000 if EMULATES else 262144, "f32", False, threads=2,
                    alone=[name])


def run_through(*options):
    """A run of what norm-opt with `options` makes of the program."""

    def run_made(text, arrays, threads):
        made = subprocess.run(["norm-opt", *options], input=text, text=True,
                              check=True, capture_output=True).stdout
        return run(made, arrays, threads)

    return run_made


def decomposed_range():
    check_ranges([1, 2, 4, 7, 64, 515], run_through("--norm-decompose"))


def split_range():
    folder = os.path.dirname(os.path.abspath(__file__))
    split = run_through("--transform-preload-library=transform-library-paths="
                        f"{folder}/split-rows.mlir", "--transform-interpreter")
    for dtype in ("f32", "f64"):
        for n in (4, 7, 70, 515):
            check_range(n, dtype, False, threads=1, run=split)


#===----------------------------------------------------------------------===//
# Same bits
#===----------------------------------------------------------------------===//

def bits():
    rng = np.random.default_rng(0)
    for kind in ["rmsnorm", "prmsnorm", "layernorm"]:
        for n, dtype in [(5, "f32"), (515, "f32"), (4096, "bf16"), (5120, "bf16"),
                         (70001, "f32")]:
            rows = 2 if EMULATES and n > 4096 else 7
            x = store(rng.standard_normal((rows, n)) + 3, dtype)
            text = program(kind, n, dtype, False, EPSILON, max(1, n // 16))
            one = run(text, [x], threads=1)
            if one.tobytes() != run(text, [x], threads=2).tobytes():
                fail(f"{kind} {dtype} n={n}: other bits with two threads")
            for row in [0, rows - 1]:
                alone = run(text, [x[row: row + 1]], threads=2)
                if alone.tobytes() != one[row].tobytes():
                    fail(f"{kind} {dtype} n={n}: other bits for row {row} alone")


#===----------------------------------------------------------------------===//
# Strategies of a GPU
#===----------------------------------------------------------------------===//

# Words up to which threads of some number share a row.
LIMITS = [64, 128, 256, 1024, 2048, 4096, 8192, 16384]
LONG_LIMITS = [32768, 65536, 131072, 262144]


# Common lengths between them: blocks of 3, 5, 7, 10, 11, 12 and 14 warps, with a chunk
# less and more; clusters of 2 blocks of 10 and 4 of 9.
BETWEEN = [(1536, "bf16"), (2560, "f16"), (3584, "bf16"), (5112, "bf16"),
           (5120, "bf16"), (5128, "bf16"), (11008, "bf16"), (12288, "bf16"),
           (14336, "f16"), (20480, "f32"), (36864, "f32")]


def check_about(limit, kind, dtype):
    for n in (limit - 1, limit, limit + 1):
        check_accuracy(kind, n, dtype, affine=limit <= 4096,
                       names=["normal", "outliers first"])


def strategies():
    for limit in LIMITS:
        check_about(limit, "layernorm" if limit < 4096 else "rmsnorm", "f32")
    for n in [2040, 4104, 32768]:
        check_accuracy("rmsnorm", n, "bf16", affine=True, names=["normal"])
    for n, dtype in BETWEEN:
        check_accuracy("layernorm", n, dtype, affine=n < 16384, names=["normal"])
    for kind, n, dtype in [("layernorm", 7, "f32"), ("layernorm", 8, "f32"),
                           ("rmsnorm", 4104, "bf16"), ("rmsnorm", 4105, "bf16"),
                           ("layernorm", 16392, "f16"), ("prmsnorm", 16384, "bf16")]:
        check_accuracy(kind, n, dtype, True, ["normal"], dynamic=True)


def all_strategies():
    for kind in ["rmsnorm", "prmsnorm", "layernorm"]:
        for dtype in ["f32", "bf16", "f16"]:
            for limit in LIMITS + LONG_LIMITS:
                check_about(limit, kind, dtype)
        for limit in LIMITS:
            check_about(limit // 2, kind, "f64")
        for n, dtype in BETWEEN:
            check_accuracy(kind, n, dtype, affine=n < 16384)
        for dtype in ["f32", "bf16", "f16"]:
            for n in [1, 8, 2048, 8184, 8192, 8193, 8200, 16384, 16392, 40000]:
                check_accuracy(kind, n, dtype, True, ["normal", "outliers first"],
                               dynamic=True)


def in_turn():
    """More rows than the blocks of sm_87, which has 16 multiprocessors."""
    rng = np.random.default_rng(0)
    for kind, n, rows in [("layernorm", 128, 3000), ("rmsnorm", 2048, 300)]:
        x = store(rng.standard_normal((rows, n)), "bf16")
        text = program(kind, n, "bf16", False, EPSILON, 1)
        all_rows = run(text, [x])
        for row in [0, rows // 2, rows - 1]:
            alone = run(text, [x[row: row + 1]])
            if alone.tobytes() != all_rows[row].tobytes():
                fail(f"{kind} n={n}: other bits for row {row} alone")


def seeds():
    rng = np.random.default_rng(0)
    for kind, n, dynamic in [
            ("rmsnorm", 40, False), ("layernorm", 515, False), ("layernorm", 2048, False),
            ("layernorm", 5120, False), ("layernorm", 20480, False),
            ("rmsnorm", 32768, False), ("layernorm", 8200, True)]:
        x = store(rng.standard_normal((3, n)), "f32")
        text = program(kind, "?" if dynamic else n, "f32", False, EPSILON, 1)
        first = run(text, [x]).tobytes()
        for seed in range(200):
            if run(text, [x], threads=seed).tobytes() != first:
                fail(f"{kind} n={n}: other bits with seed {seed}")


{"range": range_, "decomposed_range": decomposed_range, "split_range": split_range,
 "accuracy": accuracy, "edges": edges, "bits": bits, "strategies": strategies,
 "all_strategies": all_strategies, "in_turn": in_turn, "seeds": seeds}[TASK]()
sys.exit(1 if failures else 0)
