# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where compiled kernels are kept, and how many threads share a call."""

import os
from typing import Any, Callable, Dict, List, Optional, Union

from . import _instrument, _norm

_threads = 0
_listeners: List[Callable[[], None]] = []


def _default_cache_directory() -> str:
    folder = os.environ.get("NORM_CACHE_DIR")
    if folder is not None:
        return folder
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "norm") if os.path.isabs(base) else ""


def configure(
    *,
    cache_directory: Optional[Union[str, "os.PathLike[str]"]] = None,
    threads: Optional[int] = None,
) -> None:
    """Sets where kernels are kept and how many threads share a call.

    Kernels that were compiled before are forgotten, but for those on disk.

    Args:
      cache_directory: a folder for compiled kernels; empty for none. Unless
        set, the environment variable ``NORM_CACHE_DIR``, or ``norm`` in the
        user's cache folder. A folder that other users may write to, or that
        cannot be made, is not used.
      threads: 0 for as many as the OpenMP runtime likes (which
        ``torch.set_num_threads`` tells it where PyTorch is loaded), 1 for the
        calling thread alone. Unless set, the environment variable
        ``NORM_THREADS``, or 0.

    Raises:
      ValueError: if ``threads`` is below 0 or above 1024.
    """
    if cache_directory is None:
        cache_directory = _default_cache_directory()
    if threads is None:
        threads = int(os.environ.get("NORM_THREADS", "0"))
    if not 0 <= threads <= 1024:
        raise ValueError(f"expected threads from 0 to 1024, got {threads}")
    global _threads
    _threads = threads
    _norm.configure(os.fspath(cache_directory), threads)
    for listener in _listeners:
        listener()
    _instrument.apply()


def add_listener(listener: Callable[[], None]) -> None:
    """Calls ``listener`` after each configure(): libraries of hosts have contexts of
    their own."""
    _listeners.append(listener)


def get_threads() -> int:
    """What configure() was told, 0 for as many as the OpenMP runtime likes."""
    cache_info()  # configures if nothing did
    return _threads


def cache_info() -> Dict[str, Any]:
    """A dict: ``directory`` (empty if kernels are not kept), and how many
    kernels were ``compiled`` and ``loaded`` since the last configure()."""
    compiled, loaded = _norm.get_counts()
    return {
        "directory": _norm.get_cache_directory(),
        "compiled": compiled,
        "loaded": loaded,
    }
