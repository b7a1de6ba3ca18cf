# Every f16 and bf16 widened, and f32 and f64 values about every boundary between
# two 16-bit values narrowed, bit by bit as rounding to nearest even has them:
#
#   conversions.py NORM_RUN [norm-run options]
#
# A norm of a row of zeros is its bias, converted to the type of y.

import subprocess
import sys
import tempfile

import numpy as np

NORM_RUN, *OPTIONS = sys.argv[1:]
NUMPY = {"f64": np.float64, "f32": np.float32, "f16": np.float16,
         "bf16": np.uint16}


def run(text, inputs):
    """The one row that the program makes of `inputs`."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/program.mlir", "w", encoding="utf-8") as file:
            file.write(text)
        for number, values in enumerate(inputs):
            np.save(f"{folder}/{number}.npy", values)
        subprocess.run([NORM_RUN, f"{folder}/program.mlir", *OPTIONS,
                        *(f"--input={folder}/{number}.npy"
                          for number in range(len(inputs))),
                        f"--output={folder}/y.npy"], check=True)
        return np.load(f"{folder}/y.npy")[0]


def convert(values, source, target):
    """`values`, stored as `source`, through the bias of a norm to `target`."""
    n = len(values)
    x = "f64" if source == "f64" else "f32"
    text = f"""
func.func @main(%x: tensor<1x{n}x{x}>, %b: tensor<{n}x{source}>)
    -> tensor<1x{n}x{target}> {{
  %init = tensor.empty() : tensor<1x{n}x{target}>
  %y = norm.rmsnorm ins(%x : tensor<1x{n}x{x}>) bias(%b : tensor<{n}x{source}>)
       outs(%init : tensor<1x{n}x{target}>) epsilon = 1.0
       -> tensor<1x{n}x{target}>
  return %y : tensor<1x{n}x{target}>
}}
"""
    return run(text, [np.zeros((1, n), NUMPY[x]), values])


def widen(values, source):
    if source == "bf16":
        return (values.astype(np.uint32) << 16).view(np.float32).astype(float)
    return values.astype(float)


def narrow(values, target):
    """f64 values rounded once; bf16 by scaling, as NumPy does not have it."""
    if target == "f16":
        return values.astype(np.float16)
    exponent = np.maximum(np.frexp(values)[1] - 8, -133)
    exponent = np.where(np.isfinite(values), exponent, 0)
    rounded = np.ldexp(np.round(np.ldexp(values, -exponent)), exponent)
    return (rounded.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


def boundaries(target, source):
    """Values of `source` on and about the middles of 16-bit neighbours."""
    bits = np.arange(0, 0x7F80 if target == "bf16" else 0x7C00, dtype=np.uint16)
    low = widen(bits if target == "bf16" else bits.view(np.float16), target)
    gap = np.diff(low, append=2 * low[-1] - low[-2])
    middle = (low + gap / 2).astype(NUMPY[source])
    near = [middle, np.nextafter(middle, NUMPY[source](0)),
            np.nextafter(middle, NUMPY[source](np.inf)), low]
    values = np.concatenate([a.astype(NUMPY[source]) for a in near])
    special = np.array([np.nan, np.inf, 1e30, 7e4, 65520, 1e-40, 1e-8], float)
    special = special.astype(NUMPY[source])
    if source == "f32":  # NaNs whose payload the carry would run through
        payloads = np.array([0x7FFFFFFF, 0xFFFFFFFF, 0x7F800001, 0xFF808000],
                            np.uint32).view(np.float32)
        special = np.concatenate([special, payloads])
    return np.concatenate([values, -values, special])


def multiply(a, b):
    """The product of rows of bf16, rounded to bf16: in even and odd elements
    where the target does so."""
    n = len(a)
    text = f"""
#row = affine_map<(i, j) -> (i, j)>
func.func @main(%a: tensor<1x{n}xbf16>, %b: tensor<1x{n}xbf16>)
    -> tensor<1x{n}xbf16> {{
  %init = tensor.empty() : tensor<1x{n}xbf16>
  %y = norm.row_loop ins(%a, %b : tensor<1x{n}xbf16>, tensor<1x{n}xbf16>)
      outs(%init : tensor<1x{n}xbf16>)
      maps = [#row, #row, #row] dimensions = [1] {{
  ^bb0(%s: bf16, %t: bf16):
    %v = arith.extf %s : bf16 to f32
    %w = arith.extf %t : bf16 to f32
    %p = arith.mulf %v, %w : f32
    %r = arith.truncf %p : f32 to bf16
    norm.row_yield %r : bf16
  }} -> tensor<1x{n}xbf16>
  return %y : tensor<1x{n}xbf16>
}}
"""
    return run(text, [a[np.newaxis], b[np.newaxis]])


failures = 0


def compare(name, found, expected):
    global failures
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    if not same.all():
        failures += 1
        first = np.flatnonzero(~same)[0]
        print(f"{name}: {np.count_nonzero(~same)} differ, number {first} is "
              f"{found[first]!r}, expected {expected[first]!r}")


def flush(found, expected):
    """The instruction that rounds to bf16 makes denormals 0."""
    flushed = (found == 0) & (np.abs(expected) <= 2.0**-126)
    return np.where(flushed, 0, expected)


np.seterr(all="ignore")
for source in ("f16", "bf16"):
    everything = np.arange(1 << 16).astype(np.uint16)
    if source == "f16":
        everything = everything.view(np.float16)
    compare(f"{source} to f32", convert(everything, source, "f32"),
            widen(everything, source))
    for wide in ("f32", "f64"):
        values = boundaries(source, wide)
        found = widen(convert(values, wide, source), source)
        expected = widen(narrow(values.astype(float), source), source)
        if source == "bf16":
            expected = flush(found, expected)
        compare(f"{wide} to {source}", found, expected)
every = np.arange(1 << 16).astype(np.uint16)
for factor in (1.0078125, -1.5, 1.9921875, 2.0**-120, 2.0**120):
    other = np.full(1 << 16, np.float32(factor).view(np.uint32) >> 16,
                    np.uint16)
    product = (widen(every, "bf16").astype(np.float32) * np.float32(factor))
    expected = widen(narrow(product.astype(float), "bf16"), "bf16")
    found = widen(multiply(every, other), "bf16")
    compare(f"bf16 times {factor}", found, flush(found, expected))
sys.exit(1 if failures else 0)
