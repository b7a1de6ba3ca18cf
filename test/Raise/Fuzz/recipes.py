# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms with what models put around them, and near misses by one change."""
import math

import tricks
from expression import *

NARROW = ("f16", "bf16")

# What a near miss changes, and of which norms: (r)ms, (p)rms, (l)ayer.
CHANGES = {
    "divisor one more": "rpl",
    "divisor one less": "rpl",
    "divisor 2 % off": "rpl",
    "divisor of another dimension": "rpl",
    "no divisor": "rpl",
    "epsilon also outside": "rpl",
    "epsilon in the numerator": "rpl",
    "epsilon per row": "rpl",
    "negative epsilon": "rpl",
    "epsilon as a clamp": "rpl",
    "statistic clamped above 0": "rpl",
    "statistic clamped below 0": "rpl",
    "numerator of another tensor": "rpl",
    "numerator shifted": "rpl",
    "numerator scaled": "rpl",
    "cube": "rpl",
    "almost square": "rp",
    "square root, not its inverse": "rpl",
    "twice the root": "rpl",
    "exponent -0.51": "rpl",
    "sum from 1": "rpl",
    "maximum, not sum": "rpl",
    "sum of magnitudes": "rpl",
    "product, not sum": "rpl",
    "weighted statistic": "rpl",
    "masked statistic": "rl",
    "statistic of another tensor": "rpl",
    "factor left over": "rpl",
    "scale per row": "rpl",
    "scale before the statistic": "rpl",
    "bias before the scale": "rpl",
    "statistic over other axes": "rl",
    "statistic over one more axis": "rl",
    "divisor by its sign bit": "rpl",
    "slice with an offset": "p",
    "mask of the other sign": "p",
    "slice with a step": "p",
    "divisor is not k": "p",
    "sign of the numerator": "l",
    "numerator not centred": "l",
    "statistic not centred": "l",
    "mean over other axes": "l",
    "mean divisor off": "l",
    "mean of another tensor": "l",
    "mean subtracted twice": "l",
    "product of two means": "l",
}

# Changes after which there is a norm, with something beside it or of other rows.
STILL_THERE = {
    "factor left over",
    "scale per row",
    "bias before the scale",
    "sign of the numerator",
    "mean subtracted twice",
    "numerator scaled",
    "numerator shifted",
    "twice the root",
    "epsilon in the numerator",
    "statistic over other axes",
    "statistic over one more axis",
}

# Dimensions, and those that are normalized; n is the longest.
LAYOUTS = {
    "rows": ("an", [1]),
    "batch": ("ban", [2]),
    "two axes": ("abn", [1, 2]),
    "four": ("2ban", [3]),
    "four, two axes": ("2abn", [2, 3]),
    "middle": ("anb", [1]),
    "first": ("na", [0]),
    "one row": ("n", [0]),
    "unit": ("1an", [2]),
    "units": ("a11n", [3]),
    "unit, two axes": ("1abn", [2, 3]),
    "two axes, units": ("a1bn", [2, 3]),
}
# How a mask of integers becomes floats: 1, or -1 where i1 is read with its sign.
MASKS = ["uitofp", "extui", "index_castui"]
SIGNED_MASKS = ["sitofp", "extsi", "index_cast"]


def integer_divisor(c, n, type_):
    """n as an integer of so few bits that its upper bit is set, widened by its sign."""
    kind = c.pick("extension", ["extsi", "converted"])
    return cast(integer(n, n.bit_length(), kind), type_)


class Recipe:
    """One program: results, what it is raised to (for a near miss: what it
    would be but for the change), and how far numbers may be off."""

    def __init__(self, choices):
        self.choices = choices
        self.multiplied = False
        self.build()

    # Decisions -----------------------------------------------------------------

    def pick_shape(self):
        c = self.choices
        layout = c.pick(
            "layout",
            list(LAYOUTS),
            [6, 5, 3, 2, 2, 1.5, 1, 0.7, 0.7, 0.5, 0.7, 0.7],
        )
        n = c.pick("n", [48, 64, 8, 12, 16, 24, 32, 40, 33, 7, 100])
        short = [4, 3, 6, 8]
        a, b = c.pick("a", short), c.pick("b", [3, 2, 4, 12])
        names, axes = LAYOUTS[layout]
        shape = [{"a": a, "b": b, "n": n}.get(name) or int(name) for name in names]
        dynamic = c.pick("dynamic", ["none", "batch", "row", "all"], [7, 2, 1, 1])
        self.dynamic_row = dynamic in ("row", "all")
        wanted = {
            "none": lambda i: False,
            "batch": lambda i: i not in axes,
            "row": lambda i: i in axes,
            "all": lambda i: True,
        }[dynamic]
        self.shape = tuple(Dynamic(e) if wanted(i) and e != 1 else e for i, e in enumerate(shape))
        self.axes, self.rank = axes, len(shape)
        self.row_shape = tuple(self.shape[i] for i in range(axes[0], self.rank))
        self.row_shape = tuple(
            e if axes[0] + i in axes else 1 for i, e in enumerate(self.row_shape)
        )

    def pick_types(self):
        c = self.choices
        self.storage = c.pick("type", ["f32", "bf16", "f16", "f64"], [8, 3, 2, 1])
        narrow = self.storage in NARROW
        # Where a result is rounded by a mode of its own.
        self.rounded_to = "f16" if self.storage == "f16" else "bf16"
        # Where the arithmetic is done: all of it widened, the scale after the
        # rounding, the statistics alone, nothing; or the statistics in f64.
        modes = ["plain", "f64 statistics"] if self.storage == "f32" else ["plain"]
        if narrow:
            modes = ["widened", "late scale", "narrow rstd", "native"]
        self.mode = c.pick("casts", modes, [6, 1] if len(modes) == 2 else None)
        self.compute = "f32" if narrow and self.mode != "native" else self.storage
        self.statistics = "f64" if self.mode == "f64 statistics" else self.compute
        coarse = self.compute in NARROW
        self.epsilon = c.pick(
            "epsilon",
            [1e-3, 1e-2]
            if coarse
            else [1e-5, 1e-6, 1e-3] if narrow else [1e-5, 1e-6, 1e-12, 1e-3, 0.0],
        )
        root = math.sqrt(self.epsilon)
        self.scales = [1.0] if coarse else [1.0, root, 100 * root] if root else [1.0, 1e-3]
        self.scale_type = c.pick(
            "scale type", [self.storage, self.compute] if narrow else [self.storage]
        )

    # Parts ---------------------------------------------------------------------

    def leaf(self, name, shape, type_=None, kind=""):
        self.leaves.setdefault(name, leaf(name, shape, type_ or self.storage, kind))
        return self.leaves[name]

    def changed(self, name):
        return self.change == name

    def count(self, tensor, axes, type_, k=None):
        """The number of elements of a row; a divisor that may be off."""
        number = float(k or math.prod(tensor.shape[i] for i in axes))
        dynamic = k is None and any(isinstance(tensor.shape[i], Dynamic) for i in axes)
        if dynamic:
            source = self.x
            node = None
            for i in axes:
                own = (
                    extent(source, i, type_)
                    if isinstance(source.shape[i], Dynamic)
                    else constant(float(source.shape[i]), type_)
                )
                node = own if node is None else node * own
        else:
            node = constant(number, type_)
        return node

    def mean(self, tensor, axes=None, k=None, shared=None):
        axes = axes or self.axes
        count = self.count(tensor, axes, tensor.type, k)
        total = shared or reduction(tensor, axes)
        if self.choices.pick(f"mean {len(self.choices.taken)}", ["divided", "multiplied"]) == "divided":
            return total / count
        return total * (constant(1 / count.attr, count.type) if is_constant(count) else 1.0 / count)

    def statistic_of(self, square, value, k):
        """The mean of squares, or what a change makes of it."""
        axes, c = self.axes, self.choices
        if self.changed("cube"):
            square = power(value, 3.0)
        if self.changed("almost square"):
            off = 2.02 if value.type in NARROW else 2.0001
            square = power(unary("abs", value), off)
        if self.changed("sum of magnitudes"):
            square = unary("abs", value)
        if self.changed("weighted statistic"):
            square = square * cast(self.leaf("w", self.shape, kind="positive"), square.type)
        if self.changed("masked statistic"):
            square = first(square, self.shape[-1] - 1)
        if self.changed("statistic over other axes"):
            axes = [i for i in range(self.rank) if i not in self.axes]
        if self.changed("statistic over one more axis"):
            axes = sorted(self.axes + [next(i for i in range(self.rank) if i not in self.axes)])
        changes = {
            "sum from 1": ("sum", 1.0),
            "maximum, not sum": ("max", 0.0),
            "product, not sum": ("prod", 1.0),
        }
        kind, init = changes.get(self.change, ("sum", 0.0))
        if (kind, init) != ("sum", 0.0):
            return reduction(square, axes, kind, init) / self.count(square, axes, square.type, k)
        if (self.change or "").startswith("divisor"):
            n = math.prod(square.shape[i] for i in axes) if k is None else k
            other = [e for i, e in enumerate(self.shape) if i not in axes and e != n and e > 1]
            # bf16 has all integers up to 256 only.
            one = 1.0 if square.type not in NARROW else max(1.0, n // 16)
            off = {
                "divisor one more": n + one,
                "divisor one less": n - one,
                "divisor 2 % off": n * 1.02,
                "divisor of another dimension": float(other[0]) if other else n + 2.0,
                "divisor is not k": float(self.shape[-1]),
                "divisor by its sign bit": integer_divisor(c, int(n), square.type),
            }[self.change]
            return reduction(square, axes) / off
        if self.changed("no divisor"):
            return reduction(square, axes)
        return self.mean(square, axes, k)

    def rstd_of(self, statistic):
        epsilon = constant(self.epsilon, statistic.type)
        if self.changed("statistic clamped above 0"):
            statistic = binary("max", statistic, constant(0.9, statistic.type))
        if self.changed("statistic clamped below 0"):
            statistic = binary("min", statistic, constant(0.0, statistic.type))
        if self.changed("negative epsilon"):
            return unary("rsqrt", statistic - epsilon.attr)
        if self.changed("epsilon per row"):
            own = [1 if i in self.axes else e for i, e in enumerate(self.shape)]
            epsilon = cast(self.leaf("e", own, kind="positive"), statistic.type)
        if self.changed("epsilon as a clamp"):
            return 1.0 / binary("max", unary("sqrt", statistic), epsilon)
        if self.trick == "clamp of the statistic":
            statistic = tricks.clamps_of_statistics(statistic, self)
        statistic = self.tricked(statistic, "statistic")
        root = unary("sqrt", statistic)
        if self.outside:
            if self.changed("epsilon also outside"):
                return 1.0 / (unary("sqrt", statistic + epsilon) + epsilon)
            if self.changed("square root, not its inverse"):
                return root + epsilon
            if self.changed("twice the root"):
                return 2.0 / (root + epsilon)
            if self.changed("exponent -0.51"):
                return power(root + epsilon, -1.02)
            return 1.0 / (root + epsilon)
        inner = statistic if is_constant(epsilon, 0.0) else statistic + epsilon
        if self.changed("epsilon also outside"):
            return 1.0 / (unary("sqrt", inner) + epsilon)
        if self.changed("square root, not its inverse"):
            return unary("sqrt", inner)
        if self.changed("twice the root"):
            return 2.0 / unary("sqrt", inner)
        if self.changed("exponent -0.51"):
            return power(inner, -0.51)
        if self.guarded:
            n = self.count(self.x, self.axes, inner.type)
            inner = guard(n, statistic) + epsilon
        return unary("rsqrt", inner)

    # The program -----------------------------------------------------------------

    def build(self):
        c = self.choices
        self.leaves = {}
        self.kind = c.pick("norm", ["rmsnorm", "layernorm", "prmsnorm"], [4, 5, 2])
        self.pick_shape()
        self.pick_types()
        letter = self.kind[0]
        near = c.maybe("near miss", 0.4)
        self.change = None
        if near:
            self.change = c.pick("change", sorted(n for n, kinds in CHANGES.items() if letter in kinds))
        if self.kind == "prmsnorm":
            self.to_last_axis()
        self.pick_wrapping()
        self.settle_change()
        self.pick_trick()
        # 1 / epsilon of a row of zeros is a number of the type that rstd is rounded to.
        narrow = self.mode == "narrow rstd" and self.storage == "f16"
        smallest = 1 / tricks.LARGEST["f16"] if narrow else 0.0
        self.outside = c.maybe("epsilon outside", 0.15) and self.epsilon > smallest
        self.guarded = c.maybe("guard", 0.05) and not self.outside
        self.k = None
        if self.kind == "prmsnorm":
            n = self.shape[-1]
            self.k = c.pick("k", [max(2, n // 2), max(2, n // 4), n - 1, 2])

        x = self.x = self.wrapped(self.leaf("x", self.outer_shape, kind="x"))
        before = c.pick("before", ["none", "residual", "bias", "scaled"], [7, 2, 1, 1])
        factor = 1.0
        if before == "residual":
            x = x + self.leaf("r", self.shape, kind="x")
        elif before == "bias":
            x = x + self.leaf("c", self.row_shape, kind="x")
        elif before == "scaled":
            factors = [0.25, 2.0**-34, 1e-10, 1e10] if self.storage in ("f32", "f64") else [0.25]
            factor = c.pick("factor", factors)
            x = x * factor
        self.factor = factor
        results = self.normalize(x)
        if before == "residual" and c.maybe("sum returned", 0.5):
            results.append(x)
        self.results = [self.unwrapped(r) for r in results]
        # The norm of c x is that of x with another epsilon.
        larger = []
        if before == "scaled":
            larger.append(self.epsilon / (factor if self.outside else factor * factor))
        self.expected = {
            "op": self.kind,
            "epsilons": [self.epsilon] + larger,
            "scaled": bool(larger),
            "outside": self.outside,
            "k": self.k,
            "scale": self.has_scale,
            "bias": self.has_bias,
        }

    def pick_wrapping(self):
        """What is between the tensors of the program and the rows: nothing, leading
        dimensions that are collapsed, or a transpose."""
        c = self.choices
        self.outer_shape = self.shape
        self.wrapping = c.pick("wrapped", ["none", "flattened", "transposed"], [8, 1, 1])
        leading = self.axes[0]
        if self.wrapping == "flattened" and (leading < 2 or self.axes != list(range(leading, self.rank))):
            self.wrapping = "none"
        if self.wrapping == "transposed" and self.rank < 2:
            self.wrapping = "none"
        if self.wrapping == "transposed":
            permutation = list(range(self.rank))
            c.random.shuffle(permutation)
            self.permutation = permutation
            self.outer_shape = tuple(self.shape[permutation.index(i)] for i in range(self.rank))
        if self.wrapping == "flattened":
            lead = self.shape[:leading]
            dynamic = any(isinstance(e, Dynamic) for e in lead)
            count = math.prod(lead)
            self.shape = (Dynamic(count) if dynamic else count,) + self.shape[leading:]
            self.axes = [a - leading + 1 for a in self.axes]
            self.rank = len(self.shape)
            self.groups = [list(range(leading))] + [[i] for i in range(leading, len(self.outer_shape))]

    def wrapped(self, x):
        if self.wrapping == "flattened":
            return reshape(x, self.shape, self.groups)
        if self.wrapping == "transposed":
            return transpose(x, self.permutation)
        return x

    def unwrapped(self, y):
        if y.shape != self.shape:
            return y
        if self.wrapping == "flattened":
            return reshape(y, self.outer_shape, self.groups)
        if self.wrapping == "transposed":
            return transpose(y, [self.permutation.index(i) for i in range(self.rank)])
        return y

    def pick_trick(self):
        """What is done to one value of a program that is otherwise a norm."""
        c = self.choices
        names = ["none", "clamp of the statistic", "an empty tensor", "rounding mode"] + sorted(tricks.TRICKS)
        weights = [40, 1, 1, 1] + [1] * len(tricks.TRICKS)
        self.trick = c.pick("trick", names, weights)
        self.place = c.pick("place", ["x", "h", "numerator", "source", "y", "statistic"], [4, 3, 1, 1, 1, 1])
        if self.change or self.trick == "none":
            self.trick = None
            return
        self.change = f"trick: {self.trick}"

    @property
    def amplified(self):
        """The least number of ops of a trick on a norm's results of which values say
        nothing, or 0."""
        return tricks.AMPLIFIES.get(self.trick, 0) if self.place == "y" else 0

    @property
    def is_exact_in_f64(self):
        """Whether the program without roundings is what is meant."""
        if self.trick == "zero where not finite":
            return True
        return self.trick not in tricks.AMPLIFIES and self.trick != "rounding mode"

    def tricked(self, value, place):
        if self.trick in tricks.TRICKS and self.place == place:
            return tricks.TRICKS[self.trick](value, self)
        return value

    def to_last_axis(self):
        """prmsnorm takes its elements from one axis, the last one here."""
        shape = list(self.shape)
        axis = self.axes[-1]
        if axis != self.rank - 1:
            shape[axis], shape[-1] = shape[-1], shape[axis]
        if isinstance(shape[-1], Dynamic) and not self.choices.maybe("dynamic row of parts", 0.5):
            shape[-1] = int(shape[-1])
        self.shape, self.axes = tuple(shape), [self.rank - 1]
        self.row_shape = (shape[-1],)
        self.dynamic_row = isinstance(shape[-1], Dynamic)

    def settle_change(self):
        """Takes a change back where it would change nothing."""
        others = [i for i in range(self.rank) if i not in self.axes and self.shape[i] != 1]
        needs_others = self.change in (
            "statistic over other axes",
            "statistic over one more axis",
            "mean over other axes",
            "scale per row",
        )
        if needs_others and not others:
            self.change = "no divisor"
        if self.change in ("negative epsilon", "epsilon also outside", "epsilon as a clamp",
                           "epsilon in the numerator") and self.epsilon == 0.0:
            self.change = "no divisor"
        if self.change == "masked statistic" and self.axes[-1] != self.rank - 1:
            self.change = "no divisor"
        if self.change == "masked statistic" and self.dynamic_row:
            self.change = "cube"
        if self.change == "statistic over one more axis" and not others:
            self.change = "no divisor"

    def centred(self, h):
        """The numerator and the value whose squares are averaged."""
        axes, source = self.axes, h
        if self.changed("mean over other axes"):
            axes = [next(i for i in range(self.rank) if i not in self.axes)]
        if self.changed("mean of another tensor"):
            source = cast(self.leaf("z", self.shape, kind="x"), h.type)
        mean = self.mean(source, axes)
        if self.changed("mean divisor off"):
            n = math.prod(h.shape[i] for i in axes)
            # A number that the coarsest type tells from n.
            mean = reduction(source, axes) / (n + max(1.0, n // 64))
        return mean

    def normalize(self, x):
        c = self.choices
        x = self.tricked(x, "x")
        if self.trick == "rounding mode" and self.storage in NARROW and self.place in ("x", "h"):
            x = cast(rounded(cast(x * 1.5, "f32"), self.storage, self.pick_mode()), x.type)
        h = cast(x, self.compute)
        wide = cast(x, self.statistics)
        if self.trick in tricks.TRICKS and self.place == "h":
            h = wide = self.tricked(wide, "h")
            h = cast(h, self.compute)
        source = self.tricked(wide, "source")
        if self.changed("statistic of another tensor"):
            source = cast(self.leaf("z", self.shape, kind="x"), self.statistics)
        if self.changed("scale before the statistic"):
            source = source * cast(self.leaf("s", self.row_shape), self.statistics)
        results = []
        mean = None
        self.h = h
        if self.kind == "layernorm":
            spelling = c.pick("variance", ["centred", "fast", "clamped", "shared"], [4, 2, 1, 1])
            mean = self.centred(h)
            wide_mean = mean if self.statistics == self.compute else self.centred(wide)
            if source is not wide:
                wide_mean = self.mean(source)
            d = source - wide_mean
            plain = self.change is None or self.change in STILL_THERE
            if self.changed("product of two means"):
                other = cast(self.leaf("z", self.shape, kind="x"), self.statistics)
                statistic = self.mean(source * source) - self.mean(source) * self.mean(other)
                statistic = unary("abs", statistic)
            elif spelling != "centred" and plain and self.compute not in NARROW:
                if spelling == "shared" and not self.dynamic_row:
                    first_, second = sums([source, source * source], self.axes)
                    own, square = self.mean(source, shared=first_), self.mean(source, shared=second)
                    if self.statistics == self.compute:
                        mean = wide_mean = own
                else:
                    square, own = self.mean(source * source), wide_mean
                statistic = square - own * own
                if spelling == "clamped":
                    statistic = binary("max", statistic, constant(0.0, statistic.type))
                statistic.nonnegative = True
            elif self.changed("statistic not centred"):
                statistic = self.statistic_of(source * source, source, None)
            else:
                statistic = self.statistic_of(d * d, d, None)
            numerator = h - mean
            if self.changed("numerator not centred"):
                numerator = h
            if self.changed("sign of the numerator"):
                numerator = mean - h
            if self.changed("mean subtracted twice"):
                numerator = numerator - mean
        else:
            value = source
            if self.kind == "prmsnorm":
                if self.changed("slice with an offset"):
                    value = cut(source, 1, self.k) if self.k < self.shape[-1] else source
                elif self.changed("slice with a step"):
                    value = cut(source, 0, max(1, self.k // 2), 2)
                elif self.changed("mask of the other sign"):
                    square = masked(source * source, self.k, c.pick("mask", SIGNED_MASKS))
                    value = None
                elif self.change is None and not self.dynamic_row and c.maybe("masked", 0.3):
                    mask = c.pick("mask", ["select"] + MASKS + SIGNED_MASKS)
                    self.multiplied = mask != "select"
                    value = first(source, self.k) if mask == "select" else masked(source, self.k, mask)
                else:
                    value = cut(source, 0, self.k)
            if value is None:
                statistic = self.mean(square, k=self.k)
            elif self.changed("weighted statistic") and self.kind == "prmsnorm":
                value = value * 1.5
                self.change = "weight"
            if value is not None:
                statistic = self.statistic_of(value * value, value, self.k)
            numerator = h
        if self.changed("numerator of another tensor"):
            numerator = cast(self.leaf("z", self.shape, kind="x"), h.type)
        if self.changed("numerator shifted"):
            numerator = numerator + 0.01
        if self.changed("numerator scaled"):
            numerator = numerator * 1.25
        if self.changed("epsilon in the numerator"):
            numerator = numerator + self.epsilon
        numerator = self.tricked(numerator, "numerator")
        rstd = self.rstd_of(statistic)
        return self.scaled(numerator, mean, rstd, statistic, results)

    def scaled(self, numerator, mean, rstd, statistic, results):
        c = self.choices
        narrow_rstd = cast(rstd, self.compute)
        if self.mode == "narrow rstd":
            narrow_rstd = cast(cast(rstd, self.storage), self.compute)
        first_scaled = numerator * narrow_rstd
        y = first_scaled
        if self.changed("factor left over"):
            y = y * 1.01
        parameters = c.pick(
            "parameters",
            ["none", "scale", "both", "bias", "offset", "constants", "twice"],
            [3, 5, 5, 0.7, 1.5, 0.7, 1],
        )
        self.has_scale = parameters in ("scale", "both", "offset")
        self.has_bias = parameters in ("both", "bias")
        type_ = self.compute
        if self.mode == "late scale":
            y, type_ = cast(y, self.storage), self.storage
        shape = self.row_shape
        if self.changed("scale per row"):
            own = tuple(1 if i in self.axes else e for i, e in enumerate(self.shape))
            shape = own
            self.has_scale = True
        if self.changed("bias before the scale"):
            y = y + self.parameter("b", self.row_shape, type_)
            self.has_scale, self.has_bias = True, False
        self.twice = False
        if parameters == "constants" and mean is not None and not self.change and mean.type == type_:
            # x*(r*g) + (b - m*(r*g)), as batch norms fold it
            b = c.pick("constant bias", [-1.0, 1.0, 0.5])
            factor = narrow_rstd * 1.0
            y = self.h * factor + (b - mean * factor)
        elif parameters == "constants":
            y = y * 1.0 + c.pick("constant bias", [-1.0, 1.0, 0.5])
        if parameters == "twice" and not self.change:
            results.append(self.second(numerator, mean, narrow_rstd, type_))
        if self.has_scale:
            scale = self.parameter("g", shape, type_)
            y = y * (1.0 + scale if parameters == "offset" else scale)
        if self.has_bias:
            y = y + self.parameter("b", self.row_shape, type_)
        y = self.tricked(y, "y")
        if self.trick == "rounding mode":
            y = rounded(cast(y, "f32"), self.rounded_to, self.pick_mode())
        elif self.mode != "widened" or c.maybe("narrowed", 0.8):
            y = cast(y, self.storage)
        after = c.pick("after", ["none", "gate", "modulated", "residual", "silu"], [7, 1, 1, 1, 0.7])
        if after == "gate":
            y = y * self.leaf("z2", self.shape, y.type)
        elif after == "silu":
            z = self.leaf("z2", self.shape, y.type)
            y = y * (z / (1.0 + unary("exp", -z)))
        elif after == "modulated":
            own = tuple(1 if i == self.rank - 2 else e for i, e in enumerate(self.shape))
            y = y * (1.0 + self.leaf("ms", own, y.type)) + self.leaf("mb", own, y.type)
        elif after == "residual":
            y = y + self.leaf("z2", self.shape, y.type)
        if self.trick == "an empty tensor":
            z = leaf("te", (Dynamic(3),), "f32", "may be empty")
            self.leaves["te"] = z
            y = where_not_empty(z, y, self.leaf("z4", self.shape, y.type))
        results.append(y)
        returned = c.pick("returned", ["nothing", "rstd", "mean", "statistic"], [8, 1, 1, 0.7])
        if returned == "rstd":
            results.append(rstd)
        elif returned == "mean" and mean is not None:
            results.append(mean)
        elif returned == "statistic":
            results.append(statistic)
        return results

    def second(self, numerator, mean, rstd, type_):
        """Another norm of the same rows, which shares the mean, the centred rows or
        all but the scale and the bias."""
        self.twice = True
        shared = self.choices.pick("shared", ["all", "mean", "rstd"])
        if shared != "all" and mean is not None:
            numerator = with_args(numerator, numerator.args)
        y = cast(numerator * rstd, type_)
        y = y * self.parameter("g3", self.row_shape, type_) + self.parameter("b3", self.row_shape, type_)
        return cast(y, self.storage)

    def pick_mode(self):
        return self.choices.pick("mode", ["toward_zero", "upward", "downward", "to_nearest_away"])

    def parameter(self, name, shape, type_):
        """A scale or bias: given with the shape of the row, or of the row in x."""
        own = [e for i, e in enumerate(shape) if self.rank - len(shape) + i in self.axes]
        if self.changed("scale per row") and name == "g":
            own = list(shape)
        node_type = self.scale_type if name == "g" or type_ != self.storage else type_
        if node_type != type_ and node_type not in NARROW:
            node_type = type_
        if len(own) < len(shape) and not any(isinstance(e, Dynamic) for e in shape):
            node = self.leaf(name, tuple(own), node_type)
            groups = []
            for i, e in enumerate(shape):
                if e == 1 and groups and len(groups) == len(own):
                    groups[-1].append(i)
                elif e == 1 and not groups:
                    groups.append([i])
                elif groups and all(shape[j] == 1 for j in groups[-1]):
                    groups[-1].append(i)
                else:
                    groups.append([i])
            node = reshape(node, tuple(shape), groups)
        else:
            node = self.leaf(name, tuple(shape), node_type)
        return cast(node, type_)
