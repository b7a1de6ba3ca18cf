# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The meaning of one op over the reals.

A truth is 1 or 0. Comparisons of indices are exact, those of numbers are cases,
and nothing is NaN. An op that is not listed is a function of its operands and
attributes of which nothing is stated."""
import re

from .extents import Quoted
from .indices import Index, apply_map
from .quoted import element_of, shape_of
from .terms import Atom, Poly, apply, below, element, is_atom

SAME = {"arith.extf", "arith.truncf", "arith.uitofp", "arith.extui", "arith.index_castui",
        "tensor.cast"}
SIGNED = {"arith.sitofp", "arith.extsi", "arith.index_cast"}
PREDICATES = ["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"]
CMPF = ["false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord",
        "ueq", "ugt", "uge", "ult", "ule", "une", "uno", "true"]

class Scalars(Quoted):
    """What ops make of their operands; `at` reads a tensor, `literals` says what
    literals stand for."""

    def to_index(self, poly):
        """A number that is affine in indices with whole coefficients, else None."""
        index = Index()
        for monomial, c in poly.terms.items():
            if c.denominator != 1:
                return None
            if not monomial:
                index = index + Index((), int(c))
                continue
            atom = Atom.table[monomial[0][0]]
            if len(monomial) != 1 or monomial[0][1] != 1 or atom.kind != "element" or atom.parts[0] != "index":
                return None
            index = index + atom.parts[1][0] * int(c)
        return index

    def of_index(self, index):
        poly = Poly.number(index.constant)
        for base, c in index.terms:
            poly = poly + element("index", [Index([(base, 1)])]).scale(c)
        return poly

    def scalar(self, op, value, loops, operands):
        """One op on numbers, defined under the name of its result."""
        poly = self.meaning(op, value, loops, operands)
        if op.name == "arith.constant" or poly.constant() is not None:
            return poly
        return self.statements.define(element(value, loops), poly)

    def meaning(self, op, value, loops, operands):
        name, statements = op.name, self.statements
        short = name.partition(".")[2]
        if name == "arith.constant":
            return self.literal(op, element(value, loops))
        if name == "linalg.index":
            return self.of_index(loops[int(re.match(r"\d+", op.attributes.get("dim", "")).group())])
        if name == "affine.apply":
            indices = [self.to_index(o) for o in operands]
            if all(i is not None for i in indices):
                return self.of_index(apply_map(op.attributes["map"], indices)[0])
        if name == "tensor.dim":
            dim = self.constant_index(op.operands[1])
            if dim is None or shape_of(self.types[op.operands[0]]) is None:
                return element(value, loops)
            return self.extent_term(self.extent(op.operands[0], dim))
        if name == "tensor.extract":
            indices = [self.to_index(o) for o in operands]
            return self.at(op.operands[0], indices) if all(i is not None for i in indices) else element(value, loops)
        if name == "arith.truncf" and value in self.literals:
            return self.claimed(self.literals[value])
        if name in SAME:
            return operands[0]
        if name in SIGNED:
            is_bool = element_of(self.types[op.operands[0]]) == "i1"
            return operands[0].scale(-1) if is_bool else operands[0]
        if name in ("arith.addf", "arith.addi"):
            return operands[0] + operands[1]
        if name in ("arith.subf", "arith.subi"):
            return operands[0] - operands[1]
        if name in ("arith.mulf", "arith.muli", "arith.andi") and (short != "andi" or self.is_bool(op)):
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
            if operands[0].variables():
                statements.note("abs")
                return operands[0] if str(operands[0]).startswith("abs(") and is_atom(operands[0]) else \
                    apply("abs", operands[:1])
            return statements.choice("abs", operands[:1], "(ite (>= {0} 0.0) {0} (- {0}))")
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
            indices = [self.to_index(o) for o in operands]
            low = [None if i is None else i.bounds()[0] for i in indices]
            if any(bound is None or bound < 0 for bound in low):
                return self.statements.function(f"arith.cmpi {predicate}", operands)
        return self.compare("o" + predicate[-2:], operands)

    def compare(self, predicate, operands):
        """Over the reals: nothing is unordered."""
        if predicate in ("true", "ord", "false", "uno"):
            return Poly.number(predicate in ("true", "ord"))
        indices = [self.to_index(o) for o in operands]
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
