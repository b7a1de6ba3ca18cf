# Runs both sides of every canonicalization and compares them with an f64
# reference, and with each other.
#
#   canonicalizations.py --norm-opt=PATH --norm-run=PATH FILE
#
# FILE has one function for each case of CASES. The left side is the function
# decomposed as it stands, the right side canonicalized first; upstream passes
# alone compile both. The rows are random, zero, at both ends of the range of the
# type, of two values, and of one outlier.

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

ROWS, LENGTH = 6, 64
EPSILON = 1e-5
# Largest error of C, relative to the largest value of the row.
SINGLE = 5e-7
# Half a unit in the last place of bf16 and f16, relative to a value.
HALF_UNIT = {"f32": 2.0**-24, "bf16": 2.0**-8, "f16": 2.0**-11}


# The reference ---------------------------------------------------------------


def normalize(x, centred=False, k=None, outside=False, epsilon=EPSILON):
    """t and rstd of semantics.md in f64, before scale and bias."""
    h = x - x.mean(axis=1, keepdims=True) if centred else x
    s = np.mean(h[:, :k] ** 2, axis=1, keepdims=True)
    rstd = 1 / (np.sqrt(s) + epsilon) if outside else 1 / np.sqrt(s + epsilon)
    return h * rstd, rstd[:, 0]


def rms(x, **options):
    return normalize(x, **options)[0]


def layer(x, **options):
    return normalize(x, centred=True, **options)[0]


# Name -> (reference, exact, roundings): `exact` sides agree bit by bit, others
# within the error of C; `roundings` counts the named roundings to 16 bits.
CASES = {
    "unit_scale": (lambda x: [rms(x)], True, 0),
    "zero_scale_with_offset": (lambda x: [layer(x)], True, 0),
    "unit_scale_rounding_to_result": (lambda x: [rms(x)], True, 1),
    "zero_bias": (lambda x, g: [rms(x) * g], True, 0),
    "whole_row": (lambda x: [rms(x)], True, 0),
    "unused_statistics": (lambda x: list(normalize(x, centred=True)), True, 0),
    "scale": (lambda x, g: [rms(x) * g], True, 0),
    "scale_and_bias": (lambda x, g, b: [layer(x) * g + b], True, 0),
    "scale_bf16_in_f32": (lambda x, g: [rms(x) * g], True, 1),
    "bf16_product": (lambda x, g: [rms(x) * g], True, 2),
    "bf16_product_in_f32": (lambda x, g: [rms(x) * g], True, 2),
    "f16_product_in_f32": (lambda x, g: [rms(x) * g], True, 2),
    "f32_scale_of_bf16": (lambda x, g: [rms(x) * g], True, 1),
    "bf16_scale_then_bias": (lambda x, g, b: [rms(x) * g + b], True, 3),
    "one_plus": (lambda x, w: [rms(x) * (1 + w)], True, 0),
    "one_plus_bf16_in_f32": (lambda x, w: [rms(x) * (1 + w)], True, 1),
    "mixed_precision": (lambda x, g: [rms(x) * g], True, 1),
    "widened_operands": (lambda x, g, b: [rms(x) * g + b], True, 0),
    "widened_result_with_scale_rounding": (lambda x, g: [rms(x) * g], True, 2),
    "scaled_rmsnorm": (lambda x: [rms(3 * x)], False, 0),
    "scaled_layernorm": (lambda x: [layer(3 * x)], False, 0),
    "scaled_prmsnorm_outside":
        (lambda x: [rms(3 * x, k=4, outside=True)], False, 0),
    "negated_rmsnorm": (lambda x, g: [rms(-3 * x) * g], False, 0),
    "shifted_layernorm": (lambda x, m: [layer(x - m[:, None])], False, 0),
    "layernorm_of_layernorm":
        (lambda x, g, b: [layer(layer(x)) * g + b], False, 0),
    "centred_difference":
        (lambda x: [x - x.mean(axis=1, keepdims=True), layer(x)], False, 0),
    "two_scales": (lambda x, g, h: [rms(x) * g, rms(x) * h], True, 0),
    "two_bf16_scales": (lambda x, g, h: [rms(x) * g, rms(x) * h], True, 1),
    "two_bf16_scales_with_rounding":
        (lambda x, g, h: [rms(x) * g, rms(x) * h], True, 2),
}


# Inputs and results -----------------------------------------------------------


def to_stored(array, dtype):
    """`array` as norm-run reads it: bf16 as bits, rounded to nearest even."""
    if dtype != "bf16":
        return array.astype({"f32": np.float32, "f16": np.float16}[dtype])
    bits = array.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def to_double(array, dtype):
    if dtype != "bf16":
        return array.astype(np.float64)
    return (array.view(np.uint16).astype(np.uint32) << 16).view(
        np.float32).astype(np.float64)


def make_input(shape, dtype, generator):
    array = generator.standard_normal(shape)
    if len(shape) == 2:
        array[1] = 0
        array[2] *= 1e4 if dtype == "f16" else 1e17
        array[3] *= 1e-4 if dtype == "f16" else 1e-15
        array[4] = 0.7 * (-1.0) ** np.arange(shape[1])
        array[5, LENGTH // 2] = 1000
    elif shape == [ROWS]:
        array[1:4] = 0
    return to_stored(array, dtype)


def signature(text, name):
    """The (shape, type) of each argument and of each result of a function."""
    arguments, results = re.search(
        rf"func @{name}\((.*?)\) -> (.*?) \{{\n", text).groups()

    def shaped(part):
        return [([int(d) for d in dims.split("x")[:-1]], dtype) for dims, dtype
                in re.findall(r"tensor<((?:\d+x)+)(\w+)>", part)]
    return shaped(arguments), shaped(results)


def function_text(module, name):
    return re.search(rf"  func\.func @{name}\(.*?\n  }}\n", module, re.S).group()


def single_function(module, name):
    """The program of function `name` alone, to compile nothing else."""
    aliases = "".join(re.findall(r"^#.*\n", module, re.M))
    return aliases + function_text(module, name)


# Running ------------------------------------------------------------------------


class Runner:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.text = pathlib.Path(options.file).read_text()
        self.parsed = self.opt()
        self.canonical = self.opt("--canonicalize")
        self.sides = {}
        for side, passes in {"left": [], "right": ["--canonicalize"]}.items():
            self.sides[side] = self.opt(*passes, "--norm-decompose")

    def opt(self, *passes):
        return subprocess.run([self.options.norm_opt, self.options.file, *passes],
                              check=True, capture_output=True, text=True).stdout

    def execute(self, side, name, inputs, count):
        outputs = [self.folder / f"{name}.{side}.{i}.npy" for i in range(count)]
        program = self.folder / f"{name}.{side}.mlir"
        program.write_text(single_function(self.sides[side], name))
        subprocess.run(
            [self.options.norm_run, program, f"--entry={name}",
             "--no-raise", "--threads=1"] + [f"--input={i}" for i in inputs] +
            [f"--output={o}" for o in outputs],
            check=True, capture_output=True, text=True)
        return [np.load(o) for o in outputs]

    def check(self, name):
        """The reasons, in words, why both sides of `name` are not good."""
        reference, exact, roundings = CASES[name]
        if function_text(self.parsed, name) == function_text(self.canonical,
                                                             name):
            return ["--canonicalize changes nothing"]
        arguments, results = signature(self.text, name)
        generator = np.random.default_rng(len(name))
        stored = [make_input(*a, generator) for a in arguments]
        inputs = []
        for number, array in enumerate(stored):
            inputs.append(self.folder / f"{name}.{number}.npy")
            np.save(inputs[-1], array)
        expected = reference(*[to_double(array, dtype) for array, (_, dtype)
                               in zip(stored, arguments)])
        found = {side: self.execute(side, name, inputs, len(results))
                 for side in self.sides}
        reasons = []
        if exact and any(not np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
                         for a, b in zip(found["left"], found["right"])):
            reasons.append("the sides differ")
        dtypes = {dtype for _, dtype in arguments + results}
        unit = HALF_UNIT["bf16" if "bf16" in dtypes else
                         "f16" if "f16" in dtypes else "f32"]
        for side in self.sides:
            for number, (array, want) in enumerate(zip(found[side], expected)):
                got = to_double(array, results[number][1])
                scale = np.maximum(np.abs(want).max(axis=-1, keepdims=True)
                                   if want.ndim == 2 else np.abs(want), 1e-30)
                slack = SINGLE + 1.01 * roundings * unit
                worst = np.max(np.abs(got - want) / scale)
                if not worst <= slack:
                    reasons.append(f"{side} result {number}: relative error "
                                   f"{worst:.3g}, at most {slack:.3g} expected")
        return reasons


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--norm-opt", required=True)
    parser.add_argument("--norm-run", required=True)
    parser.add_argument("file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(options, pathlib.Path(folder))
        names = re.findall(r"func\.func @(\w+)", runner.text)
        if sorted(names) != sorted(CASES):
            sys.exit(f"cases and functions differ: {set(names) ^ set(CASES)}")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            reasons = list(pool.map(runner.check, names))
    for name, found in zip(names, reasons):
        for reason in found:
            print(f"{name}: {reason}")
    failed = sum(map(bool, reasons))
    print(f"{len(names) - failed} of {len(names)} canonicalizations hold")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
