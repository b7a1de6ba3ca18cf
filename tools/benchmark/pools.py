#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What it costs to take turns with PyTorch: calls of gelu and of norm.rmsnorm, one
after the other, beside the same calls of each alone. Of two pools of threads each
would spin while the other works; with one pool the ratio is near 1. Needs the
package norm and PyTorch, and as many idle cores as threads:

    pools.py [--rows=512] [--length=4096] [--threads=0 (those of PyTorch)]
"""

import argparse
import os
import statistics
import time

import torch

import norm


def milliseconds(calls, count):
    """Time of a pass over `calls`, the mean of `count` passes."""
    start = time.perf_counter()
    for _ in range(count):
        for call in calls:
            call()
    return (time.perf_counter() - start) / count * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=512)
    parser.add_argument("--length", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=41)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)

    x, scale = torch.randn(options.rows, options.length), torch.randn(options.length)
    y, z = torch.empty_like(x), torch.empty_like(x)
    gelu = lambda: torch.ops.aten.gelu.out(x, out=z)
    rmsnorm = lambda: norm.rmsnorm(x, scale, out=y)
    ways = {"gelu": [gelu], "rmsnorm": [rmsnorm], "in turn": [gelu, rmsnorm]}
    for calls in ways.values():
        milliseconds(calls, 20)

    times = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, calls in ways.items():
            times[name].append(milliseconds(calls, 10))
    median = {name: statistics.median(values) for name, values in times.items()}
    ratio = statistics.median(
        c / (a + b) for a, b, c in zip(times["gelu"], times["rmsnorm"], times["in turn"]))
    for name, value in median.items():
        print(f"{name}: {value:.3f} ms")
    print(f"in turn to the sum of both alone: {ratio:.2f} "
          f"({torch.get_num_threads()} threads, {len(os.listdir('/proc/self/task'))} "
          "in the process)")


if __name__ == "__main__":
    main()
