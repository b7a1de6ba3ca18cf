# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays on CUDA devices against formulas in float64. The driver is the stand-in,
which executes PTX; it has two devices, sm_90 and sm_80."""

import ctypes
import gc
import os
import tempfile
import threading
import unittest
import unittest.mock

import numpy as np

import norm
from arrays import ArrayTest, f64
from device_arrays import MANAGED, DeviceArray

LONG = "NORM_TEST_LONG" in os.environ
EPSILON = 1e-5


def rstd_of(x, centred=False):
    x = f64(x)
    return 1 / np.sqrt((x.var(-1) if centred else np.mean(x**2, -1)) + EPSILON)


FOLDER = tempfile.TemporaryDirectory()


def setUpModule():
    norm.configure(cache_directory=FOLDER.name, threads=0)


class DeviceTest(ArrayTest):
    def setUp(self):
        # Kernels of one test are those of the others.
        self.random = np.random.default_rng(0)

    def tearDown(self):
        pass

    def array(self, *shape, dtype=np.float32, **place):
        return DeviceArray.of(self.normal(*shape, dtype=dtype), **place)

    def check(self, found, expected, tolerance=3e-6):
        self.assertIsInstance(found, DeviceArray)
        found = f64(found.host)
        self.assertEqual(found.shape, expected.shape)
        error = np.max(np.abs(found - expected), initial=0)
        self.assertLessEqual(error, tolerance * max(1, np.abs(expected).max(initial=0)))


class Norms(DeviceTest):
    def test_forward(self):
        x, g = self.array(2, 3, 128), self.array(128)
        y, rstd = norm.rmsnorm(x, g, epsilon=EPSILON, statistics=True)
        expected = rstd_of(x.host)
        self.check(rstd, expected)
        self.check(y, f64(x.host) * expected[..., None] * f64(g.host))
        self.assertEqual(y.device, (2, 0))
        # Arrays are made ready for the legacy default stream.
        self.assertEqual(x.streams, [1])

    def test_numbers_and_out(self):
        x = self.array(5, 128)
        out = self.array(5, 128)
        self.assertIs(norm.rmsnorm(x, 2.0, epsilon=EPSILON, out=out), out)
        self.check(out, 2 * f64(x.host) * rstd_of(x.host)[..., None])
        g = DeviceArray.of(np.full(128, 2, np.float32))
        out = self.array(5, 128)
        self.assertIs(norm.rmsnorm(x, g, epsilon=EPSILON, out=out, stream=2), out)
        self.check(out, 2 * f64(x.host) * rstd_of(x.host)[..., None])
        self.assertEqual(out.streams, [2])

    def test_strides(self):
        """Every second row, and rows that begin anywhere."""
        x = self.array(6, 128)
        for rows in (x.host[::2], x.host.reshape(-1)[1:641].reshape(5, 128)):
            y = norm.rmsnorm(DeviceArray(rows), epsilon=EPSILON)
            self.check(y, f64(rows) * rstd_of(rows)[:, None])

    def test_backward(self):
        dy, x = self.array(9, 128), self.array(9, 128)
        dx, dscale = norm.rmsnorm_backward(dy, x, epsilon=EPSILON)
        r = rstd_of(x.host)[:, None]
        m, xs = f64(dy.host), f64(x.host)
        self.check(dx, r * m - xs * r**3 * np.mean(m * xs, -1, keepdims=True))
        self.check(dscale, np.sum(m * xs * r, 0))

    @unittest.skipUnless(LONG, "a long test")
    def test_all(self):
        for dtype, tolerance in ((np.float64, 1e-13), (np.float32, 3e-6), (np.float16, 2e-3)):
            for length in (1, 31, 1000, 4096, 70001):
                x, r, g, b = (self.array(*s, dtype=dtype) for s in ((3, length), (3, length), (length,), (length,)))
                y = norm.layernorm(x, g, b, epsilon=EPSILON)
                centred = f64(x.host) - f64(x.host).mean(-1, keepdims=True)
                self.check(y, centred * rstd_of(x.host, True)[:, None] * f64(g.host) + f64(b.host), tolerance)
                y, z = norm.add_rmsnorm(x, r, g, epsilon=EPSILON)
                self.check(z, f64(x.host) + f64(r.host), tolerance)
                self.check(y, f64(z.host) * rstd_of(z.host)[:, None] * f64(g.host), tolerance)
                y = norm.prmsnorm(x, k=length, epsilon=EPSILON)
                self.check(y, f64(x.host) * rstd_of(x.host)[:, None], tolerance)
                dx, dscale, dbias = norm.layernorm_backward(x, r, g, epsilon=EPSILON)
                self.check(dbias, f64(x.host).sum(0), tolerance)


class Programs(DeviceTest):
    PROGRAM = """
    func.func @main(%x: tensor<?x64xf32>, %r: tensor<?x64xf32>) -> (tensor<?x64xf32>, tensor<?x64xf32>) {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %x, %c0 : tensor<?x64xf32>
      %e = tensor.empty(%n) : tensor<?x64xf32>
      %z = arith.addf %x, %r : tensor<?x64xf32>
      %y = norm.layernorm ins(%z : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) epsilon = 1.0e-05
          -> (tensor<?x64xf32>)
      return %z, %y : tensor<?x64xf32>, tensor<?x64xf32>
    }"""

    def test_call(self):
        function = norm.compile(self.PROGRAM)
        x, r = self.array(4, 64), self.array(4, 64)
        z, y = function(x, r)
        self.check(z, f64(x.host) + f64(r.host))
        centred = f64(z.host) - f64(z.host).mean(-1, keepdims=True)
        self.check(y, centred * rstd_of(z.host, True)[:, None])
        out = self.array(4, 64), self.array(4, 64)
        function(x, r, out=out, stream=1)
        np.testing.assert_array_equal(out[1].host, y.host)
        # The same function, on the processor.
        self.assertIsInstance(function(x.host, r.host)[0], np.ndarray)

    def test_refused(self):
        product = norm.compile("""
        func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
          %e = tensor.empty() : tensor<4x4xf32>
          %c = arith.constant 0.0 : f32
          %z = linalg.fill ins(%c : f32) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
          %p = linalg.matmul ins(%x, %y : tensor<4x4xf32>, tensor<4x4xf32>) outs(%z : tensor<4x4xf32>) -> tensor<4x4xf32>
          return %p : tensor<4x4xf32>
        }""")
        with self.assertRaisesRegex(norm.UnsupportedError, "expected norms and what fuses with them alone, got"):
            product(self.array(4, 4), self.array(4, 4))


class Places(DeviceTest):
    def test_second_device(self):
        x = self.array(3, 128, ordinal=1)
        y = norm.rmsnorm(x, epsilon=EPSILON)
        self.assertEqual(y.device, (2, 1))
        self.check(y, f64(x.host) * rstd_of(x.host)[:, None])

    def test_managed(self):
        x = self.array(3, 128, kind=MANAGED)
        self.check(norm.rmsnorm(x, epsilon=EPSILON), f64(x.host) * rstd_of(x.host)[:, None])

    def test_threads(self):
        x = self.array(33, 128)
        expected = f64(x.host) * rstd_of(x.host)[:, None]
        found = []
        threads = [
            threading.Thread(target=lambda: found.append(norm.rmsnorm(x, epsilon=EPSILON))) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(found), 4)
        for y in found:
            self.check(y, expected)

    def test_refused(self):
        x = self.array(4, 128)

        def expect(message, function, kind=norm.ArgumentError):
            with self.assertRaisesRegex(kind, message):
                function()

        expect("expected scale to lie on cuda:0, .* got the CPU", lambda: norm.rmsnorm(x, self.normal(128)))
        expect("expected scale to lie on cuda:0, .* got cuda:1", lambda: norm.rmsnorm(x, self.array(128, ordinal=1)))
        expect("expected device 5, got 2 devices", lambda: norm.rmsnorm(self.array(4, 128, ordinal=5)), norm.Error)
        expect("expected strides of x of at least 0", lambda: norm.rmsnorm(DeviceArray(x.host[::-1])))
        expect("side by side", lambda: norm.rmsnorm(DeviceArray(x.host[:, ::2])))
        odd = DeviceArray(x.host.reshape(-1)[1:129])
        expect("expected data of scale on a CUDA device to be aligned to 16", lambda: norm.rmsnorm(x, odd))
        expect("expected stream to be 1 for", lambda: norm.rmsnorm(x, stream=0), ValueError)
        expect("expected no stream", lambda: norm.rmsnorm(x.host, stream=1))
        function = norm.compile(Programs.PROGRAM)
        r = self.normal(4, 64)
        expect("expected no stream", lambda: function(r, r, stream=1))
        # The array of a number would be filled and freed on another stream.
        for number in (2.0, np.float32(2), np.array(2.0)):
            for role in ("scale", "bias"):
                expect(
                    f"expected {role} to be an array where stream is given, got a number",
                    lambda: norm.layernorm(x, **{role: number}, stream=2),
                )
        norm.layernorm(x.host, 2.0)

    def test_driver_error(self):
        x = self.array(4, 128)
        with unittest.mock.patch.dict(os.environ, FAKE_CUDA_FAIL="cuLaunchKernelEx=719"):
            with self.assertRaisesRegex(norm.Error, r"cuLaunchKernelEx: CUDA_ERROR_LAUNCH_FAILED \(719\)"):
                norm.rmsnorm(x, epsilon=EPSILON)
        norm.rmsnorm(x, epsilon=EPSILON)

    def test_library_without_arrays(self):
        class Bare(DeviceArray):
            __array_namespace__ = property()

        x = Bare(self.array(4, 128).host)
        with self.assertRaisesRegex(TypeError, "expected `out` and no numbers, as there is no way to make a new"):
            norm.rmsnorm(x)


class Lives(DeviceTest):
    """Kernels that were called on a device stay loaded: nobody knows whether work or
    graphs need them."""

    def setUp(self):
        super().setUp()
        self.count = ctypes.CDLL("libcuda.so.1").fakeCountModules

    def test_function_that_is_dropped(self):
        x, r = self.array(4, 64), self.array(4, 64)
        out = self.array(4, 64), self.array(4, 64)
        for options in ({}, {"out": out}):
            before = self.count()
            norm.compile(Programs.PROGRAM)(x, r, **options)
            gc.collect()
            self.assertEqual(self.count(), before + 1)

    def test_configure(self):
        norm.rmsnorm(self.array(4, 128), epsilon=EPSILON)
        before = self.count()
        setUpModule()
        norm.rmsnorm(self.normal(4, 128))  # kernels of before are forgotten
        self.assertEqual(self.count(), before)


class Captures(DeviceTest):
    def test_graph(self):
        driver = ctypes.CDLL("libcuda.so.1")
        context, stream, graph, executable = (ctypes.c_void_p() for _ in range(4))
        driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0)
        driver.cuCtxSetCurrent(context)
        driver.cuStreamCreate(ctypes.byref(stream), 0)
        dy, x = self.array(9, 128), self.array(9, 128)
        norm.rmsnorm_backward(dy, x, epsilon=EPSILON)  # compiled and loaded
        driver.cuStreamBeginCapture_v2(stream, 0)
        dx, dscale = norm.rmsnorm_backward(dy, x, epsilon=EPSILON, stream=stream.value)
        self.assertEqual(driver.cuStreamEndCapture(stream, ctypes.byref(graph)), 0)
        driver.cuGraphInstantiateWithFlags(ctypes.byref(executable), graph, ctypes.c_uint64(0))
        for _ in range(2):
            x.host[...] = self.normal(9, 128)
            dscale.host[...] = np.nan
            self.assertEqual(driver.cuGraphLaunch(executable, stream), 0)
            r = rstd_of(x.host)[:, None]
            self.check(dscale, np.sum(f64(dy.host) * f64(x.host) * r, 0))


if __name__ == "__main__":
    unittest.main()
