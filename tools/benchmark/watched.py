#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times norms plain and watched (norm-run --instrument), tallies included, in turn:

    watched.py NORM_RUN [--rounds=7] [--rows=2048] [--cols=4096] > watched.jsonl

A line for each cell: the medians of each run in seconds, and their ratio."""

import argparse
import json
import re
import statistics
import subprocess
import tempfile


def program(op, dtype, rows, cols):
    x, g = f"tensor<{rows}x{cols}x{dtype}>", f"tensor<{cols}x{dtype}>"
    return f"""func.func @main(%x: {x}, %g: {g}) -> {x} {{
  %e = tensor.empty() : {x}
  %y = norm.{op} ins(%x : {x}) scale(%g : {g}) outs(%e : {x}) epsilon = 1.0e-05 -> {x}
  return %y : {x}
}}
"""


def measure(norm_run, file, *options):
    command = [norm_run, file, "--random=1", "--threads=1", "--time=61", *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(re.search(r"median (\S+) s", done.stdout)[1])


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("norm_run")
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--rows", type=int, default=2048)
parser.add_argument("--cols", type=int, default=4096)
parser.add_argument("--ops", default="rmsnorm,layernorm")
parser.add_argument("--types", default="f32,bf16")
options = parser.parse_args()
with tempfile.TemporaryDirectory() as folder:
    for op in options.ops.split(","):
        for dtype in options.types.split(","):
            file = f"{folder}/norm.mlir"
            open(file, "w").write(program(op, dtype, options.rows, options.cols))
            plain, watched = [], []
            for _ in range(options.rounds):
                plain.append(measure(options.norm_run, file))
                watched.append(measure(options.norm_run, file, f"--instrument={folder}/profile.json"))
            print(json.dumps({
                "op": op, "dtype": dtype, "rows": options.rows, "cols": options.cols, "plain": plain,
                "watched": watched, "ratio": statistics.median(watched) / statistics.median(plain),
                "ratio_of_least": min(watched) / min(plain),
            }), flush=True)  # fmt: skip
