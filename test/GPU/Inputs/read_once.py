# Compiles norms for one chip after the other and evaluates the PTX of a block:
#
#   read_once.py NORM_COMPILE FOLDER TOOLS
#
# Every element of an input is loaded as often as the manifest says, once but for
# rows that no block can hold, and every element of a result is stored once, 16 bytes
# at a time where rows are multiples of that. Of gradients so is every element of the
# workspace, and loaded once by the second kernel. Where ptxas is found, no kernel spills.

import os
import subprocess
import sys

import numpy as np

NORM_COMPILE, FOLDER, TOOLS = sys.argv[1:]
sys.path.insert(0, TOOLS)

import bundle
import ptx

CHIPS = ["sm_75", "sm_90"]
# As many as fill the blocks of all strategies: where a block has rows to spare, its
# threads load the last one again.
ROWS = 32
# A single row, as in decode, waits for memory once: the row, scale and bias are asked for
# before threads wait for each other. Longer rows leave no registers for that.
# Rows of gradients are in blocks of 16; as many blocks as a block of threads has.
GRADIENTS = [(40, "f32", 256), (4096, "bf16", 16)]
EARLY = ("rmsnorm_bf16_128", "rmsnorm_bf16_4096")
failures = kernels = 0


def function(kind, n, dtype):
    matrix, row = f"memref<?x{n}x{dtype}>", f"memref<{n}x{dtype}>"
    k = f" k = {max(1, n // 16)}" if kind == "prmsnorm" else ""
    return f"""
func.func @{kind}_{dtype}_{n}(%x: {matrix}, %g: {row}, %b: {row}, %y: {matrix}) {{
  norm.{kind} ins(%x : {matrix}) scale(%g : {row}) bias(%b : {row})
    outs(%y : {matrix}) epsilon = 1.0e-5{k}
  return
}}
""" + (f"""
func.func @sum_{kind}_{dtype}_{n}(%a: tensor<{ROWS}x{n}x{dtype}>, %r: tensor<{ROWS}x{n}x{dtype}>)
    -> (tensor<{ROWS}x{n}x{dtype}>, tensor<{ROWS}x{n}x{dtype}>) {{
  %s = arith.addf %a, %r : tensor<{ROWS}x{n}x{dtype}>
  %e = tensor.empty() : tensor<{ROWS}x{n}x{dtype}>
  %y = norm.{kind} ins(%s : tensor<{ROWS}x{n}x{dtype}>) outs(%e : tensor<{ROWS}x{n}x{dtype}>)
    epsilon = 1.0e-5{k} -> tensor<{ROWS}x{n}x{dtype}>
  return %y, %s : tensor<{ROWS}x{n}x{dtype}>, tensor<{ROWS}x{n}x{dtype}>
}}
""" if dtype == "bf16" else "")


def gradient(n, dtype, rows):
    matrix, row, of_rows = f"tensor<{rows}x{n}x{dtype}>", f"tensor<{n}xf32>", f"tensor<{rows}xf32>"
    return f"""
func.func @gradient_{dtype}_{n}(%dy: {matrix}, %x: {matrix}, %g: {row}, %r: {of_rows})
    -> ({matrix}, {row}, {row}) {{
  %e = tensor.empty() : {matrix}
  %s = tensor.empty() : {row}
  %dx:3 = norm.layernorm_backward ins(%dy, %x : {matrix}, {matrix}) scale(%g : {row})
    rstd(%r : {of_rows}) mean(%r : {of_rows}) outs(%e : {matrix}) dscale(%s : {row})
    dbias(%s : {row}) -> ({matrix}, {row}, {row})
  return %dx#0, %dx#1, %dx#2 : {matrix}, {row}, {row}
}}
"""


def fail(message):
    global failures
    failures += 1
    print(message)


def check(name, launch):
    global kernels
    kernels += 1
    text = launch.text
    usage = text.get("ptxas", {})
    for key in ("spill_store_bytes", "spill_load_bytes"):
        if usage.get(key):
            fail(f"{name}: {key} is {usage[key]}")
    declared = text["input_reads"]
    if "again" not in text["strategy"] and declared != 1:
        fail(f"{name}: {declared} reads of a row that is kept")
    blocks = [launch.run(b) for b in range(launch.grid[0])]
    if name.endswith(EARLY):
        late = [a for block in blocks for a in block.accesses
                if a.kind == "ld" and a.step > block.first_shuffle]
        if late:
            fail(f"{name}: {len(late)} loads behind the first shuffle")
    for number, argument in enumerate(launch.entry["arguments"]):
        if len(argument["shape"]) < 2:
            continue
        kind = "st" if argument["access"] == "write" else "ld"
        row = launch.argument_bytes(number) // ROWS
        touched = most = 0
        for block in blocks:
            # But for the first element of a row, which is layernorm's origin.
            narrow = [a for a in block.accesses
                      if (a.kind, a.argument) == (kind, number) and
                      a.bytes < 16 and (a.offsets % row).any()]
            if row % 16 == 0 and narrow:
                fail(f"{name}: {argument['name']}: {len(narrow)} accesses of "
                     f"less than 16 bytes ({kind})")
            offsets, counts = ptx.count_touches(block, kind, number)
            # The shift of layernorm is the first element: one address for all
            # threads, which takes no bandwidth.
            if kind == "ld":
                counts = counts[offsets % row >= 16]
            touched += len(counts)
            most = max(most, counts.max(initial=0))
        expected = ROWS * (row - (min(16, row) if kind == "ld" else 0))
        if touched != expected:
            fail(f"{name}: {argument['name']}: {touched} bytes are touched "
                 f"({kind}), expected {expected}")
        if expected and most != (declared if kind == "ld" else 1):
            fail(f"{name}: {argument['name']}: a byte is touched {most} times "
                 f"({kind}), the manifest says {declared}")


def expect_touches(name, launch, kind, number, size, most):
    """Every byte of an array of `size` bytes is touched, from once to `most` times."""
    blocks = [launch.run(b) for b in range(launch.grid[0])]
    touches = [ptx.count_touches(block, kind, number) for block in blocks]
    offsets, counts = np.concatenate([t[0] for t in touches]), np.concatenate([t[1] for t in touches])
    total = np.zeros(max(size, offsets.max(initial=-1) + 1), np.int64)
    np.add.at(total, offsets, counts)
    if len(total) > size or total.min() < 1 or total.max() > most:
        fail(f"{name}: array {number}: {len(total)} bytes, touched {total.min()} to {total.max()} "
             f"times ({kind}), expected {size} bytes and 1 to {most} times")


def check_gradient(name, launches):
    """Two kernels: rows are read once, the last of a block again where the next one is
    asked for; parts of sums are stored once and loaded once."""
    global kernels
    kernels += len(launches)
    rows, tree = launches
    for launch in launches:
        usage = launch.text.get("ptxas", {})
        for key in ("spill_store_bytes", "spill_load_bytes"):
            if usage.get(key):
                fail(f"{name}: {key} is {usage[key]}")
    ahead = 2 if "registers" in rows.text["strategy"] else 1
    for number in (0, 1):
        expect_touches(name, rows, "ld", number, rows.argument_bytes(number), ahead)
    expect_touches(name, rows, "st", 4, rows.argument_bytes(4), 1)
    for number in (0, 1):
        place, size = rows.workspace_number(number), bundle.evaluate(rows.workspaces[number]["bytes"], rows.extents)
        expect_touches(name, rows, "st", place, size, 1)
        # Threads without a column load the last one.
        expect_touches(name, tree, "ld", place, size, 32)
        expect_touches(name, tree, "st", 5 + number, rows.argument_bytes(5), 1)


def main():
    text = "".join(function(kind, n, dtype)
                   for kind in ("rmsnorm", "prmsnorm", "layernorm")
                   for n, dtype in [(7, "f32"), (128, "bf16"), (515, "f16"),
                                    (4096, "bf16"), (5120, "bf16"), (11008, "f16"),
                                    (33000, "f32")])
    text += "".join(gradient(*case) for case in GRADIENTS)
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/norms.mlir", "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run([NORM_COMPILE, f"{FOLDER}/norms.mlir", "-o",
                    f"{FOLDER}/bundle", f"--target={','.join(CHIPS)}"],
                   check=True)
    for chip in CHIPS:
        for name, launches in bundle.load(f"{FOLDER}/bundle", chip,
                                          [ROWS]).items():
            if name.startswith("gradient"):
                check_gradient(f"{chip} {name}", launches)
                continue
            for launch in launches:
                check(f"{chip} {name}", launch)
    print(f"{kernels} kernels")
    sys.exit(1 if failures else 0)


main()
