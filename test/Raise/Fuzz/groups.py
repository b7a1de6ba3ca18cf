# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms of groups of channels and their gradients, and near misses by one change.
Channels are the last dimension or the second one; the arithmetic is done over groups
and channels, or over both as one dimension, for which statistics are repeated."""
from expression import *
from gradients import FUNCTIONS, function_of, gradient_of
from recipes import Recipe

# What a near miss changes, of norms and of gradients.
CHANGES = {
    "norm": ["divisor one more", "no divisor", "statistic of all groups", "repeated as a whole", "another x"],
    "gradient": ["term twice", "square of rstd", "sum of another x", "repeated as a whole", "divisor one more",
                 "sum of all groups"],
}


class GroupRecipe(Recipe):
    """One program; `direction` says whether it is a norm or a gradient."""

    def build(self):
        c = self.choices
        self.leaves, self.trick, self.place, self.factor, self.twice = {}, None, "x", 1.0, False
        self.outside, self.k = False, None
        self.direction = c.pick("direction", ["norm", "gradient"])
        self.kind = c.pick("norm", ["layernorm", "rmsnorm"], [3, 1])
        self.pick_dims()
        self.pick_types()
        if self.storage in ("f16", "bf16"):
            self.compute = "f32"
        self.epsilon = self.epsilon or 1e-5
        # Over groups and channels, over both as one, or the scale as a factor of rstd.
        forms = ["split", "repeated", "factors"] if self.direction == "norm" else ["split", "repeated"]
        self.form_of = c.pick("written", forms)
        self.change = c.pick("change", CHANGES[self.direction]) if c.maybe("near miss", 0.4) else None
        self.settle()
        self.in_sight = self.direction == "norm" or c.maybe("statistics in sight", 0.5)
        self.has_scale = c.maybe("scale", 0.7)
        # Where x g - m g is NaN, (x - m) g may be infinite, of which tanh makes a number.
        self.function = c.pick("function", FUNCTIONS, [3, 2, 1])
        if self.form_of == "factors":
            self.function = "none"
        self.results = self.write()
        self.expected = {"op": self.kind}

    def pick_dims(self):
        c = self.choices
        n, s = c.pick("a", [2, 3, 1]), c.pick("b", [3, 5, 8])
        self.groups_, self.channels = c.pick("groups", [4, 2, 3, 1]), c.pick("n", [4, 2, 8, 3, 1])
        self.channels_first = c.maybe("channels first", 0.5)
        # Of two elements a gradient is the difference of equal numbers.
        s = 8 if self.channels < 3 else s
        both = self.groups_ * self.channels
        if self.channels_first:
            self.shape, self.split_shape = (n, both, s), (n, self.groups_, self.channels, s)
            self.groups, self.split_axes = [[0], [1, 2], [3]], [2, 3]
        else:
            self.shape, self.split_shape = (n, s, both), (n, s, self.groups_, self.channels)
            self.groups, self.split_axes = [[0], [1], [2, 3]], [1, 3]
        self.rank, self.axes = 3, self.split_axes
        self.outer_shape = self.shape
        self.group_dim = 1 if self.channels_first else 2

    def settle(self):
        """Takes a change back where it would change nothing."""
        small = self.groups_ == 1 or self.channels == 1
        if self.change == "repeated as a whole" and (small or self.form_of == "split"):
            self.change = "divisor one more"
        if self.change in ("statistic of all groups", "sum of all groups") and self.groups_ == 1:
            self.change = "divisor one more"

    # Shapes ------------------------------------------------------------------------

    def split(self, tensor):
        """[n, s, g c] as [n, s, g, c]."""
        if tensor.rank == 4:
            return tensor
        dim = self.group_dim
        shape = tensor.shape[:dim] + (self.groups_, self.channels) + tensor.shape[dim + 1 :]
        return reshape(tensor, shape, self.groups)

    def join(self, tensor):
        dim = self.group_dim
        shape = tensor.shape[:dim] + (self.groups_ * self.channels,) + tensor.shape[dim + 2 :]
        return reshape(tensor, shape, self.groups)

    def spread(self, statistic):
        """A statistic of each group for what is computed: repeated for the channels
        where these are one dimension with the groups."""
        if self.form_of == "split":
            return statistic
        dim = self.group_dim
        shape = list(statistic.shape)
        if self.changed("repeated as a whole"):
            lead = tuple(shape[:dim]) + (1, self.groups_) + tuple(shape[dim + 2 :])
            other = lead[:dim] + (self.channels, self.groups_) + lead[dim + 2 :]
            flat = reshape(statistic, tuple(shape[:dim]) + (self.groups_,) + tuple(shape[dim + 2 :]), self.groups)
            return self.join(broadcast(reshape(flat, lead, self.groups), other))
        shape[dim + 1] = self.channels
        return self.join(broadcast(statistic, tuple(shape)))

    def total(self, tensor, everywhere=False):
        """The sum of each group, in one reduction or over the channels last."""
        axes = sorted(self.split_axes + [self.group_dim]) if everywhere else self.split_axes
        channel = self.group_dim + 1
        if tensor.rank == 3 and self.choices.maybe(f"in two sums {len(self.choices.taken)}", 0.5):
            other = [i for i in range(1, 3) if i != self.group_dim]
            result = reduction(self.split(reduction(tensor, other)), [a for a in axes if a in (channel, self.group_dim)])
        else:
            result = reduction(self.split(tensor), axes)
        if everywhere:
            own = [1 if i in self.split_axes else e for i, e in enumerate(self.split_shape)]
            result = broadcast(result, tuple(own))
        return result

    def mean_of(self, tensor, everywhere=False):
        length = self.split_shape[self.split_axes[0]] * self.split_shape[self.split_axes[1]]
        number = length * (self.groups_ if everywhere else 1) + self.changed("divisor one more")
        return self.total(tensor, everywhere) / float(number)

    def channel(self, name):
        """A parameter of each channel."""
        value = cast(self.leaf(name, (self.groups_ * self.channels,), self.storage), self.compute)
        if self.form_of == "split":
            tail = (1,) if self.channels_first else ()
            shape = (self.groups_, self.channels) + tail
            return reshape(value, shape, [list(range(len(shape)))])
        return reshape(value, value.shape + (1,), [[0, 1]]) if self.channels_first else value

    # The program --------------------------------------------------------------------

    def load(self, name, kind=""):
        value = cast(self.leaf(name, self.shape, kind=kind), self.compute)
        return self.split(value) if self.form_of == "split" else value

    def group_statistics(self, x):
        """rstd, the mean or None, and v where it is in sight, of each group."""
        own = tuple(1 if i in self.split_axes else e for i, e in enumerate(self.split_shape))
        if not self.in_sight:
            r = self.leaf("rs", own, self.compute, "positive")
            return r, self.leaf("mu", own, self.compute) if self.kind == "layernorm" else None, None
        mean = self.mean_of(x) if self.kind == "layernorm" else None
        source = self.load("z", "x") if self.changed("another x") else x
        d = source if mean is None else source - self.spread(mean)
        everywhere = self.changed("statistic of all groups")
        squares = self.total(d * d) if self.changed("no divisor") else self.mean_of(d * d, everywhere)
        v = squares + constant(self.epsilon, self.compute)
        return unary("rsqrt", v), mean, v

    def write(self):
        x = self.x = self.load("x", "x")
        r, mean, v = self.group_statistics(x)
        if self.direction == "norm":
            result = self.normalize(x, r, mean)
        else:
            result = self.gradient(x, r, mean, v)
        result = cast(result, self.storage)
        return [self.join(result) if self.form_of == "split" else result]

    def affine(self, y):
        if not self.has_scale:
            return y
        return y * self.channel("g") + self.channel("b")

    def normalize(self, x, r, mean):
        if self.form_of != "factors" or not self.has_scale:
            y = self.affine((x if mean is None else x - self.spread(mean)) * self.spread(r))
        else:
            tail = (1,) if self.channels_first else ()
            shape = (self.groups_, self.channels) + tail
            parameter = lambda name: reshape(  # noqa: E731
                cast(self.leaf(name, (self.groups_ * self.channels,), self.storage), self.compute),
                shape, [list(range(len(shape)))])
            s = r * parameter("g")
            t = parameter("b") if mean is None else parameter("b") - mean * s
            if mean is None:
                t = broadcast(t, (1,) * (4 - t.rank) + t.shape)
            y = x * self.join(s) + self.join(t)
        return function_of(self.function, y)

    def gradient(self, x, r, mean, v):
        c = self.choices
        repeated = self.spread(r)
        d = x if mean is None else x - self.spread(mean)
        xh = d * repeated
        dy = gradient_of(self.function, self.load("dy"), self.affine(xh))
        m = dy * self.channel("g") if self.has_scale else dy
        summed = self.load("z") if self.changed("sum of another x") else d
        everywhere = self.changed("sum of all groups")
        inner = m if mean is None else m - self.spread(self.mean_of(m))
        if self.changed("square of rstd") or c.pick("spelling", ["normalized", "canonical"]) == "canonical":
            k = r * r if self.changed("square of rstd") else r * r * r
            if v is not None and not self.changed("square of rstd") and c.maybe("vjp", 0.4):
                k = r / v
            term = d * self.spread(self.mean_of(m * summed, everywhere) * k)
            outer = inner * repeated
        else:
            term = xh * self.spread(self.mean_of(m * (summed * repeated), everywhere))
            return (inner - (term * 2.0 if self.changed("term twice") else term)) * repeated
        return outer - (term * 2.0 if self.changed("term twice") else term)


def verdict(case, found):
    """What became of a program whose results are right: missed, raised, refused, or
    another norm."""
    known = found["norms"] if case.recipe.direction == "norm" else found["gradients"]
    anything = found["norms"] or found["gradients"]
    if case.change:
        return ("became another" if anything else "refused"), ""
    if known:
        return "raised", ""
    if case.mode == "strict":
        return "kept by strict", ""
    return "missed", "; ".join(sorted(set(found["reasons"]))) or "no candidate"
