# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""norm.frontends.jax_ops against float64, on whole arrays and on such that 4 devices
share, with the number of collectives."""

import os
import re
import unittest

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec

from norm.frontends import jax_ops

# One rounding of each side.
TOLERANCE = {"float32": 2e-6, "float16": 4e-3, "bfloat16": 2e-2}
COLLECTIVE = re.compile(r" (all-reduce|all-gather|reduce-scatter|all-to-all|collective-permute)(?:-start)?\(")


def formula(kind, x, scale, bias, k=None, epsilon_outside=False, scale_plus_one=False):
    centred = x - x.mean(-1, keepdims=True) if kind == "layernorm" else x
    square = jnp.square(centred[..., :k]).mean(-1, keepdims=True)
    rstd = 1 / (jnp.sqrt(square) + 1e-5) if epsilon_outside else 1 / jnp.sqrt(square + 1e-5)
    y = centred * rstd
    y = y if scale is None else y * (scale + scale_plus_one)
    return y if bias is None else y + bias


def arrays(shape, dtype="float32", mean=0.0):
    random = np.random.default_rng(5)
    x, dy = (random.standard_normal(shape) for _ in range(2))
    scale, bias = (random.standard_normal(shape[-1]) for _ in range(2))
    return [jnp.asarray(a, dtype) for a in (x + mean, scale, bias, dy)]


def training(function, x, scale, bias, dy):
    y, gradients = jax.vjp(function, x, scale, bias)
    return (y, *gradients(dy))


def exact(kind, values, **options):
    with jax.enable_x64():
        wide = [None if v is None else jnp.asarray(np.asarray(v, "float64")) for v in values]
        results = training(lambda *a: formula(kind, *a, **options), *wide)
        return jax.tree.map(np.asarray, results)


class Case(unittest.TestCase):
    def close(self, found, wanted, dtype="float32", factor=1.0):
        for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
            one = np.asarray(one, "float64")
            self.assertEqual(one.shape, other.shape)
            self.assertLessEqual(np.abs(one - other).max() / np.abs(other).max(), factor * TOLERANCE[dtype])

    def check(self, kind, values, dtype="float32", **options):
        def norm(*a):
            return getattr(jax_ops, kind)(*a, **options)

        found = jax.jit(lambda *a: training(norm, *a))(*values)
        self.assertTrue(all(f.dtype == dtype for f in jax.tree.leaves(found)))
        self.close(found, exact(kind, values, **options), dtype)


KINDS = ("rmsnorm", "prmsnorm", "layernorm")


class Whole(Case):
    def test_types_and_options(self):
        for kind in KINDS:
            k = {"k": 7} if kind == "prmsnorm" else {}
            for dtype in TOLERANCE:
                self.check(kind, arrays((3, 4, 32), dtype), dtype, **k)
            self.check(kind, arrays((32,)), **k)
            x, scale, bias, dy = arrays((6, 32))
            self.check(kind, (x, None, None, dy), **k)
            self.check(kind, (x, scale, None, dy), scale_plus_one=True, epsilon_outside=True, **k)
            self.check(kind, (x, None, bias, dy), **k)

    def test_residual(self):
        x, scale, bias, dy = arrays((6, 32))
        y, z = jax.jit(jax_ops.add_rmsnorm)(x, dy, scale)
        self.assertTrue(jnp.array_equal(z, x + dy))
        self.close(y, exact("rmsnorm", (z, scale, None, dy))[0])

    def test_vmap(self):
        x, scale, _, dy = arrays((5, 6, 32))
        scales = jnp.stack([scale + i for i in range(5)])
        shared = jax.vmap(lambda x, g, dy: training(jax_ops.rmsnorm, x, g, None, dy), (0, None, 0))(x, scale, dy)
        own = jax.vmap(lambda x, g, dy: training(jax_ops.rmsnorm, x, g, None, dy))(x, scales, dy)
        for i in range(5):
            self.close([r[i] for r in shared[:3]], exact("rmsnorm", (x[i], scale, None, dy[i])))
            self.close([r[i] for r in own[:3]], exact("rmsnorm", (x[i], scales[i], None, dy[i])))

    def test_arguments(self):
        x, scale, _, _ = arrays((6, 32))
        for call in (
            lambda: jax_ops.rmsnorm(x, scale[:4]),
            lambda: jax_ops.rmsnorm(x.astype(int)),
            lambda: jax_ops.prmsnorm(x, k=33),
        ):
            with self.assertRaisesRegex((TypeError, ValueError), "^norm: expected "):
                call()


class Split(Case):
    """Over 4 devices, or 2 x 2 of them."""

    def check(self, kind, shape, spec, expected, mean=0.0, dtype="float32", mesh=(4,), **options):
        axes = tuple("ab"[: len(mesh)])
        mesh = jax.make_mesh(mesh, axes, axis_types=(jax.sharding.AxisType.Auto,) * len(axes))
        whole, split, along = (
            NamedSharding(mesh, PartitionSpec(*part)) for part in ((), spec, spec[len(shape) - 1 :])
        )
        values = arrays(shape, dtype, mean)
        k = {"k": min(7, shape[-1] - 2)} if kind == "prmsnorm" else {}

        def step(x, scale, bias, dy):
            x, dy = (jax.lax.with_sharding_constraint(a, split) for a in (x, dy))
            y, *rest = training(lambda *a: getattr(jax_ops, kind)(*a, **k, **options), x, scale, bias, dy)
            return (jax.lax.with_sharding_constraint(y, split), *rest)

        # Arrays of unequal parts are made on the way.
        into = (split, along, along, split) if expected else (whole,) * 4
        compiled = jax.jit(step, in_shardings=into, out_shardings=None if expected else whole).lower(*values).compile()
        text = compiled.as_text()
        if expected:
            self.assertEqual(sorted(COLLECTIVE.findall(text)), sorted(expected), f"{kind} {shape} {spec}")
        self.assertEqual("norm_call" in text, spec[len(shape) - 1 :] in ((), (None,)))
        found = compiled(*(jax.device_put(value, place) for value, place in zip(values, into)))
        self.close(found, exact(kind, values, **k, **options), dtype)

    def test_hidden(self):
        """The sums of an rmsnorm's forward and backward go in one message."""
        sums = {"rmsnorm": ["all-reduce"], "prmsnorm": ["all-reduce"], "layernorm": ["all-gather", "all-reduce"]}
        for kind, expected in sums.items():
            self.check(kind, (3, 2, 64), (None, None, "a"), expected)
            self.check(kind, (4, 64), (None, "a"), expected, epsilon_outside=True, scale_plus_one=True)
            self.check(kind, (4, 64), (None, "a"), expected, dtype="bfloat16")
            self.check(kind, (8, 32), ("a", "b"), [*expected, "all-reduce"], mesh=(2, 2))
            self.check(kind, (4, 32), (None, ("a", "b")), expected, mesh=(2, 2))

    def test_rows(self):
        for kind in KINDS:
            self.check(kind, (8, 32), ("a",), ["all-reduce"])
            self.check(kind, (4, 2, 32), ("a", "b"), ["all-reduce"], mesh=(2, 2), dtype="bfloat16")

    def test_uneven(self):
        """The last part is shorter, or empty."""
        for kind in KINDS:
            for shape, spec in (((4, 9), (None, "a")), ((4, 5), (None, "a")), ((5, 8), ("a", None))):
                self.check(kind, shape, spec, None)
            self.check(kind, (3, 7), ("a", "b"), None, mesh=(2, 2))

    def test_large_mean(self):
        self.check("layernorm", (4, 64), (None, "a"), ["all-gather", "all-reduce"], mean=1e4)


if __name__ == "__main__":
    unittest.main(verbosity=0)
