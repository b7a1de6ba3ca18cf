# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of JAX: StableHLO, which IREE's compiler lowers to linalg.

Needs the extra ``jax``::

    model = norm.frontends.jax.compile(function, params, x)
    print(model.report())
    y = model(params, x)
"""

from typing import Any, Callable

import jax
import jax.numpy as jnp
import numpy as np
from iree.compiler.tools.binaries import find_tool
from jax.extend.mlir import ir

from .._errors import ArgumentError, UnsupportedError
from .._programs import RemarkFunction
from ._model import Model, lower

__all__ = ["compile", "to_mlir"]

_PIPELINE = "builtin.module(iree-stablehlo-input-transformation-pipeline)"
_HALVES = ("bf16", "f16")


def _walk(operation):
    yield operation
    for region in operation.regions:
        for block in region:
            for child in block:
                yield from _walk(child.operation)


def _check(operations) -> None:
    """What IREE's compiler would complain of in terms of text."""
    names = [operation.name for operation in operations]
    if "stablehlo.custom_call" in names:
        call = operations[names.index("stablehlo.custom_call")]
        name = ir.StringAttr(call.attributes["call_target_name"]).value
        raise UnsupportedError(f"expected ops of StableHLO, got a call of '{name}'")
    if any(name.startswith("sdy.") for name in names):
        raise UnsupportedError("expected a program for one device, got a sharded one")


def _widen(operation: ir.Operation) -> None:
    """Products of 16-bit floats are summed in f32, as XLA does it; linalg would
    do it in the type of the result."""
    result = operation.results[0]
    type = ir.RankedTensorType(result.type)
    if str(type.element_type) not in _HALVES:
        return
    with operation.context, operation.location:
        wide = ir.Operation.create(
            operation.name,
            results=[ir.RankedTensorType.get(type.shape, ir.F32Type.get())],
            operands=list(operation.operands),
            attributes={
                name: operation.attributes[name] for name in operation.attributes
            },
            ip=ir.InsertionPoint(operation),
        )
        narrow = ir.Operation.create(
            "stablehlo.convert",
            results=[type],
            operands=[wide.results[0]],
            ip=ir.InsertionPoint(operation),
        )
    result.replace_all_uses_with(narrow.results[0])
    operation.erase()


def _open_barrier(operation: ir.Operation) -> None:
    """What ``jax.checkpoint`` computes again is kept apart from the first time by a
    barrier, which no op of linalg is. Norms compute it once where it is the same."""
    for result, operand in zip(operation.results, operation.operands):
        result.replace_all_uses_with(operand)
    operation.erase()


def _lower(function: Callable[..., Any], arguments):
    jitted = jax.jit(function, keep_unused=True)
    lowered = jitted.trace(*arguments).lower(lowering_platforms=("cpu",))
    module = lowered.compiler_ir("stablehlo")
    operations = list(_walk(module.operation))
    _check(operations)
    for operation in operations:
        if operation.name in ("stablehlo.dot_general", "stablehlo.convolution"):
            _widen(operation)
        elif operation.name == "stablehlo.optimization_barrier":
            _open_barrier(operation)
    text = module.operation.get_asm(enable_debug_info=True, large_elements_limit=None)
    return lowered, lower("IREE", find_tool("iree-opt"), _PIPELINE, text)


def to_mlir(function: Callable[..., Any], *arguments: Any) -> str:
    """A function as MLIR in linalg, for norm.report() or norm.raise_norms().

    Args:
      function: what jax.jit() takes, or gives.
      arguments: what it is called on, as arrays or as jax.ShapeDtypeStruct.

    Raises:
      UnsupportedError: the function has an op that cannot be lowered.
    """
    return _lower(function, arguments)[1]


def _signless(dtype):
    """The type that norm has for an integer without sign."""
    unsigned = jnp.issubdtype(dtype, jnp.unsignedinteger)
    return np.dtype(f"int{8 * dtype.itemsize}") if unsigned else dtype


def _to_array(leaf, dtype):
    """An array of one of norm's types, over the same memory."""
    if isinstance(leaf, jax.core.Tracer):
        raise ArgumentError(
            "expected arrays, got a traced value; a compiled model cannot be called"
            " in a function that JAX transforms"
        )
    if not hasattr(leaf, "dtype"):
        leaf = np.asarray(leaf, dtype)
    if leaf.dtype != dtype:
        raise ArgumentError(f"expected elements of {dtype}, got {leaf.dtype}")
    signless = _signless(dtype)
    return leaf if signless == dtype else np.asarray(leaf).view(signless)


def _from_array(array, dtype):
    array = array if isinstance(array, jax.Array) else jnp.asarray(array)
    return array.view(dtype) if array.dtype != dtype else array


def compile(
    function: Callable[..., Any],
    *arguments: Any,
    raises: bool = True,
    remarks: RemarkFunction = None,
) -> Model:
    """Compiles a function for this machine's CPU, with its norms raised.

    Args:
      function: what jax.jit() takes, or gives. Its values are those of arrays
        that it closes over now.
      arguments: what it is called on: trees of arrays, of numbers, or of
        jax.ShapeDtypeStruct. Shapes and types are those of later calls.
      raises, remarks: see norm.compile().

    Returns:
      A Model, called like the function. Results are arrays of JAX.

    Raises:
      UnsupportedError: the function has an op that cannot be compiled.
    """
    lowered, mlir = _lower(function, arguments)
    tree = jax.tree.structure(arguments)
    dtypes = [np.dtype(info.dtype) for info in jax.tree.leaves(lowered.args_info)]
    results, out_tree = jax.tree.flatten(lowered.out_info)
    types = [np.dtype(info.dtype) for info in results]

    def call(compiled, *values):
        leaves, found = jax.tree.flatten(values)
        if found != tree:
            raise ArgumentError(f"expected arguments {tree}, got {found}")
        out = None
        if not leaves:  # Nothing else tells of which library results are to be.
            empty = [np.empty(i.shape, _signless(t)) for i, t in zip(results, types)]
            out = tuple(empty) if len(empty) > 1 else empty[0]
        arrays = compiled(*map(_to_array, leaves, dtypes), out=out)
        if not isinstance(arrays, tuple):
            arrays = (arrays,)
        return out_tree.unflatten(map(_from_array, arrays, types))

    return Model(mlir, call, raises, remarks)
