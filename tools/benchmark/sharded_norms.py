# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms of rows that 4 processes share, by JAX, by norm in JAX and by norm over MPI:
collectives and errors of the same programs, the table of docs/Sharding.md.

    sharded_norms.py measure --norm=build/bin -o sharded-norms.json
    sharded_norms.py table sharded-norms.json

x is [64, 4096] in float32 of standard deviation 1, whose mean is 0 and then 1e4.
Collectives are counted in XLA's compiled module, and in the program that
norm-shard-to-mpi makes. Errors are relative to the largest value of each result
in float64; the table has the worst result."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec

from norm.frontends import jax_ops

ROWS, LENGTH, PROCESSES, EPSILON = 64, 4096, 4, 1e-5
MEANS = (0.0, 1e4)

# ----------------------------------------------------------------------------
# Programs of JAX
# ----------------------------------------------------------------------------


def rmsnorm(x, scale, bias):
    return x * jax.lax.rsqrt(jnp.square(x).mean(-1, keepdims=True) + EPSILON) * scale


def layernorm(x, scale, bias):
    """In two passes: the mean, then the variance."""
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt(jnp.square(centred).mean(-1, keepdims=True) + EPSILON) * scale + bias


def fast_layernorm(x, scale, bias):
    """As flax has it unless told otherwise: E[x^2] - E[x]^2."""
    mean, square = x.mean(-1, keepdims=True), jnp.square(x).mean(-1, keepdims=True)
    variance = jnp.maximum(0, square - jnp.square(mean))
    return (x - mean) * (jax.lax.rsqrt(variance + EPSILON) * scale) + bias


def training(function):
    def step(x, dy, scale, bias):
        y, gradients = jax.vjp(function, x, scale, bias)
        return (y, *gradients(dy))

    return step


def forward(function):
    return lambda x, dy, scale, bias: (function(x, scale, bias),)


def both_rows(function):
    """The norms of two arrays, as of queries and keys."""
    return lambda x, dy, scale, bias: (function(x, scale, bias), function(dy, scale, bias))


def ours(kind):
    def function(x, scale, bias):
        return getattr(jax_ops, kind)(x, scale, bias if kind == "layernorm" else None, EPSILON)

    return function


# Name, how x is split, what JAX's users write, norm's function, the exact one, and
# what is asked of it.
HIDDEN, SPLIT_ROWS = (None, "p"), ("p", None)
PROGRAMS = [
    ("rmsnorm", HIDDEN, rmsnorm, "rmsnorm", rmsnorm, forward),
    ("layernorm, two passes", HIDDEN, layernorm, "layernorm", layernorm, forward),
    ("layernorm, fast variance", HIDDEN, fast_layernorm, "layernorm", layernorm, forward),
    ("rmsnorms of q and of k", HIDDEN, rmsnorm, "rmsnorm", rmsnorm, both_rows),
    ("rmsnorm and its backward", HIDDEN, rmsnorm, "rmsnorm", rmsnorm, training),
    ("layernorm and its backward", HIDDEN, layernorm, "layernorm", layernorm, training),
    ("layernorm, fast variance, and its backward", HIDDEN, fast_layernorm, "layernorm", layernorm, training),
    ("rows split: rmsnorm and its backward", SPLIT_ROWS, rmsnorm, "rmsnorm", rmsnorm, training),
    ("rows split: layernorm and its backward", SPLIT_ROWS, layernorm, "layernorm", layernorm, training),
]


def arrays(mean):
    random = np.random.default_rng(3)
    x, dy = (random.standard_normal((ROWS, LENGTH)) for _ in range(2))
    scale, bias = (random.standard_normal(LENGTH) for _ in range(2))
    return [np.asarray(a, "float32") for a in (x + mean, dy, scale, bias)]


def exact(program, values):
    with jax.enable_x64():
        results = jax.jit(program)(*(jnp.asarray(v, "float64") for v in values))
        return [np.asarray(r) for r in results]


def error_of(found, wanted):
    errors = [np.abs(np.asarray(f, "float64") - w).max() / np.abs(w).max() for f, w in zip(found, wanted) if w.any()]
    return float(max(errors))


COLLECTIVE = re.compile(r" (?:all-reduce|all-gather|reduce-scatter|all-to-all|collective-permute)(?:-start)?\(")


def run_jax(program, split, wanted):
    """Collectives, and the error at each mean."""
    mesh = jax.make_mesh((PROCESSES,), ("p",), axis_types=(jax.sharding.AxisType.Auto,))
    rows, along = (NamedSharding(mesh, PartitionSpec(*part)) for part in (split, split[1:]))
    into = (rows, rows, along, along)
    compiled = jax.jit(program, in_shardings=into).lower(*arrays(0.0)).compile()
    errors = []
    for mean in MEANS:
        values = arrays(mean)
        found = compiled(*(jax.device_put(v, place) for v, place in zip(values, into)))
        errors.append(error_of(found, wanted(values)))
    return {"collectives": len(COLLECTIVE.findall(compiled.as_text())), "errors": errors}


# ----------------------------------------------------------------------------
# Programs of MLIR
# ----------------------------------------------------------------------------


def to_mlir(kind, split, asked):
    x, g, r = f"tensor<{ROWS}x{LENGTH}xf32>", f"tensor<{LENGTH}xf32>", f"tensor<{ROWS}xf32>"
    axes = "[[0]]" if split == SPLIT_ROWS else "[[], [0]]"
    is_centred = kind == "layernorm"
    bias = f" bias(%b : {g})" if is_centred else ""
    saved = [("rstd", r)] + ([("mean", r)] if is_centred else [])
    lines, results = [], []

    def norm(name, of, statistics):
        outs = "".join(f" {keyword}(%r : {type})" for keyword, type in statistics)
        types = ", ".join([x] + [type for _, type in statistics])
        lines.append(
            f"%{name}:{1 + len(statistics)} = norm.{kind} ins({of} : {x}) scale(%g : {g}){bias} outs(%e : {x}){outs}"
            f" epsilon = {EPSILON:.6e} -> ({types})"
        )
        results.append((f"%{name}#0", x))

    norm("y", "%xs", saved if asked is training else [])
    if asked is both_rows:
        norm("z", "%dys", [])
    if asked is training:
        read = " ".join(f"{keyword}(%y#{i + 1} : {type})" for i, (keyword, type) in enumerate(saved))
        sums = ["dscale"] + (["dbias"] if is_centred else [])
        outs = " ".join(f"{keyword}(%f : {g})" for keyword in sums)
        lines.append(
            f"%d:{1 + len(sums)} = norm.{kind}_backward ins(%dys, %xs : {x}, {x}) scale(%g : {g}) {read}"
            f" outs(%e : {x}) {outs} -> ({', '.join([x] + [g] * len(sums))})"
        )
        results += [("%d#0", x)] + [(f"%d#{i + 1}", g) for i in range(len(sums))]
    names, types = (", ".join(column) for column in zip(*results))
    body = "\n  ".join(lines)
    return f"""shard.grid @grid(shape = {PROCESSES})
func.func @main(%x: {x}, %dy: {x}, %g: {g}, %b: {g}) -> ({types}) {{
  %s = shard.sharding @grid split_axes = {axes} : !shard.sharding
  %xs = shard.shard %x to %s : {x}
  %dys = shard.shard %dy to %s : {x}
  %e = tensor.empty() : {x}
  %f = tensor.empty() : {g}
  %r = tensor.empty() : {r}
  {body}
  return {names} : {types}
}}
"""


def run_mpi(tools, kind, split, asked, wanted):
    text = to_mlir(kind, split, asked)
    made = subprocess.run([f"{tools}/norm-opt", "-", "--norm-shard-to-mpi"], input=text, text=True, check=True,
                          capture_output=True).stdout  # fmt: skip
    errors = []
    for mean in MEANS:
        values = arrays(mean)
        references = wanted(values)
        if asked is training and kind == "rmsnorm":
            references = references[:3]
        with tempfile.TemporaryDirectory() as folder:
            command = ["mpiexec.mpich", "-n", str(PROCESSES), f"{tools}/norm-run", f"{folder}/p.mlir", "--threads=1"]
            with open(f"{folder}/p.mlir", "w", encoding="utf-8") as file:
                file.write(text)
            for i, value in enumerate(values):
                np.save(f"{folder}/a{i}.npy", value)
                command.append(f"--input={folder}/a{i}.npy")
            command += [f"--output={folder}/r{i}.npy" for i in range(len(references))]
            subprocess.run(command, check=True, capture_output=True)
            errors.append(error_of([np.load(f"{folder}/r{i}.npy") for i in range(len(references))], references))
    return {"collectives": len(re.findall(r"call @norm_mpi_all_", made)), "errors": errors}


def measure(tools, output):
    found = []
    for name, split, theirs, kind, reference, asked in PROGRAMS:
        wanted = lambda values: exact(asked(reference), values)  # noqa: B023, E731
        cell = {"program": name}
        cell["jax"] = run_jax(asked(theirs), split, wanted)
        cell["norm in jax"] = run_jax(asked(ours(kind)), split, wanted)
        cell["norm over mpi"] = run_mpi(tools, kind, split, asked, wanted)
        found.append(cell)
        print(name, cell, file=sys.stderr)
    with open(output, "w", encoding="utf-8") as file:
        json.dump({"jax": jax.__version__, "rows": ROWS, "length": LENGTH, "means": MEANS, "programs": found}, file,
                  indent=1)  # fmt: skip
        file.write("\n")


# ----------------------------------------------------------------------------
# The table
# ----------------------------------------------------------------------------


def table(file):
    with open(file, encoding="utf-8") as opened:
        data = json.load(opened)
    ways = ("jax", "norm in jax", "norm over mpi")
    print("| program | XLA: collectives | error, at mean 1e4 | norm in JAX | error, at mean 1e4 | norm over MPI | error, at mean 1e4 |")
    print("|---|---|---|---|---|---|---|")
    for program in data["programs"]:
        cells = [f"{program[w]['collectives']} | {', '.join(f'{e:.0e}' for e in program[w]['errors'])}" for w in ways]
        print(f"| {program['program']} | {' | '.join(cells)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("measure", "table"))
    parser.add_argument("file", nargs="?")
    parser.add_argument("--norm", default="build/bin", help="the folder of norm-opt and norm-run")
    parser.add_argument("-o", "--output")
    arguments = parser.parse_args()
    if arguments.action == "measure":
        measure(arguments.norm, arguments.output)
    else:
        table(arguments.file)


if __name__ == "__main__":
    main()
