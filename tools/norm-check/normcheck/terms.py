# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Polynomials with rational coefficients over atoms.

An atom is named by what it is: %arg0[d0, d1], [d1 < 8], sum(%arg0[d0, j0]^2,
j0 < 64). Sums are linear and nothing else: sum(a + b) = sum(a) + sum(b),
sum(c a) = c sum(a) where c does not vary, sum(1) = n."""
import itertools
from fractions import Fraction

from .errors import Unstated
from .indices import Extent, Index

MAX_TERMS = 512  # of one polynomial

class Atom:
    """kind, parts: ("symbol",), ("element", value, indices), ("below", index,
    bound), ("apply", name, polynomials), ("sum", ((variable, extent), ..),
    monomial). Equal texts are one atom."""

    table = {}
    nonnegative = set()  # texts of polynomials that are not negative

    def __new__(cls, text, kind, *parts):
        if text not in cls.table:
            atom = super().__new__(cls)
            atom.text, atom.kind, atom.parts = text, kind, parts
            atom.variables = frozenset(atom.find_variables())
            cls.table[text] = atom
        return cls.table[text]

    def find_variables(self):
        """The variables of sums that are free in the atom."""
        found = set()
        if self.kind == "element":
            for index in self.parts[1]:
                found |= index.variables()
        elif self.kind == "below":
            found |= self.parts[0].variables()
        elif self.kind == "apply":
            for poly in self.parts[1]:
                found |= poly.variables()
        elif self.kind == "sum":
            for name, _ in self.parts[1]:
                found |= Atom.table[name].variables
            found -= {v for v, _ in self.parts[0]}
        return {name for name in found if name[0] in "jt"}

    def inverse(self):
        """The name of a where this is 1/a, None for others."""
        is_quotient = self.kind == "apply" and self.parts[0] == "1/" and is_atom(self.parts[1][0])
        return str(self.parts[1][0]) if is_quotient else None

    def is_nonnegative(self):
        return self.text in Atom.nonnegative or self.kind == "below" or \
            self.kind == "apply" and self.parts[0] in ("abs", "sqrt") or \
            self.kind == "apply" and self.parts[0] == "1/" and self.parts[1][0].is_nonnegative() or \
            self.kind == "element" and self.parts[0] == "index"

    def indices(self):
        if self.kind == "element":
            return list(self.parts[1])
        if self.kind == "below":
            return [self.parts[0]]
        if self.kind == "apply":
            return [i for p in self.parts[1] for m in p.terms for n, _ in m for i in Atom.table[n].indices()]
        if self.kind == "sum":
            return [i for n, _ in self.parts[1] for i in Atom.table[n].indices()]
        return []

    def substitute(self, values):
        if not self.variables & values.keys():
            return Poly.atom(self)
        if self.kind == "element":
            return element(self.parts[0], [i.substitute(values) for i in self.parts[1]])
        if self.kind == "below":
            return below(self.parts[0].substitute(values), self.parts[1])
        if self.kind == "apply":
            return apply(self.parts[0], [p.substitute(values) for p in self.parts[1]])
        variables, monomial = renamed_apart(self)
        poly = Poly.one()
        for name, power in monomial:
            poly = poly * Atom.table[name].substitute(values).power(power)
        return poly.sum(variables)


class Poly:
    """`terms`: monomials, sorted tuples of (text of an atom, power > 0), with
    their coefficients."""

    def __init__(self, terms):
        self.terms = {m: c for m, c in terms.items() if c}
        if len(self.terms) > MAX_TERMS:
            raise Unstated("a sum of products has too many terms")

    @staticmethod
    def number(value):
        return Poly({(): Fraction(value)})

    @staticmethod
    def one():
        return Poly.number(1)

    @staticmethod
    def atom(atom):
        return Poly({((atom.text, 1),): Fraction(1)})

    def direction(self):
        """The multiple whose first coefficient is 1 or -1."""
        if not self.terms:
            return self
        return self.scale(1 / abs(self.terms[min(self.terms, key=str_of_monomial)]))

    def set_nonnegative(self):
        """Says that it is not negative, nor are its positive multiples."""
        Atom.nonnegative.add(str(self.direction()))

    def is_nonnegative(self):
        """Whether it was said to be so, or no term of it is negative."""
        if str(self.direction()) in Atom.nonnegative:
            return True
        return all(c > 0 and all(power % 2 == 0 or Atom.table[name].is_nonnegative() for name, power in m)
                   for m, c in self.terms.items())

    def constant(self):
        """The number that it is, None for others."""
        return self.terms.get((), Fraction(0)) if not self.terms.keys() - {()} else None

    def __add__(self, other):
        terms = dict(self.terms)
        for monomial, c in other.terms.items():
            terms[monomial] = terms.get(monomial, 0) + c
        return Poly(terms)

    def __sub__(self, other):
        return self + other.scale(-1)

    def scale(self, factor):
        return Poly({m: c * factor for m, c in self.terms.items()})

    def __mul__(self, other):
        total = {}
        for (a, c), (b, d) in itertools.product(self.terms.items(), other.terms.items()):
            powers = dict(a)
            for name, power in b:
                powers[name] = powers.get(name, 0) + power
            monomial, factors = reduce_powers(powers)
            product = Poly({monomial: c * d})
            for factor in factors:
                product = product * factor
            for m, k in product.terms.items():
                total[m] = total.get(m, 0) + k
        return Poly(total)

    def power(self, exponent):
        if exponent > 8 and len(self.terms) > 1:
            raise Unstated("a power is too high")
        result = Poly.one()
        for _ in range(exponent):
            result = result * self
        return result

    def variables(self):
        return {v for m in self.terms for name, _ in m for v in Atom.table[name].variables}

    def substitute(self, values):
        total = Poly({})
        for monomial, c in self.terms.items():
            product = Poly.number(c)
            for name, power in monomial:
                product = product * Atom.table[name].substitute(values).power(power)
            total = total + product
        return total

    def sum(self, variables):
        """Over variables with their extents: by linearity alone."""
        total = Poly({})
        for monomial, c in self.terms.items():
            total = total + sum_of(variables, monomial).scale(c)
        return total

    def __str__(self):
        parts = []
        for monomial, c in sorted(self.terms.items(), key=lambda t: str_of_monomial(t[0])):
            text = str_of_monomial(monomial)
            parts.append(str(c) if not text else text if c == 1 else f"{c}*{text}")
        return " + ".join(parts) or "0"


def str_of_monomial(monomial):
    return "*".join(name if power == 1 else f"{name}^{power}" for name, power in monomial)


def reduce_powers(powers):
    """|a|^2 = a^2, sqrt(a)^2 = a, a (1/a) = 1, and a condition is 0 or 1."""
    factors = []
    for name in sorted(powers):
        inverse = Atom.table[name].inverse()
        if inverse in powers:
            both = min(powers[name], powers[inverse])
            powers[name] -= both
            powers[inverse] -= both
    for name, power in list(powers.items()):
        atom = Atom.table[name]
        if atom.kind == "below":
            powers[name] = min(power, 1)
        elif atom.kind == "apply" and power > 1 and atom.parts[0] in ("abs", "sqrt"):
            inner = atom.parts[1][0]
            factors += [inner.power(2) if atom.parts[0] == "abs" else inner] * (power // 2)
            powers[name] = power % 2
    return tuple(sorted((n, p) for n, p in powers.items() if p)), factors


def is_atom(poly):
    return len(poly.terms) == 1 and all(len(m) == 1 and m[0][1] == 1 and c == 1 for m, c in poly.terms.items())


def element(value, indices):
    text = f"{value}[{', '.join(map(str, indices))}]" if indices else value
    return Poly.atom(Atom(text, "element", value, tuple(indices)))


def symbol(text):
    return Poly.atom(Atom(text, "symbol"))


def apply(name, arguments):
    return Poly.atom(Atom(f"{name}({', '.join(map(str, arguments))})", "apply", name, tuple(arguments)))


def below(index, bound):
    """1 where index < bound, 0 elsewhere."""
    bound, index = bound - index.constant, Index(index.terms)
    if index.terms and index.terms[0][1] < 0:  # -e < b is not e < 1 - b
        return Poly.one() - below(index * -1, 1 - bound)
    low, high = index.bounds()
    if high is not None and high < bound:
        return Poly.one()
    if low is not None and low >= bound:
        return Poly.number(0)
    for factor in sorted({c for _, c in index.terms if c > 1}, reverse=True):
        whole, rest = index.split(factor)
        least, most = rest.bounds()
        if bound % factor == 0 and least == 0 and most is not None and most < factor:
            return below(whole, bound // factor)
    return Poly.atom(Atom(f"[{index} < {bound}]", "below", index, bound))


fresh_names = itertools.count()


def fresh(extent):
    """A new variable of a sum."""
    name = f"t{next(fresh_names)}"
    Index.ranges[name] = extent.static()
    return name


def renamed_apart(atom):
    """The variables and the monomial of a sum, with variables of its own."""
    names = {v: fresh(extent) for v, extent in atom.parts[0]}
    monomial = rename(atom.parts[1], {v: Index.variable(n) for v, n in names.items()})
    return [(names[v], extent) for v, extent in atom.parts[0]], monomial


def rename(monomial, values):
    """A monomial in other variables; it stays a monomial."""
    poly = Poly.one()
    for name, power in monomial:
        poly = poly * Atom.table[name].substitute(values).power(power)
    (result, c), = poly.terms.items() if len(poly.terms) == 1 else [((), 0)]
    if c != 1:
        raise Unstated("a condition on an index is not understood")
    return result


def atoms_of(monomial):
    return [Atom.table[name] for name, _ in monomial]


def extent_poly(extent):
    poly = Poly.number(extent.number)
    for name in extent.symbols:
        Atom.nonnegative.add(name)
        poly = poly * symbol(name)
    return poly


def sum_of(variables, monomial):
    """The sum of a monomial: sums in it join, quotients and remainders of a
    variable become two variables, two that are read as one become one, what
    does not vary leaves, and independent factors are sums of their own."""
    for position, (name, extent) in enumerate(variables):
        if extent.static() == 1:
            rest = variables[:position] + variables[position + 1:]
            return Poly({monomial: Fraction(1)}).substitute({name: Index()}).sum(rest)
    variables, bound = list(variables), {v for v, _ in variables}
    while True:  # sums of sums
        inner = [a for a in atoms_of(monomial) if a.kind == "sum" and a.variables & bound]
        if not inner:
            break
        powers = dict(monomial)
        own, body = renamed_apart(inner[0])
        powers[inner[0].text] -= 1
        for name, power in body:
            powers[name] = powers.get(name, 0) + power
        variables += own
        bound |= {v for v, _ in own}
        monomial, factors = reduce_powers(powers)
        if factors:
            raise Unstated("a product of sums is not understood")
    replaced = split_variable(variables, monomial) or join_variables(variables, monomial)
    if replaced:
        return replaced[1].sum(replaced[0])
    for atom in atoms_of(monomial):  # conditions
        if atom.kind == "below":
            for position, (name, extent) in enumerate(variables):
                if atom.parts[0] == Index.variable(name) and extent.static() is not None:
                    narrowed = Extent(max(0, min(extent.number, atom.parts[1])))
                    rest = tuple(f for f in monomial if f[0] != atom.text)
                    own = fresh(narrowed)
                    rest = Poly({rest: Fraction(1)}).substitute({name: Index.variable(own)})
                    return rest.sum(variables[:position] + [(own, narrowed)] + variables[position + 1:])
    result, left = Poly.one(), list(monomial)
    extents = dict(variables)
    while extents:  # connected parts
        part, grows = {next(iter(extents))}, True
        factors = []
        while grows:
            more = [f for f in left if Atom.table[f[0]].variables & part]
            factors += more
            left = [f for f in left if f not in more]
            grown = part | {v for f in more for v in Atom.table[f[0]].variables & extents.keys()}
            grows, part = bool(more), grown
        own = [(v, e) for v, e in variables if v in part]
        for name in part:
            del extents[name]
        result = result * (sum_atom(own, tuple(sorted(factors))) if factors else extent_poly(own[0][1]))
    return result * Poly({tuple(left): Fraction(1)})


def split_variable(variables, monomial):
    """k = c a + b where k floordiv c or k mod c is read."""
    for position, (name, extent) in enumerate(variables):
        divisors = {c for a in atoms_of(monomial) for i in a.indices() for c in i.divisors(name)}
        for c in sorted(divisors, reverse=True):
            if extent.number % c:
                continue
            outer, inner = Extent(extent.number // c, extent.symbols), Extent(c)
            a, b = fresh(outer), fresh(inner)
            whole = Index.variable(a) * c + Index.variable(b)
            poly = Poly({monomial: Fraction(1)}).substitute({name: whole})
            return variables[:position] + [(a, outer), (b, inner)] + variables[position + 1:], poly
    return None


def join_variables(variables, monomial):
    """B a + b = k where b < B and nothing else of a and b is read."""
    indices = [i for a in atoms_of(monomial) for i in a.indices()]
    for (a, outer), (b, inner) in itertools.permutations(variables, 2):
        size = inner.static()
        touched = [dict(i.terms) for i in indices if i.variables() & {a, b}]
        if size is None or not touched or any(i.divisors(a) or i.divisors(b) for i in indices):
            continue
        if all(t.get(("var", b)) and t.get(("var", a)) == size * t[("var", b)] for t in touched):
            # B a + b is read with a factor f as f k: k stands in for b, 0 for a.
            k = fresh(outer * inner)
            poly = Poly({monomial: Fraction(1)}).substitute({b: Index.variable(k), a: Index()})
            return [v for v in variables if v[0] not in (a, b)] + [(k, outer * inner)], poly
    return None


def sum_atom(variables, monomial):
    """The symbol of a sum, under names that do not depend on where it came
    from: those that give the least text."""
    if len(variables) > 4:
        raise Unstated("a sum has too many dimensions")
    free = {v for a in atoms_of(monomial) for v in a.variables} - {v for v, _ in variables}
    names = list(itertools.islice((f"j{i}" for i in itertools.count() if f"j{i}" not in free), len(variables)))
    best = None
    for order in itertools.permutations(variables):
        body = rename(monomial, {v: Index.variable(n) for (v, _), n in zip(order, names)})
        bounds = tuple((n, extent) for (_, extent), n in zip(order, names))
        limits = ", ".join(f"{n} < {extent}" for n, extent in bounds)
        text = f"sum({str_of_monomial(body)}, {limits})"
        if best is None or text < best[0]:
            best = text, bounds, body
    return Poly.atom(Atom(best[0], "sum", best[1], best[2]))
