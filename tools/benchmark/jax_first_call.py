# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the first call of a function of JAX takes: value_and_grad of a decoder of
four blocks, by XLA alone, with kernels of norm that are new, and with kernels
that an earlier process has stored. Each call has a process of its own; seconds,
the least of ROUNDS.

jax_first_call.py [--rounds=5] [--hidden=256] [--blocks=4]"""

import argparse
import os
import subprocess
import sys
import tempfile
import time


def measure(options):
    """Seconds of the first call, in this process."""
    import jax
    import jax.numpy as jnp

    import norm.jax

    def rms_norm(x, scale):
        return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-6) * scale

    def loss(weights, x):
        for w in weights:
            h = rms_norm(x, w["first"])
            q, k, v = jnp.split(h @ w["qkv"], 3, -1)
            x = x + jax.nn.softmax(q @ k.mT / 16, -1) @ v
            x = x + jax.nn.silu(rms_norm(x, w["second"]) @ w["up"]) @ w["down"]
        return jnp.mean(x**2)

    n = options.hidden
    shapes = {"first": (n,), "second": (n,), "qkv": (n, 3 * n), "up": (n, 2 * n), "down": (2 * n, n)}
    weights = [{name: jnp.full(shape, 0.01) for name, shape in shapes.items()} for _ in range(options.blocks)]
    x = jnp.ones((4, 64, n))
    jax.block_until_ready(x + 1)
    if options.run == "alone":
        jax.clear_caches()  # As enable() does.
    else:
        norm.jax.enable()
    start = time.perf_counter()
    jax.block_until_ready(jax.jit(jax.value_and_grad(loss))(weights, x))
    return time.perf_counter() - start


def run(name, folder):
    command = [sys.executable, __file__, f"--run={name}", *sys.argv[1:]]
    done = subprocess.run(command, env={**os.environ, "NORM_CACHE_DIR": folder}, check=True, capture_output=True)
    return float(done.stdout)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--hidden", type=int, default=256)
parser.add_argument("--blocks", type=int, default=4)
parser.add_argument("--run", choices=["alone", "new", "stored"], help="one call, in this process")
options = parser.parse_args()
if options.run:
    print(measure(options))
    sys.exit()
times = {"alone": [], "new": [], "stored": []}
for _ in range(options.rounds):
    with tempfile.TemporaryDirectory() as folder:
        for name, seconds in times.items():
            seconds.append(run(name, folder))
for name, seconds in times.items():
    print(f"{name}: {min(seconds):.2f} s")
