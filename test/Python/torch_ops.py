# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The ops torch.ops.norm and their gradients: against numeric derivatives and
PyTorch's own gradients in float64, as torch.compile() traces them, and what is
refused."""

import itertools
import os
import tempfile
import unittest

import torch
import torch.nn.functional as F
from torch.autograd import gradcheck, gradgradcheck

import norm
import norm.frontends.torch_ops  # noqa: F401

ops = torch.ops.norm
f64 = torch.float64
KINDS = ("rmsnorm", "prmsnorm", "layernorm") if os.environ.get("NORM_TEST_LONG") else ("layernorm",)


def formula(kind, x, scale=None, bias=None, epsilon=1e-5, k=None, epsilon_outside=False, scale_plus_one=False):
    """The norm by ops that PyTorch can differentiate."""
    centred = x - x.mean(-1, keepdim=True) if kind == "layernorm" else x
    k = (k or (x.shape[-1] + 15) // 16) if kind == "prmsnorm" else x.shape[-1]
    square = (centred[..., :k] ** 2).mean(-1, keepdim=True)
    y = centred / (square.sqrt() + epsilon if epsilon_outside else (square + epsilon).sqrt())
    y = y if scale is None else y * (scale + 1 if scale_plus_one else scale)
    return y if bias is None else y + bias


class Base(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.folder = tempfile.TemporaryDirectory()
        norm.configure(cache_directory=self.folder.name, threads=0)

    def tearDown(self):
        self.folder.cleanup()

    def leaves(self, *shapes, dtype=f64):
        return [torch.randn(shape, dtype=dtype, requires_grad=True) for shape in shapes]

    def close(self, found, expected, tolerance):
        for one, other in zip(found, expected, strict=True):
            error = (one.double() - other.double()).abs().max()
            self.assertLessEqual(error, tolerance * max(1, other.double().abs().max()))


class Gradients(Base):
    def test_gradcheck(self):
        """Every op, for every subset of x, scale and bias that learn, and of those
        that are there."""
        for kind in KINDS:
            op = getattr(ops, kind)
            for present in itertools.product((True, False), repeat=2):
                for learns in itertools.product((True, False), repeat=3):
                    arguments = [torch.randn(2, 3, 4, dtype=f64), torch.randn(4, dtype=f64), torch.randn(4, dtype=f64)]
                    used = [a.requires_grad_(l) if p else None for a, l, p in zip(arguments, learns, (True, *present))]
                    if any(a is not None and a.requires_grad for a in used):
                        self.assertTrue(gradcheck(op, used))

    def test_options(self):
        x, scale, bias = self.leaves((3, 5), 5, 5)
        for kind in ("rmsnorm", "prmsnorm", "layernorm"):
            op = getattr(ops, kind)
            for options in ({"recompute": True}, {"epsilon_outside": True}, {"scale_plus_one": True}):
                self.assertTrue(gradcheck(lambda *a: op(*a, 0.1, **options), (x, scale, bias)))
        self.assertTrue(gradcheck(lambda *a: ops.prmsnorm(*a, k=3), (x, scale, bias)))
        self.assertTrue(gradcheck(lambda *a: ops.prmsnorm(*a, k=3, recompute=True), (x, scale, bias)))
        number = torch.tensor(2.0, dtype=f64, requires_grad=True)
        self.assertTrue(gradcheck(ops.rmsnorm, (x, number, number)))

    def test_residual(self):
        x, residual, scale, bias = self.leaves((3, 5), (3, 5), 5, 5)
        for function in (
            lambda *a: ops.add_rmsnorm(*a),
            lambda *a: ops.add_rmsnorm(*a)[0],
            lambda *a: ops.add_rmsnorm(*a)[1],
            lambda *a: ops.add_rmsnorm(*a, 1e-3, recompute=True),
        ):
            self.assertTrue(gradcheck(function, (x, residual, scale, bias)))

    def test_types(self):
        """All types, each parameter its own, against PyTorch's gradients of the
        formula in float64."""
        cases = ((torch.float64, f64, 1e-13), (torch.float32, torch.float32, 2e-6), (torch.bfloat16, torch.float32, 8e-3),
                 (torch.float16, torch.float16, 1e-3), (torch.bfloat16, torch.bfloat16, 8e-3))  # fmt: skip
        for kind, (dtype, parameter, tolerance) in itertools.product(KINDS, cases):
            x, scale, bias = self.leaves((3, 40, 48), dtype=dtype) + self.leaves(48, 48, dtype=parameter)
            dy = torch.randn(x.shape, dtype=dtype)
            found = torch.autograd.grad(getattr(ops, kind)(x, scale, bias), (x, scale, bias), dy)
            self.assertEqual([g.dtype for g in found], [dtype, parameter, parameter])
            wide = [t.detach().double().requires_grad_() for t in (x, scale, bias)]
            self.close(found, torch.autograd.grad(formula(kind, *wide), wide, dy.double()), tolerance)
        x, scale = self.leaves((3, 48), dtype=torch.float32) + self.leaves(48, dtype=torch.bfloat16)
        bias = self.leaves(48)[0]
        for gradient, leaf in zip(torch.autograd.grad(ops.rmsnorm(x, scale, bias).sum(), (x, scale, bias)), (x, scale, bias)):
            self.assertEqual(gradient.dtype, leaf.dtype)

    def test_public_failures(self):
        """Sums in 16 bits, a wrong factor of the weight, and NaN at rows of zeros."""
        x = torch.ones(20000, 24, dtype=torch.bfloat16)
        scale, bias = self.leaves(24, 24, dtype=torch.bfloat16)
        dscale, dbias = torch.autograd.grad(ops.rmsnorm(x, scale, bias), (scale, bias), torch.full_like(x, 0.1))
        for gradient in (dscale, dbias):
            self.close([gradient], [torch.full((24,), 20000 * torch.tensor(0.1).bfloat16().item())], 8e-3)
        x, scale = self.leaves((4, 6), 6)
        for factor in (1e-3, 1e3):
            dx, dscale = torch.autograd.grad(ops.rmsnorm(x, factor * scale).sum(), (x, scale))
            wide = torch.autograd.grad(formula("rmsnorm", x, factor * scale).sum(), (x, scale))
            self.close((dx / factor, dscale / factor), (wide[0] / factor, wide[1] / factor), 1e-12)
        for kind, outside in itertools.product(("rmsnorm", "prmsnorm", "layernorm"), (False, True)):
            zeros = torch.zeros(3, 16, requires_grad=True)
            y = getattr(ops, kind)(zeros, torch.ones(16), None, 1e-6, epsilon_outside=outside)
            (dx,) = torch.autograd.grad(y, zeros, torch.ones(3, 16))
            self.assertTrue(torch.isfinite(dx).all())
            if kind != "layernorm":
                torch.testing.assert_close(dx, torch.full((3, 16), 1e6 if outside else 1e3))

    def test_strides(self):
        (x,) = self.leaves((4, 3, 6))
        self.assertTrue(gradcheck(lambda t: ops.layernorm(t.transpose(0, 2)), (x,)))
        (dx,) = torch.autograd.grad(ops.rmsnorm(x).sum(), x)  # dy is one number, expanded
        (expected,) = torch.autograd.grad(formula("rmsnorm", x).sum(), x)
        torch.testing.assert_close(dx, expected)

    def test_saved(self):
        """x and a number for each row; x alone to recompute it."""
        saved = []
        x, scale = self.leaves((64, 32), 32, dtype=torch.float32)
        with torch.autograd.graph.saved_tensors_hooks(lambda t: saved.append(t.numel()) or t, lambda t: t):
            ops.rmsnorm(x, scale)
            self.assertEqual(sorted(saved), [32, 64, 64 * 32])
            del saved[:]
            ops.rmsnorm(x, scale, recompute=True)
            self.assertEqual(sorted(saved), [32, 64 * 32])


class Traces(Base):
    def test_opcheck(self):
        x, scale, bias = self.leaves((4, 8), 8, 8, dtype=torch.float32)
        for op, arguments, options in (
            (ops.rmsnorm.default, (x, scale, bias), {}),
            (ops.rmsnorm.default, (x.t(),), {"recompute": True}),
            (ops.prmsnorm.default, (x, scale), {"k": 3}),
            (ops.layernorm.default, (x.detach().bfloat16(), scale, bias), {}),
            (ops.add_rmsnorm.default, (x, x, scale), {}),
            (ops.forward.default, ("layernorm", x, None, scale, bias, None, 1e-5, False, False, False), {}),
        ):
            torch.library.opcheck(op, arguments, options)
        rows = [t.detach() for t in (x, x)]
        arguments = ("rmsnorm", (True, True, False), *rows, scale.detach(), None, None, None, None, None, 1e-5, False, False)
        torch.library.opcheck(ops.backward.default, arguments)

    def test_compile(self):
        def function(x, residual, scale):
            normed, total = ops.add_rmsnorm(x, residual, scale)
            return ops.layernorm(torch.relu(normed) + total, scale)

        leaves = self.leaves((4, 8), (4, 8), 8, dtype=torch.float32)
        expected = torch.autograd.grad(function(*leaves).sin().sum(), leaves)
        compiled = torch.compile(function, fullgraph=True, backend="aot_eager")
        found = torch.autograd.grad(compiled(*leaves).sin().sum(), leaves)
        self.close(found, expected, 1e-6)
        with torch.no_grad():
            torch.testing.assert_close(compiled(*leaves), function(*leaves))


class Refusals(Base):
    def test_second_derivatives(self):
        x, scale = self.leaves((3, 4), 4)
        with self.assertRaisesRegex(RuntimeError, "norm has no second derivatives"):
            gradgradcheck(ops.rmsnorm, (x, scale))
        (dx,) = torch.autograd.grad(ops.layernorm(x).sin().sum(), x, create_graph=True)
        with self.assertRaisesRegex(RuntimeError, "norm has no second derivatives"):
            dx.sum().backward()

    def test_arguments(self):
        x = torch.randn(3, 4)
        with self.assertRaisesRegex(norm.ArgumentError, r"expected scale to have shape \[4\], got \[3\]"):
            ops.rmsnorm(x, torch.ones(3))
        with self.assertRaisesRegex(norm.ArgumentError, "expected k from 1 to the row length 4, got 5"):
            ops.prmsnorm(x, k=5)
        with self.assertRaisesRegex(RuntimeError, "norm::forward"):
            ops.rmsnorm(x.to_sparse())

    def test_empty(self):
        x, scale = self.leaves((0, 4), 4)
        dx, dscale = torch.autograd.grad(ops.rmsnorm(x, scale).sum(), (x, scale))
        self.assertEqual((dx.shape, dscale.tolist()), ((0, 4), [0] * 4))


if __name__ == "__main__":
    unittest.main()
