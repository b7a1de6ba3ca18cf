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
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import torch
from torch.fx import Node

from ._kernels import NAMES

aten, prims = torch.ops.aten, torch.ops.prims


class Unsupported(Exception):
    """A node that is not translated."""


def value_of(node: Node):
    return node.meta.get("val")


def is_tensor(value) -> bool:
    """A tensor that norm computes with: on a CPU, strided, of floats, of known
    sizes, with elements and dimensions."""
    return (
        isinstance(value, torch.Tensor)
        and value.layout is torch.strided
        and value.device.type == "cpu"
        and value.dtype in NAMES
        and value.dim() >= 1
        and all(isinstance(size, int) for size in value.shape)
        and value.numel() > 0
    )


# ----------------------------------------------------------------------------
# Element by element
# ----------------------------------------------------------------------------

# Lines of a body: {0}, {1} are the operands, {t} their type, {r} the result.
_BODIES: Dict[object, Sequence[str]] = {
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
_VIEWS = (
    aten.view.default, aten.reshape.default, aten._unsafe_view.default, aten.unsqueeze.default,
    aten.squeeze.dim, aten.squeeze.dims, aten.squeeze.default,
)  # fmt: skip
_COPIES = (aten.clone.default, aten.alias.default, aten.detach.default)
_SUMS = (aten.sum.dim_IntList, aten.mean.dim)
_VARIANCES = (aten.var.correction, aten.var_mean.correction)
REDUCTIONS = _SUMS + _VARIANCES


class Translator:
    """One group as the text of a function ``main``."""

    def __init__(self) -> None:
        self.lines: List[str] = []
        self.names: Dict[Node, str] = {}
        self.types: Dict[str, Tuple[Tuple[int, ...], torch.dtype]] = {}
        self.count = 0

    # Values ------------------------------------------------------------------

    def fresh(self) -> str:
        self.count += 1
        return f"%v{self.count}"

    @staticmethod
    def spell(shape: Sequence[int], dtype: torch.dtype) -> str:
        return f"tensor<{''.join(f'{size}x' for size in shape)}{NAMES[dtype]}>"

    def type_of(self, name: str) -> str:
        return self.spell(*self.types[name])

    def bind(self, name: str, shape: Sequence[int], dtype: torch.dtype) -> str:
        self.types[name] = (tuple(shape), dtype)
        return name

    def generic(self, operands: Sequence[str], shape, dtype, body: Callable[[List[str]], Tuple[List[str], str]]) -> str:
        """Element by element, operands broadcast as PyTorch does."""
        rank = len(shape)
        letters = [f"d{i}" for i in range(rank)]

        def map_of(of):
            own = letters[rank - len(of) :]
            return ", ".join(
                letter if size == whole else "0" for letter, size, whole in zip(own, of, shape[rank - len(of) :])
            )

        maps = [f"affine_map<({', '.join(letters)}) -> ({map_of(self.types[o][0])})>" for o in operands]
        maps.append(f"affine_map<({', '.join(letters)}) -> ({', '.join(letters)})>")
        lines, result = body([f"%i{n}" for n in range(len(operands))])
        arguments = ", ".join(f"%i{n}: {NAMES[self.types[o][1]]}" for n, o in enumerate(operands))
        empty, name = self.fresh(), self.fresh()
        type, kinds = self.spell(shape, dtype), ", ".join(['"parallel"'] * rank)
        ins = f"ins({', '.join(operands)} : {', '.join(map(self.type_of, operands))}) " if operands else ""
        self.lines += [
            f"  {empty} = tensor.empty() : {type}",
            f"  {name} = linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = "
            f"[{kinds}]}} {ins}outs({empty} : {type}) {{",
            f"  ^bb0({arguments}{', ' if arguments else ''}%o: {NAMES[dtype]}):",
            *(f"    {line}" for line in lines),
            f"    linalg.yield {result} : {NAMES[dtype]}",
            f"  }} -> {type}",
        ]
        return self.bind(name, shape, dtype)

    def convert(self, operand: str, dtype: torch.dtype) -> str:
        shape, source = self.types[operand]
        if source is dtype:
            return operand

        def body(inputs):
            (value,) = inputs
            lines, wide = [], source
            if {source, dtype} == {torch.float16, torch.bfloat16}:
                lines.append(f"%w = arith.extf {value} : {NAMES[source]} to f32")
                value, wide = "%w", torch.float32
            op = "extf" if wide.itemsize < dtype.itemsize else "truncf"
            lines.append(f"%r = arith.{op} {value} : {NAMES[wide]} to {NAMES[dtype]}")
            return lines, "%r"

        return self.generic([operand], shape, dtype, body)

    def pointwise(self, lines: Sequence[str], operands, shape, dtype) -> str:
        """``lines`` of operands that are values or numbers of Python, in dtype. As
        in PyTorch, 16 bits are computed in f32, numbers too: x * 0.1 rounds once."""
        values = [self.convert(o, dtype) for o in operands if isinstance(o, str)]
        is_narrow = dtype.itemsize < 4
        type = "f32" if is_narrow else NAMES[dtype]

        def body(inputs):
            before, inputs, arguments = [], iter(inputs), []
            for number, operand in enumerate(operands):
                name = f"%c{number}"
                if not isinstance(operand, str):
                    before.append(f"{name} = arith.constant {self.number(operand)} : {type}")
                elif is_narrow:
                    before.append(f"{name} = arith.extf {next(inputs)} : {NAMES[dtype]} to f32")
                else:
                    name = next(inputs)
                arguments.append(name)
            result = "%r"
            after = [line.format(*arguments, t=type, r=result) for line in lines]
            if is_narrow:
                result = "%narrow"
                after.append(f"{result} = arith.truncf %r : f32 to {NAMES[dtype]}")
            return before + after, result

        return self.generic(values, shape, dtype, body)

    @staticmethod
    def number(value) -> str:
        value = float(value)
        if not math.isfinite(value):
            raise Unsupported("a literal that is not finite")
        return f"{value:.17e}"

    def sum(self, operand: str, dims: Sequence[int]) -> str:
        """Over the dimensions ``dims``, which are kept with extent 1."""
        shape, dtype = self.types[operand]
        rank = len(shape)
        letters = [f"d{i}" for i in range(rank)]
        kept = [size for i, size in enumerate(shape) if i not in dims]
        type = self.spell(kept, dtype)
        kept_map = ", ".join(letter for i, letter in enumerate(letters) if i not in dims)
        zero, empty, fill, name = self.fresh(), self.fresh(), self.fresh(), self.fresh()
        kinds = ", ".join('"reduction"' if i in dims else '"parallel"' for i in range(rank))
        every = ", ".join(letters)
        self.lines += [
            f"  {zero} = arith.constant 0.0 : {NAMES[dtype]}",
            f"  {empty} = tensor.empty() : {type}",
            f"  {fill} = linalg.fill ins({zero} : {NAMES[dtype]}) outs({empty} : {type}) -> {type}",
            f"  {name} = linalg.generic {{indexing_maps = [affine_map<({every}) -> ({every})>, "
            f"affine_map<({every}) -> ({kept_map})>], iterator_types = [{kinds}]}} "
            f"ins({operand} : {self.type_of(operand)}) outs({fill} : {type}) {{",
            f"  ^bb0(%i: {NAMES[dtype]}, %o: {NAMES[dtype]}):",
            f"    %r = arith.addf %o, %i : {NAMES[dtype]}",
            f"    linalg.yield %r : {NAMES[dtype]}",
            f"  }} -> {type}",
        ]
        self.bind(name, kept, dtype)
        return self.reshape(name, [1 if i in dims else size for i, size in enumerate(shape)])

    def reshape(self, operand: str, shape: Sequence[int]) -> str:
        """By way of dimensions without those of extent 1, [4, 1, 6] to [4, 6], and
        of the coarsest shape that splits those of both."""
        old, dtype = self.types[operand]
        new = tuple(shape)
        if old == new:
            return operand
        long, short = (tuple(size for size in s if size != 1) for s in (old, new))
        common = _common_refinement(long, short)
        if common is None:
            raise Unsupported("a view that tears dimensions apart")
        for target in (long, common, short, new):
            source = self.types[operand][0]
            if source == target:
                continue
            expands = len(target) > len(source)
            groups = _groups_of(target, source) if expands else _groups_of(source, target)
            name = self.fresh()
            output = f" output_shape [{', '.join(map(str, target))}]" if expands else ""
            self.lines.append(
                f"  {name} = tensor.{'expand' if expands else 'collapse'}_shape {operand} "
                f"[{', '.join(map(str, groups))}]{output} : {self.type_of(operand)} into {self.spell(target, dtype)}"
            )
            operand = self.bind(name, target, dtype)
        return operand

    # Nodes -------------------------------------------------------------------

    def operand(self, argument):
        return self.names[argument] if isinstance(argument, Node) else argument

    def visit(self, node: Node) -> None:
        target, value = node.target, value_of(node)
        if target is operator.getitem:
            self.names[node] = self.names[node.args]
            return
        first = self.operand(node.args[0])
        if target in _BODIES:
            # add(a, b, alpha) is a + alpha b, and div has rounding modes.
            if node.kwargs or len(node.args) > 2:
                raise Unsupported("a factor or rounding beside a sum")
            operands = [self.operand(a) for a in node.args]
            result = self.pointwise(_BODIES[target], operands, tuple(value.shape), value.dtype)
        elif target is aten.pow.Tensor_Scalar:
            exponent = node.args[1]
            lines = {
                2: ["{r} = arith.mulf {0}, {0} : {t}"],
                3: ["%u = arith.mulf {0}, {0} : {t}", "{r} = arith.mulf %u, {0} : {t}"],
                0.5: ["{r} = math.sqrt {0} : {t}"],
                -0.5: ["{r} = math.rsqrt {0} : {t}"],
            }.get(exponent)
            lines = lines or [
                f"%u = arith.constant {self.number(exponent)} : {{t}}",
                "{r} = math.powf {0}, %u : {t}",
            ]
            result = self.pointwise(lines, [first], tuple(value.shape), value.dtype)
        elif target in _CONVERSIONS:
            result = self.convert(first, value.dtype)
        elif target in _COPIES:
            result = first
        elif target in _VIEWS:
            result = self.reshape(first, value.shape)
        elif target is aten.expand.default:
            result = self.generic([first], tuple(value.shape), value.dtype, lambda i: ([], i[0]))
        elif target in _SUMS:
            result = self.reduction(node, first, value)
        elif target in _VARIANCES:
            self.variance(node, first)
            return
        else:
            raise Unsupported(str(target))
        self.names[node] = result

    def reduction(self, node: Node, first: str, value) -> str:
        shape, dtype = self.types[first]
        dims = dimensions_of(node, len(shape))
        wide = first
        if max(dtype.itemsize, value.dtype.itemsize) < 4:  # PyTorch adds in f32
            wide = self.convert(first, torch.float32)
        elif value.dtype.itemsize > dtype.itemsize:  # sum(x, dtype=float64)
            wide = self.convert(first, value.dtype)
        result = self.sum(wide, dims)
        if node.target is aten.mean.dim:
            count = math.prod(shape[d] for d in dims)
            result = self.pointwise(
                _BODIES[aten.div.Tensor], [result, count], self.types[result][0], self.types[result][1]
            )
        return self.reshape(self.convert(result, value.dtype), value.shape)

    def variance(self, node: Node, first: str) -> None:
        shape, dtype = self.types[first]
        dims = dimensions_of(node, len(shape))
        correction = node.kwargs.get("correction", 1)
        correction = 1 if correction is None else correction
        count = math.prod(shape[d] for d in dims)
        if count <= correction:
            raise Unsupported("a variance of too few elements")
        wide = torch.float32 if dtype.itemsize < 4 else dtype
        x = self.convert(first, wide)
        divide, multiply, subtract = (_BODIES[t.Tensor] for t in (aten.div, aten.mul, aten.sub))
        total = self.sum(x, dims)
        mean = self.pointwise(divide, [total, count], self.types[total][0], wide)
        centred = self.pointwise(subtract, [x, mean], shape, wide)
        squares = self.sum(self.pointwise(multiply, [centred, centred], shape, wide), dims)
        variance = self.pointwise(divide, [squares, count - correction], self.types[squares][0], wide)
        values = value_of(node)
        if node.target is aten.var.correction:
            self.names[node] = self.reshape(self.convert(variance, values.dtype), values.shape)
            return
        for index, result in enumerate((variance, mean)):
            narrow = self.convert(result, values[index].dtype)
            self.names[(node, index)] = self.reshape(narrow, values[index].shape)


def dimensions_of(node: Node, rank: int) -> List[int]:
    dims = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")
    dims = range(rank) if dims is None or dims == [] else [dims] if isinstance(dims, int) else dims
    return sorted(d % rank for d in dims)


def _common_refinement(one: Sequence[int], other: Sequence[int]) -> Optional[Tuple[int, ...]]:
    """The coarsest shape that splits the dimensions of both: of [4, 6] and [8,
    3] [4, 2, 3]; none where a dimension of one ends within one of the other
    and does not divide it."""
    result, i, j = [], 0, 0
    one, other = [s for s in one if s != 1], [s for s in other if s != 1]
    while i < len(one) and j < len(other):
        size = min(one[i], other[j])
        if one[i] % size or other[j] % size:
            return None
        result.append(size)
        one[i], other[j] = one[i] // size, other[j] // size
        i, j = i + (one[i] == 1), j + (other[j] == 1)
    return tuple(result) if i == len(one) and j == len(other) else None


def _groups_of(long: Sequence[int], short: Sequence[int]) -> List[List[int]]:
    """Which dimensions of ``long`` make those of ``short``, none of which is 1."""
    groups, at = [], 0
    for number, size in enumerate(short):
        group, product = [], 1
        while at < len(long) and (product < size or (long[at] == 1 and number == len(short) - 1)):
            product *= long[at]
            group.append(at)
            at += 1
        groups.append(group)
    return groups


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
    tensors = [n for n in node.all_input_nodes]
    if not tensors or not all(is_tensor(value_of(n)) for n in tensors):
        return False
    if node.target in _SUMS or node.target in _VARIANCES:
        rank = value_of(tensors[0]).dim()
        dims = dimensions_of(node, rank)
        return dims == list(range(rank - len(dims), rank)) and len(dims) < rank
    known = node.target in _BODIES or node.target in _CONVERSIONS or node.target in _VIEWS + _COPIES
    if node.target is aten._to_copy.default and set(node.kwargs) - {"dtype"}:
        return False
    return known or node.target in (aten.pow.Tensor_Scalar, aten.expand.default)


def translate(nodes: Sequence[Node], inputs: Sequence[Node], outputs: Sequence[Node]) -> str:
    """The function of ``inputs`` that computes ``outputs`` by ``nodes``, which
    are in the order of the graph. Raises Unsupported."""
    translator = Translator()
    arguments = []
    for number, node in enumerate(inputs):
        value = value_of(node)
        translator.names[node] = translator.bind(f"%a{number}", tuple(value.shape), value.dtype)
        arguments.append(f"%a{number}: {translator.type_of(f'%a{number}')}")
    for node in nodes:
        translator.visit(node)
    results = [translator.names[node] for node in outputs]
    types = ", ".join(map(translator.type_of, results))
    return "\n".join(
        [f"func.func @main({', '.join(arguments)}) -> ({types}) {{"]
        + translator.lines
        + [f"  return {', '.join(results)} : {types}", "}"]
    )
