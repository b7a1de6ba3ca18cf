# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the values of a quoted program are at indices."""
import ast

from .errors import Unstated
from .indices import Index, apply_map, parse_map
from .numbers import number_of
from .quoted import Block, Op, shape_of
from .scalars import Scalars
from .terms import Poly, element, fresh

class Program(Scalars):
    """Each op at an index is stated under the name of its result."""

    def __init__(self, text, literals, statements):
        super().__init__(text, statements)
        self.literals, self.known, self.slices = literals, {}, {}

    def at(self, value, indices):
        """A tensor at indices, or a scalar outside of all bodies."""
        key = value, tuple(indices)
        if key not in self.known:
            self.known[key] = self.compute(value, list(indices))
        return self.known[key]

    def compute(self, value, indices):
        op, number = self.definitions[value]
        leaf = element(value, indices)
        if isinstance(op, Block):
            return leaf
        if op.name == "arith.constant":
            return self.literal(op, leaf)
        if op.name == "linalg.generic":
            return self.result(op, number, value, indices)
        if op.name == "tensor.from_elements" and len(op.operands) == 1 or op.name == "tensor.splat":
            return self.at(op.operands[0], [])
        if op.name == "tensor.cast":
            return self.at(op.operands[0], indices) if shape_of(self.types[op.operands[0]]) is not None else leaf
        if op.name == "tensor.expand_shape":
            source = []
            for group in self.groups(op):
                index, outermost = Index(), True
                for dim in group:
                    extent = self.extent(value, dim).static()
                    if not outermost and extent is None:
                        raise Unstated("a reshape by a dynamic extent")
                    index = indices[dim] if outermost else index * extent + indices[dim]
                    outermost = outermost and extent == 1
                source.append(index)
            return self.at(op.operands[0], source)
        if op.name == "tensor.collapse_shape":
            source = [Index()] * len(shape_of(self.types[op.operands[0]]))
            for dim, group in enumerate(self.groups(op)):
                rest = indices[dim]
                for inner in reversed(group):
                    extent = self.extent(op.operands[0], inner).static()
                    if all(self.extent(op.operands[0], other).static() == 1 for other in group if other < inner):
                        source[inner] = rest if extent != 1 else Index()
                        break
                    if extent is None:
                        raise Unstated("a reshape by a dynamic extent")
                    source[inner], rest = rest % extent, rest // extent
            return self.at(op.operands[0], source)
        if op.name == "tensor.extract_slice":
            offsets, strides = self.mixed(op, "static_offsets", 1), self.mixed(op, "static_strides", 3)
            if any(n is None or n < 0 for n in offsets + strides):
                return leaf
            source = [Index((), offset) for offset in offsets]
            for index, dim in zip(indices, self.kept_dims(op)):
                source[dim] = source[dim] + index * strides[dim]
            return self.at(op.operands[0], source)
        elementwise = self.is_elementwise(op)
        if op.blocks or not elementwise and shape_of(self.types[value]) is not None:
            self.statements.note(op.name)
            return leaf
        operands = []
        for operand in op.operands:
            ranked = shape_of(self.types[operand]) is not None
            if elementwise or not ranked:
                operands.append(self.at(operand, indices if ranked else []))
        return self.scalar(op, value, indices, operands)

    def mixed(self, op, name, segment):
        """Numbers of a slice, of which some are operands; None where unknown."""
        segments = self.integers(op, "operandSegmentSizes")
        operands = iter(op.operands[sum(segments[:segment]):])
        return [self.constant_index(next(operands)) if n < -2**62 else n for n in self.integers(op, name)]

    def literal(self, op, leaf):
        number = number_of(op.attributes.get("value", ""))
        if number is None:
            return leaf
        claim = self.literals.get(op.results[0])
        return Poly.number(number[0]) if claim is None else self.claimed(claim)

    def claimed(self, claim):
        if claim[0] == "is":
            return Poly.number(claim[1])
        root = self.statements.root(Poly.number(claim[1]))
        if claim[0] == "root4":
            return self.statements.root(root)
        return self.statements.reciprocal(root) if claim[2] else root

    def result(self, op, number, value, indices):
        """A result of linalg.generic: its body at the loops, summed."""
        maps, first = self.maps(op), len(op.operands) - len(op.results)
        iterators, block = self.iterators(op), op.blocks[0]
        names, results = parse_map(maps[first + number])
        loops, variables = [None] * len(names), []
        for index, node in zip(indices, results):
            if isinstance(node, ast.Name) and loops[names.index(node.id)] is None:
                loops[names.index(node.id)] = index
            elif not isinstance(node, ast.Constant):
                return element(value, indices)
        for loop in range(len(names)):
            if loops[loop] is not None:
                continue
            extent = self.loop_extent(op, loop)
            if iterators[loop] == "reduction":
                variables.append((fresh(extent), extent))
                loops[loop] = Index.variable(variables[-1][0])
                self.extent_term(extent)
            elif extent.static() == 1:
                loops[loop] = Index()
            else:
                return element(value, indices)
        yielded = block.ops[-1].operands[number]
        if "reduction" not in iterators:
            return self.in_body(op, yielded, loops)
        accumulator, summands = block.arguments[first + number], []
        while yielded != accumulator:
            adds = self.definitions[yielded][0]
            if not isinstance(adds, Op) or adds.name != "arith.addf" or adds.parent is not block:
                return self.opaque_reduction(op, value, indices)
            sides = [accumulator in self.slice(op, o) for o in adds.operands]
            if sides[0] == sides[1]:
                return self.opaque_reduction(op, value, indices)
            yielded = adds.operands[0 if sides[0] else 1]
            summands.append(adds.operands[1 if sides[0] else 0])
        total = self.at(op.operands[first + number], indices)
        for summand in summands:
            total = total + self.in_body(op, summand, loops).sum(variables)
        return self.statements.define(element(value, indices), total)

    def opaque_reduction(self, op, value, indices):
        self.statements.note("a reduction that is no sum")
        return element(value, indices)

    def slice(self, op, value):
        """What a value of a body is computed from, in that body."""
        key = id(op), value
        if key not in self.slices:
            found, todo = set(), [value]
            while todo:
                name = todo.pop()
                if name in found:
                    continue
                found.add(name)
                definition = self.definitions[name][0]
                if isinstance(definition, Op) and definition.parent is op.blocks[0]:
                    todo += definition.operands
            self.slices[key] = found
        return self.slices[key]

    def in_body(self, op, value, loops):
        """A scalar of a body at a point of its loops, op by op."""
        block, needed = op.blocks[0], self.slice(op, value)
        values, maps = {}, self.maps(op)
        reduces = "reduction" in self.iterators(op)
        for i, argument in enumerate(block.arguments):
            if argument not in needed:
                continue
            if reduces and i >= len(op.operands) - len(op.results):
                raise Unstated("an accumulator is used for more than a sum")
            ranked = shape_of(self.types[op.operands[i]]) is not None
            values[argument] = self.at(op.operands[i], apply_map(maps[i], loops) if ranked else [])
        for nested in block.ops:
            for result in nested.results:
                if result not in needed:
                    continue
                key = result, tuple(loops)
                if key not in self.known:
                    operands = [values[o] if o in values else self.at(o, [])
                                for o in nested.operands if shape_of(self.types[o]) is None]
                    self.known[key] = element(result, loops) if nested.blocks else \
                        self.scalar(nested, result, loops, operands)
                values[result] = self.known[key]
        return values[value] if value in values else self.at(value, [])
