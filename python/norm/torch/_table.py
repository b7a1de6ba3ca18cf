# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""When a kernel of norm is worth its call: bytes and row lengths by op,
direction and type.

Without other knowledge each norm is: a call took no longer than PyTorch's own on
two cores, of any size (docs/PyTorch.md). tune() measures the machine at hand. A
call through Python takes some tens of microseconds more.
"""

import statistics
import time
from typing import Callable, Dict, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F

from . import _call

# Numbered as _call.cpp does.
OPS = ("layernorm", "rmsnorm")
DIRECTIONS = ("forward", "backward")
TYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
Key = Tuple[str, str, torch.dtype]

ANY = (1 << 63) - 1


class Range(NamedTuple):
    """A kernel is called for ``least`` bytes of x or more, in rows of ``longest``
    elements or fewer."""

    least: int
    longest: int = ANY


# Bytes from which a call through Python pays.
PYTHON = 1 << 16
# Elements from which one in a compiled graph does: it costs some 5 microseconds more
# than the loop that Inductor writes.
COMPILED = 1 << 16
# PyTorch's own layer_norm of float32 is not slower for longer rows than these, where
# a call goes through Python.
SHORT_ROW = 256
# Rows that tune() measures are of so many elements, in so many bytes.
_LENGTH = 1024
_SIZES = [1 << exponent for exponent in range(13, 24)]
_ROUNDS = 9

_tuned: Dict[Key, Range] = {}
_all: Optional[int] = None


def _range_of(key: Key) -> Range:
    if _all is not None:
        return Range(_all)
    if key in _tuned:
        return _tuned[key]
    if _call.is_loaded():
        return Range(0)
    return Range(PYTHON, SHORT_ROW if key[0] == "layernorm" and key[2] is torch.float32 else ANY)


def pays(op: str, direction: str, x: torch.Tensor, length: int) -> bool:
    """Whether ``op`` (layernorm, rmsnorm) of rows of ``length`` elements of ``x`` is
    computed by a kernel."""
    least, longest = _range_of((op, direction, x.dtype))
    return x.numel() * x.element_size() >= least and length <= longest


def pays_compiled(elements: int) -> bool:
    """Whether a call in a compiled graph is worth so many elements."""
    return elements >= (COMPILED if _all is None else _all)


def push() -> None:
    """Tells the library, if there is one."""
    if _call.is_loaded():
        for o, op in enumerate(OPS):
            for d, direction in enumerate(DIRECTIONS):
                for t, dtype in enumerate(TYPES):
                    _call.set_range(o, d, t, *_range_of((op, direction, dtype)))


def set_least(size: Optional[int]) -> None:
    """Sets the bytes from which any kernel is taken; None for the table."""
    global _all
    _all = size
    push()


def _median(function: Callable[[], object]) -> float:
    function()
    seconds = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _calls(op: str, dtype: torch.dtype, size: int):
    """The forward and the backward of ``op`` on ``size`` bytes of rows."""
    x, dy = (torch.randn(max(1, size // dtype.itemsize // _LENGTH), _LENGTH).to(dtype) for _ in range(2))
    parameters = [torch.ones(_LENGTH, dtype=dtype).requires_grad_(True) for _ in range(2 if op == "layernorm" else 1)]
    function = F.layer_norm if op == "layernorm" else F.rms_norm

    def forward():
        with torch.no_grad():
            return function(x, (_LENGTH,), *parameters)

    def backward():
        y = function(x.requires_grad_(True), (_LENGTH,), *parameters)
        return lambda: torch.autograd.grad(y, [x, *parameters], dy, retain_graph=True)

    return forward, backward


def tune(enable: Callable[[], object], disable: Callable[[], None]) -> Dict[Key, int]:
    """Measures PyTorch alone and with kernels, in turn, and keeps the least size
    from which on kernels were never slower."""
    kept = _all
    try:
        for op in OPS:
            for dtype in (torch.float32, torch.bfloat16):
                pairs = {direction: [] for direction in DIRECTIONS}
                for size in _SIZES:
                    disable()
                    forward, backward = _calls(op, dtype, size)
                    own = _median(forward), _median(backward())
                    set_least(0)
                    enable()
                    forward, backward = _calls(op, dtype, size)
                    with_kernels = _median(forward), _median(backward())
                    for direction, alone, other in zip(pairs, own, with_kernels):
                        pairs[direction].append(other <= alone)
                for direction, pay in pairs.items():
                    number = len(pay) - next((i for i, p in enumerate(reversed(pay)) if not p), len(pay))
                    _tuned[op, direction, dtype] = Range(_SIZES[number] if number < len(pay) else ANY)
    finally:
        disable()
        set_least(kept)
    return {key: found.least for key, found in _tuned.items()}
