# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms of unchanged PyTorch programs, computed by norm's kernels.

    import norm.torch
    norm.torch.enable()

From then on ``F.layer_norm``, ``F.rms_norm`` and the modules that call them run
kernels of norm on CPU tensors, forward and backward, where that pays. What is
not taken, and what fails, PyTorch computes as before.
"""

from typing import Any, Callable, Dict, Tuple

import torch

from .. import _programs
from .._errors import Error
from .._report import Report
from . import _eager, _table
from ._fold import FoldReport, RMSNorm, fold
from ._state import STATE

try:
    from . import _compiled

    _unknown = ""
except (ImportError, AttributeError) as _error:  # another version of PyTorch
    _compiled, _unknown = None, f"{type(_error).__name__}: {_error}"

__all__ = ["FoldReport", "RMSNorm", "disable", "enable", "fold", "report", "stats", "tune"]


class _Enabled:
    """What enable() returns: at the end of its ``with`` block all is as it was
    before the call."""

    def __init__(self, eager: bool, cuda: bool, compile: bool, precision: str):
        self._before = eager, cuda, compile, precision

    def __enter__(self) -> "_Enabled":
        return self

    def __exit__(self, *_: Any) -> None:
        eager, cuda, compile, STATE.precision = self._before
        _leave(not eager, not cuda, not compile)


def enable(
    *,
    eager: bool = True,
    compile: bool = True,
    precision: str = "relaxed",
    deterministic: bool = False,
    cuda: bool = False,
) -> _Enabled:
    """Lets norm's kernels compute the norms of this process.

    Args:
      eager: calls of aten's norms on CPUs: ``native_layer_norm``, ``rms_norm``,
        and their backwards.
      compile: graphs that torch.compile() makes from now on.
      precision: of the norms that are found in graphs, ``"relaxed"``, or
        ``"strict"`` for those alone that round as the graph does.
      deterministic: asks for equal bits for any number of threads, which kernels
        have anyway.
      cuda: calls of aten's norms on CUDA devices as well. Not unless asked for: no
        time was taken on a GPU that says when it pays.

    Returns:
      A context manager, at whose end all is as it was before.

    Raises:
      ValueError: for another precision.
    """
    _programs.is_strict(precision)
    before = _Enabled(*_eager.get_state(), _compiled is not None and _compiled.is_on(), STATE.precision)
    STATE.precision = precision
    if eager:
        _attempt(_eager.enable)
    if cuda:
        _attempt(_eager.enable_cuda)
    if compile and _compiled is None:
        STATE.fall_back(f"graphs of PyTorch {torch.__version__} are not known: {_unknown}")
    elif compile:
        _attempt(_compiled.enable)
    return before


def _attempt(enable: Callable[[], None]) -> None:
    try:
        enable()
    except (ImportError, AttributeError, RuntimeError, TypeError) as error:  # another version of PyTorch
        STATE.fall_back(f"{type(error).__name__}: {error}")


def disable() -> None:
    """Gives all back to PyTorch, whose formulas differentiate what kernels have
    computed. Counters stay."""
    _leave(eager=True, cuda=True, compile=True)


def _leave(eager: bool, cuda: bool, compile: bool) -> None:
    if eager:
        _eager.disable()
    if cuda:
        _eager.disable_cuda()
    if compile and _compiled is not None:
        _compiled.disable()


def stats() -> Dict[str, Any]:
    """A dict: norms computed ``forward`` and ``backward`` by kernels so far,
    ``calls`` of kernels, and ``fallbacks``, reasons why PyTorch computed what a
    kernel was to."""
    return STATE.stats()


def report(module: Callable, *inputs: Any) -> Report:
    """What norms the graphs of ``torch.compile(module)`` have for such inputs, and
    what looks like one and is none: a Report as norm.report() gives it. The module
    is compiled anew, and runs once without gradients. Each group of row-local
    nodes is a function of the report.

    Raises:
      norm.Error: graphs of this version of PyTorch are not known.
    """
    if _compiled is None:
        raise Error(f"graphs of PyTorch {torch.__version__} are not known: {_unknown}")
    with _compiled.searching() as programs, torch.no_grad():
        torch.compile(module)(*inputs)
    return _programs.report_groups(programs)


def tune() -> Dict[Tuple, int]:
    """Measures, in under a minute, from how many bytes on kernels are not slower
    than PyTorch alone on this machine, and keeps to that in this process.

    Returns:
      A dict: bytes of x by op, direction and type of elements. All is disabled
      afterwards.
    """
    return _table.tune(_eager.enable, disable)
