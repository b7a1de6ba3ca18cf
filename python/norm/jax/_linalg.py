# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Groups of HLO instructions as functions of linalg.

Fusions and calls are read as what they compute. Each instruction is one op in
its own type, so that the program rounds where XLA's does; broadcasts and
transposes are ways to read a tensor:

    %b = f32[4,64] broadcast(f32[4] %r), dimensions={0}
    %y = f32[4,64] multiply(%x, %b)

is a linalg.generic with maps (a, b) -> (a, b) and (a, b) -> (a), and one
arith.mulf.
"""

from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from .._linalg import Builder, Lines, Number, Operand, Unsupported, View, conversion
from ._hlo import Computation, Instruction, Module, Shape
from ._variance import Variances

# ----------------------------------------------------------------------------
# Element by element
# ----------------------------------------------------------------------------

_FLOATS: Dict[str, Lines] = {
    "add": ["{r} = arith.addf {0}, {1} : {t}"],
    "subtract": ["{r} = arith.subf {0}, {1} : {t}"],
    "multiply": ["{r} = arith.mulf {0}, {1} : {t}"],
    "divide": ["{r} = arith.divf {0}, {1} : {t}"],
    "maximum": ["{r} = arith.maximumf {0}, {1} : {t}"],
    "minimum": ["{r} = arith.minimumf {0}, {1} : {t}"],
    "power": ["{r} = math.powf {0}, {1} : {t}"],
    "negate": ["{r} = arith.negf {0} : {t}"],
    "abs": ["{r} = math.absf {0} : {t}"],
    "rsqrt": ["{r} = math.rsqrt {0} : {t}"],
    "sqrt": ["{r} = math.sqrt {0} : {t}"],
    "exponential": ["{r} = math.exp {0} : {t}"],
    "exponential-minus-one": ["{r} = math.expm1 {0} : {t}"],
    "log": ["{r} = math.log {0} : {t}"],
    "log-plus-one": ["{r} = math.log1p {0} : {t}"],
    "tanh": ["{r} = math.tanh {0} : {t}"],
    "erf": ["{r} = math.erf {0} : {t}"],
    "sine": ["{r} = math.sin {0} : {t}"],
    "cosine": ["{r} = math.cos {0} : {t}"],
    "floor": ["{r} = math.floor {0} : {t}"],
    "ceil": ["{r} = math.ceil {0} : {t}"],
    "clamp": ["%u = arith.maximumf {0}, {1} : {t}", "{r} = arith.minimumf %u, {2} : {t}"],
    "logistic": [
        "%z = arith.constant 1.0 : {t}",
        "%u = arith.negf {0} : {t}",
        "%v = math.exp %u : {t}",
        "%w = arith.addf %v, %z : {t}",
        "{r} = arith.divf %z, %w : {t}",
    ],
}
_INTEGERS: Dict[str, Lines] = {
    "add": ["{r} = arith.addi {0}, {1} : {t}"],
    "subtract": ["{r} = arith.subi {0}, {1} : {t}"],
    "multiply": ["{r} = arith.muli {0}, {1} : {t}"],
    "maximum": ["{r} = arith.maxsi {0}, {1} : {t}"],
    "minimum": ["{r} = arith.minsi {0}, {1} : {t}"],
    "and": ["{r} = arith.andi {0}, {1} : {t}"],
    "or": ["{r} = arith.ori {0}, {1} : {t}"],
}
_BITS: Dict[str, Lines] = {
    "and": _INTEGERS["and"],
    "or": _INTEGERS["or"],
    "not": ["%z = arith.constant true", "{r} = arith.xori {0}, %z : i1"],
}
_PREDICATES = {
    "EQ": ("oeq", "eq"), "NE": ("une", "ne"), "LT": ("olt", "slt"),
    "LE": ("ole", "sle"), "GT": ("ogt", "sgt"), "GE": ("oge", "sge"),
}  # fmt: skip
_REDUCTIONS = ("add", "maximum", "minimum", "multiply")
_OTHERS = {
    "parameter", "constant", "broadcast", "transpose", "reshape", "bitcast", "copy", "convert", "compare",
    "select", "reduce", "iota", "slice", "dynamic-slice", "tuple", "get-tuple-element", "fusion", "call",
}  # fmt: skip


def _bodies(type: str) -> Dict[str, Lines]:
    return _BITS if type == "i1" else _INTEGERS if type.startswith("i") else _FLOATS


def _reduction_of(module: Module, instruction: Instruction) -> Optional[str]:
    """The opcode that a reduction applies to the value so far and the next; 16
    bits may be widened for it and narrowed after."""
    if len(instruction.operands) != 2 or len(instruction.called) != 1:
        return None
    computation = module.computations[instruction.called[0]]
    by_id, one = computation.by_id, computation.root
    while one.opcode == "convert":
        one = by_id[one.operands[0]]
    leaves = []
    for operand in one.operands:
        while by_id[operand].opcode == "convert":
            operand = by_id[operand].operands[0]
        leaves.append(by_id[operand])
    is_plain = all(leaf.opcode == "parameter" for leaf in leaves) and len({leaf.id for leaf in leaves}) == 2
    return one.opcode if is_plain and one.opcode in _REDUCTIONS else None


def _is_copy(computation: Computation) -> bool:
    """Whether nothing is computed: XLA keeps arrays apart by such copies."""
    one = computation.root
    while one.opcode in ("copy", "bitcast", "reshape"):
        one = computation.by_id[one.operands[0]]
    return one.opcode == "parameter"


def is_supported(module: Module, computation: Computation, instruction: Instruction) -> bool:
    """Whether the instruction, all that it calls included, is translated."""
    opcode, shape = instruction.opcode, instruction.shape
    if instruction.before:
        return False
    shapes = [shape] if shape.parts is None else shape.parts
    if not all(s.is_dense and s.count for s in shapes):
        return False
    if opcode in ("fusion", "call"):
        if len(instruction.called) != 1:
            return False
        inner = module.computations[instruction.called[0]]
        return not _is_copy(inner) and all(is_supported(module, inner, i) for i in inner.instructions)
    if opcode in _OTHERS:
        if opcode == "constant":
            return instruction.scalar() is not None
        if opcode == "reduce":
            return _reduction_of(module, instruction) is not None and shape.type[0] != "i"
        if opcode == "slice":
            return all(m.number(3) == 1 for m in instruction.message.messages(17))
        if opcode == "tuple":
            return instruction.id == computation.root_id
        if opcode == "compare":
            by_id = computation.by_id
            return by_id[instruction.operands[0]].shape.type is not None
        return True
    return shape.parts is None and opcode in _bodies(shape.type)


# ----------------------------------------------------------------------------
# One group
# ----------------------------------------------------------------------------

class Outside(NamedTuple):
    """A value from outside that was not read yet: in what shape, its reader says."""

    source: Instruction
    shape: Shape


Value = Union[Operand, Outside, List[Operand]]


class Translator:
    def __init__(self, module: Module, strict: bool) -> None:
        self.module, self.builder, self.strict = module, Builder(), strict
        self.variances = Variances()
        self.sources: Dict[str, Instruction] = {}  # of the arguments

    def argument(self, source: Instruction, shape: Sequence[int]) -> View:
        """A value from outside, dense and row-major, in any shape of its size. Of
        several, the first is the argument's."""
        name = next((n for n, s in self.sources.items() if s is source), "")
        if not name:
            name = self.builder.argument(f"%a{len(self.sources)}", shape, source.shape.type)
            self.sources[name] = source
        return self.builder.whole(self.builder.reshape(name, shape))

    def view(self, value: Value, instruction: Instruction) -> View:
        """A tensor, made of a number if need be."""
        if isinstance(value, Number):
            shape, type = instruction.shape.dims, instruction.shape.type
            return self.builder.whole(self.builder.fill(value.value, shape, type))
        return value

    def compute(self, computation: Computation, values: Dict[int, Value]) -> Value:
        """The root of a computation whose parameters are in ``values``."""
        for instruction in computation.sorted():
            if instruction.id not in values:
                values[instruction.id] = self.visit(computation, instruction, values)
        return values[computation.root_id]

    def visit(self, computation: Computation, instruction: Instruction, values: Dict[int, Value]) -> Value:
        operands = [self.read(values[o], instruction) for o in instruction.operands]
        opcode, message = instruction.opcode, instruction.message
        if opcode in ("fusion", "call"):
            inner = self.module.computations[instruction.called[0]]
            parameters = [i for i in inner.instructions if i.opcode == "parameter"]
            return self.compute(inner, {p.id: operands[p.message.number(9)] for p in parameters})
        if opcode == "tuple":
            by_id = computation.by_id
            return [self.view(v, by_id[o]) for v, o in zip(operands, instruction.operands)]
        if opcode == "get-tuple-element":
            return operands[0][message.number(13)]
        if opcode == "constant":
            return Number(instruction.scalar())
        if opcode == "copy":
            return operands[0]
        if opcode == "broadcast":
            return self.reread(operands[0], message.numbers(14))
        if opcode == "transpose":
            order = message.numbers(14)
            return self.reread(operands[0], [order.index(d) for d in range(len(order))])
        if opcode == "iota":
            return self.iota(instruction)
        by_id = computation.by_id
        sources = [by_id[o] for o in instruction.operands]
        if opcode in ("reshape", "bitcast"):
            return self.reshape(operands[0], sources[0], instruction)
        if opcode == "reduce":
            return self.reduce(operands, sources, instruction)
        if opcode in ("slice", "dynamic-slice"):
            return self.slice(operands, sources, instruction)
        return self.elementwise(operands, sources, instruction)

    def read(self, value: Value, reader: Instruction) -> Value:
        """A value from outside in the shape that its reader wants; what only hands
        it on reads nothing."""
        if not isinstance(value, Outside) or reader.opcode in ("fusion", "call", "copy"):
            return value
        is_view = reader.opcode in ("reshape", "bitcast") and reader.shape.type == value.source.shape.type
        if is_view and value.shape.is_plain and reader.shape.is_plain:
            return self.argument(value.source, reader.shape.dims)
        stored = self.argument(value.source, value.shape.stored)
        return self.reread(stored, value.shape.order)

    def tensor(self, value: Value, instruction: Instruction) -> str:
        if isinstance(value, Outside):
            return self.argument(value.source, instruction.shape.stored).name
        return self.builder.copy(self.stored(self.view(value, instruction), instruction.shape), instruction.shape.stored)

    def stored(self, value: View, shape: Shape) -> View:
        """A value in the order of memory."""
        return self.reread(value, [shape.order.index(d) for d in range(len(shape.dims))])

    def iota(self, instruction: Instruction) -> Operand:
        shape, type = instruction.shape.dims, instruction.shape.type
        lines = [f"%x = linalg.index {instruction.message.numbers(14)[0]} : index"]
        if type[0] == "i":
            lines.append(f"%r = arith.index_cast %x : index to {type}")
        else:
            lines += ["%n = arith.index_cast %x : index to i32", f"%r = arith.sitofp %n : i32 to {type}"]
        return self.builder.whole(self.builder.elementwise([], shape, type, lambda _: (lines, "%r")))

    @staticmethod
    def reread(value: Operand, dims: Sequence[int]) -> Operand:
        """Dimension i of the value is dimension ``dims[i]`` of the result."""
        if isinstance(value, Number):
            return value
        return View(value.name, tuple(None if d is None else dims[d] for d in value.dims))

    def reshape(self, value: Operand, source: Instruction, instruction: Instruction) -> Operand:
        if isinstance(value, Number):
            return value
        old, new = source.shape.dims, instruction.shape.dims
        if value == self.builder.whole(value.name) and self.builder.shape_of(value.name) == new:
            if source.shape.is_plain and instruction.shape.is_plain:
                return value  # read in this shape
        if source.shape.type != instruction.shape.type:
            raise Unsupported("a bitcast to another type")
        if instruction.opcode == "bitcast":  # of the memory
            stored = self.stored(value, source.shape)
            made = self.reshaped(stored, source.shape.stored, instruction.shape.stored)
            return self.reread(made, instruction.shape.order)
        return self.reshaped(value, old, new)

    def reshaped(self, value: View, old: Sequence[int], new: Sequence[int]) -> View:
        before, after = ([d for d, size in enumerate(s) if size != 1] for s in (old, new))
        if [old[d] for d in before] == [new[d] for d in after]:
            places: List[Optional[int]] = [None] * len(old)
            for one, other in zip(before, after):
                places[one] = other
            return View(value.name, tuple(None if d is None else places[d] for d in value.dims))
        return self.builder.whole(self.builder.reshape(self.builder.copy(value, old), new))

    def reduce(self, operands, sources, instruction: Instruction) -> Operand:
        first = operands[1]
        if not isinstance(first, Number):
            raise Unsupported("a reduction from a value that is not known")
        opcode = _reduction_of(self.module, instruction)
        shape, dims = sources[0].shape.dims, instruction.message.numbers(14)
        view = self.view(operands[0], sources[0])
        result = self.builder.whole(self.builder.reduce(_FLOATS[opcode][0], first.value, view, shape, dims))
        if (opcode, first.value) == ("add", 0.0):
            self.variances.note(result, "sum", [view], dims)
        return result

    def slice(self, operands, sources, instruction: Instruction) -> Operand:
        builder, value = self.builder, operands[0]
        if isinstance(value, Number):
            return value
        old, new = sources[0].shape.dims, instruction.shape.dims
        if instruction.opcode == "slice":
            starts = [str(m.number(1)) for m in instruction.message.messages(17)]
        else:
            starts = [self.start(v, s, size, part) for v, s, size, part in zip(operands[1:], sources[1:], old, new)]
        whole = builder.copy(value, old)
        sizes, ones = ", ".join(map(str, new)), ", ".join("1" for _ in new)
        type = instruction.shape.type
        line = (
            f"tensor.extract_slice {whole}[{', '.join(starts)}] [{sizes}] [{ones}] : "
            f"{builder.type_of(whole)} to {builder.spell(new, type)}"
        )
        return builder.whole(builder.emit(lambda name: [f"  {name} = {line}"], new, type))

    def start(self, value: Operand, source: Instruction, size: int, part: int) -> str:
        """Where a dynamic slice begins: XLA moves it into the array."""
        if isinstance(value, Number):
            return str(min(max(int(value.value), 0), size - part))
        builder, type = self.builder, source.shape.type
        number, index, zero, most, low, high = (builder.fresh() for _ in range(6))
        builder.lines += [
            f"  {number} = tensor.extract {builder.copy(value, ())}[] : tensor<{type}>",
            f"  {index} = arith.index_cast {number} : {type} to index",
            f"  {zero} = arith.constant 0 : index",
            f"  {most} = arith.constant {size - part} : index",
            f"  {low} = arith.maxsi {index}, {zero} : index",
            f"  {high} = arith.minsi {low}, {most} : index",
        ]
        return high

    def elementwise(self, operands, sources, instruction: Instruction) -> Operand:
        builder, opcode = self.builder, instruction.opcode
        shape, type = instruction.shape.dims, instruction.shape.type
        if opcode == "convert":
            if isinstance(operands[0], Number):
                return self.convert_number(operands[0], sources[0].shape.type, type)
            return builder.convert(operands[0], shape, type)
        if opcode == "select":
            if isinstance(operands[0], Number):
                return operands[1 if operands[0].value else 2]
            views = [self.view(o, s) for o, s in zip(operands, sources)]
            views = [v._replace(dims=()) if s.shape.dims == () else v for v, s in zip(views, sources)]
            line = f"%r = arith.select %i0, %i1, %i2 : {type}"
            return builder.whole(builder.elementwise(views, shape, type, lambda _: ([line], "%r")))
        if opcode == "compare":
            source = sources[0].shape.type
            kinds = _PREDICATES[instruction.message.text(63)]
            known = None if self.strict or kinds[0] != "oeq" else self.variances.compare(*operands)
            if known is not None:
                return Number(known)
            if source == "i1":
                raise Unsupported("a comparison of bits")
            op = f"cmpf {kinds[0]}" if source[0] != "i" else f"cmpi {kinds[1]}"
            return builder.whole(
                builder.pointwise([f"{{r}} = arith.{op}, {{0}}, {{1}} : {{t}}"], operands, shape, source, "i1")
            )
        lines = _bodies(type)[opcode]
        if opcode == "power" and isinstance(operands[1], Number):
            lines = _POWERS.get(operands[1].value, lines)
        if opcode in ("multiply", "divide") and operands[1] == Number(1.0):
            return operands[0]
        result = builder.whole(builder.pointwise(lines, operands, shape, type))
        self.variances.note(result, opcode, operands)
        return result

    @staticmethod
    def convert_number(number: Number, source: str, target: str) -> Number:
        conversion(source, target, "", "")  # raises where it is not known
        return Number(float(number.value) if target[0] != "i" else int(number.value))


_POWERS: Dict[float, Lines] = {
    2.0: ["{r} = arith.mulf {0}, {0} : {t}"],
    3.0: ["%u = arith.mulf {0}, {0} : {t}", "{r} = arith.mulf %u, {0} : {t}"],
    0.5: ["{r} = math.sqrt {0} : {t}"],
    -0.5: ["{r} = math.rsqrt {0} : {t}"],
}


class Program(NamedTuple):
    """A group as a function of ``inputs``, whose results are ``outputs``, by their
    places: output i of the group is, but for its shape, result ``outputs[i]``,
    or an input. Line ``n`` of the text, the first being 1, is there for
    ``origins[n]``."""

    text: str
    inputs: List[Instruction]
    outputs: List[Union[int, Instruction]]
    origins: Dict[int, Instruction]

    @property
    def result_count(self) -> int:
        return len({o for o in self.outputs if isinstance(o, int)})


def translate(
    module: Module,
    computation: Computation,
    group: Sequence[Instruction],
    inputs: Sequence[Instruction],
    outputs: Sequence[Instruction],
    strict: bool,
) -> Program:
    """The function of ``inputs`` that computes ``outputs`` by ``group``, which is
    in the order of uses; its instructions are at the top of ``computation``.
    Raises Unsupported."""
    translator = Translator(module, strict)
    builder, values, origins = translator.builder, {}, {}
    for instruction in inputs:
        values[instruction.id] = Outside(computation.unshaped(instruction), instruction.shape)
    for instruction in group:
        first = len(builder.lines)
        values[instruction.id] = translator.visit(computation, instruction, values)
        origins.update({n + 2: instruction for n in range(first, len(builder.lines))})
    results: List[str] = []
    places: List[Union[int, Instruction]] = []
    for output in outputs:
        name = builder.unshaped(translator.tensor(values[output.id], output))
        if name in translator.sources:
            places.append(translator.sources[name])
            continue
        if name not in results:
            results.append(name)
        places.append(results.index(name))
    if not results:
        raise Unsupported("a group that computes nothing")
    arguments, sources = list(translator.sources), list(translator.sources.values())
    return Program(builder.finish(arguments, results), sources, places, origins)
