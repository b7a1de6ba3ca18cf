# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gradients of norms on arrays of NumPy against formulas in float64, and what
is refused."""

import itertools
import unittest

import numpy as np

import norm
from arrays import ArrayTest, f64

NAMES = ("dx", "dscale", "dbias")
KINDS = ("rmsnorm", "prmsnorm", "layernorm")
TOLERANCE = {np.float64: 1e-13, np.float32: 3e-6, np.float16: 2e-3}


def gradients(kind, dy, x, scale=1.0, k=None, epsilon=1e-5, outside=False, dres=0.0):
    """dx, dscale and dbias in float64, by the formulas of the ops."""
    dy, x = f64(dy), f64(x)
    n = x.shape[-1]
    k = k or n
    centred = x - x.mean(-1, keepdims=True) if kind == "layernorm" else x
    root = np.sqrt((centred[..., :k] ** 2).mean(-1, keepdims=True) + (0 if outside else epsilon))
    r = 1 / (root + (epsilon if outside else 0))
    m = dy * f64(scale)
    with np.errstate(invalid="ignore", divide="ignore"):
        pull = np.where(root == 0, 0, r * r / root / k) * (m * centred).sum(-1, keepdims=True)
    dx = r * m - (np.arange(n) < k) * centred * pull + f64(dres)
    if kind == "layernorm":
        dx -= r * m.mean(-1, keepdims=True)
    rows = tuple(range(x.ndim - 1))
    return {"dx": dx, "dscale": (dy * centred * r).sum(rows), "dbias": dy.sum(rows)}


class Base(ArrayTest):
    def call(self, kind, *arguments, **options):
        return getattr(norm, kind + "_backward")(*arguments, **options)

    def check(self, outputs, found, expected, tolerance):
        self.assertEqual(len(found), len(outputs))
        for name, value in zip(outputs, found):
            self.assertEqual(value.shape, expected[name].shape)
            error = np.abs(f64(value) - expected[name]).max(initial=0)
            self.assertLessEqual(error, tolerance * max(1, np.abs(expected[name]).max(initial=0)), name)

    def same(self, found, expected):
        for one, other in zip(found, expected):
            self.assertEqual(one.tobytes(), other.tobytes())


class Values(Base):
    def test_types(self):
        """All types, from the statistics of the norm and from x alone."""
        for kind, (dtype, tolerance) in itertools.product(KINDS, TOLERANCE.items()):
            dy, x = (self.normal(3, 5, 40, dtype=dtype) for _ in range(2))
            scale = self.normal(40, dtype=dtype)
            k = {"k": 7} if kind == "prmsnorm" else {}
            _, *statistics = getattr(norm, kind)(x, statistics=True, **k)
            self.assertEqual([s.shape for s in statistics], [(3, 5)] * (2 if kind == "layernorm" else 1))
            expected = gradients(kind, dy, x, scale, **k)
            given = dict(zip(("rstd", "mean"), statistics))
            for options in (given, {}) if dtype == np.float32 else (given,):
                found = self.call(kind, dy, x, scale, outputs=NAMES, **k, **options)
                self.assertTrue(all(value.dtype == dtype for value in found))
                self.check(NAMES, found, expected, tolerance)

    def test_subsets(self):
        """Every subset in every order, with the same bits as all together."""
        dy, x, scale = self.normal(70, 33), self.normal(70, 33), self.normal(33)
        for kind, g in (("rmsnorm", scale), ("layernorm", None)):
            everything = dict(zip(NAMES, self.call(kind, dy, x, g, outputs=NAMES)))
            self.check(NAMES, everything.values(), gradients(kind, dy, x, 1.0 if g is None else g), 3e-6)
            for count in (1, 2, 3):
                for outputs in itertools.permutations(NAMES, count):
                    found = self.call(kind, dy, x, g, outputs=list(outputs))
                    self.check(outputs, found, everything, 1e-6)
        self.assertEqual(len(norm.rmsnorm_backward(dy, x, scale)), 2)
        self.assertEqual(len(norm.prmsnorm_backward(dy, x, scale)), 2)
        self.assertEqual(len(norm.layernorm_backward(dy, x, scale)), 3)

    def test_options(self):
        dy, x, scale, dres = self.normal(9, 64), self.normal(9, 64), self.normal(64), self.normal(9, 64)
        for kind in KINDS:
            k = {"k": 4} if kind == "prmsnorm" else {}  # 6.25 % of 64
            found = self.call(kind, dy, x, scale, epsilon=0.5, epsilon_outside=True, outputs=NAMES)
            self.check(NAMES, found, gradients(kind, dy, x, scale, epsilon=0.5, outside=True, **k), 3e-6)
            found = self.call(kind, dy, x, scale, scale_plus_one=True, dres=dres, outputs=NAMES)
            self.check(NAMES, found, gradients(kind, dy, x, f64(scale) + 1, dres=dres, **k), 3e-6)
            found = self.call(kind, dy, x, 2.0, outputs=NAMES)
            self.check(NAMES, found, gradients(kind, dy, x, 2.0, **k), 3e-6)

    def test_layouts(self):
        """Rows of any dimensions, dense or not; results in arrays of the caller."""
        x, dy = self.normal(6, 4, 3, 6), self.normal(6, 4, 3, 6)
        views = (lambda a: a[::2], lambda a: a[:, ::2], lambda a: a[..., :3], lambda a: a[0, 0, 0], lambda a: a.T,
                 lambda a: a.transpose(2, 0, 1, 3), lambda a: a[::-1], lambda a: a[:, :1, 1:])
        for view in views:
            a, b = view(dy), view(x)
            expected = gradients("layernorm", a, b)
            _, rstd, mean = (np.repeat(s[..., None], 2, -1)[..., 0] for s in norm.layernorm(b, statistics=True))
            self.check(["dx"], norm.layernorm_backward(a, b, rstd=rstd, mean=mean, outputs=["dx"]), expected, 3e-6)
            out = (view(np.zeros_like(x)), None, np.zeros(b.shape[-1], np.float32))
            found = norm.layernorm_backward(a, b, rstd=rstd, mean=mean, out=out)
            self.assertTrue(found[0] is out[0] and found[2] is out[2])
            self.check(NAMES, found, expected, 3e-6)

    def test_in_place(self):
        """dx may be written over what it is computed from."""
        arrays = [self.normal(200, 96) for _ in range(3)]
        scale = self.normal(96)
        expected = norm.layernorm_backward(*arrays[:2], scale, dres=arrays[2])
        for number in range(3):
            dy, x, dres = copies = [a.copy() for a in arrays]
            found = norm.layernorm_backward(dy, x, scale, dres=dres, out=(copies[number], None, None))
            self.same(found, expected)

    def test_derivative(self):
        """The gradients are derivatives of what the norms compute, which a wrong
        power of the weight, or of rstd, is not."""
        scale, bias, step = self.normal(6, dtype=np.float64), self.normal(6, dtype=np.float64), 1e-6
        dy, x = (self.normal(2, 6, dtype=np.float64) for _ in range(2))
        for kind in KINDS:
            function = lambda *arguments: (getattr(norm, kind)(*arguments) * dy).sum()
            arguments = [x, scale, bias]
            found = self.call(kind, dy, x, scale, outputs=NAMES)
            for position, gradient in enumerate(found):
                for index in np.ndindex(gradient.shape):
                    moved = [[a.copy() for a in arguments] for _ in range(2)]
                    moved[0][position][index] += step
                    moved[1][position][index] -= step
                    slope = (function(*moved[0]) - function(*moved[1])) / (2 * step)
                    self.assertAlmostEqual(gradient[index], slope, delta=1e-7 * max(1, abs(slope)))

    def test_sums_of_16_bits(self):
        """A sum in the type of the rows would stand still at 2048 / 0.1."""
        dy = np.full((30000, 24), 0.1, np.float16)
        x = np.full((30000, 24), 1.0, np.float16)
        outputs = ("dscale", "dbias")
        expected = gradients("rmsnorm", dy, x)
        found = norm.rmsnorm_backward(dy, x, np.ones(24, np.float16), outputs=outputs)
        self.check(outputs, found, expected, 5e-4)
        found = norm.rmsnorm_backward(dy, x, outputs=outputs)
        self.assertEqual([a.dtype for a in found], [np.float32] * 2)
        self.check(outputs, found, expected, 1e-6)

    def test_constant_rows(self):
        """Rows of zeros, of one value, and of numbers whose rstd^3 is no f32."""
        for kind, dtype, outside in (
            *itertools.product(KINDS, (np.float32,), (False,)), ("rmsnorm", np.float64, True), ("layernorm", np.float32, True)
        ):
            dy = self.normal(4, 16, dtype=dtype)
            x = np.zeros((4, 16), dtype)
            x[1], x[2] = 3, 1e-15 * self.normal(16)
            found = self.call(kind, dy, x, outputs=NAMES, epsilon=1e-12, epsilon_outside=outside)
            for value in found:
                self.assertTrue(np.isfinite(value).all())
            expected = gradients(kind, dy, x, epsilon=1e-12, outside=outside, k=1 if kind == "prmsnorm" else None)
            rows = [0, 1] if kind != "layernorm" else [0]
            self.check(["dx"], [found[0][rows]], {"dx": expected["dx"][rows]}, 1e-5)

    def test_bits(self):
        """The same for one thread and two, and for two batches added up."""
        for kind in ("layernorm",):
            dy, x, scale = self.normal(4096, 200), self.normal(4096, 200), self.normal(200)
            one, two = [], []
            for threads, results in ((1, one), (2, two)):
                norm.configure(cache_directory=self.folder.name, threads=threads)
                results += self.call(kind, dy, x, scale, outputs=NAMES)
            self.same(one, two)
            halves = [self.call(kind, dy[i], x[i], scale, outputs=NAMES) for i in (slice(2048), slice(2048, None))]
            self.same([halves[0][1] + halves[1][1], halves[0][2] + halves[1][2]], two[1:])


class Refusals(Base):
    def refuse(self, error, part, *arguments, kind="rmsnorm", **options):
        with self.assertRaises(error) as caught:
            self.call(kind, *arguments, **options)
        self.assertIn(part, str(caught.exception))

    def test_shapes(self):
        dy, x = self.normal(4, 8), self.normal(4, 8)
        refuse = lambda *a, **o: self.refuse(norm.ArgumentError, *a, **o)
        refuse("expected dy to have shape [4, 8], got [3, 8]", dy[:3], x)
        refuse("expected dy to have shape [4, 8], got [4, 7]", dy[:, :7], x)
        refuse("expected rstd to have shape [4], got [3]", dy, x, rstd=np.ones(3, np.float32))
        refuse("expected rstd to have shape [4], got [4, 1]", dy, x, rstd=np.ones((4, 1), np.float32))
        refuse("expected scale to have shape [8], got [4]", dy, x, np.ones(4, np.float32))
        refuse("expected dres to have shape [4, 8], got [8]", dy, x, dres=x[0])
        refuse("expected dscale to have shape [8], got [4]", dy, x, out=(None, np.ones(4, np.float32)))
        refuse("expected rstd and mean, or neither", dy, x, kind="layernorm", rstd=np.ones(4, np.float32))
        refuse("expected k from 1 to the row length 8, got 9", dy, x, kind="prmsnorm", k=9)

    def test_types(self):
        dy, x = self.normal(4, 8), self.normal(4, 8)
        self.refuse(norm.ArgumentError, "expected rstd to be f32 beside x of f32, got f64", dy, x, rstd=np.ones(4))
        self.refuse(norm.ArgumentError, "expected dy to be f64, f32, f16 or bf16", dy.astype(np.int32), x)
        self.refuse(TypeError, "expected dy and x to be arrays", None, x)
        self.refuse(TypeError, "expected outputs to be a tuple of names, got builtins.str", dy, x, outputs="dx")
        self.refuse(ValueError, "expected outputs of dx, dscale and dbias, got 'dz'", dy, x, outputs=("dx", "dz"))
        self.refuse(ValueError, "expected each of outputs once, got dx twice", dy, x, outputs=("dx", "dx"))
        self.refuse(ValueError, "expected out to have one array or None for each", dy, x, out=(None,))

    def test_outputs(self):
        """None at all, none to add a residual to, and those in one place."""
        dy, x = self.normal(4, 8), self.normal(4, 8)
        refuse = lambda *a, **o: self.refuse(norm.ArgumentError, *a, **o)
        refuse("expected dx, dscale or dbias to be asked for, got none", dy, x, outputs=())
        refuse("expected dx beside dres", dy, x, dres=x, outputs=("dscale",))
        g = np.ones(8, np.float32)
        refuse("expected dscale not to overlap scale", dy, x, g, out=(None, g))
        both = np.ones(8, np.float32)
        refuse("expected dbias not to overlap dscale", dy, x, g, kind="layernorm", out=(None, both, both))
        big = self.normal(5, 8)
        refuse("expected dx not to overlap dy", big[:4], x, out=(big[1:], None))
        rstd = np.ones(4, np.float32)
        refuse("expected dscale not to overlap rstd", dy[:, :4], x[:, :4], rstd=rstd, out=(None, rstd))

    def test_empty(self):
        for kind in KINDS:
            for shape in ((0, 8), (3, 0, 8)):
                rows = np.zeros(shape, np.float32)
                filled = tuple(np.full(s, 7, np.float32) for s in (shape, 8, 8))
                dx, dscale, dbias = self.call(kind, rows, rows, outputs=NAMES, out=filled)
                self.assertEqual((dx.shape, dscale.tolist(), dbias.tolist()), (shape, [0] * 8, [0] * 8))
        rows = np.zeros((4, 0), np.float32)
        dx, dscale = norm.rmsnorm_backward(rows, rows)
        self.assertEqual((dx.shape, dscale.shape), ((4, 0), (0,)))
        with self.assertRaisesRegex(norm.ArgumentError, "rows of at least one element, which have statistics"):
            norm.rmsnorm(rows, statistics=True)


if __name__ == "__main__":
    unittest.main()
