# Compiles norms to PTX for one chip after the other and has ptxas assemble it:
#
#   ptxas.py NORM_OPT PTXAS [all]
#
# With all: every strategy in every type for every chip.
#
# No kernel may spill registers, call a function, load its input more often than
# its strategy says, or wait at more barriers than it has reductions.

import itertools
import re
import subprocess
import sys
import tempfile

NORM_OPT, PTXAS, *ALL = sys.argv[1:]
# Barriers of the reductions of a norm.
REDUCTIONS = {"rmsnorm": 1, "prmsnorm": 1, "layernorm": 2}
failures = 0


def program(kind, n, dtype):
    matrix, row = f"memref<?x{n}x{dtype}>", f"memref<{n}x{dtype}>"
    k = " k = 5" if kind == "prmsnorm" else ""
    return f"""
func.func @f(%x: {matrix}, %g: {row}, %b: {row}, %y: {matrix}) {{
  norm.{kind} ins(%x : {matrix}) scale(%g : {row}) bias(%b : {row})
    outs(%y : {matrix}) epsilon = 1.0e-5{k}
  return
}}
"""


def compile_all_to_ptx(text, chip):
    result = subprocess.run([NORM_OPT, "-", f"--norm-to-nvvm=chip={chip}"],
                            input=text, text=True, check=True,
                            capture_output=True).stdout
    return [re.sub(r"\\([0-9A-F]{2})", lambda code: chr(int(code.group(1), 16)),
                   assembly).replace("\0", "")
            for assembly in re.findall(r'assembly = "((?:[^"\\]|\\.)*)"', result)]


def compile_to_ptx(text, chip):
    kernel, = compile_all_to_ptx(text, chip)
    return kernel


def check(name, condition, found):
    global failures
    if not condition:
        failures += 1
        print(f"{name}: {found}")


def assemble(name, ptx, chip):
    """No registers spilled, no memory for them, no function called."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/kernel.ptx", "w", encoding="utf-8") as file:
            file.write(ptx)
        run = subprocess.run([PTXAS, "-v", f"-arch={chip}", "-o",
                              f"{folder}/kernel.cubin", f"{folder}/kernel.ptx"],
                             capture_output=True, text=True)
    check(name, run.returncode == 0, run.stderr)
    check(name, " 0 bytes spill stores, 0 bytes spill loads" in run.stderr,
          "spills: " + run.stderr)
    check(name, ".extern .func" not in ptx, "a function is called")
    check(name, ".local" not in ptx, "local memory is used")


def check_kernel(kind, n, dtype, chip):
    name = f"{kind} {dtype} n={n} {chip}"
    ptx = compile_to_ptx(program(kind, n, dtype), chip)
    assemble(name, ptx, chip)
    barriers = ptx.count("bar.sync")
    # Rows of unknown length have code for chunks and for elements.
    versions = 2 if n == "?" else 1
    check(name, barriers <= versions * REDUCTIONS[kind], f"{barriers} barriers")
    check(name, n != "?" or bool(re.search(r"ld\.global\.v[24]", ptx)),
          "narrow loads")
    if n in (4096, 5120, 16384):
        size = {"f64": 8, "f32": 4, "bf16": 2, "f16": 2}[dtype]
        threads = int(re.search(r"\.maxntid (\d+)", ptx).group(1))
        loads = len(re.findall(r"ld\.global\.v[24]", ptx))
        # Rows in turn are loaded before the loop and in it.
        in_turn = n * max(size, 4) // 4 // threads <= 16
        # Input, scale and bias; layernorm's origin takes one more.
        expected = (3 + in_turn) * n * size // 16 // threads
        expected += (1 + in_turn) * (kind == "layernorm")
        check(name, loads <= expected, f"{loads} loads, expected {expected}")


def gradient(kind, n, dtype):
    """dx, dscale and dbias, which are summed up over rows."""
    sum = "f64" if dtype == "f64" else "f32"
    matrix, row, of_rows = f"tensor<2048x{n}x{dtype}>", f"tensor<{n}x{sum}>", f"tensor<2048x{sum}>"
    mean = f"mean(%r : {of_rows})" if kind == "layernorm" else ""
    k = f"k = {max(1, n // 16)}" if kind == "prmsnorm" else ""
    types = f"({matrix}, {row}, {row})"
    return f"""
func.func @f(%dy: {matrix}, %x: {matrix}, %g: {row}, %r: {of_rows}) -> {types} {{
  %e = tensor.empty() : {matrix}
  %s = tensor.empty() : {row}
  %dx:3 = norm.{kind}_backward ins(%dy, %x : {matrix}, {matrix}) scale(%g : {row})
    rstd(%r : {of_rows}) {mean} outs(%e : {matrix}) dscale(%s : {row})
    dbias(%s : {row}) {k} -> {types}
  return %dx#0, %dx#1, %dx#2 : {matrix}, {row}, {row}
}}
"""


def check_gradient(kind, n, dtype, chip):
    """Neither the kernel of the rows nor that of the sums spills."""
    name = f"{kind} backward {dtype} n={n} {chip}"
    for kernel in compile_all_to_ptx(gradient(kind, n, dtype), chip):
        assemble(name, kernel, chip)


LENGTHS = [5, 128, 4096, 5120, 16384, 65536, 262144, "?"]
ALL_LENGTHS = [64, 96, 256, 512, 1024, 1536, 2048, 2560, 3072, 6144, 7168, 8192, 11008,
               12288, 14336, 20480, 32768, 131072, 1 << 20]
CHIPS = ["sm_75", "sm_80", "sm_100", "sm_120"]
for kind in REDUCTIONS:
    if ALL:
        for n in LENGTHS + ALL_LENGTHS:
            # CUDA 13 does not take sm_70.
            ptx = compile_to_ptx(program(kind, n, "bf16"), "sm_70")
            check(f"{kind} n={n} sm_70", ".extern .func" not in ptx and
                  ".target sm_70" in ptx, "no PTX without calls")
    for dtype in ["f32", "bf16", "f16", "f64"]:
        for n in LENGTHS + (ALL_LENGTHS if ALL else []):
            check_kernel(kind, n, dtype, "sm_90")
        for chip in CHIPS:
            for n in LENGTHS + ALL_LENGTHS if ALL else [4096]:
                check_kernel(kind, n, dtype, chip)
        gradients = LENGTHS[:-1] + ALL_LENGTHS if ALL else [4096]
        for chip, n in itertools.product(["sm_90", *CHIPS] if ALL else ["sm_80", "sm_90"], gradients):
            if ALL or dtype in ("f32", "bf16"):
                check_gradient(kind, n, dtype, chip)
sys.exit(1 if failures else 0)
