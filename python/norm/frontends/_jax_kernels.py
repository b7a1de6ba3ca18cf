# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms of JAX's arrays as calls of kernels: ops of the norm dialect as text."""

from typing import List, NamedTuple, Optional, Sequence, Tuple

import jax
import jax.numpy as jnp
import numpy as np

from ..jax import _call, _table


class Op(NamedTuple):
    """A norm without its arrays."""

    kind: str
    k: Optional[int]
    epsilon: float
    outside: bool
    plus_one: bool


def compute_type(x):
    return jnp.float64 if x.dtype == jnp.float64 else jnp.float32


_ELEMENTS = {"float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16"}


def _tensor(shape: Sequence[int], dtype) -> str:
    return f"tensor<{''.join(f'{size}x' for size in shape)}{_ELEMENTS[np.dtype(dtype).name]}>"


class _Program:
    """A function of one op: what it reads, and what it writes."""

    def __init__(self, op: Op, suffix: str) -> None:
        self.op, self.name = op, f"norm.{op.kind}{suffix}"
        self.arrays: List[jax.Array] = []
        self.results: List[jax.ShapeDtypeStruct] = []
        self.parts: List[str] = []
        self.body: List[str] = []

    def read(self, keyword: str, *arrays) -> None:
        names = ", ".join(f"%a{len(self.arrays) + i}" for i in range(len(arrays)))
        types = ", ".join(_tensor(a.shape, a.dtype) for a in arrays)
        self.arrays += arrays
        self.parts.append(f"{keyword}({names} : {types})")

    def write(self, keyword: str, shape: Sequence[int], dtype) -> None:
        name, type = f"%e{len(self.results)}", _tensor(shape, dtype)
        self.results.append(jax.ShapeDtypeStruct(shape, dtype))
        self.body.append(f"  {name} = tensor.empty() : {type}")
        self.parts.append(f"{keyword}({name} : {type})")

    def text(self, has_epsilon: bool) -> str:
        op, parts = self.op, list(self.parts)
        if op.kind == "prmsnorm":
            parts.append(f"k = {op.k}")
        if has_epsilon:
            parts.append(f"epsilon = {op.epsilon:.17e}")
        if op.outside:
            parts.append("eps_mode = outside")
        if op.plus_one:
            parts.append("scale_offset = 1")
        count = len(self.results)
        arguments = ", ".join(f"%a{i}: {_tensor(a.shape, a.dtype)}" for i, a in enumerate(self.arrays))
        types = ", ".join(_tensor(r.shape, r.dtype) for r in self.results)
        names = ", ".join(f"%r#{i}" for i in range(count)) if count > 1 else "%r"
        body = "\n".join(self.body)
        return (
            f"func.func @main({arguments}) -> ({types}) {{\n{body}\n"
            f"  %r{f':{count}' if count > 1 else ''} = {self.name} {' '.join(parts)} -> ({types})\n"
            f"  return {names} : {types}\n}}\n"
        )

    def call(self, has_epsilon: bool) -> List[jax.Array]:
        _call.load()
        moved = sum(a.size * a.dtype.itemsize for a in [*self.arrays, *self.results])
        call = jax.ffi.ffi_call(_call.TARGET, self.results)
        shares = _table.shares([self.name], moved)
        return call(*self.arrays, program=self.text(has_epsilon), strict=False, shares=shares)


def _rows(x):
    return x.reshape(-1, x.shape[-1])


def forward(op: Op, x, scale, bias):
    """y, rstd, and of a layernorm the mean and what it is off, as a kernel has
    it."""
    program, rows, compute = _Program(op, ""), _rows(x), compute_type(x)
    program.read("ins", rows)
    for keyword, parameter in (("scale", scale), ("bias", bias)):
        if parameter is not None:
            program.read(keyword, parameter)
    program.write("outs", rows.shape, x.dtype)
    for keyword in ("rstd", "mean") if op.kind == "layernorm" else ("rstd",):
        program.write(keyword, rows.shape[:1], compute)
    y, *statistics = program.call(has_epsilon=True)
    statistics = [s.reshape(x.shape[:-1]) for s in statistics]
    if op.kind == "layernorm":
        statistics.append(jnp.zeros_like(statistics[-1]))
    return (y.reshape(x.shape), *statistics)


def backward(op: Op, dy, x, scale, bias, rstd, mean=None, off=None):
    """dx, and the sums dscale and dbias of those that there are."""
    program, rows = _Program(op, "_backward"), _rows(x)
    program.read("ins", _rows(dy), rows)
    if scale is not None:
        program.read("scale", scale)
    program.read("rstd", rstd.reshape(-1))
    if mean is not None:
        program.read("mean", mean.reshape(-1))
    program.write("outs", rows.shape, x.dtype)
    for keyword, parameter in (("dscale", scale), ("dbias", bias)):
        if parameter is not None:
            program.write(keyword, parameter.shape, compute_type(x))
    results = iter(program.call(has_epsilon=op.outside))
    dx = next(results).reshape(x.shape)
    return dx, *(None if parameter is None else next(results) for parameter in (scale, bias))
