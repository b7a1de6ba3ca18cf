# Every 8-bit float widened, and floats on and about every boundary between two of
# them narrowed, bit by bit as rounding to nearest even has them:
#
#   eight_bit_floats.py NORM_RUN [norm-run options]
#
# f8E4M3FN saturates at 448, f8E5M2 overflows to infinity.

import subprocess
import sys
import tempfile

import numpy as np

NORM_RUN, *OPTIONS = sys.argv[1:]
NUMPY = {"f64": np.float64, "f32": np.float32, "f16": np.float16}
# Bits of the fraction, bias of the exponent, and code of the largest number.
FORMATS = {"f8E4M3FN": (3, 7, 0x7E), "f8E5M2": (2, 15, 0x7B)}


def convert(values, source, target):
    """`values`, stored as `source`, by the vector code of a row loop."""
    n = len(values)
    op = "extf" if source.startswith("f8") else "truncf"
    text = f"""
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @main(%x: tensor<1x{n}x{source}>) -> tensor<1x{n}x{target}> {{
  %e = tensor.empty() : tensor<1x{n}x{target}>
  %y = norm.row_loop ins(%x : tensor<1x{n}x{source}>) outs(%e : tensor<1x{n}x{target}>)
       maps = [#id, #id] dimensions = [1] {{
  ^bb0(%v: {source}):
    %r = arith.{op} %v : {source} to {target}
    norm.row_yield %r : {target}
  }} -> tensor<1x{n}x{target}>
  return %y : tensor<1x{n}x{target}>
}}
"""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/program.mlir", "w", encoding="utf-8") as file:
            file.write(text)
        np.save(f"{folder}/x.npy", values[None])
        subprocess.run([NORM_RUN, f"{folder}/program.mlir", *OPTIONS,
                        f"--input={folder}/x.npy", f"--output={folder}/y.npy"],
                       check=True)
        return np.load(f"{folder}/y.npy")[0]


def widen(codes, name):
    """The numbers of codes, after the definition of the format."""
    fraction, bias, largest = FORMATS[name]
    codes = codes.astype(int)
    exponent = (codes & 0x7F) >> fraction
    digits = codes & ((1 << fraction) - 1)
    value = np.where(exponent == 0, digits * 2.0**(1 - bias - fraction),
                     (digits + (1 << fraction)) * 2.0**(exponent - bias - fraction))
    value = np.where((codes & 0x7F) > largest, np.nan, value)
    if name == "f8E5M2":
        value = np.where((codes & 0x7F) == 0x7C, np.inf, value)
    return np.where(codes & 0x80, -value, value)


def narrow(values, name):
    """The code of the nearest number, of two the one with an even code."""
    largest = FORMATS[name][2]
    numbers = widen(np.arange(largest + 1), name)
    magnitude = np.abs(values.astype(float))
    # What would be the next number bounds what rounds to the largest.
    step = numbers[-1] - numbers[-2]
    above = np.append(numbers, numbers[-1] + step)
    upper = np.searchsorted(above, magnitude).clip(0, largest + 1)
    lower = np.maximum(upper - 1, 0)
    up, down = above[upper] - magnitude, magnitude - above[lower]
    codes = np.where((up < down) | ((up == down) & (upper % 2 == 0)), upper, lower)
    overflow = largest if name == "f8E4M3FN" else 0x7C
    codes = np.where((codes > largest) | (magnitude > above[-1]), overflow, codes)
    codes = np.where(np.isnan(values), 0x7F, codes)
    return (codes | np.where(np.signbit(values), 0x80, 0)).astype(np.uint8)


def boundaries(name, source):
    """Values of `source` on and about the numbers and the middles of two."""
    numbers = widen(np.arange(FORMATS[name][2] + 1), name)
    points = np.concatenate([numbers, (numbers[1:] + numbers[:-1]) / 2,
                             [464, 480, 496, 57344, 61440, 65536, 1e9, 3e38]])
    points = points.astype(NUMPY[source])
    values = np.concatenate([
        points, np.nextafter(points, NUMPY[source](0)),
        np.nextafter(points, NUMPY[source](np.inf)),
        np.array([np.nan, np.inf, 1e-40, 1e-20, 1e-7], NUMPY[source])])
    return np.concatenate([values, -values])


failures = 0


def compare(name, found, expected):
    global failures
    same = (found == expected) & (np.signbit(found) == np.signbit(expected))
    same |= np.isnan(found) & np.isnan(expected)
    if not same.all():
        failures += 1
        first = np.flatnonzero(~same)[0]
        print(f"{name}: {np.count_nonzero(~same)} of {len(same)} differ, number "
              f"{first} is {found[first]!r}, expected {expected[first]!r}")


np.seterr(all="ignore")
for name in FORMATS:
    codes = np.arange(256).astype(np.uint8)
    compare(f"{name} to f32", convert(codes, name, "f32").astype(float),
            widen(codes, name))
    for source in NUMPY:
        values = boundaries(name, source)
        compare(f"{source} to {name}",
                widen(convert(values, source, name), name),
                widen(narrow(values, name), name))
sys.exit(1 if failures else 0)
