# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gradients of norms in the spellings that autodiff and people write, and near misses
by one change. rstd and the mean are arguments, or computed in sight."""
from expression import *
from recipes import NARROW, Recipe

# What a near miss changes, and of which norms: (r)ms, (p)rms, (l)ayer.
CHANGES = {
    "term twice": "rpl",
    "another rstd": "rpl",
    "square of rstd": "rpl",
    "sum over other rows": "rpl",
    "sum of another x": "rpl",
    "sum without the scale": "rpl",
    "divisor one more": "rpl",
    "plus for minus": "rpl",
    "maximum, not sum": "rpl",
    "factor of another x": "rpl",
    "no mean of the gradient": "l",
    "mean of another gradient": "l",
    "factor not centred": "l",
    "sum not centred": "l",
    "mask one further": "p",
    "dscale of another x": "rpl",
    "dscale without rstd": "rpl",
    "dscale of rstd twice": "rpl",
    "dscale over the row": "rpl",
    "dscale of the gradient": "rpl",
    "dbias of the gradient": "rpl",
}
# Of these dx is there all the same, and some other sum beside it.
BESIDE = {name for name in CHANGES if name.startswith(("dscale", "dbias"))}


# What y = norm(x) goes through on the way to a loss.
FUNCTIONS = ["none", "silu", "tanh"]


def sigmoid(y):
    return 1.0 / (unary("exp", -y) + 1.0)


def function_of(name, y):
    """silu(y) or tanh(y)."""
    return y * sigmoid(y) if name == "silu" else unary("tanh", y) if name == "tanh" else y


def gradient_of(name, dz, y):
    """dz times the derivative of that."""
    if name == "silu":
        s = sigmoid(y)
        return dz * s * (1.0 + y * (1.0 - s))
    if name == "tanh":
        t = unary("tanh", y)
        return dz * (1.0 - t * t)
    return dz


class GradientRecipe(Recipe):
    """One program; `expected` says what it is raised to, or would be but for the change."""

    def build(self):
        c = self.choices
        self.leaves, self.trick, self.place, self.factor, self.twice = {}, None, "x", 1.0, False
        self.kind = c.pick("norm", ["rmsnorm", "layernorm", "prmsnorm"], [4, 5, 2])
        self.pick_shape()
        self.pick_types()
        letter, self.change = self.kind[0], None
        if c.maybe("near miss", 0.45):
            self.change = c.pick("change", sorted(n for n, kinds in CHANGES.items() if letter in kinds))
        self.k = None
        if self.kind == "prmsnorm":
            self.to_last_axis()
            self.shape = self.shape[:-1] + (int(self.shape[-1]),)
            self.row_shape, self.dynamic_row = (self.shape[-1],), False
            n = self.shape[-1]
            self.k = c.pick("k", [max(2, n // 2), max(2, n // 4), 2])
        self.rows = [i for i in range(self.rank) if i not in self.axes]
        self.compute = "f64" if self.storage == "f64" else "f32"
        self.outside = False
        self.pick_parts()
        self.settle()
        self.results = self.write()
        self.expected = {
            "op": f"{self.kind}_backward",
            "dx": "dx" in self.parts,
            "dscale": "dscale" in self.parts,
            # A sum of dy is that of a norm beside something else of it.
            "dbias": "dbias" in self.parts and len(self.parts) > 1,
            "scale": self.has_scale and "dx" in self.parts,
            "k": self.k if "dx" in self.parts else None,
        }

    def pick_parts(self):
        c = self.choices
        options = ["dx", "dx dscale", "dx dscale dbias", "dscale", "dx dbias", "dscale dbias"]
        self.parts = c.pick("parts", options, [5, 3, 3, 1, 1, 1]).split()
        self.scale_kind = c.pick("scale", ["none", "scale", "offset"], [3, 5, 1])
        self.has_scale = self.scale_kind != "none"
        self.residual = c.maybe("residual", 0.15)
        self.in_sight = c.maybe("statistics in sight", 0.4)
        self.function = c.pick("function", FUNCTIONS, [6, 1, 1])

    def settle(self):
        """Takes a change back where it would change nothing, and makes room for it."""
        change = self.change or ""
        many = [i for i in self.rows if self.shape[i] != 1]
        if change in ("sum over other rows", "dscale over the row") and not many:
            change = "term twice"
        if change in ("sum without the scale", "mean of another gradient", "dscale of the gradient",
                      "dbias of the gradient"):
            self.scale_kind, self.has_scale = "scale", True
        wanted = change.split()[0] if change in BESIDE else "dx" if change else None
        if wanted and wanted not in self.parts:
            self.parts = [p for p in ("dx", "dscale", "dbias") if p in self.parts + [wanted]]
        if change in BESIDE and "dx" not in self.parts:
            self.parts = ["dx"] + self.parts
        if not self.rows or not many:  # one row: a sum over rows is none
            self.parts, change = ["dx"], "" if change in BESIDE else change
        self.change = change or None

    # The program ------------------------------------------------------------------

    def over(self, tensor, axes):
        return reduction(tensor, axes, *(("max", 0.0) if self.changed("maximum, not sum") else ()))

    def wide(self, name, shape, kind=""):
        return cast(self.leaf(name, shape, kind=kind), self.compute)

    def statistics_of(self, x):
        """rstd, the mean or None, and v where it is in sight."""
        own = tuple(1 if i in self.axes else e for i, e in enumerate(self.shape))
        if not self.in_sight:
            r = self.leaf("rs", own, self.compute, "positive")
            return r, self.leaf("mu", own, self.compute) if self.kind == "layernorm" else None, None
        mean = self.mean(x) if self.kind == "layernorm" else None
        d = x if mean is None else x - mean
        d = d if self.k is None else cut(d, 0, self.k)
        epsilon = self.epsilon or 1e-5
        v = self.mean(d * d, k=self.k) + constant(epsilon, self.compute)
        return unary("rsqrt", v), mean, v

    def write(self):
        c = self.choices
        dy, x = self.wide("dy", self.shape), self.wide("x", self.shape, "x")
        self.x = x
        r, mean, v = self.statistics_of(x)
        d = x if mean is None else x - mean
        scale = None
        if self.has_scale:
            g = cast(self.parameter("g", self.row_shape, self.scale_type), self.compute)
            scale = 1.0 + g if self.scale_kind == "offset" else g
        dy = gradient_of(self.function, dy, d * r if scale is None else d * r * scale)
        m = dy if scale is None else dy * scale
        results = []
        if "dx" in self.parts:
            dx = self.input_gradient(dy, m, x, d, r, mean, v)
            if self.residual:
                dx = dx + self.wide("z2", self.shape)
            results.append(cast(dx, self.storage))
        if "dscale" in self.parts:
            results.append(self.scale_gradient(dy, m, d, r))
        if "dbias" in self.parts:
            summand = m if self.changed("dbias of the gradient") else dy
            results.append(reduction(summand, self.rows))
        if self.in_sight and c.maybe("forward", 0.4):
            results.append(d * r)
        return results

    def scale_gradient(self, dy, m, d, r):
        summand = m if self.changed("dscale of the gradient") else dy
        other = self.wide("z", self.shape) if self.changed("dscale of another x") else d
        factor = r * r if self.changed("dscale of rstd twice") else r
        product = summand * other
        if not self.changed("dscale without rstd"):
            first_ = self.choices.pick("dscale", ["normalized", "product"]) == "normalized"
            product = summand * (other * factor) if first_ else product * factor
        return reduction(product, self.axes if self.changed("dscale over the row") else self.rows)

    def input_gradient(self, dy, m, x, d, r, mean, v):
        c = self.choices
        n = self.count(x, self.axes, self.compute)
        divisor = n if self.k is None else constant(float(self.k), self.compute)
        if self.changed("divisor one more"):
            divisor = divisor + 1.0
        spellings = ["canonical", "normalized", "n times", "vjp"]
        cubic = self.changed("another rstd") or self.changed("square of rstd")
        spelling = "canonical" if cubic else c.pick("spelling", spellings, [3, 3, 1 if self.k is None else 0, 2])
        another = self.wide("z", self.shape)
        source = dy if self.changed("sum without the scale") else m
        summed = another if self.changed("sum of another x") else x if self.changed("sum not centred") else d
        factor = another if self.changed("factor of another x") else x if self.changed("factor not centred") else d
        axes = self.axes
        if self.changed("sum over other rows"):
            axes = [i for i in self.rows if self.shape[i] != 1][:1]
        sign = -1.0 if self.changed("plus for minus") else 2.0 if self.changed("term twice") else 1.0

        def scaled(term):
            # Of a mask before the product a NaN of the sum goes beyond k.
            if self.k is not None:
                term = first(term, self.k + self.changed("mask one further"))
            return term if sign == 1.0 else term * sign

        averaged = None
        if self.kind == "layernorm" and not self.changed("no mean of the gradient"):
            averaged = dy if self.changed("mean of another gradient") else m
        if spelling == "n times":
            inner = m * n if averaged is None else m * n - reduction(averaged, self.axes)
            inner = inner - scaled((factor * r) * (self.over(source * (summed * r), axes) * (n / divisor)))
            return (r / n) * inner
        inner = m if averaged is None else m - reduction(averaged, self.axes) / n
        if spelling == "normalized":
            return (inner - scaled((factor * r) * (self.over(source * (summed * r), axes) / divisor))) * r
        total = self.over(source * summed, axes)
        cube = r * r * r
        if self.changed("another rstd"):
            own = tuple(1 if i in self.axes else e for i, e in enumerate(self.shape))
            cube = r * r * self.leaf("ro", own, self.compute, "positive")
        elif self.changed("square of rstd"):
            cube = r * r
        if spelling == "vjp" and v is not None:
            return inner * r + scaled((total * ((r / v) * -0.5) / divisor) * (factor * 2.0))
        return r * inner - scaled(factor * cube / divisor * total)


def may_differ(recipe, edge):
    """Whether a gradient may differ so: of an infinite rstd a sum of products with it is
    NaN, where rstd^3 after a finite sum is infinite; and what overflows from finite numbers
    may do so in another order, at some 2^16 of the largest."""
    if not isinstance(recipe, GradientRecipe) and getattr(recipe, "direction", "norm") == "norm":
        return False
    largest = 1.7e308 if recipe.storage == "f64" else 3.4e38
    beside = edge["what"] == "made" and edge["finite"] and abs(float(edge["written"])) > largest * 2.0**-16
    return edge["what"] == "turned" or beside


def verdict(case, found):
    """What became of a gradient whose results are right: missed, partly, raised, refused,
    or suspicious, and why."""
    gradients, expected = found["gradients"], case.recipe.expected
    if case.change:
        same = len(gradients) == 1 and not difference(gradients[0], expected)
        # sum(dy g) may be spelled sum(dy) g, which has a dbias in it.
        beside = case.change in BESIDE and case.change.endswith("of the gradient")
        # Where types are too coarse for the numbers to tell.
        if same and case.tolerance() > 1e-3 and not beside:
            return "suspicious", f"raised as if '{case.change}' were not there"
        return ("became another" if gradients else "refused"), ""
    if case.mode == "strict":
        return ("raised" if gradients else "kept by strict"), ""
    if not gradients:
        return "missed", "; ".join(sorted(set(found["reasons"]))) or "no candidate"
    if len(gradients) > 1:
        return "partly", f"{len(gradients)} gradients found"
    reason = difference(gradients[0], expected)
    return ("partly", reason) if reason else ("raised", "")


def difference(gradient, expected):
    """How the op differs from the one that was meant. dscale alone does not say which
    of its factors is dy."""
    if not expected["dx"] and gradient["dscale"] == expected["dscale"]:
        return ""
    for name in ("op", "dx", "dscale", "dbias", "scale"):
        if gradient[name] != expected[name]:
            return f"{name} is {gradient[name]}"
    if expected["k"] and gradient["k"] != expected["k"]:
        return f"k {gradient['k']} instead of {expected['k']}"
    return ""
