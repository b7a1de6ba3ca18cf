# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""torch.ops.norm on tensors that are split over processes (DTensor).

Importing this teaches ``torch.ops.norm.rmsnorm``, ``prmsnorm``, ``layernorm`` and
``add_rmsnorm`` what a split costs. Rows may be split freely: each process runs
the kernels on its rows, and gradients of scale and bias are partial sums. Where
the hidden dimension is split, scale and bias are split along, and one collective
of a few numbers per row makes the statistics, forward and backward: a sum, or
for a layernorm a gather of (count, shift, mean of differences, sum of squares) of
each part, merged in the same order by all. Parts may be of unequal lengths.

While norm.torch is enabled, so are ``F.layer_norm`` and ``F.rms_norm`` on DTensors,
forward and backward.
"""

from typing import List, NamedTuple, Optional, Tuple

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.tensor import DTensor, Partial, Placement, Replicate, Shard

from ..torch import _eager
from . import torch_ops

__all__ = []


# ----------------------------------------------------------------------------
# Statistics of split rows
# ----------------------------------------------------------------------------


def _add_up(value: Tensor, group) -> Tensor:
    dist.all_reduce(value, group=group)
    return value


def _moments(h: Tensor, group) -> Tuple[Tensor, Tensor, Tensor]:
    """shift, distance and variance of each row: the mean is shift + distance.

    With e, the mean of a part relative to the shift of the first one, two parts
    of n and c elements have the mean r + (e - r) c/(n + c) and the sum of squares
    M + M' + (e - r)^2 n c/(n + c) (Chan, Golub, LeVeque 1979)."""
    count = h.shape[-1]
    if count:
        shift = h.mean(-1)
        difference = h - shift[..., None]
        r = difference.mean(-1)
        square = (difference - r[..., None]).square().sum(-1)
    else:
        shift = r = square = h.new_zeros(h.shape[:-1])
    slot = torch.stack([torch.full_like(shift, count), shift, r, square])
    slots = slot.new_empty((dist.get_world_size(group), *slot.shape))
    dist.all_gather_into_tensor(slots, slot[None], group=group)
    first, mean, squares, total = slots[0][1], torch.zeros_like(shift), torch.zeros_like(shift), 0
    for own, shift, r, square in slots:
        total = total + own
        weight = own / total.clamp_min(1)
        apart = torch.where(own > 0, (shift - first) + r - mean, 0)
        squares = squares + square + apart * apart * (total - own) * weight
        mean = mean + apart * weight
    return first, mean, squares / total


class _Row(NamedTuple):
    """A row that is split: the processes that share it, its length, how many of its
    elements count for the statistic, and how many of this part's do."""

    group: dist.ProcessGroup
    length: int
    count: int
    leading: int


def _factor(h: Tensor, scale: Optional[Tensor], plus_one: bool) -> Optional[Tensor]:
    if scale is None:
        return None
    return scale.to(h.dtype) + 1 if plus_one else scale.to(h.dtype)


def _normalize(kind, x, scale, bias, row: _Row, epsilon, outside=False, plus_one=False):
    """y of this part, what of it is centred, rstd, and the mean of a layernorm."""
    compute, mean = torch.float64 if x.dtype == torch.float64 else torch.float32, None
    h = x.to(compute)
    if kind == "layernorm":
        shift, distance, statistic = _moments(h, row.group)
        h, mean = (h - shift[..., None]) - distance[..., None], shift + distance
    else:
        statistic = _add_up(h[..., : row.leading].square().sum(-1), row.group) / row.count
    rstd = 1 / (statistic.sqrt() + epsilon) if outside else torch.rsqrt(statistic + epsilon)
    y, factor = h * rstd[..., None], _factor(h, scale, plus_one)
    y = y if factor is None else y * factor
    y = y if bias is None else y + bias.to(compute)
    return y.to(x.dtype), h, rstd, mean


def _gradients(kind, dy, h, scale, rstd, row: _Row, epsilon=0.0, outside=False, plus_one=False):
    """dx, and what dscale and dbias add up over rows, all of the type of h."""
    r, factor = rstd[..., None], _factor(h, scale, plus_one)
    dy, normalized = dy.to(h.dtype), h * r
    m = dy if factor is None else dy * factor
    sums = [(m * normalized).sum(-1)] + ([m.sum(-1)] if kind == "layernorm" else [])
    sums = _add_up(torch.stack(sums), row.group)[..., None]
    if kind == "layernorm":
        m = m - sums[1] / row.length
    c = sums[0] / row.count
    if outside:
        rms = 1 / r - epsilon
        c = torch.where(rms == 0, 0, c / rms / r)
    term = normalized * c
    term[..., row.leading :] = 0
    return r * (m - term), dy * normalized, dy


def _sum_rows(value: Tensor, dtype: torch.dtype) -> Tensor:
    return value.sum(tuple(range(value.dim() - 1))).to(dtype)


class _SplitNorm(torch.autograd.Function):
    """A norm of this process's part of each row."""

    @staticmethod
    def forward(ctx, kind, x, scale, bias, row, epsilon, outside, plus_one):
        y, h, rstd, _ = _normalize(kind, x, scale, bias, row, epsilon, outside, plus_one)
        ctx.save_for_backward(h, scale, rstd)
        ctx.options = row, epsilon, outside, plus_one
        ctx.kind, ctx.types = kind, (x.dtype, None if bias is None else bias.dtype)
        return y

    @staticmethod
    def backward(ctx, dy):
        h, scale, rstd = ctx.saved_tensors
        x_type, bias_type = ctx.types
        dx, of_scale, of_bias = _gradients(ctx.kind, dy, h, scale, rstd, *ctx.options)
        dscale = _sum_rows(of_scale, scale.dtype) if ctx.needs_input_grad[2] else None
        dbias = _sum_rows(of_bias, bias_type) if ctx.needs_input_grad[3] else None
        return None, dx.to(x_type), dscale, dbias, *[None] * 4


# ----------------------------------------------------------------------------
# Placements
# ----------------------------------------------------------------------------


def _settle(x: DTensor, dims: int = 1) -> DTensor:
    """x without pending sums, of its last ``dims`` dimensions, which are normalized,
    one split over one dimension of the mesh at most, and none of several."""
    hidden, placements = False, []
    for placement in x.placements:
        is_hidden = placement.is_shard() and placement.dim % x.dim() >= x.dim() - dims
        keep = type(placement) in (Shard, Replicate) and not (is_hidden and (hidden or dims > 1))
        placements.append(placement if keep else Replicate())
        hidden |= is_hidden
    return x.redistribute(placements=placements)


def _hidden_of(x: DTensor) -> Optional[int]:
    """The dimension of the mesh that splits the rows of x."""
    split = [i for i, p in enumerate(x.placements) if p.is_shard() and p.dim % x.dim() == x.dim() - 1]
    return split[0] if split else None


def _row_of(x: DTensor, hidden: int, count: int) -> _Row:
    mesh, length = x.device_mesh, x.shape[-1]
    # torch.chunk() makes the parts.
    begin = -(-length // mesh.size(hidden)) * mesh.get_local_rank(hidden)
    own = x.to_local().shape[-1]
    return _Row(mesh.get_group(hidden), length, count, min(max(count - begin, 0), own))


def _spread(x: DTensor, parameter: Optional[Tensor], hidden: Optional[int]) -> Optional[DTensor]:
    """Scale or bias, split along with the rows of x."""
    if parameter is None:
        return None
    mesh = x.device_mesh
    if not isinstance(parameter, DTensor):
        parameter = DTensor.from_local(parameter, mesh, [Replicate()] * mesh.ndim, run_check=False)
    return parameter.redistribute(placements=[Shard(0) if i == hidden else Replicate() for i in range(mesh.ndim)])


def _of_parameters(x: DTensor, hidden: Optional[int]) -> List[Placement]:
    """Of gradients of scale and bias: each process adds up its own rows."""
    return [
        Shard(0) if i == hidden else Partial() if p.is_shard() else Replicate() for i, p in enumerate(x.placements)
    ]


def _localize(x: DTensor, parameter: Optional[Tensor], hidden: Optional[int]) -> Optional[Tensor]:
    """The part of scale or bias that goes with this process's part of x."""
    spread = _spread(x, parameter, hidden)
    return None if spread is None else spread.to_local(grad_placements=_of_parameters(x, hidden))


def _like(local: Tensor, x: DTensor) -> DTensor:
    return DTensor.from_local(local, x.device_mesh, x.placements, run_check=False, shape=x.shape, stride=x.stride())


# ----------------------------------------------------------------------------
# torch.ops.norm
# ----------------------------------------------------------------------------


def _call(kind, x, residual, scale, bias, epsilon, k, outside, plus_one, recompute):
    """The results of norm::forward, of which y and z are DTensors; None where x is
    not one."""
    if not isinstance(x, DTensor):
        if any(isinstance(t, DTensor) for t in (residual, scale, bias)):
            raise TypeError("norm: expected x to be a DTensor, as residual, scale or bias is one")
        return None
    if residual is not None:
        z = x + residual
        return _call(kind, z, None, scale, bias, epsilon, k, outside, plus_one, recompute)[0], z, None, None
    x = _settle(x)
    hidden, local = _hidden_of(x), x.to_local()
    scale, bias = _localize(x, scale, hidden), _localize(x, bias, hidden)
    if hidden is None:
        y = torch_ops.forward(kind, local, None, scale, bias, k, epsilon, outside, plus_one, recompute)[0]
    else:
        count = (k or -(-x.shape[-1] // 16)) if kind == "prmsnorm" else x.shape[-1]
        y = _SplitNorm.apply(kind, local, scale, bias, _row_of(x, hidden, count), epsilon, outside, plus_one)
    return _like(y, x), None, None, None


torch_ops.split_call = _call


# ----------------------------------------------------------------------------
# aten's norms, while norm.torch is enabled
# ----------------------------------------------------------------------------


def _of_statistics(x: DTensor, dims: int) -> List[Placement]:
    return [Replicate() if p.is_shard() and p.dim % x.dim() >= x.dim() - dims else p for p in x.placements]


def _statistic(local: Tensor, x: DTensor, dims: int) -> DTensor:
    """A statistic of rows, whose normalized dimensions have extent 1."""
    whole = torch.empty([*x.shape[:-dims], *[1] * dims], device="meta")
    return DTensor.from_local(
        local, x.device_mesh, _of_statistics(x, dims), run_check=False, shape=whole.shape, stride=whole.stride()
    )


def _aten_forward(kind: str, op, x: DTensor, shape, parameters, epsilon):
    """y and the statistics of ``op``: mean and rstd of a layernorm, else rstd."""
    dims = len(shape)
    x = _settle(x, dims)
    hidden, local = _hidden_of(x) if dims == 1 else None, x.to_local()
    scale, bias = ([_local(_spread(x, p, hidden)) for p in parameters] + [None])[:2]
    if hidden is None:
        y, *statistics = op(local, shape, *(_local(_spread(x, p, None)) for p in parameters), epsilon)
    else:
        if epsilon is None:
            epsilon = torch.finfo(x.dtype).eps
        y, _, rstd, mean = _normalize(kind, local, scale, bias, _row_of(x, hidden, x.shape[-1]), epsilon)
        statistics = [t[..., None] for t in (mean, rstd) if t is not None]
    return (_like(y, x), *(_statistic(local, x, dims) for local in statistics))


def _local(tensor: Optional[DTensor]) -> Optional[Tensor]:
    return None if tensor is None else tensor.to_local()


def _aten_backward(kind: str, op, dy, x, shape, statistics, parameters, mask):
    """dx, and dscale and dbias, as ``mask`` says."""
    dims, mesh = len(shape), x.device_mesh
    x = _settle(x, dims)
    hidden = _hidden_of(x) if dims == 1 else None
    dy = dy.redistribute(placements=x.placements).to_local()
    parts = [_local(_spread(x, p, hidden)) for p in parameters]
    local = x.to_local()
    of_rows = [s.redistribute(placements=_of_statistics(x, dims)).to_local() for s in statistics]
    if hidden is None:
        dx, *sums = op(dy, local, shape, *of_rows, *parts, mask)
    else:
        rstd = of_rows[-1][..., 0]
        h = local.to(rstd.dtype) - of_rows[0] if kind == "layernorm" else local.to(rstd.dtype)
        dx, *terms = _gradients(kind, dy, h, parts[0], rstd, _row_of(x, hidden, x.shape[-1]))
        dx = dx.to(local.dtype)
        sums = [None if p is None else _sum_rows(t, p.dtype) for t, p in zip(terms, parameters)]
    placements = _of_parameters(x, hidden)
    sums = [
        DTensor.from_local(s, mesh, placements, run_check=False, shape=p.shape, stride=p.stride()) if wanted else None
        for s, p, wanted in zip(sums, parameters, mask[1:])
    ]
    return (_like(dx, x) if mask[0] else None, *sums)


def _layer_norm(op, arguments, _):
    x, shape, scale, bias, epsilon = arguments
    return _aten_forward("layernorm", op, x, shape, [scale, bias], epsilon)


def _layer_norm_backward(op, arguments, _):
    dy, x, shape, mean, rstd, scale, bias, mask = arguments
    return _aten_backward("layernorm", op, dy, x, shape, [mean, rstd], [scale, bias], mask)


def _rms_norm(op, arguments, _):
    x, shape, scale, epsilon = arguments
    return _aten_forward("rmsnorm", op, x, shape, [scale], epsilon)


def _rms_norm_backward(op, arguments, _):
    dy, x, shape, rstd, scale, mask = arguments
    return _aten_backward("rmsnorm", op, dy, x, shape, [rstd], [scale], mask)


_ATEN = {
    torch.ops.aten.native_layer_norm.default: _layer_norm,
    torch.ops.aten.native_layer_norm_backward.default: _layer_norm_backward,
    torch.ops.aten._fused_rms_norm.default: _rms_norm,
    torch.ops.aten._fused_rms_norm_backward.default: _rms_norm_backward,
}


# Rules for a class of tensors hold as long as their library.
_rules: Optional[torch.library.Library] = None


def _rule_of(handler):
    return lambda _, op, types, arguments, keywords=None: handler(op, arguments, keywords)


def _switch(on: bool) -> None:
    """Has aten's norms on DTensors come here; rms_norm is one of them then.

    register_sharding() would not do: it says how operands and results are split,
    and the op runs on the parts as if each were the whole."""
    global _rules
    _rules = None
    if on:
        _rules = torch.library.Library("aten", "FRAGMENT")
        for op, handler in _ATEN.items():
            torch.library.register_torch_dispatch(op, DTensor, _rule_of(handler), lib=_rules)


_eager.add_listener(_switch)
