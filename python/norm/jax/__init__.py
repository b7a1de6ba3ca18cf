# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms of unchanged JAX programs, computed by norm's kernels on CPUs.

    import norm.jax
    norm.jax.enable()

From then on what ``jax.jit`` compiles calls kernels of norm where a norm is
found, forward and backward. Everything else, and what fails, stays XLA's.
"""

from typing import Any, Callable, Dict, Optional, Tuple

import jax

from .. import _norm, _programs
from .._errors import Error
from .._report import Report
from . import _call, _pass, _table
from ._state import STATE

__all__ = ["disable", "enable", "report", "stats", "tune"]

_is_registered = _is_on = False
_custom_hook: Optional[Callable[[], str]] = None


class _Enabled:
    """What enable() returns: at the end of its ``with`` block all is as it was
    before the call."""

    def __init__(self, was_on: bool, precision: str):
        self._before = was_on, precision

    def __enter__(self) -> "_Enabled":
        return self

    def __exit__(self, *_: Any) -> None:
        was_on, precision = self._before
        if was_on:
            enable(precision=precision)
        else:
            disable()


def _transform(data: bytes):
    return _pass.transform(data) if _is_on else None


def _register() -> None:
    """Has XLA ask for each module. Raises what JAX does where it cannot."""
    global _is_registered
    if not _is_registered:
        from jax.extend import xla

        xla.register_hlo_module_transformation(
            _transform, name="norm", stage=xla.PipelineStage.PRE_SCHEDULER, platforms="cpu"
        )
        _is_registered = True


def _mark_stored(on: bool) -> None:
    """Has the keys of JAX's stored programs say whether norm is on: a program with
    calls of norm is of no use where it is off."""
    global _custom_hook
    try:
        from jax._src import cache_key

        if on and _custom_hook is None:
            _custom_hook = cache_key.custom_hook
            cache_key.custom_hook = lambda: f"{_custom_hook()} norm {_norm.__version__} {STATE.precision}"
        elif not on and _custom_hook is not None:
            cache_key.custom_hook, _custom_hook = _custom_hook, None
    except (ImportError, AttributeError):
        if on and jax.config.jax_enable_compilation_cache and jax.config.jax_compilation_cache_dir:
            raise RuntimeError("the keys of JAX's stored programs are not known") from None


def enable(*, precision: str = "relaxed", deterministic: bool = False) -> _Enabled:
    """Lets norm's kernels compute the norms of this process.

    What was compiled before is forgotten, so that it is compiled anew.

    Args:
      precision: of the norms that are found, ``"relaxed"``, or ``"strict"`` for
        those alone that round as the program does.
      deterministic: asks for equal bits for any number of threads, which kernels
        have anyway.

    Returns:
      A context manager, at whose end all is as it was before.

    Raises:
      ValueError: for another precision.
    """
    global _is_on
    _programs.is_strict(precision)
    before = _Enabled(_is_on, STATE.precision)
    if _is_on and precision == STATE.precision:
        return before
    STATE.precision = precision
    try:
        _call.load()
        _register()
        _mark_stored(True)
    except Exception as error:  # another version of JAX, or no compiler
        STATE.fall_back(f"{type(error).__name__}: {error}")
        return before
    _is_on = True
    jax.clear_caches()
    return before


def disable() -> None:
    """Gives all back to XLA; what was compiled is forgotten. Counters stay."""
    global _is_on
    if _is_on:
        _is_on = False
        _mark_stored(False)
        jax.clear_caches()


def report(function: Callable, *arguments: Any) -> Report:
    """What norms ``jax.jit(function)`` has for such arguments, and what looks like
    one and is none: a Report as norm.report() gives it. The function is compiled,
    not run. Each group of row-local instructions is a function of the report, a
    backward once for each way to read its forward's statistics.

    Raises:
      norm.Error: norm cannot be enabled here; a warning has said why.
    """
    was_on = _is_on
    with STATE.collecting() as programs:
        enable(precision=STATE.precision)
        if not _is_on:
            raise Error("norm is not enabled in JAX")
        try:
            jax.jit(lambda *args: function(*args)).lower(*arguments).compile()
        finally:
            if not was_on:
                disable()
    return _programs.report_groups(programs)


def stats() -> Dict[str, Any]:
    """A dict: norms replaced by kernels so far, ``forward`` and ``backward``;
    ``calls`` of kernels; and ``fallbacks``, reasons why XLA computed what a
    kernel was to."""
    found = STATE.stats()
    found["calls"] = _call.count()
    return found


def tune() -> Dict[Tuple, Tuple[int, int]]:
    """Measures, in under a minute, at what sizes kernels are not slower than XLA
    alone on this machine, and keeps to that in this process.

    Returns:
      A dict: the least and most bytes of the largest result of a call, by op,
      direction and bits of elements. All is disabled afterwards.
    """
    return dict(_table.tune(enable, disable))
