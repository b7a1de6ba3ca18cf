# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of flax compiled by norm, beside JAX: norms, errors and times.

models.py [--rows=N] [--dim=N] [--mlir=FOLDER] [MODEL...]
"""

import argparse
import pathlib
import time

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn

import norm.frontends.jax


class Decoder(nn.Module):
    """Attention and a gated MLP, each after an RMSNorm."""

    @nn.compact
    def __call__(self, x):
        dim = x.shape[-1]
        mask = nn.make_causal_mask(jnp.ones(x.shape[:2]))
        h = nn.RMSNorm()(x)
        x = x + nn.MultiHeadDotProductAttention(num_heads=4, use_bias=False)(
            h, mask=mask
        )
        h = nn.RMSNorm()(x)
        gate = nn.silu(nn.Dense(4 * dim, use_bias=False)(h))
        h = gate * nn.Dense(4 * dim, use_bias=False)(h)
        return x + nn.Dense(dim, use_bias=False)(h)


MODELS = {"rmsnorm": nn.RMSNorm(), "layernorm": nn.LayerNorm(), "decoder": Decoder()}


def measure(*functions):
    """Microseconds a call of each, the fastest of calls in turn."""
    best = [float("inf")] * len(functions)
    end = time.perf_counter() + 2
    while time.perf_counter() < end:
        for i, function in enumerate(functions):
            start = time.perf_counter()
            jax.block_until_ready(function())
            best[i] = min(best[i], time.perf_counter() - start)
    return [1e6 * seconds for seconds in best]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", default=list(MODELS), metavar="MODEL")
    parser.add_argument("--rows", type=int, default=128)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--mlir", type=pathlib.Path, help="folder to write MLIR to")
    options = parser.parse_args()
    print("model      norms  max error     JAX us    norm us  JAX/norm")
    for name in options.models:
        module = MODELS[name]
        x = jax.random.normal(jax.random.key(0), (1, options.rows, options.dim))
        params = module.init(jax.random.key(1), x)
        expected = jax.jit(module.apply)
        model = norm.frontends.jax.compile(module.apply, params, x)
        error = np.max(np.abs(model(params, x) - expected(params, x)))
        ours, theirs = measure(lambda: model(params, x), lambda: expected(params, x))
        print(
            f"{name:9}  {len(model.report().norms):5}  {error:9.1e}  {theirs:9.1f}"
            f"  {ours:9.1f}  {theirs / ours:8.2f}"
        )
        if options.mlir:
            (options.mlir / f"{name}.mlir").write_text(model.mlir)


if __name__ == "__main__":
    main()
