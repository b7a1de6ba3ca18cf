# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""When a kernel of norm is worth its call: bytes by op, direction and type.

A call from Python costs some tens of microseconds more than a kernel of
PyTorch; where that is made up for depends on the machine, and tune() measures
it.
"""

import statistics
import time
from typing import Callable, Dict, Optional, Tuple

import torch
import torch.nn.functional as F

# Bytes of x from which a call pays where nothing was measured.
DEFAULT = 1 << 16
# PyTorch's own layer_norm of float32 was not slower for longer rows than these
# (docs/PyTorch.md).
SHORT_ROW = 256
# Rows that tune() measures are of so many elements, in so many bytes.
_LENGTH = 1024
_SIZES = [1 << exponent for exponent in range(13, 24)]
_ROUNDS = 9

Key = Tuple[str, str, torch.dtype]
_least: Dict[Key, int] = {}
_all: Optional[int] = None


def pays(op: str, direction: str, x: torch.Tensor, length: int) -> bool:
    """Whether ``op`` (layernorm, rmsnorm) of rows of ``length`` elements of ``x`` is
    computed by a kernel."""
    if _all is None and (op, direction, x.dtype) not in _least:
        if op == "layernorm" and x.dtype is torch.float32 and length > SHORT_ROW:
            return False
    return pays_bytes(op, direction, x.dtype, x.numel() * x.element_size())


def pays_bytes(op: str, direction: str, dtype: torch.dtype, size: int) -> bool:
    """The same for ``size`` bytes of rows of any length."""
    least = _least.get((op, direction, dtype), DEFAULT) if _all is None else _all
    return size >= least


def set_least(size: Optional[int]) -> None:
    """Sets the bytes from which any kernel is taken; None for the table."""
    global _all
    _all = size


def get_least() -> Optional[int]:
    return _all


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
    kept = get_least()
    try:
        for op in ("layernorm", "rmsnorm"):
            for dtype in (torch.float32, torch.bfloat16):
                pairs = {"forward": [], "backward": []}
                for size in _SIZES:
                    disable()
                    forward, backward = _calls(op, dtype, size)
                    own = _median(forward), _median(backward())
                    enable()
                    set_least(0)
                    forward, backward = _calls(op, dtype, size)
                    with_kernels = _median(forward), _median(backward())
                    for direction, alone, other in zip(pairs, own, with_kernels):
                        pairs[direction].append(other <= alone)
                for direction, pay in pairs.items():
                    number = len(pay) - next((i for i, p in enumerate(reversed(pay)) if not p), len(pay))
                    _least[op, direction, dtype] = _SIZES[number] if number < len(pay) else 1 << 62
    finally:
        disable()
        set_least(kept)
    return dict(_least)
