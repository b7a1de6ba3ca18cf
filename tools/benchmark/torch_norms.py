# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms called from PyTorch, alone and with norm.torch enabled: the table of
docs/PyTorch.md. torch_norms.py [THREADS]"""

import statistics
import sys
import time

import torch
import torch.nn.functional as F

import norm.torch
from norm.torch import _table

SHAPES = ((1, 4096), (512, 1024), (2048, 4096), (16384, 128))


def median(function, rounds=15):
    """Of seconds of a call, after two that are not counted."""
    seconds = []
    for number in range(rounds + 2):
        start = time.perf_counter()
        function()
        if number >= 2:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def measure(op, tensors, dy):
    """Seconds of the forward and of the backward."""
    x, g, b = tensors
    length = x.shape[-1]

    def call(x):
        if op == "layer_norm":
            return F.layer_norm(x, (length,), g, b)
        return F.rms_norm(x, (length,), g, 1e-6)

    def forward():
        with torch.no_grad():
            call(plain)

    plain, y = x.detach(), call(x)
    wanted = [x, g, b] if op == "layer_norm" else [x, g]
    return median(forward), median(lambda: torch.autograd.grad(y, wanted, dy, retain_graph=True))


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print("op type shape: PyTorch alone and with kernels in ms, and how many times faster")
    for dtype in (torch.float32, torch.bfloat16):
        for rows, length in SHAPES:
            dy, *tensors = (torch.randn(shape, dtype=dtype) for shape in ((rows, length), (rows, length), length, length))
            tensors = [t.requires_grad_(True) for t in tensors]
            for op in ("layer_norm", "rms_norm"):
                alone = measure(op, tensors, dy)
                _table.set_least(0)  # whatever the table says
                with norm.torch.enable(compile=False):
                    kernels = measure(op, tensors, dy)
                figures = (
                    f"{name} {one * 1e3:.3f} {other * 1e3:.3f} {one / other:.2f}"
                    for name, one, other in zip(("forward", "backward"), alone, kernels)
                )
                print(op, str(dtype)[6:], f"{rows}x{length}:", *figures)
    print(norm.torch.stats())


main()
