# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A certificate: what it quotes, and what it has to state."""
import functools
import math
import re
from fractions import Fraction

from .backward import Gradient
from .errors import Malformed, Unstated
from .indices import Extent, Index, apply_map, parse_map
from .numbers import FORMATS, decimal, is_power_of_two, nearest, number_of, parse_number, rounds_to
from .program import Program
from .quoted import Block, Op, element_of, shape_of
from .statements import Definitions, smt
from .terms import Atom, Poly, fresh

KINDS = ("rmsnorm", "prmsnorm", "layernorm")


class Certificate:
    """The text of one file: what it quotes, what it plans, what it states."""

    def __init__(self, text):
        lines = text.splitlines()
        if not lines or lines[0] != "; norm certificate 1":
            raise Malformed("expected the first line to be '; norm certificate 1'")
        if lines[-1] != "; end":
            raise Malformed("expected the last line to be '; end': the file is not complete")
        self.quote = "\n".join(line[4:] for line in lines if line.startswith(";   "))
        self.plan, self.literals, self.results, self.open = {}, {}, [], None
        for line in lines:
            found = re.match(r"; (\w+) = (.*)", line)
            if found and found.group(1) == "literal":
                name, _, number = found.group(2).partition(" as ")
                self.literals[name] = parse_number(number)
            elif found and found.group(1) == "result":
                self.results.append(found.group(2))
            elif found:
                self.plan[found.group(1)] = found.group(2)
            elif line.startswith("; open: "):
                self.open = line[len("; open: "):]
        self.statements = [line for line in lines if line and not line.startswith(";")]

    def get(self, name):
        if name not in self.plan:
            raise Malformed(f"expected a line '; {name} = '")
        return self.plan[name]


class Claim:
    """The program of a certificate and the op, stated anew."""

    def __init__(self, certificate):
        Atom.table.clear()
        Atom.nonnegative.clear()
        Index.ranges.clear()
        self.certificate, self.statements = certificate, Definitions()
        self.program = Program(certificate.quote, certificate.literals, self.statements)
        self.check_literals()
        self.positions = []
        self.name_positions()
        self.root = self.place("root")
        self.row = [int(n) for n in re.findall(r"\d+", certificate.get("row"))]

    def check_literals(self):
        for name, claim in self.certificate.literals.items():
            op = self.program.definitions.get(name, (None,))[0]
            number = self.written(op)
            if number is None:
                raise Malformed(f"{name} is no literal of the quoted IR")
            value, type = number
            if type in ("f16", "bf16") and not is_power_of_two(value):
                self.statements.note("a literal of 16 bits may stand for another number")
            if claim[0] == "is" and claim[1].denominator > 1 and abs(claim[1].numerator) >= 10**6:
                self.statements.note("a literal stands for a number that is not known")
            # A double that was computed is off by two units in the last place.
            if not rounds_to(claim, value, type, 4 if type == "f64" else 1):
                raise Malformed(f"{name} does not stand for what the certificate takes it for")

    def written(self, op):
        """The value and the type of a literal, or of what one is rounded to."""
        if not isinstance(op, Op) or len(op.results) != 1:
            return None
        if op.name == "arith.truncf" and len(op.operands) == 1:
            number = self.written(self.program.definitions.get(op.operands[0], (None,))[0])
            type = element_of(op.types[0])
            return None if number is None or type not in FORMATS else (nearest(number[0], type), type)
        return number_of(op.attributes.get("value", "")) if op.name == "arith.constant" else None

    def parse_place(self, name, text=None):
        """VALUE at MAP times FACTOR."""
        found = re.fullmatch(r"(\S+) at (affine_map<.*>)(?: times (\S+))?", text or self.certificate.get(name))
        if not found or found.group(1) not in self.program.definitions:
            raise Malformed(f"expected {name} to be a value of the quoted IR at indices")
        return found.groups()

    def place(self, name, text=None, positions=None):
        """A value, its indices over the positions, and what it is taken times of."""
        value, indices, factor = self.parse_place(name, text)
        indices = apply_map(indices, self.positions if positions is None else positions)
        op, shape = self.body_of(value), shape_of(self.program.types[value])
        count = self.program.loops(op) if op else None if shape is None else len(shape)
        if len(indices) != count:
            raise Malformed(f"expected {name} to have {count} indices")
        return value, indices, Fraction(1) if factor is None else parse_number(factor)[1]

    def body_of(self, value):
        """The structured op in whose body a value is, else None."""
        op = self.program.definitions[value][0]
        block = op if isinstance(op, Block) else op.parent
        return block.op if block.op.name == "linalg.generic" else None

    def extent(self, value, dim):
        op = self.body_of(value)
        return self.program.loop_extent(op, dim) if op else self.program.extent(value, dim)

    def name_positions(self):
        """d0, d1, ..; a dimension of one position has index 0."""
        value, indices, _ = self.parse_place("root")
        for dim in range(len(parse_map(indices)[0])):
            size = self.extent(value, dim).static()
            Index.ranges[f"d{dim}"] = size
            self.positions.append(Index() if size == 1 else Index.variable(f"d{dim}"))

    def read(self, place):
        value, indices, factor = place
        op = self.body_of(value)
        poly = self.program.in_body(op, value, indices) if op else self.program.at(value, indices)
        return poly.scale(factor)

    def beside(self, name):
        text = self.certificate.plan.get(name)
        if text is None:
            return None
        return self.read(self.place(name)) if text.startswith("%") else Poly.number(parse_number(text)[1])

    def statistic_of_row(self, kind):
        """The mean and the statistic, from the definition of the op."""
        value, indices, factor = self.place("input")
        wanted = {f"d{i}" for i in self.row}
        dims = [d for d, index in enumerate(indices) if index.variables() & wanted]
        extents = [self.extent(value, d) for d in dims]
        if kind == "prmsnorm":
            slice_size = math.prod(e.number for e in extents[1:])
            length = parse_number(self.certificate.get("length"))[1]
            if any(e.symbols for e in extents[1:]) or (length / slice_size).denominator != 1 or not dims:
                raise Unstated("the first k elements of a row are no slice of it")
            extents[0] = Extent(int(length / slice_size))
        variables = [(fresh(e), e) for e in extents]
        element = list(indices)
        for dim, (name, _) in zip(dims, variables):
            element[dim] = Index.variable(name)
        x = self.read((value, element, factor))
        share = self.statements.reciprocal(functools.reduce(
            lambda a, b: a * b, (self.program.extent_term(e) for e in extents), Poly.one()))
        mean = Poly.number(0)
        if kind == "layernorm":
            mean = self.define("mean", x.sum(variables) * share)
        return mean, self.define("statistic", (x - mean).power(2).sum(variables) * share)

    def define(self, name, poly):
        return self.statements.define_always(f"op.{name}", poly)

    def epsilon(self):
        found = re.fullmatch(r"(\S+) (inside|outside), (\S+) of (\w+)", self.certificate.get("epsilon"))
        types = {"f32", "f64"} | {element_of(self.program.types[name]) for name in self.certificate.literals}
        if not found or found.group(4) not in types & FORMATS.keys():
            raise Malformed("expected '; epsilon = NUMBER inside, NUMBER of f32'")
        claim = parse_number(found.group(1))
        written = decimal(found.group(3))
        type = found.group(4)  # a number that was computed from rounded ones
        if claim[0] != "is" or not rounds_to(claim, nearest(written, type), type, 8 if type == "f64" else 3):
            raise Malformed("epsilon does not stand for what the certificate takes it for")
        return Poly.number(claim[1]), found.group(2) == "inside"

    def script(self):
        """The statements, then what must be satisfiable and what must not."""
        kind = self.certificate.get("kind")
        if kind == "centred":
            return self.close(self.centring(), [])
        if kind not in KINDS and kind not in [f"{norm}_backward" for norm in KINDS]:
            raise Malformed(f"expected the kind of a norm, got {kind[:40]!r}")
        gradient = None if kind in KINDS else Gradient(self)
        equal = gradient.equalities() if gradient else self.equalities(kind)
        facts = gradient.facts() if gradient else []
        return self.close(equal, ["(assert (>= |op.statistic| 0.0))", *facts])

    def close(self, equal, facts):
        """The statements, what is known beside them, and the claim."""
        claim = equal[0] if len(equal) == 1 else f"(and {' '.join(equal)})"
        logic = "QF_UFNRA" if any(t.startswith("(declare-fun") for t in self.statements.lines.values()) else "QF_NRA"
        return [f"(set-logic {logic})", *"\n".join(self.statements.lines.values()).splitlines(), *facts, "(check-sat)", f"(assert (not {claim}))", "(check-sat)"]

    def centring(self):
        """That the root is the input without the mean of its row, and adds up to 0."""
        place = self.place("input")
        value, indices, factor = place
        dims = [d for d, index in enumerate(indices) if index.variables() & {f"d{i}" for i in self.row}]
        if len(dims) != 1 or factor != 1 or list(map(str, indices)) != list(map(str, self.root[1])) or self.root[2] != 1:
            raise Malformed("expected one row of the input and of the root at the same indices")
        extent = self.extent(value, dims[0])
        name, share = fresh(extent), self.statements.reciprocal(self.program.extent_term(extent))
        row = list(indices)
        row[dims[0]] = Index.variable(name)
        mean = self.define("mean", self.read((value, row, factor)).sum([(name, extent)]) * share)
        total = self.read((self.root[0], row, Fraction(1))).sum([(name, extent)])
        root, centred = self.read(self.root), self.read(place) - mean
        return [f"(= {smt(self.define('root', root))} {smt(self.define('centred', centred))})",
                f"(= {smt(self.define('sum', total))} {smt(self.define('zero', Poly.number(0)))})"]

    def equalities(self, kind):
        """What is claimed of a norm, in SMT-LIB."""
        mean, statistic = self.statistic_of_row(kind)
        self.statements.expand(statistic).set_nonnegative()
        root = self.read(self.root)
        x, scale, bias = self.beside("input"), self.beside("scale"), self.beside("bias")
        gate, rest = self.beside("gate"), self.beside("rest")
        epsilon, inside = self.epsilon()
        if inside:
            rstd = self.statements.reciprocal(self.statements.root(statistic + epsilon))
        else:
            rstd = self.statements.reciprocal(self.statements.root(statistic) + epsilon)
        rstd = self.define("rstd", rstd)
        y = (x - mean) * rstd
        if scale is not None:
            y = y * (scale + Poly.number(parse_number(self.certificate.get("offset"))[1]))
        y = y + bias if bias is not None else y
        y = y * gate if gate is not None else y
        y = y + rest if rest is not None else y
        equal = [f"(= {smt(self.define('root', root))} {smt(self.define('y', y))})"]
        for number, text in enumerate(self.certificate.results):
            equal.append(self.result(number, text, {"mean": mean, "statistic": statistic, "rstd": rstd}))
        return equal

    def result(self, number, text, parts):
        """A tensor of the program that follows from a result of the op."""
        found = re.fullmatch(r"(.*>) is (\S+) \* (plain|reciprocal|root) (mean|statistic|rstd) \+ (\S+)", text)
        if not found:
            raise Malformed("expected '; result = VALUE at MAP is NUMBER * plain rstd + NUMBER'")
        part = parts[found.group(4)]
        if found.group(3) == "reciprocal":
            part = self.statements.reciprocal(part)
        elif found.group(3) == "root":
            part = self.statements.root(part)
        value = self.read(self.place("result", found.group(1)))
        factor, summand = self.program.claimed(parse_number(found.group(2))), parse_number(found.group(5))[1]
        other = self.define(f"result{number}", part * factor + Poly.number(summand))
        return f"(= {smt(self.define(f'use{number}', value))} {smt(other)})"
