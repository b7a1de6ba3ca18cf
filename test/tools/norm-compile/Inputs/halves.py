"""halves.py prints conversions and sums of 16-bit floats; halves.py LIBRARY.. calls those of
libraries that this processor runs, and compares with sums and roundings of exact numbers."""
import ctypes
import math
import random
import struct
import sys
from fractions import Fraction

N = 4096
KINDS = {"bf16": (8, -126, 127), "f16": (11, -14, 15), "f32": (24, -126, 127), "f64": (53, -1022, 1023)}
CODES = {"bf16": ctypes.c_uint16, "f16": ctypes.c_uint16, "f32": ctypes.c_float, "f64": ctypes.c_double}
CASES = [("f32", "bf16"), ("f64", "bf16"), ("f32", "f16"), ("f64", "f16"), ("bf16", "f32"), ("bf16", "f64"),
         ("f16", "f32"), ("f16", "f64"), ("f16", "bf16"), ("bf16", "f16")]
LEVELS = {"x86-64": "sse2", "x86-64-v2": "sse4_2", "x86-64-v3": "avx2", "x86-64-v4": "avx512vl", "host": ""}


def program():
    for source, target in CASES:
        if {source, target} == {"f16", "bf16"}:
            op = f"""  %w = arith.extf %x : tensor<{N}x{source}> to tensor<{N}xf32>
  %y = arith.truncf %w : tensor<{N}xf32> to tensor<{N}x{target}>"""
        else:
            op = "arith.extf" if KINDS[source][0] < KINDS[target][0] else "arith.truncf"
            op = f"  %y = {op} %x : tensor<{N}x{source}> to tensor<{N}x{target}>"
        print(f"""func.func @{source}_{target}(%x: tensor<{N}x{source}>) -> tensor<{N}x{target}> {{
{op}
  return %y : tensor<{N}x{target}>
}}""")
    for type in ("bf16", "f16"):
        print(f"""func.func @add_{type}(%x: tensor<{N}x{type}>, %y: tensor<{N}x{type}>) -> tensor<{N}x{type}> {{
  %z = arith.addf %x, %y : tensor<{N}x{type}>
  return %z : tensor<{N}x{type}>
}}""")


def round_to(value, kind):
    """The nearest number of `kind` to a float or an exact number, ties to even."""
    digits, least, most = KINDS[kind]
    if isinstance(value, float) and (value == 0 or not math.isfinite(value)):
        return value
    exact = Fraction(value)
    if exact == 0:
        return 0.0
    exponent = math.frexp(abs(float(exact)))[1] - 1
    while abs(exact) < Fraction(2) ** exponent:
        exponent -= 1
    while abs(exact) >= Fraction(2) ** (exponent + 1):
        exponent += 1
    unit = Fraction(2) ** (max(exponent, least) - digits + 1)
    rounded = round(exact / unit) * unit
    if abs(rounded) >= Fraction(2) ** (most + 1):
        return math.copysign(math.inf, exact)
    return math.copysign(float(rounded), exact)


def decode(word, kind):
    if kind == "bf16":
        return struct.unpack("<f", struct.pack("<I", word << 16))[0]
    return struct.unpack("<e", struct.pack("<H", word))[0] if kind == "f16" else word


def encode(value, kind):
    if kind == "bf16":
        return struct.unpack("<I", struct.pack("<f", value))[0] >> 16
    return struct.unpack("<H", struct.pack("<e", value))[0] if kind == "f16" else value


def inputs(source, target):
    """Ties of the result and their neighbours, the ends of its range, anything else."""
    generator = random.Random(1)
    digits, least, most = KINDS[target]
    values = [0.0, -0.0, math.inf, -math.inf, math.nan, -math.nan, 1.0, 65519.0, 65520.0, 65536.0, 1e30, 1e-30]
    while len(values) < N:
        exponent = generator.choice([generator.randint(least - digits - 1, most + 1), least, most, 0])
        mantissa = Fraction(generator.randrange(2 ** (digits + 1)) + 2 ** (digits + 1), 2 ** (digits + 1))
        nudge = Fraction(generator.choice([0, 0, 1, -1]), 2 ** generator.choice([20, 23, 40, 51]))
        exact = (mantissa + nudge) * Fraction(2) ** exponent * generator.choice([1, -1])
        values.append(round_to(exact, source) if abs(exact) < Fraction(2) ** 1023 else math.inf)
    return [round_to(value, source) for value in values]


def call(library, name, arrays, result):
    y = (CODES[result] * N)()
    getattr(library, name)(*arrays, y)
    return [decode(word, result) for word in y]


def compare(name, found, expected, given):
    for index, (a, b) in enumerate(zip(found, expected)):
        same = math.isnan(a) if math.isnan(b) else a == b and math.copysign(1, a) == math.copysign(1, b)
        # vcvtneps2bf16 of AVX512-BF16 takes and gives no subnormal numbers.
        same |= "bf16" in name and abs(b) < 2.0**-126 and a == 0
        if not same:
            sys.exit(f"{name}: {[g[index] for g in given]} gives {a}, expected {b}")


def array(values, kind):
    return (CODES[kind] * N)(*(encode(value, kind) for value in values))


if len(sys.argv) < 2:
    program()
flags = open("/proc/cpuinfo").read() if len(sys.argv) > 1 else ""
for path in sys.argv[1:]:
    level = path.rsplit("/", 1)[-1][: -len(".so")]
    library = ctypes.CDLL(path)  # loads on any processor
    if LEVELS[level] not in flags:
        continue
    for source, target in CASES:
        x = inputs(source, target)
        expected = [round_to(value, target) for value in x]
        compare(f"{level} {source}_{target}", call(library, f"{source}_{target}", [array(x, source)], target), expected, [x])
    for kind in ("bf16", "f16"):
        x, y = inputs(kind, kind), inputs(kind, kind)[::-1]
        sums = [a + b if not (math.isfinite(a) and math.isfinite(b)) else round_to(Fraction(a) + Fraction(b), kind)
                if a + b or a else a + b for a, b in zip(x, y)]
        found = call(library, f"add_{kind}", [array(x, kind), array(y, kind)], kind)
        compare(f"{level} add_{kind}", found, sums, [x, y])
    print(level, "right")
