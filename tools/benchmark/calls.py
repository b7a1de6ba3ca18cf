#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a call of a small norm costs: nanoseconds, the least of many rounds, of
RMSNorm with a scale, f32, from C and from Python with the libraries that there
are, beside PyTorch's own. Needs the package norm and, for C, a build folder:

    calls.py [--build=build]
"""

import argparse
import importlib.util
import pathlib
import subprocess
import tempfile
import time

import numpy as np

import norm

ROOT = pathlib.Path(__file__).resolve().parents[2]
LENGTHS = (16, 4096)


def least(call, seconds=0.3):
    """Nanoseconds per call of the fastest round of some 2 ms."""
    for _ in range(50):
        call()
    start = time.perf_counter()
    call()
    calls = max(1, int(0.002 / (time.perf_counter() - start)))
    best = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(calls):
            call()
        best = min(best, (time.perf_counter() - start) / calls)
    return best * 1e9


def from_c(build):
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/calls"
        subprocess.run(
            ["cc", "-O2", f"-I{ROOT}/include", f"{ROOT}/tools/benchmark/calls.c", "-o",
             program, f"-L{build}/lib", "-lnorm-c", f"-Wl,-rpath,{build}/lib"],
            check=True)
        return [float(line) for line in subprocess.check_output([program]).split()]


def rows(make, empty_like):
    """Arrays x, scale and out for each length."""
    for length in LENGTHS:
        x, scale = (make(np.ones(shape, np.float32)) for shape in ((1, length), (length,)))
        yield x, scale, empty_like(x)


def print_row(name, figures):
    print(f"| {name} | " + " | ".join(f"{figure:.0f}" for figure in figures) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path)
    options = parser.parse_args()
    print("| from | " + " | ".join(f"1 x {length}, ns" for length in LENGTHS) + " |")
    print("|---|" + "---|" * len(LENGTHS))
    if options.build:
        print_row("C", from_c(options.build.resolve()))
    arrays = list(rows(lambda array: array, np.empty_like))
    print_row("Python, NumPy, `out=`",
              [least(lambda: norm.rmsnorm(x, g, out=out)) for x, g, out in arrays])
    print_row("Python, NumPy, new result", [least(lambda: norm.rmsnorm(x, g)) for x, g, _ in arrays])
    if importlib.util.find_spec("torch"):
        import torch

        arrays = list(rows(torch.from_numpy, torch.empty_like))
        print_row("Python, PyTorch, `out=`",
                  [least(lambda: norm.rmsnorm(x, g, out=out)) for x, g, out in arrays])
        print_row("Python, PyTorch, new result",
                  [least(lambda: norm.rmsnorm(x, g)) for x, g, _ in arrays])
        own = torch.nn.functional
        print_row("PyTorch's own `rms_norm`",
                  [least(lambda: own.rms_norm(x, g.shape, g, 1e-5)) for x, g, _ in arrays])
        print_row("PyTorch's own `layer_norm`",
                  [least(lambda: own.layer_norm(x, g.shape, g)) for x, g, _ in arrays])
        print_row("PyTorch's own `empty_like`", [least(lambda: torch.empty_like(x)) for x, _, _ in arrays])
    if importlib.util.find_spec("jax"):
        import jax.numpy as jnp

        arrays = list(rows(jnp.asarray, lambda x: None))
        print_row("Python, JAX, new result", [least(lambda: norm.rmsnorm(x, g)) for x, g, _ in arrays])


if __name__ == "__main__":
    main()
