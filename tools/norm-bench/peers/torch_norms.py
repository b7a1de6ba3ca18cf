# Times a norm or its backward in PyTorch, for norm-bench --torch=PYTHON:
# OP DTYPE ROWS COLS THREADS OUTPUTS SECONDS. Prints one line for each way: its
# name, the least and the median seconds of a call, and the version.

import statistics
import sys
import time

import torch
import torch.nn.functional as F

op, dtype, rows, cols, threads, outputs, seconds = sys.argv[1:]
dtype = {"f32": torch.float32, "f64": torch.float64, "bf16": torch.bfloat16, "f16": torch.float16}[dtype]
rows, cols, outputs = int(rows), int(cols), outputs.split(",")
torch.set_num_threads(int(threads))
x, dy, other = (torch.randn(rows, cols).to(dtype) for _ in range(3))
scale, bias = torch.ones(cols, dtype=dtype), torch.zeros(cols, dtype=dtype)


def norm(x, scale, bias):
    if op.startswith("layernorm"):
        return F.layer_norm(x, (cols,), scale, bias, 1e-5)
    return F.rms_norm(x, (cols,), scale, 1e-5)


def calls(function):
    """What is timed of a way to compute the norm."""
    if not op.endswith("backward"):
        if op == "add-rmsnorm":
            return lambda: function(x + other, scale, bias)
        return lambda: function(x, scale, bias)
    leaves = {"dx": x, "dscale": scale, "dbias": bias}
    wanted = [leaves[name].requires_grad_(True) for name in outputs]
    y = function(x, scale, bias)
    return lambda: torch.autograd.grad(y, wanted, dy, retain_graph=True)


def measure(call):
    for _ in range(3):
        call()
    samples, until = [], time.perf_counter() + float(seconds)
    while len(samples) < 5 or time.perf_counter() < until:
        begin = time.perf_counter()
        call()
        samples.append(time.perf_counter() - begin)
    return min(samples), statistics.median(samples)


for name, function in (("torch", norm), ("torch-compiled", torch.compile(norm))):
    try:
        with torch.set_grad_enabled(op.endswith("backward")):
            least, median = measure(calls(function))
        print(name, least, median, torch.__version__)
    except Exception as error:  # no compiler, no kernel for the type
        print(f"{name}: {type(error).__name__}", file=sys.stderr)
