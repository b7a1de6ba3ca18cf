# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms as ops of PyTorch with gradients, which torch.compile() keeps.

Importing this registers ``torch.ops.norm.rmsnorm``, ``prmsnorm``, ``layernorm``
and ``add_rmsnorm`` for tensors on the CPU and on CUDA devices. They are made of
two ops, ``norm::forward`` and ``norm::backward``, which call kernels. What is saved for
the backward is x and one or two numbers for each row; with ``recompute=True`` x
alone, and the backward computes the numbers again, in its loop over the rows.
"""

from typing import List, Optional, Sequence, Tuple

import torch
from torch import Tensor

from .. import _norm

__all__ = ["add_rmsnorm", "layernorm", "prmsnorm", "rmsnorm"]

_NAMES = ("dx", "dscale", "dbias")


def _compute_type(x: Tensor) -> torch.dtype:
    return torch.float64 if x.dtype == torch.float64 else torch.float32


def _k(kind: str, k: Optional[int]) -> dict:
    return {"k": k} if kind == "prmsnorm" else {}


def _new(x: Tensor, shape: Sequence[int], dtype: Optional[torch.dtype] = None) -> Tensor:
    return torch.empty(shape, dtype=dtype or x.dtype, device=x.device)


def _ready(tensor: Optional[Tensor], is_dense: bool = True) -> Optional[Tensor]:
    """The tensor as kernels read it: on CUDA devices without gaps and at a multiple
    of 16 bytes; or else rows of elements side by side."""
    if tensor is None:
        return None
    tensor = tensor.detach()
    if tensor.device.type == "cuda":
        if is_dense or (tensor.dim() and tensor.stride(-1) != 1):
            tensor = tensor.contiguous()
        if is_dense and tensor.data_ptr() % 16:
            tensor = tensor.clone()
    return tensor


# ----------------------------------------------------------------------------
# The ops that call kernels
# ----------------------------------------------------------------------------


@torch.library.custom_op("norm::forward", mutates_args=(), device_types=("cpu", "cuda"))
def forward(
    kind: str,
    x: Tensor,
    residual: Optional[Tensor],
    scale: Optional[Tensor],
    bias: Optional[Tensor],
    k: Optional[int],
    epsilon: float,
    epsilon_outside: bool,
    scale_plus_one: bool,
    recompute: bool,
) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """y, the sum z = x + residual, rstd and mean; empty where there is none."""
    x, residual = _ready(x, is_dense=False), _ready(residual, is_dense=False)
    scale, bias = _ready(scale), _ready(bias)
    options = dict(
        epsilon=epsilon,
        epsilon_outside=epsilon_outside,
        scale_plus_one=scale_plus_one,
        statistics=not recompute,
        **_k(kind, k),
    )
    if residual is None:
        results = getattr(_norm, kind)(x, scale, bias, **options)
        results = results if isinstance(results, tuple) else (results,)
        results = (results[0], _new(x, (0,)), *results[1:])
    else:
        results = _norm.add_rmsnorm(x, residual, scale, bias, **options)
    return (*results, *(_new(x, (0,), _compute_type(x)) for _ in range(4 - len(results))))


@forward.register_fake
def _(kind, x, residual, scale, bias, k, epsilon, epsilon_outside, scale_plus_one, recompute):
    rows, c = x.shape[:-1], _compute_type(x)
    return (
        _new(x, x.shape),
        _new(x, (0,) if residual is None else x.shape),
        _new(x, (0,) if recompute else rows, c),
        _new(x, (0,) if recompute or kind != "layernorm" else rows, c),
    )


@torch.library.custom_op("norm::backward", mutates_args=(), device_types=("cpu", "cuda"))
def backward(
    kind: str,
    outputs: Sequence[bool],
    dy: Tensor,
    x: Tensor,
    scale: Optional[Tensor],
    rstd: Optional[Tensor],
    mean: Optional[Tensor],
    dres: Optional[Tensor],
    bias_type: Optional[torch.dtype],
    k: Optional[int],
    epsilon: float,
    epsilon_outside: bool,
    scale_plus_one: bool,
) -> List[Tensor]:
    """Those of dx, dscale and dbias that ``outputs`` says. dbias has
    ``bias_type``, or else the type of dscale."""
    wanted = [name for name, is_wanted in zip(_NAMES, outputs) if is_wanted]
    out = [_new(x, x.shape[-1:], bias_type) if name == "dbias" and bias_type else None for name in wanted]
    dy, x, scale, rstd, mean, dres = map(_ready, (dy, x, scale, rstd, mean, dres))
    statistics = {"rstd": rstd, "mean": mean} if kind == "layernorm" else {"rstd": rstd}
    results = getattr(_norm, kind + "_backward")(
        dy,
        x,
        scale,
        **statistics,
        **_k(kind, k),
        dres=dres,
        outputs=wanted,
        out=tuple(out),
        epsilon=epsilon,
        epsilon_outside=epsilon_outside,
        scale_plus_one=scale_plus_one,
    )
    return list(results)


@backward.register_fake
def _(kind, outputs, dy, x, scale, rstd, mean, dres, bias_type, k, epsilon, epsilon_outside, scale_plus_one):
    of_scale = _compute_type(x) if scale is None else scale.dtype
    row = x.shape[-1:]
    made = (_new(x, x.shape), _new(x, row, of_scale), _new(x, row, bias_type or of_scale))
    return [tensor for tensor, is_wanted in zip(made, outputs) if is_wanted]


# ----------------------------------------------------------------------------
# Gradients
# ----------------------------------------------------------------------------


def _save(ctx, inputs, output) -> None:
    kind, x, residual, scale, bias, k, epsilon, epsilon_outside, scale_plus_one, recompute = inputs
    _, z, rstd, mean = output
    ctx.set_materialize_grads(False)
    ctx.mark_non_differentiable(rstd, mean)
    ctx.save_for_backward(
        x if residual is None else z,
        scale,
        None if recompute else rstd,
        None if recompute or kind != "layernorm" else mean,
    )
    ctx.types = None if residual is None else residual.dtype, None if bias is None else bias.dtype
    ctx.kind, ctx.options = kind, (k, epsilon, epsilon_outside, scale_plus_one)


def _differentiate(ctx, dy, dz, *_):
    """Gradients of the arguments of norm::forward; x and a residual share
    theirs, to which that of their sum is added."""
    x, scale, rstd, mean = ctx.saved_tensors
    residual_type, bias_type = ctx.types
    of_x, of_residual, of_scale, of_bias = ctx.needs_input_grad[1:5]
    outputs = [of_x or of_residual, of_scale, of_bias]
    if dy is None:
        dy = torch.zeros_like(x)
    dres = dz if residual_type is not None and outputs[0] else None
    found = iter(backward(ctx.kind, outputs, dy, x, scale, rstd, mean, dres, bias_type, *ctx.options))
    dx, dscale, dbias = (next(found) if is_wanted else None for is_wanted in outputs)
    dresidual = dx.to(residual_type) if of_residual else None
    return None, dx if of_x else None, dresidual, dscale, dbias, None, None, None, None, None


def _refuse(ctx, *_):
    raise NotImplementedError("norm has no second derivatives: the gradients of a norm have no gradients")


forward.register_autograd(_differentiate, setup_context=_save)
backward.register_autograd(_refuse)


# ----------------------------------------------------------------------------
# The norms
# ----------------------------------------------------------------------------

_OPTIONS = (
    "Tensor? scale=None, Tensor? bias=None, float epsilon=1e-5, *, {}bool epsilon_outside=False, "
    "bool scale_plus_one=False, bool recompute=False"
)
_library = torch.library.Library("norm", "FRAGMENT")


def _define(name: str, arguments: str, results: str, function) -> None:
    """An op that is a function of norm::forward wherever it is traced."""
    _library.define(f"{name}({arguments}) -> {results}", tags=(torch.Tag.pt2_compliant_tag,))
    _library.impl(name, function, "CompositeImplicitAutograd")


def _row(x: Tensor, parameter: Optional[Tensor]) -> Optional[Tensor]:
    """A parameter of one number, as a row of them."""
    if parameter is None or parameter.dim():
        return parameter
    return parameter.expand(x.shape[-1])


#: What torch_sharding has for tensors that are split over processes.
split_call = None


def _call(kind, x, residual, scale, bias, epsilon, k, epsilon_outside, scale_plus_one, recompute):
    scale, bias = _row(x, scale), _row(x, bias)
    if split_call:
        found = split_call(kind, x, residual, scale, bias, epsilon, k, epsilon_outside, scale_plus_one, recompute)
        if found:
            return found
    return forward(kind, x, residual, scale, bias, k, epsilon, epsilon_outside, scale_plus_one, recompute)


def rmsnorm(
    x: Tensor,
    scale: Optional[Tensor] = None,
    bias: Optional[Tensor] = None,
    epsilon: float = 1e-5,
    *,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    recompute: bool = False,
) -> Tensor:
    """norm.rmsnorm() of tensors."""
    return _call("rmsnorm", x, None, scale, bias, epsilon, None, epsilon_outside, scale_plus_one, recompute)[0]


def prmsnorm(
    x: Tensor,
    scale: Optional[Tensor] = None,
    bias: Optional[Tensor] = None,
    epsilon: float = 1e-5,
    *,
    k: Optional[int] = None,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    recompute: bool = False,
) -> Tensor:
    """norm.prmsnorm() of tensors."""
    return _call("prmsnorm", x, None, scale, bias, epsilon, k, epsilon_outside, scale_plus_one, recompute)[0]


def layernorm(
    x: Tensor,
    scale: Optional[Tensor] = None,
    bias: Optional[Tensor] = None,
    epsilon: float = 1e-5,
    *,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    recompute: bool = False,
) -> Tensor:
    """norm.layernorm() of tensors."""
    return _call("layernorm", x, None, scale, bias, epsilon, None, epsilon_outside, scale_plus_one, recompute)[0]


def add_rmsnorm(
    x: Tensor,
    residual: Tensor,
    scale: Optional[Tensor] = None,
    bias: Optional[Tensor] = None,
    epsilon: float = 1e-5,
    *,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    recompute: bool = False,
) -> Tuple[Tensor, Tensor]:
    """norm.add_rmsnorm() of tensors: the norm of the sum, and the sum."""
    return _call("rmsnorm", x, residual, scale, bias, epsilon, None, epsilon_outside, scale_plus_one, recompute)[:2]


_define("rmsnorm", "Tensor x, " + _OPTIONS.format(""), "Tensor", rmsnorm)
_define("prmsnorm", "Tensor x, " + _OPTIONS.format("int? k=None, "), "Tensor", prmsnorm)
_define("layernorm", "Tensor x, " + _OPTIONS.format(""), "Tensor", layernorm)
_define("add_rmsnorm", "Tensor x, Tensor residual, " + _OPTIONS.format(""), "(Tensor, Tensor)", add_rmsnorm)
