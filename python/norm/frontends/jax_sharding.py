# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What norms of JAX are on arrays that are split over devices.

Rows may be split freely: each device runs the kernel on its rows, and one sum
over devices makes the gradients of scale and bias. Where the hidden dimension is
split, scale and bias are split along, and one collective of a few numbers per row
makes the statistics, forward and backward each: a sum, or for a layernorm a
gather of (shift, mean of differences, sum of squares) of each part, merged by
all in the same way. Rows that are split are computed by XLA.
"""

import functools
from typing import Callable, List, NamedTuple, Sequence, Tuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.custom_partitioning import custom_partitioning
from jax.sharding import NamedSharding, PartitionSpec

from . import _jax_kernels
from ._jax_kernels import Op, compute_type

__all__: List[str] = []


# ----------------------------------------------------------------------------
# Parts
# ----------------------------------------------------------------------------


class _Dim(NamedTuple):
    """A dimension of x: the axes of the mesh that split it, in how many parts, and
    its extent. The last parts are filled up where these do not divide it: of 5
    over 4, they have 2, 2, 1 and 0 elements."""

    axes: Tuple[str, ...]
    parts: int
    extent: int

    @property
    def length(self) -> int:
        return -(-self.extent // self.parts)

    def index(self):
        return jax.lax.axis_index(self.axes) if self.axes else 0

    def counts(self):
        """How many elements each part has."""
        return jnp.clip(self.extent - jnp.arange(self.parts) * self.length, 0, self.length)

    def leading(self, count: int):
        """Which elements of this part are among the first ``count``; None where no
        part has others."""
        if count == self.parts * self.length:
            return None
        return self.index() * self.length + jnp.arange(self.length) < count


def _keep(mask, value):
    """``value`` where the mask of its last dimension says so, and 0 elsewhere,
    whatever lies there."""
    return value if mask is None else jnp.where(mask, value, 0)


def _add_up(value, axes: Sequence[str]):
    return jax.lax.psum(value, tuple(axes)) if axes else value


# ----------------------------------------------------------------------------
# Formulas
# ----------------------------------------------------------------------------


def _moments(h, row: _Dim):
    """shift, distance and variance of each row: the mean is shift + distance. Of a
    part of c elements, s is near its mean, r the mean of x - s, M the sum of
    (x - s - r)^2; with e = s - (s of the first part) + r, and n elements in all,

        distance = sum of c e / n     variance = sum of M + c (e - distance)^2 / n

    of all parts. The differences are small, so that a mean of many deviations
    costs no digits."""
    mask = row.leading(row.extent)
    counts = row.counts().astype(h.dtype)
    own = jnp.maximum(counts[row.index()], 1)
    s = _keep(mask, h).sum(-1) / own
    difference = _keep(mask, h - s[..., None])
    r = difference.sum(-1) / own
    squares = _keep(mask, jnp.square(difference - r[..., None])).sum(-1)
    slot = jnp.stack([s, r, squares])
    slots = jax.lax.all_gather(slot, row.axes) if row.axes else slot[None]
    counts = counts.reshape(-1, *[1] * (h.ndim - 1))
    shift = slots[0, 0]
    e = jnp.where(counts > 0, slots[:, 0] - shift + slots[:, 1], 0)
    distance = (counts * e).sum(0) / row.extent
    variance = (slots[:, 2] + counts * jnp.square(e - distance)).sum(0) / row.extent
    return shift, distance, variance


def _factor(op: Op, scale, compute):
    if scale is None:
        return None
    return scale.astype(compute) + 1 if op.plus_one else scale.astype(compute)


def _forward_part(op: Op, dims: Sequence[_Dim], x, scale, bias):
    """What _jax_kernels.forward() is, of a part of x."""
    compute, row = compute_type(x), dims[-1]
    h = x.astype(compute)
    statistics = []
    if op.kind == "layernorm":
        shift, distance, statistic = _moments(h, row)
        h = (h - shift[..., None]) - distance[..., None]
        mean = shift + distance
        statistics = [mean, distance - (mean - shift)]
    else:
        count = op.k or row.extent
        statistic = _add_up(_keep(row.leading(count), jnp.square(h)).sum(-1), row.axes) / count
    rstd = 1 / (jnp.sqrt(statistic) + op.epsilon) if op.outside else jax.lax.rsqrt(statistic + op.epsilon)
    y, factor = h * rstd[..., None], _factor(op, scale, compute)
    y = y if factor is None else y * factor
    y = y if bias is None else y + bias.astype(compute)
    return (y.astype(x.dtype), rstd, *statistics)


def _backward_part(op: Op, dims: Sequence[_Dim], dy, x, scale, bias, rstd, mean=None, off=None):
    """What _jax_kernels.backward() is, of a part of x. Without a mean the sums of m x
    do not wait for rstd, and can be in one message with the forward's."""
    compute, row = compute_type(x), dims[-1]
    h, dy, r = x.astype(compute), dy.astype(compute), rstd[..., None]
    factor = _factor(op, scale, compute)
    m = dy if factor is None else dy * factor
    mask = row.leading(row.extent)
    if op.kind == "layernorm":
        normalized = (h - mean[..., None] - off[..., None]) * r
        sums = jnp.stack([_keep(mask, m * normalized).sum(-1), _keep(mask, m).sum(-1)])
        total, of_gradient = _add_up(sums, row.axes)[..., None]
        m = m - of_gradient / row.extent
    else:
        normalized = h * r
        total = _add_up(_keep(mask, m * h).sum(-1), row.axes)[..., None] * r
    c = total / (op.k or row.extent)
    if op.outside:
        rms = 1 / r - op.epsilon
        c = jnp.where(rms == 0, 0, c / rms / r)
    leading = row.leading(op.k) if op.k else None
    dx = r * (m - _keep(leading, normalized * c))
    rows = tuple(range(x.ndim - 1))
    dscale = None if scale is None else (dy * normalized).sum(rows)
    return dx.astype(x.dtype), dscale, None if bias is None else dy.sum(rows)


def _zero_filled(dims: Sequence[_Dim], array):
    """An array of rows with zeros in those that fill up this part."""
    for at, dim in enumerate(dims[:-1]):
        mask = dim.leading(dim.extent)
        if mask is not None:
            array = jnp.where(mask.reshape(-1, *[1] * (array.ndim - 1 - at)), array, 0)
    return array


def _gradients(function, dims: Sequence[_Dim], dy, x, scale, bias, *statistics):
    """dx, dscale and dbias by ``function``, which sums over this part's rows."""
    dy, x, *statistics = (_zero_filled(dims, array) for array in (dy, x, *statistics))
    dx, *sums = function(dy, x, scale, bias, *statistics)
    axes = [axis for dim in dims[:-1] for axis in dim.axes]
    present = [value for value in sums if value is not None]
    if axes and present:
        added = iter(jax.lax.psum(jnp.stack(present), tuple(axes)))
        sums = [None if value is None else next(added) for value in sums]
    return dx, *(None if p is None else value.astype(p.dtype) for p, value in zip((scale, bias), sums))


# ----------------------------------------------------------------------------
# Partition
# ----------------------------------------------------------------------------

# Of arguments and results: the dimensions of x, all but the last, the last.
_ELEMENT, _ROW, _POSITION = "... h", "...", "h"


class _Kind(NamedTuple):
    """One direction: the kernel of whole rows, the formula of parts, what surrounds
    either, and the dimensions of arguments and results, in order; of all but the
    first some may not be there."""

    kernel: Callable
    formula: Callable
    around: Callable
    arguments: Sequence[str]
    results: Sequence[str]


def _as_is(function, dims, *arrays):
    return function(*arrays)


_FORWARD = _Kind(
    _jax_kernels.forward, _forward_part, _as_is, (_ELEMENT, _POSITION, _POSITION), (_ELEMENT, _ROW, _ROW, _ROW)
)
_BACKWARD = _Kind(
    _jax_kernels.backward,
    _backward_part,
    _gradients,
    (_ELEMENT, _ELEMENT, _POSITION, _POSITION, _ROW, _ROW, _ROW),
    (_ELEMENT, _POSITION, _POSITION),
)


def _spec_of(array) -> Tuple:
    """How the dimensions of x are split."""
    if not isinstance(array.sharding, NamedSharding):
        raise NotImplementedError("norm: expected arrays that are split along the axes of a mesh")
    spec = tuple(array.sharding.spec)
    return spec + (None,) * (len(array.shape) - len(spec))


def _dims_of(mesh, spec, shape) -> List[_Dim]:
    dims = []
    for entry, extent in zip(spec, shape):
        axes = (entry,) if isinstance(entry, str) else tuple(entry or ())
        dims.append(_Dim(axes, int(np.prod([mesh.shape[axis] for axis in axes], dtype=int)), extent))
    return dims


def _sharded(kind: _Kind):
    """A function of an op and arrays, the first of which has the rows: by the kernel
    where these are whole on a CPU, else by the formula."""

    def on(op: Op, dims: List[_Dim], *arrays):
        def formula(*arrays):
            return kind.formula(op, dims, *arrays)

        def any_device(*arrays):
            return jax.lax.platform_dependent(*arrays, cpu=lambda *a: kind.kernel(op, *a), default=formula)

        return kind.around(formula if dims[-1].axes else any_device, dims, *arrays)

    def place(mesh, spec, arrays, roles: Sequence[str]):
        parts = {_ELEMENT: spec, _ROW: spec[:-1], _POSITION: spec[-1:]}
        return tuple(
            None if array is None else NamedSharding(mesh, PartitionSpec(*parts[role]))
            for array, role in zip(arrays, roles)
        )

    def infer(op: Op, mesh, arguments, results):
        return place(mesh, _spec_of(arguments[0]), results, kind.results)

    def partition(op: Op, mesh, arguments, results):
        spec = _spec_of(arguments[0])
        dims = _dims_of(mesh, spec, arguments[0].shape)
        placed = place(mesh, spec, arguments, kind.arguments)
        return mesh, lambda *arrays: on(op, dims, *arrays), infer(op, mesh, arguments, results), placed

    def rule(op: Op, mesh, arguments, results) -> str:
        return _rule_of(kind, op, len(arguments), len(results))

    @functools.partial(custom_partitioning, static_argnums=(0,))
    def call(op: Op, *arrays):
        return on(op, [_Dim((), 1, size) for size in arrays[0].shape], *arrays)

    call.def_partition(partition, infer_sharding_from_operands=infer, sharding_rule=rule)
    return call


def _rule_of(kind: _Kind, op: Op, arguments: int, results: int) -> str:
    """Shardy's rule: letters stand for dimensions that are split alike. Values for
    each row are there all or none, and parameters are what is left."""
    rows = 3 if op.kind == "layernorm" else 1

    def roles_of(roles: Sequence[str], count: int) -> str:
        fixed = [role for role in roles if role == _ELEMENT]
        last = [_ROW] * rows if _ROW in roles else []
        return ", ".join(fixed + [_POSITION] * (count - len(fixed) - len(last)) + last)

    return f"{roles_of(kind.arguments, arguments)} -> {roles_of(kind.results, results)}"


forward = _sharded(_FORWARD)
backward = _sharded(_BACKWARD)
