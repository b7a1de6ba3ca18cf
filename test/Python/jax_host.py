# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Unchanged JAX programs with norm.jax enabled, against JAX alone."""

import contextlib
import hashlib
import importlib.util
import os
import pathlib
import shutil
import tempfile
import threading
import unittest
import warnings
from unittest import mock

import jax
import jax.extend.xla
import jax.numpy as jnp
import numpy as np

import norm
import norm.jax
from norm import _native
from norm.jax import _call, _hlo, _linalg, _pass, _proto, _store, _table

# Of results by the narrowest type, in parts of the largest.
TOLERANCE = {"float64": 1e-12, "float32": 3e-6, "float16": 4e-3, "bfloat16": 3e-2}
ROWS, LENGTH = (4, 16), 128


def rmsnorm(x, scale):
    h = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    return (h * jax.lax.rsqrt(jnp.mean(h * h, -1, keepdims=True) + 1e-6)).astype(x.dtype) * scale


def layernorm(x, scale, bias):
    mean = x.mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(x.var(-1, keepdims=True) + 1e-5) * scale + bias


def arrays(dtype="float32"):
    """x, scale, bias, dy and a matrix."""
    keys = jax.random.split(jax.random.key(0), 5)
    shapes = ((*ROWS, LENGTH), (LENGTH,), (LENGTH,), (*ROWS, LENGTH), (LENGTH, LENGTH))
    made = [jax.random.normal(key, shape) for key, shape in zip(keys, shapes)]
    made[4] = made[4] / 16
    return [a.astype(dtype) for a in made]


def block(x, scale, w):
    return x + jax.nn.gelu(rmsnorm(x, scale) @ w) @ w


def layers(x, scales, ws):
    return jax.lax.scan(lambda h, p: (block(h, *p), None), x, (scales, ws))[0]


class Case(unittest.TestCase):
    def setUp(self):
        norm.jax._state.STATE.reset()

    def tearDown(self):
        norm.jax.disable()

    def close(self, found, wanted, factor=1.0):
        for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
            self.assertEqual((one.shape, one.dtype), (other.shape, other.dtype))
            one, other = (np.asarray(a, "float64") for a in (one, other))
            scale = max(np.abs(other).max(), 1e-30)
            name = jax.tree.leaves(wanted)[0].dtype.name
            self.assertLessEqual(np.abs(one - other).max() / scale, factor * TOLERANCE[name])

    def check(self, function, *arguments, forward=0, backward=0, factor=1.0, **options):
        """The function's values with norm and without, and what was replaced."""
        wanted = jax.jit(function, **options)(*arguments)
        norm.jax._state.STATE.reset()
        calls = norm.jax.stats()["calls"]
        with norm.jax.enable():
            found = jax.block_until_ready(jax.jit(function, **options)(*arguments))
        self.close(found, wanted, factor)
        stats = norm.jax.stats()
        self.assertEqual((stats["forward"], stats["backward"], stats["fallbacks"]), (forward, backward, []))
        self.assertEqual(stats["calls"] > calls, forward + backward > 0)


class Forward(Case):
    def test_types(self):
        for dtype in ("float32", "float64", "float16", "bfloat16"):
            with self.subTest(dtype=dtype), jax.enable_x64() if dtype == "float64" else contextlib.nullcontext():
                x, scale, bias, _, _ = arrays(dtype)
                self.check(rmsnorm, x, scale, forward=1)
                self.check(layernorm, x, scale, bias, forward=1)

    def test_neighbours(self):
        x, scale, bias, y, w = arrays()
        self.check(lambda x, y, g: ((z := x + y), rmsnorm(z, g)), x, y, scale, forward=1)
        self.check(lambda x, g: jnp.tanh(rmsnorm(x * 2, g)) + 1, x, scale, forward=1)
        self.check(lambda x, g, w: jnp.tanh(rmsnorm(x, g) @ w), x, scale, w, forward=1)
        # rows that lie in a part of x, and a norm over two dimensions
        self.check(lambda x, g: rmsnorm(x[..., :64], g[:64]), x, scale, forward=1)
        self.check(block, x, scale, w, forward=1)

    def test_heads(self):
        """Norms of queries and keys, whose results XLA lays out for products."""
        x, scale, _, _, w = arrays()

        def attention(x, scale, w):
            queries, keys = (rmsnorm((x @ m).reshape(4, 16, 4, 32), scale[:32]) for m in (w, w.T))
            weights = jax.nn.softmax(jnp.einsum("bqhd,bkhd->bhqk", queries, keys))
            return jnp.einsum("bhqk,bkhd->bqhd", weights, keys)

        self.check(attention, x, scale, w, forward=2)
        self.check(jax.grad(lambda *a: attention(*a).sum()), x, scale, w, forward=2, backward=2)

    def test_control_flow(self):
        x, scale, _, _, w = arrays()
        stacked = jnp.stack([scale, scale + 1, scale + 2]), jnp.stack([w, w * 2, w * 3])
        self.check(layers, x, *stacked, forward=1)
        self.check(lambda x, g: jax.lax.cond(x[0, 0, 0] > 9, lambda: x, lambda: rmsnorm(x, g)), x, scale, forward=1)
        self.check(
            lambda x, g: jax.lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, rmsnorm(s[1], g)), (0, x))[1],
            x, scale, forward=1,
        )  # fmt: skip
        self.check(jax.vmap(rmsnorm, in_axes=(0, None)), x, scale, forward=1)

    def test_what_is_left(self):
        x, scale, _, _, w = arrays()
        self.check(lambda x: jax.nn.softmax(x), x)
        self.check(lambda x, w: x @ w, x, w)
        self.check(lambda x: x.sum(-1), x)
        self.check(lambda x: x.astype(jnp.int32).sum(-1).astype(jnp.float32), x)
        self.check(lambda x, g: rmsnorm(x.transpose(0, 2, 1), g[:16]).astype("complex64").real, x, scale)


class Backward(Case):
    def test_types(self):
        for dtype in ("float32", "bfloat16"):
            with self.subTest(dtype=dtype):
                x, scale, bias, dy, _ = arrays(dtype)
                self.check(lambda x, g, dy: jax.vjp(rmsnorm, x, g)[1](dy), x, scale, dy, backward=1)
        x, scale, bias, dy, _ = arrays()
        self.check(lambda x, g, b, dy: jax.vjp(layernorm, x, g, b)[1](dy), x, scale, bias, dy, backward=1)

    def test_through_products(self):
        x, scale, _, _, w = arrays()

        def loss(x, scale, w):
            return jnp.square(block(block(x, scale, w), scale, w)).mean()

        self.check(jax.grad(loss, argnums=(0, 1, 2)), x, scale, w, forward=2, backward=2)
        self.check(jax.value_and_grad(loss), x, scale, w, forward=2, backward=2)

    def test_scan(self):
        x, scale, _, _, w = arrays()
        stacked = jnp.stack([scale, scale + 1]), jnp.stack([w, w * 2])
        function = jax.grad(lambda *a: jnp.square(layers(*a)).mean(), argnums=(0, 1, 2))
        self.check(function, x, *stacked, forward=1)
        self.check(jax.checkpoint(function), x, *stacked, forward=1)


@unittest.skipUnless(importlib.util.find_spec("flax"), "flax is not installed")
class Flax(Case):
    """The figures of docs/JAX.md: five norms in two blocks of a decoder."""

    def model(self, kind, dtype):
        from flax import linen

        make = linen.RMSNorm if kind == "rms" else linen.LayerNorm

        class Model(linen.Module):
            @linen.compact
            def __call__(self, x):
                for _ in range(2):
                    h = make(dtype=dtype)(x)
                    x = x + linen.MultiHeadDotProductAttention(num_heads=4, dtype=dtype)(h, h)
                    h = linen.gelu(linen.Dense(2 * LENGTH, dtype=dtype)(make(dtype=dtype)(x)))
                    x = x + linen.Dense(LENGTH, dtype=dtype)(h)
                return make(dtype=dtype)(x)

        return Model()

    def test_forward(self):
        for kind in ("rms", "layer"):
            for dtype in ("float32", "bfloat16"):
                with self.subTest(kind=kind, dtype=dtype):
                    x = arrays(dtype)[0]
                    model = self.model(kind, dtype)
                    parameters = model.init(jax.random.key(1), x)
                    self.check(model.apply, parameters, x, forward=5)

    def test_gradients(self):
        x, _, _, w, _ = arrays()
        for kind, norms in (("rms", (4, 5)), ("layer", (4, 5))):
            with self.subTest(kind=kind):
                model = self.model(kind, "float32")
                parameters = model.init(jax.random.key(1), x)

                def loss(parameters, x):
                    return (model.apply(parameters, x) * w).mean()  # a norm's squares add up to a constant

                function = jax.value_and_grad(loss, argnums=1)
                self.check(function, parameters, x, forward=norms[0], backward=norms[1], factor=4)


class Process(Case):
    def test_disable_restores(self):
        x, scale, *_ = arrays()
        function = jax.jit(rmsnorm)
        wanted = function(x, scale)
        with norm.jax.enable():
            self.close(function(x, scale), wanted)  # was compiled before
            calls = norm.jax.stats()["calls"]
            self.assertEqual(norm.jax.stats()["forward"], 1)
        self.assertTrue(np.array_equal(function(x, scale), wanted))
        self.assertEqual(norm.jax.stats()["calls"], calls)

    def test_blocks_in_blocks(self):
        x, scale, *_ = arrays()
        with norm.jax.enable(precision="strict"):
            with norm.jax.enable():
                self.assertEqual(norm.jax._state.STATE.precision, "relaxed")
            self.assertEqual(norm.jax._state.STATE.precision, "strict")
            jax.jit(rmsnorm)(x, scale)
            calls = norm.jax.stats()["calls"]
            jax.jit(lambda x: rmsnorm(x, scale))(x)
            self.assertEqual(norm.jax.stats()["calls"], calls + 1)
        jax.jit(lambda x: rmsnorm(x, 2 * scale))(x)
        self.assertEqual(norm.jax.stats()["calls"], calls + 1)

    def test_donated_arrays(self):
        x, scale, _, _, w = arrays()
        functions = {
            "a norm": lambda x: rmsnorm(x, scale),
            "read again": lambda x: rmsnorm(x, scale) + x,
            "two results": lambda x: (rmsnorm(x, scale), x + 1),
            "many": lambda x: jnp.stack([block(x * n, scale, w) for n in range(4)]).sum(0),
        }
        for name, function in functions.items():
            with self.subTest(name=name):
                wanted = jax.jit(function)(x)
                with norm.jax.enable(), warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of what XLA is left with
                    self.close(jax.jit(function, donate_argnums=0)(jnp.array(x)), wanted)

    def test_what_a_donation_is_worth(self):
        large = 1 << 25
        self.assertFalse(_table.is_donation_worth_more([], 0))
        self.assertFalse(_table.is_donation_worth_more([large - 1] * 4, large))
        self.assertTrue(_table.is_donation_worth_more([large], 3 * large))
        self.assertFalse(_table.is_donation_worth_more([large], 4 * large))

    def test_a_result_in_the_place_of_an_argument(self):
        """As XLA has it in loops and branches: the argument is copied."""
        x, scale, *_ = arrays()

        def function(x, scale):
            return jax.lax.fori_loop(0, 5, lambda _, h: jnp.where(h[0, 0, 0] > 9, h, rmsnorm(h, scale)), x)

        self.check(function, x, scale, forward=1)

    def test_threads(self):
        x, scale, _, _, w = arrays()
        with norm.jax.enable():
            function = jax.jit(block)
            wanted = np.asarray(function(x, scale, w))
            results = [None] * 8

            def work(number):
                own = jax.jit(lambda x: rmsnorm(x * (number + 1), scale))(x)
                same = all(np.array_equal(function(x, scale, w), wanted) for _ in range(10))
                results[number] = same, own

            workers = [threading.Thread(target=work, args=(n,)) for n in range(8)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        for number, (same, own) in enumerate(results):
            self.assertTrue(same)
            self.close(own, rmsnorm(x * (number + 1), scale))

    def test_report(self):
        x, scale, _, _, w = arrays()
        report = norm.jax.report(jax.grad(lambda x: block(x, scale, w).sum()), x)
        self.assertIn("rmsnorm", {n["kind"] for n in report.norms})
        self.assertIn("rmsnorm_backward", {n["kind"] for n in report.norms})
        self.assertEqual({n["row_length"] for n in report.norms}, {LENGTH})
        self.assertEqual(norm.jax.stats()["fallbacks"], [])

    def test_precision(self):
        x, scale, *_ = arrays()
        with self.assertRaisesRegex(ValueError, "expected precision 'relaxed' or 'strict', got 'exact'"):
            norm.jax.enable(precision="exact")
        with norm.jax.enable(precision="strict"):
            self.close(jax.jit(rmsnorm)(x, scale), rmsnorm(x, scale))


class Watched(Case):
    """norm.instrument() around a function, against a direct computation."""

    def change(self, x, k=None):
        x = np.asarray(x, "float64").reshape(-1, LENGTH)
        if k is None:
            y = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
            other = x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)
        else:
            y, other = (x / np.sqrt((x[:, :n] ** 2).mean(-1, keepdims=True) + 1e-6) for n in (LENGTH, k))
        return np.linalg.norm(other - y, axis=-1) / np.linalg.norm(y, axis=-1)

    def test_layers(self):
        """Layers of a loop come from one line, and are measured apart."""
        x, scale, bias, _, w = arrays()
        inputs = []

        def model(x):
            for _ in range(2):
                inputs.append(x)
                x = x + rmsnorm(x, scale) @ w
                inputs.append(x)
                x = x + layernorm(x, scale, bias) @ w + 0.2
            return x

        with norm.jax.enable():
            function = jax.jit(model)
            plain = jax.block_until_ready(function(x))
            with norm.instrument(limits={"change": 0.9}) as watch:
                for _ in range(3):
                    found = jax.block_until_ready(function(x))
            jax.block_until_ready(function(x))
        np.testing.assert_array_equal(plain, found)
        inputs.clear()
        model(x)
        norms = watch.report().norms
        self.assertEqual([n["kind"] for n in norms], ["rmsnorm", "layernorm"] * 2)
        for one, value in zip(norms, inputs, strict=True):
            change = self.change(value, k=LENGTH // 16 if one["kind"] == "rmsnorm" else None)
            self.assertEqual((one["rows"], one["calls"]), (64 * 3, 3))
            self.assertAlmostEqual(one["change"]["largest"], change.max(), delta=1e-4 * change.max())
            self.assertAlmostEqual(one["change"]["mean"], change.mean(), delta=1e-4 * change.mean())
            self.assertRegex(one["name"], r"jit\(model\)/.* \(jax_host.py:[0-9]+, called at jax_host.py:[0-9]+\)")
            self.assertEqual([e["limit"] for e in one["exceeded"]], ["change"] * int(change.max() > 0.9))
        self.assertTrue(norms[2]["name"] == norms[0]["name"] + " #2")
        self.assertEqual(norm.jax.stats()["fallbacks"], [])


class Table(Case):
    def test_tune(self):
        with mock.patch.object(_table, "_SIZES", [1 << 13, 1 << 20]), mock.patch.object(_table, "_ROUNDS", 1):
            with mock.patch.dict(_table._tuned):
                found = norm.jax.tune()
        self.assertEqual(len(found), 8)
        self.assertTrue(all(least in (0, 1, 1 << 20) for least, most in found.values()))

    def test_the_longest_run_counts(self):
        with mock.patch.object(_table, "_SIZES", [1, 10, 100, 1000]):
            most = _table.Range().most
            self.assertEqual(_table._range_of([True] * 4), (0, most))
            self.assertEqual(_table._range_of([False, True, True, True]), (10, most))
            self.assertEqual(_table._range_of([True, True, False, True]), (0, 99))
            least, most = _table._range_of([False] * 4)
            self.assertGreater(least, most)

    def test_what_does_not_pay_is_left(self):
        x, scale, *_ = arrays()
        with mock.patch.dict(_table._tuned, {("rmsnorm", "forward", 32): _table.Range(1, 0)}), norm.jax.enable():
            self.close(jax.jit(lambda x, scale: rmsnorm(x, scale))(x, scale), rmsnorm(x, scale))
        self.assertEqual(norm.jax.stats()["forward"], 0)


class Failures(Case):
    """Whatever fails, the values are XLA's, with one warning."""

    def injected(self, patch, expected, kernel=False):
        x, scale, *_ = arrays()
        wanted = jax.jit(rmsnorm)(x, scale)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with patch, norm.jax.enable():
                for factor in (1, 2):
                    found = jax.jit(lambda x, scale: rmsnorm(x * factor, scale / factor) * factor)(x, scale)
                    self.close(found, wanted)
        self.assertEqual(len([w for w in caught if expected in str(w.message)]), 1)
        fallbacks = norm.jax.stats()["fallbacks"]
        self.assertEqual(len(fallbacks), 1)
        self.assertIn(expected, fallbacks[0])
        self.assertEqual(norm.jax.stats()["forward"], 2 if kernel else 0)

    def test_finder(self):
        self.injected(mock.patch.object(_pass, "_raise", side_effect=RuntimeError("in the finder")), "in the finder")

    def test_importer(self):
        self.injected(mock.patch.object(_linalg, "translate", side_effect=KeyError("in import")), "in import")

    def test_compiler(self):
        self.injected(mock.patch.object(_call, "compile", side_effect=RuntimeError("in compile")), "in compile")

    def test_one_kernel_of_two(self):
        """The other norm keeps its kernel."""
        x, scale, bias, _, w = arrays()
        compile = _call.compile

        def fail(program, strict):
            if "math.rsqrt" in program and program.count("arith.subf") > 0:
                raise RuntimeError("no layernorms")
            compile(program, strict)

        def function(x, scale, bias, w):
            return layernorm(rmsnorm(x, scale) @ w, scale, bias)

        wanted = jax.jit(function)(x, scale, bias, w)
        with mock.patch.object(_call, "compile", fail), norm.jax.enable(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.close(jax.jit(lambda *a: function(*a))(x, scale, bias, w), wanted)
        stats = norm.jax.stats()
        self.assertEqual((stats["forward"], stats["fallbacks"]), (1, ["RuntimeError: no layernorms"]))

    def test_what_xla_does_not_take(self):
        self.injected(mock.patch.object(_hlo.Module, "to_bytes", return_value=b"\x1a\x02\x0a\x00"), "Error")

    def test_what_was_stored(self):
        self.injected(mock.patch.object(_store, "numbered", side_effect=IndexError("in what was stored")), "in what was stored")

    def test_kernel(self):
        @contextlib.contextmanager
        def failing():
            _call.load()
            _call._library.norm_jax_fail(1)
            yield
            _call._library.norm_jax_fail(0)

        self.injected(failing(), "injected", kernel=True)

    def test_an_unknown_jax(self):
        with mock.patch.object(norm.jax, "_is_registered", False):
            patch = mock.patch.object(jax.extend.xla, "register_hlo_module_transformation", side_effect=AttributeError("unknown"))
            self.injected(patch, "unknown")

    def test_configure_reaches_the_calls(self):
        """Kernels of later calls are made by the new settings."""
        x, scale, *_ = arrays()
        folder, threads = norm.cache_info()["directory"], norm._settings.get_threads()
        with norm.jax.enable(), tempfile.TemporaryDirectory() as other:
            function = jax.jit(rmsnorm)
            wanted = np.asarray(function(x, scale))
            norm.configure(cache_directory=other, threads=1)
            try:
                self.assertTrue(np.array_equal(function(x, scale), wanted))
                self.assertTrue(any(name.startswith("llvmcache-") for name in os.listdir(other)))
            finally:
                norm.configure(cache_directory=folder, threads=threads)

    def test_no_compiler(self):
        with mock.patch.object(_call, "_library", None), mock.patch.object(_native, "_OPTIONS", ["--no-such-option"]):
            self.injected(contextlib.nullcontext(), "failed")

    def test_a_folder_that_is_not_there(self):
        with mock.patch.object(_call._settings, "cache_info", return_value={"directory": "/proc/none"}):
            self.assertTrue(_call._open().norm_jax_call)


class Store(Case):
    """What became of a module, for a later process."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        own = norm.cache_info()["directory"]
        self.addCleanup(lambda: norm.configure(cache_directory=own))
        norm.configure(cache_directory=folder.name)
        self.folder = folder.name

    def files(self):
        """Of modules, not of kernels."""
        paths = (os.path.join(self.folder, name) for name in os.listdir(self.folder) if name.startswith("llvmcache-"))
        return [path for path in paths if pathlib.Path(path).read_bytes().startswith(b"norm module ")]

    def run_once(self, function=rmsnorm, **options):
        """The result, what was counted, and whether groups were searched."""
        norm.jax._state.STATE.reset()
        x, scale, *_ = arrays()
        found = []

        def run():  # on a stack of its own: lines of callers are in the module
            found.append(np.asarray(jax.jit(lambda x, scale: function(x, scale))(x, scale)))

        with mock.patch.object(_pass, "_search", wraps=_pass._search) as search, norm.jax.enable(**options):
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
        stats = norm.jax.stats()
        self.assertEqual(stats["fallbacks"], [])
        return found[0], stats["forward"], search.call_count > 0

    def test_a_second_time(self):
        first, second = self.run_once(), self.run_once()
        self.assertTrue(np.array_equal(first[0], second[0]))
        self.assertEqual((first[1:], second[1:]), ((1, True), (1, False)))

    def test_no_norm(self):
        def function(x, scale):
            return jnp.tanh(x) + scale.sum()

        for is_searched in (True, False):
            self.assertEqual(self.run_once(function)[1:], (0, is_searched))

    def test_settings_have_names_of_their_own(self):
        self.run_once()
        self.assertTrue(self.run_once(precision="strict")[2])
        with mock.patch.dict(_table._tuned, {("rmsnorm", "forward", 32): _table.Range(1, 0)}):
            self.assertEqual(self.run_once()[1:], (0, True))
        self.assertFalse(self.run_once()[2])

    def test_a_report_searches(self):
        self.run_once()
        x, scale, *_ = arrays()
        self.assertEqual(len(norm.jax.report(rmsnorm, x, scale).norms), 1)

    def test_damaged_files(self):
        self.run_once()
        (file,) = self.files()
        data = pathlib.Path(file).read_bytes()
        for bad in (b"", data[:20], data[:-1], data[:-40] + b"?" + data[-39:], data + b"more"):
            with self.subTest(size=len(bad)):
                with open(file, "wb") as written:
                    written.write(bad)
                self.assertEqual(self.run_once()[1:], (1, True))
                self.assertEqual(self.run_once()[1:], (1, False))

    def test_whole_files_of_something_else(self):
        """Their hash is right, and yet store() has not written them."""
        self.run_once()
        (file,) = self.files()
        key = os.path.basename(file)[len("llvmcache-") :]
        for rest in (b"1", b"null\n", b"[1, 0]\n", b'["1", 0, []]\n', b"[1, 0, [[]]]\n", b"[1, 0, 2]\n", b"[1, 0, []]\n\x80"):
            with self.subTest(rest=rest):
                data = b"norm module 1\n" + hashlib.sha256(rest).digest() + rest
                pathlib.Path(file).write_bytes(data)
                self.assertIsNone(_store.load(key))
                self.assertEqual(self.files(), [])
        pathlib.Path(file).write_bytes(data)
        self.assertEqual(self.run_once()[1:], (1, True))
        self.assertEqual(self.run_once()[1:], (1, False))

    def test_settings_that_change_meanwhile(self):
        """By another thread: all is done by those of the start, whose name it has."""
        search = _pass._search

        def disturbed(*arguments):
            norm.jax._state.STATE.precision = "strict"
            _table._tuned["rmsnorm", "forward", 32] = _table.Range(1, 0)
            return search(*arguments)

        places = ((_linalg, "translate", False), (_pass, "_raise", "relaxed"), (_call, "compile", False))
        with contextlib.ExitStack() as stack:
            stack.enter_context(mock.patch.dict(_table._tuned))
            stack.enter_context(mock.patch.object(_pass, "_search", disturbed))
            patches = [mock.patch.object(owner, name, wraps=getattr(owner, name)) for owner, name, _ in places]
            calls = [stack.enter_context(patch) for patch in patches]
            self.assertEqual(self.run_once()[1:], (1, True))
        for (_, name, wanted), call in zip(places, calls):
            with self.subTest(name=name):
                self.assertEqual({c.args[-1] for c in call.call_args_list}, {wanted})
        (file,) = self.files()
        self.assertEqual(pathlib.Path(file).read_bytes().count(b"strict = false"), 1)
        self.assertEqual(self.run_once()[1:], (1, False))

    @contextlib.contextmanager
    def own_key(self, **files):
        """The key of norm were its libraries these files."""
        _store._own_key.cache_clear()
        self.addCleanup(_store._own_key.cache_clear)
        extension, library = files["extension"], files["library"]
        mapped = {os.path.realpath(extension), library}
        with mock.patch.object(_native, "library", return_value=library):
            with mock.patch.object(_store._norm, "__file__", extension):
                with mock.patch.object(_store, "_mapped", return_value=mapped):
                    yield _store._own_key()
        _store._own_key.cache_clear()

    def test_libraries_are_known_by_their_bytes(self):
        """Of the same size and time."""
        own = {"extension": norm._norm.__file__, "library": _native.library()}
        with self.own_key(**own) as first, self.own_key(**own) as again:
            self.assertEqual(first, again)
        for name, file in own.items():
            with self.subTest(name=name):
                other = os.path.join(os.path.realpath(self.folder), name)
                shutil.copy2(file, other)
                status = os.stat(other)
                with self.own_key(**{**own, name: other}) as same, open(other, "r+b") as changed:
                    self.assertEqual(same, first)
                    changed.seek(status.st_size // 2)
                    byte = changed.read(1)
                    changed.seek(status.st_size // 2)
                    changed.write(bytes([byte[0] ^ 1]))
                os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
                with self.own_key(**{**own, name: other}) as key:
                    self.assertNotEqual(key, first)

    def test_a_library_that_was_replaced(self):
        """Nothing is stored, and nothing fails."""
        self.run_once(lambda x, scale: rmsnorm(x, scale) * 2)  # loads what is built beside it
        (file,) = self.files()
        library = os.path.join(self.folder, "libnorm-c.so (deleted)")
        replaced = mock.patch.object(_native, "library", return_value=library)
        for patch in (replaced, mock.patch.object(_store, "_mapped", return_value={library})):
            _store._own_key.cache_clear()
            self.addCleanup(_store._own_key.cache_clear)
            with patch:
                for _ in range(2):
                    self.assertEqual(self.run_once()[1:], (1, True))
        self.assertEqual(self.files(), [file])

    def test_what_a_process_leaves_is_removed(self):
        """One that ended while it wrote, as other files that nobody reads."""
        self.run_once()
        known = set(os.listdir(self.folder))
        with mock.patch.object(os, "replace"), mock.patch.object(os, "remove"):
            _store.store("0" * 64, _store.Entry(b""))
        (left,) = set(os.listdir(self.folder)) - known
        os.utime(os.path.join(self.folder, left), (0, 0))
        os.utime(os.path.join(self.folder, "llvmcache.timestamp"), (0, 0))
        self.run_once(lambda x, scale: rmsnorm(x, scale) * 3)
        self.assertNotIn(left, os.listdir(self.folder))

    def test_kernels_that_are_gone(self):
        self.run_once()
        for name in os.listdir(self.folder):
            path = os.path.join(self.folder, name)
            if path not in self.files():
                os.remove(path)
        norm.configure(cache_directory=self.folder)
        self.assertEqual(self.run_once()[1:], (1, False))

    def test_a_kernel_that_fails(self):
        wanted = self.run_once()[0]
        (file,) = self.files()
        with mock.patch.object(_call, "compile", side_effect=RuntimeError("in compile")):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                with self.assertRaisesRegex(AssertionError, "in compile"):
                    self.run_once()
        self.assertEqual(len([w for w in caught if "in compile" in str(w.message)]), 1)
        self.assertTrue(np.array_equal(self.run_once()[0], wanted))
        self.assertEqual(self.files(), [file])


class Translation(Case):
    """Instructions as linalg: the same numbers as XLA's."""

    functions = {
        "arithmetic": lambda x, y: x * y - x / (jnp.abs(y) + 1) + (-x),
        "functions": lambda x, y: jnp.exp(x) + jnp.tanh(y) + jax.lax.rsqrt(jnp.abs(x) + 1) + jnp.sqrt(jnp.abs(y)),
        "more": lambda x, y: jnp.log(jnp.abs(x) + 1) + jnp.log1p(jnp.abs(y)) + jnp.expm1(x) + jax.lax.erf(y),
        "logistic": lambda x, y: jax.nn.sigmoid(x) + jax.nn.silu(y),
        "trigonometric": lambda x, y: jnp.sin(x) + jnp.cos(y),
        "rounding": lambda x, y: jnp.floor(x) + jnp.ceil(y),
        "powers": lambda x, y: x**2 + y**3 + (jnp.abs(x) + 1) ** 1.7 + (jnp.abs(y) + 1) ** -0.5,
        "extremes": lambda x, y: jnp.maximum(x, y) - jnp.minimum(x, -y) + jnp.clip(x, -1, 1),
        "choice": lambda x, y: jnp.where((x > y) & ~(x < 0) | (y >= 1), x, -y),
        "numbers": lambda x, y: x * 0.1 + 1e-3 + jnp.where(y > 0, -jnp.inf, 1.0).clip(-2, 2),
        "sums": lambda x, y: x.sum(-1) + y.max(-1) - y.min(-1) + x.prod(-1),
        "columns": lambda x, y: x.sum((0, 1)) + y.mean(0).sum(0),
        "transposed": lambda x, y: (x + y.transpose(1, 0, 2).reshape(x.shape)).sum(-1),
        "shapes": lambda x, y: (x.reshape(6, 8) * y.reshape(6, 2, 4).reshape(6, 8)).sum(-1),
        "parts": lambda x, y: x[:, 1:, 2:6] * y[:, :2, 4:],
        "a part at a place": lambda x, y: jax.lax.dynamic_index_in_dim(x, jnp.argmax(y[0, 0]) - 3, keepdims=False) + y[0],
        "casts": lambda x, y: (x.astype("float16") * y.astype("bfloat16").astype("float16")).astype("float32") + (x > 0),
        "places": lambda x, y: x * jnp.arange(8.0) + y * (jnp.arange(3)[:, None] > 1),
        "integers": lambda x, y: x * (x > 0).astype("int32").sum(-1, keepdims=True).astype(x.dtype) + y,
    }  # fmt: skip

    def test_sums_of_broadcasts(self):
        """Over dimensions that no element of the tensor has, of one place and more:
        XLA does not leave such sums in small functions."""
        x = np.random.default_rng(0).standard_normal((2, 8)).astype("float32")
        for shape, dims, reduced in (((2, 1, 8), (0, 2), [1]), ((2, 3, 8), (0, 2), [1]), ((1, 2, 3, 8), (1, 3), [0, 2, 3])):
            with self.subTest(shape=shape, reduced=reduced):
                builder = norm._linalg.Builder()
                argument = builder.argument("%a", (2, 8), "f32")
                total = builder.reduce("{r} = arith.addf {0}, {1} : {t}", 0.0, norm._linalg.View(argument, dims), shape, reduced)
                found = norm.compile(builder.finish([argument], [total]), raises=False)(x)
                whole = np.broadcast_to(x.astype("float64").reshape([n if d in dims else 1 for d, n in enumerate(shape)]), shape)
                self.close(jnp.asarray(found), jnp.asarray(whole.sum(tuple(reduced)), "float32"))

    def test_functions(self):
        keys = jax.random.split(jax.random.key(2))
        whole = []
        for name, function in self.functions.items():
            with self.subTest(name=name):
                x, y = (jax.random.normal(key, (2, 3, 8)) for key in keys)
                modules = []
                with mock.patch.object(_pass, "transform", side_effect=modules.append), norm.jax.enable():
                    wanted = jax.jit(function)(x, y)
                module = _hlo.Module(modules[-1])
                entry = module.computations[module.entry_id]
                order = entry.sorted()
                group = [i for i in order if i.opcode != "parameter"]
                if not all(_linalg.is_supported(module, entry, i) for i in group):
                    continue
                whole.append(name)
                inputs = [i for i in order if i.opcode == "parameter"]
                program = _linalg.translate(module, entry, group, inputs, [entry.root], True)
                values = [(x, y)[i.message.number(9)] for i in program.inputs]
                found = norm.compile(program.text, raises=False)(*(np.asarray(v) for v in values))
                self.close(jnp.asarray(found).reshape(wanted.shape), wanted)
        self.assertGreater(len(whole), 14)

    def test_a_message_is_written_as_it_was_read(self):
        modules = []
        with mock.patch.object(_pass, "transform", side_effect=modules.append), norm.jax.enable():
            jax.jit(layers)(*(jnp.stack([a, a]) if i else a for i, a in enumerate(map(arrays().__getitem__, (0, 1, 4)))))
        for data in modules:
            message = _proto.Message(data)
            self.assertEqual(message.add(1000, 1).to_bytes(), data + b"\xc0\x3e\x01")  # and so read and written
            self.assertEqual(message.remove(1000).to_bytes(), data)
            for computation in _hlo.Module(data).computations.values():
                before = computation.message.to_bytes()
                instruction = computation.instructions[-1]
                instruction.message.set_numbers(36, instruction.operands)
                computation.is_changed = True
                self.assertEqual(len(computation.to_message().to_bytes()), len(before))
        self.assertGreater(len(modules), 0)

    def test_what_is_no_module(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for data in (b"\xff\xff", b"\x1a\x05ab", b""):
                self.assertIsNone(_pass.transform(data))


if __name__ == "__main__":
    unittest.main()
