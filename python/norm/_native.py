# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Libraries that are built once where the headers of a host and a compiler of
C++ are, and kept beside the kernels."""

import ctypes
import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import List, Sequence

from . import _norm, _settings

_CALLS = Path(__file__).with_name("_calls.h")
_OPTIONS = ["-O2", "-w", "-shared", "-fPIC"]


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
    for folder in (Path(__file__).parent / "include", Path(__file__).parents[2] / "include"):
        if (folder / "norm-c" / "Compiler.h").is_file():
            return folder
    raise Unavailable("the headers of norm are not there")


def library() -> str:
    """The file of libnorm-c.so that this process runs."""
    with open("/proc/self/maps") as maps:
        for line in maps:
            file = line.rstrip("\n").partition("/")[2]
            if "libnorm-c.so" in os.path.basename(file):
                return "/" + file
    raise Unavailable("libnorm-c.so is not a library of its own")


def _build(target: Path, source: Path, options: Sequence[str]) -> None:
    """Builds the library next to ``target`` and moves it there."""
    command = [*_compiler(), *_OPTIONS, f"-I{_CALLS.parent}", f"-I{_headers()}"]
    handle, made = tempfile.mkstemp(suffix=".so", dir=target.parent)
    os.close(handle)
    try:
        command += [str(source), *options, "-o", made, library()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise Unavailable(f"{command[0]} failed: {next((l for l in lines if 'error' in l), lines[:1])}")
        os.replace(made, target)
    finally:
        if os.path.exists(made):
            os.remove(made)


def _open(host: str, version: str, source: Path, options: Sequence[str]) -> ctypes.CDLL:
    key = hashlib.sha256()
    for file in [_CALLS, source, *sorted(source.parent.glob("*.h"))]:
        key.update(file.read_bytes())
    key.update(" ".join([*_OPTIONS, *options, _norm.__version__, version, library()]).encode())
    name = f"{host}-{key.hexdigest()[:32]}.so"
    folder = _settings.cache_info()["directory"]
    if folder:
        file = Path(folder) / name
        try:
            if not file.exists():
                _build(file, source, options)
            return ctypes.CDLL(str(file))
        except OSError:
            pass  # a folder that cannot be written, or a damaged file
    with tempfile.TemporaryDirectory(prefix="norm-") as own:
        file = Path(own) / name
        _build(file, source, options)
        return ctypes.CDLL(str(file))


def load(host: str, version: str, source: Path, options: Sequence[str]) -> ctypes.CDLL:
    """The library of ``source``, built with ``options`` unless one for ``version``
    of the host is there. Raises Unavailable."""
    try:
        return _open(host, version, source, options)
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(str(error)) from error
