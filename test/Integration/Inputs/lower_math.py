"""Runs ops of math, arith and complex on tensors beside NumPy in f64.

    lower_math.py NORM_RUN PREFIX
"""
import pathlib
import subprocess
import sys

import numpy as np

NORM_RUN, PREFIX = sys.argv[1:]
NUMPY = {"f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": np.uint16, "f8E5M2": np.uint8, "f8E4M3FN": np.uint8,
         "i1": np.bool_, "i8": np.int8, "i32": np.int32, "i64": np.int64}
# A unit in the last place.
UNIT = {"f64": 2.0**-52, "f32": 2.0**-23, "f16": 2.0**-10, "bf16": 2.0**-7}


def widen(array, element):
    """The numbers of an array file."""
    if element == "bf16":
        return (array.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return array.astype(np.float64)


def store(values, element):
    """Nearest numbers of `element`; bf16 by the upper bits."""
    if element == "bf16":
        bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
        return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    return values.astype(NUMPY[element])


def run(text, arguments):
    """The result of the program in each way, as stored."""
    pathlib.Path(PREFIX + ".mlir").write_text(text)
    for number, argument in enumerate(arguments):
        np.save(f"{PREFIX}.{number}.npy", argument)
    for options in ([], ["--threads=1"], ["--no-raise"], ["--no-raise", "--threads=1"]):
        subprocess.run([NORM_RUN, PREFIX + ".mlir", *(f"--input={PREFIX}.{n}.npy" for n in range(len(arguments))),
                        f"--output={PREFIX}.y.npy", *options], check=True)
        yield np.load(PREFIX + ".y.npy"), (text, options)


def elementwise(op, elements, result, count):
    """A function that applies `op` to arrays of `count` numbers."""
    types = [f"tensor<{count}x{element}>" for element in elements]
    of = types[0] if op.split()[0] != "math.fpowi" else ", ".join(types)
    arguments = ", ".join(f"%x{n}: {t}" for n, t in enumerate(types))
    operands = ", ".join(f"%x{n}" for n in range(len(types)))
    return (f"func.func @main({arguments}) -> tensor<{count}x{result}> {{\n  %y = {op} {operands} : {of}\n"
            f"  return %y : tensor<{count}x{result}>\n}}\n")


def check_near_zero():
    """log1p and expm1 are relative to their argument there."""
    magnitudes = np.concatenate([2.0**np.arange(-60, 3, 0.37), [0.0]])
    for element in ("f64", "f32", "f16", "bf16"):
        least = {"f16": 2.0**-14}.get(element, 0)
        x = magnitudes[(magnitudes >= least) | (magnitudes == 0)]
        x = store(np.concatenate([x, -x[x < 0.9]]), element)
        wide = widen(x, element)
        for op, function in (("math.log1p", np.log1p), ("math.expm1", np.expm1)):
            for y, what in run(elementwise(op, [element], element, len(x)), [x]):
                error = np.abs(widen(y, element) - function(wide))
                assert (error <= 4 * UNIT[element] * np.abs(function(wide))).all(), (what, wide[error.argmax()])


def check_classes():
    for element in ("f64", "f32", "f16", "bf16"):
        largest, least = {"f64": (1.7e308, 2.0**-1022), "f32": (3.4e38, 2.0**-126), "f16": (65504, 2.0**-14), "bf16": (3.3e38, 2.0**-126)}[element]
        numbers = np.array([0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan, largest, -largest, least, -least, least / 2, -least / 4])
        for op, wanted in (("math.isinf", np.isinf(numbers)),
                           ("math.isnormal", np.isfinite(numbers) & (np.abs(numbers) >= least))):
            for y, what in run(elementwise(op, [element], "i1", len(numbers)), [store(numbers, element)]):
                assert (y == wanted).all(), (what, numbers[y != wanted])


def check_integer_powers():
    for element, bits in (("i8", 8), ("i32", 32), ("i64", 64)):
        bases, powers = (a.reshape(-1).astype(NUMPY[element]) for a in np.meshgrid([-7, -2, -1, 0, 1, 2, 3, 100], [0, 1, 2, 3, 5, 12]))
        wanted = [(int(b)**int(p) + 2**(bits - 1)) % 2**bits - 2**(bits - 1) for b, p in zip(bases, powers)]
        for y, what in run(elementwise("math.ipowi", [element] * 2, element, len(bases)), [bases, powers]):
            assert (y == wanted).all(), what


def check_eight_bits():
    """Each code, by a conversion of the program's own beside what is computed."""
    codes = np.arange(256, dtype=np.uint8)
    for element in ("f8E5M2", "f8E4M3FN"):
        widened = elementwise("arith.extf", [element], "f32", 256).replace(f": tensor<256x{element}>\n", f": tensor<256x{element}> to tensor<256xf32>\n")
        values = next(run(widened, [codes]))[0].astype(np.float64)
        order = np.random.default_rng(1).permutation(256)
        for op, function in (("arith.addf", np.add), ("arith.mulf", np.multiply), ("arith.maximumf", np.maximum)):
            for y, what in run(elementwise(op, [element] * 2, element, 256), [codes, codes[order]]):
                with np.errstate(invalid="ignore"):
                    exact = function(values, values[order])
                found = values[y]
                known = np.isfinite(exact) & (np.abs(exact) <= np.nanmax(values[np.isfinite(values)]))
                # No number is nearer to the exact one.
                numbers = values[np.isfinite(values)]
                nearest = np.abs(numbers[None, :] - exact[known][:, None]).min(1)
                assert (np.abs(found[known] - exact[known]) == nearest).all(), what
                assert (np.isnan(found) == np.isnan(exact)).all(), what
        less = elementwise("arith.cmpf olt,", [element] * 2, "i1", 256)
        for y, what in run(less, [codes, codes[order]]):
            assert (y == (values < values[order])).all(), what
        for y, what in run(elementwise("math.tanh", [element], element, 256), [codes]):
            found, exact = values[y], np.tanh(values)
            assert (np.isnan(found) == np.isnan(exact)).all(), what
            assert (np.abs(found - exact)[~np.isnan(exact)] <= 0.13).all(), what


def check_complex():
    rng = np.random.default_rng(2)
    a, b = rng.standard_normal((2, 37)).astype(np.float32)
    z = a.astype(np.float64) + 1j * b
    for op, function in (("exp", np.exp), ("log", np.log), ("sqrt", np.sqrt), ("tanh", np.tanh), ("sin", np.sin), ("cos", np.cos),
                         ("conj", np.conj), ("sign", lambda z: z / np.abs(z)), ("mul", lambda z: z * z), ("div", lambda z: z / z)):
        twice = ", %c" if op in ("mul", "div") else ""
        for part in ("re", "im"):
            text = f"""
#id = affine_map<(d0) -> (d0)>
func.func @main(%a: tensor<37xf32>, %b: tensor<37xf32>) -> tensor<37xf32> {{
  %e = tensor.empty() : tensor<37xf32>
  %y = linalg.generic {{indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}}
      ins(%a, %b : tensor<37xf32>, tensor<37xf32>) outs(%e : tensor<37xf32>) {{
  ^bb0(%re: f32, %im: f32, %out: f32):
    %c = complex.create %re, %im : complex<f32>
    %f = complex.{op} %c{twice} : complex<f32>
    %r = complex.{part} %f : complex<f32>
    linalg.yield %r : f32
  }} -> tensor<37xf32>
  return %y : tensor<37xf32>
}}
"""
            wanted = function(z).real if part == "re" else function(z).imag
            for y, what in run(text, [a, b]):
                assert (np.abs(y - wanted) <= 1e-5 * np.abs(function(z))).all(), what


check_near_zero()
check_classes()
check_integer_powers()
check_eight_bits()
check_complex()
