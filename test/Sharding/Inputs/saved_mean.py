# What a layernorm's gradient loses to a mean of many deviations, which the forward saves in
# float32: formulas in float64 with that mean, one process, and several.
#
#   saved_mean.py NORM_RUN MPI

import subprocess
import sys
import tempfile

import numpy as np

from cases import EPSILON, HIDDEN, ROWS, annotate
from sharded import launch

SHAPE = ROWS_OF_X, COLUMNS = 16, 1024


def write(grid, split):
    """A layernorm and its backward; of one process without a grid where `grid` is None."""
    x, g, r = f"tensor<{ROWS_OF_X}x{COLUMNS}xf32>", f"tensor<{COLUMNS}xf32>", f"tensor<{ROWS_OF_X}xf32>"
    of = "%xs" if grid else "%x"
    return f"""
{f"shard.grid @grid(shape = {grid})" if grid else ""}
func.func @main(%x: {x}, %dy: {x}) -> ({x}, {g}) {{
{annotate("x", split, x) if grid else ""}  %e = tensor.empty() : {x}
  %f = tensor.empty() : {g}
  %r = tensor.empty() : {r}
  %y:3 = norm.layernorm ins({of} : {x}) outs(%e : {x}) rstd(%r : {r}) mean(%r : {r}) epsilon = {EPSILON:.6e} -> ({x}, {r}, {r})
  %d:2 = norm.layernorm_backward ins(%dy, {of} : {x}, {x}) rstd(%y#1 : {r}) mean(%y#2 : {r}) outs(%e : {x}) dscale(%f : {g})
    -> ({x}, {g})
  return %d#0, %d#1 : {x}, {g}
}}
"""


def run(norm_run, mpi, grid, split, arguments):
    with tempfile.TemporaryDirectory() as folder:
        command = [norm_run, f"{folder}/program.mlir", "--threads=1"]
        with open(command[1], "w", encoding="utf-8") as file:
            file.write(write(grid, split))
        for i, value in enumerate(arguments):
            np.save(f"{folder}/x{i}.npy", value)
            command.append(f"--input={folder}/x{i}.npy")
        command += [f"--output={folder}/y{i}.npy" for i in range(2)]
        if grid:
            status, output = launch(mpi, int(grid), command)
        else:
            done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
            status, output = done.returncode, done.stdout
        if status != 0:
            sys.exit(f"norm-run ends with status {status}\n{output}")
        return [np.load(f"{folder}/y{i}.npy") for i in range(2)]


def gradients(x, dy, mean):
    """dx and dscale, in f64, of values that are `mean` off their centre."""
    rstd = 1 / np.sqrt(x.var(-1, keepdims=True) + EPSILON)
    normalized = (x - mean) * rstd
    term = normalized * (dy * normalized).mean(-1, keepdims=True)
    return [rstd * (dy - dy.mean(-1, keepdims=True) - term), (dy * normalized).sum(0)]


def get_errors(found, expected):
    return [np.abs(a - b).max() / np.abs(b).max() for a, b in zip(found, expected)]


def main(norm_run, mpi):
    rng = np.random.default_rng(5)
    arguments = [(rng.standard_normal(SHAPE) + 1e4).astype(np.float32), rng.standard_normal(SHAPE).astype(np.float32)]
    x, dy = (value.astype(np.float64) for value in arguments)
    mean = x.mean(-1, keepdims=True)
    exact = gradients(x, dy, mean)
    saved = gradients(x, dy, mean.astype(np.float32).astype(np.float64))
    rows = [("float64, mean in float32", saved), ("one process", run(norm_run, mpi, None, None, arguments))]
    rows += [(f"{kind} over {grid}", run(norm_run, mpi, grid, split, arguments))
             for kind, split, grid in (("hidden", HIDDEN, "2"), ("hidden", HIDDEN, "4"), ("rows", ROWS, "2"))]
    for name, found in rows:
        of_exact = ", ".join(f"{error:.1e}" for error in get_errors(found, exact))
        good = max(get_errors(found, saved)) < 1e-6
        print(f"{name}: {of_exact}; {'as the saved mean has it' if good else 'WRONG'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
