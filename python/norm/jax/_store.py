# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What became of a module, kept beside the kernels for later processes.

A file is named by the hash of all that the result depends on: the module, norm,
JAX, and what is on. Its first bytes are the hash of the rest: a damaged one is
removed. The folder is for this user alone, or is not used (_settings.cache_info()).
"""

import contextlib
import functools
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import NamedTuple, Optional, Set, Tuple

import jaxlib

from .. import _native, _norm, _settings
from ._proto import Message

_MAGIC = b"norm module 1\n"
_HASH_BYTES = 32
# Modules of so many bytes take longer to write than they are worth.
_LARGEST = 1 << 25
# The field of a module that is its number in the process.
_NUMBER = 5
# Files of this prefix are removed when they were not read for long, as kernels are:
# those too that a process has left that ended while it wrote.
_PREFIX = "llvmcache-"


class Entry(NamedTuple):
    """A module with calls, empty where there is no norm; how many norms it has, and
    the programs of its kernels."""

    module: bytes
    forward: int = 0
    backward: int = 0
    programs: Tuple[str, ...] = ()


def _mapped() -> Set[str]:
    """The files that this process runs. One that was replaced since has a name here
    that no file has."""
    with open("/proc/self/maps") as maps:
        return {"/" + line.rstrip("\n").partition("/")[2] for line in maps}


def _libraries_hash() -> bytes:
    """Of norm's compiled parts. Raises OSError where the files are no longer those
    that this process runs."""
    files = [os.path.realpath(_norm.__file__)]
    try:
        files.append(_native.library())
    except _native.Unavailable:
        pass  # it is a part of the other
    key = hashlib.sha256()
    for file in files:
        key.update(hashlib.sha256(Path(file).read_bytes()).digest())
    if not _mapped().issuperset(files):
        raise FileNotFoundError("a library of norm was replaced")
    return key.digest()


@functools.lru_cache(maxsize=None)
def _own_key() -> Optional[bytes]:
    """Of norm and JAX; None where it is not known what this process runs."""
    key = hashlib.sha256(f"{_norm.__version__} {jaxlib.__version__}".encode())
    folder = Path(__file__).parent
    try:
        for file in [*sorted(folder.glob("*.py")), *sorted(folder.parent.glob("_*.py"))]:
            key.update(file.read_bytes())
        key.update(_libraries_hash())
    except OSError:
        return None
    return key.digest()


def key_of(data: bytes, *settings: str) -> Optional[str]:
    """The name of what becomes of a module by these settings, whatever its number
    in this process; None where it has none and is not to be stored."""
    own = _own_key()
    if own is None:
        return None
    key = hashlib.sha256(own + repr(settings).encode())
    key.update(Message(data).remove(_NUMBER).to_bytes())
    return key.hexdigest()


def numbered(module: bytes, like: bytes) -> bytes:
    """A module with the number of another one."""
    return Message(module).set(_NUMBER, Message(like).number(_NUMBER)).to_bytes()


def _file_of(key: str) -> Optional[Path]:
    folder = _settings.cache_info()["directory"]
    return Path(folder) / f"{_PREFIX}{key}" if folder else None


def _parse(data: bytes) -> Entry:
    """What store() has written. Raises an exception of any kind for all else."""
    head, rest = data[: len(_MAGIC) + _HASH_BYTES], data[len(_MAGIC) + _HASH_BYTES :]
    if head != _MAGIC + hashlib.sha256(rest).digest():
        raise ValueError("a damaged file")
    line, _, module = rest.partition(b"\n")
    forward, backward, programs = json.loads(line)
    if not all(isinstance(n, int) for n in (forward, backward)) or not all(isinstance(p, str) for p in programs):
        raise ValueError("expected two numbers and programs")
    Message(module).number(_NUMBER)  # reads it
    return Entry(module, forward, backward, tuple(programs))


def load(key: str) -> Optional[Entry]:
    """The entry of this name; None where there is none that is whole. One that is
    not is removed."""
    file = _file_of(key)
    try:
        data = file.read_bytes() if file else None
    except OSError:
        return None
    if data is None:
        return None
    try:
        return _parse(data)
    except Exception:  # of whatever kind: the module is searched again
        with contextlib.suppress(OSError):
            file.unlink()
        return None


def store(key: str, entry: Entry) -> None:
    """Puts it there as a whole, or not at all."""
    file = _file_of(key)
    if not file or len(entry.module) > _LARGEST:
        return
    line = json.dumps([entry.forward, entry.backward, entry.programs]).encode()
    rest = line + b"\n" + entry.module
    try:
        handle, made = tempfile.mkstemp(prefix=f"{_PREFIX}new-", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as written:
                written.write(_MAGIC + hashlib.sha256(rest).digest() + rest)
            os.replace(made, file)
        finally:
            if os.path.exists(made):
                os.remove(made)
    except OSError:
        pass  # a folder that cannot be written
