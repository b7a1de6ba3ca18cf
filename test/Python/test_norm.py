# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Python package against formulas in float64, on good input and on bad.

Needs NumPy. What other libraries are there is tried as well: ml_dtypes, PyTorch,
JAX.
"""

import importlib.util
import json
import os
import pathlib
import re
import sys
import tempfile
import threading
import unittest

import numpy as np

import norm
from arrays import ArrayTest, f64

ROOT = pathlib.Path(__file__).resolve().parents[2]
EPSILON = 1e-5


def has(module):
    return importlib.util.find_spec(module) is not None


def rmsnorm(x, scale=1.0, bias=0.0, k=None, epsilon=EPSILON):
    x = f64(x)
    mean = np.mean(x[..., :k] ** 2, axis=-1, keepdims=True)
    return x / np.sqrt(mean + epsilon) * f64(scale) + f64(bias)


def layernorm(x, scale=1.0, bias=0.0, epsilon=EPSILON):
    x = f64(x)
    centred = x - x.mean(-1, keepdims=True)
    rstd = 1 / np.sqrt(x.var(-1, keepdims=True) + epsilon)
    return centred * rstd * f64(scale) + f64(bias)


def _line():
    """Of the caller."""
    return sys._getframe(1).f_lineno


class Base(ArrayTest):
    def check(self, found, expected, tolerance=2e-6):
        found = f64(found)
        self.assertEqual(found.shape, expected.shape)
        error = np.max(np.abs(found - expected), initial=0)
        self.assertLessEqual(error, tolerance * max(1, np.abs(expected).max(initial=0)))


class Norms(Base):
    def test_types(self):
        for dtype, tolerance in ((np.float64, 1e-14), (np.float32, 2e-6), (np.float16, 1e-3)):
            x, g, b = (self.normal(*s, dtype=dtype) for s in ((3, 5, 100), (100,), (100,)))
            self.check(norm.rmsnorm(x, g, b), rmsnorm(x, g, b), tolerance)
            self.check(norm.layernorm(x, g, b), layernorm(x, g, b), tolerance)
            self.check(norm.prmsnorm(x, g), rmsnorm(x, g, k=7), tolerance)
            self.assertEqual(norm.rmsnorm(x).dtype, dtype)

    @unittest.skipUnless(has("ml_dtypes"), "needs ml_dtypes")
    def test_bfloat16(self):
        from ml_dtypes import bfloat16

        x, g = self.normal(4, 64, dtype=bfloat16), self.normal(64)
        y = norm.rmsnorm(x, g)
        self.assertEqual(y.dtype, bfloat16)
        self.check(y, rmsnorm(x, g), 8e-3)
        out = np.empty((4, 64), np.float32)
        self.check(norm.rmsnorm(x, g, out=out), rmsnorm(x, g))

    def test_settings(self):
        x, g = self.normal(4, 64), self.normal(64)
        self.check(norm.rmsnorm(x, g, epsilon=0.5), rmsnorm(x, g, epsilon=0.5))
        self.check(norm.rmsnorm(x, g, scale_plus_one=True), rmsnorm(x, g + 1))
        outside = f64(x) / (np.sqrt(np.mean(f64(x) ** 2, -1, keepdims=True)) + 0.5)
        self.check(norm.rmsnorm(x, epsilon=0.5, epsilon_outside=True), outside)
        self.check(norm.prmsnorm(x, g, k=9), rmsnorm(x, g, k=9))

    def test_add(self):
        x, r, g = self.normal(4, 64), self.normal(4, 64), self.normal(64)
        y, z = norm.add_rmsnorm(x, r, g)
        self.check(z, f64(x + r))
        self.check(y, rmsnorm(x + r, g))
        out = (np.empty_like(x), np.empty_like(x))
        norm.add_rmsnorm(x, r, g, out=out)
        self.assertTrue((out[0] == y).all() and (out[1] == z).all())
        norm.add_rmsnorm(x, r, g, out=(x, r))
        self.assertTrue((x == y).all() and (r == z).all())

    def test_strides(self):
        x = self.normal(6, 4, 3, 100)
        for view in (x[::2], x[:, 1:3], x[..., :37], x[:, :, 0], x.transpose(2, 0, 1, 3),
                     x[:, ::2, ::2], np.broadcast_to(x[0, 0, 0], (5, 100)), x[0, 0, 0]):
            self.check(norm.rmsnorm(view), rmsnorm(view))
            out = np.empty(view.shape[:-1] + (2 * view.shape[-1],), np.float32)
            out = out[..., : view.shape[-1]]
            self.check(norm.layernorm(view, out=out), layernorm(view))

    def test_copies(self):
        """Rows whose elements do not lie side by side are copied."""
        for dtype, tolerance in ((np.float64, 2e-13), (np.float32, 2e-6), (np.float16, 1e-3)):
            x, g = self.normal(6, 4, 100, dtype=dtype), self.normal(200, dtype=dtype)
            views = (x.T, x[:, ::-2, ::3], x.transpose(2, 1, 0), x[0].T, x[..., ::2], x[::-1], x[..., ::-1],
                     np.asfortranarray(x), np.broadcast_to(x[:, :, :1], (6, 4, 9)), x[0, :, 1], x[0, ::-1, 1])
            # A copy asks for the size of an element, not for its type.
            for view in views if dtype == np.float32 else views[:2]:
                n = view.shape[-1]
                scale = g[: 2 * n : 2]
                self.check(norm.rmsnorm(view, scale, g[::-1][:n]), rmsnorm(view, scale, g[::-1][:n]), tolerance)
                self.check(norm.layernorm(view), layernorm(view), tolerance)
                y, z = norm.add_rmsnorm(view, view, scale)
                self.check(z, f64(view) * 2, tolerance)
                if not view.flags.writeable:
                    continue
                expected = norm.rmsnorm(view, scale)
                out = np.empty_like(x, shape=view.shape[::-1]).T
                self.assertIs(norm.rmsnorm(view, scale, out=out), out)
                self.assertTrue((out == expected).all())
                copy = view.copy()
                norm.rmsnorm(view, scale, out=view)
                self.assertTrue((view == expected).all())
                view[...] = copy

    def test_numbers(self):
        """A scale or bias of one number, whatever it is held by."""
        for dtype in (np.float64, np.float32, np.float16):
            x = self.normal(4, 64, dtype=dtype)
            tolerance = 1e-14 if dtype == np.float64 else 2e-3
            for two in (2, 2.0, np.float32(2), np.float64(2), np.float16(2), np.int8(2), np.array(2.0), np.array(2, dtype)):
                self.check(norm.rmsnorm(x, two), 2 * rmsnorm(x), tolerance)
                self.check(norm.layernorm(x, two, bias=two), 2 * layernorm(x) + 2, tolerance)
            self.check(norm.rmsnorm(x, 1, scale_plus_one=True), 2 * rmsnorm(x), tolerance)
        x = self.normal(4, 64)
        self.check(norm.prmsnorm(x, k=np.int64(9)), rmsnorm(x, k=9))
        self.check(norm.rmsnorm(x, epsilon=np.float32(0.5)), rmsnorm(x, epsilon=0.5))
        self.assertEqual(norm.rmsnorm(np.zeros((1, 4)), epsilon=1e-300).tolist(), [[0, 0, 0, 0]])
        for wrong in ("2", 2j, [2.0], object(), np.complex64(2)):
            with self.assertRaises(TypeError):
                norm.rmsnorm(x, wrong)

    @unittest.skipUnless(has("torch"), "needs torch")
    def test_torch_transposed(self):
        import torch

        x, g = torch.randn(64, 5), torch.randn(128)[::2]
        expected = torch.nn.functional.layer_norm(x[:, :5].T, (64,), g)
        self.check(norm.layernorm(x.T, g), f64(expected.numpy()))
        self.check(norm.rmsnorm(x.T, torch.tensor(2.0)), 2 * rmsnorm(x.numpy().T))

    def test_columns_of_one_matrix(self):
        both = self.normal(8, 128)
        expected = rmsnorm(both[:, :64])
        self.check(norm.rmsnorm(both[:, :64], out=both[:, 64:]), expected)

    def test_in_place(self):
        for n in (1, 3, 17, 1000, 4096):
            for call in (norm.rmsnorm, norm.layernorm, norm.prmsnorm):
                x = self.normal(5, n)
                expected = call(x)
                self.assertIs(call(x, out=x), x)
                self.assertTrue((x == expected).all())

    def test_no_elements(self):
        for shape in ((0, 8), (3, 0), (0,), (2, 0, 8)):
            x = np.empty(shape, np.float32)
            self.assertEqual(norm.layernorm(x).shape, shape)

    def test_errors(self):
        x, g = self.normal(4, 64), self.normal(64)
        frozen = np.empty_like(x)
        frozen.flags.writeable = False
        buffer = np.zeros(4 * 64 * 4 + 1, np.uint8)
        unaligned = buffer[1:].view(np.float32).reshape(4, 64)
        wide = np.zeros((9, 64), np.float32)
        swapped = x.astype(x.dtype.newbyteorder())
        cases = [
            ((x, g[:5]), {}, r"scale to have shape \[64\], got \[5\]"),
            ((x, x), {}, r"scale to have shape \[64\], got \[4, 64\]"),
            ((x.astype(np.int32),), {}, "x to be f64, f32, f16 or bf16, got i32"),
            ((x, g.astype(np.int64)), {}, "scale to be f64, f32, f16 or bf16, got i64"),
            ((np.array(1, np.float32),), {}, "at least one dimension"),
            ((unaligned,), {}, "aligned to its elements of 4 bytes"),
            ((swapped,), {}, "byte order"),
            ((x,), {"epsilon": -1.0}, "epsilon of at least 0, got -1"),
            ((x,), {"epsilon": float("nan")}, "finite epsilon"),
            ((x,), {"epsilon": 1e-46}, "epsilon that f32 holds"),
            ((x,), {"epsilon": 1e39}, "epsilon that f32 holds"),
            ((x,), {"epsilon": np.float64(1e-300)}, "epsilon that f32 holds"),
            ((x,), {"out": frozen}, "y to be writable, got a read-only tensor"),
            ((x,), {"out": x[:3]}, r"y to have shape \[4, 64\], got \[3, 64\]"),
            ((wide[:8],), {"out": wide[1:]}, "y not to overlap x"),
            ((x, g), {"out": np.broadcast_to(g, (4, 64))}, "writable"),
            ((x, x[0]), {"out": x}, "y not to overlap scale"),
        ]
        for arguments, options, message in cases:
            with self.assertRaisesRegex(ValueError, message):
                norm.rmsnorm(*arguments, **options)
        overlapping = np.lib.stride_tricks.as_strided(wide, (4, 64), (4, 4))
        with self.assertRaisesRegex(ValueError, "elements of y to lie apart"):
            norm.rmsnorm(x, out=overlapping)
        overlapping = np.lib.stride_tricks.as_strided(wide, (4, 64), (4, 8))
        with self.assertRaisesRegex(ValueError, "elements of (y|a row of y) to lie (apart|side by side)"):
            norm.rmsnorm(x, out=overlapping)
        for k in (1.5, 3.0, np.float32(3), "3", [3], 1j, object()):
            with self.assertRaisesRegex(TypeError, "expected k to be an integer, got"):
                norm.prmsnorm(x, k=k)
        for k in (0, 65, -3, 2**63, -2**70, np.int64(65)):
            with self.assertRaisesRegex(ValueError, "expected k from 1 to the row length 64"):
                norm.prmsnorm(x, k=k)
        with self.assertRaisesRegex(ValueError, "expected out to be two arrays"):
            norm.add_rmsnorm(x, x, out=(x,))
        for wrong in (3, "x", [1.0, 2.0], object(), None, np.float32):
            with self.assertRaises(TypeError):
                norm.rmsnorm(wrong)
        for dtype in (np.complex64, np.longdouble, object, "V2", "U4"):
            with self.assertRaises(TypeError):
                norm.rmsnorm(np.zeros((2, 2), dtype))

    def test_hostile_dlpack(self):
        class Raises:
            def __dlpack__(self, **_):
                raise KeyError("no")

        class NoCapsule:
            def __dlpack__(self, **_):
                return 3

        with self.assertRaises(KeyError):
            norm.rmsnorm(Raises())
        with self.assertRaises(Exception):
            norm.rmsnorm(NoCapsule())

    def test_threads(self):
        shapes = [(1, 64), (300, 512), (7, 1000), (64, 4096)]
        data = [self.normal(*shape) for shape in shapes]
        expected = [norm.rmsnorm(x) for x in data]
        norm.configure(cache_directory="")
        failures = []

        def work(number):
            for i in range(40):
                x = data[(i + number) % len(data)]
                y = norm.rmsnorm(x)
                if not (y == expected[(i + number) % len(data)]).all():
                    failures.append((number, i))

        workers = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(failures, [])
        self.assertEqual(norm.cache_info()["compiled"], len(shapes))


class Cache(Base):
    def count(self):
        norm.configure(cache_directory=self.folder.name)
        norm.rmsnorm(np.ones((2, 48), np.float32))
        info = norm.cache_info()
        return info["compiled"], info["loaded"]

    def entries(self):
        found = pathlib.Path(self.folder.name).iterdir()
        return [entry for entry in found if entry.name != "llvmcache.timestamp"]

    def test_kept(self):
        self.assertEqual(self.count(), (1, 0))
        self.assertEqual(self.count(), (0, 1))

    def test_damaged(self):
        self.count()
        (entry,) = self.entries()
        whole = entry.read_bytes()
        for damaged in (b"", b"norm", whole[:-1], whole[: len(whole) // 2],
                        whole[:99] + bytes([whole[99] ^ 1]) + whole[100:],
                        whole + b"x", os.urandom(len(whole))):
            entry.write_bytes(damaged)
            self.assertEqual(self.count(), (1, 0))
            self.assertEqual(entry.read_bytes(), whole)
        self.assertEqual(self.count(), (0, 1))

    def test_pruned(self):
        old, foreign = (pathlib.Path(self.folder.name, name)
                        for name in ("llvmcache-0", "foreign"))
        for file in (old, foreign):
            file.write_bytes(b"kernel")
            os.utime(file, (0, 0))
        self.assertEqual(self.count(), (1, 0))
        self.assertEqual((old.exists(), foreign.exists()), (False, True))
        self.assertEqual(self.count(), (0, 1))

    def test_folder_of_others(self):
        os.chmod(self.folder.name, 0o777)
        self.assertEqual(self.count(), (1, 0))
        self.assertEqual(norm.cache_info()["directory"], "")
        os.chmod(self.folder.name, 0o700)
        self.assertEqual(list(pathlib.Path(self.folder.name).iterdir()), [])

    def test_no_folder(self):
        norm.configure(cache_directory="/proc/nowhere")
        norm.rmsnorm(np.ones((2, 48), np.float32))
        self.assertEqual(norm.cache_info(), {"directory": "", "compiled": 1, "loaded": 0})


ADD = """
func.func @main(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %sum = arith.addf %x, %y : tensor<?x8xf32>
  return %sum : tensor<?x8xf32>
}
func.func @two(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf64>) {
  %wide = arith.extf %x : tensor<4x8xf32> to tensor<4x8xf64>
  %twice = arith.addf %x, %x : tensor<4x8xf32>
  return %twice, %wide : tensor<4x8xf32>, tensor<4x8xf64>
}
func.func @same(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  return %x, %x : tensor<?x8xf32>, tensor<?x8xf32>
}
"""


class Programs(Base):
    def test_compile(self):
        x, y = self.normal(5, 8), self.normal(5, 8)
        add = norm.compile(ADD)
        self.assertTrue((add(x, y) == x + y).all())
        with self.assertRaisesRegex(ValueError, "dimension 0 of argument 1 to be 5"):
            add(x, y[:4])
        with self.assertRaisesRegex(ValueError, "dense elements"):
            add(x[::2], y[:3])
        with self.assertRaisesRegex(ValueError, "expected no out"):
            add(x, y, out=x)
        with self.assertRaisesRegex(TypeError, "expected 2 arguments, got 1"):
            add(x)
        two = norm.compile(ADD, entry="two")
        twice, wide = two(x[:4])
        self.assertTrue((twice == 2 * x[:4]).all() and (wide == x[:4]).all())
        self.assertEqual(wide.dtype, np.float64)
        out = (np.empty((4, 8), np.float32), np.empty((4, 8)))
        self.assertIs(two(x[:4], out=out), out)
        self.assertTrue((out[0] == twice).all() and (out[1] == wide).all())
        with self.assertRaisesRegex(ValueError, "result 0 not to overlap"):
            two(x[:4], out=(x[:4], out[1]))
        first, second = norm.compile(ADD, entry="same")(x)
        first[:] = 0
        self.assertTrue((second == x).all())

    def test_corpus(self):
        for name in ("torch/neg_std_unbiased", "jax/flax_rmsnorm_f32"):
            text = (ROOT / "test/corpus" / (name + ".mlir")).read_text()
            self.assertEqual("norm.rmsnorm" in norm.raise_norms(text), "rms" in name)

    def test_remarks(self):
        path = ROOT / "test/corpus/torch/neg_std_unbiased.mlir"
        remarks = []
        norm.raise_norms(path.read_bytes(), file="a.mlir", remarks=remarks.append)
        (remark,) = remarks
        self.assertEqual((remark.kind, remark.file, remark.line), ("missed", "a.mlir", 94))

        def throw(remark):
            raise KeyError(remark.line)

        with self.assertRaises(KeyError):
            norm.raise_norms(path.read_bytes(), remarks=throw)

    def test_locations(self):
        """A norm has the lines of all ops that it is made of."""
        text = (ROOT / "test/corpus/jax/flax_rmsnorm_f32.mlir").read_text()
        self.assertNotIn("loc(", norm.raise_norms(text))
        raised = norm.raise_norms(text, file="a.mlir", locations=True)
        (places,) = re.findall(r"= norm\.rmsnorm .* loc\((.*)\)$", raised, re.MULTILINE)
        found = {int(line) for line in re.findall(r'"a\.mlir":(\d+):', places)}
        found = {line for line in found if "linalg.fill" not in text.splitlines()[line - 1]}
        (own,) = norm.report(text, file="a.mlir").norms
        self.assertEqual(found, {place["line"] for place in own["locations"]})
        self.assertGreater(len(found), 1)

    def test_report(self):
        path = ROOT / "examples/decoder_block/decoder_block.mlir"
        report = norm.report(path.read_text(), file="block.mlir", target="h100")
        self.assertEqual([found["row_length"] for found in report.norms], [64, 64, 64])
        self.assertIn("block.mlir:21-54", str(report))
        self.assertIn("<td>block.mlir:21-54</td>", report._repr_html_())
        with self.assertRaisesRegex(ValueError, "expected target to be one of"):
            norm.report(path.read_text(), target="abacus")

    def test_report_compared(self):
        """The options of norm-opt --norm-report."""
        path = ROOT / "examples/decoder_block/decoder_block.mlir"
        text = path.read_text()
        earlier = norm.report(text, file="block.mlir", sources="")
        self.assertTrue(earlier.norms[0]["locations"][0]["text"].startswith("%"))
        line = {"schema": 1, "op": "rmsnorm", "dtype": "f32", "rows": 6, "cols": 64, "threads": 1,
                "cold": False, "bytes": 3328, "seconds": 1e-6, "median_seconds": 2e-6, "copy_gb_per_s": 10.0}
        for baseline in (earlier, earlier.data, json.dumps(earlier.data)):
            now = norm.report(text, baseline=baseline, measured=[line])
            self.assertEqual([c["change"] for c in now.data["difference"]["changes"]], ["same"] * 3)
            self.assertEqual([len(found["measured"]) for found in now.norms], [1, 1, 1])
        self.assertIn("Since the earlier report", norm.report(text, baseline=earlier, format="table"))
        self.assertIn("<svg", norm.report(text, target="h100", format="html"))
        self.assertEqual(norm.report("func.func private @f()", dynamic_extent=7).data["dynamic_extent"], 7)
        with self.assertRaisesRegex(ValueError, "expected format to be json, table or html, got xml"):
            norm.report(text, format="xml")
        with self.assertRaisesRegex(ValueError, "measured:1 has schema 2, not 1"):
            norm.report(text, measured='{"schema": 2}')
        with self.assertRaisesRegex(ValueError, "baseline is no JSON"):
            norm.report(text, baseline="{")

    def test_report_on_a_gradient(self):
        """A gradient that is given rstd has no epsilon."""
        x = "tensor<4x64xf32>"
        report = norm.report(f"""func.func @main(%dy: {x}, %x: {x}, %r: tensor<4xf32>, %e: {x}) -> {x} {{
  %dx = norm.rmsnorm_backward ins(%dy, %x : {x}, {x}) rstd(%r : tensor<4xf32>) outs(%e : {x}) -> {x}
  return %dx : {x}
}}""")
        self.assertEqual([found["epsilon"] for found in report.norms], [None])
        self.assertRegex(str(report), r"rmsnorm_backward .* - +- +- ")
        self.assertIn("<td>-</td>", report._repr_html_())

    def test_bad_programs(self):
        cases = [
            "",
            "func.func @main(",
            "func.func @main() { \"nope.op\"() : () -> () return }",
            "\0",
            "module {" * 100000,
            "x" * 10_000_000,
            "func.func @main(%x: tensor<4xf32>) -> tensor<5xf32> { return %x : tensor<4xf32> }",
            b"func.func @m\xff\xfe() { return }",
            b"ML\xefR" + bytes(100),
            b"ML\xefR",
        ]
        for program in cases:
            for function in (norm.compile, norm.raise_norms, norm.report):
                if program == "" and function is not norm.compile:
                    continue
                with self.assertRaises(norm.Error) as caught:
                    function(program)
                self.assertTrue(caught.exception.message)
        with self.assertRaises(norm.ProgramError) as caught:
            norm.compile("\n  oops", file="here.mlir")
        error = caught.exception
        self.assertEqual((error.file, error.line, error.column), ("here.mlir", 2, 3))
        with self.assertRaisesRegex(norm.ProgramError, "expected UTF-8, got byte 0xff"):
            norm.compile(b"// \xff")
        with self.assertRaisesRegex(norm.UnsupportedError, "argument 0: expected f64"):
            norm.compile("func.func @main(%x: tensor<2xcomplex<f32>>) { return }")
        for wrong in (3, None, ["func"]):
            with self.assertRaises(TypeError):
                norm.compile(wrong)


@unittest.skipUnless(has("torch"), "needs PyTorch")
class Torch(Base):
    def test_norms(self):
        import torch

        for dtype in (torch.float32, torch.bfloat16, torch.float16, torch.float64):
            x, g = torch.randn(5, 96).to(dtype), torch.randn(96).to(dtype)
            y = norm.rmsnorm(x, g, epsilon=EPSILON)
            self.assertIs(type(y), torch.Tensor)
            self.assertEqual(y.dtype, dtype)
            expected = torch.nn.functional.rms_norm(x.double(), (96,), g.double(), EPSILON)
            tolerance = 2 * torch.finfo(dtype).eps
            self.assertLess(((y - expected) / (expected.abs() + 1)).abs().max(), tolerance)
            self.assertIs(norm.rmsnorm(x, g, out=x), x)

    def test_gradients(self):
        import torch

        weight = torch.nn.Parameter(torch.ones(8))
        with self.assertRaisesRegex(ValueError, "gradients"):
            norm.rmsnorm(torch.ones(2, 8), weight)
        with torch.no_grad():
            norm.rmsnorm(torch.ones(2, 8), weight)

    def test_no_memory(self):
        import torch

        for wrong in (torch.ones(2, 8, device="meta"), torch.ones(2, 8).to_sparse()):
            with self.assertRaises(Exception):
                norm.rmsnorm(wrong)

    def test_lazy_negation(self):
        import torch

        x = torch.randn(2, 8, dtype=torch.complex64).conj().imag
        with self.assertRaisesRegex(ValueError, "expected x to hold its numbers, got a lazy negation"):
            norm.rmsnorm(x)
        norm.rmsnorm(x.resolve_neg())

    def test_one_pool(self):
        import torch

        def threads():
            return len(os.listdir("/proc/self/task"))

        x = torch.randn(512, 4096)
        torch.nn.functional.layer_norm(x, (4096,))
        before = threads()
        norm.rmsnorm(x)
        self.assertEqual(threads(), before)

    def test_program(self):
        import torch

        x = torch.randn(3, 8)
        y = norm.compile(ADD)(x, x)
        self.assertTrue(torch.equal(y, 2 * x))


RAISED = """
func.func @main(%x: tensor<3x64xf32>) -> tensor<3x64xf32> {
  %e = tensor.empty() : tensor<3x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<3x64xf32>) outs(%e : tensor<3x64xf32>) epsilon = 1.0e-05 -> tensor<3x64xf32>
  return %y : tensor<3x64xf32>
}
"""


class Instruments(Base):
    def change(self, x, k=None):
        """Of a whole row, from the definitions."""
        x = f64(x)
        if k is None:
            y, other = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5), rmsnorm(x)
        else:
            y, other = rmsnorm(x), rmsnorm(x, k=k)
        return np.linalg.norm(other - y, axis=-1) / np.linalg.norm(y, axis=-1)

    def test_what_is_measured(self):
        x = self.normal(5, 8, 64) + np.float32(0.5)
        x[0, 0, 3], x[1, 2, 5], x[2, 2] = np.nan, np.inf, [1e30, -1e30] * 32
        plain = norm.layernorm(x)
        with norm.instrument(k=8, limits={"nan_rows": 1, "row_mean": 0.1}) as watch:
            for _ in range(3):
                y = norm.layernorm(x)
            norm.rmsnorm(x)
        norm.rmsnorm(x)  # outside
        np.testing.assert_array_equal(y, plain)
        profile = watch.report()
        rows = x.reshape(40, 64)
        good = np.isfinite(f64(rows)).all(-1) & (np.abs(rows) < 1e20).all(-1)
        for one, calls, changes in zip(profile.norms, (3, 1), (self.change(rows[good]), self.change(rows[good], k=8))):
            self.assertEqual(one["calls"], calls)
            self.assertEqual(
                [one[n] for n in ("rows", "nan_rows", "infinite_rows", "overflowing_rows", "undefined_rows")],
                [40 * calls, calls, calls, calls, 0],
            )
            self.assertAlmostEqual(one["change"]["largest"], changes.max(), delta=1e-4 * changes.max())
            self.assertAlmostEqual(one["change"]["mean"], changes.mean(), delta=1e-4 * changes.mean())
            expected = np.bincount(np.floor(np.log2(changes)).astype(int) + 48, minlength=64) * calls
            self.assertLessEqual(np.abs(expected - one["change"]["histogram"]).sum(), 2)
        self.assertEqual(len(profile.norms), 2)
        self.assertEqual({(e["limit"], e["call"], e["calls"]) for e in profile.exceeded}, {("row_mean", 1, 3), ("row_mean", 1, 1)})

    def test_places(self):
        x = self.normal(3, 64)
        with norm.instrument() as watch:
            norm.rmsnorm(x); line = _line()  # fmt: skip
            for _ in range(2):
                norm.layernorm(x)
        self.assertEqual([n["name"] for n in watch.report().norms], [f"test_norm.py:{line}", f"test_norm.py:{line + 2}"])
        self.assertIn("may become RMSNorm at a relative change of", str(watch.report()))
        self.assertIn("largest of 6 rows", str(watch.report()))

    def test_programs(self):
        program = norm.compile(RAISED, file="model.mlir")
        x = self.normal(3, 64)
        with norm.instrument() as watch:
            y = program(x)
        np.testing.assert_array_equal(y, program(x))
        (one,) = watch.report().norms
        self.assertRegex(one["location"], "model.mlir:[0-9]+:[0-9]+")
        self.assertEqual((one["kind"], one["rows"]), ("rmsnorm", 3))
        # One that has no norm is not measured, and says nothing.
        with norm.instrument() as watch:
            norm.compile(ADD)(self.normal(3, 8), self.normal(3, 8))
        self.assertEqual((watch.report().norms, watch.report().missed), ([], []))
        self.assertIn("no norm was measured", str(watch.report()))

    def test_a_drift_has_its_call(self):
        x = self.normal(64, 64)
        with norm.instrument(limits={"mean_drift": 0.35}) as watch:
            for call in range(6):
                norm.rmsnorm(x)
                norm.rmsnorm(x + np.float32(0.1 * call))
        first, second = watch.report().norms
        self.assertEqual(first["exceeded"], [])
        drift = [abs(0.1 * call) / np.sqrt((f64(x) ** 2).mean(-1)).mean() for call in range(6)]
        self.assertEqual(second["exceeded"][0]["call"], 1 + next(i for i, d in enumerate(drift) if d > 0.35))

    def test_blocks(self):
        x = self.normal(3, 64)
        with norm.instrument() as outer:
            norm.rmsnorm(x)
            with norm.instrument() as inner:
                norm.configure(threads=1)  # other kernels
                norm.rmsnorm(x)
            norm.rmsnorm(x)
        norm.configure()
        self.assertEqual([w.report().data["calls"] for w in (outer, inner)], [2, 1])
        with outer:  # goes on
            norm.rmsnorm(x)
        self.assertEqual(outer.report().data["calls"], 3)
        with tempfile.TemporaryDirectory() as folder:
            outer.report().save(f"{folder}/p.json")
            with open(f"{folder}/p.json") as file:
                self.assertEqual(json.load(file), outer.report().data)

    def test_threads(self):
        x = self.normal(16, 64)

        def work():
            for _ in range(50):
                norm.rmsnorm(x)

        with norm.instrument() as watch:
            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        (one,) = watch.report().norms
        self.assertEqual((one["rows"], one["calls"], sum(one["change"]["histogram"])), (6400, 400, 6400))

    def test_bad_options(self):
        for options, message in (
            ({"k": -1}, "expected k of at least 0, got -1"),
            ({"limits": {"mean": 1}}, "expected a limit of nan_rows, .*, got 'mean'"),
            ({"limits": {"rms": -1}}, "expected rms=NUMBER of at least 0"),
            ({"limits": {"rms": float("nan")}}, "expected rms=NUMBER of at least 0"),
        ):
            with self.assertRaisesRegex(norm.ArgumentError, message):
                norm.instrument(**options)
        # A row that is shorter than k: the plain kernel runs, and the reason is told.
        with norm.instrument(k=65) as watch:
            norm.rmsnorm(self.normal(3, 64))
        self.assertRegex(watch.report().missed[0], "expected k to be at most the row length 64")


@unittest.skipUnless(has("jax"), "needs JAX")
class JAX(Base):
    def test_norms(self):
        import jax.numpy as jnp

        for dtype in (jnp.float32, jnp.bfloat16):
            x, g = jnp.asarray(self.normal(5, 96), dtype), jnp.asarray(self.normal(96))
            y = norm.rmsnorm(x, g)
            self.assertEqual((type(y), y.dtype), (type(x), x.dtype))
            self.check(y, rmsnorm(x, g), 8e-3 if dtype == jnp.bfloat16 else 2e-6)
        with self.assertRaisesRegex(ValueError, "writable"):
            norm.rmsnorm(x, out=jnp.zeros_like(x))


if __name__ == "__main__":
    unittest.main()
