# The error of functions of f32 vectors, in units in the last place of the result,
# for arguments of all magnitudes; and their values at the edges:
#
#   approximations.py NORM_RUN [--print] [norm-run options]
#
# --print prints the largest errors. A result below the least normal number may
# be 0 (of exp, below twice that), and the sign of a zero may be another.

import math
import subprocess
import sys
import tempfile

import numpy as np

NORM_RUN, *OPTIONS = sys.argv[1:]
PRINT = "--print" in OPTIONS
OPTIONS = [o for o in OPTIONS if o != "--print"]
LEAST = 2.0**-126
# Results of exp below this may be 0.
LEAST_EXP = 2.0**-125
erf = np.vectorize(math.erf, otypes=[float])
# The definition in f64, and the bound of the error; tanh without fused
# multiply-add has 5.5.
FUNCTIONS = {"exp": (np.exp, 2), "expm1": (np.expm1, 6), "tanh": (np.tanh, 6),
             "erf": (erf, 5), "log": (np.log, 2), "log2": (np.log2, 3),
             "log1p": (np.log1p, 3), "sin": (np.sin, 1), "cos": (np.cos, 1)}


def arguments():
    """All magnitudes, where functions bend and where they end, the edges."""
    bits = np.arange(0, 0x7F800000, 0x7F800000 // 60000, dtype=np.uint32)
    near_one = 1 + np.linspace(-0.5, 0.5, 20001)
    edges = [0, np.inf, np.nan, 1e-45, 1e-38, LEAST, 3.4e38, 88.7, 88.73, 87.3,
             103.9, 104, 1e10]
    positive = np.concatenate([bits.view(np.float32), np.linspace(0, 20, 40001),
                               np.linspace(0, 110, 40001), near_one, edges])
    positive = positive.astype(np.float32)
    return np.concatenate([positive, -positive])


def evaluate(x):
    """Each function at x, by the vector code of a row loop."""
    row = f"tensor<1x{len(x)}xf32>"
    loops = "".join(f"""
  %e_{name} = tensor.empty() : {row}
  %{name} = norm.row_loop ins(%x : {row}) outs(%e_{name} : {row})
            maps = [#id, #id] dimensions = [1] {{
  ^bb0(%v: f32):
    %r = math.{name} %v : f32
    norm.row_yield %r : f32
  }} -> {row}""" for name in FUNCTIONS)
    types = ", ".join([row] * len(FUNCTIONS))
    results = ", ".join(f"%{name}" for name in FUNCTIONS)
    text = (f"#id = affine_map<(d0, d1) -> (d0, d1)>\n"
            f"func.func @main(%x: {row}) -> ({types}) {{{loops}\n"
            f"  return {results} : {types}\n}}\n")
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/program.mlir", "w", encoding="utf-8") as file:
            file.write(text)
        np.save(f"{folder}/x.npy", x[None])
        subprocess.run(
            [NORM_RUN, f"{folder}/program.mlir", f"--input={folder}/x.npy",
             *[f"--output={folder}/{name}.npy" for name in FUNCTIONS], *OPTIONS],
            check=True)
        return {name: np.load(f"{folder}/{name}.npy")[0] for name in FUNCTIONS}


failures = 0
x = arguments()
np.seterr(all="ignore")
for name, y in evaluate(x).items():
    function, bound = FUNCTIONS[name]
    exact = function(x.astype(float))
    nearest = exact.astype(np.float32)
    unit = np.spacing(np.maximum(np.abs(nearest), np.float32(LEAST)))
    error = np.abs(y.astype(float) - exact) / unit
    # The same infinities and NaN; and what is too small may be 0.
    same = (y == nearest) | (np.isnan(y) & np.isnan(nearest))
    least = LEAST_EXP if name == "exp" else LEAST
    same |= (y == 0) & (np.abs(exact) < least)
    error = np.where(same, np.minimum(np.nan_to_num(error, nan=0, posinf=0), 0.5),
                     np.where(np.isfinite(nearest) & np.isfinite(y), error,
                              np.inf))
    worst = np.argmax(error)
    if PRINT:
        print(f"{name}: {error[worst]:.2f} ulp at {x[worst]:g}")
    if not error[worst] <= bound:
        failures += 1
        print(f"{name}({x[worst]!r}) is {y[worst]!r}, {error[worst]:.3g} ulp from "
              f"{exact[worst]!r}, expected at most {bound}")
sys.exit(1 if failures else 0)
