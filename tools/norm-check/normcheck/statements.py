# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The statements of a certificate in SMT-LIB 2."""
from .errors import Malformed, Unstated
from .terms import Atom, Poly, apply, is_atom, symbol, str_of_monomial

MAX_EXPANDED = 64  # terms in which names are replaced

def smt_number(value):
    text = f"{abs(value.numerator)}.0" if value.denominator == 1 else \
        f"(/ {abs(value.numerator)}.0 {value.denominator}.0)"
    return f"(- {text})" if value < 0 else text


def smt(poly):
    """In SMT-LIB; the atoms are constants named by what they are."""
    summands = []
    for monomial, c in sorted(poly.terms.items(), key=lambda t: str_of_monomial(t[0])):
        factors = [smt_number(c)] if c != 1 or not monomial else []
        factors += [f"|{name}|" for name, power in monomial for _ in range(power)]
        summands.append(factors[0] if len(factors) == 1 else f"(* {' '.join(factors)})")
    return "0.0" if not summands else summands[0] if len(summands) == 1 else f"(+ {' '.join(summands)})"




class Definitions:
    """The statements of a certificate, by what they are about."""

    def __init__(self):
        self.lines, self.opaque = {}, []
        self.definitions, self.expanded = {}, {}  # what names stand for, and the same multiplied out

    def declare(self, poly, *facts):
        """Makes sure that the atoms of a term are declared."""
        for monomial in poly.terms:
            for name, _ in monomial:
                atom = Atom.table[name]
                if name in self.lines:
                    continue
                if self.declare_function(name, atom):
                    continue
                if atom.kind == "symbol":
                    raise Malformed(f"{name} is used before it is defined")
                self.lines[name] = f"(declare-const |{name}| Real)"
                if atom.kind == "below":
                    self.lines[name] += f"\n(assert (or (= |{name}| 0.0) (= |{name}| 1.0)))"

    def declare_function(self, name, atom):
        """States a root or a reciprocal that was made as one that varies with a sum, and
        does not where that sum has one element."""
        if atom.kind != "apply" or atom.parts[0] not in ("sqrt", "1/") or atom.parts[1][0].variables():
            return False
        operand = atom.parts[1][0]
        self.declare(operand)
        facts = [f"(= (* |{name}| {smt(operand)}) 1.0)"]
        if atom.parts[0] == "sqrt":
            facts = [f"(>= |{name}| 0.0)", f"(= (* |{name}| |{name}|) {smt(operand)})"]
        self.define_text(name, "", "declare", *facts)
        return True

    def define(self, element, poly):
        """What an element is, under its name, unless it has one, is a number or
        varies with a sum."""
        if element.variables() or poly.variables() or poly.constant() is not None or is_atom(poly):
            return poly
        return self.define_always(str(element), poly)

    def define_always(self, name, poly):
        self.definitions.setdefault(name, poly)
        self.declare(poly)
        return self.define_text(name, smt(poly), "define")

    def define_text(self, name, text, kind, *facts):
        if name not in self.lines:
            head = f"(define-fun |{name}| () Real {text})" if kind == "define" else f"(declare-const |{name}| Real)"
            self.lines[name] = "\n".join([head, *(f"(assert {fact})" for fact in facts)])
        return symbol(name)

    def expand(self, poly):
        """What the names stand for in their places, unless that is long."""
        total = Poly({})
        for monomial, c in poly.terms.items():
            product = Poly.number(c)
            for name, power in monomial:
                factor = self.expand_name(name)
                for _ in range(power):
                    if len(product.terms) * len(factor.terms) > MAX_EXPANDED:
                        return poly
                    product = product * factor
            total = total + product
            if len(total.terms) > MAX_EXPANDED:
                return poly
        return total

    def expand_name(self, name):
        if name not in self.definitions:
            return Poly.atom(Atom.table[name])
        if name not in self.expanded:
            self.expanded[name] = self.expand(self.definitions[name])
        return self.expanded[name]

    def reciprocal(self, poly):
        """q where q p = 1."""
        poly = poly if poly.variables() else self.expand(poly)
        number = poly.constant()
        if number is not None:
            if not number:
                raise Unstated("a division by 0")
            return Poly.number(1 / number)
        if len(poly.terms) == 1:
            (monomial, c), = poly.terms.items()
            if c != 1 or len(monomial) > 1 or monomial[0][1] > 1:
                result = Poly.number(1 / c)
                for name, power in monomial:
                    result = result * self.reciprocal(Poly.atom(Atom.table[name])).power(power)
                return result
        quotient = apply("1/", [poly])
        if is_atom(poly):
            atom = Atom.table[str(poly)]
            if atom.kind == "apply" and atom.parts[0] == "1/":
                return atom.parts[1][0]
        if poly.variables():
            self.note("1/")
            return quotient
        self.declare(poly)
        name = str(quotient)
        return self.define_text(name, "", "declare", f"(= (* |{name}| {smt(poly)}) 1.0)")

    def root(self, poly):
        """s where s >= 0 and s^2 = p; roots of what is the same when multiplied
        out are one."""
        poly = poly if poly.variables() else self.expand(poly)
        root = apply("sqrt", [poly])
        if poly.variables():
            self.note("sqrt")
            return root
        self.declare(poly)
        name = str(root)
        return self.define_text(name, "", "declare", f"(>= |{name}| 0.0)", f"(= (* |{name}| |{name}|) {smt(poly)})")

    def choice(self, name, arguments, pattern):
        """A function by cases, `pattern` in the texts of the arguments."""
        if any(p.variables() for p in arguments):
            self.note(name)
            return apply(name, arguments)
        for poly in arguments:
            self.declare(poly)
        text = apply(name, arguments).terms.popitem()[0][0][0]
        return self.define_text(text, pattern.format(*map(smt, arguments)), "define")

    def note(self, name):
        if name not in self.opaque:
            self.opaque.append(name)

    def function(self, name, arguments):
        """An op of which nothing is stated."""
        self.note(name)
        if any(p.variables() for p in arguments) or not arguments:
            return apply(name, arguments)
        for poly in arguments:
            self.declare(poly)
        kind = f"{name}/{len(arguments)}"
        if kind not in self.lines:
            self.lines[kind] = f"(declare-fun |{kind}| ({' '.join(['Real'] * len(arguments))}) Real)"
        text = apply(name, arguments).terms.popitem()[0][0][0]
        return self.define_text(text, f"(|{kind}| {' '.join(map(smt, arguments))})", "define")
