# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The norms of aten, forward and backward, computed by kernels: the way through
Python, on CPUs where _call.cpp cannot be built, which does the same, and on CUDA
devices.

``native_layer_norm`` and its backward have kernels in PyTorch, which stand by
for what is not taken. ``_fused_rms_norm`` and its backward have none on CPUs:
PyTorch's own formulas stand by. ``rms_norm`` is spelled out there in ten ops;
it becomes ``_fused_rms_norm``, whose gradient PyTorch knows. On CUDA devices
PyTorch does that by itself.
"""

import functools
import math
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from .. import _instrument
from . import _call, _kernels, _table
from ._state import STATE

_PLAIN = (Tensor, torch.nn.Parameter)
# What addresses on CUDA devices are multiples of.
_ALIGNMENT = 16


class Host(NamedTuple):
    """A device of PyTorch, and its own kernels by their names; none for
    formulas."""

    device: str
    key: str
    kernels: dict

    def call(self, name: str, *arguments: Any) -> Any:
        if name in self.kernels:
            keys = torch._C.DispatchKeySet(getattr(torch._C.DispatchKey, self.key))
            return self.kernels[name].call_boxed(keys, *arguments)
        return getattr(torch._decomp.decompositions, name)(*arguments)


@functools.lru_cache(maxsize=None)  # later those of norm would be found
def _find(device: str, key: str, *names: str) -> Host:
    return Host(device, key, {name: torch.library.get_kernel(f"aten::{name}", key) for name in names})


_library: Optional[torch.library.Library] = None
_cuda_library: Optional[torch.library.Library] = None
# Backwards by their devices, which stay once they were enabled: graphs outlive
# disable(), and PyTorch has none of an RMSNorm on CPUs.
_backwards: Dict[str, torch.library.Library] = {}
_is_native = False  # whether _call.cpp does it
_listeners: List[Callable[[bool], None]] = []  # told what is on


def _is_plain(device: str, *tensors: Optional[Tensor]) -> bool:
    """Whether all are strided tensors of ``device`` whose numbers lie in memory,
    side by side, and are no part of a transformation of functorch."""
    return all(
        t is None
        or (
            type(t) in _PLAIN
            and t.layout is torch.strided
            and t.device.type == device
            and t.dtype in _kernels.NAMES
            and t.is_contiguous()
            and not t.is_neg()
            and not torch._C._functorch.is_functorch_wrapped_tensor(t)
            and (device == "cpu" or t.data_ptr() % _ALIGNMENT == 0)
        )
        for t in tensors
    )


def _type(tensor: Optional[Tensor]) -> Optional[torch.dtype]:
    return None if tensor is None else tensor.dtype


def _has_known_types(x: Tensor, *parameters: Optional[Tensor]) -> bool:
    """Whether PyTorch's layer_norm takes parameters of such types: that of x, or
    for narrow ones float32."""
    types = {t.dtype for t in parameters if t is not None}
    is_narrow = x.dtype in (torch.float16, torch.bfloat16)
    return types in (set(), {x.dtype}) or (is_narrow and types == {torch.float32})


def _is_on(device: str) -> bool:
    return (_library if device == "cpu" else _cuda_library) is not None


def _takes(
    device: str, op: str, direction: str, x: Tensor, shape: Sequence[int], *others: Optional[Tensor]
) -> bool:
    # The cheap questions first: most calls of small models end here.
    length = math.prod(shape)
    return (
        _is_on(device)
        and type(x) in _PLAIN
        and x.layout is torch.strided
        and len(shape) > 0
        and (device != "cpu" or _table.pays(op, direction, x, length))
        and _is_plain(device, x, *others)
        and x.numel() > 0
        and list(x.shape[x.dim() - len(shape) :]) == list(shape)
        and all(t is None or t.numel() in (length, x.numel(), x.numel() // length) for t in others)
    )


def _attempt(direction: str, kernel, otherwise):
    """kernel(), counted; with a warning otherwise() if that fails."""
    try:
        results = kernel()
    except Exception as error:  # of whatever kind: the host has a result
        STATE.fall_back(f"{type(error).__name__}: {error}")
        return otherwise()
    STATE.count_norms(direction)
    STATE.count_call()
    return results


def _statistic_shape(x: Tensor, shape: Sequence[int]):
    return list(x.shape[: x.dim() - len(shape)]) + [1] * len(shape)


def _forward(op, x, shape, weight, bias, epsilon):
    """(y, rstd) or (y, mean, rstd), shaped as PyTorch has them."""
    length = math.prod(shape)
    kernel = _kernels.forward(op, length, x.dtype, _type(weight), _type(bias), epsilon)
    parameters = [t.detach().reshape(length) for t in (weight, bias) if t is not None]
    with _instrument.Named(_call.place):
        y, *statistics = kernel(x.detach().view(-1, length), *parameters)
    of_rows = _statistic_shape(x, shape)
    return (y.view(x.shape), *(s.view(of_rows) for s in statistics))


def _backward(op, dy, x, shape, statistics, weight, bias, mask):
    """(dx, dscale, dbias), None where the mask says so."""
    length = math.prod(shape)
    wants = tuple(name for name, wanted in zip(("dx", "dscale", "dbias"), mask) if wanted)
    kernel = _kernels.backward(op, length, dy.dtype, x.dtype, _type(weight), _type(bias), wants)
    c = _kernels.compute_type(x.dtype)
    arguments = [dy.detach().view(-1, length), x.detach().view(-1, length)]
    if weight is not None:
        arguments.append(weight.detach().reshape(length))
    arguments += [s.detach().reshape(-1).to(c) for s in statistics]
    results = kernel(*arguments)
    named = dict(zip(wants, results if len(wants) > 1 else (results,)))
    dx, dscale, dbias = (named.get(name) for name in ("dx", "dscale", "dbias"))
    return (
        None if dx is None else dx.view(x.shape),
        None if dscale is None else dscale.view(weight.shape),
        None if dbias is None else dbias.view(bias.shape),
    )


def layer_norm(at: Host, x, shape, weight, bias, epsilon):
    def host():
        return at.call("native_layer_norm", x, shape, weight, bias, epsilon)

    is_taken = _takes(at.device, "layernorm", "forward", x, shape, weight, bias)
    if not is_taken or not _has_known_types(x, weight, bias):
        return host()
    return _attempt("forward", lambda: _forward("layernorm", x, shape, weight, bias, epsilon), host)


def layer_norm_backward(at: Host, dy, x, shape, mean, rstd, weight, bias, mask):
    def host():
        # PyTorch's kernel for CPUs expects the statistics in the type of its
        # parameters, that for CUDA devices in the type of its sums.
        own = x.dtype if weight is None and bias is None else _type(weight) or _type(bias)
        statistics = (mean.to(own), rstd.to(own)) if at.device == "cpu" else (mean, rstd)
        return at.call("native_layer_norm_backward", dy, x, shape, *statistics, weight, bias, mask)

    dy = dy.contiguous()
    mask = [wanted and t is not None for wanted, t in zip(mask, (x, weight, bias))]
    if not any(mask) or not _takes(at.device, "layernorm", "backward", x, shape, dy, mean, rstd, weight, bias):
        return host()
    return _attempt(
        "backward",
        lambda: _backward("layernorm", dy, x, shape, (rstd, mean), weight, bias, mask),
        host,
    )


def _epsilon(x: Tensor, epsilon: Optional[float]) -> float:
    return torch.finfo(x.dtype).eps if epsilon is None else epsilon


def fused_rms_norm(at: Host, x, shape, weight, epsilon):
    def host():
        return at.call("_fused_rms_norm", x, shape, weight, epsilon)

    if not _takes(at.device, "rmsnorm", "forward", x, shape, weight):
        return host()
    return _attempt("forward", lambda: _forward("rmsnorm", x, shape, weight, None, _epsilon(x, epsilon)), host)


def fused_rms_norm_backward(at: Host, dy, x, shape, rstd, weight, mask):
    def host():
        return at.call("_fused_rms_norm_backward", dy, x, shape, rstd, weight, mask)

    dy, mask = dy.contiguous(), [mask[0], mask[1] and weight is not None]
    if not any(mask) or not _takes(at.device, "rmsnorm", "backward", x, shape, dy, rstd, weight):
        return host()
    return _attempt(
        "backward",
        lambda: _backward("rmsnorm", dy, x, shape, (rstd,), weight, None, [*mask, False])[:2],
        host,
    )


def rms_norm(x, shape, weight=None, epsilon=None):
    # Listeners are for subclasses of tensors that know _fused_rms_norm.
    is_known = type(x) not in _PLAIN and bool(_listeners) and torch._C._len_torch_dispatch_stack() == 0
    if not is_known and not _takes("cpu", "rmsnorm", "forward", x, shape, weight):
        return torch.ops.aten.rms_norm.default.decompose(x, shape, weight, epsilon)
    return torch.ops.aten._fused_rms_norm(x, shape, weight, _epsilon(x, epsilon))[0]


_FUNCTIONS = {
    "native_layer_norm": layer_norm,
    "native_layer_norm_backward": layer_norm_backward,
    "_fused_rms_norm": fused_rms_norm,
    "_fused_rms_norm_backward": fused_rms_norm_backward,
}


def _install(host: Host) -> torch.library.Library:
    """The library of the forwards, which leaves with disable()."""
    forwards, backwards = (torch.library.Library("aten", "IMPL") for _ in range(2))
    for name, function in _FUNCTIONS.items():
        own = backwards if name.endswith("_backward") else forwards
        own.impl(name, functools.partial(function, host), host.key, allow_override=True)
    before, _backwards[host.device] = _backwards.get(host.device), backwards
    if before is not None:
        before._destroy()
    return forwards


def add_listener(listener: Callable[[bool], None]) -> None:
    """Tells ``listener`` from now on whether aten's norms are replaced."""
    _listeners.append(listener)
    if _library is not None or _is_native:
        _tell(True)


def _tell(on: bool) -> None:
    if _is_native and _listeners:
        _call.take_subclasses()
    for listener in _listeners:
        listener(on)


def enable() -> None:
    global _library, _is_native
    if _library is not None or _is_native:
        return
    _is_native = _call.load() is not None
    _table.push()
    if _is_native:
        _call.enable()
        _tell(True)
        return
    _library = _install(_find("cpu", "CPU", "native_layer_norm", "native_layer_norm_backward"))
    for key in ("CPU", "AutogradCPU"):
        _library.impl("rms_norm", rms_norm, key)
    _tell(True)


def enable_cuda() -> None:
    """RuntimeError where this PyTorch has no kernels for CUDA devices."""
    global _cuda_library
    if _cuda_library is None:
        _cuda_library = _install(_find("cuda", "CUDA", *_FUNCTIONS))


def get_state() -> Tuple[bool, bool]:
    """Whether norms are replaced on CPUs, and on CUDA devices."""
    return _library is not None or _is_native, _cuda_library is not None


def disable_cuda() -> None:
    global _cuda_library
    if _cuda_library is not None:
        _cuda_library._destroy()
        _cuda_library = None


def disable() -> None:
    global _library, _is_native
    _tell(False)
    if _is_native:
        _call.disable()
        _is_native = False
    if _library is not None:
        _library._destroy()
        _library = None
