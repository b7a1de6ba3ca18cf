# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms in JAX, by XLA alone and with norm.jax enabled, in turn: the table of
docs/JAX.md. jax_norms.py [--donated] [TYPE...]"""

import statistics
import sys
import time

import jax
import jax.numpy as jnp

import norm.jax

SHAPES = ((1, 4096), (64, 512), (512, 1024), (2048, 4096), (16384, 128))


def rms_norm(x, scale):
    h = x.astype(jnp.float32)
    return (h * jax.lax.rsqrt(jnp.mean(h * h, -1, keepdims=True) + 1e-6)).astype(x.dtype) * scale


def layer_norm(x, scale, bias):
    mean = x.mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(x.var(-1, keepdims=True) + 1e-5) * scale + bias


def add_rms_norm(x, residual, scale):
    z = x + residual
    return z, rms_norm(z, scale)


def gradients(function):
    return lambda dy, *arguments: jax.vjp(function, *arguments)[1](dy)


def median(function, arguments, rounds=15):
    """Of seconds of a call, after two that are not counted."""
    seconds = []
    for number in range(rounds + 2):
        start = time.perf_counter()
        jax.block_until_ready(function(*arguments))
        if number >= 2:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def add_then_norm(x, residual, scale):
    return rms_norm(x + residual, scale)


def median_of_chain(function, x, rest, rounds=20):
    """The same where each result is the next argument, which is given away."""
    seconds = []
    for number in range(rounds + 2):
        start = time.perf_counter()
        x = jax.block_until_ready(function(x, *rest))
        if number >= 2:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def measure_donated(name, function, x, *rest):
    alone = jax.jit(function, donate_argnums=0).lower(x, *rest).compile()
    norm.jax._state.STATE.reset()
    with norm.jax.enable():
        other = jax.jit(lambda *a: function(*a), donate_argnums=0).lower(x, *rest).compile()
    rounds = [[median_of_chain(f, jnp.array(x), rest) for f in (alone, other)] for _ in range(3)]
    own, kernels = (min(seconds) for seconds in zip(*rounds))
    print(f"{name:36} XLA {own * 1e6:8.0f} us  norm {kernels * 1e6:8.0f} us  {own / kernels:5.2f}  "
          f"forward {norm.jax.stats()['forward']}", flush=True)  # fmt: skip


def measure(name, function, arguments):
    alone = jax.jit(function).lower(*arguments).compile()
    norm.jax._state.STATE.reset()
    with norm.jax.enable():
        other = jax.jit(lambda *a: function(*a)).lower(*arguments).compile()
    rounds = [(median(alone, arguments), median(other, arguments)) for _ in range(3)]
    own, kernels = (min(seconds) for seconds in zip(*rounds))
    found = norm.jax.stats()
    print(f"{name:36} XLA {own * 1e6:8.0f} us  norm {kernels * 1e6:8.0f} us  {own / kernels:5.2f}  "
          f"forward {found['forward']} backward {found['backward']}", flush=True)  # fmt: skip


if __name__ == "__main__":
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    for dtype in names or ("bfloat16", "float32"):
        for shape in SHAPES:
            keys = jax.random.split(jax.random.key(0), 2)
            x, dy = (jax.random.normal(key, shape).astype(dtype) for key in keys)
            scale = jnp.linspace(0.5, 2, shape[1]).astype(dtype)
            label = f"{dtype} {shape[0]}x{shape[1]}"
            if "--donated" in sys.argv:
                measure_donated(f"rms_norm {label}", rms_norm, x, scale)
                measure_donated(f"layer_norm {label}", layer_norm, x, scale, scale - 1)
                measure_donated(f"residual, rms_norm {label}", add_then_norm, x, dy, scale)
                continue
            measure(f"rms_norm {label}", rms_norm, (x, scale))
            measure(f"layer_norm {label}", layer_norm, (x, scale, scale - 1))
            measure(f"add_rms_norm {label}", add_rms_norm, (x, dy, scale))
            measure(f"rms_norm backward {label}", gradients(rms_norm), (dy, x, scale))
            measure(f"layer_norm backward {label}", gradients(layer_norm), (dy, x, scale, scale - 1))
