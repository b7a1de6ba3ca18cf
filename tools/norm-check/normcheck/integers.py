# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Integers are polynomials in extents and indices, and do not wrap around.

So n + 3 - 3 is n, min(0, n) is 0 as extents are not negative, and 2 n / 2 is n."""
import re

from .indices import Index
from .quoted import element_of
from .terms import Atom, Poly, element

MIN, MAX = {"arith.minsi", "arith.minui"}, {"arith.maxsi", "arith.maxui"}
REMAINDERS, UP = {"arith.remsi", "arith.remui"}, {"arith.ceildivsi", "arith.ceildivui"}
DIVISIONS = {"arith.divsi", "arith.divui", "arith.floordivsi"} | REMAINDERS | UP


def is_integer(type):
    return re.fullmatch(r"index|i\d+", type) is not None


def to_index(poly):
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


def of_index(index):
    poly = Poly.number(index.constant)
    for base, c in index.terms:
        poly = poly + element("index", [Index([(base, 1)])]).scale(c)
    return poly


def divide(name, number, divisor):
    """By a positive number: all terms are multiples of it, or it is a number or
    an index that is not negative."""
    if all((c / divisor).denominator == 1 for c in number.terms.values()):
        return Poly({}) if name in REMAINDERS else number.scale(1 / divisor)
    index = to_index(number)
    if index is None:
        return None
    if name in UP:
        index = index + Index((), int(divisor) - 1)
    low = index.bounds()[0]
    if low is None or low < 0:
        return None
    return of_index(index % int(divisor) if name in REMAINDERS else index // int(divisor))


def integer_meaning(op, operands, types):
    """What an op on integers computes, None where that is not known."""
    name = op.name
    if name in ("arith.extui", "arith.index_castui"):
        return operands[0]
    if name in ("arith.extsi", "arith.index_cast"):
        return operands[0].scale(-1) if element_of(types[op.operands[0]]) == "i1" else operands[0]
    if name == "arith.trunci" and element_of(op.types[0]) != "i1":
        return operands[0]
    if name == "arith.addi":
        return operands[0] + operands[1]
    if name == "arith.subi":
        return operands[0] - operands[1]
    if name == "arith.muli":
        return operands[0] * operands[1]
    if name in MIN | MAX:
        if name.endswith("ui") and not all(o.is_nonnegative() for o in operands):
            return None
        if (operands[1] - operands[0]).is_nonnegative():
            return operands[0 if name in MIN else 1]
        if (operands[0] - operands[1]).is_nonnegative():
            return operands[1 if name in MIN else 0]
        return None
    divisor = operands[1].constant() if name in DIVISIONS else None
    if divisor is not None and divisor.denominator == 1 and divisor > 0:
        return divide(name, operands[0], divisor)
    return None
