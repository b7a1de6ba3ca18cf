# Runs many functions at once, called from one @main, and compares their results
# with the references.

import math
import subprocess
import sys
import tempfile

import numpy as np

from bodies import UNIT, widen


def module(functions):
    """One module with an @main that calls all functions; the same text is there
    once."""
    names, kept, calls = {}, [], []
    arguments, results, types = [], [], []
    for number, f in enumerate(functions):
        text = f.text()
        name = names.setdefault(text.split("(", 1)[1], f.name)
        if name == f.name:
            kept.append(text)
        given = [f"%x{number}_{i}" for i in range(len(f.arguments))]
        made = [f"%r{number}_{i}" for i in range(len(f.results))]
        ins = [f.type(v) for v, _ in f.arguments]
        outs = [f.type(v) for v in f.results]
        calls.append(f"  {', '.join(made)} = func.call @{name}"
                     f"({', '.join(given)}) : ({', '.join(ins)}) -> "
                     f"({', '.join(outs)})\n")
        arguments += [f"{n}: {t}" for n, t in zip(given, ins)]
        results += made
        types += outs
    return ("".join(kept) + f"func.func @main({', '.join(arguments)}) -> "
            f"({', '.join(types)}) {{\n" + "".join(calls) +
            f"  return {', '.join(results)} : {', '.join(types)}\n}}\n")


def run(norm_run, functions, options=()):
    """The results of each function, as stored. Who owns results of unknown extents
    is found out at run time, by code that grows with the square of their number."""
    most = 12 if any(f.dynamic for f in functions) else 60
    if len(functions) > most:
        return (run(norm_run, functions[:most], options) +
                run(norm_run, functions[most:], options))
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/program.mlir", "w", encoding="utf-8") as file:
            file.write(module(functions))
        command = [norm_run, f"{folder}/program.mlir", *options]
        number = 0
        for f in functions:
            for _, array in f.arguments:
                np.save(f"{folder}/x{number}.npy", array)
                command.append(f"--input={folder}/x{number}.npy")
                number += 1
        count = sum(len(f.results) for f in functions)
        command += [f"--output={folder}/y{i}.npy" for i in range(count)]
        status = subprocess.run(command).returncode
        if status != 0:
            sys.exit(f"norm-run ends with status {status}")
        arrays = iter([np.load(f"{folder}/y{i}.npy") for i in range(count)])
    return [[next(arrays) for _ in f.results] for f in functions]


def worst(value, found, slack=8):
    """The largest error of a result, relative to what it may be: `slack` roundings
    for each operation before it, those to 16 bits, and its own; of the largest
    value in its row, or anywhere if slack is large."""
    if found.shape != value.reference.shape:
        return math.inf
    if value.reference.size == 0:
        return 0.0
    found = widen(found, value.element)
    reference = value.reference
    if value.element == "i8":
        # Another rounding, of few.
        apart = np.abs(found - reference)
        few = 1 + 0.05 * apart.size + 8 * value.roundings * apart.size
        return max(apart.max(), np.count_nonzero(apart) / few)
    axis = -1 if reference.ndim > 1 and slack < 64 else None
    largest = np.max(np.abs(reference), axis=axis, keepdims=True)
    own = UNIT[value.element]
    narrow = value.element in ("f16", "bf16", "f8E4M3FN")
    before = value.roundings - (own if narrow else 0)
    bound = ((slack * value.steps * value.unit + slack / 2 * before) * largest +
             2.01 * own * np.abs(reference) + 1e-30)
    if narrow:
        bound = bound + (2.0**-9 if value.element == "f8E4M3FN" else 2.0**-24)
    error = np.abs(found - reference)
    return np.max(np.where(np.isnan(error), math.inf, error / bound))
