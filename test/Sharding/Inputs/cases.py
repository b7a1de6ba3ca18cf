# Sharded programs with their references.

import dataclasses
import typing

import numpy as np

EPSILON = 1e-5


@dataclasses.dataclass
class Case:
    name: str
    processes: int
    program: str
    # Of a random generator: (values, element) of each argument.
    arguments: typing.Callable
    # Of the arguments as they are stored: the results, in f64.
    reference: typing.Callable
    tolerance: float = 3e-7


def rmsnorm(x, scale, bias=0.0):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * scale + bias


def layernorm(x, scale, bias=0.0):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + EPSILON) * scale + bias


def forward(op, grid, split, rows=4, columns=60, element="f32", mean=0.0, k=None):
    """One norm of x, which `split` annotates, on a grid of extents `grid`."""
    x, g = f"tensor<{rows}x{columns}x{element}>", f"tensor<{columns}xf32>"
    program = f"""
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %g: {g}, %b: {g}) -> {x} {{
  %s = shard.sharding @grid split_axes = {split} : !shard.sharding
  %xs = shard.shard %x to %s : {x}
  %e = tensor.empty() : {x}
  %y = norm.{op} ins(%xs : {x}) scale(%g : {g}) bias(%b : {g}) outs(%e : {x})
       {f"k = {k} " if k else ""}epsilon = {EPSILON:.6e} -> {x}
  return %y : {x}
}}
"""

    def arguments(rng):
        return [(rng.standard_normal((rows, columns)) + mean, element),
                (rng.standard_normal(columns), "f32"), (rng.standard_normal(columns), "f32")]

    def reference(x, g, b):
        if op == "layernorm":
            return [layernorm(x, g, b)]
        if op == "prmsnorm":
            return [x / np.sqrt((x[:, :k] ** 2).mean(-1, keepdims=True) + EPSILON) * g + b]
        return [rmsnorm(x, g, b)]

    processes = int(np.prod([int(extent) for extent in grid.split("x")]))
    shape = "rows" if split.startswith("[[0]") else "hidden"
    name = f"{op}-{element}-{grid}-{shape}" + (f"-mean{mean:g}" if mean else "") + (
        f"-{columns}" if columns != 60 else "")
    return Case(name, processes, program, arguments, reference, 4e-3 if element == "bf16" else 3e-7)


HIDDEN, ROWS = "[[], [0]]", "[[0]]"

CASES = [
    forward("rmsnorm", "2", HIDDEN),
    forward("layernorm", "2", HIDDEN, mean=1e4),
]
