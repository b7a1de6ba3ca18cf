# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The meaning of one op over the reals.

A truth is 1 or 0. Comparisons of indices are exact, those of numbers are cases,
and nothing is NaN. An op that is not listed is a function of its operands and
attributes of which nothing is stated."""
import re

from .extents import Quoted
from .indices import apply_map
from .integers import integer_meaning, is_integer, of_index, to_index
from .numbers import is_infinite
from .quoted import Op, element_of, shape_of
from .terms import Atom, Poly, apply, below, element, is_atom

SAME = {"arith.extf", "arith.truncf", "arith.uitofp", "tensor.cast"}
PREDICATES = ["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"]
CMPF = ["false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord",
        "ueq", "ugt", "uge", "ult", "ule", "une", "uno", "true"]

class Scalars(Quoted):
    """What ops make of their operands; `at` reads a tensor, `literals` says what
    literals stand for."""

    def scalar(self, op, value, loops, operands):
        """One op on numbers, defined under the name of its result."""
        poly = self.meaning(op, value, loops, operands)
        # Integers have no names, so that an index stays one.
        if op.name in ("arith.constant", "arith.sitofp", "arith.uitofp") or \
                is_integer(element_of(self.types[value])):
            return poly
        self.note_sign(op, operands, poly)
        return self.statements.define(element(value, loops), poly)

    def meaning(self, op, value, loops, operands):
        name, statements = op.name, self.statements
        short = name.partition(".")[2]
        integer = integer_meaning(op, operands, self.types)
        if integer is not None:
            return integer
        if name == "arith.constant":
            return self.literal(op, element(value, loops))
        if name == "linalg.index":
            return of_index(loops[int(re.match(r"\d+", op.attributes.get("dim", "")).group())])
        if name == "affine.apply":
            indices = [to_index(o) for o in operands]
            if all(i is not None for i in indices):
                return of_index(apply_map(op.attributes["map"], indices)[0])
        if name == "tensor.dim":
            dim = self.constant_index(op.operands[1])
            if dim is None or shape_of(self.types[op.operands[0]]) is None:
                return element(value, loops)
            return self.extent_term(self.extent(op.operands[0], dim))
        if name == "tensor.extract":
            indices = [to_index(o) for o in operands]
            return self.at(op.operands[0], indices) if all(i is not None for i in indices) else element(value, loops)
        if name == "arith.truncf" and value in self.literals:
            return self.claimed(self.literals[value])
        if name in SAME:
            return operands[0]
        if name == "arith.sitofp":
            is_bool = element_of(self.types[op.operands[0]]) == "i1"
            return operands[0].scale(-1) if is_bool else operands[0]
        if name == "arith.addf":
            return operands[0] + operands[1]
        if name == "arith.subf":
            return operands[0] - operands[1]
        if name in ("arith.mulf", "arith.andi") and (short != "andi" or self.is_bool(op)):
            return operands[0] * operands[1]
        if name == "arith.divf":
            return operands[0] * statements.reciprocal(operands[1])
        if name == "arith.negf":
            return operands[0].scale(-1)
        if name == "math.fma":
            return operands[0] * operands[1] + operands[2]
        if name == "math.sqrt":
            return statements.root(operands[0])
        if name == "math.rsqrt":
            return statements.reciprocal(statements.root(operands[0]))
        if name in ("math.powf", "math.fpowi", "math.ipowi"):
            return self.power(op, operands)
        if name == "math.absf":
            if self.is_nonnegative(operands[0]):
                return operands[0]
            if operands[0].variables():
                statements.note("abs")
                return operands[0] if str(operands[0]).startswith("abs(") and is_atom(operands[0]) else \
                    apply("abs", operands[:1])
            return statements.choice("abs", operands[:1], "(ite (>= {0} 0.0) {0} (- {0}))")
        clamped = self.clamped(op, operands)
        if clamped is not None:
            return clamped
        if name in ("arith.maximumf", "arith.maxnumf"):
            return statements.choice("max", operands, "(ite (>= {0} {1}) {0} {1})")
        if name in ("arith.minimumf", "arith.minnumf"):
            return statements.choice("min", operands, "(ite (<= {0} {1}) {0} {1})")
        if name == "arith.ori" and self.is_bool(op):
            return operands[0] + operands[1] - operands[0] * operands[1]
        if name == "arith.xori" and self.is_bool(op):
            return operands[0] + operands[1] - (operands[0] * operands[1]).scale(2)
        if name == "arith.select":
            return self.select(operands)
        if name == "arith.cmpi":
            return self.compare_integers(op, operands)
        if name == "arith.cmpf":
            return self.compare(CMPF[int(re.match(r"\d+", op.attributes["predicate"]).group()) % 16], operands)
        attributes = ", ".join(f"{k} = {v}" for k, v in sorted(op.attributes.items()) if k != "fastmath")
        return statements.function(name + (f" {{{attributes}}}" if attributes else ""), operands)

    def is_nonnegative(self, poly):
        return poly.is_nonnegative() or self.statements.expand(poly).is_nonnegative()

    def clamped(self, op, operands):
        """max(a, c) = a where a >= 0 >= c or c is -inf, and min(a, c) likewise."""
        sign = {"arith.maximumf": 1, "arith.maxnumf": 1, "arith.minimumf": -1, "arith.minnumf": -1}.get(op.name)
        if sign is None:
            return None
        for own, other in ((0, 1), (1, 0)):
            bound = self.definitions[op.operands[other]][0]
            if isinstance(bound, Op) and bound.name == "arith.constant" and \
                    is_infinite(bound.attributes.get("value", ""), -sign):
                return operands[own]
            number = operands[other].constant()
            if number is not None and number * sign <= 0 and self.is_nonnegative(operands[own].scale(sign)):
                return operands[own]
        return None

    def note_sign(self, op, operands, poly):
        """Notes that a number is not negative where that follows from the
        operands: (x + y)^2 multiplied out no longer says so."""
        signs = [self.is_nonnegative(o) for o in operands]
        exponent = operands[1].constant() if op.name in ("math.powf", "math.fpowi", "math.ipowi") else None
        even = exponent is not None and exponent.denominator == 1 and exponent % 2 == 0
        square = op.name == "arith.mulf" and str(operands[0]) == str(operands[1])
        large = op.name in ("arith.maximumf", "arith.maxnumf") and any(signs)
        kept = op.name in ("arith.addf", "arith.mulf", "arith.divf", "arith.minimumf", "arith.minnumf", "math.fma")
        if even or square or large or op.name == "math.absf" or kept and all(signs):
            poly.set_nonnegative()

    def is_bool(self, op):
        return element_of(op.types[0]) == "i1"

    def power(self, op, operands):
        twice = operands[1].constant()
        twice = twice * 2 if twice is not None else None
        if twice is None or twice.denominator != 1 or abs(twice) > 16:
            return self.statements.function(op.name, operands)
        base = operands[0] if twice % 2 == 0 else self.statements.root(operands[0])
        count = int(abs(twice)) // 2 if twice % 2 == 0 else int(abs(twice))
        return (base if twice >= 0 else self.statements.reciprocal(base)).power(count)

    def select(self, operands):
        condition, lhs, rhs = operands
        number = condition.constant()
        if number is not None:
            return lhs if number else rhs
        if all(Atom.table[n].kind == "below" for m in condition.terms for n, _ in m):
            return condition * lhs + (Poly.one() - condition) * rhs
        return self.statements.choice("select", operands, "(ite (= {0} 1.0) {1} {2})")

    def compare_integers(self, op, operands):
        predicate = PREDICATES[int(re.match(r"\d+", op.attributes["predicate"]).group()) % 10]
        if element_of(self.types[op.operands[0]]) == "i1":
            return self.statements.function(f"arith.cmpi {predicate}", operands)
        if predicate[0] == "u":  # of numbers that are not negative the same
            indices = [to_index(o) for o in operands]
            low = [None if i is None else i.bounds()[0] for i in indices]
            if any(bound is None or bound < 0 for bound in low):
                return self.statements.function(f"arith.cmpi {predicate}", operands)
        return self.compare("o" + predicate[-2:], operands)

    def compare(self, predicate, operands):
        """Over the reals: nothing is unordered."""
        if predicate in ("true", "ord", "false", "uno"):
            return Poly.number(predicate in ("true", "ord"))
        indices = [to_index(o) for o in operands]
        if all(i is not None for i in indices):
            distance = indices[0] + indices[1] * -1
            less, most, one = below(distance, 0), below(distance, 1), Poly.one()
            return {"lt": less, "le": most, "gt": one - most, "ge": one - less, "eq": most - less,
                    "ne": one - (most - less)}[predicate[1:]]
        sign = {"eq": "=", "ne": "distinct", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}[predicate[1:]]
        difference = (operands[0] - operands[1]).constant()
        if difference is not None:
            truth = {"=": difference == 0, "distinct": difference != 0, "<": difference < 0,
                     "<=": difference <= 0, ">": difference > 0, ">=": difference >= 0}[sign]
            return Poly.number(int(truth))
        return self.statements.choice(predicate[1:], operands, f"(ite ({sign} {{0}} {{1}}) 1.0 0.0)")
