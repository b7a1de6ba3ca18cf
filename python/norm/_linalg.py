# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of linalg as text, op by op: what the translators of PyTorch's and
XLA's graphs have in common.

A shape is a tuple of sizes: numbers, or names of sizes that are not known. A
value is read through a View, so that what broadcasts or transposes needs no op
of its own:

    View("%r", (0, None))       %r: [4, 1] as [4, 64]
"""

import math
import struct
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

Size = Union[int, str]
Shape = Tuple[Size, ...]
# Bodies as lines: {0}, {1} are the operands, {t} their type, {r} the result.
Lines = Sequence[str]
WIDTHS = {"i1": 1, "i32": 32, "i64": 64, "f16": 16, "bf16": 16, "f32": 32, "f64": 64}


class Unsupported(Exception):
    """What is not translated."""


class View(NamedTuple):
    """The tensor ``name``, whose dimension i is indexed by dimension ``dims[i]``
    of the loop that reads it, or by 0 where that is None."""

    name: str
    dims: Tuple[Optional[int], ...]


class Number(NamedTuple):
    """The same number everywhere."""

    value: Union[bool, int, float]


Operand = Union[View, Number]


def spell_number(value: Union[bool, int, float], type: str) -> str:
    if type == "i1":
        return "true" if value else "false"
    if type.startswith("i"):
        return str(int(value))
    if math.isfinite(value):
        return f"{float(value):.17e}"
    if type == "f64":
        return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
    bits = struct.unpack("<I", struct.pack("<f", value))[0]
    if type == "f16":
        return {math.inf: "0x7C00", -math.inf: "0xFC00"}.get(value, "0x7E00")
    return f"0x{bits >> 16:04X}" if type == "bf16" else f"0x{bits:08X}"


def conversion(source: str, target: str, value: str, result: str) -> List[str]:
    """Lines that convert ``value`` between two types of elements, as C does;
    integers to bits by a comparison with 0."""
    floats = source[0] != "i", target[0] != "i"
    if {source, target} == {"f16", "bf16"}:
        return [f"{result}_w = arith.extf {value} : {source} to f32",
                f"{result} = arith.truncf {result}_w : f32 to {target}"]  # fmt: skip
    if all(floats):
        op = "extf" if WIDTHS[source] < WIDTHS[target] else "truncf"
    elif floats[1]:
        op = "uitofp" if source == "i1" else "sitofp"
    elif floats[0] or target == "i1":
        raise Unsupported(f"a conversion of {source} to {target}")
    else:
        op = "extui" if source == "i1" else "extsi" if WIDTHS[source] < WIDTHS[target] else "trunci"
    return [f"{result} = arith.{op} {value} : {source} to {target}"]


class Builder:
    """One function ``main``, line by line. Sizes that are not known are found as
    %NAME, values of type index, in ``extents``. What was computed before is not
    computed again."""

    def __init__(self) -> None:
        self.lines: List[str] = []
        self.known: Dict[Tuple, str] = {}
        self.reshaped: Dict[str, str] = {}
        self.types: Dict[str, Tuple[Shape, str]] = {}
        self.extents: Dict[str, str] = {}
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"%v{self.count}"

    @staticmethod
    def spell(shape: Shape, type: str) -> str:
        return f"tensor<{''.join('?x' if isinstance(size, str) else f'{size}x' for size in shape)}{type}>"

    def type_of(self, name: str) -> str:
        return self.spell(*self.types[name])

    def shape_of(self, name: str) -> Shape:
        return self.types[name][0]

    def bind(self, name: str, shape: Sequence[Size], type: str) -> str:
        self.types[name] = (tuple(shape), type)
        return name

    def argument(self, name: str, shape: Sequence[Size], type: str) -> str:
        """A tensor of the function; its sizes become known."""
        self.bind(name, shape, type)
        for number, size in enumerate(shape):
            if isinstance(size, str) and size not in self.extents:
                index, self.extents[size] = self.fresh(), self.fresh()
                self.lines += [
                    f"  {index} = arith.constant {number} : index",
                    f"  {self.extents[size]} = tensor.dim {name}, {index} : {self.type_of(name)}",
                ]
        return name

    def extents_of(self, shape: Sequence[Size]) -> List[str]:
        try:
            return [self.extents[size] for size in shape if isinstance(size, str)]
        except KeyError:
            raise Unsupported("a size that no argument has") from None

    def emit(self, make: Callable[[str], List[str]], shape: Sequence[Size], type: str) -> str:
        """A new tensor by the lines that ``make`` gives for its name, or the tensor
        that the same lines made before."""
        key = (*make("%_"), tuple(shape))
        if key not in self.known:
            name = self.known[key] = self.bind(self.fresh(), shape, type)
            self.lines += make(name)
        return self.known[key]

    def empty(self, shape: Shape, type: str) -> str:
        return self.emit(
            lambda name: [f"  {name} = tensor.empty({', '.join(self.extents_of(shape))}) : {self.spell(shape, type)}"], shape, type
        )

    def whole(self, name: str) -> View:
        return View(name, tuple(range(len(self.shape_of(name)))))

    def spread(self, name: str, shape: Shape) -> View:
        """As a part of ``shape``, dimensions aligned at their ends as NumPy does."""
        own = self.shape_of(name)
        shift = len(shape) - len(own)
        return View(name, tuple(shift + i if size == shape[shift + i] else None for i, size in enumerate(own)))

    # Loops -------------------------------------------------------------------

    def loop(self, operands, shape, into: str, result_dims, body: Callable[[List[str]], Tuple[List[str], str]]) -> str:
        """One linalg.generic over ``shape`` that writes to ``into``, indexed by
        ``result_dims``. ``body`` makes lines and the result of the names of
        elements of the operands that are no numbers, and of the result (%o)."""
        letters = [f"d{i}" for i in range(len(shape))]

        def map_of(dims):
            return f"affine_map<({', '.join(letters)}) -> ({', '.join('0' if d is None else letters[d] for d in dims)})>"

        views = [o for o in operands if isinstance(o, View)]
        maps = [map_of(v.dims) for v in views] + [map_of(result_dims)]
        kinds = ", ".join('"parallel"' if i in result_dims else '"reduction"' for i in range(len(shape)))
        lines, result = body([f"%i{n}" for n in range(len(views))])
        result_shape, type = self.types[into]
        arguments = "".join(f"%i{n}: {self.types[v.name][1]}, " for n, v in enumerate(views))
        ins = f"ins({', '.join(v.name for v in views)} : {', '.join(self.type_of(v.name) for v in views)}) "
        return self.emit(
            lambda name: [
                f"  {name} = linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = "
                f"[{kinds}]}} {ins if views else ''}outs({into} : {self.type_of(into)}) {{",
                f"  ^bb0({arguments}%o: {type}):",
                *(f"    {line}" for line in lines),
                f"    linalg.yield {result} : {type}",
                f"  }} -> {self.type_of(into)}",
            ],
            result_shape,
            type,
        )

    def elementwise(self, operands, shape: Shape, type: str, body) -> str:
        return self.loop(operands, shape, self.empty(shape, type), range(len(shape)), body)

    def copy(self, view: View, shape: Shape) -> str:
        """What the view shows, as a tensor; the tensor itself where it is that."""
        if view == View(view.name, tuple(range(len(shape)))) and self.shape_of(view.name) == tuple(shape):
            return view.name
        return self.elementwise([view], shape, self.types[view.name][1], lambda inputs: ([], inputs[0]))

    def convert(self, view: View, shape: Shape, type: str) -> View:
        source = self.types[view.name][1]
        if source == type:
            return view
        return self.whole(
            self.elementwise([view], shape, type, lambda inputs: (conversion(source, type, inputs[0], "%r"), "%r"))
        )

    def pointwise(self, lines: Lines, operands: Sequence[Operand], shape: Shape, type: str, result: str = "") -> str:
        """``lines`` of operands of one type, ``type``, whose value is of type
        ``result`` (``type`` if empty). 16 bits are computed in f32, numbers too:
        x * 0.1 rounds once."""
        result = result or type
        narrow = type in ("f16", "bf16")
        compute = "f32" if narrow else type

        def body(inputs):
            before, inputs, arguments = [], iter(inputs), []
            for number, operand in enumerate(operands):
                name = f"%c{number}"
                if isinstance(operand, Number):
                    before.append(f"{name} = arith.constant {spell_number(operand.value, compute)} : {compute}")
                elif narrow:
                    before.append(f"{name} = arith.extf {next(inputs)} : {type} to f32")
                else:
                    name = next(inputs)
                arguments.append(name)
            after = [line.format(*arguments, t=compute, r="%r") for line in lines]
            if result != compute and result != "i1":
                return before + after + [f"%narrow = arith.truncf %r : f32 to {result}"], "%narrow"
            return before + after, "%r"

        return self.elementwise(operands, shape, result, body)

    def fill(self, value, shape: Shape, type: str) -> str:
        into, whole = self.empty(shape, type), self.spell(shape, type)
        return self.emit(
            lambda name: [
                f"  {name}_c = arith.constant {spell_number(value, type)} : {type}",
                f"  {name} = linalg.fill ins({name}_c : {type}) outs({into} : {whole}) -> {whole}",
            ],
            shape,
            type,
        )

    def reduce(self, line: str, first, operand: View, shape: Shape, dims: Sequence[int]) -> str:
        """Over dimensions ``dims`` of ``shape``, which go, from ``first`` on;
        ``line`` is of the value so far ({0}) and the next ({1})."""
        type = self.types[operand.name][1]
        kept = [d for d in range(len(shape)) if d not in dims]
        into = self.fill(first, tuple(shape[d] for d in kept), type)
        # The extent of a dimension of the loop is that of a tensor that it indexes.
        unread = [d for d in dims if d not in operand.dims]
        if any(shape[d] != 1 for d in unread):
            operand, unread = self.whole(self.copy(operand, shape)), []
        place = {d: i for i, d in enumerate(d for d in range(len(shape)) if d not in unread)}
        view = View(operand.name, tuple(None if d is None else place[d] for d in operand.dims))
        extents, results = [shape[d] for d in place], [place[d] for d in kept]
        return self.loop(
            [view], extents, into, results, lambda inputs: ([line.format("%o", inputs[0], t=type, r="%r")], "%r")
        )

    def reshape(self, name: str, shape: Sequence[Size]) -> str:
        """By way of dimensions without those of extent 1, [4, 1, 6] to [4, 6], and
        of the coarsest shape that splits those of both, or of one dimension."""
        old, type = self.types[name]
        new = tuple(shape)
        if old == new:
            return name
        long, short = (tuple(size for size in s if size != 1) for s in (old, new))
        common = _common_refinement(long, short)
        if common is None:  # by way of one dimension
            if any(isinstance(size, str) for size in long + short):
                raise Unsupported("a view that tears dimensions apart")
            common = (math.prod(long),)
        for target in (long, common, short, new):
            source = self.shape_of(name)
            if source == target:
                continue
            expands = len(target) > len(source)
            groups = _groups_of(target, source) if expands else _groups_of(source, target)
            tail = ""
            if expands:
                known = iter(self.extents_of(target))
                sizes = (next(known) if isinstance(size, str) else str(size) for size in target)
                tail = f" output_shape [{', '.join(sizes)}]"
            line = (
                f"tensor.{'expand' if expands else 'collapse'}_shape {name} [{', '.join(map(str, groups))}]{tail} : "
                f"{self.type_of(name)} into {self.spell(target, type)}"
            )
            source, name = name, self.emit(lambda made: [f"  {made} = {line}"], target, type)
            self.reshaped[name] = source
        return name

    def unshaped(self, name: str) -> str:
        """What a tensor is but for its shape."""
        while name in self.reshaped:
            name = self.reshaped[name]
        return name

    def finish(self, arguments: Sequence[str], results: Sequence[str]) -> str:
        """The function of ``arguments`` that returns ``results``."""
        types = ", ".join(map(self.type_of, results))
        spelled = ", ".join(f"{name}: {self.type_of(name)}" for name in arguments)
        return "\n".join(
            [f"func.func @main({spelled}) -> ({types}) {{", *self.lines, f"  return {', '.join(results)} : {types}", "}"]
        )


def _common_refinement(one: Sequence[Size], other: Sequence[Size]) -> Optional[Tuple[Size, ...]]:
    """The coarsest shape that splits the dimensions of both: of [4, 6] and [8,
    3] [4, 2, 3]; none where a dimension of one ends within one of the other
    and does not divide it."""
    result, i, j = [], 0, 0
    one, other = [s for s in one if s != 1], [s for s in other if s != 1]
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            result.append(one[i])
            i, j = i + 1, j + 1
            continue
        if isinstance(one[i], str) or isinstance(other[j], str):
            return None
        size = min(one[i], other[j])
        if one[i] % size or other[j] % size:
            return None
        result.append(size)
        one[i], other[j] = one[i] // size, other[j] // size
        i, j = i + (one[i] == 1), j + (other[j] == 1)
    return tuple(result) if i == len(one) and j == len(other) else None


def _groups_of(long: Sequence[Size], short: Sequence[Size]) -> List[List[int]]:
    """Which dimensions of ``long`` make those of ``short``, none of which is 1."""
    groups, at = [], 0
    for number, size in enumerate(short):
        group, product = [], 1
        while at < len(long) and (product != size or (long[at] == 1 and number == len(short) - 1)):
            product = long[at] if isinstance(long[at], str) else product * long[at]
            group.append(at)
            at += 1
        groups.append(group)
    return groups
