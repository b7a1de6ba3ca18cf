# What a watched kernel for GPUs returns of its rows, in the emulator, against f64:
#
#   watched_gpu.py NORM_OPT NORM_EMULATE
#
# norm-instrument adds results, and norm-fuse-rows makes one kernel of the norm and
# what is measured of it.

import subprocess
import sys
import tempfile

import numpy as np

NORM_OPT, NORM_EMULATE = sys.argv[1:]
ROWS, N, K = 6, 200, 13
failures = 0


def check(name, found, expected, tolerance=2e-6):
    global failures
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=1e-30)
    same = np.isclose(found, expected, rtol=0, atol=tolerance * scale, equal_nan=True)
    if not same.all():
        failures += 1
        print(f"{name}: {found}, expected {expected}")


def run(folder, kind, x):
    tensor = f"tensor<{ROWS}x{N}xf32>"
    program, watched = f"{folder}/{kind}.mlir", f"{folder}/watched.mlir"
    open(program, "w").write(f"""func.func @main(%x: {tensor}) -> {tensor} {{
  %e = tensor.empty() : {tensor}
  %y = norm.{kind} ins(%x : {tensor}) outs(%e : {tensor}) epsilon = 1.0e-05 -> {tensor}
  return %y : {tensor}
}}""")
    subprocess.run([NORM_OPT, program, f"--norm-instrument=k={K}", "-o", watched], check=True)
    kernels = subprocess.run([NORM_OPT, watched, "--norm-to-nvvm=chip=sm_90 format=llvm"], check=True, capture_output=True, text=True).stdout
    launches = kernels.count("gpu.launch_func") or kernels.count("mgpuLaunchKernel(")
    count = 3 if kind == "layernorm" else 4
    np.save(f"{folder}/x.npy", x)
    files = [f"{folder}/y{i}.npy" for i in range(count)]
    subprocess.run([NORM_EMULATE, watched, f"--input={folder}/x.npy", *(f"--output={file}" for file in files)], check=True)
    return launches, [np.load(file).astype(np.float64) for file in files]


with tempfile.TemporaryDirectory() as place:
    random = np.random.default_rng(2)
    x = (random.standard_normal((ROWS, N)) + 0.5).astype(np.float32)
    x[3] = 1e30
    x[3, ::2] = -3e30
    x[4, 7] = np.inf
    x[5, 9] = np.nan
    wide = x.astype(np.float64)
    with np.errstate(invalid="ignore"):
        mean, square = wide.mean(1), (wide**2).mean(1)
        leading, variance = (wide[:, :K]**2).mean(1), wide.var(1)
    square[3] = leading[3] = variance[3] = np.inf  # it leaves the range of f32
    launches, (y, *sample) = run(place, "rmsnorm", x)
    expected = wide[:3] / np.sqrt(square[:3, None] + 1e-5)
    check("rmsnorm", y[:3], expected)
    for name, found, value in zip(("mean", "square", "leading"), sample, (mean, square, leading)):
        check(f"rmsnorm {name} of ordinary rows", found[:3], value[:3])
        check(f"rmsnorm {name} of others", found[4:], value[4:])
    if np.isfinite(sample[1][3]) or launches > 1:
        sys.exit(f"{launches} launches, a mean square of {sample[1][3]}")
    launches, (y, *sample) = run(place, "layernorm", x)
    check("layernorm", y[:3], (wide[:3] - mean[:3, None]) / np.sqrt(variance[:3, None] + 1e-5))
    check("layernorm mean", sample[0][:3], mean[:3])
    check("layernorm variance", sample[1][:3], variance[:3])
    if not np.isnan(sample[0][5]) or np.isfinite(sample[0][4]) or np.isfinite(sample[1][3]) or launches > 1:
        sys.exit(f"{launches} launches, of a layernorm {sample}")
if failures:
    sys.exit(1)
print("one kernel each, and what it tells of rows as f64 has it")
