# The same bits in grids of 1 to 4 processes, where sums are by pieces of rows that
# each part has whole ones of (norm.deterministic).
#
#   deterministic.py NORM_RUN MPI [CASE..]

import re
import sys
import tempfile

import numpy as np

from sharded import launch, to_bf16

ROWS, COLUMNS, PIECE = 256, 768, 64
HIDDEN, SPLIT_ROWS, BOTH = "[[], [0]]", "[[0]]", "[[0], [1]]"


def training(kind, grid, split, element):
    """A norm and its backward, with all results."""
    x, g, r = f"tensor<{ROWS}x{COLUMNS}x{element}>", f"tensor<{COLUMNS}xf32>", f"tensor<{ROWS}xf32>"
    statistics = ["rstd", "mean"] if kind == "layernorm" else ["rstd"]
    k = "k = 100 " if kind == "prmsnorm" else ""
    outs = " ".join(f"{name}(%r : {r})" for name in statistics)
    read = " ".join(f"{name}(%y#{i + 1} : {r})" for i, name in enumerate(statistics))
    types = ", ".join([x] + [r] * len(statistics))
    return f"""
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %dy: {x}, %g: {g}, %b: {g}) -> ({types}, {x}, {g}, {g}) {{
  %s = shard.sharding @grid split_axes = {split} : !shard.sharding
  %xs = shard.shard %x to %s : {x}
  %dys = shard.shard %dy to %s : {x}
  %e = tensor.empty() : {x}
  %f = tensor.empty() : {g}
  %r = tensor.empty() : {r}
  %y:{1 + len(statistics)} = norm.{kind} ins(%xs : {x}) scale(%g : {g}) bias(%b : {g}) outs(%e : {x}) {outs}
    {k}epsilon = 1.0e-5 -> ({types})
  %d:3 = norm.{kind}_backward ins(%dys, %xs : {x}, {x}) scale(%g : {g}) {read} outs(%e : {x}) dscale(%f : {g})
    dbias(%f : {g}) {k}-> ({x}, {g}, {g})
  return {', '.join(f'%y#{i}' for i in range(1 + len(statistics)))}, %d#0, %d#1, %d#2 : {types}, {x}, {g}, {g}
}}
"""


def row_loop(grid, split, element):
    """Sums of a loop that is no norm."""
    x, r = f"tensor<{ROWS}x{COLUMNS}x{element}>", f"tensor<{ROWS}x{element}>"
    return f"""
#rows = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %dy: {x}) -> ({x}, {r}) {{
  %s = shard.sharding @grid split_axes = {split} : !shard.sharding
  %xs = shard.shard %x to %s : {x}
  %dys = shard.shard %dy to %s : {x}
  %e = tensor.empty() : {x}
  %f = tensor.empty() : {r}
  %y:2 = norm.row_loop ins(%xs, %dys : {x}, {x}) outs(%e, %f : {x}, {r}) maps = [#rows, #rows, #rows, #row] dimensions = [1] {{
  ^bb0(%a: {element}, %b: {element}):
    %p = arith.mulf %a, %b : {element}
    %q = norm.row_reduce add %p : {element}
    %v = arith.mulf %a, %q : {element}
    norm.row_yield %v, %q : {element}, {element}
  }} -> {x}, {r}
  return %y#0, %y#1 : {x}, {r}
}}
"""


def loop(grid, split, element):
    """Layers in a loop, of rows whose number the program does not know."""
    x, g = f"tensor<?x{COLUMNS}x{element}>", f"tensor<{COLUMNS}xf32>"
    return f"""
shard.grid @grid(shape = {grid})
func.func @main(%x: {x}, %dy: {x}, %g: {g}, %b: {g}) -> {x} {{
  %s = shard.sharding @grid split_axes = {split} : !shard.sharding
  %xs = shard.shard %x to %s : {x}
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %rows = tensor.dim %x, %c0 : {x}
  %e = tensor.empty(%rows) : {x}
  %h = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %xs) -> ({x}) {{
    %y = norm.layernorm ins(%a : {x}) scale(%g : {g}) bias(%b : {g}) outs(%e : {x}) epsilon = 1.0e-5 -> {x}
    %z = norm.rmsnorm ins(%y : {x}) outs(%e : {x}) epsilon = 1.0e-5 -> {x}
    %sum = arith.addf %z, %dy : {x}
    scf.yield %sum : {x}
  }}
  return %h : {x}
}}
"""


GRIDS = {HIDDEN: ("1", "2", "3", "4"), SPLIT_ROWS: ("1", "2", "4"), BOTH: ("1x1", "2x2", "1x3")}
CASES = {f"{kind}-{name}-{element}": (lambda grid, kind=kind, split=split, element=element:
                                      training(kind, grid, split, element), split, element)
         for kind in ("rmsnorm", "prmsnorm", "layernorm")
         for name, split in (("hidden", HIDDEN), ("rows", SPLIT_ROWS), ("both", BOTH)) for element in ("f32", "bf16")}
CASES["loop-hidden-f32"] = lambda grid: loop(grid, HIDDEN, "f32"), HIDDEN, "f32"
CASES["row_loop-hidden-f32"] = lambda grid: row_loop(grid, HIDDEN, "f32"), HIDDEN, "f32"


def run(norm_run, mpi, program, grid, element, piece):
    rng = np.random.default_rng(11)
    arrays = [rng.standard_normal((ROWS, COLUMNS)) + 10, rng.standard_normal((ROWS, COLUMNS))]
    arrays = [to_bf16(a) if element == "bf16" else a.astype(np.float32) for a in arrays]
    arrays += [rng.standard_normal(COLUMNS).astype(np.float32) for _ in range(program.count("%g: ") * 2)]
    count = re.search(r"return (.*?) :", program).group(1).count("%")
    with tempfile.TemporaryDirectory() as folder:
        command = [norm_run, f"{folder}/program.mlir", "--threads=1"] + piece
        with open(command[1], "w", encoding="utf-8") as file:
            file.write(program)
        for i, value in enumerate(arrays):
            np.save(f"{folder}/x{i}.npy", value)
            command.append(f"--input={folder}/x{i}.npy")
        command += [f"--output={folder}/y{i}.npy" for i in range(count)]
        status, output = launch(mpi, int(np.prod([int(extent) for extent in grid.split("x")])), command)
        if status != 0:
            sys.exit(f"norm-run ends with status {status}\n{output}")
        return [np.load(f"{folder}/y{i}.npy").tobytes() for i in range(count)]


def main(norm_run, mpi, *names):
    for name, (make, split, element) in CASES.items():
        if names and not any(re.fullmatch(pattern, name) for pattern in names):
            continue
        found = [run(norm_run, mpi, make(grid), grid, element, [f"--deterministic={PIECE}"]) for grid in GRIDS[split]]
        print(f"{name}: {'same' if all(bits == found[0] for bits in found) else 'DIFFERENT'} bits")
        if name == "layernorm-hidden-f32":
            found = [run(norm_run, mpi, make(grid), grid, element, []) for grid in ("1", "2")]
            print(f"{name}, not asked for: {'the same' if found[0] == found[1] else 'other'} bits")


if __name__ == "__main__":
    main(*sys.argv[1:])
