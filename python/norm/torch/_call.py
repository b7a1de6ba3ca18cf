# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The way from PyTorch's dispatcher to kernels: a library that is built once
where PyTorch's headers and a compiler of C++ are, and kept beside the kernels.
Without it _eager.py and _compiled.py take the way through Python."""

import ctypes
import os
import warnings
from pathlib import Path
from typing import List, Optional, Tuple

import torch

from .. import _instrument, _native, _settings
from ._state import STATE

_Failure = ctypes.CFUNCTYPE(None, ctypes.c_char_p)
_Place = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t)
FOLDER = str(Path(torch.__file__).parent) + os.sep

_library: Optional[ctypes.CDLL] = None
_reason: Optional[str] = None  # why there is none
_kept: List[object] = []  # what the library points to


def _options() -> List[str]:
    folder = Path(torch.__file__).parent
    return [
        "-std=c++20",
        f"-D_GLIBCXX_USE_CXX11_ABI={int(torch.compiled_with_cxx11_abi())}",
        f"-I{Path(__file__).parent}",
        f"-I{folder / 'include'}",
        f"-L{folder / 'lib'}",
        "-lc10",
        "-ltorch_cpu",
    ]


def _attempt(function, *arguments) -> None:
    message = ctypes.create_string_buffer(1024)
    if not function(*arguments, message):
        raise RuntimeError(message.value.decode(errors="replace"))


def place() -> str:
    """Where the program is that calls a norm: outside of PyTorch."""
    return _instrument.place(lambda file: file.startswith(FOLDER))


def _tell_place(buffer: int, size: int) -> None:
    """place() to the bytes at ``buffer``."""
    text = place().encode()[: size - 1] + b"\0"
    ctypes.memmove(buffer, text, len(text))


def _load() -> ctypes.CDLL:
    library = _native.load("torch", torch.__version__, Path(__file__).with_name("_call.cpp"), _options())
    library.norm_torch_set_range.argtypes = [ctypes.c_int] * 3 + [ctypes.c_int64] * 2
    library.norm_torch_fail.argtypes = [ctypes.c_int64]
    library.norm_torch_instrument.argtypes = [ctypes.c_void_p, _Place]
    on_failure = _Failure(lambda reason: STATE.fall_back(reason.decode(errors="replace")))
    _kept.append(on_failure)

    def configure() -> bool:
        folder = _settings.cache_info()["directory"]
        return library.norm_torch_configure(folder.encode(), _settings.get_threads(), on_failure)

    if not configure():
        raise RuntimeError("norm's library cannot be configured")
    _settings.add_listener(configure)
    _attempt(library.norm_torch_take_calls)
    tell_place = _Place(_tell_place)
    _kept.append(tell_place)
    _instrument.add_host(lambda address: library.norm_torch_instrument(address, tell_place))
    return library


def load() -> Optional[ctypes.CDLL]:
    """The library, built if need be; None, after one warning, where there is
    none."""
    global _library, _reason
    if _library is None and _reason is None:
        try:
            _library = _load()
        except Exception as error:  # of whatever kind: there is another way
            _reason = f"{type(error).__name__}: {error}"
            warnings.warn(f"norm: calls from PyTorch go through Python: {_reason}", RuntimeWarning, stacklevel=4)
    return _library


def is_loaded() -> bool:
    return _library is not None


def enable() -> None:
    _attempt(_library.norm_torch_enable)


def disable() -> None:
    _library.norm_torch_disable()


def take_subclasses() -> None:
    """Has rms_norm of DTensors become _fused_rms_norm."""
    _library.norm_torch_take_subclasses(True)


def set_range(op: int, direction: int, type: int, least: int, longest: int) -> None:
    _library.norm_torch_set_range(op, direction, type, least, longest)


def compile(program: str, strict: bool) -> None:
    """Compiles the program for calls. Raises RuntimeError."""
    _attempt(_library.norm_torch_compile, program.encode(), strict)


def take_counts() -> Tuple[int, int, int]:
    """Norms forward and backward, and calls, since this was called."""
    counts = (ctypes.c_uint64 * 3)()
    if _library is not None:
        _library.norm_torch_take_counts(counts)
    return tuple(counts)


STATE.take_counts = take_counts
