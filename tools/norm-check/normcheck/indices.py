# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Indices and extents of tensors.

An index is constant + sum of coefficient * base, where a base is a variable, a
quotient or a remainder: the row-major position 4 * d0 + d1, j floordiv 4."""
import ast
import re

from .errors import Malformed, Unstated

class Index:
    """Terms are (base, coefficient) with bases ("var", name), ("div", e, c),
    ("mod", e, c). `ranges` gives the static extents of variables."""

    ranges = {}

    def __init__(self, terms=(), constant=0):
        total = {}
        for base, coefficient in terms:
            total[base] = total.get(base, 0) + coefficient
        self.constant = constant
        self.terms = self.joined({b: c for b, c in total.items() if c})

    @staticmethod
    def joined(terms):
        """c * (e floordiv c) + e mod c = e."""
        for base in list(terms):
            if base[0] == "mod" and base in terms:
                quotient = ("div", base[1], base[2])
                if terms.get(quotient) == terms[base] * base[2]:
                    scale = terms.pop(base)
                    del terms[quotient]
                    whole = Index(list(terms.items()) + [(b, c * scale) for b, c in base[1].terms],
                                  base[1].constant * scale)
                    if whole.constant:
                        raise Unstated("an index is not understood")
                    return whole.terms
        return tuple(sorted(terms.items(), key=lambda term: str_of_base(term[0])))

    @staticmethod
    def variable(name):
        return Index([(("var", name), 1)])

    def __add__(self, other):
        return Index(self.terms + other.terms, self.constant + other.constant)

    def __mul__(self, factor):
        return Index([(b, c * factor) for b, c in self.terms], self.constant * factor)

    def __eq__(self, other):
        return self.terms == other.terms and self.constant == other.constant

    def __hash__(self):
        return hash((self.terms, self.constant))

    def __str__(self):
        parts = [str_of_base(b) if c == 1 else f"{c}*{str_of_base(b)}" for b, c in self.terms]
        if self.constant or not parts:
            parts.append(str(self.constant))
        return " + ".join(parts)

    def bounds(self):
        """The least and the largest value, None where unknown."""
        low = high = self.constant
        for base, c in self.terms:
            if base[0] == "var":
                most = Index.ranges.get(base[1])
                most = None if most is None else most - 1
            elif base[0] == "mod":
                most = base[2] - 1
            else:
                inner = base[1].bounds()[1]
                most = None if inner is None else inner // base[2]
            if c > 0:
                high = None if high is None or most is None else high + c * most
            else:
                low = None if low is None or most is None else low + c * most
        return low, high

    def split(self, c):
        """Multiples of c, divided by it, and the rest."""
        rest = Index([t for t in self.terms if t[1] % c], self.constant % c)
        whole = Index([(b, k // c) for b, k in self.terms if k % c == 0], self.constant // c)
        return whole, rest

    def __floordiv__(self, c):
        whole, rest = self.split(c)
        low, high = rest.bounds()
        if low is not None and high is not None and 0 <= low and high < c:
            return whole
        if low is None or low < 0:
            raise Unstated("an index is not understood")
        if not whole.terms and not whole.constant and len(rest.terms) == 1 and not rest.constant:
            (base, k), = rest.terms
            if base[0] == "div" and k == 1:
                return base[1] // (base[2] * c)
        return whole + Index([(("div", rest, c), 1)])

    def __mod__(self, c):
        rest = self.split(c)[1]
        low, high = rest.bounds()
        if low is not None and high is not None and 0 <= low and high < c:
            return rest
        if low is None or low < 0:
            raise Unstated("an index is not understood")
        return Index([(("mod", rest, c), 1)])

    def variables(self):
        names = set()
        for base, _ in self.terms:
            names |= {base[1]} if base[0] == "var" else base[1].variables()
        return names

    def substitute(self, values):
        total = Index((), self.constant)
        for base, c in self.terms:
            if base[0] == "var":
                new = values.get(base[1], Index.variable(base[1]))
            else:
                inner = base[1].substitute(values)
                new = inner // base[2] if base[0] == "div" else inner % base[2]
            total = total + new * c
        return total

    def divisors(self, name):
        """The divisors of quotients and remainders that contain a variable."""
        found = set()
        for base, _ in self.terms:
            if base[0] != "var" and name in base[1].variables():
                found |= {base[2]} | base[1].divisors(name)
        return found


def str_of_base(base):
    if base[0] == "var":
        return base[1]
    return f"({base[1]}) {'floordiv' if base[0] == 'div' else 'mod'} {base[2]}"


def parse_map(text):
    """The dimensions, symbols and results (as syntax trees) of an affine_map."""
    found = re.fullmatch(r"affine_map<\(([\w, ]*)\)(?:\[([\w, ]*)\])? -> \((.*)\)>", text)
    if not found:
        raise Malformed(f"expected an affine map, got {text[:40]!r}")
    names = [n.strip() for part in found.group(1, 2) if part for n in part.split(",") if n.strip()]
    body = found.group(3).replace("floordiv", "//").replace("mod", "%")
    try:
        results = ast.parse(f"[{body}]", mode="eval").body.elts
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise Malformed(f"expected an affine map, got {text[:40]!r}") from None
    return names, results


def apply_map(text, operands):
    names, results = parse_map(text)
    if len(names) != len(operands):
        raise Malformed("an affine map has not as many dimensions as operands")
    values = dict(zip(names, operands))

    def visit(node):
        if isinstance(node, ast.Name) and node.id in values:
            return values[node.id]
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return Index((), node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return visit(node.operand) * -1
        if isinstance(node, ast.BinOp):
            lhs, rhs = visit(node.left), visit(node.right)
            if isinstance(node.op, ast.Add):
                return lhs + rhs
            if isinstance(node.op, ast.Sub):
                return lhs + rhs * -1
            if isinstance(node.op, ast.Mult) and not (lhs.terms and rhs.terms):
                return rhs * lhs.constant if rhs.terms else lhs * rhs.constant
            if not rhs.terms and rhs.constant > 0:
                if isinstance(node.op, ast.FloorDiv):
                    return lhs // rhs.constant
                if isinstance(node.op, ast.Mod):
                    return lhs % rhs.constant
        raise Unstated("an index is not understood")

    return [visit(node) for node in results]


class Extent:
    def __init__(self, number, symbols=()):
        self.number, self.symbols = number, tuple(sorted(symbols))

    def __mul__(self, other):
        return Extent(self.number * other.number, self.symbols + other.symbols)

    def __eq__(self, other):
        return (self.number, self.symbols) == (other.number, other.symbols)

    def __hash__(self):
        return hash((self.number, self.symbols))

    def __str__(self):
        parts = list(self.symbols)
        if self.number != 1 or not parts:
            parts.insert(0, str(self.number))
        return "*".join(parts)

    def static(self):
        return None if self.symbols else self.number
