# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The gradients of norms, by the definition of the ops.

With m = dy [factor] (offset + scale), xh = (x - mean) r and S = sum(m xh) over the row:

  inside    dx = r (m - sum(m) / n - [i < k] xh S / k) + residual
  outside   dx = r m - [i < k] xh S / (k (1/r - epsilon)) + residual
  dscale = sum over rows of dy xh,  dbias = sum over rows of dy

where sum(m) / n is layernorm's alone, [i < k] prmsnorm's, and k is n for the others."""
import functools
import re

from .errors import Malformed
from .indices import Index
from .numbers import parse_number
from .statements import smt
from .terms import Poly, below, fresh


class Gradient:
    """What one backward op computes, for a certificate's claim."""

    def __init__(self, claim):
        self.claim, self.statements = claim, claim.statements
        self.kind = claim.certificate.get("kind")
        self.root_value = claim.parse_place("root")[0]

    def operand(self, name, positions):
        """An operand at positions; `1 / ` before it is its reciprocal."""
        text = self.claim.certificate.plan.get(name)
        if text is None:
            return None
        inverse = text.startswith("1 / ")
        text = text[len("1 / "):] if inverse else text
        if not text.startswith("%"):
            value = Poly.number(parse_number(text)[1])
        else:
            value = self.claim.read(self.claim.place(name, text, positions))
        return self.statements.reciprocal(value) if inverse else value

    def needed(self, name, positions):
        self.claim.certificate.get(name)
        return self.operand(name, positions)

    def vary(self, positions, of_row):
        """Positions with variables for those of the row or the others, and these."""
        positions, variables = list(positions), []
        for dim in range(len(positions)):
            if (dim in self.claim.row) == of_row:
                extent = self.claim.extent(self.root_value, dim)
                variables.append((fresh(extent), extent))
                positions[dim] = Index.variable(variables[-1][0])
        return positions, variables

    def count(self, variables):
        return functools.reduce(lambda a, b: a * b, (self.claim.program.extent_term(e) for _, e in variables),
                                Poly.one())

    def terms(self, positions):
        """dy, m, x - mean, r, and xh."""
        dy, factor = self.needed("dy", positions), self.operand("factor", positions)
        dy = dy if factor is None else dy * factor
        scale = self.operand("scale", positions)
        m = dy if scale is None else dy * (scale + Poly.number(parse_number(self.claim.certificate.get("offset"))[1]))
        x = self.needed("input", positions)
        mean = self.operand("mean", positions)
        x = x if mean is None else x - mean
        r = self.needed("rstd", positions)
        return dy, m, x, r, x * r

    def state_statistic(self, positions):
        """That a mean of squares of x - mean is not negative."""
        row, variables = self.vary(positions, of_row=True)
        squares = self.terms(row)[2].power(2).sum(variables)
        statistic = self.claim.define("statistic", squares * self.statements.reciprocal(self.count(variables)))
        self.statements.expand(statistic).set_nonnegative()

    def dx(self, positions):
        row, variables = self.vary(positions, of_row=True)
        _, m, x, r, weight = self.terms(positions)
        _, m_of_row, _, _, normalized = self.terms(row)
        count = self.count(variables)
        if self.kind == "layernorm_backward":
            mean = m_of_row.sum(variables) * self.statements.reciprocal(count)
            m = m - self.claim.define("gradient_mean", mean)
        if self.kind == "prmsnorm_backward":
            k = parse_number(self.claim.certificate.get("length"))[1]
            if k.denominator != 1:
                raise Malformed("expected a whole number of elements")
            count = Poly.number(k)
            for dim in self.claim.row:
                if positions[dim].terms:
                    weight = weight * below(positions[dim], int(k))
        self.claim.define("centred", x)
        outside = "epsilon" in self.claim.certificate.plan
        if outside:
            epsilon, inside = self.claim.epsilon()
            if inside:
                raise Malformed("expected epsilon outside")
            count = count * (self.statements.reciprocal(r) - epsilon)
        product = self.claim.define("product_sum", (m_of_row * normalized).sum(variables))
        term = weight * product * self.statements.reciprocal(count)
        dx = r * m - term if outside else r * (m - term)
        residual = self.operand("residual", positions)
        return dx if residual is None else dx + residual

    def sum(self, number, text, positions):
        """A tensor of the program that is a sum over rows."""
        found = re.fullmatch(r"(.*>) is (dscale|dbias)", text)
        if not found:
            raise Malformed("expected '; result = VALUE at MAP is dscale'")
        rows, variables = self.vary(positions, of_row=False)
        dy, _, _, _, normalized = self.terms(rows)
        summand = dy * normalized if found.group(2) == "dscale" else dy
        value = self.claim.read(self.claim.place("result", found.group(1)))
        return self.equal(f"use{number}", value, f"result{number}", summand.sum(variables))

    def equal(self, name, value, own_name, own):
        return f"(= {smt(self.claim.define(name, value))} {smt(self.claim.define(own_name, own))})"

    def facts(self):
        """That x - mean, and a sum of products with it, is 0 where its mean square is."""
        if self.claim.certificate.get("dx") != "root":
            return []
        return ["(assert (=> (= |op.statistic| 0.0) (and (= |op.centred| 0.0) (= |op.product_sum| 0.0))))"]

    def equalities(self):
        """What is claimed, in SMT-LIB."""
        positions, results = self.claim.positions, self.claim.certificate.results
        self.state_statistic(positions)
        equal = []
        if self.claim.certificate.get("dx") == "root":
            equal.append(self.equal("root", self.claim.read(self.claim.root), "dx", self.dx(positions)))
        equal += [self.sum(number, text, positions) for number, text in enumerate(results)]
        if not equal:
            raise Malformed("expected a gradient")
        return equal
