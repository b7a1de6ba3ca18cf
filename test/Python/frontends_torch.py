# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The front end of PyTorch and its ops, against PyTorch itself."""

import pathlib
import tempfile
import unittest
import warnings

import torch
import torch.nn.functional as F
from torch import nn

import norm
import norm.frontends.torch as frontend
import norm.frontends.torch_ops  # noqa: F401

warnings.filterwarnings("ignore")


class HandWritten(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(dim))

    def forward(self, x):
        h = x.float()
        h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + 1e-6)
        return self.weight * h.to(x.dtype)


class Decoder(nn.Module):
    def __init__(self, dim=64, heads=4):
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList([HandWritten(dim), nn.RMSNorm(dim, eps=1e-6)])
        self.qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        self.gate = nn.Linear(dim, 4 * dim, bias=False)
        self.up = nn.Linear(dim, 4 * dim, bias=False)
        self.down = nn.Linear(4 * dim, dim, bias=False)

    def forward(self, x):
        batch, length, dim = x.shape
        heads = self.qkv(self.norms[0](x)).view(batch, length, 3, self.heads, -1)
        q, k, v = heads.permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(a.transpose(1, 2).reshape(batch, length, dim))
        h = self.norms[1](x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 64)
        self.head = nn.Linear(64, 10, bias=False)
        self.head.weight = self.embedding.weight
        self.register_buffer("factor", torch.full((64,), 2.0))

    def forward(self, tokens):
        return self.head(self.embedding(tokens) * self.factor)


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *arguments):
        return self.function(*arguments)


class Base(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.x = torch.randn(8, 64)
        self.folder = tempfile.TemporaryDirectory()
        norm.configure(cache_directory=self.folder.name)
        context = torch.no_grad()
        context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def tearDown(self):
        self.folder.cleanup()

    def check(self, module, *arguments, **options):
        model = frontend.compile(module.eval(), *arguments, **options)
        torch.testing.assert_close(model(*arguments), module(*arguments))
        return model


class Models(Base):
    def check_model(self, module, kinds, x, **options):
        model = self.check(module, x, **options)
        self.assertEqual([norm["kind"] for norm in model.report().norms], kinds)
        for parameter in module.parameters():
            parameter.mul_(1.5)
        torch.testing.assert_close(model(x), module(x), rtol=1e-4, atol=1e-5)
        return model

    def test_norms(self):
        self.check_model(nn.LayerNorm(64), ["layernorm"], self.x)
        self.check_model(nn.RMSNorm(64, eps=1e-6), ["rmsnorm"], self.x)
        half = nn.LayerNorm(64, dtype=torch.bfloat16)
        self.check_model(half, ["layernorm"], self.x.bfloat16())

    def test_default_epsilon(self):
        for dtype in (torch.float32, torch.bfloat16, torch.float16, torch.float64):
            x = self.x.to(dtype) * 1e-3
            self.check(nn.RMSNorm(64, dtype=dtype), x)

    def test_decoder(self):
        model = self.check_model(Decoder(), ["rmsnorm"] * 2, torch.randn(2, 16, 64))
        table = str(model.report())
        self.assertIn("frontends_torch.py:", table)
        self.assertIn("normalization.py:", table)

    def test_dynamic(self):
        model = self.check(
            nn.LayerNorm(64), self.x, dynamic_shapes=({0: torch.export.Dim("rows")},)
        )
        for rows in (3, 8, 200):
            x = torch.randn(rows, 64)
            torch.testing.assert_close(model(x), F.layer_norm(x, (64,)))

    def test_strides(self):
        x, in_order = torch.randn(4, 4), ((2, 8), (8, 1))
        copy = torch.ops.aten.as_strided_copy
        self.check(Function(lambda x: copy(x, *in_order)), x)
        for arguments in (
            in_order,
            ((4, 4), (1, 4)),  # the transpose
            ((4, 4), (4, 0)),
            ((3, 4), (4, 1), 4),
        ):
            self.check(Function(lambda x: torch.as_strided(x, *arguments) * 2), x)

    def test_tied_parameters_and_buffers(self):
        self.check(Tied(), torch.arange(5))


class Arguments(Base):
    def test_trees_and_constants(self):
        module = Function(
            lambda d, n, f: {"a": d["x"] * n, "b": (d["i"].float(), f)[:1]}
        )
        tree = {"x": self.x, "i": torch.arange(8)}
        model = self.check(module, tree, 2, True)
        tree["x"] = self.x.t().contiguous().t()
        torch.testing.assert_close(model(tree, 2, True), module(tree, 2, True))
        with self.assertRaisesRegex(norm.ArgumentError, "expected 2, got 3"):
            model(tree, 3, True)

    def test_bad(self):
        model = frontend.compile(Function(lambda x: x + 1), self.x)
        for bad in ((), (self.x, self.x), (self.x[:3],), (self.x.double(),), (1,)):
            with self.assertRaises(norm.ArgumentError):
                model(*bad)
        with torch.enable_grad(), self.assertRaisesRegex(ValueError, "gradients"):
            model(self.x.clone().requires_grad_())


class Errors(Base):
    def unsupported(self, pattern, function, *arguments):
        module = function if isinstance(function, nn.Module) else Function(function)
        with self.assertRaisesRegex(norm.UnsupportedError, pattern) as caught:
            frontend.compile(module, *arguments)
        return caught.exception

    def test_ops_without_counterpart(self):
        error = self.unsupported("'tm_tensor.sort'", lambda x: torch.sort(x)[0], self.x)
        self.assertEqual(pathlib.Path(error.file).name, "frontends_torch.py")
        self.unsupported(
            "'torch.aten._linalg_svd'", lambda x: torch.linalg.svd(x)[1], self.x
        )
        for arguments in (((4, 4), (1, 4)), ((3, 4), (4, 1), 4), ((16,), (0,))):
            self.unsupported(
                "torch-mlir (ended|lowers)",
                lambda x: torch.ops.aten.as_strided_copy(x, *arguments),
                torch.ones(4, 4),
            )
        # torch-mlir itself ends here.
        self.unsupported(
            "unimplemented", lambda x: x // 3, torch.ones(4, dtype=torch.uint8)
        )

    def test_changes_in_place(self):
        self.unsupported("an argument changed", lambda x: x.add_(1), self.x)
        self.unsupported("'running_mean' changed", nn.BatchNorm1d(64), self.x)


class Ops(Base):
    def test_opcheck(self):
        x, s, b = self.x, torch.rand(64), torch.rand(64)
        ops = torch.ops.norm
        for op, arguments in (
            (ops.rmsnorm.default, (x, s, b, 1e-6)),
            (ops.rmsnorm.default, (x.t(),)),
            (ops.layernorm.default, (x.bfloat16(), s, b)),
            (ops.add_rmsnorm.default, (x, x, s)),
        ):
            torch.library.opcheck(op, arguments)

    def test_values(self):
        x, y, s, b = self.x, self.x.flip(0), torch.rand(64), torch.rand(64)
        ops, close = torch.ops.norm, torch.testing.assert_close
        close(ops.rmsnorm(x, s, None, 1e-6), F.rms_norm(x, (64,), s, 1e-6))
        close(ops.rmsnorm(x.t()), F.rms_norm(x.t(), (8,), None, 1e-5))
        close(ops.layernorm(x, s, b), F.layer_norm(x, (64,), s, b))
        normed, total = ops.add_rmsnorm(x, y, s)
        close(total, x + y)
        close(normed, F.rms_norm(x + y, (64,), s, 1e-5))

    def test_compile(self):
        kept = []

        def backend(graph, _inputs):
            kept.extend(str(node.target) for node in graph.graph.nodes)
            return graph

        def function(x, s):
            normed, total = torch.ops.norm.add_rmsnorm(x, x, s)
            return torch.ops.norm.rmsnorm(torch.relu(normed) + total, s)

        s = torch.rand(64)
        compiled = torch.compile(function, fullgraph=True, backend=backend)
        torch.testing.assert_close(compiled(self.x, s), function(self.x, s))
        self.assertIn("norm.rmsnorm", " ".join(kept))
        traced = torch.compile(function, fullgraph=True, backend="aot_eager")
        torch.testing.assert_close(traced(self.x, s), function(self.x, s))


if __name__ == "__main__":
    unittest.main()
