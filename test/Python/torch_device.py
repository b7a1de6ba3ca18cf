# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""PyTorch's tensors on CUDA devices, without a GPU: tensors lie in memory of this
process and say that they lie on cuda:0. Of PyTorch's own work on such a device
only torch.empty() is there, and the driver is the stand-in. What is not tried is
PyTorch's current stream, which takes a runtime of CUDA: calls name theirs."""

import functools
import tempfile
import unittest
import unittest.mock
import warnings

import numpy as np
import torch
import torch.nn.functional as F

import norm
import norm.frontends.torch_ops  # noqa: F401
import norm.torch
from arrays import f64
from device_arrays import DeviceArray
from norm import _norm, _programs
from norm.torch import _eager

ops = torch.ops.norm
EPSILON = 1e-5
_NAMES = ("rmsnorm", "prmsnorm", "layernorm", "add_rmsnorm", "rmsnorm_backward", "layernorm_backward")
_TYPES = {torch.float64: np.float64, torch.float32: np.float32, torch.float16: np.float16}
_arrays = {}  # of all tensors, by their addresses


def on_device(host):
    array = DeviceArray.of(host)
    tensor = torch.utils.dlpack.from_dlpack(array.__dlpack__())
    _arrays[tensor.data_ptr()] = array
    return tensor


def host_of(tensor):
    return _arrays[tensor.data_ptr()].host.reshape(tuple(tensor.shape))


def _empty(size, *, dtype=None, layout=None, device=None, pin_memory=None, memory_format=None):
    return on_device(np.empty(tuple(size), _TYPES[dtype or torch.float32]))


_compile = _programs.compile


def _compile_on_stream(*arguments, **options):
    return functools.partial(_compile(*arguments, **options), stream=1)


def setUpModule():
    global _folder, _library
    _folder = tempfile.TemporaryDirectory()
    norm.configure(cache_directory=_folder.name, threads=0)
    torch.cuda._lazy_init = lambda: None
    _library = torch.library.Library("aten", "IMPL")
    _library.impl("empty.memory_format", _empty, "CUDA", allow_override=True)
    for name in _NAMES:
        setattr(_norm, name, functools.partial(getattr(_norm, name), stream=1))
    _programs.compile = _compile_on_stream


class DeviceTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(0)

    def tensor(self, *shape):
        return on_device(self.random.standard_normal(shape).astype(np.float32))

    def check(self, found, expected):
        self.assertEqual(found.device, torch.device("cuda", 0))
        self.assertEqual(tuple(found.shape), expected.shape)
        np.testing.assert_allclose(f64(host_of(found)), expected, rtol=0, atol=3e-6 * np.abs(expected).max())


def normalized(x):
    x = f64(x)
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt(x.var(-1, keepdims=True) + EPSILON)


class Ops(DeviceTest):
    """torch.ops.norm."""

    def test_forward(self):
        x, g = self.tensor(2, 3, 128), self.tensor(128)
        self.check(ops.layernorm(x, g, None, EPSILON), normalized(host_of(x)) * f64(host_of(g)))

    def test_backward(self):
        dy, x = self.tensor(5, 128), self.tensor(5, 128)
        dx, dscale = ops.backward(
            "rmsnorm", [True, True, False], dy, x, None, None, None, None, None, None, EPSILON, False, False
        )
        m, xs = f64(host_of(dy)), f64(host_of(x))
        r = 1 / np.sqrt(np.mean(xs**2, -1, keepdims=True) + EPSILON)
        self.check(dx, r * m - xs * r**3 * np.mean(m * xs, -1, keepdims=True))
        self.check(dscale, np.sum(m * xs * r, 0))


class Overrides(DeviceTest):
    """aten's norms while they are enabled."""

    def test_enabled(self):
        x, g, b = self.tensor(6, 128), self.tensor(128), self.tensor(128)
        expected = normalized(host_of(x)) * f64(host_of(g)) + f64(host_of(b))
        before = norm.torch.stats()["forward"]
        with norm.torch.enable(eager=False, compile=False, cuda=True):
            self.check(F.layer_norm(x, (128,), g, b, EPSILON), expected)
            xs = f64(host_of(x))
            r = 1 / np.sqrt(np.mean(xs**2, -1, keepdims=True) + EPSILON)
            self.check(torch.ops.aten._fused_rms_norm(x, [128], g, EPSILON)[0], xs * r * f64(host_of(g)))
            y, mean, rstd = torch.ops.aten.native_layer_norm(x, [128], g, b, EPSILON)
            dx, dg, db = torch.ops.aten.native_layer_norm_backward(
                y, x, [128], mean, rstd, g, b, [False, True, True]
            )
            self.assertIsNone(dx)
            self.check(dg, np.sum(expected * normalized(host_of(x)), 0))
            self.check(db, np.sum(expected, 0))
        self.assertEqual(norm.torch.stats()["forward"], before + 3)

    def test_what_stays_with_pytorch(self):
        """Whatever is not asked for or not taken goes to PyTorch's own kernels."""
        x = self.tensor(6, 128)
        odd = DeviceArray(host_of(x).reshape(-1)[1:129].reshape(1, 128))
        host = _eager._find("cuda", "CUDA", *_eager._FUNCTIONS)
        called = []
        with unittest.mock.patch.object(_eager.Host, "call", lambda at, name, *_: called.append(name)):
            for tensor in (x.t(), torch.utils.dlpack.from_dlpack(odd.__dlpack__())):
                _eager.layer_norm(host, tensor, tensor.shape[-1:], None, None, EPSILON)
            on_cpu = torch.ones(2, 4)
            _eager.fused_rms_norm(host, on_cpu, [4], None, EPSILON)
        self.assertEqual(called, ["native_layer_norm"] * 2 + ["_fused_rms_norm"])
        norm.torch.enable(compile=False)
        try:
            self.assertIsNone(_eager._cuda_library)
        finally:
            norm.torch.disable()

    def test_failures(self):
        """A kernel that fails is PyTorch's to compute, with one warning."""
        x = self.tensor(6, 128)
        host = _eager._find("cuda", "CUDA", *_eager._FUNCTIONS)
        with unittest.mock.patch.object(_eager.Host, "call", lambda *_: "PyTorch's"), unittest.mock.patch.dict(
            "os.environ", FAKE_CUDA_FAIL="cuLaunchKernelEx=719"
        ), warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            for _ in range(2):
                self.assertEqual(_eager.layer_norm(host, x, [128], None, None, EPSILON), "PyTorch's")
        self.assertEqual(["cuLaunchKernelEx" in str(w.message) for w in seen], [True])


if __name__ == "__main__":
    unittest.main()
