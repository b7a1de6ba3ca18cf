# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The target of the calls in XLA's programs: a library that is built once where
JAX's headers and a compiler of C++ are, and kept beside the kernels."""

import ctypes
import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import List, Optional

import jax
import jaxlib

from .. import _norm, _settings
from ._state import STATE

TARGET = "norm_call"
_SOURCE = Path(__file__).with_name("_call.cpp")
_OPTIONS = ["-std=c++17", "-O2", "-w", "-shared", "-fPIC"]
_Failure = ctypes.CFUNCTYPE(None, ctypes.c_char_p)

_library: Optional[ctypes.CDLL] = None
_kept: List[object] = []  # what the library points to


class Unavailable(Exception):
    """Why there is no library."""


def _compiler() -> List[str]:
    named = os.environ.get("CXX")
    if named:
        return shlex.split(named)
    for name in ("c++", "g++", "clang++"):
        if shutil.which(name):
            return [name]
    raise Unavailable("there is no compiler of C++ (set CXX)")


def _headers() -> Path:
    for folder in (Path(__file__).parents[1] / "include", Path(__file__).parents[3] / "include"):
        if (folder / "norm-c" / "Compiler.h").is_file():
            return folder
    raise Unavailable("the headers of norm are not there")


def _norm_library() -> str:
    """The file of libnorm-c.so that this process runs."""
    with open("/proc/self/maps") as maps:
        for line in maps:
            file = line.rstrip("\n").partition("/")[2]
            if "libnorm-c.so" in os.path.basename(file):
                return "/" + file
    raise Unavailable("libnorm-c.so is not a library of its own")


def _build(target: Path) -> None:
    """Builds the library next to ``target`` and moves it there."""
    command = _compiler() + _OPTIONS + [f"-I{jax.ffi.include_dir()}", f"-I{_headers()}", str(_SOURCE)]
    handle, made = tempfile.mkstemp(suffix=".so", dir=target.parent)
    os.close(handle)
    try:
        done = subprocess.run(command + ["-o", made, _norm_library()], capture_output=True, text=True, timeout=300)
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise Unavailable(f"{command[0]} failed: {next((l for l in lines if 'error' in l), lines[:1])}")
        os.replace(made, target)
    finally:
        if os.path.exists(made):
            os.remove(made)


def _file_name() -> str:
    key = hashlib.sha256(_SOURCE.read_bytes())
    key.update(" ".join(_OPTIONS).encode())
    key.update(f"{_norm.__version__} {jaxlib.__version__} {_norm_library()}".encode())
    return f"jax-{key.hexdigest()[:32]}.so"


def _open() -> ctypes.CDLL:
    folder = _settings.cache_info()["directory"]
    if folder:
        file = Path(folder) / _file_name()
        try:
            if not file.exists():
                _build(file)
            return ctypes.CDLL(str(file))
        except OSError:
            pass  # a folder that cannot be written, or a damaged file
    with tempfile.TemporaryDirectory(prefix="norm-") as own:
        file = Path(own) / _file_name()
        _build(file)
        return ctypes.CDLL(str(file))


def _threads() -> int:
    threads = int(os.environ.get("NORM_THREADS", "0"))
    return threads or len(os.sched_getaffinity(0))


def load() -> None:
    """Builds the library if need be, and registers the target. Raises
    Unavailable."""
    global _library
    if _library is not None:
        return
    try:
        library = _open()
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(str(error)) from error
    on_failure = _Failure(lambda reason: STATE.fall_back(reason.decode(errors="replace")))
    _kept.append(on_failure)
    library.norm_jax_calls.restype = ctypes.c_uint64
    folder = _settings.cache_info()["directory"]
    if not library.norm_jax_configure(folder.encode(), _threads(), on_failure):
        raise Unavailable("norm's library cannot be configured")
    jax.ffi.register_ffi_target(TARGET, jax.ffi.pycapsule(library.norm_jax_call), platform="cpu")
    _library = library


def compile(program: str, strict: bool) -> None:
    """Compiles the program for calls. Raises RuntimeError."""
    message = ctypes.create_string_buffer(1024)
    if not _library.norm_jax_compile(program.encode(), strict, message):
        raise RuntimeError(message.value.decode(errors="replace"))


def count() -> int:
    """How many calls there were."""
    return _library.norm_jax_calls() if _library is not None else 0
