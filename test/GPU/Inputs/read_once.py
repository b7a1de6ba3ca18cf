# Compiles norms for one chip after the other and evaluates the PTX of a block:
#
#   read_once.py NORM_COMPILE FOLDER TOOLS
#
# Every element of an input is loaded as often as the manifest says, once but for
# rows that no block can hold, and every element of a result is stored once, 16 bytes
# at a time where rows are multiples of that. Where ptxas is found, no kernel spills.

import os
import subprocess
import sys

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


def main():
    text = "".join(function(kind, n, dtype)
                   for kind in ("rmsnorm", "prmsnorm", "layernorm")
                   for n, dtype in [(7, "f32"), (128, "bf16"), (515, "f16"),
                                    (4096, "bf16"), (5120, "bf16"), (11008, "f16"),
                                    (33000, "f32")])
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/norms.mlir", "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run([NORM_COMPILE, f"{FOLDER}/norms.mlir", "-o",
                    f"{FOLDER}/bundle", f"--target={','.join(CHIPS)}"],
                   check=True)
    for chip in CHIPS:
        for name, launches in bundle.load(f"{FOLDER}/bundle", chip,
                                          [ROWS]).items():
            for launch in launches:
                check(f"{chip} {name}", launch)
    print(f"{kernels} kernels")
    sys.exit(1 if failures else 0)


main()
