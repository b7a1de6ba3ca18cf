# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The target of the calls in XLA's programs: a library that is built once where
JAX's headers and a compiler of C++ are, and kept beside the kernels."""

import ctypes
import os
from pathlib import Path
from typing import List, Optional

import jax
import jaxlib

from .. import _instrument, _native, _settings
from .._native import Unavailable
from ._state import STATE

TARGET = "norm_call"
_Failure = ctypes.CFUNCTYPE(None, ctypes.c_char_p)

_library: Optional[ctypes.CDLL] = None
_kept: List[object] = []  # what the library points to


def processors() -> int:
    """Those of this process."""
    return len(os.sched_getaffinity(0))


def _threads() -> int:
    return _settings.get_threads() or processors()


def _open() -> ctypes.CDLL:
    source = Path(__file__).with_name("_call.cpp")
    return _native.load("jax", jaxlib.__version__, source, ["-std=c++17", f"-I{jax.ffi.include_dir()}"])


def load() -> None:
    """Builds the library if need be, and registers the target. Raises
    Unavailable."""
    global _library
    if _library is not None:
        return
    library = _open()
    on_failure = _Failure(lambda reason: STATE.fall_back(reason.decode(errors="replace")))
    _kept.append(on_failure)
    library.norm_jax_calls.restype = ctypes.c_uint64
    library.norm_jax_instrument.argtypes = [ctypes.c_void_p]

    def configure() -> bool:
        folder = _settings.cache_info()["directory"]
        return library.norm_jax_configure(folder.encode(), _threads(), on_failure)

    if not configure():
        raise Unavailable("norm's library cannot be configured")
    _settings.add_listener(configure)
    jax.ffi.register_ffi_target(TARGET, jax.ffi.pycapsule(library.norm_jax_call), platform="cpu")
    _library = library
    _instrument.add_host(library.norm_jax_instrument)


def compile(program: str, strict: bool) -> None:
    """Compiles the program for calls. Raises RuntimeError."""
    message = ctypes.create_string_buffer(1024)
    if not _library.norm_jax_compile(program.encode(), strict, message):
        raise RuntimeError(message.value.decode(errors="replace"))


def count() -> int:
    """How many calls there were."""
    return _library.norm_jax_calls() if _library is not None else 0
