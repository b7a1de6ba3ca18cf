# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operations as TOSA has them: equal ranks, constants as tensors, no division
and no root."""
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Inputs"))
import rows
from rows import Value, writer

BINARY = {"add": "add", "sub": "sub", "mul": "mul", "max": "maximum", "min": "minimum"}
UNARY = {"abs": "abs", "exp": "exp", "rsqrt": "rsqrt"}
TYPES = ("f32", "f16", "bf16")
# What brings a function with TOSA ops to linalg, as the raise does.
LOWERING = (
    "tosa-optional-decompositions,canonicalize,tosa-infer-shapes,tosa-make-broadcastable,"
    "tosa-to-linalg-named,canonicalize,tosa-layerwise-constant-fold,tosa-make-broadcastable,"
    "tosa-to-linalg,tosa-to-arith,tosa-to-tensor"
)


def constant(number, element, rank):
    if math.isinf(number):  # TOSA's text has no infinity
        return with_rank(rows.constant(number, element, (1,) * rank), element, rank)
    shape = (1,) * rank
    type_ = rows.type_of(shape, element)
    return writer.value(
        f'"tosa.const"() <{{values = dense<{number:.17e}> : {type_}}}> : () -> {type_}', shape, element
    )


def with_rank(operand, element, rank):
    """An operand with unit dimensions in front."""
    if not isinstance(operand, Value):
        return constant(operand, element, rank)
    if len(operand.shape) == rank:
        return operand
    added = rank - len(operand.shape)
    shape = (1,) * added + tuple(operand.shape)
    groups = [list(range(added + 1))] + [[i] for i in range(added + 1, rank)] if operand.shape else []
    return writer.value(
        f"tensor.expand_shape {operand.name} {groups} output_shape {list(shape)} "
        f": {operand.type} into {rows.type_of(shape, element)}",
        shape,
        element,
    )


def elementwise(op, operands):
    """The operation as TOSA; None where TOSA does not have it."""
    values = [v for v in operands if isinstance(v, Value)]
    tensors = [v for v in values if v.shape is not None]
    if not tensors or len(values) != len(tensors) or any("?" in t.shape for t in tensors):
        return None
    element = tensors[0].element
    if any(t.element != element for t in tensors) or element not in TYPES:
        return None
    rank = max(1, *(len(t.shape) for t in tensors))
    shape = rows.broadcast_shape([t.shape for t in tensors])
    if len(shape) != rank:
        return None

    def emit(name, args, suffix="", result=shape):
        types = ", ".join([a.type for a in args] + (["tensor<1xi8>"] if suffix else []))
        names = ", ".join([a.name for a in args]) + suffix
        return writer.value(
            f"tosa.{name} {names} : ({types}) -> {rows.type_of(result, element)}", result, element
        )

    def product(lhs, rhs):
        shift = writer.value(
            '"tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>', (1,), "i8"
        )
        return emit("mul", [lhs, rhs], f", {shift.name}")

    args = [with_rank(v, element, rank) for v in operands]
    if op == "mul":
        return product(*args)
    if op in BINARY:
        return emit(BINARY[op], args)
    if op in UNARY:
        return emit(UNARY[op], args)
    if op == "div":
        return product(args[0], emit("reciprocal", [args[1]], result=args[1].shape))
    if op == "neg":
        return emit("sub", [constant(0.0, element, rank), args[0]])
    if op == "sqrt":
        return emit("pow", [args[0], constant(0.5, element, rank)])
    if op == "powf":
        return emit("pow", args)
    return None


def reduce(tensor, axes):
    """A sum, axis by axis; None where TOSA does not have it."""
    if tensor.element not in TYPES or "?" in tensor.shape:
        return None
    for axis in axes:
        shape = tuple(1 if i == axis else e for i, e in enumerate(tensor.shape))
        type_ = rows.type_of(shape, tensor.element)
        tensor = writer.value(
            f"tosa.reduce_sum {tensor.name} {{axis = {axis} : i32}} : ({tensor.type}) -> {type_}",
            shape,
            tensor.element,
        )
    return tensor
