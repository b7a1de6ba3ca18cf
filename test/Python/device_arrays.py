# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays of a library that says they lie on a CUDA device, whose memory is that of
this process: what the stand-in for the driver has devices of."""

import ctypes
from types import SimpleNamespace

import numpy as np

CUDA, MANAGED = 2, 13


class _Tensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


class _Managed(ctypes.Structure):
    _fields_ = [("tensor", _Tensor), ("context", ctypes.c_void_p), ("deleter", ctypes.c_void_p)]


_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


def _aligned(shape, dtype):
    """numpy.empty() at a multiple of 256 bytes."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.empty(size + 256, np.uint8)
    start = -memory.ctypes.data % 256
    return memory[start : start + size].view(dtype).reshape(shape)


class DeviceArray:
    """``host``, an array of NumPy, as one of a device."""

    def __init__(self, host, ordinal=0, kind=CUDA):
        self.host, self.device = host, (kind, ordinal)
        self.streams = []  # what __dlpack__() was asked for
        self._exported = []

    @classmethod
    def of(cls, array, **place):
        host = _aligned(array.shape, array.dtype)
        host[...] = array
        return cls(host, **place)

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, *, stream=None):
        self.streams.append(stream)
        host = self.host
        extents = (ctypes.c_int64 * host.ndim)(*host.shape)
        steps = (ctypes.c_int64 * host.ndim)(*(s // host.itemsize for s in host.strides))
        code = {"f": 2, "V": 4, "i": 0, "u": 1}[host.dtype.kind]
        managed = _Managed(
            _Tensor(host.ctypes.data, *self.device, host.ndim, code, host.itemsize * 8, 1, extents, steps, 0)
        )
        # For as long as the array, which is longer than a call.
        self._exported.append((managed, extents, steps))
        return _new_capsule(ctypes.addressof(managed), b"dltensor", None)

    def __array_namespace__(self):
        return SPACE


def _empty(shape, *, dtype, device):
    return DeviceArray(_aligned(shape, dtype), kind=device[0], ordinal=device[1])


def _full(shape, value, *, dtype, device):
    made = _empty(shape, dtype=dtype, device=device)
    made.host[...] = value
    return made


SPACE = SimpleNamespace(
    empty=_empty, full=_full, float64=np.float64, float32=np.float32, float16=np.float16
)
