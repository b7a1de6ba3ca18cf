# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Groups of nodes of an FX graph as functions of linalg.

What remains of a graph after PyTorch's decompositions: element by element
functions, sums over the last dimensions, views, changes of type. Each node is
one op in its own type, so that the program rounds where the graph does:

    %mul = aten.mul.Tensor(x: f32[4, 64], r: f32[4, 1])

becomes a linalg.generic with maps (a, b) -> (a, b) and (a, b) -> (a, 0), one
arith.mulf, and the location of its line.
"""

import math
import operator
from typing import Dict, List, NamedTuple, Sequence

import torch
from torch.fx import Node

from .._linalg import WIDTHS, Builder, Lines, Number, Shape, Size, Unsupported
from ._kernels import NAMES

aten, prims = torch.ops.aten, torch.ops.prims


def value_of(node: Node):
    return node.meta.get("val")


def size_of(size) -> Size:
    """A size as the builder has it: a number, or the name of one that is known when
    the graph runs."""
    if isinstance(size, torch.SymInt):
        expression = size.node.expr
        return int(expression) if expression.is_number else str(expression)
    return int(size)


def shape_of(value: torch.Tensor) -> Shape:
    return tuple(map(size_of, value.shape))


def is_tensor(value) -> bool:
    """A tensor that norm computes with: on a CPU, strided, of floats, with elements
    and dimensions."""
    return (
        isinstance(value, torch.Tensor)
        and value.layout is torch.strided
        and value.device.type == "cpu"
        and value.dtype in NAMES
        and value.dim() >= 1
        and 0 not in shape_of(value)
    )


# ----------------------------------------------------------------------------
# Element by element
# ----------------------------------------------------------------------------

_BODIES: Dict[object, Lines] = {
    aten.add.Tensor: ["{r} = arith.addf {0}, {1} : {t}"],
    aten.sub.Tensor: ["{r} = arith.subf {0}, {1} : {t}"],
    aten.mul.Tensor: ["{r} = arith.mulf {0}, {1} : {t}"],
    aten.div.Tensor: ["{r} = arith.divf {0}, {1} : {t}"],
    aten.maximum.default: ["{r} = arith.maximumf {0}, {1} : {t}"],
    aten.minimum.default: ["{r} = arith.minimumf {0}, {1} : {t}"],
    aten.neg.default: ["{r} = arith.negf {0} : {t}"],
    aten.rsqrt.default: ["{r} = math.rsqrt {0} : {t}"],
    aten.sqrt.default: ["{r} = math.sqrt {0} : {t}"],
    aten.exp.default: ["{r} = math.exp {0} : {t}"],
    aten.tanh.default: ["{r} = math.tanh {0} : {t}"],
    aten.erf.default: ["{r} = math.erf {0} : {t}"],
    aten.abs.default: ["{r} = math.absf {0} : {t}"],
    aten.relu.default: ["%z = arith.constant 0.0 : {t}", "{r} = arith.maximumf {0}, %z : {t}"],
    aten.reciprocal.default: ["%z = arith.constant 1.0 : {t}", "{r} = arith.divf %z, {0} : {t}"],
    aten.sigmoid.default: [
        "%z = arith.constant 1.0 : {t}",
        "%u = arith.negf {0} : {t}",
        "%v = math.exp %u : {t}",
        "%w = arith.addf %v, %z : {t}",
        "{r} = arith.divf %z, %w : {t}",
    ],
}
_BODIES[aten.add.Scalar] = _BODIES[aten.add.Tensor]
_BODIES[aten.sub.Scalar] = _BODIES[aten.sub.Tensor]
_BODIES[aten.mul.Scalar] = _BODIES[aten.mul.Tensor]
_BODIES[aten.div.Scalar] = _BODIES[aten.div.Tensor]
_CONVERSIONS = (prims.convert_element_type.default, aten._to_copy.default)
VIEWS = (
    aten.view.default, aten.reshape.default, aten._unsafe_view.default, aten.unsqueeze.default,
    aten.squeeze.dim, aten.squeeze.dims, aten.squeeze.default,
)  # fmt: skip
_COPIES = (aten.clone.default, aten.alias.default, aten.detach.default)
_SUMS = (aten.sum.dim_IntList, aten.mean.dim)
_VARIANCES = (aten.var.correction, aten.var_mean.correction)
REDUCTIONS = _SUMS + _VARIANCES


class Translator(Builder):
    """One group as the text of a function ``main``."""

    def __init__(self) -> None:
        super().__init__()
        self.names: Dict[object, str] = {}

    def compute(self, lines: Lines, operands: Sequence[object], shape: Shape, type: str) -> str:
        """Element by element of names and numbers, broadcast and converted as PyTorch
        does."""
        values = []
        for operand in operands:
            if not isinstance(operand, str):
                if not math.isfinite(operand):
                    raise Unsupported("a literal that is not finite")
                values.append(Number(operand))
                continue
            narrow = self.cast(operand, type)
            values.append(self.spread(narrow, shape))
        return self.pointwise(lines, values, shape, type)

    def cast(self, name: str, type: str) -> str:
        return self.convert(self.whole(name), self.shape_of(name), type).name

    def sum(self, name: str, dims: Sequence[int]) -> str:
        """Over the dimensions ``dims``, which are kept with extent 1."""
        shape = self.shape_of(name)
        total = self.reduce("{r} = arith.addf {0}, {1} : {t}", 0.0, self.whole(name), shape, dims)
        return self.reshape(total, [1 if i in dims else size for i, size in enumerate(shape)])

    # Nodes -------------------------------------------------------------------

    def operand(self, argument):
        if not isinstance(argument, Node):
            return argument
        if argument not in self.names:
            raise Unsupported("a number that is known when the graph runs")
        return self.names[argument]

    def visit(self, node: Node) -> None:
        target, value = node.target, value_of(node)
        if target is operator.getitem:
            self.names[node] = self.names[node.args]
            return
        first = self.operand(node.args[0])
        if target in _VARIANCES:
            self.variance(node, first)
            return
        shape, type = shape_of(value), NAMES[value.dtype]
        if target in _BODIES:
            # add(a, b, alpha) is a + alpha b, and div has rounding modes.
            if node.kwargs or len(node.args) > 2:
                raise Unsupported("a factor or rounding beside a sum")
            result = self.compute(_BODIES[target], [self.operand(a) for a in node.args], shape, type)
        elif target is aten.pow.Tensor_Scalar:
            result = self.power(first, node.args[1], shape, type)
        elif target in _CONVERSIONS:
            result = self.cast(first, type)
        elif target in _COPIES:
            result = first
        elif target in VIEWS:
            result = self.reshape(first, shape)
        elif target is aten.expand.default:
            result = self.copy(self.spread(first, shape), shape)
        elif target in _SUMS:
            result = self.reduction(node, first, value)
        else:
            raise Unsupported(str(target))
        self.names[node] = result

    def power(self, first: str, exponent, shape: Shape, type: str) -> str:
        lines = {
            2: ["{r} = arith.mulf {0}, {0} : {t}"],
            3: ["%u = arith.mulf {0}, {0} : {t}", "{r} = arith.mulf %u, {0} : {t}"],
            0.5: ["{r} = math.sqrt {0} : {t}"],
            -0.5: ["{r} = math.rsqrt {0} : {t}"],
        }.get(exponent)
        if lines:
            return self.compute(lines, [first], shape, type)
        return self.compute(["{r} = math.powf {0}, {1} : {t}"], [first, self.operand(exponent)], shape, type)

    def reduction(self, node: Node, first: str, value) -> str:
        shape, source = self.types[first]
        dims = dimensions_of(node, len(shape))
        wide, type = first, NAMES[value.dtype]
        if {source, type} <= {"f16", "bf16"}:  # PyTorch adds in f32
            wide = self.cast(first, "f32")
        elif WIDTHS[type] > WIDTHS[source]:  # sum(x, dtype=float64)
            wide = self.cast(first, type)
        result = self.sum(wide, dims)
        if node.target is aten.mean.dim:
            result = self.compute(_BODIES[aten.div.Tensor], [result, count_of(shape, dims)], *self.types[result])
        return self.reshape(self.cast(result, type), shape_of(value))

    def variance(self, node: Node, first: str) -> None:
        shape, source = self.types[first]
        dims = dimensions_of(node, len(shape))
        correction = node.kwargs.get("correction", 1)
        correction = 1 if correction is None else correction
        count = count_of(shape, dims)
        if count <= correction:
            raise Unsupported("a variance of too few elements")
        wide = "f64" if source == "f64" else "f32"
        x = self.cast(first, wide)
        divide, multiply, subtract = (_BODIES[t.Tensor] for t in (aten.div, aten.mul, aten.sub))
        total = self.sum(x, dims)
        mean = self.compute(divide, [total, count], *self.types[total])
        centred = self.compute(subtract, [x, mean], shape, wide)
        squares = self.sum(self.compute(multiply, [centred, centred], shape, wide), dims)
        variance = self.compute(divide, [squares, count - correction], *self.types[squares])
        values = value_of(node)
        if node.target is aten.var.correction:
            self.names[node] = self.reshape(self.cast(variance, NAMES[values.dtype]), shape_of(values))
            return
        for index, result in enumerate((variance, mean)):
            narrow = self.cast(result, NAMES[values[index].dtype])
            self.names[(node, index)] = self.reshape(narrow, shape_of(values[index]))


def count_of(shape: Shape, dims: Sequence[int]) -> int:
    """How many elements are summed."""
    if any(isinstance(shape[d], str) for d in dims):
        raise Unsupported("a row length that is known when the graph runs")
    return math.prod(shape[d] for d in dims)


def dimensions_of(node: Node, rank: int) -> List[int]:
    dims = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")
    dims = range(rank) if dims is None or dims == [] else [dims] if isinstance(dims, int) else dims
    return sorted(d % rank for d in dims)


def is_supported(node: Node) -> bool:
    """Whether the node can be in a group: of a kind that is translated, and over
    rows."""
    if node.op != "call_function":
        return False
    value = value_of(node)
    if node.target is operator.getitem:
        source = node.args[0]
        return isinstance(source, Node) and source.target is aten.var_mean.correction and is_supported(source)
    values = value if isinstance(value, (tuple, list)) else [value]
    if not values or not all(map(is_tensor, values)):
        return False
    tensors = [n for n in node.all_input_nodes if not isinstance(value_of(n), torch.SymInt)]
    if not tensors or not all(is_tensor(value_of(n)) for n in tensors):
        return False
    if node.target in _SUMS or node.target in _VARIANCES:
        rank = value_of(tensors[0]).dim()
        dims = dimensions_of(node, rank)
        return dims == list(range(rank - len(dims), rank)) and len(dims) < rank
    known = node.target in _BODIES or node.target in _CONVERSIONS or node.target in VIEWS + _COPIES
    if node.target is aten._to_copy.default and set(node.kwargs) - {"dtype"}:
        return False
    return known or node.target in (aten.pow.Tensor_Scalar, aten.expand.default)


class Program(NamedTuple):
    """A group as the function ``main``. Line ``n`` of the text, the first being 1,
    is there for ``origins[n]``."""

    text: str
    origins: Dict[int, Node]


def translate(nodes: Sequence[Node], inputs: Sequence[Node], outputs: Sequence[Node]) -> Program:
    """The function of ``inputs`` that computes ``outputs`` by ``nodes``, which
    are in the order of the graph. Raises Unsupported."""
    translator, origins = Translator(), {}
    arguments = []
    for number, node in enumerate(inputs):
        value = value_of(node)
        arguments.append(translator.argument(f"%a{number}", shape_of(value), NAMES[value.dtype]))
        translator.names[node] = arguments[-1]
    for node in nodes:
        first = len(translator.lines)
        translator.visit(node)
        origins.update({n + 2: node for n in range(first, len(translator.lines))})
    return Program(translator.finish(arguments, [translator.names[node] for node in outputs]), origins)
