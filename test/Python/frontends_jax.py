# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The front end of JAX: models of flax and functions against JAX itself."""

import pathlib
import sys
import tempfile
import unittest

import jax
import jax.numpy as jnp
import numpy as np

import norm
import norm.frontends.jax as frontend

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "examples/jax"))
from models import MODELS, Decoder, nn  # noqa: E402

X = jax.random.normal(jax.random.key(0), (8, 64))


def f64(array):
    return np.asarray(array).astype(np.float64)


class Base(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        norm.configure(cache_directory=self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def check(self, function, *arguments, tolerance=1e-5):
        """Compiles a function and compares its results; the model."""
        model = frontend.compile(function, *arguments)
        found, tree = jax.tree.flatten(model(*arguments))
        expected, expected_tree = jax.tree.flatten(function(*arguments))
        self.assertEqual(tree, expected_tree)
        for a, b in zip(found, expected):
            self.assertIsInstance(a, jax.Array)
            self.assertEqual((a.dtype, a.shape), (b.dtype, b.shape))
            np.testing.assert_allclose(f64(a), f64(b), rtol=tolerance, atol=tolerance)
        return model

    def unsupported(self, pattern, function, *arguments):
        with self.assertRaisesRegex(norm.UnsupportedError, pattern) as caught:
            frontend.compile(function, *arguments)
        return caught.exception


class Models(Base):
    def check_model(self, module, kinds, dtype=jnp.float32, tolerance=1e-5):
        x = jax.random.normal(jax.random.key(0), (2, 16, 64), dtype)
        params = module.init(jax.random.key(1), x)
        model = self.check(module.apply, params, x, tolerance=tolerance)
        report = model.report()
        self.assertEqual([norm["kind"] for norm in report.norms], kinds)
        self.assertEqual(report.missed, [])
        return model

    def test_rmsnorm(self):
        model = self.check_model(MODELS["rmsnorm"], ["rmsnorm"])
        self.assertIn("norm.rmsnorm", model.raise_norms())
        self.assertIn("linalg.generic", model.mlir)
        self.assertIn("normalization.py:", str(model.report()))

    def test_layernorm(self):
        self.check_model(MODELS["layernorm"], ["layernorm"])

    def test_decoder(self):
        self.check_model(Decoder(), ["rmsnorm", "rmsnorm"])

    def test_bfloat16(self):
        module = nn.LayerNorm(dtype=jnp.bfloat16)
        self.check_model(module, ["layernorm"], jnp.bfloat16, 1e-2)


class Functions(Base):
    def test_trees_and_types(self):
        def function(tree, factor):
            return {"a": tree["x"] * factor, "b": (tree["i"] // 3, tree["x"] > 0)}

        tree = {"x": X, "i": jnp.arange(8, dtype=jnp.uint32)}
        model = self.check(function, tree, 2.0)
        self.assertEqual(model(tree, 3.0)["a"][0, 0], 3 * X[0, 0])
        np.testing.assert_array_equal(f64(model(tree, 3.0)["b"][0]), np.arange(8) // 3)

    def test_numpy(self):
        model = frontend.compile(jnp.tanh, X)
        self.assertIsInstance(model(np.asarray(X)), jax.Array)

    def test_abstract_arguments(self):
        model = frontend.compile(
            jax.jit(jnp.exp), jax.ShapeDtypeStruct((8, 64), "float32")
        )
        np.testing.assert_allclose(model(X), jnp.exp(X), rtol=1e-6)

    def test_no_arguments(self):
        self.check(lambda: jnp.arange(4, dtype=jnp.uint8))
        self.check(lambda: (jnp.ones(3, jnp.bfloat16), jnp.zeros(())))

    def test_constants(self):
        w = jax.random.normal(jax.random.key(1), (64, 64))
        self.check(lambda x: x @ w, X)

    def test_half_products_are_summed_in_f32(self):
        x = jnp.ones((1, 4096), jnp.bfloat16)
        model = self.check(lambda x: x @ x.T, x)
        self.assertEqual(model(x)[0, 0], 4096)  # In bf16 the sum would stay at 256.

    def test_parts_of_models(self):
        for function in (
            jax.nn.gelu,
            jax.nn.softmax,
            lambda x: jnp.concatenate([-x[:, 32:], x[:, :32]], -1) * jnp.sin(x),
            lambda x: jax.lax.scan(lambda c, r: (c + r, c * r), jnp.zeros(64), x),
            lambda x: jax.lax.cond(x[0, 0] > 0, lambda x: x + 1, lambda x: x * 2, x),
            lambda x: x[jnp.array([3, 1])],
            lambda x: jax.random.normal(jax.random.key(3), (5,)) + x[0, 0],
            jax.grad(lambda x: jnp.sum(jnp.tanh(x) ** 2)),
        ):
            self.check(function, X)


class Errors(Base):
    def test_checkpoint(self):
        def loss(x):
            return jnp.sum(jnp.tanh(x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-6)))

        model = self.check(jax.grad(jax.checkpoint(loss)), X)
        self.assertIn("norm.rmsnorm_backward", model.raise_norms())

    def test_ops_without_counterpart(self):
        error = self.unsupported(
            "IREE.*'iree_linalg_ext.sort'", lambda x: jnp.sort(x), X
        )
        self.assertEqual(pathlib.Path(error.file).name, "frontends_jax.py")
        self.assertGreater(error.line, 100)
        self.unsupported("'iree_linalg_ext.fft'", lambda x: jnp.fft.rfft(x).real, X)
        self.unsupported("'lapack_", lambda x: jnp.linalg.svd(x)[1], X)
        self.unsupported("complex<f32>", lambda x: x * 1j, X)
        same = jax.ShapeDtypeStruct(X.shape, X.dtype)
        self.unsupported("callback", lambda x: jax.pure_callback(np.sin, same, x), X)

    def test_arguments(self):
        model = frontend.compile(lambda x: x + 1, X)
        for arguments in (
            (),
            (X, X),
            (X[:3],),
            (X.astype("bfloat16"),),
            (None,),
            ([X],),
        ):
            with self.assertRaises(norm.ArgumentError):
                model(*arguments)
        with self.assertRaisesRegex(norm.ArgumentError, "traced"):
            jax.jit(model)(X)


if __name__ == "__main__":
    unittest.main()
