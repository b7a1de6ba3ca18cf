# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Extents of a quoted program.

A dynamic extent is followed to where it comes from: dim(%arg0, 1). A loop has
one extent, so that the dimensions it runs along have the same; so have the
tensors that an op takes element by element."""
import ast
import re

from .errors import Malformed, Unstated
from .indices import Extent, parse_map
from .integers import integer_meaning, is_integer
from .numbers import number_of
from .quoted import Block, Op, Parser, shape_of
from .terms import Poly, element, extent_poly

class Quoted:
    """A quoted function: its ops, their attributes, and its extents."""

    def __init__(self, text, statements):
        self.parser = Parser(text)
        self.function = self.parser.op()
        self.definitions, self.types = self.parser.definitions, self.parser.types
        self.statements = statements
        self.classes, self.wholes = {}, {}
        if len(self.function.blocks) != 1:
            raise Malformed("expected one function in the quoted IR")
        for op in self.function.blocks[0].ops:
            self.join_extents(op)

    def integers(self, op, name):
        text = op.attributes.get(name, "")
        if not text.startswith("array<"):
            raise Malformed(f"expected {name} of {op.name}")
        return [int(n) for n in re.findall(r"-?\d+", text.partition(":")[2])]

    def groups(self, op):
        groups = re.findall(r"\[([\d, ]*)\]", op.attributes.get("reassociation", "")[1:-1])
        return [[int(n) for n in re.findall(r"\d+", group)] for group in groups]

    def maps(self, op):
        return re.findall(r"affine_map<.*?\) -> \(.*?\)>", op.attributes.get("indexing_maps", ""))

    def iterators(self, op):
        return re.findall(r"iterator_type<(\w+)>", op.attributes.get("iterator_types", ""))

    def loops(self, op):
        return len(self.iterators(op))

    def readers(self, op, loop):
        """Operands and their dimensions that are read at a loop itself."""
        found = []
        for i, text in enumerate(self.maps(op)):
            names, results = parse_map(text)
            for dim, node in enumerate(results):
                if isinstance(node, ast.Name) and node.id == names[loop] and \
                        shape_of(self.types[op.operands[i]]) is not None:
                    found.append((i, dim))
        return found

    def loop_extent(self, op, loop):
        found = self.readers(op, loop)
        if not found:
            raise Unstated("the extent of a loop is not known")
        return self.extent(op.operands[found[0][0]], found[0][1])

    def kept_dims(self, op):
        """The dimensions of the source that a slice does not drop."""
        sizes, shape = self.integers(op, "static_sizes"), shape_of(op.types[0])
        kept, at = [], len(shape) - 1
        for dim in reversed(range(len(sizes))):
            if at >= 0 and (sizes[dim] != 1 or shape[at] == 1):
                kept.insert(0, dim)
                at -= 1
        return kept

    def is_elementwise(self, op):
        return not op.blocks and len(op.results) == 1 and op.name.split(".")[0] in ("arith", "math") and \
            op.name != "arith.constant"

    def join_extents(self, op):
        """A loop has one extent, and so have tensors that are taken element by
        element."""
        if op.name == "linalg.generic":
            for loop in range(self.loops(op)):
                self.join([(op.operands[i], dim) for i, dim in self.readers(op, loop)])
        elif self.is_elementwise(op) and shape_of(op.types[0]) is not None:
            ranked = [o for o in op.operands if shape_of(self.types[o]) is not None]
            for dim in range(len(shape_of(op.types[0]))):
                self.join([(o, dim) for o in ranked])

    def join(self, dims):
        """All of them have one extent."""
        found = [self.extent(value, dim) for value, dim in dims]
        for extent in found[1:]:
            first, other = self.resolved(found[0]), self.resolved(extent)
            if first == other:
                continue
            for a, b in ((first, other), (other, first)):
                if a.number == 1 and len(a.symbols) == 1 and a.symbols[0] not in b.symbols and \
                        (not (b.number == 1 and len(b.symbols) == 1) or a.symbols > b.symbols):
                    self.classes[a.symbols[0]] = b
                    break

    def resolved(self, extent):
        result = Extent(extent.number)
        for name in extent.symbols:
            result = result * (self.resolved(self.classes[name]) if name in self.classes else Extent(1, [name]))
        return result

    def extent(self, value, dim):
        return self.resolved(self.trace(value, dim))

    def trace(self, value, dim):
        while True:
            shape = shape_of(self.types[value])
            if shape is None:
                raise Malformed(f"{value} is no ranked tensor")
            if dim >= len(shape):
                raise Malformed(f"{value} has no dimension {dim}")
            if shape[dim] is not None:
                return Extent(shape[dim])
            unknown = Extent(1, [f"dim({value}, {dim})"])
            op, number = self.definitions[value]
            if isinstance(op, Block):
                return unknown
            dynamic = sum(d is None for d in shape[:dim])
            if op.name == "linalg.generic":
                value = op.operands[len(op.operands) - len(op.results) + number]
            elif op.name == "tensor.empty":
                return self.size(op.operands[dynamic])
            elif op.name == "tensor.expand_shape":
                return self.size(op.operands[1 + dynamic])
            elif op.name == "tensor.collapse_shape":
                extent = Extent(1)
                for source in self.groups(op)[dim]:
                    extent = extent * self.trace(op.operands[0], source)
                return extent
            elif op.name == "tensor.extract_slice":
                position = self.kept_dims(op)[dim]
                sizes = self.integers(op, "static_sizes")
                segments = self.integers(op, "operandSegmentSizes")
                before = sum(s < 0 for s in sizes[:position])
                return self.size(op.operands[1 + segments[1] + before])
            elif op.name == "tensor.cast" or self.is_elementwise(op):
                value = next((o for o in op.operands if shape_of(self.types[o]) is not None), None)
                if value is None:
                    return unknown
            else:
                return unknown

    def size(self, value):
        """The extent that a scalar stands for: a number times names."""
        whole = self.whole(value)
        number = whole.constant()
        if number is not None and number >= 0:
            return Extent(int(number))
        if len(whole.terms) == 1:
            (monomial, c), = whole.terms.items()
            if c.denominator == 1 and c > 0:
                return Extent(int(c), [name for name, power in monomial for _ in range(power)])
        self.statements.note("an extent that is a sum")
        return Extent(1, [value])

    def whole(self, value):
        """An integer outside of all bodies, in extents that are not yet known to
        be equal, and stated nowhere."""
        if value not in self.wholes:
            op, result = self.definitions[value][0], None
            if isinstance(op, Op) and op.name == "arith.constant":
                number = number_of(op.attributes.get("value", ""))
                result = Poly.number(number[0]) if number else None
            elif isinstance(op, Op) and op.name == "tensor.dim":
                dim = self.constant_index(op.operands[1])
                if dim is not None and shape_of(self.types[op.operands[0]]) is not None:
                    result = extent_poly(self.trace(op.operands[0], dim))
            elif isinstance(op, Op) and op.operands and all(is_integer(self.types[o]) for o in op.operands):
                result = integer_meaning(op, [self.whole(o) for o in op.operands], self.types)
            self.wholes[value] = element(value, []) if result is None else result
        return self.wholes[value]

    def constant_index(self, value):
        number = self.whole(value).constant()
        return int(number) if number is not None and number.denominator == 1 else None

    def extent_term(self, extent):
        for name in extent.symbols:
            self.statements.define_text(name, "", "declare", f"(>= |{name}| 0.0)")
        return extent_poly(extent)
