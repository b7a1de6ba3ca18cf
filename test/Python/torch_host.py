# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Unchanged PyTorch programs with norm.torch enabled, against PyTorch alone."""

import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import unittest
import warnings
from unittest import mock

import torch
import torch._inductor.config
import torch.nn.functional as F
from torch import nn
from torch._inductor.custom_graph_pass import CustomGraphPass
from torch.fx.experimental.proxy_tensor import make_fx

import norm
import norm.torch
from norm import _native
from norm.torch import _call, _compiled, _kernels, _linalg, _table

# A graph that Inductor kept from another test is not looked at again.
torch._inductor.config.force_disable_caches = True

# Of results by the narrowest type.
TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-5, torch.float16: 4e-3, torch.bfloat16: 3e-2}
ROWS, LENGTH = 24, 512


def tensors(dtype, *, rows=(4, ROWS // 4), length=LENGTH, parameters=None):
    generator = torch.Generator().manual_seed(1)
    made = [torch.randn(*rows, length, generator=generator), torch.randn(length, generator=generator),
            torch.randn(length, generator=generator)]  # fmt: skip
    return [
        t.to(dtype if i == 0 else parameters or dtype).requires_grad_(True) for i, t in enumerate(made)
    ]


def gradients(function, inputs, weights):
    result = function(*inputs)
    (result.double() * weights).sum().backward()
    found = [result.detach()] + [t.grad for t in inputs]
    for t in inputs:
        t.grad = None
    return found


class HandWritten(nn.Module):
    """As transformers spells RMSNorm."""

    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(dim))

    def forward(self, x):
        h = x.float()
        h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + 1e-6)
        return self.weight * h.to(x.dtype)


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norms = nn.ModuleList([HandWritten(dim), nn.LayerNorm(dim), nn.RMSNorm(dim, eps=1e-6)])
        self.layers = nn.ModuleList([nn.Linear(dim, dim) for _ in self.norms])

    def forward(self, x):
        for own, layer in zip(self.norms, self.layers):
            x = x + layer(own(x))
        return x


class Case(unittest.TestCase):
    def setUp(self):
        norm.torch._state.STATE.reset()
        _table.set_least(0)
        torch._dynamo.reset()

    def tearDown(self):
        norm.torch.disable()
        _table.set_least(None)

    def close(self, found, wanted, dtype, factor=1.0):
        self.assertEqual(found.shape, wanted.shape)
        scale = wanted.double().abs().max().clamp(min=1e-30)
        error = ((found.double() - wanted.double()).abs().max() / scale).item()
        self.assertLessEqual(error, factor * TOLERANCE[dtype])


class Eager(Case):
    functions = {
        "layer_norm": lambda x, g, b: F.layer_norm(x, (x.shape[-1],), g, b, 1e-5),
        "rms_norm": lambda x, g, b: F.rms_norm(x, (x.shape[-1],), g, 1e-6) + 0 * b.sum(),
        "no parameters": lambda x, g, b: F.layer_norm(x, (x.shape[-1],)) + 0 * (g + b).sum(),
        "two dimensions": lambda x, g, b: F.layer_norm(
            x.unflatten(-1, (8, -1)), (8, x.shape[-1] // 8), g.view(8, -1), b.view(8, -1)
        ).flatten(-2),
    }

    def test_values_and_gradients(self):
        for name, function in self.functions.items():
            for dtype, parameters in (
                (torch.float32, None), (torch.float64, None), (torch.bfloat16, None),
                (torch.float16, None), (torch.bfloat16, torch.float32),
            ):  # fmt: skip
                with self.subTest(name=name, dtype=dtype, parameters=parameters):
                    if name == "rms_norm" and parameters:
                        continue  # PyTorch takes one type
                    inputs = tensors(dtype, parameters=parameters)
                    weights = torch.randn(inputs[0].shape, generator=torch.Generator().manual_seed(2)).double()
                    wide = [t.detach().double().requires_grad_(True) for t in inputs]
                    wanted = gradients(function, wide, weights)
                    with norm.torch.enable(compile=False):
                        found = gradients(function, inputs, weights)
                    for one, other in zip(found, wanted):
                        self.close(one, other, dtype, 4)
        stats = norm.torch.stats()
        self.assertEqual(stats["fallbacks"], [])
        self.assertGreater(stats["forward"], 15)
        self.assertGreater(stats["backward"], 15)

    def test_gradcheck(self):
        inputs = tensors(torch.float64, rows=(3,), length=7)
        with norm.torch.enable(compile=False):
            for name in ("layer_norm", "rms_norm", "no parameters"):
                self.assertTrue(torch.autograd.gradcheck(self.functions[name], inputs))
        self.assertGreater(norm.torch.stats()["backward"], 0)

    def test_what_is_left_to_pytorch(self):
        x = torch.randn(8, 64)
        wide = torch.randn(8, 128)
        cases = {
            "transposed": x.t(),
            "every second": wide[:, ::2],
            "every second row": torch.randn(16, 64)[::2],
            "overlapping": wide.view(-1)[: 8 * 64 + 7].as_strided((8, 64), (1, 8)),
            "one row for all": x[:1].expand(8, 64),
            "meta": x.to("meta"),
            "no rows": x[:0],
        }
        wanted = {name: F.layer_norm(value, value.shape[-1:]) for name, value in cases.items()}
        with norm.torch.enable(compile=False):
            for name, value in cases.items():
                with self.subTest(name=name):
                    found = F.layer_norm(value, value.shape[-1:])
                    self.assertEqual(found.shape, value.shape)
                    self.assertTrue(name == "meta" or torch.equal(found, wanted[name]))
            for value in (x.int(), x.to_sparse()):
                with self.assertRaises((RuntimeError, NotImplementedError)):
                    F.layer_norm(value, (64,))
            with self.assertRaises(RuntimeError):
                F.layer_norm(x, (63,))
        self.assertEqual(norm.torch.stats()["calls"], 0)

    def test_vmap_and_functional(self):
        x, g = torch.randn(5, 8, 64), torch.randn(64)

        def function(x, g):
            return F.rms_norm(x, (64,), g, 1e-6).square().sum()

        wanted = torch.func.vmap(torch.func.grad(function), in_dims=(0, None))(x, g)
        with norm.torch.enable(compile=False):
            found = torch.func.vmap(torch.func.grad(function), in_dims=(0, None))(x, g)
        self.close(found, wanted, torch.float32)

    def test_disable_restores(self):
        x = torch.randn(8, 64)
        wanted = F.layer_norm(x, (64,)), F.rms_norm(x, (64,))
        with norm.torch.enable():
            F.layer_norm(x, (64,))
        calls = norm.torch.stats()["calls"]
        for found, one in zip((F.layer_norm(x, (64,)), F.rms_norm(x, (64,))), wanted):
            self.assertTrue(torch.equal(found, one))
        self.assertEqual(norm.torch.stats()["calls"], calls)

    def test_graphs_outlive_disable(self):
        """What kernels computed is differentiated by PyTorch behind disable()."""
        for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
            for function in (F.layer_norm, F.rms_norm):
                x = torch.randn(8, 64).to(dtype).requires_grad_()
                weight = torch.randn(64).to(dtype).requires_grad_()
                dy = torch.randn(8, 64).to(dtype)
                wanted = torch.autograd.grad(function(x, (64,), weight), (x, weight), dy)
                with norm.torch.enable(compile=False):
                    calls = norm.torch.stats()["calls"]
                    y = function(x, (64,), weight)
                    self.assertEqual(norm.torch.stats()["calls"], calls + 1)
                found = torch.autograd.grad(y, (x, weight), dy)
                self.assertEqual(norm.torch.stats()["calls"], calls + 1)
                for own, one in zip(found, wanted):
                    self.close(own, one, dtype)

    def test_blocks_in_blocks(self):
        x = torch.randn(8, 64)

        def count():
            calls = norm.torch.stats()["calls"]
            F.layer_norm(x, (64,))
            return norm.torch.stats()["calls"] - calls

        with norm.torch.enable(precision="strict"):
            with norm.torch.enable(compile=False):
                self.assertEqual(norm.torch._state.STATE.precision, "relaxed")
            self.assertEqual(count(), 1)
            self.assertEqual(norm.torch._state.STATE.precision, "strict")
            with norm.torch.enable(), self.assertRaises(KeyError):
                raise KeyError
            self.assertEqual(count(), 1)
        self.assertEqual(count(), 0)
        self.assertFalse(_compiled.is_on())

    def test_what_pytorch_refuses(self):
        x = torch.randn(8, 64)
        for kind in (torch.float16, torch.bfloat16, torch.float64):
            with norm.torch.enable(compile=False), self.assertRaises(RuntimeError):
                F.layer_norm(x, (64,), torch.ones(64, dtype=kind))
        for function in (F.layer_norm, F.rms_norm):
            with norm.torch.enable(compile=False), self.assertRaises(RuntimeError):
                function(x, ())

    def inject(self):
        """Lets kernels fail while it is entered."""
        _call.load()
        stack = contextlib.ExitStack()
        _call._library.norm_torch_fail(3)
        stack.callback(_call._library.norm_torch_fail, 0)
        return stack

    def test_an_error_falls_back_with_one_warning(self):
        x = torch.randn(8, 64)
        for function in (F.layer_norm, F.rms_norm):
            wanted = function(x, (64,))
            with self.inject(), norm.torch.enable(compile=False), warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                norm.torch._state.STATE.reset()
                for _ in range(3):
                    self.close(function(x, (64,)), wanted, torch.float32)
            self.assertEqual(len([w for w in caught if "injected" in str(w.message)]), 1)
            self.assertRegex(norm.torch.stats()["fallbacks"][0], "injected")

    def test_an_error_in_a_backward_falls_back(self):
        for name in ("layer_norm", "rms_norm"):
            inputs = tensors(torch.float32)
            weights = torch.randn(inputs[0].shape).double()
            wanted = gradients(self.functions[name], inputs, weights)
            with norm.torch.enable(compile=False), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = self.functions[name](*inputs)
                with self.inject():
                    (result.double() * weights).sum().backward()
            for t, gradient in zip(inputs, wanted[1:]):
                self.close(t.grad, gradient, torch.float32)
            self.assertRegex(norm.torch.stats()["fallbacks"][0], "injected")

    @unittest.skipUnless(hasattr(os, "fork"), "no fork")
    def test_configure_reaches_the_calls(self):
        """Kernels of later calls are made by the new settings."""
        x, (folder, threads) = torch.randn(8, 256), (norm.cache_info()["directory"], norm._settings.get_threads())
        with norm.torch.enable(compile=False), tempfile.TemporaryDirectory() as other:
            wanted = F.layer_norm(x, (256,))
            norm.configure(cache_directory=other, threads=1)
            try:
                self.assertTrue(torch.equal(F.layer_norm(x, (256,)), wanted))
                self.assertTrue(any(name.startswith("llvmcache-") for name in os.listdir(other)))
            finally:
                norm.configure(cache_directory=folder, threads=threads)

    def test_large_results(self):
        """Of 32 MB and more: the memory of one is that of the next, and never of both."""
        x = torch.randn(2049, 4096)
        wanted = F.layer_norm(x, (4096,))
        with norm.torch.enable(compile=False):
            first = F.layer_norm(x, (4096,))
            second = F.layer_norm(x.flip(0), (4096,))
            self.assertNotEqual(first.data_ptr(), second.data_ptr())
            torch.testing.assert_close(first, wanted)
            torch.testing.assert_close(second, wanted.flip(0))
            places = {first.data_ptr(), second.data_ptr()}
            is_native = norm.torch._eager._is_native
            if is_native:
                first.add_(1).resize_(3, 4096, 1024)
            del second
            kept = F.layer_norm(x, (4096,))
        # A tensor outlives disable().
        torch.testing.assert_close(kept, wanted)
        if is_native:
            torch.testing.assert_close(first[0, 0], wanted[0, :1024] + 1)
            self.assertIn(kept.data_ptr(), places)

    def test_an_unknown_pytorch(self):
        """Calls go on without the parts of Inductor; graphs are PyTorch's, with a warning."""
        program = """
import sys, warnings
sys.modules["torch._inductor.custom_graph_pass"] = None
import torch, norm.torch
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    norm.torch.enable()
    norm.torch.enable()
assert [str(w.message).count("graphs of PyTorch") for w in seen if w.category is RuntimeWarning] == [1], seen
torch.nn.functional.layer_norm(torch.ones(64, 64), (64,))
assert norm.torch.stats()["forward"] == 1
norm.torch.disable()
"""
        subprocess.run([sys.executable, "-c", program], check=True)

    def test_fork(self):
        x = torch.randn(64, 512)
        with norm.torch.enable(compile=False), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python, of forks beside threads
            wanted = F.rms_norm(x, (512,))
            child = os.fork()
            if child == 0:
                os._exit(0 if torch.equal(F.rms_norm(x, (512,)), wanted) else 1)
            self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_a_folder_that_cannot_be_written(self):
        x = torch.randn(64, 48)
        kept = norm.cache_info()["directory"]
        try:
            norm.configure(cache_directory="/proc/none")
            with norm.torch.enable(compile=False):
                found = F.rms_norm(x, (48,), eps=3e-5)
            self.close(found, F.rms_norm(x, (48,), eps=3e-5), torch.float32)
            self.assertEqual((norm.torch.stats()["forward"], norm.torch.stats()["fallbacks"]), (1, []))
        finally:
            norm.configure(cache_directory=kept)

    def test_threads(self):
        x = torch.randn(64, 512)
        wanted = F.layer_norm(x, (512,))
        results = [None] * 8
        with norm.torch.enable(compile=False):

            def work(number):
                for _ in range(20):
                    results[number] = F.layer_norm(x, (512,))

            workers = [threading.Thread(target=work, args=(n,)) for n in range(8)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        for result in results:
            self.close(result, wanted, torch.float32)

    def test_what_pays(self):
        _table.set_least(None)
        with norm.torch.enable(compile=False):
            F.layer_norm(torch.randn(1, 64), (64,))
            F.layer_norm(torch.randn(64, 1024), (1024,))
            # Through Python PyTorch's own take less.
            self.assertEqual(norm.torch.stats()["calls"], 2 if _call.is_loaded() else 0)
            norm.torch._state.STATE.reset()
            F.rms_norm(torch.randn(64, 1024), (1024,))
            F.layer_norm(torch.randn(1024, 64), (64,))
        self.assertEqual(norm.torch.stats()["calls"], 2)

    def test_tune(self):
        with mock.patch.object(_table, "_SIZES", [1 << 14, 1 << 20]), mock.patch.object(_table, "_ROUNDS", 1):
            with mock.patch.dict(_table._tuned):
                found = norm.torch.tune()
        self.assertEqual(len(found), 8)
        self.assertTrue(all(size in (1 << 14, 1 << 20, _table.ANY) for size in found.values()))

    def test_precision_is_known(self):
        with self.assertRaisesRegex(ValueError, "expected precision 'relaxed' or 'strict', got 'exact'"):
            norm.torch.enable(precision="exact")


class Build(Case):
    def test_a_compiler_that_fails(self):
        """Calls go through Python, after one warning."""
        x = torch.randn(64, 512)
        with mock.patch.multiple(_call, _library=None, _reason=None), mock.patch.object(_native, "_OPTIONS", ["--none"]):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                for _ in range(2):
                    with norm.torch.enable(compile=False):
                        self.close(F.rms_norm(x, (512,)), x * (x.square().mean(-1, True) + 1.2e-7).rsqrt(), torch.float32)
        self.assertEqual(len([w for w in caught if "go through Python" in str(w.message)]), 1)
        self.assertEqual(norm.torch.stats()["calls"], 2)


class EagerThroughPython(Eager):
    """Where the library cannot be built."""

    def setUp(self):
        for name, value in (("_library", None), ("_reason", "no compiler"), ("load", lambda: None)):
            patch = mock.patch.object(_call, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        super().setUp()

    def inject(self):
        stack = contextlib.ExitStack()
        for name in ("forward", "backward"):
            stack.enter_context(mock.patch.object(_kernels, name, side_effect=RuntimeError("injected")))
        return stack


class Translation(Case):
    """Functions of a graph as linalg: the same numbers as PyTorch's own."""

    functions = {
        "a number is not rounded to 16 bits": lambda x, y: x * 0.1 + 1e-3,
        "a factor beside a sum": lambda x, y: torch.add(x, y, alpha=3) - torch.sub(x, y, alpha=0.5),
        "quotients": lambda x, y: x / (y.abs() + 1.0) + (y.abs() + 0.5).reciprocal(),
        "powers": lambda x, y: x.pow(2) + y.pow(3) + (x.abs() + 1).pow(-0.5) + (y.abs() + 1).pow(1.7),
        "functions": lambda x, y: torch.sigmoid(x) + torch.tanh(y) + x.exp() + torch.erf(y) + torch.relu(x),
        "extremes": lambda x, y: torch.maximum(x, y) - torch.minimum(x, -y),
        "sums": lambda x, y: x.sum(-1) + y.mean((-2, -1), keepdim=True).squeeze(-1),
        "a wider sum": lambda x, y: x.sum(-1, dtype=torch.float64) + y.double().sum(-1),
        "variances": lambda x, y: x.var(-1) + torch.var_mean(y, -1, correction=0)[1],
        "views": lambda x, y: (x.view(2, 1, 3, -1).unsqueeze(1) + y.view(2, 1, 1, 3, 8)).reshape(6, 8),
        "casts": lambda x, y: (x.float() * y.double()).to(torch.float16).to(torch.bfloat16),
    }

    def test_functions(self):
        generator = torch.Generator().manual_seed(3)
        left = []
        for name, function in self.functions.items():
            for dtype in (torch.float32, torch.bfloat16, torch.float64):
                with self.subTest(name=name, dtype=dtype):
                    inputs = [torch.randn(2, 3, 8, generator=generator).to(dtype) for _ in range(2)]
                    graph = make_fx(function, tracing_mode="fake")(*inputs).graph
                    nodes = [n for n in graph.nodes if n.op == "call_function"]
                    arguments = [n for n in graph.nodes if n.op == "placeholder"]
                    (result,) = graph.output_node().all_input_nodes
                    try:
                        program = _linalg.translate(nodes, arguments, [result]).text
                    except _linalg.Unsupported:
                        left.append(name)
                        continue
                    found, wanted = norm.compile(program, raises=False)(*inputs), function(*inputs)
                    self.assertEqual(found.dtype, wanted.dtype)
                    unit = 2.0**-8 if torch.bfloat16 in (dtype, found.dtype) else torch.finfo(dtype).eps
                    # Of a chain of four roundings; a number rounded to 16 bits shows.
                    self.close(found, wanted, torch.float32, max(4 * unit, 1e-6) / TOLERANCE[torch.float32])
        self.assertEqual(set(left), {"a factor beside a sum"})

    def test_a_number_beside_16_bits(self):
        x = torch.arange(1, 257).to(torch.bfloat16).view(2, 128)
        graph = make_fx(lambda x: x * 0.1, tracing_mode="fake")(x).graph
        argument, product = list(graph.nodes)[:2]
        found = norm.compile(_linalg.translate([product], [argument], [product]).text, raises=False)(x)
        self.assertTrue(torch.equal(found, x * 0.1))


class Compiled(Case):
    def test_inference(self):
        torch.manual_seed(0)
        module, x = Block(128), torch.randn(2, 16, 128)
        with torch.no_grad():
            wanted = module(x)
            with norm.torch.enable(eager=False):
                found = torch.compile(module)(x)
        self.close(found, wanted, torch.float32)
        stats = norm.torch.stats()
        self.assertEqual((stats["forward"], stats["fallbacks"]), (3, []))
        self.assertEqual(stats["calls"], 3)

    def test_training(self):
        torch.manual_seed(0)
        module, x = Block(128), torch.randn(2, 16, 128)

        def step(model):
            module.zero_grad()
            model(x).square().mean().backward()
            return [p.grad.clone() for p in module.parameters()]

        wanted = step(module)
        with norm.torch.enable(eager=False):
            found = step(torch.compile(module))
        for one, other in zip(found, wanted):
            self.close(one, other, torch.float32)
        stats = norm.torch.stats()
        self.assertEqual((stats["forward"], stats["fallbacks"]), (3, []))
        self.assertEqual(stats["backward"], 2)  # of the first, dscale alone, which is no norm

    def test_gradients_of_layer_norm(self):
        """PyTorch's gradient reads normalized rows; x, mean and rstd are handed over
        in their place."""
        torch.manual_seed(0)
        norms = nn.ModuleList([nn.LayerNorm(128), nn.LayerNorm(128, elementwise_affine=False), nn.LayerNorm(128, bias=False)])
        layers = nn.ModuleList([nn.Linear(128, 128) for _ in norms])
        module = nn.ModuleList([norms, layers])

        def function(x):
            for own, layer in zip(norms, layers):
                x = layer(torch.tanh(own(x))) * x
            return x

        for dtype in (torch.float32, torch.bfloat16):
            with self.subTest(dtype=dtype):
                norm.torch._state.STATE.reset()
                torch._dynamo.reset()
                module.to(dtype).zero_grad()
                x = torch.randn(2, 16, 128, generator=torch.Generator().manual_seed(1)).to(dtype).requires_grad_(True)
                function(x).float().square().sum().backward()
                own = [x.grad] + [p.grad.clone() for p in module.parameters()]
                x.grad = None
                module.zero_grad()
                with norm.torch.enable(eager=False):
                    torch.compile(function)(x).float().square().sum().backward()
                for one, other in zip([x.grad] + [p.grad for p in module.parameters()], own):
                    self.close(one, other, dtype, 4)
                self.assertEqual(norm.torch.stats()["backward"], 3)
                self.assertEqual(norm.torch.stats()["fallbacks"], [])

    def check_backward(self, function, module, backward, dtype=torch.float32):
        """Gradients of x and of the parameters, and how many norms they have."""
        x = torch.randn(2, 16, 128, generator=torch.Generator().manual_seed(1)).to(dtype).requires_grad_(True)
        weights = torch.randn(2, 16, 128, generator=torch.Generator().manual_seed(2), dtype=torch.float64)

        def step(function):
            x.grad = None
            module.zero_grad()
            (function(x).double() * weights).sum().backward()
            return [x.grad.clone()] + [p.grad.clone() for p in module.parameters()]

        own = step(function)
        with norm.torch.enable(eager=False):
            found = step(torch.compile(function))
        for one, other in zip(found, own):
            self.close(one, other, dtype, 4)
        stats = norm.torch.stats()
        self.assertEqual((stats["backward"], stats["fallbacks"]), (backward, []))

    def test_gradients_of_sums(self):
        """Of a norm that six products read, and of one of a sum with a table that all
        rows of a batch share, as of positions: as in decoders that read an encoder."""
        torch.manual_seed(0)
        for own in (nn.LayerNorm(128), HandWritten(128)):
            with self.subTest(norm=type(own).__name__):
                self.setUp()
                layers = nn.ModuleList([nn.Linear(128, 128) for _ in range(6)])
                table = nn.Parameter(torch.randn(16, 128))

                def function(x):
                    h = own(torch.tanh(x) + table)
                    return h + sum(layer(h).tanh() for layer in layers)

                module = nn.ModuleList([own, layers])
                module.register_parameter("table", table)
                self.check_backward(function, module, 1)

    def test_gradients_of_a_norm_of_a_norm(self):
        """As of embeddings: the second reads scale * xh + bias, which its gradient
        computes once more."""
        torch.manual_seed(0)
        for count in (2, 3):
            with self.subTest(count=count):
                self.setUp()
                norms = nn.ModuleList([nn.LayerNorm(128) for _ in range(count)])
                layers = nn.ModuleList([nn.Linear(128, 128) for _ in range(count)])

                def function(x):
                    h = norms[0](x)
                    for own, layer in zip(norms[1:], layers[1:]):
                        h = h + torch.tanh(layer(own(h)))
                    return h + layers[0](h)

                self.check_backward(function, nn.ModuleList([norms, layers]), count)

    def test_passes_of_others_stay(self):
        seen = []

        class Other(CustomGraphPass):
            def __call__(self, graph):
                seen.append(graph)

            def uuid(self):
                return "other"

        other = Other()
        with torch._inductor.config.patch(post_grad_custom_pre_pass=other):
            with torch.no_grad(), norm.torch.enable(eager=False):
                torch.compile(Block(128))(torch.randn(2, 16, 128))
            self.assertIs(torch._inductor.config.post_grad_custom_pre_pass, other)
        self.assertEqual((len(seen), norm.torch.stats()["forward"]), (1, 3))

    def test_sizes_that_are_not_known(self):
        torch.manual_seed(0)
        module = Block(128)
        with norm.torch.enable(eager=False):
            compiled = torch.compile(module, dynamic=True)
            for rows in (16, 5, 33):
                x = torch.randn(2, rows, 128)
                module.zero_grad()
                module(x).square().mean().backward()
                wanted = [p.grad.clone() for p in module.parameters()]
                module.zero_grad()
                found = compiled(x)
                self.close(found, module(x), torch.float32)
                found.square().mean().backward()
                for one, other in zip(module.parameters(), wanted):
                    self.close(one.grad, other, torch.float32, 2)
        stats = norm.torch.stats()
        self.assertEqual((stats["forward"], stats["fallbacks"]), (3, []))  # one graph for all
        self.assertEqual(stats["backward"], 2)

    def test_a_row_length_that_is_not_known(self):
        def module(x):
            return F.rms_norm(x, (x.shape[-1],))

        with norm.torch.enable(eager=False):
            compiled = torch.compile(module, dynamic=True)
            for length in (64, 96):
                x = torch.randn(8, length)
                self.close(compiled(x), module(x), torch.float32)
        self.assertEqual(norm.torch.stats()["fallbacks"], [])

    def test_a_kernel_that_fails(self):
        module, x = Block(128), torch.randn(2, 16, 128)
        with torch.no_grad(), norm.torch.enable(eager=False), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            compiled = torch.compile(module)
            compiled(x)
            _call._library.norm_torch_fail(1)
            found = compiled(x)
        self.close(found, module(x), torch.float32)
        self.assertEqual(len([w for w in caught if "injected" in str(w.message)]), 1)
        self.assertEqual(norm.torch.stats()["fallbacks"], ["injected"])

    def test_the_call_of_python(self):
        """The op as it is where the library cannot be built."""
        program = """func.func @main(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> (tensor<?x8xf32>) {
          %z = arith.addf %x, %y : tensor<?x8xf32>
          return %z : tensor<?x8xf32>
        }"""
        x, y = torch.randn(4, 8), torch.randn(8, 4).t()
        (found,) = _compiled._call_program(program, "relaxed", [x, y], [4, 8])
        self.assertTrue(torch.equal(found, x + y))
        def fail(*_):
            raise RuntimeError("injected")

        with mock.patch.object(_compiled, "_kernel_of", return_value=fail), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (found,) = _compiled._call_program(program, "relaxed", [x, y], [4, 8])
        self.assertTrue(torch.equal(found, x + y))
        self.assertEqual(norm.torch.stats()["fallbacks"], ["RuntimeError: injected"])

    def test_the_op_is_one(self):
        _call.load()
        program = """func.func @main(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>) {
          %z = arith.addf %x, %x : tensor<?x8xf32>
          return %z : tensor<?x8xf32>
        }"""
        tests = ("test_schema", "test_faketensor", "test_aot_dispatch_dynamic")
        torch.library.opcheck(torch.ops.norm.call.default, (program, "relaxed", [torch.randn(4, 8)], [4, 8]), test_utils=tests)
        with self.assertRaisesRegex(RuntimeError, "norm: "):
            torch.ops.norm.call(program, "relaxed", [torch.randn(4, 9)], [4, 9])

    def test_report(self):
        module, x = Block(128), torch.randn(2, 16, 128)
        report = norm.torch.report(lambda x: torch.softmax(module(x), -1), x)
        self.assertEqual(sorted(n["kind"] for n in report.norms), ["layernorm", "rmsnorm", "rmsnorm"])
        self.assertEqual({n["row_length"] for n in report.norms}, {128})
        self.assertIn("rmsnorm", repr(report))
        self.assertEqual(norm.torch.stats()["fallbacks"], [])

    def test_a_softmax_beside_a_norm(self):
        """What is in no norm stays Inductor's, also in one group with it."""
        norms = nn.ModuleList([HandWritten(128), nn.LayerNorm(128)])
        x = torch.randn(4, 16, 128)

        def function(x):
            return torch.softmax(norms[1](torch.softmax(norms[0](x), -1)), -1)

        with torch.no_grad(), norm.torch.enable(eager=False):
            self.close(torch.compile(function)(x), function(x), torch.float32)
        stats = norm.torch.stats()
        self.assertEqual((stats["forward"], stats["fallbacks"]), (2, []))

    def test_strict_keeps_roundings(self):
        torch.manual_seed(0)
        module, x = Block(128).bfloat16(), torch.randn(2, 16, 128).bfloat16()
        with torch.no_grad():
            wanted = module(x)
            with norm.torch.enable(eager=False, precision="strict"):
                found = torch.compile(module)(x)
        self.close(found, wanted, torch.bfloat16)
        self.assertEqual(norm.torch.stats()["fallbacks"], [])

    def test_an_error_leaves_the_graph(self):
        module, x = Block(128), torch.randn(2, 16, 128)
        with mock.patch.object(_compiled, "_find_norms", side_effect=RuntimeError("injected")):
            with norm.torch.enable(eager=False), warnings.catch_warnings(record=True):
                warnings.simplefilter("always")
                with torch.no_grad():
                    found = torch.compile(module)(x)
        self.close(found, module(x), torch.float32)
        self.assertEqual(norm.torch.stats()["fallbacks"], ["RuntimeError: injected"])


MODELS = {
    "LlamaForCausalLM": ("LlamaConfig", dict(hidden_size=512, intermediate_size=1024, num_hidden_layers=2,
                                             num_attention_heads=8, num_key_value_heads=8, vocab_size=1000)),
    "GPT2LMHeadModel": ("GPT2Config", dict(n_embd=512, n_layer=2, n_head=8, vocab_size=1000)),
    "BertModel": ("BertConfig", dict(hidden_size=512, intermediate_size=1024, num_hidden_layers=2,
                                     num_attention_heads=8, vocab_size=1000)),
}  # fmt: skip


class Watched(Case):
    """norm.instrument() around a model, against what hooks see."""

    def setUp(self):
        super().setUp()
        torch.manual_seed(0)
        self.module = nn.Sequential(Block(128), Block(128)).requires_grad_(False)
        self.x = torch.randn(2, 16, 128) + 0.3

    def rows(self, x):
        """The rows of each norm, by its name."""
        seen = {}
        hooks = [
            own.register_forward_pre_hook(lambda _, args, name=name: seen.update({name: args[0].double().flatten(0, -2)}))
            for name, own in self.module.named_modules()
            if ".norms." in f"{name}." and name[-1].isdigit()
        ]
        self.module(x)
        for hook in hooks:
            hook.remove()
        return seen

    def check(self, watch, names):
        calls = 2
        norms = {one["name"].split(" ")[0]: one for one in watch.report().norms}
        self.assertEqual(sorted(norms), sorted(names))
        for name, x in self.rows(self.x).items():
            if name not in norms:
                continue
            one, is_layer = norms[name], name.endswith("1")
            self.assertRegex(one["name"], r"[.0-9a-z]+ \(torch_host.py:[0-9]+\)")
            self.assertEqual((one["rows"], one["calls"]), (32 * calls, calls))
            self.assertEqual(one["kind"], "layernorm" if is_layer else "rmsnorm")
            epsilon = 1e-5 if is_layer else 1e-6
            if is_layer:
                y = (x - x.mean(-1, True)) / (x.var(-1, unbiased=False, keepdim=True) + epsilon).sqrt()
                other = x / (x.square().mean(-1, True) + epsilon).sqrt()
            else:
                y = x / (x.square().mean(-1, True) + epsilon).sqrt()
                other = x / (x[:, :8].square().mean(-1, True) + epsilon).sqrt()
            change = (other - y).norm(dim=-1) / y.norm(dim=-1)
            for found, wanted in ((one["change"]["largest"], change.max()), (one["change"]["mean"], change.mean()),
                                  (one["rms"]["mean"], x.square().mean(-1).sqrt().mean())):  # fmt: skip
                self.assertAlmostEqual(found, wanted.item(), delta=1e-4 * abs(wanted.item()))

    def measure(self, model):
        with norm.instrument(self.module) as watch:
            results = [model(self.x) for _ in range(2)]
        self.assertTrue(torch.equal(*results))
        self.assertTrue(torch.equal(results[0], model(self.x)))
        return watch

    def test_eager(self):
        with norm.torch.enable(compile=False):
            self.module(self.x)
            watch = self.measure(self.module)
        self.check(watch, ["0.norms.1", "0.norms.2", "1.norms.1", "1.norms.2"])

    def test_compiled(self):
        names = [f"{block}.norms.{own}" for block in range(2) for own in range(3)]
        with norm.torch.enable(eager=False):
            model = torch.compile(self.module)
            model(self.x)  # a graph that was made before
            self.check(self.measure(model), names)
            torch._dynamo.reset()
            self.check(self.measure(torch.compile(self.module)), names)
        self.assertEqual(norm.torch.stats()["fallbacks"], [])

    def test_the_call_of_python(self):
        """Where the library of calls cannot be built."""
        with mock.patch.object(_call, "_library", None), mock.patch.object(_call, "load", lambda: None):
            with norm.torch.enable(compile=False):
                watch = self.measure(self.module)
        self.check(watch, ["0.norms.1", "0.norms.2", "1.norms.1", "1.norms.2"])

    def test_a_drift(self):
        """The mean that one layer adds rises: its reader is named, and the call."""
        limit = {"mean_drift": 0.5}
        with norm.torch.enable(compile=False), norm.instrument(self.module, limits=limit) as watch:
            for call in range(6):
                self.module[0].layers[1].bias.fill_(0.2 * call)
                self.module(self.x)
        exceeded = {e["norm"].split(" ")[0]: e["call"] for e in watch.report().exceeded}
        self.assertNotIn("0.norms.1", exceeded)  # reads what is before
        self.assertIn("0.norms.2", exceeded)
        means = []
        for call in range(6):
            self.module[0].layers[1].bias.fill_(0.2 * call)
            means.append(self.rows(self.x)["0.norms.2"])
        first = means[0].square().mean(-1).sqrt().mean()
        over = [abs(m.mean() - means[0].mean()) / first > 0.5 for m in means]
        self.assertEqual(exceeded["0.norms.2"], 1 + over.index(True))

    def test_training(self):
        """Gradients are those without, and only the forward is measured."""
        x = self.x.clone().requires_grad_(True)
        with norm.torch.enable(compile=False):
            self.module(x).sum().backward()
            wanted, x.grad = x.grad, None
            with norm.instrument(self.module) as watch:
                self.module(x).sum().backward()
        self.assertTrue(torch.equal(x.grad, wanted))
        self.assertEqual(len(watch.report().norms), 4)


@unittest.skipUnless(importlib.util.find_spec("transformers"), "transformers is not installed")
class Transformers(Case):
    """The figures of docs/PyTorch.md: five norms in two layers, with random weights."""

    def test_models(self):
        import transformers

        for name, (config, options) in MODELS.items():
            with self.subTest(model=name), torch.no_grad():
                norm.torch._state.STATE.reset()
                torch._dynamo.reset()
                torch.manual_seed(0)
                model = getattr(transformers, name)(getattr(transformers, config)(**options)).eval()
                ids = torch.randint(0, 1000, (2, 128))
                wanted = model(ids)[0]
                with norm.torch.enable(eager=False):
                    found = torch.compile(model)(ids)[0]
                self.close(found, wanted, torch.float32)
                stats = norm.torch.stats()
                self.assertEqual((stats["forward"], stats["fallbacks"]), (5, []))


if __name__ == "__main__":
    unittest.main()
