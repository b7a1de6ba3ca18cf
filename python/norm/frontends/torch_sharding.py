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
"""

from typing import Optional, Tuple

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.tensor import DTensor, Partial, Replicate, Shard

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


class _SplitNorm(torch.autograd.Function):
    """A norm of this process's part of each row. `leading` is how many of its
    elements count for the statistic, `count` how many of the row do."""

    @staticmethod
    def forward(ctx, kind, x, scale, bias, group, leading, count, length, epsilon, outside, plus_one):
        compute = torch.float64 if x.dtype == torch.float64 else torch.float32
        h = x.to(compute)
        if kind == "layernorm":
            shift, distance, statistic = _moments(h, group)
            h = (h - shift[..., None]) - distance[..., None]
        else:
            statistic = _add_up(h[..., :leading].square().sum(-1), group) / count
        rstd = 1 / (statistic.sqrt() + epsilon) if outside else torch.rsqrt(statistic + epsilon)
        y = h * rstd[..., None]
        if scale is not None:
            y = y * (scale.to(compute) + 1 if plus_one else scale.to(compute))
        if bias is not None:
            y = y + bias.to(compute)
        ctx.save_for_backward(h, scale, rstd)
        ctx.options = kind, group, leading, count, length, epsilon, outside, plus_one
        ctx.types = x.dtype, None if bias is None else bias.dtype
        return y.to(x.dtype)

    @staticmethod
    def backward(ctx, dy):
        h, scale, rstd = ctx.saved_tensors
        kind, group, leading, count, length, epsilon, outside, plus_one = ctx.options
        x_type, bias_type = ctx.types
        r = rstd[..., None]
        dy, normalized = dy.to(h.dtype), h * r
        m = dy if scale is None else dy * (scale.to(h.dtype) + 1 if plus_one else scale.to(h.dtype))
        sums = [(m * normalized).sum(-1)] + ([m.sum(-1)] if kind == "layernorm" else [])
        sums = _add_up(torch.stack(sums), group)[..., None]
        if kind == "layernorm":
            m = m - sums[1] / length
        c = sums[0] / count
        if outside:
            rms = 1 / r - epsilon
            c = torch.where(rms == 0, 0, c / rms / r)
        term = normalized * c
        term[..., leading:] = 0
        rows = tuple(range(h.dim() - 1))
        dscale = (dy * normalized).sum(rows).to(scale.dtype) if ctx.needs_input_grad[2] else None
        dbias = dy.sum(rows).to(bias_type) if ctx.needs_input_grad[3] else None
        return (None, (r * (m - term)).to(x_type), dscale, dbias, *[None] * 7)


# ----------------------------------------------------------------------------
# Placements
# ----------------------------------------------------------------------------


def _settle(x: DTensor) -> DTensor:
    """x without pending sums, its hidden dimension split over one dimension of
    the mesh at most."""
    hidden, placements = False, []
    for placement in x.placements:
        is_hidden = placement.is_shard() and placement.dim % x.dim() == x.dim() - 1
        keep = type(placement) in (Shard, Replicate) and not (is_hidden and hidden)
        placements.append(placement if keep else Replicate())
        hidden |= is_hidden
    return x.redistribute(placements=placements)


def _localize(x: DTensor, parameter: Optional[Tensor], hidden: Optional[int]) -> Optional[Tensor]:
    """The part of scale or bias that goes with this process's part of x."""
    if parameter is None:
        return None
    mesh = x.device_mesh
    if not isinstance(parameter, DTensor):
        parameter = DTensor.from_local(parameter, mesh, [Replicate()] * mesh.ndim, run_check=False)
    along = [Shard(0) if i == hidden else Replicate() for i in range(mesh.ndim)]
    # Each process adds up its own rows.
    gradients = [Partial() if p.is_shard() and i != hidden else along[i] for i, p in enumerate(x.placements)]
    return parameter.redistribute(placements=along).to_local(grad_placements=gradients)


def _split_row(kind, x, scale, bias, hidden, epsilon, k, outside, plus_one):
    """The part of the norm of a split row."""
    mesh, length = x.device_mesh, x.shape[-1]
    local = x.to_local()
    # torch.chunk() makes the parts.
    begin = -(-length // mesh.size(hidden)) * mesh.get_local_rank(hidden)
    count = (k or -(-length // 16)) if kind == "prmsnorm" else length
    leading = min(max(count - begin, 0), local.shape[-1])
    scale, bias = _localize(x, scale, hidden), _localize(x, bias, hidden)
    return _SplitNorm.apply(kind, local, scale, bias, mesh.get_group(hidden), leading, count, length, epsilon, outside,
                            plus_one)


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
    split = [i for i, p in enumerate(x.placements) if p.is_shard() and p.dim % x.dim() == x.dim() - 1]
    if split:
        y = _split_row(kind, x, scale, bias, split[0], epsilon, k, outside, plus_one)
    else:
        scale, bias = _localize(x, scale, None), _localize(x, bias, None)
        local = x.to_local()
        y = torch_ops.forward(kind, local, None, scale, bias, k, epsilon, outside, plus_one, recompute)[0]
    whole = DTensor.from_local(y, x.device_mesh, x.placements, run_check=False, shape=x.shape, stride=x.stride())
    return whole, None, None, None


torch_ops.split_call = _call
