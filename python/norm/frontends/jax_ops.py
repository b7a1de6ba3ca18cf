# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms as functions of JAX with gradients, which call kernels on CPUs.

    from norm.frontends import jax_ops
    y = jax_ops.rmsnorm(x, scale)

They go into ``jax.jit``, ``jax.grad`` and ``jax.vmap``. Arrays may be sharded:
jax_sharding.py says what that costs. On other devices than CPUs XLA computes
the same formulas.
"""

import functools
from typing import Optional, Tuple

import jax
import jax.numpy as jnp
from jax.custom_batching import custom_vmap

from . import jax_sharding
from .jax_sharding import Op

__all__ = ["add_rmsnorm", "layernorm", "prmsnorm", "rmsnorm"]


# ----------------------------------------------------------------------------
# vmap
# ----------------------------------------------------------------------------


def _one_by_one(call, is_batched, arrays):
    """``call`` for each entry of a batch, of those arrays that have one."""
    own = tuple(array if one else None for array, one in zip(arrays, is_batched))
    return jax.lax.map(lambda own: call(*(a if o is None else o for a, o in zip(arrays, own))), own)


@functools.lru_cache(maxsize=None)
def _forward_of(op: Op):
    @custom_vmap
    def call(x, scale, bias):
        return jax_sharding.forward(op, x, scale, bias)

    @call.def_vmap
    def _(_, is_batched, *arrays):
        # A batch is more rows, unless each has parameters of its own.
        results = _one_by_one(call, is_batched, arrays) if any(is_batched[1:]) else call(*arrays)
        return results, jax.tree.map(lambda _: True, results)

    return call


@functools.lru_cache(maxsize=None)
def _backward_of(op: Op):
    @custom_vmap
    def call(*arrays):
        return jax_sharding.backward(op, *arrays)

    @call.def_vmap
    def _(_, is_batched, *arrays):
        # Gradients of parameters are sums over rows, those of each entry.
        results = _one_by_one(call, is_batched, arrays)
        return results, jax.tree.map(lambda _: True, results)

    return call


# ----------------------------------------------------------------------------
# Gradients
# ----------------------------------------------------------------------------


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _normalize(op: Op, x, scale, bias):
    return _forward_of(op)(x, scale, bias)[0]


def _save(op: Op, x, scale, bias):
    y, *statistics = _forward_of(op)(x, scale, bias)
    return y, (x, scale, bias, *statistics)


def _differentiate(op: Op, saved, dy):
    return _backward_of(op)(dy, *saved)


_normalize.defvjp(_save, _differentiate)


# ----------------------------------------------------------------------------
# The norms
# ----------------------------------------------------------------------------


def _call(kind, x, scale, bias, epsilon, k, epsilon_outside, scale_plus_one):
    x = jnp.asarray(x)
    if not x.ndim or not jnp.issubdtype(x.dtype, jnp.floating):
        raise TypeError(f"norm: expected x of one dimension or more, of floats, got {x.dtype}{list(x.shape)}")
    parameters = []
    for name, parameter in (("scale", scale), ("bias", bias)):
        if parameter is not None:
            parameter = jnp.asarray(parameter)
            if parameter.ndim == 0:
                parameter = jnp.broadcast_to(parameter, x.shape[-1:])
            if parameter.shape != x.shape[-1:]:
                raise ValueError(f"norm: expected {name} of {x.shape[-1]} elements, got {list(parameter.shape)}")
        parameters.append(parameter)
    if kind == "prmsnorm":
        k = -(-x.shape[-1] // 16) if k is None else k
        if not 1 <= k <= x.shape[-1]:
            raise ValueError(f"norm: expected k from 1 to {x.shape[-1]}, got {k}")
    op = Op(kind, k, float(epsilon), bool(epsilon_outside), bool(scale_plus_one) and scale is not None)
    return _normalize(op, x, *parameters)


def rmsnorm(
    x: jax.Array,
    scale: Optional[jax.Array] = None,
    bias: Optional[jax.Array] = None,
    epsilon: float = 1e-5,
    *,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
) -> jax.Array:
    """norm.rmsnorm() of arrays of JAX."""
    return _call("rmsnorm", x, scale, bias, epsilon, None, epsilon_outside, scale_plus_one)


def prmsnorm(
    x: jax.Array,
    scale: Optional[jax.Array] = None,
    bias: Optional[jax.Array] = None,
    epsilon: float = 1e-5,
    *,
    k: Optional[int] = None,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
) -> jax.Array:
    """norm.prmsnorm() of arrays of JAX."""
    return _call("prmsnorm", x, scale, bias, epsilon, k, epsilon_outside, scale_plus_one)


def layernorm(
    x: jax.Array,
    scale: Optional[jax.Array] = None,
    bias: Optional[jax.Array] = None,
    epsilon: float = 1e-5,
    *,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
) -> jax.Array:
    """norm.layernorm() of arrays of JAX."""
    return _call("layernorm", x, scale, bias, epsilon, None, epsilon_outside, scale_plus_one)


def add_rmsnorm(
    x: jax.Array,
    residual: jax.Array,
    scale: Optional[jax.Array] = None,
    bias: Optional[jax.Array] = None,
    epsilon: float = 1e-5,
    *,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
) -> Tuple[jax.Array, jax.Array]:
    """norm.add_rmsnorm() of arrays of JAX: the norm of the sum, and the sum."""
    z = x + residual
    return rmsnorm(z, scale, bias, epsilon, epsilon_outside=epsilon_outside, scale_plus_one=scale_plus_one), z
